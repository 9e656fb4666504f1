"""A draft as the page shows it: sentence by sentence with their facts, the spans of findings marked (D-10, D-11)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

from pydantic import ConfigDict

from overture.base import Value
from overture.generation import Draft
from overture.generation.assembled import Assembled
from overture.generation.checks import check_draft
from overture.generation.draft import Finding, Sentence
from overture.generation.evidence import find_evidence

from .shelf import KeptDraft

MARKS: tuple[int, ...] = (400, 800, 1900)
"""Characters of a body that advise against more, advise strongly, and block (D-11)."""


class Piece(Value):
    """Text that is or is not part of a finding; `finding` is the number of the first one."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str
    finding: int | None = None
    is_first: bool = False
    """Whether the finding begins here."""


class Passage(Value):
    """A sentence with what it rests on, or the white space between two; `number` is that of a sentence."""

    pieces: tuple[Piece, ...]
    number: int | None = None
    facts: tuple[str, ...] = ()
    is_own: bool = False
    """Whether it is the sender's own custom content, which stands as it is and is not checked (D-7)."""


class Reading(Value):
    """A message as it stands, a person's edits included, with what the checks say of just that text."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str
    body: str
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...]
    is_edited: bool

    @property
    def fingerprint(self) -> str:
        """Of just this text: who has seen its findings says so by it."""
        return sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()[:16]

    @property
    def is_good(self) -> bool:
        """Whether nothing in it would block a draft."""
        return not any(finding.severity == "blocking" for finding in self.findings)


def read_kept(kept: KeptDraft) -> Reading:
    """A draft with its edits; an edited text is held against the same facts, and checked, anew."""
    draft = kept.draft
    subject, body = kept.edited_subject or draft.subject, kept.edited_body or draft.body
    if (subject, body) == (draft.subject, draft.body):
        return Reading(
            subject=subject, body=body, findings=draft.findings, is_edited=False,
            passages=passages_of(body, draft.sentences, draft.findings, custom=draft.custom_content_at),
        )  # fmt: skip
    assembled, custom = edited_message(draft, subject, body)
    findings = check_draft(draft.context, assembled, custom_content=custom)
    sentences = find_evidence(draft.context, assembled)
    return Reading(
        subject=subject, body=body, findings=findings, is_edited=True,
        passages=passages_of(body, sentences, findings, custom=assembled.custom),
    )  # fmt: skip


def edited_message(draft: Draft, subject: str, body: str) -> tuple[Assembled, str | None]:
    """The parts of an edited message, as far as they are where they were, and the custom content that still stands."""
    whole = draft.assembled or Assembled(draft.subject, draft.body, (0, len(draft.body)))
    start, end = whole.message
    greeting, signature = draft.body[:start], draft.body[end:]
    begin = start if body.startswith(greeting) else 0
    stop = len(body) - len(signature) if signature and body[begin:].endswith(signature) else len(body)
    custom = draft.body[slice(*whole.custom)] if whole.custom else None
    at = body.find(custom) if custom else -1
    if not custom or at < 0:
        return Assembled(subject, body, (begin, stop)), None
    if whole.custom and whole.custom[0] >= end:  # it stands between the message and its signature
        stop = at
    return Assembled(subject, body, (begin, stop), (at, at + len(custom))), custom


def passages_of(
    body: str, sentences: Sequence[Sentence], findings: Sequence[Finding], *, custom: tuple[int, int] | None = None
) -> tuple[Passage, ...]:
    """The whole body in passages, in order: joined, their pieces are the body."""
    spans = [(each.start, each.end, number) for number, each in enumerate(findings) if each.field == "body"]
    found: list[Passage] = []
    at = 0
    for number, sentence in enumerate(sentences):
        if at < sentence.start:
            found.append(Passage(pieces=_pieces(body, at, sentence.start, spans)))
        found.append(
            Passage(
                pieces=_pieces(body, sentence.start, sentence.end, spans),
                number=number,
                facts=tuple(dict.fromkeys(fact.text for fact in sentence.facts)),
                is_own=custom is not None and custom[0] <= sentence.start < custom[1],
            )
        )
        at = sentence.end
    if at < len(body):
        found.append(Passage(pieces=_pieces(body, at, len(body), spans)))
    return tuple(found)


def _pieces(body: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> tuple[Piece, ...]:
    inside = [(max(begin, start), min(stop, end), number) for begin, stop, number in spans]
    inside = [span for span in inside if span[0] < span[1]]
    cuts = sorted({start, end, *(cut for begin, stop, _ in inside for cut in (begin, stop))})
    pieces: list[Piece] = []
    for a, b in pairwise(cuts):
        covering = [(number, begin) for begin, stop, number in inside if begin <= a < stop]
        number, begin = min(covering, default=(None, -1))
        pieces.append(Piece(text=body[a:b], finding=number, is_first=begin == a))
    return tuple(pieces)

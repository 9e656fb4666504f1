"""`EvalCase`: one judged draft or reply without personal data, as sets, exports and gates read it (F-2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from overture.base import Value
from overture.classification.labels import Intent, Label
from overture.generation.draft import PromptRecord

from .events import Reason, Thumb
from .snapshots import FrozenContext

FORMAT: Final = 1
CaseKind = Literal["draft", "reply"]
Split = Literal["train", "eval"]
_NOT_CONTENT: Final = frozenset({"id", "number"})


class EvalCase(Value):
    """A draft with its verdict, or a reply with its label; texts hold slots where personal data stood.

    `id` is the SHA-256 of everything but `number`. `candidate` and `seat` are salted hashes. Of near-duplicates the
    earliest stands here: `votes` counts what was said of all of them, `agreed` how many said `vote` or `label`.
    """

    model_config = ConfigDict(hide_input_in_errors=True, str_strip_whitespace=False)

    id: str
    kind: CaseKind
    split: Split
    language: str
    vote: Thumb | None = None
    """Of a draft, by majority; where as many said the other, the earliest counts."""
    label: Label | None = None
    """Of a reply, as people corrected it, by majority likewise."""
    intent: Intent | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str | None = Field(default=None, repr=False)
    final_text: str | None = Field(default=None, repr=False)
    """What was sent in the end; custom content is cut out (D-7)."""
    votes: int = Field(default=1, ge=1)
    agreed: int = Field(default=1, ge=1)
    candidate: str
    seat: str
    at: AwareDatetime
    number: int
    """The number of the first event about it."""
    subject: str = Field(default="", repr=False)
    body: str = Field(default="", repr=False)
    reply: str = Field(default="", repr=False)
    outreach: str | None = Field(default=None, repr=False)
    context: FrozenContext | None = Field(default=None, repr=False)
    """The facts of a draft; the same fingerprint, the same facts."""
    prompt: PromptRecord | None = None
    writer: str = ""
    """Who wrote the draft: the offline writer or a model."""
    model: str = ""
    """The fingerprint of the model that labelled the reply."""
    model_label: Label | None = None
    confidence: float = 0.0
    """Of the model in its own label."""

    @property
    def verdict(self) -> str:
        """`up` or `down` of a draft, the label of a reply."""
        return self.vote or self.label or ""

    def row(self) -> dict[str, str | int | float]:
        """The case as a line of a set: the same columns and types for all, nothing null, `context` as JSON."""
        return case_row(head_of(self)) | content_row(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> EvalCase:
        """The case of such a line."""
        kind, verdict = row["kind"], row["verdict"]
        prompt = PromptRecord(
            name=row["prompt_name"], version=row["prompt_version"], fingerprint=row["prompt_fingerprint"]
        )
        plain = {name: row[name] for name in _SAME}
        return cls.model_validate(
            plain
            | {name: row[name] or None for name in ("intent", "comment", "final_text", "outreach", "model_label")}
            | {"vote" if kind == "draft" else "label": verdict, "reasons": tuple(row["reasons"].split())}
            | {"prompt": prompt if row["prompt_name"] else None}
            | {"context": FrozenContext.model_validate_json(row["context"]) if row["context"] else None}
        )


_SAME: Final = (
    "id", "kind", "split", "language", "votes", "agreed", "candidate", "seat", "at", "number", "subject", "body",
    "reply", "writer", "model", "confidence",
)  # fmt: skip
HEAD: Final = (
    "id", "split", "verdict", "intent", "reasons", "comment", "final_text", "votes", "agreed", "candidate", "seat",
    "at", "number",
)  # fmt: skip
"""The columns that votes decide; the others are the draft's or the reply's."""
CONTENT: Final = (
    "kind", "language", "subject", "body", "reply", "outreach", "context", "prompt_name", "prompt_version",
    "prompt_fingerprint", "writer", "model", "model_label", "confidence",
)  # fmt: skip
INTEGERS: Final = frozenset({"votes", "agreed", "number", "prompt_version"})
FLOATS: Final = frozenset({"confidence"})


def head_of(case: EvalCase) -> dict[str, Any]:
    """What votes decide of a case."""
    return {
        "id": case.id, "split": case.split, "verdict": case.verdict, "intent": case.intent,
        "reasons": " ".join(case.reasons), "comment": case.comment, "final_text": case.final_text,
        "votes": case.votes, "agreed": case.agreed, "candidate": case.candidate, "seat": case.seat,
        "at": case.at.astimezone(UTC).isoformat(timespec="microseconds"), "number": case.number,
    }  # fmt: skip


def content_row(case: EvalCase) -> dict[str, str | int | float]:
    """What is the draft's or the reply's of a case."""
    prompt = case.prompt
    return {
        "kind": case.kind, "language": case.language, "subject": case.subject, "body": case.body,
        "reply": case.reply, "outreach": case.outreach or "",
        "context": case.context.model_dump_json() if case.context else "",
        "prompt_name": prompt.name if prompt else "", "prompt_version": prompt.version if prompt else 0,
        "prompt_fingerprint": prompt.fingerprint if prompt else "", "writer": case.writer, "model": case.model,
        "model_label": case.model_label or "", "confidence": float(case.confidence),
    }  # fmt: skip


def case_row(head: Mapping[str, Any]) -> dict[str, str | int | float]:
    """What votes decide, with nothing null in it."""
    return {name: "" if head[name] is None else head[name] for name in HEAD}


def case_id(head: Mapping[str, Any], content: str) -> str:
    """SHA-256 of a case: of `head` but for id and number, and of its content as JSON."""
    said = json.dumps([head[name] for name in HEAD if name not in _NOT_CONTENT], ensure_ascii=False)
    return hashlib.sha256(f"{said}\0{content}".encode()).hexdigest()


class EvalSetManifest(Value):
    """What a set is made of; it holds hashes and counts, and no text.

    `lineage.jsonl` beside it names for each case the salted hashes of the events it was made from.
    """

    format: int = FORMAT
    version: str
    """SHA-256 over the ids of its cases: the same cases, the same version."""
    salt: str
    """SHA-256 of the salt: which one it was, not what it was."""
    eval_share: float
    up_to: int
    """The number of the last event that was read."""
    cases: int
    counts: dict[str, int]
    """`draft/train/up` and so on, to the number of cases."""
    judgements: int
    """Last words that were read and not taken back."""
    merged: int
    """Of them, those counted with an earlier near-duplicate of their own split."""
    left_out_of_train: int
    """Of them, those left out since an evaluation case is a near-duplicate."""
    final_texts_dropped: int
    """Of them, those whose sent text was dropped, since custom content could not be told apart in it (D-7)."""
    files: dict[str, tuple[int, str]]
    """File name to bytes and SHA-256."""

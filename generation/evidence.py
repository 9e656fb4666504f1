"""Evidence: every sentence of a draft beside the facts it rests on, found after the fact, so with any writer (D-10)."""

from __future__ import annotations

from .assembly import Assembled
from .check_input import CheckInput
from .draft import Sentence
from .draft_reading import read_draft
from .facts import MessageContext
from .sentence_facts import sentence_facts
from .sentences import split_sentences


def find_evidence(context: MessageContext, assembled: Assembled) -> tuple[Sentence, ...]:
    """The sentences of the body in order, with their spans and facts; greeting and custom content rest on none.

    Every visible character of the body belongs to exactly one sentence.
    """
    given = read_draft(context, assembled)
    body = assembled.body
    found = [
        (start - given.body_at, end - given.body_at, facts)
        for (start, end), facts in zip(given.spans, sentence_facts(given), strict=True)
        if start >= given.body_at
    ]
    recruiter = tuple(fact for fact in context.shared if fact.kind in {"recruiter", "recruiter_title"})
    for begin, stop in _outside(given, assembled):
        for start, end in split_sentences(body[begin:stop]):
            text = body[begin + start : begin + end]
            is_signed = begin >= assembled.message[1] and not _is_custom(assembled, begin)
            facts = tuple(fact for fact in recruiter if is_signed and any(name in text for name in _names(fact.text, fact.names)))
            found.append((begin + start, begin + end, facts))
    return tuple(
        Sentence(text=body[start:end], start=start, end=end, facts=facts) for start, end, facts in sorted(found, key=lambda each: each[0])
    )


def _names(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return names or (text.partition(": ")[2],)


def _is_custom(assembled: Assembled, at: int) -> bool:
    return assembled.custom is not None and assembled.custom[0] <= at < assembled.custom[1]


def _outside(given: CheckInput, assembled: Assembled) -> list[tuple[int, int]]:
    """The parts of the body that code put in: greeting, custom content, closing and signature."""
    size = len(assembled.body)
    start, end = (max(0, min(at, size)) for at in assembled.message)
    parts = [(0, start), (end, size)]
    if assembled.custom:
        begin, stop = assembled.custom
        parts = [piece for a, b in parts for piece in ((a, min(b, max(a, begin))), (max(a, min(b, stop)), b))] + [(begin, stop)]
    return [(a, b) for a, b in parts if a < b]

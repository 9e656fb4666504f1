"""Evidence: every sentence of a draft beside the facts it rests on, found after the fact, so with any writer (D-10)."""

from __future__ import annotations

from operator import itemgetter

from .assembly import Assembled
from .draft import Sentence
from .draft_reading import read_draft
from .facts import Fact, MessageContext
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
        for (start, end), facts in zip(given.spans, given.once(sentence_facts), strict=True)
        if start >= given.body_at
    ]
    recruiter = tuple(fact for fact in context.shared if fact.kind in {"recruiter", "recruiter_title"})
    for begin, stop in _outside(assembled):
        is_custom = _is_custom(assembled, begin)
        is_signed = begin >= assembled.message[1] and not is_custom
        for start, end in split_sentences(body[begin:stop]) if is_custom else _lines(body[begin:stop]):
            text = body[begin + start : begin + end]
            facts = (
                tuple([fact for fact in recruiter if any(name in text for name in _names(fact))]) if is_signed else ()
            )
            found.append((begin + start, begin + end, facts))
    found.sort(key=itemgetter(0))
    return tuple([Sentence(text=body[start:end], start=start, end=end, facts=facts) for start, end, facts in found])


def _lines(text: str) -> list[tuple[int, int]]:
    """A greeting or a signature is told by lines."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if said := line.strip():
            start = at + line.index(said[0])
            found.append((start, start + len(said)))
        at += len(line) + 1
    return found


def _names(fact: Fact) -> tuple[str, ...]:
    return fact.names or (fact.text.partition(": ")[2],)


def _is_custom(assembled: Assembled, at: int) -> bool:
    return assembled.custom is not None and assembled.custom[0] <= at < assembled.custom[1]


def _outside(assembled: Assembled) -> list[tuple[int, int]]:
    """The parts of the body that code put in: greeting, custom content, closing and signature."""
    size = len(assembled.body)
    start, end = (max(0, min(at, size)) for at in assembled.message)
    parts = [(0, start), (end, size)]
    if assembled.custom:
        begin, stop = assembled.custom
        parts = [piece for a, b in parts for piece in ((a, min(b, max(a, begin))), (max(a, min(b, stop)), b))] + [
            (begin, stop)
        ]
    return [(a, b) for a, b in parts if a < b]

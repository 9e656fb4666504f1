"""The claims of a draft, each with the facts that support it or the finding that objects to it (D-10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from .assembled import Assembled
from .check_input import CheckInput
from .checks import check_draft
from .claim import Claim, ClaimKind, Verdict
from .claim_readers import READERS
from .claim_verifiers import supporting
from .draft import Finding, FindingCode
from .draft_reading import read_draft
from .facts import Fact, MessageContext
from .mentions import read_mentions

KIND_OF: dict[FindingCode, ClaimKind] = {
    "unsupported_employer": "employer", "unsupported_title": "title", "unsupported_skill": "skill",
    "unsupported_date": "date", "unsupported_number": "number", "unsupported_school": "school",
    "unsupported_place": "place", "unsupported_salary": "pay", "unsupported_benefit": "benefit",
    "unsupported_name": "name", "changed_relation": "relation", "swapped_role": "relation",
    "overclaimed_inference": "relation", "claim_without_fact": "relation",
}  # fmt: skip
"""The findings that object to a claim, and the kind of claim that each makes where no reader has found one."""
_LIKE: dict[FindingCode, tuple[ClaimKind, ...]] = {
    "unsupported_date": ("years",), "unsupported_number": ("years", "pay"), "changed_relation": tuple(READERS),
}  # fmt: skip
_FIGURES: frozenset[ClaimKind] = frozenset(("number", "pay"))
_BROAD: frozenset[ClaimKind] = frozenset(("relation", "company"))
_WITHIN: dict[ClaimKind, frozenset[ClaimKind]] = {
    "number": frozenset(("years", "date", "pay", "benefit", "skill", "employer", "company")),
    "date": frozenset(("years",)),
    "place": frozenset(("employer", "company", "school", "skill")),
    "skill": frozenset(("title", "employer", "company", "school")),
    "benefit": frozenset(("pay",)),
    "title": frozenset(("employer", "company")),
}  # fmt: skip


class _Read(NamedTuple):
    kind: ClaimKind
    start: int
    end: int
    first: int
    last: int


def find_claims(
    context: MessageContext, assembled: Assembled, *, findings: Sequence[Finding] | None = None
) -> tuple[Claim, ...]:
    """The claims of subject and body in the order they stand in; custom content, greeting and signature make none.

    `findings` are those of `check_draft`, made here where they are not given: a claim and a blocking finding never
    contradict each other. English only: in other languages only what a check objects to is a claim.
    """
    if findings is None:
        findings = check_draft(context, assembled)
    given = read_draft(context, assembled)
    against = [(*_span(given, each), each) for each in findings if each.severity == "blocking" and each.code in KIND_OF]
    claims: list[Claim] = []
    met: set[int] = set()
    for read in _read(given) if given.language == "en" else ():
        objections = [each[2] for each in against if _meets(each, read)]
        met.update(id(each) for each in objections if read.kind in {KIND_OF[each.code], *_LIKE.get(each.code, ())})
        objection = next(iter(objections), None)
        facts = () if objection else supporting(given, read.kind, read.first, read.last)
        claims.append(_claim(given, read.kind, read.start, read.end, facts, objection))
    for start, end, finding in against:
        if id(finding) not in met:
            claims.append(_claim(given, KIND_OF[finding.code], start, end, (), finding))
    claims.sort(key=lambda claim: (claim.field != "subject", claim.start, -claim.end, claim.kind))
    return tuple(claims)


def _read(given: CheckInput) -> Iterator[_Read]:
    """What the readers find, without what is part of a claim of another kind: the number in `five years`."""
    spans: dict[ClaimKind, list[tuple[int, int]]] = {
        kind: sorted({span for span in reader(given) if span[0] < span[1]}) for kind, reader in READERS.items()
    }
    written = {mention.first: (mention.start, mention.end) for mention in given.once(read_mentions)}
    for kind, found in spans.items():
        within = [
            span for other in _WITHIN.get(kind, ()) for span in spans[other] if other not in _BROAD or _is_name(span)
        ]
        taken = -1
        for first, last in found:
            is_part = any(a <= first and last <= b for a, b in within)
            if not is_part and (first >= taken or kind in _BROAD):
                taken = last
                exact = written.get(first) if kind in _FIGURES else None  # with its sign: `12%`, `£40,000`
                yield _Read(kind, *(exact or given.characters(first, last)), first, last)


def _is_name(span: tuple[int, int]) -> bool:
    return span[1] - span[0] <= _LONGEST_NAME


_LONGEST_NAME = 6


def _meets(against: tuple[int, int, Finding], read: _Read) -> bool:
    return against[0] < read.end and read.start < against[1]


def _span(given: CheckInput, finding: Finding) -> tuple[int, int]:
    shift = 0 if finding.field == "subject" else given.body_at
    return finding.start + shift, finding.end + shift


def _claim(
    given: CheckInput, kind: ClaimKind, start: int, end: int, facts: tuple[Fact, ...], objection: Finding | None
) -> Claim:
    field: Literal["subject", "body"] = "body" if start >= given.body_at else "subject"
    shift = given.body_at if field == "body" else 0
    verdict: Verdict = "unsupported" if objection else "supported" if facts else "unverified"
    if objection:
        reason = f"{objection.code}: {objection.advice}"
    elif facts:
        reason = f"said by {', '.join(fact.id for fact in facts)}"
    else:
        reason = "no check objects, and no one fact says it"
    assembled = given.assembled
    text = (assembled.body if field == "body" else assembled.subject)[start - shift : end - shift]
    return Claim(
        kind=kind, field=field, text=text, start=start - shift, end=end - shift, facts=facts, verdict=verdict,
        reason=reason,
    )  # fmt: skip

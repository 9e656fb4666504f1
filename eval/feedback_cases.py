"""A small set of judged drafts of our own: poor messages on the facts of our contexts, with the reasons people give.

What is wrong with each was planted, so a release that writes well has no excuse; a user's own set is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from overture.feedback import EvalCase, FactSnapshot, FrozenContext, Reason, thaw
from overture.feedback.eval_cases import case_id, content_row, head_of
from overture.generation import Personalization
from overture.generation.context import build_context

from .contexts import load_contexts
from .suite import SuiteData

if TYPE_CHECKING:
    from .contexts import EvalContext

_DAY: Final = date(2026, 11, 2)
_AT: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
_EACH: Final = 4
_KINDS: Final = frozenset({"rich", "usual"})


def own_feedback(*, each: int = _EACH) -> list[EvalCase]:
    """So many cases of each reason of F-1, and as many thumbs up, over our own English contexts."""
    contexts = [
        context
        for context in load_contexts(SuiteData())
        if context.kind in _KINDS and context.personalization.language == "en"
    ]
    cases: list[EvalCase] = []
    for place, (reason, write) in enumerate(_POOR.items()):
        for number in range(each):
            context = contexts[(place * each + number) % len(contexts)]
            cases.append(_case(context, reason, write))
    cases += [_case(contexts[number * 3 % len(contexts)], None, _good) for number in range(2 * each)]
    return list({case.id: case for case in cases}.values())


Facts = Sequence[FactSnapshot]


def _case(context: EvalContext, reason: Reason | None, write: Callable[[Facts], str]) -> EvalCase:
    frozen = _frozen(context)
    body = write(_personal(frozen))
    added = "\n\n".join([body, *(f"{fact.text}." for fact in _personal(frozen)[:3])])
    case = EvalCase(
        id="", kind="draft", split="eval", language="en", vote="down" if reason else "up",
        reasons=(reason,) if reason else (), final_text=added if reason == "missing_something" else None,
        candidate=sha256(context.id.encode()).hexdigest(), seat=sha256(b"eval").hexdigest(), at=_AT, number=0,
        subject="A role that may interest you", body=f"Hello,\n\n{body}", context=frozen, writer="planted",
    )  # fmt: skip
    content = repr(sorted(content_row(case).items()))
    return case.model_copy(update={"id": case_id(head_of(case), content)})


def _frozen(context: EvalContext) -> FrozenContext:
    given = context.inputs
    built = build_context(
        given.candidate, today=_DAY, job=given.job, project=given.project, company=given.company, team=given.team,
        recruiter=given.recruiter, personalization=given.personalization or Personalization(),
    )  # fmt: skip
    return FrozenContext.of(built)


def _personal(frozen: FrozenContext) -> Facts:
    own = {fact.id for fact in thaw(frozen, today=_DAY).personal}
    return [fact for fact in frozen.facts if fact.id in own]


def _good(facts: Facts) -> str:
    return f"{facts[0].text}. There is a role that this would count in.\n\nWould a short call next week suit you?"


def _lengthy(facts: Facts) -> str:
    told = " ".join(f"{fact.text}, which I read in your profile with great care and more than once." for fact in facts)
    return f"{told * 3}\n\nWould a short call next week suit you?"[:1_700]


def _fixed(text: str) -> Callable[[Facts], str]:
    return lambda _facts: text


_POOR: Final[dict[Reason, Callable[[Facts], str]]] = {
    "inaccurate": _fixed("You led a team of 340 people at Globex in Osaka.\n\nMay I call?"),
    "not_relevant": _fixed("Our canteen has a new terrace.\n\nMay I call?"),
    "generic": _fixed("There is a role that could suit somebody like you.\n\nMay I call?"),
    "tone": _fixed("I hope this message finds you well! Your background is truly amazing, act now!\n\nMay I call?"),
    "too_long": _lengthy,
    "too_short": _fixed("May I call?"),
    "missing_something": _fixed("There is a role open here.\n\nMay I call?"),
    "biased": _fixed("We are looking for a young rockstar, under 30, to dominate the market.\n\nMay I call?"),
    "language": _fixed("Wir suchen jemanden für eine Stelle, die gut passen könnte.\n\nDarf ich anrufen?"),
    "other": _fixed("There is a role open here.\n\nCould I ring you?"),
}

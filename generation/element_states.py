"""Every element of a message for one candidate and opportunity: is there anything to say, is it on, and if not, why."""

from __future__ import annotations

from datetime import date

from overture.base import Value

from .choices import Language
from .context import build_context
from .draft_input import DraftInput
from .elements import ELEMENTS, ElementGroup, ElementName
from .facts import MessageContext
from .needs import Needs, read_needs
from .opportunity import resolve_opportunity
from .personalization import Personalization
from .signals import FitSignal, find_fit_signals

_NOTHING: dict[ElementGroup, str] = {
    "opportunity": "the opportunity does not give it",
    "fit": "the profile does not give it",
    "background": "nothing was supplied for it",
}


class LeftOut(Value):
    """A signal that is not used, and why (D-4)."""

    text: str
    sources: tuple[str, ...]
    reason: str


class ElementState(Value):
    """One element as a user interface shows it beside its switch.

    `available` says whether it has a value here, `facts` what it would put into the message, `reason` why there is
    none; `left_out` are signals that are there and not relevant to this opportunity.
    """

    name: ElementName
    group: ElementGroup
    label: str
    description: str
    available: bool
    on: bool
    facts: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reason: str | None = None


def element_states(inputs: DraftInput, *, today: date) -> tuple[ElementState, ...]:
    """The state of every element, in the order of `Personalization.elements()` (D-3 to D-6).

    Raises:
        ConfigurationError: there is nothing to write about (D-2).
    """
    choice = inputs.personalization or Personalization()
    context = build_context(
        inputs.candidate, today=today, job=inputs.job, project=inputs.project, company=inputs.company,
        team=inputs.team, recruiter=inputs.recruiter, personalization=choice.model_copy(update={"off": frozenset()}),
    )  # fmt: skip
    facts: dict[ElementName, list[str]] = {}
    for fact in context.facts:
        facts.setdefault(fact.element, []).append(fact.text)
    left_out: dict[ElementName, list[LeftOut]] = {}
    for signal in _signals(inputs, context, today, choice.language):
        if signal.left_out:
            said = LeftOut(text=signal.text, sources=signal.sources, reason=signal.left_out)
            left_out.setdefault(signal.element, []).append(said)
    return tuple(
        ElementState(
            name=element.name, group=element.group, label=element.label, description=element.description,
            available=element.name in facts, on=choice.is_on(element.name), facts=tuple(facts.get(element.name, ())),
            left_out=tuple(left_out.get(element.name, ())),
            reason=_reason(element.group, bool(left_out.get(element.name))) if element.name not in facts else None,
        )
        for element in ELEMENTS
    )  # fmt: skip


def _signals(inputs: DraftInput, context: MessageContext, today: date, language: Language) -> tuple[FitSignal, ...]:
    return find_fit_signals(inputs.candidate, needs=_needs(inputs, context), today=today, language=language)


def _needs(inputs: DraftInput, context: MessageContext) -> Needs:
    opportunity = resolve_opportunity(inputs.candidate, job=inputs.job, project=inputs.project)
    company = next((fact.attributes["name"] for fact in context.of_kind("company")), None)
    return read_needs(opportunity, company=company)


def _reason(group: ElementGroup, has_left_out: bool) -> str:
    return "what the profile gives is not relevant to this opportunity" if has_left_out else _NOTHING[group]

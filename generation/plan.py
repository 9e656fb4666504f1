"""What an offline message says, in which order: strongest signal, role, a reason it fits, employer, one question."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import MessageContext
from .moves import SubjectKind
from .opening import Opening, open_message
from .phrasing import Phrasing
from .reasons import employer_units, fit_units
from .role import Role, read_role, role_units, spoken_title, you_do
from .unit import Unit


@dataclass(frozen=True, slots=True)
class Plan:
    """A subject and the units of the body in reading order."""

    subject: str
    units: tuple[Unit, ...]


def plan_message(context: MessageContext, phrasing: Phrasing) -> Plan:
    """Lay out a message over the facts of a context; every unit rests on facts, or is ours alone (the question)."""
    role = read_role(context)
    opening = open_message(context, role, phrasing)
    subject = _subject(role, opening, phrasing)
    about_role = role_units(context, role, phrasing)
    fits = fit_units(context, role, opening, phrasing)
    employer = employer_units(context, role, phrasing)
    question = Unit(closing_question(phrasing, inferred=role.inferred), 100, 4)
    units = [*opening.units, *about_role, *fits, *employer, question]
    return Plan(subject, tuple(units))


def phrasing_of(context: MessageContext) -> Phrasing:
    """The wordings of this context: its language and tone, and the choices that its fingerprint makes."""
    choice = context.personalization
    return Phrasing(tone=choice.tone, seed=context.seed or context.fingerprint, language=choice.language)


def closing_question(phrasing: Phrasing, *, inferred: bool) -> str:
    """The one question that a message ends with."""
    return phrasing.say("ask_inferred" if inferred else "ask") or ""


def _subject(role: Role, opening: Opening, phrasing: Phrasing) -> str:
    name = role.title or ""
    if role.inferred:
        kind: SubjectKind = "inferred" if name else "inferred_untitled"
        return phrasing.subject(kind, role=spoken_title(name), you_do=you_do(role, phrasing))
    if not name:
        return phrasing.subject("company_only", company=role.company) if role.company else phrasing.subject("nothing")
    options: list[str] = []
    if opening.kind == "applied":
        options.append(phrasing.subject("applied", role=name, in_year=opening.in_year))
    if role.company and role.city:
        options.append(phrasing.subject("company_place", role=name, company=role.company, place=role.city))
    elif role.city:
        options.append(phrasing.subject("place", role=name, place=role.city))
    if role.company:
        options.append(
            phrasing.subject("company", role=name, company=role.company, a_company=phrasing.grammar.noun(role.company))
        )
    options.append(name)
    fitting = [option for option in options if len(option) <= 78]
    if opening.kind == "applied" and options[0] in fitting:
        return options[0]
    return fitting[phrasing.draw("subject", len(fitting))] if fitting else name[:200]

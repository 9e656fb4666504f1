"""What an offline message says, in which order: strongest signal, role, a reason it fits, employer, one question."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import MessageContext
from .grammar_en import with_article
from .opening import Opening, open_message
from .phrasing import Phrasing
from .reasons import employer_units, fit_units
from .role import Role, read_role, role_units, spoken_title
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
    question = phrasing.say("ask_inferred" if role.inferred else "ask") or ""
    units = [*opening.units, *about_role, *fits, *employer, Unit(question, 100, 4)]
    return Plan(subject, tuple(units))


def _subject(role: Role, opening: Opening, phrasing: Phrasing) -> str:
    name = role.title or ""
    if role.inferred:
        kind = "inferred" if name else "inferred_untitled"
        return phrasing.subject(kind, role=spoken_title(name), you_do=role.you_do)
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
            phrasing.subject("company", role=name, company=role.company, a_company=with_article(role.company))
        )
    options.append(name)
    fitting = [option for option in options if len(option) <= 78]
    if opening.kind == "applied" and options[0] in fitting:
        return options[0]
    return fitting[phrasing.draw(len(fitting))] if fitting else name[:200]

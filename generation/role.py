"""The role in an offline message: what it is, where, on which terms, what one does in it, what it pays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .clauses import duty
from .facts import MessageContext
from .grammar_en import listed, with_article
from .phrasing import Phrasing
from .unit import Unit

_PLAIN_TITLE = re.compile(r"[^,:;|/()\[\]–—]{2,60}")
_MOST_DUTIES = {"short": 1, "medium": 2, "long": 3}
_LONGEST_DUTY = {"short": 80, "medium": 105, "long": 120}


@dataclass(frozen=True, slots=True)
class Role:
    """The opportunity as the offline writer speaks of it; empty strings where the facts say nothing."""

    title: str
    company: str
    places: tuple[str, ...]
    city: str
    workplace: str
    employment: str
    level: str
    pay: str
    inferred: bool
    is_agency: bool
    """Whether the recruiter works for somebody else than the hiring company."""


def read_role(context: MessageContext) -> Role:
    """The opportunity's facts under one roof."""

    def first(kind: str, attribute: str = "said") -> str:
        return next((fact.attributes[attribute] for fact in context.facts if fact.kind == kind), "")

    places = tuple(
        dict.fromkeys(f.attributes["locality"] or f.attributes["place"] for f in context.facts if f.kind == "location")
    )
    return Role(
        title=first("title", "title"),
        company=first("company", "name"),
        places=places,
        city=places[0] if len(places) == 1 else "",
        workplace=first("workplace_type"),
        employment=first("employment_type"),
        level=first("seniority"),
        pay=first("salary", "amount"),
        inferred=context.opportunity_source == "inferred",
        is_agency=bool(first("recruiter", "company")),
    )


def role_units(context: MessageContext, role: Role, phrasing: Phrasing) -> list[Unit]:
    """The sentences about the role, in paragraph 2."""
    if role.inferred:
        said = phrasing.say("role_inferred", role=role.title or None)
        fallback = "I'm hiring for a role that may be close to what you do now."
        return [Unit(said or fallback, 100, 2)]
    statement = phrasing.say(
        "role",
        Who=_who(role, phrasing),
        a_role=_a_role(role),
        place=_in_place(role),
        terms=f", {terms}" if (terms := _terms(role)) else "",
    )
    units = [Unit(statement or "", 100, 2)]
    if duties := _duties(context, role):
        said = phrasing.say("duties", duties=duties)
        units.append(Unit(said or "", 70, 2))
    if role.pay and (said := phrasing.say("pay", pay=role.pay)):
        units.append(Unit(said, 78, 2))
    return units


def _who(role: Role, phrasing: Phrasing) -> str:
    formal = phrasing.tone == "professional"
    if role.is_agency or not role.company:
        return "I am" if formal else "I'm"
    if formal or phrasing.draw(2):
        return f"{role.company} is"
    return f"At {role.company} we're"


def _a_role(role: Role) -> str:
    if not role.title:
        return "somebody for a role"
    return with_article(role.title)


def _in_place(role: Role) -> str:
    if not role.places or role.workplace == "remote":
        return ""
    return f" in {listed(role.places, conjunction='or')}"


def _terms(role: Role) -> str:
    said = [role.employment] if role.employment else []
    if role.workplace == "remote":
        said.append("remote" + (f" ({listed(role.places, conjunction='or')})" if role.places else ""))
    elif role.workplace:
        said.append(role.workplace)
    if role.level and role.level not in role.title.lower() and role.level not in {"manager", "lead", "intern", "staff"}:
        said.insert(0, f"at {role.level} level" if role.level in {"senior", "director", "executive"} else role.level)
    return listed(said)


def _duties(context: MessageContext, role: Role) -> str:
    length = context.personalization.length
    in_house = not role.is_agency and bool(role.company)
    clauses = [
        clause.text
        for fact in context.of_kind("responsibility")
        if (clause := duty(fact.attributes["said"], longest=_LONGEST_DUTY[length], in_house=in_house))
    ]
    return listed(clauses[: _MOST_DUTIES[length]])

"""Why the role fits this candidate, and what there is to say of the employer, in an offline message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from .facts import Fact, FactKind, MessageContext
from .grammar_en import listed, lower_first, number, with_the, years
from .identity_cache import IdentityCache
from .opening import Opening
from .phrases_en import Move
from .phrasing import Phrasing
from .role import Role
from .screening import speaks_to_someone
from .unit import Unit

_SENTENCE = re.compile(r"[^.!?]{20,220}[.!?](?=\s|$)")
_NOUN_PHRASE = re.compile(r"[^.!?:;]{3,70}")
_ASKED_FOR = re.compile(
    r"(?:\d+\+?\s*(?:-\s*\d+\s*)?years?\b|(?:hands-on |solid |strong |proven )?(?:experience|knowledge|command))", re.I
)


def fit_units(context: MessageContext, role: Role, opening: Opening, phrasing: Phrasing) -> list[Unit]:
    """The reasons it fits, strongest first, in paragraph 3; what the opening said is not said again."""
    units: list[Unit] = []
    if skills := _skills_unit(context, opening, phrasing):
        units.append(skills)
    for fact in context.personal:
        if fact.id in opening.used:
            continue
        if fact.kind == "title_experience" and not role.inferred:
            said = phrasing.say("years_fit", duration=years(int(fact.attributes["months"])))
            units.append(Unit(said or "", 60, 3))
        elif fact.kind == "open_to_work":
            units.append(Unit(phrasing.say("open_fit") or "", 45, 3))
        elif fact.kind == "school" and fact.attributes["area"] and not fact.attributes["current"] and not role.inferred:
            said = phrasing.say("studied_fit", area=fact.attributes["area"], school=with_the(fact.attributes["name"]))
            units.append(Unit(said or "", 30, 3))
    return units


@dataclass(frozen=True, slots=True)
class Employer:
    """What may be said of the employer, ready to be put into a sentence; empty where the facts say nothing."""

    about: str
    team: str
    culture: str
    values: str
    benefits: str
    requirement: str


_employers: IdentityCache[Employer] = IdentityCache()


def employer_units(context: MessageContext, role: Role, phrasing: Phrasing) -> list[Unit]:
    """The company, team, culture, values and benefits, in paragraph 3."""
    employer = _employers.get((context.shared,), lambda: _read_employer(context, role))
    units = [Unit(employer.about, 55, 3)] if employer.about else []
    if role.inferred:
        return units
    for move, slot, value, weight in (
        ("team", "team", employer.team, 50),
        ("benefits", "benefits", employer.benefits, 38),
        ("culture", "culture", employer.culture, 28),
        ("values", "values", employer.values, 26),
        ("requirement", "requirement", "" if context.of_kind("title_experience") else employer.requirement, 20),
    ):
        if value and (said := phrasing.say(cast(Move, move), **{slot: value})):
            units.append(Unit(said, weight, 3))
    return units


def _read_employer(context: MessageContext, role: Role) -> Employer:
    def phrases(kind: FactKind, *, least: int = 1) -> str:
        said = [fact.attributes["said"].rstrip(".") for fact in context.of_kind(kind)]
        fit = [lower_first(text) for text in said if _NOUN_PHRASE.fullmatch(text) and not speaks_to_someone(text)]
        return listed(fit[:3]) if len(fit) >= least else ""

    about = next((_SENTENCE.match(fact.attributes["said"]) for fact in context.of_kind("company_description")), None)
    asked = (fact.attributes["said"].rstrip(".") for fact in context.of_kind("requirement"))
    return Employer(
        about=about.group() if about and _may_say(about.group(), role) else "",
        team=next((_team(fact) for fact in context.of_kind("team")), ""),
        culture=phrases("culture"),
        values=phrases("value", least=2),
        benefits=phrases("benefit"),
        requirement=next(
            (lower_first(a) for a in asked if len(a) <= 110 and _ASKED_FOR.match(a) and not speaks_to_someone(a)), ""
        ),
    )


def _team(fact: Fact) -> str:
    name, size = fact.attributes["name"], fact.attributes["size"]
    said = f"the {name}" + ("" if name.lower().endswith("team") else " team")
    return f"{said}, {number(int(size))} people" if size.isdigit() else said


def _skills_unit(context: MessageContext, opening: Opening, phrasing: Phrasing) -> Unit | None:
    matches = [fact for fact in context.of_kind("skill_match") if fact.id not in opening.used][:3]
    if not matches:
        return None
    skills = [fact.attributes["skill"] for fact in matches]
    if len(skills) == 1:
        said = phrasing.say("skills_one", skills=skills[0])
    elif len(skills) == 2:
        said = phrasing.say("skills_both", skills=listed(skills))
    else:
        said = phrasing.say("skills_all", skills=listed(skills), count=number(len(skills)))
    return Unit(said, 80, 3) if said else None


def _may_say(sentence: str, role: Role) -> bool:
    """Whether a company's own sentence reads right in the recruiter's mouth."""
    begins_with_name = bool(role.company) and sentence.startswith(role.company)
    speaks_as_we = sentence.startswith(("We ", "We're ", "Our ")) and role.in_house
    return (begins_with_name or speaks_as_we) and (speaks_as_we or not speaks_to_someone(sentence))

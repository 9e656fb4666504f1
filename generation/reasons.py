"""Why the role fits this candidate, and what there is to say of the employer, in an offline message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from .facts import Fact, FactKind, MessageContext
from .identity_cache import IdentityCache
from .language_of import is_in
from .language_pack import language_pack
from .moves import Move
from .opening import Opening
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
            said = phrasing.say("years_fit", duration=phrasing.grammar.years(int(fact.attributes["months"])))
            units.append(Unit(said or "", 60, 3))
        elif fact.kind == "open_to_work":
            units.append(Unit(phrasing.say("open_fit") or "", 45, 3))
        elif fact.kind == "school" and fact.attributes["area"] and not fact.attributes["current"] and not role.inferred:
            school = phrasing.grammar.school(fact.attributes["name"])
            said = phrasing.say("studied_fit", area=fact.attributes["area"], school=school)
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
    employer = _employers.get((context.shared, context.personalization), lambda: _read_employer(context, role))
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
    language = context.personalization.language
    grammar = language_pack(language).grammar

    def own(kind: FactKind) -> list[str]:
        said = [fact.attributes["said"] for fact in context.of_kind(kind)]
        return said if is_in(said, language) else []

    def phrases(kind: FactKind, *, least: int = 1) -> str:
        said = [text.rstrip(".") for text in own(kind)]
        fit = [grammar.inside(text) for text in said if _NOUN_PHRASE.fullmatch(text) and not speaks_to_someone(text)]
        return grammar.listed(fit[:3]) if len(fit) >= least else ""

    def team(fact: Fact) -> str:
        size = fact.attributes["size"]
        return grammar.team(fact.attributes["name"], int(size) if size.isdigit() else None)

    about = next((_SENTENCE.match(said) for said in own("company_description")), None)
    asked = (said.rstrip(".") for said in own("requirement")) if language == "en" else ()
    return Employer(
        about=about.group() if about and _may_say(about.group(), role) else "",
        team=next((team(fact) for fact in context.of_kind("team")), ""),
        culture=phrases("culture"),
        values=phrases("value", least=2),
        benefits=phrases("benefit"),
        requirement=next(
            (grammar.inside(a) for a in asked if len(a) <= 110 and _ASKED_FOR.match(a) and not speaks_to_someone(a)), ""
        ),
    )


def _skills_unit(context: MessageContext, opening: Opening, phrasing: Phrasing) -> Unit | None:
    matches = [fact for fact in context.of_kind("skill_match") if fact.id not in opening.used][:3]
    if not matches:
        return None
    listed = phrasing.grammar.listed([fact.attributes["skill"] for fact in matches])
    move: Move = "skills_one" if len(matches) == 1 else "skills_both" if len(matches) == 2 else "skills_all"
    said = phrasing.say(move, skills=listed, count=phrasing.grammar.number(len(matches)))
    return Unit(said, 80, 3) if said else None


def _may_say(sentence: str, role: Role) -> bool:
    """Whether a company's own sentence reads right in the recruiter's mouth."""
    begins_with_name = bool(role.company) and sentence.startswith(role.company)
    speaks_as_we = sentence.startswith(("We ", "We're ", "Our ")) and role.in_house
    return (begins_with_name or speaks_as_we) and (speaks_as_we or not speaks_to_someone(sentence))

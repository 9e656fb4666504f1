"""Why the role fits this candidate, and what there is to say of the employer, in an offline message."""

from __future__ import annotations

import re

from .facts import MessageContext
from .grammar_en import listed, lower_first, number, years
from .opening import Opening
from .phrasing import Phrasing
from .role import Role
from .screening import speaks_to_someone
from .unit import Unit

_SENTENCE = re.compile(r"[^.!?]{20,220}[.!?](?=\s|$)")
_NOUN_PHRASE = re.compile(r"[^.!?:;]{3,70}")
_ASKED_FOR = re.compile(r"(?:\d+\+?\s*(?:-\s*\d+\s*)?years?\b|(?:hands-on |solid |strong |proven )?(?:experience|knowledge|command))", re.I)


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
            said = phrasing.say("studied_fit", area=fact.attributes["area"], school=fact.attributes["name"])
            units.append(Unit(said or "", 30, 3))
    return units


def employer_units(context: MessageContext, role: Role, phrasing: Phrasing) -> list[Unit]:
    """The company, team, culture, values and benefits, in paragraph 3."""
    units: list[Unit] = []
    for fact in context.of_kind("company_description"):
        if (sentence := _SENTENCE.match(fact.attributes["said"])) and _may_say(sentence.group(), role):
            units.append(Unit(sentence.group(), 55, 3))
    for fact in context.of_kind("team"):
        name = fact.attributes["name"]
        team = f"the {name}" + ("" if name.lower().endswith("team") else " team")
        size = fact.attributes["size"]
        team += f", {number(int(size))} people" if size.isdigit() else ""
        units.append(Unit(phrasing.say("team", team=team) or "", 50, 3))
    for kind, move, weight in (("culture", "culture", 28), ("value", "values", 26), ("benefit", "benefits", 38)):
        said = [f.attributes["said"].rstrip(".") for f in context.facts if f.kind == kind]
        phrases = [lower_first(text) for text in said if _NOUN_PHRASE.fullmatch(text) and not speaks_to_someone(text)]
        if len(phrases) >= (2 if kind == "value" else 1) and not role.inferred:
            text = phrasing.say(move, company=role.company or None, **{kind if kind == "culture" else move: listed(phrases[:3])})  # type: ignore[arg-type]  # moves by name
            units += [Unit(text, weight, 3)] if text else []
    for fact in context.of_kind("requirement")[:3]:
        asked = fact.attributes["said"].rstrip(".")
        if len(asked) <= 110 and _ASKED_FOR.match(asked) and not speaks_to_someone(asked):
            units.append(Unit(phrasing.say("requirement", requirement=lower_first(asked)) or "", 20, 3))
            break
    return units


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
    speaks_as_we = sentence.startswith(("We ", "We're ", "Our ")) and not role.is_agency
    return (begins_with_name or speaks_as_we) and (speaks_as_we or not speaks_to_someone(sentence))

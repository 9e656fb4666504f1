"""A frozen context as one that can be written from and checked again: the parts of each fact read from its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from overture.generation.choices import Language
from overture.generation.facts import Fact, MessageContext
from overture.generation.language_pack import value_words
from overture.generation.numbers import find_digits

from .snapshots import FactSnapshot, FrozenContext

_PERSONAL: Final = frozenset(
    {"skill_match", "title_experience", "position", "achievement", "side_project", "interest", "application",
     "open_to_work", "school"}
)  # fmt: skip
_OPPORTUNITY: Final = frozenset(
    {"title", "responsibility", "requirement", "location", "salary", "workplace_type", "employment_type", "seniority",
     "skill", "benefit"}
)  # fmt: skip
_INTERESTS: Final = {
    "Follows": "follows",
    "Has engaged": "engaged",
    "Joined": "talent_pool",
    "Worked": "alumni",
    "Was referred": "referred",
}
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\Z")
_UNTIL: Final = re.compile(r", until (\S+)\Z")
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")


def thaw(context: FrozenContext, *, today: date | None = None) -> MessageContext:
    """The context of a draft for writing and checking anew; no names stand in it but those of its facts.

    What the text of a fact does not say is lost: whether a past role was of the same kind, and how many words an
    achievement shares with the role. Checks read neither.
    """
    facts = [_fact(fact, context) for fact in context.facts]
    hiring = {fact.attributes["name"] for fact in facts if fact.kind == "company"}
    present = {fact.attributes["company"] for fact in facts if fact.kind == "position" and fact.attributes["current"]}
    title = next((fact.attributes["title"] for fact in facts if fact.kind == "title"), "")
    settled = [_settled(fact, hiring, present, title) for fact in facts]
    inferred = context.opportunity_source == "inferred"
    personal = tuple(f for f in settled if f.kind in _PERSONAL or (inferred and f.kind in _OPPORTUNITY))
    own = {id(fact) for fact in personal}
    return MessageContext(
        shared=tuple(fact for fact in settled if id(fact) not in own),
        personal=personal,
        opportunity_source=context.opportunity_source,
        personalization=context.personalization,
        today=today,
        seed=context.fingerprint,
        fingerprint=context.fingerprint,
    )


def _fact(snapshot: FactSnapshot, context: FrozenContext) -> Fact:
    read = _READERS.get(snapshot.kind, _plain)
    attributes = dict(read(snapshot, context.personalization.language))
    if snapshot.kind == "title":
        attributes["held_now"] = "yes" if context.opportunity_source == "inferred" else ""
    return Fact(
        snapshot.id,
        snapshot.kind,  # type: ignore[arg-type]  # a snapshot was made of a fact
        snapshot.element,  # type: ignore[arg-type]  # likewise
        snapshot.text,
        (),
        snapshot.names,
        attributes,
    )


def _settled(fact: Fact, hiring: set[str], present: set[str], title: str) -> Fact:
    """What only the other facts tell."""
    more: dict[str, str] = {}
    if fact.kind == "position":
        more = {"back": "yes" if fact.attributes["company"] in hiring else "", "related": ""}
    elif fact.kind == "achievement":
        more = {"current": "yes" if fact.attributes["company"] in present else "", "overlap": "0"}
    elif fact.kind == "title_experience":
        more = {"title": title}
    return replace(fact, attributes={**fact.attributes, **more}) if more else fact


def _said(fact: FactSnapshot) -> str:
    return fact.text.partition(": ")[2]


def _plain(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    return {"said": _said(fact) or fact.text}


def _named(attribute: str) -> Callable[[FactSnapshot, Language], Mapping[str, str]]:
    def read(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
        return {attribute: fact.names[0] if fact.names else _said(fact) or fact.text}

    return read


def _location(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    names = list(fact.names) or _said(fact).split(", ")
    return {
        "place": _said(fact),
        "locality": names[0] if len(names) > 1 else "",
        "region": names[1] if len(names) > 2 else "",
        "country": names[-1],
    }


def _term(fact: FactSnapshot, language: Language) -> Mapping[str, str]:
    words = value_words(language)
    table: Mapping[str, str] = {
        "workplace_type": words.workplaces,
        "employment_type": words.employment,
        "seniority": words.seniority,
    }[fact.kind]  # type: ignore[assignment]  # three kinds of names
    said = _said(fact)
    return {"said": said, "value": next((value for value, word in table.items() if word == said), said)}


def _salary(fact: FactSnapshot, language: Language) -> Mapping[str, str]:
    amount = _said(fact)
    found = find_digits(amount)
    amounts = sorted(value for number in found for value in number.values)
    code = _CODE.search(amount)
    periods = value_words(language).periods
    return {
        "amount": amount,
        "minimum": f"{amounts[0]:.15g}" if amounts else "",
        "maximum": f"{amounts[-1]:.15g}" if amounts else "",
        "currency": next((number.currency for number in found if number.currency), code[0] if code else ""),
        "period": next((period for period, word in periods.items() if amount.endswith(word)), ""),
    }


def _team(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    name, *rest = _said(fact).split("; ")
    size = rest[0].removesuffix(" people") if rest and rest[0].endswith(" people") else ""
    return {"name": name, "size": size, "about": "; ".join(rest[1:] if size else rest)}


def _recruiter(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    name, own = _said(fact).partition(", of ")[::2]
    return {"name": name, "company": own}


def _skill_match(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    skill = fact.names[0] if fact.names else fact.text.removeprefix("Has the skill ")
    return {"skill": skill, "own": fact.names[-1] if fact.names else skill}


def _title_experience(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    years = fact.text.partition(" ")[0]
    return {"title": "", "months": str(12 * int(years)) if years.isdigit() else "0"}


def _position(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    text, names = fact.text, list(fact.names)
    current = text.startswith("Works ")
    titled = text.startswith(("Works as ", "Worked as "))
    title = names[0] if names and titled else ""
    company = names[-1] if names and (len(names) > 1 or not titled) else ""
    rest = text[text.rfind(names[-1]) + len(names[-1]) :] if names else ""
    since, until = "", ""
    if current:
        since = rest.removeprefix(" since ") if rest.startswith(" since ") else ""
    elif rest.startswith(", until "):
        until = rest.removeprefix(", until ")
    elif " to " in rest:
        since, until = rest.removeprefix(", ").partition(" to ")[::2]
    return {"title": title, "company": company, "since": since, "until": until, "current": "yes" if current else ""}


def _achievement(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    company = fact.names[0] if fact.names else ""
    return {"text": fact.text.removesuffix(f" (at {company})") if company else fact.text, "company": company}


def _school(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    name, area = fact.names[0] if fact.names else "", fact.names[1] if len(fact.names) > 1 else ""
    studies = fact.text.startswith("Studies")
    subject = fact.text.removeprefix("Studies" if studies else "Studied").partition(f" at {name}")[0].strip()
    degree = subject.partition(" in ")[0] if area and subject != area else "" if area else subject
    until = _UNTIL.search(fact.text)
    return {
        "name": name, "area": area, "degree": degree, "current": "yes" if studies else "",
        "until": until[1] if until else "",
    }  # fmt: skip


def _interest(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    return {"kind": next((kind for start, kind in _INTERESTS.items() if fact.text.startswith(start)), "")}


def _application(fact: FactSnapshot, _: Language) -> Mapping[str, str]:
    year = _YEAR.search(fact.text)
    return {"title": fact.names[0] if fact.names else "", "year": year[0] if year else ""}


_READERS: Final[Mapping[str, Callable[[FactSnapshot, Language], Mapping[str, str]]]] = {
    "title": _named("title"), "location": _location, "workplace_type": _term, "employment_type": _term,
    "seniority": _term, "salary": _salary, "skill": _named("skill"), "team": _team, "company": _named("name"),
    "recruiter": _recruiter, "skill_match": _skill_match, "title_experience": _title_experience,
    "position": _position, "achievement": _achievement, "side_project": _named("name"), "school": _school,
    "interest": _interest, "application": _application,
}  # fmt: skip

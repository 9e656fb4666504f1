"""The facts of the opportunity and its background: the same for every candidate (D-3, D-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from overture.jobs import Company, Team
from overture.people import Recruiter

from .choices import Language
from .facts import Fact
from .language_pack import value_words
from .needs import Needs
from .opportunity import Opportunity
from .screening import tidy
from .wording import country_name, pay, place_name

_MOST = {
    "responsibilities": 8,
    "requirements": 6,
    "skills": 10,
    "benefits": 6,
    "locations": 3,
    "culture": 4,
    "values": 5,
}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ\"“])")
_LONGEST = 320


def opportunity_facts(opportunity: Opportunity, needs: Needs, *, language: Language = "en") -> Iterator[Fact]:
    """Facts J1, J2, ...: title, place, terms, pay if it may be said, skills, duties, requirements, benefits (D-3)."""
    for number, fact in enumerate(_opportunity(opportunity, needs, language), 1):
        yield Fact(f"J{number}", fact.kind, fact.element, fact.text, fact.sources, fact.names, fact.attributes)


def background_facts(
    hiring: str | None,
    *,
    company: Company | None,
    team: Team | None,
    recruiter: Recruiter | None,
    team_name: str | None = None,
) -> Iterator[Fact]:
    """Facts B1, B2, ...: the company, what it does, how it works, the team and the recruiter (D-5)."""
    for number, fact in enumerate(_background(hiring, company, team, recruiter, team_name), 1):
        yield Fact(f"B{number}", fact.kind, fact.element, fact.text, fact.sources, fact.names, fact.attributes)


def _opportunity(opportunity: Opportunity, needs: Needs, language: Language) -> Iterator[Fact]:
    words = value_words(language)
    came_from = opportunity.provenance.get
    if title := clipped(opportunity.title):
        yield Fact(
            "", "title", "job_title", f"Title: {title}", (came_from("title", ""),), (title,),
            {"title": title, "held_now": "yes" if opportunity.is_held_now else ""},
        )  # fmt: skip
    for place in opportunity.locations[: _MOST["locations"]]:
        said = tidy(place_name(place, language=language))
        country = country_name(place.country, language=language) if place.country else ""
        names = tuple(dict.fromkeys(filter(None, (place.locality, place.region, country))))
        yield Fact(
            "", "location", "location", f"Location: {said}", (came_from("locations", ""),), names,
            {"place": said, "locality": place.locality or "", "region": place.region or "", "country": country},
        )  # fmt: skip
    if opportunity.workplace_type:
        said = words.workplaces[opportunity.workplace_type]
        yield _term("workplace_type", "Workplace", said, opportunity.workplace_type, came_from("workplace_type", ""))
    if opportunity.employment_type:
        said = words.employment[opportunity.employment_type]
        yield _term(
            "employment_type", "Employment", said, opportunity.employment_type, came_from("employment_type", "")
        )
    if opportunity.seniority:
        said = words.seniority[opportunity.seniority]
        yield _term("seniority", "Level", said, opportunity.seniority, came_from("seniority", ""))
    if opportunity.salary and (amount := pay(opportunity.salary, language=language)):
        salary = opportunity.salary
        yield Fact(
            "", "salary", "salary", f"Pay: {amount}", (came_from("salary", ""),), (),
            {
                "amount": amount,
                "minimum": "" if salary.minimum is None else f"{salary.minimum:f}",
                "maximum": "" if salary.maximum is None else f"{salary.maximum:f}",
                "currency": salary.currency or "",
                "period": salary.period or "",
            },
        )  # fmt: skip
    for skill in needs.skills[: _MOST["skills"]]:
        if said := clipped(skill, 80):
            yield Fact("", "skill", "skills", f"Skill: {said}", (needs.skills_source,), (said,), {"skill": said})
    for line in opportunity.responsibilities[: _MOST["responsibilities"]]:
        if said := clipped(line):
            yield _plain("responsibility", "responsibilities", "Task", said, came_from("responsibilities", ""))
    for line in opportunity.requirements[: _MOST["requirements"]]:
        if said := clipped(line):
            yield _plain("requirement", "requirements", "Asks for", said, came_from("requirements", ""))
    for line in opportunity.benefits[: _MOST["benefits"]]:
        if said := clipped(line):
            yield _plain("benefit", "benefits", "Benefit", said, came_from("benefits", ""))


def _background(
    hiring: str | None, company: Company | None, team: Team | None, recruiter: Recruiter | None, team_name: str | None
) -> Iterator[Fact]:
    if hiring := clipped(hiring, 90):
        yield Fact("", "company", "company_name", f"Company: {hiring}", ("company.name",), (hiring,), {"name": hiring})
    if company:
        if said := clipped(company.description):
            yield _plain("company_description", "company_description", "What it does", said, "company.description")
        for line in company.culture[: _MOST["culture"]]:
            yield _plain("culture", "company_culture", "Culture", clipped(line), "company.culture")
        for line in company.values[: _MOST["values"]]:
            yield _plain("value", "company_values", "Value", clipped(line), "company.values")
    if (name := clipped(team.name if team else team_name, 90)) and name != hiring:
        about = [f"Team: {name}"]
        about += [f"{team.size} people"] if team and team.size else []
        about += [clipped(team.description)] if team and team.description else []
        yield Fact(
            "", "team", "team", "; ".join(filter(None, about)), ("team",), (name,),
            {
                "name": name,
                "size": str(team.size) if team and team.size else "",
                "about": clipped(team.description) if team else "",
            },
        )  # fmt: skip
    if recruiter:
        own = recruiter.company if recruiter.company and recruiter.company != hiring else ""
        text = f"Recruiter: {recruiter.name}" + (f", of {own}" if own else "")
        yield Fact(
            "", "recruiter", "recruiter_name", text, ("recruiter.name",), tuple(filter(None, (recruiter.name, own))),
            {"name": recruiter.name, "company": own},
        )  # fmt: skip
        if recruiter.title:
            yield _plain("recruiter_title", "recruiter_title", "Recruiter's title", recruiter.title, "recruiter.title")


def _plain(kind: str, element: str, label: str, said: str, source: str) -> Fact:
    return Fact("", kind, element, f"{label}: {said}", (source,), (), {"said": said})  # type: ignore[arg-type]  # literals at every call


def _term(
    kind: Literal["workplace_type", "employment_type", "seniority"], label: str, said: str, value: str, source: str
) -> Fact:
    return Fact("", kind, kind, f"{label}: {said}", (source,), (), {"said": said, "value": value})


def clipped(text: str | None, longest: int = _LONGEST) -> str:
    """A text in one line, at most `longest` characters, cut after a sentence or a clause, never inside a word."""
    said = tidy(text or "")
    if len(said) <= longest:
        return said
    kept = ""
    for sentence in _SENTENCE_END.split(said):
        if len(kept) + len(sentence) + 1 > longest:
            break
        kept = f"{kept} {sentence}".strip()
    if kept:
        return kept
    clause = max(said.rfind(mark, 0, longest) for mark in (", ", "; ", " – "))
    return said[:clause] if clause > longest // 3 else said[: said.rfind(" ", 0, longest)]

"""Facts: the only things a message may say, numbered, each with the field it came from (D-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .elements import ElementName
from .personalization import Personalization

FactKind = Literal[
    # the opportunity
    "title", "responsibility", "requirement", "location", "salary", "workplace_type", "employment_type", "seniority",
    "skill", "benefit",
    # the candidate
    "skill_match", "title_experience", "position", "achievement", "side_project", "interest", "application",
    "open_to_work", "school",
    # the background
    "recruiter", "recruiter_title", "team", "company", "company_description", "culture", "value",
]  # fmt: skip
OpportunitySource = Literal["job", "project", "inferred"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is true: `text` as a model reads it, `names` the proper names in it.

    `attributes` holds the parts a writer needs apart, by kind ("yes" or "" for a truth):
        title: title, held_now · location: place (as said), locality, region, country · team: name, size, about
        salary: amount (as said), minimum, maximum, currency, period · recruiter: name, company · company: name
        skill: skill · skill_match: skill (as the opportunity names it), own (as the candidate names it)
        title_experience: title, months · position: title, company, since, until, current, related, back
        achievement: text, company, current, overlap (how many topic words it shares) · side_project: name
        school: name, area, degree, current, until · interest: kind · application: title, year · others: said
    """

    id: str
    kind: FactKind
    element: ElementName
    text: str
    sources: tuple[str, ...]
    names: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Withheld:
    """The values of an element that is off: they never reach the prompt, nor the draft (D-6, D-11)."""

    element: ElementName
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything one message may rest on, and nothing that is switched off.

    `shared` facts are the same for every candidate of one opportunity; `personal` ones, strongest first, are the
    candidate's (an inferred opportunity is personal too). The candidate's name is in neither (D-12): it is kept
    apart, for code to put in.
    """

    shared: tuple[Fact, ...]
    personal: tuple[Fact, ...]
    opportunity_source: OpportunitySource
    personalization: Personalization
    salutation: str | None = None
    recruiter_name: str | None = None
    recruiter_title: str | None = None
    recruiter_company: str | None = None
    withheld: tuple[Withheld, ...] = ()
    private_names: tuple[str, ...] = ()
    """The candidate's names and contacts, for the checks only; never rendered."""
    suspicious: tuple[str, ...] = ()
    """Profile or job texts left out because they read like orders to a machine (D-13)."""
    opportunity_fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where each field of the opportunity came from (D-2)."""
    warnings: tuple[str, ...] = ()
    today: date | None = None
    """The day durations were counted to ("five years at X"); not rendered."""
    seed: str = ""
    """SHA-256 over opportunity and signals whatever is switched on: the choice among wordings outlives a switch."""
    fingerprint: str = ""
    """SHA-256 over everything a prompt is rendered from; two candidates who differ in name only share it."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts: shared, then personal."""
        return self.shared + self.personal

    def of_kind(self, *kinds: FactKind) -> tuple[Fact, ...]:
        """The facts of these kinds, in order."""
        return tuple(fact for fact in self.facts if fact.kind in kinds)

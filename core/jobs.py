"""The opportunity's side: job, hiring project, company and team, in the terms of schema.org JobPosting."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from .base import Value
from .dates import PartialDate
from .source import Source

Text = Annotated[str, StringConstraints(min_length=1)]
WorkplaceType = Literal["on_site", "hybrid", "remote"]
EmploymentType = Literal["full_time", "part_time", "contract", "temporary", "internship", "volunteer", "apprenticeship"]
Seniority = Literal["intern", "entry", "mid", "senior", "staff", "lead", "manager", "director", "executive"]
PayPeriod = Literal["hour", "day", "week", "month", "year"]
MOST_PAY: Final = Decimal(10) ** 12
"""What no job pays in any currency; larger numbers are slips, and no text can hold the largest of them."""


class Place(Value):
    """A place of work or living (schema.org PostalAddress without the street); `country` is a name or ISO 3166 code."""

    locality: Text | None = None
    region: Text | None = None
    country: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Place:
        if not (self.locality or self.region or self.country):
            raise ValueError("a place needs a locality, a region or a country")
        return self


class Salary(Value):
    """Pay in `currency` (ISO 4217) per `period`; None where the source does not say, never a guess (D-10)."""

    minimum: Decimal | None = Field(default=None, ge=0, lt=MOST_PAY)
    maximum: Decimal | None = Field(default=None, ge=0, lt=MOST_PAY)
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = None
    period: PayPeriod | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Salary:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a salary needs a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("the salary's minimum is above its maximum")
        return self


class Opening(Value):
    """The opportunity fields that a job post and a hiring project share (D-3)."""

    id: str | None = None
    title: Text | None = None
    company: Text | None = None
    team: Text | None = None
    description: Text | None = None
    responsibilities: tuple[Text, ...] = ()
    requirements: tuple[Text, ...] = ()
    skills: tuple[Text, ...] = ()
    """Prioritised skills, the most important first."""
    benefits: tuple[Text, ...] = ()
    locations: tuple[Place, ...] = ()
    salary: Salary | None = None
    workplace_type: WorkplaceType | None = None
    employment_type: EmploymentType | None = None
    seniority: Seniority | None = None
    industry: Text | None = None
    language: Text | None = None
    source: Source = Source()


class Job(Opening):
    """A job post."""

    url: Text | None = None
    date_posted: PartialDate | None = None


class Project(Opening):
    """A hiring project: what a recruiter noted before, or beside, a job post."""

    name: Text | None = None


class Company(Value):
    """What the hiring company does and how it works (D-5)."""

    name: Text
    industry: Text | None = None
    description: Text | None = None
    culture: tuple[Text, ...] = ()
    values: tuple[Text, ...] = ()
    url: Text | None = None
    source: Source = Source()


class Team(Value):
    """The team the role sits in (D-5)."""

    name: Text
    description: Text | None = None
    size: int | None = Field(default=None, ge=1)

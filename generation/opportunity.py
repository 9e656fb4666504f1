"""Which opportunity a message is about, and where each part of it came from (D-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overture.errors import ConfigurationError
from overture.jobs import EmploymentType, Job, Place, Project, Salary, Seniority, WorkplaceType
from overture.people import Candidate, Position

from .facts import OpportunitySource
from .screening import is_plain_name, name_as_given

FIELDS = (
    "title", "company", "team", "responsibilities", "requirements", "skills", "benefits", "locations", "salary",
    "workplace_type", "employment_type", "seniority", "industry",
)  # fmt: skip
_LONGEST_NAME, _LONGEST_TITLE = 12, 20
"""Words; what is longer is no name and no title, but a text in its place."""
INFERRED_WARNING = (
    "D-2: no job post and no project, so the role was inferred from the candidate's position; "
    "the message promises no pay, place or terms"
)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What is on offer; `provenance` maps each known field to `job.<field>`, `project.<field>` or the position."""

    source: OpportunitySource
    provenance: Mapping[str, str]
    title: str | None = None
    company: str | None = None
    team: str | None = None
    responsibilities: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    locations: tuple[Place, ...] = ()
    salary: Salary | None = None
    workplace_type: WorkplaceType | None = None
    employment_type: EmploymentType | None = None
    seniority: Seniority | None = None
    industry: str | None = None
    is_held_now: bool = False
    """For an inferred opportunity: whether the candidate holds the position it was inferred from."""
    warnings: tuple[str, ...] = ()


def resolve_opportunity(
    candidate: Candidate | None, *, job: Job | None = None, project: Project | None = None
) -> Opportunity:
    """The job post, its gaps filled from the project; else the project; else what the candidate does now (D-2).

    Raises:
        ConfigurationError: there is neither job nor project, and no position to infer a role from.
    """
    if job is None and project is None:
        return _inferred(candidate)
    found: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    for kind, opening in (("job", job), ("project", project)):
        for name in FIELDS if opening is not None else ():
            value = _screened(name, getattr(opening, name))
            if name not in found and value not in (None, ()):
                found[name] = value
                provenance[name] = f"{kind}.{name}"
    return Opportunity(source="project" if job is None else "job", provenance=provenance, **found)


def _screened(field: str, value: Any) -> Any:
    """What a message tells as it was given, and only where it can be a name (D-13)."""
    if field in {"title", "company", "team"}:
        return name_as_given(value, most_words=_LONGEST_TITLE if field == "title" else _LONGEST_NAME)
    if field == "locations":
        return tuple(place for given in value if (place := _screened_place(given)))
    return value


def _screened_place(place: Place) -> Place | None:
    parts = {name: getattr(place, name) for name in ("locality", "region", "country")}
    kept = {name: name_as_given(said) for name, said in parts.items()}
    if not any(kept.values()):
        return None
    return place if kept == parts else place.model_copy(update=kept)


def position_to_infer_from(candidate: Candidate) -> tuple[int, Position] | None:
    """The candidate's current position with a title, else the latest one; with its index."""
    titled = [(i, p) for i, p in enumerate(candidate.positions) if p.title and is_plain_name(p.title, most_words=12)]
    return next(((i, p) for i, p in titled if p.is_current), titled[0] if titled else None)


def _inferred(candidate: Candidate | None) -> Opportunity:
    found = position_to_infer_from(candidate) if candidate else None
    if found is None:
        raise ConfigurationError(
            "D-2: nothing to write about: give a job or a project, or a candidate with a position that has a title"
        )
    index, position = found
    return Opportunity(
        source="inferred",
        provenance={"title": f"candidate.positions[{index}].title"},
        title=position.title,
        is_held_now=position.is_current,
        warnings=(INFERRED_WARNING,),
    )

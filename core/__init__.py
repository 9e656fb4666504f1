"""Overture drafts truthful first messages to candidates, labels their answers, and learns from feedback.
Every name loads on first use, so that `import overture` costs nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from overture.classification import Outcome, ReplyClassifier, Verdict, resolve_outcome
    from overture.generation import Draft, Drafter, Personalization
    from overture.sources import read_candidate, read_company, read_job, read_project, read_recruiter

    from .dates import PartialDate
    from .errors import (
        BudgetExceededError,
        ConfigurationError,
        InputError,
        MissingExtraError,
        OvertureError,
        PromptError,
        RunError,
        TransportError,
        UndeliverableError,
        UserError,
        WriterError,
        WriterOutputError,
        WriterRefusalError,
        WriterTimeoutError,
        WriterUnavailableError,
    )
    from .jobs import Company, Job, Place, Project, Salary, Team
    from .people import (
        Candidate,
        CompanyInterest,
        Contacts,
        PastApplication,
        Position,
        Recruiter,
        School,
        SideProject,
        Skill,
        SpokenLanguage,
    )
    from .source import Source

_HOMES = {
    "overture.classification": ("Outcome", "ReplyClassifier", "Verdict", "resolve_outcome"),
    "overture.dates": ("PartialDate",),
    "overture.errors": (
        "BudgetExceededError",
        "ConfigurationError",
        "InputError",
        "MissingExtraError",
        "OvertureError",
        "PromptError",
        "RunError",
        "TransportError",
        "UndeliverableError",
        "UserError",
        "WriterError",
        "WriterOutputError",
        "WriterRefusalError",
        "WriterTimeoutError",
        "WriterUnavailableError",
    ),
    "overture.generation": ("Draft", "Drafter", "Personalization"),
    "overture.jobs": ("Company", "Job", "Place", "Project", "Salary", "Team"),
    "overture.people": (
        "Candidate",
        "CompanyInterest",
        "Contacts",
        "PastApplication",
        "Position",
        "Recruiter",
        "School",
        "SideProject",
        "Skill",
        "SpokenLanguage",
    ),
    "overture.source": ("Source",),
    "overture.sources": ("read_candidate", "read_company", "read_job", "read_project", "read_recruiter"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BudgetExceededError",
    "Candidate",
    "Company",
    "CompanyInterest",
    "ConfigurationError",
    "Contacts",
    "Draft",
    "Drafter",
    "InputError",
    "Job",
    "MissingExtraError",
    "Outcome",
    "OvertureError",
    "PartialDate",
    "PastApplication",
    "Personalization",
    "Place",
    "Position",
    "Project",
    "PromptError",
    "Recruiter",
    "ReplyClassifier",
    "RunError",
    "Salary",
    "School",
    "SideProject",
    "Skill",
    "Source",
    "SpokenLanguage",
    "Team",
    "TransportError",
    "UndeliverableError",
    "UserError",
    "Verdict",
    "WriterError",
    "WriterOutputError",
    "WriterRefusalError",
    "WriterTimeoutError",
    "WriterUnavailableError",
    "read_candidate",
    "read_company",
    "read_job",
    "read_project",
    "read_recruiter",
    "resolve_outcome",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'overture' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

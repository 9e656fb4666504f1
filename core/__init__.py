"""Overture drafts truthful first messages to candidates, labels their answers, and learns from feedback.
Every name loads on first use, so that `import overture` costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .faces import lazy_face

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
    "classification": ("Outcome", "ReplyClassifier", "Verdict", "resolve_outcome"),
    "dates": ("PartialDate",),
    "errors": (
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
    "generation": ("Draft", "Drafter", "Personalization"),
    "jobs": ("Company", "Job", "Place", "Project", "Salary", "Team"),
    "people": (
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
    "source": ("Source",),
    "sources": ("read_candidate", "read_company", "read_job", "read_project", "read_recruiter"),
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

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF)

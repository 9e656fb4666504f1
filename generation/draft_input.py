"""What a draft is made from, in one value: to be kept on a `Draft`, and passed along by LangChain's Runnables."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from overture.base import Value
from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter

from .personalization import Personalization

_AsItStands = Annotated[str, StringConstraints(strip_whitespace=False)]


class DraftInput(Value):
    """The arguments of `Drafter.draft`; candidate and custom content show in no `repr` and no dump (D-7, D-12)."""

    candidate: Candidate = Field(repr=False, exclude=True)
    job: Job | None = None
    project: Project | None = None
    company: Company | None = None
    team: Team | None = None
    recruiter: Recruiter | None = None
    personalization: Personalization | None = None
    custom_content: _AsItStands | None = Field(default=None, repr=False, exclude=True)

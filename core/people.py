"""The people of a message: the candidate it goes to and the recruiter it comes from.

Nothing here can hold age, birth date, gender, nationality or any other attribute that rule D-12 protects.
"""

from __future__ import annotations

import re
from typing import Literal

from .base import Value
from .dates import PartialDate
from .jobs import Place, Team, Text
from .source import Source

InterestKind = Literal["follows", "engaged", "talent_pool", "alumni", "referred"]
_COURTESY = re.compile(r"^(?:(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|mme|sr|sra)\.?\s+)+", re.IGNORECASE)
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ'’.\-]+")


class Skill(Value):
    """A skill as the candidate names it; `level` in the candidate's own words."""

    name: Text
    level: Text | None = None


class Position(Value):
    """One job held; without `end` it is taken to be current when `start` is known and `current` is not False."""

    title: Text | None = None
    company: Text | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    current: bool | None = None
    location: Text | None = None
    description: Text | None = None
    highlights: tuple[Text, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the candidate still holds it, as far as the profile says."""
        if self.current is not None:
            return self.current
        return self.end is None and self.start is not None


class School(Value):
    """One place of study (JSON Resume `education`)."""

    name: Text
    area: Text | None = None
    degree: Text | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    current: bool | None = None


class SideProject(Value):
    """A project of the candidate's own (JSON Resume `projects`)."""

    name: Text
    description: Text | None = None
    highlights: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()


class SpokenLanguage(Value):
    """A language and how well it is spoken, in the candidate's own words."""

    language: Text
    fluency: Text | None = None


class PastApplication(Value):
    """An earlier application to the hiring company."""

    title: Text | None = None
    company: Text | None = None
    date: PartialDate | None = None


class CompanyInterest(Value):
    """A sign of interest in a company that the candidate gave."""

    kind: InterestKind
    company: Text | None = None
    date: PartialDate | None = None


class Contacts(Value):
    """Ways to reach the candidate; never sent to a model (D-12)."""

    emails: tuple[Text, ...] = ()
    phones: tuple[Text, ...] = ()
    urls: tuple[Text, ...] = ()


class Candidate(Value):
    """A candidate's profile, positions and schools newest first."""

    id: str | None = None
    name: Text | None = None
    given_name: Text | None = None
    preferred_name: Text | None = None
    headline: Text | None = None
    summary: Text | None = None
    positions: tuple[Position, ...] = ()
    schools: tuple[School, ...] = ()
    skills: tuple[Skill, ...] = ()
    projects: tuple[SideProject, ...] = ()
    certificates: tuple[Text, ...] = ()
    languages: tuple[SpokenLanguage, ...] = ()
    location: Place | None = None
    time_zone: Text | None = None
    """IANA name, such as Europe/Lisbon."""
    open_to_work: bool | None = None
    past_applications: tuple[PastApplication, ...] = ()
    interests: tuple[CompanyInterest, ...] = ()
    contacts: Contacts = Contacts()
    source: Source = Source()

    @property
    def salutation(self) -> str | None:
        """The name to greet with: preferred, else given, else the first word of a plain Latin name, else all of it."""
        if self.preferred_name or self.given_name:
            return self.preferred_name or self.given_name
        if not self.name:
            return None
        full = _COURTESY.sub("", self.name)
        words = full.split()
        if (
            2 <= len(words) <= 4
            and "," not in full
            and _LATIN_NAME.fullmatch(words[0])
            and len(words[0].strip(".")) > 1
        ):
            return words[0]
        return full


class Recruiter(Value):
    """Who writes (D-5); `seat` is the seat of the contract they write from."""

    name: Text
    title: Text | None = None
    company: Text | None = None
    """The recruiter's own employer, where it is not the hiring company."""
    team: Team | None = None
    email: Text | None = None
    phone: Text | None = None
    seat: Text | None = None
    time_zone: Text | None = None
    source: Source = Source()

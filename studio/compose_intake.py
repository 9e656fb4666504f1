"""Candidates and jobs as people have them, a file or pasted text, read for the shelf of a seat."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from overture.base import Value
from overture.errors import InputError
from overture.jobs import Company, Job
from overture.people import Candidate, Recruiter
from overture.sources import html_to_text, parse_job, read_candidates, read_company, read_job

from .documents import key_of
from .shelf import KeptCandidate, KeptJob, Opportunity, kept_candidate

MOST_CANDIDATES: Final = 200
_LONGEST: Final = 200
_SAFE_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
_FIELD: Final = re.compile(rf"^(?:{'|'.join(Job.model_fields)}):", re.MULTILINE)
Read = TypeVar("Read")
Sourced = TypeVar("Sourced", Candidate, Job, Company)


class Given(Value):
    """What somebody uploaded or pasted."""

    content: bytes
    name: str = "pasted.txt"

    @property
    def suffix(self) -> str:
        """The end of the file's name, the only part of it that reading goes by."""
        found = Path(self.name).suffix.casefold()
        return found if _SAFE_SUFFIX.fullmatch(found) else ""


def read_people(given: Given, *, address: str = "", now: datetime) -> tuple[KeptCandidate, ...]:
    """Every candidate of a file or a paste (D-12: protected fields stay outside); one has the address given.

    Raises:
        InputError: it cannot be read as any format we know, or there are too many; it names the field.
    """
    with _on_disk(given) as path:
        found = _read(path, read_candidates)
    if len(found) > MOST_CANDIDATES:
        raise InputError(
            f"holds {len(found):,} candidates", field="candidate", expected=f"at most {MOST_CANDIDATES} at a time"
        )
    own = address if len(found) == 1 and address else None
    return tuple(kept_candidate(key_of(who), who, address=own, now=now) for who in map(_without_path, found))


def address_for(found: KeptCandidate, before: KeptCandidate | None, *, typed: str) -> str:
    """Where somebody who is added again is written to: what was typed for them before outlives a file read anew."""
    if before is None or (typed and found.address == typed):
        return found.address
    own = next(iter(before.profile.contacts.emails), "")
    return before.address if before.address not in ("", own) else found.address or before.address


def read_offer(given: Given, *, recruiter: Recruiter | None = None, about: str | None = None, now: datetime) -> KeptJob:
    """The job of a file, a page or plain text, with its employer where it says so, and who writes about it (D-5).

    Plain text is taken as a post: its first line is the title, the rest is read as a page's text is.

    Raises:
        InputError: it cannot be read as any format we know; it names the field.
    """
    with _on_disk(given) as path:
        try:
            job, company = _read(path, read_job), _company_of(path)
        except InputError as error:
            plain = _plain_post(given.content)
            if plain is None:
                raise error from None
            job, company = plain, None
    if about:
        named = company or (Company(name=job.company) if job.company else None)
        if named is None:
            raise InputError("is about a company that the job does not name", field="about", expected="a job with one")
        company = named.model_copy(update={"description": about})
    offer = Opportunity(job=_without_path(job), company=company and _without_path(company), recruiter=recruiter)
    key = job.id if job.id and len(job.id) <= _LONGEST else sha256(offer.model_dump_json().encode()).hexdigest()[:32]
    title = (job.title or job.company or "")[:_LONGEST]
    return KeptJob(id=key, title=title, opportunity=offer, created_at=now, updated_at=now)


@contextmanager
def _on_disk(given: Given) -> Generator[Path]:
    """The upload as a file for as long as it is read: formats are told by content, and archives need a file."""
    with TemporaryDirectory(prefix="overture-") as folder:
        path = Path(folder) / f"given{given.suffix}"
        path.write_bytes(given.content)
        yield path


def _read(path: Path, read: Callable[[Path], Read]) -> Read:
    """What a reader makes of the file; its error does not tell where the file lay."""
    try:
        return read(path)
    except InputError as error:
        raise error.at(error.path.replace(str(path), "").strip(", ")) from None


def _company_of(path: Path) -> Company | None:
    try:
        return read_company(path)
    except InputError:
        return None


def _plain_post(content: bytes) -> Job | None:
    """A post without fields: its first line is the title, its sections are found by their headings; None: no such."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if text.lstrip().startswith(("{", "[")) or _FIELD.search(text):
        return None
    title, _, rest = html_to_text(text).strip().partition("\n")
    if not title or not rest.strip():
        return None
    post = {"@context": "https://schema.org", "@type": "JobPosting", "title": title.strip("# "), "description": rest}
    return parse_job(post)


def _without_path(value: Sourced) -> Sourced:
    return value.model_copy(update={"source": value.source.model_copy(update={"path": None})})

"""The public readers: a path or loaded data in, a model out, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from overture.errors import InputError
from overture.jobs import Company, Job, Project
from overture.people import Candidate, Recruiter

from .boards import board_posts, read_board
from .files import FORMATS, Loaded, check_depth, load
from .intake import Intake
from .job_posting import json_ld, postings, read_organization, read_posting
from .json_resume import is_json_resume, read_json_resume
from .member_export import read_export
from .own import read_own
from .rows import is_job_row, is_person_row, read_job_row, read_person_row
from .shapes import Record, is_list, is_record

Pick = int | str | None
Model = TypeVar("Model", Candidate, Job)
Document = TypeVar("Document", Recruiter, Project)


def read_candidate(path: str | Path, *, pick: Pick = None) -> Candidate:
    """The candidate of a file or folder, whatever its format (D-12: protected fields are in `source.dropped`).

    `pick` chooses one of several: a position from 0, an id, or a name. Without it the first is taken, with a note.

    Raises:
        InputError: the file cannot be read, or holds no such candidate; with file, field and what was expected.
    """
    return _one(read_candidates(path), pick, lambda candidate: candidate.name, str(path))


def read_candidates(path: str | Path) -> tuple[Candidate, ...]:
    """All candidates of a file: JSONL, a list, or one document.

    Raises:
        InputError: as `read_candidate`; one broken entry fails the whole file and is named.
    """
    loaded = load(path)
    if loaded.kind == "export":
        return (read_export(loaded.path, Intake(path=str(path), format="member-export")),)
    if loaded.kind == "html":
        raise InputError("a web page is no profile", path=str(path), expected=FORMATS)
    entries = _entries(loaded)
    return tuple(_noted(_candidate(entry, where), loaded) for entry, where in entries)


def read_job(path: str | Path, *, pick: Pick = None) -> Job:
    """The job of a file, whatever its format.

    `pick` chooses one of several: a position from 0, an id, or a title. Without it the first is taken, with a note.

    Raises:
        InputError: the file cannot be read, or holds no such job; with file, field and what was expected.
    """
    return _one(read_jobs(path), pick, lambda job: job.title, str(path))


def read_jobs(path: str | Path) -> tuple[Job, ...]:
    """All jobs of a file: a board's answer, a page with several postings, JSONL, or one document.

    Raises:
        InputError: as `read_job`; one broken entry fails the whole file and is named.
    """
    loaded = load(path)
    if loaded.kind == "export":
        raise InputError("a data export holds no job", path=str(path), expected=FORMATS)
    if loaded.kind == "html":
        documents = json_ld(loaded.data, path=str(path))
        return tuple(_noted(job, loaded) for job in _posted(documents, str(path)))
    if loaded.kind == "lines":
        return tuple(_noted(job, loaded) for entry, where in _entries(loaded) for job in _jobs(entry, where))
    return tuple(_noted(job, loaded) for job in _jobs(loaded.data, str(path)))


def read_project(path: str | Path) -> Project:
    """The hiring project of a YAML or JSON file in our own format.

    Raises:
        InputError: the file cannot be read, or a field is unknown, missing or of another type.
    """
    return _own_document(Project, path)


def read_recruiter(path: str | Path) -> Recruiter:
    """The recruiter of a YAML or JSON file in our own format.

    Raises:
        InputError: the file cannot be read, or a field is unknown, missing or of another type.
    """
    return _own_document(Recruiter, path)


def read_company(path: str | Path) -> Company:
    """The company of a YAML or JSON file in our own format, or the `hiringOrganization` of a JobPosting.

    Raises:
        InputError: the file cannot be read, names no company, or a field is unknown, missing or of another type.
    """
    loaded = load(path)
    if loaded.kind == "html":
        found = list(postings(json_ld(loaded.data, path=str(path))))
    else:
        found = list(postings(loaded.data)) if loaded.kind == "data" else []
    if not found and loaded.kind == "data":
        return _noted_source(read_own(Company, loaded.data, Intake(path=str(path), format="overture")), loaded)
    for posting in found:
        company = read_organization(posting, Intake(path=str(path), format="schema.org/JobPosting"))
        if company:
            return _noted_source(company, loaded)
    raise InputError(
        "names no company", path=str(path), expected="our own format, or a JobPosting's hiringOrganization"
    )


def parse_candidate(data: Any) -> Candidate:
    """The candidate of data that is loaded already (dicts and lists, as JSON gives them).

    Raises:
        InputError: the data is no candidate, or a field is of another type.
    """
    check_depth(data)
    return _candidate(data, "")


def parse_job(data: Any, *, pick: Pick = None) -> Job:
    """The job of data that is loaded already (dicts and lists, as JSON gives them); `pick` as in `read_job`.

    Raises:
        InputError: the data is no job, or a field is of another type.
    """
    check_depth(data)
    return _one(tuple(_jobs(data, "")), pick, lambda job: job.title, "")


def _candidate(data: Any, where: str) -> Candidate:
    if not is_record(data) or not data:
        raise InputError("no profile: it has no fields", path=where, expected=FORMATS)
    _refuse_schema(data, where)
    if next(postings(data), None) is not None:
        raise InputError("a job, not a profile", path=where, expected=FORMATS)
    own = set(map(str, data)) & (set(Candidate.model_fields) - {"skills", "projects", "languages", "interests"})
    if is_json_resume(data):
        return read_json_resume(data, Intake(path=where or None, format="json-resume"))
    if is_person_row(data) and not own & {"positions", "schools", "given_name", "contacts"}:
        return read_person_row(data, Intake(path=where or None, format="person-row"))
    return read_own(Candidate, data, Intake(path=where or None, format="overture"))


def _jobs(data: Any, where: str) -> list[Job]:
    found = list(postings(data))
    if found:
        return _posted(found, where)
    board = board_posts(data)
    if board:
        name, posts, around = board
        return read_board(name, posts, around, lambda: Intake(path=where or None, format=name))
    if is_list(data):
        return [job for number, item in enumerate(data) for job in _jobs(item, f"{where}[{number}]" if where else "")]
    if not is_record(data) or not data:
        raise InputError("no job: it has no fields", path=where, expected=FORMATS)
    _refuse_schema(data, where)
    if is_job_row(data):
        kind = "json-resume-job" if {"qualifications", "meta", "$schema"} & set(data) else "job-row"
        return [read_job_row(data, Intake(path=where or None, format=kind))]
    return [read_own(Job, data, Intake(path=where or None, format="overture"))]


def _refuse_schema(data: Record, where: str) -> None:
    if is_record(data.get("properties")) and data.get("type") == "object":
        raise InputError("a JSON Schema, not a document of that schema", path=where, expected=FORMATS)


def _posted(documents: Any, where: str) -> list[Job]:
    records: list[Record] = list(postings(documents))
    if not records:
        raise InputError("its structured data holds no JobPosting", path=where, expected=FORMATS)
    return [read_posting(record, Intake(path=where or None, format="schema.org/JobPosting")) for record in records]


def _entries(loaded: Loaded) -> list[tuple[Any, str]]:
    """The documents of a file, each with the file's name and its place in it."""
    path = str(loaded.path)
    if loaded.kind == "lines":
        return [(entry, f"{path}, line {number}") for number, entry in loaded.data]
    items = loaded.data
    if is_list(items):
        if not items:
            raise InputError("an empty list", path=path, expected=FORMATS)
        return [(entry, f"{path}[{number}]") for number, entry in enumerate(items)]
    return [(items, path)]


def _one(values: tuple[Model, ...], pick: Pick, name: Callable[[Model], str | None], path: str) -> Model:
    if not values:
        raise InputError("holds nothing to read", path=path, expected=FORMATS)
    if pick is None:
        first = values[0]
        if len(values) == 1:
            return first
        return _with_note(first, f"the first of {len(values)} was read; choose another with `pick`")
    if isinstance(pick, int):
        if -len(values) <= pick < len(values):
            return values[pick]
        raise InputError(f"holds {len(values)} entries", path=path, field=f"pick={pick}", expected="a position from 0")
    wanted = pick.casefold().strip()
    by_id = [value for value in values if value.id == pick]
    exact = [value for value in values if (name(value) or "").casefold() == wanted]
    partial = [value for value in values if wanted and wanted in (name(value) or "").casefold()]
    for found in (by_id, exact, partial):
        if found:
            return (
                found[0] if len(found) == 1 else _with_note(found[0], f"the first of {len(found)} that match {pick!r}")
            )
    names = ", ".join(repr(name(value) or value.id) for value in values[:5])
    raise InputError(f"nothing matches {pick!r}", path=path, expected=f"an id or a name, such as {names}")


def _own_document(model: type[Document], path: str | Path) -> Document:
    loaded = load(path)
    if loaded.kind != "data":
        raise InputError("is not in our own format", path=str(path), expected="YAML or JSON with the model's fields")
    return _noted_source(read_own(model, loaded.data, Intake(path=str(path), format="overture")), loaded)


def _noted(value: Model, loaded: Loaded) -> Model:
    return _noted_source(value, loaded)


def _with_note(value: Model, note: str) -> Model:
    return value.model_copy(update={"source": value.source.model_copy(update={"notes": (*value.source.notes, note)})})


Sourced = TypeVar("Sourced", Candidate, Job, Recruiter, Project, Company)


def _noted_source(value: Sourced, loaded: Loaded) -> Sourced:
    """The value with the notes on its file, such as an odd encoding."""
    if not loaded.notes:
        return value
    notes = (*loaded.notes, *value.source.notes)
    return value.model_copy(update={"source": value.source.model_copy(update={"notes": notes})})

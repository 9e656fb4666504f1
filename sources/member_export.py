"""A member's data export, a folder or .zip of CSV files, read by column name, in any order and case."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from overture.jobs import Place
from overture.people import (
    Candidate,
    CompanyInterest,
    Contacts,
    PastApplication,
    Position,
    School,
    SideProject,
    Skill,
    SpokenLanguage,
)

from .files import MOST_BYTES, decode, read_bytes
from .intake import Intake
from .places import read_places
from .protected import protected_field
from .spans import newest_first, read_span

Row = dict[str, str]
_FILES: dict[str, tuple[str, ...]] = {
    "profile": ("first name", "last name", "headline"),
    "profile summary": ("profile summary",),
    "positions": ("company name", "title", "started on"),
    "education": ("school name", "degree name", "start date"),
    "skills": ("name",),
    "email addresses": ("email address",),
    "phonenumbers": ("number",),
    "phone numbers": ("number",),
    "languages": ("name", "proficiency"),
    "certifications": ("name", "authority"),
    "projects": ("title", "description"),
    "company follows": ("organization", "followed on"),
    "job applications": ("application date", "job title", "company name"),
    "job seeker preferences": ("open to recruiters", "open candidate"),
}
"""The files that are read and columns by which their header line is known; the rest is about other people."""
_PREAMBLE = 12
_MOST_ROWS = 20_000
_URL = re.compile(r"https?://[^\s\],]+")


def read_export(path: Path, intake: Intake) -> Candidate:
    """The candidate of an export; protected columns are dropped and listed (D-12).

    Raises:
        InputError: no file of the export holds a profile, or one is broken.
    """
    tables = _tables(path, intake)
    if not set(tables) & {"profile", "positions", "education", "skills"}:
        raise intake.error("no profile in it", expected="an export with Profile.csv, Positions.csv or Education.csv")
    empty: Row = {}
    profile = next(iter(tables.get("profile", [])), empty)
    given, family = _get(profile, "first name"), _get(profile, "last name")
    name = intake.name(" ".join(part for part in (given, family) if part), "Profile.First Name")
    summary = _get(profile, "summary") or _get(next(iter(tables.get("profile summary", [])), empty), "profile summary")
    return Candidate(
        name=name,
        given_name=intake.name(given, "Profile.First Name"),
        headline=intake.about_person(_get(profile, "headline"), "Profile.Headline"),
        summary=intake.about_person(summary, "Profile.Summary"),
        positions=newest_first(_positions(tables.get("positions", []), intake)),
        schools=newest_first(_schools(tables.get("education", []), intake)),
        skills=tuple(Skill(name=skill) for skill in _column(tables, "skills", "name", intake)),
        projects=tuple(_projects(tables.get("projects", []), intake)),
        certificates=_column(tables, "certifications", "name", intake),
        languages=tuple(_languages(tables.get("languages", []), intake)),
        location=_location(_get(profile, "geo location"), intake),
        open_to_work=_open_to_work(tables, intake),
        past_applications=tuple(_applications(tables.get("job applications", []), intake)),
        interests=tuple(_follows(tables.get("company follows", []), intake)),
        contacts=_contacts(profile, tables, intake),
        source=intake.source(),
    )


def _tables(path: Path, intake: Intake) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    passed: list[str] = []
    for name, raw in _csv_files(path, intake):
        stem = re.sub(r"[\s_-]+", " ", PurePosixPath(name).stem).strip().casefold()
        stem = re.sub(r" \d+$", "", stem)  # "Job Applications_1.csv" goes on from "Job Applications.csv"
        if stem not in _FILES:
            passed.append(PurePosixPath(name).name)
            continue
        text, notes = decode(raw, path=f"{intake.path}/{name}")
        for note in notes:
            intake.note(f"{name}: {note}")
        tables.setdefault(stem, []).extend(_rows(text, PurePosixPath(name).stem, _FILES[stem], intake))
    if passed:
        intake.note("not read: " + ", ".join(sorted(passed)[:40]))
    return tables


def _csv_files(path: Path, intake: Intake) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.casefold() == ".csv" and file.is_file():
                yield file.relative_to(path).as_posix(), read_bytes(file)
        return
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if not info.filename.casefold().endswith(".csv") or "__MACOSX" in info.filename:
                    continue
                with archive.open(info) as stream:
                    raw = stream.read(MOST_BYTES + 1 - total)  # the sizes that an archive states can lie
                total += len(raw)
                if total > MOST_BYTES:
                    raise intake.error(
                        "the archive is too large", expected=f"at most {MOST_BYTES // 2**20} MB unpacked"
                    )
                yield info.filename, raw
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise intake.error(f"a broken .zip file ({error})", expected="an archive that opens") from None


def _rows(text: str, file: str, known: tuple[str, ...], intake: Intake) -> list[Row]:
    """The rows under the header line, which some files open with a few lines of notes before."""
    delimiter = max(",;\t", key="\n".join(text.splitlines()[:_PREAMBLE]).count)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter))
    except csv.Error as error:
        raise intake.error(
            f"not valid CSV ({error})", field=f"{file}.csv", expected="a file with one header line"
        ) from None
    headers = [[" ".join(cell.replace("\ufeff", "").split()) for cell in line] for line in lines[:_PREAMBLE]]
    number = next((i for i, cells in enumerate(headers) if {cell.casefold() for cell in cells} & set(known)), None)
    if number is None:
        if any(cell.strip() for line in lines for cell in line):
            intake.note(f"{file}.csv: no header line with {' or '.join(repr(name) for name in known)}, left out")
        return []
    header = [title.casefold() for title in headers[number]]
    rows = [
        dict(zip(header, line, strict=False)) for line in lines[number + 1 : _MOST_ROWS] if any(map(str.strip, line))
    ]
    for title, column in zip(headers[number], header, strict=True):
        if protected_field(title) and any(row.get(column, "").strip() for row in rows):
            intake.drop(f"{file}.{title}")
    return [{column: cell for column, cell in row.items() if not protected_field(column)} for row in rows]


def _positions(rows: list[Row], intake: Intake) -> Iterator[Position]:
    for number, row in enumerate(rows):
        place = f"Positions[{number}]"
        start, end, current = read_span(_get(row, "started on"), _get(row, "finished on"), place, intake)
        title = intake.about_person(_get(row, "title"), f"{place}.Title")
        company = intake.text(_get(row, "company name"), f"{place}.Company Name")
        if title or company:
            yield Position(
                title=title,
                company=company,
                start=start,
                end=end,
                current=current,
                location=intake.text(_get(row, "location"), f"{place}.Location"),
                description=intake.about_person(_get(row, "description"), f"{place}.Description"),
            )


def _schools(rows: list[Row], intake: Intake) -> Iterator[School]:
    for number, row in enumerate(rows):
        place = f"Education[{number}]"
        start, end, current = read_span(_get(row, "start date"), _get(row, "end date"), place, intake)
        if name := intake.text(_get(row, "school name"), f"{place}.School Name"):
            yield School(
                name=name,
                degree=intake.text(_get(row, "degree name"), f"{place}.Degree Name"),
                area=intake.text(_get(row, "field of study"), f"{place}.Field Of Study"),
                start=start,
                end=end,
                current=current or None,
            )


def _projects(rows: list[Row], intake: Intake) -> Iterator[SideProject]:
    for number, row in enumerate(rows):
        if name := intake.text(_get(row, "title"), f"Projects[{number}].Title"):
            description = intake.about_person(_get(row, "description"), f"Projects[{number}].Description")
            yield SideProject(name=name, description=description)


def _languages(rows: list[Row], intake: Intake) -> Iterator[SpokenLanguage]:
    for number, row in enumerate(rows):
        if name := intake.text(_get(row, "name"), f"Languages[{number}].Name"):
            fluency = intake.text(_get(row, "proficiency"), f"Languages[{number}].Proficiency")
            yield SpokenLanguage(language=name, fluency=_spoken(fluency))


def _applications(rows: list[Row], intake: Intake) -> Iterator[PastApplication]:
    for number, row in enumerate(rows):
        place = f"Job Applications[{number}]"
        title = intake.text(_get(row, "job title"), f"{place}.Job Title")
        company = intake.text(_get(row, "company name"), f"{place}.Company Name")
        if title or company:
            date = intake.date(_day(_get(row, "application date")), f"{place}.Application Date")
            yield PastApplication(title=title, company=company, date=date)


def _follows(rows: list[Row], intake: Intake) -> Iterator[CompanyInterest]:
    for number, row in enumerate(rows):
        place = f"Company Follows[{number}]"
        if company := intake.text(_get(row, "organization"), f"{place}.Organization"):
            date = intake.date(_day(_get(row, "followed on")), f"{place}.Followed On")
            yield CompanyInterest(kind="follows", company=company, date=date)


def _open_to_work(tables: dict[str, list[Row]], intake: Intake) -> bool | None:
    for row in tables.get("job seeker preferences", []):
        for column in ("open to recruiters", "open candidate"):
            if (found := intake.flag(_get(row, column))) is not None:
                return found
    return None


def _location(text: str | None, intake: Intake) -> Place | None:
    places, _ = read_places(intake.text(text, "Profile.Geo Location") or "")
    return places[0] if places else None


def _contacts(profile: Row, tables: dict[str, list[Row]], intake: Intake) -> Contacts:
    emails = tables.get("email addresses", [])
    ordered = sorted(emails, key=lambda row: _get(row, "primary").casefold() != "yes")
    phones = (row for name in ("phonenumbers", "phone numbers") for row in tables.get(name, []))
    return Contacts(
        emails=intake.texts([_get(row, "email address") for row in ordered], "Email Addresses"),
        phones=intake.texts([_get(row, "number") for row in phones], "PhoneNumbers"),
        urls=tuple(dict.fromkeys(_URL.findall(_get(profile, "websites")))),
    )


def _column(tables: dict[str, list[Row]], table: str, column: str, intake: Intake) -> tuple[str, ...]:
    names = [intake.about_person(_get(row, column), f"{table}[{i}]") for i, row in enumerate(tables.get(table, []))]
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if name))


def _spoken(fluency: str | None) -> str | None:
    """`NATIVE_OR_BILINGUAL`, as the export codes it, in words."""
    return fluency.replace("_", " ").capitalize() if fluency and "_" in fluency else fluency


def _get(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()


def _day(text: str) -> str:
    """The day of a date with a time: `1/27/24, 4:05 PM`, `2024/01/27 16:05:11 UTC`, `Wed Jan 27 16:05:11 UTC 2024`."""
    if found := re.fullmatch(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) [\d:]+ \w+ (\d{4})", text):
        return f"{found[2]} {found[1]} {found[3]}"
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{2}),? .*[AP]M", text):  # the export's own form: month first
        return f"20{found[3]}-{found[1]}-{found[2]}"
    return re.sub(r"[ ,T]+\d{1,2}:\d{2}.*$", "", text)

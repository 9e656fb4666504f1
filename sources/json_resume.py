"""JSON Resume (schema v1.0.0) as a `Candidate`."""

from __future__ import annotations

from typing import Any

from overture.jobs import Place
from overture.people import Candidate, Contacts, Position, School, SideProject, Skill, SpokenLanguage

from .intake import Intake
from .places import make_place, read_places
from .shapes import Record, is_list, is_record, words
from .spans import newest_first, read_span

KEYS = words(
    "$schema basics work volunteer education awards certificates publications skills languages interests",
    "references projects meta",
)
_LEFT_OUT = ("volunteer", "interests", "references", "awards", "publications")
_LABELS = frozenset({
    "languages", "programming languages", "tools", "frameworks", "libraries", "technologies", "technology", "other",
    "others", "misc", "miscellaneous", "general", "platforms", "databases", "methods", "methodologies", "soft skills",
    "hard skills", "technical skills", "skills", "software", "hardware", "personal skills", "core skills", "key skills",
    "tooling", "cloud & devops", "tools & platforms", "data",
})  # fmt: skip
"""Names of groups that are not themselves a skill: their keywords are."""


def is_json_resume(record: Record) -> bool:
    """Whether an object has the shape of JSON Resume."""
    keys = set(record) & KEYS
    if not keys:
        return False
    if keys & {"basics", "work", "volunteer", "education", "awards", "publications", "references", "meta", "$schema"}:
        return True
    entries = record.get("interests")
    if is_list(entries) and any(is_record(entry) and "kind" in entry for entry in entries):
        return False
    return set(record) <= KEYS


def read_json_resume(record: Record, intake: Intake) -> Candidate:
    """The candidate of a JSON Resume document.

    Left out and noted: volunteering, interests and references (they may tell of beliefs, or are about others).
    """
    basics = intake.record(record.get("basics"), "basics")
    intake.drop_protected(basics, "basics")
    intake.drop_protected(record, "", but=KEYS)
    for key in _LEFT_OUT:
        if record.get(key):
            intake.note(f"left out: {key}")
    return Candidate(
        name=intake.name(basics.get("name"), "basics.name"),
        headline=intake.about_person(basics.get("label"), "basics.label"),
        summary=intake.about_person(basics.get("summary"), "basics.summary"),
        positions=newest_first(
            position
            for entry, place in intake.records(record.get("work"), "work")
            if (position := _position(entry, place, intake))
        ),
        schools=newest_first(
            school
            for entry, place in intake.records(record.get("education"), "education")
            if (school := _school(entry, place, intake))
        ),
        skills=read_skills(record.get("skills"), intake),
        projects=tuple(
            project
            for entry, place in intake.records(record.get("projects"), "projects")
            if (project := _project(entry, place, intake))
        ),
        certificates=_names(record.get("certificates"), "certificates", intake),
        languages=tuple(
            language
            for entry, place in _named(record.get("languages"), "languages", "language", intake)
            if (language := _language(entry, place, intake))
        ),
        location=_location(basics.get("location"), intake),
        contacts=_contacts(basics, intake),
        source=intake.source(),
    )


def _position(entry: Record, place: str, intake: Intake) -> Position | None:
    intake.drop_protected(entry, place)
    start, end, current = read_span(entry.get("startDate"), entry.get("endDate"), place, intake)
    title = intake.about_person(entry.get("position"), f"{place}.position")
    company = intake.text(entry.get("name") or entry.get("company"), f"{place}.name")
    location = entry.get("location")
    position = Position(
        title=title,
        company=company,
        start=start,
        end=end,
        current=current,
        location=_place_text(location, f"{place}.location", intake),
        description=intake.about_person(entry.get("summary"), f"{place}.summary"),
        highlights=intake.lines_about_person(entry.get("highlights"), f"{place}.highlights"),
    )
    return position if position.model_dump(exclude_none=True, exclude_defaults=True) else None


def _school(entry: Record, place: str, intake: Intake) -> School | None:
    intake.drop_protected(entry, place)
    start, end, current = read_span(entry.get("startDate"), entry.get("endDate"), place, intake)
    name = intake.text(entry.get("institution"), f"{place}.institution")
    area = intake.text(entry.get("area"), f"{place}.area")
    degree = intake.text(entry.get("studyType"), f"{place}.studyType")
    if not name:
        if area or degree:
            intake.note(f"{place}: no institution, left out")
        return None
    return School(name=name, area=area, degree=degree, start=start, end=end, current=current or None)


def read_skills(value: Any, intake: Intake) -> tuple[Skill, ...]:
    """Skills with their levels, then the keywords of each; a group's name ("Tools") is no skill."""
    found: dict[str, Skill] = {}
    for entry, place in _named(value, "skills", "name", intake):
        name = intake.about_person(entry.get("name"), f"{place}.name")
        level = intake.text(entry.get("level"), f"{place}.level")
        keywords = [
            word
            for item, inner in intake.entries(entry.get("keywords"), f"{place}.keywords")
            if (word := intake.about_person(item, inner))
        ]
        if name and not (keywords and name.casefold() in _LABELS):
            found.setdefault(name.casefold(), Skill(name=name, level=level))
        for word in keywords:  # the level is said of the group, so a keyword has none
            found.setdefault(word.casefold(), Skill(name=word))
    return tuple(found.values())


def _project(entry: Record, place: str, intake: Intake) -> SideProject | None:
    intake.drop_protected(entry, place)
    name = intake.text(entry.get("name"), f"{place}.name")
    description = intake.about_person(entry.get("description"), f"{place}.description")
    highlights = intake.lines_about_person(entry.get("highlights"), f"{place}.highlights")
    keywords = intake.texts(entry.get("keywords"), f"{place}.keywords")
    if not name:
        if description or highlights:
            intake.note(f"{place}: no name, left out")
        return None
    return SideProject(name=name, description=description, highlights=highlights, keywords=keywords)


def _language(entry: Record, place: str, intake: Intake) -> SpokenLanguage | None:
    language = intake.text(entry.get("language") or entry.get("name"), f"{place}.language")
    fluency = intake.text(entry.get("fluency"), f"{place}.fluency")
    return SpokenLanguage(language=language, fluency=fluency) if language else None


def _names(value: Any, field: str, intake: Intake) -> tuple[str, ...]:
    names = (intake.text(entry.get("name"), f"{place}.name") for entry, place in _named(value, field, "name", intake))
    return tuple(dict.fromkeys(name for name in names if name))


def _named(value: Any, field: str, key: str, intake: Intake) -> list[tuple[Record, str]]:
    """The objects of a list; a bare text stands for an object of that name."""
    if is_list(value):
        value = [{key: item} if isinstance(item, str) else item for item in value]
    elif isinstance(value, str):
        value = [{key: value}]
    return intake.records(value, field)


def _location(value: Any, intake: Intake) -> Place | None:
    if isinstance(value, str):
        places, _ = read_places(intake.text(value, "basics.location") or "")
        return places[0] if places else None
    location = intake.record(value, "basics.location")
    return make_place(
        locality=intake.text(location.get("city"), "basics.location.city"),
        region=intake.text(location.get("region"), "basics.location.region"),
        country=intake.text(location.get("countryCode") or location.get("country"), "basics.location.countryCode"),
    )


def _place_text(value: Any, field: str, intake: Intake) -> str | None:
    if is_record(value):
        record = intake.record(value, field)
        parts = (intake.text(record.get(key), f"{field}.{key}") for key in ("city", "region", "countryCode"))
        return ", ".join(part for part in parts if part) or None
    return intake.text(value, field)


def _contacts(basics: Record, intake: Intake) -> Contacts:
    urls = [intake.text(basics.get("url"), "basics.url")]
    for entry, place in intake.records(basics.get("profiles"), "basics.profiles"):
        urls.append(intake.text(entry.get("url"), f"{place}.url"))
    return Contacts(
        emails=intake.texts(basics.get("email"), "basics.email"),
        phones=intake.texts(basics.get("phone"), "basics.phone"),
        urls=tuple(dict.fromkeys(url for url in urls if url)),
    )

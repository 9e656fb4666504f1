"""Flat records of jobs and people under everyday field names: JSONL rows, and the job schema of JSON Resume."""

from __future__ import annotations

from typing import Any

from overture.jobs import Job, Place, Salary, WorkplaceType
from overture.people import Candidate, Contacts, Position, School, SpokenLanguage

from .blocks import html_to_text
from .intake import Intake, company_name
from .json_resume import read_skills
from .openings import level, listed, make_job, place_of, places_in, skill_names
from .pay import currency_code, make_salary, parse_salary
from .protected import is_honorific
from .sections import Part
from .shapes import Record, is_list, is_record
from .terms import EMPLOYMENT, PERIODS, WORKPLACE, agreed, look_up
from .titles import title_case

JOB_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "job_id", "jobId", "requisition_id", "reference", "ref"),
    "title": ("title", "job_title", "jobTitle", "position", "role", "name"),
    "company": ("company", "company_name", "companyName", "employer", "agency", "organization", "organisation"),
    "team": ("team", "department"),
    "description": ("description", "job_description", "summary", "content", "body"),
    "responsibilities": ("responsibilities", "duties", "tasks"),
    "requirements": ("requirements", "qualifications", "minimum_qualifications"),
    "nice_to_have": ("nice_to_have", "preferred_qualifications", "preferred", "preferred_skills"),
    "benefits": ("benefits", "perks"),
    "skills": ("skills", "required_skills", "key_skills", "tags"),
    "location": ("location", "locations", "city", "work_location"),
    "country": ("country", "country_code", "countryCode"),
    "workplace": ("remote", "workplace_type", "workplaceType", "workplace", "remote_type", "work_mode"),
    "employment": ("type", "employment_type", "employmentType", "job_type", "contract_type", "commitment"),
    "seniority": ("experience", "seniority", "experience_level", "experienceLevel", "level", "seniority_level"),
    "salary": ("salary", "pay", "compensation", "salary_range", "wage"),
    "salary_from": ("salary_from", "salary_min", "min_salary", "minSalary", "salaryMin", "salary_range_from"),
    "salary_to": ("salary_to", "salary_max", "max_salary", "maxSalary", "salaryMax", "salary_range_to"),
    "currency": ("salary_currency", "currency", "salaryCurrency"),
    "period": ("salary_period", "salary_frequency", "pay_period", "salary_interval"),
    "industry": ("industry",),
    "language": ("language", "lang"),
    "url": ("url", "link", "job_url", "apply_url", "applyUrl"),
    "date": ("date", "posted_at", "date_posted", "datePosted", "published_at", "posting_date", "created_at"),
}
PERSON_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "candidate_id", "person_id"),
    "name": ("name", "full_name", "fullName", "fullname", "candidate_name"),
    "given": ("given", "first_name", "firstName", "firstname", "given_name", "givenName", "first", "vorname", "prénom"),
    "family": (
        "family",
        "last_name",
        "lastName",
        "lastname",
        "family_name",
        "familyName",
        "surname",
        "last",
        "nachname",
    ),
    "preferred": ("preferred_name", "nickname", "preferredName"),
    "headline": ("headline", "label"),
    "summary": ("summary", "about", "bio", "profile"),
    "occupation": ("occupation", "job_title", "jobTitle", "current_title", "current_position", "position", "role"),
    "company": ("company", "employer", "current_company", "currentCompany", "organization", "organisation"),
    "school": ("school", "university", "education", "college"),
    "skills": ("skills",),
    "languages": ("languages",),
    "location": ("location",),
    "city": ("city", "town"),
    "region": ("region", "state"),
    "country": ("country", "country_code", "countryCode"),
    "email": ("email", "email_address", "emails", "e-mail"),
    "phone": ("phone", "phone_number", "mobile", "phones"),
    "url": ("url", "linkedin", "linkedin_url", "website", "github", "profile_url"),
    "open_to_work": ("open_to_work", "openToWork"),
}
_JOB_ONLY = (
    frozenset(alias for aliases in JOB_ALIASES.values() for alias in aliases)
    - frozenset(Job.model_fields)
    - {"name", "summary", "profile"}
)
_PERSON_ONLY = frozenset(alias for aliases in PERSON_ALIASES.values() for alias in aliases) - frozenset(
    Candidate.model_fields
)
_BESIDES = {"gold", "gold_why", "similarity", "meta", "$schema", "middle", "posting_type", "category", "level"}
"""Fields of rows that say nothing of the person or the job, or (a middle name) nothing that a message needs."""


def is_job_row(record: Record) -> bool:
    """Whether an object names a job's fields in words that our own format does not have."""
    return bool(set(map(str, record)) & _JOB_ONLY) and _pick(record, JOB_ALIASES["title"])[0] is not None


def is_person_row(record: Record) -> bool:
    """Whether an object names a person's fields in words that our own format does not have."""
    return bool(set(map(str, record)) & _PERSON_ONLY)


def read_job_row(record: Record, intake: Intake) -> Job:
    """The job of a flat record.

    `remote` is Full, Hybrid or None in JSON Resume's words. A title in capitals is put into title case, with a note.
    """
    found = {name: _pick(record, aliases) for name, aliases in JOB_ALIASES.items()}
    places, mode = _job_places(found["location"], found["country"], intake)
    title = intake.text(*found["title"])
    if title and title.isupper() and len(title) > 4:
        intake.note(f"title: was in capitals ({title[:60]!r}), put into title case")
        title = title_case(title)
    intake.unread(record, {key for aliases in JOB_ALIASES.values() for key in aliases} | _BESIDES)
    parts = [Part(intake.raw(*found["description"]))]
    for name, kind in (("responsibilities", "responsibilities"), ("requirements", "requirements"),
                       ("nice_to_have", "nice_to_have"), ("benefits", "benefits")):  # fmt: skip
        lines = listed(intake, *found[name])
        parts.append(Part("\n".join(f"- {line}" for line in lines), kind))  # type: ignore[arg-type] # names of the table
    return make_job(
        intake,
        id=intake.text(*found["id"]),
        title=title,
        company=company_name(intake, *_named(found["company"])),
        team=intake.text(*_named(found["team"])),
        parts=parts,
        skills=skill_names(intake, *found["skills"]),
        places=places,
        salary=_salary(found, places, intake),
        workplace_type=_workplace(*found["workplace"], intake) or mode,
        employment_type=agreed(EMPLOYMENT, intake.texts(*found["employment"])),
        seniority=level(intake, *_scalar(found["seniority"])),
        industry=intake.text(*found["industry"]),
        language=intake.text(*found["language"]),
        url=intake.text(*found["url"]),
        date_posted=intake.date(*found["date"]),
    )


def read_person_row(record: Record, intake: Intake) -> Candidate:
    """The candidate of a flat record; `occupation` and `company` are what the person does now."""
    intake.drop_protected(record, "")
    found = {name: _pick(record, aliases) for name, aliases in PERSON_ALIASES.items()}
    if record.get("title"):
        if _is_courtesy(record["title"]):
            intake.drop("title")
        elif found["occupation"][0] is None:
            found["occupation"] = (record["title"], "title")
    intake.unread(record, {key for aliases in PERSON_ALIASES.values() for key in aliases} | _BESIDES | {"title"})
    given, family = intake.name(*found["given"]), intake.name(*found["family"])
    title = intake.about_person(*found["occupation"])
    employer = company_name(intake, *_named(found["company"]))
    location = place_of(intake, {key: found[key][0] for key in ("city", "region", "country")}, "", city="city",
                        region="region", country="country")  # fmt: skip
    if location is None and not is_record(found["location"][0]):
        named, _ = places_in(intake, *found["location"])
        location = named[0] if named else None
    school = None if _scalar(found["school"])[0] is None else intake.text(*found["school"])
    return Candidate(
        id=intake.text(*found["id"]),
        name=intake.name(*found["name"]) or " ".join(part for part in (given, family) if part) or None,
        given_name=given,
        preferred_name=intake.name(*found["preferred"]),
        headline=intake.about_person(*found["headline"]),
        summary=intake.about_person(*found["summary"]),
        positions=(Position(title=title, company=employer, current=True),) if title or employer else (),
        schools=(School(name=school),) if school else (),
        skills=read_skills(found["skills"][0], intake),
        languages=tuple(SpokenLanguage(language=name) for name in skill_names(intake, *found["languages"])),
        location=location,
        open_to_work=intake.flag(found["open_to_work"][0]) if found["open_to_work"][0] is not None else None,
        contacts=Contacts(
            emails=intake.texts(*found["email"]),
            phones=intake.texts(*found["phone"]),
            urls=intake.texts(*found["url"]),
        ),
        source=intake.source(),
    )


def _pick(record: Record, aliases: tuple[str, ...]) -> tuple[Any, str]:
    """The first of the fields that holds something, and its name."""
    for alias in aliases:
        if record.get(alias) not in (None, "", [], {}):
            return record[alias], alias
    return None, aliases[0]


def _named(found: tuple[Any, str]) -> tuple[Any, str]:
    value, field = found
    return (value.get("name"), f"{field}.name") if is_record(value) else found


def _scalar(found: tuple[Any, str]) -> tuple[Any, str]:
    value, field = found
    return (None, field) if is_list(value) or is_record(value) else found


def _is_courtesy(value: Any) -> bool:
    return isinstance(value, str) and is_honorific(value)


def _workplace(value: Any, field: str, intake: Intake) -> WorkplaceType | None:
    if isinstance(value, bool):
        return "remote" if value else None
    if isinstance(value, str) and value.strip().casefold() in {"none", "no"}:
        return "on_site" if field == "remote" and value.strip() == "None" else None
    return look_up(WORKPLACE, intake.text(value, field))


def _job_places(
    location: tuple[Any, str], country: tuple[Any, str], intake: Intake
) -> tuple[list[Place], WorkplaceType | None]:
    beside = intake.text(*_scalar(country))
    value, field = location
    places: list[Place] = []
    modes: set[WorkplaceType] = set()
    entries = [(value, field)] if is_record(value) else intake.entries(value, field)
    for entry, place in entries:
        if is_record(entry):
            parts = {
                "city": entry.get("city") or entry.get("locality"),
                "region": entry.get("region") or entry.get("state"),
                "country": entry.get("countryCode") or entry.get("country"),
            }
            made = place_of(intake, parts, place, city="city", region="region", country="country")
            places += [made] if made else []
        else:
            named, mode = places_in(intake, entry, place, country=beside)
            places += named
            modes |= {mode} if mode else set()
    if not places and beside:
        places = [Place(country=beside)]
    return places, modes.pop() if len(modes) == 1 else None


def _salary(found: dict[str, tuple[Any, str]], places: list[Place], intake: Intake) -> Salary | None:
    code = currency_code(intake.text(*_scalar(found["currency"])), places)
    period = intake.text(*_scalar(found["period"]))
    low, high = intake.amount(*found["salary_from"]), intake.amount(*found["salary_to"])
    if low is not None or high is not None:
        return make_salary(low, high, currency=code, period=period)
    value, field = found["salary"]
    if is_record(value):
        pairs = (("min", "max"), ("from", "to"), ("minimum", "maximum"), ("minValue", "maxValue"))
        low, high = (
            next((amount for pair in pairs if (amount := intake.amount(value.get(pair[end]), field)) is not None), None)
            for end in (0, 1)
        )
        named = intake.text(value.get("currency"), f"{field}.currency")
        said = intake.text(value.get("period") or value.get("unit"), f"{field}.period")
        return make_salary(low, high, currency=currency_code(named, places) or code, period=said or period)
    text = None if is_list(value) else intake.text(value, field)
    parsed = parse_salary(html_to_text(text), places) if text else None
    if text and parsed is None:
        intake.note(f"{field}: {text[:60]!r} names no amount, left out")
    if parsed is None:
        return None
    return parsed.model_copy(
        update={"currency": parsed.currency or code, "period": parsed.period or look_up(PERIODS, period)}
    )

"""schema.org JobPosting as a `Job`: JSON-LD alone, in an `@graph`, in a list, or in the script of an HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from overture.errors import InputError
from overture.jobs import Company, EmploymentType, Job, Place, Salary, WorkplaceType

from .blocks import is_too_deep
from .clean import plain
from .files import check_depth
from .intake import Intake
from .openings import employer, listed, make_job, place_of, places_in, skill_names
from .pay import currency_code, make_salary, parse_salary
from .sections import Part
from .shapes import Record, is_list, is_record
from .terms import EMPLOYMENT, WORKPLACE, agreed, look_up

_CDATA = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[\s;]*$"
)


def postings(data: Any) -> Iterator[Record]:
    """Every JobPosting in JSON-LD, wherever it stands; the data must have passed `check_depth`."""
    if is_record(data):
        if _is_posting(data.get("@type")):
            yield data
            return
        values: Any = data.values()
    else:
        values = data if is_list(data) else []
    for value in values:
        if is_record(value) or is_list(value):
            yield from postings(value)


def json_ld(html: str, *, path: str = "") -> list[Any]:
    """The JSON-LD documents of an HTML page; a broken one is passed over if another is sound.

    Raises:
        InputError: the page has none, or none that is JSON.
    """
    from selectolax.lexbor import LexborHTMLParser

    if is_too_deep(html):
        raise InputError("the page is nested too deeply", path=path, expected="a page that a browser would show")
    documents: list[Any] = []
    problem = ""
    for script in LexborHTMLParser(html).css("script"):
        kind = (script.attributes.get("type") or "").split(";")[0].strip().casefold()
        if kind != "application/ld+json":
            continue
        text = _CDATA.sub("", (script.text(deep=True) or "")).strip()
        try:
            data = json.loads(text, strict=False, parse_constant=lambda _: None)
            check_depth(data, path=path)
            documents.append(data)
        except json.JSONDecodeError as error:
            problem = f"its JSON-LD is broken at line {error.lineno}, column {error.colno} of the script ({error.msg})"
        except (RecursionError, ValueError):
            problem = "its JSON-LD is nested too deeply"
    if not documents:
        raise InputError(
            problem or "the page holds no structured data",
            path=path,
            expected='a JobPosting in <script type="application/ld+json">',
        )
    return documents


def read_posting(record: Record, intake: Intake) -> Job:
    """The job of one JobPosting object."""
    company = employer(intake, record.get("hiringOrganization"), "hiringOrganization")
    places, place_mode = _places(record, intake)
    telecommute = look_up(WORKPLACE, intake.text(_first(record.get("jobLocationType")), "jobLocationType"))
    parts = [Part(intake.raw(record.get("description"), "description"))]
    parts += [Part(_bullets(listed(intake, record.get("responsibilities"), "responsibilities")), "responsibilities")]
    for field in ("qualifications", "experienceRequirements", "educationRequirements"):
        parts.append(Part(_bullets(_requirements(record.get(field), field, intake)), "requirements"))
    benefits = listed(intake, record.get("jobBenefits") or record.get("benefits"), "jobBenefits")
    parts.append(Part(_bullets(benefits), "benefits"))
    unit = record.get("employmentUnit")
    return make_job(
        intake,
        id=_identifier(record.get("identifier"), intake),
        title=intake.text(record.get("title") or record.get("name"), "title"),
        company=company,
        team=intake.text(unit.get("name"), "employmentUnit.name") if is_record(unit) else None,
        parts=parts,
        skills=skill_names(intake, record.get("skills"), "skills"),
        places=places,
        salary=_salary(record, intake, places),
        workplace_type=telecommute or place_mode,
        employment_type=_employment(record.get("employmentType"), intake),
        industry=intake.text(_first(_named(record.get("industry"))), "industry"),
        language=intake.text(_named(record.get("inLanguage")), "inLanguage"),
        url=intake.text(record.get("url") or record.get("@id"), "url"),
        date_posted=intake.date(record.get("datePosted"), "datePosted"),
    )


def read_organization(record: Record, intake: Intake) -> Company | None:
    """The company that a posting's `hiringOrganization` describes; None where it has no name."""
    organization = record.get("hiringOrganization")
    name = employer(intake, organization, "hiringOrganization")
    if name is None:
        return None
    if not is_record(organization):
        return Company(name=name, source=intake.source())
    return Company(
        name=name,
        industry=intake.text(_named(_first(organization.get("industry"))), "hiringOrganization.industry"),
        description=intake.prose(organization.get("description"), "hiringOrganization.description"),
        url=intake.text(_first(organization.get("url") or organization.get("sameAs")), "hiringOrganization.url"),
        source=intake.source(),
    )


def _is_posting(kind: Any) -> bool:
    kinds = kind if is_list(kind) else [kind]
    return any(isinstance(each, str) and re.split(r"[/:#]", each)[-1] == "JobPosting" for each in kinds)


def _first(value: Any) -> Any:
    return next(iter(value), None) if is_list(value) else value


def _named(value: Any) -> Any:
    return value.get("name") or value.get("alternateName") if is_record(value) else value


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {' '.join(plain(line).split())}" for line in lines)


def _identifier(value: Any, intake: Intake) -> str | None:
    value = _first(value)
    return intake.text(value.get("value") or value.get("@id") if is_record(value) else value, "identifier")


def _requirements(value: Any, field: str, intake: Intake) -> tuple[str, ...]:
    if is_record(value):
        months = intake.amount(value.get("monthsOfExperience"), f"{field}.monthsOfExperience")
        if months is not None:
            return (f"{months} months of experience",)
        value = [value]
    return listed(intake, value, field)


def _employment(value: Any, intake: Intake) -> EmploymentType | None:
    words = [word for text in intake.texts(value, "employmentType") for word in text.split(",")]
    found = agreed(EMPLOYMENT, words)
    if found is None and len(words) > 1:
        intake.note(f"employmentType: {', '.join(words)[:60]!r} names several, left out")
    return found


def _places(record: Record, intake: Intake) -> tuple[list[Place], WorkplaceType | None]:
    places, modes = _place_list(record.get("jobLocation"), "jobLocation", intake)
    if not places:
        places, _ = _place_list(record.get("applicantLocationRequirements"), "applicantLocationRequirements", intake)
    return places, modes.pop() if len(modes) == 1 else None


def _place_list(value: Any, field: str, intake: Intake) -> tuple[list[Place], set[WorkplaceType]]:
    places: list[Place] = []
    modes: set[WorkplaceType] = set()
    entries = [(value, field)] if is_record(value) else intake.entries(value, field)
    for entry, place in entries:
        address = entry
        if is_record(entry):
            address = _first(entry.get("address")) or entry
        if is_record(address) and not any(key.startswith("address") for key in map(str, address)):
            kind = str(address.get("@type", ""))
            name = intake.text(address.get("name"), f"{place}.name")
            found = Place(country=name) if name and kind.endswith("Country") else None
            named, mode = places_in(intake, name, place) if not found else ((found,), None)
        elif is_record(address):
            country = address.get("addressCountry")
            parts = {**address, "addressCountry": _named(country)}
            made = place_of(
                intake, parts, place, city="addressLocality", region="addressRegion", country="addressCountry"
            )
            named, mode = ((made,) if made else ()), None
        else:
            named, mode = places_in(intake, address, place)
        places += named
        modes |= {mode} if mode else set()
    return places, modes


def _salary(record: Record, intake: Intake, places: list[Place]) -> Salary | None:
    """Any spelling of `baseSalary`; `estimatedSalary` is somebody's guess and is not read."""
    if record.get("estimatedSalary"):
        intake.note("left out: estimatedSalary, which is an estimate")
    value = _first(record.get("baseSalary"))
    if value is None:
        return None
    outer_currency = intake.text(record.get("salaryCurrency"), "salaryCurrency")
    if not is_record(value):
        text = intake.text(value, "baseSalary")
        found = parse_salary(text, places) if text else None
        code = currency_code(outer_currency, places)
        return found.model_copy(update={"currency": code}) if found and code and not found.currency else found
    currency = intake.text(value.get("currency") or value.get("priceCurrency"), "baseSalary.currency") or outer_currency
    inner = _first(value.get("value"))
    amounts = inner if is_record(inner) else value
    single = None if is_record(inner) else inner if inner is not None else value.get("price")
    if is_record(inner):
        single = inner.get("value")
    if isinstance(single, str) and parse_salary(single) and intake_number(single) is None:
        found = parse_salary(single, places)
        low, high = (found.minimum, found.maximum) if found else (None, None)
    else:
        exact = intake.amount(_first(single), "baseSalary.value")
        low = intake.amount(amounts.get("minValue") or amounts.get("minPrice"), "baseSalary.minValue")
        high = intake.amount(amounts.get("maxValue") or amounts.get("maxPrice"), "baseSalary.maxValue")
        if low is None and high is None:
            low = high = exact
    unit = amounts.get("unitText") or value.get("unitText") or amounts.get("unitCode") or value.get("duration")
    return make_salary(
        low, high, currency=currency_code(currency, places), period=intake.text(unit, "baseSalary.unitText")
    )


def intake_number(text: str) -> float | None:
    """The number that a text is, None where it is more than a number."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None

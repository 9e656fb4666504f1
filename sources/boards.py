"""The public answers of six job boards as `Job`s: a list of posts, or a single one."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import Any, Literal, cast
from urllib.parse import unquote, urlsplit

from overture.jobs import Job, Place, Salary, WorkplaceType

from .blocks import html_to_text
from .intake import Intake, company_name
from .openings import employer, employer_from_slug, level, make_job, place_of, places_in
from .pay import make_salary, parse_salary
from .sections import Part
from .shapes import Record, is_list, is_record, words
from .terms import EMPLOYMENT, WORKPLACE, agreed, look_up

BoardName = Literal["greenhouse", "lever", "ashby", "workable", "smartrecruiters", "recruitee"]

_MARKS: dict[BoardName, tuple[frozenset[str], int]] = {
    "greenhouse": (words("absolute_url internal_job_id requisition_id first_published departments offices"), 2),
    "lever": (words("hostedUrl categories lists descriptionPlain additional workplaceType text"), 3),
    "ashby": (words("descriptionHtml jobUrl isListed isRemote publishedAt employmentType"), 3),
    "workable": (words("shortcode telecommuting shortlink published_on full_title workplace"), 1),
    "smartrecruiters": (
        words("jobAd releasedDate typeOfEmployment experienceLevel refNumber jobAdId uuid"),
        2,
    ),
    "recruitee": (words("careers_url careers_apply_url employment_type_code experience_code guid"), 2),
}  # fmt: skip
"""Field names that only one board uses, and how many of them a post shows at least."""


def board_posts(data: Any) -> tuple[BoardName, list[Record], Record] | None:
    """The board that an answer comes from, its posts and the answer around them; None for another format."""
    around: Record = data if is_record(data) else {}
    posts: list[Any] = data if is_list(data) else [data]
    for key in ("jobs", "offers", "content", "results", "postings", "offer", "data"):
        inner = around.get(key)
        if is_list(inner) or (key == "offer" and is_record(inner)):
            posts = inner if is_list(inner) else [inner]
            break
    records: list[Record] = [post for post in posts if is_record(post)]
    for board, (marks, least) in _MARKS.items():
        if records and any(len(marks & set(map(str, post))) >= least for post in records[:5]):
            return board, records, around
    return None


def read_board(board: BoardName, posts: list[Record], around: Record, make_intake: Callable[[], Intake]) -> list[Job]:
    """The jobs of a board's answer, in its order; posts that share an id (one place each) are one job."""
    jobs: dict[str, Job] = {}
    for number, post in enumerate(posts):
        job = _READERS[board](post, around, make_intake())
        key = job.id or f"#{number}"
        if key in jobs:
            merged = tuple(dict.fromkeys((*jobs[key].locations, *job.locations)))
            jobs[key] = jobs[key].model_copy(update={"locations": merged})
        else:
            jobs[key] = job
    return list(jobs.values())


def _greenhouse(post: Record, around: Record, intake: Intake) -> Job:
    places, mode = places_in(intake, _inner(post, "location", "name"), "location.name")
    metadata = {
        str(entry.get("name")).casefold(): entry.get("value")
        for entry, _ in intake.records(post.get("metadata"), "metadata")
        if isinstance(entry.get("value"), str)
    }
    workplace = next(
        (metadata[key] for key in ("workplace type", "workplace", "location type") if key in metadata), None
    )
    departments = intake.records(post.get("departments"), "departments")
    return make_job(
        intake,
        id=intake.text(post.get("id"), "id"),
        title=intake.text(post.get("title"), "title"),
        company=company_name(intake, post.get("company_name") or around.get("name"), "company_name"),
        team=intake.text(departments[0][0].get("name"), "departments[0].name") if departments else None,
        parts=[Part(intake.raw(post.get("content"), "content"))],
        places=places,
        salary=_greenhouse_pay(post, intake),
        workplace_type=look_up(WORKPLACE, workplace) or mode,
        employment_type=look_up(EMPLOYMENT, metadata.get("employment type")),
        language=intake.text(post.get("language"), "language"),
        url=intake.text(post.get("absolute_url"), "absolute_url"),
        date_posted=intake.date(post.get("first_published") or post.get("updated_at"), "first_published"),
        codes=[intake.text(post.get("requisition_id"), "requisition_id")],
    )


def _greenhouse_pay(post: Record, intake: Intake) -> Salary | None:
    ranges = intake.records(post.get("pay_input_ranges"), "pay_input_ranges")
    if len(ranges) != 1:  # several ranges are for several places: which is not ours to choose
        return None
    entry, place = ranges[0]
    low, high = (intake.amount(entry.get(key), f"{place}.{key}") for key in ("min_cents", "max_cents"))
    return make_salary(
        low / 100 if low else None,
        high / 100 if high else None,
        currency=intake.text(entry.get("currency_type"), f"{place}.currency_type"),
        period=_last_word(intake.text(entry.get("title"), f"{place}.title")),
    )


def _lever(post: Record, _around: Record, intake: Intake) -> Job:
    categories = intake.record(post.get("categories"), "categories")
    country = intake.text(post.get("country"), "country")
    names = intake.texts(categories.get("allLocations"), "categories.allLocations") or intake.texts(
        categories.get("location"), "categories.location"
    )
    found = [places_in(intake, name, "categories.location", country=country) for name in names]
    text = intake.raw(post.get("descriptionBody") or post.get("description"), "description")
    parts = [Part(text or intake.raw(post.get("descriptionPlain"), "descriptionPlain"))]
    for entry, place in intake.records(post.get("lists"), "lists"):
        items = intake.raw(entry.get("content"), f"{place}.content")
        heading = intake.text(entry.get("text"), f"{place}.text")
        parts.append(Part(f"<h2>{escape(heading or '')}</h2><ul>{items}</ul>" if heading else f"<ul>{items}</ul>"))
    parts.append(Part(intake.raw(post.get("additional"), "additional"), describes=False))
    url = intake.text(post.get("hostedUrl"), "hostedUrl")
    pay = intake.record(post.get("salaryRange"), "salaryRange")
    return make_job(
        intake,
        id=intake.text(post.get("id"), "id"),
        title=intake.text(post.get("text") or post.get("title"), "text"),
        company=_board_owner(
            url, html_to_text(intake.raw(post.get("opening") or post.get("description"), "opening")), intake
        ),
        team=intake.text(categories.get("team") or categories.get("department"), "categories.team"),
        parts=parts,
        places=[place for places, _ in found for place in places],
        salary=_range(pay, "min", "max", intake, field="salaryRange", period=_lever_period(pay.get("interval"))),
        workplace_type=look_up(WORKPLACE, intake.text(post.get("workplaceType"), "workplaceType"))
        or _only({mode for _, mode in found if mode}),
        employment_type=look_up(EMPLOYMENT, intake.text(categories.get("commitment"), "categories.commitment")),
        url=url,
        date_posted=intake.date(_from_epoch(post.get("createdAt")), "createdAt"),
    )


def _ashby(post: Record, _around: Record, intake: Intake) -> Job:
    places, mode = _ashby_places(post, intake)
    html = intake.raw(post.get("descriptionHtml") or post.get("descriptionPlain"), "descriptionHtml")
    url = intake.text(post.get("jobUrl"), "jobUrl")
    workplace = look_up(WORKPLACE, intake.text(post.get("workplaceType"), "workplaceType"))
    owner = _board_owner(url, html_to_text(html), intake)
    team = intake.text(post.get("team") or post.get("department"), "team")
    slug = _slug(url).casefold()
    return make_job(
        intake,
        id=intake.text(post.get("id"), "id"),
        title=intake.text(post.get("title"), "title"),
        company=owner,
        team=team if team and not (slug and team.casefold().replace(" ", "").startswith(slug)) else None,
        parts=[Part(html)],
        places=places,
        salary=_ashby_pay(post, intake, places),
        workplace_type=workplace or mode or ("remote" if post.get("isRemote") is True else None),
        employment_type=look_up(EMPLOYMENT, intake.text(post.get("employmentType"), "employmentType")),
        url=url,
        date_posted=intake.date(post.get("publishedAt"), "publishedAt"),
    )


def _ashby_places(post: Record, intake: Intake) -> tuple[list[Place], WorkplaceType | None]:
    places: list[Place] = []
    _, mode = places_in(intake, post.get("location"), "location")
    for entry, field in [(post, "address"), *intake.records(post.get("secondaryLocations"), "secondaryLocations")]:
        address = intake.record(_inner(entry, "address", "postalAddress") or entry.get("address"), f"{field}.address")
        made = place_of(
            intake, address, field, city="addressLocality", region="addressRegion", country="addressCountry"
        )
        places += [made] if made else places_in(intake, entry.get("location"), f"{field}.location")[0]
    return places, mode


def _ashby_pay(post: Record, intake: Intake, places: list[Place]) -> Salary | None:
    compensation = intake.record(post.get("compensation"), "compensation")
    if post.get("shouldDisplayCompensationOnJobPostings") is False:
        if compensation.get("compensationTierSummary"):
            intake.note("left out: compensation, which the employer does not show")
        return None
    entries = intake.records(compensation.get("summaryComponents"), "compensation.summaryComponents")
    entries = [(entry, place) for entry, place in entries if entry.get("compensationType") in ("Salary", "Hourly")]
    if len(entries) == 1:
        entry, place = entries[0]
        return _range(
            entry, "minValue", "maxValue", intake, field=place, currency="currencyCode",
            period=intake.text(entry.get("interval"), f"{place}.interval"),
        )  # fmt: skip
    text = intake.text(compensation.get("scrapeableCompensationSalarySummary"), "compensation")
    return parse_salary(text, places) if text and not entries else None


def _workable(post: Record, around: Record, intake: Intake) -> Job:
    places: list[Place] = []
    for entry, place in intake.records(post.get("locations") or post.get("location"), "locations"):
        made = place_of(intake, {**entry, "region": entry.get("region") or entry.get("region_code")}, place,
                        city="city", region="region", country="country")  # fmt: skip
        places += [made] if made and entry.get("hidden") is not True else []
    if not places:
        made = place_of(intake, post, "location", city="city", region="state", country="country")
        places = [made] if made else []
    workplace = look_up(WORKPLACE, intake.text(post.get("workplace") or post.get("workplace_type"), "workplace"))
    remote = post.get("telecommuting") is True or post.get("remote") is True
    pay = intake.record(post.get("salary"), "salary")
    return make_job(
        intake,
        id=intake.text(post.get("shortcode") or post.get("id"), "shortcode"),
        title=intake.text(post.get("title"), "title"),
        company=company_name(
            intake, around.get("name") or _inner(post, "company", "name") or post.get("company"), "name"
        ),
        team=_joined_text(post.get("department"), "department", intake),
        parts=[
            Part(intake.raw(post.get("description") or post.get("full_description"), "description"), None),
            Part(intake.raw(post.get("requirements"), "requirements"), "requirements"),
            Part(intake.raw(post.get("benefits"), "benefits"), "benefits"),
        ],
        places=places,
        salary=_range(pay, "salary_from", "salary_to", intake, field="salary", currency="salary_currency"),
        workplace_type=workplace or ("remote" if remote else None),
        employment_type=look_up(EMPLOYMENT, intake.text(post.get("employment_type") or post.get("type"), "type")),
        seniority=level(intake, post.get("experience"), "experience"),
        industry=intake.text(post.get("industry"), "industry"),
        language=intake.text(post.get("language"), "language"),
        url=intake.text(post.get("url") or post.get("shortlink"), "url"),
        date_posted=intake.date(post.get("published_on") or post.get("published"), "published_on"),
    )


def _smartrecruiters(post: Record, _around: Record, intake: Intake) -> Job:
    location = intake.record(post.get("location"), "location")
    made = place_of(intake, location, "location", city="city", region="region", country="country")
    sections = intake.record(_inner(post, "jobAd", "sections"), "jobAd.sections")
    parts: list[Part] = []
    for key, kind in (("jobDescription", None), ("qualifications", "requirements"), ("additionalInformation", None)):
        section = intake.record(sections.get(key), f"jobAd.sections.{key}")
        text = intake.raw(section.get("text"), f"jobAd.sections.{key}.text")
        parts.append(Part(text, cast("Any", kind), describes=key == "jobDescription"))
    modes: set[WorkplaceType] = {mode for mode in ("remote", "hybrid") if location.get(mode) is True}
    pay = intake.record(post.get("compensation"), "compensation")
    return make_job(
        intake,
        id=intake.text(post.get("id"), "id"),
        title=intake.text(post.get("name"), "name"),
        company=employer(intake, post.get("company"), "company"),
        team=intake.text(_inner(post, "department", "label"), "department.label"),
        parts=parts,
        places=[made] if made else [],
        salary=_range(pay, "min", "max", intake, field="compensation", period=intake.text(pay.get("period"), "period")),
        workplace_type=_only(modes),
        employment_type=agreed(EMPLOYMENT, _labels(post.get("typeOfEmployment"), "typeOfEmployment", intake)),
        seniority=level(intake, _inner(post, "experienceLevel", "label"), "experienceLevel.label"),
        industry=intake.text(_inner(post, "industry", "label"), "industry.label"),
        language=intake.text(_inner(post, "language", "code"), "language.code"),
        url=intake.text(post.get("postingUrl") or post.get("applyUrl"), "postingUrl"),
        date_posted=intake.date(post.get("releasedDate"), "releasedDate"),
        codes=[intake.text(post.get("refNumber"), "refNumber")],
    )


def _recruitee(post: Record, _around: Record, intake: Intake) -> Job:
    places: list[Place] = []
    for entry, place in intake.records(post.get("locations"), "locations"):
        made = place_of(intake, entry, place, city="city", region="state", country="country")
        places += [made] if made else []
    if not places:
        made = place_of(intake, post, "location", city="city", region="state_name", country="country")
        places = [made] if made else list(places_in(intake, post.get("location"), "location")[0])
    keys: dict[str, WorkplaceType] = {"remote": "remote", "hybrid": "hybrid", "on_site": "on_site"}
    pay = intake.record(post.get("salary"), "salary")
    return make_job(
        intake,
        id=intake.text(post.get("id") or post.get("guid"), "id"),
        title=intake.text(post.get("title"), "title"),
        company=company_name(intake, post.get("company_name"), "company_name"),
        team=intake.text(post.get("department"), "department"),
        parts=[
            Part(intake.raw(post.get("description"), "description")),
            Part(intake.raw(post.get("requirements"), "requirements"), "requirements"),
        ],
        places=places,
        salary=_range(
            pay, "min", "max", intake, field="salary", period=intake.text(pay.get("period"), "salary.period")
        ),
        workplace_type=_only({meaning for key, meaning in keys.items() if post.get(key) is True}),
        employment_type=look_up(EMPLOYMENT, intake.text(post.get("employment_type_code"), "employment_type_code")),
        seniority=level(intake, post.get("experience_code"), "experience_code"),
        language=intake.text(post.get("lang_code") or post.get("primary_lang_code"), "lang_code"),
        url=intake.text(post.get("careers_url"), "careers_url"),
        date_posted=intake.date(post.get("published_at"), "published_at"),
    )


_READERS: dict[BoardName, Callable[[Record, Record, Intake], Job]] = {
    "greenhouse": _greenhouse,
    "lever": _lever,
    "ashby": _ashby,
    "workable": _workable,
    "smartrecruiters": _smartrecruiters,
    "recruitee": _recruitee,
}


def _range(
    pay: Record,
    low: str,
    high: str,
    intake: Intake,
    *,
    field: str,
    currency: str = "currency",
    period: str | None = None,
) -> Salary | None:
    return make_salary(
        intake.amount(pay.get(low), f"{field}.{low}"),
        intake.amount(pay.get(high), f"{field}.{high}"),
        currency=intake.text(pay.get(currency), f"{field}.{currency}"),
        period=period,
    )


def _inner(post: Record, outer: str, key: str) -> Any:
    value = post.get(outer)
    return value.get(key) if is_record(value) else None


def _labels(value: Any, field: str, intake: Intake) -> list[str]:
    record = value if is_record(value) else {"label": value}
    return [text for key in ("label", "id") if (text := intake.text(record.get(key), f"{field}.{key}"))]


def _joined_text(value: Any, field: str, intake: Intake) -> str | None:
    names = intake.texts(value, field)
    return names[-1] if names else None


def _only(found: set[WorkplaceType]) -> WorkplaceType | None:
    return found.pop() if len(found) == 1 else None


def _last_word(text: str | None) -> str | None:
    return text.split()[-1] if text else None


def _lever_period(value: Any) -> str | None:
    found = re.match(r"per-(\w+)", value) if isinstance(value, str) else None
    return found[1] if found else None


def _from_epoch(value: Any) -> Any:
    from datetime import UTC, datetime

    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 < value < 10**14:
        return datetime.fromtimestamp(float(value) / 1000, UTC).date().isoformat()
    return None if isinstance(value, int | Decimal | float) else value


def _slug(url: str | None) -> str:
    parts = urlsplit(url or "").path.strip("/").split("/")
    return unquote(parts[0]) if parts else ""


def _board_owner(url: str | None, text: str, intake: Intake) -> str | None:
    """The employer, whom Lever and Ashby name in the address only."""
    slug = _slug(url)
    owner = employer_from_slug(slug, text) if slug else None
    if slug and owner is None:
        intake.note(f"company: only the board's address names it ({slug[:40]!r}), left out")
    return owner

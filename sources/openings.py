"""The last step of every reader of posts: what was found becomes one `Job`, in one form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from overture.dates import PartialDate
from overture.jobs import EmploymentType, Job, Place, Salary, Seniority, WorkplaceType

from .clean import is_html
from .intake import Intake, company_name
from .places import make_place, read_places
from .sections import NICE_PREFIX, Part, PostText, read_post, split_lines
from .shapes import Record, is_record
from .terms import SENIORITY, look_up
from .titles import clean_title, title_seniority, title_terms

_NO_TITLE = frozenset(
    {"unspecified position", "unspecified", "no title", "untitled", "multiple openings", "open position"}
)


def make_job(
    intake: Intake,
    *,
    title: str | None,
    parts: Iterable[Part] = (),
    post: PostText | None = None,
    id: str | None = None,  # noqa: A002 - the field's name in Job
    company: str | None = None,
    team: str | None = None,
    skills: tuple[str, ...] = (),
    requirements: tuple[str, ...] = (),
    places: Iterable[Place] = (),
    salary: Salary | None = None,
    workplace_type: WorkplaceType | None = None,
    employment_type: EmploymentType | None = None,
    seniority: Seniority | None = None,
    industry: str | None = None,
    language: str | None = None,
    url: str | None = None,
    date_posted: PartialDate | None = None,
    codes: Iterable[str | None] = (),
) -> Job:
    """A job of what a reader found: its title cleaned, its text sorted by headings.

    Level and terms come from the title where no field states them. Wishes follow the requirements, each after
    "Nice to have: ". `codes` are numbers of the post that its title may repeat.
    """
    locations = tuple(dict.fromkeys(places))
    post = read_post(parts, company=company) if post is None else post
    if title and title.casefold() in _NO_TITLE:
        title = None
    titled_workplace, titled_employment = title_terms(title) if title else (None, None)
    required = tuple(dict.fromkeys((*post.requirements, *requirements)))
    return Job(
        id=id,
        title=clean_title(title, locations, (id, *codes)) if title else None,
        company=company,
        team=team if team and not _same_name(team, company) else None,
        description=post.description,
        responsibilities=post.responsibilities,
        requirements=(*required, *(NICE_PREFIX + wish for wish in post.nice_to_have if wish not in required)),
        skills=skills,
        benefits=post.benefits,
        locations=locations,
        salary=salary,
        workplace_type=workplace_type or titled_workplace,
        employment_type=employment_type or titled_employment,
        seniority=seniority or (title_seniority(title) if title else None),
        industry=industry,
        language=language,
        url=url,
        date_posted=date_posted,
        source=intake.source(),
    )


def text_parts(intake: Intake, record: Record, **kinds: Any) -> list[Part]:
    """The parts of a post that stand in fields of their own, as `field=kind`, in the order given."""
    return [Part(text, kind) for field, kind in kinds.items() if (text := intake.raw(record.get(field), field))]


def listed(intake: Intake, value: Any, field: str) -> tuple[str, ...]:
    """A field that holds a list, or a text with one item a line, a bullet or a sentence."""
    lines: list[str] = []
    for item, place in intake.entries(value, field):
        if is_record(item):
            item = item.get("name") or item.get("description") or item.get("credentialCategory")
        text = intake.raw(item, place)
        lines += (
            split_lines(text) if isinstance(value, str) or is_html(text) else filter(None, [intake.text(text, place)])
        )
    return tuple(dict.fromkeys(lines))


def skill_names(intake: Intake, value: Any, field: str) -> tuple[str, ...]:
    """Skills that the source names: a list of names, of objects with a name and keywords, or one text with commas.

    Names come first, in their order; keywords that look like names of their own follow.
    """
    names: dict[str, str] = {}
    keywords: dict[str, str] = {}
    entries = [(value, field)] if is_record(value) else intake.entries(value, field)
    for item, place in entries:
        if is_record(item):
            if name := intake.text(item.get("name"), f"{place}.name"):
                names.setdefault(name.casefold(), name)
            for word in intake.texts(item.get("keywords"), f"{place}.keywords"):
                if word != word.lower() and sum(ch.isalpha() for ch in word) > 1 and len(word.split()) <= 3:
                    keywords.setdefault(word.casefold(), word)
        elif text := intake.prose(item, place):
            for piece in _pieces(text):
                names.setdefault(piece.casefold(), piece)
    return tuple((keywords | names)[key] for key in [*names, *(key for key in keywords if key not in names)])


def place_of(intake: Intake, record: Record, field: str, *, city: str, region: str, country: str) -> Place | None:
    """A place of an object's named parts."""
    return make_place(
        locality=intake.text(record.get(city), f"{field}.{city}"),
        region=intake.text(record.get(region), f"{field}.{region}"),
        country=intake.text(record.get(country), f"{field}.{country}"),
    )


def places_in(
    intake: Intake, value: Any, field: str, *, country: str | None = None
) -> tuple[tuple[Place, ...], WorkplaceType | None]:
    """The places and the workplace type that a line of text names."""
    return read_places(intake.text(value, field) or "", country=country)


def level(intake: Intake, value: Any, field: str) -> Seniority | None:
    """The level that a field states."""
    return look_up(SENIORITY, intake.text(value, field))


def employer(intake: Intake, value: Any, field: str) -> str | None:
    """The employer's name, from a text or an object with a name."""
    if is_record(value):
        return company_name(intake, value.get("name"), f"{field}.name")
    return company_name(intake, value, field)


def employer_from_slug(slug: str, text: str) -> str | None:
    """The employer's name as the post writes it, found by the board's slug: `acmecorp` gives "Acme Corp".

    None where the post never writes it so, or speaks of a client: then the board is not the employer's.
    """
    import re

    wanted = "".join(ch for ch in slug.casefold() if ch.isalnum())
    if len(wanted) < 3 or re.search(r"\bour client\b|\bon behalf of\b", text, re.IGNORECASE):
        return None
    words = list(re.finditer(r"[^\W_]+(?:[.&'’-][^\W_]+)*", text[:20_000]))
    for start, first in enumerate(words):
        joined = ""
        for last in words[start : start + 6]:
            joined += "".join(ch for ch in last[0].casefold() if ch.isalnum())
            if joined == wanted and first[0][:1].isupper():
                return " ".join(text[first.start() : last.end()].split())
            if not wanted.startswith(joined):
                break
    return None


def _pieces(text: str) -> list[str]:
    lines = split_lines(text) if "\n" in text else (text,)
    pieces = [piece.strip(" .•-") for line in lines for piece in line.replace(";", ",").split(",")]
    return [piece for piece in pieces if piece and len(piece.split()) <= 5]


def _same_name(one: str, other: str | None) -> bool:
    def squashed(name: str) -> str:
        return "".join(ch for ch in name.casefold() if ch.isalnum())

    return other is not None and squashed(one).startswith(squashed(other))

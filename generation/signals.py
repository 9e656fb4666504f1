"""Why this candidate, for this opportunity: signals from the profile, ranked, each with its fields (D-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from overture.people import Candidate, Position, School

from .choices import Language
from .elements import ElementName
from .facts import FactKind
from .needs import Needs
from .screening import is_plain_name, is_proper_name, name_or_nothing, orders_among, tidy
from .skills import match_skills
from .titles import are_related
from .wording import month_year

_LINES_PER_POSITION = 12
_RECENT_YEARS = 3


@dataclass(frozen=True, slots=True)
class FitSignal:
    """One signal: `strength` ranks it (higher first), `sources` are fields of the profile.

    `left_out` is None for a signal that is relevant to this opportunity, else the reason why it is not used.
    """

    kind: FactKind
    element: ElementName
    strength: float
    text: str
    sources: tuple[str, ...]
    names: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    left_out: str | None = None


def find_fit_signals(
    candidate: Candidate, *, needs: Needs, today: date, orders: frozenset[str] | None = None, language: Language = "en"
) -> tuple[FitSignal, ...]:
    """Every signal of the profile, the strongest first; those with `left_out` are not relevant here (D-4).

    `orders` are the profile's texts that read like orders (D-13), where they are known already; `language` is that of
    the dates.
    """
    if orders is None:
        orders = orders_among(profile_texts(candidate))
    signals = [
        *_applications(candidate, needs),
        *_interests(candidate, needs),
        *_open_to_work(candidate),
        *_skill_matches(candidate, needs),
        *_positions(candidate.positions, needs, today, language),
        *_achievements(candidate.positions, needs, orders),
        *_side_projects(candidate, needs, orders),
        *_schools(candidate.schools, needs, today),
    ]
    return tuple(sorted(signals, key=lambda signal: (signal.left_out is not None, -signal.strength)))


def profile_texts(candidate: Candidate) -> Iterator[str]:
    """Every text of the profile that could become part of a fact."""
    yield from (skill.name for skill in candidate.skills)
    for position in candidate.positions:
        yield from filter(None, (position.title, position.company, position.description))
        yield from position.highlights
    for school in candidate.schools:
        yield from filter(None, (school.name, school.area, school.degree))
    for project in candidate.projects:
        yield from filter(None, (project.name, project.description))


def months_held(position: Position, today: date) -> int:
    """Whole months in a position, up to today where it is current; 0 where the dates do not say."""
    if position.start is None:
        return 0
    end = position.end or (today if position.is_current else None)
    return position.start.months_until(end) if end else 0


def _applications(candidate: Candidate, needs: Needs) -> Iterator[FitSignal]:
    for i, past in enumerate(candidate.past_applications):
        title = past.title if past.title and is_proper_name(past.title) else ""
        year = str(past.date.year) if past.date else ""
        other = past.company is not None and not needs.is_hiring_company(past.company)
        text = "Applied to the hiring company" + (f" for {title}" if title else "") + (f" in {year}" if year else "")
        yield FitSignal(
            "application", "past_applications", 100 - i, text, (f"past_applications[{i}]",), (title,) if title else (),
            {"title": title, "year": year}, "it was to another company" if other else None,
        )  # fmt: skip


def _interests(candidate: Candidate, needs: Needs) -> Iterator[FitSignal]:
    said = {
        "follows": "Follows the hiring company",
        "engaged": "Has engaged with the hiring company",
        "talent_pool": "Joined the hiring company's talent pool",
        "alumni": "Worked for the hiring company before",
        "referred": "Was referred by somebody at the hiring company",
    }
    for i, interest in enumerate(candidate.interests):
        other = interest.company is not None and not needs.is_hiring_company(interest.company)
        yield FitSignal(
            "interest", "company_interest", 95 - i, said[interest.kind], (f"interests[{i}]",), (),
            {"kind": interest.kind}, "it is in another company" if other else None,
        )  # fmt: skip


def _open_to_work(candidate: Candidate) -> Iterator[FitSignal]:
    if candidate.open_to_work:
        yield FitSignal("open_to_work", "open_to_work", 60, "Is open to work, and says so", ("open_to_work",))


def _skill_matches(candidate: Candidate, needs: Needs) -> Iterator[FitSignal]:
    own = [skill.name for skill in candidate.skills]
    matches = match_skills(needs.skills, own)
    matched = {match.place for match in matches}
    for rank, match in enumerate(matches):
        if is_plain_name(match.wanted) and is_plain_name(match.own):
            said = f"Has the skill {match.wanted}" + (f" (as {match.own})" if match.own != match.wanted else "")
            yield FitSignal(
                "skill_match", "skill_match", 80 - rank, said, (f"skills[{match.place}]",),
                tuple(dict.fromkeys((match.wanted, match.own))), {"skill": match.wanted, "own": match.own},
            )  # fmt: skip
    for i, name in enumerate(own):
        if i not in matched and is_plain_name(name) and needs.mentions(name):
            matched.add(i)
            yield FitSignal(
                "skill_match", "skill_match", 66 - i / 100, f"Has the skill {name}", (f"skills[{i}]",), (name,),
                {"skill": name, "own": name},
            )  # fmt: skip


def _positions(positions: Sequence[Position], needs: Needs, today: date, language: Language) -> Iterator[FitSignal]:
    months = 0
    sources: list[str] = []
    for i, position in enumerate(positions):
        title = tidy(position.title or "")
        title = title if is_plain_name(title, most_words=12) else ""
        company = name_or_nothing(position.company or "")
        if not title and not company:
            continue
        since, until = (month_year(when, language=language) for when in (position.start, position.end))
        related = are_related(title, needs.title)
        if related and months_held(position, today):
            months += months_held(position, today)
            sources.append(f"positions[{i}]")
        back = bool(company) and needs.is_hiring_company(company)
        relevant = position.is_current or related or back or i == 0
        strength = 90 if back else (82 if related else 70) - i if position.is_current else 55 - i if related else 20 - i
        yield FitSignal(
            "position", "past_positions", strength, _position_text(position, title, company, since, until),
            (f"positions[{i}]",), tuple(filter(None, (title, company))),
            {
                "title": title,
                "company": company,
                "since": since,
                "until": until,
                "current": "yes" if position.is_current else "",
                "related": "yes" if related else "",
                "back": "yes" if back else "",
            },
            None if relevant else "an earlier role of another kind",
        )  # fmt: skip
    if months >= 12 and needs.title:
        yield FitSignal(
            "title_experience", "title_experience", 76, f"{_duration(months)} in this role or one like it",
            tuple(sources), (), {"title": needs.title, "months": str(months)},
        )  # fmt: skip


def _position_text(position: Position, title: str, company: str, since: str, until: str) -> str:
    what = " at ".join(filter(None, (title, company)))
    if position.is_current:
        return f"Works as {what}" + (f" since {since}" if since else "") if title else f"Works at {company}"
    verb = "Worked as" if title else "Worked at"
    return f"{verb} {what}" + (f", {since} to {until}" if since and until else f", until {until}" if until else "")


def _achievements(positions: Sequence[Position], needs: Needs, orders: frozenset[str]) -> Iterator[FitSignal]:
    for i, position in enumerate(positions):
        related = are_related(position.title or "", needs.title)
        company = name_or_nothing(position.company or "")
        for source, line in _lines(position, i, orders):
            text = tidy(line)
            if not 15 <= len(text) <= 400 or line in orders:
                continue
            shared = needs.overlap(text)
            overlap = len(shared)
            relevant = (
                overlap >= 2
                or (related and (overlap == 1 or i == 0))
                or bool(shared & needs.key_terms)
                or needs.names_a_skill(text)
            )
            strength = 38 + 7 * min(overlap, 5) + (9 if any(map(str.isdigit, text)) else 0) - 6 * min(i, 4)
            yield FitSignal(
                "achievement", "achievements", strength + (4 if position.is_current else 0),
                f"{text} (at {company})" if company else text, (source,), (company,) if company else (),
                {
                    "text": text,
                    "company": company,
                    "current": "yes" if position.is_current else "",
                    "overlap": str(overlap),
                },
                None if relevant else "it has little to do with this role",
            )  # fmt: skip


def _lines(position: Position, index: int, orders: frozenset[str]) -> Iterator[tuple[str, str]]:
    for j, line in enumerate(position.highlights[:_LINES_PER_POSITION]):
        yield f"positions[{index}].highlights[{j}]", line
    if not position.highlights and position.description:
        if position.description in orders:
            return
        for line in position.description.splitlines()[:_LINES_PER_POSITION]:
            yield f"positions[{index}].description", line.lstrip(" -–•*·")


def _side_projects(candidate: Candidate, needs: Needs, orders: frozenset[str]) -> Iterator[FitSignal]:
    for i, project in enumerate(candidate.projects):
        name = name_or_nothing(project.name)
        about = tidy(project.description or "")
        if not name or project.description in orders:
            continue
        overlap = len(needs.overlap(" ".join((name, about, *project.keywords))))
        yield FitSignal(
            "side_project", "side_projects", 34 + 5 * min(overlap, 5),
            f"Own project {name}" + (f": {about}" if about else ""),
            (f"projects[{i}]",), (name,), {"name": name},
            None if overlap >= 2 else "it has little to do with this role",
        )  # fmt: skip


def _schools(schools: Sequence[School], needs: Needs, today: date) -> Iterator[FitSignal]:
    for i, school in enumerate(schools):
        name = name_or_nothing(school.name)
        if not name:
            continue
        area, degree = name_or_nothing(school.area or ""), name_or_nothing(school.degree or "")
        studies = (
            school.current if school.current is not None else school.end is not None and school.end.first_day() > today
        )
        recent = school.end is not None and today.year - school.end.year <= _RECENT_YEARS
        near = bool(area) and bool(needs.overlap(area))
        relevant = near or ((recent or studies) and needs.is_early_career)
        subject = " ".join(filter(None, (degree, f"in {area}" if degree and area else area)))
        text = f"{'Studies' if studies else 'Studied'}{f' {subject}' if subject else ''} at {name}"
        yield FitSignal(
            "school", "current_school" if studies else "past_schools", (74 if studies else 36 if recent else 30) - i,
            text + (f", until {school.end.year}" if school.end else ""), (f"schools[{i}]",),
            tuple(filter(None, (name, area))),
            {
                "name": name, "area": area, "degree": degree, "current": "yes" if studies else "",
                "until": str(school.end.year) if school.end else "",
            },
            None if relevant else "the subject has little to do with this role",
        )  # fmt: skip


def _duration(months: int) -> str:
    years = months // 12
    return f"{years} year{'s' if years != 1 else ''}"

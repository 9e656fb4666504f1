"""What each element of a context would say in a message, read from the inputs: what to look for when it is on or off.

It does not ask the product which values an element has: it reads the fields that D-3 to D-5 name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, cast

from overture.generation import DraftInput
from overture.generation.elements import ElementName
from overture.jobs import Place, Salary
from overture.people import Candidate, Position

from .draft_cases import choice_of
from .message_words import by_language, country_names, folded, numbers_in, words_in
from .own_data import own_yaml

Form = Literal["name", "label", "prose", "term", "amount", "sign"]
_RUN = 4
_LEAST_SHARE = 0.5
_SHORTEST = 4
_OWN_WORDS = 2
_YEAR = re.compile(r" (?:19|20)\d\d\b")


class ElementValue(NamedTuple):
    """A value of an element and how it shows.

    A name or a label as such (a name is given away by one of its words too), prose by its words, an amount by its
    numbers, a term by a language's words for it, a sign by phrases that say what is true or not ("open to work").
    """

    element: ElementName
    form: Form
    text: str
    phrases: tuple[str, ...] = ()
    """What to look for instead of the text, for a term or a sign; other names that may be told, for a skill."""


def values_of(inputs: DraftInput) -> tuple[ElementValue, ...]:
    """The values of every element that these inputs give."""
    return (*_opportunity(inputs), *_candidate(inputs.candidate, inputs), *_background(inputs))


def shows(value: ElementValue, text: str) -> bool:
    """Whether a text tells the value: half of a long one is enough, since a message shortens."""
    said = f" {' '.join(folded(text))} "
    match value.form:
        case "term" | "sign":
            return any(f" {' '.join(folded(phrase))} " in said for phrase in value.phrases)
        case "amount":
            wanted = [number.values for number in numbers_in(value.text)]
            there = {each for number in numbers_in(text) for each in number.values}
            return all(not values.isdisjoint(there) for values in wanted)
        case "name" | "label":
            return f" {' '.join(folded(value.text))} " in said
        case "prose":
            wanted_words = set(_content(value.text))
            there_words = {_stem(word) for word in folded(text)}
            return bool(wanted_words) and len(wanted_words & there_words) >= _LEAST_SHARE * len(wanted_words)


def traces(value: ElementValue, text: str, others: str) -> list[tuple[int, int]]:
    """Where a text gives a value away that `others`, all that may be said, do not say themselves.

    A name by itself or by a word of its own, prose by four of its words in a row, an amount by a number of it.
    `others` are folded words with blanks around.
    """
    words = words_in(text)
    match value.form:
        case "term" | "sign":
            phrases = [folded(phrase) for phrase in value.phrases]
        case "amount":
            wanted = {each for number in numbers_in(value.text) for each in number.values}
            given = {each for number in numbers_in(others) for each in number.values}
            return [n.span for n in _spans(text) if not n.values.isdisjoint(wanted - given)]
        case "label":
            phrases = [folded(value.text)]
        case "name":
            own = [word.folded for word in words_in(value.text) if word.text[0].isupper() and len(word.text) > 3]
            phrases = [folded(value.text), *((word,) for word in own if word not in _generic())]
        case "prose":
            all_words = folded(value.text)
            runs = [all_words[i : i + _RUN] for i in range(max(1, len(all_words) - _RUN + 1))]
            phrases = [all_words, *(run for run in runs if _tells(run, others))]
    found: list[tuple[int, int]] = []
    for phrase in phrases:
        if not phrase or f" {' '.join(phrase)} " in others:
            continue
        size = len(phrase)
        for i in _places(text).get(phrase[0], ()):
            if tuple(word.folded for word in words[i : i + size]) == phrase:
                if value.form in {"name", "label"} and not words[i].text[0].isupper() and value.text[0].isupper():
                    continue  # a common word: `March` is a place, to march is none
                if _YEAR.match(text, words[i + size - 1].end):
                    continue  # and March 2021 is a date
                found.append((words[i].start, words[i + size - 1].end))
    return found


@lru_cache(maxsize=64)
def _places(text: str) -> Mapping[str, tuple[int, ...]]:
    """Where each word of a text stands among its words: many values are looked for in one text."""
    found: dict[str, tuple[int, ...]] = {}
    for number, word in enumerate(words_in(text)):
        found[word.folded] = (*found.get(word.folded, ()), number)
    return found


def texts_besides(inputs: DraftInput, off: Iterable[ElementName]) -> str:
    """All that may be said when some elements are off, as folded words with blanks around.

    Prose that names the value of an element that is off goes with it (D-6).
    """
    gone = set(off)
    values = values_of(inputs)
    names_gone = [
        f" {' '.join(folded(value.text))} "
        for value in values
        if value.element in gone and value.form in {"name", "label"}
    ]
    kept = [
        value
        for value in values
        if value.element not in gone
        and not (value.form == "prose" and any(name in f" {' '.join(folded(value.text))} " for name in names_gone))
    ]
    texts = [text for value in kept for text in (value.text, *value.phrases)]
    names = (inputs.candidate.name, inputs.candidate.preferred_name, inputs.candidate.given_name)
    return " " + " | ".join(" ".join(folded(text)) for text in (*texts, *filter(None, names))) + " "


def _tells(run: tuple[str, ...], others: str) -> bool:
    """Whether two of its longer words are nowhere else: `The Salt Barn is` says nothing beside the name."""
    return sum(len(word) >= _SHORTEST and f" {word} " not in others for word in run) >= _OWN_WORDS


class _Span(NamedTuple):
    values: frozenset[float]
    span: tuple[int, int]


def _spans(text: str) -> Iterator[_Span]:
    for number in numbers_in(text):
        yield _Span(number.values, (number.start, number.end))


def _opportunity(inputs: DraftInput) -> Iterator[ElementValue]:
    language = choice_of(inputs).language
    title = _first(inputs, "title")
    if title:
        yield ElementValue("job_title", "label", str(title))
    elif titled := _inferred_from(inputs.candidate):
        yield ElementValue("job_title", "label", titled.title or "")
    for element, field in (
        ("responsibilities", "responsibilities"),
        ("requirements", "requirements"),
        ("benefits", "benefits"),
    ):
        for text in cast("tuple[str, ...]", _first(inputs, field) or ()):
            yield ElementValue(cast(ElementName, element), "prose", text)
    for place in cast("tuple[Place, ...]", _first(inputs, "locations") or ()):
        country = country_names(language).get(place.country or "", place.country)
        for name in filter(None, (place.locality, place.region, country)):
            yield ElementValue("location", "name", name)
    for skill in cast("tuple[str, ...]", _first(inputs, "skills") or ()):
        yield ElementValue("skills", "label", skill)
    salary = cast("Salary | None", _first(inputs, "salary"))
    if salary:
        amounts = " – ".join(f"{each:f}" for each in (salary.minimum, salary.maximum) if each is not None)
        yield ElementValue("salary", "amount", amounts)
    for element, field in (
        ("workplace_type", "workplace_type"),
        ("employment_type", "employment_type"),
        ("seniority", "seniority"),
    ):
        if value := _first(inputs, field):
            yield ElementValue(cast(ElementName, element), "term", "", _terms(f"{field}.{value}", language))


def _candidate(candidate: Candidate, inputs: DraftInput) -> Iterator[ElementValue]:
    language = choice_of(inputs).language
    for position in candidate.positions:
        if position.company:
            yield ElementValue("past_positions", "name", position.company)
        if position.title:
            yield ElementValue("past_positions", "label", position.title)
        for line in position.highlights or ((position.description,) if position.description else ()):
            yield ElementValue("achievements", "prose", line)
    for skill in candidate.skills:
        yield ElementValue("skill_match", "label", skill.name, _other_names(skill.name))
    for project in candidate.projects:
        yield ElementValue("side_projects", "label", project.name)
    for school in candidate.schools:
        element: ElementName = "current_school" if school.current else "past_schools"
        yield ElementValue(element, "name", school.name)
        if school.area:
            yield ElementValue(element, "label", school.area)
    if candidate.open_to_work:
        yield ElementValue("open_to_work", "sign", "", _terms("open_to_work", language))
    for interest in candidate.interests:
        yield ElementValue("company_interest", "sign", "", _terms(f"interest.{interest.kind}", language))
    if candidate.past_applications:
        yield ElementValue("past_applications", "sign", "", _terms("past_applications", language))
    for application in candidate.past_applications:
        if application.title:
            yield ElementValue("past_applications", "label", application.title)
    if any(position.start for position in candidate.positions):
        yield ElementValue("title_experience", "sign", "", _terms("title_experience", language))


def _background(inputs: DraftInput) -> Iterator[ElementValue]:
    recruiter, company = inputs.recruiter, inputs.company
    if recruiter:
        yield ElementValue("recruiter_name", "name", recruiter.name)
        if recruiter.title:
            yield ElementValue("recruiter_title", "label", recruiter.title)
    team = inputs.team or (recruiter.team if recruiter else None)
    named = team.name if team else _first(inputs, "team")
    if named:
        yield ElementValue("team", "label", str(named))
    if hiring := _first(inputs, "company") or (company.name if company else None):
        yield ElementValue("company_name", "name", str(hiring))
    if company:
        if company.description:
            yield ElementValue("company_description", "prose", company.description)
        for text in company.culture:
            yield ElementValue("company_culture", "prose", text)
        for text in company.values:
            yield ElementValue("company_values", "prose", text)


def _first(inputs: DraftInput, field: str) -> object:
    """The job's value of a field, else the project's (D-2)."""
    for opening in (inputs.job, inputs.project):
        if opening is not None and (value := getattr(opening, field)) not in (None, ()):
            return cast(object, value)
    return None


def _inferred_from(candidate: Candidate) -> Position | None:
    titled = [position for position in candidate.positions if position.title]
    return next((position for position in titled if position.is_current), titled[0] if titled else None)


def _content(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in folded(text) if len(word) >= _SHORTEST)


def _stem(word: str) -> str:
    """A word without its last letters, so that `teams` and `team` meet."""
    return word[: max(_SHORTEST, len(word) - 2)]


@cache
def _skill_names() -> tuple[tuple[str, ...], ...]:
    listed = cast("dict[str, list[str]]", own_yaml("known_names.yaml"))["skills"]
    return tuple(tuple(line.split("=")) for line in listed if "=" in line)


def _other_names(skill: str) -> tuple[str, ...]:
    """What else a skill is called: a match may be told by the job's name for it."""
    return next((names for names in _skill_names() if folded(skill) in map(folded, names)), ())


@cache
def _generic() -> frozenset[str]:
    """Words of names that name nothing by themselves: University, Trust."""
    return frozenset(folded(by_language("generic", "all")))


def _terms(name: str, language: str) -> tuple[str, ...]:
    return tuple(_table().get(name, {}).get(language, "").split("|"))


@cache
def _table() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", own_yaml("terms.yaml"))

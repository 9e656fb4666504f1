"""The word lists of the checks, read once and merged into one index, so that a draft is walked once for all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from .choices import Language
from .numbers import NUMBER_WORDS

Category = Literal[
    "swapped_role", "machine_talk", "prompt_talk", "placeholder", "pay_hint", "benefit", "workplace", "onsite",
    "employment", "protected", "stock_opener", "praise", "spam", "gender_coded", "inferred_promise", "channel",
    "acquaintance", "firm_claim", "inflated", "skill", "company", "school", "place", "title", "number",
]  # fmt: skip
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "pt", "it", "nl")
TOKEN = re.compile(r"(\w+(?:\+\+|#)?)")
_TERRITORY_ALIASES = {
    "GB": ("UK", "U.K.", "Great Britain", "Britain"),
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "America"),
    "AE": ("UAE", "Emirates"),
    "CZ": ("Czech Republic",),
    "NL": ("Holland",),
    "TR": ("Turkey",),
    "KR": ("Korea",),
    "CI": ("Ivory Coast",),
    "HK": ("Hong Kong",),
    "MM": ("Burma",),
}
# Frequent words make poor anchors: a phrase is looked up by its first word that is not among these.
_COMMON = frozenset(
    """a an the i we you he she it they me us my our your his her its their this that these those is are was were
    be been am m re s ve ll d t to of in on at for with from by as and or not no do does did have has had will
    would can could should may might shall so if but about up out into over more most some any all one very
    really just also than then there here how what when where who why which company team role job position
    looking look make made work working like new good great strong experience skills""".split()
)


Slot = frozenset[str]
_SYNTAX = re.compile(r"[(|)]|[^\s(|)]+")


class Entry(NamedTuple):
    """One phrase of a list, anchored at one of its slots; the slot `*` takes any one word."""

    offset: int
    slots: tuple[Slot, ...]
    size: int
    category: Category
    payload: str


class Anchored(NamedTuple):
    """The phrases anchored at one word: of that word alone, or told apart by the word after or before it."""

    alone: tuple[Entry, ...]
    after: dict[str, list[Entry]]
    before: dict[str, list[Entry]]
    rest: tuple[Entry, ...]
    categories: frozenset[Category]
    """The lists that hold the word alone."""


class Skill(NamedTuple):
    """A skill of the vocabulary: every spelling as words, and how careful a mention has to be read."""

    spellings: tuple[tuple[str, ...], ...]
    cased: frozenset[str]
    needs_neighbour: bool
    is_soft: bool


def words_of(text: str) -> tuple[str, ...]:
    """A text as the lower-case words that all lists and drafts are compared by; an apostrophe parts words."""
    return tuple(word.lower() for word in TOKEN.findall(text))


def readings(line: str) -> Iterator[tuple[Slot, ...]]:
    """Every reading of a phrase with alternatives in parentheses, which may nest; single words share a slot.

    >>> [[sorted(slot) for slot in reading] for reading in readings("i (am|m) (not at all|) here")]
    [[['i'], ['am', 'm'], ['not'], ['at'], ['all'], ['here']], [['i'], ['am', 'm'], ['here']]]
    """
    rest = _SYNTAX.findall(line)
    rest.reverse()
    return iter(_sequence(rest))


def _sequence(rest: list[str]) -> list[tuple[Slot, ...]]:
    found: list[tuple[Slot, ...]] = [()]
    while rest and rest[-1] not in "|)":
        part = rest.pop()
        choices = _group(rest) if part == "(" else [(frozenset({part}),)]
        found = [(*before, *choice) for before in found for choice in choices]
    return found


def _group(rest: list[str]) -> list[tuple[Slot, ...]]:
    words: set[str] = set()
    longer: list[tuple[Slot, ...]] = []
    while True:
        for choice in _sequence(rest):
            if len(choice) == 1:
                words |= choice[0]
            else:
                longer.append(choice)
        if rest.pop() == ")":
            return [(frozenset(words),), *longer] if words else longer


@cache
def index(language: Language = "en") -> dict[str, Anchored]:
    """Every phrase of every list of a language by its anchor word."""
    if language == "en":
        return _indexed(_phrases(), _COMMON)
    from .check_words import check_words
    from .lexicon_local import local_phrases

    return _indexed(local_phrases(language), check_words(language).grammar)


def _indexed(phrases: Iterable[tuple[Category, tuple[Slot, ...], str]], common: frozenset[str]) -> dict[str, Anchored]:
    found: dict[str, dict[tuple[tuple[Slot, ...], Category], Entry]] = {}
    for category, slots, payload in phrases:
        if slots:
            offset = min(range(len(slots)), key=lambda place: _frequency(slots[place], common))
            entry = Entry(offset, slots, len(slots), category, payload)
            for word in slots[offset]:
                found.setdefault(word, {}).setdefault((slots, category), entry)
    return {word: _anchored(list(entries.values())) for word, entries in found.items()}


@lru_cache(maxsize=16_384)
def categories_of(word: str, language: Language = "en") -> frozenset[Category]:
    """The lists of a language that hold this word (lower case) alone."""
    anchored = index(language).get(word)
    return anchored.categories if anchored else frozenset()


def _anchored(entries: list[Entry]) -> Anchored:
    alone = tuple(entry for entry in entries if entry.size == 1)
    after: dict[str, list[Entry]] = {}
    before: dict[str, list[Entry]] = {}
    rest: list[Entry] = []
    for entry in entries:
        if entry.size == 1:
            continue
        following = entry.slots[entry.offset + 1] if entry.offset + 1 < entry.size else None
        side, slot = (
            (after, following) if following and "*" not in following else (before, entry.slots[entry.offset - 1])
        )
        if (side is before and entry.offset == 0) or "*" in slot:
            rest.append(entry)
            continue
        for word in slot:
            side.setdefault(word, []).append(entry)
    return Anchored(alone, after, before, tuple(rest), frozenset(entry.category for entry in alone))


@cache
def skills() -> dict[str, Skill]:
    """The skill vocabulary by canonical name (`data/skill_aliases.json` with `data/name_rules.json`)."""
    rules = _rules()
    cased, neighbour, soft = (frozenset(rules[key]) for key in ("cased", "neighbour", "soft"))
    table: dict[str, Skill] = {}
    for name, aliases in _json("skill_aliases.json").items():
        forms = [name, *aliases]
        table[name] = Skill(
            spellings=tuple(
                dict.fromkeys(words_of(form) for form in forms if form.endswith("++") or not form.endswith("+"))
            ),
            cased=frozenset(words_of(form)[0] for form in forms if form in cased or _is_short(form)),
            needs_neighbour=name in neighbour or any(alias in neighbour for alias in aliases),
            is_soft=name in soft,
        )
    return table


@cache
def upper_case_skills() -> frozenset[str]:
    """Skills that are written in capitals only, such as REST or SAP, in lower case."""
    forms = [form for name, aliases in _json("skill_aliases.json").items() for form in (name, *aliases)]
    return frozenset(words_of(form)[0] for form in forms if form.isupper() and form.isalpha() and len(form) > 1)


@cache
def places() -> dict[str, frozenset[str]]:
    """Places, as words joined by a space, to the ISO 3166 codes of the countries they lie in."""
    found: dict[str, set[str]] = {}
    for code, name in _place_names():
        found.setdefault(" ".join(words_of(name)), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def areas() -> frozenset[str]:
    """Those of the places that are countries or parts of them."""
    names = [*_territories().values(), *(name for names in _TERRITORY_ALIASES.values() for name in names)]
    names += [name for line in _lines("regions.txt") for name in line.partition(": ")[2].split(";")]
    return frozenset(" ".join(words_of(name)) for name in names) - {"singapore", "hong kong", "luxembourg", "monaco"}


@cache
def countries() -> frozenset[str]:
    """Those of the places that are whole countries."""
    names = [*_territories().values(), *(name for names in _TERRITORY_ALIASES.values() for name in names)]
    return frozenset(" ".join(words_of(name)) for name in names)


@cache
def rule(name: str) -> frozenset[str]:
    """One of the sets of `data/name_rules.json`, lower case."""
    return frozenset(word.lower() for word in _rules()[name])


@cache
def common_words() -> frozenset[str]:
    """Everyday words that a heading or the name of a team writes with a capital."""
    return frozenset(word for line in _lines("common_words.txt") for word in line.split())


@cache
def titles(part: str) -> frozenset[str]:
    """The `heads`, `modifiers` or `seniority` words of job titles."""
    return frozenset(_json("titles.json")[part])


@cache
def same_heads() -> dict[str, frozenset[str]]:
    """The heads of titles that people use for one another: `developer` for `engineer`."""
    found: dict[str, set[str]] = {}
    for group in _json("titles.json")["same"]:
        for word in group:
            found.setdefault(word, set()).update(group)
    return {word: frozenset(group) for word, group in found.items()}


@cache
def grammar_words() -> dict[str, tuple[str, ...]]:
    """Words that carry the grammar of a language to the languages that have them."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for word in _json("phrases.json")[f"lang_{language}"]:
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


def english_lists() -> dict[str, list[str]]:
    """The phrases of `data/phrases.json` by category."""
    lists: dict[str, list[str]] = _json("phrases.json")
    return lists


@cache
def demonyms() -> frozenset[str]:
    """Adjectives of nations and of the languages they speak, lower case."""
    return frozenset(_json("phrases.json")["demonyms"]) | frozenset(_json("phrases.json")["languages"])


LISTED: tuple[Category, ...] = (
    "swapped_role", "machine_talk", "prompt_talk", "placeholder", "pay_hint", "benefit", "workplace", "onsite",
    "employment", "protected", "stock_opener", "praise", "spam", "gender_coded", "inferred_promise", "channel",
    "acquaintance", "firm_claim", "inflated",
)  # fmt: skip


Phrase = tuple[Category, tuple[Slot, ...], str]
"""A phrase of a list: its category, its slots, and the name it stands for, if any."""


def _phrases() -> Iterator[Phrase]:
    yield from listed_phrases(english_lists(), LISTED)
    yield from named_things(skills(), places())
    for word in NUMBER_WORDS:
        yield "number", (frozenset((word,)),), word


def listed_phrases(lists: Mapping[str, Iterable[str]], categories: Iterable[Category]) -> Iterator[Phrase]:
    """Every reading of every phrase of some lists."""
    for category in categories:
        for line in lists[category]:
            for slots in readings(line):
                yield category, slots, ""


def named_things(skill_table: Mapping[str, Skill], place_names: Iterable[str]) -> Iterator[Phrase]:
    """The names of skills, companies, schools, places and jobs as phrases."""
    for category, words, payload in _names_of_things(skill_table, place_names):
        yield category, tuple(frozenset((word,)) for word in words), payload


def _names_of_things(
    skill_table: Mapping[str, Skill], place_names: Iterable[str]
) -> Iterator[tuple[Category, Iterable[str], str]]:
    for name, skill in skill_table.items():
        for spelling in skill.spellings:
            yield "skill", spelling, name
    for name in _names("companies.txt"):
        yield "company", words_of(name), name
    for name in _names("schools.txt"):
        yield "school", words_of(name), name
    for name in place_names:
        yield "place", name.split(), name
    for head in titles("heads"):
        yield "title", words_of(head), head
        yield "title", words_of(f"{head.removesuffix('man')}men" if head.endswith("man") else f"{head}s"), head


def _frequency(slot: Slot, common: frozenset[str]) -> int:
    """How bad an anchor a slot makes: its words must be few, and none of them frequent."""
    return 1000 if "*" in slot else len(slot) + 100 * len(slot & common)


def _is_short(form: str) -> bool:
    return len(form) <= 5 and form.isalpha() and form.isupper()


def _territories() -> dict[str, str]:
    from babel import Locale

    table: dict[str, str] = dict(Locale("en").territories)  # pyright: ignore[reportUnknownArgumentType]  # untyped in Babel
    return table


def _place_names() -> Iterable[tuple[str, str]]:
    for code, name in _territories().items():
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
            yield code, name.replace("&", "and")
    for code, aliases in _TERRITORY_ALIASES.items():
        yield from ((code, name) for name in aliases)
    for file in ("cities.txt", "regions.txt"):
        for line in _lines(file):
            code, _, names = line.partition(": ")
            yield from ((code, name.strip()) for name in names.split(";"))


def _names(file: str) -> Iterator[str]:
    for line in _lines(file):
        for name in line.split(";"):
            if name := name.strip():
                yield name
                if name.startswith("Deutsche "):
                    yield f"Deutschen{name.removeprefix('Deutsche')}"  # as German puts it after `bei der`


def _lines(file: str) -> Iterator[str]:
    for line in _read(file).splitlines():
        if line and not line.startswith("#"):
            yield line


@cache
def _rules() -> dict[str, list[str]]:
    return _json("name_rules.json")  # type: ignore[no-any-return]  # our own file, whose shape a test holds


@cache
def _json(file: str) -> Any:
    return json.loads(_read(file))


def _read(file: str) -> str:
    return files("overture.generation").joinpath("data", file).read_text(encoding="utf-8")

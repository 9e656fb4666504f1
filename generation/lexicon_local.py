"""The lexicon of a language other than English: its own lists, the names all languages share, and names by Babel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from .check_words import check_words, language_lists
from .choices import Language
from .lexicon import (
    LISTED,
    Category,
    Phrase,
    Skill,
    english_lists,
    listed_phrases,
    named_things,
    places,
    skills,
    words_of,
)

_ECHOED: tuple[Category, ...] = ("machine_talk", "prompt_talk", "placeholder", "channel")
"""Lists whose English phrases count in every language: a model that slips, slips into English."""
_NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"))
_NOUN_ENDINGS = tuple(
    """ung ungen heit heiten keit keiten schaft schaften tion tionen ment mente nis nisse nissen tät täten ismus ling
    lingen chen erei ereien enz enzen anz anzen ur uren ik iken ium ien ing ings ander einander weise ieren
    eren""".split()
)
_SHORTEST_PART = 4
_SHORTEST_NOUN = 7


def local_phrases(language: Language) -> Iterator[Phrase]:
    """Every phrase of a language: its own lists, English ones that models echo, and names of things."""
    yield from listed_phrases(language_lists(language), LISTED)
    yield from listed_phrases(english_lists(), _ECHOED)
    yield from named_things(local_skills(language), same_places(language))
    for phrase in check_words(language).numbers:
        yield "number", tuple(frozenset((word,)) for word in phrase.split()), phrase


@cache
def local_skills(language: Language) -> dict[str, Skill]:
    """The skill vocabulary with the spellings of a language, without those that are everyday words of it."""
    words = check_words(language)
    own: dict[str, list[str]] = language_lists(language).get("skills", {})
    table: dict[str, Skill] = {}
    for name, skill in skills().items():
        spellings = tuple(each for each in skill.spellings if " ".join(each) not in words.not_skills)
        table[name] = skill._replace(spellings=spellings)
    for name, forms in own.items():
        spelled = tuple(dict.fromkeys(map(words_of, forms)))
        known = table.get(name, Skill((), frozenset(), needs_neighbour=False, is_soft=True))
        table[name] = known._replace(spellings=tuple(dict.fromkeys((*known.spellings, *spelled))))
    return table


@cache
def same_places(language: Language) -> dict[str, frozenset[str]]:
    """Every name of a place, as words joined by a space, to all names of that place: `Lissabon`, `Lisbon`."""
    from babel import Locale

    locale = Locale.parse(language)
    groups: list[Iterable[str]] = []
    own: dict[str, str] = dict(locale.territories)
    english: dict[str, str] = dict(Locale("en").territories)
    for code, name in own.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
            groups.append((name, english.get(code, name), *_of_code(code)))
    zones: dict[str, dict[str, Any]] = dict(locale.time_zones)
    for zone, names in zones.items():
        if isinstance(city := names.get("city"), str) and "/" in zone:
            groups.append((city, zone.rpartition("/")[2].replace("_", " ")))
    listed: dict[str, list[str]] = language_lists(language).get("places", {})
    groups += [(name, *others) for name, others in listed.items()]
    table: dict[str, set[str]] = {name: {name} for name in places()}
    for group in groups:
        joined = {" ".join(words_of(name)) for name in group if name}
        for name in joined - {""}:
            table.setdefault(name, {name}).update(joined - {""})
    return {name: frozenset(others) for name, others in table.items()}


@cache
def place_codes(language: Language) -> dict[str, frozenset[str]]:
    """Every name of a place to the ISO 3166 codes of the countries it may lie in."""
    codes = places()
    return {
        name: frozenset(code for other in others for code in codes.get(other, ()))
        for name, others in same_places(language).items()
    }


def _of_code(code: str) -> tuple[str, ...]:
    aliases = {
        "GB": ("UK", "Great Britain", "England"),
        "US": ("USA", "United States"),
        "NL": ("Holland", "Netherlands"),
    }
    return aliases.get(code, ())


@cache
def month_names(language: Language) -> dict[str, int]:
    """Names of months, whole and shortened, as one lower-case word each, to their numbers; English ones too."""
    from babel import Locale

    found: dict[str, int] = {}
    for tag in ("en", language):
        months: Any = Locale.parse(tag).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    words = words_of(name)
                    if len(words) == 1 and not words[0].isdigit():
                        found.setdefault(words[0], int(number))
    return found


@cache
def full_months(language: Language) -> frozenset[str]:
    """The names of months that are written in full."""
    from babel import Locale

    months: Any = Locale.parse(language).months
    return frozenset(name.lower() for context in ("format", "stand-alone") for name in months[context]["wide"].values())


@cache
def day_names(language: Language) -> frozenset[str]:
    """The days of the week."""
    from babel import Locale

    days: Any = Locale.parse(language).days
    return frozenset(name.lower().rstrip(".") for name in days["format"]["wide"].values())


@cache
def local_demonyms(language: Language) -> frozenset[str]:
    """Adjectives of nations and towns, and languages."""
    lists = language_lists(language)
    return frozenset(f"{lists.get('demonyms', '')} {lists.get('languages', '')}".split())


@cache
def _common_nouns(language: Language) -> frozenset[str]:
    if language != "de":
        return frozenset()
    text = files("overture.generation").joinpath("data", f"common_words_{language}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.lower().split())


@cache
def _noun_ends(language: Language) -> tuple[str, ...]:
    return tuple(word for word in _common_nouns(language) if len(word) >= _SHORTEST_PART)


@lru_cache(maxsize=16_384)
def is_everyday(word: str, language: Language) -> bool:
    """Whether a capitalised word (lower case) is an everyday one where all nouns have capitals: German."""
    nouns = _common_nouns(language)
    if not nouns:
        return False
    if word in nouns or word in check_words(language).grammar:
        return True
    if len(word) >= _SHORTEST_NOUN and word.endswith(_NOUN_ENDINGS):
        return True
    return any(len(word) > len(end) + 2 and word.endswith(end) for end in _noun_ends(language))

"""The small word sets by which the checks read a language other than English: `words` of `data/phrases_xx.json`.

In the file a set of words is one text, parted by spaces; a set of phrases (`percent`, `closings`) is a list. Its other
keys are the lists of `phrases.json` with the same syntax, `demonyms`, `languages` and `telling` (one text each; the
last are frequent words that tell the language, beside its grammar words), `skills` (the
names of `skill_aliases.json` to spellings of this language) and `places` (English names to names of this language).

All words are lower case and as the checks see them: an apostrophe or a hyphen parts words (`d'équipe` is `d équipe`,
`Sign-on-Bonus` is `sign on bonus`). Where a key says phrases, several words with single spaces are allowed. A word of
`formal` that begins with a capital counts only where it is written so in the middle of a sentence (`Sie`, `Lei`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from .choices import Language

_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckWords:
    """One language; every set may be empty, which turns off what needs it.

    Employers, schools, places and people:
        at: before an employer wherever a name follows (`bei`, `chez`, `presso`, `bij`)
        at_weak: before an employer only behind a word of `works` (`en`, `na`, `in`)
        works: saying that somebody works or worked somewhere (`arbeitest`, `travailles`, `zeit`, `expérience`)
        school_words: nouns of places of study · studied: saying that somebody studied or took a degree
        town: before a place (`in`, `à`, `en`, `em`) · sites: nouns beside which a town is named (`Büro`, `agence`)
        ambiguous_places: names of places that are everyday words too, taken for places only behind a word of `town`
        colleagues: nouns before the name of a person (`kollegin`, `chef`) · own: before these (`mein`, `unsere`)
        courtesy: forms of address that guess a gender (`herr`, `madame`) · greetings: first words of a greeting
        closings: phrases that end a letter (`viele grüße`)
        connecting: small words inside names that are not names (`und`, `von`)
    Skills and titles:
        naming: words that claim a skill (`erfahrung`, `kenntnisse`) · links: between these and the skill (`in`, `mit`)
        and_or: conjunctions of a list · not_skills: spellings of English skills that are everyday words here (`chef`)
        ranks: words of rank (`leitende`, `chef`), English ones are known already
    Numbers, money and time:
        numbers: phrases to values, 2 to 100 at least, hyphens as spaces · scales: words to factors (`millionen`)
        percent: phrases (`prozent`, `pour cent`) · currencies: words to ISO codes, "" for any dollar, "*" for others
        about: words that round · call: words of talks · minutes: units of a talk (`minuten`, `uhr`)
        loose: nouns that are counted without stating a fact (`dinge`, `fragen`) · pointing: before a number that
        points back (`diese`, `beide`)
        units: words to months (`jahre` 12) · ago: words (`vor`, `hace`) · since, until: before a year
        pay: words of pay · periods: words to hour, day, week, month, year · pay_praise: words that praise pay
    Terms and style:
        employment: phrases to an employment type (`vollzeit` full_time) · hybrid, fully: words of a workplace phrase
        english: words of benefits and terms to the English words that say the same in a fact
        unsure: words by which a sentence promises nothing (`ob`, `nicht`) · negations: before what is denied
        formal, informal: words that address the reader · everyday: English fillers that mean something here (`null`)
    Language:
        grammar: 100 or more function words, the most frequent ones
    """

    at: frozenset[str] = _EMPTY
    at_weak: frozenset[str] = _EMPTY
    works: frozenset[str] = _EMPTY
    school_words: frozenset[str] = _EMPTY
    studied: frozenset[str] = _EMPTY
    town: frozenset[str] = _EMPTY
    sites: frozenset[str] = _EMPTY
    ambiguous_places: frozenset[str] = _EMPTY
    colleagues: frozenset[str] = _EMPTY
    own: frozenset[str] = _EMPTY
    courtesy: frozenset[str] = _EMPTY
    greetings: frozenset[str] = _EMPTY
    closings: frozenset[str] = _EMPTY
    connecting: frozenset[str] = _EMPTY
    naming: frozenset[str] = _EMPTY
    links: frozenset[str] = _EMPTY
    and_or: frozenset[str] = _EMPTY
    not_skills: frozenset[str] = _EMPTY
    ranks: frozenset[str] = _EMPTY
    percent: frozenset[str] = _EMPTY
    about: frozenset[str] = _EMPTY
    call: frozenset[str] = _EMPTY
    minutes: frozenset[str] = _EMPTY
    loose: frozenset[str] = _EMPTY
    pointing: frozenset[str] = _EMPTY
    ago: frozenset[str] = _EMPTY
    since: frozenset[str] = _EMPTY
    until: frozenset[str] = _EMPTY
    pay: frozenset[str] = _EMPTY
    pay_praise: frozenset[str] = _EMPTY
    hybrid: frozenset[str] = _EMPTY
    fully: frozenset[str] = _EMPTY
    unsure: frozenset[str] = _EMPTY
    negations: frozenset[str] = _EMPTY
    formal: frozenset[str] = _EMPTY
    informal: frozenset[str] = _EMPTY
    everyday: frozenset[str] = _EMPTY
    grammar: frozenset[str] = _EMPTY
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    scales: Mapping[str, float] = field(default_factory=dict[str, float])
    currencies: Mapping[str, str] = field(default_factory=dict[str, str])
    units: Mapping[str, float] = field(default_factory=dict[str, float])
    periods: Mapping[str, str] = field(default_factory=dict[str, str])
    employment: Mapping[str, str] = field(default_factory=dict[str, str])
    english: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """In the file, English words parted by spaces."""


@cache
def check_words(language: Language) -> CheckWords:
    """The word sets of a language; empty ones for English, whose checks have their own."""
    if language == "en":
        return CheckWords()
    given: dict[str, Any] = language_lists(language)["words"]
    read: dict[str, Any] = {}
    for name, value in given.items():
        if name == "english":
            read[name] = {word: frozenset(said.split()) for word, said in value.items()}
        elif isinstance(value, dict):
            read[name] = value
        else:
            read[name] = frozenset(value.split() if isinstance(value, str) else value)
    return CheckWords(**read)


@cache
def language_lists(language: Language) -> dict[str, Any]:
    """What `data/phrases_xx.json` holds: the lists of phrases by category, `skills`, `places` and `words`."""
    name = f"phrases_{language}.json"
    found: dict[str, Any] = json.loads(files("overture.generation").joinpath("data", name).read_text(encoding="utf-8"))
    return found

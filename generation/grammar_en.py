"""English grammar that a sentence about inserted values needs: articles, lists, numbers in words, possessives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .clauses import deed, duty
from .grammar import Terms

_VOWEL_SOUND = re.compile(
    r"(?:[aeio]|u(?!ni(?!n)|s[aeu]|til|r[aiou]|te)|h(?:our|onest|onou?r|eir))(?!ne\b|nce\b|urop)", re.IGNORECASE
)
_LETTERS_WITH_VOWEL_SOUND = frozenset("AEFHILMNORSX")
_SPELLED = re.compile(r"(?:[A-Z][A-Z0-9]{1,4}(?![a-z])|[A-Z]-)")
_SAID_AS_WORDS = frozenset({"SAP", "NASA", "RAID", "SCADA", "LAN", "SAS", "SOX", "RAN", "FIFA", "NATO", "LEAN"})
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ONE_HOLDER = re.compile(r"(?:C[A-Z]O|Chief|President|Head|Director of|Managing Director|Chair)\b")
_CONTRACTIONS = {
    "I'm": "I am", "I'd": "I would", "I'll": "I will", "I've": "I have", "we're": "we are", "We're": "We are",
    "we'd": "we would", "we've": "we have", "we'll": "we will", "you'd": "you would", "You'd": "You would",
    "you're": "you are", "You're": "You are", "you've": "you have", "You've": "You have", "it's": "it is",
    "It's": "It is", "that's": "that is", "That's": "That is", "don't": "do not", "there's": "there is",
    "There's": "There is", "isn't": "is not", "won't": "will not", "What's": "What is", "You'll": "You will",
    "you'll": "you will",
}  # fmt: skip
_LEVELS = {"entry level": "at entry level", "mid-level": "at mid level", "senior": "at senior level"}
_CONTRACTION = re.compile(rf"\b(?:{'|'.join(map(re.escape, _CONTRACTIONS))})\b")


def with_article(noun: str) -> str:
    """A noun behind its indefinite article, by sound.

    >>> with_article("SRE"), with_article("user researcher"), with_article("HR manager"), with_article("European lead")
    ('an SRE', 'a user researcher', 'an HR manager', 'a European lead')
    """
    return f"{'an' if _begins_with_vowel_sound(noun) else 'a'} {noun}"


def _begins_with_vowel_sound(noun: str) -> bool:
    bare = noun.lstrip("(\"'“‘")
    if bare[:1].isdigit():
        return bare.startswith(("8", "11", "18"))
    if spelled := _SPELLED.match(bare):
        word = spelled.group()
        return word[0] in "AEIOU" if word in _SAID_AS_WORDS else word[0] in _LETTERS_WITH_VOWEL_SOUND
    return _VOWEL_SOUND.match(bare) is not None


def listed(items: Sequence[str], *, conjunction: Literal["and", "or"] = "and", clauses: bool = False) -> str:
    """Items as English lists them; clauses, and items with an "and" of their own, are set off by one more comma.

    >>> listed(["Go", "SQL"]), listed(["Go", "SQL", "Kafka"])
    ('Go and SQL', 'Go, SQL and Kafka')
    """
    if len(items) <= 1:
        return "".join(items)
    set_off = any(" and " in item for item in items) or (clauses and len(items) > 2)
    return f"{', '.join(items[:-1])}{',' if set_off else ''} {conjunction} {items[-1]}"


def number(count: int) -> str:
    """A count in words up to twelve, in digits above."""
    return _NUMBERS[count] if 0 <= count <= 12 else f"{count:,}"


def years(months: int) -> str:
    """A duration rounded down to years: `six years`, `more than six years`."""
    whole, rest = divmod(months, 12)
    said = f"{number(whole)} year{'s' if whole != 1 else ''}"
    return f"more than {said}" if rest else said


def lower_first(text: str) -> str:
    """The text for the middle of a sentence; a first word that looks like a name or an acronym keeps its capital."""
    first, _, rest = text.partition(" ")
    if (
        first[1:] != first[1:].lower()
        or any(ch.isdigit() for ch in first)
        or rest[:1].isupper()
        or first in {"I", "I'm"}
    ):
        return text
    return text[:1].lower() + text[1:]


def without_contractions(text: str) -> str:
    """The formal form of our own wording."""
    return _CONTRACTION.sub(lambda found: _CONTRACTIONS[found.group()], text)


def with_the(name: str) -> str:
    """A school's name as it stands in a sentence: `the University of Oslo`, but `Leiden University`."""
    return (
        f"the {name}"
        if name.startswith(("University of", "Technical University of", "College of", "School of"))
        else name
    )


def as_office(title: str) -> str:
    """A title behind "as": `a Staff Nurse`, but `CEO` and `Head of Sales`, which one person holds."""
    return title if _ONE_HOLDER.match(title) else with_article(title)


class EnglishGrammar:
    """English as `Grammar`."""

    listed = staticmethod(listed)
    number = staticmethod(number)
    years = staticmethod(years)
    noun = staticmethod(with_article)
    office = staticmethod(as_office)
    school = staticmethod(with_the)
    inside = staticmethod(lower_first)
    deed = staticmethod(deed)

    def in_year(self, year: str) -> str:
        """` in 2024`."""
        return f" in {year}"

    def for_title(self, title: str) -> str:
        """` for an SRE role`."""
        return f" for {with_article(title)} role"

    def team(self, name: str, size: int | None) -> str:
        """`the Ledger team, eight people`."""
        said = f"the {name}" + ("" if name.lower().endswith("team") else " team")
        return f"{said}, {number(size)} people" if size else said

    def place(self, terms: Terms) -> str:
        """` in Oslo or Bergen`."""
        return "" if terms.is_remote or not terms.places else f" in {listed(terms.places, conjunction='or')}"

    def terms(self, terms: Terms) -> str:
        """`, full-time and remote (Norway), at senior level`."""
        workplace = terms.workplace
        if terms.is_remote and terms.places:
            workplace += f" ({listed(terms.places, conjunction='or')})"
        said = listed([word for word in (terms.employment, workplace) if word])
        said = ", ".join(filter(None, (said, _LEVELS.get(terms.level, ""))))
        return f", {said}" if said else ""

    def duty(self, text: str, *, longest: int, in_house: bool) -> str | None:
        """What follows "you would"."""
        clause = duty(text, longest=longest, in_house=in_house)
        return clause.text if clause else None

    def duties(self, duties: Sequence[str]) -> tuple[str, str]:
        """One sentence, or two where a clause has commas of its own."""
        if any("," in each for each in duties[1:]):
            return duties[0], duties[1]
        first = duties[0].partition(",")[0] if len(duties) > 1 else duties[0]
        return listed([first, *duties[1:]], clauses=True), ""

"""Dates in the spellings of profiles and posts, beyond those that `PartialDate.parse` reads; never a guess."""

from __future__ import annotations

import re
import unicodedata

from overture.dates import PartialDate

from .shapes import words

CURRENT_WORDS = words(
    "present current currently now today ongoing heute aktuell laufend derzeit présent actuel actuellement",
    "aujourd'hui aujourd’hui actualidad actual actualmente presente atual atualmente atualidade attuale",
    "attualmente oggi heden nu today",
) | {"to date", "till date", "till now", "until now", "to present", "bis heute", "en cours", "en curso", "in corso"}

_MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "janv", "ene", "gen", "januar", "january", "janvier", "enero", "janeiro", "gennaio", "januari", "janner"),
    ("feb", "fevr", "fev", "februar", "february", "fevrier", "febrero", "fevereiro", "febbraio", "februari"),
    ("mar", "mrz", "mars", "marz", "maerz", "march", "marzo", "marco", "maart", "mrt"),
    ("apr", "avr", "abr", "april", "avril", "abril", "aprile"),
    ("may", "mai", "mag", "mayo", "maio", "maggio", "mei"),
    ("jun", "juin", "giu", "juni", "june", "junio", "junho", "giugno"),
    ("jul", "juil", "lug", "juli", "july", "juillet", "julio", "julho", "luglio"),
    ("aug", "aou", "aout", "ago", "august", "agosto", "augustus"),
    ("sep", "sept", "set", "september", "septembre", "septiembre", "setembro", "settembre"),
    ("oct", "okt", "out", "ott", "october", "oktober", "octobre", "octubre", "outubro", "ottobre"),
    ("nov", "november", "novembre", "noviembre", "novembro"),
    ("dec", "dez", "dic", "december", "dezember", "decembre", "diciembre", "dezembro", "dicembre"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}

_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{1,2}:\d{2}.*", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})", re.ASCII)
_DAY_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:,? \d{1,2}:\d{2}.*)?", re.ASCII)
_NAMED = re.compile(r"(?:(\d{1,2})(?:\.|st|nd|rd|th)?\s+(?:de\s+)?)?([^\W\d]+)\.?,?\s+(?:de\s+)?(\d{4})")
_NAMED_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,\s*(\d{4})")


def read_date(text: str) -> PartialDate:
    """Read ISO dates and times, `03/2021`, `01.03.2021`, `Mar 4, 2021`, `März 2021`, `4 de março de 2021`.

    `25/12/2021` and `12/25/2021` are read too, since only one reading is a date; `03/04/2021` is not.

    Raises:
        ValueError: the text is none of these, is ambiguous, or names a day that does not exist.
    """
    text = text.strip()
    if found := _ISO_TIME.fullmatch(text):
        return PartialDate.parse(found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return PartialDate(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
    if found := _MONTH_YEAR.fullmatch(text):
        return PartialDate(int(found[2]), int(found[1]))
    if found := _DAY_DOTTED.fullmatch(text):
        return PartialDate(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first != second and first <= 12 and second <= 12:
            raise ValueError(f"{text!r} can be read in two ways")
        return PartialDate(year, *((second, first) if first > 12 else (first, second)))
    if found := _NAMED.fullmatch(text):
        return _named(found[2], found[3], found[1])
    if found := _NAMED_FIRST.fullmatch(text):
        return _named(found[1], found[3], found[2])
    return PartialDate.parse(text)


def _named(month: str, year: str, day: str | None) -> PartialDate:
    folded = unicodedata.normalize("NFKD", month.casefold())
    number = _MONTH.get("".join(ch for ch in folded if not unicodedata.combining(ch)))
    if number is None:
        raise ValueError(f"{month!r} is not a month")
    return PartialDate(int(year), number, int(day) if day else None)

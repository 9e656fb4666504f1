"""Reads the dates that stand in a text, in ten languages: what is known of each, and where it stands (C-5)."""

from __future__ import annotations

import calendar
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "es", "fr", "de", "pt", "it", "nl", "hi", "ja", "zh")
_ENGLISH: Final = re.compile(r"\b(?:the|will|of|and|out|back|until|till|returning|through|from|ooo)\b")
_CJK: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_CLOCK: Final = re.compile(r"\s?(?:uhr|uur|h\b|hrs|am\b|pm\b|o'clock|%|€|\$)")
_TOMORROW: Final = ("tomorrow", "demain", "morgen", "domani", "amanhã", "mañana", "明日", "明天")
_END: Final = "the end of|end of|late|ende|finales de|final de|fin|fine|eind|fim de"


class StatedDate(NamedTuple):
    """One date of the text: what is known of it, and where it stands."""

    start: int
    end: int
    year: int | None
    orders: tuple[tuple[int, int], ...]
    """Month and day, once for each order that the digits allow; empty for a weekday or tomorrow."""
    days_ahead: int | None = None
    weekday: int | None = None
    vague: bool = False
    is_range: bool = False


_Reader = Callable[[re.Match[str], str], StatedDate | None]


def stated_dates(text: str) -> list[StatedDate]:
    """The dates, weekdays and months that a `folded` text names, in its order, at most 64."""
    if not any(map(str.isdigit, text)) and not date_words()[1].search(text):
        return []
    found: list[StatedDate] = []
    for pattern, read in _patterns():
        for match in pattern.finditer(text):
            overlaps = any(match.start() < other.end and other.start < match.end() for other in found)
            if len(found) < 64 and not overlaps and (stated := read(match, text)):
                found.append(stated)
    return sorted(found)


def _weekday_before(text: str, start: int) -> int | None:
    words = re.findall(r"[^\W\d_]+", text[max(0, start - 18) : start])
    return next((date_words()[2][word] for word in reversed(words) if word in date_words()[2]), None)


def _weekday_near(text: str, start: int, end: int) -> int | None:
    if (before := _weekday_before(text, start)) is not None:
        return before
    inside = re.match(r"\s?\((.{1,4}?)\)", text[end : end + 8])
    return date_words()[2].get(inside[1]) if inside else None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text.strip("'"))
    return number + 2000 if number < 100 else number if 1990 <= number <= 2100 else None


def _year_first(match: re.Match[str], _text: str) -> StatedDate | None:
    year = _year(match[1])
    return StatedDate(match.start(), match.end(), year, ((int(match[2]), int(match[3])),)) if year else None


def _east_asian(match: re.Match[str], _text: str) -> StatedDate | None:
    month = int(match[2])
    if not 1 <= month <= 12:
        return None
    if match[3] == "末":
        return StatedDate(match.start(), match.end(), _year(match[1]), ((month, _last_day(month)),))
    number = int(match[4] or match[3])
    return StatedDate(match.start(), match.end(), _year(match[1]), ((month, number),), is_range=bool(match[4]))


def _day_month(match: re.Match[str], text: str) -> StatedDate | None:
    order = (date_words()[0][match[2]], int(match[1]))
    ranged = re.search(
        r"\d\.?\s*(?:-|to|au|al|a|ao|bis|bis zum|t/m|tot|tot en met|e|से|se)\s*$",
        text[max(0, match.start() - 16) : match.start()],
    )
    return StatedDate(match.start(), match.end(), _year(match[3]), (order,), is_range=bool(ranged))


def _month_day(match: re.Match[str], _text: str) -> StatedDate | None:
    order = (date_words()[0][match[1]], int(match[3] or match[2]))
    return StatedDate(match.start(), match.end(), _year(match[4]), (order,), is_range=bool(match[3]))


def _numeric(match: re.Match[str], text: str) -> StatedDate | None:
    first, separator, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
    if (separator == "-" and not year) or (not year and _CLOCK.match(text, match.end())):
        return None
    day_first, month_first = (second, first), (first, second)
    orders: tuple[tuple[int, int], ...]
    if _CJK.search(text):
        orders = (month_first,)
    elif separator == "/" and _ENGLISH.search(text):
        orders = (day_first, month_first) if first != second else (day_first,)
    else:
        orders = (day_first,)
    orders = tuple(order for order in orders if 1 <= order[0] <= 12 and 1 <= order[1] <= 31)
    weekday = _weekday_near(text, match.start(), match.end())
    return StatedDate(match.start(), match.end(), year, orders, weekday=weekday) if orders else None


def _month_only(match: re.Match[str], _text: str) -> StatedDate | None:
    month = date_words()[0][match[2]]
    number = _last_day(month) if match[1] else 1
    return StatedDate(match.start(), match.end(), _year(match[3]), ((month, number),), vague=True)


def _day_only(match: re.Match[str], _text: str) -> StatedDate | None:
    number = int(match[1] or match[2])
    return StatedDate(match.start(), match.end(), None, ((0, number),), vague=True) if 1 <= number <= 31 else None


def _weekday_only(match: re.Match[str], _text: str) -> StatedDate | None:
    if match[0] in _TOMORROW:
        return StatedDate(match.start(), match.end(), None, (), days_ahead=1, vague=True)
    return StatedDate(match.start(), match.end(), None, (), weekday=date_words()[2][match[0]], vague=True)


def _last_day(month: int) -> int:
    return 28 if month == 2 else calendar.monthrange(2001, month)[1]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    """How dates are written, the surest first: what one has read, the next leaves alone."""
    months = alternatives(date_words()[0])
    long_months = alternatives(name for name in date_words()[0] if len(name) > 3 or name in {"may", "mai", "mei"})
    days = alternatives([name for name in date_words()[2] if len(name) > 3 or name[0] > "\u0900"] + list(_TOMORROW))
    return (
        (re.compile(r"(?<!\d)(\d{4})(?:[-/.]|年\s?)(\d{1,2})(?:[-/.]|月\s?)(\d{1,2})(?!\d)日?"), _year_first),
        (
            re.compile(
                r"(?:(\d{4})年)?(?<!\d)(\d{1,2})月(末|\d{1,2})(?:日|号|號)?"
                r"(?:\s?[-~至到]\s?(\d{1,2})[日号號])?"
            ),
            _east_asian,
        ),
        (
            re.compile(
                r"(?<![\d.:])(\d{1,2})(?:st|nd|rd|th|er|o|°|a|\.|ste|e)?[ -]?(?:de |of |en |di |d'|the )?"
                rf"({months})(?!\w)\.?(?:,? ?(?:de |del )?(\d{{4}}))?(?!\d)"
            ),
            _day_month,
        ),
        (
            re.compile(
                rf"(?<!\w)({months})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
                r"(?:\s?(?:-|to|through|thru)\s?(\d{1,2})(?![\d:]))?(?:,? (\d{4}))?(?!\d)"
            ),
            _month_day,
        ),
        (re.compile(r"(?<![\d.:/+-])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?!\d|[./:-]\d)"), _numeric),
        (re.compile(rf"(?<!\w)(?:({_END}) )?({long_months})(?!\w)(?: (?:de |del )?(\d{{4}}))?"), _month_only),
        (re.compile(r"(?<![\w.])(?:(\d{1,2})(?:st|nd|rd|th)|(?:el|le|il|dia|am) (\d{1,2})\.?)(?![\w:./])"), _day_only),
        (
            re.compile(rf"(?:(?<!\w)|(?<=[\u3040-\u9fff]))(?:{days})(?!\w)(?!,? (?:the |den |el |le |il |dem )?\d)"),
            _weekday_only,
        ),
    )


@cache
def date_words() -> tuple[dict[str, int], re.Pattern[str], dict[str, int]]:
    """Months by name, a pattern for any date word, and weekdays by name (Monday is 0), in all the languages."""
    from babel import Locale  # only here: a third of a second, and few answers hold a date

    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for cue in cue_data()["month_names"]:  # spellings beside those of CLDR, Hindi's in Latin script too
        number, _, names = cue.partition(" ")
        months |= {_plain(name): int(number) for name in names.split()}
    for locale in map(Locale.parse, LANGUAGES):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months |= {_plain(name): number for number, name in locale.months[context][width].items()}
                for number, name in locale.days[context][width].items():
                    weekdays.setdefault(_plain(name), number)
    months = {name: number for name, number in months.items() if not any(map(str.isdigit, name)) and len(name) > 2}
    weekdays |= {day + short: number for number, day in enumerate("月火水木金土日") for short in ("曜", "曜日")}
    weekdays |= {
        prefix + day: number for number, day in enumerate("一二三四五六日") for prefix in ("周", "星期", "礼拜")
    }
    return months, re.compile(alternatives([*months, *weekdays, *_TOMORROW])), weekdays


@cache
def cue_data() -> dict[str, list[str]]:
    """The words around dates that say what a date means: `data/return_cues.json`."""
    found: dict[str, list[str]] = json.loads(
        files("overture.classification").joinpath("data/return_cues.json").read_text("utf-8")
    )
    return found


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def folded(text: str) -> str:
    """`text` in lower case with one form per character, quote and dash; what `stated_dates` reads."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return plain.replace("–", "-").replace("—", "-").replace("〜", "~")


def _plain(name: str) -> str:
    return folded(name).strip(".॰")

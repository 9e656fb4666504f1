"""The day somebody says they are back, read from an automatic answer in ten languages (C-5)."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from .stated_dates import StatedDate, alternatives, cue_data, date_words, folded, stated_dates

_MAX_LENGTH: Final = 4_000
_BEFORE, _AFTER, _NEAR = 60, 26, 16
"""How many characters around a date may say what it means; the last for a bare month or weekday."""
_SENTENCE: Final = re.compile(r"[!?。\n;]|(?<!\d)\.\s")


class _Cues(NamedTuple):
    before: dict[str, re.Pattern[str]]
    after: dict[str, re.Pattern[str]]
    connector: re.Pattern[str]


def find_return_date(text: str, *, today: date | None) -> date | None:
    """The first day back that `text` states, or None if it states none.

    A last day away ("through 5 January", "bis 14.03.", "1月5日まで", the end of a range) gives the day after it; a
    plain English "until", like the Dutch "tot", names the first day back, as mail programs mean it. A stated day of
    return comes before both. A date without a year is its next occurrence from `today` on; without `today` there is
    none. Of 3/2, the weekday beside it, the language and then the nearness to `today` choose the order. C-5.
    """
    best = _best(text, today)
    return best[1] if best else None


def return_date_weight(text: str) -> float:
    """How firmly `text` states until when somebody is away: 1 for a day, 0.5 for a month or weekday, 0 for nothing."""
    best = _best(text, date(2000, 1, 1))  # any day will do: only whether a date can be completed matters here
    return 0.0 if best is None else 0.5 if best[0] % 2 else 1.0


def _best(text: str, today: date | None) -> tuple[int, date] | None:
    words = folded(text[:_MAX_LENGTH])
    best: tuple[int, date] | None = None
    stated = stated_dates(words)
    for index, one in enumerate(stated):
        previous = stated[index - 1].end if index else 0
        if (role := _role(words, one, previous)) is None:
            continue
        rank, days = role
        rank = 2 * rank - one.vague  # "back on Monday, 5.10." is one date, and the exact part of it counts
        if (best is None or rank > best[0]) and (day := _resolve(one, today)) is not None:
            try:
                best = (rank, _shifted(day, one, days))
            except OverflowError:  # the day after 9999-12-31
                continue
    return best


def _role(text: str, one: StatedDate, previous: int) -> tuple[int, int] | None:
    """How surely this is the date of return (higher wins), and how many days after it the first day back is."""
    cues = _cues()
    before = text[max(previous, one.start - _BEFORE) : one.start]
    if breaks := list(_SENTENCE.finditer(before)):
        before = before[breaks[-1].end() :]
    after = text[one.end : one.end + _AFTER]
    if _starts_range(text, one):
        return None
    joined = bool(previous) and bool(cues.connector.fullmatch(text[previous : one.start][-24:].strip()))
    if match := cues.after["last"].match(after):
        return (2, 0) if match[0].strip() == "前" else (2, 1)
    if cues.after["first"].match(after):
        return 2, 0
    if cues.after["back"].match(after):
        return 3, 0
    found = {name: match for name, pattern in cues.before.items() for match in _last(pattern, before)}
    if one.vague:
        found = {name: match for name, match in found.items() if len(before) - match.end() <= _NEAR}
    nearest = max(found, key=lambda name: found[name].end(), default=None)
    inclusive = 1 if nearest == "last" or one.is_range else 0
    if joined or one.is_range:
        return 2, 1
    if nearest == "back" or ("back" in found and nearest in {"first", "weak"}):
        return 3, 0
    if nearest in {"last", "first"}:
        return 2, inclusive
    return (1, 0) if nearest == "weak" else None


def _starts_range(text: str, one: StatedDate) -> bool:
    """Whether another date follows at once: "8 जून से 21 जून तक", "10月1日至10月7日"."""
    rest = text[one.end : one.end + _AFTER].lstrip()
    joint = _cues().connector.match(rest)
    return bool(joint and rest[joint.end() :].lstrip()[:1].isdigit())


def _last(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    return list(pattern.finditer(text))[-1:]


def _shifted(day: date, one: StatedDate, days: int) -> date:
    if one.vague and one.orders and one.orders[0][1] == 1:
        return day  # "until March": of a month, its first day, whatever the word before it
    return day + timedelta(days=days)


def _resolve(one: StatedDate, today: date | None) -> date | None:
    if one.days_ahead is not None or (one.weekday is not None and not one.orders):
        if today is None:
            return None
        ahead = one.days_ahead or (((one.weekday or 0) - today.weekday() - 1) % 7 + 1)
        return today + timedelta(days=ahead)
    orders = one.orders
    if one.weekday is not None and one.year is None and today is not None and len(orders) > 1:
        fitting = [o for o in orders if (day := _next(o, today)) and day.weekday() == one.weekday]
        orders = tuple(fitting) or orders
    if one.year is not None:
        possible = (_day(one.year, month, number) for month, number in orders)
        days = [day for day in possible if day is not None]
        if one.weekday is not None:
            days = [day for day in days if day.weekday() == one.weekday] or days
        if len(days) > 1 and today is None:
            return None  # 05/01/2010 alone is January or May: no guess
        if today is None or not days:
            return next(iter(days), None)
        return min(days, key=lambda day: (day < today, abs(day - today)))
    if today is None:
        return None
    return min((day for order in orders if (day := _next(order, today))), default=None)


def _next(order: tuple[int, int], today: date) -> date | None:
    """The next occurrence of a month and day; month 0 means the next such day of any month."""
    month, number = order
    if month == 0:
        for ahead in range(62):
            if (day := today + timedelta(days=ahead)).day == number:
                return day
        return None
    # 29 February can be eight years away.
    days = (_day(year, month, number) for year in range(today.year, min(today.year + 9, date.max.year)))
    return next((day for day in days if day is not None and day >= today), None)


def _day(year: int, month: int, number: int) -> date | None:
    return (
        date(year, month, number) if 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1] else None
    )


@cache
def _cues() -> _Cues:
    data = cue_data()
    before = {name: _cue_pattern(data[name]) for name in ("back", "weak", "last", "first")}
    after = {
        "last": re.compile(rf"[ ,]{{0,2}}(?:\(.{{1,4}}?\))?{_cue(data['last_after'])}"),
        "first": re.compile(rf"(?:\(.{{1,4}}?\))?{_cue(data['first_after'])}"),
        "back": re.compile(
            rf"[ ,.]{{0,3}}(?:\(.{{1,4}}?\))?(?:(?:bin|ben|ik|ich|sind|wir) ){{0,2}}{_cue(data['back_after'])}"
        ),
    }
    weekday = rf"(?: (?:{alternatives(date_words()[2])}),?)?"
    return _Cues(
        before, after, re.compile(rf"{_cue(data['connector'])}{weekday}(?: ?(?:the|el|le|il|zum|dem|o|den|dia))?")
    )


def _cue_pattern(cues: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-zà-ÿ]){_cue(cues)}(?![a-zà-ÿ])")


def _cue(cues: list[str]) -> str:
    joined = "|".join(folded(cue).replace("*", r"\w{0,12}").replace(" ~ ", r".{1,25}?") for cue in cues)
    return f"(?:{joined})"

"""The days that a report is about, as the page asks for them: the last so many, or from one to another."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from overture.base import Value
from overture.errors import InputError

SPANS: Final = (7, 14, 28, 90, 365)
DEFAULT_DAYS: Final = 90
_YEARS: Final = range(2000, 3000)


class Period(Value):
    """Whole days in the seat's zone, both ends included; `days` is set where the last so many were asked for."""

    first: date
    last: date
    zone: str
    days: int | None

    @property
    def start(self) -> AwareDatetime:
        """The instant at which it begins."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> AwareDatetime:
        """The instant before which it ends."""
        return _midnight(self.last + timedelta(days=1), self.zone)


def read_period(*, days: int | None = None, since: str = "", until: str = "", zone: str, now: datetime) -> Period:
    """The period that a form names; `days` stand before dates, and without a word it is the last 90.

    Raises:
        InputError: a day cannot be read, or the first lies behind the last.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    if days is not None or not (since or until):
        span = DEFAULT_DAYS if days is None else days
        return Period(first=today - timedelta(days=span - 1), last=today, zone=zone, days=span)
    last = _day(until, "until") if until else today
    first = _day(since, "since") if since else last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise InputError("lies behind the last day", field="since", expected="an earlier day")
    return Period(first=first, last=last, zone=zone, days=None)


def read_month(text: str, *, now: datetime) -> date:
    """The first day of a UTC month written 2026-11; without a word of this one.

    Raises:
        InputError: it is none.
    """
    if not text:
        return now.astimezone(UTC).date().replace(day=1)
    return _day(f"{text}-01", "month")


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in _YEARS:
        raise InputError("is no day", field=field, expected="2026-11-23")
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)

"""Dates as people write them on a profile: a year, a month, or a day."""

from __future__ import annotations

import re
from datetime import date
from functools import total_ordering
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)


@total_ordering
class PartialDate:
    """A date known to the year, the month or the day (JSON Resume's `iso8601`); unknown parts are None.

    It orders by its first possible day. Serialised as ISO 8601: `2021`, `2021-03`, `2021-03-01`.

    >>> PartialDate.parse("Mar 2021").isoformat()
    '2021-03'
    """

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int | None = None, day: int | None = None) -> None:
        if day is not None and month is None:
            raise ValueError("a day needs a month")
        date(year, month or 1, day or 1)  # a day that is not in the calendar raises ValueError here
        if not 1900 <= year <= 2100:
            raise ValueError(f"year {year} is not between 1900 and 2100")
        self.year, self.month, self.day = year, month, day

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2021`, `2021-03`, `2021-03-01`, an ISO date-time, `Mar 2021` or `1 March 2021`.

        Raises:
            ValueError: the text is none of these, or names a day that does not exist.
        """
        text = text.strip()
        if iso := _ISO.fullmatch(text):
            year, month, day = iso.groups()
            return cls(int(year), int(month) if month else None, int(day) if day else None)
        if english := _ENGLISH.fullmatch(text):
            day, name, year = english.groups()
            if name[:3].lower() in _MONTHS:
                return cls(int(year), _MONTHS.index(name[:3].lower()) + 1, int(day) if day else None)
        raise ValueError(f"{text!r} is not a date such as 2021, 2021-03 or 2021-03-01")

    def isoformat(self) -> str:
        """The date as ISO 8601, as long as it is known."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def first_day(self) -> date:
        """The first day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def months_until(self, end: PartialDate | date) -> int:
        """Whole months from this date to `end`; a missing month counts as January, never below 0."""
        return max(0, (end.year - self.year) * 12 + (end.month or 1) - (self.month or 1))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self._key() == other._key()

    def __lt__(self, other: PartialDate) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"PartialDate({self.isoformat()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return PartialDate, (self.year, self.month, self.day)

    def _key(self) -> tuple[int, int, int]:
        return (self.year, self.month or 0, self.day or 0)

    @classmethod
    def _validate(cls, value: Any) -> PartialDate:
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, date):
            return cls(value.year, value.month, value.day)
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(value)
        if isinstance(value, str):
            return cls.parse(value)
        raise ValueError("a date is text such as 2021, 2021-03 or 2021-03-01")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls.isoformat, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

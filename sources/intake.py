"""Reading single values out of a document of unknown quality, keeping note of what was dropped or left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from overture.dates import PartialDate
from overture.errors import InputError
from overture.jobs import MOST_PAY
from overture.source import Source

from .blocks import html_to_text
from .calendar_words import CURRENT_WORDS, read_date
from .clean import one_line
from .protected import protected_field, without_honorific, without_statements
from .shapes import Record, is_list, is_record, words

_PLACEHOLDERS = words(" nan n/a na null none nil undefined - -- tbd unknown")
_MOST_NOTES = 50
_LONGEST_LINE = 2_000
_LONGEST_TEXT = 200_000
"""Characters of a line and of a text; no real field is longer, and what is costs time or is an attack."""
_MOST_ENTRIES = 5_000


class Intake:
    """The reading of one document: hands out clean values and remembers what was dropped (D-12) or odd.

    Every method takes the value and the name of its field; a missing value (None, empty, "N/A") is None or empty.
    A value of another type than expected is an `InputError` that names the field, unless reading it is harmless: a
    number where text is expected, one text where a list is.
    """

    def __init__(self, *, path: str | None = None, format: str) -> None:  # noqa: A002 - the field's name in Source
        self.path, self.format = path, format
        self._dropped: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    def source(self) -> Source:
        """What to set as `source` on the value that was read."""
        return Source(path=self.path, format=self.format, dropped=tuple(self._dropped), notes=tuple(self._notes))

    def note(self, text: str) -> None:
        """Remember something that the caller should know; at most fifty are kept."""
        if len(self._notes) < _MOST_NOTES:
            self._notes.setdefault(text)

    def drop(self, field: str) -> None:
        """Remember that a protected field was not read (D-12)."""
        self._dropped.setdefault(field)

    def error(self, problem: str, *, field: str = "", expected: str = "") -> InputError:
        """An error that names this document."""
        return InputError(problem, path=self.path or "", field=field, expected=expected)

    def text(self, value: Any, field: str) -> str | None:
        """One line of text."""
        found = self._scalar(value, field, _LONGEST_LINE)
        if found is None:
            return None
        line = one_line(html_to_text(found))
        return None if not line or line.casefold() in _PLACEHOLDERS else line

    def prose(self, value: Any, field: str) -> str | None:
        """Text of several paragraphs, HTML made plain."""
        found = self._scalar(value, field)
        if found is None:
            return None
        text = html_to_text(found)
        return None if not text or text.casefold() in _PLACEHOLDERS else text

    def raw(self, value: Any, field: str) -> str:
        """Text as it stands, for a reader that takes its HTML apart; empty where there is none."""
        return self._scalar(value, field) or ""

    def about_person(self, value: Any, field: str) -> str | None:
        """Text of a profile, without the sentences that state a protected attribute (D-12)."""
        text = self.prose(value, field)
        if text is None:
            return None
        kept, attributes = without_statements(text)
        for attribute in attributes:
            self.drop(f"{field}: {attribute}")
        return kept or None

    def name(self, value: Any, field: str) -> str | None:
        """A person's name, without Mr, Ms and pronouns (D-12)."""
        text = self.text(value, field)
        if text is None:
            return None
        kept, attributes = without_honorific(text)
        for attribute in attributes:
            self.drop(f"{field}: {attribute}")
        return kept or None

    def texts(self, value: Any, field: str) -> tuple[str, ...]:
        """A list of single lines; repeated ones once."""
        lines = (self.text(item, place) for item, place in self.entries(value, field))
        return tuple(dict.fromkeys(line for line in lines if line))

    def lines_about_person(self, value: Any, field: str) -> tuple[str, ...]:
        """A list of lines of a profile, without those that state a protected attribute (D-12)."""
        lines = (self.about_person(item, place) for item, place in self.entries(value, field))
        return tuple(dict.fromkeys(one_line(line) for line in lines if line))

    def entries(self, value: Any, field: str) -> list[tuple[Any, str]]:
        """The entries of a list, each with its place such as `work[0]`; a lone text is a list of one."""
        if value is None:
            return []
        if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
            return [(value, field)]
        if not is_list(value):
            raise self.error(f"holds {_kind(value)}", field=field, expected="a list")
        if len(value) > _MOST_ENTRIES:
            raise self.error(f"holds {len(value):,} entries", field=field, expected=f"at most {_MOST_ENTRIES:,}")
        return [(item, f"{field}[{index}]") for index, item in enumerate(value) if item is not None]

    def records(self, value: Any, field: str) -> list[tuple[Record, str]]:
        """The entries of a list of objects, each with its place; a lone object is a list of one."""
        if is_record(value):
            return [(value, field)]
        return [(self.record(item, place), place) for item, place in self.entries(value, field)]

    def record(self, value: Any, field: str) -> Record:
        """An object; None is an empty one."""
        if value is None:
            return {}
        if not is_record(value):
            raise self.error(f"holds {_kind(value)}", field=field, expected="an object with named fields")
        return value

    def drop_protected(self, record: Record, field: str, *, but: Iterable[str] = ()) -> None:
        """List the object's protected fields that hold something (D-12)."""
        allowed = set(but)
        for key, value in record.items():
            if key not in allowed and value not in (None, "", [], {}) and protected_field(str(key)):
                self.drop(f"{field}.{key}" if field else str(key))

    def date(self, value: Any, field: str) -> PartialDate | None:
        """A date; what cannot be read is noted and absent, never guessed. "Present" is None."""
        return self.span_end(value, field)[0]

    def span_end(self, value: Any, field: str) -> tuple[PartialDate | None, bool | None]:
        """The end of a span of time, and whether it goes on: True for "present", False for an unreadable end."""
        if isinstance(value, PartialDate):
            return value, None
        text = None if isinstance(value, bool) or is_list(value) or is_record(value) else self.text(value, field)
        if text is None:
            if value not in (None, "") and not isinstance(value, str):
                raise self.error(
                    f"holds {_kind(value)}", field=field, expected="a date such as 2021, 2021-03 or 2021-03-01"
                )
            return None, None
        if text.casefold() in CURRENT_WORDS:
            return None, True
        try:
            return read_date(text), None
        except ValueError:
            self.note(f"{field}: {text[:40]!r} is not a date, left out")
            return None, False

    def amount(self, value: Any, field: str) -> Decimal | None:
        """A sum of money, or None for zero, for what is no number, and for what no job pays."""
        if isinstance(value, bool) or value is None or is_list(value) or is_record(value):
            return None
        try:
            amount = Decimal(str(value).strip().replace(",", "").replace("\u00a0", "").replace(" ", ""))
        except InvalidOperation:
            self.note(f"{field}: {str(value)[:40]!r} is not a number, left out")
            return None
        if not amount.is_finite() or not Decimal("0.01") <= amount < MOST_PAY:
            return None
        return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount

    def flag(self, value: Any) -> bool | None:
        """A yes or no, as an answer of a form gives it; None where it is neither."""
        if isinstance(value, bool):
            return value
        word = str(value).strip().casefold()
        return True if word in {"true", "yes", "y", "1"} else False if word in {"false", "no", "n", "0"} else None

    def unread(self, record: Record, read: Iterable[str]) -> None:
        """Note the fields that hold something and that this reader does not know."""
        known = set(read)
        left = [str(key) for key, value in record.items() if str(key) not in known and value not in (None, "", [], {})]
        left = [key for key in left if not protected_field(key)]
        if left:
            self.note("not read: " + ", ".join(sorted(key[:40] for key in left)[:20]))

    def _scalar(self, value: Any, field: str, longest: int = _LONGEST_TEXT) -> str | None:
        if value is None:
            return None
        if isinstance(value, str):
            if len(value) > longest:
                self.note(f"{field}: {len(value):,} characters long, left out (at most {longest:,} are read)")
                return None
            return value if value.strip() else None
        if isinstance(value, bool):
            raise self.error(f"holds {value!r}", field=field, expected="text")
        if isinstance(value, int | float | Decimal):
            return None if value != value else _number(value)
        if isinstance(value, date):
            return value.isoformat()
        if is_record(value) and isinstance(value.get("@value"), str):  # JSON-LD's long form of a text
            return str(value["@value"])
        raise self.error(f"holds {_kind(value)}", field=field, expected="text")


def company_name(intake: Intake, value: Any, field: str) -> str | None:
    """An employer's name; where the field tells a story, its first words if they are a name, else nothing."""
    text = intake.text(value, field)
    if text is None or text.casefold() in {"confidential", "undisclosed", "company confidential", "stealth", "private"}:
        return None
    if len(text) <= 60 and not re.search(r"[.!?]\s+[A-Z][a-z]+ \w+ ", text):
        return text
    first = re.split(r"(?<=[^.])\.\s+(?=[A-Z])", text, maxsplit=1)[0]
    if len(first) <= 40 and len(first.split()) <= 5 and first != text:
        return first
    intake.note(f"{field}: a description, not a name, left out")
    return None


def _number(value: float | Decimal) -> str:
    text = str(value)
    return text[:-2] if text.endswith(".0") else text


def _kind(value: Any) -> str:
    if is_record(value):
        return "an object"
    if is_list(value):
        return "a list"
    return repr(value)[:40]

"""What a seat may keep as a text or a name: any Unicode that both databases can hold, and not too much of it (D-7)."""

from __future__ import annotations

import re
from typing import Final

from overture.errors import InputError

from .seat_tables import MOST_NAME

MOST_TEXT_BYTES: Final = 10 * 1024
"""The most bytes of a custom content in UTF-8: 10 kB."""
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def check_text(text: str, *, field: str) -> str:
    """The same text, not a byte altered (D-7); no error ever quotes it.

    Raises:
        InputError: it is empty, over 10 kB in UTF-8, or holds NUL or half a surrogate pair.
    """
    _check(text, field=field)
    size = len(text.encode())
    if size > MOST_TEXT_BYTES:
        raise InputError(
            f"D-7: is too long: {size:,} bytes in UTF-8", field=field, expected=f"at most {MOST_TEXT_BYTES:,}"
        )
    return text


def check_name(name: str, *, field: str) -> str:
    """The same name, id or label, as it was given.

    Raises:
        InputError: it is blank, over 200 characters, or holds NUL or half a surrogate pair.
    """
    _check(name, field=field)
    if not name.strip():
        raise InputError("is blank", field=field, expected="a name")
    if len(name) > MOST_NAME:
        raise InputError(f"is too long: {len(name)} characters", field=field, expected=f"at most {MOST_NAME}")
    return name


def _check(text: str, *, field: str) -> None:
    if not text:
        raise InputError("is empty", field=field, expected="a text")
    if found := _UNSTORABLE.search(text):
        what = "NUL" if found[0] == "\0" else "half a surrogate pair"
        raise InputError(
            f"holds {what} as character {found.start() + 1}, which no database keeps", field=field,
            expected="any other Unicode",
        )  # fmt: skip

"""Text of a profile, a job post or a model on its way to a terminal."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Literal

from overture.errors import InputError

from .lines import STDIN

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PIPED_WIDTH = 120


def plain(text: str) -> str:
    """The text without terminal controls and bidirectional overrides: what is shown is untrusted (D-13).

    >>> plain("a\\x1b[31mb\\n")
    'a[31mb\\n'
    """
    return _CONTROL.sub("", text)


def read_utf8(path: Path, *, encoding: Literal["utf-8", "utf-8-sig"] = "utf-8") -> str:
    """A text from a file, or from stdin for `-`, byte for byte; `utf-8-sig` leaves a byte order mark out.

    Raises:
        InputError: it cannot be read.
    """
    name, expected = "stdin" if str(path) == STDIN else str(path), "a text file in UTF-8"
    try:
        raw = sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start + 1}", path=name, expected=expected) from None
    except FileNotFoundError:
        raise InputError("there is no such file", path=name, expected=expected) from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", path=name, expected=expected) from None


def console() -> Console:
    """A console on stdout that takes no markup from text and wraps at the terminal's width."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, width=width)

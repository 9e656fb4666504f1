"""Text of a profile, a job post or a model on its way to a terminal."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PIPED_WIDTH = 120


def plain(text: str) -> str:
    """The text without terminal controls and bidirectional overrides: what is shown is untrusted (D-13).

    >>> plain("a\\x1b[31mb\\n")
    'a[31mb\\n'
    """
    return _CONTROL.sub("", text)


def console() -> Console:
    """A console on stdout that takes no markup from text and wraps at the terminal's width."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, width=width)

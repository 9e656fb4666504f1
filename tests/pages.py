"""The fenced blocks of README and docs: Python is run, commands are run, and what they print stands right below."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from overture.cli import run

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Output(NamedTuple):
    """What a block printed, and what the page shows; `start:end` is its place, -1 if there is none."""

    shown: str
    printed: str
    start: int
    end: int

    @property
    def is_right(self) -> bool:
        """Whether the page shows what was printed; `...` stands for anything, as in a doctest."""
        return doctest.OutputChecker().check_output(self.shown, self.printed, doctest.ELLIPSIS)


def fenced(page: str, language: str) -> list[str]:
    """The texts of the fenced blocks in a language."""
    return [match[2] for match in _BLOCK.finditer(page) if match[1] == language]


def outputs(page: str) -> Iterator[Output]:
    """Run the `python` and `console` blocks of a page in order, from the root; a `text` block right below a `python`
    block is its output."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = list(_BLOCK.finditer(page))
    with contextlib.chdir(ROOT):
        for match, after in zip_longest(found, found[1:]):
            if match[1] == "console":
                yield from _sessions(match)
            elif match[1] == "python":
                printed = _printed(partial(exec, match[2], names))
                if after and after[1] == "text" and not page[match.end() : after.start()].strip():
                    yield Output(after[2], printed, after.start(2), after.end(2))
                else:
                    yield Output("", printed, -1, -1)


def _sessions(block: re.Match[str]) -> Iterator[Output]:
    for session in re.finditer(r"\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block[2]):
        program, *arguments = shlex.split(str(session[1]).replace("\\\n", " "))
        assert program == "overture", f"only our own command is shown as a session: {session[1]}"
        offset = block.start(2)
        printed = _printed(partial(run, arguments))
        yield Output(session[2], printed, offset + session.start(2), offset + session.end(2))


def _printed(action: Callable[[], object]) -> str:
    with io.StringIO() as both, contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        action()
        return both.getvalue()

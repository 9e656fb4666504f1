"""What `overture outreach bulk` and `reply --in` share: rows of JSONL read, results and bad rows written."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from overture.errors import InputError

from .classify_input import Source, unreadable
from .classify_output import LineFile
from .classify_rows import open_outputs
from .lines import STDIN, numbered_lines

Row = TypeVar("Row")
MOST_NAME: Final = 200
"""Characters that a column for names holds."""


class Files(NamedTuple):
    """Where results and bad rows go."""

    results: LineFile
    errors: LineFile | None


@contextmanager
def open_files(rows: Path, out: Path | None, errors: Path | None) -> Generator[Files]:
    """The files of a run, none of them the input or the other.

    Raises:
        ConfigurationError: two of the paths are one file.
        InputError: a file cannot be written.
    """
    opened = open_outputs(out or Path(os.devnull), errors, [Source(rows, "rows", None)], resume=False)
    try:
        yield Files(opened[0], opened[1] if errors is not None else None)
    finally:
        for file in opened:
            file.close()


def read_rows(
    path: Path, parse: Callable[[bytes], Row], set_aside: Callable[[int, InputError], None]
) -> Iterator[tuple[int, Row]]:
    """The rows that can be read, with their line; of the others `set_aside` is told.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        with sys.stdin.buffer if str(path) == STDIN else path.open("rb") as file:
            for number, line, _ in numbered_lines(file):
                try:
                    if isinstance(line, InputError):
                        raise line
                    yield number, parse(line)
                except InputError as error:
                    set_aside(number, error)
    except OSError as error:
        raise unreadable(error, path) from None


def setting_aside(path: Path, errors: LineFile | None) -> Callable[[int, InputError], None]:
    """What to do with a bad row: a line in the file of errors, or, where there is none, an end to the run."""
    name = "stdin" if str(path) == STDIN else str(path)

    def set_aside(number: int, error: InputError) -> None:
        if errors is None:
            hint = "mend it, or set bad rows aside with --errors FILE"
            problem, expected = error.problem, error.expected
            problem, expected = (problem, f"{expected}; {hint}") if expected else (f"{problem}; {hint}", "")
            raise InputError(problem, path=f"{name}, line {number}", field=error.field, expected=expected)
        told = {"file": name, "line": number, "field": error.field or None, "reason": error.problem}
        write_line(errors, {**told, "expected": error.expected or None})

    return set_aside


def write_line(file: LineFile, row: dict[str, Any]) -> None:
    """One row as a line of JSON."""
    from overture.classification.rows import dump_row

    file.write(dump_row(row))


def json_object(line: bytes, *, expected: str) -> dict[str, Any]:
    """The JSON object of a line; no message repeats what is in it.

    Raises:
        InputError: it is none.
    """
    try:
        found: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start + 1}", expected="text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON at column {error.colno} ({error.msg})", expected=expected) from None
    except (ValueError, RecursionError):
        raise InputError("not valid JSON", expected=expected) from None
    if not isinstance(found, dict):
        raise InputError("no JSON object", expected=expected)
    return {str(name): value for name, value in found.items()}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType] - JSON has no types


def check_name(value: str | None, *, field: str) -> None:
    """Whether a name can be kept.

    Raises:
        InputError: it is too long, or holds a NUL.
    """
    if value is not None and (len(value) > MOST_NAME or "\0" in value):
        raise InputError("cannot be kept", field=field, expected=f"at most {MOST_NAME} characters, none of them NUL")

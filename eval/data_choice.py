"""Which suites read a file of the user's, and which options they know: told by its form, before anything is run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from overture.errors import ConfigurationError, InputError

from .suite import DataKind, Suite

FORMS: Final[Mapping[DataKind, str]] = {
    "inputs": "a file of DraftInput objects, one a line",
    "replies": "a file of replies, one a line",
    "votes": "a folder of `overture feedback build-set`",
}
S = TypeVar("S")


def data_kind(path: Path) -> DataKind:
    """What a file or folder holds; of a file its first line says so.

    Raises:
        InputError: it cannot be read, or its first line is neither an input of a draft nor a reply.
    """
    if path.is_dir():
        return "votes"
    try:
        with path.open(encoding="utf-8") as file:
            line = next((line for line in file if line.strip()), "")
        first: Any = json.loads(line)
    except (OSError, ValueError) as error:
        problem = f"cannot be read ({error.strerror if isinstance(error, OSError) else 'its first line is no JSON'})"
        raise InputError(problem, path=str(path), expected="; ".join(FORMS.values())) from None
    if isinstance(first, dict) and "candidate" in first:
        return "inputs"
    if isinstance(first, dict) and {"text", "label"} <= first.keys():
        return "replies"
    problem = "is neither an input of a draft (`candidate`) nor a reply (`text`, `label`)"
    raise InputError(problem, path=str(path), field="line 1", expected="; ".join(FORMS.values()))


def suites_reading(suites: Sequence[Suite[S]], path: Path, *, every: bool) -> list[Suite[S]]:
    """The suites that read what is there; with `every` the others are left out, else one of them is an error.

    Raises:
        ConfigurationError: a suite that was named does not read such data, or none does.
        InputError: the data cannot be read.
    """
    kind = data_kind(path)
    reading = [suite for suite in suites if kind in suite.reads]
    others = [suite.name for suite in suites if kind not in suite.reads]
    if not reading or (others and not every):
        raise ConfigurationError(f"{path} is {FORMS[kind]}, which {', '.join(others)} cannot read")
    return reading


def parse_options(given: Sequence[str], suites: Sequence[Suite[Any]]) -> dict[str, str]:
    """`NAME=VALUE` by name; each must be known to one of the suites at least.

    Raises:
        ConfigurationError: one has no value, is given twice, or is known to none of the suites.
    """
    known = {name: suite.name for suite in suites for name in suite.options}
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not value:
            raise ConfigurationError(f"option {each!r} has no value: NAME=VALUE, such as rows=all")
        if name in found:
            raise ConfigurationError(f"option {name!r} is given twice")
        if name not in known:
            told = ", ".join(f"{option} ({suite})" for option, suite in known.items()) or "none"
            raise ConfigurationError(f"no option {name!r} of these suites; there are: {told}")
        found[name] = value
    return found

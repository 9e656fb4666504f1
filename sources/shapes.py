"""What loaded data can be, told apart for readers and type checkers alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

Record = Mapping[str, Any]


def is_record(value: Any) -> TypeGuard[Record]:
    """Whether the value is a mapping, a JSON object."""
    return isinstance(value, Mapping)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether the value is a list, a JSON array, or a tuple."""
    return isinstance(value, list | tuple)


def words(*lines: str) -> frozenset[str]:
    """The words of the lines as a set, so that a table of words can be read as one."""
    return frozenset(word for line in lines for word in line.split())

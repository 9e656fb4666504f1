"""A small cache keyed by which objects were given, not by what they hold: frozen values need no deep hash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class IdentityCache(Generic[T]):
    """Remembers the last results of a pure function of frozen objects.

    It holds the objects themselves, so an id cannot be given to another object while its entry lives.
    """

    def __init__(self, *, size: int = 64) -> None:
        self._size = size
        self._entries: dict[tuple[int, ...], tuple[tuple[object, ...], T]] = {}

    def get(self, parts: tuple[object, ...], make: Callable[[], T]) -> T:
        """The result for these very objects, made on first use; safe to call from many threads."""
        key = tuple(map(id, parts))
        entry = self._entries.get(key)
        if entry is None:
            if len(self._entries) >= self._size:
                self._entries = {}
            entry = self._entries[key] = (parts, make())
        return entry[1]

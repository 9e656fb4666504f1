"""The public face of a room, whose names load on first use (what is heavy costs only who uses it)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def lazy_face(
    room: str, homes: Mapping[str, str], *, extra: str = "", extra_brings: Collection[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """A room's `__getattr__` and `__dir__` (PEP 562), from the names it has and the module of each.

    With `extra`, a library that is missing is an error that names it; `extra_brings` narrows that to some libraries.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(f"{room}.{homes[name]}"), name)
        except ModuleNotFoundError as error:
            missing = (error.name or "overture").partition(".")[0]
            if not extra or missing == "overture" or (extra_brings and missing not in extra_brings):
                raise
            raise MissingExtraError(extra, needed_for=name) from error
        setattr(sys.modules[room], name, value)
        return value

    return load, lambda: sorted(homes)

"""A child process of this interpreter that imports what its parent does, wherever that came from."""

from __future__ import annotations

import os
import sys


def child_command(code: str, *arguments: str) -> list[str]:
    """The command that runs `code`. -P: a module in the working folder must not stand in for one of a library."""
    return [sys.executable, "-P", "-c", code, *arguments]


def child_environment() -> dict[str, str]:
    """The environment of this process, with the places that it imports from."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

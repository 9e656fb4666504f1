"""Which calls are under way, in a file that a kill leaves behind: those alone may be paid twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from .run_store import RunStore

_MOST_BYTES: Final = 1_000_000


class CallLog:
    """A line when a call begins and one when its answer is kept, or it has failed; written before the call is made.

    `maybe_paid_twice` counts, over all starts of the run, the calls that were given up under way and had no answer in
    the store.
    """

    def __init__(self, path: Path, *, store: RunStore) -> None:
        self._path = path
        self.maybe_paid_twice, begun = _read(path)
        answered = store.answers(sorted(begun)) if begun else {}
        self.maybe_paid_twice += len(begun - answered.keys())
        self._open: set[str] = set()
        self._rewrite()

    def begin(self, key: str) -> None:
        """The call is about to be made."""
        again = ""
        if key in self._open:  # the call for it was given up: this one may be paid a second time
            self.maybe_paid_twice += 1
            again = f"={self.maybe_paid_twice}\n-{key}\n"
        self._open.add(key)
        self._write(f"{again}+{key}\n")

    def end(self, key: str) -> None:
        """Its answer is in the store, or it has none."""
        self._open.discard(key)
        self._write(f"-{key}\n")

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _write(self, line: str) -> None:
        # Not buffered: what the system has taken outlives the process.
        self._size += os.write(self._file, line.encode())
        if self._size > _MOST_BYTES:
            os.close(self._file)
            self._rewrite()

    def _rewrite(self) -> None:
        new = self._path.with_name(f"{self._path.name}.new")
        text = f"={self.maybe_paid_twice}\n" + "".join(f"+{key}\n" for key in sorted(self._open))
        new.write_text(text, encoding="ascii")
        os.replace(new, self._path)
        self._size = len(text)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)


def _read(path: Path) -> tuple[int, set[str]]:
    """How many were lost before, and the keys that were begun and not ended; a torn last line is left out."""
    lost = 0
    open_: dict[str, int] = {}
    if not path.exists():
        return 0, set()
    with path.open(encoding="ascii", errors="replace") as file:
        for line in file:
            mark, key = line[:1], line[1:].rstrip("\n")
            if mark == "=" and key.isdecimal():
                lost = int(key)
            elif len(key) == 64:
                open_[key] = open_.get(key, 0) + (1 if mark == "+" else -1)
                if not open_[key]:
                    del open_[key]
    return lost, set(open_)

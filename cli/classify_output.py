"""The files that a bulk run writes, which may already hold the first of their lines."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import typer

from overture.errors import ConfigurationError, InputError, RunError

STDOUT: Final = "-"


class LineFile:
    """JSON lines, written in whole groups; with `resume`, `held` hands out the lines that are there already.

    A last line without its break was cut off by whatever stopped the run, so it does not count and is written over.

    Raises:
        InputError: the file cannot be opened for writing.
        ConfigurationError: `resume` of a file that is no ordinary one.
    """

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        self.path = path
        self._is_stdout = str(path) == STDOUT
        self._reads = resume
        self._end = self._number = 0
        self._file = self._open(resume)

    def _open(self, resume: bool) -> IO[bytes]:
        if resume and (self._is_stdout or (self.path.exists() and not self.path.is_file())):
            raise ConfigurationError(f"--resume needs an ordinary file to go on with, not {str(self.path)!r}")
        if self._is_stdout:
            return sys.stdout.buffer
        try:
            return self.path.open("r+b" if resume and self.path.exists() else "wb")
        except OSError as error:
            raise InputError(
                f"cannot be written ({error.strerror})", path=str(self.path), expected="a place that can be written to"
            ) from None

    def held(self) -> dict[str, Any] | None:
        """The next line that was there before, or None after the last of them."""
        if not self._reads or not self._file.readable():
            return None
        line = self._file.readline()
        if not line.endswith(b"\n"):
            self._reads = False
            self._file.truncate(self._end)
            self._file.seek(self._end)
            return None
        self._end, self._number = self._end + len(line), self._number + 1
        try:
            record: dict[str, Any] = json.loads(line)
            return {**record}
        except (ValueError, TypeError, RecursionError):
            raise InputError(
                "was not written by this command",
                path=f"{self.path}, line {self._number}",
                expected="the output of the run that was stopped; without --resume it is written anew",
            ) from None

    def write(self, lines: bytes) -> None:
        """Add whole lines and hand them to the system, so that a run that is killed loses none of them.

        Raises:
            RunError: the disk is full, or the file is gone.
        """
        try:
            self._file.write(lines)
            self._file.flush()
        except BrokenPipeError:
            # The reader has seen enough (`| head`); without this, Python complains once more as it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); what was written stays, go on with --resume"
            ) from None

    def close(self) -> None:
        """Close the file, unless it is stdout."""
        if not self._is_stdout:
            with suppress(OSError):  # every write was flushed, and one that failed has been told
                self._file.close()

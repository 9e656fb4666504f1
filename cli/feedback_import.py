"""`overture feedback import`: files of events into the store, in constant memory, with what is wrong set aside."""

from __future__ import annotations

import gzip
import json
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Self, cast

import typer

from overture.base import Value
from overture.errors import InputError

from .classify_input import unreadable
from .lines import STDIN, numbered_lines
from .output_files import check_output
from .text import plain

if TYPE_CHECKING:
    from rich.progress import Progress

    from overture.feedback import Event
    from overture.feedback.feedback_store import FeedbackStore

_SHOWN: Final = 5
_GZIP: Final = b"\x1f\x8b"
_BAR_LINES: Final = 500


class Imported(Value):
    """What became of the rows; `stopped` where Ctrl-C ended it."""

    added: int = 0
    repeated: int = 0
    bad: int = 0
    stopped: bool = False


class _Row(NamedTuple):
    file: str
    line: int
    event: Event | InputError


def import_files(store: FeedbackStore, files: Sequence[Path], *, errors: Path | None, batch: int) -> Imported:
    """Add every row of the files in their order; a row that cannot be taken stops nothing.

    Raises:
        InputError: a file cannot be opened or read to its end, or that of the errors cannot be written.
    """
    size = sum(path.stat().st_size for path in files if path.is_file())
    with ExitStack() as stack:
        aside = stack.enter_context(_Aside(errors, files))
        bar = stack.enter_context(_Bar(size))
        tally = _Tally(store, aside, bar)
        rows: list[_Row] = []
        try:
            for path in files:
                for row in _rows_of(path, bar):
                    rows.append(row)
                    if len(rows) >= batch:
                        tally.take(rows)
                        rows = []
        except KeyboardInterrupt:  # what was not committed is rolled back, and comes again
            return tally.done.model_copy(update={"stopped": True})
        except InputError:
            tally.take(rows)
            raise
        try:
            tally.take(rows)
        except KeyboardInterrupt:
            return tally.done.model_copy(update={"stopped": True})
        return tally.done


class _Tally:
    def __init__(self, store: FeedbackStore, aside: _Aside, bar: _Bar) -> None:
        self.done = Imported()
        self._store, self._aside, self._bar = store, aside, bar

    def take(self, rows: Sequence[_Row]) -> None:
        """Add a batch, and set its bad rows aside."""
        good = [(row, row.event) for row in rows if not isinstance(row.event, InputError)]
        for row in rows:
            if isinstance(row.event, InputError):
                self._aside.write(row, None, row.event.problem, field=row.event.field)
        added = self._store.add_many([event for _, event in good], batch=max(len(good), 1))
        for refused in added.refused:
            self._aside.write(good[refused.place][0], refused.id, refused.reason)
        self.done = Imported(
            added=self.done.added + added.added,
            repeated=self.done.repeated + added.repeated,
            bad=self.done.bad + len(rows) - len(good) + len(added.refused),
        )
        self._bar.count(len(rows))


class _Aside:
    """The rows that were not taken: JSON lines in a file, or the first of them on stderr."""

    def __init__(self, path: Path | None, inputs: Sequence[Path]) -> None:
        self._file: IO[str] | None = None
        self._shown = 0
        if path is None:
            return
        if any(each.exists() and path.exists() and path.samefile(each) for each in inputs):
            raise InputError("would be written over while it is read", path=str(path), expected="another file")
        try:
            self._file = check_output(path).open("w", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"cannot be written ({error.strerror})", path=str(path), expected="a place that can be written to"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, row: _Row, key: str | None, reason: str, *, field: str = "") -> None:
        """Keep one; its texts are nowhere in it."""
        if self._file:
            told = {"file": row.file, "line": row.line, "id": key, "field": field or None, "reason": reason}
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
        elif self._shown < _SHOWN:
            self._shown += 1
            said = ": ".join(part for part in (f"{row.file}, line {row.line}", field, reason) if part)
            typer.echo(" ".join(plain(said).split()), err=True)


class _Bar:
    """Share of the bytes, events and rate on stderr, where that is a terminal."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._before = self._read = self._events = 0
        self._began = time.monotonic()
        self._progress: Progress | None = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[events]:,} events, {task.fields[rate]:,.0f}/s"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._task = self._progress.add_task("", total=self._size or None, events=0, rate=0.0)
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def reach(self, place: int) -> None:
        """So far in the file that is being read."""
        self._read = self._before + place

    def end_file(self, path: Path) -> None:
        """A file is done."""
        self._before += path.stat().st_size if path.is_file() else 0
        self._read = self._before

    def count(self, events: int) -> None:
        """Count events as done."""
        self._events += events
        if self._progress:
            rate = self._events / max(time.monotonic() - self._began, 0.001)
            self._progress.update(self._task, completed=self._read, events=self._events, rate=rate)


def _rows_of(path: Path, bar: _Bar) -> Iterator[_Row]:
    from overture.feedback.event_lines import read_event

    name = "stdin" if str(path) == STDIN else str(path)
    try:
        with ExitStack() as stack:
            raw: Any = sys.stdin.buffer if name == "stdin" else stack.enter_context(path.open("rb"))
            packed = hasattr(raw, "peek") and raw.peek(2)[:2] == _GZIP
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if packed else raw)
            for number, line, _ in numbered_lines(stream):
                if number % _BAR_LINES == 0 and raw.seekable():
                    bar.reach(raw.tell())
                try:
                    yield _Row(name, number, line if isinstance(line, InputError) else read_event(line))
                except InputError as error:
                    yield _Row(name, number, error)
            bar.end_file(path)
    except (OSError, EOFError, zlib.error) as error:
        told = error if isinstance(error, OSError) and error.strerror else ValueError("it is no whole gzip")
        raise unreadable(told, path) from None

"""`overture classify --in`: many replies, labelled in their order and in constant memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from overture.errors import ConfigurationError, InputError

from .classify_input import Item, Source, find_sources, read_items, total_size
from .classify_output import STDOUT, LineFile
from .lines import STDIN
from .output_files import check_output

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from overture.classification.classifier import ReplyClassifier
    from overture.classification.rows import ReplyRow

GROUP_ROWS: Final = 512
GROUP_CHARACTERS: Final = 4_000_000
"""A group is labelled and written at once; what bounds it bounds the memory."""
_MEND: Final = "mend it, or set what cannot be read aside with --errors FILE; then go on with --resume"


class Meter:
    """Counts what was done, and shows it on stderr where that is a terminal."""

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self.labelled = self.refused = 0
        self._total, self._shown = total, shown
        self._read = self._items = 0
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._began = 0.0

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[labelled]:,} replies, {task.fields[rate]:,.0f}/s"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._task = self._progress.add_task("", total=self._total, labelled=0, rate=0.0)
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self.show()
            self._progress.stop()

    def read(self, item: Item) -> None:
        """Count one item as read."""
        self._read += item.size
        self._items += 1
        if self._items % GROUP_ROWS == 0:
            self.show()

    def label(self, rows: int) -> None:
        """Count rows as labelled."""
        self.labelled += rows
        self.show()

    def show(self) -> None:
        """Bring the bar up to date; the rate is that of this run, rows done before left out."""
        if self._progress and self._task is not None:
            self._began = self._began or time.monotonic()
            rate = self.labelled / max(time.monotonic() - self._began, 0.001)
            self._progress.update(self._task, completed=self._read, labelled=self.labelled, rate=rate)


def open_outputs(out: Path, errors: Path | None, sources: Sequence[Source], *, resume: bool) -> list[LineFile]:
    """The file of the results and that of the errors, if any; neither may be an input or the other.

    Raises:
        ConfigurationError: two of the paths are one file.
        InputError: a file cannot be opened for writing.
    """
    files = [path for path in (out, errors) if path is not None]
    taken = [source.path for source in sources if str(source.path) != STDIN]
    for path in files:
        for other in taken:
            if str(path) != STDOUT and _is_same(path, other):
                raise ConfigurationError(f"{str(path)!r} would be written over while it is needed: name another file")
        taken.append(check_output(path))
    if errors is not None and str(errors) == STDOUT:
        raise ConfigurationError("--errors needs a file: stdout is for the results")
    return [LineFile(path, resume=resume) for path in files]


def label_rows(
    classifier: ReplyClassifier,
    items: Iterator[Item],
    results: LineFile,
    errors: LineFile | None,
    *,
    meter: Meter,
    explain: bool = False,
    today: date | None = None,
) -> None:
    """Label every item that the files do not hold yet; all that was read before an error is written first.

    Raises:
        InputError: an item cannot be read and there is no file for errors; the files are not from these items.
    """
    group: list[ReplyRow] = []
    characters = 0

    def label() -> None:
        nonlocal characters
        rows = group.copy()
        group.clear()
        characters = 0
        if rows:
            results.write(_labelled(classifier, rows, explain=explain, today=today))
            meter.label(len(rows))

    while True:
        try:
            item = next(items, None)
        except InputError:
            label()
            raise
        if item is None:
            break
        meter.read(item)
        if isinstance(item.row, InputError):
            if errors is None:
                label()
                raise _located(item, item.row)
            meter.refused += 1
            _set_aside(item, item.row, errors)
        elif not _is_done(item, item.row, results):
            group.append(item.row)
            characters += item.row.length
            if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
                label()
    label()
    for file in (results, errors):
        if file is not None and file.held() is not None:
            raise _foreign(file, "holds more than the input does")


def label_files(
    paths: Sequence[Path],
    out: Path,
    errors: Path | None,
    *,
    load: Callable[[], ReplyClassifier],
    resume: bool = False,
    explain: bool = False,
    today: date | None = None,
) -> Meter:
    """Label the replies of files or stdin; nothing is written before the inputs and the model are known to be there."""
    sources = find_sources(paths)
    classifier = load()
    on_terminal = sys.stderr.isatty() and not (str(out) == STDOUT and sys.stdout.isatty())
    with ExitStack() as stack:
        files = open_outputs(out, errors, sources, resume=resume)
        for file in files:
            stack.callback(file.close)
        meter = stack.enter_context(Meter(total_size(sources), shown=on_terminal))
        label_rows(
            classifier,
            read_items(sources),
            files[0],
            files[1] if errors is not None else None,
            meter=meter,
            explain=explain,
            today=today,
        )
    return meter


def _labelled(classifier: ReplyClassifier, rows: Sequence[ReplyRow], *, explain: bool, today: date | None) -> bytes:
    from overture.classification.rows import dump_row, verdict_row

    verdicts = classifier.classify_stream(((row.reply, row.outreach, row.language) for row in rows), today=today)
    return b"".join(
        dump_row(verdict_row(row.id, verdict, explain=explain)) for row, verdict in zip(rows, verdicts, strict=True)
    )


def _is_done(item: Item, row: ReplyRow, results: LineFile) -> bool:
    done = results.held()
    if done is None:
        return False
    if done.get("id") != row.id:
        where = f"{item.file}, line {item.line}" if item.line else item.file
        raise _foreign(results, f"has the id {done.get('id')!r} where {where} has {row.id!r}")
    return True


def _set_aside(item: Item, error: InputError, errors: LineFile) -> None:
    from overture.classification.rows import dump_row

    told = {"file": item.file, "line": item.line, "field": error.field or None, "reason": error.problem}
    done = errors.held()
    if done is None:
        errors.write(dump_row({**told, "expected": error.expected}))
    elif (done.get("file"), done.get("line")) != (item.file, item.line):
        raise _foreign(errors, f"does not name {item.file}, line {item.line}, in its turn")


def _foreign(file: LineFile, problem: str) -> InputError:
    return InputError(
        problem,
        path=str(file.path),
        expected="the files of the run that was stopped, and its input unchanged; without --resume they are made anew",
    )


def _located(item: Item, error: InputError) -> InputError:
    where = f"{item.file}, line {item.line}" if item.line else item.file
    return InputError(error.problem, path=where, field=error.field, expected=f"{error.expected}; {_MEND}")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()

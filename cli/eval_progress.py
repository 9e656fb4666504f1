"""How far a run of suites is: a bar on stderr where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from overture.eval.progress import Progress


class ProgressBar:
    """One bar a suite; nothing is drawn where stderr is no terminal."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bars = Progress(
                TextColumn("{task.description:<10}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[told]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()

    def show(self, progress: Progress) -> None:
        """Bring the suite's bar up to date."""
        if self._bars is None:
            return
        if progress.suite not in self._tasks:
            self._tasks[progress.suite] = self._bars.add_task(progress.suite, total=None, told="")
        counts = (("failed", progress.failed), ("cached", progress.cached), ("kept", progress.kept))
        told = ", ".join(f"{count:,} {name}" for name, count in counts if count)
        self._bars.update(self._tasks[progress.suite], completed=progress.done, total=progress.total, told=told)

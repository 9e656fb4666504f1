"""`overture feedback retrain`, and the registry that it fills: promote, rollback, models, diff (F-4)."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from overture.errors import InputError

from .database_option import Database
from .feedback_options import open_feedback
from .messaging_options import AsJson, Now
from .text import plain

if TYPE_CHECKING:
    from overture.feedback.registry import Registry
    from overture.feedback.registry_versions import Change
    from overture.feedback.retraining import Progress, RetrainVerdict, Step

_SAID_EVERY: Final = 5.0
"""Seconds between lines where no bar can be drawn."""
RegistryFolder = Annotated[
    Path, typer.Option("--registry", metavar="FOLDER", envvar="OVERTURE_REGISTRY", help="The registry of models.")
]
VersionName = Annotated[str, typer.Argument(metavar="VERSION", help="v1, v2, ...; v0 is the model that ships.")]


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("retrain")(retrain)
    group.command("promote")(promote)
    group.command("rollback")(rollback)
    group.command("models")(models)
    group.command("diff")(diff)


def retrain(
    registry: RegistryFolder,
    salt: Annotated[
        str,
        typer.Option(metavar="TEXT", envvar="OVERTURE_SALT", help="The secret that sets are split by (F-2)."),
    ],
    corpus: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The corpus; without it the one that comes with Overture.")
    ] = None,
    eval_share: Annotated[
        float, typer.Option(metavar="X", help="Share of the candidates that are tested on and never learned from.")
    ] = 0.2,
    trust: Annotated[
        list[str] | None,
        typer.Option(metavar="SEAT", help="Believe this seat, whatever its corrections look like; repeatable."),
    ] = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Where the verdict is PROMOTE, make it the champion at once.")
    ] = False,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Make a challenger of the corrections, and compare it with the champion.

    Exit codes: 0 PROMOTE, 10 KEEP, 20 INCONCLUSIVE. A run that was stopped goes on when it is started again.
    """
    from .opening import clock_of

    with open_feedback(database, now=now) as store:
        from overture.feedback.registry import Registry
        from overture.feedback.retraining import RetrainPlan
        from overture.feedback.retraining import retrain as run

        plan = RetrainPlan(corpus=corpus, eval_share=eval_share, trusted=tuple(sorted(set(trust or ()))))
        models = Registry(registry)
        with _shown() as progress:
            verdict = run(store, models, salt=salt, plan=plan, today=clock_of(now)().date(), progress=progress)
    if promote and verdict.outcome == "PROMOTE" and verdict.version:
        models.promote(verdict.version)
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
    else:
        _show_verdict(verdict, models)
    raise typer.Exit(verdict.exit_code)


def promote(
    version: VersionName,
    registry: RegistryFolder,
    anyway: Annotated[bool, typer.Option("--anyway", help="Against its verdict, on your own word.")] = False,
) -> None:
    """Make a version the champion."""
    with _opened(registry) as found:
        before = found.promote(version, anyway=anyway)
    typer.echo(f"champion: {version}, before it {before}")


def rollback(registry: RegistryFolder) -> None:
    """Make the champion before this one the champion again."""
    with _opened(registry) as found:
        name = found.rollback()
    typer.echo(f"champion: {name}")


def models(registry: RegistryFolder, as_json: AsJson = False) -> None:
    """The versions, their verdicts and figures."""
    from .opening import show_json
    from .tables import show_table

    with _opened(registry) as found:
        versions = found.list()
    if as_json:
        show_json(*versions, many=True)
        return
    show_table(
        ("Version", "Champion", "Made", "From", "Learned from", "Verdict", "Right on the corpus test"),
        (
            (
                each.name,
                each.is_champion,
                each.record and each.record.created,
                each.record and each.record.parent,
                f"{each.record.learned_from:,} corrections" if each.record else "ships with Overture",
                each.record and each.record.outcome,
                each.overall and f"{each.overall.accuracy.value:.1%}",
            )
            for each in versions
        ),
    )


def diff(first: VersionName, second: VersionName, registry: RegistryFolder, as_json: AsJson = False) -> None:
    """What the second version has that the first has not."""
    from .tables import show_table

    with _opened(registry) as found:
        changes = found.diff(first, second)
    if as_json:
        typer.echo(changes.model_dump_json(indent=2))
        return
    files = [(file, "", "another") for file in changes.files]
    show_table(("", changes.first, changes.second), [*map(_row, changes.figures), *map(_row, changes.settings), *files])


@contextmanager
def _opened(folder: Path) -> Generator[Registry]:
    from .opening import one_line_errors

    with one_line_errors("feedback", needed_for="the registry of models"):
        from overture.feedback.registry import Registry

        yield open_registry(Registry(folder))


def open_registry(found: Registry) -> Registry:
    """The registry, if it is one: an empty or another folder would stand for the model that ships, unnoticed.

    Raises:
        InputError: it is none.
    """
    if not found.is_there:
        path, expected = str(found.folder), "a folder of `overture feedback retrain`"
        raise InputError("there is no registry", path=path, expected=expected)
    return found


def _row(change: Change) -> tuple[object, ...]:
    both = (value[:24] if isinstance(value, str) else value for value in (change.first, change.second))
    return (change.what, *both)


def _show_verdict(verdict: RetrainVerdict, registry: Registry) -> None:
    typer.echo(f"verdict: {verdict.outcome}")
    for reason in verdict.reasons:
        typer.echo(f"  {plain(reason)}")
    if verdict.version:
        typer.echo(f"challenger: {verdict.version}, against {verdict.champion}")
    typer.echo(
        f"corrections: {verdict.learned_from:,} learned from, {verdict.tested_on:,} tested on, "
        f"{verdict.left_out:,} left out"
    )
    for seat in verdict.seats:
        typer.echo(f"seat {plain(seat.seat)}: {plain(seat.reason)}")
    typer.echo(f"champion: {registry.champion}")


@contextmanager
def _shown() -> Generator[Progress]:
    """Progress on stderr: a bar on a terminal, else a line now and then."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bars, console=Console(stderr=True)) as progress:
        tasks = {"": progress.add_task("", visible=False)}

        def show(step: Step) -> None:
            if step.name not in tasks:
                tasks[step.name] = progress.add_task(step.name, total=step.total or None)
            progress.update(tasks[step.name], completed=step.done)

        yield show


class _Lines:
    """A line for each step, and in a long one every few seconds."""

    def __init__(self) -> None:
        self._step, self._at = "", 0.0

    def __call__(self, step: Step) -> None:
        if step.name == self._step and time.monotonic() - self._at < _SAID_EVERY:
            return
        self._step, self._at = step.name, time.monotonic()
        count = f" {step.done:,} of {step.total:,}" if step.total else ""
        typer.echo(f"overture: {step.name}{count}", err=True)

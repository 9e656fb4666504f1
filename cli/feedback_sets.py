"""`overture feedback build-set` and `export`: evaluation sets, and files that trainers read (F-2, F-6)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol

import typer

from .database_option import Database
from .feedback_options import open_feedback
from .messaging_options import AsJson
from .output_files import check_output

if TYPE_CHECKING:
    from overture.feedback import EvalSetManifest, ExportReport

Form = Literal["unpaired", "paired", "conversational", "conversational-paired", "openai"]
Side = Literal["train", "eval", "both"]
_STAGES: Final = {
    "drafts": "drafts read",
    "replies": "replies read",
    "duplicates": "compared",
    "cases": "cases written",
    "export": "cases read",
}
SetFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the evaluation set.")]


class Show(Protocol):
    """Told the stage and how many it has done."""

    def __call__(self, stage: str, done: int, /) -> None: ...


def register(group: typer.Typer) -> None:
    """Add the commands of evaluation sets."""
    group.command("build-set")(build_set)
    group.command("export")(export)


def build_set(
    folder: SetFolder,
    salt: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            envvar="OVERTURE_SALT",
            help="Decides for good who is for training and who for evaluation; keep it, and keep it secret.",
        ),
    ],
    eval_share: Annotated[
        float, typer.Option("--eval-share", metavar="SHARE", help="Of candidates, for evaluation; once and for all.")
    ] = 0.2,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make an evaluation set of what was said, or bring it up to date."""
    with open_feedback(database) as store:
        from overture.feedback.eval_sets import build_eval_set

        with _showing() as show:
            manifest = build_eval_set(store, folder, salt=salt, eval_share=eval_share, progress=show)
    if as_json:
        typer.echo(manifest.model_dump_json(indent=2))
    else:
        _tell_set(folder, manifest)


def export(
    folder: SetFolder,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Parquet if it ends in .parquet, else JSONL.")],
    form: Annotated[
        Form, typer.Option(help="TRL's unpaired or paired preferences, either as chat messages, or a provider's form.")
    ],
    split: Annotated[Side, typer.Option(help="Which side; what is trained on cannot be evaluated with.")] = "train",
    as_json: AsJson = False,
) -> None:
    """Write the judged drafts of an evaluation set for a trainer."""
    from .opening import one_line_errors

    with one_line_errors("feedback", needed_for="exports"):
        from overture.feedback.exports import export_feedback

        with _showing() as show:
            report = export_feedback(
                folder,
                check_output(out),
                form=form,
                splits=("train", "eval") if split == "both" else (split,),
                progress=lambda done: show("export", done),
            )
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        _tell_export(out, report)


def _tell_set(folder: Path, manifest: EvalSetManifest) -> None:
    typer.echo(f"{manifest.cases:,} cases in {folder}, version {manifest.version[:12]}")
    for name, count in manifest.counts.items():
        typer.echo(f"  {name:24} {count:>9,}")
    typer.echo(f"  {manifest.merged:,} near-duplicates counted with an earlier case")
    if manifest.left_out_of_train:
        typer.echo(f"  {manifest.left_out_of_train:,} left out of training: an evaluation case is like them")
    if manifest.final_texts_dropped:
        typer.echo(f"  {manifest.final_texts_dropped:,} sent texts dropped: custom content in them is not told apart")


def _tell_export(out: Path, report: ExportReport) -> None:
    typer.echo(f"{report.rows:,} rows of {report.cases:,} cases in {out}")
    for reason, count in report.skipped.items():
        typer.echo(f"  {count:,} left out: {reason}")


@contextmanager
def _showing() -> Generator[Show]:
    """A line for each stage on stderr, where that is a terminal."""
    import sys

    if not sys.stderr.isatty():
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {name: bar.add_task(said, total=None, visible=False, start=False) for name, said in _STAGES.items()}

        def show(stage: str, done: int, /) -> None:
            task = tasks[stage]
            if bar.tasks[task].start_time is None:
                bar.start_task(task)
            bar.update(task, completed=done, visible=True)

        yield show


def _nothing(_stage: str, _done: int, /) -> None:
    return None

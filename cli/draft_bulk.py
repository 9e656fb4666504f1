"""`overture draft-bulk`: a message for each of many candidates, in a run that can be killed and gone on with (S-5)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .choice import ChosenLanguage, ChosenLength, ChosenTone, SwitchedOff, SwitchedOn, make_choice
from .extras import missing_extra
from .inputs import CompanyFile, JobFile, Pick, ProjectFile, RecruiterFile
from .seats import read_bytes_as_text
from .text import plain
from .writer_options import BaseUrl, ModelName, Today, finite

if TYPE_CHECKING:
    from overture.bulk.run import Progress, RunEnd, RunPlan
    from overture.bulk.run_folder import RunSettings
    from overture.bulk.summary import BulkSummary
    from overture.bulk.ways import Way
    from overture.generation.draft_input import DraftInput


def draft_bulk(
    candidates: Annotated[
        str, typer.Option(metavar="FILE|DIR|GLOB", help="JSONL, Parquet, or profiles as `draft` reads them.")
    ],
    out: Annotated[str, typer.Option(metavar="FILE", help="The drafts: .jsonl or .parquet; - is stdout.")],
    job: JobFile = None,
    pick: Pick = None,
    project: ProjectFile = None,
    company: CompanyFile = None,
    recruiter: RecruiterFile = None,
    run: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's folder; OUT.run is used otherwise.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rows that cannot be drafted for, with their reasons.")
    ] = None,
    model: ModelName = "offline",
    base_url: BaseUrl = None,
    on: SwitchedOn = None,
    off: SwitchedOff = None,
    tone: ChosenTone = None,
    length: ChosenLength = None,
    language: ChosenLanguage = None,
    custom_content: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own text, put into each message; no model sees it.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, metavar="N", help="The most requests at once.")] = 64,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes that read and check; one on each core otherwise.")
    ] = None,
    requests_per_minute: Annotated[
        float | None, typer.Option(min=1, metavar="N", help="The most requests that begin in a minute.")
    ] = None,
    tokens_per_minute: Annotated[
        float | None, typer.Option(min=1, metavar="N", help="The most input tokens in a minute.")
    ] = None,
    max_price: Annotated[
        float | None,
        typer.Option(min=1e-6, metavar="USD", callback=finite, help="The most the run may cost; then it stops."),
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="The most tokens of the run, in and out.")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices of your own, in place of the built-in table.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="For one request.")] = 60.0,
    ordered: Annotated[
        bool, typer.Option("--ordered/--unordered", help="The drafts as the candidates are, or as they came.")
    ] = True,
    today: Today = None,
    mode: Annotated[
        Literal["online", "batch"],
        typer.Option(help="batch: through the provider's Batch API, at half the price and within a day."),
    ] = "online",
    engine: Annotated[
        Literal["local", "dbos", "ray"],
        typer.Option(help="dbos: shared by all workers that are started alike; ray: models on many GPUs."),
    ] = "local",
    database_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where a shared run is kept; needed with --engine dbos.")
    ] = None,
    actors: Annotated[int, typer.Option(min=1, metavar="N", help="With --engine ray: how many models.")] = 1,
    gpus_each: Annotated[float, typer.Option(min=0, metavar="N", help="With --engine ray: GPUs of a model.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Draft a message to each of many candidates.

    Killed or stopped, the same command goes on: it drafts what is missing and pays for nothing that was answered.
    """
    from overture.bulk.candidate_rows import find_files, is_among
    from overture.errors import ConfigurationError
    from overture.generation.limits import Limits
    from overture.generation.models import resolve_writer
    from overture.generation.prices import Prices

    try:
        from overture.bulk.output import check_output
        from overture.bulk.run import RunPlan
        from overture.bulk.ways import Way
    except ImportError as error:
        raise missing_extra("bulk", "drafting in bulk", error) from error

    files = find_files(candidates)
    folder = run or Path(f"{'drafts' if out == '-' else out}.run")
    for path in (None if out == "-" else Path(out), errors, folder):
        if path is not None and is_among(path, candidates):
            raise ConfigurationError(
                f"{str(path)!r} would be read as a candidate at the next start, since it lies in {candidates!r}: "
                "name another place for --out, --errors and --run"
            )
    others = [path for path in (job, project, company, recruiter, custom_content, prices) if path is not None]
    check_output(out, errors=None if errors is None else str(errors), inputs=[*files, *others])
    plan = RunPlan(
        writer=resolve_writer(model, base_url=base_url),
        common=_common(job, pick, project, company, recruiter, custom_content, on, off, tone, length, language),
        limits=Limits(timeout=timeout),
        prices=None if prices is None else Prices.read(prices),
        concurrency=concurrency,
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        max_price=None if max_price is None else Decimal(str(max_price)),
        max_tokens=max_tokens,
    )
    way = Way(
        mode=mode, engine=engine, database_url=database_url, actors=actors, gpus_each=gpus_each, workers=workers,
        make_writer=partial(resolve_writer, model, base_url=base_url),
    )  # fmt: skip
    end, summary = _run(plan, way, folder, files, out, errors, ordered, today.date() if today else date.today())
    if as_json:
        typer.echo(summary.model_dump_json(), err=out == "-")
    else:
        for line in summary.lines():
            typer.echo(plain(line), err=out == "-")
        if summary.refused:
            typer.echo(
                f"overture: note: why {summary.refused:,} were refused: {errors or folder / 'errors.jsonl'}", err=True
            )
    if end.stopped is not None:
        typer.echo(f"overture: note: the same command goes on with the run in {folder}", err=True)
        raise end.stopped


def _common(
    job: Path | None, pick: str | None, project: Path | None, company: Path | None, recruiter: Path | None,
    custom_content: Path | None, on: SwitchedOn, off: SwitchedOff, tone: ChosenTone, length: ChosenLength,
    language: ChosenLanguage,
) -> DraftInput:  # fmt: skip
    """What goes with every candidate."""
    from overture.generation.draft_input import DraftInput
    from overture.people import Candidate
    from overture.sources import read_company, read_job, read_project, read_recruiter

    return DraftInput(
        candidate=Candidate(),
        job=read_job(job, pick=int(pick) if pick and pick.isdecimal() else pick) if job else None,
        project=read_project(project) if project else None,
        company=read_company(company) if company else None,
        recruiter=read_recruiter(recruiter) if recruiter else None,
        personalization=make_choice(on=on, off=off, tone=tone, length=length, language=language),
        custom_content=read_bytes_as_text(custom_content) if custom_content else None,
    )


def _run(
    plan: RunPlan, way: Way, path: Path, files: list[Path], out: str, errors: Path | None, ordered: bool, today: date
) -> tuple[RunEnd, BulkSummary]:
    from overture.bulk.candidate_rows import read_rows
    from overture.bulk.finish import finish_run
    from overture.bulk.ways import carry_out, open_way

    logging.getLogger("stamina").addHandler(logging.NullHandler())  # the summary says how often it tried again
    with open_way(way, path, _settings(plan, today)) as folder:
        with _bar(files) as show:
            end = carry_out(way, plan, folder, read_rows(files), show=show)
        return end, finish_run(folder, end, out=out, errors=errors, ordered=ordered)


def _settings(plan: RunPlan, today: date) -> RunSettings:
    from overture.bulk.run_folder import RunSettings, digest_of
    from overture.generation.served_model import served_model
    from overture.prompts import load_prompt

    served = served_model(plan.writer)
    return RunSettings(
        model=plan.writer.label,
        endpoint=f"{served.host}:{served.port}" if served.host else None,
        prompt=load_prompt(plan.prompt).fingerprint,
        opportunity=digest_of(plan.common),
        today=today,
    )


@contextmanager
def _bar(files: list[Path]) -> Generator[Callable[[Progress], None] | None]:
    """A bar on stderr with rate, spend and time left, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from overture.bulk.candidate_rows import count_rows

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[spent]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=count_rows(files), rate="", spent="")

        def show(progress: Progress) -> None:
            usage = progress.spent
            spent = f"{usage.total_tokens:,} tokens" if usage.price is None else f"${usage.price:,.4f}"
            speed = bar.tasks[0].speed
            bar.update(
                task,
                completed=progress.before + progress.finished,
                rate=f"{speed:,.0f}/s" if speed else "",
                spent=spent if usage.requests else "",
            )

        yield show

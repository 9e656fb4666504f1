"""`overture eval`: suites over drafts and replies, into a run folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError

from .eval_compare import compare
from .eval_export import export
from .eval_gate import GateCommand, gate
from .eval_report import report
from .messaging_options import AsJson
from .text import plain
from .writer_options import countable, finite

if TYPE_CHECKING:
    from overture.eval.run_budget import RunBudget
    from overture.eval.run_folder import RunFolder
    from overture.eval.run_record import SuiteRecord
    from overture.eval.subject import Subject
    from overture.eval.suite import Suite
    from overture.eval.summary import MetricSummary

eval_commands = typer.Typer(
    help="Judge a release: run suites over drafts and replies, compare two runs, gate, report.",
    rich_markup_mode=None,
)
eval_commands.command("compare")(compare)
eval_commands.command("gate", cls=GateCommand)(gate)
eval_commands.command("report")(report)
eval_commands.command("export")(export)


@eval_commands.command("list")
def list_suites(as_json: AsJson = False) -> None:
    """Show the suites and what they measure."""
    from .opening import one_line_errors
    from .tables import show_table

    with one_line_errors("eval", needed_for="eval"):
        from overture.eval.suites import SUITE_NAMES, suite_of

        suites = [suite_of(name) for name in SUITE_NAMES]
    if as_json:
        for suite in suites:
            metrics = [asdict(metric) for metric in suite.metrics]
            told = {"name": suite.name, "version": suite.version, "summary": suite.summary, "limits": suite.limits}
            typer.echo(json.dumps({**told, "metrics": metrics}, ensure_ascii=False))
        return
    show_table(
        ("Suite", "Metrics", "What it measures"), ((each.name, len(each.metrics), each.summary) for each in suites)
    )


@eval_commands.command("run")
def run_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SUITE...", help="Suites by name; `overture eval list` shows them.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The run folder: a new one.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All suites.")] = False,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="What drafts: offline, openai:NAME, ... as in `overture draft`.")
    ] = "offline",
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Another OpenAI-compatible endpoint for openai:NAME.")
    ] = None,
    prompt: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="The prompt, such as draft@1 or a .j2 file.")
    ] = "draft",
    classifier: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A reply model's folder, in place of the shipped one.")
    ] = None,
    judge: Annotated[
        str | None, typer.Option(metavar="NAME", help="The chat model that judges; it is sent drafts and their facts.")
    ] = None,
    judge_base_url: Annotated[str | None, typer.Option(metavar="URL", help="The judge's endpoint.")] = None,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="The release's name in reports.")] = None,
    fallback: Annotated[
        bool, typer.Option("--fallback", help="Judge what users get: the offline writer where the model fails.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Data of your own in place of ours; with --all the suites that read it run."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Of the suites' own data: rows=all, each=24, seats=80, messages=2000."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Of what suites draw by chance.")] = 0,
    today: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            callback=countable,
            help="From which durations count; without it a fixed day.",
        ),
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, metavar="N", help="Cases at once.")] = 8,
    rate: Annotated[float | None, typer.Option(metavar="N", help="The most cases begun a second.")] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, metavar="N", help="The run's ceiling.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, metavar="N", help="The run's ceiling, in and out.")] = None,
    max_price: Annotated[
        float | None, typer.Option(min=1e-6, metavar="USD", callback=finite, help="The run's ceiling.")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices of your own, in place of the built-in table.")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where outcomes are kept for later runs; it holds drafts and replies."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: run failed cases again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run suites over a release, and keep every outcome in a folder."""
    from .eval_progress import ProgressBar
    from .opening import one_line_errors

    if out is None:
        raise ConfigurationError("--out DIR is needed: the folder of the run")
    if retry_failed and not resume:
        raise ConfigurationError("--retry-failed goes with --resume")
    with one_line_errors("eval", needed_for="eval"):
        from overture.eval.data_choice import parse_options
        from overture.eval.report import write_report
        from overture.eval.runner import run_suites
        from overture.eval.suite import SuiteData
        from overture.eval.suites import SUITE_NAMES, suite_of

        if every == bool(names):
            raise ConfigurationError("which suites? their names, or --all")
        chosen = [suite_of(name) for name in names or SUITE_NAMES]
        if data is not None:
            chosen = _reading(chosen, data, every=every)
        options = parse_options(option or (), chosen)
        ceilings = (max_requests, max_tokens, max_price)
        budget = _budget(*ceilings) if any(ceiling is not None for ceiling in ceilings) else None
        subject = _subject(
            {suite.name for suite in chosen}, model=model, base_url=base_url, prompt=prompt, classifier=classifier,
            judge=judge, judge_base_url=judge_base_url, label=label, fallback=fallback, today=today, prices=prices,
            budget=budget,
        )  # fmt: skip
        try:
            with ProgressBar() as bar:
                run = run_suites(
                    chosen, subject, folder=out, data=SuiteData(file=data, options=options, seed=seed),
                    concurrency=concurrency, rate=rate, budget=budget, cache=cache, resume=resume,
                    retry_failed=retry_failed, progress=bar.show,
                )  # fmt: skip
        except KeyboardInterrupt:
            typer.echo(f"overture: note: {plain(str(out))} keeps what is done; --resume goes on with it", err=True)
            raise
        write_report(run)
        show_run(run, as_json=as_json)
    if any(suite.error for suite in run.record.suites):
        raise typer.Exit(1)


def _reading(chosen: list[Suite[Subject]], data: Path, *, every: bool) -> list[Suite[Subject]]:
    """The suites that read the user's data; those that `--all` leaves out for it are named."""
    from overture.eval.data_choice import suites_reading

    reading = suites_reading(chosen, data, every=every)
    if left := [suite.name for suite in chosen if suite not in reading]:
        line = f"--data {plain(str(data))} is not what {', '.join(left)} read: left out"
        typer.echo(f"overture: note: {line}", err=True)
    return reading


def show_run(run: RunFolder, *, as_json: bool) -> None:
    """Print a run's metrics with their intervals, and what failed."""
    from overture.eval.summary import summarise

    from .tables import show_table

    summaries = {
        suite.name: [each for each in summarise(suite.name, suite.metrics, run.results(suite.name)) if not each.slice]
        for suite in run.record.suites
    }
    if as_json:
        told = [
            {
                "suite": suite.name, "n": suite.n, "failed": suite.failed, "cached": suite.cached, "error": suite.error,
                "metrics": [asdict(each) for each in summaries[suite.name] if each.n],
                "run_scores": [asdict(score) for score in suite.run_scores],
            }
            for suite in run.record.suites
        ]  # fmt: skip
        typer.echo(json.dumps({"run": str(run.path), "suites": told}, indent=2, ensure_ascii=False))
        return
    rows = [row for suite in run.record.suites for row in _rows(suite, summaries[suite.name])]
    show_table(("Suite", "Metric", "Cases", "Failed", "Value", "95 % interval"), rows, whole=(0, 1))
    for suite in run.record.suites:
        if suite.failed:
            reason = next(result.error for result in run.results(suite.name) if result.status == "failed")
            line = f"{suite.name}: {suite.failed:,} of {suite.n:,} cases failed, the first with {reason}"
            typer.echo(f"overture: note: {' '.join(plain(line).split())}", err=True)
        if suite.error:
            line = f"{suite.name}: its scores of the whole run are missing: {suite.error}"
            typer.echo(f"overture: note: {' '.join(plain(line).split())}", err=True)
    typer.echo(f"{plain(str(run.path))} holds the run")


def _rows(suite: SuiteRecord, summaries: list[MetricSummary]) -> list[tuple[object, ...]]:
    """A suite's metrics: of cases, then of the whole run; the suite's name stands at the first."""
    found: list[tuple[object, ...]] = [
        (each.metric, each.n, each.failed, _value(each.value, each.kind), _interval(each.low, each.high, each.kind))
        for each in summaries
        if each.n and each.value is not None
    ]
    found += [
        (score.metric, score.n, None, _value(score.value, "mean"), _interval(score.low, score.high, "mean"))
        for score in suite.run_scores
        if not score.slice
    ]
    found = found or [(None, suite.n, suite.failed, None, None)]
    return [(suite.name if number == 0 else " ", *row) for number, row in enumerate(found)]


def _value(value: float | None, kind: str) -> str | None:
    if value is None:
        return None
    return f"{100 * value:.1f} %" if kind == "pass" else f"{value:.4g}"


def _interval(low: float | None, high: float | None, kind: str) -> str | None:
    return None if low is None or high is None else f"{_value(low, kind)} to {_value(high, kind)}"


def _budget(requests: int | None, tokens: int | None, price: float | None) -> RunBudget:
    from overture.eval.run_budget import RunBudget

    return RunBudget(max_requests=requests, max_tokens=tokens, max_price=price)


def _subject(
    suites: set[str],
    *,
    model: str,
    base_url: str | None,
    prompt: str,
    classifier: Path | None,
    judge: str | None,
    judge_base_url: str | None,
    label: str | None,
    fallback: bool,
    today: datetime | None,
    prices: Path | None,
    budget: RunBudget | None,
) -> Subject:
    from overture.eval.subjects import TODAY, make_subject
    from overture.eval.suites import WITH_CLASSIFIER

    from .classify import load_classifier

    wants = classifier is not None or not suites.isdisjoint(WITH_CLASSIFIER)
    return make_subject(
        model, base_url=base_url, prompt=prompt, fallback=fallback, prices=prices, budget=budget, label=label,
        judge=judge, judge_base_url=judge_base_url, today=today.date() if today else TODAY,
        classifier=load_classifier(classifier, None) if wants else None,
    )  # fmt: skip

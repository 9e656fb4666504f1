"""One HTML file that says what a run came to: verdict first, then suites, then the worst cases; it loads nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Container, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from overture.errors import InputError

from .gate import gate_runs
from .gate_verdict import GateVerdict
from .report_cases import WorstCases, missed_checks
from .report_changes import change_groups, changes_told
from .report_page import Page, cases_a_suite, identity, suite_view
from .report_verdict import TONES, counted_verdict, gate_view
from .result import CaseResult
from .run_folder import RunFolder
from .suite import Metric
from .summary import MetricSummary, summarise

REPORT = "report.html"


def write_report(
    run_folder: RunFolder | Path | str,
    *,
    out: Path | None = None,
    baseline: RunFolder | Path | str | None = None,
    verdict: GateVerdict | None = None,
    common: bool = False,
) -> Path:
    """Write the report of a run, into its folder unless told otherwise, and return where.

    Without a `verdict`, a baseline is held against the margins of the suites. `common` compares what both runs have.

    Raises:
        InputError: a run cannot be read, the two are not over the same cases (unless `common`), or the file cannot be
            written.
    """
    run, before = _opened(run_folder), _opened(baseline) if baseline is not None else None
    if before is not None and verdict is None:
        verdict = gate_runs(run, baseline=before, common=common)
    path = out or run.path / REPORT
    page = render_report(report_page(run, baseline=before, verdict=verdict))
    try:
        path.write_bytes(page.encode("utf-8", "replace"))
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise InputError(problem, path=str(path), expected="a place that can be written to") from None
    return path


def report_page(run: RunFolder, *, baseline: RunFolder | None = None, verdict: GateVerdict | None = None) -> Page:
    """What the report of a run says; its cases are read once, and only the worst are kept."""
    metrics = {suite.name: suite.metrics for suite in run.record.suites}
    worst = {name: WorstCases(metrics=metrics[name], most=cases_a_suite(len(metrics))) for name in metrics}
    summaries = {
        name: summarise(name, metrics[name], worst[name].watch(results)) for name, results in _by_suite(run, metrics)
    }
    passed: dict[str, set[str]] = {name: set() for name in metrics}
    before: dict[str, list[MetricSummary]] = {}
    if baseline is not None:
        before = {
            name: summarise(name, metrics[name], _noting_passes(results, metrics[name], passed[name]))
            for name, results in _by_suite(baseline, metrics)
        }
    comparison = verdict.comparison if verdict else None
    seen = list(worst.values())
    errors = [f"{suite.name}: {suite.error}" for suite in run.record.suites if suite.error]
    return Page(
        label=run.record.subject.label,
        told=_told(run),
        verdict=gate_view(verdict, seen) if verdict else counted_verdict(seen, errors),
        suites=tuple(
            suite_view(
                suite,
                worst[suite.name],
                summaries.get(suite.name, []),
                baseline=baseline.suite(suite.name) if suite.name in before and baseline else None,
                before=before.get(suite.name, []),
                passed_before=passed[suite.name],
            )
            for suite in run.record.suites
        ),
        identity=identity(run.record, baseline.record if baseline else None),
        has_baseline=baseline is not None,
        changes=change_groups(comparison, metrics) if comparison else (),
        changes_told=changes_told(comparison) if comparison else (),
        changes_level=f"{comparison.level * 100:.0f} %" if comparison else "",
    )


def render_report(page: Page) -> str:
    """The page as HTML; every value is escaped, and only its own style and script may run in it."""
    style, script = (_template(name) for name in ("report.css", "report.js"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_template("report.html.j2")).render(
        page=page,
        tones=TONES,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_source_hash(style),
        script_hash=_source_hash(script),
    )


def _opened(run: RunFolder | Path | str) -> RunFolder:
    return run if isinstance(run, RunFolder) else RunFolder.open(run)


def _by_suite(run: RunFolder, wanted: Container[str]) -> Iterator[tuple[str, Iterator[CaseResult]]]:
    for name, results in groupby(run.results(), key=attrgetter("suite")):
        if name in wanted:
            yield name, results


def _noting_passes(results: Iterable[CaseResult], metrics: Sequence[Metric], passed: set[str]) -> Iterator[CaseResult]:
    for result in results:
        if result.status == "scored" and not missed_checks(result, metrics):
            passed.add(result.case)
        yield result


def _told(run: RunFolder) -> str:
    record = run.record
    parts = [f"{record.started_at:%d %B %Y, %H:%M} UTC".lstrip("0")]
    if record.git is not None:
        parts.append(f"commit {record.git.commit[:10]}" + (" with uncommitted changes" if record.git.dirty else ""))
    cases = sum(suite.n for suite in record.suites)
    parts.append(f"{cases:,} case{'' if cases == 1 else 's'} in {len(run.suites)} suite{'s' * (len(run.suites) != 1)}")
    return " · ".join(parts)


def _template(name: str) -> str:
    return (files("overture.eval") / "templates" / name).read_text(encoding="utf-8")


def _source_hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"

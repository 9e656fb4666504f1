"""What the report says, as values: verdict, suites with their intervals, worst cases, identity of the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from markupsafe import Markup

from .report_cases import ReportCase, WorstCases, report_case
from .report_charts import SHARES, Scale, Tone, interval, interval_plot, number, scale_of
from .report_verdict import VerdictView, many_cases
from .run_record import RunRecord, SuiteRecord
from .suite import Metric, RunScore
from .summary import MetricSummary

MOST_CASES = 120  # cases on a page, shared by the suites
MOST_OF_A_SUITE = 20
FEWEST = 5  # cases that a suite shows even if nothing is wrong with them
MOST_SLICES = 10  # rows that a metric shows by slice, the worst first


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A number with its interval: drawn, and in words."""

    name: str
    note: str = ""
    plot: Markup | None = None
    value: str
    interval: str
    n: str
    failed: str = ""
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTable:
    """A metric told apart by slices, the worst first, without `more` rows; metrics with the same rows share one."""

    metric: str
    rows: tuple[Row, ...]
    more: int
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """A suite: its numbers, its slices, and its worst cases."""

    name: str
    summary: str
    state: str
    brief: str
    tone: Tone
    timing: str
    limits: tuple[str, ...]
    rows: tuple[Row, ...]
    run_rows: tuple[Row, ...]
    slices: tuple[SliceTable, ...]
    alike: tuple[str, ...]
    cases: tuple[ReportCase, ...]
    cases_told: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    """One thing that tells the run apart, beside the baseline's."""

    name: str
    value: str
    baseline: str = ""
    differs: bool = False


def cases_a_suite(suites: int) -> int:
    """How many cases each of so many suites may show."""
    return max(FEWEST, min(MOST_OF_A_SUITE, MOST_CASES // max(suites, 1)))


def suite_view(
    suite: SuiteRecord,
    worst: WorstCases,
    summaries: Sequence[MetricSummary],
    *,
    baseline: SuiteRecord | None = None,
    before: Sequence[MetricSummary] = (),
    passed_before: Set[str] = frozenset(),
) -> SuiteView:
    """A suite as the page shows it; `before` are the baseline's numbers, `passed_before` the cases it passed."""
    summaries, of_run = _with_run_scores(suite, summaries)
    if baseline is not None:
        before, _ = _with_run_scores(baseline, before)
    tables, alike = _by_slice(suite.metrics, summaries)
    state, brief, tone = _state(worst.total, worst.failed, worst.flawed)
    if suite.error:
        state, brief, tone = f"{state}; scores of the whole run are missing", "error", "bad"
    cases = tuple(report_case(r, suite.metrics, was_passed=r.case in passed_before) for r in worst.worst(fine=FEWEST))
    return SuiteView(
        name=suite.name,
        summary=suite.summary,
        state=state,
        brief=brief,
        tone=tone,
        timing=_timing(worst),
        limits=suite.limits,
        rows=tuple(_metric_rows(suite.metrics, summaries, before)),
        run_rows=tuple(map(_run_row, of_run)),
        slices=tables,
        alike=alike,
        cases=cases,
        cases_told=_told(worst, len(cases)),
        error=suite.error,
    )


def identity(record: RunRecord, baseline: RunRecord | None = None) -> tuple[IdentityRow, ...]:
    """What tells a run apart from any other, with the baseline's where it is compared with one."""
    mine, others = _identity(record), _identity(baseline) if baseline else {}
    return tuple(
        IdentityRow(
            name=name,
            value=mine.get(name, "–"),
            baseline=others.get(name, "–") if baseline else "",
            differs=bool(baseline) and mine.get(name) != others.get(name) and name not in {"Started", "Finished"},
        )
        for name in dict.fromkeys([*mine, *others])
    )


def _identity(record: RunRecord) -> dict[str, str]:
    tree = "no git repository" if record.git is None else record.git.commit
    if record.git and record.git.dirty:
        tree += " with changes that are not committed"
    rows = {
        "Subject": record.subject.label,
        **{name.capitalize(): value for name, value in record.subject.parts.items()},
        "Fingerprint": record.subject.fingerprint,
        "Commit": tree,
        "Data file": record.data.file or "the suites' own",
    }
    if record.data.sha256:
        rows["Data SHA-256"] = record.data.sha256
    rows |= {f"Option {name}": value for name, value in record.data.options.items()}
    rows |= {
        "Seed": str(record.seed),
        "Started": f"{record.started_at:%d %b %Y, %H:%M:%S} UTC",
        "Finished": f"{record.finished_at:%d %b %Y, %H:%M:%S} UTC" if record.finished_at else "not finished",
    }
    if record.spent is not None:
        spent = record.spent
        rows["Spent"] = f"{spent.requests:,} requests, {spent.tokens:,} tokens, USD {spent.price}"
    rows |= {"Python": record.python, "Packages": ", ".join(f"{n} {v}" for n, v in record.packages.items())}
    return rows | {f"Cases of {s.name}": f"version {s.version}, {s.cases_sha256[:12]}" for s in record.suites}


def _state(total: int, failed: int, flawed: int) -> tuple[str, str, Tone]:
    if not total:
        return "no cases", "0", "unsure"
    if failed:
        more = f", {flawed:,} more fail a check" if flawed else ""
        return (
            f"{failed:,} of {many_cases(total)} could not be run or graded{more}",
            f"{failed + flawed:,} of {total:,}",
            "bad",
        )
    if flawed:
        verb = "fails" if flawed == 1 else "fail"
        return f"{flawed:,} of {many_cases(total)} {verb} a check", f"{flawed:,} of {total:,}", "unsure"
    return f"{many_cases(total)}, none fails a check", f"{total:,}", "good"


def _told(worst: WorstCases, shown: int) -> str:
    if shown == worst.total:
        return f"all {worst.total:,}"
    which = "worst of" if worst.failed or worst.flawed else "of"
    return f"{shown:,} {which} {worst.total:,}; the other {worst.total - shown:,} are in cases.parquet"


def _timing(worst: WorstCases) -> str:
    each = worst.seconds / worst.total if worst.total else 0.0
    spent = f"{each * 1000:,.3g} ms" if each < 1 else f"{each:,.3g} s"
    return f"{spent} a case" + (f", {worst.cached:,} from the cache" if worst.cached else "")


def _metric_rows(
    metrics: Sequence[Metric], summaries: Sequence[MetricSummary], before: Sequence[MetricSummary]
) -> Iterable[Row]:
    of_all = {summary.metric: summary for summary in summaries if not summary.slice}
    earlier = {summary.metric: summary for summary in before if not summary.slice}
    for metric in metrics:
        if (summary := of_all.get(metric.name)) is None:
            continue
        old = earlier.get(metric.name)
        scale = _scale(metric, [summary, *([old] if old else [])])
        row = _row(summary, name=metric.name, note=_direction(metric), scale=scale, old=old)
        if metric.kind == "mean" and old is None and summary.low is None:
            yield replace(row, plot=None)  # one number on a scale of its own would say nothing
        else:
            yield replace(row, ends=_ends(metric, scale))


def _with_run_scores(
    suite: SuiteRecord, summaries: Sequence[MetricSummary]
) -> tuple[list[MetricSummary], list[RunScore]]:
    """The numbers of a suite, with the scores of the whole run where no case has any; and those that are left over."""
    metrics = {metric.name: metric for metric in suite.metrics}
    measured = {(summary.metric, summary.slice) for summary in summaries if summary.n}
    taken = [
        score for score in suite.run_scores if score.metric in metrics and (score.metric, score.slice) not in measured
    ]
    found = {
        (score.metric, score.slice): MetricSummary(
            suite=suite.name, metric=score.metric, slice=score.slice, n=score.n, failed=0, clusters=0,
            value=score.value, low=score.low, high=score.high,
            kind=metrics[score.metric].kind, better=metrics[score.metric].better,
        )
        for score in taken
    }  # fmt: skip
    own = [summary for summary in summaries if (summary.metric, summary.slice) not in found]
    return [*own, *found.values()], [score for score in suite.run_scores if score not in taken]


def _by_slice(
    metrics: Sequence[Metric], summaries: Sequence[MetricSummary]
) -> tuple[tuple[SliceTable, ...], tuple[str, ...]]:
    """The metrics by slice, and those that are the same in every slice."""
    tables: list[SliceTable] = []
    alike: list[str] = []
    for metric in metrics:
        parts = [summary for summary in summaries if summary.metric == metric.name and summary.slice]
        if len({part.value for part in parts}) == 1:
            alike.append(f"{metric.name} {number(parts[0].value, metric.kind)}")
        elif parts:
            scale = _scale(metric, parts)
            parts.sort(key=lambda part: (part.value or 0.0) * (1 if metric.better == "higher" else -1))
            rows = tuple(_row(part, name=part.slice.replace("=", ": ", 1), scale=scale) for part in parts[:MOST_SLICES])
            table = SliceTable(metric=metric.name, rows=rows, more=len(parts) - len(rows), ends=_ends(metric, scale))
            same = next((n for n, each in enumerate(tables) if replace(each, metric=metric.name) == table), None)
            if same is None:
                tables.append(table)
            else:  # such as checks that fail on the same cases: said once
                tables[same] = replace(table, metric=f"{tables[same].metric}, {metric.name}")
    return tuple(tables), tuple(alike)


def _ends(metric: Metric, scale: Scale) -> tuple[str, str] | None:
    """What stands at the ends of a scale; those of shares are 0 and 100 % everywhere."""
    return None if metric.kind == "pass" else (number(scale.low, "mean"), number(scale.high, "mean"))


def _scale(metric: Metric, summaries: Sequence[MetricSummary]) -> Scale:
    if metric.kind == "pass":
        return SHARES
    return scale_of(end for each in summaries for end in (each.value, each.low, each.high))


def _row(summary: MetricSummary, *, name: str, scale: Scale, note: str = "", old: MetricSummary | None = None) -> Row:
    ticks = [old.value] if old and old.value is not None else []
    return Row(
        name=name,
        note=note,
        plot=interval_plot(summary.value, summary.low, summary.high, scale=scale, ticks=ticks),
        value=number(summary.value, summary.kind),
        interval=interval(summary.low, summary.high, summary.kind),
        n=f"{summary.n:,}",
        failed=f"{summary.failed:,}" if summary.failed else "",
    )


def _run_row(score: RunScore) -> Row:
    name = score.metric + (f", {score.slice.replace('=', ': ', 1)}" if score.slice else "")
    ends = interval(score.low, score.high, "mean")
    return Row(name=name, note=score.reason, value=number(score.value, "mean"), interval=ends, n=f"{score.n:,}")


def _direction(metric: Metric) -> str:
    return metric.summary if metric.kind == "pass" else f"{metric.summary} ({metric.better} is better)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """A suite's differences from the baseline; `alike` are the metrics that every case scored the same in."""

    name: str
    rows: tuple[Row, ...]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole report."""

    label: str
    told: str
    verdict: VerdictView
    suites: tuple[SuiteView, ...]
    identity: tuple[IdentityRow, ...]
    changes: tuple[ChangeGroup, ...] = ()
    changes_told: tuple[str, ...] = ()
    changes_level: str = ""
    has_baseline: bool = False

    @property
    def slice_numbers(self) -> dict[tuple[str, str], int]:
        """The slices of the cases on the page, as `(name, value)`, and a number for each."""
        seen = {each for suite in self.suites for case in suite.cases for each in case.slices}
        return {each: place for place, each in enumerate(sorted(seen))}

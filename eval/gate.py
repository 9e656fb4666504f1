"""Whether a release may go out: a run, held against a baseline and against what `gate.toml` asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .compare import Comparison, compare_runs
from .gate_config import GateConfig, nearest
from .gate_rules import Asked, check_differences, check_run_scores, check_thresholds
from .gate_verdict import GateCheck, GateVerdict, verdict_of
from .suite import Metric, RunScore
from .summary import MetricSummary, summarise

if TYPE_CHECKING:
    from .run_folder import RunFolder

__all__ = ["GateVerdict", "Judged", "decide", "gate_runs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the gate reads of a run: metrics and summaries by suite, scores of whole runs, and what went wrong there."""

    metrics: Mapping[str, tuple[Metric, ...]]
    summaries: tuple[MetricSummary, ...]
    run_scores: tuple[tuple[str, RunScore], ...] = ()
    errors: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, run: RunFolder) -> Judged:
        """A finished run."""
        metrics = {name: run.metrics(name) for name in run.suites}
        return cls(
            metrics=metrics,
            summaries=tuple(
                one for name, of in metrics.items() for one in summarise(name, of, run.results(name))
            ),
            run_scores=tuple(run.run_scores()),
            errors=tuple((suite.name, suite.error) for suite in run.record.suites if suite.error),
        )  # fmt: skip


def gate_runs(
    run: RunFolder, *, baseline: RunFolder | None = None, config: GateConfig | None = None, common: bool = False
) -> GateVerdict:
    """Judge a run; without a baseline only what is asked of the run itself is checked.

    Raises:
        InputError: the runs are not over the same cases (unless `common`), or the settings do not fit the metrics.
    """
    config = config or GateConfig()
    if baseline is None:
        return decide(Judged.of(run), config=config)
    comparison = compare_runs(baseline, run, common=common, level=1 - 2 * config.alpha, seed=config.seed)
    return decide(Judged.of(run), baseline=Judged.of(baseline), comparison=comparison, config=config)


def decide(
    run: Judged,
    *,
    baseline: Judged | None = None,
    comparison: Comparison | None = None,
    config: GateConfig | None = None,
) -> GateVerdict:
    """Judge what was measured; intervals of the comparison are taken at their one-sided level.

    Raises:
        InputError: the settings do not fit the metrics.
    """
    config = config or GateConfig()
    nowhere = _in_neither(run, baseline, config)
    checks = [*_settings(run, comparison, config), *_measured(run, baseline, nowhere, config)]
    checks += _scored(run, baseline, config)
    checks += check_thresholds(run.summaries, run.run_scores, config)
    notes = [f"not judged, as gate.toml says: {name}" for name in config.ignore]
    if comparison is not None and baseline is not None:
        metrics = {(suite, metric.name): metric for suite, of in run.metrics.items() for metric in of}
        checks += check_differences(list(_asked(run, comparison, config)), config)
        checks += check_run_scores(baseline.run_scores, run.run_scores, metrics, config)
        notes += comparison.notes
        notes += [f"measured in neither run: {suite}.{metric}" for suite, metric in sorted(nowhere)]
    else:
        notes.append("there is no baseline: only what is asked of the run itself was checked")
    return verdict_of(checks, notes=tuple(notes), comparison=comparison)


def _asked(run: Judged, comparison: Comparison, config: GateConfig) -> Iterator[Asked]:
    """Every difference with the margin it is held to."""
    metrics = {(suite, metric.name): metric for suite, of in run.metrics.items() for metric in of}
    for found in comparison.differences:
        if config.is_ignored(found.suite, found.metric) or not (found.n or found.unpaired):
            continue
        rule = config.rule(found.suite, found.metric)
        margin = metrics[found.suite, found.metric].margin if rule.margin is None else rule.margin
        own = rule.slices.get(found.slice, rule.slices.get(found.slice.partition("=")[0]))
        yield Asked(
            found=found,
            margin=own if found.slice and own is not None else margin,
            least_cases=rule.least_cases or config.least_cases,
            is_guard=bool(found.slice) and own is None,
        )


def _unscored(run: Judged) -> set[tuple[str, str]]:
    scored = {(suite, score.metric) for suite, score in run.run_scores}
    return {(one.suite, one.metric) for one in run.summaries if not (one.slice or one.n)} - scored


def _in_neither(run: Judged, baseline: Judged | None, config: GateConfig) -> set[tuple[str, str]]:
    """What neither run measured, such as a judge's metrics where nobody judged, and what no setting asks for."""
    if baseline is None:
        return set()
    asked = {(suite, metric) for suite, rules in config.suites.items() for metric in rules}
    return (_unscored(run) & _unscored(baseline)) - asked


def _measured(
    run: Judged, baseline: Judged | None, nowhere: set[tuple[str, str]], config: GateConfig
) -> Iterator[GateCheck]:
    """Whatever should have been measured and was not."""
    for suite, error in run.errors:
        if not config.is_ignored(suite):
            yield _open(suite, "", f"there are no scores of the whole run: {error}")
    for suite, metric in _unscored(run):
        if (suite, metric) not in nowhere and not config.is_ignored(suite, metric):
            yield _open(suite, metric, "no case was scored")
    if baseline is None:
        return
    for suite, metrics in baseline.metrics.items():
        if config.is_ignored(suite):
            continue
        if suite not in run.metrics:
            yield _open(suite, "", "the baseline ran this suite, and the run has not")
            continue
        names = {metric.name for metric in run.metrics[suite]}
        for each in metrics:
            if each.name not in names and not config.is_ignored(suite, each.name):
                yield _open(suite, each.name, "the baseline measured it, and the run has not")
    for suite in run.metrics:
        if suite not in baseline.metrics and not config.is_ignored(suite):
            yield _open(suite, "", "the baseline did not run this suite, so that nothing can be compared")


def _scored(run: Judged, baseline: Judged | None, config: GateConfig) -> Iterator[GateCheck]:
    """Cases that could not be scored, by suite."""
    for whose, judged in (("", run), (" of the baseline", baseline)):
        for suite in judged.metrics if judged else ():
            of = [one for one in judged.summaries if one.suite == suite and not one.slice] if judged else []
            most = max(of, key=lambda one: one.failed, default=None)
            if most is None or config.is_ignored(suite):
                continue
            if most.failed > config.most_failed * most.n:
                reason = f"{most.failed} of {most.n} cases{whose} could not be scored, and count as the worst"
                yield GateCheck(suite=suite, rule="scored", outcome="INCONCLUSIVE", reason=reason)
            elif not whose:
                reason = f"{most.n - most.failed} of {most.n} cases were scored"
                yield GateCheck(suite=suite, rule="scored", outcome="PASS", reason=reason)


def _settings(run: Judged, comparison: Comparison | None, config: GateConfig) -> Iterator[GateCheck]:
    """What gate.toml names and the run does not have."""
    slices: dict[tuple[str, str], set[str]] = {}
    for one in run.summaries:
        slices.setdefault((one.suite, one.metric), set()).update({one.slice, one.slice.partition("=")[0]} - {""})
    scored = {(suite, score.metric) for suite, score in run.run_scores}
    for suite, rules in config.suites.items():
        if suite not in run.metrics:
            yield _unknown(suite, "", f"gate.toml names this suite; the run has {nearest(suite, list(run.metrics))}")
            continue
        names = [metric.name for metric in run.metrics[suite]]
        for metric, rule in rules.items():
            if metric not in names and (suite, metric) not in scored:
                yield _unknown(suite, metric, f"gate.toml names this metric; the run has {nearest(metric, names)}")
                continue
            for name in rule.slices:
                if name not in slices.get((suite, metric), set()):
                    known = nearest(name, sorted(slices.get((suite, metric), set())) or ["no slices"])
                    yield _unknown(suite, metric, f"gate.toml names the slice {name!r}; the run has {known}")
            if rule.margin is not None and comparison is None:
                yield _unknown(suite, metric, "gate.toml sets a margin, and there is no baseline")


def _open(suite: str, metric: str, reason: str) -> GateCheck:
    return GateCheck(suite=suite, metric=metric, rule="measured", outcome="INCONCLUSIVE", reason=reason)


def _unknown(suite: str, metric: str, reason: str) -> GateCheck:
    return GateCheck(suite=suite, metric=metric, rule="settings", outcome="INCONCLUSIVE", reason=reason)

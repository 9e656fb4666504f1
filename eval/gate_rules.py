"""The rules of the gate: values in, checks out.

A metric passes if its difference from the baseline is shown to stay within the margin, or if not one case got worse. It
fails if it is shown to be worse and may be so by the margin; or if the margin is 0 and the baseline had no failure and
the challenger has. Anything else is open. To pass all margins at once needs no correction (each is tested by itself:
Berger's intersection-union test); what is shown to be worse is corrected by Holm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from overture.errors import InputError
from overture.feedback.comparison_slices import harm_p, holm

from .gate_config import GateConfig
from .gate_verdict import GateCheck, Outcome, Rule
from .paired import PairedDifference
from .paired_words import amount, told
from .suite import Metric, RunScore
from .summary import MetricSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A difference, the margin it is held to, and whether that is asked of a slice that has none of its own."""

    found: PairedDifference
    margin: float
    least_cases: int
    is_guard: bool = False


def check_differences(asked: Sequence[Asked], config: GateConfig) -> list[GateCheck]:
    """Hold every difference to its margin; slices without margins of their own are only guarded against harm."""
    held = [each for each in asked if not each.is_guard]
    guarded = [each for each in asked if each.is_guard]
    raised = holm([each.found.harm_p for each in held])
    checks = [_held(each, p_value, config) for each, p_value in zip(held, raised, strict=True)]
    harmed: set[tuple[str, str]] = set()
    for each, p_value in zip(guarded, holm([_guard_p(each.found, config) for each in guarded]), strict=True):
        if p_value <= config.slice_alpha and _reaches(each) and _is_lost(each):
            harmed.add((each.found.suite, each.found.metric))
            few = f", by case, as there are only {each.found.clusters} clusters"
            by = few if each.found.clusters < config.least_clusters else ""
            reason = f"this slice is worse: {told(each.found)}, p = {p_value:.2g}{by}"
            checks.append(_check(each.found, "slices", "FAIL", reason))
    counts: dict[tuple[str, str], int] = {}
    for each in guarded:
        key = each.found.suite, each.found.metric
        counts[key] = counts.get(key, 0) + 1
    for (suite, metric), n in counts.items():
        if (suite, metric) not in harmed:
            reason = f"none of {n} slices is shown to be worse"
            checks.append(GateCheck(suite=suite, metric=metric, rule="slices", outcome="PASS", reason=reason))
    return checks


def _held(asked: Asked, p_value: float, config: GateConfig) -> GateCheck:
    found, margin = asked.found, asked.margin
    allowed = f"a margin of {amount(margin, found.kind)}"
    is_harm = p_value <= config.alpha and _reaches(asked)
    is_fallen = found.kind == "pass" and margin == 0 and found.baseline == 1.0 and found.losses > 0
    if found.n and (is_harm or is_fallen):
        why = f"shown to be worse, p = {p_value:.2g}" if is_harm else "the baseline had no failure, and the margin is 0"
        return _check(found, "margin", "FAIL", f"{told(found)}; {why}; {allowed}")
    if found.unpaired > config.most_unpaired * (found.n + found.unpaired):
        reason = f"{found.unpaired} cases have a score in one run only, beside {found.n} in both"
        return _check(found, "margin", "INCONCLUSIVE", reason)
    if found.n < asked.least_cases or found.clusters < config.least_clusters:
        reason = (
            f"{found.n} cases of {found.clusters} clusters say too little; "
            f"{asked.least_cases} of {config.least_clusters} are asked for"
        )
        return _check(found, "margin", "INCONCLUSIVE", reason)
    if found.losses == 0:
        return _check(found, "margin", "PASS", f"not one of {found.n} cases is worse; {allowed}")
    if found.worst_loss is not None and found.worst_loss < margin:
        return _check(found, "margin", "PASS", f"{told(found)}; within {allowed}")
    if margin == 0 and found.kind == "mean":
        return _check(found, "margin", "PASS", f"{told(found)}; not shown to be worse, and no margin is set")
    return _check(found, "margin", "INCONCLUSIVE", f"{told(found)}; it may be worse by more than {allowed} allows")


def check_thresholds(
    summaries: Iterable[MetricSummary], scores: Iterable[tuple[str, RunScore]], config: GateConfig
) -> list[GateCheck]:
    """Hold the run itself to `at_least`, `at_most` and `must_be_zero_failures`, over all cases.

    Raises:
        InputError: `must_be_zero_failures` is asked of a mean.
    """
    checks: list[GateCheck] = []
    for one in summaries:
        if one.slice or one.n == 0 or config.is_ignored(one.suite, one.metric):
            continue
        rule = config.rule(one.suite, one.metric)
        if rule.must_be_zero_failures:
            checks.append(_zero_failures(one))
        if rule.at_least is not None or rule.at_most is not None:
            found = one.value, one.low, one.high
            checks += _thresholds(one.suite, one.metric, found, one.n, rule.at_least, rule.at_most)
    for suite, score in scores:
        rule = config.rule(suite, score.metric)
        if not score.slice and not config.is_ignored(suite, score.metric):
            found = score.value, score.low, score.high
            checks += _thresholds(suite, score.metric, found, score.n, rule.at_least, rule.at_most)
    return checks


def check_run_scores(
    baseline: Iterable[tuple[str, RunScore]],
    challenger: Iterable[tuple[str, RunScore]],
    metrics: Mapping[tuple[str, str], Metric],
    config: GateConfig,
) -> list[GateCheck]:
    """Hold what is known of whole runs to its margin by its values; where none is set it only must be there."""
    new = {(suite, score.metric, score.slice): score for suite, score in challenger}
    checks: list[GateCheck] = []
    for suite, old in baseline:
        if config.is_ignored(suite, old.metric):
            continue
        place = {"suite": suite, "metric": old.metric, "slice": old.slice}
        score = new.get((suite, old.metric, old.slice))
        if score is None:
            reason = "the baseline has this score of the whole run, and the run has not"
            checks.append(GateCheck(**place, rule="measured", outcome="INCONCLUSIVE", reason=reason))
            continue
        metric = metrics.get((suite, old.metric))
        margin = config.rule(suite, old.metric).margin
        if margin is None:
            margin = metric.margin if metric else 0.0
        if old.slice or metric is None or not margin:
            continue
        is_higher = metric.better == "higher"
        loss = old.value - score.value if is_higher else score.value - old.value
        best = score.high if is_higher else score.low
        is_open = best is not None and (best >= old.value if is_higher else best <= old.value)
        outcome: Outcome = "PASS" if loss <= margin else "INCONCLUSIVE" if is_open else "FAIL"
        reason = f"{old.value:.4g} to {score.value:.4g} over the whole run; a margin of {margin:g}"
        checks.append(GateCheck(**place, rule="margin", outcome=outcome, reason=reason))
    return checks


def _guard_p(found: PairedDifference, config: GateConfig) -> float:
    """The p-value of harm; by case in a slice of few clusters (one writer's language), where clusters show none."""
    return found.harm_p if found.clusters >= config.least_clusters else harm_p(found.gains, found.losses)


def _is_lost(asked: Asked) -> bool:
    """Whether what was seen is a loss beyond the margin."""
    difference = asked.found.difference or 0.0
    return (-difference if asked.found.better == "higher" else difference) > asked.margin


def _reaches(asked: Asked) -> bool:
    """Whether the difference may be a loss by the margin or more."""
    return asked.found.worst_loss is None or asked.found.worst_loss >= asked.margin


def _zero_failures(one: MetricSummary) -> GateCheck:
    if one.kind != "pass":
        raise InputError(
            f"{one.suite}.{one.metric} is a mean",
            field="must_be_zero_failures",
            expected="a share of passes; or at_most",
        )
    failures = round(one.n * (1 - (one.value or 0.0)))
    return GateCheck(
        suite=one.suite, metric=one.metric, rule="zero_failures", outcome="FAIL" if failures else "PASS",
        reason=f"{failures} of {one.n} cases fail; none may",
    )  # fmt: skip


def _thresholds(
    suite: str, metric: str, found: tuple[float | None, float | None, float | None], n: int,
    at_least: float | None, at_most: float | None,
) -> list[GateCheck]:  # fmt: skip
    at, low, high = found
    shown = f"{at:.4g} of {n:,}" if at is not None else "nothing was measured"
    if low is not None and high is not None:
        shown += f", {low:.4g} to {high:.4g}"
    checks: list[GateCheck] = []
    for limit, end, sign, word in ((at_least, low, 1, "at least"), (at_most, high, -1, "at most")):
        if limit is None:
            continue
        outcome: Outcome = "PASS"
        why = ""
        if at is None or sign * (at - limit) < 0:
            outcome = "FAIL"
        elif end is not None and sign * (end - limit) < 0:
            outcome, why = "INCONCLUSIVE", ", which the interval does not show"
        reason = f"{shown}; {word} {limit:g} is asked for{why}"
        checks.append(GateCheck(suite=suite, metric=metric, rule="threshold", outcome=outcome, reason=reason))
    return checks


def _check(found: PairedDifference, rule: Rule, outcome: Outcome, reason: str) -> GateCheck:
    return GateCheck(
        suite=found.suite, metric=found.metric, slice=found.slice, rule=rule, outcome=outcome, reason=reason
    )

"""Two runs compared, case by case: what got better, what got worse, and what may be chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from overture.errors import InputError
from overture.feedback.comparison_slices import holm

from .paired import PairedDifference, Pairs
from .summary import slice_names, value_of

if TYPE_CHECKING:
    from .result import CaseResult
    from .run_folder import RunFolder
    from .suite import Metric

RESAMPLES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A challenger's run against a baseline's; `level` is that of the intervals, p-values are Holm's over all of it.

    `missing` suites are in one run only: of the baseline's and of the challenger's. `notes` say what was left out.
    """

    baseline: str
    challenger: str
    level: float
    differences: tuple[PairedDifference, ...]
    missing: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    notes: tuple[str, ...] = ()

    def of(self, suite: str, metric: str, name: str = "") -> PairedDifference | None:
        """The difference of one metric in one slice, if there is one."""
        wanted = (suite, metric, name)
        return next((each for each in self.differences if (each.suite, each.metric, each.slice) == wanted), None)


def compare_runs(
    baseline: RunFolder,
    challenger: RunFolder,
    *,
    common: bool = False,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Pair the cases of two runs by suite and id, and compare every metric as a whole and in every slice.

    `common` compares what both runs have where a suite or its data changed between them; ids are then trusted to mean
    the same case.

    Raises:
        InputError: a suite was of another version or over other cases, and `common` is not set.
    """
    ours, theirs = set(challenger.suites), set(baseline.suites)
    differences: list[PairedDifference] = []
    notes: list[str] = []
    for name in challenger.suites:
        if name not in theirs:
            continue
        before, after = baseline.suite(name), challenger.suite(name)
        is_same = (before.version, before.cases_sha256) == (after.version, after.cases_sha256)
        if not is_same and not common:
            what = (
                "other cases" if before.version == after.version else f"version {before.version}, not {after.version}"
            )
            raise InputError(
                f"the baseline {baseline.path} ran {what}", path=str(challenger.path), field=name,
                expected="two runs over the same cases; --common compares those that both have",
            )  # fmt: skip
        found, alone = _compare(
            name, after.metrics, baseline.results(name), challenger.results(name), level=level, resamples=resamples,
            seed=seed,
        )  # fmt: skip
        differences += found
        if not is_same:
            notes.append(f"{name}: other cases or another version; {alone} cases are in one run only and left out")
        kept = {metric.name for metric in after.metrics}
        notes += [
            f"{name}.{metric.name}: only the baseline measured it"
            for metric in before.metrics
            if metric.name not in kept
        ]
    return Comparison(
        baseline=f"{baseline.record.subject.label} ({baseline.path})",
        challenger=f"{challenger.record.subject.label} ({challenger.path})",
        level=level,
        differences=corrected(differences),
        missing=(
            tuple(name for name in baseline.suites if name not in ours),
            tuple(name for name in challenger.suites if name not in theirs),
        ),
        notes=tuple(notes),
    )


def compare_results(
    suite_name: str,
    metrics: Sequence[Metric],
    baseline: Iterable[CaseResult],
    challenger: Iterable[CaseResult],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[PairedDifference, ...]:
    """Compare the results of one suite by case id; metrics in their order, each whole first and then by slice.

    A failed case counts the metric's worst. A case that a metric applies to in one run only is counted as unpaired; one
    that is in one run only is left out.
    """
    found, _ = _compare(
        suite_name, metrics, baseline, challenger, level=level, resamples=resamples, seed=seed
    )  # fmt: skip
    return corrected(found)


def corrected(differences: Sequence[PairedDifference]) -> tuple[PairedDifference, ...]:
    """The differences with their p-values after Holm, over all of them."""
    raised = holm([each.p_value for each in differences])
    return tuple(replace(each, p_holm=p_value) for each, p_value in zip(differences, raised, strict=True))


def _compare(
    suite: str, metrics: Sequence[Metric], baseline: Iterable[CaseResult], challenger: Iterable[CaseResult], *,
    level: float, resamples: int, seed: int,
) -> tuple[list[PairedDifference], int]:  # fmt: skip
    """The differences, and how many cases are in one run only."""
    before: dict[str, list[tuple[float | None, bool]]] = {
        result.case: [value_of(result, metric) for metric in metrics] for result in baseline if result.suite == suite
    }
    pairs: list[dict[str, Pairs]] = [defaultdict(Pairs, {"": Pairs()}) for _ in metrics]
    alone = 0
    for result in challenger:
        if result.suite != suite:
            continue
        of_baseline = before.pop(result.case, None)
        if of_baseline is None:
            alone += 1
            continue
        names = ["", *slice_names(result)]
        for metric, (old, was_failed), of in zip(metrics, of_baseline, pairs, strict=True):
            new, is_failed = value_of(result, metric)
            if old is not None or new is not None:
                for name in names:
                    of[name].add(result.cluster, (old, new), (was_failed, is_failed))
    differences = [
        of[name].difference(suite, metric, name, level=level, resamples=resamples, seed=seed)
        for metric, of in zip(metrics, pairs, strict=True)
        for name in sorted(of)
    ]
    return differences, alone + len(before)

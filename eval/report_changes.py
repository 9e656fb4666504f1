"""What the report says of a run against a baseline: paired differences, drawn so that better is always to the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .compare import Comparison
from .paired import PairedDifference
from .report_charts import Scale, Tone, interval, interval_plot, number, scale_around_zero
from .report_page import ChangeGroup, Row
from .suite import Metric

CLEAR = 0.05  # p-values, after Holm, under which the difference of a slice is shown


def change_groups(comparison: Comparison, metrics: Mapping[str, Sequence[Metric]]) -> tuple[ChangeGroup, ...]:
    """The differences by suite: every metric as a whole, and below it the slices where it clearly differs."""
    groups: list[ChangeGroup] = []
    for suite, of_suite in metrics.items():
        found = {metric.name: comparison.of(suite, metric.name) for metric in of_suite}
        alike = tuple(name for name, each in found.items() if each is not None and each.n and _is_alike(each))
        rows = [row for metric in of_suite if metric.name not in alike for row in _rows(comparison, suite, metric)]
        if rows or alike:
            groups.append(ChangeGroup(name=suite, rows=tuple(rows), alike=alike))
    return tuple(groups)


def changes_told(comparison: Comparison) -> tuple[str, ...]:
    """What a reader should know before the differences."""
    gone, added = comparison.missing
    told = [
        f"This run less {comparison.baseline}, case by case. Lines are {comparison.level * 100:.0f} % intervals of the "
        "difference, the mark in the middle is no difference, a dashed one left of it the suite's margin for a loss."
    ]
    told += [f"Only the baseline ran {', '.join(gone)}."] if gone else []
    told += [f"Only this run has {', '.join(added)}."] if added else []
    return (*told, *(f"{note}." for note in comparison.notes))


def _is_alike(found: PairedDifference) -> bool:
    return not (found.gains or found.losses or found.unpaired or found.difference)


def _rows(comparison: Comparison, suite: str, metric: Metric) -> Iterable[Row]:
    found = [each for each in comparison.differences if (each.suite, each.metric) == (suite, metric.name)]
    shown = [each for each in found if each.n and (not each.slice or each.p_holm < CLEAR)]
    scale = scale_around_zero((metric.margin, *(end for each in shown for end in _better_right(each))))
    for each in shown:
        yield _row(each, metric, scale)


def _row(found: PairedDifference, metric: Metric, scale: Scale) -> Row:
    value, low, high = _better_right(found)
    before, after = (number(each, found.kind) for each in (found.baseline, found.challenger))
    moved = f"{before} → {after}; {found.gains:,} better, {found.losses:,} worse"
    name = f"{found.metric}, {found.slice.replace('=', ': ', 1)}" if found.slice else found.metric
    return Row(
        name=name,
        note=f"{moved}, {found.unpaired:,} unpaired" if found.unpaired else moved,
        plot=interval_plot(
            value, low, high, scale=scale, ticks=(0.0,), limit=-metric.margin or None, tone=_tone(low, high)
        ),
        value=number(found.difference, found.kind, signed=True),
        interval=interval(found.low, found.high, found.kind, signed=True),
        n=f"{found.n:,}",
    )


def _better_right(found: PairedDifference) -> tuple[float | None, float | None, float | None]:
    if found.better == "higher":
        return found.difference, found.low, found.high
    value, low, high = (None if end is None else -end for end in (found.difference, found.high, found.low))
    return value, low, high


def _tone(low: float | None, high: float | None) -> Tone:
    if low is None or high is None:
        return "plain"
    return "good" if low > 0 else "bad" if high < 0 else "plain"

"""The response rate over time as geometry, which the page draws as SVG: no script, and a table beside it (I-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil
from typing import Final

from overture.base import Value
from overture.classification.metrics import Rate
from overture.messaging.charts import WeekRate

WIDTH: Final = 760
HEIGHT: Final = 280
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
_STEPS: Final = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_MOST_DATES: Final = 8
_WEEK: Final = timedelta(weeks=1)


class ChartPoint(Value):
    """The rate of one week."""

    x: float
    y: float
    week: date
    rate: Rate


class ChartSeries(Value):
    """One kind of message: its points, and its lines and bands as SVG path data; a week without any breaks both."""

    assisted: bool
    points: tuple[ChartPoint, ...]
    line: str
    band: str


class ChartTick(Value):
    """A mark on an axis."""

    at: float
    label: str


class RateChart(Value):
    """Everything that is drawn."""

    series: tuple[ChartSeries, ...]
    rates: tuple[ChartTick, ...]
    weeks: tuple[ChartTick, ...]


def draw_weeks(weeks: Sequence[WeekRate]) -> RateChart | None:
    """The chart of some weeks; None where there is nothing to draw."""
    if not weeks:
        return None
    first, last = weeks[0].week, max(each.week for each in weeks)
    number = (last - first) // _WEEK
    top = next(step for step in _STEPS if step >= min(1.0, max(each.rate.high for each in weeks)))

    def across(week: date) -> float:
        share = ((week - first) // _WEEK) / number if number else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def down(rate: float) -> float:
        return round(HEIGHT - BOTTOM - rate / top * (HEIGHT - TOP - BOTTOM), 1)

    def draw(assisted: bool) -> ChartSeries:
        own = [each for each in weeks if each.assisted is assisted]
        line = band = ""
        for run in _runs(own):
            line += "M" + "L".join(f"{across(each.week)} {down(each.rate.value)}" for each in run)
            above = [f"{across(each.week)} {down(each.rate.high)}" for each in run]
            below = [f"{across(each.week)} {down(each.rate.low)}" for each in reversed(run)]
            band += f"M{'L'.join([*above, *below])}Z"
        points = tuple(
            ChartPoint(x=across(each.week), y=down(each.rate.value), week=each.week, rate=each.rate) for each in own
        )
        return ChartSeries(assisted=assisted, points=points, line=line, band=band)

    every = ceil((number + 1) / _MOST_DATES)
    dates = [first + place * _WEEK for place in range(0, number + 1, every)]
    return RateChart(
        series=tuple(series for series in (draw(True), draw(False)) if series.points),
        rates=tuple(ChartTick(at=down(top * part / 4), label=f"{top * part / 4:.0%}") for part in range(5)),
        weeks=tuple(ChartTick(at=across(week), label=f"{week:%-d %b}") for week in dates),
    )


def _runs(weeks: Sequence[WeekRate]) -> Iterator[list[WeekRate]]:
    """Weeks that follow each other."""
    run: list[WeekRate] = []
    for each in weeks:
        if run and each.week - run[-1].week > _WEEK:
            yield run
            run = []
        run.append(each)
    if run:
        yield run

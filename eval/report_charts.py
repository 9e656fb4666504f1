"""Intervals drawn as small SVG, and numbers put in words; every place is in percent, so that a plot fits any width.

Altair's page for one chart weighs 900 kB and draws with `eval`, which the page's policy forbids; these weigh 0.2 kB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from markupsafe import Markup

from .suite import MetricKind

Tone = Literal["plain", "good", "bad", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What lies at the left and the right end of a plot."""

    low: float
    high: float

    def place(self, value: float) -> str:
        """The place of a value, in percent from the left, at an end where it lies outside."""
        share = (value - self.low) / (self.high - self.low)
        return f"{min(max(share, 0.0), 1.0):.1%}".replace(".0%", "%")


SHARES = Scale(low=0.0, high=1.0)


def scale_of(values: Iterable[float | None]) -> Scale:
    """A scale with all finite values on it: from 0 where none is below it, to 1 where they look like shares."""
    seen = [value for value in values if value is not None and isfinite(value)] or [0.0]
    low, high = min(seen), max(seen)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return Scale(low=0.0 if low >= 0 else low - air, high=1.0 if 0.1 <= high <= 1 else high + air)


def scale_around_zero(values: Iterable[float | None]) -> Scale:
    """A scale with 0 in its middle and all finite values on it."""
    reach = max((abs(value) for value in values if value is not None and isfinite(value)), default=0.0) * 1.1 or 1.0
    return Scale(low=-reach, high=reach)


def interval_plot(
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    scale: Scale,
    ticks: Iterable[float] = (),
    limit: float | None = None,
    tone: Tone = "plain",
) -> Markup:
    """A dot with its interval; `ticks` mark further values on it, such as the baseline's, `limit` one not to pass.

    It is hidden from screen readers: the numbers stand in the text beside it.
    """
    uprights = [("tick", tick) for tick in ticks] + ([("tick limit", limit)] if limit is not None else [])
    parts = [
        Markup('<line class="{0}" x1="{1}" x2="{1}" y1="1" y2="15"/>').format(name, scale.place(place))
        for name, place in uprights
    ]
    if low is not None and high is not None:
        parts.append(Markup('<line x1="{}" x2="{}" y1="8" y2="8"/>').format(scale.place(low), scale.place(high)))
    if value is not None:
        parts.append(Markup('<circle cx="{}" cy="8" r="4"/>').format(scale.place(value)))
    return Markup('<svg class="plot {}" aria-hidden="true">{}</svg>').format(tone, Markup("").join(parts))


def number(value: float | None, kind: MetricKind, *, signed: bool = False) -> str:
    """A value as a reader sees it: a share in percent, a mean with three digits, a dash for none; a true minus sign."""
    if value is None or not isfinite(value):
        return "–"
    sign = "+" if signed else ""
    text = f"{value * 100:{sign}.1f}" if kind == "pass" else f"{value:{sign}{'.3g' if abs(value) < 1000 else ',.0f'}}"
    if value in {0.0, 1.0, -1.0}:  # nothing was rounded away
        text = (text if value else "0").removesuffix(".0")
    return text.replace("-", "−") + (" %" if kind == "pass" and not signed else " pp" if kind == "pass" else "")


def interval(low: float | None, high: float | None, kind: MetricKind, *, signed: bool = False) -> str:
    """The ends of an interval, without the unit, which stands at the value."""
    if low is None or high is None:
        return ""
    ends = (number(end, kind, signed=signed).removesuffix(" %").removesuffix(" pp") for end in (low, high))
    return " to ".join(ends)

"""The response rate over time, AI-assisted against not, as HTML that needs no network, PNG or SVG (I-3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from overture.base import Value
from overture.classification.metrics import Rate, rate
from overture.errors import ConfigurationError, MissingExtraError

from .insights import MessageRow

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = "Response rate by week of sending"
_NAMES: Final = {True: "AI-assisted", False: "not assisted"}
_COLOURS: Final = ("#0072b2", "#d55e00")  # told apart by every kind of colour vision (Okabe and Ito 2008)
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ font-family: sans-serif; margin: 2rem }} td, th {{ padding: .2rem .8rem; text-align: right }}</style>
</head>
<body>
<h1>{title}</h1>
<div id="chart"></div>
<table>
<thead><tr><th>Week from</th><th></th><th>Sent</th><th>Response rate</th><th>95 % interval</th></tr></thead>
<tbody>
{lines}
</tbody>
</table>
<script>{script}</script>
<script>vegaEmbed("#chart", {spec}, {{"mode": "vega-lite", "actions": {{"export": true}}}});</script>
</body>
</html>
"""


class WeekRate(Value):
    """The response rate of what was sent in one week."""

    week: date
    assisted: bool
    rate: Rate


def weekly_rates(rows: Iterable[MessageRow]) -> tuple[WeekRate, ...]:
    """Per message (H-1), by the Monday (UTC) of the week of sending, assisted and not apart; no line where n is 0."""
    sent: Counter[tuple[date, bool]] = Counter()
    answered: Counter[tuple[date, bool]] = Counter()
    for row in rows:
        if row.sent_at is not None:
            key = _monday(row.sent_at), row.assisted
            sent[key] += 1
            answered[key] += row.answered_at is not None
    return tuple(
        WeekRate(week=week, assisted=assisted, rate=rate(answered[week, assisted], n))
        for (week, assisted), n in sorted(sent.items())
    )


def draw_rates(weeks: Sequence[WeekRate], *, title: str = _TITLE) -> alt.LayerChart | alt.FacetChart:
    """A line with points per kind of message, its 95 % interval as a band behind it.

    Raises:
        MissingExtraError: altair is not installed.
    """
    try:
        import altair as alt
    except ImportError:
        raise MissingExtraError("messaging", needed_for="a chart") from None
    values = [
        {
            "week": point.week.isoformat(),
            "kind": _NAMES[point.assisted],
            **point.rate.model_dump(),
        }
        for point in weeks
    ]
    # The week is read and shown as UTC: else a browser west of it would name the Sunday before.
    mondays = sorted({datetime.combine(point.week, time(), UTC).timestamp() * 1000 for point in weeks})
    days = alt.Axis(format="%-d %b %Y", values=mondays, labelOverlap="greedy")
    week = alt.X("week:T", title="Week from", timeUnit="utcyearmonthdate", axis=days)
    kind = alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(_NAMES.values()), range=list(_COLOURS)))
    axis = alt.Axis(format="%")
    base = alt.Chart(alt.InlineData(values=values)).encode(x=week, color=kind)
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y("low:Q", title="Response rate, 95 % interval", axis=axis), y2=alt.Y2("high:Q")
    )
    ends = base.mark_rule(opacity=0.3).encode(y="low:Q", y2="high:Q")  # a kind with one week has no band
    line = base.mark_line(point=True).encode(
        y=alt.Y("value:Q", axis=axis),
        tooltip=[
            alt.Tooltip("week:T", title="Week from", timeUnit="utcyearmonthdate"),
            alt.Tooltip("kind:N", title="Messages"),
            alt.Tooltip("value:Q", title="Response rate", format=".1%"),
            alt.Tooltip("low:Q", title="at least", format=".1%"),
            alt.Tooltip("high:Q", title="at most", format=".1%"),
            alt.Tooltip("n:Q", title="Sent"),
        ],
    )
    return alt.layer(band, ends, line, title=title, width=640, height=320)


def write_chart(
    weeks: Sequence[WeekRate], path: str | Path, *, title: str = "Response rate by week of sending"
) -> None:
    """The chart as a file; its ending says which: .html (one file, scripts within, a table below), .png or .svg.

    Raises:
        ConfigurationError: another ending.
        MissingExtraError: altair or vl-convert is not installed.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in {".html", ".png", ".svg"}:
        raise ConfigurationError(f"{path.name!r} names no kind of chart; expected .html, .png or .svg")
    drawn = draw_rates(weeks, title=title)
    try:
        vl: Any = import_module("vl_convert")  # its types lack defaults
    except ImportError:
        raise MissingExtraError("messaging", needed_for="a chart as a file") from None
    if kind == ".png":
        path.write_bytes(vl.vegalite_to_png(drawn.to_json(), scale=2))
    elif kind == ".svg":
        path.write_text(vl.vegalite_to_svg(drawn.to_json()), encoding="utf-8")
    else:
        path.write_text(_page(drawn, weeks, title=title, script=vl.javascript_bundle()), encoding="utf-8")


def _page(drawn: alt.LayerChart | alt.FacetChart, weeks: Sequence[WeekRate], *, title: str, script: str) -> str:
    lines = "\n".join(
        f"<tr><td>{point.week.isoformat()}</td><td>{_NAMES[point.assisted]}</td><td>{point.rate.n}</td>"
        f"<td>{point.rate.value:.1%}</td><td>{point.rate.low:.1%} to {point.rate.high:.1%}</td></tr>"
        for point in weeks
    )
    spec = drawn.to_json(indent=None).replace("<", "\\u003c")  # nothing in it may end the script
    return _PAGE.format(title=escape(title), script=script, spec=spec, lines=lines)


def _monday(instant: datetime) -> date:
    day = instant.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())

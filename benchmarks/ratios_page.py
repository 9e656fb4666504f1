"""Every ratio with a peer or a floor, and the peers' own shares: a page with plots, and the table of the docs.

    python benchmarks/ratios_page.py [--docs]

Writes benchmarks/results/benchmarks.html from what stands in benchmarks/results/; with `--docs` also the table and the
plot of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any

import altair as alt
from bench import RESULTS, ROOT, Figure, short

PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "benchmarks.svg"
MARKED = re.compile(r"(<!-- ratios -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD = ("what", "ratio", "lowest to highest", "runs", "better is", "")
STYLE = """:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin:
2rem auto; padding: 0 1rem } .plot { background: #fff; border-radius: 8px; padding: 1rem; overflow-x: auto } table {
border-collapse: collapse; width: 100%; margin: 1rem 0 2rem } th, td { text-align: left; padding: .35rem .8rem .35rem 0;
border-top: 1px solid #8886; vertical-align: top } td.number { text-align: right; white-space: nowrap }"""


@dataclass(frozen=True)
class Run:
    """The ratios of one benchmark, and what it ran on."""

    name: str
    where: str
    figures: tuple[Figure, ...]


def read_runs() -> list[Run]:
    """Every run in benchmarks/results/ that holds a ratio."""
    found: list[Run] = []
    for path in sorted(RESULTS.glob("*.json")):
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        figures = tuple(Figure(**fields) for fields in record["figures"])
        ratios = tuple(figure for figure in figures if figure.is_shown or (figure.better and figure.unit))
        where = (
            f"`python benchmarks/{path.stem}.py`, {record['date'][:10]}, commit {record['commit']}: {record['cpu']}, "
            f"{record['cores']} cores, Python {record['python']}"
        )
        if ratios:
            found.append(Run(path.stem, where, ratios))
    return found


def rows_of(run: Run) -> list[tuple[str, ...]]:
    """The ratios of a run as rows of `HEAD`."""
    return [
        (
            figure.title,
            f"{short(figure.median)} {figure.unit}",
            f"{short(figure.low)} to {short(figure.high)}" if figure.n > 1 else "",
            str(figure.n),
            figure.better or "(peer)",
            figure.note,
        )
        for figure in run.figures
    ]


def markdown(runs: list[Run]) -> str:
    """A table a benchmark."""
    parts: list[str] = []
    for run in runs:
        lines = [f"### {run.name}", "", f"{run.where}.", "", f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
        parts.append("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows_of(run))]))
    return "\n\n".join(parts)


def plot(runs: list[Run]) -> alt.VConcatChart:
    """A point with its spread for each ratio, one as the line of being equal."""
    charts: list[alt.LayerChart | alt.FacetChart] = []
    for run in runs:
        values = [
            {"name": figure.title, **{side: getattr(figure, side) / (100 if figure.unit == "%" else 1)
                                     for side in ("low", "median", "high")}}
            for figure in run.figures
        ]  # fmt: skip
        order = [figure.title for figure in run.figures]
        base = alt.Chart(alt.InlineData(values=values)).encode(
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=420))
        )
        scale = alt.Scale(type="log")
        points = base.mark_point(filled=True, size=60).encode(x=alt.X("median:Q", scale=scale, title="ratio"))
        spread = base.mark_rule().encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
        one = alt.Chart(alt.InlineData(values=[{"one": 1}])).mark_rule(strokeDash=[4, 3], color="#888")
        charts.append(alt.layer(one.encode(x="one:Q"), spread, points, title=run.name, width=420))
    return alt.vconcat(*charts)


def page(runs: list[Run], svg: str) -> str:
    """The HTML page: the plot, and a table a benchmark."""
    tables: list[str] = []
    for run in runs:
        body = "".join(
            "<tr>" + "".join(f"<td{' class=number' if 0 < i < 4 else ''}>{escape(cell)}</td>" for i, cell in
                             enumerate(row)) + "</tr>"
            for row in rows_of(run)
        )  # fmt: skip
        head = "".join(f"<th scope=col>{name}</th>" for name in HEAD)
        where = escape(run.where.replace("`", ""))
        tables.append(f"<h2>{run.name}</h2><p>{where}</p><table><thead><tr>{head}</tr></thead>{body}</table>")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Overture's benchmarks</title><style>{STYLE}</style><h1>Overture beside its peers</h1>"
        f"<div class=plot role=img aria-label='Each ratio with its spread; the tables below say the same'>{svg}</div>"
        f"{''.join(tables)}</html>"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--docs", action="store_true", help="put them into docs/benchmarks.md too")
    chosen = asked.parse_args()
    runs = read_runs()
    vl: Any = import_module("vl_convert")  # its types lack defaults
    svg: str = vl.vegalite_to_svg(plot(runs).to_json())
    out = RESULTS / "benchmarks.html"
    out.write_text(page(runs, svg), encoding="utf-8")
    print(f"written: {out.relative_to(ROOT)}")
    if chosen.docs:
        PLOT.write_text(svg, encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MARKED.sub(lambda match: f"{match[1]}{markdown(runs)}\n{match[2]}", text), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}, {PLOT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

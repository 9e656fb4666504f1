# pyright: basic, reportMissingImports=false
# matplotlib is not installed when types are checked.
"""The risk-coverage curve of the shipped model on its test split: docs/reply-risk.png and docs/reply-risk.html.

    python benchmarks/reply_plot.py

Needs matplotlib (dependency group `compare`).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np

from overture.classification import ReplyClassifier
from overture.classification.examples import Example, read_corpus
from overture.classification.metrics import risk_coverage

DOCS: Final = Path(__file__).parents[1] / "docs"
PARTS: Final = ("English hard", "English", "other languages", "all")
PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Risk and coverage of the reply model</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td, th {{ padding: .1rem .8rem; text-align: right }}</style>
<h1>Risk and coverage of the reply model</h1>
<p>Model {label}, {rows:,} rows of the test split. Replies are taken from the surest down; the curve is the share of
wrong labels among those taken.</p>
{figure}
<table><tr><th>coverage<th>{head}</tr>{lines}</table></html>
"""


def main() -> None:
    """Judge the test split and write both files."""
    rows = [row for row in read_corpus() if row.split == "test"]
    classifier = ReplyClassifier.load()
    verdicts = classifier.classify_batch([row.text for row in rows], [row.outreach or None for row in rows])
    right = np.array([verdict.label == row.label for verdict, row in zip(verdicts, rows, strict=True)])
    sure = np.array([verdict.confidence for verdict in verdicts])
    curves = {
        part: risk_coverage(right[chosen], sure[chosen])
        for part in PARTS
        if (chosen := np.array([_is_in(row, part) for row in rows])).any()
    }
    mpl.use("Agg")
    from matplotlib import pyplot

    plot: Any = pyplot
    figure, axes = plot.subplots(figsize=(8, 5))
    for part, curve in curves.items():
        coverage, risk = zip(*curve[9:], strict=True)
        axes.plot([100 * value for value in coverage], [100 * value for value in risk], label=part)
    axes.set(xlabel="coverage, % of replies labelled", ylabel="risk, % of them wrong", xlim=(0, 100), ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(DOCS / "reply-risk.png", dpi=110)
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None})
    steps = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
    lines = "".join(
        f"<tr><td>{step:.0%}" + "".join(f"<td>{_risk_at(curve, step):.1%}" for curve in curves.values()) + "</tr>"
        for step in steps
    )
    page = PAGE.format(
        label=classifier.model.manifest.label,
        rows=len(rows),
        figure=drawing.getvalue()[drawing.getvalue().index("<svg") :],
        head="<th>".join(curves),
        lines=lines,
    )
    (DOCS / "reply-risk.html").write_text(
        "\n".join(line.rstrip() for line in page.splitlines()) + "\n", encoding="utf-8"
    )
    print(f"{DOCS / 'reply-risk.png'} and .html: {len(rows):,} rows, {1 - right.mean():.1%} wrong at full coverage")


def _is_in(row: Example, part: str) -> bool:
    english = row.lang == "en"
    return {"English hard": english and row.is_hard, "English": english, "other languages": not english, "all": True}[
        part
    ]


def _risk_at(curve: list[tuple[float, float]], coverage: float) -> float:
    return next((risk for reached, risk in curve if reached >= coverage), curve[-1][1])


if __name__ == "__main__":
    main()

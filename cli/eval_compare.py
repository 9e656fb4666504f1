"""`overture eval compare`: two runs, case by case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from overture.errors import ConfigurationError

from .messaging_options import AsJson

if TYPE_CHECKING:
    from overture.eval.compare import Comparison
    from overture.eval.paired import PairedDifference

Common = Annotated[
    bool, typer.Option("--common", help="Where suite or data changed: compare the cases that both runs have, by id.")
]


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="The baseline's run folder.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The challenger's run folder.")],
    common: Common = False,
    level: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    slices: Annotated[bool, typer.Option("--slices", help="Show every slice, not only those that differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what changed from run A to run B, paired by case; p-values are Holm's over everything compared."""
    from .opening import one_line_errors

    if not 0 < level < 1:
        raise ConfigurationError(f"--level {level} is no level: between 0 and 1, such as 0.95")
    with one_line_errors("eval", needed_for="eval"):
        from overture.eval.compare import compare_runs
        from overture.eval.run_folder import RunFolder

        found = compare_runs(RunFolder.open(a), RunFolder.open(b), common=common, level=level)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        show_comparison(found, slices=slices)


def show_comparison(found: Comparison, *, slices: bool) -> None:
    """Print the differences: every metric as a whole, and the slices that differ, or all of them."""
    from .tables import show_table

    typer.echo(f"A: {found.baseline}")
    typer.echo(f"B: {found.challenger}")
    typer.echo()
    shown = [each for each in found.differences if slices or not each.slice or each.p_holm < 1 - found.level]
    headings = (
        "Metric",
        "Cases",
        "A",
        "B",
        "Difference",
        f"{found.level:.0%} interval",
        "Better",
        "Worse",
        "p",
        "Holm",
    )
    show_table(headings, (_row(each) for each in shown))
    hidden = len(found.differences) - len(shown)
    lines = [f"{hidden} slices are not shown to differ; --slices shows them"] if hidden else []
    gone, added = found.missing
    lines += [f"only A ran {', '.join(gone)}"] if gone else []
    lines += [f"only B ran {', '.join(added)}"] if added else []
    for line in (*lines, *found.notes):
        typer.echo(f"overture: note: {line}", err=True)


def _row(each: PairedDifference) -> tuple[object, ...]:
    from overture.eval.paired_words import amount, between, value

    kind = each.kind
    return (
        each.name,
        each.n,
        *(None if at is None else value(at, kind) for at in (each.baseline, each.challenger)),
        None if each.difference is None else amount(each.difference, kind, sign="+"),
        None if each.low is None or each.high is None else between(each.low, each.high, kind),
        each.gains,
        each.losses,
        f"{each.p_value:.2g}",
        f"{each.p_holm:.2g}",
    )

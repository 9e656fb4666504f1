"""`overture eval report`: the HTML page of a run, alone or held against a baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .eval_compare import Common
from .output_files import check_output
from .text import plain


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run folder.")],
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="What it is compared with, and held against.")
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="gate.toml, whose verdict stands first; see `overture eval gate`."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; without it RUN/report.html.")] = None,
    common: Common = False,
) -> None:
    """Write a run's report: one HTML file, which shows texts of cases and loads nothing."""
    from .opening import one_line_errors

    with one_line_errors("eval", needed_for="eval"):
        from overture.eval.gate import gate_runs
        from overture.eval.gate_config import read_gate_config
        from overture.eval.report import write_report
        from overture.eval.run_folder import RunFolder

        opened = RunFolder.open(run)
        before = None if baseline is None else RunFolder.open(baseline)
        settings = None if gate is None else read_gate_config(gate)
        is_judged = before is not None or settings is not None
        verdict = gate_runs(opened, baseline=before, config=settings, common=common) if is_judged else None
        path = write_report(opened, out=out and check_output(out), baseline=before, verdict=verdict)
    typer.echo(plain(str(path)))

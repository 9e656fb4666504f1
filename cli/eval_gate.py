"""`overture eval gate`: PASS, FAIL or INCONCLUSIVE for CI, as exit codes 0, 1 and 2; a wrong input is 3."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand

from overture.errors import OvertureError

from .eval_compare import Common
from .messaging_options import AsJson
from .text import plain

if TYPE_CHECKING:
    from overture.eval.gate_verdict import GateVerdict

NO_VERDICT: Final = 3
"""The exit code where there is no verdict: 2, which a wrong input ends with elsewhere, is INCONCLUSIVE here."""


class GateCommand(TyperCommand):
    """A command whose wrong options end with 3 too."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """The context, or an error with the gate's exit code."""
        try:
            return super().make_context(*arguments, **options)
        except typer.TyperException as error:
            error.exit_code = NO_VERDICT
            raise


def gate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run folder to judge.")],
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="What it is held against; without it only absolute limits count.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="gate.toml; without it the margins of the suites.")
    ] = None,
    common: Common = False,
    passed: Annotated[bool, typer.Option("--all", help="Show the checks that passed too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a release may go out: exit 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 where there is no verdict."""
    from .opening import one_line_errors

    try:
        with one_line_errors("eval", needed_for="eval"):
            from overture.eval.gate import gate_runs
            from overture.eval.gate_config import read_gate_config
            from overture.eval.run_folder import RunFolder

            settings = None if config is None else read_gate_config(config)
            before = None if baseline is None else RunFolder.open(baseline)
            verdict = gate_runs(RunFolder.open(run), baseline=before, config=settings, common=common)
    except OvertureError as error:
        if os.environ.get("OVERTURE_DEBUG", "") not in {"", "0"}:
            raise
        typer.echo(f"overture: {' '.join(plain(str(error)).split())}", err=True)
        raise typer.Exit(NO_VERDICT) from None
    if as_json:
        told = {"outcome": verdict.outcome, "exit_code": verdict.exit_code, "reasons": verdict.reasons}
        typer.echo(json.dumps({**told, **asdict(verdict)}, indent=2, ensure_ascii=False))
    else:
        show_verdict(verdict, passed=passed)
    raise typer.Exit(verdict.exit_code)


def show_verdict(verdict: GateVerdict, *, passed: bool) -> None:
    """Print the verdict and the checks behind it; those that passed only where asked."""
    typer.echo(verdict.outcome)
    shown = [check for check in verdict.checks if passed or check.outcome != "PASS"]
    for check in shown:
        typer.echo(f"  {check.outcome:<12}  {plain(check.name)}: {plain(check.reason)}")
    held = len(verdict.checks) - len(shown)
    if held:
        typer.echo(f"  {held} checks passed" + ("" if shown else "; --all shows them"))
    for note in verdict.notes:
        typer.echo(f"overture: note: {plain(note)}", err=True)

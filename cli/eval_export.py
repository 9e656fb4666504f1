"""`overture eval export`: a run in the form of another tool."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .output_files import check_output
from .text import plain


class ExportFormat(StrEnum):
    """The forms there are."""

    INSPECT = "inspect"


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to, such as run.json; an old one is lost.")],
    form: Annotated[ExportFormat, typer.Option("--format", help="inspect: a log for inspect-ai's viewer.")],
) -> None:
    """Write a run for another tool: `inspect view` shows every case; the file holds texts of cases."""
    from .opening import one_line_errors

    with one_line_errors("eval", needed_for="eval"):
        from overture.eval.inspect_log import write_inspect_log
        from overture.eval.run_folder import RunFolder

        writers = {ExportFormat.INSPECT: write_inspect_log}
        writers[form](RunFolder.open(run), check_output(out))
    typer.echo(plain(str(out)))

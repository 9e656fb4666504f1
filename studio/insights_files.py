"""The report as a file to keep: CSV or Parquet, a line for each view and grouping (I-3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from starlette.responses import Response

from overture.messaging.insights import Insights, write_csv, write_parquet

FileKind = Literal["csv", "parquet"]
MEDIA_OF: Final[dict[FileKind, str]] = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_WRITE: Final[dict[FileKind, Callable[[Insights, Path], None]]] = {"csv": write_csv, "parquet": write_parquet}


def report_file(report: Insights, kind: FileKind, *, name: str) -> Response:
    """A report as an answer that a browser saves under this name."""
    with TemporaryDirectory(prefix="overture-") as folder:
        path = Path(folder) / "report"
        _WRITE[kind](report, path)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=MEDIA_OF[kind], headers=headers)

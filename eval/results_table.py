"""`cases.parquet`: one row for each case of a run, written from the journal and streamed back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

from overture.errors import InputError, MissingExtraError

from .result import CaseResult
from .result_row import ResultRow, result_of

TABLE: Final = "cases.parquet"
_ROWS_AT_ONCE: Final = 1_000
_KINDS: Final = {"ordinal": "int64", "seconds": "float64", "cached": "bool_"}


def write_rows(path: Path, rows: Iterable[ResultRow]) -> None:
    """Write the table, in its place only when it is whole.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    pa, parquet = _pyarrow(""), _pyarrow(".parquet")
    schema = pa.schema([(name, getattr(pa, _KINDS.get(name, "string"))()) for name in ResultRow._fields])
    new = path.with_name(path.name + ".new")
    source = iter(rows)
    with parquet.ParquetWriter(new, schema, compression="zstd") as writer:
        while batch := list(islice(source, _ROWS_AT_ONCE)):
            columns = [
                pa.array([bool(value) for value in column] if field.name == "cached" else column, field.type)
                for field, column in zip(schema, zip(*batch, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    os.replace(new, path)


def read_rows(path: Path, *, suite: str | None = None) -> Iterator[ResultRow]:
    """The rows of a table, streamed; of one suite if it is named.

    Raises:
        InputError: there is no table, or it cannot be read.
        MissingExtraError: pyarrow is not installed.
    """
    pa, parquet = _pyarrow(""), _pyarrow(".parquet")
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(ResultRow._fields)):
                columns = [batch.column(name).to_pylist() for name in ResultRow._fields]
                for values in zip(*columns, strict=True):
                    row = ResultRow(*values)
                    if suite is None or row.suite == suite:
                        yield row
    except FileNotFoundError:
        raise InputError("there is no table of cases", path=str(path), expected="the folder of a run") from None
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        problem = f"cannot be read ({str(error).splitlines()[0]})"
        raise InputError(problem, path=str(path), expected=f"the {TABLE} of a run") from None


def read_results(path: Path, *, suite: str | None = None) -> Iterator[CaseResult]:
    """The results of a table, streamed; of one suite if it is named.

    Raises:
        InputError: there is no table, or it cannot be read.
    """
    return map(result_of, read_rows(path, suite=suite))


def _pyarrow(part: str) -> Any:
    try:
        return import_module(f"pyarrow{part}")  # it ships no types
    except ImportError as error:
        raise MissingExtraError("eval", needed_for="a run's table of cases") from error

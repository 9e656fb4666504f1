"""The files of an evaluation set: written beside and put in their places all at once, and read (F-2, F-6)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from overture.errors import InputError, MissingExtraError

from .eval_cases import CONTENT, FLOATS, HEAD, INTEGERS, EvalCase, EvalSetManifest, Split

JSONL: Final = "cases.jsonl"
PARQUET: Final = "cases.parquet"
LINEAGE: Final = "lineage.jsonl"
MANIFEST: Final = "manifest.json"
_SWAP: Final = "swap.json"
_NEW: Final = ".new"
_BLOCK: Final = 16 * 1024 * 1024
_ROWS_AT_ONCE: Final = 1_000
_SHOW_EVERY: Final = 10_000


def read_manifest(folder: str | Path) -> EvalSetManifest:
    """What a set is made of.

    Raises:
        InputError: there is no set, or it is of another format.
    """
    finish_swap(Path(folder))
    path = Path(folder) / MANIFEST
    try:
        return EvalSetManifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise InputError("there is no evaluation set", path=str(path), expected="a folder of `build-set`") from None
    except ValidationError as error:
        raise InputError(f"is no manifest: {error.errors()[0]['msg']}", path=str(path)) from None


def read_eval_set(
    folder: str | Path, *, split: Split | None = None, form: Literal["jsonl", "parquet"] = "jsonl"
) -> Iterator[EvalCase]:
    """The cases of a set, evaluation first, streamed from either of its files.

    Raises:
        InputError: there is no set, its file is not the one of its manifest, or a line is no case.
        MissingExtraError: Parquet without pyarrow.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    name = JSONL if form == "jsonl" else PARQUET
    path = folder / name
    size = path.stat().st_size if path.is_file() else -1
    if size != manifest.files[name][0]:
        raise InputError("is not the file of the manifest beside it", path=str(path), expected="one that was built")
    for number, row in enumerate(_json_rows(path) if form == "jsonl" else _parquet_rows(path), 1):
        if split is None or row.get("split") == split:
            try:
                case = EvalCase.from_row(row)
            except (ValidationError, KeyError, ValueError):
                raise InputError(f"row {number} is no case", path=str(path)) from None
            yield case


def write_new(folder: Path, name: str, lines: Iterable[str], *, show: Callable[[int], None]) -> tuple[int, str]:
    """Write lines beside the file that they will replace; gives bytes and SHA-256."""
    digest = hashlib.sha256()
    size = number = 0
    with (folder / (name + _NEW)).open("wb", buffering=1 << 20) as file:
        for number, line in enumerate(lines, 1):
            raw = line.encode() + b"\n"
            digest.update(raw)
            size += len(raw)
            file.write(raw)
            if number % _SHOW_EVERY == 0:
                show(number)
        _flush(file)
    show(number)
    return size, digest.hexdigest()


def write_new_parquet(folder: Path) -> tuple[int, str]:
    """The same cases as the JSONL beside it, column by column.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    pa, parquet, lines = (_pyarrow(part) for part in ("", ".parquet", ".json"))
    source, target = folder / (JSONL + _NEW), folder / (PARQUET + _NEW)
    schema = _schema(pa)
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        if source.stat().st_size:
            reader = lines.open_json(
                source,
                read_options=lines.ReadOptions(block_size=max(_BLOCK, 2 * _longest_line(source)), use_threads=False),
                parse_options=lines.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
            )
            for batch in reader:
                writer.write_batch(batch)
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return target.stat().st_size, digest.hexdigest()


def swap_in(folder: Path, manifest: EvalSetManifest, *, names: Iterable[str] = (JSONL, PARQUET, LINEAGE)) -> None:
    """Put the new files in their places with their manifest; from the first step on, whoever comes next finishes it."""
    names = (*names, MANIFEST)
    _write_whole(folder / (MANIFEST + _NEW), manifest.model_dump_json(indent=2) + "\n")
    _write_whole(folder / (_SWAP + _NEW), json.dumps(names))
    os.replace(folder / (_SWAP + _NEW), folder / _SWAP)
    finish_swap(folder)


def finish_swap(folder: Path) -> None:
    """Finish what was broken off; nothing happens where nothing was."""
    journal = folder / _SWAP
    try:
        names = json.loads(journal.read_bytes())
    except FileNotFoundError:
        return
    for name in names:
        try:
            os.replace(folder / (name + _NEW), folder / name)
        except FileNotFoundError:  # done already, before it was broken off
            continue
    journal.unlink(missing_ok=True)


def drop_unfinished(folder: Path) -> None:
    """Take away what a build left that did not come to its end."""
    for left in folder.glob("*" + _NEW):
        left.unlink(missing_ok=True)


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            row = json.loads(line)
            yield row if isinstance(row, dict) else {}


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    with _pyarrow(".parquet").ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
            yield from batch.to_pylist()


def _pyarrow(part: str) -> Any:
    try:
        return import_module(f"pyarrow{part}")  # it ships no types
    except ImportError as error:
        raise MissingExtraError("feedback", needed_for="Parquet") from error


def _schema(pa: Any) -> Any:
    def kind(name: str) -> Any:
        return pa.int64() if name in INTEGERS else pa.float64() if name in FLOATS else pa.string()

    return pa.schema([pa.field(name, kind(name)) for name in (*HEAD, *CONTENT)])


def _longest_line(path: Path) -> int:
    with path.open("rb") as file:
        return max(map(len, file), default=0)


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        _flush(file)


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())

"""The files of a run, written from its store: JSONL or Parquet by the name, whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from overture.errors import ConfigurationError, InputError, MissingExtraError
from overture.generation.draft import Draft, Usage

STDOUT: Final = "-"
_GROUP: Final = 1_000
_SUFFIXES: Final = frozenset({".jsonl", ".ndjson", ".json"})
_FIELDS: Final = {
    "number": "int64", "id": "string", "file": "string", "line": "int64", "subject": "string", "body": "string",
    "writer": "string", "fallback": "string", "fallback_reason": "string", "context_hash": "string",
    "prompt": "string", "prompt_version": "int64", "prompt_fingerprint": "string", "options": "string",
    "findings": "string", "repairs": "int64", "evidence": "string", "warnings": "string", "requests": "int64",
    "input_tokens": "int64", "output_tokens": "int64", "cached_tokens": "int64", "price": "string",
    "seconds": "float64", "likeness": "float64", "redrafted": "bool",
}  # fmt: skip
_NESTED: Final = frozenset({"options", "findings", "evidence", "warnings"})


def record_of(
    draft: Draft, *, number: int, id_: str, file: str, line: int | None, likeness: float | None, redrafted: bool
) -> dict[str, Any]:
    """One line of the output: the message with its audit record (D-14), and the sources of each sentence (D-10).

    `requests`, tokens and `price` are those of the answers it rests on; candidates who share an answer each show it.
    """
    usage, prompt, fallback = usage_fields(draft.usage), draft.prompt, draft.fallback
    values = (
        number, id_, file, line, draft.subject, draft.body,
        draft.writer, fallback and fallback.kind, fallback and fallback.reason, draft.context_hash,
        prompt.name, prompt.version, prompt.fingerprint, draft.options,
        [finding.code for finding in draft.findings], len(draft.repairs),
        [[each.start, each.end, sorted({source for fact in each.facts for source in fact.sources})]
         for each in draft.sentences],
        list(draft.warnings), *usage.values(),
        round(draft.seconds, 6), likeness, redrafted,
    )  # fmt: skip
    return dict(zip(_FIELDS, values, strict=True))


def usage_fields(usage: Usage) -> dict[str, Any]:
    """What the answers behind a draft cost, as fields of its line."""
    return {
        "requests": usage.requests, "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens, "price": None if usage.price is None else f"{usage.price.normalize():f}",
    }  # fmt: skip


def check_output(out: str, *, errors: str | None, inputs: list[Path]) -> None:
    """Refuse outputs that would be written over an input or each other, endings that are not written, and places
    where nothing can be written: before anything is paid, not after.

    Raises:
        ConfigurationError: names the path and what to do.
        InputError: a file cannot be written there.
    """
    for path in (out, errors):
        if path is None or path == STDOUT:
            continue
        suffix = Path(path).suffix.casefold()
        if suffix not in _SUFFIXES and (suffix != ".parquet" or path == errors):
            form = "a .jsonl file" if path == errors else "a .jsonl or .parquet file"
            raise ConfigurationError(f"{path!r} has no ending that is written: give {form}")
        if any(_is_same(Path(path), other) for other in inputs):
            raise ConfigurationError(f"{path!r} is an input and would be written over: name another file")
    if errors is not None and (errors == STDOUT or _is_same(Path(out), Path(errors))):
        raise ConfigurationError("--errors needs a file of its own")
    for path in (out, errors):
        if path is not None and path != STDOUT:
            _check_place(Path(path))


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise InputError("cannot be written (it is a folder)", path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", path=str(path)) from None


def write_records(path: str, records: Iterator[dict[str, Any]]) -> None:
    """Write records to a file, which is replaced in the end, or to stdout (`-`) as JSONL.

    Raises:
        InputError: the file cannot be written.
        MissingExtraError: Parquet needs `overture[bulk]`.
    """
    if path == STDOUT:
        _write_lines(sys.stdout.buffer, records)
        sys.stdout.buffer.flush()
        return
    with _replacing(Path(path)) as file:
        if Path(path).suffix.casefold() == ".parquet":
            _write_parquet(file, records)
        else:
            _write_lines(file, records)


def _write_lines(file: IO[bytes], records: Iterator[dict[str, Any]]) -> None:
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _write_parquet(file: IO[bytes], records: Iterator[dict[str, Any]]) -> None:
    try:
        arrow: Any = import_module("pyarrow")  # it ships no types
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("bulk", needed_for="Parquet") from error
    schema = arrow.schema(
        [(name, getattr(arrow, kind if kind != "bool" else "bool_")()) for name, kind in _FIELDS.items()]
    )
    with parquet.ParquetWriter(file, schema) as writer:
        for group in _groups(records):
            rows = [{name: _flat(name, record.get(name)) for name in _FIELDS} for record in group]
            writer.write_table(arrow.Table.from_pylist(rows, schema=schema))


def _flat(name: str, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if name in _NESTED else value


def _groups(records: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for record in records:
        group.append(record)
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


@contextmanager
def _replacing(path: Path) -> Generator[IO[bytes]]:
    """A new file that takes the place of the old one when all of it is on the disk."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", path=str(path)) from None
    finally:
        new.unlink(missing_ok=True)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()

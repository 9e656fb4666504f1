"""The candidates of a run, one after the other, from JSONL, Parquet, single files, folders and globs; none is held."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import glob, has_magic
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from overture.errors import InputError, MissingExtraError
from overture.people import Candidate
from overture.sources import parse_candidate
from overture.sources.files import decode, load, parse_json
from overture.sources.readers import read_candidate
from overture.sources.shapes import is_list

from .keys import file_digest, input_digest

MOST_LINE_BYTES: Final = 20 * 1024 * 1024
_PARQUET_ROWS: Final = 256
_COMPRESSED: Final = frozenset({".bz2", ".gz", ".xz", ".zst"})
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINES: Final = frozenset({".jsonl", ".ndjson"})
_READ: Final = frozenset({".json", ".jsonl", ".ndjson", ".parquet", ".yaml", ".yml", ".zip"})
_EXPECTED: Final = "JSONL, Parquet, or files that `overture draft --candidate` reads"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate of the input, not read yet; `line` is its line, or its row from 1, None for a file of its own.

    `data` is the line's bytes, or data that is loaded already, or None: then the file itself is the profile.
    """

    number: int
    file: str
    line: int | None
    digest: str
    data: Any = None
    error: InputError | None = None

    def candidate(self) -> Candidate:
        """The candidate of this row.

        Raises:
            InputError: the row is none; names the field.
        """
        if self.error is not None:
            raise self.error
        if self.data is None:
            return read_candidate(self.file)
        if isinstance(self.data, bytes):
            return _parse_line(self.data)
        return parse_candidate(self.data)

    @property
    def name(self) -> str:
        """What stands for a candidate without an id."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def find_files(given: str) -> list[Path]:
    """The files of a file name, a folder or a glob, in the order of their names.

    Raises:
        InputError: there is none.
    """
    path = Path(given)
    if path.is_dir():
        with os.scandir(path) as entries:
            # a folder in it is a member's data export
            names = [each.name for each in entries if each.is_dir() or Path(each.name).suffix.casefold() in _READ]
        found = [path / name for name in sorted(names)]
    elif path.exists() or not has_magic(given):
        found = [path]
    else:
        found = [Path(name) for name in sorted(glob(given, recursive=True))]
    if not found:
        raise InputError("holds no file that is read", path=given, expected=_EXPECTED)
    if not found[0].exists():
        raise InputError("there is no such file", path=given, expected=_EXPECTED)
    for each in found:
        if each.suffix.casefold() in _COMPRESSED:
            raise InputError("is compressed, which is not read", path=str(each), expected="the file that is in it")
    return found


def is_among(path: Path, given: str) -> bool:
    """Whether a file or folder that is to be written would be found as an input at the next start."""
    path, within = path.absolute(), Path(given).absolute()
    if within.is_dir():
        return path.parent == within
    if not has_magic(given):
        return False
    return ("**" in given or path.parent.match(str(within.parent))) and fnmatch(path.name, within.name)


def read_rows(files: list[Path]) -> Iterator[CandidateRow]:
    """The rows of all files in order, numbered from 0, in constant memory; a file that cannot be read is one row."""
    number = 0
    for path in files:
        try:
            for line, digest, data, error in _rows(path):
                yield CandidateRow(
                    number=number, file=str(path), line=line, digest=digest, data=data, error=error
                )  # fmt: skip
                number += 1
        except InputError as error:
            yield CandidateRow(number=number, file=str(path), line=None, digest=input_digest(b""), error=error)
            number += 1
        except OSError as error:
            told = InputError(f"cannot be read ({error.strerror})", expected="a file that opens")
            yield CandidateRow(number=number, file=str(path), line=None, digest=input_digest(b""), error=told)
            number += 1


def count_rows(files: list[Path]) -> int:
    """About how many rows there are, for a progress bar: lines, Parquet's own count, and one for any other file."""
    return sum(map(_count, files))


_Row = tuple[int | None, str, Any, InputError | None]


def _rows(path: Path) -> Iterator[_Row]:
    suffix = path.suffix.casefold()
    if path.is_dir() or suffix == ".zip":
        yield None, _digest_of_export(path), None, None
    elif suffix == ".parquet":
        yield from _parquet(path)
    elif suffix in _LINES:
        with path.open("rb") as file:
            yield from _lines(file)
    else:
        loaded = load(path)
        if loaded.kind == "lines":
            with path.open("rb") as file:
                yield from _lines(file)
        elif is_list(loaded.data):
            for number, entry in enumerate(loaded.data, 1):
                yield number, _digest_of(entry), entry, None
        else:
            is_read = loaded.kind == "data"  # then whoever drafts need not read it again
            yield None, input_digest(path.read_bytes()), loaded.data if is_read else None, None


def _count(path: Path) -> int:
    suffix = path.suffix.casefold()
    try:
        if suffix == ".parquet":
            return int(import_module("pyarrow.parquet").read_metadata(path).num_rows)
        if suffix in _LINES:
            with path.open("rb") as file:
                return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
    except Exception:  # noqa: BLE001 - said in its turn, when the file is read
        return 1
    return 1


def _parse_line(line: bytes) -> Candidate:
    try:
        data = parse_json(decode(line.strip(), path="")[0])
    except InputError as error:
        # whoever reads this has the number of the line beside it
        problem = error.problem.replace(" at line 1, column", " at column").replace("the file", "the line")
        raise InputError(problem, field=error.field, expected=error.expected) from None
    return parse_candidate(data)


def _lines(file: IO[bytes]) -> Iterator[_Row]:
    number = 0
    if file.read(2) in _UTF_16:
        raise InputError("is UTF-16, of which lines are not read", expected="the file saved as UTF-8")
    file.seek(0)
    while line := file.readline(MOST_LINE_BYTES):
        number += 1
        if len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(MOST_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            error = InputError("the line is too long", expected=f"at most {MOST_LINE_BYTES >> 20} MB")
            yield number, input_digest(b""), None, error
        elif line.strip():
            yield number, input_digest(line), line, None


def _parquet(path: Path) -> Iterator[_Row]:
    try:
        arrow: Any = import_module("pyarrow")  # it ships no types
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("bulk", needed_for="Parquet") from error
    unreadable: type[Exception] = arrow.ArrowException
    try:
        with parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
                for record in batch.to_pylist():
                    number += 1
                    data = _without_nulls(record)
                    yield number, _digest_of(data), data, None
    except unreadable as error:
        raise InputError(f"cannot be read as Parquet ({type(error).__name__})", expected="a Parquet file") from error


def _without_nulls(value: Any) -> Any:
    """A record as JSON would have it: a field that is null in Parquet is one that is not there."""
    if isinstance(value, dict):
        items: Any = value.items()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # data of any shape
        return {str(name): _without_nulls(each) for name, each in items if each is not None}
    if isinstance(value, list):
        entries: list[Any] = value  # pyright: ignore[reportUnknownVariableType]  # likewise
        return [_without_nulls(each) for each in entries]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _digest_of_export(path: Path) -> str:
    """Of what is in a ZIP, or of names and contents in a folder, wherever that lies."""
    if not path.is_dir():
        return file_digest(path)
    held = sorted((each.relative_to(path).as_posix(), each) for each in path.rglob("*") if each.is_file())
    return _digest_of([(name, file_digest(each)) for name, each in held])


def _digest_of(data: Any) -> str:
    return input_digest(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode())

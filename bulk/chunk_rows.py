"""The rows of an input in chunks, as text that any machine can read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from overture.errors import InputError

from .candidate_rows import CandidateRow
from .missing import rows_there
from .run_store import RunStore

CHUNK_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of the input: a name that says which and what is in them, and the rows as text."""

    name: str
    rows: str
    is_there: bool = False
    """Whether the run holds all of these rows."""


class Chunks:
    """The chunks of an input, once, the same for the same input, whoever reads it; none is held."""

    def __init__(self, rows: Iterable[CandidateRow], *, size: int, store: RunStore) -> None:
        self._rows, self._size, self._store = iter(rows), size, store
        self.looked_at = 0
        """How many rows were looked at so far."""

    def __iter__(self) -> Iterator[Chunk]:
        for group, there in self._groups():
            text = write_chunk(group)
            digest = hashlib.sha256(text.encode()).hexdigest()
            yield Chunk(
                name=f"{group[0].number:010}-{digest[:16]}", rows=text, is_there=len(there) == len(group)
            )  # fmt: skip

    def missing(self) -> int:
        """How many rows the run does not hold; looks at the rest where the store may hold rows of an earlier input."""
        if self._store.last() >= self.looked_at:
            for _ in self._groups():
                pass
        return self.looked_at - self._store.count(below=self.looked_at)

    def _groups(self) -> Iterator[tuple[list[CandidateRow], set[int]]]:
        while group := list(islice(self._rows, self._size)):
            self.looked_at += len(group)
            yield group, rows_there(self._store, group)


def write_chunk(rows: Iterable[CandidateRow]) -> str:
    """Rows as text that any machine can read: a profile in a file of its own is read here."""
    told = [_told(row) for row in rows]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=float)  # a Decimal, where a file had one


def read_chunk(text: str) -> list[CandidateRow]:
    """The rows that `write_chunk` wrote."""
    rows: list[CandidateRow] = []
    for number, file, line, digest, kind, data in json.loads(text):
        error, given = None, data
        if kind == "error":
            error, given = InputError(**data), None
        elif kind == "bytes":
            given = base64.b64decode(data)
        elif kind == "line":
            given = data.encode()
        rows.append(CandidateRow(number=number, file=file, line=line, digest=digest, data=given, error=error))
    return rows


def _told(row: CandidateRow) -> list[Any]:
    head: list[Any] = [row.number, row.file, row.line, row.digest]
    if isinstance(row.data, bytes):
        try:
            return [*head, "line", row.data.decode()]
        except UnicodeDecodeError:
            return [*head, "bytes", base64.b64encode(row.data).decode()]
    if row.data is not None:
        return [*head, "data", row.data]
    try:
        return [*head, "data", row.candidate().model_dump(mode="json", exclude_defaults=True, exclude={"source"})]
    except InputError as error:
        told = {"problem": error.problem, "path": error.path, "field": error.field, "expected": error.expected}
        return [*head, "error", told]

"""The rows of an input in chunks, as text that any machine can read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from overture.errors import InputError

from .candidate_rows import CandidateRow
from .run_store import RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of the input: a name that says which and what is in them, and the rows as text."""

    name: str
    rows: str


class Chunks:
    """The chunks of an input, the same for the same input, whoever reads it; none is held."""

    def __init__(self, rows: Iterable[CandidateRow], *, size: int) -> None:
        self._rows, self._size = rows, size
        self.looked_at = 0
        """How many rows went into them so far."""

    def __iter__(self) -> Iterator[Chunk]:
        rest = iter(self._rows)
        while group := list(islice(rest, self._size)):
            self.looked_at += len(group)
            text = write_chunk(group)
            digest = hashlib.sha256(text.encode()).hexdigest()
            yield Chunk(name=f"{group[0].number:010}-{digest[:16]}", rows=text)

    def missing(self, store: RunStore) -> int:
        """How many of these rows a run does not hold."""
        return self.looked_at - sum(1 for _ in store.rows(below=self.looked_at))


def write_chunk(rows: Iterable[CandidateRow]) -> str:
    """Rows as text that any machine can read: a profile in a file of its own is read here."""
    return json.dumps([_told(row) for row in rows], ensure_ascii=False, separators=(",", ":"))


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

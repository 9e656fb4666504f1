"""What an encoder makes of the corpus, kept in a file by the encoder's hash: encoding is most of a night's work (F-4).

Records are appended and checked by a sum of their own, so that a run that is killed at any instant loses at most the
record it was writing. Corrections are never kept here: their texts are people's (F-3).
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from overture.classification.encoder import ReplyEncoder
    from overture.classification.tokens import Tokens

    Floats = NDArray[np.float32]

Counted = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""
_KEY: Final = 32
_SUM: Final = 4
_ROWS_A_SYNC: Final = 64


class Vectors(NamedTuple):
    """The pooled vectors of replies after each step, each of shape (rows, width)."""

    first: Floats
    second: Floats


def encode(encoder: ReplyEncoder, items: Sequence[Tokens], *, counted: Counted | None = None) -> Vectors:
    """The vectors of replies that are not to be kept."""
    rows: list[Floats] = []
    for done, item in enumerate(items, start=1):
        rows.append(_encode(encoder, item))
        if counted and (done % _ROWS_A_SYNC == 0 or done == len(items)):
            counted(done, len(items))
    return _split(rows)


def encode_corpus(
    encoder: ReplyEncoder, items: Sequence[Tokens], file: Path, *, counted: Counted | None = None
) -> Vectors:
    """The vectors of the corpus, read from `file` as far as they are there, else made and added to it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [_key(item) for item in items]
    with _open(file) as stream:
        held = _read(stream)
        missing = [(key, item) for key, item in dict(zip(keys, items, strict=True)).items() if key not in held]
        done = len(items) - len(missing)
        for number, (key, item) in enumerate(missing, start=1):
            held[key] = _encode(encoder, item)
            _append(stream, key, held[key])
            if number % _ROWS_A_SYNC == 0 or number == len(missing):
                stream.flush()
                os.fsync(stream.fileno())
                if counted:
                    counted(done + number, len(items))
    return _split([held[key] for key in keys])


def _encode(encoder: ReplyEncoder, item: Tokens) -> Floats:
    first = encoder.first(item)
    return np.concatenate([first.pooled(), encoder.second(first).pooled()])


def _split(rows: Iterable[Floats]) -> Vectors:
    both = np.stack(list(rows))
    width = both.shape[1] // 2
    return Vectors(both[:, :width], both[:, width:])


def _key(item: Tokens) -> bytes:
    return hashlib.sha256(np.array([item.own, *item.ids], np.int64).tobytes()).digest()


def _open(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o644), "r+b")


def _read(stream: IO[bytes]) -> dict[bytes, Floats]:
    """Every whole record; what a killed run left behind the last of them is cut off."""
    held: dict[bytes, Floats] = {}
    end = 0
    while head := stream.read(4):
        size = int.from_bytes(head, "little") if len(head) == 4 else 0
        record = stream.read(_KEY + size + _SUM)
        if not size or size % 8 or len(record) < _KEY + size + _SUM or _sum(record[:-_SUM]) != record[-_SUM:]:
            break
        held[record[:_KEY]] = np.frombuffer(record[_KEY:-_SUM], "<f4")
        end = stream.tell()
    stream.seek(end)
    stream.truncate()
    return held


def _append(stream: IO[bytes], key: bytes, vector: Floats) -> None:
    record = key + vector.astype("<f4").tobytes()
    stream.write((len(record) - _KEY).to_bytes(4, "little") + record + _sum(record))


def _sum(record: bytes) -> bytes:
    return zlib.crc32(record).to_bytes(4, "little")

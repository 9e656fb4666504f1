"""Near-duplicates: MinHash over word shingles, and which of them stays, in an index on disk (F-2).

Of texts that are alike one stays: those for evaluation come first, and of each side the earliest. A text is left out
if one that stays is like it, and this is so whatever the order in which texts came or went.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from overture.near_duplicates import THRESHOLD as THRESHOLD
from overture.near_duplicates import alike, minhash, word_shingles
from overture.near_duplicates import likeness as likeness

from .pseudonyms import without_slots

_BANDS, _ROWS = 8, 8
_SHOW_EVERY: Final = 1_000

TABLES: Final = """
CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, signature BLOB NOT NULL, place INTEGER NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    leader INTEGER, pending INTEGER NOT NULL DEFAULT 1, changed INTEGER NOT NULL DEFAULT 0,
    split TEXT NOT NULL, case_id TEXT, head TEXT, lineage TEXT, item INTEGER, counted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS groups_pending ON groups (place) WHERE pending;
CREATE INDEX IF NOT EXISTS groups_changed ON groups (id) WHERE changed;
CREATE INDEX IF NOT EXISTS groups_settled ON groups (place) WHERE NOT pending;
CREATE INDEX IF NOT EXISTS groups_leader ON groups (leader);
CREATE TABLE IF NOT EXISTS bands (
    key INTEGER NOT NULL, stays INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (key, stays, member)
) WITHOUT ROWID;
"""
_SIDE: Final = 1 << 60


def shingles(text: str) -> set[bytes]:
    """Runs of three words, case and slots left out; of characters where a script has no blanks."""
    return word_shingles(without_slots(text))


def signature_of(text: str) -> bytes:
    """The MinHash of a text: 64 numbers of four bytes.

    Raises:
        MissingExtraError: datasketch is not installed.
    """
    return minhash(shingles(text), extra="feedback")


def place_of(split: str, first: int) -> int:
    """Who comes first: evaluation, then the number of the first event."""
    return first if split == "eval" else _SIDE + first


def bands_of(kind: str, signature: bytes) -> tuple[int, ...]:
    """The keys under which a signature is found again by those that are like it."""
    width = 4 * _ROWS
    return tuple(
        int.from_bytes(
            hashlib.blake2b(
                signature[band * width : (band + 1) * width], digest_size=8, salt=f"{kind}{band}".encode()
            ).digest(),
            "big",
            signed=True,
        )
        for band in range(_BANDS)
    )


class Neighbours:
    """Settles which groups of equal texts stay; `kinds` are kept apart by the caller's fingerprints."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def remove(self, group: int) -> None:
        """Take a group's place away; who was left out because of it is looked at again."""
        self._sql.execute("UPDATE groups SET pending = 1 WHERE leader = ? AND id != ?", (group, group))
        self._sql.execute("UPDATE groups SET changed = 1 WHERE id = (SELECT leader FROM groups WHERE id = ?)", (group,))
        self._sql.execute("UPDATE groups SET leader = NULL, pending = 1 WHERE id = ?", (group,))
        self._sql.executemany(
            "DELETE FROM bands WHERE key = ? AND member = ? AND stays IN (0, 1)",
            [(key, group) for key in self._keys(group)],
        )

    def settle(self, *, show: Callable[[int], None] | None = None) -> Iterator[int]:
        """Decide on all that is pending, in order; yields from time to time how many were, for a commit between."""
        done = 0
        while row := self._sql.execute(
            "SELECT id, place, signature, leader, fingerprint FROM groups WHERE pending ORDER BY place LIMIT 1"
        ).fetchone():
            self._decide(*row)
            done += 1
            if done % _SHOW_EVERY == 0:
                if show:
                    show(done)
                yield done
        yield done

    def _decide(self, group: int, place: int, signature: bytes, before: int | None, fingerprint: bytes) -> None:
        keys = bands_of(_kind(fingerprint), signature)
        leader = self._first_like(signature, keys, place) or group
        self._sql.execute("UPDATE groups SET pending = 0, leader = ? WHERE id = ?", (leader, group))
        if leader == before:
            return
        self._sql.executemany(
            "UPDATE groups SET changed = 1 WHERE id = ?", [(each,) for each in {leader, before, group}]
        )
        if before == group:
            self._sql.execute("UPDATE groups SET pending = 1 WHERE leader = ? AND id != ?", (group, group))
        stays = int(leader == group)
        self._sql.executemany(
            "DELETE FROM bands WHERE key = ? AND stays = ? AND member = ?", [(key, 1 - stays, group) for key in keys]
        )
        self._sql.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?, ?)", [(key, stays, group) for key in keys])
        if stays and self._is_before_settled(place):
            self._look_again(signature, keys, place, group)

    def _first_like(self, signature: bytes, keys: tuple[int, ...], place: int) -> int | None:
        """The first of those that stay which is before this place and like it."""
        found = self._sql.execute(
            f"SELECT place, id, signature FROM groups WHERE id IN (SELECT member FROM bands"  # noqa: S608 - marks only
            f" WHERE key IN ({_marks(keys)}) AND stays = 1) AND place < ?",
            (*keys, place),
        ).fetchall()
        those = alike(signature, [other for _, _, other in found])
        first = min((row[:2] for row, is_alike in zip(found, those, strict=True) if is_alike), default=None)
        return first[1] if first else None

    def _is_before_settled(self, place: int) -> bool:
        last = self._sql.execute("SELECT max(place) FROM groups WHERE NOT pending").fetchone()[0]
        return last is not None and last > place

    def _look_again(self, signature: bytes, keys: tuple[int, ...], place: int, group: int) -> None:
        """Those behind a group that stays now may have to go, or to go with it."""
        found = self._sql.execute(
            f"SELECT id, signature FROM groups WHERE id IN (SELECT member FROM bands"  # noqa: S608 - marks only
            f" WHERE key IN ({_marks(keys)}) AND stays IN (0, 1)) AND place > ? AND NOT pending AND id != ?",
            (*keys, place, group),
        ).fetchall()
        those = alike(signature, [other for _, other in found])
        again = [(id_,) for (id_, _), is_alike in zip(found, those, strict=True) if is_alike]
        self._sql.executemany("UPDATE groups SET pending = 1 WHERE id = ?", again)

    def _keys(self, group: int) -> tuple[int, ...]:
        signature, fingerprint = self._sql.execute(
            "SELECT signature, fingerprint FROM groups WHERE id = ?", (group,)
        ).fetchone()
        return bands_of(_kind(fingerprint), signature)


def fingerprint_of(kind: str, split: str, signature: bytes) -> bytes:
    """The key of a group: its first letter is its kind."""
    return kind[:1].encode() + hashlib.blake2b(signature, digest_size=16, key=split.encode()).digest()


def _kind(fingerprint: bytes) -> str:
    return fingerprint[:1].decode()


def _marks(keys: tuple[int, ...]) -> str:
    return ",".join("?" * len(keys))

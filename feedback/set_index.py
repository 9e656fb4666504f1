"""A set's index on disk: what was read, settled and not yet written, so that a nightly build looks at what is new."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from overture.errors import ConfigurationError, InputError

from .eval_cases import FORMAT, HEAD, case_id
from .events import REASONS
from .judged_texts import RULES, Judged
from .near_duplicates import TABLES, Neighbours, fingerprint_of, place_of, signature_of
from .splits import Salt

INDEX: Final = "index.db"
_CACHE_KIB: Final = 128 * 1024
_TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, member INTEGER NOT NULL, candidate TEXT NOT NULL,
    seat TEXT NOT NULL, owner TEXT NOT NULL, first INTEGER NOT NULL, at TEXT NOT NULL, verdict TEXT NOT NULL,
    intent TEXT NOT NULL, reasons TEXT NOT NULL, comment TEXT NOT NULL, final_text TEXT NOT NULL, event TEXT NOT NULL,
    dropped INTEGER NOT NULL, content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS items_member ON items (member);
CREATE INDEX IF NOT EXISTS items_candidate ON items (candidate);
CREATE INDEX IF NOT EXISTS items_seat ON items (seat);
CREATE INDEX IF NOT EXISTS items_owner ON items (owner);
{TABLES}
CREATE INDEX IF NOT EXISTS groups_staying ON groups (place) WHERE leader = id;
"""
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Item(NamedTuple):
    """A last word with its hashes; `key` is of the draft or reply and the seat."""

    key: str
    split: str
    candidate: str
    seat: str
    owner: str
    first: int
    event: str
    judged: Judged


class SetIndex:
    """One process has it open at a time.

    Raises:
        ConfigurationError: the set was made with another salt or share.
        InputError: it is no index, is of another version, or is being used.
    """

    def __init__(self, folder: Path, *, salt: Salt | None = None, eval_share: float | None = None) -> None:
        path = folder / INDEX
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds the salt
        self._sql = sqlite3.connect(path, isolation_level=None, timeout=1)
        try:
            self._open()
        except sqlite3.Error as error:
            self._sql.close()
            busy = "locked" in str(error)
            raise InputError(
                "is being used by another process" if busy else f"cannot be opened: {error}", path=str(path)
            ) from None
        try:
            self._check(salt, eval_share, path)
        except BaseException:
            self._sql.close()
            raise
        self._neighbours = Neighbours(self._sql)

    def close(self) -> None:
        """Let others in."""
        self._sql.close()

    def __enter__(self) -> SetIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def salt(self) -> Salt:
        """That with which it was made."""
        return Salt(self.setting("salt"))

    def setting(self, name: str, default: str = "") -> str:
        """A setting, or how far something went."""
        row = self._sql.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def set(self, **settings: object) -> None:
        """Settings, within a transaction."""
        self._sql.executemany(
            "INSERT OR REPLACE INTO settings VALUES (?, ?)", [(name, str(value)) for name, value in settings.items()]
        )

    def begin(self) -> None:
        """A transaction: all of what follows, or nothing."""
        self._sql.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep it."""
        self._sql.execute("COMMIT")

    def take(self, items: Iterable[Item]) -> None:
        """Last words, new or changed; one without a verdict was taken back."""
        touched: set[int] = set()
        for item in items:
            before = self._sql.execute("SELECT member FROM items WHERE key = ?", (item.key,)).fetchone()
            touched |= set(before or ())
            if not item.judged.verdict:
                self._sql.execute("DELETE FROM items WHERE key = ?", (item.key,))
                continue
            group = self._group_of(item)
            touched.add(group)
            self._keep(item, group)
        self._touch(touched)

    def erase(self, *, candidates: Iterable[str] = (), seats: Iterable[str] = (), until: str = "") -> int:
        """Take out what was said of candidates and by or of seats, all or until an instant; gives how many."""
        touched: set[int] = set()
        gone = 0
        whose = [("candidate", each) for each in candidates]
        whose += [(column, each) for each in seats for column in ("seat", "owner")]
        for column, each in whose:
            where = f"{column} = ?" + (" AND at <= ?" if until else "")  # a column of ours
            values = (each, until) if until else (each,)
            touched |= {row[0] for row in self._sql.execute(f"SELECT member FROM items WHERE {where}", values)}  # noqa: S608 - a column of ours
            gone += self._sql.execute(f"DELETE FROM items WHERE {where}", values).rowcount  # noqa: S608 - likewise
        self._touch(touched)
        return gone

    def settle(self, *, show: Callable[[int], None]) -> None:
        """Say of all that is new which near-duplicate stays, and what its case says; in transactions of their own."""
        self.begin()
        for _ in self._neighbours.settle(show=show):
            self.commit()
            self.begin()
        self.commit()
        while rows := self._sql.execute("SELECT id, leader = id FROM groups WHERE changed LIMIT 1000").fetchall():
            self.begin()
            for group, stays in rows:
                if stays:
                    self._tell(group)
                else:
                    self._sql.execute(
                        "UPDATE groups SET changed = 0, head = NULL, case_id = NULL, lineage = NULL, item = NULL,"
                        " counted = 0 WHERE id = ?",
                        (group,),
                    )
            self.set(unwritten=1)
            self.commit()

    def lines(self) -> Iterator[str]:
        """The cases as JSON, evaluation first, each side by its first event."""
        for (line,) in self._sql.execute(
            "SELECT '{' || g.head || ',' || i.content || '}' FROM groups g JOIN items i ON i.id = g.item"
            " WHERE g.leader = g.id ORDER BY g.place"
        ):
            yield line

    def lineage(self) -> Iterator[str]:
        """For each case the hashes of its events, as JSON, in the same order."""
        for (line,) in self._sql.execute("SELECT lineage FROM groups WHERE leader = id ORDER BY place"):
            yield line

    def case_ids(self) -> Iterator[str]:
        """The ids of all cases, sorted."""
        for (id_,) in self._sql.execute("SELECT case_id FROM groups WHERE leader = id ORDER BY case_id"):
            yield id_

    def counts(self) -> tuple[dict[str, int], int, int, int]:
        """Cases by kind, side and verdict; last words; those counted in a case; those whose sent text was dropped."""
        by_kind: Counter[str] = Counter()
        counted = 0
        for kind, split, verdict, cases, words in self._sql.execute(
            "SELECT substr(fingerprint, 1, 1), split, json_extract('{' || head || '}', '$.verdict'), count(*),"
            " sum(counted) FROM groups WHERE leader = id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ):
            name = "draft" if kind in (b"d", "d") else "reply"
            by_kind[f"{name}/{split}/{verdict}"] += cases
            counted += words
        items, dropped = self._sql.execute("SELECT count(*), coalesce(sum(dropped), 0) FROM items").fetchone()
        return dict(by_kind), items, counted, dropped

    def forget_deleted(self) -> None:
        """Overwrite what deleted rows leave behind (F-3)."""
        self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._sql.execute("VACUUM")
        self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _open(self) -> None:
        for pragma in (
            "locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON",
            f"cache_size=-{_CACHE_KIB}",
        ):  # fmt: skip
            self._sql.execute(f"PRAGMA {pragma}")
        self._sql.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";"):
            self._sql.execute(statement)
        self._sql.execute("COMMIT")

    def _check(self, salt: Salt | None, eval_share: float | None, path: Path) -> None:
        if not self.setting("salt"):
            if salt is None or eval_share is None:
                raise InputError("holds no set", path=str(path), expected="a folder that build_eval_set made")
            self.begin()
            self.set(format=FORMAT, rules=RULES, salt=salt.text, eval_share=eval_share, unwritten=1)
            self.commit()
        if (self.setting("format"), self.setting("rules")) != (str(FORMAT), str(RULES)):
            raise InputError("was made by another version", path=str(path), expected="a new folder; build it there")
        if salt is not None and self.setting("salt") != salt.text:
            raise ConfigurationError(
                f"F-2: {path.parent} was made with another salt; with this one people change sides"
            )
        if eval_share is not None and float(self.setting("eval_share")) != eval_share:
            raise ConfigurationError(
                f"F-2: {path.parent} has {self.setting('eval_share')} for evaluation; another share moves people"
            )

    def _group_of(self, item: Item) -> int:
        signature = signature_of(item.judged.compared)
        fingerprint = fingerprint_of(item.judged.kind, item.split, signature)
        row = self._sql.execute("SELECT id FROM groups WHERE fingerprint = ?", (fingerprint,)).fetchone()
        if row is None:
            row = self._sql.execute(
                "INSERT INTO groups (signature, place, fingerprint, split) VALUES (?, ?, ?, ?) RETURNING id",
                (signature, place_of(item.split, item.first), fingerprint, item.split),
            ).fetchone()
        return int(row[0])

    def _keep(self, item: Item, group: int) -> None:
        judged = item.judged
        self._sql.execute(
            "INSERT OR REPLACE INTO items (key, member, candidate, seat, owner, first, at, verdict, intent, reasons,"
            " comment, final_text, event, dropped, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item.key, group, item.candidate, item.seat, item.owner, item.first, judged.at, judged.verdict,
                judged.intent, judged.reasons, judged.comment, judged.final_text, item.event, judged.dropped,
                judged.content,
            ),
        )  # fmt: skip

    def _touch(self, groups: Iterable[int]) -> None:
        """Bring groups up to date whose items came, went or changed."""
        for group in groups:
            first = self._sql.execute("SELECT min(first) FROM items WHERE member = ?", (group,)).fetchone()[0]
            place, split, leader = self._sql.execute(
                "SELECT place, split, leader FROM groups WHERE id = ?", (group,)
            ).fetchone()
            self.set(unwritten=1)
            if first is None:
                self._neighbours.remove(group)
                self._sql.execute("DELETE FROM groups WHERE id = ?", (group,))
            elif place_of(split, first) != place:
                self._neighbours.remove(group)
                self._sql.execute("UPDATE groups SET place = ? WHERE id = ?", (place_of(split, first), group))
            elif leader is not None:
                self._sql.execute("UPDATE groups SET changed = 1 WHERE id IN (?, ?)", (group, leader))

    def _tell(self, group: int) -> None:
        """Write down what the case of a group that stays says."""
        rows = self._sql.execute(
            "SELECT i.id, i.first, i.verdict, i.intent, i.reasons, i.comment, i.final_text, i.candidate, i.seat, i.at,"
            " i.event, i.content, g.split FROM items i JOIN groups g ON g.id = i.member"
            " WHERE g.leader = ? AND g.split = (SELECT split FROM groups WHERE id = ?) ORDER BY i.first, i.id",
            (group, group),
        ).fetchall()
        kept = rows[0]
        said = Counter(row[2] for row in rows)
        most = max(said.values())
        verdict = kept[2] if said[kept[2]] == most else min(word for word, count in said.items() if count == most)
        agreeing = [row for row in rows if row[2] == verdict]
        reasons = {reason for row in agreeing for reason in row[4].split()}
        head: dict[str, Any] = {
            "id": "", "split": kept[12], "verdict": verdict,
            "intent": _first(row[3] for row in agreeing),
            "reasons": " ".join(reason for reason in REASONS if reason in reasons),
            "comment": _first(row[5] for row in agreeing),
            "final_text": _first(row[6] for row in rows),
            "votes": len(rows), "agreed": len(agreeing), "candidate": kept[7], "seat": kept[8], "at": kept[9],
            "number": kept[1],
        }  # fmt: skip
        head["id"] = case_id(head, kept[11])
        lineage = _JSON.encode({"case": head["id"], "events": [row[10] for row in rows]})
        self._sql.execute(
            "UPDATE groups SET changed = 0, case_id = ?, head = ?, lineage = ?, item = ?, counted = ? WHERE id = ?",
            (head["id"], _JSON.encode({name: head[name] for name in HEAD})[1:-1], lineage, kept[0], len(rows), group),
        )


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")

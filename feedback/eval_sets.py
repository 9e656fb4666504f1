"""`build_eval_set`: thumbs and corrections become a versioned set of cases, split for good, without doubles or personal
data (F-2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import select

from .eval_cases import EvalSetManifest
from .feedback_store import FeedbackStore
from .feedback_tables import IDS_AT_ONCE, erasures, events
from .judged_texts import judged_draft, judged_reply
from .receipts import DraftState, ReplyState
from .set_files import (
    JSONL,
    LINEAGE,
    PARQUET,
    drop_unfinished,
    finish_swap,
    read_eval_set,
    read_manifest,
    swap_in,
    write_new,
    write_new_parquet,
)
from .set_index import INDEX, Item, SetIndex
from .splits import EVAL_SHARE, Salt, check_share

__all__ = ["build_eval_set", "erase_from_set", "read_eval_set", "read_manifest"]

Stage = Literal["drafts", "replies", "duplicates", "cases"]
Progress: TypeAlias = Callable[[Stage, int], None]
"""Told the stage and how many it has done, from time to time."""
_State = DraftState | ReplyState
_HOW: Final = {"draft_vote": ("drafts_up_to", "drafts"), "label_correction": ("replies_up_to", "replies")}


def build_eval_set(
    store: FeedbackStore,
    folder: str | Path,
    *,
    salt: str,
    eval_share: float = EVAL_SHARE,
    progress: Progress | None = None,
) -> EvalSetManifest:
    """Make the set in `folder`, or bring it up to date with what was said and erased since.

    `cases.jsonl`, `cases.parquet`, `lineage.jsonl` and `manifest.json` are replaced together; `index.db` holds what the
    next build needs, the salt among it, and stays with the store. Broken off at any instant and started again, it ends
    the same; a build upon a build gives the same cases as one from the beginning.

    Raises:
        ConfigurationError: the salt is short, the share leaves a side empty, or the set was made with others.
        InputError: the index was made by another version, or is being used.
        MissingExtraError: datasketch or pyarrow is not installed.
    """
    check_share(eval_share)
    kept = Salt(salt)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tell = progress or _silent
    with SetIndex(folder, salt=kept, eval_share=eval_share) as index:
        finish_swap(folder)
        drop_unfinished(folder)
        gone = _take_out_erased(store, index)
        last = store.last_number()
        for kind in ("draft_vote", "label_correction"):
            _take_new(store, index, kind, last=last, eval_share=eval_share, tell=tell)
        index.settle(show=lambda done: tell("duplicates", done))
        return _write(index, folder, up_to=last, tell=tell, forget=gone > 0)


def erase_from_set(folder: str | Path, *, candidates: Iterable[str] = (), seats: Iterable[str] = ()) -> int:
    """Take candidates and seats out of a set, to the last byte, by the SHA-256 of their ids; gives how many last words
    went (F-3). A seat goes with all that was said of its drafts and replies.

    Raises:
        InputError: there is no set, or it is being used.
    """
    folder = Path(folder)
    if not (folder / INDEX).is_file():
        read_manifest(folder)  # says what is missing, where there is none
    with SetIndex(folder) as index:
        finish_swap(folder)
        drop_unfinished(folder)
        index.begin()
        hashed = index.salt.of_digest
        gone = index.erase(candidates=map(hashed, sorted(candidates)), seats=map(hashed, sorted(seats)))
        index.commit()
        index.settle(show=_no_count)
        up_to = int(index.setting("up_to", "0"))
        _write(index, folder, up_to=up_to, tell=_silent, forget=gone > 0)
        return gone


def _take_out_erased(store: FeedbackStore, index: SetIndex) -> int:
    """Who was erased from the store since the last build goes (F-3); what was said of them later may stay."""
    with store.database.read() as connection:
        rows = connection.execute(
            select(erasures).where(erasures.c.number > int(index.setting("erasures", "0"))).order_by(erasures.c.number)
        ).all()
    salt, gone = index.salt, 0
    for row in rows:
        index.begin()
        whose: dict[str, Any] = {f"{row.scope}s": (salt.of_digest(row.digest),)}
        gone += index.erase(**whose, until=row.at.astimezone(UTC).isoformat(timespec="microseconds"))
        index.set(erasures=row.number)
        index.commit()
    return gone


def _take_new(
    store: FeedbackStore, index: SetIndex, kind: str, *, last: int, eval_share: float, tell: Progress
) -> None:
    """Take what was said since the last time, a transaction for each batch, from where the last one ended."""
    setting, stage = _HOW[kind]
    since = int(index.setting(setting, "0"))
    if since >= last:
        return
    states: Any = store.draft_states(since=since) if kind == "draft_vote" else store.reply_states(since=since)
    done = 0
    with closing(states):
        while True:
            batch: list[_State] = list(islice(states, IDS_AT_ONCE))
            if not batch:
                break
            items = list(_items(store, index.salt, kind, batch, eval_share=eval_share))
            index.begin()
            index.take(items)
            index.set(**{setting: max(since, min(batch[-1].number, last))})
            index.commit()
            done += len(batch)
            tell("drafts" if stage == "drafts" else "replies", done)
    index.begin()
    index.set(**{setting: last})
    index.commit()


def _items(store: FeedbackStore, salt: Salt, kind: str, states: list[_State], *, eval_share: float) -> Iterator[Item]:
    """What is kept of last words, with the hashes of whose they are and the number of the first event on each."""
    ids = {_subject(state).id for state in states}
    first: dict[tuple[str, str], int] = {}
    names: dict[int, str] = {}
    with store.database.read() as connection:
        for row in connection.execute(
            select(events.c.number, events.c.id, events.c.subject, events.c.seat).where(
                events.c.kind == kind, events.c.subject.in_(ids)
            )
        ):
            whose = (row.subject, row.seat)
            first[whose] = min(first.get(whose, row.number), row.number)
            names[row.number] = row.id
    for state in states:
        subject = _subject(state)
        if state.number not in names:  # erased since it was read
            continue
        judged = judged_draft(state) if isinstance(state, DraftState) else judged_reply(state)
        seat = salt.of_person(state.seat)
        yield Item(
            key=f"{salt.of_subject(judged.kind, subject.id)}{seat}",
            split=salt.split_of(subject.candidate, eval_share=eval_share),
            candidate=salt.of_person(subject.candidate),
            seat=seat,
            owner=salt.of_person(subject.seat),
            first=first[subject.id, state.seat],
            event=salt.of_event(names[state.number]),
            judged=judged,
        )


def _subject(state: _State) -> Any:
    return state.draft if isinstance(state, DraftState) else state.reply


def _write(index: SetIndex, folder: Path, *, up_to: int, tell: Progress, forget: bool) -> EvalSetManifest:
    """Write what has changed; where no case has, only the manifest's `up_to`."""
    if forget:
        index.begin()
        index.set(unforgotten=1)
        index.commit()
    old = None
    if index.setting("unwritten") != "1":
        old = read_manifest(folder)
        manifest = old.model_copy(update={"up_to": up_to, **_counts(index)})
        if manifest != old:
            swap_in(folder, manifest, names=())
    else:
        files = {
            JSONL: write_new(folder, JSONL, index.lines(), show=lambda done: tell("cases", done)),
            LINEAGE: write_new(folder, LINEAGE, index.lineage(), show=_no_count),
            PARQUET: write_new_parquet(folder),
        }
        version = hashlib.sha256()
        for id_ in index.case_ids():
            version.update(id_.encode())
        counts = _counts(index)
        manifest = EvalSetManifest(
            version=version.hexdigest(),
            salt=index.salt.id,
            eval_share=float(index.setting("eval_share")),
            up_to=up_to,
            cases=sum(counts["counts"].values()),
            files=files,
            **counts,
        )
        swap_in(folder, manifest)
    index.begin()
    index.set(unwritten=0, up_to=up_to)
    index.commit()
    if index.setting("unforgotten") == "1":
        index.forget_deleted()
        index.begin()
        index.set(unforgotten=0)
        index.commit()
        index.forget_deleted()
    return manifest


def _counts(index: SetIndex) -> dict[str, Any]:
    counts, words, counted, dropped = index.counts()
    return {
        "counts": counts,
        "judgements": words,
        "merged": counted - sum(counts.values()),
        "left_out_of_train": words - counted,
        "final_texts_dropped": dropped,
    }


def _silent(_stage: Stage, _done: int) -> None:
    return None


def _no_count(_done: int) -> None:
    return None

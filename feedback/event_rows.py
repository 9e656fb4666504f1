"""Events into rows, once each: what is known by its id is not added again, and what contradicts it is refused (F-1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, insert, select, text

from .erasure_rows import Person, erased_at
from .events import DraftVote, Event, LabelCorrection
from .feedback_tables import DIGEST, IDS_AT_ONCE, MOST_NAME, events, judged_drafts, judged_replies
from .receipts import Added, Refused
from .snapshots import DraftSnapshot, ReplySnapshot

_WRITERS_LOCK: Final = 7_308_411_524
_GREATEST: Final = 2**31 - 1
Snapshot = DraftSnapshot | ReplySnapshot


class _Subject(NamedTuple):
    digest: str
    candidate: str
    seat: str
    row: dict[str, Any] | None
    """None where it is kept already."""


def add_events(connection: Connection, given: Sequence[Event], *, now: datetime, start: int = 0) -> Added:
    """Add a batch in one transaction; numbers are given out in the order in which they become visible.

    `start` is the place of its first among all that are given.
    """
    one_writer(connection)
    subjects = _known_subjects(connection, given)
    known = {row.id: row.digest for row in _known(connection, events, (event.id for event in given))}
    erased = erased_at(connection, _people_in(given, subjects))
    rows: list[dict[str, Any]] = []
    refused: list[Refused] = []
    repeated = 0
    for place, event in enumerate(given):
        key = (event.kind, event.subject)
        subject, reason = _subject_of(event, subjects.get(key))
        digest = "" if reason else digest_of(event)
        if subject is None or reason:
            pass
        elif known.get(event.id) == digest:
            repeated += 1
            continue
        elif event.id in known:
            reason = "F-1: another event was given under this id"
        else:
            reason = _was_erased(event, subject, erased)
        if subject is None or reason:
            refused.append(Refused(id=event.id, reason=reason, place=start + place))
            continue
        known[event.id] = digest
        subjects[key] = subject
        rows.append(_row(event, digest, subject.candidate, now))
    for kind, table in (("draft_vote", judged_drafts), ("label_correction", judged_replies)):
        new = [subject.row for (of, _), subject in subjects.items() if of == kind and subject.row]
        if new:
            connection.execute(insert(table), new)
    if rows:
        connection.execute(insert(events), rows)
    return Added(added=len(rows), repeated=repeated, refused=tuple(refused))


def one_writer(connection: Connection) -> None:
    """Wait until no other transaction changes feedback; on SQLite that is so from the beginning of a writing one."""
    if connection.dialect.name == "postgresql":  # else a reader could pass over a number that is committed later
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})


def digest_of(event: Event) -> str:
    """SHA-256 of what an event says; a draft or reply counts by its id, `at` as the instant it is."""
    said = event.model_dump_json(exclude={"draft", "reply", "at"})
    return _sha256(f"{said}\0{event.subject}\0{event.at.astimezone(UTC).isoformat()}")


def content_of(snapshot: Snapshot) -> str:
    """A draft or reply as JSON, with its instant in UTC: the same for the same one, whatever the process."""
    field = "made_at" if isinstance(snapshot, DraftSnapshot) else "received_at"
    at: datetime = getattr(snapshot, field)
    if at.utcoffset():
        snapshot = snapshot.model_copy(update={field: at.astimezone(UTC)})
    return snapshot.model_dump_json()


def _subject_of(event: Event, kept: _Subject | None) -> tuple[_Subject | None, str]:
    """What an event speaks of, or why it cannot be taken."""
    what = "draft" if event.kind == "draft_vote" else "reply"
    if reason := _unkeepable(event):
        return None, reason
    snapshot = snapshot_of(event)
    if snapshot is None:
        reason = f"F-1: {what} {event.subject!r} is not known; give it whole the first time"
        return kept, "" if kept else reason
    content = content_of(snapshot)
    digest = _sha256(content)
    if kept is None:
        row = _subject_row(snapshot, digest, content)
        return _Subject(digest, snapshot.candidate, snapshot.seat, row), ""
    if kept.digest != digest:
        return None, f"F-1: {what} {event.subject!r} was given before and is not the same"
    return kept, ""


def _was_erased(event: Event, subject: _Subject, erased: dict[Person, datetime]) -> str:
    people: tuple[Person, ...] = (("candidate", subject.candidate), ("seat", subject.seat), ("seat", event.seat))
    for person in people:
        if person in erased and event.at <= erased[person]:
            return f"F-3: was said before its {person[0]} was erased"
    return ""


def _people_in(given: Sequence[Event], subjects: dict[tuple[str, str], _Subject]) -> set[Person]:
    people: set[Person] = {("seat", event.seat) for event in given}
    named = [(each.candidate, each.seat) for each in subjects.values()]
    named += [(each.candidate, each.seat) for each in map(snapshot_of, given) if each]
    for candidate, seat in named:
        people |= {("candidate", candidate), ("seat", seat)}
    return people


def _known_subjects(connection: Connection, given: Sequence[Event]) -> dict[tuple[str, str], _Subject]:
    found: dict[tuple[str, str], _Subject] = {}
    for kind, table in (("draft_vote", judged_drafts), ("label_correction", judged_replies)):
        ids = (event.subject for event in given if event.kind == kind)
        for row in _known(connection, table, ids, table.c.candidate, table.c.seat):
            found[kind, row.id] = _Subject(row.digest, row.candidate, row.seat, None)
    return found


def _known(connection: Connection, table: Table, ids: Iterable[str], *more: Any) -> Iterator[Any]:
    wanted = [id_ for id_ in dict.fromkeys(ids) if "\0" not in id_]
    for at in range(0, len(wanted), IDS_AT_ONCE):
        some = wanted[at : at + IDS_AT_ONCE]
        yield from connection.execute(select(table.c.id, table.c.digest, *more).where(table.c.id.in_(some)))


def snapshot_of(event: Event) -> Snapshot | None:
    """The draft or reply, if the event carries it whole."""
    subject = event.draft if isinstance(event, DraftVote) else event.reply
    return None if isinstance(subject, str) else subject


def _unkeepable(event: Event) -> str:
    """Why not both databases could keep an event; neither keeps what the other cannot."""
    texts: list[str | None] = [event.id, event.subject, event.seat, event.contract]
    instants = [event.at]
    if isinstance(event, DraftVote):
        texts += [event.comment, event.final_text]
    snapshot = snapshot_of(event)
    if snapshot is not None:
        texts += [snapshot.candidate, snapshot.seat, snapshot.contract, snapshot.language]
    if isinstance(snapshot, DraftSnapshot):
        texts += [snapshot.writer, snapshot.prompt.name, snapshot.prompt.fingerprint]
        instants.append(snapshot.made_at)
        if not 0 <= snapshot.prompt.version <= _GREATEST:
            return "F-1: the version of the draft's prompt is out of range"
    elif snapshot is not None:
        texts.append(snapshot.model)
        instants.append(snapshot.received_at)
    if any("\0" in each for each in texts if each):
        return "F-1: a text holds NUL, which no database keeps"
    if not all(1 < at.year < 9999 for at in instants):
        return "F-1: an instant is out of range"
    return ""


def _subject_row(snapshot: Snapshot, digest: str, content: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": snapshot.id,
        "candidate": snapshot.candidate,
        "seat": snapshot.seat,
        "contract": snapshot.contract,
        "language": snapshot.language[:MOST_NAME],
        "digest": digest,
        "content": content,
    }
    if isinstance(snapshot, DraftSnapshot):
        prompt = snapshot.prompt
        return row | {
            "made_at": snapshot.made_at,
            "writer": snapshot.writer[:MOST_NAME],
            "prompt_name": prompt.name[:MOST_NAME],
            "prompt_version": prompt.version,
            "prompt_fingerprint": prompt.fingerprint[:DIGEST],
        }
    return row | {
        "received_at": snapshot.received_at,
        "label": snapshot.label,
        "confidence": snapshot.confidence,
        "model": snapshot.model[:MOST_NAME],
    }


def _row(event: Event, digest: str, candidate: str, now: datetime) -> dict[str, Any]:
    vote = event if isinstance(event, DraftVote) else None
    correction = event if isinstance(event, LabelCorrection) else None
    return {
        "id": event.id,
        "kind": event.kind,
        "subject": event.subject,
        "seat": event.seat,
        "contract": event.contract,
        "candidate": candidate,
        "at": event.at,
        "received_at": now,
        "digest": digest,
        "vote": vote.vote if vote else None,
        "reasons": list(vote.reasons) if vote else [],
        "comment": vote.comment if vote else None,
        "final_text": vote.final_text if vote else None,
        "label": correction.label if correction else None,
        "intent": correction.intent if correction else None,
    }


def _sha256(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()

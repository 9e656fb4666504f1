"""What a contract keeps of a candidate: given out whole, or forgotten to the last byte that can be reached (F-3).

An erasure goes over the tables of the studio, of messaging and of feedback. What it leaves of messages is that they
were: the ledger, the report and the credits that came back stay as they are (CR-8, I-1), without name, address, text
and id. `export_candidate` looks at the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection, RowMapping, Table, case, delete, or_, select, tuple_, update

from overture.base import Value
from overture.errors import InputError
from overture.feedback import Erasure, FeedbackExport
from overture.feedback.erasure_rows import digest_of_person
from overture.feedback.feedback_tables import events, judged_drafts, judged_replies
from overture.feedback.privacy import EXPORTED, forget_deleted
from overture.messaging.tables import messages, replies, seats, suppressions, threads

from .answers import empty_answers
from .bulk_jobs import waiting_profiles
from .documents import key_of, read_profile
from .services import Services
from .tables import answers, audit, bulk_jobs, bulk_rows, candidates, drafts, reviews

_SUPPRESSED = "the contract's suppression list has the id, so that nobody writes to them again (C-7)"
_ON_ITS_WAY = "a message to them is at the transport at this moment: erase them again when it is sent"
_SHARED = "evaluation sets and models: another contract has feedback under the same id, which they do not tell apart"
_SETS = "evaluation sets and models, which tell no contract from another: `overture feedback erase` reaches them"
_HANDED_OVER = "what transports and webhooks were handed: their owners delete it"


_ENDED = case((bulk_rows.c.state.in_(("waiting", "claimed")), "cancelled"), else_=bulk_rows.c.state)


class CandidateExport(Value):
    """Everything that is kept of a candidate (F-3), row by row; `model_dump_json()` is for handing over."""

    candidate: str
    contract: str
    exported_at: AwareDatetime
    rows: dict[str, tuple[dict[str, Any], ...]] = Field(repr=False)
    """By table."""
    feedback: FeedbackExport = Field(repr=False)


class CandidateErasure(Value):
    """What was erased of a candidate (F-3), and what no statement reaches."""

    candidate: str
    contract: str
    erased_at: AwareDatetime
    rows: dict[str, int]
    """By table, how many were deleted or emptied."""
    cancelled: int = Field(description="Messages that were waiting for them and are not sent (CR-4).")
    feedback: Erasure
    left: tuple[str, ...]


def export_candidate(services: Services, candidate: str, *, contract: str, seat: str | None = None) -> CandidateExport:
    """Everything that the seats of a contract keep of a candidate; custom content is given out to its `seat` (D-7)."""
    with services.store.read() as connection:
        waiting = _waiting_of(connection, candidate, contract)
        rows = {
            table.name: tuple(_plain(row) for row in connection.execute(select(table).where(which)).mappings())
            for table, which in _rows_of(candidate, contract, waiting=waiting).items()
        }
    rows[drafts.name] = tuple(row if row["seat"] == seat else _without_content(row) for row in rows[drafts.name])
    return CandidateExport(
        candidate=candidate,
        contract=contract,
        exported_at=services.clock(),
        rows={name: found for name, found in rows.items() if found},
        feedback=_feedback_of(services, candidate, contract),
    )


def erase_candidate(
    services: Services,
    candidate: str,
    *,
    contract: str,
    keep_out: bool = True,
    sets: Iterable[Path] = (),
    registry: Path | None = None,
    vacuum: bool = True,
) -> CandidateErasure:
    """Forget a candidate (F-3): what waits for them is cancelled, and their credits come back (CR-4).

    With `keep_out` the id stays on the suppression list alone (C-7). `sets`, `registry` and `vacuum` are as for
    `FeedbackStore.erase`, which takes an id for one person in the whole database: where another contract has feedback
    under the same id, that stays, and so do sets and registry. Without sets and registry nothing that is told depends
    on another contract. Broken off at any instant and started again, it ends the same.

    Raises:
        InputError: there is no such contract, or the id is empty.
    """
    if not candidate:
        raise InputError("F-3: a candidate has an id", field="candidate")
    cancelled = services.outreach.suppress(contract, candidate, reason="asked to be erased")
    now = services.clock()
    with services.store.read() as connection:  # profiles are read before anybody has to wait for our transaction
        waiting = _waiting_of(connection, candidate, contract)
    with services.store.write() as connection:
        on_its_way = connection.scalar(select(messages.c.id).where(_is_open(candidate, contract)).limit(1))
        rows = _erase_rows(connection, candidate, contract, waiting=waiting)
        if not keep_out:
            mine = (suppressions.c.contract == contract) & (suppressions.c.candidate == candidate)
            connection.execute(delete(suppressions).where(mine))
    told = _erase_feedback(services, candidate, contract, sets=sets, registry=registry, vacuum=vacuum)
    left = (
        *([_SUPPRESSED] if keep_out else []), *([_ON_ITS_WAY] if on_its_way else []), _HANDED_OVER, *told.left,
    )  # fmt: skip
    return CandidateErasure(
        candidate=candidate, contract=contract, erased_at=now, rows=rows, cancelled=cancelled, feedback=told, left=left
    )


def _feedback_of(services: Services, candidate: str, contract: str) -> FeedbackExport:
    """What the seats of a contract said of a candidate; another contract's candidate may have the same id."""
    found = services.feedback.export(candidate=candidate)
    return found.model_copy(
        update={
            "drafts": tuple(each for each in found.drafts if each.contract == contract),
            "replies": tuple(each for each in found.replies if each.contract == contract),
            "events": tuple(each for each in found.events if each.contract == contract),
        }
    )


def _erase_feedback(
    services: Services, candidate: str, contract: str, *, sets: Iterable[Path], registry: Path | None, vacuum: bool
) -> Erasure:
    tables = {"events": events, "drafts": judged_drafts, "replies": judged_replies}
    folders = tuple(sets)
    database = services.feedback.database
    with database.read() as connection:
        is_shared = any(
            connection.scalar(
                select(table.c.contract).where(table.c.candidate == candidate, table.c.contract != contract).limit(1)
            )
            for table in tables.values()
        )
    is_asked = bool(folders) or registry is not None
    if not is_shared:
        told = services.feedback.erase(candidate=candidate, sets=folders, registry=registry, vacuum=vacuum)
        return told if is_asked else told.model_copy(update={"left": (*told.left, _SETS)})
    with database.write() as connection:
        counts: dict[str, Any] = {
            name: connection.execute(
                delete(table).where(table.c.candidate == candidate, table.c.contract == contract)
            ).rowcount
            for name, table in tables.items()
        }
    left = (*forget_deleted(database, vacuum=vacuum), EXPORTED, _SHARED if is_asked else _SETS)
    return Erasure(scope="candidate", id=candidate, erased_at=services.clock(), **counts, left=left)


def _waiting_of(connection: Connection, candidate: str, contract: str) -> list[tuple[str, int]]:
    """Bulk rows that hold a candidate's profile: which id it has is known once it is read, as its worker will."""
    return [place for place, profile in waiting_profiles(connection, contract) if _key(profile) == candidate]


def _key(profile: Mapping[str, Any]) -> object:
    try:
        return key_of(read_profile(profile))
    except InputError:  # nobody is drafted for from what cannot be read; until a worker says so, it is theirs
        return profile.get("id")


def _rows_of(
    candidate: str, contract: str, *, waiting: Sequence[tuple[str, int]]
) -> Mapping[Table, ColumnElement[bool]]:
    """Which rows are a candidate's: what is exported, and deleted or emptied."""
    own_seats = select(seats.c.id).where(seats.c.contract == contract)
    own_jobs = select(bulk_jobs.c.id).where(bulk_jobs.c.contract == contract)
    own_threads = select(threads.c.id).where(threads.c.contract == contract, threads.c.candidate == candidate)
    own_drafts = select(drafts.c.id).where(drafts.c.contract == contract, drafts.c.candidate == candidate)
    own_replies = select(replies.c.id).where(replies.c.thread.in_(own_threads))
    return {
        candidates: candidates.c.seat.in_(own_seats) & (candidates.c.id == candidate),
        reviews: reviews.c.subject.in_(own_drafts.union(own_replies)),
        drafts: (drafts.c.contract == contract) & (drafts.c.candidate == candidate),
        bulk_rows: bulk_rows.c.job.in_(own_jobs)
        & or_(bulk_rows.c.candidate == candidate, tuple_(bulk_rows.c.job, bulk_rows.c.number).in_(waiting)),
        audit: (audit.c.contract == contract) & _names(candidate),
        replies: replies.c.thread.in_(own_threads),
        messages: (messages.c.contract == contract) & (messages.c.candidate == candidate),
        threads: (threads.c.contract == contract) & (threads.c.candidate == candidate),
    }


def _erase_rows(
    connection: Connection, candidate: str, contract: str, *, waiting: Sequence[tuple[str, int]]
) -> dict[str, int]:
    """Delete what is theirs alone, and empty what others' credits and rates rest on; replies before their threads."""
    nobody = f"erased-{digest_of_person(candidate)[:32]}"
    emptied: Mapping[Table, dict[str, Any]] = {
        audit: {"subject": None},
        replies: {"text": "", "verdict": None},
        messages: {"candidate": nobody, "subject": "", "body": "", "address": "", "receipt": None},
        threads: {"candidate": nobody},
        bulk_rows: {"candidate": nobody, "profile": None, "draft": None, "error": None, "state": _ENDED},
    }
    is_open = _is_open(candidate, contract)
    but_for: Mapping[Table, ColumnElement[bool]] = {
        messages: is_open,
        threads: threads.c.id.in_(select(messages.c.thread).where(is_open)),
    }
    counts: dict[str, int] = {}
    for table, which in _rows_of(candidate, contract, waiting=waiting).items():
        if table in but_for:
            which = which & ~but_for[table]
        done = update(table).where(which).values(emptied[table]) if table in emptied else delete(table).where(which)
        counts[table.name] = connection.execute(done).rowcount
    of_contract = answers.c.seat.in_(select(seats.c.id).where(seats.c.contract == contract))
    counts[answers.name] = empty_answers(connection, of_contract)
    return counts


def _is_open(candidate: str, contract: str) -> ColumnElement[bool]:
    """Messages that a worker is handing over: without its text it would be handed over empty."""
    mine = (messages.c.contract == contract) & (messages.c.candidate == candidate)
    return mine & messages.c.state.in_(("scheduled", "sending"))


def _names(candidate: str) -> ColumnElement[bool]:
    """Whether a line of the audit log speaks of them: their id is one of those in a path."""
    return or_(
        audit.c.subject == candidate,
        audit.c.subject.startswith(f"{candidate}/", autoescape=True),
        audit.c.subject.endswith(f"/{candidate}", autoescape=True),
    )


def _without_content(draft: dict[str, Any]) -> dict[str, Any]:
    """A draft without the text that its seat keeps for itself; what became of it in the message stands there."""
    kept = draft["kept"]
    inputs = kept["inputs"] and {**kept["inputs"], "custom_content": None}
    return {**draft, "kept": {**kept, "inputs": inputs}}


def _plain(row: RowMapping) -> dict[str, Any]:
    named = {str(name): value for name, value in row.items()}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in named.items()}

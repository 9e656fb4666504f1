"""What pages and API both do with drafts: make, keep, redraft, vote, send. Each takes the seat that asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import EllipsisType
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, update
from starlette.concurrency import run_in_threadpool

from overture.errors import InputError
from overture.feedback import DraftSnapshot, DraftVote
from overture.feedback.events import Reason, Thumb
from overture.generation import Draft, DraftInput, Personalization
from overture.generation.revision import SentMessage
from overture.messaging import FollowUp, Message, NewMessage, Scheduled
from overture.messaging.decisions import Refused
from overture.messaging.rows import find as find_message
from overture.messaging.tables import messages
from overture.people import Candidate

from . import shelf
from .caller import Caller
from .requested import arguments_of, inputs_of
from .services import Services
from .shelf import KeptCandidate, KeptDraft, KeptJob, Opportunity
from .tables import drafts

MOST_SUBJECT: Final = 200
"""Characters of a subject (D-11)."""


def inputs_for(
    services: Services,
    seat: str,
    *,
    candidate: str,
    job: str | None = None,
    personalization: Personalization | None = None,
    content: str | None = None,
) -> DraftInput:
    """What a draft is made from, by the ids of a seat's own things; `content` is the id of custom content (D-7).

    Raises:
        InputError: the seat has no such thing.
    """
    with services.store.read() as connection:
        who = shelf.get(connection, KeptCandidate, seat, candidate)
        offer = shelf.get(connection, KeptJob, seat, job).opportunity if job else Opportunity()
    custom = services.seats.content(seat, content).text if content else None
    return inputs_of(who.profile, offer, personalization=personalization, custom_content=custom)


async def draft_for(
    services: Services, caller: Caller, inputs: DraftInput, *, candidate: str, job: str | None = None
) -> KeptDraft:
    """A new draft, kept (D-1)."""
    draft = await services.drafter.adraft(**arguments_of(inputs))
    return await run_in_threadpool(keep_draft, services, caller, draft, candidate=candidate, job=job)


async def redraft_for(
    services: Services,
    caller: Caller,
    of: KeptDraft | str,
    *,
    personalization: Personalization,
    content: str | EllipsisType | None = ...,
    text: str | None = None,
) -> KeptDraft:
    """A new draft after a change of what is on and how it sounds; the one before, or its id, stays (D-6).

    `content` is the id of custom content, None for none of it, and `...` for what the draft has; `text` is custom
    content that nobody keeps, in its place.

    Raises:
        InputError: the seat has no such draft or no such content.
    """
    before = await _found(services, caller, of)
    custom = text or content
    if text is None and isinstance(content, str):
        custom = (await run_in_threadpool(services.seats.content, caller.seat, content)).text
    draft = await services.drafter.aredraft(before.draft, personalization=personalization, custom_content=custom)
    return await run_in_threadpool(keep_draft, services, caller, draft, candidate=before.candidate, job=before.job)


def find_draft(services: Services, seat: str, key: str) -> KeptDraft:
    """A draft of a seat.

    Raises:
        InputError: the seat has none of this id.
    """
    with services.store.read() as connection:
        return shelf.get(connection, KeptDraft, seat, key)


async def _found(services: Services, caller: Caller, of: KeptDraft | str) -> KeptDraft:
    return of if isinstance(of, KeptDraft) else await run_in_threadpool(find_draft, services, caller.seat, of)


async def follow_up_for(
    services: Services, caller: Caller, of: KeptDraft | str, *, text: str | None = None
) -> KeptDraft:
    """A second message after a draft or its id, as a person left it; `text` is custom content (D-1, D-7).

    Raises:
        InputError: the seat has no such draft.
    """
    before = await _found(services, caller, of)
    made = before.draft
    draft = await services.drafter.afollow_up(_as_left(before, made), inputs=made.inputs, custom_content=text)
    kept = new_kept(draft, contract=caller.contract, candidate=before.candidate, job=before.job, now=services.clock())
    if before.edited_subject is not None:  # a person's words: what no fact of ours supports must not block a draft
        subject = f"Re: {before.edited_subject.removeprefix('Re: ')}"[:MOST_SUBJECT]
        kept = kept.model_copy(update={"edited_subject": subject})
    await run_in_threadpool(_put, services, caller.seat, kept)
    return kept


def _put(services: Services, seat: str, kept: KeptDraft) -> None:
    with services.store.write() as connection:
        put_draft(connection, seat, kept)


def _as_left(kept: KeptDraft, made: Draft) -> Draft | SentMessage:
    """The message with the body that a person left; as it was made where custom content cannot be told apart (D-7)."""
    custom = made.inputs.custom_content if made.inputs else None
    body = kept.edited_body or made.body
    if body == made.body or (custom and custom not in body):
        return made
    return SentMessage(subject=made.subject, body=body, custom_content=custom)


def keep_draft(
    services: Services,
    caller: Caller,
    draft: Draft,
    *,
    candidate: str,
    job: str | None = None,
    new: Candidate | None = None,
) -> KeptDraft:
    """Put a draft on its seat's shelf; `new` is a candidate who came with it, kept unless the seat knows them."""
    kept = new_kept(draft, contract=caller.contract, candidate=candidate, job=job, now=services.clock())
    with services.store.write() as connection:
        put_draft(connection, caller.seat, kept, new=new)
    return kept


def new_kept(draft: Draft, *, contract: str, candidate: str, job: str | None, now: datetime) -> KeptDraft:
    """A draft as the shelf keeps it."""
    from .kept_draft import dump_draft

    return KeptDraft(
        id=uuid4().hex, contract=contract, candidate=candidate, job=job, subject=draft.subject,
        kept=dump_draft(draft), created_at=now, updated_at=now,
    )  # fmt: skip


def put_draft(connection: Connection, seat: str, kept: KeptDraft, *, new: Candidate | None = None) -> None:
    """Put a draft on the shelf in somebody's transaction; `new` is as for `keep_draft`."""
    if new is not None:
        shelf.put_new(connection, seat, shelf.kept_candidate(kept.candidate, new, now=kept.created_at))
    shelf.put(connection, seat, kept)


def edit_draft(
    services: Services,
    caller: Caller,
    key: str,
    *,
    subject: str | EllipsisType | None = ...,
    body: str | EllipsisType | None = ...,
    check: Callable[[KeptDraft], object] | None = None,
) -> KeptDraft:
    """What a person made of a draft; the draft itself stays as it was made (F-1). `...` leaves a part as it is.

    `check` may refuse the draft as it stands by raising.

    Raises:
        InputError: the seat has no such draft, or it was sent and stays as it is.
    """
    edits = {"edited_subject": subject, "edited_body": body}
    changed: dict[str, Any] = {name: text for name, text in edits.items() if not isinstance(text, EllipsisType)}
    changed["updated_at"] = services.clock()
    with services.store.write() as connection:
        before = shelf.find(connection, KeptDraft, caller.seat, key, lock=True)
        if before is None:
            raise InputError("there is no such draft", field="id")
        if check is not None:
            check(before)
        sent = sent_as(connection, before)
        if sent is not None and not is_over(sent):
            raise InputError(
                f"F-1: its message is {sent.state}: what was sent stays beside what was drafted", field="draft",
                expected="another draft, or one whose message was cancelled",
            )  # fmt: skip
        _change(connection, caller.seat, key, **changed)
    return before.model_copy(update=changed)


def is_over(message: Message) -> bool:
    """Whether a message will never be sent, so that its draft may be."""
    return message.state in {"cancelled", "failed"}


def sent_as(connection: Connection, kept: KeptDraft) -> Message | None:
    """The message that a draft became, whatever came of that."""
    return find_message(connection, Message, messages.c.id == kept.message) if kept.message else None


def _change(connection: Connection, seat: str, key: str, **columns: Any) -> None:
    """Change these columns of a draft alone: another may be changing the others at this moment."""
    mine = (drafts.c.seat == seat) & (drafts.c.id == key)
    connection.execute(update(drafts).where(mine).values(**columns))


def vote(
    services: Services,
    caller: Caller,
    key: str,
    *,
    thumb: Thumb | None,
    reasons: Sequence[Reason] = (),
    comment: str | None = None,
    final_text: str | None = None,
    event: str | None = None,
) -> DraftVote:
    """A thumb on a draft, or the one before taken back (D-8, F-1); `event` is the caller's idempotency key.

    `final_text` is what was sent, where the studio did not send it; what it sent is kept where it is not the draft's.

    Raises:
        InputError: the seat has no such draft, or the event's id was used for another vote.
    """
    kept = find_draft(services, caller.seat, key)
    said = DraftVote(
        id=event or uuid4().hex,
        at=services.clock(),
        seat=caller.seat,
        contract=kept.contract,
        draft=snapshot_of(kept, seat=caller.seat),
        vote=thumb,
        reasons=tuple(reasons),
        comment=comment or None,
        final_text=final_text or _text_sent(services, kept),
    )
    services.feedback.add(said)
    return said


def _text_sent(services: Services, kept: KeptDraft) -> str | None:
    """The text of the message that a draft was sent as, where it is not as it was drafted."""
    with services.store.read() as connection:
        sent = sent_as(connection, kept)
    if sent is None or sent.state != "sent" or sent.body == kept.kept["draft"]["body"].strip():
        return None
    return sent.body or None  # empty once it was erased


def snapshot_of(kept: KeptDraft, *, seat: str) -> DraftSnapshot:
    """A draft as feedback keeps it (D-14)."""
    return DraftSnapshot.of(
        kept.draft, id=kept.id, candidate=kept.candidate, seat=seat, contract=kept.contract, made_at=kept.created_at
    )


def message_of(
    services: Services, seat: str, key: str, *, follow_up: FollowUp | None = None, **options: object
) -> NewMessage:
    """A draft as a message to send, with a person's edits (S-1, S-3); `options` are fields of `NewMessage`.

    Raises:
        InputError: the seat has no such draft.
    """
    kept = find_draft(services, seat, key)
    draft = kept.draft
    with services.store.read() as connection:
        who = shelf.get(connection, KeptCandidate, seat, kept.candidate)
    fields: dict[str, object] = {
        "candidate": kept.candidate,
        "address": who.address,
        "subject": kept.edited_subject or draft.subject,
        "body": kept.edited_body or draft.body,
        "follow_up": follow_up,
        "candidate_zone": who.profile.time_zone,
        "job": kept.job,
        "assisted": True,
        "elements": tuple(sorted({fact.element for sentence in draft.sentences for fact in sentence.facts})),
        **options,
    }
    return NewMessage.model_validate(fields)


def send_draft(services: Services, caller: Caller, key: str, new: NewMessage) -> Scheduled | Refused:
    """Send or schedule a draft's message (S-1, CR-1), and keep which message it became.

    Raises:
        InputError: a time cannot be read.
    """
    taken = (services.outreach.schedule if new.at else services.outreach.send)(caller.seat, new)
    if isinstance(taken, Scheduled):
        keep_message(services, caller.seat, key, taken.message)
    return taken


def keep_message(services: Services, seat: str, key: str, message: str) -> None:
    """Note on a draft which message it became, if it is still there: the message is on its way in any case."""
    with services.store.write() as connection:
        _change(connection, seat, key, message=message, updated_at=services.clock())

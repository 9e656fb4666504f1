"""What pages and API both do with drafts: make, keep, redraft, vote, send. Each takes the seat that asks."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from uuid import uuid4

from starlette.concurrency import run_in_threadpool

from overture.feedback import DraftSnapshot, DraftVote
from overture.feedback.events import Reason, Thumb
from overture.generation import Draft, DraftInput, Personalization
from overture.messaging import FollowUp, NewMessage, Scheduled
from overture.messaging.decisions import Refused

from . import shelf
from .caller import Caller
from .services import Services
from .shelf import KeptCandidate, KeptDraft, KeptJob


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
        what = shelf.get(connection, KeptJob, seat, job).opportunity if job else None
    return DraftInput(
        candidate=who.profile,
        job=what.job if what else None,
        project=what.project if what else None,
        company=what.company if what else None,
        team=what.team if what else None,
        recruiter=what.recruiter if what else None,
        personalization=personalization,
        custom_content=services.seats.content(seat, content).text if content else None,
    )


async def draft_for(
    services: Services, caller: Caller, inputs: DraftInput, *, candidate: str, job: str | None = None
) -> KeptDraft:
    """A new draft, kept (D-1)."""
    drafter = services.drafter
    draft = await drafter.adraft(**{name: getattr(inputs, name) for name in DraftInput.model_fields})
    return await run_in_threadpool(keep_draft, services, caller, draft, candidate=candidate, job=job)


async def redraft_for(
    services: Services,
    caller: Caller,
    key: str,
    *,
    personalization: Personalization,
    content: str | EllipsisType | None = ...,
) -> KeptDraft:
    """A new draft after a change of what is on and how it sounds; the one before stays (D-6).

    `content` is the id of custom content, None for none of it, and `...` for what the draft has.

    Raises:
        InputError: the seat has no such draft or no such content.
    """
    before = await run_in_threadpool(find_draft, services, caller.seat, key)
    custom = content if not isinstance(content, str) else services.seats.content(caller.seat, content).text
    draft = await services.drafter.aredraft(before.draft, personalization=personalization, custom_content=custom)
    return await run_in_threadpool(keep_draft, services, caller, draft, candidate=before.candidate, job=before.job)


def find_draft(services: Services, seat: str, key: str) -> KeptDraft:
    """A draft of a seat.

    Raises:
        InputError: the seat has none of this id.
    """
    with services.store.read() as connection:
        return shelf.get(connection, KeptDraft, seat, key)


def keep_draft(
    services: Services, caller: Caller, draft: Draft, *, candidate: str, job: str | None = None
) -> KeptDraft:
    """Put a draft on its seat's shelf."""
    from .kept_draft import dump_draft

    now = services.clock()
    kept = KeptDraft(
        id=uuid4().hex, contract=caller.contract, candidate=candidate, job=job, subject=draft.subject,
        kept=dump_draft(draft), created_at=now, updated_at=now,
    )  # fmt: skip
    with services.store.write() as connection:
        shelf.put(connection, caller.seat, kept)
    return kept


def edit_draft(services: Services, caller: Caller, key: str, *, subject: str | None, body: str | None) -> KeptDraft:
    """What a person made of a draft; the draft itself stays as it was made (F-1).

    Raises:
        InputError: the seat has no such draft.
    """
    with services.store.write() as connection:
        before = shelf.get(connection, KeptDraft, caller.seat, key)
        after = before.model_copy(
            update={"edited_subject": subject, "edited_body": body, "updated_at": services.clock()}
        )
        shelf.put(connection, caller.seat, after)
    return after


def vote(
    services: Services,
    caller: Caller,
    key: str,
    *,
    thumb: Thumb | None,
    reasons: Sequence[Reason] = (),
    comment: str | None = None,
    event: str | None = None,
) -> DraftVote:
    """A thumb on a draft, or the one before taken back (D-8, F-1); `event` is the caller's idempotency key.

    Raises:
        InputError: the seat has no such draft, or the event's id was used for another vote.
    """
    kept = find_draft(services, caller.seat, key)
    final = kept.edited_body if kept.message is not None else None
    said = DraftVote(
        id=event or uuid4().hex,
        at=services.clock(),
        seat=caller.seat,
        contract=kept.contract,
        draft=snapshot_of(kept, seat=caller.seat),
        vote=thumb,
        reasons=tuple(reasons),
        comment=comment or None,
        final_text=final,
    )
    services.feedback.add(said)
    return said


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
        InputError: the seat has no such draft, or a time cannot be read.
    """
    taken = (services.outreach.schedule if new.at else services.outreach.send)(caller.seat, new)
    if isinstance(taken, Scheduled):
        with services.store.write() as connection:
            kept = shelf.get(connection, KeptDraft, caller.seat, key)
            shelf.put(
                connection, caller.seat,
                kept.model_copy(update={"message": taken.message, "updated_at": services.clock()}),
            )  # fmt: skip
    return taken

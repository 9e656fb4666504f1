"""Making a draft from the Compose page's form, and making it again without losing what a person wrote (D-1, D-6)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from overture.base import Value
from overture.errors import InputError
from overture.generation import DraftInput
from overture.messaging import Message

from .caller import Caller
from .compose_form import Choice, Edit, Place
from .compose_merge import HandEdit, merge_edits
from .drafting import draft_for, edit_draft, find_draft, inputs_for, is_over, redraft_for, sent_as
from .problems import or_not_found
from .services import Services
from .shelf import KeptDraft


class Carried(Value):
    """The text of a draft that was made again, with the hand edits of the one before that it could take."""

    subject: str
    body: str
    kept: tuple[HandEdit, ...]
    lost: tuple[HandEdit, ...]


async def make_draft(
    services: Services, caller: Caller, place: Place, choice: Choice, edit: Edit | None, *, before: KeptDraft | None
) -> Place:
    """A draft, or the one before made again with as few changes as the choice allows; where it is then.

    Raises:
        InputError: nobody is chosen to write to, or the seat has no such thing.
        OvertureError: the drafter's own.
    """
    if before is None:
        inputs = await run_in_threadpool(chosen_inputs, services, caller.seat, place, choice)
        made = await draft_for(services, caller, inputs, candidate=place.candidate or "", job=place.job or None)
        return Place(candidate=made.candidate, job=made.job, draft=made.id)
    await run_in_threadpool(keep_edit, services, caller, before, edit)
    made = await redraft_for(
        services, caller, before.id, personalization=choice.personalization, content=choice.content
    )
    carried = await run_in_threadpool(_carry, services, caller, before.id, made)
    return Place(
        candidate=made.candidate, job=made.job, draft=made.id, second=place.second,
        before=before.id if carried is not None else None,
    )  # fmt: skip


def draft_before(services: Services, seat: str, place: Place) -> KeptDraft | None:
    """The draft on the page, if it is still for the same candidate and job.

    Raises:
        InputError: the seat has no such draft, or it was sent and stays as it is.
    """
    if not place.draft:
        return None
    kept = find_draft(services, seat, place.draft)
    if (kept.candidate, kept.job) != (place.candidate or kept.candidate, place.job or None):
        return None
    if is_sent(services, kept):
        raise InputError("was sent, and stays as it is", field="draft", expected="a new one: choose anew")
    return kept


def own_draft(services: Services, seat: str, key: str) -> KeptDraft:
    """A draft of the seat; another seat's is not found, as a missing one is.

    Raises:
        ProblemError: 404, the seat has none of this id.
    """
    with or_not_found("draft"):
        return find_draft(services, seat, key)


def message_sent(services: Services, kept: KeptDraft) -> Message | None:
    """The message that a draft was sent as."""
    with services.outreach.store.read() as connection:
        return sent_as(connection, kept)


def is_sent(services: Services, kept: KeptDraft) -> bool:
    """Whether a draft was sent or waits to be."""
    sent = message_sent(services, kept)
    return sent is not None and not is_over(sent)


def chosen_inputs(services: Services, seat: str, place: Place, choice: Choice) -> DraftInput:
    """What a draft is made from.

    Raises:
        InputError: nobody is chosen to write to, or the seat has no such thing.
    """
    if not place.candidate:
        raise InputError("is not chosen", field="candidate", expected="whom to write to")
    return inputs_for(
        services, seat, candidate=place.candidate, job=place.job or None,
        personalization=choice.personalization, content=choice.content,
    )  # fmt: skip


def keep_edit(services: Services, caller: Caller, kept: KeptDraft, edit: Edit | None) -> None:
    """Keep what stands in the form as a person's words, where it is not what was drafted.

    Raises:
        InputError: the subject or the text is empty.
    """
    if edit is None:
        return
    for name, text in (("subject", edit.subject), ("text", edit.body)):
        if not text:
            raise InputError("is empty", field=name, expected="some words")
    made = kept.draft
    subject = None if edit.subject == made.subject else edit.subject
    body = None if edit.body == made.body else edit.body
    if (subject, body) != (kept.edited_subject, kept.edited_body):
        edit_draft(services, caller, kept.id, subject=subject, body=body)


def carried_to(before: KeptDraft, made: KeptDraft) -> Carried | None:
    """What of a draft's hand edits the one made after it can take; None where there were none (D-6)."""
    if before.edited_body is None and before.edited_subject is None:
        return None
    old, new = before.draft, made.draft
    subject = merge_edits(old.subject, before.edited_subject or old.subject, new.subject)
    body = merge_edits(old.body, before.edited_body or old.body, new.body)
    return Carried(subject=subject.text, body=body.text, kept=subject.kept + body.kept, lost=subject.lost + body.lost)


def _carry(services: Services, caller: Caller, before: str, made: KeptDraft) -> Carried | None:
    carried = carried_to(find_draft(services, caller.seat, before), made)
    if carried is not None:
        keep_edit(services, caller, made, Edit(subject=carried.subject, body=carried.body))
    return carried

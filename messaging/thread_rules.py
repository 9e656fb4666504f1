"""How a thread stands: folder, outcome, open or closed to the recruiter (S-9, C-1, C-2, C-7, C-9, C-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from overture.base import Value

from .decisions import Refused
from .records import Disposition, Folder, Message, MessageState, Reply, ReplyLabel, Thread

DISPOSITION_OF: Final[dict[ReplyLabel, Disposition]] = {"accept": "accepted", "decline": "declined"}
WAITING: Final[frozenset[MessageState]] = frozenset({"scheduled", "held"})
"""States of a message that can still be cancelled; one that is `sending` may be at the transport already (S-10)."""

_FOLDER_OF: Final[dict[Disposition, Folder]] = {"accepted": "accepted", "declined": "declined"}


class ThreadState(Value):
    """A thread as its messages and replies make it."""

    folder: Folder = Field(description="S-9.")
    listed_in_scheduled: bool = Field(
        description="Whether something in it waits to be sent, so that the Scheduled folder lists it too (S-6)."
    )
    status: MessageState = Field(description="State of its latest message: a cancelled follow-up shows here (S-7).")
    disposition: Disposition = Field(description="That of the latest response (C-10).")
    outcome: Disposition = Field(description="That of the first response (C-10).")
    responded_at: AwareDatetime | None = Field(default=None, description="When the first response came.")
    closed: bool = Field(description="Whether the recruiter may not write in it (C-9).")
    rule: Literal["C-9"] = "C-9"
    reason: str = Field(description="Why it is open or closed.")


def counted_label(reply: Reply) -> ReplyLabel | None:
    """What counts of a reply (C-2): a person's correction, then the smart reply, then the classifier.

    None for an automatic answer that nobody corrected: it is no response (C-5).

    Raises:
        ValueError: a reply of free text has no label.
    """
    label = reply.corrected or reply.smart or (None if reply.kind == "auto" else reply.label)
    if label is None and reply.kind != "auto":
        raise ValueError(f"C-2: reply {reply.id!r} is no automatic answer and has neither smart reply nor label")
    return label


def closes_thread(reply: Reply) -> bool:
    """C-9: a Decline by smart reply with the untouched template, or with no text.

    A Decline that a person corrected to Accept is none; a smart Accept corrected to Decline is none by smart reply.
    """
    has_own_text = reply.edited and bool(reply.text)
    return reply.smart == "decline" and counted_label(reply) == "decline" and not has_own_text


def has_own_text(text: str, *, template: str) -> bool:
    """Whether the text sent with a smart reply is the candidate's own: neither empty nor the template (C-1, C-9).

    What a form does to spaces and lines is not theirs.
    """
    words = text.split()
    return bool(words) and words != template.split()


def thread_state(thread: Thread, messages: Sequence[Message], replies: Sequence[Reply]) -> ThreadState:
    """Fold a thread's messages and all its replies, in the order in which these came; rows of others are left out.

    Raises:
        ValueError: the thread has no message.
    """
    own = [message for message in messages if message.thread == thread.id]
    responses = responses_in_order(reply for reply in replies if reply.thread == thread.id)
    if not own:
        raise ValueError(f"thread {thread.id!r} has no message")
    first, latest = (responses[0], responses[-1]) if responses else (None, None)
    disposition = _disposition(latest)
    closed = latest is not None and closes_thread(latest)
    return ThreadState(
        folder=folder_of(own, disposition=disposition),
        listed_in_scheduled=any(message.state in WAITING for message in own),
        status=max(own, key=lambda message: (message.kind != "initial", message.created_at)).state,
        disposition=disposition,
        outcome=_disposition(first),
        responded_at=first.received_at if first else None,
        closed=closed,
        reason=_why_closed(latest, closed=closed),
    )


def folder_of(messages: Sequence[Message], *, disposition: Disposition) -> Folder:
    """The folder of a thread with these messages (S-9).

    Scheduled while the initial is not out; Awaiting Reply once it is, and also where it was cancelled or failed:
    an initial over the limit "is treated the same" as a follow-up (S-7), and nothing vanishes from the folders.
    """
    if disposition in _FOLDER_OF:
        return _FOLDER_OF[disposition]
    initial = next((message for message in messages if message.kind == "initial"), None)
    unsent = initial is not None and initial.state in WAITING | {"sending"}
    return "scheduled" if unsent else "awaiting_reply"


def may_write(thread: Thread, *, suppressed: bool) -> Refused | None:
    """Whether the recruiter may write to the candidate in this thread (C-7, C-9); none: they may."""
    if suppressed:
        return Refused(rule="C-7", reason="the candidate asked to be left alone: nothing more can be scheduled to them")
    if thread.closed:
        return Refused(
            rule="C-9",
            reason="the candidate declined without a word of their own, which closes the thread; a new message "
            "(new thread, new credit) is allowed",
        )
    return None


def responses_in_order(replies: Iterable[Reply]) -> list[Reply]:
    """The replies that are responses (C-5), the earliest first; those of one instant stay as they came."""
    return sorted((reply for reply in replies if counted_label(reply) is not None), key=lambda reply: reply.received_at)


def _disposition(reply: Reply | None) -> Disposition:
    label = counted_label(reply) if reply else None
    return DISPOSITION_OF[label] if label else "pending"


def _why_closed(latest: Reply | None, *, closed: bool) -> str:
    if latest is None:
        return "open: there is no response yet"
    if closed:
        return "closed: the latest response is a Decline by smart reply without a word of the candidate's own"
    if latest.smart is None:
        return "open: the latest response is free text"
    if counted_label(latest) == "accept":
        return "open: the latest response is an Accept"
    return "open: the latest response carries text of the candidate's own, or is a Decline by a person's correction"

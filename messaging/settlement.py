"""What an answer does to its thread: credits, follow-up, doors and notices (C-1, C-2, C-5, C-7 to C-10, CR-2, CR-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from .decisions import FollowUpTime, Settlement
from .follow_ups import move_past_return
from .policy import Policy
from .records import Message, MessageKind, MessageState, Reply, ReplyLabel, Thread
from .thread_rules import WAITING, closes_thread, counted_label, responses_in_order, thread_state

_OUT: Final[frozenset[MessageState]] = frozenset({"sent", "sending"})
_NOTICE_OF: Final[dict[ReplyLabel, Literal["interested", "declined"]]] = {"accept": "interested", "decline": "declined"}


def settle_reply(
    reply: Reply, *, thread: Thread, messages: Sequence[Message], now: datetime, policy: Policy
) -> Settlement:
    """What a reply, as it was sent (C-1), does to its thread; thread and messages as they stand before it.

    Only the first response gives credits back (CR-2, CR-3):

    - The 90 days are `Policy.refund_days` x 24 h from each message's own sending to the receipt of the reply. Exactly
      90 days is still "within"; a microsecond more is not. A receipt later than `now` counts as `now`.
    - Before the follow-up went out: it is not sent, and its credit comes back whatever the 90 days say of the initial.
    - After it went out: the credit of the message that was answered, the latest that was out at the receipt; should
      that one be free or too old, the other's. A follow-up at the transport (`sending`) cannot be called back (S-10).
    - Before the initial went out (the candidate wrote on their own): a response that answers no message. Nothing that
      waits is sent any more and both credits come back (CR-3, CR-4): a cold first message to somebody who has spoken
      helps no one, and after a Decline it would harm.

    A follow-up that still waits when a later response comes is cancelled and given back too (CR-4).

    Raises:
        ValueError: a reply of free text has no label (C-2).
    """
    messages = [message for message in messages if message.kind != "further"]  # cost nothing, answered by nobody
    label = counted_label(reply)
    if label is None:
        return _settle_automatic(reply, thread=thread, messages=messages, policy=policy)
    received = min(reply.received_at, now)
    first = thread.responded_at is None or received < thread.responded_at
    refunds, reasons = _credits(messages, received=received, responded_at=thread.responded_at, policy=policy)
    reasons.append(
        f"C-10: the first response fixes the outcome: {label}"
        if first
        else "C-10: a later response changes the latest disposition, not the outcome"
    )
    if closes_thread(reply):
        reasons.append("C-9: a Decline by smart reply without a word of the candidate's own closes the thread")
    if reply.intent == "unsubscribe":
        reasons.append("C-7: the candidate asks to be left alone")
    follow_up, initial = _waiting(messages, "follow_up"), _waiting(messages, "initial")
    answered = _answered(messages, received)
    return Settlement(
        counts_as_response=True,
        first_response=first,
        label=label,
        refunds=refunds,
        refund_rule="CR-3" if any(m.kind == "follow_up" and m.state in WAITING | _OUT for m in messages) else "CR-2",
        answers=answered.id if answered and thread.responded_at is None else None,
        cancels_follow_up=follow_up.id if follow_up else None,
        cancels_initial=initial.id if initial else None,
        closes=closes_thread(reply),
        suppresses=reply.intent == "unsubscribe",
        notice=_NOTICE_OF[label],
        reasons=tuple(reasons),
    )


def settle_correction(
    reply: Reply,
    corrected: ReplyLabel,
    *,
    thread: Thread,
    replies: Sequence[Reply],
    messages: Sequence[Message],
    now: datetime,
    policy: Policy,
) -> Settlement:
    """What a person's word on a reply changes (C-2); `replies` are all of the thread, with the one that is corrected.

    The disposition changes if it is the latest response, the outcome if it is the first; `thread_state` over the
    replies with the correction gives both. Credits stay, since any kind of answer gives them back (CR-2), with one
    exception: an answer that was taken for automatic becomes a response, from its receipt on, and settles as one.
    No correction takes a candidate off the suppression list (C-7).

    Raises:
        ValueError: the reply is not among `replies`.
    """
    before, mended = counted_label(reply), reply.model_copy(update={"corrected": corrected})
    if reply.id not in {other.id for other in replies}:
        raise ValueError(f"reply {reply.id!r} is not among the replies of thread {thread.id!r}")
    after = [mended if other.id == reply.id else other for other in replies]
    is_first = responses_in_order(after)[0].id == reply.id
    if before is None:
        settled = settle_reply(mended, thread=thread, messages=messages, now=now, policy=policy)
    else:
        settled = Settlement(
            counts_as_response=True,
            first_response=is_first,
            label=corrected,
            refunds=(),
            closes=False,
            suppresses=False,
            notice=_NOTICE_OF[corrected] if corrected != before else None,
            reasons=("CR-2: a correction moves no credit: an answer of any kind gave it back",),
        )
    said = "first response, whose outcome" if is_first else "response, whose label"
    return settled.model_copy(
        update={
            "first_response": is_first,
            "closes": thread_state(thread, messages, after).closed,
            "suppresses": reply.intent == "unsubscribe" and corrected == "decline",
            "reasons": (f"C-2: a person's word stands above all: {said} is now {corrected}", *settled.reasons),
        }
    )


def _settle_automatic(reply: Reply, *, thread: Thread, messages: Sequence[Message], policy: Policy) -> Settlement:
    moved = _moved(reply, messages=messages, policy=policy)
    reasons = ["C-5: an automatic answer is no response: status, credits and follow-up are untouched"]
    if moved:
        reasons.append(moved.reason)
    return Settlement(
        counts_as_response=False,
        first_response=False,
        label=None,
        refunds=(),
        moves_follow_up=moved,
        closes=thread.closed,
        suppresses=False,
        reasons=tuple(reasons),
    )


def _moved(reply: Reply, *, messages: Sequence[Message], policy: Policy) -> FollowUpTime | None:
    follow_up = _waiting(messages, "follow_up")
    sent_at = next((message.sent_at for message in messages if message.kind == "initial"), None)
    if reply.returns_on is None or follow_up is None or follow_up.due_at is None or sent_at is None:
        return None
    return move_past_return(
        follow_up.due_at, returns_on=reply.returns_on, sent_at=sent_at, zone=follow_up.zone, policy=policy
    )


def _credits(
    messages: Sequence[Message], *, received: datetime, responded_at: datetime | None, policy: Policy
) -> tuple[tuple[str, ...], list[str]]:
    """Whose credit a response gives back, and why, given when the first one came."""
    refunds: list[str] = []
    reasons: list[str] = []
    within = f"within {policy.refund_days} days of its sending"
    answered = _given_back(messages, received, policy)
    had_back = responded_at is not None and _given_back(messages, responded_at, policy) is not None
    if responded_at is not None and (received >= responded_at or had_back):
        reasons.append("CR-2: a credit comes back once, with the first response")
    elif answered is not None:
        refunds.append(answered.id)
        reasons.append(f"CR-2: the {_name(answered)} was answered {within}")
    elif any(message.state in _OUT for message in messages):
        reasons.append(f"CR-2: nothing that cost a credit was answered {within}")
    for message in messages:
        if message.state in WAITING:
            refunds += [] if message.free else [message.id]
            rule = "CR-3" if message.kind == "follow_up" else "CR-4"
            reasons.append(f"{rule}: the candidate wrote before the {_name(message)} went out: it is not sent")
    if len([message for message in messages if message.state in _OUT]) > 1 and responded_at is None:
        reasons.append("CR-3: the follow-up had gone out: no more than one credit comes back")
    return tuple(refunds), reasons


def _given_back(messages: Sequence[Message], received: datetime, policy: Policy) -> Message | None:
    """The message whose credit a first response at an instant gives back: the answered one, or else the other."""
    answered = _answered(messages, received)
    paid = [message for message in _out(messages) if not message.free and _in_time(message, received, policy)]
    return answered if answered in paid else paid[-1] if paid else None


def _answered(messages: Sequence[Message], received: datetime) -> Message | None:
    """The latest message that was out at an instant; where clocks differ so that none was, the first that is out."""
    out = _out(messages)
    earlier = [message for message in out if message.sent_at is not None and message.sent_at <= received]
    return earlier[-1] if earlier else out[0] if out else None


def _in_time(message: Message, received: datetime, policy: Policy) -> bool:
    """CR-2, the last instant included; what is at the transport this moment is in time."""
    return message.sent_at is None or received - message.sent_at <= timedelta(days=policy.refund_days)


def _out(messages: Sequence[Message]) -> list[Message]:
    """Messages that went out, the initial first."""
    return sorted((message for message in messages if message.state in _OUT), key=lambda m: m.kind == "follow_up")


def _waiting(messages: Sequence[Message], kind: MessageKind) -> Message | None:
    return next((message for message in messages if message.kind == kind and message.state in WAITING), None)


def _name(message: Message) -> str:
    return "follow-up" if message.kind == "follow_up" else "initial message"

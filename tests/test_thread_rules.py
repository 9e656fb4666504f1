"""How a thread stands: S-9 and its neighbours S-6, S-7; C-1, C-2, C-5, C-7, C-9, C-10."""

from __future__ import annotations

from typing import Any

import pytest
from threads import a_follow_up, a_message, a_reply, a_smart, a_thread, an_auto, day

from overture.messaging.records import Message, Reply
from overture.messaging.thread_rules import (
    ThreadState,
    closes_thread,
    counted_label,
    folder_of,
    has_own_text,
    may_write,
    thread_state,
)


def state_of(*replies: Reply, messages: tuple[Message, ...] = (a_message(),)) -> ThreadState:
    return thread_state(a_thread(), messages, replies)


OWN_WORDS: dict[str, Any] = {"edited": True, "text": "I have just moved to Oslo."}


@pytest.mark.parametrize(
    ("messages", "replies", "folder"),
    [
        ((a_message(state="scheduled"), a_follow_up(due_at=None)), (), "scheduled"),
        ((a_message(state="held"),), (), "scheduled"),
        ((a_message(state="sending"),), (), "scheduled"),
        ((a_message(),), (), "awaiting_reply"),
        ((a_message(), a_follow_up()), (), "awaiting_reply"),
        ((a_message(), a_follow_up(state="sent", sent_at=day(7))), (), "awaiting_reply"),
        ((a_message(),), (an_auto(),), "awaiting_reply"),
        ((a_message(),), (a_reply(),), "accepted"),
        ((a_message(),), (a_smart("decline"),), "declined"),
        ((a_message(state="cancelled"),), (a_reply(),), "accepted"),
    ],
)
def test_s9_each_thread_is_in_one_of_four_folders(
    messages: tuple[Message, ...], replies: tuple[Reply, ...], folder: str
) -> None:
    assert state_of(*replies, messages=messages).folder == folder


def test_s7_a_follow_up_cancelled_by_the_limit_is_in_awaiting_reply_with_status_cancelled() -> None:
    state = state_of(messages=(a_follow_up(state="cancelled", ended_by="S-7"), a_message()))
    assert (state.folder, state.status, state.listed_in_scheduled) == ("awaiting_reply", "cancelled", False)


def test_s7_an_initial_cancelled_by_the_limit_is_treated_the_same() -> None:
    state = state_of(messages=(a_message(state="cancelled", ended_by="S-7"),))
    assert (state.folder, state.status) == ("awaiting_reply", "cancelled")


def test_s6_a_waiting_follow_up_is_listed_in_scheduled_too_where_it_can_be_cancelled() -> None:
    state = state_of(messages=(a_message(), a_follow_up()))
    assert (state.folder, state.status, state.listed_in_scheduled) == ("awaiting_reply", "scheduled", True)


def test_s9_the_status_is_that_of_the_latest_message() -> None:
    further = a_message("m2", kind="further", state="scheduled", created_at=day(9))
    assert state_of(a_reply(), messages=(further, a_message(), a_follow_up(state="cancelled"))).status == "scheduled"


def test_s9_the_folder_of_a_thread_whose_disposition_is_known_needs_no_replies() -> None:
    assert folder_of([a_message()], disposition="declined") == "declined"
    assert folder_of([a_message()], disposition="pending") == "awaiting_reply"


def test_c10_the_first_response_is_the_outcome_and_the_latest_the_disposition() -> None:
    state = state_of(a_reply(5), a_smart("decline", 3), an_auto(1), an_auto(9))
    assert (state.outcome, state.disposition, state.responded_at) == ("declined", "accepted", day(3))
    assert state.folder == "accepted"


def test_c2_a_correction_of_the_first_response_is_the_outcome() -> None:
    state = state_of(a_smart("decline", 3, corrected="accept"), a_reply(5))
    assert (state.outcome, state.disposition) == ("accepted", "accepted")


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        (a_reply(), "accept"),
        (a_smart("decline", label="accept"), "decline"),
        (a_smart("decline", corrected="accept"), "accept"),
        (an_auto(), None),
        (an_auto(corrected="decline"), "decline"),
        (an_auto(smart="accept"), "accept"),
    ],
)
def test_c2_a_correction_stands_above_the_smart_reply_and_that_above_the_classifier(
    reply: Reply, label: str | None
) -> None:
    assert counted_label(reply) == label


@pytest.mark.parametrize(
    ("replies", "closed"),
    [
        ((), False),
        ((a_smart("decline"),), True),
        ((a_smart("decline", edited=True, text=" "),), True),
        ((a_smart("decline", text=""),), True),
        ((a_smart("decline", **OWN_WORDS),), False),
        ((a_reply(label="decline", intent="hostile"),), False),
        ((a_smart("accept"),), False),
        ((a_smart("decline", 3), a_reply(4)), False),
        ((a_smart("decline", 3), a_smart("accept", 4)), False),
        ((a_smart("decline", 3), an_auto(4)), True),
        ((a_reply(3), a_smart("decline", 4)), True),
        ((a_smart("decline", 3), a_reply(4, label="decline"), a_smart("decline", 5)), True),
        ((a_smart("decline", 3, corrected="accept"),), False),
        ((a_smart("accept", 3, corrected="decline"),), False),
    ],
)
def test_c9_only_a_wordless_smart_decline_closes_and_writing_again_opens(
    replies: tuple[Reply, ...], *, closed: bool
) -> None:
    state = state_of(*replies)
    assert (state.closed, state.rule) == (closed, "C-9")
    assert state.reason.startswith("closed:" if closed else "open:")


def test_c9_closing_is_a_matter_of_one_reply() -> None:
    assert closes_thread(a_smart("decline"))
    assert not closes_thread(a_smart("decline", **OWN_WORDS))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("", False),
        (" \n", False),
        ("No thanks, not interested.", False),
        ("No thanks,\n  not interested. ", False),
        ("No thanks, not interested. I have just moved.", True),
        ("Non, merci.", True),
    ],
)
def test_c1_c9_the_template_with_other_spaces_is_no_text_of_their_own(text: str, *, own: bool) -> None:
    assert has_own_text(text, template="No thanks, not interested.") is own


def test_c7_nothing_more_may_be_written_to_a_suppressed_candidate() -> None:
    refused = may_write(a_thread(closed=True), suppressed=True)
    assert refused is not None
    assert (refused.rule, refused.until) == ("C-7", None)


def test_c9_a_closed_thread_is_refused_and_the_reason_says_what_is_allowed() -> None:
    refused = may_write(a_thread(closed=True), suppressed=False)
    assert refused is not None
    assert refused.rule == "C-9"
    assert "new thread, new credit" in refused.reason
    assert may_write(a_thread(), suppressed=False) is None


def test_rows_of_other_threads_are_left_out() -> None:
    state = state_of(a_reply(3, thread="t2"), messages=(a_message("x", thread="t2", state="failed"), a_message()))
    assert (state.disposition, state.status) == ("pending", "sent")


def test_a_thread_without_a_message_is_none() -> None:
    with pytest.raises(ValueError, match="thread 't1' has no message"):
        state_of(messages=())

"""What an answer does: C-1, C-2, C-5, C-7, C-8, C-10, CR-2, CR-3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threads import START, a_follow_up, a_message, a_reply, a_smart, a_thread, an_auto, day

from overture.messaging.decisions import Settlement
from overture.messaging.policy import Policy
from overture.messaging.records import Message, Reply, Thread
from overture.messaging.settlement import settle_correction, settle_reply
from overture.messaging.thread_rules import DISPOSITION_OF, thread_state

POLICY = Policy.default()
SENT_FOLLOW_UP = a_follow_up(state="sent", sent_at=day(7))


def settle(reply: Reply, *messages: Message, thread: Thread | None = None, now: datetime | None = None) -> Settlement:
    """With the initial alone unless messages are given, at the moment of its receipt unless told."""
    return settle_reply(
        reply,
        thread=thread or a_thread(),
        messages=messages or (a_message(),),
        now=now or reply.received_at,
        policy=POLICY,
    )


def correct(
    reply: Reply,
    corrected: Literal["accept", "decline"],
    *,
    thread: Thread,
    replies: Sequence[Reply] = (),
    messages: Sequence[Message] = (),
) -> Settlement:
    return settle_correction(
        reply,
        corrected,
        thread=thread,
        replies=replies or (reply,),
        messages=messages or (a_message(),),
        now=day(120),
        policy=POLICY,
    )


# CR-2


@pytest.mark.parametrize("reply", [a_reply(), a_smart("decline"), a_reply(label="decline", intent="hostile")])
def test_cr2_an_answer_of_any_kind_gives_the_credit_back(reply: Reply) -> None:
    assert settle(reply).refunds == ("m1",)


def test_cr2_an_answer_on_the_90th_day_gives_the_credit_back() -> None:
    settled = settle(a_reply(90))
    assert (settled.refunds, settled.refund_rule) == (("m1",), "CR-2")


def test_cr2_an_answer_a_microsecond_after_90_days_gives_nothing_back_and_is_still_labelled() -> None:
    settled = settle(a_reply(received_at=day(90, microseconds=1)))
    assert (settled.refunds, settled.label, settled.first_response) == ((), "accept", True)
    assert settled.answers == "m1"


def test_cr2_the_90_days_come_from_the_policy() -> None:
    short = Policy.model_validate({"refund_days": 2})
    for at, refunds in ((2, ("m1",)), (2.01, ())):
        settled = settle_reply(a_reply(at), thread=a_thread(), messages=[a_message()], now=day(9), policy=short)
        assert settled.refunds == refunds


def test_cr2_a_receipt_later_than_now_counts_as_now() -> None:
    assert settle(a_reply(91), now=day(90)).refunds == ("m1",)


def test_cr2_the_second_answer_gives_nothing_back() -> None:
    answered = a_thread(responded_at=day(2), outcome="accepted", disposition="accepted")
    settled = settle(a_reply(3), thread=answered)
    assert (settled.refunds, settled.answers, settled.counts_as_response) == ((), None, True)


def test_cr2_a_second_answer_gives_nothing_back_though_the_first_came_too_late_to() -> None:
    answered = a_thread(responded_at=day(91), outcome="accepted")
    settled = settle(a_reply(96), a_message(), a_follow_up(state="sent", sent_at=day(95)), thread=answered)
    assert settled.refunds == ()


def test_cr2_an_answer_that_is_read_late_but_came_first_gives_back_only_what_the_other_did_not() -> None:
    early = a_reply(80)
    in_time = a_thread(responded_at=day(85), outcome="accepted")
    too_late = a_thread(responded_at=day(95), outcome="accepted")
    assert settle(early, thread=in_time, now=day(96)).refunds == ()
    assert settle(early, thread=too_late, now=day(96)).refunds == ("m1",)


def test_cr2_a_free_message_gives_nothing_back_but_is_answered() -> None:
    settled = settle(a_reply(), a_message(free=True), a_follow_up(free=True))
    assert (settled.refunds, settled.answers, settled.cancels_follow_up) == ((), "m1", "f1")


def test_cr2_further_messages_of_a_conversation_settle_nothing() -> None:
    settled = settle(a_reply(10), a_message(), a_message("m2", kind="further", sent_at=day(9)))
    assert (settled.refunds, settled.answers, settled.refund_rule) == (("m1",), "m1", "CR-2")


# CR-3


@pytest.mark.parametrize("state", ["scheduled", "held"])
def test_cr3_an_answer_on_day_3_before_the_follow_up_of_day_7_gives_both_back(state: str) -> None:
    settled = settle(a_reply(3), a_message(), a_follow_up(state=state))
    assert (settled.refunds, settled.refund_rule, settled.cancels_follow_up) == (("m1", "f1"), "CR-3", "f1")


def test_cr3_the_follow_up_that_is_not_sent_comes_back_though_the_initial_is_too_old() -> None:
    settled = settle(a_reply(91), a_message(), a_follow_up(state="held"))
    assert (settled.refunds, settled.cancels_follow_up) == (("f1",), "f1")


def test_cr3_an_answer_on_day_9_after_the_follow_up_of_day_7_gives_exactly_one_back_the_answered_one() -> None:
    settled = settle(a_reply(9), a_message(), SENT_FOLLOW_UP)
    assert (settled.refunds, settled.refund_rule, settled.answers) == (("f1",), "CR-3", "f1")
    assert settled.cancels_follow_up is None


def test_cr3_an_answer_at_the_very_instant_of_the_follow_up_answers_the_follow_up() -> None:
    assert settle(a_reply(7), a_message(), SENT_FOLLOW_UP).answers == "f1"


def test_cr3_an_answer_on_day_95_is_within_90_days_of_the_follow_up_of_day_7() -> None:
    assert settle(a_reply(95), a_message(), SENT_FOLLOW_UP).refunds == ("f1",)
    assert settle(a_reply(97), a_message(), SENT_FOLLOW_UP).refunds == ("f1",)
    assert settle(a_reply(received_at=day(97, microseconds=1)), a_message(), SENT_FOLLOW_UP).refunds == ()


def test_cr3_the_others_credit_comes_back_where_the_answered_one_was_free() -> None:
    free = a_follow_up(state="sent", sent_at=day(7), free=True)
    settled = settle(a_reply(9), a_message(), free)
    assert (settled.refunds, settled.answers) == (("m1",), "f1")


def test_cr3_an_answer_from_before_the_follow_up_that_is_read_after_it_gives_one_back_the_initials() -> None:
    settled = settle(a_reply(6.9), a_message(), SENT_FOLLOW_UP, now=day(7.1))
    assert (settled.refunds, settled.answers) == (("m1",), "m1")


def test_cr3_a_follow_up_at_the_transport_cannot_be_called_back() -> None:
    settled = settle(a_reply(7), a_message(), a_follow_up(state="sending"))
    assert (settled.refunds, settled.cancels_follow_up) == (("m1",), None)


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_cr4_what_was_cancelled_before_had_its_credit_back_then(state: str) -> None:
    settled = settle(a_reply(), a_message(), a_follow_up(state=state))
    assert (settled.refunds, settled.refund_rule) == (("m1",), "CR-2")


def test_cr4_a_follow_up_that_still_waits_at_a_later_response_is_cancelled_and_comes_back() -> None:
    answered = a_thread(responded_at=day(2), outcome="accepted")
    settled = settle(a_reply(3), a_message(), a_follow_up(), thread=answered)
    assert (settled.refunds, settled.cancels_follow_up) == (("f1",), "f1")


def test_cr3_a_candidate_who_writes_before_the_initial_went_out_stops_both_and_both_come_back() -> None:
    settled = settle(a_reply(), a_message(state="scheduled"), a_follow_up(due_at=None))
    assert set(settled.refunds) == {"m1", "f1"}
    assert (settled.cancels_initial, settled.cancels_follow_up, settled.answers) == ("m1", "f1", None)
    assert (settled.first_response, settled.label, settled.notice) == (True, "accept", "interested")


def test_cr2_an_answer_to_an_initial_whose_sending_is_being_written_down_is_an_answer_to_it() -> None:
    settled = settle(a_reply(), a_message(state="sending"), a_follow_up(due_at=None))
    assert (settled.refunds, settled.answers, settled.cancels_initial) == (("m1", "f1"), "m1", None)


@given(
    answered=st.timedeltas(timedelta(0), timedelta(days=140)),
    followed=st.none() | st.timedeltas(timedelta(days=3), timedelta(days=28)),
    free=st.tuples(st.booleans(), st.booleans()),
)
def test_cr2_cr3_any_first_answer_agrees_with_the_rules_read_aloud(
    answered: timedelta, followed: timedelta | None, free: tuple[bool, bool]
) -> None:
    received = START + answered
    messages = [a_message(free=free[0])]
    if followed is not None:
        went_out = followed <= answered
        state: dict[str, Any] = (
            {"state": "sent", "sent_at": START + followed} if went_out else {"due_at": START + followed}
        )
        messages.append(a_follow_up(free=free[1], **state))
    settled = settle(a_reply(received_at=received), *messages)
    paid = {message.id for message in messages if not message.free}
    in_time = {m.id for m in messages if m.sent_at is not None and received <= m.sent_at + timedelta(days=90)}
    if followed is None:
        assert set(settled.refunds) == paid & in_time
    elif followed > answered:
        assert set(settled.refunds) == (paid & in_time) | (paid & {"f1"})
        assert settled.cancels_follow_up == "f1"
    else:
        assert len(settled.refunds) == min(1, len(paid & in_time))
        assert set(settled.refunds) <= paid & in_time


# C-1, C-2, C-5


def test_c1_only_what_was_sent_counts() -> None:
    chosen_first = a_smart("accept")
    sent = chosen_first.model_copy(update={"smart": "decline", "label": "decline", "edited": True, "text": "Not now."})
    settled = settle(sent)
    assert (settled.label, settled.notice, settled.closes) == ("decline", "declined", False)


def test_c2_the_smart_reply_is_the_label_whatever_the_classifier_said() -> None:
    assert settle(a_smart("accept", label="decline", conflict=True)).label == "accept"


def test_c2_free_text_without_a_label_cannot_be_settled() -> None:
    with pytest.raises(ValueError, match="C-2: reply 'r3' is no automatic answer"):
        settle(a_reply(label=None))


def test_c5_an_automatic_answer_changes_nothing() -> None:
    settled = settle(an_auto(), a_message(), a_follow_up())
    assert not settled.counts_as_response
    assert (settled.label, settled.refunds, settled.notice, settled.answers) == (None, (), None, None)
    assert (settled.cancels_follow_up, settled.moves_follow_up, settled.first_response) == (None, None, False)


def test_c5_an_automatic_answer_leaves_a_closed_thread_closed() -> None:
    assert settle(an_auto(), thread=a_thread(closed=True, responded_at=day(1))).closes


def test_c5_a_follow_up_of_day_7_is_moved_past_the_return_on_day_10() -> None:
    back = day(10).date()
    settled = settle(an_auto(returns_on=back), a_message(), a_follow_up())
    assert settled.moves_follow_up is not None
    assert settled.moves_follow_up.at.date() >= back
    assert settled.moves_follow_up.at <= day(28)
    assert (settled.moves_follow_up.rule, settled.cancels_follow_up, settled.refunds) == ("C-5", None, ())


@pytest.mark.parametrize(
    ("back", "messages"),
    [
        (day(5).date(), (a_message(), a_follow_up())),
        (day(200).date(), (a_message(), a_follow_up())),
        (day(10).date(), (a_message(), a_follow_up(state="cancelled"))),
        (day(10).date(), (a_message(), SENT_FOLLOW_UP)),
        (day(10).date(), (a_message(),)),
        (day(10).date(), (a_message(state="scheduled"), a_follow_up(due_at=None))),
    ],
)
def test_c5_nothing_moves_that_need_not_or_cannot(back: date, messages: tuple[Message, ...]) -> None:
    assert settle(an_auto(returns_on=back), *messages).moves_follow_up is None


def test_c5_the_first_human_answer_after_an_automatic_one_is_the_first_response() -> None:
    settled = settle(a_reply(8), a_message(), SENT_FOLLOW_UP)
    assert (settled.first_response, settled.refunds) == (True, ("f1",))


# C-7, C-8, C-9, C-10


def test_c7_unsubscribe_suppresses_whatever_button_was_pressed() -> None:
    assert settle(a_reply(label="decline", intent="unsubscribe")).suppresses
    assert settle(a_smart("accept", intent="unsubscribe", edited=True, text="Take me off.")).suppresses
    assert not settle(a_reply(label="decline", intent="hostile")).suppresses


def test_c8_the_notice_says_interested_or_declined() -> None:
    assert settle(a_reply()).notice == "interested"
    assert settle(a_reply(label="decline")).notice == "declined"


def test_c9_no_thanks_without_a_word_closes() -> None:
    settled = settle(a_smart("decline"))
    assert settled.closes
    assert any(reason.startswith("C-9") for reason in settled.reasons)


def test_c10_a_later_change_of_mind_is_no_first_response() -> None:
    declined = a_thread(responded_at=day(1), outcome="declined", disposition="declined", closed=True)
    settled = settle(a_reply(5), thread=declined)
    assert (settled.first_response, settled.label, settled.closes) == (False, "accept", False)


@st.composite
def conversations(draw: st.DrawFn) -> list[Reply]:
    kinds = draw(st.lists(st.sampled_from(["yes", "no", "no thanks", "no thanks, because", "away"]), max_size=6))
    make: dict[str, Callable[[float], Reply]] = {
        "yes": lambda at: a_reply(at),
        "no": lambda at: a_reply(at, label="decline"),
        "no thanks": lambda at: a_smart("decline", at),
        "no thanks, because": lambda at: a_smart("decline", at, edited=True, text="I have just moved."),
        "away": lambda at: an_auto(at),
    }
    return [make[kind](at + 1.0) for at, kind in enumerate(kinds)]


@given(conversations())
def test_c10_settling_one_by_one_and_folding_all_at_once_agree(replies: list[Reply]) -> None:
    thread = a_thread()
    for reply in replies:
        settled = settle(reply, thread=thread)
        if settled.label is None:
            assert settled.closes == thread.closed
            continue
        changes = {"disposition": DISPOSITION_OF[settled.label], "closed": settled.closes}
        if settled.first_response:
            changes |= {"outcome": DISPOSITION_OF[settled.label], "responded_at": reply.received_at}
        thread = thread.model_copy(update=changes)
    state = thread_state(a_thread(), [a_message()], replies)
    assert (state.disposition, state.outcome, state.responded_at, state.closed) == (
        thread.disposition,
        thread.outcome,
        thread.responded_at,
        thread.closed,
    )


# Corrections


def test_c2_a_correction_of_the_first_response_changes_the_outcome_and_no_credit() -> None:
    first = a_reply(3)
    answered = a_thread(responded_at=day(3), outcome="accepted", disposition="accepted")
    settled = correct(first, "decline", thread=answered)
    assert (settled.first_response, settled.label, settled.refunds) == (True, "decline", ())
    assert settled.notice == "declined"
    state = thread_state(answered, [a_message()], [first.model_copy(update={"corrected": "decline"})])
    assert (state.outcome, state.disposition) == ("declined", "declined")


def test_c2_a_correction_of_a_later_response_leaves_the_outcome() -> None:
    first, later = a_reply(3), a_reply(5, label="decline")
    settled = correct(later, "accept", thread=a_thread(responded_at=day(3), outcome="accepted"), replies=[first, later])
    assert (settled.first_response, settled.refunds) == (False, ())


def test_c2_a_correction_that_confirms_tells_nobody() -> None:
    assert correct(a_reply(3), "accept", thread=a_thread(responded_at=day(3), outcome="accepted")).notice is None


def test_c2_a_smart_decline_corrected_to_accept_opens_the_thread() -> None:
    closed = a_thread(responded_at=day(3), outcome="declined", disposition="declined", closed=True)
    assert not correct(a_smart("decline"), "accept", thread=closed).closes
    assert correct(a_smart("decline"), "decline", thread=closed).closes


def test_c5_an_automatic_answer_corrected_to_accept_settles_as_the_response_it_was() -> None:
    mistaken = an_auto(3)
    settled = correct(mistaken, "accept", thread=a_thread(), messages=[a_message(), a_follow_up(due_at=day(119))])
    assert (settled.first_response, settled.refunds, settled.cancels_follow_up) == (True, ("m1", "f1"), "f1")
    assert (settled.notice, settled.answers) == ("interested", "m1")


def test_c5_an_automatic_answer_corrected_after_the_follow_up_went_out_gives_one_back() -> None:
    settled = correct(an_auto(3), "decline", thread=a_thread(), messages=[a_message(), SENT_FOLLOW_UP])
    assert settled.refunds == ("m1",)


def test_cr2_an_automatic_answer_corrected_after_a_real_one_gives_nothing_back_twice() -> None:
    auto, real = an_auto(3), a_reply(9)
    answered = a_thread(responded_at=day(9), outcome="accepted", disposition="accepted")
    settled = correct(auto, "decline", thread=answered, replies=[auto, real], messages=[a_message(), SENT_FOLLOW_UP])
    assert (settled.first_response, settled.refunds, settled.answers) == (True, (), None)


def test_c7_a_correction_takes_nobody_off_the_list_and_suppresses_only_a_decline() -> None:
    asked = a_reply(3, label="decline", intent="unsubscribe")
    answered = a_thread(responded_at=day(3), outcome="declined")
    assert correct(asked, "decline", thread=answered).suppresses
    assert not correct(asked, "accept", thread=answered).suppresses


def test_c2_a_correction_needs_its_reply_among_the_replies() -> None:
    with pytest.raises(ValueError, match="'r3' is not among the replies of thread 't1'"):
        correct(a_reply(3), "accept", thread=a_thread(), replies=[a_reply(4)])

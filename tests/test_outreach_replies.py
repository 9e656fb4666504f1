"""Answers through the door, rule by rule: C-1, C-2, C-5 and C-7 to C-10."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from outreach_desk import OutreachDesk, WorkerDied, let_pass
from threads import START, day

from overture.classification.mail import Mail
from overture.errors import InputError, TransportError
from overture.messaging.decisions import Refused
from overture.messaging.new_message import Scheduled
from overture.messaging.notices import Notice
from overture.messaging.records import Contract, Reply
from overture.messaging.rows import get
from overture.messaging.store import Store


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


def kept(desk: OutreachDesk, reply: str) -> Reply:
    with desk.store.read() as connection:
        return get(connection, Reply, reply)


def write(desk: OutreachDesk, thread: str) -> Scheduled | Refused:
    return desk.outreach.write_in_thread(thread, subject="Re: A role", body="When shall we talk?")


# C-1


def test_c1_a_smart_reply_needs_no_text_and_text_needs_no_smart_reply_but_nothing_is_no_answer(
    desk: OutreachDesk,
) -> None:
    sent = desk.sent()
    assert desk.reply(sent.thread, smart="accept").reply.kind == "smart"
    assert desk.reply(sent.thread, "Yes, on Tuesday.", smart="accept", edited=True).reply.kind == "smart"
    assert desk.reply(sent.thread, "Yes, on Tuesday.").reply.kind == "text"
    with pytest.raises(InputError, match="no answer in it"):
        desk.reply(sent.thread, " \n")


def test_c1_a_mail_is_an_answer_as_it_came(desk: OutreachDesk) -> None:
    sent = desk.sent()
    received = desk.outreach.receive_reply(sent.thread, Mail(headers=(), text="No."))
    assert (received.reply.label, received.reply.text) == ("decline", "No.")


def test_c1_an_answer_to_no_thread_is_an_error(desk: OutreachDesk) -> None:
    with pytest.raises(InputError, match="thread 'nowhere'"):
        desk.reply("nowhere", "Yes.")


def test_c1_the_same_answer_by_its_key_counts_once(desk: OutreachDesk) -> None:
    sent = desk.sent()
    first = desk.reply(sent.thread, "Yes.", key="mail-1")
    again = desk.reply(sent.thread, "Yes.", key="mail-1", at=day(1))
    assert (again.repeated, again.reply.id, again.settlement.refunds) == (True, first.reply.id, ())
    assert len(desk.outreach.thread(sent.thread).replies) == 1
    assert desk.told() == ["interested"]


# C-2


@pytest.mark.parametrize(("text", "folder"), [("Yes, tell me more.", "accepted"), ("No, thank you.", "declined")])
def test_c2_free_text_without_a_smart_reply_is_labelled(desk: OutreachDesk, text: str, folder: str) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, text)
    assert desk.outreach.thread(sent.thread).state.folder == folder


def test_c2_the_smart_reply_is_the_label_and_a_confident_classifier_raises_a_conflict(desk: OutreachDesk) -> None:
    sent = desk.sent()
    received = desk.reply(sent.thread, "No, I would rather not.", smart="accept", edited=True)
    assert (received.reply.label, received.reply.conflict) == ("accept", True)
    unsure = desk.reply(sent.thread, "No, or would it pay?", smart="accept", edited=True)
    assert (unsure.reply.label, unsure.reply.conflict) == ("accept", False)


def test_c2_a_persons_correction_stands_above_both_and_all_three_are_kept(desk: OutreachDesk) -> None:
    sent = desk.sent()
    received = desk.reply(sent.thread, "No, I would rather not.", smart="accept", edited=True)
    desk.outreach.correct_label(received.reply.id, "decline")
    reply = kept(desk, received.reply.id)
    assert (reply.smart, reply.intent, reply.corrected) == ("accept", "not_interested", "decline")
    assert desk.folder("declined") == ["c1"]
    assert desk.outreach.balance("s1") == 150


# C-5


def test_c5_out_of_office_is_no_response_and_the_follow_up_of_day_7_goes_out(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    received = desk.reply(pair.thread, "Away for a while.", at=day(1))
    assert (received.reply.label, received.reply.kind) == (None, "auto")
    assert (desk.folder("awaiting_reply"), desk.outreach.balance("s1"), desk.told()) == (["c1"], 148, [])
    assert desk.run(day(7)).sent == 1


def test_c5_back_on_14_march_moves_the_follow_up_of_9_march_to_the_15th(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.reply(pair.thread, "Away until 2026-03-14.", at=day(1))
    moved = desk.message(pair.follow_up)
    assert moved.due_at == datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
    assert "2026-03-14" in str(moved.note)
    assert desk.run(day(12)).sent == 0
    assert desk.run(day(13)).sent == 1


def test_c5_a_return_after_the_28_days_moves_nothing(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.reply(pair.thread, "Away until 2026-04-30.", at=day(1))
    assert desk.message(pair.follow_up).due_at == day(7)


def test_c5_a_held_follow_up_is_moved_as_well(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.outreach.candidate_changed("k1", "c1")
    desk.reply(pair.thread, "Away until 2026-03-14.", at=day(1))
    desk.outreach.release(str(pair.follow_up))
    assert desk.message(pair.follow_up).due_at == day(13)


def test_c5_an_automatic_answer_that_a_person_corrects_becomes_a_response(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    received = desk.reply(pair.thread, "Away for a while, but yes.", at=day(1))
    desk.outreach.correct_label(received.reply.id, "accept")
    assert (desk.folder("accepted"), desk.outreach.balance("s1")) == (["c1"], 150)
    assert desk.run(day(8)).sent == 0


# C-7


def test_c7_unsubscribe_cancels_what_waits_in_every_thread_and_nothing_more_can_be_scheduled(
    desk: OutreachDesk,
) -> None:
    desk.add_seat("s2")
    pair = desk.sent("ada", follow_up=True)
    other = desk.schedule("ada", seat="s2", follow_up=True, at=datetime(2026, 3, 9, 9))
    desk.reply(pair.thread, "Unsubscribe me.", at=day(1))
    assert desk.outreach.balance("s1") == 300
    assert desk.state(other.message, other.follow_up) == [("cancelled", "C-7"), ("cancelled", "C-7")]
    assert desk.refuse("ada", seat="s2").rule == "C-7"
    written = write(desk, pair.thread)
    assert isinstance(written, Refused)
    assert written.rule == "C-7"
    assert desk.run(day(40)).sent == 0


def test_c7_the_list_is_the_contracts_own(desk: OutreachDesk) -> None:
    desk.outreach.add_contract(Contract(id="k2"))
    desk.add_seat("s2", contract="k2")
    assert desk.outreach.suppress("k1", "ada") == 0
    desk.schedule("ada", seat="s2")


def test_c7_by_hand_says_how_many_it_cancelled_and_each_gives_its_credit_back(desk: OutreachDesk) -> None:
    desk.sent("ada", follow_up=True)
    desk.schedule("ada", follow_up=True, at=datetime(2026, 3, 9, 9))
    assert desk.outreach.suppress("k1", "ada") == 3
    assert desk.outreach.balance("s1") == 149
    assert desk.outreach.suppress("k1", "ada") == 0


# C-8


@pytest.mark.parametrize(("text", "kind"), [("Yes.", "interested"), ("No.", "declined")])
def test_c8_the_recruiter_is_told_interested_or_declined(desk: OutreachDesk, text: str, kind: str) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, text)
    (notice,) = desk.notices()
    assert (notice.kind, notice.rule, notice.thread) == (kind, "C-8", sent.thread)


def test_c8_a_callback_is_told_and_after_it_failed_it_is_told_again(store: Store) -> None:
    got: list[Notice] = []
    is_down = True

    def tell(notice: Notice) -> None:
        if is_down:
            raise ConnectionError("down")
        got.append(notice)

    desk = OutreachDesk(store, on_notice=tell)
    sent = desk.sent()
    with pytest.raises(ConnectionError):
        desk.reply(sent.thread, "Yes.")
    is_down = False
    desk.run(day(1))
    desk.run(day(2))
    assert [notice.kind for notice in got] == ["interested"]


# C-9


@pytest.mark.parametrize("text", ["", "Thanks, but I am not interested."])
def test_c9_no_thanks_without_a_word_of_their_own_closes_the_thread_and_a_new_message_is_allowed(
    desk: OutreachDesk, text: str
) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, text, smart="decline")
    refused = write(desk, sent.thread)
    assert isinstance(refused, Refused)
    assert refused.rule == "C-9"
    again = desk.schedule()
    assert (again.charged, again.thread != sent.thread) == (1, True)


@pytest.mark.parametrize("answer", ["no thanks with text", "free text"])
def test_c9_a_decline_with_text_of_their_own_and_free_text_leave_it_open_at_no_credit(
    desk: OutreachDesk, answer: str
) -> None:
    sent = desk.sent()
    if answer == "free text":
        desk.reply(sent.thread, "No.")
    else:
        desk.reply(sent.thread, "No, but ask me in May.", smart="decline", edited=True)
    written = write(desk, sent.thread)
    assert isinstance(written, Scheduled)
    assert (written.charged, desk.outreach.balance("s1")) == (0, 150)
    assert desk.transport.taken[written.message].in_reply_to == f"<{sent.message}@test>"


def test_c9_it_opens_when_the_candidate_writes_again(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, smart="decline")
    desk.reply(sent.thread, "On second thoughts: yes.", at=day(1))
    assert isinstance(write(desk, sent.thread), Scheduled)


# C-10


def test_c10_accept_then_decline_stays_accepted_in_the_report_and_lies_in_declined(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.", at=day(1))
    desk.reply(sent.thread, "No, sorry.", at=day(2))
    thread = desk.outreach.thread(sent.thread).thread
    assert (thread.outcome, thread.disposition, thread.responded_at) == ("accepted", "declined", day(1))
    assert desk.folder("declined") == ["c1"]


def test_c10_of_two_answers_of_one_instant_the_one_that_came_later_is_the_latest(desk: OutreachDesk) -> None:
    for number in range(5):
        sent = desk.sent(f"c{number}")
        desk.reply(sent.thread, "No.")
        desk.reply(sent.thread, "Yes, I pressed the wrong button.")
        thread = desk.outreach.thread(sent.thread).thread
        assert (thread.outcome, thread.disposition) == ("declined", "accepted")


def test_c10_an_answer_dated_in_the_future_counts_as_now(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.", received_at=day(300))
    desk.reply(sent.thread, "No.", at=day(1))
    thread = desk.outreach.thread(sent.thread).thread
    assert (thread.responded_at, thread.disposition) == (START, "declined")


# S-10: what an answer meets at the transport


def test_s10_an_answer_waits_for_a_follow_up_that_a_dead_worker_claimed_and_then_cancels_it(
    desk: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = desk.sent(follow_up=True)
    desk.clock.now = day(7)
    claim_only(desk, str(pair.follow_up))
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        desk.clock.now += timedelta(seconds=30)

    monkeypatch.setattr("overture.messaging.outreach.time.sleep", sleep)
    desk.reply(pair.thread, "Yes.")
    assert desk.clock.now == day(7) + timedelta(seconds=120)
    assert len(waits) == 4
    assert desk.run(day(8)).sent == 0
    assert list(desk.transport.taken) == [pair.message]
    assert desk.outreach.balance("s1") == 150


def test_s10_an_automatic_answer_does_not_wait_for_the_transport(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.clock.now = day(7)
    claim_only(desk, str(pair.follow_up))
    assert desk.reply(pair.thread, "Away for a while.").reply.kind == "auto"
    assert desk.run(day(8)).sent == 1


def test_s10_an_answer_is_taken_at_once_while_the_transport_refuses_its_follow_up(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)

    def refuse(key: str) -> None:
        raise TransportError("busy")

    desk.transport.before = refuse
    assert desk.run(day(7)).retried == 1
    desk.reply(pair.thread, "Yes.")
    assert desk.state(pair.follow_up) == [("cancelled", "CR-3")]


def claim_only(desk: OutreachDesk, message: str) -> None:
    """A worker takes a message and dies before it hands it over."""

    def die(key: str) -> None:
        raise WorkerDied

    desk.transport.before = die
    with pytest.raises(WorkerDied):
        desk.outreach.deliver(message)
    desk.transport.before = let_pass

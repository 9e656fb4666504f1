"""What messages cost and give back through the door, rule by rule: CR-1 to CR-8."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from outreach_desk import OutreachDesk, new_message
from threads import START, day

from overture.errors import TransportError, UndeliverableError
from overture.messaging.decisions import Refused
from overture.messaging.ledger import owner_of
from overture.messaging.new_message import Scheduled
from overture.messaging.policy import Plan, Policy
from overture.messaging.records import Contract, Seat
from overture.messaging.rows import get
from overture.messaging.statements import statement
from overture.messaging.store import Store

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


# CR-1


def test_cr1_a_message_costs_1_credit_when_it_is_scheduled_and_none_when_it_goes_out(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=datetime(2026, 3, 5, 9))
    assert (taken.charged, desk.outreach.balance("s1")) == (1, 149)
    desk.run(day(4))
    assert desk.entries(taken.message) == [("charge", "CR-1")]


def test_cr1_a_pair_charges_2_or_with_1_credit_left_neither(desk: OutreachDesk) -> None:
    desk.add_seat("s2", Plan.LITE, contract="k1")
    desk.outreach.add_contract(Contract(id="k2"))
    desk.outreach.add_seat(Seat(id="poor", contract="k2", plan=Plan.RECRUITER))
    desk.outreach.grant_bonus("poor", key="b", credits=3)
    assert desk.schedule("c1", seat="poor", follow_up=True).charged == 2
    refused = desk.refuse("c2", seat="poor", follow_up=True)
    assert (refused.rule, desk.outreach.balance("poor"), desk.folder("scheduled", "poor")) == ("CR-1", 1, ["c1"])
    desk.schedule("c2", seat="poor")


def test_cr1_a_free_message_costs_nothing_and_gives_nothing_back(desk: OutreachDesk) -> None:
    pair = desk.sent(free=True, follow_up=True)
    assert pair.charged == 0
    desk.reply(pair.thread, "Yes.", at=day(1))
    assert desk.entries(pair.message, pair.follow_up) == []
    assert desk.outreach.balance("s1") == 150


def test_cr1_the_same_key_is_taken_and_charged_once(desk: OutreachDesk) -> None:
    first = desk.schedule(key="k", follow_up=True)
    again = desk.schedule(key="k", follow_up=True)
    assert (again.message, again.follow_up, again.thread) == (first.message, first.follow_up, first.thread)
    assert desk.outreach.balance("s1") == 148


def test_cr1_the_same_key_from_4_threads_at_once_is_taken_once(desk: OutreachDesk) -> None:
    taken: list[Scheduled | Refused] = []
    start = threading.Barrier(4)

    def schedule() -> None:
        start.wait()
        taken.append(desk.outreach.schedule("s1", new_message(key="k", follow_up=True)))

    threads = [threading.Thread(target=schedule) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 4
    assert len({one.message for one in taken if isinstance(one, Scheduled)}) == 1
    assert desk.outreach.balance("s1") == 148
    desk.verify()


# CR-2


@pytest.mark.parametrize("answer", ["accept", "decline", "smart no thanks"])
def test_cr2_an_answer_of_any_kind_gives_the_credit_back(desk: OutreachDesk, answer: str) -> None:
    sent = desk.sent()
    if answer == "smart no thanks":
        desk.reply(sent.thread, smart="decline")
    else:
        desk.reply(sent.thread, "Yes." if answer == "accept" else "No.")
    assert desk.entries(sent.message) == [("charge", "CR-1"), ("refund", "CR-2")]
    assert desk.outreach.balance("s1") == 150


def test_cr2_an_answer_on_the_90th_day_gives_the_credit_back(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.", at=day(90))
    assert desk.entries(sent.message)[1:] == [("refund", "CR-2")]


def test_cr2_an_answer_a_microsecond_after_90_days_is_labelled_and_gives_nothing_back(desk: OutreachDesk) -> None:
    sent = desk.sent()
    received = desk.reply(sent.thread, "Yes.", at=day(90) + MICROSECOND)
    assert (received.reply.label, desk.entries(sent.message)[1:]) == ("accept", [])
    assert desk.folder("accepted") == ["c1"]


def test_cr2_a_second_answer_gives_nothing_more_back(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.")
    desk.reply(sent.thread, "No, I changed my mind.", at=day(1))
    assert desk.outreach.balance("s1") == 150
    assert len(desk.lines(sent.message)) == 2


def test_cr2_a_message_nobody_answers_is_never_given_back(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.run(day(95))
    assert desk.entries(sent.message) == [("charge", "CR-1")]
    assert desk.folder("awaiting_reply") == ["c1"]


# CR-3


def test_cr3_an_answer_on_day_3_before_the_follow_up_of_day_7_gives_2_credits_back(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.reply(pair.thread, "Yes.", at=day(3))
    assert desk.entries(pair.message, pair.follow_up)[1::2] == [("refund", "CR-3"), ("refund", "CR-3")]
    assert (desk.outreach.balance("s1"), desk.run(day(8)).sent) == (150, 0)


def test_cr3_an_answer_on_day_9_after_the_follow_up_of_day_7_gives_exactly_1_back(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.run(day(7))
    desk.reply(pair.thread, "No.", at=day(9))
    assert desk.entries(pair.message) == [("charge", "CR-1")]
    assert desk.entries(pair.follow_up) == [("charge", "CR-1"), ("refund", "CR-3")]
    assert desk.outreach.balance("s1") == 149


# CR-4


def test_cr4_a_cancelled_message_gives_its_credit_back_with_the_reason_on_the_entry(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=datetime(2026, 3, 5, 9))
    desk.outreach.cancel(taken.message)
    refund = desk.lines(taken.message)[1]
    assert (refund.kind, refund.rule, refund.reason) == ("refund", "S-6", "cancelled by hand")
    assert refund.refunds == desk.lines(taken.message)[0].key


def test_cr4_a_message_that_is_undeliverable_fails_and_gives_2_credits_back_with_its_follow_up(
    desk: OutreachDesk,
) -> None:
    def refuse(key: str) -> None:
        raise UndeliverableError("no such mailbox")

    desk.transport.before = refuse
    refused = desk.outreach.send("s1", new_message(follow_up=True))
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.reason, desk.outreach.balance("s1")) == ("CR-4", "no such mailbox", 150)
    assert desk.told() == ["failed"]


def test_cr4_a_message_refused_for_24_hours_has_failed_and_until_then_is_tried_again(desk: OutreachDesk) -> None:
    def refuse(key: str) -> None:
        raise TransportError("busy")

    desk.transport.before = refuse
    sent = desk.sent()
    assert desk.state(sent.message) == [("scheduled", None)]
    assert desk.run(START + timedelta(seconds=59)).retried == 0
    assert desk.run(START + timedelta(seconds=60)).retried == 1
    assert desk.run(START + timedelta(hours=24) - MICROSECOND).retried == 1
    assert desk.run(START + timedelta(hours=26)).failed == 1
    assert desk.state(sent.message) == [("failed", "CR-4")]
    assert desk.outreach.balance("s1") == 150


# CR-5


@pytest.mark.parametrize(
    ("plan", "credits"),
    [(Plan.RECRUITER, 150), (Plan.PROFESSIONAL_SERVICES, 100), (Plan.LITE, 30), (Plan.TALENT_FINDER, 25)],
)
def test_cr5_each_plan_gets_its_grant_once_a_month_and_a_bonus_of_100(
    desk: OutreachDesk, plan: Plan, credits: int  # noqa: A002 - the product's own word for them
) -> None:  # fmt: skip
    desk.outreach.add_contract(Contract(id="k2"))
    desk.outreach.add_seat(Seat(id="new", contract="k2", plan=plan))
    for _ in range(2):
        desk.outreach.grant_month("new")
        desk.outreach.grant_bonus("new", key="spring")
    assert desk.outreach.balance("new") == credits + 100
    desk.outreach.grant_month("new", month=date(2026, 4, 1))
    assert desk.outreach.balance("new") == 2 * credits + 100


def test_cr5_recruiters_share_the_contracts_pool_and_lite_seats_have_their_own(desk: OutreachDesk) -> None:
    desk.add_seat("s2", Plan.PROFESSIONAL_SERVICES)
    desk.add_seat("lite", Plan.LITE)
    desk.add_seat("lite2", Plan.LITE)
    desk.schedule(seat="s2", follow_up=True)
    desk.schedule(seat="lite")
    balances = [desk.outreach.balance(seat) for seat in ("s1", "s2", "lite", "lite2")]
    assert balances == [248, 248, 29, 30]


def test_cr5_credits_last_until_90_days_after_their_grant(desk: OutreachDesk) -> None:
    desk.clock.now = day(90) - MICROSECOND
    assert desk.outreach.balance("s1") == 150
    desk.schedule("c1")
    desk.clock.now = day(90)
    assert desk.outreach.balance("s1") == 0
    assert desk.refuse("c2").rule == "CR-1"
    desk.outreach.keep_house()
    desk.verify()


def test_cr5_the_oldest_lot_is_used_first(desk: OutreachDesk) -> None:
    desk.clock.now = day(60)
    desk.outreach.grant_month("s1")
    taken = desk.schedule()
    assert desk.lines(taken.message)[0].lot == "grant:s1:2026-03"


def test_cr5_a_refund_is_a_new_lot_from_the_day_it_is_booked(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.", at=day(60))
    desk.clock.now = day(100)  # the grant is gone, the refund of day 60 is not
    assert desk.outreach.balance("s1") == 1
    desk.clock.now = day(151)
    assert desk.outreach.balance("s1") == 0


# CR-6


def test_cr6_a_seat_limited_to_2_a_month_is_refused_the_third_and_refunds_go_to_the_pool(desk: OutreachDesk) -> None:
    desk.add_seat("s2")
    desk.outreach.settings("s2", monthly_limit=2)
    first = desk.schedule("c1", seat="s2", at=datetime(2026, 3, 5, 9))
    desk.schedule("c2", seat="s2")
    desk.outreach.cancel(first.message)
    assert desk.outreach.balance("s1") == 299
    refused = desk.refuse("c3", seat="s2")
    assert (refused.rule, refused.until) == ("CR-6", datetime(2026, 4, 1, tzinfo=UTC))
    desk.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    desk.schedule("c3", seat="s2")


# CR-7


def test_cr7_what_was_charged_goes_out_though_the_contract_has_run_out_since(desk: OutreachDesk) -> None:
    desk.add_seat("lite", Plan.LITE)
    pair = desk.schedule("late", follow_up=True, at=datetime(2026, 5, 25, 9))
    for number in range(148):
        desk.schedule(f"c{number}", free=False)
    assert desk.outreach.balance("s1") == 0
    assert desk.refuse("more").rule == "CR-1"
    desk.under(daily_limit=1000)
    desk.run(day(84))
    desk.run(day(91))
    assert desk.state(pair.message, pair.follow_up) == [("sent", None), ("sent", None)]


# CR-8


def test_cr8_explain_and_statement_say_why_and_the_balance_is_the_sum_of_its_entries(desk: OutreachDesk) -> None:
    pair, single = desk.sent("c1", follow_up=True), desk.sent("c2")
    desk.reply(pair.thread, "Yes.", at=day(3))
    sentences = " ".join(line.sentence for line in desk.lines(pair.follow_up))
    assert "(CR-1)" in sentences
    assert "(CR-3)" in sentences
    with desk.store.read() as connection:
        month = statement(connection, "k1", month=date(2026, 3, 1))
        owner = owner_of(get(connection, Seat, "s1"), Policy.default())
    assert (month.opening, month.total("grant"), month.total("charge"), month.total("refund")) == (0, 150, -3, 2)
    assert month.closing == desk.outreach.balance("s1") == 149
    assert {line.owner for line in desk.lines(single.message)} == {owner}
    desk.verify()

"""Sender health through the door, rule by rule: H-1 to H-5."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from outreach_desk import OutreachDesk, new_message
from threads import START, day

from overture.messaging.decisions import Refused
from overture.messaging.new_message import Scheduled
from overture.messaging.records import Contract
from overture.messaging.store import Store


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


def send_many(desk: OutreachDesk, number: int, *, answered: int, at: datetime = START, seat: str = "s1") -> None:
    """So many messages in one bulk, some of them answered within the hour."""
    desk.clock.now = at
    names = [f"{at:%j}-{place}" for place in range(number)]
    bulk = desk.outreach.schedule_bulk(seat, [new_message(name) for name in names])
    taken = [result for result in bulk.results if isinstance(result, Scheduled)]
    assert len(taken) == number
    for one in taken:  # not by `run`, which looks at the rate as well, before anybody could answer
        assert desk.outreach.deliver(one.message).outcome == "sent"
    desk.clock.now = at + timedelta(hours=1)
    for one in taken[:answered]:
        desk.reply(one.thread, "No, thank you.")


def bulk_of_two(desk: OutreachDesk, seat: str = "s1") -> list[Scheduled | Refused]:
    return list(desk.outreach.schedule_bulk(seat, [new_message("x"), new_message("y")]).results)


# H-1


def test_h1_a_sent_follow_up_counts_a_cancelled_one_does_not_and_pending_only_below_the_line(
    desk: OutreachDesk,
) -> None:
    answered, pending, cancelled = (desk.sent(name, follow_up=72) for name in ("c1", "c2", "c3"))
    desk.reply(answered.thread, "Yes.", at=day(1))
    desk.outreach.cancel(str(cancelled.follow_up))
    desk.run(day(3))
    look = desk.outreach.health("s1")
    assert (look.sent, look.responses) == (4, 1)
    assert pending.follow_up in desk.transport.taken


def test_h1_further_messages_of_a_conversation_do_not_count(desk: OutreachDesk) -> None:
    sent = desk.sent()
    desk.reply(sent.thread, "Yes.")
    assert isinstance(desk.outreach.write_in_thread(sent.thread, subject="Re", body="When?"), Scheduled)
    look = desk.outreach.health("s1")
    assert (look.sent, look.responses) == (1, 1)


# H-2


@pytest.mark.parametrize(("sent", "answered", "state"), [(100, 12, "noticed"), (100, 13, "ok"), (99, 12, "ok")])
def test_h2_12_of_100_answered_is_noticed_and_13_of_100_or_12_of_99_are_not(
    desk: OutreachDesk, sent: int, answered: int, state: str
) -> None:
    send_many(desk, sent, answered=answered)
    look = desk.outreach.health("s1")
    assert (look.state, look.sent, look.responses) == (state, sent, answered)
    assert desk.told().count("low_response_rate") == (1 if state == "noticed" else 0)
    desk.outreach.keep_house()
    assert desk.told().count("low_response_rate") == (1 if state == "noticed" else 0)


def test_h2_the_14_days_end_with_the_14th_and_not_a_microsecond_later(desk: OutreachDesk) -> None:
    send_many(desk, 2, answered=0)
    desk.clock.now = day(14)
    assert desk.outreach.health("s1").sent == 2
    desk.clock.now = day(14) + timedelta(microseconds=1)
    assert desk.outreach.health("s1").sent == 0


# H-3, H-4


def test_h3_still_below_on_the_next_day_means_one_to_one_messages_only_for_14_days(desk: OutreachDesk) -> None:
    desk.under(health_min_sent=10)
    send_many(desk, 10, answered=1)
    assert desk.outreach.health("s1").state == "noticed"
    assert all(isinstance(result, Scheduled) for result in bulk_of_two(desk))
    desk.run(day(1))
    assert desk.told().count("restricted") == 1
    for refused in bulk_of_two(desk):
        assert isinstance(refused, Refused)
        assert (refused.rule, refused.until) == ("H-3", day(15))
    desk.schedule("one-to-one")


def test_h4_at_the_end_of_14_days_the_threshold_met_allows_bulk_again(desk: OutreachDesk) -> None:
    desk.under(health_min_sent=10)
    send_many(desk, 10, answered=1)
    desk.run(START + timedelta(hours=2))
    desk.run(day(1))
    one = desk.sent("one")
    desk.reply(one.thread, "Yes.")
    desk.clock.now = day(15) - timedelta(microseconds=1)
    assert all(isinstance(result, Refused) for result in bulk_of_two(desk))
    desk.clock.now = day(15)
    assert all(isinstance(result, Scheduled) for result in bulk_of_two(desk))
    assert desk.told()[-1] == "restriction_over"


def test_h4_not_met_at_the_end_means_another_14_days(desk: OutreachDesk) -> None:
    desk.under(health_min_sent=10)
    send_many(desk, 10, answered=1)
    desk.run(START + timedelta(hours=2))
    desk.run(day(1))
    desk.clock.now = day(5)
    desk.sent("one")
    desk.run(day(15))
    assert desk.outreach.health("s1").restricted_until == day(29)
    assert desk.told().count("restricted") == 2


# H-5


def test_h5_grace_period_leaves_7_days_between_the_notice_and_the_restriction(desk: OutreachDesk) -> None:
    desk.outreach.add_contract(Contract(id="k2", policy="grace_period"))
    desk.add_seat("s2", contract="k2")
    send_many(desk, 100, answered=12, seat="s2")
    desk.run(START + timedelta(hours=2))
    noticed = desk.clock.now
    desk.run(noticed + timedelta(days=7) - timedelta(microseconds=1))
    assert all(isinstance(result, Scheduled) for result in bulk_of_two(desk, "s2"))
    desk.clock.now = noticed + timedelta(days=7)
    assert all(isinstance(result, Refused) for result in bulk_of_two(desk, "s2"))


def test_h5_classic_2014_has_one_notice_ever_and_restricts_the_second_time(desk: OutreachDesk) -> None:
    desk.under(health_min_sent=10, notices="one_ever")
    send_many(desk, 10, answered=0)
    assert desk.outreach.health("s1").state == "noticed"
    desk.clock.now = day(20)
    assert desk.outreach.health("s1").state == "ok"
    send_many(desk, 10, answered=0, at=day(21))
    assert desk.outreach.health("s1").state == "restricted"
    assert desk.told() == ["low_response_rate", "restricted"]

"""Many at once: each is taken or refused by itself, in its place (S-5, H-3, CR-1)."""

from __future__ import annotations

from datetime import datetime

import pytest
from outreach_desk import OutreachDesk, new_message
from threads import START, day

from overture.errors import InputError
from overture.messaging.decisions import Refused
from overture.messaging.new_message import NewMessage, Scheduled
from overture.messaging.store import Store


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


def rules(results: tuple[Scheduled | Refused, ...]) -> list[str]:
    """`taken`, or the rule of each refusal."""
    return [result.rule if isinstance(result, Refused) else "taken" for result in results]


def test_s5_each_of_a_bulk_is_taken_or_refused_by_its_own_rule_in_its_place(desk: OutreachDesk) -> None:
    desk.outreach.suppress("k1", "left-alone")
    bulk = desk.outreach.schedule_bulk(
        "s1",
        [
            new_message("c1", follow_up=True),
            new_message("left-alone"),
            new_message("c2", at=datetime(2026, 3, 1, 9)),
            new_message("c3", follow_up=71),
            new_message("c4", free=True),
        ],
    )
    assert rules(bulk.results) == ["taken", "C-7", "S-1", "S-3", "taken"]
    assert (bulk.taken, desk.outreach.balance("s1")) == (2, 148)
    messages = [desk.message(one.message) for one in bulk.results if isinstance(one, Scheduled)]
    assert {message.bulk for message in messages} == {bulk.bulk}


def test_cr1_with_3_credits_a_bulk_of_pairs_takes_the_first_and_a_single_one_behind_them(desk: OutreachDesk) -> None:
    desk.outreach.grant_bonus("s1", key="b", credits=3)
    desk.clock.now = day(89)
    desk.outreach.grant_bonus("s1", key="late", credits=3)
    desk.clock.now = day(90)
    news = [new_message("c1", follow_up=True), new_message("c2", follow_up=True), new_message("c3")]
    bulk = desk.outreach.schedule_bulk("s1", news)
    assert rules(bulk.results) == ["taken", "CR-1", "taken"]
    assert desk.outreach.balance("s1") == 0
    desk.verify()


def test_cr6_a_bulk_stops_at_the_seats_monthly_limit(desk: OutreachDesk) -> None:
    desk.outreach.settings("s1", monthly_limit=2)
    bulk = desk.outreach.schedule_bulk("s1", [new_message(f"c{number}") for number in range(3)])
    assert rules(bulk.results) == ["taken", "taken", "CR-6"]


def test_s5_more_than_one_chunk_is_one_bulk(desk: OutreachDesk) -> None:
    desk.outreach.grant_bonus("s1", key="b", credits=300)
    bulk = desk.outreach.schedule_bulk("s1", [new_message(f"c{number}") for number in range(401)])
    assert rules(bulk.results) == ["taken"] * 401
    taken = [one for one in bulk.results if isinstance(one, Scheduled)]
    assert desk.message(taken[0].message).bulk == desk.message(taken[400].message).bulk == bulk.bulk
    assert desk.outreach.balance("s1") == 49


def test_s5_a_repeated_bulk_takes_and_charges_nothing_twice(desk: OutreachDesk) -> None:
    news = [new_message(f"c{number}", key=f"k{number}", follow_up=True) for number in range(3)]
    first = desk.outreach.schedule_bulk("s1", [*news[:2], news[0]])
    again = desk.outreach.schedule_bulk("s1", news)
    ids = [one.message for one in first.results + again.results if isinstance(one, Scheduled)]
    assert (len(ids), len(set(ids)), desk.outreach.balance("s1")) == (6, 3, 144)
    desk.verify()


@pytest.mark.parametrize("broken", [{"zone": "Mars/Olympus"}, {"at": datetime.fromisoformat("2026-03-05T09:00+00:00")}])
def test_s5_a_message_that_cannot_be_read_stops_the_bulk_before_anything_is_taken(
    desk: OutreachDesk, broken: dict[str, object]
) -> None:
    news = [new_message(f"c{number}", at=datetime(2026, 3, 5, 9)) for number in range(250)]
    bad: NewMessage = news[240].model_copy(update=broken)
    with pytest.raises(InputError):
        desk.outreach.schedule_bulk("s1", [*news, bad])
    assert (desk.outreach.balance("s1"), desk.folder("scheduled")) == (150, [])


def test_s5_no_recipients_are_no_bulk(desk: OutreachDesk) -> None:
    bulk = desk.outreach.schedule_bulk("s1", [])
    assert (bulk.bulk, bulk.results, desk.clock.now) == (None, (), START)

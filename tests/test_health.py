"""How a sender stands: H-1 to H-5."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from threads import START, a_follow_up, a_message, a_thread, day

from overture.messaging.decisions import HealthDecision
from overture.messaging.health import (
    SenderHealth,
    assess_health,
    count_window,
    health_after,
    may_send_bulk,
    window_query,
)
from overture.messaging.policy import Policy
from overture.messaging.store import make_engine
from overture.messaging.tables import messages, metadata, seats, threads

POLICY = Policy.default()
GRACE = Policy.named("grace_period")
CLASSIC = Policy.named("classic_2014")
OK = SenderHealth()
NOTICED = SenderHealth(state="noticed", changed_at=START, noticed_ever=True)
RESTRICTED = SenderHealth(state="restricted", changed_at=START, restricted_until=day(14), noticed_ever=True)


def look(
    before: SenderHealth, *, sent: int = 100, responses: int, now: datetime = START, policy: Policy = POLICY
) -> HealthDecision:
    return assess_health(before, sent=sent, responses=responses, now=now, policy=policy)


@pytest.mark.parametrize(
    ("sent", "responses", "state"),
    [
        (100, 12, "noticed"),
        (100, 13, "ok"),
        (99, 0, "ok"),
        (101, 13, "noticed"),
        (107, 13, "noticed"),
        (107, 14, "ok"),
        (200, 26, "ok"),
        (200, 25, "noticed"),
        (0, 0, "ok"),
    ],
)
def test_h2_12_of_100_are_noticed_and_13_of_100_are_not(sent: int, responses: int, state: str) -> None:
    decision = look(OK, sent=sent, responses=responses)
    assert (decision.state, decision.notify) == (state, state == "noticed")


@given(st.integers(100, 10**9), st.integers(0, 10**9))
def test_h2_the_test_is_in_integers(sent: int, responses: int) -> None:
    assert (look(OK, sent=sent, responses=responses).state == "noticed") == (100 * responses < 13 * sent)


def test_h2_the_notice_is_sent_once() -> None:
    first = look(OK, responses=12)
    assert (first.rule, first.changed_at, first.noticed_ever) == ("H-2", START, True)
    again = look(health_after(first), responses=12)
    assert (again.state, again.notify, again.changed_at) == ("noticed", False, START)


def test_h2_a_new_episode_is_noticed_anew() -> None:
    recovered = SenderHealth(state="ok", changed_at=START, noticed_ever=True)
    assert look(recovered, responses=12, now=day(40)).notify


def test_h5_one_notice_ever_after_a_recovery_there_is_no_second_before_the_restriction() -> None:
    first = look(OK, responses=12, policy=CLASSIC)
    assert (first.state, first.notify) == ("noticed", True)
    recovered = look(health_after(first), responses=13, now=day(2), policy=CLASSIC)
    assert (recovered.state, recovered.noticed_ever) == ("ok", True)
    below_again = look(health_after(recovered), responses=12, now=day(30), policy=CLASSIC)
    assert (below_again.state, below_again.notify, below_again.restricted_until) == ("restricted", False, day(44))


def test_h3_still_below_after_the_notice_is_one_to_one_only_for_14_days() -> None:
    decision = look(NOTICED, responses=12, now=day(1))
    assert (decision.state, decision.rule, decision.restricted_until) == ("restricted", "H-3", day(15))
    assert (decision.changed_at, decision.notify) == (day(1), False)


def test_h3_the_look_that_noticed_does_not_restrict_when_it_is_taken_again() -> None:
    assert look(NOTICED, responses=12, now=START).state == "noticed"


def test_h3_after_the_notice_the_number_sent_does_not_matter() -> None:
    assert look(NOTICED, sent=10, responses=1, now=day(1)).state == "restricted"


def test_h3_a_seat_that_met_the_threshold_after_the_notice_is_ok() -> None:
    decision = look(NOTICED, responses=13, now=day(1))
    assert (decision.state, decision.changed_at, decision.rule) == ("ok", day(1), None)


def test_h5_a_grace_of_7_days_restricts_on_the_7th_day_and_not_a_microsecond_before() -> None:
    within = look(NOTICED, responses=12, now=day(7, microseconds=-1), policy=GRACE)
    assert (within.state, within.rule) == ("noticed", "H-3")
    over = look(NOTICED, responses=12, now=day(7), policy=GRACE)
    assert (over.state, over.restricted_until) == ("restricted", day(21))


def test_h3_a_restriction_holds_to_its_end_whatever_the_rate() -> None:
    decision = look(RESTRICTED, responses=100, now=day(14, microseconds=-1))
    assert (decision.state, decision.restricted_until, decision.changed_at) == ("restricted", day(14), START)


@pytest.mark.parametrize(("sent", "responses"), [(100, 13), (8, 2), (0, 0)])
def test_h4_met_at_the_end_of_14_days_allows_bulk_again_whatever_the_number_sent(sent: int, responses: int) -> None:
    decision = look(RESTRICTED, sent=sent, responses=responses, now=day(14))
    assert (decision.state, decision.rule, decision.restricted_until) == ("ok", "H-4", None)


def test_h4_not_met_at_the_end_is_another_14_days_from_that_end() -> None:
    decision = look(RESTRICTED, sent=8, responses=1, now=day(17))
    assert (decision.state, decision.rule, decision.restricted_until) == ("restricted", "H-4", day(28))


def test_h4_a_look_that_comes_a_whole_span_late_restricts_to_the_next_end_in_the_future() -> None:
    assert look(RESTRICTED, responses=12, now=day(28)).restricted_until == day(42)
    assert look(RESTRICTED, responses=12, now=day(28, microseconds=-1)).restricted_until == day(28)


@given(
    st.lists(st.tuples(st.floats(0.001, 20), st.integers(0, 200), st.integers(0, 30)), max_size=30),
    st.sampled_from([POLICY, GRACE, CLASSIC]),
)
def test_h2_h3_h4_no_restriction_comes_without_a_notice_before_it(
    looks: list[tuple[float, int, int]], policy: Policy
) -> None:
    health, now, noticed = OK, START, 0
    for days, sent, responses in looks:
        now += timedelta(days=days)
        decision = look(health, sent=sent, responses=responses, now=now, policy=policy)
        noticed += decision.notify
        assert decision.noticed_ever == (noticed > 0)
        if decision.state == "restricted":
            assert noticed
            assert decision.restricted_until is not None
            assert now < decision.restricted_until <= now + timedelta(days=policy.restriction_days)
        else:
            assert decision.restricted_until is None
        assert not (decision.notify and decision.state != "noticed")
        health = health_after(decision)
        assert look(health, sent=sent, responses=responses, now=now, policy=policy).notify is False
    assert policy.notices != "one_ever" or noticed <= 1


def test_h3_bulk_is_refused_with_the_reason_and_the_end_date() -> None:
    refused = may_send_bulk(RESTRICTED, recipients=2, now=day(3), policy=POLICY)
    assert refused is not None
    assert (refused.rule, refused.until) == ("H-3", day(14))
    assert "13 %" in refused.reason
    assert "2026-03-16" in refused.reason


def test_h3_one_to_one_messages_go_on() -> None:
    assert may_send_bulk(RESTRICTED, recipients=1, now=day(3), policy=POLICY) is None


@pytest.mark.parametrize("health", [OK, NOTICED])
def test_h3_bulk_is_allowed_without_a_restriction(health: SenderHealth) -> None:
    assert may_send_bulk(health, recipients=500, now=day(3), policy=POLICY) is None


def test_h4_a_restriction_does_not_lapse_without_a_look() -> None:
    refused = may_send_bulk(RESTRICTED, recipients=2, now=day(14), policy=POLICY)
    assert refused is not None
    assert (refused.rule, refused.until) == ("H-4", None)


# The window


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        seat = {"contract": "k1", "plan": "recruiter", "zone": None}
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.execute(seats.insert(), [{"id": key, **seat} for key in ("s1", "s2")])
        connection.execute(threads.insert().values(**a_thread().model_dump()))
        yield connection
        connection.rollback()
    engine.dispose()


def store(connection: Connection, *rows: dict[str, object]) -> None:
    for number, row in enumerate(rows):
        kind = row.pop("kind", "initial")
        responded_at = row.pop("responded_at", None)
        make = a_follow_up if kind == "follow_up" else a_message
        message = make(f"m{number}", **row) if kind == "follow_up" else make(f"m{number}", kind=kind, **row)
        connection.execute(messages.insert().values(**message.model_dump(), responded_at=responded_at))


def test_h1_sent_follow_ups_count_cancelled_ones_do_not_and_pending_only_below_the_line(connection: Connection) -> None:
    store(
        connection,
        {"sent_at": day(1), "responded_at": day(2)},
        {"sent_at": day(1)},
        {"kind": "follow_up", "state": "sent", "sent_at": day(8), "responded_at": day(9)},
        {"kind": "follow_up", "state": "cancelled"},
        {"kind": "follow_up", "state": "scheduled"},
        {"kind": "further", "sent_at": day(9)},
        {"sent_at": day(1), "seat": "s2"},
    )
    assert count_window(connection, "s1", now=day(10), policy=POLICY) == (3, 2)
    assert count_window(connection, "s3", now=day(10), policy=POLICY) == (0, 0)


def test_h2_the_window_of_14_days_holds_both_its_ends(connection: Connection) -> None:
    store(
        connection,
        {"sent_at": day(6, microseconds=-1)},
        {"sent_at": day(6)},
        {"sent_at": day(20)},
        {"sent_at": day(20, microseconds=1)},
    )
    assert count_window(connection, "s1", now=day(20), policy=POLICY) == (2, 0)


def test_h1_the_window_is_one_range_of_an_index_and_never_scans_history(connection: Connection) -> None:
    statement = window_query("s1", now=day(20), policy=POLICY).compile(dialect=connection.dialect)
    values = [statement.params[name] for name in statement.positiontup or ()]
    texts = tuple(str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value for value in values)
    plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", texts)]
    assert plan == ["SEARCH messages USING INDEX ix_messages_seat_sent_at (seat=? AND sent_at>? AND sent_at<?)"]

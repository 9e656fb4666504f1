"""When a follow-up may go out, and when an absence moves it: S-3, S-11, C-5."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from overture.errors import InputError
from overture.messaging.decisions import FollowUpTime, Refused
from overture.messaging.follow_ups import check_follow_up, move_past_return, plan_follow_up
from overture.messaging.policy import Plan, Policy
from overture.messaging.zones import to_local

POLICY = Policy.default()
NARROW = Policy.model_validate(
    {"name": "narrow", "follow_up_default_days": 4, "follow_up_min_hours": 90, "follow_up_max_days": 5}
)
ZONES = sorted(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_s3_without_a_delay_a_follow_up_goes_out_after_7_days() -> None:
    assert check_follow_up(None, plan=Plan.RECRUITER, policy=POLICY) == 168
    assert check_follow_up(None, plan=Plan.RECRUITER, policy=NARROW) == 96


@pytest.mark.parametrize("hours", [72, 73, 168, 671, 672])
def test_s3_a_delay_of_72_hours_to_28_days_is_allowed(hours: int) -> None:
    assert check_follow_up(hours, plan=Plan.RECRUITER, policy=POLICY) == hours


@pytest.mark.parametrize(
    ("hours", "policy", "reason"),
    [
        (71, POLICY, "a follow-up goes out at least 72 hours after the initial message, not 71"),
        (0, POLICY, "a follow-up goes out at least 72 hours after the initial message, not 0"),
        (-168, POLICY, "a follow-up goes out at least 72 hours after the initial message, not -168"),
        (673, POLICY, "a follow-up goes out at most 28 days (672 hours) after the initial message, not 673 hours"),
        (89, NARROW, "a follow-up goes out at least 90 hours after the initial message, not 89"),
        (121, NARROW, "a follow-up goes out at most 5 days (120 hours) after the initial message, not 121 hours"),
    ],
)
def test_s3_a_delay_outside_the_policys_bounds_is_refused(hours: int, policy: Policy, reason: str) -> None:
    assert check_follow_up(hours, plan=Plan.RECRUITER, policy=policy) == Refused(rule="S-3", reason=reason)


@pytest.mark.parametrize("plan", Plan)
def test_s11_follow_ups_are_for_recruiter_and_professional_services(plan: Plan) -> None:
    allowed = plan in {Plan.RECRUITER, Plan.PROFESSIONAL_SERVICES}
    for hours in (None, 168, 1):
        found = check_follow_up(hours, plan=plan, policy=POLICY)
        assert (isinstance(found, Refused) and found.rule == "S-11") == (not allowed)


def test_s11_recruiter_lite_is_told_what_it_may_and_who_may_more() -> None:
    assert check_follow_up(168, plan=Plan.LITE, policy=POLICY) == Refused(
        rule="S-11",
        reason="recruiter_lite sends initial messages only; "
        "follow-ups are for recruiter, recruiter_professional_services",
    )
    generous = Policy.model_validate({"name": "generous", "follow_up_plans": [Plan.LITE]})
    assert check_follow_up(168, plan=Plan.LITE, policy=generous) == 168


# By hand, from the clock changes of each zone: zone, sent (UTC), hours, due (UTC), what the reason says.
SPANS = [
    ("Europe/Berlin", "2026-06-01 07:00", 168, "2026-06-08 07:00", ""),
    # 09:00 on both sides of the change: an hour less or more has gone by
    ("Europe/Berlin", "2026-03-25 08:00", 168, "2026-04-01 07:00", ""),
    ("Europe/Berlin", "2026-10-20 07:00", 168, "2026-10-27 08:00", ""),
    ("Europe/Berlin", "2026-03-09 08:00", 480, "2026-03-29 07:00", ""),
    # hours that are no whole days are elapsed time
    ("Europe/Berlin", "2026-03-25 08:00", 169, "2026-04-01 09:00", "169 hours after"),
    ("Europe/Berlin", "2026-10-20 07:00", 100, "2026-10-24 11:00", "100 hours after"),
    # 3 days over the spring change are 71 hours: the least holds
    ("Europe/Berlin", "2026-03-27 08:00", 72, "2026-03-30 08:00", "moved to the least of 72 hours"),
    ("Europe/Berlin", "2026-10-23 07:00", 72, "2026-10-26 08:00", ""),
    ("America/New_York", "2026-03-06 14:00", 72, "2026-03-09 14:00", "moved to the least of 72 hours"),
    # 28 days over the autumn change are 673 hours: the most holds
    ("Europe/Berlin", "2026-10-05 07:00", 672, "2026-11-02 07:00", "moved to the most of 28 days"),
    ("Europe/Berlin", "2026-03-09 08:00", 672, "2026-04-06 07:00", ""),
    ("America/New_York", "2026-10-12 13:00", 672, "2026-11-09 13:00", "moved to the most of 28 days"),
    ("America/New_York", "2026-02-15 14:00", 672, "2026-03-15 13:00", ""),
    ("Australia/Lord_Howe", "2026-03-17 22:00", 672, "2026-04-14 22:00", "moved to the most of 28 days"),
    ("Australia/Lord_Howe", "2026-09-15 22:30", 672, "2026-10-13 22:00", ""),  # half an hour less
    ("Africa/Casablanca", "2026-02-10 08:00", 672, "2026-03-10 08:00", "moved to the most of 28 days"),
    ("Africa/Casablanca", "2026-03-10 09:00", 672, "2026-04-07 08:00", ""),
    ("Antarctica/Troll", "2026-03-09 09:00", 672, "2026-04-06 07:00", ""),  # two hours less
    ("Antarctica/Troll", "2026-10-23 07:00", 72, "2026-10-26 09:00", ""),
    ("America/Phoenix", "2026-02-15 16:00", 672, "2026-03-15 16:00", ""),
    ("Asia/Kathmandu", "2026-10-05 03:15", 672, "2026-11-02 03:15", ""),
    # the day itself lacks the time, or has it twice
    ("Europe/Berlin", "2026-03-22 01:30", 168, "2026-03-29 01:00", "skipped by a clock change"),
    ("Europe/Berlin", "2026-10-18 00:30", 168, "2026-10-25 00:30", "comes twice"),
    ("America/Santiago", "2026-08-30 04:30", 168, "2026-09-06 04:00", "skipped by a clock change"),
    # sent in the repeated hour, the second time round: the clock said 02:30 as well
    ("Europe/Berlin", "2026-10-25 01:30", 168, "2026-11-01 01:30", ""),
    # a day that never was: 3 days on the calendar are 2 days of time
    ("Pacific/Apia", "2011-12-28 19:00", 72, "2011-12-31 19:00", "moved to the least of 72 hours"),
    ("Pacific/Apia", "2011-12-28 19:00", 168, "2012-01-03 19:00", ""),
    # a rule that changed between two years
    ("America/Mexico_City", "2022-10-27 14:00", 168, "2022-11-03 15:00", ""),
    ("America/Mexico_City", "2023-10-26 15:00", 168, "2023-11-02 15:00", ""),
]


@pytest.mark.parametrize(
    ("zone", "sent", "hours", "due", "says"), SPANS, ids=[f"{row[0]} {row[1]} + {row[2]}" for row in SPANS]
)
def test_s3_whole_days_keep_the_local_time_over_a_clock_change(
    zone: str, sent: str, hours: int, due: str, says: str
) -> None:
    found = plan_follow_up(utc(sent), delay_hours=hours, zone=zone, policy=POLICY)
    assert (found.at, found.rule) == (utc(due), "S-3")
    assert says in found.reason
    assert ("moved" in found.reason) == ("moved" in says or "skipped" in says)


def test_s3_the_reason_of_a_follow_up() -> None:
    assert plan_follow_up(
        utc("2026-06-01 07:00"), delay_hours=168, zone="Europe/Berlin", policy=POLICY
    ) == FollowUpTime(
        at=utc("2026-06-08 07:00"),
        reason="7 days after the initial message was sent, at the same local time in Europe/Berlin",
    )


def test_s3_the_span_counts_from_the_actual_sending_not_from_the_plan() -> None:
    late = plan_follow_up(utc("2026-06-02 11:17:05"), delay_hours=168, zone="Europe/Berlin", policy=POLICY)
    assert late.at == utc("2026-06-09 11:17:05")


@pytest.mark.parametrize(
    ("hours", "due"), [(1, "2026-06-04 22:00"), (96, "2026-06-05 04:00"), (672, "2026-06-06 04:00")]
)
def test_s3_a_delay_of_another_time_is_kept_inside_the_policy_of_today(hours: int, due: str) -> None:
    assert plan_follow_up(utc("2026-06-01 04:00"), delay_hours=hours, zone="UTC", policy=NARROW).at == utc(due)


def test_s3_an_instant_without_an_offset_is_an_error() -> None:
    with pytest.raises(InputError, match="sent_at: an instant needs an offset"):
        plan_follow_up(datetime(2026, 6, 1), delay_hours=168, zone="UTC", policy=POLICY)


zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
policies = st.sampled_from([POLICY, NARROW])


@example(utc("2011-12-28 19:00"), 72, "Pacific/Apia", POLICY)
@given(instants, st.integers(1, 2000), zones, policies)
def test_s3_a_follow_up_is_never_under_the_least_nor_over_the_most(
    sent: datetime, hours: int, zone: str, policy: Policy
) -> None:
    elapsed = plan_follow_up(sent, delay_hours=hours, zone=zone, policy=policy).at - sent
    assert timedelta(hours=policy.follow_up_min_hours) <= elapsed <= timedelta(days=policy.follow_up_max_days)


@given(instants, st.integers(4, 27), zones)
def test_s3_whole_days_well_inside_the_bounds_keep_day_and_time_unless_the_clock_skips_them(
    sent: datetime, days: int, zone: str
) -> None:
    found = plan_follow_up(sent, delay_hours=days * 24, zone=zone, policy=POLICY)
    wanted = to_local(sent, zone) + timedelta(days=days)
    assert to_local(found.at, zone) == wanted or "moved" in found.reason


@given(instants, st.integers(72, 672), st.integers(0, 600), zones)
def test_s3_a_later_sending_never_makes_an_earlier_follow_up_by_more_than_a_repeated_hour(
    sent: datetime, hours: int, later: int, zone: str
) -> None:
    first = plan_follow_up(sent, delay_hours=hours, zone=zone, policy=POLICY)
    second = plan_follow_up(sent + timedelta(hours=later), delay_hours=hours, zone=zone, policy=POLICY)
    assert second.at >= first.at - timedelta(hours=3)


SENT = utc("2026-06-01 07:00")  # 09:00 in Berlin
DUE = utc("2026-06-08 07:00")
LATEST = utc("2026-06-29 07:00")


@pytest.mark.parametrize(
    ("returns_on", "moved"),
    [
        (date(2026, 5, 1), None),
        (date(2026, 6, 7), None),
        (date(2026, 6, 8), None),  # due on the day of the return is not before it
        (date(2026, 6, 9), "2026-06-10 07:00"),
        (date(2026, 6, 15), "2026-06-16 07:00"),
        (date(2026, 6, 28), "2026-06-29 07:00"),  # the last instant of the 28 days, to the second
        (date(2026, 6, 29), "2026-06-29 07:00"),  # bounded by it, and on the day of the return
        (date(2026, 6, 30), None),  # away for all the time that is left
        (date.max, None),
    ],
)
def test_c5_a_follow_up_due_before_the_return_is_moved_to_the_day_after_it_inside_the_28_days(
    returns_on: date, moved: str | None
) -> None:
    found = move_past_return(DUE, returns_on=returns_on, sent_at=SENT, zone="Europe/Berlin", policy=POLICY)
    assert (found and found.at) == (moved and utc(moved))
    assert found is None or found.rule == "C-5"


def test_c5_the_reasons_say_the_date_and_the_bound() -> None:
    free = move_past_return(DUE, returns_on=date(2026, 6, 15), sent_at=SENT, zone="Europe/Berlin", policy=POLICY)
    assert free is not None
    assert free.reason == "moved past 2026-06-15, when the candidate is back"
    bound = move_past_return(DUE, returns_on=date(2026, 6, 29), sent_at=SENT, zone="Europe/Berlin", policy=POLICY)
    assert bound is not None
    assert bound.reason.endswith("back, no further than the most of 28 days after the initial message")


def test_c5_the_return_is_a_date_of_the_candidates_zone() -> None:
    due, sent = utc("2026-06-08 22:30"), utc("2026-06-01 22:30")  # the 9th in Berlin, the 8th in New York
    kept = move_past_return(due, returns_on=date(2026, 6, 9), sent_at=sent, zone="Europe/Berlin", policy=POLICY)
    assert kept is None
    moved = move_past_return(due, returns_on=date(2026, 6, 9), sent_at=sent, zone="America/New_York", policy=POLICY)
    assert moved is not None
    assert moved.at == utc("2026-06-10 22:30")


def test_c5_the_local_time_of_day_is_kept_over_a_clock_change() -> None:
    sent = utc("2026-10-12 07:00")
    found = move_past_return(
        utc("2026-10-19 07:00"), returns_on=date(2026, 10, 26), sent_at=sent, zone="Europe/Berlin", policy=POLICY
    )
    assert found is not None
    assert found.at == utc("2026-10-27 08:00")


def test_c5_a_time_that_the_new_day_lacks_moves_on_and_says_so() -> None:
    found = move_past_return(
        utc("2026-03-22 01:30"),
        returns_on=date(2026, 3, 28),
        sent_at=utc("2026-03-15 01:30"),
        zone="Europe/Berlin",
        policy=POLICY,
    )
    assert found is not None
    assert found.at == utc("2026-03-29 01:00")
    assert "skipped by a clock change" in found.reason


def test_c5_the_bound_is_the_policys() -> None:
    due = plan_follow_up(SENT, delay_hours=96, zone="UTC", policy=NARROW).at
    assert due == utc("2026-06-05 07:00")
    found = move_past_return(due, returns_on=date(2026, 6, 6), sent_at=SENT, zone="UTC", policy=NARROW)
    assert found is not None
    assert found.at == utc("2026-06-06 07:00")
    assert move_past_return(due, returns_on=date(2026, 6, 7), sent_at=SENT, zone="UTC", policy=NARROW) is None


@given(instants, st.integers(72, 672), st.integers(-5, 60), zones, policies)
def test_c5_a_move_is_later_on_the_return_date_or_after_it_and_inside_the_bounds_of_s3(
    sent: datetime, hours: int, away: int, zone: str, policy: Policy
) -> None:
    due = plan_follow_up(sent, delay_hours=hours, zone=zone, policy=policy).at
    returns_on = (sent + timedelta(days=away)).date()
    found = move_past_return(due, returns_on=returns_on, sent_at=sent, zone=zone, policy=policy)
    latest = sent + timedelta(days=policy.follow_up_max_days)
    if found is None:
        assert to_local(due, zone).date() >= returns_on or to_local(latest, zone).date() < returns_on
    else:
        assert due < found.at <= latest
        assert to_local(due, zone).date() < returns_on <= to_local(found.at, zone).date()
        again = move_past_return(found.at, returns_on=returns_on, sent_at=sent, zone=zone, policy=policy)
        assert again is None, "the same notice twice moves once"

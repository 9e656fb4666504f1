"""Zones, local wall times and times to send at: S-1, S-2, S-4."""

from __future__ import annotations

import operator
import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from overture.errors import InputError
from overture.messaging.decisions import Refused, SendTime
from overture.messaging.policy import Policy
from overture.messaging.send_times import decide_send_time
from overture.messaging.zones import LocalInstant, Zone, check_zone, resolve_zone, to_instant, to_local

POLICY = Policy.default()
BERLIN = Zone(name="Europe/Berlin", source="candidate")
ZONES = sorted(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())

# Written by hand from the rules of each zone and checked against `zdump -v`, never against this library's output.
# Zone, local time, UTC, what happens: "" an ordinary time, "skipped" or "repeated".
CLOCK_TABLE = [
    # Europe: last Sundays of March and October, everywhere at 01:00 UTC
    ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59", ""),
    ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00", "skipped"),
    ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00", "skipped"),
    ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00", ""),
    ("Europe/Berlin", "2026-10-25 01:59", "2026-10-24 23:59", ""),
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", "repeated"),
    ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00", ""),
    ("Europe/London", "2026-03-29 01:15", "2026-03-29 01:00", "skipped"),
    ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30", "repeated"),  # summer is its standard time
    ("Atlantic/Azores", "2026-03-29 00:20", "2026-03-29 01:00", "skipped"),
    ("America/Nuuk", "2024-03-30 23:30", "2024-03-31 01:00", "skipped"),  # with Europe, so on the Saturday evening
    # North America: second Sunday of March, first of November, at 02:00 local
    ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00", "skipped"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "repeated"),
    ("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00", ""),
    ("America/Phoenix", "2026-03-08 02:30", "2026-03-08 09:30", ""),  # Arizona has no summer time
    ("America/St_Johns", "2026-03-08 02:01", "2026-03-08 05:30", "skipped"),
    # The south, where spring is in September or October
    ("America/Santiago", "2026-09-06 00:30", "2026-09-06 04:00", "skipped"),  # no midnight on that Sunday
    ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30", "repeated"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", "skipped"),  # half an hour: 02:30 is there
    ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03 15:30", ""),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "repeated"),
    ("Australia/Adelaide", "2026-10-04 02:30", "2026-10-03 16:30", "skipped"),
    ("Pacific/Chatham", "2026-09-27 03:00", "2026-09-26 14:00", "skipped"),  # at 02:45, to 03:45
    # Midnight, a month of fasting, and two hours at once
    ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00", "skipped"),
    ("Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30", "repeated"),
    ("Africa/Casablanca", "2026-02-15 02:30", "2026-02-15 01:30", "repeated"),  # Ramadan begins
    ("Africa/Casablanca", "2026-03-01 09:00", "2026-03-01 09:00", ""),
    ("Africa/Casablanca", "2026-03-22 02:30", "2026-03-22 02:00", "skipped"),  # and is over
    ("Antarctica/Troll", "2026-03-29 01:30", "2026-03-29 01:00", "skipped"),
    ("Antarctica/Troll", "2026-10-25 01:30", "2026-10-24 23:30", "repeated"),
    # Half hours and quarters without any change
    ("Asia/Kolkata", "2026-07-01 09:00", "2026-07-01 03:30", ""),
    ("Asia/Kathmandu", "2026-07-01 09:00", "2026-07-01 03:15", ""),
    ("Australia/Eucla", "2026-07-01 09:00", "2026-07-01 00:15", ""),
    ("Pacific/Marquesas", "2026-07-01 09:00", "2026-07-01 18:30", ""),
    # The date line
    ("Pacific/Kiritimati", "2026-01-01 00:00", "2025-12-31 10:00", ""),
    ("Pacific/Pago_Pago", "2026-01-01 00:00", "2026-01-01 11:00", ""),
    ("Pacific/Apia", "2011-12-30 10:00", "2011-12-30 10:00", "skipped"),  # a whole day: the 31st begins
    ("Pacific/Kwajalein", "1993-08-21 09:00", "1993-08-21 12:00", "skipped"),
    # Zones that changed their rules
    ("America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04 03:00", "skipped"),
    ("America/Sao_Paulo", "2019-11-03 00:30", "2019-11-03 03:30", ""),  # the first spring without
    ("America/Mexico_City", "2022-04-03 02:30", "2022-04-03 08:00", "skipped"),
    ("America/Mexico_City", "2023-04-02 02:30", "2023-04-02 08:30", ""),
    ("Europe/Moscow", "2014-10-26 01:30", "2014-10-25 21:30", "repeated"),
    ("Europe/Moscow", "2015-03-29 02:30", "2015-03-28 23:30", ""),
    ("Asia/Pyongyang", "2018-05-04 23:45", "2018-05-04 15:00", "skipped"),
    ("Africa/Juba", "2021-01-31 23:30", "2021-01-31 20:30", "repeated"),
    ("Asia/Tehran", "2023-03-22 00:30", "2023-03-21 21:00", ""),  # no summer time since 2022
    ("Asia/Almaty", "2024-03-01 09:00", "2024-03-01 04:00", ""),  # an hour back on the day before
]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected", "change"), CLOCK_TABLE, ids=[f"{row[0]} {row[1]}" for row in CLOCK_TABLE]
)
def test_s2_the_clock_table(zone: str, wall: str, expected: str, change: str) -> None:
    found = to_instant(local(wall), zone)
    assert found.at == utc(expected)
    assert found.at.utcoffset() == timedelta(0)
    note = found.note or ""
    assert ("skipped" in note, "twice" in note) == (change == "skipped", change == "repeated")


def test_s2_a_skipped_time_says_where_it_moved() -> None:
    assert to_instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == LocalInstant(
        at=datetime(2026, 3, 29, 1, tzinfo=UTC),
        note="2026-03-29 02:30 is skipped by a clock change in Europe/Berlin: moved to 2026-03-29 03:00",
    )


def test_s2_a_repeated_time_says_which_is_meant_even_if_the_second_is_marked() -> None:
    marked = datetime(2026, 10, 25, 2, 30, fold=1)
    found = to_instant(marked, "Europe/Berlin")
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.note == "2026-10-25 02:30 comes twice in Europe/Berlin by a clock change: the first is meant"


def test_s2_seconds_in_a_gap_still_move_to_its_whole_minute() -> None:
    at = to_instant(datetime(2026, 3, 29, 2, 30, 15, 999_999), "Europe/Berlin").at
    assert at == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_s2_the_rules_are_those_of_the_tzdata_package_whatever_the_machine_has(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(ZoneInfo.clear_cache)
    request.addfinalizer(zoneinfo.reset_tzpath)
    (tmp_path / "Asia").mkdir()
    package = resources.files("tzdata").joinpath("zoneinfo")
    (tmp_path / "Asia" / "Kolkata").write_bytes(package.joinpath("UTC").read_bytes())
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    ZoneInfo.clear_cache()
    nine = datetime(2026, 7, 1, 9)
    assert nine.replace(tzinfo=ZoneInfo("Asia/Kolkata")).utcoffset() == timedelta(0), "the machine is wrong"
    assert to_instant(nine, "Asia/Kolkata").at == datetime(2026, 7, 1, 3, 30, tzinfo=UTC)


zones = st.sampled_from(ZONES)
# 1900 to 2100, and every day on which some zone of the table changes its clock
near_changes = st.sampled_from([local(row[1]) for row in CLOCK_TABLE])
minutes = st.integers(-3000, 3000).map(lambda count: timedelta(minutes=count))
walls = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)) | st.builds(operator.add, near_changes, minutes)
A_TICK = timedelta(microseconds=1)


@example(datetime(2011, 12, 30, 10), "Pacific/Apia")
@example(datetime(1972, 1, 7, 0, 20), "Africa/Monrovia")  # a gap of 44 minutes and 30 seconds
@given(walls, zones)
def test_s2_the_instant_is_the_first_at_which_the_clock_shows_the_time_or_a_later_one(
    wall: datetime, zone: str
) -> None:
    found = to_instant(wall, zone)
    reached = to_local(found.at, zone)
    assert wall <= reached <= wall + timedelta(hours=24)
    assert to_local(found.at - A_TICK, zone) < wall
    assert (reached != wall) == ("skipped" in (found.note or ""))


@given(walls, st.timedeltas(timedelta(0), timedelta(days=2)), zones)
def test_s2_later_local_times_are_never_earlier_instants(wall: datetime, later: timedelta, zone: str) -> None:
    assert to_instant(wall, zone).at <= to_instant(wall + later, zone).at


@given(zones)
def test_s2_every_zone_of_the_package_can_be_given(zone: str) -> None:
    assert resolve_zone(zone) == Zone(name=zone, source="given")
    assert to_local(datetime(2026, 7, 1, tzinfo=UTC), zone).tzinfo is None


PLACES = {"candidate": "Asia/Tokyo", "sender": "Europe/Paris", "contract": "America/Chicago"}


@pytest.mark.parametrize(
    ("given_zone", "places", "expected"),
    [
        ("Asia/Kolkata", ["candidate", "sender", "contract"], Zone(name="Asia/Kolkata", source="given")),
        (None, ["candidate", "sender", "contract"], Zone(name="Asia/Tokyo", source="candidate")),
        (None, ["sender", "contract"], Zone(name="Europe/Paris", source="sender")),
        (None, ["contract"], Zone(name="America/Chicago", source="contract")),
        (None, [], Zone(name="UTC", source="utc")),
    ],
)
def test_s2_the_zone_is_the_candidates_else_the_senders_else_the_contracts_else_utc(
    given_zone: str | None, places: list[str], expected: Zone
) -> None:
    assert resolve_zone(given_zone, **{place: PLACES[place] for place in places}) == expected


@pytest.mark.parametrize("nonsense", ["CET/Berlin", "", "../../etc/passwd", "Europe", "europe/berlin", "\0", "GMT+25"])
def test_s2_an_unknown_zone_of_a_profile_is_passed_over_and_the_source_tells(nonsense: str) -> None:
    assert resolve_zone(candidate=nonsense, sender="Europe/Paris") == Zone(name="Europe/Paris", source="sender")
    assert resolve_zone(candidate=nonsense, sender=nonsense, contract=nonsense) == Zone(name="UTC", source="utc")


@pytest.mark.parametrize("nonsense", ["CET/Berlin", "", "../../etc/passwd", "Europe", "europe/berlin", "\0", "GMT+25"])
def test_s2_an_unknown_zone_that_was_given_is_an_error_with_an_example(nonsense: str) -> None:
    with pytest.raises(InputError, match=r"zone: no time zone .*such as 'Europe/Berlin'"):
        resolve_zone(nonsense, candidate="Asia/Tokyo")
    with pytest.raises(InputError, match=r"contract\.zone: no time zone"):
        check_zone(nonsense, field="contract.zone")
    with pytest.raises(InputError, match="no time zone"):
        to_instant(datetime(2026, 1, 1), nonsense)


def test_s2_a_local_time_with_an_offset_is_an_error_not_a_guess() -> None:
    with pytest.raises(InputError, match="local: a local time carries no offset"):
        to_instant(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    ("wall", "zone"), [(datetime.min, "Asia/Tokyo"), (datetime.max, "America/Chicago")], ids=["first", "last"]
)
def test_s2_a_local_time_outside_the_calendar_is_an_error(wall: datetime, zone: str) -> None:
    with pytest.raises(InputError, match="outside the calendar"):
        to_instant(wall, zone)


NOW = datetime(2026, 3, 20, 8, 30, tzinfo=UTC)  # 09:30 in Berlin


def test_s1_without_a_time_a_message_goes_out_now() -> None:
    assert decide_send_time(None, zone=BERLIN, now=NOW, policy=POLICY) == SendTime(
        at=NOW, zone="Europe/Berlin", zone_source="candidate", immediately=True, note=None, rule="S-1"
    )


def test_s1_a_message_goes_out_at_its_local_time() -> None:
    assert decide_send_time(datetime(2026, 3, 30, 9), zone=BERLIN, now=NOW, policy=POLICY) == SendTime(
        at=datetime(2026, 3, 30, 7, tzinfo=UTC), zone="Europe/Berlin", zone_source="candidate", note=None, rule="S-1"
    )


def test_s1_a_fresh_time_in_the_past_is_refused_in_the_words_of_its_zone() -> None:
    assert decide_send_time(datetime(2026, 3, 20, 9, 29), zone=BERLIN, now=NOW, policy=POLICY) == Refused(
        rule="S-1",
        reason="2026-03-20 09:29 in Europe/Berlin has passed: it is 2026-03-20 09:30 there; "
        "choose a later time, or send now",
    )


@pytest.mark.parametrize("saved", [False, True])
def test_s1_a_time_equal_to_now_has_not_passed_and_one_a_microsecond_before_has(saved: bool) -> None:
    now_there = datetime(2026, 3, 20, 9, 30)
    same = decide_send_time(now_there, zone=BERLIN, now=NOW, policy=POLICY, saved=saved)
    assert same == SendTime(at=NOW, zone="Europe/Berlin", zone_source="candidate", note=None, rule="S-1")
    before = decide_send_time(now_there - A_TICK, zone=BERLIN, now=NOW, policy=POLICY, saved=saved)
    assert before.rule == ("S-4" if saved else "S-1")
    assert isinstance(before, SendTime) == saved


def test_s1_the_past_is_judged_in_the_zone_not_on_the_wall_of_utc() -> None:
    noon = datetime(2026, 3, 20, 12)  # in Kiritimati that was 22:00 UTC on the day before
    there = Zone(name="Pacific/Kiritimati", source="given")
    assert isinstance(decide_send_time(noon, zone=there, now=NOW, policy=POLICY), Refused)
    assert isinstance(decide_send_time(noon, zone=BERLIN, now=NOW, policy=POLICY), SendTime)


def test_s2_the_decision_carries_the_note_of_a_skipped_time() -> None:
    found = decide_send_time(datetime(2026, 3, 29, 2, 30), zone=BERLIN, now=NOW, policy=POLICY)
    assert isinstance(found, SendTime)
    assert (found.at, found.rule) == (datetime(2026, 3, 29, 1, tzinfo=UTC), "S-2")
    assert "moved to 2026-03-29 03:00" in (found.note or "")


def test_s2_between_a_repeated_time_and_its_second_coming_it_has_passed_and_the_reason_says_why() -> None:
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    found = decide_send_time(datetime(2026, 10, 25, 2, 30), zone=BERLIN, now=between, policy=POLICY)
    assert isinstance(found, Refused)
    assert found.rule == "S-1"
    assert "it is 2026-10-25 02:45 there (2026-10-25 02:30 comes twice" in found.reason


def test_s4_a_saved_time_that_has_passed_means_send_now_with_a_note() -> None:
    found = decide_send_time(datetime(2026, 3, 2, 9), zone=BERLIN, now=NOW, policy=POLICY, saved=True)
    assert found == SendTime(
        at=NOW,
        zone="Europe/Berlin",
        zone_source="candidate",
        immediately=True,
        note="the template's time 2026-03-02 09:00 (Europe/Berlin) has passed: sent now",
        rule="S-4",
    )


def test_s4_a_saved_time_to_come_is_kept() -> None:
    wall = datetime(2026, 4, 2, 9)
    fresh = decide_send_time(wall, zone=BERLIN, now=NOW, policy=POLICY)
    assert decide_send_time(wall, zone=BERLIN, now=NOW, policy=POLICY, saved=True) == fresh


def test_s1_now_without_an_offset_is_an_error_not_a_guess() -> None:
    with pytest.raises(InputError, match="now: an instant needs an offset"):
        decide_send_time(None, zone=BERLIN, now=datetime(2026, 3, 20), policy=POLICY)


def test_s1_now_may_be_told_on_any_clock() -> None:
    tokyo = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    found = decide_send_time(None, zone=BERLIN, now=tokyo, policy=POLICY)
    assert isinstance(found, SendTime)
    assert (found.at, found.at.utcoffset()) == (NOW, timedelta(0))


@given(walls, zones, st.timedeltas(timedelta(days=-3), timedelta(days=3)), st.booleans())
def test_s1_nothing_is_ever_planned_for_the_past(wall: datetime, zone: str, ahead: timedelta, saved: bool) -> None:
    promised = to_instant(wall, zone).at
    now = promised - ahead
    found = decide_send_time(wall, zone=Zone(name=zone, source="given"), now=now, policy=POLICY, saved=saved)
    assert isinstance(found, Refused) == (ahead < timedelta(0) and not saved)
    if isinstance(found, SendTime):
        assert found.at == max(promised, now)
        assert found.immediately == (ahead < timedelta(0))

"""Sending, scheduling and following up through the door, rule by rule: S-1 to S-11."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from outreach_desk import OutreachDesk, let_pass, new_message
from threads import START, day

from overture.errors import TransportError
from overture.messaging.decisions import Refused
from overture.messaging.new_message import Scheduled
from overture.messaging.policy import Plan
from overture.messaging.records import Contract, Folder
from overture.messaging.store import Store
from overture.messaging.templates import Template, get_template, list_templates, save_template, search_templates


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    return OutreachDesk(store)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


# S-1


def test_s1_a_message_sent_now_is_at_the_transport_before_send_returns(desk: OutreachDesk) -> None:
    sent = desk.sent("ada")
    (outgoing,) = desk.transport.taken.values()
    assert (outgoing.id, outgoing.to, outgoing.body) == (sent.message, "ada@example.org", "Hello ada.")
    assert desk.message(sent.message).sent_at == START


def test_s1_14_00_on_4_march_in_berlin_goes_out_at_13_00_utc_and_not_a_second_before(desk: OutreachDesk) -> None:
    desk.schedule(at=local("2026-03-04T14:00"), zone="Europe/Berlin")
    assert desk.run(utc("2026-03-04T12:59:59")).sent == 0
    assert desk.run(utc("2026-03-04T13:00:00")).sent == 1


def test_s1_a_fresh_time_that_has_passed_is_refused_and_costs_nothing(desk: OutreachDesk) -> None:
    refused = desk.refuse(at=local("2026-03-02T09:29"), zone="UTC")
    assert (refused.rule, "has passed" in refused.reason, desk.outreach.balance("s1")) == ("S-1", True, 150)


# S-2


@pytest.mark.parametrize(
    ("given", "candidate", "sender", "contract", "source", "hour"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Europe/London", "given", 0),
        (None, "Europe/Berlin", "America/New_York", "Europe/London", "candidate", 8),
        (None, None, "America/New_York", "Europe/London", "sender", 14),
        (None, None, None, "Europe/London", "contract", 9),
        (None, None, None, None, "utc", 9),
    ],
)
def test_s2_9_00_local_by_the_candidates_zone_else_the_senders_else_the_contracts_else_utc(
    desk: OutreachDesk, given: str | None, candidate: str | None, sender: str | None, contract: str | None,
    source: str, hour: int,
) -> None:  # fmt: skip
    desk.outreach.add_contract(Contract(id="k2", zone=contract))
    desk.add_seat("s2", contract="k2", zone=sender)
    taken = desk.schedule(seat="s2", at=local("2026-03-05T09:00"), zone=given, candidate_zone=candidate)
    message = desk.message(taken.message)
    assert (message.due_at, message.zone_source) == (utc(f"2026-03-05T{hour:02}:00"), source)


def test_s2_9_00_in_berlin_on_30_march_is_7_00_utc_though_it_was_scheduled_in_winter(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=local("2026-03-30T09:00"), candidate_zone="Europe/Berlin")
    assert taken.time.at == utc("2026-03-30T07:00")


def test_s2_2_30_in_berlin_on_29_march_is_skipped_and_goes_out_at_3_00_with_a_note(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=local("2026-03-29T02:30"), candidate_zone="Europe/Berlin")
    assert taken.time.at == utc("2026-03-29T01:00")
    assert "skipped" in str(desk.message(taken.message).note)


def test_s2_2_30_in_berlin_on_25_october_comes_twice_and_the_first_is_meant(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=local("2026-10-25T02:30"), candidate_zone="Europe/Berlin")
    assert taken.time.at == utc("2026-10-25T00:30")


# S-3


def test_s3_a_follow_up_goes_out_7_days_after_the_initial_and_not_a_second_before(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    assert desk.run(day(7) - timedelta(seconds=1)).sent == 0
    assert desk.run(day(7)).sent == 1
    assert list(desk.transport.taken) == [pair.message, pair.follow_up]
    assert desk.transport.taken[str(pair.follow_up)].in_reply_to == f"<{pair.message}@test>"


@pytest.mark.parametrize("hours", [72, 672])
def test_s3_72_hours_and_28_days_are_allowed(desk: OutreachDesk, hours: int) -> None:
    pair = desk.sent(follow_up=hours)
    assert desk.message(pair.follow_up).due_at == START + timedelta(hours=hours)


@pytest.mark.parametrize("hours", [71, 673])
def test_s3_71_hours_and_28_days_with_an_hour_are_refused_and_neither_is_charged(
    desk: OutreachDesk, hours: int
) -> None:
    assert desk.refuse(follow_up=hours).rule == "S-3"
    assert desk.outreach.balance("s1") == 150


def test_s3_an_initial_due_on_day_1_but_sent_on_day_2_has_its_follow_up_on_day_9(desk: OutreachDesk) -> None:
    pair = desk.schedule(follow_up=True, at=local("2026-03-03T09:30"))
    assert desk.message(pair.follow_up).due_at is None
    desk.run(day(2))
    assert desk.message(pair.follow_up).due_at == day(9)


def test_s3_a_candidate_who_answered_on_day_6_gets_no_follow_up_on_day_7(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.reply(pair.thread, "Yes, tell me more.", at=day(6))
    assert desk.run(day(8)).sent == 0
    assert desk.state(pair.message, pair.follow_up) == [("sent", None), ("cancelled", "CR-3")]


def test_s3_a_follow_up_held_while_its_initial_went_out_is_due_once_it_is_released(desk: OutreachDesk) -> None:
    pair = desk.schedule(follow_up=True, at=local("2026-03-03T09:30"))
    desk.outreach.candidate_changed("k1", "c1")
    assert desk.outreach.release(pair.message)
    desk.run(day(1))
    assert desk.outreach.release(str(pair.follow_up))
    assert desk.run(day(8)).sent == 1


def test_s3_without_an_answer_nothing_but_the_one_follow_up_may_be_written(desk: OutreachDesk) -> None:
    sent = desk.sent()
    refused = desk.outreach.write_in_thread(sent.thread, subject="Again", body="Hello?")
    assert isinstance(refused, Refused)
    assert refused.rule == "S-3"


# S-4


def test_s4_a_template_of_two_has_the_badge_is_found_and_is_sent_with_its_timing(desk: OutreachDesk) -> None:
    short = {"id": "t2", "seat": "s1", "name": "Short", "subject": "Hi", "body": "Hello."}
    pair = short | {"id": "t1", "name": "Backend, two steps", "follow_up_body": "Still there?", "follow_up_hours": 96}
    with desk.store.write() as connection:
        save_template(connection, Template.model_validate(pair))
        save_template(connection, Template.model_validate(short))
        (found,) = search_templates(list_templates(connection, seat="s1"), "bakend")
        assert get_template(connection, seat="s1", id="t1") == found
    assert found.badge == "2 messages"
    taken = desk.sent(template=found.id, follow_up=found.follow_up_hours)
    assert desk.message(taken.message).template == "t1"
    assert desk.message(taken.follow_up).due_at == day(4)


def test_s4_a_saved_time_that_has_passed_means_now_with_a_note(desk: OutreachDesk) -> None:
    taken = desk.schedule(at=local("2026-03-01T09:00"), saved_time=True)
    assert (taken.time.rule, taken.time.immediately) == ("S-4", True)
    assert "has passed" in str(desk.message(taken.message).note)
    assert desk.run(START).sent == 1


# S-5


def test_s5_one_recipient_is_no_bulk_and_two_are(desk: OutreachDesk) -> None:
    assert desk.outreach.schedule_bulk("s1", [new_message("c1")]).bulk is None
    both = desk.outreach.schedule_bulk("s1", [new_message("c2"), new_message("c3")])
    assert both.bulk is not None
    assert both.taken == 2


def test_s5_in_bulk_every_recipient_has_their_own_draft_zone_and_follow_up(desk: OutreachDesk) -> None:
    at = local("2026-03-05T09:00")
    bulk = desk.outreach.schedule_bulk(
        "s1",
        [
            new_message("tokyo", at=at, candidate_zone="Asia/Tokyo", follow_up=72),
            new_message("berlin", at=at, candidate_zone="Europe/Berlin", body="Guten Tag."),
        ],
    )
    tokyo, berlin = bulk.results
    assert isinstance(tokyo, Scheduled)
    assert isinstance(berlin, Scheduled)
    assert desk.run(utc("2026-03-05T00:00")).sent == 1
    assert desk.transport.calls == [tokyo.message]
    assert desk.run(utc("2026-03-05T08:00")).sent == 1
    assert desk.transport.taken[berlin.message].body == "Guten Tag."
    assert (desk.message(tokyo.follow_up).due_at, berlin.follow_up) == (utc("2026-03-08T00:00"), None)


# S-6


def test_s6_cancelling_the_initial_cancels_its_follow_up_and_gives_2_credits_back(desk: OutreachDesk) -> None:
    pair = desk.schedule(follow_up=True, at=local("2026-03-05T09:00"))
    assert desk.outreach.balance("s1") == 148
    assert desk.outreach.cancel(pair.message) is None
    assert desk.outreach.balance("s1") == 150
    assert [state for state, _ in desk.state(pair.message, pair.follow_up)] == ["cancelled", "cancelled"]
    assert desk.run(day(40)).sent == 0


def test_s6_a_follow_up_alone_can_be_cancelled_until_it_is_sent(desk: OutreachDesk) -> None:
    first, second = desk.sent("c1", follow_up=True), desk.sent("c2", follow_up=True)
    assert desk.outreach.cancel(str(first.follow_up)) is None
    desk.run(day(7))
    assert list(desk.transport.taken) == [first.message, second.message, second.follow_up]
    refused = desk.outreach.cancel(str(second.follow_up))
    assert refused is not None
    assert (refused.rule, "is sent" in refused.reason) == ("S-6", True)


def test_s6_a_second_cancel_is_refused_and_gives_nothing_back(desk: OutreachDesk) -> None:
    message = desk.schedule(at=local("2026-03-05T09:00")).message
    assert desk.outreach.cancel(message) is None
    refused = desk.outreach.cancel(message)
    assert refused is not None
    assert (refused.rule, desk.outreach.balance("s1")) == ("S-6", 150)


def test_s6_what_the_transport_would_not_take_yet_can_still_be_cancelled(desk: OutreachDesk) -> None:
    message = _refused_by_transport(desk)
    assert desk.outreach.cancel(message) is None
    desk.transport.before = let_pass
    assert desk.run(day(1)).sent == 0
    assert desk.outreach.balance("s1") == 150


# S-7


def test_s7_with_a_limit_of_2_the_third_follow_up_of_the_day_is_cancelled_refunded_and_awaits_a_reply(
    desk: OutreachDesk,
) -> None:
    pairs = [desk.sent(name, follow_up=True) for name in ("c1", "c2", "c3")]
    desk.outreach.settings("s1", daily_limit=2)
    report = desk.run(day(7))
    assert (report.sent, report.cancelled) == (2, 1)
    (cut,) = [pair for pair in pairs if pair.follow_up not in desk.transport.taken]
    assert desk.state(cut.follow_up) == [("cancelled", "S-7")]
    assert desk.entries(cut.follow_up) == [("charge", "CR-1"), ("refund", "S-7")]
    lines = desk.outreach.folder("s1", "awaiting_reply").lines
    assert [(line.status, line.ended_by) for line in lines if line.thread.id == cut.thread] == [("cancelled", "S-7")]
    assert desk.run(day(8)).sent == 0
    assert "cancelled" in desk.told()


def test_s7_an_initial_over_the_limit_is_treated_the_same_and_takes_its_follow_up_with_it(desk: OutreachDesk) -> None:
    desk.outreach.settings("s1", daily_limit=1)
    desk.sent("c1")
    refused = desk.outreach.send("s1", new_message("c2", follow_up=True))
    assert isinstance(refused, Refused)
    assert (refused.rule, desk.outreach.balance("s1")) == ("S-7", 149)
    assert sorted(desk.folder("awaiting_reply")) == ["c1", "c2"]


def test_s7_the_day_ends_at_midnight_utc(desk: OutreachDesk) -> None:
    desk.outreach.settings("s1", daily_limit=1)
    desk.clock.now = utc("2026-03-02T23:59:59.999999")
    desk.sent("c1")
    desk.clock.now = utc("2026-03-03T00:00")
    desk.sent("c2")
    assert isinstance(desk.outreach.send("s1", new_message("c3")), Refused)


def test_s7_what_the_transport_takes_a_day_late_counts_on_the_day_it_went(desk: OutreachDesk) -> None:
    desk.outreach.settings("s1", daily_limit=1)
    desk.clock.now = utc("2026-03-02T23:50")
    _refused_by_transport(desk)
    desk.transport.before = let_pass
    desk.clock.now = utc("2026-03-02T23:50:01")
    desk.sent("c2")
    assert desk.run(utc("2026-03-03T01:00")).sent == 1
    assert isinstance(desk.outreach.send("s1", new_message("c3")), Refused)


def test_s7_a_seat_without_a_limit_of_its_own_has_the_policys(desk: OutreachDesk) -> None:
    desk.under(daily_limit=2)
    desk.sent("c1")
    desk.sent("c2")
    refused = desk.outreach.send("s1", new_message("c3"))
    assert isinstance(refused, Refused)
    assert refused.rule == "S-7"


# S-8


def test_s8_a_flagged_sender_sends_nothing_and_what_was_due_is_cancelled_and_refunded(desk: OutreachDesk) -> None:
    pair = desk.sent(follow_up=True)
    desk.outreach.settings("s1", flagged="spam reports")
    report = desk.run(day(7))
    assert (report.sent, report.cancelled) == (0, 1)
    message = desk.message(pair.follow_up)
    assert (message.state, message.ended_by, message.end_reason) == (
        "cancelled",
        "S-8",
        "the sender may not send: spam reports",
    )
    assert desk.entries(pair.follow_up)[-1] == ("refund", "S-8")


def test_s8_a_flagged_sender_can_schedule_nothing(desk: OutreachDesk) -> None:
    desk.outreach.settings("s1", flagged="spam reports")
    assert desk.refuse().rule == "S-8"
    desk.outreach.settings("s1", flagged=None)
    desk.schedule()


# S-9


@pytest.mark.parametrize(
    ("what", "folder"),
    [
        ("scheduled", "scheduled"),
        ("sent", "awaiting_reply"),
        ("sent, follow-up cancelled", "awaiting_reply"),
        ("sent, accepted", "accepted"),
        ("sent, declined", "declined"),
        ("scheduled, cancelled", "awaiting_reply"),
    ],
)
def test_s9_a_thread_lies_in_one_of_the_four_folders(desk: OutreachDesk, what: str, folder: Folder) -> None:
    late: dict[str, Any] = {"at": local("2026-03-05T09:00")}
    taken = desk.schedule(**late) if what.startswith("scheduled") else desk.sent(follow_up=True)
    if what == "sent, accepted":
        desk.reply(taken.thread, "Yes.")
    elif what == "sent, declined":
        desk.reply(taken.thread, "No.")
    elif what.endswith("cancelled"):
        desk.outreach.cancel(str(taken.follow_up or taken.message))
    held = {name: page.lines for name, page in desk.outreach.folders("s1").items()}
    assert [name for name, lines in held.items() if lines] == [folder]
    assert desk.outreach.thread(taken.thread).state.folder == folder


def test_s9_a_folder_comes_in_pages_of_2_newest_first(desk: OutreachDesk) -> None:
    for number in range(5):
        desk.clock.now = START + timedelta(minutes=number // 2)  # pairs of one instant: the id decides
        desk.sent(f"c{number}")
    whole = [line.thread.id for line in desk.outreach.folder("s1", "awaiting_reply").lines]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = desk.outreach.folder("s1", "awaiting_reply", after=after, limit=2)
        seen += [line.thread.id for line in page.lines]
        after = page.after
        if after is None:
            break
    assert (seen, len(seen)) == (whole, 5)


# S-11


@pytest.mark.parametrize("plan", [Plan.LITE, Plan.TALENT_FINDER])
def test_s11_recruiter_lite_may_schedule_initial_messages_only(desk: OutreachDesk, plan: Plan) -> None:
    desk.add_seat("s2", plan)
    before = desk.outreach.balance("s2")
    assert desk.refuse(seat="s2", follow_up=True).rule == "S-11"
    assert desk.outreach.balance("s2") == before
    desk.schedule(seat="s2")


@pytest.mark.parametrize("plan", [Plan.RECRUITER, Plan.PROFESSIONAL_SERVICES])
def test_s11_recruiter_and_professional_services_have_follow_ups(desk: OutreachDesk, plan: Plan) -> None:
    desk.add_seat("s2", plan)
    assert desk.schedule(seat="s2", follow_up=True).charged == 2


def _refused_by_transport(desk: OutreachDesk) -> str:
    def refuse(key: str) -> None:
        raise TransportError("busy")

    desk.transport.before = refuse
    message = desk.sent("late").message
    assert desk.transport.taken == {}
    return message

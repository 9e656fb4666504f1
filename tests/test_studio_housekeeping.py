"""What a studio does by itself: credits for every seat, and forgetting what has been kept long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from reply_doubles import DoubleClassifier
from sqlalchemy import select
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from webhook_desk import Receiver, answer, post_due

from overture.errors import InputError
from overture.messaging.tables import contracts, seats
from overture.studio.answers import AnswerStore
from overture.studio.audit import note
from overture.studio.caller import Caller
from overture.studio.housekeeping import forget_old, keep_house
from overture.studio.tables import answers, audit, webhook_events


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Studio]:
    with studio(tmp_path, classifier=DoubleClassifier) as made:
        yield made


def test_cr5_a_seat_whose_grant_fails_is_named_and_keeps_nobody_behind_it_waiting(
    desk: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outreach, done = desk.services.outreach, list[str]()
    grant = outreach.grant_month

    def broken_for_ann(seat: str) -> Any:
        if seat == ANN:
            raise InputError("kanarie")
        done.append(seat)
        return grant(seat)

    monkeypatch.setattr(outreach, "grant_month", broken_for_ann)
    with outreach.store.write() as connection:  # the first of all seats is under a policy that is no more
        connection.execute(contracts.insert().values(id="gone", policy="gone"))
        connection.execute(seats.insert().values(id="aa", contract="gone", plan="recruiter"))
    report = keep_house(outreach)
    assert done == ["aa", BEN]
    assert [(one.task, one.of, one.error) for one in report.not_done] == [
        ("grant", "seat:aa", "ConfigurationError"),
        ("grant", f"seat:{ANN}", "InputError"),
        ("health", "seat:aa", "ConfigurationError"),
    ]
    assert (
        f"housekeeping left out grant of seat:aa (ConfigurationError); grant of seat:{ANN} (InputError)" in caplog.text
    )
    assert "kanarie" not in caplog.text


def test_what_was_kept_long_enough_is_forgotten_and_nothing_younger(desk: Studio) -> None:
    """An answer after a day, a delivered event after a month, an audit line after a year."""
    add_line(desk)
    assert desk.ann.post("/v1/webhooks", json={"url": "https://127.0.0.1/in"}).status_code == 201
    event(desk, "first")
    kept = AnswerStore(desk.services.store, desk.clock, seat=ANN, key="k")
    assert kept.begin("digest") is None
    for days, left in ((0.9, (True, True, True)), (29, (False, True, True)), (334, (False, False, True))):
        desk.clock.wait(days=days)
        forget_old(desk.services)
        assert tuple(map(bool, rows(desk))) == left, f"after {days} days more"
    begun = desk.clock()
    add_line(desk)
    desk.clock.wait(days=2)
    forget_old(desk.services)
    assert rows(desk)[2] == [begun], "the line of a year ago is gone, and the new one stays"


def test_an_event_that_its_receiver_has_not_taken_is_kept_however_old(desk: Studio) -> None:
    desk.ann.post("/v1/webhooks", json={"url": "https://127.0.0.1/in"})
    answer(desk)
    post_due(desk, Receiver(500))
    desk.clock.wait(days=40)
    forget_old(desk.services)
    receiver = Receiver()
    post_due(desk, receiver)
    assert len(receiver.posts) == 1


def event(desk: Studio, candidate: str) -> None:
    """One that is delivered, and whose notice is settled."""
    answer(desk, candidate=candidate)
    post_due(desk, Receiver())
    desk.clock.wait(minutes=3)
    post_due(desk, Receiver())


def add_line(desk: Studio) -> None:
    caller = Caller(ANN, CONTRACT, frozenset(), "test")
    note(desk.services.store, caller, "POST /x", subject=None, status=200, request="r", now=desk.clock())


def rows(desk: Studio) -> tuple[list[datetime], list[datetime], list[datetime]]:
    """When each answer, delivered event and line of ours was made."""
    with desk.services.store.read() as connection:
        return (
            list(connection.scalars(select(answers.c.created_at))),
            list(connection.scalars(select(webhook_events.c.created_at).where(webhook_events.c.state == "delivered"))),
            list(connection.scalars(select(audit.c.at).where(audit.c.action == "POST /x"))),
        )

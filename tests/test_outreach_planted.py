"""Bugs planted on purpose, each of which the machine must catch within a few runs (CR-2, CR-3, CR-5, S-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from outreach_machine import check, machine_on_sqlite

from overture.messaging import ledger, lots, outreach, receiving, sending, settlement
from overture.messaging.decisions import Refused, Settlement
from overture.messaging.records import Message
from overture.messaging.settlement import settle_reply

Plant = Callable[[pytest.MonkeyPatch], None]


def refund_twice(patch: pytest.MonkeyPatch) -> None:
    """CR-2: every answer gives the credit back, and the ledger's own guards against it are off."""
    numbers, entry = count(), ledger.entry

    def settle(reply: Any, *, thread: Any, **rest: Any) -> Settlement:
        settled = settle_reply(reply, thread=thread, **rest)
        fresh = settle_reply(reply, thread=thread.model_copy(update={"responded_at": None}), **rest)
        return settled.model_copy(update={"refunds": fresh.refunds})

    patch.setattr(receiving, "settle_reply", settle)

    def always_new(message: str) -> str:
        return f"refund:{message}:{next(numbers)}"

    def of_no_charge(kind: Any, **fields: Any) -> dict[str, Any]:
        return {**entry(kind, **fields), "refunds": None}

    patch.setattr(ledger, "refund_key", always_new)
    patch.setattr(ledger, "entry", of_no_charge)


def expire_an_instant_late(patch: pytest.MonkeyPatch) -> None:
    """CR-5: a lot may still be used at the instant at which it is lost."""

    def is_due(lot: lots.Lot, now: datetime) -> bool:
        return bool(lot.remaining and lot.expires_at and now > lot.expires_at)

    patch.setattr(lots.Lot, "is_due", is_due)


def expire_a_day_late(patch: pytest.MonkeyPatch) -> None:
    """CR-5: 91 days."""
    expiry = lots.expiry

    def later(granted_at: Any, *, policy: Any) -> Any:
        at = expiry(granted_at, policy=policy)
        return at and at + timedelta(days=1)

    patch.setattr(ledger, "expiry", later)


def shut_the_window_before_its_last_instant(patch: pytest.MonkeyPatch) -> None:
    """CR-2: an answer at exactly 90 days gives nothing back."""

    def in_time(message: Message, received: Any, policy: Any) -> bool:
        return message.sent_at is None or received - message.sent_at < timedelta(days=policy.refund_days)

    patch.setattr(settlement, "_in_time", in_time)


def leave_the_window_open_for_an_instant(patch: pytest.MonkeyPatch) -> None:
    """CR-2: an answer a microsecond after 90 days gives the credit back."""

    def in_time(message: Message, received: Any, policy: Any) -> bool:
        most = timedelta(days=policy.refund_days, microseconds=1)
        return message.sent_at is None or received - message.sent_at <= most

    patch.setattr(settlement, "_in_time", in_time)


def follow_up_after_an_answer(patch: pytest.MonkeyPatch) -> None:
    """S-10, CR-3: an answer leaves the follow-up waiting, and nobody looks again before it is sent."""

    def settle(reply: Any, **rest: Any) -> Settlement:
        return settle_reply(reply, **rest).model_copy(update={"cancels_follow_up": None})

    def look(*arguments: Any, **named: Any) -> Refused | None:
        refusal = must_not_go(*arguments, **named)
        return None if refusal is not None and refusal.rule == "S-3" else refusal

    must_not_go = sending._must_not_go  # pyright: ignore[reportPrivateUsage]  # a bug is planted in it
    patch.setattr(receiving, "settle_reply", settle)
    patch.setattr(sending, "_must_not_go", look)


def refund_nothing_for_what_was_cancelled(patch: pytest.MonkeyPatch) -> None:
    """CR-4: `cancel` forgets the credit."""
    end = outreach.end_message

    def end_for_nothing(connection: Any, message: Message, **rest: Any) -> bool:
        return end(connection, message.model_copy(update={"free": True}), **rest)

    patch.setattr(outreach, "end_message", end_for_nothing)


def forget_the_limit(patch: pytest.MonkeyPatch) -> None:
    """S-7: the daily limit is not looked at."""

    def any_number(*arguments: Any) -> bool:
        return True

    patch.setattr(sending, "_count_for_today", any_number)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "plant",
    [
        refund_twice,
        expire_an_instant_late,
        expire_a_day_late,
        shut_the_window_before_its_last_instant,
        leave_the_window_open_for_an_instant,
        follow_up_after_an_answer,
        refund_nothing_for_what_was_cancelled,
        forget_the_limit,
    ],
)
def test_a_planted_bug_is_caught(plant: Plant, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        plant(patch)
        with pytest.raises(AssertionError):
            check(machine_on_sqlite(migrated_sqlite), runs=60, steps=60)

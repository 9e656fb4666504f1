"""What fails for one seat keeps no other waiting, and is told without a word of anybody's (S-10, CR-5, H-2, C-8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from outreach_desk import OutreachDesk
from sqlalchemy.exc import OperationalError
from threads import START, day

from overture.errors import ConfigurationError
from overture.messaging import housekeeping
from overture.messaging.async_outreach import AsyncOutreach
from overture.messaging.ledger import due_owners
from overture.messaging.notices import Notice, tell
from overture.messaging.outreach import Outreach
from overture.messaging.policy import Policy
from overture.messaging.records import Contract
from overture.messaging.store import Store
from overture.messaging.tables import contracts

NAME = "kanarie"
"""Of candidates; it must stand in no report and no log."""
WAYS: dict[str, Callable[[Outreach, str], Any]] = {
    "sync": lambda outreach, name: getattr(outreach, name)(),
    "async": lambda outreach, name: asyncio.run(getattr(AsyncOutreach(outreach), name)()),
}
by_each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@pytest.fixture
def desk(store: Store) -> OutreachDesk:
    """The seat `s0` comes before `s1` in every list."""
    made = OutreachDesk(store)
    made.outreach.add_contract(Contract(id="k0"))
    made.add_seat("s0", contract="k0")
    return made


def lose_policy(desk: OutreachDesk) -> None:
    """The policy that the contract of `s0` is under is no more."""
    with desk.store.write() as connection:
        connection.execute(contracts.update().where(contracts.c.id == "k0").values(policy="gone"))


def broken(report: Any) -> list[tuple[str, str, str]]:
    return [(one.task, one.of, one.error) for one in report.not_done]


@by_each_way
def test_s10_a_message_of_a_seat_without_policy_holds_up_no_other_seats(
    desk: OutreachDesk, way: Callable[[Outreach, str], Any], caplog: pytest.LogCaptureFixture
) -> None:
    first = [desk.schedule(f"{NAME}-{number}", seat="s0") for number in range(2)]
    second = desk.schedule(seat="s1")
    lose_policy(desk)
    report = way(desk.outreach, "run")
    assert report.sent == 1
    assert second.message in desk.transport.taken
    wanted = sorted(("delivery", f"message:{each.message}", "ConfigurationError") for each in first)
    assert sorted(broken(report)[:2]) == wanted
    assert broken(report)[2:] == [("health", "seat:s0", "ConfigurationError")]
    assert "health of seat:s0 (ConfigurationError)" in caplog.text
    assert NAME not in caplog.text + str(report)
    assert desk.state(first[0].message) == [("scheduled", None)], "it is due still"


def test_s10_what_is_broken_takes_no_place_of_a_run_with_a_limit(desk: OutreachDesk) -> None:
    for number in range(3):
        desk.schedule(f"c{number}", seat="s0")
    mine = {desk.schedule(f"c{number}", seat="s1").message for number in range(2)}
    lose_policy(desk)
    assert desk.outreach.run(limit=1).sent == 1
    assert len(mine & set(desk.transport.taken)) == 1


@by_each_way
def test_h2_a_sender_without_policy_keeps_the_next_one_from_no_notice(
    desk: OutreachDesk, way: Callable[[Outreach, str], Any]
) -> None:
    desk.under(health_min_sent=2)
    for name in ("c1", "c2"):
        desk.sent(name)
    policy = Policy(health_min_sent=2)

    def of(contract: Contract) -> Policy:
        if contract.id == "k0":
            raise ConfigurationError(f"no policy for {NAME}")
        return policy

    desk.options["policy"] = of
    report = way(desk.restarted(), "keep_house")
    assert broken(report) == [("health", "seat:s0", "ConfigurationError")]
    assert desk.told("s1") == ["low_response_rate"]
    assert NAME not in str(report)


@by_each_way
def test_cr5_an_owner_whose_expiry_fails_keeps_nobody_else_from_theirs(
    desk: OutreachDesk, way: Callable[[Outreach, str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expire = housekeeping.expire_due

    def broken_for_k0(connection: Any, owner: str, **options: Any) -> Any:
        if owner == "contract:k0":
            raise ValueError(NAME)
        return expire(connection, owner, **options)

    monkeypatch.setattr(housekeeping, "expire_due", broken_for_k0)
    desk.clock.now = day(91)
    assert broken(way(desk.outreach, "keep_house")) == [("expiry", "contract:k0", "ValueError")]
    with desk.store.read() as connection:
        assert due_owners(connection, now=desk.clock.now) == ("contract:k0",)
    desk.verify()


def test_c8_a_notice_that_its_callback_does_not_take_holds_up_its_own_seats_alone(store: Store) -> None:
    taken: list[str] = []

    def take(notice: Notice) -> None:
        if notice.seat == "s0" and not taken.count("s1"):
            raise ConnectionError(NAME)
        taken.append(notice.seat)

    desk = OutreachDesk(store, on_notice=take)
    with store.write() as connection:
        for number, seat in enumerate(("s0", "s0", "s1")):
            tell(
                connection, key=str(number), at=START, contract="k1", seat=seat, kind="interested", rule="C-8", text="."
            )
    assert broken(desk.outreach.keep_house()) == [("notices", "seat:s0", "ConnectionError")]
    assert taken == ["s1"]
    assert broken(desk.outreach.keep_house()) == []
    assert taken == ["s1", "s0", "s0"]


def test_a_database_that_does_not_answer_is_nobodys_own_failure(
    desk: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def away(_connection: Any, seat: Any, **_options: Any) -> Any:
        asked.append(seat.id)
        raise OperationalError("select", {}, Exception("locked"))

    monkeypatch.setattr(housekeeping, "look_at", away)
    with pytest.raises(OperationalError):
        desk.outreach.keep_house()
    assert asked == ["s0"]

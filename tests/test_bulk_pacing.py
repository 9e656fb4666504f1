"""How many requests may be under way, by what the endpoint says and does; the clock is the test's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx2
import pytest

from overture.bulk.objections import objection_of
from overture.bulk.pacing import Pace, Window, duration, retry_after
from overture.errors import ConfigurationError, WriterOutputError, WriterTimeoutError, WriterUnavailableError


class Clock:
    """Time that passes only in `sleep`."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def pace(clock: Clock, **options: float) -> Pace:
    return Pace(concurrency=int(options.pop("concurrency", 4)), clock=clock, sleep=clock.sleep, **options)


def test_the_window_doubles_a_round_until_the_first_objection_then_grows_by_one() -> None:
    window = Window.of(256)
    for _ in range(16):
        window = window.widened()
    assert window.size == 32
    window = window.narrowed(now=10.0)
    assert window.size == pytest.approx(32 * 0.7)
    before = window.size
    for _ in range(int(before)):
        window = window.widened()
    assert before < window.size <= before + 1
    for _ in range(100_000):
        window = window.widened()
    assert window.size == 256


def test_objections_of_one_moment_count_once_and_the_window_never_closes() -> None:
    window = Window.of(16)
    once = window.narrowed(now=5.0)
    assert once.narrowed(now=5.5) == once
    for second in range(100):
        window = window.narrowed(now=10.0 + 2 * second)
    assert window.size == 1


async def test_no_more_requests_are_under_way_than_the_window_allows() -> None:
    gate, most = pace(Clock(), concurrency=4), 0

    async def request() -> None:
        nonlocal most
        await gate.enter(10)
        most = max(most, gate.under_way)
        await asyncio.sleep(0)
        gate.leave(is_good=True)

    await asyncio.gather(*(request() for _ in range(50)))
    assert most == 4
    assert gate.under_way == 0


async def test_a_cancelled_wait_gives_its_turn_to_the_next() -> None:
    gate = pace(Clock(), concurrency=1)
    await gate.enter(1)
    first, second, third = (asyncio.create_task(gate.enter(1)) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    gate.leave(is_good=True)
    second.cancel()  # in the moment in which its turn has come
    async with asyncio.timeout(5):
        await third
    assert gate.under_way == 1


async def test_requests_a_minute_are_held() -> None:
    clock = Clock()
    gate = pace(clock, requests_per_minute=60)
    for _ in range(31):
        await gate.enter(1)
        gate.leave(is_good=True)
    assert clock.now - 100.0 == pytest.approx(29, abs=1.01)  # one a second, and a second's worth at once


async def test_tokens_a_minute_are_held_by_what_was_really_used() -> None:
    clock = Clock()
    gate = pace(clock, tokens_per_minute=6000)
    for _ in range(11):
        await gate.enter(100)  # a second each by estimate
        gate.leave(is_good=True, estimated=100, tokens=200)
    assert clock.now - 100.0 == pytest.approx(20, abs=2.01)


async def test_workers_that_share_a_rate_get_an_even_part_of_it() -> None:
    clock = Clock()
    gate = pace(clock, requests_per_minute=60, tokens_per_minute=60)
    gate.share(2)
    for _ in range(11):
        await gate.enter(1)
        gate.leave(is_good=True)
    assert clock.now - 100.0 == pytest.approx(20, abs=2.01)
    gate.share(1)
    before = clock.now
    for _ in range(10):
        await gate.enter(1)
        gate.leave(is_good=True)
    assert clock.now - before == pytest.approx(11, abs=1.01)


@pytest.mark.parametrize("headers", [{"retry-after": "7"}, {"retry-after-ms": "7000"}])
async def test_retry_after_holds_every_request(headers: dict[str, str]) -> None:
    clock = Clock()
    gate = pace(clock)
    gate.heard(429, headers)
    await gate.enter(1)
    assert 107.0 <= clock.now <= 107.0 * 1.1


async def test_a_wait_that_no_run_waits_for_holds_nobody() -> None:
    """The run stops for it, so that what is under way must not sleep first."""
    clock = Clock()
    gate = pace(clock)
    gate.heard(429, {"retry-after": "86400"})
    await gate.enter(1)
    assert clock.now == 100.0


async def test_an_empty_allowance_holds_until_it_is_filled_again() -> None:
    clock = Clock()
    gate = pace(clock)
    gate.heard(200, {"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "1m"})
    await gate.enter(1)
    assert clock.now == 100.0
    gate.heard(200, {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2s"})
    await gate.enter(1)
    assert clock.now >= 162.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("1s", 1.0), ("6m0s", 360.0), ("20ms", 0.02), ("1h2m3.5s", 3723.5), ("12", 12.0), ("", None), ("soon", None)],
)
def test_durations_as_endpoints_write_them(said: str, seconds: float | None) -> None:
    assert duration(said) == seconds


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    assert retry_after({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, now=now) == 30.0
    assert retry_after({}, now=now) is None


class RefusedError(Exception):
    """What an SDK raises: it carries the response's status."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.response = httpx2.Response(
            status, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


def because(error: Exception, status: int, **headers: str) -> Exception:
    error.__cause__ = RefusedError(status, **headers)
    return error


@pytest.mark.parametrize(
    ("error", "is_first", "todo", "is_pressure"),
    [
        (because(WriterUnavailableError("HTTP 429"), 429), False, "again", True),
        (because(WriterUnavailableError("HTTP 429 (insufficient_quota)"), 429), False, "stop", False),
        (because(WriterUnavailableError("HTTP 429"), 429, retry_after="300"), False, "again", True),
        (because(WriterUnavailableError("HTTP 429"), 429, retry_after="301"), False, "stop", True),
        (because(WriterUnavailableError("HTTP 500"), 500), False, "again", False),
        (because(WriterUnavailableError("HTTP 503"), 503), False, "again", True),
        (WriterUnavailableError("cannot be reached"), False, "again", True),
        (WriterTimeoutError("no answer"), False, "again", True),
        (WriterOutputError("cut off"), True, "answer", False),
        (because(ConfigurationError("key"), 401), False, "stop", False),
        (because(ConfigurationError("one request"), 400), False, "answer", False),
        (because(ConfigurationError("one request or each"), 400), True, "doubt", False),
        (because(ConfigurationError("no such model"), 404), True, "stop", False),
        (ConfigurationError("no key to ask with"), True, "stop", False),
    ],
)
def test_what_an_error_calls_for(error: Exception, is_first: bool, todo: str, is_pressure: bool) -> None:
    objection = objection_of(error, is_first=is_first)
    assert (objection.todo, objection.is_pressure) == (todo, is_pressure)

"""How many requests may be under way: more while all is well, fewer when the endpoint objects (AIMD), and never more
a minute than it allows."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST: Final = 16
_NARROWED: Final = 0.7
_SETTLING: Final = 1.0
"""Seconds in which objections count as one: they belong to requests that were under way together."""
_BURST: Final = 1.0
"""Seconds of a rate that may be used at once."""
_SPREAD: Final = 0.1
LONGEST: Final = 300.0
"""Seconds that a run waits because it is asked to."""
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_UNITS: Final = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many requests may be under way; it doubles while nothing was objected to yet, then grows by one a round."""

    size: float
    most: int
    is_starting: bool = True
    narrowed_at: float = float("-inf")

    @classmethod
    def of(cls, most: int) -> Window:
        """The window of a run that has just begun."""
        return cls(size=float(min(_FIRST, most)), most=most)

    def widened(self) -> Window:
        """After an answer."""
        if self.size >= self.most:
            return self
        step = 1.0 if self.is_starting else 1.0 / self.size
        return replace(self, size=min(float(self.most), self.size + step))

    def narrowed(self, *, now: float) -> Window:
        """After an objection; one a second counts."""
        if now - self.narrowed_at < _SETTLING:
            return self
        return replace(self, size=max(1.0, self.size * _NARROWED), is_starting=False, narrowed_at=now)


class Pace:
    """The gate that every request passes: `enter`, then `leave`.

    `concurrency` is the most at once; requests and tokens a minute hold on top of it. `clock` and `sleep` are given
    by tests.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._window = Window.of(concurrency)
        self._requests = _Rate(requests_per_minute)
        self._tokens = _Rate(tokens_per_minute)
        self._clock, self._sleep = clock, sleep
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._not_before = float("-inf")
        self._random = random.Random()  # noqa: S311 - spreads requests, no secret
        self.under_way = 0
        self.objections = 0

    @property
    def window(self) -> Window:
        """The window as it stands."""
        return self._window

    async def enter(self, tokens: int) -> None:
        """Wait until one more request of about so many tokens may be made."""
        if self._waiting or self.under_way >= int(self._window.size):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._step_out()  # its turn had come in the same moment
                raise
        else:
            self.under_way += 1
        try:
            now = self._clock()
            wait = max(self._requests.reserve(1, now=now), self._tokens.reserve(tokens, now=now))
            while (wait := max(wait, self._not_before - now)) > 0:
                await self._sleep(wait)
                now, wait = self._clock(), 0.0
        except BaseException:
            self._step_out()
            raise

    def leave(self, *, is_good: bool, estimated: int = 0, tokens: int | None = None) -> None:
        """The request has ended; `tokens` is what it took where the endpoint said so."""
        if is_good:
            self._window = self._window.widened()
        else:
            self.objections += 1
            self._window = self._window.narrowed(now=self._clock())
        if tokens is not None:
            self._tokens.correct(tokens - estimated)
        self._step_out()

    def hold(self, seconds: float) -> None:
        """No request for so long: the endpoint asked for it."""
        seconds = min(seconds, LONGEST) * (1 + self._random.random() * _SPREAD)
        self._not_before = max(self._not_before, self._clock() + seconds)

    def share(self, workers: int) -> None:
        """From now on requests and tokens a minute are those of so many workers, of which this is one."""
        self._requests.share(workers)
        self._tokens.share(workers)

    def heard(self, status: int, headers: Mapping[str, str]) -> None:
        """Read what the headers of a response say about the rest of the minute."""
        if status == 429:
            if (asked := retry_after(headers)) is not None and asked <= LONGEST:  # for more, the run stops
                self.hold(asked)
            return
        for kind in ("requests", "tokens"):
            if headers.get(f"x-ratelimit-remaining-{kind}") == "0":
                seconds = duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
                if seconds is not None:
                    self.hold(seconds)

    def _step_out(self) -> None:
        self.under_way -= 1
        while self._waiting and self.under_way < int(self._window.size):
            turn = self._waiting.popleft()
            if not turn.done():
                self.under_way += 1
                turn.set_result(None)


class _Rate:
    """So much a minute, given out in turn: each reservation says how long to wait for it."""

    def __init__(self, per_minute: float | None) -> None:
        self._seconds_each = self._seconds_alone = 60.0 / per_minute if per_minute else 0.0
        self._free_at = float("-inf")

    def reserve(self, amount: int, *, now: float) -> float:
        if not self._seconds_each:
            return 0.0
        self._free_at = max(self._free_at, now - _BURST)
        wait = self._free_at - now
        self._free_at += amount * self._seconds_each
        return max(0.0, wait)

    def share(self, workers: int) -> None:
        self._seconds_each = self._seconds_alone * workers

    def correct(self, amount: int) -> None:
        self._free_at += amount * self._seconds_each


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """The seconds that a response asks to wait (RFC 9110, and OpenAI's `retry-after-ms`), None if it does not."""
    if (given := duration(headers.get("retry-after-ms", ""))) is not None:
        return given / 1000
    said = headers.get("retry-after", "")
    if (seconds := duration(said)) is not None:
        return seconds
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())


def duration(said: str) -> float | None:
    """Seconds from `1s`, `6m0s`, `20ms` or a plain number; None from anything else."""
    parts = _DURATION.findall(said)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != said.strip():
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)

"""A writer that answers from the run's store, and asks the model within pace, budget and one layer of retries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Final

import stamina

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    WriterError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.generation.async_only import AsyncOnly
from overture.generation.budget import Budget, Reservation
from overture.generation.course import estimated
from overture.generation.draft import Usage
from overture.generation.prices import Rate
from overture.generation.served_model import ServedModel, served_model
from overture.generation.writers import Writer, WriteRequest, WriterOutput

from .call_log import CallLog
from .first_calls import FirstCalls, Lead, PutOff
from .keeper import Keeper
from .keys import call_key
from .objections import Objection, RunStopped, asked_to_wait, objection_of
from .pacing import Pace
from .records import StoredAnswer
from .run_store import RunStore
from .tally import Tally

_SHORTEST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 60.0
_MOST_PUT_OFF: Final = 1_000


class StoredWriter(AsyncOnly):
    """Stands before the writer of a run. `attempts` is how often a call is made in all; 1 where the writer tries again
    itself, since retries are never stacked. `first` is shared by all who work on the run in this process.

    The first call with a new shared prefix goes ahead alone, so that those behind it find it in the provider's cache.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        store: RunStore,
        keeper: Keeper,
        calls: CallLog,
        pace: Pace,
        tally: Tally,
        budget: Budget | None,
        rate: Rate | None,
        attempts: int,
        most_failures: int,
        first: FirstCalls | None = None,
    ) -> None:
        self._writer, self._store, self._keeper, self._calls = writer, store, keeper, calls
        self._pace, self._tally, self._budget, self._rate = pace, tally, budget, rate
        self._attempts, self._most_failures = attempts, most_failures
        self._first = first or FirstCalls()
        self._is_answered = self._was_all_asked = False
        self._put_off = 0
        self._flights: dict[str, asyncio.Event] = {}
        self._booked = asyncio.Event()
        self._failures_in_a_row = 0
        self._stopped: RunStopped | None = None

    @property
    def label(self) -> str:
        """The label of the writer behind it."""
        return self._writer.label

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """The options of the writer behind it."""
        return self._writer.options

    @property
    def served_model(self) -> ServedModel:
        """The model that the writer behind it asks."""
        return served_model(self._writer)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """The answer of the store, else of the model; then it is in the store.

        Raises:
            WriterError: the model's answer, or that it gave none after all attempts.
            ConfigurationError: the endpoint refuses this request.
            PutOff: it refuses this request, and answered none yet.
            RunStopped: the budget, the key or the endpoint allows no more calls.
        """
        key = call_key(request, model=self.label)
        while (flight := self._flights.get(key)) is not None:
            await flight.wait()  # the same call for another candidate: its answer does for both
        if (stored := self._store.answer(key)) is not None:
            self._tally.reused += 1
            return stored.output()
        if (refused := self._first.refusal(key)) is not None:
            if self._is_in_doubt and self._put_off < _MOST_PUT_OFF:
                self._put_off += 1
                raise PutOff
            raise refused.with_traceback(None)
        flight = self._flights[key] = asyncio.Event()
        try:
            return await self._answered(key, request)
        finally:
            del self._flights[key]
            flight.set()

    async def _answered(self, key: str, request: WriteRequest) -> WriterOutput:
        try:
            return await self._once(key, request)
        except OvertureError as error:
            failed = error
        if self._todo(key, failed) is False:
            raise failed
        # The fast path above needs no machinery; what failed there counts as the first attempt here.
        async for attempt in stamina.retry_context(
            on=partial(self._todo, key), attempts=self._attempts, timeout=None,
            wait_initial=0.5, wait_max=_LONGEST_WAIT, wait_jitter=1.0,
        ):  # fmt: skip
            with attempt:
                if attempt.num == 1:
                    raise failed
                self._tally.tried_again += 1
                return await self._once(key, request)
        raise failed  # pragma: no cover - stamina raises the last error itself

    def all_was_asked(self) -> None:
        """There is no row that was not asked about: what is refused without evidence for more is the row's own."""
        self._was_all_asked = True

    def _todo(self, key: str, error: Exception) -> bool | float:
        """stamina's question: whether to try again, or after how many seconds."""
        if isinstance(error, RunStopped):
            return False
        objection = self._objection(error)
        if objection.todo == "doubt" and isinstance(error, ConfigurationError):
            self._doubt(key, error)
            return False
        if objection.todo == "stop" and isinstance(error, OvertureError):
            raise self._stop(error if objection.wait is None else asked_to_wait(error, objection.wait)) from error
        if objection.todo == "answer" or self._attempts == 1:
            return False
        return True if objection.wait is None else max(_SHORTEST_WAIT, objection.wait)

    def _objection(self, error: Exception) -> Objection:
        return objection_of(error, is_first=isinstance(error, ConfigurationError) and self._is_in_doubt)

    def _doubt(self, key: str, error: ConfigurationError) -> None:
        """Returns where it is the row's own."""
        self._first.refuse(key, error)
        if (wrong := self._first.wrong_setting()) is not None:
            raise self._stop(wrong) from error
        if not self._first.is_decided:
            self._put_off += 1
            raise PutOff from error

    @property
    def _is_in_doubt(self) -> bool:
        """Whether nothing was answered yet, in no start and to no worker of the run."""
        self._is_answered = self._is_answered or bool(self._tally.calls) or self._store.has_answers()
        return not self._is_answered and not self._was_all_asked

    async def _once(self, key: str, request: WriteRequest) -> WriterOutput:
        """One call, from its place in the budget to its answer in the store."""
        estimate = estimated(request)
        reserved = await self._reserved(estimate)
        lead: Lead | None = None
        was_refused = False
        try:
            lead = await self._first.lead(request.prompt.shared)
            if self._first.is_decided and self._is_in_doubt and (wrong := self._first.wrong_setting()) is not None:
                raise self._stop(wrong)  # another chunk's have shown it
            await self._pace.enter(estimate.input_tokens)
            if self._stopped is not None:
                self._pace.leave(is_good=True)
                raise self._stopped
            self._calls.begin(key)
            try:
                output = await self._writer.awrite(request)
            except BaseException as error:
                was_refused = isinstance(error, ConfigurationError) and self._objection(error).todo == "doubt"
                await self._failed(key, error, reserved, estimate)
                raise
            await self._kept(key, output, output.usage, reserved, estimate, request)
            return output
        finally:
            if reserved is not None and reserved.is_open:
                reserved.release()
                self._wake()
            if lead is not None:
                self._first.end(lead, request.prompt.shared, was_refused=was_refused)

    async def _failed(self, key: str, error: BaseException, reserved: Reservation | None, estimate: Usage) -> None:
        kept = StoredAnswer.of(error) if isinstance(error, WriterError) else None
        if kept is not None:
            await self._kept(key, error, kept.usage, reserved, estimate, None)
            return
        if not isinstance(error, Exception):  # cancelled: it may be paid, so that the log keeps it as under way
            self._pace.leave(is_good=True)
            return
        self._calls.end(key)
        objection = self._objection(error)
        if isinstance(error, WriterTimeoutError):
            self._tally.unanswered += 1
            if reserved is not None:
                reserved.book_estimate()
        if objection.wait is not None and objection.todo == "again":
            self._pace.hold(objection.wait)
        self._pace.leave(is_good=not objection.is_pressure)
        if isinstance(error, WriterUnavailableError | WriterTimeoutError):
            self._failures_in_a_row += 1
            if self._failures_in_a_row >= self._most_failures:
                raise self._stop(error) from error

    async def _kept(
        self, key: str, answer: object, usage: Usage, reserved: Reservation | None, estimate: Usage,
        request: WriteRequest | None,
    ) -> None:  # fmt: skip
        usage = usage if usage.requests else usage.model_copy(update={"requests": 1})
        stored = StoredAnswer.of(answer) if isinstance(answer, WriterOutput | WriterError) else None
        assert stored is not None  # noqa: S101 - for the type checkers: both callers have an answer
        self._pace.leave(is_good=True, estimated=estimate.input_tokens, tokens=usage.input_tokens or None)
        self._failures_in_a_row = 0
        tally = self._tally
        tally.calls += 1
        tally.input_tokens += usage.input_tokens
        tally.output_tokens += usage.output_tokens
        tally.cached_tokens += usage.cached_tokens
        if request is not None:
            tally.shared_characters += len(request.prompt.shared)
            tally.characters += len(request.prompt.shared) + len(request.prompt.personal)
        if reserved is not None:
            if usage.total_tokens:
                reserved.book(usage.total_tokens, None if self._rate is None else self._rate.price(usage))
            else:
                reserved.book_estimate()
            self._wake()
        await self._keeper.keep_answer(key, stored)
        self._calls.end(key)

    async def _reserved(self, estimate: Usage) -> Reservation | None:
        """Room in the budget; while calls under way hold some, it may yet come free."""
        if self._stopped is not None:
            raise self._stopped
        if self._budget is None:
            return None
        price: Decimal | None = None if self._rate is None else self._rate.price(estimate)
        while True:
            try:
                return self._budget.reserve(estimate.total_tokens, price)
            except BudgetExceededError as error:
                if not self._budget.state.open_requests:
                    raise self._stop(error) from error
                self._booked.clear()
                await self._booked.wait()
                if self._stopped is not None:
                    raise self._stopped from None

    def _wake(self) -> None:
        self._booked.set()

    def _stop(self, error: OvertureError) -> RunStopped:
        self._stopped = self._stopped or RunStopped(error)
        self._wake()
        return self._stopped

"""The ceiling of a run is kept by any number of drafts at once, in threads and tasks (D-15)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from doubles import GOOD, JOB, RECRUITER, RICH, TODAY, context_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.generation import Budget, BudgetState, Chunk, Draft, Drafter, Limits, Prices, Usage, WriterOutput
from overture.generation.budget import Reservation
from overture.generation.writers import WriteRequest

SPENT = Usage(requests=1, input_tokens=1000, output_tokens=100)
FINE = WriterOutput(GOOD["subject"], GOOD["body"], SPENT)
BAD = WriterOutput("Owning the ledger", "We are {{company}} and need you.\n\nMay I call?", SPENT)
PRICES = Prices.model_validate(
    {
        "as_of": "2026-11-01",
        "providers": {"test": {"models": [{"names": ["model"], "input": 1, "output": 10}]}},
    }
)
EACH = Decimal("0.002")  # 1,000 tokens in at 1 and 100 out at 10 US dollars a million


@dataclass
class Writing:
    """A writer that gives one answer for ever, after a moment, and counts how many ask at once."""

    answer: WriterOutput | OvertureError = FINE
    seconds: float = 0.0
    label: str = "test:model"
    options: Mapping[str, str | int | float | bool | None] = field(default_factory=dict[str, Any])
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, request: WriteRequest) -> WriterOutput:  # noqa: ARG002 - the protocol's
        with self.lock:
            self.asked += 1
        if self.seconds:
            time.sleep(self.seconds)
        if isinstance(self.answer, OvertureError):
            raise self.answer
        return self.answer

    async def awrite(self, request: WriteRequest) -> WriterOutput:  # noqa: ARG002 - the protocol's
        await asyncio.sleep(self.seconds)
        with self.lock:
            self.asked += 1
        if isinstance(self.answer, OvertureError):
            raise self.answer
        return self.answer

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        output = self.write(request)
        yield Chunk(output.body[:20])
        yield Chunk(output.body[20:])
        yield output

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        output = await self.awrite(request)
        yield Chunk(output.body[:20])
        await asyncio.sleep(self.seconds)
        yield Chunk(output.body[20:])
        yield output


def drafter_of(writer: Writing, **options: Any) -> Drafter:
    return Drafter(writer, today=TODAY, prices=PRICES, **options)


def drafted(drafter: Drafter) -> Draft:
    return drafter.draft(RICH, job=JOB, recruiter=RECRUITER)


class BudgetMachine(RuleBasedStateMachine):
    """A budget beside one that is reckoned the plain way: lists of what is open and what is booked."""

    reservations = Bundle("reservations")

    @initialize(
        requests=st.none() | st.integers(1, 8),
        tokens=st.none() | st.integers(1, 400),
        price=st.none() | st.integers(1, 400),
    )
    def set_up(self, requests: int | None, tokens: int | None, price: int | None) -> None:
        self.budget = Budget(max_requests=requests, max_tokens=tokens, max_price=price)
        self.under_way: dict[int, Reservation] = {}
        self.booked: list[tuple[int, Decimal]] = []
        self.excess_tokens, self.excess_price = 0, Decimal(0)

    @rule(target=reservations, tokens=st.integers(0, 200), price=st.integers(0, 200).map(Decimal))
    def reserve(self, tokens: int, price: Decimal) -> Reservation | None:
        budget, ways = self.budget, self.under_way.values()
        fits = (
            (budget.max_requests is None or len(self.booked) + len(ways) < budget.max_requests)
            and (
                budget.max_tokens is None
                or sum(each for each, _ in self.booked) + sum(each.tokens for each in ways) + tokens
                <= budget.max_tokens
            )
            and (
                budget.max_price is None
                or sum(each for _, each in self.booked) + sum(each.price for each in ways) + price <= budget.max_price
            )
        )
        try:
            reserved = budget.reserve(tokens, price)
        except BudgetExceededError:
            assert not fits
            return None
        assert fits
        self.under_way[id(reserved)] = reserved
        return reserved

    @rule(
        reserved=consumes(reservations), tokens=st.integers(0, 300), price=st.none() | st.integers(0, 300).map(Decimal)
    )
    def book(self, reserved: Reservation | None, tokens: int, price: Decimal | None) -> None:
        if reserved is None:
            return
        reserved.book(tokens, price)
        self.excess_tokens += max(0, tokens - reserved.tokens)
        self.excess_price += max(Decimal(0), (price or Decimal(0)) - reserved.price)
        self._close(reserved, tokens, price or Decimal(0))

    @rule(reserved=consumes(reservations))
    def book_estimate(self, reserved: Reservation | None) -> None:
        if reserved:
            reserved.book_estimate()
            self._close(reserved, reserved.tokens, reserved.price)

    @rule(reserved=consumes(reservations))
    def release(self, reserved: Reservation | None) -> None:
        if reserved:
            reserved.release()
            self._close(reserved, 0, Decimal(0))

    def _close(self, reserved: Reservation, tokens: int, price: Decimal) -> None:
        del self.under_way[id(reserved)]
        self.booked.append((tokens, price))
        before = self.budget.state
        reserved.book(10**6, Decimal(10**6))  # a second time does nothing
        assert self.budget.state == before

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "budget"):
            return
        assert self.budget.state == BudgetState(
            requests=len(self.booked),
            tokens=sum(tokens for tokens, _ in self.booked),
            price=sum((price for _, price in self.booked), Decimal(0)),
            open_requests=len(self.under_way),
            open_tokens=sum(each.tokens for each in self.under_way.values()),
            open_price=sum((each.price for each in self.under_way.values()), Decimal(0)),
        )

    @invariant()
    def keeps_its_ceilings_but_for_what_the_estimates_missed(self) -> None:
        if not hasattr(self, "budget"):
            return
        budget, now = self.budget, self.budget.state
        assert budget.max_requests is None or now.requests + now.open_requests <= budget.max_requests
        assert budget.max_tokens is None or now.tokens + now.open_tokens <= budget.max_tokens + self.excess_tokens
        assert budget.max_price is None or now.price + now.open_price <= budget.max_price + self.excess_price


TestBudgetMachine = BudgetMachine.TestCase
TestBudgetMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_d15_threads_that_race_never_pass_the_ceiling() -> None:
    budget = Budget(max_tokens=1000, max_price=100)
    start = threading.Barrier(8)
    over: list[BudgetState] = []

    def race(_: int) -> int:
        start.wait()
        made = 0
        for i in range(500):
            try:
                reserved = budget.reserve(7, Decimal("0.5"))
            except BudgetExceededError:
                break
            now = budget.state
            if now.tokens + now.open_tokens > 1000 or now.price + now.open_price > 100:
                over.append(now)
            reserved.book(7 - i % 3, Decimal("0.5")) if i % 7 else reserved.release()
            made += 1
        return made

    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(race, range(8)))
    assert not over
    assert budget.state.requests == made > 142
    assert budget.state.open_requests == budget.state.open_tokens == 0
    assert 1000 - 7 < budget.state.tokens <= 1000


@pytest.mark.parametrize("ceiling", [0, -1])
@pytest.mark.parametrize("name", ["max_requests", "max_tokens", "max_price"])
def test_a_budget_of_nothing_is_a_mistake(name: str, ceiling: int) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Budget(**{name: ceiling})


@pytest.mark.parametrize("wrong", ["a dollar", float("nan"), float("inf")])
def test_a_budget_wants_an_amount(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="US dollars"):
        Budget(max_price=wrong)


# --- in a drafter -----------------------------------------------------------------------------------------------------


def test_d15_a_spent_budget_ends_in_the_offline_writer_and_the_draft_says_so() -> None:
    writer, budget = Writing(), Budget(max_requests=2)
    drafter = drafter_of(writer, budget=budget)
    drafts = [drafted(drafter) for _ in range(4)]
    assert [draft.writer for draft in drafts] == ["test:model", "test:model", "offline", "offline"]
    fallback = drafts[2].fallback
    assert fallback is not None
    assert (fallback.kind, fallback.requested) == ("budget", "test:model")
    assert "ceiling of 2 requests" in fallback.reason
    assert (drafts[2].usage, drafts[2].repairs) == (Usage(), ())
    assert writer.asked == 2
    assert (budget.state.requests, budget.state.tokens, budget.state.price) == (2, 2200, 2 * EACH)


def test_d15_without_fallback_a_spent_budget_is_an_error_with_what_this_draft_spent() -> None:
    budget = Budget(max_requests=2)
    drafter = drafter_of(Writing(BAD), budget=budget, fallback=False)
    with pytest.raises(BudgetExceededError, match="ceiling of 2 requests") as caught:
        drafted(drafter)
    assert (caught.value.usage.requests, caught.value.usage.price) == (2, 2 * EACH)
    with pytest.raises(BudgetExceededError) as caught:
        drafted(drafter)
    assert caught.value.usage == Usage()


def test_d15_one_budget_holds_for_several_drafters() -> None:
    budget = Budget(max_tokens=6000)
    writers = Writing(), Writing(label="other")
    drafters = [drafter_of(writer, budget=budget) for writer in writers]
    while (drafted(drafters[0]).writer, drafted(drafters[1]).writer) != ("offline", "offline"):
        pass
    assert 0 < budget.state.tokens <= 6000
    assert writers[0].asked + writers[1].asked == budget.state.requests


async def test_d15_threads_and_tasks_at_once_stay_within_the_ceiling() -> None:
    writer, budget = Writing(seconds=0.002), Budget(max_price="0.1", max_requests=30)
    drafter = drafter_of(writer, budget=budget)
    context = context_of()
    tasks = [drafter.adraft_from(context) for _ in range(30)]
    threads = [asyncio.to_thread(drafter.draft_from, context) for _ in range(10)]
    drafts: list[Draft] = await asyncio.gather(*tasks, *threads)
    by_model = [draft for draft in drafts if draft.writer != "offline"]
    assert 0 < len(by_model) == writer.asked == budget.state.requests
    assert sum((draft.usage for draft in drafts), Usage()).price == budget.state.price <= Decimal("0.1")
    assert {draft.fallback.kind for draft in drafts if draft.fallback} == {"budget"}
    assert budget.state.open_requests == 0


UNCOUNTED = WriterOutput(FINE.subject, FINE.body)


@pytest.mark.parametrize(
    ("answer", "booked"),
    [
        (FINE, "spent"),
        (UNCOUNTED, "estimate"),
        (WriterTimeoutError("slow", usage=Usage(requests=1)), "estimate"),
        (WriterRefusalError("no", usage=SPENT), "spent"),
        (WriterRefusalError("no"), "estimate"),
        (WriterUnavailableError("HTTP 503", usage=Usage(requests=1)), "nothing"),
        (ConfigurationError("no key"), "nothing"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
async def test_d15_what_nobody_counted_is_booked_at_its_estimate(answer: Any, booked: str) -> None:
    context = context_of()
    for shell in ("draft", "adraft", "stream", "astream"):
        budget = Budget(max_tokens=10**6)
        drafter = drafter_of(Writing(answer), budget=budget)
        match shell:
            case "draft":
                drafter.draft_from(context)
            case "adraft":
                await drafter.adraft_from(context)
            case "stream":
                list(drafter.stream_from(context))
            case _:
                [piece async for piece in drafter.astream_from(context)]
        now = budget.state
        assert (now.requests, now.open_requests, now.open_tokens) == (1, 0, 0)
        if booked == "estimate":
            assert now.tokens > 900, "the whole answer that was allowed, and the prompt"
        else:
            assert now.tokens == {"spent": 1100, "nothing": 0}[booked]


async def test_d15_a_cancelled_draft_and_a_stream_that_was_left_are_booked_at_their_estimate() -> None:
    budget = Budget(max_tokens=10**6)
    drafter = drafter_of(Writing(seconds=5), budget=budget)
    task = asyncio.create_task(drafter.adraft_from(context_of()))
    await asyncio.sleep(0.01)
    assert budget.state.open_requests == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    once = budget.state
    assert (once.requests, once.open_requests) == (1, 0)
    assert once.tokens > 900

    pieces: Any = drafter_of(Writing(), budget=budget).stream_from(context_of())
    assert isinstance(next(pieces), Chunk)
    pieces.close()
    assert (budget.state.requests, budget.state.open_requests) == (2, 0)
    assert budget.state.tokens == 2 * once.tokens


def test_d15_a_draft_has_a_ceiling_on_its_price() -> None:
    writer = Writing(BAD)
    draft = drafted(drafter_of(writer, limits=Limits(max_price=Decimal("0.013"), max_output_tokens=900)))
    assert draft.writer == "offline"
    assert draft.fallback is not None
    assert draft.fallback.kind == "budget"
    assert "ceiling of 0.013 US dollars" in draft.fallback.reason
    assert 0 < writer.asked < 3
    assert draft.usage.price == writer.asked * EACH <= Decimal("0.013")


def test_d15_after_an_answer_that_nobody_priced_a_price_ceiling_allows_no_more() -> None:
    writer = Writing(WriterOutput(BAD.subject, BAD.body))
    draft = drafted(drafter_of(writer, limits=Limits(max_price=Decimal(1))))
    assert (draft.writer, writer.asked) == ("offline", 1)
    assert draft.usage.price is None
    assert draft.fallback is not None
    assert "or more" in draft.fallback.reason


@pytest.mark.parametrize("options", [{"limits": Limits(max_price=Decimal(1))}, {"budget": Budget(max_price=1)}])
def test_d15_a_price_ceiling_needs_a_price(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="D-15: max_price needs a price"):
        drafter_of(Writing(label="test:another"), **options)
    assert drafted(Drafter(today=TODAY, **options)).writer == "offline"
    with pytest.raises(ConfigurationError, match="at localhost"):
        Drafter("openai:gpt-5-mini", base_url="http://localhost:1/v1", **options)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (BAD, "findings"),
        (WriterOutputError("cut off", usage=SPENT), "output"),
        (WriterTimeoutError("slow"), "timeout"),
        (WriterUnavailableError("down"), "unavailable"),
        (WriterRefusalError("no"), "refusal"),
        (ConfigurationError("no key"), "configuration"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_d15_a_fallback_says_its_reason_in_a_word(answer: Any, kind: str) -> None:
    fallback = drafted(drafter_of(Writing(answer))).fallback
    assert fallback is not None
    assert fallback.kind == kind

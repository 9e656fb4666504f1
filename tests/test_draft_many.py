"""Many inputs in, a result for each out: bounded, in order or as they come, and no bad one ends the stream."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any, cast

import pytest
from bulk_endpoint import endpoint_in_thread
from doubles import completion
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY

from overture import Candidate, Drafter, InputError
from overture.errors import ConfigurationError
from overture.generation import DraftInput, OpenAIWriter
from overture.generation.bounded import bounded_map

DRAFTER = Drafter(today=TODAY)


def named(number: int) -> Candidate:
    return BACKEND.model_copy(update={"name": f"Ines Nummer{number}", "preferred_name": f"I{number}"})


def test_s5_each_draft_is_that_of_the_candidate_alone() -> None:
    results = list(DRAFTER.draft_many(map(named, range(6)), job=LEDGER_JOB, company=BANK, recruiter=ELIN))
    assert [result.number for result in results] == list(range(6))
    for number, result in enumerate(results):
        alone = DRAFTER.draft(named(number), job=LEDGER_JOB, company=BANK, recruiter=ELIN)
        assert result.draft is not None
        assert (result.draft.subject, result.draft.body) == (alone.subject, alone.body)


async def test_the_asynchronous_form_is_the_same_and_takes_both_kinds_of_iterators() -> None:
    async def arriving() -> AsyncIterator[Candidate]:
        for number in range(4):
            await asyncio.sleep(0)
            yield named(number)

    inputs = [DraftInput(candidate=named(number), job=LEDGER_JOB) for number in range(4)]
    first = [result async for result in DRAFTER.adraft_many(arriving(), job=LEDGER_JOB, concurrency=2)]
    second = [result async for result in DRAFTER.adraft_many(inputs, concurrency=3)]
    third = list(DRAFTER.draft_many(inputs))  # under a running loop too
    bodies = [[result.draft.body for result in each if result.draft] for each in (first, second, third)]
    assert len(bodies[0]) == 4
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_bad_input_is_a_result_with_its_error_and_the_others_go_on() -> None:
    unread = InputError("no profile", path="c.jsonl, line 2")
    inputs: list[Any] = [named(0), unread, Candidate(), "nobody", named(4)]
    results = list(DRAFTER.draft_many(inputs, concurrency=2))
    assert [result.draft is not None for result in results] == [True, False, False, False, True]
    assert results[1].error is unread
    assert [type(result.error) for result in results[2:4]] == [ConfigurationError, ConfigurationError]


def test_inputs_are_asked_for_only_when_there_is_room_for_their_results() -> None:
    asked = 0

    def endless() -> Iterator[Candidate]:
        nonlocal asked
        for asked in count(1):
            yield named(asked)

    results = DRAFTER.draft_many(endless(), job=LEDGER_JOB, concurrency=2)
    assert [next(results).number for _ in range(3)] == [0, 1, 2]
    results.close()
    assert asked <= 3 + 2 * 2 + 4 * 2 + 1  # taken, waiting to be taken, ahead, and one that was being asked for


def test_what_the_inputs_raise_comes_after_the_drafts_before_it() -> None:
    def broken() -> Iterator[Candidate]:
        yield from map(named, range(3))
        raise OSError("the disk is gone")

    results = DRAFTER.draft_many(broken(), job=LEDGER_JOB)
    assert [next(results).number for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="disk"):
        next(results)


def test_concurrency_is_a_number_above_zero() -> None:
    with pytest.raises(ConfigurationError, match="at least 1"):
        list(DRAFTER.draft_many([named(0)], concurrency=0))


async def test_a_slow_one_holds_up_the_order_but_not_the_work() -> None:
    slow, started = asyncio.Event(), list[int]()

    async def call(number: int, _: int) -> int:
        started.append(number)
        if number == 0:
            await slow.wait()
        return number

    ordered = bounded_map(call, range(100), concurrency=2, ordered=True)
    first = asyncio.ensure_future(anext(ordered))
    for _ in range(200):
        await asyncio.sleep(0)
    assert not first.done()
    assert len(started) == 2 * 4  # as many as may wait behind it
    slow.set()
    assert [await first, *[number async for number in ordered]] == list(range(100))

    slow.clear()
    as_they_come = bounded_map(call, range(10), concurrency=2, ordered=False)
    assert [await anext(as_they_come) for _ in range(9)] == list(range(1, 10))
    slow.set()
    assert [number async for number in as_they_come] == [0]


async def test_leaving_early_cancels_what_is_under_way() -> None:
    cancelled: list[int] = []

    async def call(number: int, _: int) -> int:
        try:
            await asyncio.sleep(0 if number == 0 else 3600)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return number

    results = bounded_map(call, range(5), concurrency=3, ordered=False)
    assert await anext(results) == 0
    await results.aclose()
    assert len(cancelled) >= 2


# The transport


@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
def test_both_transports_draft_and_say_what_came_and_close(transport: Any) -> None:
    heard: list[int] = []

    async def one(*, closed: bool) -> str:
        writer = OpenAIWriter(
            "m", base_url=address, transport=transport, on_response=lambda status, _: heard.append(status)
        )
        draft = await Drafter(writer, today=TODAY).adraft(BACKEND, job=LEDGER_JOB)
        if closed:
            await writer.aclose()
        return draft.writer

    with endpoint_in_thread() as (address, books):
        assert asyncio.run(one(closed=True)) == "openai:m"
    assert heard == [200]
    assert not books.open


def test_a_writer_without_retries_asks_once() -> None:
    heard: list[int] = []

    async def one() -> str:
        writer = OpenAIWriter("m", base_url=address).without_retries(on_response=lambda status, _: heard.append(status))
        draft = await Drafter(writer, today=TODAY).adraft(BACKEND, job=LEDGER_JOB)
        await writer.aclose()
        assert draft.fallback is not None
        return draft.fallback.kind

    with endpoint_in_thread(faults={"500": 1.0}) as (address, _):
        assert asyncio.run(one()) == "unavailable"
    assert heard == [500]


async def test_a_client_of_the_callers_own_is_used_as_it_is_but_for_retries() -> None:
    import httpx2
    from openai import AsyncOpenAI

    asked = 0

    def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal asked
        asked += 1
        return httpx2.Response(500) if asked == 1 else httpx2.Response(200, json=completion())

    transport = cast(Any, httpx2.MockTransport(answer))
    client = AsyncOpenAI(api_key="k", http_client=httpx2.AsyncClient(transport=transport), max_retries=5)
    draft = await Drafter(OpenAIWriter("m", async_client=client).without_retries(), today=TODAY).adraft(
        BACKEND, job=LEDGER_JOB
    )
    assert draft.fallback is not None
    assert asked == 1
    await client.close()
    gc.collect()

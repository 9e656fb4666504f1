"""A run whose model is a double: what is given up under way, what stops it, and what one row can do to the others."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
from bulk_batches import candidate, context
from bulk_worker import COMMON, SETTINGS, NotingWriter
from doubles import Endpoint, failing, openai_writer, request_of

from overture.bulk.call_log import CallLog
from overture.bulk.candidate_rows import CandidateRow, read_rows
from overture.bulk.finish import finish_run
from overture.bulk.keeper import Keeper
from overture.bulk.pacing import Pace
from overture.bulk.records import StoredRow
from overture.bulk.run import RunEnd, RunPlan, run_drafts
from overture.bulk.run_folder import RunFolder, open_run
from overture.bulk.run_store import RunStore
from overture.bulk.stored_writer import StoredWriter
from overture.bulk.summary import BulkSummary
from overture.bulk.tally import Tally
from overture.errors import WriterUnavailableError
from overture.generation import Budget, WriterOutput
from overture.generation.writers import WriteRequest


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    """Tries again without waiting in between."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    with open_run(tmp_path / "run", SETTINGS) as opened:
        yield opened


def rows(tmp_path: Path, *numbers: int) -> list[CandidateRow]:
    path = tmp_path / "people.jsonl"
    people = (candidate(number).model_dump(mode="json", exclude_defaults=True) for number in numbers)
    path.write_text("".join(f"{json.dumps(person)}\n" for person in people), encoding="utf-8")
    return list(read_rows([path]))


async def drafted(writer: Any, folder: RunFolder, given: list[CandidateRow], **plan: Any) -> RunEnd:
    return await run_drafts(RunPlan(writer=writer, common=COMMON, concurrency=4, **plan), folder, given)


class HangingWriter(NotingWriter):
    """Never answers."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self.asked = asyncio.Event()

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """One call, for ever."""
        self.asked.set()
        await asyncio.Event().wait()
        return await super().awrite(request)


async def test_a_call_that_was_under_way_at_ctrl_c_is_counted_as_perhaps_paid_twice(
    tmp_path: Path, folder: RunFolder
) -> None:
    given, hanging = rows(tmp_path, 0, 1), HangingWriter(tmp_path / "calls")
    run = asyncio.create_task(drafted(hanging, folder, given))
    await hanging.asked.wait()
    run.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await run
    end = await drafted(NotingWriter(tmp_path / "calls"), folder, given)
    assert (end.missing, end.maybe_paid_twice) == (0, 1)


def test_a_call_given_up_and_made_again_in_the_same_start_is_counted_once_and_for_good(
    tmp_path: Path, folder: RunFolder
) -> None:
    log = CallLog(tmp_path / "calls.log", store=folder.store)
    key = "a" * 64
    log.begin(key)
    log.begin(key)
    log.end(key)
    log.close()
    assert log.maybe_paid_twice == 1
    again = CallLog(tmp_path / "calls.log", store=folder.store)
    again.close()
    assert again.maybe_paid_twice == 1


def test_a_summary_says_nothing_of_what_was_not_counted() -> None:
    assert "paid twice" in "\n".join(BulkSummary(candidates=1, reused=1, maybe_paid_twice=0).lines())
    assert "paid twice" not in "\n".join(BulkSummary(candidates=1, reused=1, maybe_paid_twice=None).lines())


async def test_d15_a_call_given_up_before_its_turn_gives_back_its_room_in_the_budget(
    tmp_path: Path, folder: RunFolder
) -> None:
    """The second waits until the first has brought the prefix into the provider's cache."""
    budget, hanging = Budget(max_tokens=1_000_000), HangingWriter(tmp_path / "calls")
    calls = CallLog(folder.call_log, store=folder.store)
    writer = StoredWriter(
        hanging, store=folder.store, keeper=Keeper(folder.store), calls=calls, pace=Pace(concurrency=4),
        tally=Tally(), budget=budget, rate=None, attempts=1, most_failures=20,
    )  # fmt: skip
    first, second = (asyncio.create_task(writer.awrite(request_of(context(number)))) for number in (0, 1))
    await hanging.asked.wait()
    assert budget.state.open_requests == 2
    await cancelled(second)
    assert budget.state.open_requests == 1
    await cancelled(first)
    assert budget.state.open_requests == 0
    calls.close()


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_an_endpoint_that_asks_for_a_days_wait_stops_the_run_with_a_word_about_it(
    tmp_path: Path, folder: RunFolder
) -> None:
    endpoint = Endpoint([failing(429, headers={"retry-after": "86400"})])
    end = await drafted(openai_writer(endpoint), folder, rows(tmp_path, 0, 1, 2))
    assert isinstance(end.stopped, WriterUnavailableError)
    assert "asks to wait 86,400 s" in str(end.stopped)
    assert (len(endpoint.asked), end.missing) == (1, 3)


async def test_a_run_that_stops_writes_no_row_of_an_earlier_input(tmp_path: Path, folder: RunFolder) -> None:
    writer = NotingWriter(tmp_path / "calls")
    await drafted(writer, folder, rows(tmp_path, 0, 1, 2, 3, 4, 5))
    end = await drafted(writer, folder, rows(tmp_path, 0, 7, 2, 8), max_tokens=1)
    summary = finish_run(folder, end, out=str(tmp_path / "out.jsonl"))
    assert (summary.candidates, summary.drafted, summary.missing) == (4, 2, 2)
    written = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in written] == [0, 2]


def test_rows_are_let_go_of_by_number_and_digest(folder: RunFolder) -> None:
    store: RunStore = folder.store
    assert (store.last(), store.count(below=10)) == (-1, 0)
    store.put(rows=[stored(number, digest=f"d{number}") for number in range(3)])
    store.drop({0: "d0", 1: "another"})
    assert [row.number for row in store.rows()] == [1, 2]
    assert (store.last(), store.count(below=2)) == (2, 1)


def stored(number: int, *, digest: str) -> StoredRow:
    return StoredRow(number=number, digest=digest, status="refused", record={})

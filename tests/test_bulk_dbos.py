"""`--engine dbos`: every row once, whoever dies; what was answered is never paid again."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from bulk_batches import candidate
from bulk_worker import CHUNK_ROWS, CHUNKS_AT_ONCE, CONCURRENCY, NotingWriter, work
from dispatching import wait_until
from transports import our_environment

from overture.bulk.candidate_rows import CandidateRow, read_rows
from overture.bulk.chunk_rows import read_chunk, write_chunk
from overture.bulk.chunk_store import ChunkCounts, ChunkStore
from overture.bulk.engine_dbos import ChunkEnd, DbosEngine
from overture.bulk.records import StoredAnswer
from overture.bulk.run_store import RunStore
from overture.database import make_engine, writing
from overture.errors import BudgetExceededError, ConfigurationError, InputError
from overture.generation import Usage, WriterOutput
from overture.generation.writers import WriteRequest

PEOPLE = 60


@pytest.fixture
def candidates(tmp_path: Path) -> Path:
    """A file of people whose prompts differ."""
    return write(tmp_path / "people.jsonl", range(PEOPLE))


def write(path: Path, numbers: Iterable[int]) -> Path:
    people = (candidate(number).model_dump(mode="json", exclude_defaults=True) for number in numbers)
    path.write_text("".join(f"{json.dumps(person)}\n" for person in people), encoding="utf-8")
    return path


def paid(log: Path) -> Counter[str]:
    """How often each call was made."""
    return Counter(log.read_text(encoding="ascii").split()) if log.exists() else Counter()


def kept(url: str) -> list[int]:
    """The rows of the run that are in its store."""
    store = RunStore(url, run="run")
    try:
        return [row.number for row in store.rows()]
    finally:
        store.close()


def test_a_chunk_is_put_in_once_and_again_only_when_it_failed(empty_url: str) -> None:
    engine = make_engine(empty_url)
    store = ChunkStore(engine, run="run")

    def put(chunk: str) -> int:
        with writing(engine) as connection:
            return store.put(chunk, f"rows of {chunk}", connection=connection)

    assert [put("a"), put("b"), put("a")] == [1, 1, 0]
    assert store.rows("a") == "rows of a"
    store.finish("a", spent=Usage(requests=2, input_tokens=5))
    store.finish("b", spent=Usage(requests=1), error="no key")
    assert store.counts() == ChunkCounts(done=1, failed=1)
    assert (store.error(), store.spent().requests) == ("no key", 3)
    assert store.rows("a") is None
    assert [put("a"), put("b"), put("b")] == [0, 2, 0]
    assert store.counts() == ChunkCounts(open=1, done=1)
    assert ChunkStore(engine, run="other").counts() == ChunkCounts()
    with writing(engine) as connection:  # its rows are those of another input by now
        assert store.put("a", "rows of a", is_there=False, connection=connection) == 2
    assert store.counts() == ChunkCounts(open=2)
    engine.dispose()


def test_a_worker_beats_until_it_leaves(empty_url: str) -> None:
    engine = make_engine(empty_url)
    store = ChunkStore(engine, run="run")
    for worker in ("w1", "w2", "w1"):
        store.beat(worker)
    assert store.beats() == {"w1": 2, "w2": 1}
    store.leave("w1")
    assert store.beats() == {"w2": 1}
    engine.dispose()


def test_rows_travel_as_text_and_come_back_the_same(tmp_path: Path, candidates: Path) -> None:
    rows = [
        *read_rows([candidates]),
        CandidateRow(number=60, file="a", line=1, digest="d", data=b'{"name": "Zo\xeb"}\x00'),
        CandidateRow(number=61, file="a", line=2, digest="d", data={"name": "Zoë", "open_to_work": True}),
        CandidateRow(number=62, file="a", line=3, digest="d", error=InputError("no", field="name", expected="a name")),
    ]
    back = read_chunk(write_chunk(rows))
    assert back[:-1] == rows[:-1]
    with pytest.raises(InputError, match="name: no; expected a name"):
        back[-1].candidate()


def test_a_profile_in_a_file_of_its_own_travels_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"name": "Ines", "headline": "Engineer"}), encoding="utf-8")
    text = write_chunk(read_rows([path]))
    path.unlink()
    assert read_chunk(text)[0].candidate().name == "Ines"


@pytest.mark.slow
def test_a_worker_alone_drafts_every_row_and_a_second_start_pays_nothing(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    log = tmp_path / "calls"
    end = work(empty_url, candidates, log, tmp_path / "w1")
    assert (end.looked_at, end.missing, end.stopped) == (PEOPLE, 0, None)
    assert kept(empty_url) == list(range(PEOPLE))
    once = paid(log)
    assert max(once.values()) == 1
    assert (end.tally.calls, end.spent.requests) == (once.total(), once.total())
    assert work(empty_url, candidates, log, tmp_path / "w1").tally.calls == 0
    assert paid(log) == once


class DearWriter(NotingWriter):
    """Whose calls cost almost what they are estimated at."""

    usage = Usage(requests=1, input_tokens=1_000, output_tokens=200)


@pytest.mark.slow
def test_d15_a_ceiling_holds_over_the_chunks_of_a_worker_and_a_higher_one_goes_on(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    log = tmp_path / "calls"
    writer = DearWriter(log)
    end = work(empty_url, candidates, log, tmp_path / "w1", writer=writer, max_tokens=12_000)
    assert isinstance(end.stopped, BudgetExceededError)
    assert 0 < end.spent.total_tokens <= 12_000
    assert end.missing == end.looked_at - len(kept(empty_url)) > 0
    end = work(empty_url, candidates, log, tmp_path / "w1", writer=writer, max_tokens=10_000_000)
    assert (end.looked_at, end.missing, end.stopped) == (PEOPLE, 0, None)
    assert kept(empty_url) == list(range(PEOPLE))
    assert max(paid(log).values()) == 1


@pytest.mark.slow
def test_d15_a_ceiling_counts_what_a_worker_paid_that_was_killed(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    store = RunStore(empty_url, run="run")
    store.put(answers=[("a" * 64, StoredAnswer(usage=Usage(requests=9, input_tokens=12_000)))])
    store.close()
    end = work(empty_url, candidates, tmp_path / "calls", tmp_path / "w1", max_tokens=12_000)
    assert "ceiling of 12000 tokens is spent" in str(end.stopped)
    assert paid(tmp_path / "calls").total() == 0


class LockedOutWriter(NotingWriter):
    """Whose key is refused."""

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """One call, in vain."""
        await super().awrite(request)
        cause: Any = Exception()
        cause.status_code = 401
        raise ConfigurationError("refuses the API key") from cause


@pytest.mark.slow
def test_a_key_that_is_refused_stops_a_worker_at_its_first_chunks(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    log = tmp_path / "calls"
    end = work(empty_url, candidates, log, tmp_path / "w1", writer=LockedOutWriter(log))
    assert isinstance(end.stopped, ConfigurationError)
    assert paid(log).total() <= CHUNKS_AT_ONCE * CONCURRENCY < PEOPLE // CHUNK_ROWS
    assert work(empty_url, candidates, log, tmp_path / "w1").missing == 0


class PickyWriter(NotingWriter):
    """Refuses these calls, by their number, as an endpoint does with HTTP 400."""

    def __init__(self, log: Path, *, refused: Iterable[int]) -> None:
        super().__init__(log)
        self._names = [candidate(number).positions[0].company for number in refused]

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """One call, refused or not."""
        output = await super().awrite(request)
        if any(str(name) in request.prompt.personal for name in self._names):
            cause: Any = Exception()
            cause.status_code = 400
            raise ConfigurationError("refuses the request with HTTP 400") from cause
        return output


@pytest.mark.slow
def test_chunks_of_a_worker_share_what_the_first_refusals_say(empty_url: str, tmp_path: Path) -> None:
    given, log = write(tmp_path / "people.jsonl", range(15)), tmp_path / "calls"
    end = work(empty_url, given, log, tmp_path / "w1", writer=PickyWriter(log, refused=range(15)))
    assert "the first 3 requests" in str(end.stopped)
    assert paid(log).total() <= 3 + CHUNKS_AT_ONCE - 1
    assert kept(empty_url) == []
    picky = PickyWriter(log, refused=[0, *range(CHUNK_ROWS, 2 * CHUNK_ROWS)])
    end = work(empty_url, given, log, tmp_path / "w1", writer=picky)
    assert (end.missing, end.stopped) == (0, None)


class BoundWriter(NotingWriter):
    """Has connections of one event loop, as a LangChain model's client does, and counts its calls under way."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self.loops: list[asyncio.AbstractEventLoop] = []
        self.under_way = self.most_under_way = 0

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """One call."""
        if (loop := asyncio.get_running_loop()) not in self.loops:
            self.loops.append(loop)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await super().awrite(request)
        finally:
            self.under_way -= 1


@pytest.mark.slow
def test_the_chunks_of_a_worker_share_an_event_loop_and_a_pace(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    writer = BoundWriter(tmp_path / "calls")
    assert work(empty_url, candidates, tmp_path / "calls", tmp_path / "w1", writer=writer).missing == 0
    assert len(writer.loops) == 1
    assert writer.most_under_way == CONCURRENCY


@pytest.mark.slow
def test_a_worker_knows_how_many_share_the_rates_before_it_takes_a_chunk(empty_url: str) -> None:
    told = list[int]()
    engine = DbosEngine(
        empty_url, run="run", work=lambda _text: ChunkEnd(spent=Usage()), tell_workers=told.append, poll=0.05
    )
    engine.chunks.beat("another")
    engine.run([])
    engine.close()
    assert told[0] == 2


@pytest.mark.slow
def test_an_input_that_comes_back_is_drafted_again_where_another_one_took_its_place(
    empty_url: str, tmp_path: Path, candidates: Path
) -> None:
    first, second = write(tmp_path / "a.jsonl", range(10)), write(tmp_path / "b.jsonl", [0, 1, 2, 3, 4, 15, 6, 7, 8, 9])
    log = tmp_path / "calls"
    for given in (first, second, first):
        assert work(empty_url, given, log, tmp_path / "w1").missing == 0
    store = RunStore(empty_url, run="run")
    assert store.done(0, 9) == {row.number: row.digest for row in read_rows([first])}
    store.close()
    assert max(paid(log).values()) == 1


@pytest.mark.slow
def test_two_workers_share_a_run_and_one_dies_by_kill_9(empty_url: str, tmp_path: Path, candidates: Path) -> None:
    """Killed in the middle, counted in calls: the other ends the run, and pays twice for no more than was under way."""
    log = tmp_path / "calls"
    script = str(Path(__file__).with_name("bulk_worker.py"))
    arguments = [empty_url, str(candidates), str(log)]
    workers = [
        subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, script, *arguments, str(tmp_path / name)], env=our_environment()
        )
        for name in ("w1", "w2")
    ]
    try:
        wait_until(lambda: paid(log).total() >= PEOPLE // 4)
        workers[0].kill()
        workers[0].wait()
        assert workers[1].wait(timeout=120) == 0
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert kept(empty_url) == list(range(PEOPLE))
    twice = sum(times - 1 for times in paid(log).values())
    assert twice <= CHUNKS_AT_ONCE * CONCURRENCY, "at most what was under way"

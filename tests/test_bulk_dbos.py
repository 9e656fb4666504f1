"""`--engine dbos`: every row once, whoever dies; what was answered is never paid again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bulk_batches import candidate
from bulk_worker import CHUNKS_AT_ONCE, CONCURRENCY, work
from dispatching import wait_until
from transports import our_environment

from overture.bulk.candidate_rows import CandidateRow, read_rows
from overture.bulk.chunk_rows import read_chunk, write_chunk
from overture.bulk.chunk_store import ChunkCounts, ChunkStore
from overture.bulk.run_store import RunStore
from overture.database import make_engine, writing
from overture.errors import InputError
from overture.generation import Usage

PEOPLE = 60


@pytest.fixture
def candidates(tmp_path: Path) -> Path:
    """A file of people whose prompts differ."""
    path = tmp_path / "people.jsonl"
    people = (candidate(number).model_dump(mode="json", exclude_defaults=True) for number in range(PEOPLE))
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

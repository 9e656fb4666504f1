"""Killed at any instant and started again: only what is missing is drafted, and nothing answered is paid again."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import pytest
from bulk_endpoint import Books, endpoint_in_thread
from bulk_people import write_people
from bulk_starter import Starter, starter

EXAMPLES = Path(__file__).parents[1] / "examples"
CONCURRENCY = 8
KILLED = -9


def command(folder: Path, address: str, *, workers: int) -> list[str]:
    return [
        "draft-bulk", "--candidates", str(folder / "people.jsonl"), "--job", str(EXAMPLES / "job-backend.html"),
        "--company", str(EXAMPLES / "company.yaml"), "--recruiter", str(EXAMPLES / "recruiter.yaml"),
        "--out", str(folder / "drafts.jsonl"), "--model", "openai:gpt-test", "--base-url", address,
        "--concurrency", str(CONCURRENCY), "--workers", str(workers), "--today", "2026-11-22", "--json",
    ]  # fmt: skip


def killed_after(events: int, books: Books, machine: Starter, dice: random.Random) -> threading.Event:
    """Kill the command a moment after the endpoint has seen so many more requests and answers; set when it is done."""
    left, done = events, threading.Event()
    delay = dice.choice((0.0, 0.0, dice.random() * 0.02))

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            threading.Timer(delay, lambda: (machine.kill(), done.set())).start()

    books.on_event = count
    return done


def check_killed_runs(folder: Path, *, people: int, kills: int, seed: int, workers: int = 1) -> None:
    dice = random.Random(seed)
    write_people(folder / "people.jsonl", people)
    told = folder / "told.json"
    died = 0
    with endpoint_in_thread(seconds=0.005) as (address, books), starter(told) as machine:
        arguments = command(folder, address, workers=workers)
        for _ in range(kills):
            # two events a draft: each start does about its share of the work
            done = killed_after(dice.randint(1, 3 * people // kills), books, machine, dice)
            machine.start(arguments)
            died += machine.wait() == KILLED
            books.on_event = lambda: None
            done.wait(1)
        machine.start(arguments)
        assert machine.wait() == 0, told.read_text(encoding="utf-8")
    summary = json.loads(told.read_text(encoding="utf-8"))
    lines = (folder / "drafts.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == [f"p{number}" for number in range(people)]
    assert {row["writer"] for row in rows} == {"openai:gpt-test"}
    assert died >= kills // 2  # or it would show nothing
    twice = sum(times - 1 for times in books.paid.values())
    assert twice <= summary["maybe_paid_twice"] <= died * CONCURRENCY
    assert summary["spent"]["requests"] == books.answers - twice
    assert summary["drafted"] == people


@pytest.mark.slow
def test_s5_a_run_that_is_killed_goes_on_with_what_is_missing(tmp_path: Path) -> None:
    check_killed_runs(tmp_path, people=24, kills=3, seed=1)


@pytest.mark.slow
def test_s5_a_run_that_is_killed_thirty_times_ends_with_one_row_for_each_candidate(tmp_path: Path) -> None:
    check_killed_runs(tmp_path, people=150, kills=30, seed=2)


@pytest.mark.slow
def test_s5_a_run_with_workers_that_is_killed_ends_with_one_row_for_each_candidate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERTURE_TEST_WORKERS", "1")  # of bulk_starter: processes pay for two rows too
    check_killed_runs(tmp_path, people=60, kills=4, seed=5, workers=2)


@pytest.mark.nightly
@pytest.mark.timeout(1_200)  # each of 31 starts loads two processes more
def test_s5_a_run_with_workers_that_is_killed_thirty_times_ends_with_one_row_for_each_candidate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERTURE_TEST_WORKERS", "1")  # of bulk_starter: processes pay for two rows too
    check_killed_runs(tmp_path, people=150, kills=30, seed=3, workers=2)

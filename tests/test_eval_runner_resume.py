"""Runs that stop: what was done is kept and not done again; caches; budgets; formats (D-14, D-15)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pydantic_evals")
pytest.importorskip("pyarrow")

from trivial_suite import SUBJECT, Task, case_of, raising, suite_of

from overture.errors import BudgetExceededError, ConfigurationError, InputError
from overture.eval.cache import ResultCache
from overture.eval.case import Case
from overture.eval.compare import compare_runs
from overture.eval.journal import BATCH, JOURNAL, Journal
from overture.eval.result_row import ResultRow
from overture.eval.results_table import read_rows
from overture.eval.run_budget import RunBudget
from overture.eval.run_folder import RunFolder
from overture.eval.run_record import FORMAT
from overture.eval.runner import run_suites
from overture.eval.suite import SuiteData


def stopped_at(count: int, stop: int) -> Iterator[Case]:
    """Cases that end in ctrl-C."""
    for number in range(count):
        if number == stop:
            raise KeyboardInterrupt
        yield case_of(number)


def stopped_run(folder: Path, task: Task, *, count: int = 1_200, stop: int = 600) -> None:
    """A run that ctrl-C ends when its first chunk of 500 is done."""
    suite = suite_of(task=task.awaited, cases=lambda _: stopped_at(count, stop))
    with pytest.raises(KeyboardInterrupt):
        run_suites([suite], SUBJECT, folder=folder)


def test_d14_a_stopped_run_goes_on_with_what_is_missing_alone(tmp_path: Path) -> None:
    task, folder = Task(), tmp_path / "run"
    stopped_run(folder, task)
    assert len(task.asked) == 500
    with pytest.raises(InputError, match="not finished; expected one that was; go on with --resume"):
        RunFolder.open(folder)
    task.asked.clear()
    told: list[tuple[int, int]] = []
    run = run_suites(
        [suite_of(1_200, task=task.awaited)], SUBJECT, folder=folder, resume=True,
        progress=lambda now: told.append((now.kept, now.done)),
    )  # fmt: skip
    assert task.asked == [f"case-{number}" for number in range(500, 1_200)]
    assert (told[-1], len(run.record.resumed), run.record.suites[0].cached) == ((500, 1_200), 1, 0)
    assert [result.case for result in run.results()] == [f"case-{number}" for number in range(1_200)]
    whole = run_suites([suite_of(1_200)], SUBJECT, folder=tmp_path / "whole")
    assert run.record.suites[0].cases_sha256 == whole.record.suites[0].cases_sha256


def test_ctrl_c_while_cases_run_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    """The interrupt comes as it does on a terminal: by signal, between two steps of the event loop."""
    task = Task({"case-30": lambda: os.kill(os.getpid(), signal.SIGINT)})
    with pytest.raises(KeyboardInterrupt):
        run_suites([suite_of(400, task=task.awaited)], SUBJECT, folder=tmp_path / "run", concurrency=1)
    asked_before = len(task.asked)
    assert 31 <= asked_before < 400
    again = Task()
    run = run_suites([suite_of(400, task=again.awaited)], SUBJECT, folder=tmp_path / "run", resume=True)
    assert (run.record.suites[0].n, run.record.suites[0].failed) == (400, 0)
    assert len(again.asked) + asked_before <= 400 + 2  # those under way at that moment


KILLED = """
import os, signal, sys
from trivial_suite import SUBJECT, Task, suite_of
from overture.eval.runner import run_suites
folder, count, kill_at = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
task = Task()
log = open(folder + ".log", "a", buffering=1)
async def logged(case):
    print(case.id, file=log)
    if len(task.asked) >= kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return await task.awaited(case)
run_suites([suite_of(count, task=logged)], SUBJECT, folder=folder, resume=True)
"""


@pytest.mark.slow
def test_d14_a_killed_run_loses_less_than_a_batch_of_work(tmp_path: Path) -> None:
    folder, count = tmp_path / "run", 1_500

    def run(kill_at: int) -> int:
        script = [sys.executable, "-c", KILLED, str(folder), str(count), str(kill_at)]
        path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        return subprocess.run(script, env=path, check=False).returncode  # noqa: S603 - our own script

    assert run(700) == run(400) == -signal.SIGKILL
    assert run(10_000) == 0
    done = (tmp_path / "run.log").read_text(encoding="utf-8").split()
    lost = BATCH + 8  # what waits to be written, and what runs
    assert count <= len(done) <= count + 2 * lost
    assert len(set(done)) == count
    finished = RunFolder.open(folder)
    assert [result.case for result in finished.results()] == [f"case-{number}" for number in range(count)]
    assert len(finished.record.resumed) == 2


def written(journal: Path, scratch: Path) -> int:
    """The outcomes that a kill would leave in a journal; it is locked, so that a copy is read."""
    scratch.mkdir(exist_ok=True)
    copy = scratch / f"copy-{len(list(scratch.iterdir()))}.db"
    for end in ("", "-wal"):
        copy.with_name(copy.name + end).write_bytes(journal.with_name(journal.name + end).read_bytes())
    reader = sqlite3.connect(copy)
    try:
        return int(reader.execute("SELECT count(*) FROM results").fetchone()[0])
    finally:
        reader.close()


@pytest.fixture
def row(tmp_path: Path) -> ResultRow:
    """An outcome."""
    run = run_suites([suite_of(1)], SUBJECT, folder=tmp_path / "run-of-one")
    return next(read_rows(run.path / "cases.parquet"))


def test_the_journal_writes_by_the_batch_and_by_the_second(tmp_path: Path, row: ResultRow) -> None:
    now = 0.0
    path, scratch = tmp_path / JOURNAL, tmp_path / "copies"

    def add(numbers: range) -> None:
        for number in numbers:
            journal.add(row._replace(ordinal=number, case=str(number)))

    with Journal(path, clock=lambda: now) as journal:
        add(range(BATCH - 1))
        assert written(path, scratch) == 0
        add(range(BATCH - 1, BATCH))
        assert written(path, scratch) == BATCH
        add(range(BATCH, BATCH + 1))
        assert written(path, scratch) == BATCH
        now = 1.0
        add(range(BATCH + 1, BATCH + 2))
        assert written(path, scratch) == BATCH + 2


def test_d14_what_waits_is_written_after_a_second_though_no_other_outcome_comes(tmp_path: Path, row: ResultRow) -> None:
    path, scratch = tmp_path / JOURNAL, tmp_path / "copies"
    due: list[tuple[float, Callable[[], None]]] = []

    def later(seconds: float, call: Callable[[], None]) -> bool:
        due.append((seconds, call))
        return True

    with Journal(path, clock=lambda: 0.0, later=later) as journal:
        for number in range(3):
            journal.add(row._replace(ordinal=number, case=str(number)))
        assert (written(path, scratch), [seconds for seconds, _ in due]) == (0, [1.0])
        due[0][1]()
        assert written(path, scratch) == 3
        journal.add(row._replace(ordinal=3, case="3"))
        assert [seconds for seconds, _ in due] == [1.0, 1.0]
    due[1][1]()  # after the end, when all is written


def test_d14_an_answer_is_kept_while_a_slow_one_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    async def task(case: Case) -> str:
        async with asyncio.timeout(60):
            while case.id == "case-1" and written(folder / JOURNAL, tmp_path / "copies") == 0:
                await asyncio.sleep(0.05)
        return str(case.inputs["text"]).upper()

    run = run_suites([suite_of(2, task=task)], SUBJECT, folder=folder)
    assert {result.case: result.error for result in run.results()} == {"case-0": "", "case-1": ""}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_f3_a_run_and_a_cache_are_their_owners_alone(tmp_path: Path) -> None:
    folder, cache = tmp_path / "new" / "run", tmp_path / "cache.db"
    stopped_run(folder, Task())
    assert (mode(folder), mode(folder / JOURNAL)) == (0o700, 0o600)
    run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "other", cache=cache)
    assert mode(cache) == 0o600


def test_a_folder_that_was_there_keeps_what_its_owner_allows(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    run_suites([suite_of(2)], SUBJECT, folder=shared)
    assert mode(shared) == 0o750


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    task, folder = Task(), tmp_path / "run"
    run_suites([suite_of(5, task=task.awaited)], SUBJECT, folder=folder)
    run = run_suites([suite_of(5, task=task.awaited)], SUBJECT, folder=folder, resume=True)
    assert (len(task.asked), run.record.resumed) == (5, ())
    with pytest.raises(ConfigurationError, match="holds a run already"):
        run_suites([suite_of(5)], SUBJECT, folder=folder)


def test_failed_cases_are_run_again_where_that_is_asked(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = Task({"case-2": raising(ValueError("no"))})
    run_suites([suite_of(5, task=first.awaited)], SUBJECT, folder=folder)
    second = Task()
    suite = suite_of(5, task=second.awaited)
    assert run_suites([suite], SUBJECT, folder=folder, resume=True).record.suites[0].failed == 1
    run = run_suites([suite], SUBJECT, folder=folder, resume=True, retry_failed=True)
    assert (second.asked, run.record.suites[0].n, run.record.suites[0].failed) == (["case-2"], 5, 0)
    assert [result.case for result in run.results()] == [f"case-{number}" for number in range(5)]


@pytest.mark.parametrize("what", ["subject", "suites", "seed", "data"])
def test_d14_a_run_goes_on_with_what_it_was_begun_with(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "run"
    stopped_run(folder, Task())
    subject = replace(SUBJECT, fingerprint="capitals-2") if what == "subject" else SUBJECT
    suite = suite_of(1_200, version=2 if what == "suites" else 1)
    data = {"seed": SuiteData(seed=1), "data": SuiteData(options={"half": "yes"})}.get(what)
    with pytest.raises(ConfigurationError, match=f"a run of another {what}"):
        run_suites([suite], subject, folder=folder, data=data, resume=True)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"holds 'notes\.txt' and no run"):
        run_suites([suite_of(2)], SUBJECT, folder=tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_one_process_at_a_time_writes_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    stopped_run(folder, Task())
    with Journal(folder / JOURNAL), pytest.raises(InputError, match="another run is writing it"):
        run_suites([suite_of(1_200)], SUBJECT, folder=folder, resume=True)
    assert run_suites([suite_of(1_200)], SUBJECT, folder=folder, resume=True).record.suites[0].n == 1_200


def test_what_the_same_subject_has_answered_before_is_not_asked_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    first = Task({"case-3": raising(ValueError("no"))})
    before = run_suites([suite_of(6, task=first.awaited)], SUBJECT, folder=tmp_path / "a", cache=cache)
    again = Task()
    after = run_suites([suite_of(7, task=again.awaited)], SUBJECT, folder=tmp_path / "b", cache=cache)
    assert sorted(again.asked) == ["case-3", "case-6"]  # what failed is not kept
    assert (after.record.suites[0].cached, after.record.suites[0].failed) == (5, 0)
    old, new = ({result.case: result for result in run.results()} for run in (before, after))
    assert new["case-1"] == replace(old["case-1"], cached=True)
    assert not new["case-3"].cached


def test_d14_the_code_that_a_suite_judges_is_in_the_keys_and_not_in_the_cases(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    before = run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "a", cache=cache)
    task = Task()
    suite = replace(suite_of(2, task=task.awaited), code=("overture.eval",))
    after = run_suites([suite], SUBJECT, folder=tmp_path / "b", cache=cache)
    assert sorted(task.asked) == ["case-0", "case-1"]
    assert before.record.suites[0].cases_sha256 == after.record.suites[0].cases_sha256
    assert compare_runs(before, after).notes == ()


@pytest.mark.parametrize("what", ["subject", "version", "suite", "case"])
def test_what_an_outcome_depends_on_is_in_its_key(tmp_path: Path, what: str) -> None:
    cache = tmp_path / "cache.db"
    run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "a", cache=cache)
    task = Task()
    changed = [case_of(0), case_of(1, expected="else")] if what == "case" else [case_of(0), case_of(1)]
    suite = suite_of(
        task=task.awaited, version=2 if what == "version" else 1, name="other" if what == "suite" else "capitals",
        cases=lambda _: changed,
    )  # fmt: skip
    subject = replace(SUBJECT, fingerprint="else") if what == "subject" else SUBJECT
    run_suites([suite], subject, folder=tmp_path / "b", cache=cache)
    assert sorted(task.asked) == (["case-1"] if what == "case" else ["case-0", "case-1"])


def test_a_cached_outcome_takes_slices_and_cluster_of_the_case_as_it_is_now(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    run_suites([suite_of(1)], SUBJECT, folder=tmp_path / "a", cache=cache)
    moved = case_of(0, cluster="else", slices={"trade": "nurse"})
    run = run_suites([suite_of(cases=lambda _: [moved])], SUBJECT, folder=tmp_path / "b", cache=cache)
    [result] = run.results()
    assert (result.cached, result.cluster, result.slices) == (True, "else", {"trade": "nurse"})


def test_two_runs_share_a_cache_at_once(tmp_path: Path) -> None:
    with ResultCache(tmp_path / "cache.db") as one, ResultCache(tmp_path / "cache.db") as other:
        from overture.eval.result_row import Outcome

        outcome = Outcome("", "[]", "null", "{}", 0.5)
        one.put([("key", outcome)])
        other.put([("key", outcome._replace(seconds=9.0)), ("more", outcome)])
        assert one.get(["key", "more", "none"]) == {"key": outcome, "more": outcome}


def test_d15_a_spent_budget_stops_the_run_and_a_new_one_goes_on(tmp_path: Path) -> None:
    budget, folder = RunBudget(max_requests=10), tmp_path / "run"

    def paid(given: RunBudget, task: Task) -> Task:
        def pay() -> str:
            given.reserve(5, None).book(5, None)
            return "paid"

        task.doing = {f"case-{number}": pay for number in range(30)}
        return task

    first = paid(budget, Task())
    with pytest.raises(BudgetExceededError, match=r"ceiling of 10 requests.*has 10 outcomes, and --resume"):
        run_suites([suite_of(30, task=first.awaited)], SUBJECT, folder=folder, budget=budget, concurrency=4)
    enough, second = RunBudget(max_tokens=1_000), Task()
    run = run_suites(
        [suite_of(30, task=paid(enough, second).awaited)], SUBJECT, folder=folder, budget=enough, resume=True
    )
    assert (len(second.asked), run.record.suites[0].failed) == (20, 0)
    assert run.record.spent is not None
    assert (run.record.spent.requests, run.record.spent.tokens) == (30, 150)


def test_a_run_of_a_newer_format_is_refused_in_words(tmp_path: Path) -> None:
    run = run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "run")
    file = run.path / "run.json"
    newer = {**json.loads(file.read_text(encoding="utf-8")), "format": FORMAT + 1, "mood": "good"}
    file.write_text(json.dumps(newer), encoding="utf-8")
    told = f"is of format {FORMAT + 1}, and this Overture reads up to {FORMAT}"
    with pytest.raises(InputError, match=told):
        RunFolder.open(run.path)
    with pytest.raises(InputError, match=told):
        run_suites([suite_of(2)], SUBJECT, folder=run.path, resume=True)


def test_a_cache_of_another_format_is_refused_in_words(tmp_path: Path) -> None:
    ResultCache(tmp_path / "cache.db").close()
    with sqlite3.connect(tmp_path / "cache.db") as file:
        file.execute("PRAGMA user_version = 9")
    with pytest.raises(InputError, match="is of format 9, and this Overture knows 1"):
        ResultCache(tmp_path / "cache.db")
    (tmp_path / "no.db").write_text("this is no database at all, only a text" * 50, encoding="utf-8")
    with pytest.raises(InputError, match=r"no\.db: cannot be opened"):
        ResultCache(tmp_path / "no.db")


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "there is no run"), ("{", "cannot be read"), ("[]", "is no record"), ('{"format": 1}', "is no record")],
)
def test_a_folder_that_is_no_run_is_named(tmp_path: Path, content: str | None, told: str) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        RunFolder.open(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_table_that_is_gone_or_broken_is_named(tmp_path: Path) -> None:
    run = run_suites([suite_of(2)], SUBJECT, folder=tmp_path / "run")
    table = run.path / "cases.parquet"
    table.write_bytes(table.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"cases\.parquet: cannot be read"):
        list(run.results())
    table.unlink()
    with pytest.raises(InputError, match="there is no table of cases"):
        list(run.results())

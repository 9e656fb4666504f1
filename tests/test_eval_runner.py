"""The runner of suites: an outcome for every case, streamed into a folder that says what it is of (D-14)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("pydantic_evals")
pytest.importorskip("pyarrow")

from trivial_suite import METRICS, SUBJECT, Task, case_of, cases_of, grade, raising, suite_of

from overture.errors import ConfigurationError, InputError
from overture.eval.case import Case
from overture.eval.cases_run import arun_cases, run_cases
from overture.eval.pace import Pace
from overture.eval.result import CaseResult
from overture.eval.run_folder import RunFolder
from overture.eval.runner import arun_suites, run_suites
from overture.eval.score import Grades, Score, Shown
from overture.eval.suite import RunScore, SuiteData


def timeless(results: Iterable[CaseResult]) -> list[CaseResult]:
    """The results without what differs from run to run."""
    return [replace(result, seconds=0.0) for result in results]


def test_d14_a_run_keeps_every_outcome_and_what_it_was_made_with(tmp_path: Path) -> None:
    run = run_suites([suite_of(20)], SUBJECT, folder=tmp_path / "run", data=SuiteData(seed=7))
    record = run.record
    assert (record.state, record.format, record.seed) == ("finished", 1, 7)
    assert (record.subject.label, record.subject.fingerprint, record.subject.parts) == (
        "capitals", "capitals-1", {"model": "none"},
    )  # fmt: skip
    assert {"overture", "pydantic-evals"} <= set(record.packages)
    suite = record.suites[0]
    assert (suite.name, suite.n, suite.failed, suite.missed, suite.metrics) == ("capitals", 20, 0, 0, METRICS)
    results = list(run.results())
    assert [result.case for result in results] == [f"case-{number}" for number in range(20)]
    first = results[0]
    assert (first.status, first.cluster, first.slices, first.cached) == (
        "scored",
        "person-0",
        {"language": "de"},
        False,
    )
    assert first.grades == grade(case_of(0), "TEXT 0")
    assert sorted(path.name for path in run.path.iterdir()) == ["cases.parquet", "junit.xml", "run.json"]
    assert timeless(RunFolder.open(tmp_path / "run").results("capitals")) == timeless(results)


def test_several_suites_stand_in_their_order(tmp_path: Path) -> None:
    run = run_suites([suite_of(3, name="b"), suite_of(2, name="a")], SUBJECT, folder=tmp_path / "run")
    assert run.suites == ("b", "a")
    assert [result.suite for result in run.results()] == ["b", "b", "b", "a", "a"]
    assert [result.case for result in run.results("a")] == ["case-0", "case-1"]
    assert run.metrics("a") == METRICS
    with pytest.raises(ConfigurationError, match="no suite 'c'; it has b, a"):
        run.metrics("c")


@pytest.mark.parametrize("form", ["awaited", "blocking", "returning"])
def test_any_callable_is_a_task_and_sync_and_async_agree(tmp_path: Path, form: str) -> None:
    import asyncio

    suite = suite_of(12, task=getattr(Task({"case-5": raising(ValueError("no"))}), form))
    sync = run_suites([suite], SUBJECT, folder=tmp_path / "sync")
    awaited = asyncio.run(arun_suites([suite], SUBJECT, folder=tmp_path / "async"))
    found = [timeless(run.results()) for run in (sync, awaited)]
    for result in (found[0][5], found[1][5]):  # a traceback names where it was raised
        assert (result.status, result.error) == ("failed", "task: ValueError: no")
    assert [result for result in found[0] if result.case != "case-5"] == [
        result for result in found[1] if result.case != "case-5"
    ]


async def test_run_suites_in_an_event_loop_names_its_other_form(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="await arun_suites"):
        run_suites([suite_of()], SUBJECT, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_crash_fails_its_case_alone_and_stays_in_the_denominator(tmp_path: Path) -> None:
    task = Task(
        {
            "case-1": raising(ValueError("task broke")),
            "case-2": raising(SystemExit(3)),
            "case-3": lambda: "grader breaks",
            "case-4": lambda: "not a number",
            "case-5": lambda: "unknown metric",
            "case-6": lambda: "no json",
            "case-7": lambda: "lone \ud800 surrogate",
            "case-8": raising(ValueError("lone \ud800 surrogate")),
            "case-9": lambda: "half passed",
            "case-10": lambda: "twice",
        }
    )

    def breaking(case: Case, output: Any) -> Grades:
        if output == "grader breaks":
            raise KeyError("grader broke")
        changed = {
            "not a number": (Score(metric="length", value=float("nan")),),
            "unknown metric": (Score(metric="beauty", value=1.0),),
            "half passed": (Score(metric="exact", value=0.5),),
            "twice": (Score(metric="exact", value=1.0), Score(metric="exact", value=0.0)),
        }
        if output in changed:
            return Grades(scores=changed[output])
        if output == "no json":
            return Grades(scores=(), shown=Shown(details={"set": object()}))  # type: ignore[dict-item]  # what is tested
        return grade(case, output)

    run = run_suites([suite_of(14, task=task.blocking, grader=breaking)], SUBJECT, folder=tmp_path / "run")
    results = {result.case: result for result in run.results()}
    failed = {name: result.error for name, result in results.items() if result.status == "failed"}
    assert (run.record.suites[0].n, run.record.suites[0].failed, len(results)) == (14, 10, 14)
    assert failed["case-1"] == "task: ValueError: task broke"
    assert "sys.exit(3)" in failed["case-2"]
    assert failed["case-3"] == "grader: KeyError: 'grader broke'"
    assert "'length' is nan" in failed["case-4"]
    assert "'beauty' is not of suite" in failed["case-5"]
    assert "no JSON" in failed["case-6"]
    assert failed["case-8"] == "task: ValueError: lone ? surrogate"
    assert "0 or 1, not 0.5" in failed["case-9"]
    assert "given twice" in failed["case-10"]
    assert "raise error" in str(results["case-1"].grades.shown.details["traceback"])
    assert all(not result.grades.scores for result in results.values() if result.status == "failed")


def test_at_most_so_many_cases_are_asked_at_once(tmp_path: Path) -> None:
    task = Task()
    run_suites([suite_of(40, task=task.awaited)], SUBJECT, folder=tmp_path / "run", concurrency=3)
    assert task.most_at_once == 3


def test_memory_is_flat_since_cases_are_drawn_no_further_ahead_than_a_chunk(tmp_path: Path) -> None:
    drawn = most_ahead = 0
    task = Task()

    def cases(_: SuiteData) -> Iterator[Case]:
        nonlocal drawn, most_ahead
        for number in range(1_600):
            drawn += 1
            most_ahead = max(most_ahead, drawn - len(task.asked))
            yield case_of(number)

    run_suites([suite_of(task=task.awaited, cases=cases)], SUBJECT, folder=tmp_path / "run")
    assert (drawn, most_ahead) == (1_600, 500)


async def test_the_rate_spreads_starts_evenly() -> None:
    now = 100.0
    starts: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = Pace(4, clock=lambda: now, sleep=sleep)
    for spent in (0.0, 0.1, 0.1, 2.0):
        await pace.wait()
        starts.append(now)
        now += spent
    await pace.wait()
    assert [*starts, now] == pytest.approx([100.0, 100.25, 100.5, 100.75, 102.75])


def test_what_is_known_of_all_results_together_is_kept(tmp_path: Path) -> None:
    def over_run(results: Sequence[CaseResult]) -> Iterable[RunScore]:
        assert [result.case for result in results] == [f"case-{number}" for number in range(5)]
        assert (results[-1].case, [each.case for each in results[1:3]]) == ("case-4", ["case-1", "case-2"])
        yield RunScore(metric="together", value=0.25, n=len(results), low=0.1, high=0.4, slice="language=de")

    run = run_suites([suite_of(5, over_run=over_run)], SUBJECT, folder=tmp_path / "run")
    [(suite, score)] = RunFolder.open(run.path).run_scores()
    assert (suite, score.value, score.n, score.slice) == ("capitals", 0.25, 5, "language=de")


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (RunScore(metric="together", value=1.0, n=1, high=float("inf")), "'together' is inf"),
        (RunScore(metric="together", value=float("nan"), n=1), "'together' is nan"),
        (None, "ZeroDivisionError"),
    ],
)
def test_a_broken_score_of_the_whole_run_is_an_error_on_its_record(
    tmp_path: Path, score: RunScore | None, told: str
) -> None:
    def over_run(_: Sequence[CaseResult]) -> Iterable[RunScore]:
        return [score] if score else [RunScore(metric="together", value=1 / 0, n=1)]

    run = run_suites([suite_of(3, over_run=over_run), suite_of(2, name="next")], SUBJECT, folder=tmp_path / "run")
    assert told in run.record.suites[0].error
    assert (run.run_scores(), run.record.suites[1].n) == ([], 2)


def test_junit_tells_crashes_from_misses(tmp_path: Path) -> None:
    task = Task({"case-1": raising(ValueError("a < b & \x1b[31m")), "case-2": lambda: "wrong"})
    run = run_suites([suite_of(4, task=task.awaited)], SUBJECT, folder=tmp_path / "run")
    [suite] = ElementTree.parse(run.path / "junit.xml").getroot()  # noqa: S314 - our own file
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors")} == {
        "name": "capitals", "tests": "4", "failures": "1", "errors": "1",
    }  # fmt: skip
    ends = {case.get("name"): [(end.tag, end.get("message")) for end in case] for case in suite}
    assert ends == {
        "case-0": [],
        "case-1": [("error", "task: ValueError: a < b & \ufffd[31m")],
        "case-2": [("failure", "exact: not 'TEXT 2'")],
        "case-3": [],
    }


def test_the_table_can_be_read_by_anything_that_reads_parquet(tmp_path: Path) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    run = run_suites([suite_of(3)], SUBJECT, folder=tmp_path / "run")
    rows = parquet.read_table(run.path / "cases.parquet").to_pylist()
    assert [row["case"] for row in rows] == ["case-0", "case-1", "case-2"]
    assert json.loads(rows[1]["inputs"]) == {"text": "text 1"}
    assert json.loads(rows[1]["scores"])[0] == {"metric": "exact", "value": 1.0, "reason": ""}
    assert (json.loads(rows[1]["output"]), json.loads(rows[1]["expected"])) == ("TEXT 1", "TEXT 1")


def test_d12_what_pydantic_evals_sees_holds_no_text_of_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pydantic_evals._utils
    import pydantic_evals.dataset

    spans: list[str] = []
    real = pydantic_evals._utils.logfire_span  # pyright: ignore[reportPrivateUsage]  # where its spans begin

    def spy(*arguments: Any, **attributes: Any) -> Any:
        spans.append(repr((arguments, attributes)))
        return real(*arguments, **attributes)

    monkeypatch.setattr(pydantic_evals.dataset, "logfire_span", spy)
    secret = case_of(0, inputs={"text": "Ada Lovelace"}, expected="ADA LOVELACE")
    run_suites([suite_of(cases=lambda _: [secret])], SUBJECT, folder=tmp_path / "run")
    assert any("case-0" in span for span in spans)
    assert not any("lovelace" in span.casefold() for span in spans)


def test_a_few_cases_run_in_memory() -> None:
    import asyncio

    suite = suite_of(task=Task({"case-1": raising(ValueError("no"))}).awaited)
    results = run_cases(suite, [case_of(2), case_of(1)], SUBJECT)
    assert [(result.case, result.status) for result in results] == [("case-2", "scored"), ("case-1", "failed")]
    again = asyncio.run(arun_cases(suite, [case_of(2)], SUBJECT))
    assert timeless(again) == timeless(results[:1])


def test_progress_is_told_case_by_case(tmp_path: Path) -> None:
    told: list[tuple[int, int | None, int]] = []
    task = Task({"case-1": raising(ValueError("no"))})
    suite = suite_of(task=task.awaited, cases=lambda data: list(cases_of(4)(data)))
    run_suites(
        [suite], SUBJECT, folder=tmp_path / "run", progress=lambda now: told.append((now.done, now.total, now.failed))
    )
    assert told[-1] == (4, 4, 1)
    assert [done for done, _, _ in told] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"concurrency": 0}, "concurrency must be at least 1"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"suites": []}, "name at least one"),
        ({"suites": [suite_of(), suite_of()]}, "'capitals' is named twice"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"suites": [suite_of()], **changes}
    with pytest.raises(ConfigurationError, match=told):
        run_suites(given.pop("suites"), SUBJECT, folder=tmp_path / "run", **given)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ([case_of(1), case_of(2), case_of(1)], "'case-1' is there twice"),
        ([case_of(1, inputs={"text": object()})], "case 'case-1': is no JSON"),
        ([case_of(1, inputs={"text": "\ud800"})], "case 'case-1': is no JSON"),
    ],
)
def test_cases_that_cannot_be_told_apart_or_kept_are_refused_and_leave_nothing(
    tmp_path: Path, cases: list[Case], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        run_suites([suite_of(cases=lambda _: cases)], SUBJECT, folder=tmp_path / "run")
    assert list((tmp_path / "run").iterdir()) == []


def test_an_id_that_comes_again_far_apart_is_found_too(tmp_path: Path) -> None:
    cases = [case_of(number) for number in (*range(1_100), 3)]
    with pytest.raises(InputError, match=r"'case-3' is there twice|outcomes of"):
        run_suites([suite_of(cases=lambda _: cases)], SUBJECT, folder=tmp_path / "run")


def test_data_that_is_not_there_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.jsonl"
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        run_suites([suite_of()], SUBJECT, folder=tmp_path / "run", data=SuiteData(file=missing))
    assert not (tmp_path / "run").exists()


def test_d14_data_is_known_by_its_content(tmp_path: Path) -> None:
    file, folder = tmp_path / "cases.jsonl", tmp_path / "set"
    file.write_text("{}\n", encoding="utf-8")
    folder.mkdir()
    (folder / "a").write_text("a", encoding="utf-8")

    def digest(data: Path) -> str | None:
        number = len(list(tmp_path.iterdir()))
        run = run_suites([suite_of(1)], SUBJECT, folder=tmp_path / f"run{number}", data=SuiteData(file=data))
        return run.record.data.sha256

    first = digest(file), digest(folder)
    assert first == (digest(file), digest(folder))
    file.write_text("{ }\n", encoding="utf-8")
    (folder / "a").rename(folder / "b")
    assert not set(first) & {digest(file), digest(folder)}


def test_a_suite_that_works_apart_runs_beside_the_others_and_keeps_its_place(tmp_path: Path) -> None:
    order: list[str] = []
    others_done = asyncio.Event()

    async def waits(case: Case) -> str:
        order.append("apart begins")
        await others_done.wait()  # for ever, if the others came after it
        return str(case.expected)

    async def last(case: Case) -> str:
        others_done.set()
        order.append("others")
        return str(case.expected)

    first = replace(suite_of(1, name="first", task=waits), apart=True)
    run = run_suites([first, suite_of(1, name="second", task=last)], SUBJECT, folder=tmp_path / "run")
    assert order == ["apart begins", "others"]
    assert run.suites == ("first", "second")
    assert [result.suite for result in run.results()] == ["first", "second"]


def test_the_error_of_one_side_ends_the_other_and_the_run_goes_on_later(tmp_path: Path) -> None:
    never = Task()

    async def waits(case: Case) -> str:
        await asyncio.Event().wait()
        return "never"

    def broken(_: SuiteData) -> Iterator[Case]:
        yield case_of(0)
        raise InputError("cannot be read", path="cases")

    apart = replace(suite_of(3, name="apart", task=waits), apart=True)
    with pytest.raises(InputError, match="cannot be read"):
        run_suites([apart, suite_of(name="other", cases=broken)], SUBJECT, folder=tmp_path / "run")
    both = [replace(suite_of(3, name="apart", task=never.awaited), apart=True), suite_of(3, name="other")]
    run = run_suites(both, SUBJECT, folder=tmp_path / "run", resume=(tmp_path / "run" / "run.json").exists())
    assert [suite.n for suite in run.record.suites] == [3, 3]
    assert len(never.asked) == 3

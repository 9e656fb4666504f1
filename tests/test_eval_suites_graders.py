"""The suite `graders`: every kind of planted fault is caught, good drafts pass, and a blind or a jumpy grader shows."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from judges import results_of

from overture.errors import InputError
from overture.eval import draft_cases, graders_process, suite_contract, suite_graders, suite_grounding, suite_replies
from overture.eval.cache import judged_fingerprint
from overture.eval.case import Case
from overture.eval.draft_grades import Fault
from overture.eval.graders_process import GradersProcess
from overture.eval.plantings import plantings
from overture.eval.result import CaseResult
from overture.eval.result_row import outcome_of
from overture.eval.subject import Subject
from overture.eval.suite import SuiteData

SUITE = suite_graders.SUITE


def asked_here(_: Subject) -> Callable[[Case], Coroutine[Any, Any, suite_graders.GradersSaid]]:
    return suite_graders.asked_here()


HERE = replace(SUITE, task=asked_here)
"""The suite in this process, in which graders can be changed."""
NOBODY = Subject(label="any", fingerprint="any")


@cache
def all_cases(each: int) -> tuple[Case, ...]:
    return tuple(SUITE.cases(SuiteData(options={"each": str(each)})))


def of_kind(*kinds: str, suite: str = "", each: int = 1) -> list[Case]:
    return [
        case
        for case in all_cases(each)
        if case.slices["fault"] in kinds and (not suite or case.slices["suite"] == suite)
    ]


def asked(cases: list[Case]) -> list[CaseResult]:
    return asyncio.run(results_of(HERE, NOBODY, cases))


def missed(results: list[CaseResult], metric: str = "fault_caught") -> list[str]:
    found = [(result, score) for result in results for score in result.grades.scores if score.metric == metric]
    assert found, "nothing was asked"
    return [f"{result.case}: {score.reason}" for result, score in found if not score.value]


def test_every_kind_has_a_suite_a_metric_and_cases() -> None:
    known = {case.slices["fault"] for case in all_cases(1)}
    for planting in plantings():
        suite: Any = suite_graders._suite(planting.suite)  # pyright: ignore[reportPrivateUsage]  # the suite it means
        assert planting.metric in {metric.name for metric in suite.metrics}
        assert planting.kind in known
    suites = {planting.suite for planting in plantings()}
    drafts = {"contract", "grounding", "elements", "personal", "diversity", "fairness", "injection", "tone"}
    assert drafts | {"replies"} == suites


def test_a_planted_fault_is_caught_by_its_grader_and_a_clean_output_by_none() -> None:
    kinds = (
        "added skill",
        "placeholder",
        "foreign sentence",
        "spam wording",
        "other wording",
        "opt-out read as accept",
    )
    assert missed(asked(of_kind(*kinds))) == []
    assert missed(asked(of_kind("none", suite="contract")), "silent_on_clean") == []
    assert missed(asked(of_kind("none", suite="replies")), "silent_on_clean") == []


def test_a_blind_grader_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(case: Case, draft: Any) -> Iterator[Fault]:
        yield from ()

    monkeypatch.setattr(suite_grounding, "find_faults", blind)
    found = missed(asked(of_kind("added skill", each=2)))
    assert len(found) == 2
    assert "grounded did not fall on it" in found[0]


def test_a_grader_that_objects_to_good_drafts_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    def jumpy(case: Case, draft: Any) -> Iterator[Fault]:
        yield Fault(metric="placeholders", reason="no draft is good enough")

    monkeypatch.setattr(suite_contract, "find_faults", jumpy)
    found = missed(asked(of_kind("none", suite="contract", each=1)), "silent_on_clean")
    assert found
    assert "no draft is good enough" in found[0]
    # and what falls anyway catches nothing
    assert "fell before the fault was planted" in missed(asked(of_kind("placeholder")))[0]


def test_a_reply_grader_that_forgets_opt_outs_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    grade = suite_replies.grade_reply

    def forgetful(case: Case, verdict: Any, *, milliseconds: float = 0.0) -> Any:
        expected: Any = case.expected
        changed = Case(id=case.id, inputs=case.inputs, expected={**expected, "intent": None}, slices=case.slices)
        return grade(changed, verdict, milliseconds=milliseconds)

    monkeypatch.setattr(suite_replies, "grade_reply", forgetful)
    assert "opt_out_kept did not fall" in missed(asked(of_kind("opt-out read as accept")))[0]


def test_no_room_for_a_fault_is_in_no_denominator() -> None:
    case = of_kind("changed number")[0]
    before: Any = asked(of_kind("none", suite="contract"))[0].grades
    grades = SUITE.grade(case, suite_graders.GradersSaid(before=before, after=None))
    assert grades.scores == ()
    assert "no room" in grades.shown.title


def test_the_graders_code_stands_in_every_key_and_in_no_case() -> None:
    assert judged_fingerprint(SUITE, NOBODY) != judged_fingerprint(replace(SUITE, code=()), NOBODY) == "any"
    assert {name for case in all_cases(1) for name in case.inputs} == {"suite", "kind", "case"}


def test_one_case_is_drafted_once_for_all_its_kinds_of_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    drafted: list[Any] = []
    draft_of = draft_cases.draft_of

    async def counted(drafter: Any, inputs: Any) -> Any:
        drafted.append(inputs)
        return await draft_of(drafter, inputs)

    monkeypatch.setattr(draft_cases, "draft_of", counted)
    cases = of_kind("placeholder", "too long", "foreign sentence", suite="contract")
    assert missed(asked(cases)) == []
    assert (len(cases), len({case.cluster for case in cases}), len(drafted)) == (3, 1, 1)


def test_the_process_apart_says_what_is_said_here() -> None:
    cases = of_kind("placeholder", "opt-out read as accept", "none", suite="replies")[:2] + of_kind("placeholder")
    there: Any = SUITE.task(NOBODY)
    here = {result.case: result.grades for result in asked(cases)}
    for case in cases:
        found = SUITE.grade(case, there(case))
        assert outcome_of(found, 0.0) == outcome_of(here[case.id], 0.0)
    with pytest.raises(RuntimeError, match="KeyError: 'unheard of'"):
        there(replace(cases[-1], inputs={**cases[-1].inputs, "kind": "unheard of"}))
    assert there(cases[-1]).before.scores, "and it goes on"


def test_a_process_that_ended_fails_the_case_and_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graders_process, "_CHILD", "raise SystemExit(3)")
    process = GradersProcess()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="ended with 3"):
            process.ask(all_cases(1)[0])


def test_the_process_ends_with_its_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = f"""import sys
for _ in sys.stdin: print('{{"error": "none"}}', flush=True)
open({str(told)!r}, "w").write("ended")"""
    monkeypatch.setattr(graders_process, "_CHILD", script)
    process = GradersProcess()
    with pytest.raises(RuntimeError, match="none"):
        process.ask(all_cases(1)[0])
    assert not told.exists()
    del process
    gc.collect()
    assert told.read_text(encoding="utf-8") == "ended"


@pytest.mark.parametrize("each", ["0", "few"])
def test_a_number_that_is_none_is_refused(each: str) -> None:
    with pytest.raises(InputError, match="each"):
        list(SUITE.cases(SuiteData(options={"each": each})))


@pytest.mark.slow
def test_every_planted_fault_is_caught_and_no_good_output_is_objected_to() -> None:
    results = asked(list(all_cases(8)))
    assert [result.error for result in results if result.status == "failed"] == []
    assert missed(results) == []
    assert missed(results, "silent_on_clean") == []
    caught = sum(score.metric == "fault_caught" for result in results for score in result.grades.scores)
    assert caught > 200

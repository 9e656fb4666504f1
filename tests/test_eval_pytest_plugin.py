"""A team's suites in their own pytest: one test a suite or one a case, with thresholds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pydantic_evals")
pytest.importorskip("pyarrow")

TESTS = """
from trivial_suite import SUBJECT, Task, raising, suite_of
from overture.eval.pytest_plugin import eval_case

GOOD = suite_of(4, name="good")
BAD = suite_of(4, name="bad", task=Task({"case-1": lambda: "wrong", "case-3": raising(ValueError("no"))}).awaited)

@eval_case(GOOD, subject=SUBJECT)
def test_good(eval_run):
    assert eval_run.record.suites[0].n == 4

@eval_case(BAD, subject=lambda: SUBJECT)
def test_bad():
    raise AssertionError("the body is not reached")

@eval_case(BAD, subject=SUBJECT, at_least={"exact": 0.5}, at_most={"length": 60})
def test_bad_is_good_enough(): ...

@eval_case(BAD, subject=SUBJECT, at_least={"exact": 0.51})
def test_bad_is_not_good_enough(): ...

@eval_case(BAD, subject=SUBJECT, per="case")
def test_each(eval_result):
    assert eval_result.grades.scores

@eval_case(GOOD, subject=SUBJECT, per="case", at_most={"length": 5})
def test_short(): ...

@eval_case(GOOD, subject=SUBJECT, at_least={"together": 0.5})
def test_nothing_measured(): ...

@eval_case(GOOD, subject=SUBJECT, at_least={"beauty": 0.5})
def test_unknown_metric(): ...

def test_beside_them(): ...
"""


@pytest.mark.slow
def test_a_suite_is_a_test_or_each_of_its_cases_is(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["overture.eval.pytest_plugin"]\n', encoding="utf-8")
    (tmp_path / "test_ours.py").write_text(TESTS, encoding="utf-8")
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--strict-markers", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=tmp_path, env=path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    ends = {
        line.split("::", 1)[1].split(" - ")[0].strip(): line.split()[0]
        for line in done.stdout.splitlines()
        if line.startswith(("PASSED ", "FAILED "))
    }
    assert ends == {
        "test_good": "PASSED",
        "test_bad": "FAILED",
        "test_bad_is_good_enough": "PASSED",
        "test_bad_is_not_good_enough": "FAILED",
        "test_each[case-0]": "PASSED",
        "test_each[case-1]": "FAILED",
        "test_each[case-2]": "PASSED",
        "test_each[case-3]": "FAILED",
        **{f"test_short[case-{number}]": "FAILED" for number in range(4)},
        "test_nothing_measured": "FAILED",
        "test_unknown_metric": "FAILED",
        "test_beside_them": "PASSED",
    }, done.stdout
    for told in (
        "2 of 4 cases",
        "case-1: exact: not 'TEXT 1'",
        "case-3: task: ValueError: no",
        "exact is 0.5, at least 0.51 is asked",
        "length is 6, at most 5 is asked",
        "together: nothing was measured",
        "at least 0.5 of 'beauty': the suite has exact, length, together",
    ):
        assert told in done.stdout, told
    assert "the body is not reached" not in done.stdout.replace('AssertionError("the body is not reached")', "")

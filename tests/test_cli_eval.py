"""`overture eval run` and `list`: suites from the shell, into a run folder."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic_evals")
pytest.importorskip("pyarrow")

from shell import Shell
from shell import bare as bare
from trivial_suite import Task, raising, suite_of

from overture.cli import run as command
from overture.eval import suites
from overture.eval.run_folder import RunFolder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(bare: Shell, capsys: pytest.CaptureFixture[str]) -> Run:
    """`overture eval run`: exit code, stdout and stderr."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command(["eval", "run", *map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    """The task of the only two suites that there are."""
    task = Task()
    own = {"one": suite_of(12, name="one", task=task.awaited), "two": suite_of(3, name="two", task=task.awaited)}
    monkeypatch.setattr(suites, "SUITE_NAMES", tuple(own))

    def of(name: str) -> Any:
        return own[name] if name in own else known(name)

    known = suites.suite_of
    monkeypatch.setattr(suites, "suite_of", of)
    return task


def test_a_run_prints_each_metric_with_its_cases_and_interval(bare: Shell, run: Run, task: Task) -> None:
    task.doing["case-3"] = raising(ValueError("no\x1b[31m answer"))
    code, out, err = run("one", "--out", bare.folder / "run")
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    exact = next(row for row in rows if row[1:2] == ["exact"])
    assert (exact[0], exact[2:6], exact[6], exact[-1]) == ("one", ["12", "1", "91.7", "%"], exact[6], "%")
    assert out.splitlines()[-1].endswith("run holds the run")
    assert err == "overture: note: one: 1 of 12 cases failed, the first with task: ValueError: no[31m answer\n"
    assert RunFolder.open(bare.folder / "run").record.suites[0].failed == 1


def test_all_suites_as_json(bare: Shell, task: Task) -> None:
    found = json.loads(bare.ok_without_clock("eval", "run", "--all", "--out", bare.folder / "run", "--json"))
    assert [(suite["suite"], suite["n"], suite["failed"]) for suite in found["suites"]] == [
        ("one", 12, 0),
        ("two", 3, 0),
    ]
    assert {metric["metric"]: metric["value"] for metric in found["suites"][1]["metrics"]} == {
        "exact": 1.0, "length": 6.0,
    }  # fmt: skip


def test_a_run_goes_on_with_resume_and_failures_are_retried_if_asked(bare: Shell, run: Run, task: Task) -> None:
    out = bare.folder / "run"
    task.doing["case-1"] = raising(ValueError("no"))
    run("two", "--out", out)
    assert "holds a run already: go on with --resume" in bare.wrong_without_clock("eval", "run", "two", "--out", out)
    task.doing.clear()
    task.asked.clear()
    run("two", "--out", out, "--resume")
    assert task.asked == []
    run("two", "--out", out, "--resume", "--retry-failed")
    assert task.asked == ["case-1"]
    told = bare.wrong_without_clock("eval", "run", "two", "--out", out, "--resume", "--prompt", "slots")
    assert "a run of another subject" in told


def test_a_cache_saves_the_second_run(bare: Shell, run: Run, task: Task) -> None:
    for name in ("a", "b"):
        run("two", "--out", bare.folder / name, "--cache", bare.folder / "cache.db")
    assert len(task.asked) == 3
    assert RunFolder.open(bare.folder / "b").record.suites[0].cached == 3


def test_ctrl_c_names_the_way_on(bare: Shell, run: Run, task: Task) -> None:
    task.doing["case-2"] = lambda: os.kill(os.getpid(), signal.SIGINT)
    code, out, err = run("one", "--out", bare.folder / "run")
    assert (code, out) == (130, "")
    assert "--resume goes on with it" in err
    task.doing.clear()
    assert run("one", "--out", bare.folder / "run", "--resume")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["three", "--out", "run"], "no suite 'three'; there are"),
        (["one"], "--out DIR is needed"),
        (["--out", "run"], "which suites?"),
        (["one", "--all", "--out", "run"], "which suites?"),
        (["one", "--out", "run", "--data", "nowhere.jsonl"], "nowhere.jsonl: cannot be read (No such file"),
        (["one", "--out", "run", "--model", "gpt"], "'gpt' is not a model"),
        (["one", "--out", "run", "--retry-failed"], "--retry-failed goes with --resume"),
        (["one", "--out", "run", "--rate", "0"], "rate must be above 0"),
        (["one", "--out", "run", "--classifier", "nowhere"], "nowhere"),
        (["one", "--out", "run", "--max-price", "1", "--model", "openai:unheard-of"], "price"),
    ],
    ids=str,
)
def test_what_is_wrong_is_one_line_and_leaves_no_folder(
    bare: Shell, task: Task, arguments: list[str], told: str
) -> None:
    assert told in bare.wrong_without_clock("eval", "run", *arguments)
    assert not (bare.folder / "run").exists()


def test_every_suite_is_listed_with_what_it_measures(bare: Shell) -> None:
    shown = bare.ok_without_clock("eval", "list")
    assert all(name in shown for name in suites.SUITE_NAMES)
    told = [json.loads(line) for line in bare.ok_without_clock("eval", "list", "--json").splitlines()]
    assert [suite["name"] for suite in told] == list(suites.SUITE_NAMES)
    assert all(suite["metrics"] and suite["summary"] for suite in told)

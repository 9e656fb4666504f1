"""`overture eval compare` and `overture eval gate` on run folders, and planted regressions that the gate must catch."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from overture.classification import ReplyClassifier, Verdict
from overture.cli import run
from overture.eval.case import Case
from overture.eval.compare import compare_runs
from overture.eval.gate import gate_runs
from overture.eval.gate_config import parse_gate_config
from overture.eval.run_folder import RunFolder
from overture.eval.runner import run_suites
from overture.eval.score import Grades, Score
from overture.eval.subject import Subject
from overture.eval.suite import Metric, Suite, SuiteData, Task
from overture.eval.suites import suite_of
from overture.generation import Draft, Drafter

LANGUAGES = ("de", "en", "fr", "sv")


@dataclass(frozen=True)
class Reader:
    """A subject: a function from a text to a label."""

    label: str
    reads: Callable[[str], str]

    @property
    def fingerprint(self) -> str:
        return self.label


def _cases(data: SuiteData) -> list[Case]:
    """240 replies in four languages; every tenth is beyond any reader."""
    del data
    return [
        Case(
            id=f"r{number:03}",
            inputs={
                "text": f"{LANGUAGES[number % 4]} {'yes' if number % 3 else 'no'}{' ?' if number % 10 == 0 else ''}"
            },
            expected="accept" if number % 3 else "decline",
            cluster=f"writer {number // 2}",
            slices={"language": LANGUAGES[number % 4]},
        )
        for number in range(240)
    ]


def _fewer_cases(data: SuiteData) -> list[Case]:
    return _cases(data)[:200]


def _task(subject: Reader) -> Task:
    return lambda case: subject.reads(str(case.inputs["text"]))


def _grade(case: Case, output: Any) -> Grades:
    return Grades(scores=(Score(metric="right", value=float(output == case.expected)),), output=output)


SUITE: Suite[Reader] = Suite(
    name="reading",
    version=1,
    summary="labels",
    metrics=(Metric(name="right", summary="labels as people give them", margin=0.05),),
    cases=_cases,
    task=_task,
    grade=_grade,
)


def well(text: str) -> str:
    return "unsure" if text.endswith("?") else "accept" if "yes" in text else "decline"


def without_german(text: str) -> str:
    return "unsure" if text.startswith("de") else well(text)


def made(folder: Path, reads: Callable[[str], str], *, suite: Suite[Reader] = SUITE) -> str:
    run_suites([suite], Reader(folder.name, reads), folder=folder)
    return str(folder)


def test_an_equal_challenger_passes_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = made(tmp_path / "a", well), made(tmp_path / "b", well)
    assert run(["eval", "gate", b, "--baseline", a]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "PASS"
    assert "3 checks passed; --all shows them" in out
    assert run(["eval", "gate", b, "--baseline", a, "--all"]) == 0
    assert "reading.right: not one of 240 cases is worse" in capsys.readouterr().out


def test_a_broken_slice_fails_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = made(tmp_path / "a", well), made(tmp_path / "b", without_german)
    assert run(["eval", "gate", b, "--baseline", a]) == 1
    assert capsys.readouterr().out.startswith("FAIL\n  FAIL          reading.right: 90.0% to ")
    config = tmp_path / "gate.toml"
    config.write_text("[suites.reading.right]\nslices = { language = 0.1 }\n", encoding="utf-8")
    assert run(["eval", "gate", b, "--baseline", a, "--config", str(config), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["exit_code"]) == ("FAIL", 1)
    failed = {check["slice"] for check in told["checks"] if check["outcome"] == "FAIL"}
    assert failed == {"", "language=de"}
    assert told["comparison"]["differences"][0]["losses"] > 0


def test_what_cannot_be_known_is_2_and_what_cannot_be_read_is_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = made(tmp_path / "a", well)
    assert run(["eval", "gate", a]) == 2
    assert "nothing was held to anything" in capsys.readouterr().out
    assert run(["eval", "gate", str(tmp_path / "none"), "--baseline", a]) == 3
    assert "there is no run" in capsys.readouterr().err
    assert run(["eval", "gate", a, "--basline", a]) == 3
    assert "No such option" in capsys.readouterr().err
    config = tmp_path / "gate.toml"
    config.write_text("apha = 0.1\n", encoding="utf-8")
    assert run(["eval", "gate", a, "--baseline", a, "--config", str(config)]) == 3
    assert "apha: is not a known key; expected 'alpha', perhaps" in capsys.readouterr().err


def test_runs_over_other_cases_are_not_compared_unless_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = made(tmp_path / "a", well)
    fewer = replace(SUITE, cases=_fewer_cases)
    b = made(tmp_path / "b", well, suite=fewer)
    assert run(["eval", "compare", a, b]) == 2
    assert "ran other cases; expected two runs over the same cases; --common compares" in capsys.readouterr().err
    assert run(["eval", "gate", b, "--baseline", a]) == 3
    assert run(["eval", "compare", a, b, "--common"]) == 0
    told = capsys.readouterr()
    assert "reading.right" in told.out
    assert "40 cases are in one run only and left out" in told.err
    newer = made(tmp_path / "c", well, suite=replace(SUITE, version=2))
    assert run(["eval", "compare", a, newer]) == 2
    assert "ran version 1, not 2" in capsys.readouterr().err


def test_compare_prints_what_changed_and_gives_it_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = made(tmp_path / "a", well), made(tmp_path / "b", without_german)
    assert run(["eval", "compare", a, b]) == 0
    shown = capsys.readouterr().out
    assert "95% interval" in shown
    assert run(["eval", "compare", a, b, "--slices"]) == 0
    assert "reading.right [language=sv]" in capsys.readouterr().out
    assert run(["eval", "compare", a, b, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    of_german = next(each for each in told["differences"] if each["slice"] == "language=de")
    assert (of_german["n"], of_german["gains"], of_german["losses"]) == (60, 0, 48)
    assert run(["eval", "compare", a, b, "--level", "2"]) == 2


def test_a_crash_counts_against_the_challenger(tmp_path: Path) -> None:
    def crashes(text: str) -> str:
        if text.startswith("fr"):
            raise RuntimeError("no French today")
        return well(text)

    a, b = (RunFolder.open(made(tmp_path / name, reads)) for name, reads in (("a", well), ("b", crashes)))
    verdict = gate_runs(b, baseline=a)
    assert verdict.outcome == "FAIL"
    assert any("60 of 240 cases could not be scored" in reason for reason in verdict.reasons)


class Talkative(Drafter):
    """A drafter whose prompt forgot to be silent about pay."""

    async def adraft(self, *arguments: Any, **named: Any) -> Draft:
        draft = await super().adraft(*arguments, **named)
        if draft.opportunity.source == "inferred" or draft.personalization.language != "en":
            return draft
        return draft.model_copy(update={"body": f"{draft.body}\nThe salary is 65,000 EUR.", "assembled": None})


@pytest.mark.slow
def test_a_drafter_that_drops_salary_silence_fails(tmp_path: Path) -> None:
    grounding = suite_of("grounding")

    def short_ones(data: SuiteData) -> list[Case]:
        return [case for case in grounding.cases(data) if case.slices["length"] == "short"]

    short = replace(grounding, cases=short_ones)
    runs = [
        run_suites(
            [short], Subject(label=each.__name__, fingerprint=each.__name__, drafter=each()), folder=tmp_path / name
        )
        for name, each in (("a", Drafter), ("b", Talkative))
    ]
    verdict = gate_runs(runs[1], baseline=runs[0])
    assert verdict.outcome == "FAIL"
    assert any("grounding.salary_silence" in reason for reason in verdict.reasons)
    assert gate_runs(runs[0], baseline=runs[0]).outcome != "FAIL"


class OneSliceBroken(ReplyClassifier):
    """A classifier that takes yes for no in French."""

    def classify(self, *arguments: Any, **named: Any) -> Verdict:
        verdict = super().classify(*arguments, **named)
        if verdict.language != "fr" or verdict.label == "auto":
            return verdict
        return verdict.model_copy(update={"label": "accept" if verdict.label == "decline" else "decline"})


@pytest.mark.slow
def test_a_classifier_with_one_slice_broken_fails(tmp_path: Path) -> None:
    replies = suite_of("replies")
    runs: list[RunFolder] = []
    for name, kind in (("a", ReplyClassifier), ("b", OneSliceBroken)):
        subject = Subject(label=name, fingerprint=name, classifier=kind.load())
        runs.append(run_suites([replies], subject, folder=tmp_path / name))
    config = parse_gate_config("[suites.replies.right]\nmargin = 0.5")  # so wide that the whole holds
    verdict = gate_runs(runs[1], baseline=runs[0], config=config)
    assert verdict.outcome == "FAIL"
    found = compare_runs(runs[0], runs[1]).of("replies", "right", "language=fr")
    assert found is not None
    assert found.losses > 10
    assert any("replies.right [language=fr]: this slice is worse" in reason for reason in verdict.reasons)

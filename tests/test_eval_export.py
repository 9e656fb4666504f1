"""A run as a log of inspect-ai, and what `--data` and `--option` of `overture eval run` are held against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic_evals")
pytest.importorskip("pyarrow")

from trivial_suite import SUBJECT, Task, raising, suite_of

from overture.cli import run as command
from overture.errors import ConfigurationError, InputError
from overture.eval.data_choice import parse_options, suites_reading
from overture.eval.run_folder import RunFolder
from overture.eval.runner import run_suites
from overture.eval.suites import SUITE_NAMES
from overture.eval.suites import suite_of as known_suite

SUITES = [known_suite(name) for name in SUITE_NAMES]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Twenty cases of a trivial suite, of which one failed."""
    task = Task()
    task.doing["case-3"] = raising(ValueError("no answer"))
    return run_suites([suite_of(20, task=task.awaited)], SUBJECT, folder=tmp_path_factory.mktemp("runs") / "run")


def exported(run: RunFolder, path: Path) -> dict[str, Any]:
    assert command(["eval", "export", str(run.path), "--format", "inspect", "--out", str(path)]) == 0
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_log_holds_every_case_and_a_failed_one_counts_the_worst(run: RunFolder, tmp_path: Path) -> None:
    log = exported(run, tmp_path / "log.json")
    assert (log["version"], log["status"], len(log["samples"])) == (2, "success", 20)
    assert (log["results"]["total_samples"], log["results"]["completed_samples"]) == (20, 19)
    failed = [sample for sample in log["samples"] if "error" in sample]
    assert [sample["id"].partition("/")[2] for sample in failed] == ["case-3"]
    assert "no answer" in failed[0]["error"]["message"]
    worst = {f"{run.suites[0]}.{metric.name}": metric.worst for metric in run.metrics(run.suites[0])}
    assert {name: score["value"] for name, score in failed[0]["scores"].items()} == worst
    assert not list(tmp_path.glob("*.new"))


def test_inspect_reads_the_log(run: RunFolder, tmp_path: Path) -> None:
    logs = pytest.importorskip("inspect_ai.log", reason="inspect-ai is not installed")
    exported(run, tmp_path / "log.json")
    log = logs.read_eval_log(str(tmp_path / "log.json"))
    assert len(log.samples) == 20
    assert {score.scorer for score in log.results.scores} == set(run.suites)


def test_an_unwritable_log_is_told_in_a_line(
    run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["eval", "export", str(run.path), "--format", "inspect", "--out", str(tmp_path / "no" / "log.json")]
    assert command(arguments) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ({"candidate": {"name": "Ann"}}, {*SUITE_NAMES[:8], "judge"}),
        ({"id": "1", "text": "Yes", "label": "accept"}, {"replies"}),
        (None, {"judge", "feedback"}),
    ],
)
def test_all_with_data_runs_the_suites_that_read_it(line: object, names: set[str], tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir() if line is None else path.write_text(f"\n{json.dumps(line)}\n", encoding="utf-8")
    assert {suite.name for suite in suites_reading(SUITES, path, every=True)} == names
    with pytest.raises(ConfigurationError, match="policy cannot read"):
        suites_reading([*(s for s in SUITES if s.name in names), SUITES[-1]], path, every=False)


@pytest.mark.parametrize("text", ["", "[1]", '{"name": 1}', "no json"])
def test_data_of_no_known_form_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="data"):
        suites_reading(SUITES, tmp_path / "data", every=True)


def test_an_option_must_be_known_to_a_suite() -> None:
    assert parse_options(["rows=all", "seats=80"], SUITES) == {"rows": "all", "seats": "80"}
    for given, problem in (
        (["rows"], "no value"),
        (["rows=1", "rows=2"], "twice"),
        (["chairs=4"], "seats \\(policy\\)"),
    ):
        with pytest.raises(ConfigurationError, match=problem):
            parse_options(given, SUITES)

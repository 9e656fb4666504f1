"""Batch retraining from corrections to a version in the registry, on a small corpus of real rows (F-4, F-2)."""

from __future__ import annotations

import json
import os
import runpy
import shlex
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

import pytest
from feedback_people import vote_on
from pages import ROOT, fenced
from retraining_corpus import (
    NOON,
    SALT,
    States,
    encoded_corpus,
    other_label,
    registry_folder,
    reply_of_row,
    short_rows,
    small_corpus,
    states_of,
)

from overture import ConfigurationError, ReplyClassifier
from overture.classification.manifest import shipped_model
from overture.cli import run
from overture.feedback import LabelCorrection
from overture.feedback.comparison import Gate
from overture.feedback.erasure_rows import digest_of_person
from overture.feedback.feedback_store import FeedbackStore
from overture.feedback.registry import Registry
from overture.feedback.registry_files import sha256_of
from overture.feedback.retraining import RetrainPlan, RetrainVerdict, Step, retrain
from overture.feedback.splits import Salt

__all__ = ["encoded_corpus", "registry_folder", "small_corpus"]  # fixtures
TODAY: Final = date(2026, 11, 3)
KILLS: Final = 20


def run_on(states: States, registry: Path, corpus: Path, **plan: object) -> RetrainVerdict:
    """One run."""
    made = RetrainPlan.model_validate({"corpus": corpus, **plan})
    return retrain(states, Registry(registry), salt=SALT, plan=made, today=TODAY)


@pytest.mark.slow
def test_f4_a_run_makes_a_version_and_the_same_run_again_makes_none(registry_folder: Path, small_corpus: Path) -> None:
    rows = short_rows("extra")[:60]
    steps: list[Step] = []
    store, registry = States(states_of(rows, lambda row: row.label)), Registry(registry_folder)
    plan = RetrainPlan(corpus=small_corpus, gate=Gate(resamples=200))
    verdict = retrain(store, registry, salt=SALT, plan=plan, today=TODAY, progress=steps.append)
    assert (verdict.version, verdict.champion, registry.champion) == ("v1", "v0", "v0")
    assert verdict.exit_code == {"PROMOTE": 0, "KEEP": 10, "INCONCLUSIVE": 20}[verdict.outcome]
    assert {step.name for step in steps} >= {"encoding corrections", "fitting the heads", "testing the challenger"}
    folder = registry.model_folder("v1")
    assert ReplyClassifier.load(folder).classify("No thanks, not for me.").label == "decline"
    for name in ("first.onnx", "second.onnx", "tokenizer.json"):
        assert sha256_of(folder / name) == sha256_of(shipped_model() / name)
    assert "## Compared with v0" in (folder / "CARD.md").read_text(encoding="utf-8")
    # nobody is on both sides, and nothing that anybody wrote is in a note (F-2)
    lineage = registry.lineage("v1")
    assert lineage is not None
    sides = {digest_of_person(f"c-{row.id}"): Salt(SALT).split_of(f"c-{row.id}") for row in rows}
    assert {row.candidate: row.split for row in lineage.rows}.items() <= sides.items()
    notes = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.json"))
    assert not [row.id for row in rows if row.id in notes or (len(row.text) > 20 and row.text in notes)]
    # the same again
    again = retrain(store, registry, salt=SALT, plan=plan, today=date(2026, 11, 4))
    assert again == verdict
    assert [each.name for each in registry.list()] == ["v0", "v1"]
    assert not list((registry_folder / "work").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("says", ["flips everything", "one in five"])
def test_f4_a_careless_seat_does_not_sink_the_challenger(says: str, registry_folder: Path, small_corpus: Path) -> None:
    random = Random(2)
    rows = short_rows("extra")
    honest = states_of(rows[:50], lambda row: row.label, seat="honest")
    share = 1.0 if says == "flips everything" else 0.2
    careless = states_of(
        rows[50:130],
        lambda row: other_label(row.label) if random.random() < share else row.label,
        seat="careless",
        start=1_000,
    )
    without = run_on(States(honest), registry_folder, small_corpus)
    with_it = run_on(States([*honest, *careless]), registry_folder, small_corpus)
    assert without.version != with_it.version
    names = (without.version or "", with_it.version or "")
    fresh = rows[200:320]
    right = [
        sum(
            verdict.label == row.label
            for verdict, row in zip(
                ReplyClassifier.load(Registry(registry_folder).model_folder(name)).classify_batch(
                    [row.text for row in fresh], [row.outreach or None for row in fresh]
                ),
                fresh,
                strict=True,
            )
        )
        for name in names
    ]
    assert right[1] >= right[0] - 4  # of 120; both models differ in a few rows either way
    seat = next(seat for seat in with_it.seats if seat.seat == "careless")
    assert not (says == "flips everything" and seat.is_used)


@pytest.mark.slow
def test_f4_without_a_believed_correction_the_champion_stays(registry_folder: Path, small_corpus: Path) -> None:
    nothing = run_on(States([]), registry_folder, small_corpus)
    assert (nothing.outcome, nothing.exit_code, nothing.version) == ("KEEP", 10, None)
    flips = states_of(short_rows("extra")[:40], lambda row: other_label(row.label), seat="flips")
    left_out = run_on(States(flips), registry_folder, small_corpus)
    assert (left_out.outcome, left_out.version, left_out.left_out) == ("KEEP", None, 40)
    assert left_out.seats[0].reason.startswith("left out")
    assert [each.name for each in Registry(registry_folder).list()] == ["v0"]


def test_f2_a_share_that_leaves_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="F-2"):
        run_on(States([]), tmp_path, tmp_path, eval_share=1.0)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Two hundred thumbs and sixty corrections in a store."""
    url = f"sqlite:///{tmp_path / 'overture.db'}"
    with FeedbackStore(url) as store:
        store.add_many(vote_on(number, "down" if number % 3 == 0 else "up") for number in range(200))
        for number, row in enumerate(short_rows("extra")[:60]):
            reply = reply_of_row(row)
            store.add(
                LabelCorrection(
                    id=f"e{number}", at=NOON, seat=f"s{number % 3}", contract="acme", reply=reply, label=row.label
                )
            )
    return url


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_f4_killed_at_twenty_instants_the_champion_loads_and_a_run_ends_right(
    registry_folder: Path, small_corpus: Path, database: str
) -> None:
    command = [
        sys.executable, "-c", "from overture.cli import main; main()", "feedback", "retrain", "--registry",
        str(registry_folder),
        "--salt", SALT, "--corpus", str(small_corpus), "--database", database, "--json",
    ]  # fmt: skip
    whole = time.monotonic()
    first = _end(_begin(command))
    whole = time.monotonic() - whole
    wanted = json.loads(first)
    registry = Registry(registry_folder)
    made = sha256_of(registry.model_folder("v1") / "heads.safetensors")
    random, killed = Random(4), 0
    for _ in range(KILLS):
        for version in (registry_folder / "versions").iterdir():
            version.rename(registry_folder.parent / f"old-{time.monotonic_ns()}")
        process = _begin(command)
        try:
            process.communicate(timeout=random.uniform(0.02, 1.0) * whole)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            killed += 1
        # whatever was going on: the champion loads, and a version is whole or not there
        assert registry.champion_folder() == shipped_model()
        assert all(registry.model_folder(each.name) for each in registry.list())
    assert killed > KILLS // 2
    assert json.loads(_end(_begin(command))) == wanted
    assert sha256_of(registry.model_folder("v1") / "heads.safetensors") == made
    assert [each.name for each in registry.list()] == ["v0", "v1"]


def _begin(command: list[str]) -> subprocess.Popen[str]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a few rows are quicker on one
    return subprocess.Popen(  # noqa: S603 - our own interpreter and command
        command, env={**os.environ, **one_thread}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _end(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate()
    assert process.returncode in {0, 10, 20}, err
    return out


@pytest.mark.slow
def test_f4_from_thumbs_and_corrections_to_the_model_that_classify_uses(
    registry_folder: Path, small_corpus: Path, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = ["feedback", "build-set", str(tmp_path / "set"), "--salt", SALT, "--database", database, "--json"]
    assert run(built) == 0
    assert json.loads(capsys.readouterr().out)["cases"] > 100
    retrain_it = ["feedback", "retrain", "--salt", SALT, "--corpus", str(small_corpus), "--database", database]
    where = ["--registry", str(registry_folder)]
    code = run([*retrain_it, *where])
    shown = capsys.readouterr().out
    assert code in {0, 10, 20}
    assert "verdict: " in shown
    assert "challenger: v1, against v0" in shown
    assert "seat s0: " in shown
    assert run(["feedback", "promote", "v1", *where, "--anyway"]) == 0
    assert capsys.readouterr().out == "champion: v1, before it v0\n"
    assert run(["classify", "No thank you, I am happy here.", "--json", *where]) == 0
    used = json.loads(capsys.readouterr().out)
    shipped = ReplyClassifier.load().model.manifest.label
    assert used["label"] == "decline"
    assert used["model"] != shipped
    assert run(["feedback", "models", *where]) == 0
    assert "v1" in capsys.readouterr().out
    assert run(["feedback", "diff", "v0", "v1", *where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["heads.safetensors"]
    assert run(["feedback", "rollback", *where]) == 0
    assert run(["classify", "No thank you, I am happy here.", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1])["model"] == shipped


@pytest.mark.slow
def test_f4_the_second_example_of_the_readme_runs_to_its_end(
    small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it stands there, but for a smaller corpus."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(block for block in fenced(readme, "sh") if "examples/feedback.py" in block)
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    monkeypatch.chdir(tmp_path)
    shown: list[str] = []
    for program, *arguments in commands:
        if program == "export":
            monkeypatch.setenv(*arguments[0].split("=", 1))
        elif program == "python":
            monkeypatch.setattr("sys.argv", arguments)
            runpy.run_path(str(ROOT / arguments[0]), run_name="__main__")
        else:
            small = ["--corpus", str(small_corpus)] if "retrain" in arguments else []
            assert run([*arguments, *small]) in ({0, 10, 20} if small else {0})
        shown.append(capsys.readouterr().out)
    assert [program for program, *_ in commands] == ["export", "python", *["overture"] * 4]
    assert "100 up, 100 down, 60 corrected" in shown[1]
    assert "cases in sets/2026" in shown[2]
    assert "verdict: " in shown[3]
    assert "champion: v1" in shown[4]
    assert "Label: " in shown[5]


def test_f4_commands_name_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = ["--registry", str(tmp_path / "none")]
    for command in (
        ["classify", "Yes", *nowhere],
        ["feedback", "models", *nowhere],
        ["feedback", "rollback", *nowhere],
    ):
        assert run(command) == 2
        assert "there is no registry" in capsys.readouterr().err
    assert run(["classify", "Yes", "--model", str(tmp_path), "--registry", str(tmp_path)]) == 2
    assert "give one of them" in capsys.readouterr().err

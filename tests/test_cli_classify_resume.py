"""A bulk run that was stopped goes on: nothing is lost, nothing is doubled, whatever stopped it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reply_doubles import DoubleClassifier, stand_in

from overture.cli import run
from overture.cli.classify_rows import GROUP_ROWS

TESTS = Path(__file__).parent
SCRIPT = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from reply_doubles import DoubleClassifier
from overture.cli import classify, run
classify.load_classifier = lambda model, review_below, escalate_to: DoubleClassifier(seconds=SECONDS)
raise SystemExit(run(sys.argv[1:]))
"""
GOOD = '{{"id": "r{n}", "text": "No, {n}"}}\n'
BAD = '{{"id": "r{n}"}}\n'


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> DoubleClassifier:
    """The model that the command labels with."""
    return stand_in(monkeypatch)


class Run:
    """One input and where it goes."""

    def __init__(self, folder: Path, lines: str) -> None:
        folder.mkdir(exist_ok=True)
        self.source, self.out, self.errors = folder / "in.jsonl", folder / "out.jsonl", folder / "errors.jsonl"
        self.source.write_text(lines, encoding="utf-8")
        for file in (self.out, self.errors):
            file.unlink(missing_ok=True)

    @property
    def arguments(self) -> list[str]:
        return ["classify", "--in", str(self.source), "--out", str(self.out), "--errors", str(self.errors)]

    @property
    def written(self) -> tuple[bytes, bytes]:
        return self.out.read_bytes(), self.errors.read_bytes()


def lines_of(kinds: list[bool]) -> str:
    return "".join((GOOD if good else BAD).format(n=n) for n, good in enumerate(kinds))


def killed(arguments: list[str], *, when: Path, holds: int) -> bool:
    """Run the command in a process of its own and kill it as soon as a file holds so many bytes."""
    script = SCRIPT.replace("SECONDS", "0.0002")
    with subprocess.Popen([sys.executable, "-c", script, *arguments]) as process:  # noqa: S603 - our own script
        while process.poll() is None:
            if when.exists() and when.stat().st_size >= holds:
                process.kill()
            time.sleep(0.001)
    return process.returncode == -signal.SIGKILL


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path, double: DoubleClassifier) -> None:
    rng = random.Random(4)
    kinds = [rng.random() > 0.02 for _ in range(5 * GROUP_ROWS)]
    straight, stopped = Run(tmp_path / "a", lines_of(kinds)), Run(tmp_path / "b", lines_of(kinds))
    stopped.source = straight.source
    assert run(straight.arguments) == 0
    whole = len(straight.written[0])
    kills = [killed([*stopped.arguments, "--resume"], when=stopped.out, holds=int(whole * part)) for part in (0.1, 0.5)]
    assert kills == [True, True]
    assert 0 < len(stopped.written[0]) < whole
    labelled = len(double.seen)
    done = stopped.written[0].count(b"\n")
    assert run([*stopped.arguments, "--resume"]) == 0
    assert stopped.written == straight.written
    assert len(double.seen) - labelled == sum(kinds) - done


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.booleans(), max_size=30), data=st.data())
def test_whatever_bytes_the_files_were_cut_at_the_end_is_the_same(
    kinds: list[bool], data: st.DataObject, tmp_path: Path, double: DoubleClassifier
) -> None:
    """Each of the two files may be ahead of the other, and cut in the middle of a line."""
    straight = Run(tmp_path, lines_of(kinds))
    assert run(straight.arguments) == 0
    written = straight.written
    for file, held in zip((straight.out, straight.errors), written, strict=True):
        cut = data.draw(st.integers(0, len(held)))
        file.write_bytes(held[:cut])
        if not cut and data.draw(st.booleans()):
            file.unlink()
    before = straight.out.read_bytes().count(b"\n") if straight.out.exists() else 0
    double.seen.clear()
    assert run([*straight.arguments, "--resume"]) == 0
    assert straight.written == written
    assert len(double.seen) == sum(kinds) - before


def test_a_run_that_is_done_does_nothing_more(tmp_path: Path, double: DoubleClassifier) -> None:
    files = Run(tmp_path, lines_of([True, False, True]))
    assert run(files.arguments) == 0
    written = files.written
    double.seen.clear()
    assert run([*files.arguments, "--resume"]) == 0
    assert files.written == written
    assert double.seen == []


def test_without_resume_everything_is_made_anew(tmp_path: Path, double: DoubleClassifier) -> None:
    files = Run(tmp_path, lines_of([True, False, True]))
    assert run(files.arguments) == 0
    written = files.written
    files.out.write_bytes(b"something else that is longer than the result\n" * 100)
    assert run(files.arguments) == 0
    assert files.written == written


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ("other ids", "'x0'"),
        ("shorter input", "holds more"),
        ("mended row", "'r2'"),
        ("other errors", "in its turn"),
        ("not ours", "was not written by this command"),
        ("a list", "was not written by this command"),
    ],
)
def test_an_output_of_other_rows_is_refused_and_stays(
    kinds: str, told: str, tmp_path: Path, double: DoubleClassifier, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Run(tmp_path, lines_of([True, False, True, True]))
    assert run(files.arguments) == 0
    if kinds == "other ids":
        files.source.write_text(lines_of([True, False, True, True]).replace('"r', '"x'), encoding="utf-8")
    elif kinds == "shorter input":
        files.source.write_text(lines_of([True, False, True]), encoding="utf-8")
    elif kinds == "mended row":
        files.source.write_text(lines_of([True, True, True, True]), encoding="utf-8")
    elif kinds == "other errors":
        files.source.write_text(lines_of([True, True, False, True]).replace("r1", "r2", 1), encoding="utf-8")
    else:
        files.out.write_bytes(b"[1]\n" if kinds == "a list" else b"Dear all\n")
    written = files.written
    capsys.readouterr()
    assert run([*files.arguments, "--resume"]) == 2
    assert told in capsys.readouterr().err
    assert files.written == written


def test_resume_needs_a_file_to_go_on_with(
    tmp_path: Path, double: DoubleClassifier, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Run(tmp_path, lines_of([True]))
    for out in ("-", "/dev/null"):
        assert run(["classify", "--in", str(files.source), "--out", out, "--resume"]) == 2
        assert "ordinary file" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_ends_the_run_without_a_word(tmp_path: Path) -> None:
    files = Run(tmp_path, lines_of([True] * 4 * GROUP_ROWS))
    script = SCRIPT.replace("SECONDS", "0.0")
    arguments = [sys.executable, "-c", script, "classify", "--in", str(files.source), "--out", "-"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        assert process.stderr is not None
        first: dict[str, Any] = json.loads(process.stdout.readline())
        process.stdout.close()
        told = process.stderr.read()
    assert first["id"] == "r0"
    assert told == b""
    assert process.returncode == 1

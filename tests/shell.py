"""The `overture` command on a database of its own, at an instant of the test's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from reply_doubles import DoubleClassifier

from overture.classification import ReplyClassifier
from overture.cli import run

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


_made: dict[Callable[[Shell], None], tuple[datetime, dict[str, bytes]]] = {}


class Shell:
    """Runs commands in an empty folder, so that their defaults hold; `now` is what their clock shows."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder
        self.now = NOON

    def begin_after(self, build: Callable[[Shell], None]) -> Shell:
        """Be where `build` leads: it is done once in a process, and its files are copied from then on."""
        if build in _made:
            self.now, files = _made[build]
            for name, content in files.items():
                (self.folder / name).write_bytes(content)
        else:
            build(self)
            _made[build] = self.now, {path.name: path.read_bytes() for path in self.folder.iterdir()}
        return self

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def ends(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a command."""
        self._capsys.readouterr()
        code = run([*map(str, arguments), "--now", self.now.isoformat()])
        shown = self._capsys.readouterr()
        return code, shown.out, shown.err

    def ok(self, *arguments: str | Path) -> str:
        """What a command that works prints."""
        code, out, err = self.ends(*arguments)
        assert code == 0, err
        return out

    def ok_without_clock(self, *arguments: str | Path) -> str:
        """What a command prints that takes no clock."""
        self._capsys.readouterr()
        assert run([*map(str, arguments)]) == 0
        return self._capsys.readouterr().out

    def json(self, *arguments: str | Path) -> Any:
        """What a command that works prints with --json, which is JSON and nothing else."""
        code, out, err = self.ends(*arguments, "--json")
        assert (code, err) == (0, ""), err
        return json.loads(out)

    def refused(self, *arguments: str | Path) -> str:
        """The one line of a command that a rule refuses: exit code 3, nothing on stdout."""
        return self._fails(3, *arguments)

    def wrong(self, *arguments: str | Path) -> str:
        """The one line of a command whose input is wrong: exit code 2, nothing on stdout."""
        return self._fails(2, *arguments)

    def wrong_without_clock(self, *arguments: str | Path) -> str:
        """The one line of a command that takes no clock and whose input is wrong."""
        self._capsys.readouterr()
        code = run([*map(str, arguments)])
        shown = self._capsys.readouterr()
        assert (code, shown.out, shown.err.count("\n")) == (2, "", 1), shown
        return shown.err

    def lines(self, name: str) -> list[Any]:
        """A file of JSON lines in the folder; none where it is not there."""
        file = self.folder / name
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    def write(self, name: str, *rows: object) -> Path:
        """A file of JSON lines; a row that is a text is written as it is."""
        file = self.folder / name
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return file

    def send(self, candidate: str = "ada", *arguments: str) -> Any:
        """Send a message; what --json prints of it."""
        return self.json(
            *("outreach", "send", "--candidate", candidate, "--subject", "A role", "--body", f"Hi {candidate}"),
            *arguments,
        )

    def balance(self, *arguments: str) -> int:
        """The credits there are."""
        found: int = self.json("credits", "balance", *arguments)["balance"]
        return found

    def _fails(self, code: int, *arguments: str | Path) -> str:
        found, out, err = self.ends(*arguments)
        assert (found, out) == (code, ""), (found, out, err)
        assert re.fullmatch(r"overture: [^\n]+\n", err), err
        return err.removeprefix("overture: ").rstrip("\n")


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A fresh machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OVERTURE_DATABASE", raising=False)
    monkeypatch.delenv("OVERTURE_TRANSPORT", raising=False)
    return Shell(capsys, tmp_path)


@pytest.fixture
def shell(bare: Shell) -> Shell:
    """After `overture outreach init`."""
    return bare.begin_after(initialised)


def initialised(bare: Shell) -> None:
    bare.ok("outreach", "init")


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> DoubleClassifier:
    """What labels answers: "no" is a decline, all else an accept."""
    classifier = DoubleClassifier()

    def load(*_: object, **__: object) -> DoubleClassifier:
        return classifier

    monkeypatch.setattr(ReplyClassifier, "load", load)
    return classifier

"""`overture prompts`: what was sent to a model can be listed, read and compared (D-14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from overture.cli import run
from overture.prompts import list_prompts, load_prompt


def test_d14_every_version_is_listed_with_its_fingerprint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prompts", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert list_prompts()
    for prompt in list_prompts():
        row = [f"{prompt.name}@{prompt.version}", prompt.fingerprint[:12]]
        assert any(line.split()[:2] == row for line in lines)


def test_a_prompt_is_shown_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prompts", "show", "draft"]) == 0
    assert capsys.readouterr().out.rstrip("\n") == load_prompt("draft").source.rstrip("\n")


def test_a_difference_is_a_unified_diff(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = load_prompt("draft")
    changed = tmp_path / "mine.j2"
    changed.write_text(draft.source.rstrip("\n") + "\nOne line more.\n", encoding="utf-8")
    assert run(["prompts", "diff", f"draft@{draft.version}", str(changed)]) == 0
    assert "+One line more." in capsys.readouterr().out.splitlines()
    assert run(["prompts", "diff", "draft", "draft"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", [["show", "nonsense"], ["show", "draft@999"], ["diff", "draft", "no/such.j2"], ["nonsense"], []]
)
def test_bad_input_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["prompts", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1

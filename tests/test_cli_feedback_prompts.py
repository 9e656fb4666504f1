"""`overture feedback compare-prompts` and `revise-prompt` (F-5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles import context_of
from feedback_people import draft_of, name_of, vote_on
from revising import Model

from overture.cli import run
from overture.feedback import FeedbackStore, FrozenContext
from overture.generation.draft import PromptRecord
from overture.prompts import load_prompt


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store in which version 2 of `draft` is better."""
    address = f"sqlite:///{tmp_path / 'feedback.db'}"
    with FeedbackStore(address) as store:
        store.add_many(_votes())
    return address


def _votes() -> Iterator[Any]:
    for number in range(600):
        version = 1 + number % 2
        prompt = PromptRecord(name="draft", version=version, fingerprint=f"{version:064x}")
        up = number // 2 % 10 < (4, 8)[version - 1]
        seat = f"s{number // 2 % 17}"
        said = {} if up else {"reasons": ("generic",)}
        yield vote_on(
            number, "up" if up else "down", **said, draft=draft_of(number, prompt=prompt, seat=seat), seat=seat
        )


def _complaints() -> Iterator[Any]:
    """Forty drafts of all kinds, each found too long, with the same facts to write anew from."""
    prompt = load_prompt("draft")
    record = PromptRecord(name="draft", version=prompt.version, fingerprint=prompt.fingerprint)
    for number in range(40):
        draft = draft_of(number, prompt=record, context=FrozenContext.of(context_of()))
        comment = f"{name_of(number)} would find this far too long."
        yield vote_on(number, "down", draft=draft, reasons=("too_long",), comment=comment)


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["feedback", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_f5_prompts_are_compared_and_a_proposal_is_written(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("compare-prompts", "draft", "1", "2", "--database-url", url)
    code, out, err = command(capsys, *given, "--out", tmp_path / "out")
    assert (code, out.splitlines()[0]) == (0, "promote: draft@2 in place of draft@1")
    assert "draft.1-2.proposal.md written" in err
    code, out, _ = command(
        capsys, *given, "--json", "--strata", "", "--fallbacks", "1=4/300", "--fallbacks", "2=80/300"
    )
    found = json.loads(out)
    assert (code, found["decision"]) == (0, "keep")
    assert found["guardrails"][-1]["standing"] == "breached"


def test_f5_outcomes_come_from_a_file(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"d{n},{'decline' if n % 2 and n % 20 < 15 else 'accept'}" for n in range(600)]
    file = tmp_path / "outcomes.csv"
    file.write_text("\n".join(("draft,label", *rows)), encoding="utf-8")
    given = ("compare-prompts", "draft", "1", "2", "--database-url", url, "--outcomes", file)
    code, out, _ = command(capsys, *given, "--json")
    assert (code, json.loads(out)["decision"]) == (0, "keep")
    file.write_text("draft,label\nd1,perhaps\n", encoding="utf-8")
    code, _, err = command(capsys, *given)
    assert (code, "line 2 has no label" in err) == (2, True)


@pytest.mark.parametrize(
    "wrong", [("--fallbacks", "2:3"), ("--strata", "age"), ("--alpha", "2")], ids=lambda each: each[0]
)
def test_f5_wrong_options_are_one_line(url: str, wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = command(capsys, "compare-prompts", "draft", "1", "2", "--database-url", url, *wrong)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_f5_a_prompt_is_revised_from_a_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gepa", reason="the extra `revise` is not installed")
    model = Model()
    address = f"sqlite:///{tmp_path / 'feedback.db'}"
    with FeedbackStore(address) as store:
        store.add_many(_complaints())
    folder = tmp_path / "set"
    assert command(capsys, "build-set", folder, "--salt", "a long salt of a test", "--database", address)[0] == 0

    def resolve(*_: object, **__: object) -> Any:
        return model.writer

    monkeypatch.setattr("overture.feedback.prompt_revision.resolve_writer", resolve)
    given = ("revise-prompt", "draft", "--set", folder, "--model", "openai:gpt-test", "--out", tmp_path / "out")
    code, out, err = command(capsys, *given, "--max-requests", "80")
    assert code == 0, err
    assert "of the evaluation side pass with the new text, 0 with the present one" in out
    assert "draft.3.j2 written" in err
    asked = len(model.asked)
    sent = json.dumps([each["messages"] for each in model.asked], ensure_ascii=False)
    assert not any(name_of(number) in sent for number in range(40))
    assert "far too long" in sent
    code, out, _ = command(capsys, *given, "--max-requests", "80", "--json")
    found = json.loads(out)
    assert (found["decision"], found["losses"], found["new"]["blocked"]) == ("propose", 0, 0)
    assert found["new"]["passed"] == found["new"]["n"] == found["wins"] > 3
    assert len(model.asked) == asked
    code, _, err = command(capsys, *given, "--max-requests", "12")
    assert (code, "leaves no search" in err) == (2, True)

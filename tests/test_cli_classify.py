"""`overture classify` as a user runs it, on a stand-in for the model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reply_doubles import EML, DoubleClassifier, feed, labels, one_error, stand_in

from overture.base import Value
from overture.classification import refitting
from overture.classification.mail import Mail
from overture.cli import run


class Plan(Value):
    """As far as the command knows it, a plan of `overture.classification.learning`, which needs torch."""

    epochs: int = 8
    rate: float = 1.0


class Recipe(Value):
    """Likewise a recipe of `overture.classification.training`."""

    student: Plan = Plan()
    teacher: Plan = Plan(epochs=5, rate=2.0)
    further: Plan = Plan(rate=0.5)


KEYS = ["id", "label", "intent", "confidence", "needs_review", "language"]


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> DoubleClassifier:
    """The model that the command labels with."""
    return stand_in(monkeypatch)


# One reply


def test_c4_one_reply_shows_label_intent_confidence_words_and_review(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier
) -> None:
    assert run(["classify", "Thanks, but no."]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"Label: +decline\n", shown)
    assert re.search(r"Intent: +not_interested\n", shown)
    assert re.search(r"Confidence: +90\.0%\n", shown)
    assert re.search(r"Review: +no\n", shown)
    assert re.search(r"Language: +en\n", shown)
    assert re.search(r"Words: +no \(100%\)\n", shown)
    assert "Thanks, but [no]." in shown
    assert run(["classify", "Sure"]) == 0
    assert "yes, it is not sure" in capsys.readouterr().out


def test_c4_json_is_the_whole_verdict_and_nothing_else(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier
) -> None:
    assert run(["classify", "no", "--json", "--lang", "pt_BR", "--outreach", "May I call?"]) == 0
    shown = capsys.readouterr()
    verdict = json.loads(shown.out)
    assert shown.err == ""
    assert {*KEYS[1:], "review_reason", "words", "text", "returns_on"} <= set(verdict)
    assert verdict["label"] == "decline"
    assert double.seen == [("no", "May I call?", "pt-BR")]


def test_d13_the_reply_reaches_the_terminal_without_controls(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier
) -> None:
    assert run(["classify", "no \x1b[31m\u202eevil [bold]x[/bold]"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold]x[/bold]" in shown


def test_a_long_reply_is_shown_cut(capsys: pytest.CaptureFixture[str], double: DoubleClassifier) -> None:
    assert run(["classify", "sure thing " * 1_000]) == 0
    shown = capsys.readouterr().out
    assert len(shown) < 2_000
    assert "9,999 characters more" in shown


def test_one_reply_comes_from_stdin_too(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, "Désolé\nno".encode())
    assert run(["classify", "-"]) == 0
    assert double.seen[0][0] == "Désolé\nno"
    feed(monkeypatch, b"caf\xe9")
    capsys.readouterr()
    assert run(["classify", "-"]) == 2
    assert "not UTF-8 at byte 4" in one_error(capsys)
    feed(monkeypatch, EML.format(more="", text="Sure").encode())
    assert run(["classify", "--mail", "-"]) == 0
    assert isinstance(double.seen[1][0], Mail)


def test_c6_a_mail_is_read_as_a_mail(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    mail = tmp_path / "my answer.EML"
    mail.write_text(EML.format(more="Auto-Submitted: auto-replied\n", text="I am away"), encoding="utf-8")
    assert run(["classify", str(mail)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"Label: +auto\n", shown)
    assert re.search(r"Back on: +2026-12-01\n", shown)
    other = tmp_path / "answer.txt"
    mail.rename(other)
    assert run(["classify", "--mail", str(other)]) == 0
    assert all(isinstance(reply, Mail) for reply, _, _ in double.seen)
    assert run(["classify", "look at the attached offer.eml"]) == 0
    assert double.seen[-1][0] == "look at the attached offer.eml"


def test_c5_a_return_is_dated_from_today_a_mail_from_its_own_date(double: DoubleClassifier, tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_text(EML.format(more="", text="Sure"), encoding="utf-8")
    assert run(["classify", "Sure"]) == 0
    assert double.today == date.today()
    assert run(["classify", str(mail)]) == 0
    assert double.today is None
    assert run(["classify", str(mail), "--today", "2026-11-22"]) == 0
    assert double.today == date(2026, 11, 22)


@pytest.mark.parametrize("word", ["train", "card", "reply", "--in", "--help"])
def test_a_text_that_is_a_command_is_labelled_after_two_dashes(word: str, double: DoubleClassifier) -> None:
    assert run(["classify", "--", word]) == 0
    assert double.seen[0][0] == word


@pytest.mark.parametrize("arguments", [["--help"], ["text", "--help"]])
def test_the_help_shows_the_options_and_the_commands(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["classify", *arguments]) == 0
    shown = capsys.readouterr().out
    for word in ("Usage: overture classify [OPTIONS] [TEXT]", "--outreach", "--resume", "train", "card"):
        assert word in shown
    assert "reply  " not in shown.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no reply"),
        (["yes", "no"], "more than one"),
        (["yes", "--mail", "a.eml"], "more than one"),
        (["no-such.eml"], "no-such.eml"),
        (["--mail", "no-such-file"], "no-such-file"),
        (["yes", "--lang", "English"], "'English'"),
        (["yes", "--review-below", "2"], "--review-below"),
        (["yes", "--out", "labels.jsonl"], "--out"),
        (["yes", "--resume"], "--resume"),
        (["yes", "--nonsense"], "--nonsense"),
        (["--in", "rows.jsonl"], "--out"),
        (["--in", "rows.jsonl", "--out", "-", "--lang", "en"], "--lang"),
        (["--in", "rows.jsonl", "--out", "-", "--json"], "--json"),
        (["--in", "no-such-file.jsonl", "--out", "-"], "no-such-file.jsonl"),
        (["train"], "--out"),
        (["train", "--out", "x", "--epochs", "0"], "--epochs"),
        (["card", "--model", "no-such-folder"], "no-such-folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], double: DoubleClassifier
) -> None:
    assert run(["classify", *arguments]) == 2
    assert told in one_error(capsys)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text().filter(lambda text: text != "-" and not text.casefold().endswith(".eml")))
def test_any_text_is_labelled_after_two_dashes(text: str, double: DoubleClassifier) -> None:
    assert run(["classify", "--", text]) == 0
    assert double.seen[-1][0] == text


# The commands beside it


def test_card_prints_the_card_of_a_model(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "CARD.md").write_text("# Replies\n\nWritten, not collected.", encoding="utf-8")
    assert run(["classify", "card", "--model", str(tmp_path)]) == 0
    assert "Written, not collected." in capsys.readouterr().out


def test_train_hands_corpus_recipe_and_folder_on_and_says_where_the_model_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Any, ...]] = []

    def train(
        material: Any, recipe: Recipe, out: Path, *, progress: Any, threads: int | None, start: Path | None
    ) -> Any:
        assert out.is_dir()
        calls.append((material, recipe, out, threads, start))
        progress("epoch 1 of 2")
        return SimpleNamespace(label="replies-1234")

    def read_material(folder: Path | None) -> Any:
        return folder

    module = SimpleNamespace(Recipe=Recipe, train=train)
    monkeypatch.setitem(sys.modules, "overture.classification.training", module)
    monkeypatch.setattr(refitting, "read_material", read_material)
    out = tmp_path / "new" / "model"
    assert run(["classify", "train", "--data", "corpus", "--out", str(out), "--threads", "3", "--epochs", "2"]) == 0
    shown = capsys.readouterr()
    assert shown.err == "epoch 1 of 2\n"
    assert "replies-1234" in shown.out
    two = Recipe(student=Plan(epochs=2), teacher=Plan(epochs=2, rate=2.0), further=Plan(epochs=2, rate=0.5))
    assert calls == [(Path("corpus"), two, out, 3, None)]
    assert run(["classify", "train", "--out", str(out), "--start", "older"]) == 0
    assert calls[1] == (None, Recipe(), out, None, Path("older"))
    (tmp_path / "file").write_bytes(b"")
    assert run(["classify", "train", "--out", str(tmp_path / "file")]) == 2


def run_without(modules: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a fresh interpreter that has none of these modules."""
    code = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\nfrom overture.cli import main; main()"
    return subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-W", "error", "-c", code, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("classification", ["yes"]),
        ("classification", ["--in", "/dev/null", "--out", "-"]),
        ("train", ["train", "--out", "never-made"]),
    ],
)
def test_a_base_installation_names_the_extra(extra: str, arguments: list[str]) -> None:
    done = run_without(["numpy", "onnxruntime", "safetensors", "tokenizers", "torch"], "classify", *arguments)
    assert done.returncode == 2
    assert re.fullmatch(rf"overture: .* needs the extra '{extra}': pip install 'overture\[{extra}\]'\n", done.stderr)


def test_the_help_loads_no_part_of_the_library() -> None:
    done = run_without(["jinja2", "numpy", "onnxruntime", "selectolax", "torch", "yaml"], "classify", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--review-below" in done.stdout


def test_c4_the_shipped_model_labels_and_has_a_card(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["classify", "No thank you, I am happy where I am.", "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["label"] == "decline"
    assert verdict["words"]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "Yes, I would love to hear more!"}\n', encoding="utf-8")
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 0
    assert labels(out)[0]["label"] == "accept"
    assert run(["classify", "card"]) == 0
    assert "licence" in capsys.readouterr().out.casefold()

"""`overture classify --in` as a user runs it, on a stand-in for the model."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reply_doubles import EML, DoubleClassifier, feed, labels, one_error, stand_in

from overture.classification.labels import INTENTS, LABEL_OF
from overture.cli import classify as command
from overture.cli import run
from overture.cli.classify_input import find_sources, total_size
from overture.cli.classify_rows import GROUP_ROWS, Meter
from overture.errors import MissingExtraError

KEYS = ["id", "label", "intent", "confidence", "needs_review", "language"]


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> DoubleClassifier:
    """The model that the command labels with."""
    return stand_in(monkeypatch)


def rows(count: int) -> bytes:
    return b"".join(
        json.dumps({"id": f"r{n}", "text": "No thanks" if n % 3 else "Sure"}).encode() + b"\n" for n in range(count)
    )


def test_many_replies_come_out_in_order_under_the_agreed_names(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    count = 2 * GROUP_ROWS + 7
    source.write_bytes(b"\xef\xbb\xbf" + rows(count) + b'\n  \r\n{"id": 7, "text": "", "lang": "de", "label": "x"}')
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 0
    assert capsys.readouterr() == ("", "")
    found = labels(out)
    assert [row["id"] for row in found] == [*(f"r{n}" for n in range(count)), 7]
    assert {tuple(row) for row in found} == {tuple(KEYS)}
    assert [row["label"] for row in found[:4]] == ["accept", "decline", "decline", "accept"]
    assert found[-1]["language"] == "de"
    for row in found:
        assert row["intent"] in INTENTS
        assert LABEL_OF[row["intent"]] == row["label"]
        assert 0 <= row["confidence"] <= 1
        assert isinstance(row["needs_review"], bool)


def test_rows_carry_outreach_language_and_today_to_the_model(double: DoubleClassifier, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "不", "outreach": "電話？", "lang": "zh"}\n{"id": 2, "text": "no"}', "utf-8")
    arguments = ["classify", "--in", str(source), "--out", str(tmp_path / "out"), "--today", "2026-11-22"]
    assert run(arguments) == 0
    assert double.seen == [("不", "電話？", "zh"), ("no", None, None)]
    assert double.today == date(2026, 11, 22)


def test_c4_explain_adds_why_and_words_and_the_day_of_return(double: DoubleClassifier, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(rows(2))
    assert run(["classify", "--in", str(source), "--out", str(out), "--explain"]) == 0
    sure, no = labels(out)
    assert list(sure) == [*KEYS, "review_reason", "words", "returns_on"]
    assert (sure["review_reason"], sure["words"], sure["returns_on"]) == ("unsure", [], None)
    assert no["words"] == [{"text": "No", "start": 0, "weight": 1.0}]


def test_stdin_to_stdout_is_a_filter(
    capsysbinary: pytest.CaptureFixture[bytes], double: DoubleClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, rows(3))
    assert run(["classify", "--in", "-", "--out", "-"]) == 0
    shown = capsysbinary.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == ["r0", "r1", "r2"]
    assert shown.err == b""


def test_c6_mails_folders_and_mboxes_are_read_in_order(double: DoubleClassifier, tmp_path: Path) -> None:
    folder, out = tmp_path / "mails", tmp_path / "out.jsonl"
    (folder / "b").mkdir(parents=True)
    (folder / "2.eml").write_text(EML.format(more="", text="no"), encoding="utf-8")
    (folder / "1.EML").write_text(EML.format(more="Message-ID: <one@x>\n", text="Sure"), encoding="utf-8")
    (folder / "b" / "3.eml").write_text(EML.format(more="Auto-Submitted: auto-replied\n", text="Away"), "utf-8")
    (folder / "notes.txt").write_text("no mail", encoding="utf-8")
    single = tmp_path / "letter"
    single.write_text(EML.format(more="", text="Sure"), encoding="utf-8")
    box = tmp_path / "box"
    mail = EML.format(more="", text="Sure")
    box.write_text(
        f"From a Sun Nov 22 06:19:30 2026\n{mail}\nFrom b Sun Nov 22 06:19:31 2026\n{mail.replace('Sure', 'no')}",
        encoding="utf-8",
    )
    assert run(["classify", "--in", str(folder), str(single), str(box), "--out", str(out)]) == 0
    assert [(row["id"], row["label"]) for row in labels(out)] == [
        ("<one@x>", "accept"),
        ("2.eml", "decline"),
        ("b/3.eml", "auto"),
        ("letter", "accept"),
        ("box#1", "accept"),
        ("box#2", "decline"),
    ]


def test_a_folder_without_mails_is_an_error(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    assert run(["classify", "--in", str(tmp_path), "--out", "-"]) == 2
    assert "no .eml file" in one_error(capsys)


# What cannot be read

BAD = {
    3: (b"not json", None, "not valid JSON"),
    5: (b'{"id": "x"}', "text", "is missing"),
    6: (b'{"id": "x", "text": 5}', "text", "is a number"),
    8: (b'{"id": "x", "text": "caf\xe9"}', None, "not UTF-8"),
    9: (b'{"id": "x", "text": "a", "text": "b"}', "text", "comes twice"),
}


def with_bad(count: int) -> bytes:
    lines = rows(count).splitlines()
    for line, (raw, _, _) in BAD.items():
        lines.insert(line - 1, raw)
    return b"\n".join(lines) + b"\n"


def test_a_bad_row_is_set_aside_with_its_line_and_reason(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source, out, errors = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "errors.jsonl"
    source.write_bytes(with_bad(20))
    assert run(["classify", "--in", str(source), "--out", str(out), "--errors", str(errors)]) == 0
    assert [row["id"] for row in labels(out)] == [f"r{n}" for n in range(20)]
    refused = labels(errors)
    assert [row["line"] for row in refused] == list(BAD)
    for row, (_, field, reason) in zip(refused, BAD.values(), strict=True):
        assert row["file"] == str(source)
        assert row["field"] == field
        assert reason in row["reason"]
        assert row["expected"]
    assert "5 could not be read" in one_error(capsys)


def test_without_a_file_for_errors_a_bad_row_stops_and_what_was_before_stays(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(rows(600) + b'{"id": "x", "text": 5}\n' + rows(5))
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 2
    told = one_error(capsys)
    for part in (f"{source}, line 601: text:", "is a number", "--errors", "--resume"):
        assert part in told
    assert len(labels(out)) == 600
    errors = tmp_path / "errors.jsonl"
    assert run(["classify", "--in", str(source), "--out", str(out), "--resume", "--errors", str(errors)]) == 0
    assert len(labels(out)) == 605
    assert len(double.seen) == 605
    assert [row["line"] for row in labels(errors)] == [601]


def test_a_broken_mail_is_set_aside(double: DoubleClassifier, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "b.eml").write_text(EML.format(more="", text="Sure"), encoding="utf-8")
    out, errors = tmp_path / "out.jsonl", tmp_path / "errors.jsonl"
    assert run(["classify", "--in", str(tmp_path), "--out", str(out), "--errors", str(errors)]) == 0
    assert [row["id"] for row in labels(out)] == ["b.eml"]
    assert [row["file"] for row in labels(errors)] == [str(tmp_path / "a.eml")]


def test_a_line_that_is_too_long_is_set_aside(
    double: DoubleClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overture.classification.rows.MOST_LINE_BYTES", 1_000)
    source, out, errors = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "errors.jsonl"
    source.write_bytes(rows(2) + b"x" * 200_000 + b"\n" + rows(2) + b"y" * 200_000)
    assert run(["classify", "--in", str(source), "--out", str(out), "--errors", str(errors)]) == 0
    assert len(labels(out)) == 4
    assert [row["line"] for row in labels(errors)] == [3, 6]


@settings(max_examples=16, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), name=st.sampled_from(["a.jsonl", "a.eml", "a.mbox", "a"]))
def test_no_file_whatever_ends_in_a_traceback(data: bytes, name: str, double: DoubleClassifier, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    outputs = ["--out", str(tmp_path / "out"), "--errors", str(tmp_path / "errors")]
    assert run(["classify", "--in", str(tmp_path / name), *outputs]) in {0, 2}


# Where it goes


def test_an_output_that_is_an_input_is_refused_and_untouched(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(rows(2))
    for outputs in (
        ["--out", str(source)],
        ["--out", str(out), "--errors", str(source)],
        ["--out", str(out), "--errors", str(out)],
    ):
        assert run(["classify", "--in", str(source), *outputs]) == 2
        assert "name another file" in one_error(capsys)
    assert source.read_bytes() == rows(2)


def test_an_old_output_stays_when_the_input_or_the_model_is_not_there(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 2

    def load(model: Path | None, review_below: float | None, escalate_to: str | None) -> DoubleClassifier:
        raise MissingExtraError("classification", needed_for="labelling replies")

    monkeypatch.setattr(command, "load_classifier", load)
    source.write_bytes(rows(1))
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 2
    assert out.read_bytes() == b"old"
    assert "overture[classification]" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_one_error(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(rows(1))
    assert run(["classify", "--in", str(source), "--out", str(tmp_path / "no" / "out")]) == 2
    assert "cannot be written" in one_error(capsys)
    assert run(["classify", "--in", str(source), "--out", str(tmp_path)]) == 2
    assert "cannot be written" in one_error(capsys)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to play a full disk")
def test_a_full_disk_is_a_failed_run(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(rows(1))
    assert run(["classify", "--in", str(source), "--out", "/dev/full"]) == 1
    assert "--resume" in one_error(capsys)


# How far it is


def test_the_bar_shows_count_rate_and_share(
    capsys: pytest.CaptureFixture[str], double: DoubleClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(rows(1_200))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TTY_INTERACTIVE", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run(["classify", "--in", str(source), "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "1,200 replies" in shown.err
    assert "100%" in shown.err
    assert re.search(r"[\d,]+/s", shown.err)


def test_the_share_is_unknown_where_an_input_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(rows(3))
    (tmp_path / "b.mbox").write_text("From a\n", encoding="utf-8")
    assert total_size(find_sources([tmp_path / "a.jsonl"])) == len(rows(3))
    assert total_size(find_sources([tmp_path / "a.jsonl", tmp_path / "b.mbox"])) is None
    assert total_size(find_sources([Path("-")])) is None
    with Meter(None, shown=False) as meter:
        meter.label(3)
    assert meter.labelled == 3

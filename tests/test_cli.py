"""The `overture` command as its users meet it: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overture import Drafter, Personalization, RunError
from overture.cli import run

EXAMPLES = Path(__file__).parents[1] / "examples"
DEMO = [
    "draft",
    *("--candidate", str(EXAMPLES / "candidate-backend.json")),
    *("--job", str(EXAMPLES / "job-backend.html")),
    *("--company", str(EXAMPLES / "company.yaml")),
    *("--recruiter", str(EXAMPLES / "recruiter.yaml")),
    *("--today", "2026-11-22"),
]
KEYS = {"subject", "body", "sentences", "opportunity", "findings", "writer", "prompt", "usage"}


def record_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What --json prints, having checked that it is all that is printed."""
    assert run([*DEMO, "--json", *arguments]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return json.loads(shown.out)


def one_error(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr, with nothing on stdout."""
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"overture: [^\n]+\n", shown.err), shown.err
    return shown.err


def test_d1_one_command_prints_a_whole_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(DEMO) == 0
    shown = capsys.readouterr()
    subject, _, body = shown.out.partition("\n\n")
    assert subject.startswith("Subject: ")
    assert len(body) > 100
    assert shown.err == ""


def test_d14_json_is_the_whole_record_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    record = record_of(capsys)
    assert set(record) >= KEYS
    assert record["opportunity"]["source"] == "job"
    assert record["writer"] == "offline"
    assert [finding for finding in record["findings"] if finding["severity"] == "blocking"] == []
    assert set(record["prompt"]) == {"name", "version", "fingerprint"}
    for sentence in record["sentences"]:
        assert record["body"][sentence["start"] : sentence["end"]] == sentence["text"]


def test_d14_the_same_input_gives_the_same_record_in_every_process() -> None:
    """Sets iterate in another order in every process; nothing that is shown may hang on that."""
    command = [sys.executable, "-c", "from overture.cli import main; main()", *DEMO, "--json"]
    records: list[dict[str, Any]] = []
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        shown = subprocess.run(command, env=environment, capture_output=True, check=True).stdout  # noqa: S603 - our own
        record = json.loads(shown)
        del record["seconds"]
        records.append(record)
    assert records[0] == records[1] == records[2]


def test_d10_explain_shows_sentences_beside_the_fields_they_rest_on(capsys: pytest.CaptureFixture[str]) -> None:
    record = record_of(capsys)
    assert run([*DEMO, "--explain"]) == 0
    shown = capsys.readouterr().out
    message, _, evidence = shown.partition("What each sentence rests on")
    assert record["body"] in message
    words = " ".join(evidence.split())
    facts = [fact for sentence in record["sentences"] for fact in sentence["facts"]]
    assert facts
    for fact in facts:
        assert " ".join(fact["text"].split()) in words
        assert all(source in words for source in fact["sources"])


def test_d6_an_element_that_is_off_is_in_neither_message_nor_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    used = {fact["element"] for sentence in record_of(capsys)["sentences"] for fact in sentence["facts"]}
    assert used
    for element in used - {"recruiter_name"}:
        record = record_of(capsys, "--off", element)
        assert element in record["personalization"]["off"]
        assert element not in {fact["element"] for sentence in record["sentences"] for fact in sentence["facts"]}


def test_d6_off_all_leaves_only_what_is_switched_on(capsys: pytest.CaptureFixture[str]) -> None:
    record = record_of(capsys, "--off", "all", "--on", "job_title", "--on", "skill_match", "--tone", "direct")
    chosen = Personalization.only(["job_title", "skill_match"], tone="direct")
    assert Personalization.model_validate(record["personalization"]) == chosen
    used = {fact["element"] for sentence in record["sentences"] for fact in sentence["facts"]}
    assert used <= {"job_title", "skill_match"}


def test_d2_without_an_opening_the_role_is_inferred_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["draft", "--candidate", str(EXAMPLES / "candidate-backend.json")]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Subject: ")
    assert "overture: note: " in shown.err
    record = json.loads(_json_of(capsys, "--candidate", str(EXAMPLES / "candidate-backend.json")))
    assert record["opportunity"]["source"] == "inferred"


def test_d7_custom_content_arrives_byte_for_byte(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = "We meet on  Tuesdays,\r\nat 9:00\u2009am \u2013 bring nothing."
    file = tmp_path / "mine.txt"
    file.write_bytes(text.encode())
    assert run([*DEMO, "--custom-content", str(file)]) == 0
    assert text in capsys.readouterr().out


def test_a_job_is_picked_from_a_file_of_several(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    jobs = tmp_path / "jobs.json"
    jobs.write_text(json.dumps([{"title": "Welder"}, {"title": "Night Nurse", "id": "n7"}]), encoding="utf-8")
    arguments = ["draft", "--candidate", str(EXAMPLES / "candidate-backend.json"), "--job", str(jobs)]
    assert run(arguments) == 0
    first = capsys.readouterr()
    assert "Welder" in first.out
    assert "first of 2" in first.err
    for pick in ("1", "n7", "Night Nurse"):
        assert run([*arguments, "--pick", pick]) == 0
        assert "Night Nurse" in capsys.readouterr().out
    assert run([*arguments, "--pick", "Baker"]) == 2
    assert "'Baker'" in one_error(capsys)


def test_stream_shows_the_text_on_stderr_and_prints_the_same_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(DEMO) == 0
    plain = capsys.readouterr().out
    assert run([*DEMO, "--stream"]) == 0
    shown = capsys.readouterr()
    assert shown.out == plain
    assert len(shown.err.strip()) > 100


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--candidate"),
        (["--candidate", "no-such-file.json"], "no-such-file.json"),
        (["--candidate", str(EXAMPLES)], str(EXAMPLES)),
        ([*DEMO[1:], "--off", "slary"], "'salary'"),
        ([*DEMO[1:], "--on", "nonsense"], "'nonsense'"),
        ([*DEMO[1:], "--model", "nonsense"], "nonsense"),
        ([*DEMO[1:], "--tone", "rude"], "friendly"),
        ([*DEMO[1:], "--today", "yesterday"], "--today"),
        ([*DEMO[1:], "--custom-content", "no-such-file.txt"], "no-such-file.txt"),
        ([*DEMO[1:], "--nonsense"], "--nonsense"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert run(["draft", *arguments]) == 2
    assert told in one_error(capsys)


def test_a_broken_file_is_named_with_what_was_expected(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"basics": {"name": "Ada",', encoding="utf-8")
    assert run(["draft", "--candidate", str(broken)]) == 2
    assert str(broken) in one_error(capsys)


@settings(max_examples=16)
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".json", ".yaml", ".html", ".csv", ".zip", ""]))
def test_no_file_whatever_ends_in_a_traceback(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"file{suffix}")
        file.write_bytes(data)
        assert run(["draft", "--candidate", str(file)]) in {0, 2}
        assert run([*DEMO, "--job", str(file)]) in {0, 2}


def test_a_failed_run_is_exit_code_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Drafter, "draft", _raise(RunError("nothing was\nwritten")))
    assert run(DEMO) == 1
    assert one_error(capsys) == "overture: nothing was written\n"


def test_a_fault_of_ours_is_one_line_too_unless_debugging(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Drafter, "draft", _raise(ZeroDivisionError("oops")))
    assert run(DEMO) == 1
    assert "OVERTURE_DEBUG=1" in one_error(capsys)
    monkeypatch.setenv("OVERTURE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(DEMO)


def test_d6_elements_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["elements"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for element in Personalization.elements():
        assert any(line.split()[:2] == [element.name, element.group] for line in lines)


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "Usage: overture" in capsys.readouterr().out


def _raise(error: Exception) -> Any:
    def method(*_: object, **__: object) -> None:
        raise error

    return method


def _json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["draft", "--json", *arguments]) == 0
    return capsys.readouterr().out

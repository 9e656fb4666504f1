"""What a new user does wrong: each slip is one line that says what to do, and nothing is lost."""

from __future__ import annotations

import errno
import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from shell import Shell
from shell import bare as bare
from shell import shell as shell

from overture import ConfigurationError, InputError, Salary, read_job
from overture.cli import run
from overture.cli.app import app
from overture.feedback.event_lines import read_event
from overture.feedback.registry import Registry
from overture.sources.pay import parse_salary

EXAMPLES = Path(__file__).parents[1] / "examples"
DRAFT = ["draft", "--candidate", str(EXAMPLES / "candidate-backend.json"), "--job", str(EXAMPLES / "job-backend.html")]


def wrong(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    """The one line of a command that fails with nothing on stdout."""
    capsys.readouterr()
    found = run([*arguments])
    shown = capsys.readouterr()
    assert (found, shown.out, shown.err.count("\n")) == (code, "", 1), shown
    assert "internal error" not in shown.err
    return shown.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--max-price", "inf"], "'--max-price': inf is no number"),
        (["--today", "9999-12-31"], "9999-12-31 is not between 1900 and 2100"),
        (["--today", "0001-01-01"], "is not between 1900 and 2100"),
        (["--today", "2026-13-01"], "'2026-13-01' is no day; expected one such as 2026-12-01"),
        (["--language", "xx"], "'--language': 'xx' is not one of 'en'"),
        (["--model", "openai:x", "--base-url", "notaurl"], "'notaurl' is no web address"),
        (["--model", "openai:x", "--base-url", "http://[::1"], "is no web address"),
        (["--prices", "no-such.json"], "no-such.json: cannot be read"),
        (["--custom-content", "no-such.txt"], "no-such.txt: there is no such file"),
        (["--custom-content", str(EXAMPLES)], "cannot be read (Is a directory)"),
    ],
)
def test_a_value_that_is_none_is_named_with_what_to_do(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in wrong(capsys, *DRAFT, *arguments)


def test_a_text_that_is_not_utf_8_is_named_with_its_byte(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_bytes(b"caf\xe9")
    assert "own.txt: not UTF-8 at byte 4" in wrong(capsys, *DRAFT, "--custom-content", str(tmp_path / "own.txt"))


def test_a_number_that_is_no_pay_is_an_error_of_its_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    job = tmp_path / "job.json"
    job.write_text('{"title": "Nurse", "salary": {"minimum": 1e400, "currency": "EUR"}}', encoding="utf-8")
    assert "job.json: salary.minimum: " in wrong(capsys, *DRAFT[:-1], str(job))


def test_d10_pay_that_no_job_pays_is_not_read_from_a_text() -> None:
    assert parse_salary("EUR 999999999999999 a year") is None
    assert parse_salary("EUR 50,000 to 999999999999999 a year") is None
    assert parse_salary("EUR 50,000 a year") == Salary(
        minimum=Decimal(50_000), maximum=Decimal(50_000), currency="EUR", period="year"
    )


def test_a_list_is_asked_for_as_a_list(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text('{"title": "Nurse", "skills": 7}', encoding="utf-8")
    with pytest.raises(InputError, match="skills: 7 does not fit; expected a list"):
        read_job(tmp_path / "job.json")


def test_no_room_for_the_output_is_no_error_of_ours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(app), "__call__", full)
    assert "found no room (No space left on device)" in wrong(capsys, "prompts", "list", code=1)


@pytest.mark.parametrize("option", ["--csv", "--parquet"])
def test_insights_write_over_no_database(shell: Shell, option: str) -> None:
    before = (shell.folder / "overture.db").read_bytes()
    assert "'overture.db' is a database and would be lost" in shell.wrong("insights", option, "overture.db")
    assert (shell.folder / "overture.db").read_bytes() == before


def test_insights_write_no_file_twice(shell: Shell) -> None:
    assert "is named for two files" in shell.wrong("insights", "--csv", "a.html", "--html", "a.html")


@pytest.mark.parametrize("option", ["--out", "--errors"])
def test_rows_are_written_over_no_database(shell: Shell, option: str) -> None:
    rows = shell.write("rows.jsonl", {"candidate": "ada", "subject": "A role", "body": "Hi"})
    assert "is a database" in shell.wrong("outreach", "bulk", "--in", rows, option, "overture.db")
    assert shell.balance() == 150


def test_what_is_kept_of_a_person_is_written_over_no_database(shell: Shell) -> None:
    event = {"kind": "label_correction", "id": "e9", "at": "2026-11-01T12:00:00Z", "seat": "me", "contract": "main"}
    reply = {"id": "r9", "candidate": "ada", "seat": "me", "contract": "main", "text": "no", "at": event["at"]}
    rows = shell.write("events.jsonl", {**event, "reply": reply, "label": "decline"})
    shell.ends("feedback", "import", rows)
    assert "is a database" in shell.wrong("feedback", "export-person", "--candidate", "ada", "--out", "overture.db")
    with sqlite3.connect(shell.folder / "overture.db") as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept.close()


def test_a_bad_row_says_what_is_missing_and_what_to_do(shell: Shell) -> None:
    rows = shell.write("rows.jsonl", {"subject": "A role"})
    told = shell.wrong("outreach", "bulk", "--in", rows)
    assert "line 1: candidate: is missing; expected a value; mend it, or set bad rows aside" in told
    rows.write_text(json.dumps({"candidate": "a", "subject": "s", "body": "b", "free": "perhaps"}), encoding="utf-8")
    assert "expected mend it" not in shell.wrong("outreach", "bulk", "--in", rows)


def test_f1_an_event_without_its_kind_is_told_the_kinds() -> None:
    with pytest.raises(InputError, match="'kind' is missing: 'draft_vote' or 'label_correction'"):
        read_event('{"id": "e1"}')


def test_a_prompt_file_that_cannot_be_read_says_why(bare: Shell) -> None:
    (bare.folder / "l.j2").write_bytes(b"\xff")
    assert "l.j2: not UTF-8 at byte 1" in bare.wrong_without_clock("prompts", "show", "l.j2")
    told = bare.wrong_without_clock("prompts", "show", "no-such.j2")
    assert "no-such.j2: cannot be read (No such file or directory)" in told


def test_an_empty_place_is_named(bare: Shell) -> None:
    assert "nothing is kept in sqlite:///overture.db yet" in bare.wrong("content", "list", "--seat", "ana")
    assert "no feedback is kept in sqlite:///overture.db yet" in bare.wrong("feedback", "stats")


def test_f4_another_folder_does_not_stand_for_the_model_that_ships(bare: Shell) -> None:
    (bare.folder / "typo").mkdir()
    assert "typo: there is no registry" in bare.wrong_without_clock("classify", "--registry", "typo", "hi")
    assert "typo: there is no registry" in bare.wrong_without_clock("feedback", "models", "--registry", "typo")
    with Registry(bare.folder / "begun").retraining():
        assert Registry(bare.folder / "begun").is_there


def test_f3_nobody_is_asked_to_erase_nobody(shell: Shell) -> None:
    assert "one of --candidate and --seat" in shell.wrong("feedback", "erase")


def test_f4_a_file_in_place_of_a_registry_is_named(bare: Shell) -> None:
    file = bare.write("rows.jsonl", {})
    with pytest.raises(ConfigurationError, match="cannot be made"), Registry(file).retraining():
        raise AssertionError

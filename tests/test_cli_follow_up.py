"""`overture follow-up` and `overture elements --candidate`, from files as their users have them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import DEMO, EXAMPLES, one_error, record_of

from overture import Personalization
from overture.cli import run
from overture.generation import MessageContext, WriterOutput, offline
from overture.generation.follow_up import write_follow_up
from overture.generation.writers import FirstMessage

INPUTS = DEMO[1:-2]
TODAY = DEMO[-2:]


def test_a_draft_of_a_file_is_followed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = record_of(capsys)
    path = tmp_path / "first.json"
    path.write_text(json.dumps(first), encoding="utf-8")
    assert run(["follow-up", "--first", str(path), *INPUTS, *TODAY, "--json"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert second["subject"] == f"Re: {first['subject']}"
    assert len(second["body"]) < len(first["body"])
    assert run(["follow-up", "--first", str(path), *INPUTS, *TODAY]) == 0
    assert capsys.readouterr().out == f"Subject: {second['subject']}\n\n{second['body']}\n"


def test_d7_the_record_says_where_custom_content_stands_so_that_no_model_sees_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, path = tmp_path / "text.txt", tmp_path / "first.json"
    text.write_text("canary-5512 for you", encoding="utf-8")
    path.write_text(json.dumps(record_of(capsys, "--custom-content", str(text))), encoding="utf-8")
    followed: list[FirstMessage] = []

    def keep(context: MessageContext, first: FirstMessage) -> WriterOutput:
        followed.append(first)
        return write_follow_up(context, first)

    monkeypatch.setattr(offline, "write_follow_up", keep)
    assert run(["follow-up", "--first", str(path), *INPUTS, *TODAY]) == 0
    assert "canary-5512" not in followed[0].body


def test_d7_custom_content_of_the_first_message_must_stand_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, text = tmp_path / "first.json", tmp_path / "text.txt"
    path.write_text(json.dumps({"subject": "Hello", "body": "Hi Marta,\n\nwe have a role for you."}), encoding="utf-8")
    text.write_text("Something else", encoding="utf-8")
    assert run(["follow-up", "--first", str(path), "--first-custom-content", str(text), *INPUTS]) == 2
    assert "D-7" in one_error(capsys)


@pytest.mark.parametrize("content", ["not json", "[]", '{"subject": "x"}', '{"subject": " ", "body": "y"}'])
def test_a_file_that_holds_no_message_is_one_clear_error(
    content: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "first.json"
    path.write_text(content, encoding="utf-8")
    assert run(["follow-up", "--first", str(path), *INPUTS]) == 2
    error = one_error(capsys)
    assert str(path) in error
    assert "an object with subject and body" in error


def test_d6_elements_for_a_candidate_say_what_is_there_and_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["elements", *INPUTS, "--off", "salary", "--json"]) == 0
    states = {state["name"]: state for state in json.loads(capsys.readouterr().out)}
    assert list(states) == [element.name for element in Personalization.elements()]
    assert not states["salary"]["on"]
    assert states["salary"]["available"]
    assert states["current_school"]["reason"]
    assert run(["elements", *INPUTS]) == 0
    assert "nothing: the profile does not give it" in capsys.readouterr().out


def test_d6_all_elements_can_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["elements", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[0] == {
        "name": "job_title", "group": "opportunity", "label": "Job title", "description": "The title of the role.",
    }  # fmt: skip


def test_a_broken_profile_is_one_clear_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["elements", "--candidate", str(EXAMPLES / "job-backend.html")]) == 2
    assert "job-backend.html" in one_error(capsys)

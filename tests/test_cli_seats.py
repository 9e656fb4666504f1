"""`overture content`, `preset`, `auto-draft`, and `draft --seat`, as a user runs them: D-6, D-7, D-9."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from seats import CANARY, LONGEST
from shell import Shell
from shell import bare as bare

from overture.cli import run

EXAMPLES = Path(__file__).parents[1] / "examples"
DEMO = [
    *("draft", "--candidate", EXAMPLES / "candidate-backend.json", "--job", EXAMPLES / "job-backend.html"),
    *("--recruiter", EXAMPLES / "recruiter.yaml", "--today", "2026-11-22"),
]
ANA = ("--seat", "ana", "--contract", "acme")
TEXT = "Two lines,\r\n{{x}} [[CUSTOM]]  \u202ebackwards \U0001f44b "


@pytest.fixture
def kept(bare: Shell) -> Shell:
    """Ana keeps a text, a preset and a decision; Ben keeps a preset."""
    return bare.begin_after(keep)


def keep(bare: Shell) -> None:
    file = bare.folder / "mine.txt"
    file.write_bytes(TEXT.encode())
    bare.ok("content", "add", "--label", "Our week", "--file", file, "--id", "week", *ANA)
    bare.ok("preset", "save", "brief", "--length", "short", "--tone", "direct", "--off", "salary", *ANA)
    bare.ok("auto-draft", "set", "on", *ANA)
    bare.ok("preset", "save", "all", "--seat", "ben", "--contract", "acme")


# --- content ----------------------------------------------------------------------------------------------------------


def test_d7_a_text_is_added_listed_shown_edited_and_deleted(kept: Shell) -> None:
    (listed,) = kept.json("content", "list", "--seat", "ana")
    assert (listed["id"], listed["label"], listed["text"], listed["revision"]) == ("week", "Our week", TEXT, 1)
    assert "Our week" in kept.ok("content", "list", "WEEK", "--seat", "ana")
    assert "{{x}}" not in kept.ok("content", "list", "--seat", "ana")
    assert kept.json("content", "list", "month", "--seat", "ana") == []
    assert kept.ok("content", "show", "week", "--seat", "ana").encode() == TEXT.encode()
    edited = kept.json("content", "edit", "week", "--text", "New.", "--revision", "1", "--seat", "ana")
    assert (edited["label"], edited["text"], edited["revision"]) == ("Our week", "New.", 2)
    assert "at revision 2" in kept.wrong(
        "content", "edit", "week", "--text", "Old.", "--revision", "1", "--seat", "ana"
    )
    assert kept.json("content", "edit", "week", "--label", "Week", "--seat", "ana")["label"] == "Week"
    assert kept.json("content", "delete", "week", "--seat", "ana")["id"] == "week"
    assert "'week': is not known here" in kept.wrong("content", "delete", "week", "--seat", "ana")
    assert kept.json("content", "list", "--seat", "ana") == []


def test_d7_a_text_comes_from_stdin_byte_for_byte(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + LONGEST[:5000].encode())))
    added = bare.json("content", "add", "--label", "a", "--file", "-", *ANA)
    assert added["text"] == "\ufeff" + LONGEST[:5000]
    assert bare.ok("content", "show", added["id"]) == added["text"], "one seat keeps something: it needs no name"


def test_d7_another_seat_gets_the_answer_of_what_does_not_exist(kept: Shell) -> None:
    for words in (["show", "ID"], ["edit", "ID", "--text", "b"], ["delete", "ID"]):
        said = [
            kept.wrong("content", *(key if word == "ID" else word for word in words), "--seat", "ben").replace(
                key, "ID"
            )
            for key in ("week", "nope")
        ]
        assert said[0] == said[1]
    assert kept.json("content", "list", "--seat", "ben") == []
    using = [kept.wrong_without_clock(*DEMO, "--seat", "ben", "--custom-content", key) for key in ("week", "nope")]
    assert using[0].replace("week", "ID") == using[1].replace("nope", "ID")
    assert kept.ok("content", "show", "week", "--seat", "ana") == TEXT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["content", "add", "--label", "a", *ANA], "--text or --file"),
        (["content", "add", "--label", "a", "--text", "b", "--file", "c", *ANA], "exclude each other"),
        (["content", "add", "--label", "a", "--file", "no-such-file", *ANA], "no-such-file: there is no such file"),
        (["content", "add", "--label", "a", "--text", CANARY + LONGEST, *ANA], "text: D-7: is too long"),
        (["content", "add", "--label", "a", "--text", CANARY, "--seat", "cy"], "expected its contract"),
        (["content", "add", "--label", "a", "--text", CANARY, "--seat", "ana", "--contract", "u"], "not a seat of"),
        (["content", "edit", "week", "--seat", "ana"], "what changes?"),
        (["content", "list"], "--seat is needed: there are ana, ben"),
        (["preset", "save", "x", "--off", "horoscope", *ANA], "'horoscope' is not an element"),
        (["preset", "default", "x", "--none", "--seat", "ana"], "exclude each other"),
        (["preset", "show", "brief", "--seat", "ben"], "'brief': is not known here"),
        (["auto-draft", "set", "on"], "for whom?"),
        (["auto-draft", "show", "--seat", "ana", "--contract", "umbra"], "not a seat of this contract"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_without_the_text(kept: Shell, arguments: list[str], said: str) -> None:
    told = kept.wrong(*arguments)
    assert said in told
    assert CANARY not in told


@pytest.mark.parametrize("words", [["content", "list"], ["preset", "list"], ["auto-draft", "show"], ["content", "add"]])
def test_where_nothing_is_kept_the_first_command_is_named_and_no_file_is_made(bare: Shell, words: list[str]) -> None:
    more = ["--label", "a", "--text", "b"] if words[1] == "add" else []
    assert "`overture content add`" in bare.wrong(*words, *more)
    assert list(bare.folder.iterdir()) == []


# --- presets and auto-draft -------------------------------------------------------------------------------------------


def test_d6_a_preset_is_saved_listed_shown_renamed_chosen_and_deleted(kept: Shell) -> None:
    shown = kept.json("preset", "show", "brief", "--seat", "ana")
    assert shown["personalization"] == {"off": ["salary"], "tone": "direct", "length": "short", "language": "en"}
    assert "brief" in kept.ok("preset", "list", "--seat", "ana")
    assert kept.ok("preset", "default", "--seat", "ana") == "none\n"
    assert kept.json("preset", "default", "brief", "--seat", "ana")["is_default"] is True
    assert kept.json("preset", "rename", "brief", "terse", "--seat", "ana")["name"] == "terse"
    assert [one["is_default"] for one in kept.json("preset", "list", "--seat", "ana")] == [True]
    assert kept.json("preset", "default", "--none", "--seat", "ana") is None
    assert kept.json("preset", "delete", "terse", "--seat", "ana")["name"] == "terse"
    assert kept.json("preset", "list", "--seat", "ana") == []
    assert [one["name"] for one in kept.json("preset", "list", "--seat", "ben")] == ["all"]


def test_d9_who_decided_is_shown(kept: Shell) -> None:
    assert kept.json("auto-draft", "show", "--seat", "ana") == {
        **{"on": True, "decided_by": "seat", "rule": "D-9"},
        "reason": "the seat has switched auto-draft on for itself; its contract has decided nothing",
    }
    assert kept.json("auto-draft", "show", "--seat", "ben")["decided_by"] == "default"
    assert kept.json("auto-draft", "set", "off", "--contract", "acme")["decided_by"] == "contract"
    assert kept.json("auto-draft", "show", "--contract", "acme")["on"] is False
    assert kept.json("auto-draft", "show", "--seat", "ana")["on"] is True
    assert kept.json("auto-draft", "set", "inherit", "--seat", "ana")["decided_by"] == "contract"
    assert kept.ok("auto-draft", "set", "inherit", "--contract", "acme").startswith("off (D-9): neither")


# --- drafting with them -----------------------------------------------------------------------------------------------


def test_d6_d7_a_draft_takes_a_preset_and_a_text_of_its_seat(kept: Shell) -> None:
    shown = kept.ok_without_clock(*DEMO, "--seat", "ana", "--preset", "brief", "--custom-content", "week")
    assert TEXT in shown
    assert "SEK" not in shown
    assert shown.replace(TEXT, "MINE") == kept.ok_without_clock(
        *DEMO, "--off", "salary", "--tone", "direct", "--length", "short", "--custom-content", kept.folder / "mine.txt"
    ).replace(TEXT, "MINE")


def test_d6_the_default_preset_is_taken_and_options_change_it(kept: Shell) -> None:
    plain = kept.ok_without_clock(*DEMO)
    assert kept.ok_without_clock(*DEMO, "--seat", "ana") == plain
    kept.ok("preset", "default", "brief", "--seat", "ana")
    brief = kept.ok_without_clock(*DEMO, "--seat", "ana")
    assert brief == kept.ok_without_clock(*DEMO, "--seat", "ana", "--preset", "brief") != plain
    changed = ("--on", "salary", "--tone", "friendly", "--length", "medium")
    assert kept.ok_without_clock(*DEMO, "--seat", "ana", *changed) == plain


def test_a_preset_needs_its_seat(kept: Shell) -> None:
    assert "--preset needs --seat" in kept.wrong_without_clock(*DEMO, "--preset", "brief")


def test_the_database_may_be_named_both_ways(bare: Shell) -> None:
    for option in ("--database", "--database-url"):
        url = f"sqlite:///{bare.folder / option}.db"
        bare.ok("content", "add", "--label", "a", "--text", option, "--id", "x", option, url, *ANA)
        assert bare.ok("content", "show", "x", option, url) == option


def test_without_the_extra_every_command_names_it(
    bare: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)
    for words in (["content", "list"], ["preset", "list"], ["auto-draft", "show"], [*DEMO, "--seat", "ana"]):
        assert run([*map(str, words)]) == 2
        assert "pip install 'overture[store]'" in capsys.readouterr().err

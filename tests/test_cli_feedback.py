"""`overture feedback`: events added and imported, counted, given out and erased (F-1, F-3, D-8)."""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from feedback_people import CANARY, correction_of, many_events, vote_on
from shell import Shell
from shell import bare as bare

from overture.feedback import FeedbackStore


def written(shell: Shell, name: str, count: int, *more: str) -> Path:
    """A file of events, and lines that may be none."""
    return shell.write(name, *(event.model_dump_json() for event in many_events(count)), *more)


def test_f1_an_import_adds_once_and_goes_on(bare: Shell) -> None:
    file = written(bare, "a.jsonl", 30)
    assert bare.ok("feedback", "import", file) == "30 added, 0 known already, 0 not taken\n"
    more = written(bare, "b.jsonl", 40)
    assert bare.json("feedback", "import", file, more, "--batch", "7") == {
        "added": 10, "repeated": 60, "bad": 0, "stopped": False,
    }  # fmt: skip
    assert bare.json("feedback", "stats")["events"] == 40


def test_f1_a_packed_file_and_stdin_are_read_as_well(bare: Shell) -> None:
    lines = written(bare, "a.jsonl", 12).read_bytes()
    packed = bare.folder / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines))
    assert bare.json("feedback", "import", packed)["added"] == 12
    done = subprocess.run(  # noqa: S603 - our own command
        [str(Path(sys.executable).with_name("overture")), "feedback", "import", "-", "--json"],
        input=lines, capture_output=True, check=True, cwd=bare.folder,
    )  # fmt: skip
    assert json.loads(done.stdout)["repeated"] == 12


BAD = (
    "nonsense",
    json.dumps({"kind": CANARY}),
    json.dumps(json.loads(vote_on(1).model_dump_json()) | {"reasons": ["tone"], "comment": CANARY}),
    vote_on(1, draft="never", id="lost").model_dump_json(),
    vote_on(5, "down", id="v0", comment=CANARY).model_dump_json(),
)


def test_f1_bad_rows_are_set_aside_with_line_and_reason_and_stop_nothing(bare: Shell) -> None:
    file = written(bare, "a.jsonl", 20, *BAD, vote_on(500).model_dump_json())
    assert bare.json("feedback", "import", file, "--errors", "bad.jsonl")["bad"] == 5
    aside = bare.lines("bad.jsonl")
    assert sorted((each["line"], each["id"]) for each in aside if each["id"]) == [(24, "lost"), (25, "v0")]
    assert sorted(each["line"] for each in aside) == [21, 22, 23, 24, 25]
    assert {each["file"] for each in aside} == {str(file)}
    assert {each["line"]: each["reason"] for each in aside} == {
        21: "is no JSON",
        22: "'kind' is none of 'draft_vote' and 'label_correction'",
        23: "F-1: reasons go with a thumb down",
        24: "F-1: draft 'never' is not known; give it whole the first time",
        25: "F-1: another event was given under this id",
    }
    assert CANARY not in (bare.folder / "bad.jsonl").read_text()
    assert bare.json("feedback", "stats")["events"] == 21


def test_f1_without_a_file_for_errors_the_first_are_shown_and_the_code_is_2(bare: Shell) -> None:
    file = written(bare, "a.jsonl", 20, *(["nonsense"] * 9))
    code, out, err = bare.ends("feedback", "import", file)
    assert (code, out) == (2, "20 added, 0 known already, 9 not taken\n")
    assert err.splitlines()[:2] == [f"{file}, line 21: is no JSON", f"{file}, line 22: is no JSON"]
    assert (len(err.splitlines()), err.splitlines()[-1]) == (
        6, "overture: 9 rows were not taken; expected events; --errors FILE says which, and why",
    )  # fmt: skip


@pytest.mark.parametrize("cut", [30, 400])
def test_f1_a_packed_file_that_is_cut_off_gives_what_it_holds(bare: Shell, cut: int) -> None:
    packed = gzip.compress(written(bare, "a.jsonl", 60).read_bytes())
    file = bare.folder / "a.jsonl.gz"
    file.write_bytes(packed[:-cut])
    assert "it is no whole gzip" in bare.ends("feedback", "import", file)[2]
    assert 0 < bare.json("feedback", "stats")["events"] < 60 or cut == 30


def test_f1_files_that_cannot_be_read_or_written_are_named(bare: Shell) -> None:
    file = written(bare, "a.jsonl", 3)
    assert "there is no such file" in bare.wrong("feedback", "import", "nowhere.jsonl")
    assert "cannot be written" in bare.wrong("feedback", "import", file, "--errors", bare.folder)
    assert "written over" in bare.wrong("feedback", "import", file, "--errors", file)
    assert len(bare.lines("a.jsonl")) == 3


@pytest.mark.slow
def test_f1_ctrl_c_stops_cleanly_and_the_same_command_goes_on(bare: Shell) -> None:
    file = written(bare, "a.jsonl", 4_000)
    arguments = ["feedback", "import", str(file), "--batch", "20"]
    main, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [str(Path(sys.executable).with_name("overture")), *arguments],
        cwd=bare.folder, stdout=subprocess.PIPE, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    shown = b""
    while b"/s" not in shown:  # the bar is there, so events are on their way
        shown += os.read(main, 4096)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=60)[0].decode()
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            break
        shown += part
    os.close(main)
    assert process.returncode == 130, (out, shown)
    assert b"interrupted; the same command goes on" in shown
    added = int(out.partition(" added")[0].replace(",", ""))
    assert 0 < added < 4_000
    with FeedbackStore(f"sqlite:///{bare.folder / 'overture.db'}") as store:
        kept = store.stats().events
    assert added <= kept <= added + 20  # a batch may be kept and not told
    assert bare.json(*arguments) == {"added": 4_000 - kept, "repeated": kept, "bad": 0, "stopped": False}


def test_d8_a_thumb_and_a_correction_are_added_by_id(bare: Shell) -> None:
    bare.ok("feedback", "import", written(bare, "a.jsonl", 12))
    who = ("--seat", "ana", "--contract", "acme")
    thumb = ("feedback", "add", "--draft", "d0", "--vote", "down", "--reason", "tone", "--reason", "generic", *who)
    assert bare.ok(*thumb, "--id", "x", "--comment", "stiff") == "added: x\n"
    assert bare.ok(*thumb, "--id", "x", "--comment", "stiff") == "repeated: x\n"
    assert "event 'x': F-1: another event" in bare.wrong(*thumb, "--id", "x")
    label = ("feedback", "add", "--reply", "r8", "--label", "decline", "--intent", "not_now", *who)
    assert bare.json(*label)["outcome"] == "added"
    bare.wait(hours=1)
    bare.ok("feedback", "add", "--draft", "d0", "--vote", "clear", *who)
    with FeedbackStore(f"sqlite:///{bare.folder / 'overture.db'}") as store:
        (vote,), (correction,) = store.draft_states(seat="ana"), store.reply_states(seat="ana")
    assert (vote.draft.id, vote.vote, correction.label, correction.intent) == ("d0", None, "decline", "not_now")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "exactly one of --draft, --reply and --event"),
        (("--draft", "d0", "--reply", "r8"), "exactly one of --draft, --reply and --event"),
        (("--draft", "d0", "--seat", "a", "--contract", "b"), "--vote is needed"),
        (("--reply", "r8", "--seat", "a", "--contract", "b"), "--label is needed"),
        (("--draft", "d0", "--vote", "up"), "--seat and --contract needed"),
        (("--draft", "no", "--vote", "up", "--seat", "a", "--contract", "b"), "draft 'no' is not known"),
        (("--draft", "d0", "--vote", "up", "--reason", "tone", "--seat", "a", "--contract", "b"), "F-1: reasons go"),
    ],
)
def test_d8_what_is_wrong_with_an_event_is_said_in_one_line(
    bare: Shell, arguments: tuple[str, ...], problem: str
) -> None:
    bare.ok("feedback", "import", written(bare, "a.jsonl", 9))
    assert problem in bare.wrong("feedback", "add", *arguments)


def test_f1_a_whole_event_is_added_from_a_file(bare: Shell) -> None:
    event = bare.folder / "event.json"
    event.write_text(correction_of(1).model_dump_json(indent=2), encoding="utf-8")
    assert bare.ok("feedback", "add", "--event", event) == "added: l1\n"
    event.write_text(f'{{"text": "{CANARY}"}}', encoding="utf-8")
    assert CANARY not in bare.wrong("feedback", "add", "--event", event)


def test_f1_stats_are_shown_as_tables(bare: Shell) -> None:
    assert "no feedback is kept in sqlite:///overture.db yet" in bare.wrong("feedback", "stats")
    bare.ok("feedback", "import", written(bare, "a.jsonl", 20))
    shown = bare.ok("feedback", "stats")
    assert "first_message@1" in shown
    assert "inaccurate" in shown


def test_f3_a_person_is_given_out_and_erased(bare: Shell) -> None:
    bare.ok("feedback", "import", written(bare, "a.jsonl", 30))
    given = bare.ok("feedback", "export-person", "--candidate", "c2")
    assert [each["id"] for each in json.loads(given)["events"]] == ["v2"]
    bare.ok("feedback", "export-person", "--candidate", "c2", "--out", "c2.json")
    assert json.loads((bare.folder / "c2.json").read_text(encoding="utf-8"))["drafts"][0]["id"] == "d2"
    erased = bare.json("feedback", "erase", "--candidate", "c2", "--yes")
    assert (erased["events"], erased["drafts"]) == (1, 1)
    assert "left: " in bare.ok("feedback", "erase", "--seat", "s1", "--yes")
    assert "F-3: whose data? one of --candidate and --seat" in bare.wrong("feedback", "erase", "--yes")
    assert json.loads(bare.ok("feedback", "export-person", "--candidate", "c2"))["events"] == []


def test_f3_an_erasure_asks_before(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.ok("feedback", "import", written(bare, "a.jsonl", 5))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, err = bare.ends("feedback", "erase", "--candidate", "c2")
    assert (code, "'c2' for good?" in out + err, "interrupted" in err) == (130, True, True)
    assert bare.json("feedback", "stats")["events"] == 5

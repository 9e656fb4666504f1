"""`overture outreach` as a user runs it: on a fresh machine, on SQLite, with nothing set up."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import pytest
from shell import Shell
from shell import bare as bare
from shell import double as double
from shell import shell as shell

from overture.cli import messaging_options, run
from overture.cli.outreach import outreach
from overture.messaging.insights import Grouping, View
from overture.messaging.policy import Plan
from overture.messaging.records import Folder, ReplyLabel

EVERY = [
    *(["contract"], ["seat"], ["bulk", "--in", "x.jsonl"], ["reply", "--thread", "t", "--text", "yes"]),
    *(["correct", "r", "accept"], ["cancel", "m"], ["hold", "ada"], ["release", "m"], ["suppress", "ada"]),
    *(["folders"], ["thread", "t"], ["templates"], ["notices"], ["run"], ["verify"]),
    ["send", "--candidate", "a", "--subject", "s", "--body", "b"],
    ["schedule", "--candidate", "a", "--subject", "s", "--body", "b", "--at", "2026-12-01 09:00"],
]
COMMANDS = [
    *(["outreach", *words] for words in EVERY),
    *(["credits", "grant"], ["credits", "bonus", "--key", "k"], ["credits", "balance"], ["credits", "statement"]),
    *(["credits", "explain", "m"], ["credits", "forecast"], ["health"], ["insights"]),
]


# Setting up


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_every_command_before_init_names_init_and_leaves_nothing_behind(bare: Shell, arguments: list[str]) -> None:
    assert "`overture outreach init`" in bare.wrong(*arguments)
    assert list(bare.folder.iterdir()) == []


def test_every_command_is_tried_before_init() -> None:
    ours = {command.name for command in outreach.registered_commands} - {"init"}
    assert ours == {words[0] for words in EVERY}


def test_init_makes_all_that_is_needed_and_names_the_next_command(bare: Shell) -> None:
    shown = bare.ok("outreach", "init")
    assert "150 credits" in shown
    hint = shown.partition("Try: ")[2]
    assert hint.startswith("overture outreach send ")
    assert "sent" in bare.ok(*shlex.split(hint)[1:])
    assert [line["to"] for line in bare.lines("outbox.jsonl")] == ["ada@example.org"]


def test_init_again_changes_nothing_and_contradicting_it_is_an_error(shell: Shell) -> None:
    assert "was there before: 150 credits" in shell.ok("outreach", "init")
    assert "`overture outreach seat`" in shell.wrong("outreach", "init", "--plan", "recruiter_lite")
    assert [seat["plan"] for seat in shell.json("outreach", "seat")] == ["recruiter"]


def test_init_refuses_a_zone_and_a_policy_that_are_none(bare: Shell) -> None:
    assert "Mars/Olympus" in bare.wrong("outreach", "init", "--zone", "Mars/Olympus")
    assert "classic_2014" in bare.wrong("outreach", "init", "--policy", "strict")


def test_the_options_offer_what_messaging_knows() -> None:
    assert set(get_args(messaging_options.PlanName)) == set(Plan)
    assert get_args(messaging_options.FolderName) == get_args(Folder)
    assert get_args(messaging_options.LabelName) == get_args(ReplyLabel)
    assert get_args(messaging_options.ViewName) == get_args(View)
    assert [item.value for item in messaging_options.GroupingName] == list(get_args(Grouping))


def test_seats_and_contracts_are_added_changed_and_shown(shell: Shell) -> None:
    shell.ok("outreach", "contract", "acme", "--zone", "Europe/Berlin", "--policy", "grace_period")
    assert "--plan" in shell.wrong("outreach", "seat", "kim", "--contract", "acme")
    shell.ok("outreach", "seat", "kim", "--contract", "acme", "--plan", "recruiter_lite", "--daily-limit", "5")
    shell.ok("outreach", "seat", "kim", "--monthly-limit", "9", "--clear", "daily_limit")
    (kim,) = shell.json("outreach", "seat", "kim")
    assert (kim["contract"], kim["daily_limit"], kim["monthly_limit"]) == ("acme", None, 9)
    assert shell.balance("--seat", "kim") == 30
    assert [row["id"] for row in shell.json("outreach", "contract")] == ["acme", "main"]
    assert "kim" in shell.ok("outreach", "seat")
    assert "--seat is needed: there are kim, me" in shell.wrong("outreach", "folders")


# Sending


def test_s1_a_message_is_sent_at_once_and_costs_one_credit(shell: Shell) -> None:
    sent = shell.send("ada", "--address", "ada@example.org")
    assert (sent["state"], sent["charged"], shell.balance()) == ("sent", 1, 149)
    (line,) = shell.lines("outbox.jsonl")
    assert (line["to"], line["subject"], line["body"]) == ("ada@example.org", "A role", "Hi ada")


def test_s2_a_message_waits_for_its_local_time_and_run_sends_it(shell: Shell) -> None:
    new = ["--candidate", "ada", "--subject", "s", "--body", "b", "--at", "2026-12-01 09:00"]
    shown = shell.ok("outreach", "schedule", *new, "--zone", "recipient", "--candidate-zone", "Asia/Tokyo")
    assert "2026-12-01 09:00 Asia/Tokyo (the candidate's zone), 2026-12-01 00:00 UTC" in shown
    assert "0 sent" in shell.ok("outreach", "run")
    shell.now = shell.now.replace(month=12, day=1, hour=0)
    assert shell.json("outreach", "run") == {"sent": 1, "cancelled": 0, "failed": 0, "retried": 0, "not_done": []}


def test_s1_a_time_in_the_past_is_refused_with_exit_code_3(shell: Shell) -> None:
    new = ["--candidate", "ada", "--subject", "s", "--body", "b", "--at", "2026-10-01 09:00"]
    assert shell.refused("outreach", "schedule", *new).startswith("S-1: ")
    assert shell.balance() == 150


def test_a_refusal_is_json_for_machines_and_still_one_line_on_stderr(shell: Shell) -> None:
    shell.ok("outreach", "seat", "me", "--monthly-limit", "1")
    shell.send()
    new = ["--candidate", "bob", "--subject", "s", "--body", "b"]
    code, out, err = shell.ends("outreach", "send", *new, "--json")
    assert code == 3
    assert json.loads(out)["rule"] == "CR-6"
    assert err.startswith("overture: CR-6: ")
    assert "(until 2026-12-01T00:00:00+00:00)" in err


def test_s3_the_follow_up_goes_out_days_after_the_message(shell: Shell) -> None:
    sent = shell.send("ada", "--follow-up", "Any thoughts?", "--follow-up-days", "4")
    assert sent["charged"] == 2
    shell.wait(days=3, hours=23)
    assert "0 sent" in shell.ok("outreach", "run")
    shell.wait(hours=1)
    assert "1 sent" in shell.ok("outreach", "run")
    assert [line["body"] for line in shell.lines("outbox.jsonl")] == ["Hi ada", "Any thoughts?"]
    new = ["--candidate", "bob", "--subject", "s", "--body", "b", "--follow-up", "f", "--follow-up-days", "2"]
    assert shell.refused("outreach", "send", *new).startswith("S-3: ")


def test_cr1_a_free_message_costs_nothing_and_a_key_is_taken_once(shell: Shell) -> None:
    assert shell.send("ada", "--free")["charged"] == 0
    first, second = (shell.send("bob", "--key", "k") for _ in range(2))
    assert first["message"] == second["message"]
    assert (shell.balance(), len(shell.lines("outbox.jsonl"))) == (149, 2)


def test_i1_a_draft_is_sent_as_assisted(shell: Shell) -> None:
    examples = Path(__file__).parents[1] / "examples"
    draft = shell.ok_without_clock(
        *("draft", "--candidate", examples / "candidate-backend.json", "--job", examples / "job-backend.html", "--json")
    )
    file = shell.folder / "draft.json"
    file.write_text(draft, encoding="utf-8")
    shell.json("outreach", "send", "--candidate", "ada", "--draft", file)
    (line,) = shell.lines("outbox.jsonl")
    assert line["subject"] == json.loads(draft)["subject"]
    figures = shell.json("insights", "--by", "assisted")["figures"]
    assert [(row["group"], row["sent"]) for row in figures] == [("assisted", 1)]


def test_s4_a_template_with_a_badge_is_saved_found_and_sent(shell: Shell) -> None:
    words = ["--subject", "Platform work", "--body", "Hello there", "--follow-up", "Still there?"]
    shell.ok("outreach", "templates", "--save", "Platform", *words, "--at", "2026-10-01 09:00")
    assert "2 messages" in shell.ok("outreach", "templates", "platfrm")
    assert shell.json("outreach", "templates", "nurse") == []
    sent = shell.json("outreach", "schedule", "--candidate", "ada", "--template", "Platform")
    assert (sent["time"]["rule"], sent["charged"]) == ("S-4", 2)  # the saved time has passed: now
    shell.ok("outreach", "templates", "--remove", "Platform")
    assert "template 'Platform'" in shell.wrong("outreach", "send", "--candidate", "bob", "--template", "Platform")


def test_s11_a_lite_seat_has_no_follow_ups(bare: Shell) -> None:
    bare.ok("outreach", "init", "--plan", "recruiter_lite")
    new = ["--candidate", "ada", "--subject", "s", "--body", "b", "--follow-up", "f"]
    assert bare.refused("outreach", "send", *new).startswith("S-11: ")


def test_s7_a_message_over_the_daily_limit_is_cancelled_and_refunded(shell: Shell) -> None:
    shell.ok("outreach", "seat", "me", "--daily-limit", "1")
    shell.send("ada")
    shell.wait(minutes=1)
    new = ["--candidate", "bob", "--subject", "s", "--body", "b"]
    assert shell.refused("outreach", "send", *new).startswith("S-7: ")
    assert shell.balance() == 149
    lines = shell.json("outreach", "folders", "awaiting_reply")["lines"]
    assert [(line["thread"]["candidate"], line["status"]) for line in lines] == [("bob", "cancelled"), ("ada", "sent")]


def test_s8_a_flagged_seat_sends_nothing(shell: Shell) -> None:
    shell.ok("outreach", "seat", "me", "--flag", "under review")
    new = ["--candidate", "ada", "--subject", "s", "--body", "b"]
    assert "under review" in shell.refused("outreach", "send", *new)
    shell.ok("outreach", "seat", "me", "--clear", "flagged")
    assert shell.send()["state"] == "sent"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["send", "--subject", "s", "--body", "b"], "--candidate"),
        (["send", "--candidate", "a", "--subject", "s"], "no body"),
        (["send", "--candidate", "a", "--body", "b"], "no subject"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--body-file", "f"], "--body-file"),
        (["send", "--candidate", "a", "--subject", "s", "--body-file", "none.txt"], "none.txt"),
        (["send", "--candidate", "a", "--draft", "none.json"], "none.json"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--follow-up-days", "4"], "--follow-up"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--at", "soon"], "--at"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--at", "2026-12-01T09:00+01:00"], "--zone"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--zone", "Mars"], "'Mars'"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--seat", "nobody"], "nobody"),
        (["schedule", "--candidate", "a", "--subject", "s", "--body", "b"], "--at"),
        (["send", "--candidate", "a", "--subject", "s", "--body", "b", "--transport", "pigeon:x"], "pigeon"),
        (["folders", "drafts"], "drafts"),
        (["thread", "t"], "thread 't'"),
        (["cancel", "m"], "message 'm'"),
        (["release", "m"], "not held"),
        (["correct", "r", "accept"], "reply 'r'"),
        (["reply", "--thread", "t"], "--smart"),
        (["reply", "--text", "yes"], "--thread"),
        (["bulk"], "--in"),
        (["bulk", "--in", "none.jsonl"], "none.jsonl"),
        (["run", "--watch", "0"], "--watch"),
        (["verify", "--database", "sqlite:///none.db"], "init"),
        (["verify", "--database", "nonsense"], "database address"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(shell: Shell, arguments: list[str], told: str) -> None:
    assert told in shell.wrong("outreach", *arguments)


def test_a_file_that_is_no_database_is_one_line(bare: Shell) -> None:
    (bare.folder / "overture.db").write_text("a letter\n" * 500, encoding="utf-8")
    code, out, err = bare.ends("outreach", "folders")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "not a database" in err


def test_the_environment_names_database_and_transport(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTURE_DATABASE", f"sqlite:///{bare.folder}/mine.db")
    monkeypatch.setenv("OVERTURE_TRANSPORT", "file:mine.jsonl")
    bare.ok("outreach", "init")
    bare.send()
    assert {file.name for file in bare.folder.iterdir()} >= {"mine.db", "mine.jsonl"}
    assert not (bare.folder / "overture.db").exists()


# What is waiting


def test_s6_a_cancelled_message_takes_its_follow_up_along_and_both_credits_come_back(shell: Shell) -> None:
    sent = shell.send("ada", "--at", "2026-12-01 09:00", "--follow-up", "f")
    assert shell.balance() == 148
    assert f"{sent['message']} is cancelled" in shell.ok("outreach", "cancel", sent["message"])
    assert shell.balance() == 150
    assert shell.refused("outreach", "cancel", sent["message"]).startswith("S-6: ")


def test_a_held_message_waits_for_its_release(shell: Shell) -> None:
    sent = shell.send("ada", "--at", "2026-11-03 09:00")
    assert shell.json("outreach", "hold", "ada") == {"held": 1}
    shell.wait(days=2)
    assert shell.json("outreach", "run")["sent"] == 0
    assert "held" in shell.ok("outreach", "notices")
    shell.ok("outreach", "release", sent["message"])
    assert shell.json("outreach", "run")["sent"] == 1


def test_c7_a_suppressed_candidate_gets_nothing_more(shell: Shell) -> None:
    shell.send("ada", "--at", "2026-12-01 09:00")
    assert "1 message cancelled" in shell.ok("outreach", "suppress", "ada")
    new = ["--candidate", "ada", "--subject", "s", "--body", "b"]
    assert shell.refused("outreach", "send", *new).startswith("C-7: ")


def test_s9_folders_are_shown_page_by_page(shell: Shell) -> None:
    for number in range(3):
        shell.send(f"ada{number}")
        shell.wait(minutes=1)
    page = shell.json("outreach", "folders", "awaiting_reply", "--limit", "2")
    following = shell.json("outreach", "folders", "awaiting_reply", "--after", page["after"])
    seen = [line["thread"]["candidate"] for found in (page, following) for line in found["lines"]]
    assert seen == ["ada2", "ada1", "ada0"]
    shown = shell.ok("outreach", "folders", "--limit", "2")
    assert all(name in shown for name in ("Scheduled: 0", "Awaiting reply: 2 and more", "Accepted: 0", "Declined: 0"))
    assert page["lines"][0]["thread"]["id"] in shown


def test_d13_what_comes_from_outside_is_shown_without_controls(shell: Shell) -> None:
    sent = shell.json(
        "outreach", "send", "--candidate", "a\x1b[31mda", "--subject", "\x1b]0;x\x07s", "--body", "b\x1bc"
    )
    shown = shell.ok("outreach", "folders") + shell.ok("outreach", "thread", sent["thread"])
    assert "\x1b" not in shown
    assert "[31mda" in shown


# Running


def test_s10_watch_sends_what_falls_due_and_ctrl_c_ends_it_cleanly(shell: Shell) -> None:
    rows = shell.write("rows.jsonl", *({"candidate": f"c{n}", "subject": "s", "body": "b"} for n in range(5)))
    shell.ok("outreach", "bulk", "--in", rows)
    command = [sys.executable, "-c", "from overture.cli import main; main()", "outreach", "run", "--watch", "0.05"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        command, cwd=shell.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while len(shell.lines("outbox.jsonl")) < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "overture: stopped; what is due waits for the next run\n")
    assert out == "5 sent\n"
    with sqlite3.connect(shell.folder / "overture.db") as connection:
        assert connection.execute("select distinct state from messages").fetchall() == [("sent",)]


def test_s10_what_the_transport_does_not_take_is_tried_again(shell: Shell) -> None:
    (shell.folder / "outbox.jsonl").mkdir()
    new = ["--candidate", "ada", "--subject", "s", "--body", "b"]
    assert "outbox.jsonl" in shell.wrong("outreach", "send", *new)
    dead = ["--transport", "http://127.0.0.1:9/hook"]
    shown = shell.ok("outreach", "send", *new, *dead)
    assert "`overture outreach run` tries again" in shown
    shell.wait(hours=1)
    assert "1 retried; what was not taken is tried again" in shell.ok("outreach", "run", *dead)
    shell.wait(hours=1)
    assert "1 sent" in shell.ok("outreach", "run", "--transport", "file:other.jsonl")
    assert len(shell.lines("other.jsonl")) == 1


def test_cr8_verify_agrees_and_tells_a_ledger_that_does_not(shell: Shell) -> None:
    shell.send()
    assert "2 entries: every balance" in shell.ok("outreach", "verify")
    with sqlite3.connect(shell.folder / "overture.db") as connection:
        connection.execute("update balances set available = available + 1")
    code, out, err = shell.ends("outreach", "verify", "--json")
    assert code == 1
    assert {found["where"] for found in json.loads(out)["differences"]} == {"balance", "total"}
    assert err.startswith("overture: CR-8: the ledger does not agree: balance contract:main: 149 by the entries, 150")


def test_the_help_of_every_command_loads_nothing_of_messaging() -> None:
    blocked = "import sys\nclass B:\n    def find_spec(self, name, path=None, target=None):\n"
    blocked += "        if name.partition('.')[0] in {'sqlalchemy', 'alembic', 'rich', 'altair', 'pyarrow'}:\n"
    blocked += "            raise AssertionError(name)\n"
    blocked += "        assert name != 'overture.messaging'\nsys.meta_path.insert(0, B())\n"
    pages = [
        ["outreach"],
        ["credits"],
        *(words[: 2 if words[0] in {"outreach", "credits"} else 1] for words in COMMANDS),
    ]
    script = f"{blocked}from overture.cli import run\nfor words in {pages!r}: assert run([*words, '--help']) == 0\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_missing_extra_is_named(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("overture.messaging.", "sqlalchemy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)
    assert "pip install 'overture[messaging]'" in bare.wrong("outreach", "init")
    assert run(["outreach", "--help"]) == 0

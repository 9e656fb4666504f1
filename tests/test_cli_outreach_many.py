"""`overture outreach bulk`, `reply` and `correct`: many messages, and the answers to them."""

from __future__ import annotations

import json

from reply_doubles import DoubleClassifier
from shell import Shell
from shell import bare as bare
from shell import double as double
from shell import shell as shell

# Many


def test_s5_bulk_takes_each_row_by_itself_and_sets_bad_ones_aside(shell: Shell) -> None:
    rows = shell.write(
        "rows.jsonl",
        {"candidate": "ada", "subject": "s", "body": "one", "follow_up": "f", "follow_up_days": 5},
        {"candidate": "bob", "subject": "s", "body": "SECRET", "at": "2026-12-01 09:00", "zone": "Europe/Oslo"},
        {"candidate": "cyd", "subject": "s"},
        {"candidate": "dee", "subject": "s", "body": "SECRET", "zone": "Mars"},
        {"candidate": "eve", "subject": "s", "body": "SECRET", "colour": "red"},
        "{SECRET",
        "",
        {"candidate": "fay", "subject": "s", "body": "b", "follow_up": "f", "follow_up_days": 1},
        {"candidate": "gus", "subject": "s", "body": "b", "at": "2026-12-01T09:00+01:00"},
        {"candidate": "hal", "subject": "s", "body": "nul \0 nul"},
        {"candidate": "x" * 201, "subject": "s", "body": "b"},
    )
    sums = shell.json("outreach", "bulk", "--in", rows, "--out", "out.jsonl", "--errors", "bad.jsonl")
    assert (sums["taken"], sums["charged"], sums["refused"], sums["bad"]) == (2, 3, {"S-3": 1}, 7)
    assert shell.balance() == 147
    results = shell.lines("out.jsonl")
    assert [(row["line"], row["candidate"]) for row in results] == [(1, "ada"), (2, "bob"), (8, "fay")]
    assert results[1]["at"] == "2026-12-01T08:00:00+00:00"
    assert results[2]["refused"]["rule"] == "S-3"
    bad = shell.lines("bad.jsonl")
    assert [(row["line"], row["field"]) for row in bad] == [
        *[(3, "body"), (4, "zone"), (5, "colour"), (6, None), (9, "at"), (10, "body"), (11, "candidate")]
    ]
    assert "SECRET" not in json.dumps(bad)
    assert "1 sent" in shell.ok("outreach", "run")


def test_a_bad_row_without_a_file_for_it_stops_before_anything_is_charged(shell: Shell) -> None:
    rows = shell.write("rows.jsonl", {"candidate": "ada", "subject": "s", "body": "b"}, {"candidate": "bob"})
    told = shell.wrong("outreach", "bulk", "--in", rows)
    assert "rows.jsonl, line 2: subject" in told
    assert "--errors" in told
    assert shell.balance() == 150


def test_a_campaign_writes_once_to_a_candidate_however_often_it_is_run(shell: Shell) -> None:
    rows = shell.write("rows.jsonl", *({"candidate": name, "subject": "s", "body": "b"} for name in ("ada", "bob")))
    for _ in range(2):
        assert "2 taken" in shell.ok("outreach", "bulk", "--in", rows, "--key", "spring")
    assert shell.balance() == 148
    assert shell.json("outreach", "run")["sent"] == 2


def test_cr1_a_bulk_of_which_nothing_is_taken_is_refused_with_exit_code_3(shell: Shell) -> None:
    shell.ok("outreach", "seat", "me", "--flag", "under review")
    rows = shell.write("rows.jsonl", *({"candidate": name, "subject": "s", "body": "b"} for name in ("ada", "bob")))
    code, out, err = shell.ends("outreach", "bulk", "--in", rows)
    assert (code, err) == (3, "overture: S-8: this sender may not send: under review\n")
    assert "2 refused by S-8" in out


def test_the_input_is_never_written_over(shell: Shell) -> None:
    rows = shell.write("rows.jsonl", {"candidate": "ada", "subject": "s", "body": "b"})
    assert "rows.jsonl" in shell.wrong("outreach", "bulk", "--in", rows, "--out", rows)
    assert len(shell.lines("rows.jsonl")) == 1


# Answers


def test_cr3_an_answer_before_the_follow_up_gives_both_credits_back(shell: Shell, double: DoubleClassifier) -> None:
    sent = shell.send("ada", "--follow-up", "f")
    assert shell.balance() == 148
    shown = shell.ok("outreach", "reply", "--thread", sent["thread"], "--text", "Sounds good")
    assert "2 credits given back (CR-3)" in shown
    assert "accept (interested, 60.0%)" in shown
    assert double.seen == [("Sounds good", "Hi ada", None)]
    assert shell.balance() == 150
    shell.wait(days=8)
    assert shell.json("outreach", "run")["sent"] == 0
    (notice,) = shell.json("outreach", "notices")
    assert (notice["kind"], notice["rule"]) == ("interested", "C-8")


def test_c9_a_bare_smart_decline_closes_the_thread(shell: Shell) -> None:
    thread = shell.send()["thread"]
    shell.ok("outreach", "reply", "--thread", thread, "--smart", "decline")
    more = ["outreach", "send", "--thread", thread, "--subject", "s", "--body", "b"]
    assert shell.refused(*more).startswith("C-9: ")
    assert len(shell.json("outreach", "folders", "declined")["lines"]) == 1


def test_c9_a_smart_decline_with_their_own_words_leaves_it_open(shell: Shell, double: DoubleClassifier) -> None:
    open_, closed = shell.send("ada")["thread"], shell.send("bob")["thread"]
    decline = ["--smart", "decline", "--text", "no, but ask again in May"]
    shell.ok("outreach", "reply", "--thread", open_, *decline)
    shell.ok("outreach", "reply", "--thread", closed, *decline, "--untouched")
    more = ["--subject", "s", "--body", "b"]
    assert shell.json("outreach", "send", "--thread", open_, *more)["charged"] == 0
    assert shell.refused("outreach", "send", "--thread", closed, *more).startswith("C-9: ")


def test_c2_a_correction_stands_above_the_label(shell: Shell, double: DoubleClassifier) -> None:
    thread = shell.send()["thread"]
    done = shell.json("outreach", "reply", "--thread", thread, "--text", "no thanks")
    assert done["reply"]["label"] == "decline"
    assert "accept" in shell.ok("outreach", "correct", done["reply"]["id"], "accept")
    assert len(shell.json("outreach", "folders", "accepted")["lines"]) == 1
    assert "accept (corrected)" in shell.ok("outreach", "thread", thread)


def test_c5_an_automatic_mail_is_no_response(shell: Shell, double: DoubleClassifier) -> None:
    thread = shell.send("ada", "--follow-up", "f")["thread"]
    mail = shell.folder / "away.eml"
    mail.write_text(
        "From: Ada <ada@example.org>\nMessage-ID: <1@example.org>\nAuto-Submitted: auto-replied\n\nI am away.\n",
        encoding="utf-8",
    )
    first = shell.json("outreach", "reply", "--thread", thread, "--mail", mail)
    assert first["reply"]["kind"] == "auto"
    assert first["settlement"]["counts_as_response"] is False
    assert shell.json("outreach", "reply", "--thread", thread, "--mail", mail)["repeated"] is True
    assert shell.balance() == 148
    assert len(shell.json("outreach", "folders", "awaiting_reply")["lines"]) == 1


def test_answers_come_as_rows_and_count_once(shell: Shell, double: DoubleClassifier) -> None:
    threads = [shell.send(name)["thread"] for name in ("ada", "bob", "cyd")]
    rows = shell.write(
        "answers.jsonl",
        {"thread": threads[0], "text": "gladly"},
        {"thread": threads[1], "smart": "decline"},
        {"thread": "nowhere", "text": "SECRET"},
        {"thread": threads[2], "text": "SECRET", "smart": "perhaps"},
        {"thread": threads[2]},
        {"thread": threads[2], "mail": "none.eml"},
        {"thread": threads[2], "text": "SECRET", "received_at": "yesterday"},
    )
    arguments = ["outreach", "reply", "--in", str(rows), "--out", "out.jsonl", "--errors", "bad.jsonl"]
    first = shell.json(*arguments)
    assert first == {"accept": 1, "decline": 1, "automatic": 0, "repeated": 0, "refunds": 2, "bad": 5}
    bad = shell.lines("bad.jsonl")
    assert [row["line"] for row in bad] == [3, 4, 5, 6, 7]
    assert [row["field"] for row in bad] == ["thread 'nowhere'", "smart", "text", "mail", "received_at"]
    assert "SECRET" not in json.dumps(bad)
    assert [(row["line"], row["label"]) for row in shell.lines("out.jsonl")] == [(1, "accept"), (2, "decline")]
    second = shell.json(*arguments)
    assert (second["repeated"], second["refunds"]) == (2, 0)
    assert shell.balance() == 149


def test_a_bad_answer_without_a_file_for_it_names_its_line(shell: Shell, double: DoubleClassifier) -> None:
    thread = shell.send()["thread"]
    rows = shell.write("answers.jsonl", {"thread": thread, "text": "gladly"}, {"thread": "nowhere", "text": "yes"})
    assert "answers.jsonl, line 2" in shell.wrong("outreach", "reply", "--in", rows)
    assert shell.balance() == 150

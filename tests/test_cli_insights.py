"""`overture insights` and `overture health`: the report, its files, and how senders stand."""

from __future__ import annotations

import csv
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships none
import pytest
from shell import Shell
from shell import bare as bare


@pytest.fixture
def shell(bare: Shell) -> Shell:
    """Two of three who were written to have answered: one yes, one no."""
    return bare.begin_after(write_to_three)


def write_to_three(bare: Shell) -> None:
    bare.ok("outreach", "init")
    for candidate, smart in (("ada", "accept"), ("bob", "decline"), ("cyd", None)):
        sent = bare.send(candidate, "--job", "welder" if candidate == "ada" else "nurse")
        if smart:
            bare.wait(hours=1)
            bare.ok("outreach", "reply", "--thread", sent["thread"], "--smart", smart)


def test_i1_the_report_shows_counts_and_rates_with_their_intervals(shell: Shell) -> None:
    shown = shell.ok("insights")
    line = shown.splitlines()[1].split()
    assert line[:7] == ["all", "3", "1", "1", "1", "0", "66.7%"]
    assert "[20.8%, 93.9%]" in shown  # Wilson, 2 of 3
    assert "1.0 h" in shown


def test_i1_groups_are_chosen_and_json_has_the_whole_figures(shell: Shell) -> None:
    report = shell.json("insights", "--by", "job", "--by", "kind")
    assert [(row["grouping"], row["group"], row["sent"]) for row in report["figures"]] == [
        *[("job", "nurse", 2), ("job", "welder", 1), ("kind", "initial", 3)]
    ]
    assert report["figures"][1]["response_rate"]["n"] == 1
    assert "nurse" in shell.ok("insights", "--by", "job")
    assert "'colour'" in shell.wrong("insights", "--by", "colour")


def test_i2_candidates_are_counted_once(shell: Shell) -> None:
    shell.send("ada")
    (by_message,) = shell.json("insights")["figures"]
    (by_candidate,) = shell.json("insights", "--view", "candidate")["figures"]
    assert (by_message["sent"], by_candidate["sent"]) == (4, 3)


def test_i3_html_csv_and_parquet_are_written(shell: Shell) -> None:
    code, _, err = shell.ends("insights", "--html", "r.html", "--csv", "r.csv", "--parquet", "r.parquet")
    assert code == 0
    assert err.splitlines() == [f"overture: note: {name} written" for name in ("r.csv", "r.parquet", "r.html")]
    page = (shell.folder / "r.html").read_text(encoding="utf-8")
    assert "vega" in page
    assert "66.7%" in page
    with (shell.folder / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["sent"] for row in rows if (row["view"], row["grouping"]) == ("message", "all")] == ["3"]
    parquet: Any = pq
    assert parquet.read_table(shell.folder / "r.parquet").num_rows == len(rows)


def test_the_period_is_chosen_and_one_of_nothing_says_so(shell: Shell) -> None:
    assert "Nothing was sent" in shell.ok("insights", "--until", "2026-11-01")
    assert shell.json("insights", "--since", "2026-11-02")["figures"][0]["sent"] == 3
    assert "--since" in shell.wrong("insights", "--since", "2026-11-02", "--until", "2026-11-01")
    assert "--until" in shell.wrong("insights", "--until", "later")


def test_a_place_that_cannot_be_written_and_a_wrong_ending_are_one_line(shell: Shell) -> None:
    assert "none/r.csv" in shell.wrong("insights", "--csv", "none/r.csv")
    assert ".html" in shell.wrong("insights", "--html", "r.pdf")


def test_h1_health_shows_the_rate_and_its_numbers(shell: Shell) -> None:
    (found,) = shell.json("health")
    assert (found["seat"], found["state"], found["sent"], found["responses"]) == ("me", "ok", 3, 2)
    assert "66.7%" in shell.ok("health", "--seat", "me")
    assert "nobody" in shell.wrong("health", "--seat", "nobody")


def test_h2_h3_a_low_rate_brings_a_notice_and_a_day_later_bulk_is_refused(shell: Shell) -> None:
    shell.ok("credits", "bonus", "--key", "k")
    rows = shell.write("rows.jsonl", *({"candidate": f"c{n}", "subject": "s", "body": "b"} for n in range(100)))
    shell.ok("outreach", "bulk", "--in", rows)
    shell.ok("outreach", "run")
    assert "noticed" in shell.ok("health")
    shell.wait(days=1)
    assert "restricted" in shell.ok("health")
    code, _, err = shell.ends("outreach", "bulk", "--in", rows)
    assert code == 3
    assert err.startswith("overture: H-3: ")
    assert "(until 2026-11-17T" in err
    kinds = [notice["kind"] for notice in shell.json("outreach", "notices")]
    assert kinds[-2:] == ["low_response_rate", "restricted"]

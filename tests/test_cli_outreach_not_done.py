"""`overture outreach run` names the seat that broke, does everybody else's work, and exits with 1 (S-10, CR-5, H-2)."""

from __future__ import annotations

import json
import sqlite3

from shell import Shell
from shell import bare as bare


def two_seats(shell: Shell) -> Shell:
    """A message is due from each of two seats; the contract of the first has a policy that is no more."""
    shell.ok("outreach", "init")
    shell.ok("outreach", "contract", "gone")
    shell.ok("outreach", "seat", "aa", "--contract", "gone", "--plan", "recruiter")
    for seat in ("aa", "me"):
        shell.ok(
            "outreach", "schedule", "--seat", seat, "--candidate", f"{seat}-kanarie", "--address", "ada@example.org",
            "--subject", "A role", "--body", "Hello.", "--at", "2026-11-02 13:00", "--zone", "UTC",
        )  # fmt: skip
    with sqlite3.connect(shell.folder / "overture.db") as connection:
        connection.execute("UPDATE contracts SET policy = 'gone' WHERE id = 'gone'")
    connection.close()
    shell.wait(hours=2)
    return shell


def test_s10_a_run_does_what_it_can_and_names_what_it_could_not(bare: Shell) -> None:
    code, out, err = two_seats(bare).ends("outreach", "run")
    assert (code, out) == (1, "1 sent\n")
    assert err.startswith("overture: not done, and tried again: delivery of message:")
    assert "health of seat:aa (ConfigurationError)" in err
    assert "`overture health --seat ID`" in err
    assert "no policy 'gone'" in bare.wrong("health", "--seat", "aa")
    assert "kanarie" not in out + err


def test_s10_its_json_names_them_too(bare: Shell) -> None:
    code, out, _ = two_seats(bare).ends("outreach", "run", "--json")
    told = json.loads(out)
    assert (code, told["sent"]) == (1, 1)
    assert [one["task"] for one in told["not_done"]] == ["delivery", "health"]
    assert told["not_done"][1] == {"task": "health", "of": "seat:aa", "error": "ConfigurationError"}

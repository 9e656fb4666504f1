"""`overture credits`: grants, balances, and why they are what they are."""

from __future__ import annotations

from shell import Shell
from shell import bare as bare
from shell import shell as shell


def test_cr5_a_month_is_granted_once_to_each_seat(shell: Shell) -> None:
    shell.ok("outreach", "seat", "kim", "--plan", "recruiter_lite")
    assert "me: 150 credits to contract:main" in shell.ok("credits", "grant", "--all")
    assert (shell.balance("--seat", "me"), shell.balance("--seat", "kim")) == (150, 30)
    granted = shell.json("credits", "grant", "--all", "--month", "2026-12")
    assert [one["credits"] for one in granted] == [30, 150]  # by id: kim, me
    found = shell.json("credits", "balance", "--all")
    assert [(one["owner"], one["balance"]) for one in found] == [("seat:kim", 60), ("contract:main", 300)]
    assert "--all" in shell.wrong("credits", "grant", "--all", "--seat", "me")


def test_cr5_a_bonus_of_a_name_is_given_once(shell: Shell) -> None:
    for _ in range(2):
        assert "100 credits" in shell.ok("credits", "bonus", "--key", "spring")
    assert shell.balance() == 250
    shell.ok("credits", "bonus", "--key", "summer", "--credits", "7")
    assert shell.balance() == 257
    assert "--credits" in shell.wrong("credits", "bonus", "--key", "k", "--credits", "0")
    assert "--key" in shell.wrong("credits", "bonus")


def test_cr5_the_forecast_names_day_and_credits(shell: Shell) -> None:
    (row,) = shell.json("credits", "forecast")
    assert (row["on"], row["credits"]) == ("2027-01-31", 150)  # 90 days after 2 November
    assert "2027-01-31" in shell.ok("credits", "forecast")
    shell.wait(days=90)
    assert shell.balance() == 0
    assert "No credit of contract:main expires" in shell.ok("credits", "forecast")


def test_cr8_a_statement_tells_every_entry_of_its_month(shell: Shell) -> None:
    shell.send("ada", "--at", "2026-11-20 09:00")
    shell.wait(days=29)
    shell.send("bob")
    november, december = (shell.json("credits", "statement", "--month", month) for month in ("2026-11", "2026-12"))
    assert (november["opening"], november["closing"]) == (0, 149)
    assert [entry["kind"] for entry in november["entries"]] == ["grant", "charge"]
    assert (december["opening"], december["closing"]) == (149, 148)
    shown = shell.ok("credits", "statement")  # this month, by the clock
    assert "Contract main, 2026-12: 149 credits at its beginning" in shown
    assert "148 credits at its end" in shown
    assert "--month" in shell.wrong("credits", "statement", "--month", "December")


def test_cr8_explain_names_charge_refund_and_their_rules(shell: Shell) -> None:
    sent = shell.send("ada", "--at", "2026-12-01 09:00")
    shell.ok("outreach", "cancel", sent["message"])
    shown = shell.ok("credits", "explain", sent["message"]).splitlines()
    assert [("CR-1" in line, "S-6" in line) for line in shown] == [(True, False), (False, True)]
    free = shell.send("bob", "--free")
    assert "It cost nothing" in shell.ok("credits", "explain", free["message"])
    assert shell.json("credits", "explain", free["message"]) == []
    assert "message 'm'" in shell.wrong("credits", "explain", "m")


def test_cr1_without_a_credit_left_a_message_is_refused(shell: Shell) -> None:
    shell.wait(days=90)
    line = shell.refused("outreach", "send", "--candidate", "ada", "--subject", "s", "--body", "b")
    assert line == "CR-1: 1 credit needed, contract:main has 0"

"""The page of the year, made from its figures alone, and its chart of credits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import fill
from typing import Any, Final

Figures = dict[str, Any]
RULES: Final = {
    "C-7": "the candidate had asked to be left alone",
    "C-9": "the thread was closed by a bare Decline",
    "CR-1": "the credits did not suffice",
    "CR-2": "the candidate answered first",
    "CR-3": "the candidate answered first",
    "CR-4": "the transport would never take it",
    "CR-6": "the seat's monthly limit was used up",
    "H-3": "bulk, while the seat was restricted",
    "S-1": "its time had passed",
    "S-6": "cancelled by hand, or its initial message was not sent",
    "S-7": "the seat's daily limit was reached",
    "S-8": "the sender was flagged",
    "S-11": "a follow-up on Recruiter Lite",
}
REFUSED: Final = {**RULES, "S-6": "cancelling what had gone out or was over"}
COLOURS: Final = {"granted": "#0072b2", "given back": "#009e73", "charged": "#d55e00", "expired": "#999999"}


def render(figures: Figures) -> str:
    """The page as Markdown."""
    parts = [
        _opening(figures),
        _sent(figures),
        _answered(figures),
        _credits(figures),
        _health(figures),
        _checked(figures),
    ]
    return "\n\n".join(_wrapped(part) for part in "\n\n".join(parts).split("\n\n")) + "\n"


def _opening(figures: Figures) -> str:
    size, policy = figures["size"], figures["policy"]
    plans = ", ".join(f"{number} of {_named(plan)}" for plan, number in figures["plans"].items())
    taken = figures["messages"].get("initial", 0) + figures["messages"].get("follow_up", 0)
    return f"""# A year of messaging

This page is written by `benchmarks/messaging_year.py`, text and all; `tests/test_messaging_year.py` works out
every number
in it a second time, from the log of what happened, with plain loops and nothing of ours but `Policy`. The
recruiters and
candidates are made up by a seeded generator (seed {size["seed"]}): how often and when people answer are its
assumptions, not
findings. What the rules made of it is what `Outreach` did, on SQLite, with its clock put forward from event to event.

{size["seats"]} seats on two contracts ({plans}) asked for {size["messages"]:,} messages in {size["days"]}
days, initial ones
and follow-ups, of which {taken:,} were taken, {figures["free"]:,} of them free. The policy is `{policy["name"]}`."""


def _sent(figures: Figures) -> str:
    ended = [line for line in figures["ended"] if line[0] != "further"]
    states: Counter[str] = Counter()
    for _, state, _, number in ended:
        states[state] += number
    rows = [
        [_named(kind), state, rule, RULES.get(rule, ""), f"{number:,}"]
        for kind, state, rule, number in sorted(ended, key=lambda line: -line[3])
        if rule
    ]
    refused = sum(figures["refused"].values())
    sent = figures["rates"]["all"][0]
    return f"""## What was sent

{sent:,} messages went out. {states["cancelled"]:,} were cancelled and {states["failed"]:,} failed, each with
its credit back;
{states["scheduled"]:,} were still waiting when the year ended. {figures["moved"]:,} follow-ups were moved past
the return of
a candidate who was away (C-5). In conversations that candidates had answered, recruiters wrote
{figures["messages"].get("further", 0):,} further messages, which cost nothing (C-9).

{_table(["what", "became", "rule", "because", "messages"], rows)}

{refused:,} requests were refused, by these rules; where a message that was to go out at once was charged
before (S-7, CR-4),
the credit came back:

{_table(["rule", "because", "requests"], [[r, REFUSED.get(r, ""), f"{n:,}"] for r, n in figures["refused"].items()])}"""


def _answered(figures: Figures) -> str:
    rates, answers = figures["rates"], Counter[str]()
    for kind, _, number in figures["replies"]:
        answers[kind] += number
    names = {"all": "all messages", "candidates": "candidates, each once"}
    rows = [
        [names.get(name, _named(name)), *(f"{count:,}" for count in line[:4]), _percent(line)]
        for name, line in rates.items()
    ]
    low, middle, high = figures["hours_to_answer"]
    folders = figures["folders"]
    return f"""## What came back

Candidates sent {answers["smart"]:,} smart replies and {answers["text"]:,} answers in words;
{answers["auto"]:,} answers were
automatic and counted for nothing (C-5). Half of the answers came within {middle:.1f} hours, a quarter within
{low:.1f}, three
quarters within {high:.1f}.

{_table(["", "sent", "answered", "accepted", "declined", "response rate, 95 % interval"], rows)}

![Response rate by week of sending](messaging-year-rates.svg)

At the end {folders.get("accepted", 0):,} threads stood in Accepted, {folders.get("declined", 0):,} in Declined and
{folders.get("pending", 0):,} had no answer. {figures["changed_mind"]:,} candidates ended on another word than
their first, which
stays the outcome (C-10); {figures["closed"]:,} threads were closed to the recruiter (C-9).
{figures["suppressed"]:,} candidates
are on a suppression list (C-7)."""


def _credits(figures: Figures) -> str:
    parts = ["## What the credits did"]
    parts.append(
        "Month by month, as `statement` gives it. *Given back* is what answers (CR-2, CR-3) and cancellations (CR-4)\n"
        "brought back; *expired* is what nobody used for "
        f"{figures['policy']['credit_days']} days (CR-5).\n\n![Credits by month](messaging-year-credits.svg)"
    )
    for contract in dict.fromkeys(line[0] for line in figures["months"]):
        lines = [line for line in figures["months"] if line[0] == contract]
        sums = [sum(line[place] for line in lines) for place in range(3, 7)]
        rows = [[line[1], *(f"{number:,}" for number in line[2:])] for line in lines]
        rows.append(["all", f"{lines[0][2]:,}", *(f"{number:,}" for number in sums), f"{lines[-1][7]:,}"])
        heads = ["month", "opening", "granted", "charged", "given back", "expired", "closing"]
        parts.append(f"### Contract `{contract}`\n\n{_table(heads, rows)}")
    return "\n\n".join(parts)


def _health(figures: Figures) -> str:
    policy, told = figures["policy"], figures["health"]
    noticed = {seat for _, seat, kind, _, _ in told if kind == "low_response_rate"}
    restricted = {seat for _, seat, kind, _, _ in told if kind == "restricted"}
    rows = [
        [seat, f"{sent:,}", f"{100 * got / sent if sent else 0:.1f} %", *_spells(seat, told)]
        for seat, sent, got, _ in figures["seats"]
        if seat in noticed
    ]
    if not told:
        least = f"{policy['health_percent']} % on {policy['health_min_sent']} messages"
        return f"## Who was restricted\n\nNobody fell below {least}."
    return f"""## Who was restricted, when and why

Below {policy["health_percent"]} % on {policy["health_min_sent"]} or more messages in
{policy["health_window_days"]} days a sender
is noticed (H-2); still below, they write one to one for {policy["restriction_days"]} days (H-3), and on until
they meet it
(H-4). {len(noticed)} of {figures["size"]["seats"]} seats were noticed, {len(restricted)} restricted. A date is the day
on which a restriction began, one in brackets that on which it went on. The last column is what a sender had when first
noticed. The lowest rate of the year comes first.

{_table(["seat", "sent", "rate", "noticed", "restricted from (on from)", "had"], rows)}"""


def _spells(seat: str, told: Sequence[Sequence[str]]) -> list[str]:
    """How often a seat was noticed, when it was restricted, and what it had when first noticed."""
    own = [line for line in told if line[1] == seat]
    first = [text for _, _, kind, _, text in own if kind == "low_response_rate"]
    spells = [day[5:] if rule == "H-3" else f"({day[5:]})" for day, _, kind, rule, _ in own if kind == "restricted"]
    return [str(len(first)), ", ".join(spells), first[0] if first else ""]


def _checked(figures: Figures) -> str:
    ledger = figures["ledger"]
    totals = ledger["totals"]
    word = (
        "agrees with every balance, lot and limit" if ledger["holds"] else "does NOT agree with what is kept beside it"
    )
    return f"""## Whether it adds up

The ledger has {ledger["entries"]:,} entries and `verify()` says that it {word} (CR-8): of
{-totals["issued"]:,} credits issued
{totals["spent"]:,} are spent, {totals["expired"]:,} expired and {totals["available"]:,} left."""


def draw_credits(figures: Figures, path: Path) -> None:
    """Bars of what was granted and given back, charged and expired, month by month."""
    import altair as alt

    vl: Any = import_module("vl_convert")  # its types lack defaults
    values = [
        {"contract": contract, "month": month, "kind": kind, "credits": number}
        for contract, month, _, *numbers, _ in figures["months"]
        for kind, number in zip(("granted", "charged", "given back", "expired"), numbers, strict=True)
    ]
    chart = (
        alt.Chart(alt.Data(values=values), title="Credits by month", width=300, height=240)
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None),
            y=alt.Y("credits:Q", title="Credits"),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))),
            column=alt.Column("contract:N", title=None),
        )
    )
    path.write_text(vl.vegalite_to_svg(json.dumps(chart.to_dict())), encoding="utf-8")


def _wrapped(block: str) -> str:
    """A paragraph in lines of the page's width; tables and headings as they are."""
    if block.startswith(("|", "#", "!")):
        return block
    return fill(" ".join(block.split()), 120, break_long_words=False, break_on_hyphens=False)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows])


def _percent(line: Sequence[Any]) -> str:
    rate, low, high = line[4:]
    return f"{100 * rate:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _named(name: str) -> str:
    return name.replace("_", "-" if name == "follow_up" else " ")

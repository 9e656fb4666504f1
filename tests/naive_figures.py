"""The figures of the page of the year, counted over what `NaiveYear` worked out."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from naive_year import NaiveYear, Row

Z = 1.959963984540054  # of a two-sided interval of 95 %


def naive_figures(year: NaiveYear, *, start: datetime, end: datetime) -> dict[str, Any]:
    """The same keys as `messaging_year.figures_of`."""
    all_messages = list(year.messages.values())
    paired = [message for message in all_messages if message["kind"] != "further"]
    sent = [message for message in paired if message["state"] == "sent"]
    threads = list(year.threads.values())
    return {
        "plans": tally(seat["plan"] for seat in year.seats.values()),
        "refused": dict(sorted(year.refused.items())),
        "messages": tally(message["kind"] for message in all_messages),
        "free": sum(message["free"] for message in paired),
        "ended": sorted(
            [*key, number]
            for key, number in tally(
                (message["kind"], message["state"], message["rule"])
                for message in all_messages
                if message["state"] != "sent"
            ).items()
        ),
        "replies": sorted(
            [*key, number] for key, number in tally((reply["kind"], reply["label"]) for reply in year.replies).items()
        ),
        "moved": sum(message["moved"] for message in all_messages),
        "suppressed": len(year.suppressed),
        "closed": sum(year.is_closed(thread) for thread in threads),
        "changed_mind": sum(label_of(thread, 0) != label_of(thread, -1) for thread in threads),
        "folders": tally(label_of(thread, -1) for thread in threads),
        "rates": {
            "all": line(sent),
            "candidates": by_candidate(sent),
            **{kind: line([m for m in sent if m["kind"] == kind]) for kind in sorted({m["kind"] for m in paired})},
            **{
                name: line([m for m in sent if m["assisted"] is is_assisted])
                for name, is_assisted in (("assisted", True), ("not assisted", False))
            },
        },
        "hours_to_answer": hours(sent),
        "weeks": weeks(sent),
        "seats": sorted(
            ([seat, *line([m for m in sent if m["seat"] == seat])[:3]] for seat in {m["seat"] for m in paired}),
            key=lambda found: (found[2] / found[1] if found[1] else 1, found[0]),
        ),
        "months": months(year, start, end),
        "health": sorted([*key, *value] for key, value in year.told.items()),
        "ledger": ledger(year),
    }


def tally(names: Any) -> dict[Any, int]:
    """How often each comes, sorted."""
    found: dict[Any, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def label_of(thread: Row, place: int) -> str:
    """The first or latest response of a thread (C-10)."""
    if not thread["responses"]:
        return "pending"
    return {"accept": "accepted", "decline": "declined"}[thread["responses"][place]["label"]]


def line(sent: list[Row]) -> list[Any]:
    """Sent, answered, accepted, declined, and the rate with its interval."""
    answered = [message for message in sent if message["answered"] is not None]
    accepted = sum(label_of(message["thread"], 0) == "accepted" for message in answered)
    return [len(sent), len(answered), accepted, len(answered) - accepted, *wilson(len(answered), len(sent))]


def by_candidate(sent: list[Row]) -> list[Any]:
    """The same, each candidate once."""
    of: dict[str, list[Row]] = {}
    for message in sent:
        of.setdefault(message["thread"]["candidate"], []).append(message)
    accepted = declined = 0
    for theirs in of.values():
        labels = [label_of(message["thread"], 0) for message in theirs if message["answered"] is not None]
        if "accepted" in labels:
            accepted += 1
        elif labels:
            declined += 1
    return [len(of), accepted + declined, accepted, declined, *wilson(accepted + declined, len(of))]


def wilson(answered: int, n: int) -> list[float]:
    """A share and the ends of its interval (Wilson 1927)."""
    share = answered / n
    root = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return [share, *((share + Z**2 / (2 * n) + side * root) / (1 + Z**2 / n) for side in (-1, 1))]


def hours(sent: list[Row]) -> list[float]:
    """Quartiles of the hours to the answer, between neighbours by weight."""
    found = sorted(
        max(0.0, (message["answered"] - message["sent"]).total_seconds() / 3600)
        for message in sent
        if message["answered"] is not None
    )
    if not found:
        return []
    quartiles: list[float] = []
    for quarter in (0.25, 0.5, 0.75):
        place = (len(found) - 1) * quarter
        below, share = int(place), place - int(place)
        above = min(below + 1, len(found) - 1)
        quartiles.append(found[below] * (1 - share) + found[above] * share)
    return quartiles


def weeks(sent: list[Row]) -> list[list[Any]]:
    """Of each Monday's week, assisted or not: answered and sent."""
    found: dict[tuple[str, bool], list[int]] = {}
    for message in sent:
        day: date = message["sent"].date()
        monday = day - timedelta(days=day.weekday())
        both = found.setdefault((monday.isoformat(), message["assisted"]), [0, 0])
        both[0] += message["answered"] is not None
        both[1] += 1
    return [[*key, *both] for key, both in sorted(found.items())]


def months(year: NaiveYear, start: datetime, end: datetime) -> list[list[Any]]:
    """Of each contract and month: opening, granted, charged, given back, expired, closing."""
    lines: list[list[Any]] = []
    for contract in year.zones:
        balance, month = 0, start
        while month < end:
            following = (month + timedelta(days=32)).replace(day=1)
            sums = {"grant": 0, "charge": 0, "refund": 0, "expire": 0}
            for entry in year.entries:
                if entry["contract"] == contract and month <= entry["at"] < following:
                    sums[entry["kind"]] += entry["number"]
            changes = [sums["grant"], -sums["charge"], sums["refund"], -sums["expire"]]
            lines.append([contract, f"{month:%Y-%m}", balance, *changes, balance + sum(changes)])
            balance, month = balance + sum(changes), following
    return lines


def ledger(year: NaiveYear) -> dict[str, Any]:
    """What the entries add up to, by kind of account."""
    sums = {"grant": 0, "charge": 0, "refund": 0, "expire": 0}
    for entry in year.entries:
        sums[entry["kind"]] += entry["number"]
    left = sum(lot["left"] for lot in year.lots)
    totals = {
        "available": left,
        "expired": sums["expire"],
        "issued": -sums["grant"],
        "spent": sums["charge"] - sums["refund"],
    }
    kept = {kind: number for kind, number in totals.items() if number or kind in ("available", "issued")}
    return {"entries": len(year.entries), "totals": kept, "holds": sum(totals.values()) == 0}

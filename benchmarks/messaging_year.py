"""A year of messaging: 50 seats, 200,000 messages, played through `Outreach`; told in docs/messaging-year.md.

    python benchmarks/messaging_year.py [--seats N] [--messages N] [--days N] [--seed N] [--out FOLDER]

Without `--out`, the page and its charts go to docs/. SQLite runs with `synchronous=OFF` here: nothing of it is to
outlive the machine. tests/test_messaging_year.py works every number out again from the log of what happened.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import ROOT
from sqlalchemy import func, select
from year_page import draw_credits, render
from year_world import CONTRACTS, START, Size, World

from overture.eval.policy_quarter import quick_store
from overture.messaging import Policy
from overture.messaging.charts import weekly_rates, write_chart
from overture.messaging.insights import Figures, Insights, MessageRow, build_insights, read_rows
from overture.messaging.tables import messages, replies, suppressions, threads

PAGE = "messaging-year.md"
HEALTH = ("low_response_rate", "restricted", "restriction_over")


def play(folder: Path, size: Size, policy: Policy, *, charts: bool = False) -> dict[str, Any]:
    """Play a year into a folder, with its log, and its charts if asked; the figures that Overture gives of it."""
    store = quick_store(folder / "year.db")
    with (folder / "log.jsonl").open("w", encoding="utf-8") as log:
        world = World(store, log, size=size, policy=policy)
        world.play()
    figures = {"size": asdict(size), "policy": policy.model_dump(mode="json"), **figures_of(world)}
    if charts:
        write_chart(weekly_rates(rows_of(world)), folder / "messaging-year-rates.svg")
        draw_credits(figures, folder / "messaging-year-credits.svg")
    store.close()
    return figures


def figures_of(world: World) -> dict[str, Any]:
    """Every number of the page, by Overture's own report, statements, notices and tables."""
    rows = rows_of(world)
    insights = build_insights(rows, start=START, end=world.end + timedelta(days=60))
    with world.outreach.store.read() as connection:
        ended = connection.execute(
            select(messages.c.kind, messages.c.state, messages.c.ended_by, func.count())
            .where(messages.c.state != "sent")
            .group_by(messages.c.kind, messages.c.state, messages.c.ended_by)
        )
        counts: dict[str, Any] = {
            "messages": dict(
                sorted(connection.execute(select(messages.c.kind, func.count()).group_by(messages.c.kind)).all())
            ),
            "free": connection.scalar(select(func.count()).where(messages.c.free, messages.c.kind != "further")),
            "ended": sorted([kind, state, rule or "", number] for kind, state, rule, number in ended),
            "replies": sorted(
                [kind, corrected or label or "auto", number]
                for kind, label, corrected, number in connection.execute(
                    select(replies.c.kind, replies.c.label, replies.c.corrected, func.count()).group_by(
                        replies.c.kind, replies.c.label, replies.c.corrected
                    )
                )
            ),
            "moved": connection.scalar(select(func.count()).where(messages.c.note.like("moved past %"))),
            "suppressed": connection.scalar(select(func.count()).select_from(suppressions)),
            "closed": connection.scalar(select(func.count()).where(threads.c.closed)),
            "changed_mind": connection.scalar(select(func.count()).where(threads.c.outcome != threads.c.disposition)),
            "folders": dict(
                sorted(
                    connection.execute(
                        select(threads.c.disposition, func.count()).group_by(threads.c.disposition)
                    ).all()
                )
            ),
        }
    counts["replies"] = merged(counts["replies"])
    return {
        "plans": dict(sorted(Counter(str(recruiter.seat.plan) for recruiter in world.recruiters).items())),
        "refused": dict(sorted(world.refused.items())),
        **counts,
        "rates": {
            "all": shown(insights.of("message")[0]),
            "candidates": shown(insights.of("candidate")[0]),
            **{str(line.group): shown(line) for line in insights.of("message", "kind")},
            **{str(line.group): shown(line) for line in insights.of("message", "assisted")},
        },
        "hours_to_answer": hours(insights),
        "weeks": [
            [point.week.isoformat(), point.assisted, round(point.rate.value * point.rate.n), point.rate.n]
            for point in weekly_rates(rows)
        ],
        "seats": seats_of(insights),
        "months": months_of(world),
        "health": health_of(world),
        "ledger": ledger_of(world),
    }


def seats_of(insights: Insights) -> list[list[Any]]:
    """Of each seat, the lowest rate first: sent, answered, accepted."""
    lines = [(line.response_rate.value, str(line.group), *shown(line)[:3]) for line in insights.of("message", "seat")]
    return [list(line[1:]) for line in sorted(lines)]


def merged(lines: list[list[Any]]) -> list[list[Any]]:
    """Lines with the same names as one."""
    sums: Counter[tuple[str, str]] = Counter()
    for kind, label, number in lines:
        sums[kind, label] += number
    return sorted([kind, label, number] for (kind, label), number in sums.items())


def rows_of(world: World) -> list[MessageRow]:
    """The rows of the report of both contracts."""
    end = world.end + timedelta(days=60)
    with world.outreach.store.read() as connection:
        return [
            row for contract in CONTRACTS for row in read_rows(connection, contract=contract.id, start=START, end=end)
        ]


def shown(line: Figures) -> list[Any]:
    """Sent, answered, accepted, declined, and the response rate with its interval."""
    rate = line.response_rate
    return [line.sent, line.accepted + line.declined, line.accepted, line.declined, rate.value, rate.low, rate.high]


def hours(insights: Insights) -> list[float]:
    """Quartiles of the hours from a message to its answer."""
    time_to_answer = insights.of("message")[0].time_to_answer
    if time_to_answer is None:
        return []
    return [time_to_answer.first_quartile, time_to_answer.median, time_to_answer.third_quartile]


def months_of(world: World) -> list[list[Any]]:
    """Of each contract and month: opening, granted, charged, given back, expired, closing."""
    lines: list[list[Any]] = []
    for contract in CONTRACTS:
        day = START.date()
        while day < world.end.date():
            found = world.outreach.statement(contract.id, month=day)
            kinds = [found.total(kind) for kind in ("grant", "charge", "refund", "expire")]
            lines.append([contract.id, found.month, found.opening, *kinds, found.closing])
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return lines


def health_of(world: World) -> list[list[str]]:
    """What was told to whom of their response rate, and when."""
    told = [
        [f"{notice.at:%Y-%m-%d}", recruiter.seat.id, notice.kind, notice.rule, notice.text.partition(":")[0]]
        for recruiter in world.recruiters
        for notice in world.outreach.notices(recruiter.seat.id, limit=1_000_000)
        if notice.kind in HEALTH
    ]
    return sorted(told)


def ledger_of(world: World) -> dict[str, Any]:
    """What the check of the whole ledger says."""
    report = world.outreach.verify()
    return {"entries": report.entries, "totals": dict(sorted(report.totals.items())), "holds": report.holds}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in asdict(Size()).items():
        asked.add_argument(f"--{name}", type=int, default=value)
    asked.add_argument("--out", type=Path, default=ROOT / "docs")
    chosen = vars(asked.parse_args())
    out: Path = chosen.pop("out")
    out.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = play(folder, Size(**chosen), Policy.default(), charts=True)
        for chart in folder.glob("*.svg"):
            (out / chart.name).write_bytes(chart.read_bytes())
        if out != ROOT / "docs":
            (out / "log.jsonl").write_bytes((folder / "log.jsonl").read_bytes())
            (out / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    page = render(figures)
    (out / PAGE).write_text(page, encoding="utf-8")
    print(page)
    print(f"played and written to {out / PAGE} in {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()

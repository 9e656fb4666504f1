"""The message report: counts, rates with intervals and time to answer, per message and per candidate (I-1, I-2)."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from statistics import quantiles
from typing import Any, Final, Literal, get_args

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, Select, and_, func, or_, select

from overture.base import Value
from overture.classification.metrics import Rate, rate
from overture.errors import MissingExtraError

from .records import Disposition, MessageState, Window
from .tables import messages, seats, threads

View = Literal["message", "candidate"]
Grouping = Literal["all", "seat", "job", "template", "kind", "assisted"]
_HOUR: Final = 3600


class MessageRow(Value):
    """What the report knows of one message; a message that still waits to be sent is in no report."""

    id: str
    candidate: str
    seat: str
    job: str | None = None
    template: str | None = None
    kind: Literal["initial", "follow_up"]
    assisted: bool = Field(default=False, description="Whether a model drafted it.")
    state: MessageState
    at: AwareDatetime = Field(description="Its sending; of one that was not sent, when it was due, else made.")
    sent_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = Field(default=None, description="When the first response came, if to this one.")
    outcome: Disposition = Field(default="pending", description="That of its thread (C-10); counts if it was answered.")


class TimeToAnswer(Value):
    """Hours from sending to answer over those that were answered; quartiles interpolated between neighbours."""

    n: int
    first_quartile: float
    median: float
    third_quartile: float


class Figures(Value):
    """One line of the report; the rates' n is `sent`."""

    view: View
    grouping: Grouping
    group: str | None = Field(description="The seat, job, ...; none for messages that have none.")
    sent: int
    accepted: int
    declined: int
    pending: int = Field(description="Sent and neither accepted nor declined (CR-2).")
    cancelled: int
    failed: int
    response_rate: Rate = Field(description="(accepted + declined) / sent (H-1).")
    accept_rate: Rate = Field(description="accepted / sent.")
    time_to_answer: TimeToAnswer | None = None


class Insights(Value):
    """The report of a period."""

    period: Window
    figures: tuple[Figures, ...]

    def of(self, view: View, grouping: Grouping = "all") -> tuple[Figures, ...]:
        """The lines of one view and grouping."""
        return tuple(line for line in self.figures if (line.view, line.grouping) == (view, grouping))


_GROUP_OF: Final[dict[Grouping, Callable[[MessageRow], str | None]]] = {
    "all": lambda _: "all",
    "seat": lambda row: row.seat,
    "job": lambda row: row.job,
    "template": lambda row: row.template,
    "kind": lambda row: row.kind,
    "assisted": lambda row: "assisted" if row.assisted else "not assisted",
}


def build_insights(rows: Iterable[MessageRow], *, start: datetime, end: datetime) -> Insights:
    """Count the rows of a period, `end` left out, in every grouping, per message and per candidate.

    Per candidate, a group holds each candidate once: sent if any message of the group was sent to them, accepted if
    any of those was, else declined if any was; cancelled (or failed) if nothing of the group was sent. The time to
    answer runs from the first sending to the first answer.
    """
    period = Window(start=start, end=end)
    inside = [row for row in rows if period.holds(row.at)]
    lines: list[Figures] = []
    for grouping in get_args(Grouping):
        groups: dict[str | None, list[MessageRow]] = defaultdict(list)
        for row in inside:
            groups[_GROUP_OF[grouping](row)].append(row)
        for group, members in sorted(groups.items(), key=lambda item: (item[0] is None, item[0] or "")):
            of_candidates: dict[str, list[MessageRow]] = defaultdict(list)
            for row in members:
                of_candidates[row.candidate].append(row)
            lines.append(_count("message", grouping, group, [[row] for row in members]))
            lines.append(_count("candidate", grouping, group, of_candidates.values()))
    return Insights(period=period, figures=tuple(lines))


def read_rows(
    connection: Connection, *, contract: str, seat: str | None = None, start: datetime, end: datetime
) -> list[MessageRow]:
    """The messages of a contract, or of one seat, in a period: by sending, those not sent by their due time."""
    found = connection.execute(rows_query(contract=contract, seat=seat, start=start, end=end)).mappings()
    return [MessageRow.model_validate(dict(row)) for row in found]


def rows_query(*, contract: str, seat: str | None, start: datetime, end: datetime) -> Select[Any]:
    """The statement of `read_rows`."""
    planned = func.coalesce(messages.c.due_at, messages.c.created_at)
    at = func.coalesce(messages.c.sent_at, planned)
    of_contract = select(seats.c.id).where(seats.c.contract == contract)
    was_sent = and_(messages.c.sent_at >= start, messages.c.sent_at < end)
    was_ended = and_(
        messages.c.sent_at.is_(None), messages.c.state.in_(("cancelled", "failed")), planned >= start, planned < end
    )
    of_row = (messages.c[name] for name in MessageRow.model_fields if name in messages.c)
    return (
        select(*of_row, at.label("at"), messages.c.responded_at.label("answered_at"), threads.c.outcome)
        .join(threads, threads.c.id == messages.c.thread)
        .where(
            messages.c.seat.in_(of_contract) if seat is None else messages.c.seat == seat,
            messages.c.contract == contract,
            messages.c.kind != "further",
            or_(was_sent, was_ended),
        )
        .order_by(at, messages.c.id)
    )


def as_table(insights: Insights) -> list[dict[str, str | int | float | None]]:
    """The report as flat lines, the columns of the CSV and Parquet files; none where there is no rate."""
    return [_flat(line) for line in insights.figures]


def write_csv(insights: Insights, path: str | Path) -> None:
    """The report as CSV with a header; a text that a spreadsheet would run as a formula begins with an apostrophe."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(_COLUMNS))
        writer.writeheader()
        writer.writerows({name: _no_formula(value) for name, value in line.items()} for line in as_table(insights))


def _no_formula(value: str | float | None) -> str | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def write_parquet(insights: Insights, path: str | Path) -> None:
    """The report as a Parquet file.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        pa: Any = import_module("pyarrow")  # it ships no types
        pq: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise MissingExtraError("messaging", needed_for="a Parquet file") from None
    types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in _COLUMNS.items()])
    pq.write_table(pa.Table.from_pylist(as_table(insights), schema=schema), str(path))


def _count(view: View, grouping: Grouping, group: str | None, units: Iterable[Sequence[MessageRow]]) -> Figures:
    accepted = declined = pending = cancelled = failed = 0
    hours: list[float] = []
    for unit in units:
        sent = [row for row in unit if row.sent_at is not None]
        answered = [row for row in sent if row.answered_at is not None]
        outcomes = {row.outcome for row in answered}
        if not sent:
            was_cancelled = any(row.state == "cancelled" for row in unit)
            cancelled, failed = cancelled + was_cancelled, failed + (not was_cancelled)
        elif "accepted" in outcomes:
            accepted += 1
        elif "declined" in outcomes:
            declined += 1
        else:
            pending += 1
        if answered:
            hours.append(_hours(sent, answered))
    n = accepted + declined + pending
    return Figures(
        view=view,
        grouping=grouping,
        group=group,
        sent=n,
        accepted=accepted,
        declined=declined,
        pending=pending,
        cancelled=cancelled,
        failed=failed,
        response_rate=rate(accepted + declined, n),
        accept_rate=rate(accepted, n),
        time_to_answer=_time_to_answer(hours),
    )


def _hours(sent: Sequence[MessageRow], answered: Sequence[MessageRow]) -> float:
    first_sent = min(row.sent_at for row in sent if row.sent_at is not None)
    first_answer = min(row.answered_at for row in answered if row.answered_at is not None)
    return max(0.0, (first_answer - first_sent).total_seconds() / _HOUR)


def _time_to_answer(hours: Sequence[float]) -> TimeToAnswer | None:
    if not hours:
        return None
    low, middle, high = quantiles(hours, n=4, method="inclusive") if len(hours) > 1 else [hours[0]] * 3
    return TimeToAnswer(n=len(hours), first_quartile=low, median=middle, third_quartile=high)


_COLUMNS: Final[dict[str, type]] = {
    **{"view": str, "grouping": str, "group": str},
    **{"sent": int, "accepted": int, "declined": int, "pending": int, "cancelled": int, "failed": int},
    **{"response_rate": float, "response_rate_low": float, "response_rate_high": float},
    **{"accept_rate": float, "accept_rate_low": float, "accept_rate_high": float},
    **{"answers": int, "hours_first_quartile": float, "hours_median": float, "hours_third_quartile": float},
}


def _flat(line: Figures) -> dict[str, str | int | float | None]:
    time = line.time_to_answer
    flat: dict[str, str | int | float | None] = {
        "answers": time.n if time else 0,
        "hours_first_quartile": time.first_quartile if time else None,
        "hours_median": time.median if time else None,
        "hours_third_quartile": time.third_quartile if time else None,
    }
    for name, share in (("response_rate", line.response_rate), ("accept_rate", line.accept_rate)):
        is_none = math.isnan(share.value)
        flat |= {name: None if is_none else share.value}
        flat |= {f"{name}_low": None if is_none else share.low, f"{name}_high": None if is_none else share.high}
    return {name: flat[name] if name in flat else getattr(line, name) for name in _COLUMNS}

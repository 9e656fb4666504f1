"""What the page says of a seat's messages: figures, groups by their names, chart and health (I-1 to I-3, H)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from overture.base import Value
from overture.classification.metrics import Rate, rate
from overture.messaging import Contract, Policy, Seat
from overture.messaging.charts import WeekRate, weekly_rates
from overture.messaging.decisions import HealthDecision
from overture.messaging.health_rows import sender_tips
from overture.messaging.insights import Figures, Grouping, Insights, MessageRow, View, build_insights, read_rows
from overture.messaging.rows import get
from overture.messaging.tips import Tip

from .caller import Caller
from .catalogue import say
from .insights_chart import RateChart, draw_weeks
from .insights_credits import Of
from .insights_period import Period
from .services import Services
from .shelf import ListedJob, page

_GROUPINGS: Final[tuple[Grouping, ...]] = ("assisted", "kind", "job", "template")
_MOST_JOBS: Final = 10_000


class Group(Value):
    """One line of the report under the name that people know it by."""

    name: str
    figures: Figures


class SeatReport(Value):
    """A report of a period, in one view and grouping: of a seat, or of its whole contract."""

    period: Period
    view: View
    by: Grouping
    of: Of
    total: Figures | None
    groups: tuple[Group, ...]
    weeks: tuple[WeekRate, ...]
    chart: RateChart | None


class HealthView(Value):
    """How a sender stands, and what of their own numbers may help (H-1 to H-4)."""

    decision: HealthDecision
    rate: Rate
    policy: Policy
    tips: tuple[Tip, ...]


def groupings_of(of: Of) -> tuple[Grouping, ...]:
    """How messages can be grouped; by seat there is one group of a seat's own."""
    return ("seat", *_GROUPINGS) if of == "contract" else _GROUPINGS


def whole_report(
    services: Services, caller: Caller, period: Period, *, of: Of = "seat"
) -> tuple[Insights, list[MessageRow]]:
    """Every view and grouping of a seat's messages or of its contract's, and the messages themselves.

    Raises:
        ProblemError: 403, the whole contract's figures are an admin's to see (I-1).
    """
    if of == "contract":
        caller.check("admin")
    seat = caller.seat if of == "seat" else None
    with services.outreach.store.read() as connection:
        rows = read_rows(connection, contract=caller.contract, seat=seat, start=period.start, end=period.end)
    return build_insights(rows, start=period.start, end=period.end), rows


def read_report(
    services: Services, caller: Caller, period: Period, *, view: View, by: Grouping, of: Of = "seat"
) -> SeatReport:
    """What the page shows of a period.

    Raises:
        ProblemError: 403, the whole contract's figures are an admin's to see (I-1).
    """
    insights, rows = whole_report(services, caller, period, of=of)
    by = by if by in groupings_of(of) else _GROUPINGS[0]
    weeks = weekly_rates(rows)
    return SeatReport(
        period=period,
        view=view,
        by=by,
        of=of,
        total=next(iter(insights.of(view)), None),
        groups=_groups(services, caller.seat, by, insights.of(view, by)),
        weeks=weeks,
        chart=draw_weeks(weeks),
    )


def read_health(services: Services, caller: Caller) -> HealthView:
    """Look at a sender; a notice or a restriction that is due is put down by this look."""
    decision = services.outreach.health(caller.seat)
    with services.outreach.store.read() as connection:
        policy = Policy.named(get(connection, Contract, get(connection, Seat, caller.seat).contract).policy)
        tips = sender_tips(connection, caller.seat, now=services.clock(), policy=policy)
    return HealthView(decision=decision, rate=rate(decision.responses, decision.sent), policy=policy, tips=tips)


def _groups(services: Services, seat: str, by: Grouping, lines: Sequence[Figures]) -> tuple[Group, ...]:
    names = _names(services, seat, by)
    nothing = say(f"insights.no_{by}") if by in ("job", "template") else ""
    return tuple(
        Group(name=nothing if line.group is None else names.get(line.group, line.group), figures=line) for line in lines
    )


def _names(services: Services, seat: str, by: Grouping) -> dict[str, str]:
    if by == "job":
        with services.store.read() as connection:
            return {job.id: job.title for job in page(connection, ListedJob, seat, limit=_MOST_JOBS)}
    if by == "template":
        return {template.id: template.name for template in services.outreach.templates(seat)}
    if by == "seat":
        return {}
    if by == "assisted":
        return {"assisted": say("insights.assisted"), "not assisted": say("insights.by_hand")}
    return {"initial": say("insights.initial"), "follow_up": say("insights.follow_up")}

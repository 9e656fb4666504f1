"""The page of figures: rates over time and by group, how the sender stands, every credit with its why (I, H, CR)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BeforeValidator, Field

from overture.messaging.insights import Grouping, View

from .access import SignedIn
from .inbox_threads import zone_of
from .insights_credits import Of, read_credits, why
from .insights_files import FileKind, report_file
from .insights_period import SPANS, Period, read_month, read_period
from .insights_report import groupings_of, read_health, read_report, whole_report
from .pages import render
from .services import Served, Services
from .sessions import Session

router = APIRouter()
_FEW_LINES: Final = 20
_MORE_LINES: Final = 2_000
Days = Annotated[Annotated[int, Field(ge=1, le=3_650)] | None, BeforeValidator(lambda given: given or None), Query()]
"""None, and an empty field as well: it is the choice of a period of one's own."""
Text = Annotated[str, Query(max_length=20)]


@router.get("/insights")
def insights_page(
    request: Request,
    session: SignedIn,
    services: Served,
    days: Days = None,
    since: Text = "",
    until: Text = "",
    view: View = "message",
    by: Grouping = "assisted",
    of: Of = "seat",
) -> Response:
    """The whole page, or for htmx the report alone."""
    period = _period(services, session, days, since, until)
    report = read_report(services, session.caller, period, view=view, by=by, of=of)
    values: dict[str, Any] = {"report": report, "spans": SPANS, "groupings": groupings_of(of)}
    if request.headers.get("hx-target") == "report":
        return render(request, "insights_report.html", session=session, **values)
    credits_ = read_credits(services, session.caller, month=read_month("", now=services.clock()), most=_FEW_LINES)
    health = read_health(services, session.caller)
    return render(
        request, "insights.html", session=session, credits=credits_, more=_MORE_LINES, health=health, **values
    )


@router.get("/insights/report.{kind}")
def insights_file(
    session: SignedIn,
    services: Served,
    kind: FileKind,
    days: Days = None,
    since: Text = "",
    until: Text = "",
    of: Of = "seat",
) -> Response:
    """Every view and grouping of a period, to keep (I-3)."""
    period = _period(services, session, days, since, until)
    report, _ = whole_report(services, session.caller, period, of=of)
    return report_file(report, kind, name=f"insights-{period.first}-{period.last}")


@router.get("/insights/statement")
def statement_part(
    request: Request,
    session: SignedIn,
    services: Served,
    month: Text = "",
    of: Of = "seat",
    have: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The credits of a month (CR-8), and more of them than somebody has."""
    most = have + _MORE_LINES if have else _FEW_LINES
    credits_ = read_credits(services, session.caller, month=read_month(month, now=services.clock()), of=of, most=most)
    return render(request, "insights_statement.html", session=session, credits=credits_, more=_MORE_LINES)


@router.get("/insights/why/{message}")
def why_part(request: Request, session: SignedIn, services: Served, message: str) -> Response:
    """What a message cost and gave back, and by which rule (CR-8)."""
    return render(request, "insights_why.html", session=session, entries=why(services, session.caller, message))


def _period(services: Services, session: Session, days: int | None, since: str, until: str) -> Period:
    zone = zone_of(services, session.seat)
    return read_period(days=days, since=since, until=until, zone=zone, now=services.clock())

"""/v1/insights and /v1/sender-health: what was sent and answered, as JSON, CSV or Parquet (I-1 to I-3, H-1 to H-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator
from starlette.responses import Response as PlainResponse

from overture.classification.metrics import rate
from overture.errors import InputError
from overture.messaging.charts import weekly_rates
from overture.messaging.insights import (
    Grouping,
    Insights,
    View,
    build_insights,
    read_rows,
    write_csv,
    write_parquet,
)

from .access import ReadCaller
from .body_credits import Of
from .body_insights import INSIGHTS_EXAMPLE, FiguresBody, HealthBody, InsightsBody, WeekBody
from .body_texts import example
from .idempotency import IdempotentRoute
from .paging import tagged
from .services import Served

router = APIRouter(tags=["insights"], route_class=IdempotentRoute)
Format = Literal["json", "csv", "parquet"]
_DAYS: Final = 90
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
_MEDIA: Final[dict[Format, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_FILES: Final[dict[str, Callable[[Insights, Path], None]]] = {"csv": write_csv, "parquet": write_parquet}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The report; CSV and Parquet have a line for each view and grouping.",
        "content": {
            **example(INSIGHTS_EXAMPLE)["content"],
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def _in_range(day: date) -> date:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueError(f"lies outside {_FIRST_DAY} to {_LAST_DAY}")
    return day


Day = Annotated[date, AfterValidator(_in_range)]


@router.get(
    "/insights",
    operation_id="get_insights",
    summary="The message report",
    response_model=InsightsBody,
    responses=_ANSWERS,
)
def get_insights(
    request: Request,
    caller: ReadCaller,
    services: Served,
    start: Annotated[Day | None, Query(description="First UTC day; none: 90 days before the end.")] = None,
    end: Annotated[Day | None, Query(description="Last UTC day; none: today.")] = None,
    view: Annotated[View | None, Query(description="None: both (I-2). Of the JSON.")] = None,
    by: Annotated[Grouping | None, Query(description="None: all (I-1). Of the JSON.")] = None,
    of: Annotated[Of, Query(description="`contract` needs the scope `admin`.")] = "seat",
    form: Annotated[Format | None, Query(alias="format", description="None: as `Accept` says.")] = None,
) -> Response:
    """Counts and rates, each rate with its n and 95 % interval, and the rate over time (I-1 to I-3)."""
    if of == "contract":
        caller.check("admin")
    last = end or services.clock().astimezone(UTC).date()
    first = start or max(last - timedelta(days=_DAYS - 1), _FIRST_DAY)
    if first > last:
        raise InputError("lies behind end: there is no time between them", field="start", expected="an earlier day")
    begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
    with services.outreach.store.read() as connection:
        who = caller.seat if of == "seat" else None
        rows = read_rows(connection, contract=caller.contract, seat=who, start=begins, end=ends)
    report = build_insights(rows, start=begins, end=ends)
    asked = form or _accepted(request.headers.get("accept", ""))
    if asked != "json":
        return _as_file(report, asked, name=f"insights-{first}-{last}.{asked}")
    lines = [line for line in report.figures if view in (None, line.view) and by in (None, line.grouping)]
    body = InsightsBody(
        start=begins,
        end=ends,
        figures=[FiguresBody.of(line) for line in lines],
        weeks=[WeekBody.of(week) for week in weekly_rates(rows)],
    )
    return tagged(request, body)


@router.get("/sender-health", operation_id="get_sender_health", summary="How the sender stands")
def get_sender_health(caller: ReadCaller, services: Served) -> HealthBody:
    """The response rate of the last days, and until when bulk is refused (H-1 to H-4). A due notice is put down."""
    found = services.outreach.health(caller.seat)
    return HealthBody.of(found, rate(found.responses, found.sent))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _accepted(accept: str) -> Format:
    """The first that `Accept` names and we have; weights are not read."""
    for part in accept.split(","):
        name = part.partition(";")[0].strip().lower()
        for form, media in _MEDIA.items():
            if name == media.partition(";")[0]:
                return form
    return "json"


def _as_file(report: Insights, form: Format, *, name: str) -> PlainResponse:
    with TemporaryDirectory(prefix="overture-") as folder:
        path = Path(folder) / "report"
        _FILES[form](report, path)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainResponse(content, media_type=_MEDIA[form], headers=headers)

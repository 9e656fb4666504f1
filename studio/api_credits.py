"""/v1/credits: balance, what expires, the statement of a month, and grants (CR-5 to CR-8)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from overture.messaging import Contract, Policy, Seat
from overture.messaging.entries import Granted
from overture.messaging.rows import get

from .access import AdminCaller, ReadCaller
from .body_credits import (
    GRANT_EXAMPLE,
    STATEMENT_EXAMPLE,
    BalanceBody,
    BonusGrantBody,
    CreditLine,
    ExpiringBody,
    GrantBody,
    Month,
    Of,
    StatementBody,
)
from .body_texts import example
from .idempotency import IdempotentRoute
from .paging import After, Limit, Page, behind, page_of, tagged
from .seats import seat_of_contract
from .services import Served

router = APIRouter(tags=["credits"], route_class=IdempotentRoute)
OfWhom = Annotated[
    Of, Query(description="`contract`: of all its seats, which needs the scope `admin`; else the seat's own.")
]


@router.get("/credits", operation_id="get_balance", summary="The balance", response_model=BalanceBody)
def get_balance(request: Request, caller: ReadCaller, services: Served) -> Response:
    """What the seat may spend now: of its own, or of the pool of its contract (CR-5, CR-6)."""
    outreach = services.outreach
    with outreach.store.read() as connection:
        seat = get(connection, Seat, caller.seat)
        policy = Policy.named(get(connection, Contract, seat.contract).policy)
    found = BalanceBody(
        balance=outreach.balance(seat.id),
        pooled=policy.is_pooled(seat.plan),
        plan=seat.plan,
        monthly_limit=seat.monthly_limit,
    )
    return tagged(request, found)


@router.get(
    "/credits/forecast",
    operation_id="forecast_credits",
    summary="What expires when",
    response_model=Page[ExpiringBody],
    responses={200: example({"items": [{"on": "2027-02-21", "credits": 148}], "next": None})},
)
def forecast_credits(request: Request, caller: ReadCaller, services: Served) -> Response:
    """What the seat may spend and loses on each UTC day if nothing uses it, the next first (CR-5)."""
    days: Counter[date] = Counter()
    for expiring in services.outreach.forecast(caller.seat):
        days[expiring.on] += expiring.credits
    items = [ExpiringBody(on=day, credits=lost) for day, lost in sorted(days.items())]
    return tagged(request, Page[ExpiringBody](items=items))


@router.get(
    "/credits/statement",
    operation_id="get_statement",
    summary="The statement of a month",
    response_model=StatementBody,
    responses={200: example(STATEMENT_EXAMPLE)},
)
def get_statement(
    request: Request,
    caller: ReadCaller,
    services: Served,
    month: Annotated[Month | None, Query(description="In UTC; none: this one.")] = None,
    of: OfWhom = "seat",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Entry by entry, each with its reason; the totals are those of the whole month (CR-8)."""
    if of == "contract":
        caller.check("admin")
    start = services.clock().date() if month is None else _first_day(month)
    whole = services.outreach.statement(caller.contract, month=start)
    lines = [line for line in whole.entries if of == "contract" or line.seat == caller.seat]
    rest = behind(lines, after, key=lambda line: line.key)
    page = page_of([CreditLine.of(line) for line in rest[: limit + 1]], limit, key=lambda line: (line.key,))
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.kind] += line.change
    found = StatementBody(
        items=page.items,
        next=page.next,
        month=whole.month,
        of=of,
        opening=whole.opening if of == "contract" else None,
        closing=whole.closing if of == "contract" else None,
        granted=totals["grant"],
        charged=totals["charge"],
        refunded=totals["refund"],
        expired=totals["expire"],
    )
    return tagged(request, found)


@router.post(
    "/credits/grants",
    status_code=201,
    operation_id="grant_credits",
    summary="Grant credits",
    responses={201: example(GRANT_EXAMPLE)},
)
def grant_credits(body: GrantBody, caller: AdminCaller, services: Served) -> Granted:
    """A plan's credits of a month, once for each month, or a one-off grant, once for each of your keys (CR-5).

    The same grant again changes nothing, and answers with what was granted.
    """
    seat = seat_of_contract(services, caller, body.seat)
    if isinstance(body, BonusGrantBody):
        return services.outreach.grant_bonus(seat.id, key=body.key, credits=body.credits)
    return services.outreach.grant_month(seat.id, month=_first_day(body.month) if body.month else None)


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")

"""Who asked to be left alone, as a seat of the contract may see it (C-7)."""

from __future__ import annotations

from sqlalchemy import or_, select

from overture.messaging.tables import suppressions, threads

from .body_threads import SuppressionBody
from .caller import Caller
from .services import Services
from .tables import candidates


def find_suppression(services: Services, contract: str, candidate: str) -> SuppressionBody | None:
    """That of a candidate, if they are on the contract's list."""
    asked = select(suppressions.c.candidate, suppressions.c.since).where(
        suppressions.c.contract == contract, suppressions.c.candidate == candidate
    )
    with services.outreach.store.read() as connection:
        row = connection.execute(asked).mappings().one_or_none()
    return None if row is None else SuppressionBody.model_validate(dict(row))


def suppressions_of(services: Services, caller: Caller, *, after: str, limit: int) -> list[SuppressionBody]:
    """Those of candidates whom the seat knows: it wrote to them, or has them on its shelf."""
    written = select(threads.c.candidate).where(threads.c.seat == caller.seat)
    kept = select(candidates.c.id).where(candidates.c.seat == caller.seat)
    asked = (
        select(suppressions.c.candidate, suppressions.c.since)
        .where(
            suppressions.c.contract == caller.contract,
            suppressions.c.candidate > after,
            or_(suppressions.c.candidate.in_(written), suppressions.c.candidate.in_(kept)),
        )
        .order_by(suppressions.c.candidate)
        .limit(limit)
    )
    with services.store.read() as connection:  # the tables of all rooms are in one database
        return [SuppressionBody.model_validate(dict(row)) for row in connection.execute(asked).mappings()]

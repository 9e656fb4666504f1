"""A studio for tests: its app in this process, two seats with a key each, and a client that speaks for one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clocks import Clock
from doubles import COMPANY, JOB, RECRUITER, RICH, SPARSE
from fastapi import FastAPI
from starlette.testclient import TestClient

from overture.messaging import Contract, Plan, Seat
from overture.studio import StudioSettings, create_app
from overture.studio.caller import SCOPES, Caller
from overture.studio.services import Services
from overture.studio.sessions import CSRF_HEADER, SESSION_COOKIE, find_session, open_session
from overture.studio.shelf import KeptCandidate, KeptJob, Opportunity, put

ANN, BEN = "ann", "ben"
CONTRACT = "norrsken"


@dataclass(frozen=True)
class Studio:
    """A running studio; `ann` and `ben` speak for two seats of one contract."""

    app: FastAPI
    services: Services
    clock: Clock
    ann: TestClient
    ben: TestClient
    page: TestClient
    """A browser that is signed in as Ann; its writes carry the token of its session."""


@contextmanager
def studio(folder: Path, *, url: str | None = None, **options: Any) -> Generator[Studio]:
    """A studio over a new database (or the one at `url`), with credits, two candidates and a job for each seat."""
    clock = options.pop("clock", None) or Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    given = {"database_url": url or f"sqlite:///{folder / 'studio.db'}", "transport": f"file:{folder / 'outbox.jsonl'}"}
    extra = {name: options.pop(name) for name in ("writer", "transport", "classifier") if name in options}
    app = create_app(StudioSettings(**given, dispatch=False, **options), clock=clock, **extra)
    services: Services = app.state.services
    services.outreach.add_contract(Contract(id=CONTRACT, zone="Europe/Stockholm"))
    for seat in (ANN, BEN):
        services.outreach.add_seat(Seat(id=seat, contract=CONTRACT, plan=Plan.RECRUITER, zone="Europe/Stockholm"))
        services.outreach.grant_month(seat)
        _fill_shelf(services, seat)
    with TestClient(app, base_url="http://127.0.0.1:8420") as page:
        cookie = open_session(
            services.store, Caller(ANN, CONTRACT, frozenset(SCOPES), "test"), key=None, now=services.clock(), hours=12
        )
        session = find_session(services.store, cookie, now=services.clock())
        assert session is not None
        page.cookies.set(SESSION_COOKIE, cookie)
        page.headers[CSRF_HEADER] = session.csrf
        yield Studio(app, services, clock, _speaking(app, services, ANN), _speaking(app, services, BEN), page)


def _speaking(app: FastAPI, services: Services, seat: str) -> TestClient:
    _, key = services.keys.add(seat, contract=CONTRACT, now=services.clock(), scopes=SCOPES)
    return TestClient(app, base_url="http://127.0.0.1:8420", headers={"Authorization": f"Bearer {key}"})


def _fill_shelf(services: Services, seat: str) -> None:
    times = {"created_at": services.clock(), "updated_at": services.clock()}
    offer = Opportunity(job=JOB, company=COMPANY, recruiter=RECRUITER)
    with services.store.write() as connection:
        for key, who in (("rich", RICH), ("sparse", SPARSE)):
            kept = {"id": f"{seat}-{key}", "name": who.name or key, "address": f"{key}@example.com", "profile": who}
            put(connection, seat, KeptCandidate.model_validate(kept | times))
        kept = {"id": f"{seat}-job", "title": "Principal Engineer", "opportunity": offer}
        put(connection, seat, KeptJob.model_validate(kept | times))

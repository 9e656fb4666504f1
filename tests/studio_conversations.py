"""Conversations for tests of the inbox and of Review: sent, scheduled, answered, cancelled, of two seats."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.testclient import TestClient
from studio_app import ANN, CONTRACT, Studio

from overture.messaging import FollowUp, NewMessage, Scheduled
from overture.studio.caller import SCOPES, Caller
from overture.studio.sessions import CSRF_HEADER, SESSION_COOKIE, find_session, open_session


def sent(made: Studio, candidate: str = "ann-rich", *, seat: str = ANN, **fields: Any) -> Scheduled:
    """A message that is out; `follow_up=True` adds one that waits."""
    return _taken(made.services.outreach.send(seat, _message(candidate, seat, fields)))


def scheduled(
    made: Studio, candidate: str = "ann-sparse", *, seat: str = ANN, days: int = 2, **fields: Any
) -> Scheduled:
    """A message that waits for its time."""
    at = (made.clock() + timedelta(days=days)).replace(tzinfo=None, hour=9, minute=0)
    return _taken(made.services.outreach.schedule(seat, _message(candidate, seat, {"at": at, **fields})))


def answered(made: Studio, thread: str, text: str = "", *, at: datetime | None = None, **fields: Any) -> str:
    """An answer that came; its id."""
    return made.services.outreach.receive_reply(thread, text, received_at=at, **fields).reply.id


def as_seat(made: Studio, seat: str, *, scopes: tuple[str, ...] = SCOPES) -> TestClient:
    """A browser that is signed in as a seat for a long time, with these scopes."""
    store, now = made.services.store, made.services.clock()
    cookie = open_session(store, Caller(seat, CONTRACT, frozenset(scopes), "test"), key=None, now=now, hours=10_000)
    session = find_session(store, cookie, now=now)
    assert session is not None
    client = TestClient(made.app, base_url="http://127.0.0.1:8420", headers={CSRF_HEADER: session.csrf})
    client.cookies.set(SESSION_COOKIE, cookie)
    return client


def _message(candidate: str, seat: str, fields: dict[str, Any]) -> NewMessage:
    follow_up = FollowUp(body="Did my message reach you?") if fields.pop("follow_up", False) else None
    given = {
        "candidate": candidate,
        "address": f"{candidate}@example.com",
        "subject": "Owning the ledger at Norrsken",
        "body": "Hello,\n\nNorrsken needs somebody for its ledger. May I tell you more?\n\nElin Berg",
        "job": f"{seat}-job",
        "assisted": True,
        "follow_up": follow_up,
    }
    return NewMessage.model_validate(given | fields)


def _taken(result: object) -> Scheduled:
    assert isinstance(result, Scheduled), result
    return result

"""/health: whether a process and its database answer; for proxies and orchestrators, without a key."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from .problems import ProblemError
from .services import Served
from .store import StudioStore
from .tables import keys

router = APIRouter()
_SECONDS: Final = 2.0


@router.get("/health", response_class=PlainTextResponse)
async def get_health(services: Served) -> str:
    """`ok`, and nothing of what is kept; 503 where the database does not answer in two seconds."""
    try:  # in a thread of its own: those of requests may all wait for a transport
        await asyncio.wait_for(asyncio.to_thread(_ask, services.store), _SECONDS)
    except (SQLAlchemyError, TimeoutError):
        raise ProblemError(503, "unavailable", "the database does not answer") from None
    return "ok"


def _ask(store: StudioStore) -> None:
    with store.read() as connection:
        connection.execute(select(keys.c.id).limit(1))  # a table: for less than that SQLite looks into no file

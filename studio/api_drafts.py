"""/v1: drafts."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["drafts"], route_class=IdempotentRoute)

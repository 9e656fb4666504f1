"""/v1: feedback."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["feedback"], route_class=IdempotentRoute)

"""/v1: insights."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["insights"], route_class=IdempotentRoute)

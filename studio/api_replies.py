"""/v1: replies."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["replies"], route_class=IdempotentRoute)

"""/v1: credits."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["credits"], route_class=IdempotentRoute)

"""/v1: candidates."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["candidates"], route_class=IdempotentRoute)

"""/v1: classify."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["classify"], route_class=IdempotentRoute)

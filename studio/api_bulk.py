"""/v1: bulk."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["bulk"], route_class=IdempotentRoute)

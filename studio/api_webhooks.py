"""/v1: webhooks."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["webhooks"], route_class=IdempotentRoute)

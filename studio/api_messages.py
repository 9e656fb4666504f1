"""/v1: messages."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["messages"], route_class=IdempotentRoute)

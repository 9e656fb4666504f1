"""/v1: settings."""

from __future__ import annotations

from fastapi import APIRouter

from .idempotency import IdempotentRoute

router = APIRouter(tags=["settings"], route_class=IdempotentRoute)

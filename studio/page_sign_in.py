"""The page: sign_in."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()

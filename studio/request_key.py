"""The key that a write passes on to messaging, so that it counts once even where our answer was lost (S-10, CR-1)."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Request

from .access import KeyCaller
from .idempotency import HEADER


async def _derive(request: Request, caller: KeyCaller) -> str | None:
    """None without the header. Of seat, key and the whole request: a key that comes again for another one is new."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    what = f"{caller.seat}\0{key}\0{request.method} {request.url.path}?{request.url.query}\0"
    return hashlib.sha256(what.encode() + await request.body()).hexdigest()


RequestKey = Annotated[str | None, Depends(_derive)]

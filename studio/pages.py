"""How a page is made: sandboxed templates, every word of them from the catalogue, and the session's token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .catalogue import say
from .sessions import CSRF_FIELD, Session

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"


def render(
    request: Request, template: str, *, session: Session | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page, or the part of one that htmx puts in place."""
    whole: Mapping[str, Any] = {
        "session": session,
        "csrf": session.csrf if session else "",
        "csrf_field": CSRF_FIELD,
        "path": request.url.path,
        "is_part": request.headers.get("hx-request") == "true",
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(whole), status_code=status)


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The templates; a name that is not given is an error, and every value is escaped."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    functions: Any = made.globals  # typed by what jinja2 brings, and meant for more
    functions.update(say=say, static=static_url)
    made.filters.update(moment=moment, day=day, thousands=thousands, signed=signed)
    return made


@cache
def static_url(name: str) -> str:
    """The address of a static file, with a piece of its hash, so that it may be cached for good."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def moment(at: datetime, zone: str = "UTC") -> str:
    """An instant as people read it: `Mon 23 Nov 2026, 14:05 (Europe/Paris)`."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M} ({zone})"


def day(at: date) -> str:
    """A day as people read it: `23 Nov 2026`."""
    return f"{at:%-d %b %Y}"


def thousands(value: int) -> str:
    """1,900."""
    return f"{value:,}"


def signed(value: int) -> str:
    """A change: `+150`, `-3` with a true minus, `0`."""
    return f"{value:+,}".replace("-", "\N{MINUS SIGN}") if value else "0"

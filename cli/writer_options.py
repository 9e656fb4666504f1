"""Which writer is asked, and the day it counts from, as options."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from typing import Annotated

import typer


def finite(value: float | None) -> float | None:
    """A number that is one: neither infinite nor NaN, which no lower bound keeps out.

    Raises:
        typer.BadParameter: it is none.
    """
    if value is not None and not isfinite(value):
        raise typer.BadParameter(f"{value} is no number")
    return value


def countable(day: datetime | None) -> datetime | None:
    """A day between 1900 and 2100, as the dates of profiles are.

    Raises:
        typer.BadParameter: it is none.
    """
    if day is not None and not 1900 <= day.year <= 2100:
        raise typer.BadParameter(f"{day:%Y-%m-%d} is not between 1900 and 2100")
    return day


def web_address(url: str | None) -> str | None:
    """An address of the web: a mistyped one would be asked, and after the retries the offline writer would write.

    Raises:
        typer.BadParameter: it is none.
    """
    from urllib.parse import urlsplit

    if url is None:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise typer.BadParameter(f"{url!r} is no web address; expected one such as http://localhost:8000/v1")
    return url


ModelName = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME",
        help="offline, openai:NAME, transformers:FOLDER, or PROVIDER:NAME as LangChain has it.",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        callback=web_address,
        help="Another OpenAI-compatible endpoint for openai:NAME.",
    ),
]
Today = Annotated[
    datetime | None,
    typer.Option(
        "--today",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        callback=countable,
        help="The day from which durations are counted.",
    ),
]
WholeRecord = Annotated[bool, typer.Option("--json", help="Print the whole record, evidence included.")]

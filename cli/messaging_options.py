"""Options that the commands of messaging share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

import typer

from overture.errors import ConfigurationError

PlanName = Literal["recruiter", "recruiter_professional_services", "recruiter_lite", "talent_finder"]
FolderName = Literal["scheduled", "awaiting_reply", "accepted", "declined"]
LabelName = Literal["accept", "decline"]
ViewName = Literal["message", "candidate"]


class GroupingName(StrEnum):
    """How `overture insights` groups; a list option takes no Literal."""

    ALL = "all"
    SEAT = "seat"
    JOB = "job"
    TEMPLATE = "template"
    KIND = "kind"
    ASSISTED = "assisted"


class Clearable(StrEnum):
    """Settings of a seat that can be taken away."""

    ZONE = "zone"
    DAILY_LIMIT = "daily_limit"
    MONTHLY_LIMIT = "monthly_limit"
    FLAGGED = "flagged"


Database = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="OVERTURE_DATABASE",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; without it sqlite:///overture.db, a file in this folder.",
    ),
]
TransportUrl = Annotated[
    str | None,
    typer.Option(
        "--transport",
        metavar="URL",
        envvar="OVERTURE_TRANSPORT",
        help="file:PATH, smtp://..., smtps://... or https://...; without it file:outbox.jsonl, a file in this folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Now = Annotated[str | None, typer.Option(metavar="ISO", hidden=True, help="An instant that stands in for the clock.")]
SeatName = Annotated[str | None, typer.Option("--seat", metavar="ID", help="Whose; needless where there is one seat.")]
ContractName = Annotated[
    str | None, typer.Option("--contract", metavar="ID", help="Which; needless where there is one contract.")
]


def parse_instant(text: str | None, *, option: str) -> datetime | None:
    """An instant from its ISO form; without an offset it is UTC.

    Raises:
        ConfigurationError: it is none.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigurationError(f"{option} is no instant; expected 2026-12-01T09:00+01:00, or UTC without +") from None


def parse_local(text: str | None, *, option: str = "--at") -> datetime | None:
    """A local time without offset (S-1).

    Raises:
        ConfigurationError: it is none, or has an offset, which the zone is there for.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or not 1 < found.year < 9999:
        raise ConfigurationError(f"{option} is no local time; expected '2026-12-01 09:00', and its zone with --zone")
    return found


def parse_month(text: str | None) -> date | None:
    """The first day of a month written YYYY-MM.

    Raises:
        ConfigurationError: it is none.
    """
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise ConfigurationError("--month is no month; expected 2026-12") from None

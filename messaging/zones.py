"""Whose clock a message goes by, and which instant a local wall time is (S-2).

The zones are those of the `tzdata` package, so that every machine of a deployment promises the same times; the
operating system's copy, which may be years older, is not looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from overture.base import Value
from overture.errors import InputError

from .records import ZoneSource

_SECOND: Final = timedelta(seconds=1)


class Zone(Value):
    """An IANA zone and where it came from (S-2)."""

    name: str
    source: ZoneSource


class LocalInstant(Value):
    """The instant that a local wall time is (S-2)."""

    at: AwareDatetime = Field(description="UTC.")
    note: str | None = Field(default=None, description="That the local time was skipped or repeated by a clock change.")
    rule: Literal["S-2"] = "S-2"


def resolve_zone(
    given: str | None = None, *, candidate: str | None = None, sender: str | None = None, contract: str | None = None
) -> Zone:
    """The zone that a message goes by: the one given, else the candidate's, the sender's, the contract's, UTC (S-2).

    A name that is no IANA zone is passed over, unless the caller gave it: what a profile holds stops nobody's message.

    Raises:
        InputError: `given` is no IANA zone.
    """
    if given is not None:
        return Zone(name=check_zone(given), source="given")
    places: tuple[tuple[str | None, ZoneSource], ...] = (
        (candidate, "candidate"),
        (sender, "sender"),
        (contract, "contract"),
    )
    for name, source in places:
        if name in _names():
            return Zone(name=str(name), source=source)
    return Zone(name="UTC", source="utc")


def check_zone(name: str, *, field: str = "zone") -> str:
    """The name itself, if it is an IANA zone (S-2).

    Raises:
        InputError: it is none; `field` says where it was given.
    """
    if name not in _names():
        raise InputError(f"no time zone {name!r}", field=field, expected="an IANA name such as 'Europe/Berlin'")
    return name


def to_instant(local: datetime, zone: str) -> LocalInstant:
    """The instant of a local wall time, by the offset that holds on its own date (S-2).

    A time that a clock change skips moves to the next valid minute; of a repeated one the first is meant; both leave
    a note. The order of local times is kept.

    Raises:
        InputError: `local` carries an offset of its own or lies outside the calendar, or `zone` is no IANA zone.
    """
    if local.tzinfo is not None:
        raise InputError("a local time carries no offset", field="local", expected="2026-03-29T09:00 and a zone")
    info = _load(check_zone(zone))
    try:
        first, second = _utc(local, info, fold=0), _utc(local, info, fold=1)
        if first == second:
            return LocalInstant(at=first)
        if first < second:
            note = f"{shown(local)} comes twice in {zone} by a clock change: the first is meant"
            return LocalInstant(at=first, note=note)
        valid = _after_gap(local, info, length=first - second)
        note = f"{shown(local)} is skipped by a clock change in {zone}: moved to {shown(valid)}"
        return LocalInstant(at=_utc(valid, info, fold=0), note=note)
    except OverflowError as error:
        raise InputError(f"{shown(local)} is outside the calendar", field="local") from error


def to_local(instant: datetime, zone: str) -> datetime:
    """The local wall time of an instant, without offset.

    Raises:
        InputError: the instant has no offset, or `zone` is no IANA zone.
    """
    return as_utc(instant).astimezone(_load(check_zone(zone))).replace(tzinfo=None, fold=0)


def as_utc(instant: datetime, *, field: str = "instant") -> datetime:
    """An instant in UTC.

    Raises:
        InputError: it has no offset, so that nobody can tell which instant it is.
    """
    if instant.utcoffset() is None:
        raise InputError("an instant needs an offset", field=field, expected="2026-03-29T09:00+00:00")
    return instant.astimezone(UTC)


def shown(local: datetime) -> str:
    """A local time as a reason or a note shows it: `2026-03-29 09:00`."""
    return local.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def _utc(local: datetime, info: ZoneInfo, *, fold: int) -> datetime:
    return local.replace(tzinfo=info, fold=fold).astimezone(UTC)


def _after_gap(local: datetime, info: ZoneInfo, *, length: timedelta) -> datetime:
    """The first local time after the gap that `local` lies in; gaps begin and end on whole seconds (PEP 495)."""
    start = local.replace(microsecond=0)

    def is_valid(seconds: int) -> bool:
        later = start + seconds * _SECOND
        return _utc(later, info, fold=0) <= _utc(later, info, fold=1)

    return start + bisect_left(range(length // _SECOND), True, key=is_valid) * _SECOND


@cache
def _names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def _load(name: str) -> ZoneInfo:
    file = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)

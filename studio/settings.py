"""How a studio is set up, in one frozen value."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from pydantic import Field

from overture.base import Value
from overture.errors import ConfigurationError

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


class StudioSettings(Value):
    """Where a studio listens, what it keeps its state in, who writes and who sends, and what it lets through."""

    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65_535)
    allowed_hosts: tuple[str, ...] = Field(default=(), description="Names it answers to besides those of loopback.")
    database_url: str = "sqlite:///overture.db"
    model: str | None = Field(default=None, description="As for `Drafter`; none: the offline writer.")
    base_url: str | None = None
    transport: str = Field(default="file:outbox.jsonl", description="As for `open_transport`.")
    open_seat: str | None = Field(
        default=None, description="The seat that whoever reaches the page works as, without a key; loopback only."
    )
    requests_per_minute: int = Field(default=6_000, ge=1, description="Of one key; what is above waits outside.")
    burst: int = Field(default=200, ge=1, description="Requests of one key that may come at once.")
    largest_body: int = Field(default=2 * 1024 * 1024, ge=1_024, description="Bytes of a request.")
    largest_bulk: int = Field(default=32 * 1024 * 1024, ge=1_024, description="Bytes of a request for a bulk job.")
    session_hours: int = Field(default=12, ge=1)
    https: bool = Field(default=False, description="Reached by HTTPS: cookies are for HTTPS only, and HSTS is sent.")
    dispatch: bool = Field(default=True, description="Whether it wakes what is due; one process of many is enough.")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def check_bind(settings: StudioSettings, *, keys: int) -> None:
    """Refuse to be reachable from other machines without keys.

    Raises:
        ConfigurationError: the address is public, and there is no key or the page is open.
    """
    if settings.is_loopback:
        return
    if settings.open_seat is not None:
        raise ConfigurationError(f"{settings.host} is reached from other machines: a seat cannot be open to all there")
    if not keys:
        raise ConfigurationError(
            f"{settings.host} is reached from other machines and there is no key: make one with "
            "'overture studio keys add --seat ID --contract ID', or listen on 127.0.0.1"
        )

"""Which model behind which endpoint a writer asks: what its price and its spans go by (D-14)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from .writers import Writer


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model by provider and name; `host` where the endpoint is known, then it says who serves."""

    provider: str
    """As the writer's label or LangChain has it: `openai`, `anthropic`, `google_genai`; empty if nobody says."""
    name: str
    host: str | None = None
    port: int | None = None


def served_model(writer: Writer) -> ServedModel:
    """What a writer says of itself in `served_model`, else what its label `PROVIDER:NAME` says."""
    said = getattr(writer, "served_model", None)
    if isinstance(said, ServedModel):
        return said
    provider, colon, name = writer.label.partition(":")
    return ServedModel(provider, name) if colon else ServedModel("", writer.label)


def at_endpoint(provider: str, name: str, base_url: str | None) -> ServedModel:
    """The model behind an address; nothing of the address but host and port is kept."""
    if not base_url:
        return ServedModel(provider, name)
    parts = urlsplit(base_url if "//" in base_url else f"//{base_url}")
    try:
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:  # no number, or none that a port can have
        port = None
    return ServedModel(provider, name, parts.hostname, port)

"""A prompt ready to be sent, with what an audit needs to find it again (D-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """Two parts of text: `shared` is byte for byte the same for all candidates of an opportunity, `personal` is not."""

    shared: str
    personal: str
    name: str
    version: int
    fingerprint: str
    """SHA-256 of the prompt file's schema, options, variables and text, in hexadecimal."""
    schema: Mapping[str, Any]
    """JSON schema of the answer."""
    options: Mapping[str, str | int | float | bool]
    """Model options the prompt was written for, such as `temperature`."""

    @property
    def messages(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Role and text: what is shared first, so that a provider can cache it."""
        return (("system", self.shared), ("user", self.personal))

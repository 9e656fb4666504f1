"""The ceiling on what one draft may cost."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from overture.base import Value


class Limits(Value):
    """At most this much for one draft; then the offline writer writes (D-15).

    A request that a client library retries by itself (rate limit, server error) counts once. Tokens are input and
    output together, as the endpoint reported them; a request that would by estimate pass the ceiling is not made.
    """

    max_requests: int = Field(default=3, ge=1)
    max_total_tokens: int = Field(default=20_000, ge=1)
    max_output_tokens: int = Field(default=900, ge=1)
    """For one answer; models that reason before they write spend these tokens on that too."""
    max_price: Decimal | None = Field(default=None, gt=0)
    """US dollars; the model must be one whose price is known."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds for one request."""
    max_repairs: int = Field(default=2, ge=0)
    """How often a model may write again after blocking findings or an unreadable answer."""

"""What a draft has cost, in a line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overture.generation.draft import Usage


def spent_line(usage: Usage) -> str:
    """Requests, tokens and US dollars; where a price is unknown, it says so."""
    requests = f"{usage.requests} request{'' if usage.requests == 1 else 's'}"
    if usage.price is not None:
        price = f"{usage.price.normalize():f} US dollars"
    elif usage.priced_requests:
        unknown = usage.requests - usage.priced_requests
        price = f"{usage.known_price.normalize():f} US dollars and what {unknown} of them cost"
    else:
        price = "no known price"
    return f"{requests}, {usage.total_tokens} tokens, {price}"

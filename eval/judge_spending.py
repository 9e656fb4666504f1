"""A judge's requests under the run's ceilings: each is reserved before it goes out and booked after it (D-15)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from overture.errors import ConfigurationError, WriterError, WriterUnavailableError
from overture.generation.course import estimated

from .pace import own_turn

if TYPE_CHECKING:
    from overture.generation.budget import Budget, Reservation
    from overture.generation.draft import Usage
    from overture.generation.prices import Rate
    from overture.generation.writers import Answered, WriteRequest

Ask = Callable[["WriteRequest"], Awaitable["Answered"]]


async def ask_within(budget: Budget | None, rate: Rate | None, request: WriteRequest, ask: Ask) -> Answered:
    """One request at the run's pace, if the budget has room for it; what it cost is booked, also where it fails.

    Raises:
        BudgetExceededError: there is no room left.
        Exception: whatever `ask` raises.
    """
    await own_turn()
    if budget is None:
        return await ask(request)
    estimate = estimated(request)
    room = budget.reserve(estimate.total_tokens, None if rate is None else rate.price(estimate))
    try:
        answer = await ask(request)
    except BaseException as error:  # a cancelled request was made too
        if isinstance(error, ConfigurationError | WriterUnavailableError):
            room.release()
        else:
            _book(room, error.usage if isinstance(error, WriterError) else None, rate)
        raise
    _book(room, answer.usage, rate)
    return answer


def _book(room: Reservation, usage: Usage | None, rate: Rate | None) -> None:
    if usage is None or not usage.total_tokens:
        room.book_estimate()
    else:
        room.book(usage.total_tokens, (rate.priced(usage) if rate else usage).price)

"""The ceiling on what a run may cost: past it the run stops, and can go on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from overture.errors import BudgetExceededError
from overture.generation.budget import Budget, Reservation

_REFUSED: ContextVar[list[BudgetExceededError] | None] = ContextVar("refused", default=None)


class RunBudget(Budget):
    """A budget that remembers its refusal: a run does not go on with drafts that a model was too dear for (D-15).

    Give the same one to `Drafter(budget=...)` and to `run_suites(budget=...)`.
    """

    refusal: BudgetExceededError | None = None
    """Of the first request that there was no room for."""

    def reserve(self, tokens: int, price: Decimal | None) -> Reservation:
        """As `Budget.reserve`."""
        try:
            return super().reserve(tokens, price)
        except BudgetExceededError as error:
            self.refusal = self.refusal or error
            refused = _REFUSED.get()
            if refused is not None:
                refused.append(error)
            raise


@contextmanager
def refusals() -> Generator[list[BudgetExceededError], None, None]:
    """What budgets refuse in here, whoever catches the error: a fallback is no answer of the model.

    Threads and tasks that are begun in here are seen too.
    """
    found: list[BudgetExceededError] = []
    token = _REFUSED.set(found)
    try:
        yield found
    finally:
        _REFUSED.reset(token)

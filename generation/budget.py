"""The ceiling on what a whole run may cost, shared by any number of drafts (D-15)."""

from __future__ import annotations

import threading
from decimal import Decimal

from overture.base import Value
from overture.errors import BudgetExceededError, ConfigurationError


class BudgetState(Value):
    """What a budget has booked, and what the requests under way have reserved; prices in US dollars."""

    requests: int = 0
    tokens: int = 0
    price: Decimal = Decimal(0)
    """Of the requests whose price is known."""
    open_requests: int = 0
    open_tokens: int = 0
    open_price: Decimal = Decimal(0)


class Budget:
    """At most this much for all drafts that share it; then the offline writer writes (D-15).

    Before each request an estimate is reserved, after it what was spent is booked in its place. A request is made only
    if everything booked and reserved stays within the ceilings, so that they can be passed by no more than what the
    requests under way at that moment cost beyond their estimates. A request whose tokens nobody reported is booked at
    its estimate, unless the endpoint could not be reached. Safe to share between threads and tasks, and between
    drafters. `max_price` is in US dollars and needs models whose price is known.

    Raises:
        ConfigurationError: a ceiling is not above zero.
    """

    def __init__(
        self,
        *,
        max_requests: int | None = None,
        max_tokens: int | None = None,
        max_price: Decimal | float | str | None = None,
    ) -> None:
        price = None if max_price is None else _price(max_price)
        for name, ceiling in (("max_requests", max_requests), ("max_tokens", max_tokens), ("max_price", price)):
            if ceiling is not None and not ceiling > 0:
                raise ConfigurationError(f"{name} of a budget must be above 0, not {ceiling}")
        self.max_requests, self.max_tokens, self.max_price = max_requests, max_tokens, price
        self._state = BudgetState()
        self._lock = threading.Lock()

    @property
    def state(self) -> BudgetState:
        """What is booked and reserved at this moment."""
        return self._state

    def reserve(self, tokens: int, price: Decimal | None) -> Reservation:
        """Room for one request by its estimate; a `price` of None is unknown.

        Raises:
            BudgetExceededError: there is no room left.
            ConfigurationError: the budget has a ceiling on the price, and the price is unknown.
        """
        if self.max_price is not None and price is None:
            raise ConfigurationError("D-15: the budget has a max_price, and the price of the model is unknown")
        reserved = Reservation(self, tokens, price or Decimal(0))
        with self._lock:
            now = self._state
            _check("requests", now.requests + now.open_requests, 1, self.max_requests)
            _check("tokens", now.tokens + now.open_tokens, tokens, self.max_tokens)
            _check("US dollars", now.price + now.open_price, reserved.price, self.max_price)
            self._state = _moved(now, open_requests=1, open_tokens=tokens, open_price=reserved.price)
        return reserved

    def close(self, reserved: Reservation, *, requests: int, tokens: int, price: Decimal) -> None:
        """Book what was spent in place of what was reserved; a reservation is closed once, later calls do nothing."""
        with self._lock:
            if not reserved.is_open:
                return
            reserved.is_open = False
            self._state = _moved(
                self._state, requests=requests, tokens=tokens, price=price,
                open_requests=-1, open_tokens=-reserved.tokens, open_price=-reserved.price,
            )  # fmt: skip


class Reservation:
    """Room for one request that is under way; `price` in US dollars."""

    __slots__ = ("_budget", "is_open", "price", "tokens")

    def __init__(self, budget: Budget, tokens: int, price: Decimal) -> None:
        self._budget, self.tokens, self.price, self.is_open = budget, tokens, price, True

    def book(self, tokens: int, price: Decimal | None) -> None:
        """The request cost this much; where the price is unknown, its tokens are booked alone."""
        self._budget.close(self, requests=1, tokens=tokens, price=price or Decimal(0))

    def book_estimate(self) -> None:
        """Nobody said what the request cost."""
        self._budget.close(self, requests=1, tokens=self.tokens, price=self.price)

    def release(self) -> None:
        """The request was not served, and cost nothing but itself."""
        self._budget.close(self, requests=1, tokens=0, price=Decimal(0))


def _price(value: Decimal | float | str) -> Decimal:
    try:
        price = Decimal(str(value))
    except ArithmeticError:
        price = Decimal("NaN")
    if not price.is_finite():
        raise ConfigurationError(f"max_price of a budget must be an amount of US dollars, not {value!r}")
    return price


def _check(unit: str, taken: Decimal | int, more: Decimal | int, ceiling: Decimal | int | None) -> None:
    if ceiling is not None and taken + more > ceiling:
        raise BudgetExceededError(
            f"one more request would pass the run's ceiling of {ceiling} {unit} ({taken} spent or reserved)"
        )


def _moved(state: BudgetState, **changes: Decimal | int) -> BudgetState:
    return state.model_copy(update={name: getattr(state, name) + change for name, change in changes.items()})

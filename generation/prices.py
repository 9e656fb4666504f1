"""What a model's tokens cost: a dated table as data, and the price of a usage by it (D-14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import Field, ValidationError

from overture.base import Value
from overture.errors import ConfigurationError, InputError

from .budget import Budget
from .draft import Usage
from .limits import Limits
from .served_model import ServedModel, served_model
from .writers import Writer

_MILLION = -6


class Rate(Value):
    """US dollars per million tokens; cached input costs as much as other input where no price of its own is known."""

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cached_input: Decimal | None = Field(default=None, ge=0)

    def price(self, usage: Usage) -> Decimal:
        """What these tokens cost, in US dollars; `cached_tokens` are a part of `input_tokens`."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        of_cached = self.input if self.cached_input is None else self.cached_input
        each = (
            (usage.input_tokens - cached) * self.input,
            cached * of_cached,
            usage.output_tokens * self.output,
        )
        return sum(each, Decimal(0)).scaleb(_MILLION)

    def priced(self, usage: Usage) -> Usage:
        """The usage with its price; unchanged where it has one, or where the endpoint reported no tokens."""
        if usage.priced_requests or not usage.total_tokens:
            return usage
        return usage.model_copy(update={"known_price": self.price(usage), "priced_requests": usage.requests})


class ModelPrice(Rate):
    """The rate of all models whose name is one of `names` or fits a shell pattern among them, in lower case."""

    names: tuple[str, ...] = Field(min_length=1)


class Provider(Value):
    """The prices of one provider: the hosts that serve it, and what else it is called."""

    models: tuple[ModelPrice, ...]
    hosts: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Prices(Value):
    """A table of prices as it stood on a day, in US dollars per million tokens."""

    as_of: date
    providers: dict[str, Provider]
    source: str = ""
    unit: str = "US dollars per million tokens"

    @staticmethod
    def default() -> Prices:
        """The table that comes with Overture."""
        return _default()

    @classmethod
    def read(cls, path: str | Path) -> Prices:
        """A table of your own in the form of `generation/data/prices.json`.

        Raises:
            InputError: the file cannot be read; names the field.
        """
        try:
            return cls.model_validate_json(Path(path).read_bytes())
        except OSError as error:
            raise InputError("cannot be read", path=str(path), expected="a table of prices in JSON") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise InputError(first["msg"], path=str(path), field=field) from None

    def rate_of(self, model: ServedModel) -> Rate | None:
        """The rate of a model, None where the table has none: an unknown price is no price, never zero.

        An endpoint that is known decides: a model behind a server of your own is not priced as its namesake.
        """
        name = model.name.lower().removeprefix("models/")
        found: tuple[int, Rate] | None = None
        for key, provider in self.providers.items():
            served = model.host in provider.hosts if model.host else model.provider in (key, *provider.aliases)
            for price in provider.models if served else ():
                for pattern in price.names:
                    closeness = len(name) + 1 if pattern == name else len(pattern)
                    if fnmatchcase(name, pattern) and (found is None or closeness > found[0]):
                        found = closeness, price
        return found[1] if found else None


def rate_for(
    writer: Writer, *, prices: Prices | str | Path | None, limits: Limits | None, budget: Budget | None
) -> Rate | None:
    """What a writer's model costs, None where the table does not say; the offline writer needs no table.

    Raises:
        ConfigurationError: there is a ceiling on the price, and no price to hold against it (D-15).
        InputError: the table cannot be read.
    """
    if writer.label == "offline":
        return None
    table = prices if isinstance(prices, Prices) else Prices.read(prices) if prices else Prices.default()
    model = served_model(writer)
    rate = table.rate_of(model)
    ceiling = (limits and limits.max_price is not None) or (budget and budget.max_price is not None)
    if rate is None and ceiling:
        raise ConfigurationError(
            f"D-15: max_price needs a price, and the table of {table.as_of} has none for {writer.label!r}"
            f"{f' at {model.host}' if model.host else ''}; pass prices, or a ceiling on tokens instead"
        )
    return rate


@cache
def _default() -> Prices:
    return Prices.model_validate_json(files("overture.generation").joinpath("data", "prices.json").read_bytes())

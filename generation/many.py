"""Drafts for any number of candidates: a stream in, a stream out, and a bad one among them is a result of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from dataclasses import dataclass

from overture.errors import ConfigurationError, OvertureError
from overture.people import Candidate

from .bounded import bounded_map
from .draft import Draft
from .draft_input import DraftInput

DraftSource = Candidate | DraftInput | OvertureError
"""What a draft is made for; an error in its place is what came of reading it, and is passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What came of one input: a draft, or the error in its place; `number` counts the inputs from 0."""

    number: int
    draft: Draft | None = None
    error: Exception | None = None


def draft_each(
    draft: Callable[[DraftInput], Awaitable[Draft]],
    inputs: Iterable[DraftSource] | AsyncIterable[DraftSource],
    *,
    common: DraftInput | None,
    concurrency: int,
    ordered: bool,
) -> AsyncGenerator[Drafted]:
    """A result for each input, with memory that does not grow with their number.

    `common` holds what goes with every candidate that comes without inputs of its own.

    Raises:
        ConfigurationError: `concurrency` is not above zero.
    """
    if concurrency < 1:
        raise ConfigurationError(f"concurrency must be at least 1, not {concurrency}")

    async def one(number: int, given: DraftSource) -> Drafted:
        try:
            return Drafted(number=number, draft=await draft(_whole(given, common)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not end the others
            return Drafted(number=number, error=error)

    return bounded_map(one, inputs, concurrency=concurrency, ordered=ordered)


def _whole(given: DraftSource, common: DraftInput | None) -> DraftInput:
    if isinstance(given, OvertureError):
        raise given
    if isinstance(given, DraftInput):
        return given
    if not isinstance(given, Candidate):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller without a type checker
        raise ConfigurationError(f"{type(given).__name__} is nothing to draft for; give a Candidate or a DraftInput")
    if common is None:
        return DraftInput(candidate=given)
    # not validated again: the objects stay the same, so that what they have in common is found by identity
    return common.model_copy(update={"candidate": given})

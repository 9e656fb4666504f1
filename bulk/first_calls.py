"""The first calls of a run go one at a time: for the provider's cache, and since a refused one may mean two things.

A request that is refused (HTTP 400 and the like) is its row's own fault, or the setting is wrong and all will be.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, Final

from overture.errors import ConfigurationError

ENOUGH: Final = 3
"""So many requests, each for another candidate, are refused alike and none is answered: then it is the setting."""
_PREFIXES: Final = 64
_QUOTED: Final = 200


class PutOff(Exception):  # noqa: N818 - nothing is wrong yet
    """Ends a row for now, from within its draft: its request was refused, and whether that is its own is not known."""


class Lead:
    """The turn of the one call that goes ahead."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.was_refused = False


class FirstCalls:
    """What all calls of this process to one run's model share, in one event loop."""

    def __init__(self) -> None:
        self._leads: OrderedDict[str, Lead] = OrderedDict()
        self._refused: dict[str, ConfigurationError] = {}

    async def lead(self, shared: str) -> Lead | None:
        """Wait for the first call with this prefix; the turn to `end`, where this one goes ahead."""
        while (found := self._leads.get(shared)) is not None:
            await found.ended.wait()
            if not found.was_refused:
                return None
        if len(self._leads) >= _PREFIXES:
            self._leads.popitem(last=False)[1].ended.set()
        lead = self._leads[shared] = Lead()
        return lead

    def end(self, lead: Lead, shared: str, *, was_refused: bool) -> None:
        """The call has ended; the next goes ahead alone as well where it was refused before any was answered."""
        lead.was_refused = was_refused
        if was_refused and self._leads.get(shared) is lead:
            del self._leads[shared]
        lead.ended.set()

    def refusal(self, key: str) -> ConfigurationError | None:
        """How the request under this key was refused before."""
        return self._refused.get(key)

    def refuse(self, key: str, error: ConfigurationError) -> None:
        """A request was refused, and none was answered yet."""
        if len(self._refused) < ENOUGH:
            self._refused.setdefault(key, error)

    @property
    def is_decided(self) -> bool:
        """Whether so many were refused that it can be told whose fault it is."""
        return len(self._refused) >= ENOUGH

    def wrong_setting(self) -> ConfigurationError | None:
        """Why the run cannot go on, where enough were refused and all of them alike."""
        errors = list(self._refused.values())
        if not self.is_decided or len({str(error) for error in errors}) > 1:
            return None
        # What it says alike of several people says nothing of one of them, so that it may be quoted.
        words = {_words_of(error) for error in errors}
        said = f"; it says {words.pop()!r}" if len(words) == 1 and "" not in words else ""
        return ConfigurationError(
            f"{errors[0]}: the first {len(errors)} requests, each for another candidate, were refused alike and none "
            f"was answered{said}. Check the model's name and that it takes these requests; if it is these candidates, "
            "put one first whom it takes"
        )


def _words_of(error: BaseException) -> str:
    """The message in the endpoint's own words, empty where it has none."""
    body: Any = getattr(error.__cause__, "body", None)
    words: Any = body.get("message") if isinstance(body, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # data of any shape
    return " ".join(words.split())[:_QUOTED] if isinstance(words, str) else ""

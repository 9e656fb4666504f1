"""What a request may use: one value for an app, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from overture.feedback import FeedbackStore
from overture.generation import Drafter
from overture.generation.seat_store import SeatStore
from overture.messaging import Outreach

from .keys import KeyStore
from .settings import StudioSettings
from .store import StudioStore

if TYPE_CHECKING:
    from overture.classification import ReplyClassifier

Clock = Callable[[], datetime]


class LazyClassifier:
    """The classifier, loaded at the first reply or when the app warms up: it takes most of a second."""

    def __init__(self, load: Callable[[], ReplyClassifier]) -> None:
        self._load, self._lock = load, Lock()
        self._loaded: ReplyClassifier | None = None

    def __call__(self) -> ReplyClassifier:
        """The classifier."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind a studio."""

    settings: StudioSettings
    clock: Clock
    store: StudioStore
    keys: KeyStore
    outreach: Outreach
    seats: SeatStore
    feedback: FeedbackStore
    drafter: Drafter
    classifier: LazyClassifier

    def close(self) -> None:
        """Give back every connection."""
        for each in (self.outreach, self.seats, self.feedback, self.store):
            each.close()


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    found: Services = request.app.state.services
    return found


async def _served(request: Request) -> Services:
    return services_of(request)  # in the event loop: a plain function would wait for a thread


Served = Annotated[Services, Depends(_served)]

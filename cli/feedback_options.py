"""What the commands of feedback share: where it is kept, and the open store."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from overture.errors import ConfigurationError

if TYPE_CHECKING:
    from overture.feedback.feedback_store import FeedbackStore


@contextmanager
def open_feedback(database: str | None, *, now: str | None = None, is_new: bool = False) -> Generator[FeedbackStore]:
    """The feedback store of a database that is there, or, with `is_new`, may be made now.

    Raises:
        ConfigurationError: there is no such file, the address is none, or the extra is missing.
        RunError: the database failed.
    """
    from .opening import clock_of, lacks_file, one_line_errors, shown

    clock = clock_of(now)
    with one_line_errors("feedback", needed_for="feedback"):
        from overture.database import DEFAULT_URL
        from overture.feedback.feedback_store import FeedbackStore

        url = database or DEFAULT_URL
        if not is_new and lacks_file(url):
            raise ConfigurationError(f"no feedback is kept in {shown(url)} yet: `overture feedback import` begins")
        with FeedbackStore(url, clock=clock) as store:
            yield store

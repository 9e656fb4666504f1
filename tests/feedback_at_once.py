"""What processes do to one feedback store at the same instant, or until they are killed."""

from __future__ import annotations

import os
import sys
import time

import ledgers
from feedback_people import draft_of, many_events, vote_on

from overture.feedback import FeedbackStore

SHARED = 40


def add_at_once(url: str, writer: int, count: int) -> tuple[int, int, int]:
    """Adds events of its own and events that every writer has, some one by one; gives added, repeated, refused."""
    with FeedbackStore(url) as store:
        ours = list(many_events(count, start=1_000 * (writer + 1)))
        shared = list(many_events(SHARED, start=10))
        turned = [*shared[writer * 5 :], *shared[: writer * 5]]
        ledgers.meet()
        many = store.add_many([*ours[:-10], *turned], batch=17)
        one_by_one = [store.add(event).outcome for event in (*ours[-10:], *shared[:5])]
        return (
            many.added + one_by_one.count("added"), many.repeated + one_by_one.count("repeated"), len(many.refused),
        )  # fmt: skip


def poll_at_once(url: str, expected: int) -> list[int]:
    """Follows the store by `last_number` and `since` while others write; the numbers of the events it was given."""
    found: list[int] = []
    with FeedbackStore(url) as store:
        seen = 0
        ledgers.meet()
        end = time.monotonic() + 120
        while len(found) < expected and time.monotonic() < end:
            last = store.last_number()
            found += [state.number for state in store.draft_states(since=seen) if seen < state.number <= last]
            seen = last
    return found


def vote_at_once(url: str, writer: int, count: int) -> int:
    """Votes once on each of so many drafts of its own."""
    with FeedbackStore(url) as store:
        ledgers.meet()
        for number in range(count):
            key = 10_000 * (writer + 1) + number
            store.add(vote_on(key, draft=draft_of(key)))
    return count


def vote_or_poll(url: str, writer: int, count: int) -> int | list[int]:
    """A writer, or with -1 the reader."""
    return poll_at_once(url, count) if writer < 0 else vote_at_once(url, writer, count)


def import_until_killed(url: str, count: int) -> None:
    """Adds the same events in small batches."""
    with FeedbackStore(url) as store:
        store.add_many(many_events(count), batch=25)


if __name__ == "__main__":
    import_until_killed(sys.argv[1], int(sys.argv[2]))
    os._exit(0)

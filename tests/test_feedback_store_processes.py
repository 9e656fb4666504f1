"""F-1: eight writers at once, readers beside them, and a writer killed at any instant: every event is there once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

import feedback_at_once
from feedback_at_once import SHARED, add_at_once, vote_or_poll
from feedback_people import feedback_postgres as feedback_postgres
from feedback_people import feedback_sqlite as feedback_sqlite
from feedback_people import feedback_url as feedback_url
from feedback_people import many_events
from ledgers import at_once
from sqlalchemy import func, select

from overture.feedback import FeedbackStore
from overture.feedback.feedback_tables import events

WRITERS = 8
OWN = 60


@pytest.mark.slow
def test_f1_eight_writers_at_once_and_every_event_is_there_once(feedback_url: str) -> None:
    told = at_once(add_at_once, [(feedback_url, writer, OWN) for writer in range(WRITERS)])
    expected = WRITERS * OWN + SHARED
    assert sum(added for added, _, _ in told) == expected
    assert sum(repeated for _, repeated, _ in told) == WRITERS * (OWN + SHARED + 5) - expected
    assert [refused for _, _, refused in told] == [0] * WRITERS
    with FeedbackStore(feedback_url) as store, store.database.read() as connection:
        ids = connection.scalars(select(events.c.id)).all()
    wanted = {event.id for writer in range(WRITERS) for event in many_events(OWN, start=1_000 * (writer + 1))}
    assert sorted(ids) == sorted(wanted | {event.id for event in many_events(SHARED, start=10)})


@pytest.mark.slow
def test_f1_a_reader_that_follows_passes_over_no_event(feedback_url: str) -> None:
    told = at_once(vote_or_poll, [*((feedback_url, writer, 25) for writer in range(6)), (feedback_url, -1, 150)])
    with FeedbackStore(feedback_url) as store:
        numbers = [state.number for state in store.draft_states()]
    assert len(numbers) == 150
    assert told[-1] == numbers


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_f1_an_import_killed_at_twenty_instants_loses_nothing_and_doubles_nothing(
    feedback_url: str,
) -> None:
    count, kills, chance = 4_000, 20, random.Random(7)
    after = 0
    with FeedbackStore(feedback_url) as store:
        for kill in range(kills):
            before = _count(store)
            process = subprocess.Popen(  # noqa: S603 - this interpreter, our own module
                [sys.executable, feedback_at_once.__file__, feedback_url, str(count)],
                cwd=Path(__file__).parent,
            )
            # Counted in what is stored and not in seconds, so that no kill comes too late on a fast machine.
            while process.poll() is None and _count(store) < count * (kill + 1) // (kills + 2):
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.02))
            process.kill()
            assert process.wait() == -signal.SIGKILL
            after = _count(store)
            assert before < after < count
            assert after % 25 == 0  # whole batches only
        added = store.add_many(many_events(count), batch=500)
        assert added.added + added.repeated == count
        assert added.added == count - after
        with store.database.read() as connection:
            ids = connection.scalars(select(events.c.id).order_by(events.c.number)).all()
    assert ids == [event.id for event in many_events(count)]


def _count(store: FeedbackStore) -> int:
    with store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(events)) or 0

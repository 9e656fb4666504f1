"""F-1: whatever is given in whatever order, the store says what a dict would (both databases)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from feedback_people import NOON, draft_of, reply_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from postgres import STORES, PostgresServer

from overture.feedback import DraftVote, Event, FeedbackStore, LabelCorrection
from overture.feedback.feedback_tables import metadata

IDS = st.sampled_from([f"e{number}" for number in range(12)])
SEATS = st.sampled_from(["ana", "ben", "cy"])
SUBJECTS = st.integers(0, 4)
INSTANTS = st.integers(0, 6).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def events(draw: st.DrawFn) -> Event:
    """A vote or a correction, its subject whole (at times another version of it) or by its id."""
    number, common = draw(SUBJECTS), {"id": draw(IDS), "at": draw(INSTANTS), "seat": draw(SEATS), "contract": "acme"}
    form = draw(st.sampled_from(["whole", "whole", "whole", "id", "changed"]))
    if draw(st.booleans()):
        vote = draw(st.sampled_from(["up", "down", None]))
        changes: dict[str, Any] = {"body": "Another."} if form == "changed" else {}
        draft = f"d{number}" if form == "id" else draft_of(number, candidate=f"c{number % 2}", **changes)
        comment = draw(st.sampled_from([None, "", "x ", "é\u2028"]))
        reasons = ("tone",) if vote == "down" and draw(st.booleans()) else ()
        return DraftVote.model_validate(common | {"draft": draft, "vote": vote, "comment": comment, "reasons": reasons})
    changes = {"text": "Another."} if form == "changed" else {}
    reply = f"r{number}" if form == "id" else reply_of(number, candidate=f"c{number % 2}", **changes)
    label = draw(st.sampled_from(["accept", "decline", "auto", None]))
    return LabelCorrection.model_validate(common | {"reply": reply, "label": label})


class Model:
    """What the store should say."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[int, Any]] = {}
        self.subjects: dict[tuple[str, str], Any] = {}
        self.erased: dict[str, datetime] = {}
        self.number = 0

    def add(self, event: Event) -> str:
        """`added`, `repeated` or `refused`."""
        given = cast("Any", event.draft if isinstance(event, DraftVote) else event.reply)
        key = (event.kind, event.subject)
        kept = self.subjects.get(key)
        if (kept is None and isinstance(given, str)) or (kept and not isinstance(given, str) and kept != given):
            return "refused"
        said = event.model_copy(update={"draft" if isinstance(event, DraftVote) else "reply": event.subject})
        if event.id in self.events:
            return "repeated" if self.events[event.id][1] == said else "refused"
        subject: Any = kept or given
        if event.at <= self.erased.get(subject.candidate, datetime.min.replace(tzinfo=NOON.tzinfo)):
            return "refused"
        self.subjects[key] = subject
        self.number += 1
        self.events[event.id] = (self.number, said)
        return "added"

    def erase(self, candidate: str, now: datetime) -> None:
        gone = {key for key, subject in self.subjects.items() if subject.candidate == candidate}
        self.events = {id_: each for id_, each in self.events.items() if (each[1].kind, each[1].subject) not in gone}
        self.subjects = {key: subject for key, subject in self.subjects.items() if key not in gone}
        self.erased[candidate] = now

    def last_words(self, kind: str, since: int = 0) -> list[tuple[Any, ...]]:
        """Subject, seat, what was said and when, in the order of the events."""
        fresh = {said.subject for number, said in self.events.values() if said.kind == kind and number > since}
        last: dict[tuple[str, str], tuple[datetime, int, Any]] = {}
        for number, said in self.events.values():
            if said.kind == kind and said.subject in fresh:
                key = (said.subject, said.seat)
                last[key] = max(last.get(key, (said.at, 0, said)), (said.at, number, said), key=lambda each: each[:2])
        return [
            (said.subject, said.seat, *_word(said), at)
            for at, _, said in sorted(last.values(), key=lambda each: each[1])
        ]


def _word(said: Any) -> tuple[Any, ...]:
    return (said.vote, said.reasons, said.comment) if said.kind == "draft_vote" else (said.label, said.intent)


class StoreMachine(RuleBasedStateMachine):
    """Adds, adds many, erases, and compares after each step."""

    store: FeedbackStore
    clock: list[datetime]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.numbers = [0]
        with self.store.database.write() as connection:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
        asked = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM feedback_events_number_seq"
        if self.store.database.is_sqlite:
            asked = "SELECT seq FROM sqlite_sequence WHERE name = 'feedback_events'"
        with self.store.database.read() as connection:
            last = connection.exec_driver_sql(asked).scalars().all()
        self.start = last[0] if last else 0

    @rule(event=events())
    def add(self, event: Event) -> None:
        expected = self.model.add(event)
        added = self.store.add_many([event])
        found = "added" if added.added else "repeated" if added.repeated else "refused"
        assert found == expected

    @rule(given=st.lists(events(), max_size=8), batch=st.integers(1, 9))
    def add_many(self, given: list[Event], batch: int) -> None:
        expected = [self.model.add(event) for event in given]
        added = self.store.add_many(given, batch=batch)
        assert (added.added, added.repeated) == (expected.count("added"), expected.count("repeated"))
        assert [each.place for each in added.refused] == [
            place for place, each in enumerate(expected) if each == "refused"
        ]

    @rule(candidate=st.sampled_from(["c0", "c1"]), hours=st.integers(-1, 3))
    def erase(self, candidate: str, hours: int) -> None:
        self.clock[0] = max(self.clock[0], NOON + timedelta(hours=hours))
        self.model.erase(candidate, self.clock[0])
        self.store.erase(candidate=candidate, vacuum=False)

    @rule()
    def remember(self) -> None:
        self.numbers.append(self.model.number)

    @invariant()
    def the_last_words_are_the_same(self) -> None:
        for since in self.numbers:
            asked = self.start + since if since else 0
            drafts = [
                (each.draft.id, each.seat, each.vote, each.reasons, each.comment, each.at)
                for each in self.store.draft_states(since=asked)
            ]
            replies = [
                (each.reply.id, each.seat, each.label, each.intent, each.at)
                for each in self.store.reply_states(since=asked)
            ]
            assert drafts == self.model.last_words("draft_vote", since)
            assert replies == self.model.last_words("label_correction", since)

    @invariant()
    def the_counts_are_the_same(self) -> None:
        stats = self.store.stats()
        kinds = [kind for kind, _ in self.model.subjects]
        assert (stats.events, stats.drafts, stats.replies) == (
            len(self.model.events), kinds.count("draft_vote"), kinds.count("label_correction"),
        )  # fmt: skip
        votes = [word[2] for word in self.model.last_words("draft_vote")]
        assert (stats.up, stats.down) == (votes.count("up"), votes.count("down"))


@pytest.fixture(params=STORES)
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[StoreMachine]]:
    """The machine on either database, which lasts for all of its runs."""
    clock = [NOON]
    server: PostgresServer | None = None
    url = f"sqlite:///{tmp_path_factory.mktemp('machine') / 'overture.db'}"
    if request.param != "sqlite":
        server = request.getfixturevalue("postgres_server")
        assert server is not None
        url = server.create()
    with FeedbackStore(url, clock=lambda: clock[0]) as store:
        yield type("Machine", (StoreMachine,), {"store": store, "clock": clock})
    if server is not None:
        server.drop(url)


def test_f1_the_store_says_what_a_dict_would(machine: type[StoreMachine]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis has no types for it
        machine,
        settings=settings(
            max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_f1_the_store_says_what_a_dict_would_for_long(machine: type[StoreMachine]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # likewise
        machine,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )

"""F-1: what people say of drafts and labels is kept once, on both databases, and each seat's last word counts."""

from __future__ import annotations

import inspect
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from feedback_people import CANARY, NOON, correction_of, draft_of, many_events, reply_of, vote_on
from feedback_people import clock as clock
from feedback_people import feedback as feedback
from feedback_people import feedback_postgres as feedback_postgres
from feedback_people import feedback_sqlite as feedback_sqlite
from feedback_people import feedback_url as feedback_url
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY
from pydantic import ValidationError
from sqlalchemy import text
from test_imports import run_without
from test_seat_store import ours_missing, schema

from overture.database import make_engine, writing
from overture.errors import ConfigurationError, InputError
from overture.feedback import (
    REASONS,
    Added,
    AsyncFeedbackStore,
    DraftSnapshot,
    DraftState,
    DraftVote,
    Event,
    FeedbackStore,
    LabelCorrection,
)
from overture.feedback.event_lines import read_event
from overture.feedback.feedback_tables import metadata
from overture.generation import Drafter, Personalization
from overture.generation.assembly import CUSTOM_SLOT

# --- added once -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [vote_on(1, "down", comment="  dull\n"), correction_of(1)])
def test_f1_the_same_event_again_changes_nothing(feedback: FeedbackStore, event: Event) -> None:
    assert feedback.add(event).outcome == "added"
    before = (feedback.last_number(), feedback.stats())
    assert feedback.add(event).outcome == "repeated"
    assert feedback.add(event.model_copy(update={_subject_field(event): event.subject})).outcome == "repeated"
    assert (feedback.last_number(), feedback.stats()) == before


def test_f1_the_same_instant_in_another_zone_is_the_same_event(feedback: FeedbackStore) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    event = vote_on(1)
    assert isinstance(event.draft, DraftSnapshot)
    moved_draft = event.draft.model_copy(update={"made_at": event.draft.made_at.astimezone(east)})
    moved = event.model_copy(update={"at": event.at.astimezone(east), "draft": moved_draft})
    assert feedback.add(event).outcome == "added"
    assert feedback.add(moved).outcome == "repeated"
    assert next(feedback.draft_states()).draft == event.draft


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (vote_on(1, "up"), vote_on(1, "down")),
        (vote_on(1, comment="a"), vote_on(1, comment="b")),
        (vote_on(1, comment="a"), vote_on(1, comment="a ")),
        (vote_on(1), vote_on(2, id="v1", at=vote_on(1).at, seat="s1")),
        (vote_on(1), correction_of(1, id="v1")),
        (correction_of(1, "decline"), correction_of(1, "accept")),
    ],
)
def test_f1_another_event_under_a_known_id_is_refused_by_name(
    feedback: FeedbackStore, first: Event, other: Event
) -> None:
    feedback.add(first)
    before = (feedback.last_number(), feedback.stats())
    with pytest.raises(InputError, match=rf"event '{first.id}': F-1: another event"):
        feedback.add(other)
    assert (feedback.last_number(), feedback.stats()) == before


@pytest.mark.parametrize("event", [vote_on(1, draft="d1"), correction_of(1, reply="r1")])
def test_f1_what_an_unknown_draft_or_reply_is_told_of_is_refused(feedback: FeedbackStore, event: Event) -> None:
    feedback.add(vote_on(2))
    feedback.add(correction_of(2))
    with pytest.raises(InputError, match=rf"event '{event.id}': F-1: \w+ '{event.subject}' is not known"):
        feedback.add(event)
    feedback.add(vote_on(1, id="whole"))
    feedback.add(correction_of(1, id="whole too"))
    assert feedback.add(event).outcome == "added"


def test_f1_a_known_draft_that_is_another_now_is_refused(feedback: FeedbackStore) -> None:
    feedback.add(vote_on(1))
    feedback.add(correction_of(1))
    changed = (
        vote_on(1, id="x", draft=draft_of(1, body="Another body.")),
        correction_of(1, id="y", reply=reply_of(1, text="Another text.")),
    )
    for event in changed:
        with pytest.raises(InputError, match="was given before and is not the same"):
            feedback.add(event)
    assert feedback.stats().events == 2


def test_f1_an_event_that_is_refused_leaves_no_draft_behind(feedback: FeedbackStore) -> None:
    feedback.add(vote_on(1))
    added = feedback.add_many([vote_on(2, id="v1"), vote_on(3, id="x", draft="d2")])
    assert [each.id for each in added.refused] == ["v1", "x"]
    assert feedback.stats().drafts == 1


def test_f1_many_are_added_in_batches_and_every_one_is_counted(feedback: FeedbackStore) -> None:
    events = list(many_events(95))
    bad = [vote_on(7, draft="never"), vote_on(8, id="v0"), vote_on(300, id="v7", comment="the same id in one batch")]
    told: list[Added] = []
    added = feedback.add_many(iter([*events, *bad, *events[:5]]), batch=40, progress=told.append)
    assert (added.added, added.repeated, [each.id for each in added.refused]) == (95, 5, ["v7", "v0", "v7"])
    assert [each.place for each in added.refused] == [95, 96, 97]
    assert [each.added + each.repeated + len(each.refused) for each in told] == [40, 80, 103]
    assert told[-1] == added
    assert feedback.add_many(events, batch=7) == Added(repeated=95)
    assert feedback.stats().events == 95


def test_f1_one_batch_or_many_make_the_same(feedback: FeedbackStore, tmp_path: Path) -> None:
    events = list(many_events(60))
    with FeedbackStore(f"sqlite:///{tmp_path / 'other.db'}") as other:
        for each in events:
            other.add(each)
        feedback.add_many(events)
        assert list(feedback.draft_states()) == list(other.draft_states())
        assert list(feedback.reply_states()) == list(other.reply_states())


@cache
def given_by_three_processes() -> tuple[str, ...]:
    """The same vote, where sets have three orders."""
    code = """
import sys
sys.path.insert(0, "tests")
from feedback_people import draft_of, vote_on
from overture.generation import Personalization
draft = draft_of(1)
choice = Personalization(off=frozenset({"salary", "location", "skills", "team", "culture", "values"} & set(ALL)))
context = draft.context.model_copy(update={"personalization": choice})
print(vote_on(1, draft=draft.model_copy(update={"context": context})).model_dump_json())
""".replace("set(ALL)", "{e.name for e in Personalization.elements()}")
    root = Path(__file__).parents[1]
    given: list[str] = []
    for seed in ("1", "2", "3"):
        done = subprocess.run(  # noqa: S603 - this interpreter, our own code
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=root,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        given.append(done.stdout)
    return tuple(given)


def test_f1_the_order_of_a_set_in_another_process_makes_no_other_draft(feedback: FeedbackStore) -> None:
    events = [read_event(each) for each in given_by_three_processes()]
    assert [feedback.add(each).outcome for each in events] == ["added", "repeated", "repeated"]


@pytest.mark.parametrize(
    "event",
    [
        vote_on(1, comment="a\0b"),
        vote_on(1, "down", final_text="\0"),
        vote_on(1, id="a\0"),
        vote_on(1, draft="d\0"),
        vote_on(1, draft=draft_of(1, language="e\0")),
        vote_on(1, at=NOON.replace(year=1)),
        vote_on(1, draft=draft_of(1, prompt={"name": "x", "version": 2**40, "fingerprint": "f"})),
        correction_of(1, reply=reply_of(1, model="\0")),
    ],
)
def test_f1_what_one_of_the_databases_could_not_keep_is_refused_by_both(feedback: FeedbackStore, event: Event) -> None:
    added = feedback.add_many([event, vote_on(2), event])
    assert (added.added, [each.id for each in added.refused]) == (1, [event.id, event.id])


def test_f1_every_text_comes_back_byte_for_byte(feedback: FeedbackStore) -> None:
    said = " \r\n a\u2028\u200b \x01 e\u0301 \t"
    vote = vote_on(1, "down", draft=draft_of(1, body=said), comment=said, final_text=said)
    feedback.add_many([vote, correction_of(1, reply=reply_of(1, text=said, outreach=said))])
    (state,), (label,) = feedback.draft_states(), feedback.reply_states()
    assert (state.draft.body, state.comment, state.final_text) == (said, said, said)
    assert (label.reply.text, label.reply.outreach) == (said, said)
    record = feedback.export(candidate="c1").events[0]
    assert (record.comment, record.final_text) == (said, said)


def test_f1_long_names_and_a_draft_with_nul_are_kept_whole(feedback: FeedbackStore) -> None:
    draft = draft_of(1, writer="w" * 500, body="a\0b \u202e\uffff", language="x" * 300)
    feedback.add(vote_on(1, draft=draft))
    assert next(feedback.draft_states()).draft == draft


def test_d14_a_draft_that_was_made_comes_back_as_it_was_without_custom_content(feedback: FeedbackStore) -> None:
    draft = Drafter(today=TODAY).draft(
        BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN, custom_content=f"My own: {CANARY}.",
        personalization=Personalization(off=frozenset({"salary"})),
    )  # fmt: skip
    snapshot = DraftSnapshot.of(draft, id="d", candidate="ines", seat="ana", contract="acme", made_at=NOON)
    vote = vote_on(1, draft=snapshot)
    feedback.add(vote)
    kept = next(feedback.draft_states()).draft
    assert kept == snapshot
    assert (CUSTOM_SLOT in kept.body, CANARY in kept.model_dump_json()) == (True, False)
    assert kept.context.personalization == draft.personalization


# --- the last word ----------------------------------------------------------------------------------------------------


def test_f1_the_last_instant_counts_and_of_one_instant_the_last_number(feedback: FeedbackStore) -> None:
    draft = draft_of(1)
    for id_, hours, thumb in (("a", 5, "up"), ("b", 3, "down"), ("c", 5, "down"), ("d", 1, None)):
        feedback.add(vote_on(1, thumb, id=id_, at=NOON + timedelta(hours=hours), draft=draft))  # type: ignore[arg-type]  # a Thumb each
    (state,) = feedback.draft_states()
    assert (state.vote, state.number, state.at) == ("down", 3, NOON + timedelta(hours=5))


def test_f1_a_thumb_and_a_correction_can_be_taken_back(feedback: FeedbackStore) -> None:
    feedback.add_many([vote_on(1, "down", comment="no"), correction_of(1)])
    late = NOON + timedelta(days=9)
    feedback.add_many([vote_on(1, None, id="x", at=late), correction_of(1, None, id="y", at=late)])
    (vote,), (label,) = feedback.draft_states(), feedback.reply_states()
    assert (vote.vote, vote.reasons, vote.comment, label.label) == (None, (), None, None)
    stats = feedback.stats()
    assert (stats.up, stats.down, stats.corrected, stats.reasons) == (0, 0, 0, {})


def test_d8_two_seats_have_a_word_each_on_one_draft(feedback: FeedbackStore) -> None:
    draft = draft_of(1)
    feedback.add(vote_on(1, "up", draft=draft, seat="ana"))
    feedback.add(vote_on(2, "down", draft=draft, seat="ben", comment="dull", final_text="Hi.", contract="umbra"))
    ana, ben = feedback.draft_states()
    assert (ana.seat, ana.vote, ben.seat, ben.vote, ben.comment, ben.final_text) == (
        *("ana", "up", "ben", "down"), "dull", "Hi.",
    )  # fmt: skip
    assert ben.reasons == (REASONS[2],)
    assert list(feedback.draft_states(seat="ben")) == [ben]
    assert list(feedback.draft_states(contract="acme")) == [ana]
    assert list(feedback.draft_states(seat="ben", contract="acme")) == []


def test_c2_a_correction_keeps_the_label_that_the_model_gave(feedback: FeedbackStore) -> None:
    reply = reply_of(1, label="accept", intent="interested")
    feedback.add(correction_of(1, "decline", reply=reply, intent="not_now"))
    (state,) = feedback.reply_states()
    assert (state.reply.label, state.label, state.intent) == ("accept", "decline", "not_now")


def test_f1_since_gives_each_subject_of_which_something_new_was_said(feedback: FeedbackStore) -> None:
    assert feedback.last_number() == 0
    feedback.add_many([vote_on(1), vote_on(2), correction_of(1)])
    seen = feedback.last_number()
    assert (list(feedback.draft_states(since=seen)), list(feedback.reply_states(since=seen))) == ([], [])
    early = NOON - timedelta(days=1)  # heard of late: what was said later still counts
    feedback.add_many([vote_on(2, "down", id="early", at=early), vote_on(1, "down", id="other", seat="ben")])
    fresh = {(each.draft.id, each.seat): each.vote for each in feedback.draft_states(since=seen)}
    assert fresh == {("d2", "s2"): "up", ("d1", "s1"): "up", ("d1", "ben"): "down"}
    assert list(feedback.reply_states(since=seen)) == []


def test_f1_states_come_in_the_order_of_their_numbers_and_one_by_one(feedback: FeedbackStore) -> None:
    feedback.add_many(many_events(60))
    numbers = [each.number for each in feedback.draft_states()]
    assert numbers == sorted(set(numbers))
    some = feedback.draft_states()
    assert [next(some).number for _ in range(3)] == numbers[:3]
    some.close()  # type: ignore[attr-defined]  # a generator
    feedback.add(vote_on(1000))


def test_f1_stats_count_last_words(feedback: FeedbackStore) -> None:
    assert feedback.stats().model_dump(exclude={"reasons", "by_prompt"}) == {
        **dict.fromkeys(("events", "drafts", "replies", "up", "down", "corrected"), 0), "first_at": None,
        "last_at": None,
    }  # fmt: skip
    feedback.add(vote_on(1, "up"))
    feedback.add(vote_on(1, "down", id="changed", at=NOON + timedelta(days=3), reasons=("tone", "generic")))
    feedback.add(vote_on(2, "up"))
    feedback.add(vote_on(4, "down", reasons=("tone",)))
    feedback.add(correction_of(3))
    stats = feedback.stats()
    assert (stats.events, stats.drafts, stats.replies, stats.up, stats.down, stats.corrected) == (5, 3, 1, 1, 2, 1)
    assert list(stats.reasons.items()) == [("tone", 2), ("generic", 1)]
    assert stats.by_prompt == {"first_message@1": (1, 1), "first_message@2": (0, 1)}
    assert (stats.first_at, stats.last_at) == (vote_on(1).at, NOON + timedelta(days=3))


def test_f1_what_is_kept_outlives_the_process(feedback: FeedbackStore, feedback_url: str) -> None:
    feedback.add_many(many_events(20))
    before = (list(feedback.draft_states()), list(feedback.reply_states()))
    feedback.close()
    with FeedbackStore(feedback_url) as again:
        assert (list(again.draft_states()), list(again.reply_states())) == before


# --- nothing private leaks --------------------------------------------------------------------------------------------

PRIVATE = {"comment": CANARY, "final_text": CANARY}


def private_vote() -> DraftVote:
    draft = draft_of(1, body=CANARY, subject=CANARY, private_names=(CANARY,))
    facts = tuple(each.model_copy(update={"text": CANARY, "names": (CANARY,)}) for each in draft.context.facts)
    context = draft.context.model_copy(update={"facts": facts})
    return vote_on(1, "down", draft=draft.model_copy(update={"context": context}), **PRIVATE)


def private_correction() -> LabelCorrection:
    return correction_of(1, reply=reply_of(1, text=CANARY, outreach=CANARY, private_names=(CANARY,)))


def test_d8_private_texts_are_in_no_repr(feedback: FeedbackStore) -> None:
    vote, correction = private_vote(), private_correction()
    feedback.add_many([vote, correction])
    export = feedback.export(candidate="c1")
    assert CANARY in export.model_dump_json()
    assert isinstance(vote.draft, DraftSnapshot)
    states = [*feedback.draft_states(), *feedback.reply_states()]
    for value in (vote, correction, *states, export, vote.draft.context, feedback.erase(candidate="c1")):
        assert CANARY not in repr(value) + str(value)


def test_d8_private_texts_are_in_no_log_record_of_any_logger(
    feedback_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "alembic", "overture"):
        caplog.set_level(logging.DEBUG, logger=name)
    with FeedbackStore(feedback_url) as store:
        store.add_many([private_vote(), private_correction()])
        assert len([*store.draft_states(), *store.reply_states()]) == 2
        store.stats()
        store.export(seat="s1")
        store.erase(candidate="c1")
    said = [record.getMessage() + str(record.args) + str(record.exc_text) for record in caplog.records]
    assert any("INSERT INTO feedback_events" in each for each in said)
    assert CANARY not in "".join(said)


def refused_calls(store: FeedbackStore) -> Iterator[Callable[[], object]]:
    vote, correction = private_vote(), private_correction()
    store.add_many([vote, correction])
    yield lambda: store.add(vote.model_copy(update={"comment": CANARY * 2}))
    yield lambda: store.add(vote.model_copy(update={"id": "x", "draft": draft_of(1, body=CANARY * 2)}))
    yield lambda: store.add(vote.model_copy(update={"id": "x", "draft": "unknown"}))
    yield lambda: store.add(vote.model_copy(update={"id": "x", "comment": f"{CANARY}\0"}))
    whole = vote.model_dump(mode="json")
    for wrong in ({"reasons": [CANARY]}, {"comment": [CANARY]}, {"extra": CANARY}, {"vote": "up"}, {CANARY: 1}):
        yield lambda wrong=wrong: read_event(json.dumps(whole | wrong))
        if CANARY not in wrong:
            yield lambda wrong=wrong: DraftVote.model_validate(whole | wrong)
    yield lambda: read_event(json.dumps({"text": CANARY, "kind": CANARY}))
    facts = {"facts": [{"text": CANARY}]}
    yield lambda: read_event(json.dumps(whole | {"draft": whole["draft"] | {"context": facts}}))
    yield lambda: read_event(f'{{"comment": "{CANARY}", ')
    yield lambda: read_event(CANARY)


def test_d8_private_texts_are_in_no_error(feedback: FeedbackStore) -> None:
    calls = list(refused_calls(feedback))
    assert len(calls) == 17
    for call in calls:
        with pytest.raises((InputError, ValidationError)) as caught:
            call()
        assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_d8_a_database_that_fails_tells_no_text(feedback: FeedbackStore) -> None:
    with writing(feedback.database.engine) as connection:
        connection.execute(text("ALTER TABLE feedback_events DROP COLUMN comment"))
    with pytest.raises(Exception, match="comment") as caught:
        feedback.add(private_vote())
    assert CANARY not in "".join(traceback.format_exception(caught.value))


# --- the async face ---------------------------------------------------------------------------------------------------


def test_the_async_face_has_every_method() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}

    assert methods(AsyncFeedbackStore) == methods(FeedbackStore)


async def test_f1_the_async_face_keeps_and_gives_the_same(feedback: FeedbackStore) -> None:
    store = AsyncFeedbackStore(feedback)
    assert (await store.add(vote_on(0, "down"))).outcome == "added"
    assert (await store.add_many(many_events(1200), batch=500)).repeated == 1
    assert [each async for each in store.draft_states()] == list(feedback.draft_states())
    assert [each async for each in store.reply_states(since=100)] == list(feedback.reply_states(since=100))
    assert await store.stats() == feedback.stats()
    async for state in store.draft_states():
        assert isinstance(state, DraftState)
        break
    assert len((await store.export(candidate="c0")).drafts) == (await store.erase(candidate="c0")).drafts == 2


# --- the tables -------------------------------------------------------------------------------------------------------


def test_f1_migrating_an_empty_database_makes_what_the_metadata_says(empty_url: str) -> None:
    FeedbackStore(empty_url).close()
    assert ours_missing(empty_url, metadata) == []
    assert {table for table in schema(empty_url) if not table.startswith("sqlite_")} == {
        *metadata.tables, "feedback_version",
    }  # fmt: skip


def test_f1_migrating_again_does_nothing(empty_url: str) -> None:
    with FeedbackStore(empty_url) as first:
        first.add(vote_on(1))
    before = schema(empty_url)
    with FeedbackStore(empty_url) as second:
        assert second.stats().events == 1
    assert schema(empty_url) == before


@pytest.mark.parametrize("change", ["DROP COLUMN comment", "ADD COLUMN more TEXT"])
def test_f1_the_comparison_sees_a_difference(empty_url: str, change: str) -> None:
    FeedbackStore(empty_url).close()
    engine = make_engine(empty_url)
    with writing(engine) as connection:
        connection.execute(text(f"ALTER TABLE feedback_events {change}"))
    engine.dispose()
    assert ours_missing(empty_url, metadata) != []


def test_f1_feedback_lives_beside_the_other_rooms(empty_url: str) -> None:
    from overture.generation import SeatStore
    from overture.messaging.store import Store

    for _ in range(2):
        FeedbackStore(empty_url).close()
        SeatStore(empty_url).close()
        Store(empty_url).close()
    assert ours_missing(empty_url, metadata) == []
    assert {"feedback_version", "drafting_version", "alembic_version"} <= set(schema(empty_url))


@pytest.mark.parametrize("url", ["nonsense", "mysql://root:hunter2@localhost/x", "sqlite:////no/such/folder/a.db"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FeedbackStore(url)
    assert "hunter2" not in str(caught.value)


# --- what loads when --------------------------------------------------------------------------------------------------


def test_the_room_loads_without_what_the_store_needs() -> None:
    code = "import overture.feedback; from overture.feedback import DraftVote, DraftSnapshot, Added"
    done = run_without(["alembic", "psycopg", "sqlalchemy", "sklearn", "pyarrow", "datasketch"], code)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_without_the_extra_its_names_say_so() -> None:
    code = """
import sys
sys.modules["sqlalchemy"] = None
import overture.feedback
from overture.errors import MissingExtraError
for name in ("FeedbackStore", "AsyncFeedbackStore", "Erasure"):
    try:
        getattr(overture.feedback, name)
    except MissingExtraError as error:
        print(error)
"""
    done = run_without([], code)
    assert done.stdout.splitlines() == [
        f"{name} needs the extra 'feedback': pip install 'overture[feedback]'"
        for name in ("FeedbackStore", "AsyncFeedbackStore", "Erasure")
    ], done.stderr


def _subject_field(event: Any) -> str:
    return "draft" if isinstance(event, DraftVote) else "reply"

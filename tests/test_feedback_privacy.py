"""F-3: a candidate's or a seat's feedback is given out whole, and erased to the last byte that can be reached."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from feedback_people import CANARY, NOON, Clock, correction_of, draft_of, many_events, reply_of, vote_on
from feedback_people import clock as clock
from feedback_people import feedback as feedback
from feedback_people import feedback_postgres as feedback_postgres
from feedback_people import feedback_sqlite as feedback_sqlite
from feedback_people import feedback_url as feedback_url
from sqlalchemy import inspect, text

from overture.errors import ConfigurationError, InputError
from overture.feedback import Event, FactSnapshot, FeedbackStore
from overture.feedback.erasure_rows import digest_of_person

ADA = f"ada-{CANARY}"
LATER = NOON + timedelta(days=30)


def planted() -> list[Event]:
    """Drafts, votes, replies and corrections of one candidate, the canary in every text of them."""
    draft = draft_of(
        1, candidate=ADA, subject=f"{CANARY} subject", body=f"{CANARY} body " * 900, private_names=(f"{CANARY} name",),
        writer=f"{CANARY} writer", language=f"{CANARY} language", id=f"{CANARY} draft",
        prompt={"name": f"{CANARY} prompt", "version": 1, "fingerprint": f"{CANARY} fingerprint"},
    )  # fmt: skip
    fact = FactSnapshot(
        id=f"{CANARY} F", kind=f"{CANARY} kind", element=f"{CANARY} el", text=CANARY, names=(f"{CANARY} n",)
    )
    context = draft.context.model_copy(update={"facts": (fact,), "fingerprint": f"{CANARY} context"})
    draft = draft.model_copy(update={"context": context})
    reply = reply_of(
        1, candidate=ADA, text=f"{CANARY} text " * 900, outreach=f"{CANARY} outreach", language=f"{CANARY} l",
        model=f"{CANARY} model", private_names=(f"{CANARY} name",), id=f"{CANARY} reply",
    )  # fmt: skip
    return [
        vote_on(1, "down", draft=draft, comment=f"{CANARY} comment", final_text=f"{CANARY} final " * 900),
        vote_on(2, "up", draft=draft, seat="other", id=f"{CANARY} id", comment=f"{CANARY} too"),
        correction_of(1, reply=reply),
        correction_of(2, None, reply=reply.id, seat="s1"),
    ]


def test_f3_everything_of_a_candidate_is_exported_and_nothing_of_another(feedback: FeedbackStore) -> None:
    feedback.add_many([*many_events(40, start=10), *planted()])
    export = feedback.export(candidate=ADA)
    events = planted()
    assert (export.scope, export.id, export.exported_at) == ("candidate", ADA, NOON)
    assert [each.id for each in export.events] == [each.id for each in events]
    assert ([each.id for each in export.drafts], [each.id for each in export.replies]) == (
        [f"{CANARY} draft"], [f"{CANARY} reply"],
    )  # fmt: skip
    assert (export.events[0].comment, export.events[0].reasons) == (f"{CANARY} comment", ("not_relevant",))
    assert json.loads(export.model_dump_json())["drafts"][0]["body"] == f"{CANARY} body " * 900
    assert CANARY not in feedback.export(candidate="c12").model_dump_json()
    assert feedback.export(candidate="nobody").events == ()


def test_f3_a_seats_export_holds_its_words_and_what_was_said_of_its_drafts(feedback: FeedbackStore) -> None:
    feedback.add(vote_on(1, "up", draft=draft_of(1, seat="ana"), seat="ana"))
    feedback.add(vote_on(2, "down", draft="d1", seat="ben"))
    feedback.add(vote_on(3, "down", draft=draft_of(3, seat="ben"), seat="ana"))
    feedback.add(vote_on(4, "down", draft=draft_of(4, seat="ben"), seat="ben"))
    export = feedback.export(seat="ana")
    assert [each.id for each in export.events] == ["v1", "v2", "v3"]
    assert [each.id for each in export.drafts] == ["d1"]


@pytest.mark.parametrize("who", [{"candidate": "c3"}, {"seat": "s2"}])
def test_f3_everything_of_a_person_is_erased_and_nothing_of_another(
    feedback: FeedbackStore, who: dict[str, Any]
) -> None:
    feedback.add_many(many_events(80))
    before = feedback.export(**who)
    states = [*feedback.draft_states(), *feedback.reply_states()]
    gone = {each.number for each in before.events}
    assert 0 < len(gone) < 40
    erased = feedback.erase(**who)
    assert (erased.events, erased.drafts, erased.replies) == (
        len(before.events), len(before.drafts), len(before.replies),
    )  # fmt: skip
    assert [*feedback.draft_states(), *feedback.reply_states()] == [each for each in states if each.number not in gone]
    after = feedback.export(**who)
    assert (after.drafts, after.replies, after.events) == ((), (), ())
    again = feedback.erase(**who)
    assert (again.events, again.drafts, again.replies) == (0, 0, 0)


def test_f3_no_number_is_given_again_after_an_erasure(feedback: FeedbackStore) -> None:
    feedback.add_many([vote_on(1), vote_on(2)])
    seen = feedback.last_number()
    feedback.erase(candidate="c2")
    feedback.add(vote_on(5))
    assert [each.draft.id for each in feedback.draft_states(since=seen)] == ["d5"]


def test_f3_an_import_run_again_does_not_bring_back_who_was_erased(feedback: FeedbackStore, clock: Clock) -> None:
    clock.now = LATER
    events = list(many_events(40))
    feedback.add_many(events)
    feedback.erase(candidate="c2")
    feedback.erase(seat="s3")
    kept = feedback.stats()
    again = feedback.add_many(events)
    assert (again.added, {each.reason for each in again.refused}) == (
        0,
        {"F-3: was said before its candidate was erased", "F-3: was said before its seat was erased"},
    )
    assert feedback.stats() == kept
    new = LATER + timedelta(seconds=1)
    assert feedback.add(vote_on(2, id="new", at=new)).outcome == "added"
    assert feedback.add(vote_on(3, id="newer", at=new)).outcome == "added"


@pytest.mark.parametrize("who", [{}, {"candidate": "a", "seat": "b"}])
def test_f3_exactly_one_person_is_named(feedback: FeedbackStore, who: dict[str, Any]) -> None:
    for method in (feedback.export, feedback.erase):
        with pytest.raises(ConfigurationError, match="F-3: name a candidate or a seat"):
            method(**who)


def test_f3_a_folder_that_is_not_there_is_named_before_anything_is_erased(feedback: FeedbackStore) -> None:
    feedback.add(vote_on(1))
    with pytest.raises(InputError, match="no such folder"):
        feedback.erase(candidate="c1", sets=[Path("nowhere")])
    assert feedback.stats().events == 1


def test_f3_sets_are_told_the_digest_and_what_they_took_out_is_said(feedback: FeedbackStore, tmp_path: Path) -> None:
    told: list[tuple[Path, tuple[str, ...], tuple[str, ...]]] = []

    def eraser(folder: Path, *, candidates: Iterable[str] = (), seats: Iterable[str] = ()) -> int:
        told.append((folder, tuple(candidates), tuple(seats)))
        return 3

    erased = feedback.erase(candidate="c1", sets=[tmp_path], set_eraser=eraser)
    assert erased.cases == {str(tmp_path): 3}
    feedback.erase(seat="s1", sets=[tmp_path], set_eraser=eraser)
    assert told == [(tmp_path, (digest_of_person("c1"),), ()), (tmp_path, (), (digest_of_person("s1"),))]


def test_f3_models_that_learned_from_a_person_are_listed(feedback: FeedbackStore, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from overture.feedback.registry_lineage import Lineage, LineageRow

    for name, candidate in (("v1", "c1"), ("v2", "c2"), ("v3", "c1")):
        row = LineageRow(
            reply="0" * 64, candidate=digest_of_person(candidate), seats=(digest_of_person("s1"),), events=(1,),
            split="train", weight=1.0,
        )  # fmt: skip
        lineage = Lineage(parent="v0", files={}, corpus="", salt="", rows=(row,))
        (tmp_path / "versions" / name).mkdir(parents=True)
        (tmp_path / "versions" / name / "lineage.json").write_text(lineage.model_dump_json(), encoding="utf-8")
    erased = feedback.erase(candidate="c1", registry=tmp_path)
    assert erased.models == ("v1", "v3")
    assert [each for each in erased.left if each.startswith("model v3 learned from them")]
    assert feedback.erase(seat="s1", registry=tmp_path).models == ("v1", "v2", "v3")


def test_f3_what_cannot_be_undone_is_said(feedback: FeedbackStore) -> None:
    left = " ".join(feedback.erase(candidate="c1").left)
    assert "exported before" in left
    assert "backups" in left
    assert ("PostgreSQL" in left) is not feedback.database.is_sqlite
    assert "until VACUUM" in " ".join(feedback.erase(candidate="c1", vacuum=False).left)


# --- the drill --------------------------------------------------------------------------------------------------------


def test_f3_no_byte_of_an_erased_candidate_is_in_any_file_or_table(feedback: FeedbackStore, feedback_url: str) -> None:
    others = list(many_events(300, start=10))
    for part in (others[:150], planted(), others[150:]):
        feedback.add_many(part, batch=37)
    folder = Path(feedback_url.removeprefix("sqlite:///")).parent
    assert places_of_canary(feedback, folder)
    before = [each for each in feedback.draft_states() if each.draft.candidate != ADA]
    erased = feedback.erase(candidate=ADA)
    assert (erased.events, erased.drafts, erased.replies) == (4, 1, 1)
    assert places_of_canary(feedback, folder) == []
    assert list(feedback.draft_states()) == before
    feedback.close()
    assert places_of_canary(feedback, folder) == []
    with feedback.database.read() as connection:
        noted = connection.execute(text("SELECT scope, digest FROM feedback_erasures")).all()
    assert [tuple(row) for row in noted] == [("candidate", digest_of_person(ADA))]


def test_f3_the_drill_finds_what_a_bare_delete_leaves(feedback: FeedbackStore, feedback_url: str) -> None:
    if not feedback.database.is_sqlite:
        pytest.skip("only SQLite's file can be read byte by byte here")
    feedback.add_many([*planted(), *many_events(50, start=10)])
    feedback.close()
    file = Path(feedback_url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA secure_delete=OFF")
    connection.executescript("DELETE FROM feedback_events; DELETE FROM feedback_drafts; DELETE FROM feedback_replies;")
    connection.close()
    assert places_of_canary(feedback, file.parent) == ["overture.db"]


def test_f3_a_reader_that_holds_the_log_is_told_of(feedback: FeedbackStore, feedback_url: str) -> None:
    if not feedback.database.is_sqlite:
        pytest.skip("PostgreSQL has no such log")
    feedback.add_many(planted())
    reader = sqlite3.connect(feedback_url.removeprefix("sqlite:///"))
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM feedback_events").fetchone() == (4,)
    with feedback.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    left = feedback.erase(candidate=ADA).left
    assert any("-wal" in each for each in left), left
    reader.close()
    assert not any("-wal" in each for each in feedback.erase(candidate=ADA).left)
    assert places_of_canary(feedback, Path(feedback_url.removeprefix("sqlite:///")).parent) == []


def files_with_canary(folder: Path) -> list[str]:
    """The files in which it stands."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return [each.name for each in files if CANARY.encode() in each.read_bytes()]


def places_of_canary(store: FeedbackStore, folder: Path) -> list[str]:
    """The files, or the tables and statistics of PostgreSQL, in which the canary stands."""
    if store.database.is_sqlite:
        return files_with_canary(folder)
    engine: Any = store.database.engine
    found: list[str] = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        tables = [*inspect(engine).get_table_names(), "pg_stats"]
        for table in tables:
            asked = text(f'SELECT count(*) FROM "{table}" AS it WHERE it::text LIKE :canary')  # noqa: S608 - a table's name
            if connection.scalar(asked, {"canary": f"%{CANARY}%"}):
                found.append(table)
    return found


def test_f3_no_byte_of_an_erased_candidate_is_in_an_evaluation_set(feedback: FeedbackStore, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from overture.feedback import build_eval_set

    feedback.add_many([*planted(), *many_events(60, start=10)])
    folder = tmp_path / "set"
    build_eval_set(feedback, folder, salt="a salt for tests", eval_share=0.5)
    assert files_with_canary(folder)
    erased = feedback.erase(candidate=ADA, sets=[folder])
    assert erased.cases[str(folder)] > 0
    assert files_with_canary(folder) == []
    build_eval_set(feedback, folder, salt="a salt for tests", eval_share=0.5)
    assert files_with_canary(folder) == []

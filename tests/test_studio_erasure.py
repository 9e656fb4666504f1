"""F-3: what a contract keeps of a candidate is given out whole, and erased to the last byte that can be reached."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

import sqlalchemy
from clocks import Clock
from studio_app import ANN, BEN, CONTRACT, Studio, studio

from overture.errors import InputError
from overture.generation import DraftInput
from overture.messaging import Contract, NewMessage, Plan, Scheduled, Seat
from overture.people import Candidate
from overture.studio import StudioSettings, create_app, drafting
from overture.studio.audit import lines_of
from overture.studio.bulk_jobs import BulkJob, add_job, find_job, page_rows
from overture.studio.bulk_worker import BulkWorker, drafting_in_bulk
from overture.studio.caller import SCOPES, Caller
from overture.studio.erasure import erase_candidate, export_candidate
from overture.studio.kept_draft import dump_inputs
from overture.studio.services import Services
from overture.studio.shelf import KeptCandidate, put
from overture.studio.tables import bulk_jobs, bulk_rows, candidates, drafts

WORD = "kanarie"
WHO = "who-7731"


@pytest.fixture
def desk(tmp_path: Path, empty_url: str) -> Iterator[Studio]:
    """A studio in which both seats of the contract, and one of another, have worked with a candidate of one id."""
    with studio(tmp_path, url=empty_url) as made:
        made.services.outreach.add_contract(Contract(id="other", zone="UTC"))
        made.services.outreach.add_seat(Seat(id="carl", contract="other", plan=Plan.RECRUITER, zone="UTC"))
        made.services.outreach.grant_month("carl")
        work(made, ANN, CONTRACT, WHO, WORD)
        work(made, BEN, CONTRACT, WHO, WORD)
        work(made, ANN, CONTRACT, f"{WHO}-b", "otherword")
        work(made, "carl", "other", WHO, "carlsword")
        yield made


def work(desk: Studio, seat: str, contract: str, who: str, word: str) -> None:
    """Everything that can be done with a candidate, the word in each text."""
    services, now = desk.services, desk.clock()
    caller = Caller(seat, contract, frozenset(SCOPES), "test")
    post = {"title": "Engineer", "company": f"{word} AB", "start": "2019"}
    profile = Candidate.model_validate({"name": f"{word} Ek", "headline": f"Engineer at {word}", "positions": [post]})
    address = f"{word}@example.com"
    with services.store.write() as connection:
        kept = KeptCandidate(
            id=who, name=f"{word} Ek", address=address, profile=profile, created_at=now, updated_at=now
        )
        put(connection, seat, kept)
        connection.execute(
            bulk_jobs.insert().values(
                id=f"bulk-{seat}-{who}", seat=seat, contract=contract, state="done", request={}, total=1,
                created_at=now, updated_at=now,
            )
        )  # fmt: skip
        connection.execute(
            bulk_rows.insert().values(
                job=f"bulk-{seat}-{who}", number=0, candidate=who, profile={"name": word}, state="failed", error=word
            )
        )
    inputs = drafting.inputs_for(services, seat, candidate=who)
    draft = asyncio.run(drafting.draft_for(services, caller, inputs, candidate=who))
    drafting.edit_draft(services, caller, draft.id, subject=f"{word} subject", body=f"{word} body " * 200)
    drafting.vote(services, caller, draft.id, thumb="down", reasons=["tone"], comment=f"{word} comment")
    new = NewMessage(candidate=who, address=address, subject=f"{word} one", body=f"{word} body " * 200)
    sent = services.outreach.send(seat, new)
    waiting = services.outreach.schedule(seat, new.model_copy(update={"at": now.replace(tzinfo=None, day=28)}))
    assert isinstance(sent, Scheduled)
    assert isinstance(waiting, Scheduled)
    services.outreach.receive_reply(sent.thread, f"No thanks, {word} is not for me.")


def by_api(desk: Studio) -> None:
    """Requests of Ann's whose answers are kept for a day, and one whose path names the candidate."""
    body = {"candidate": WHO, "job": "ann-job"}
    assert desk.ann.post("/v1/drafts", json=body, headers={"Idempotency-Key": "k"}).status_code == 201
    desk.ann.delete(f"/v1/candidates/{WHO}")


def everything(desk: Studio) -> str:
    """Every row of every table, and every byte of SQLite's files."""
    store = desk.services.store
    tables = sqlalchemy.MetaData()
    tables.reflect(store.engine)
    with store.read() as connection:
        text = json.dumps(
            {
                table.name: [list(row) for row in connection.execute(sqlalchemy.select(table))]
                for table in tables.sorted_tables
            },
            default=lambda value: value.decode() if isinstance(value, bytes) else str(value),
        )
    if store.is_sqlite:
        path = Path(store.url.removeprefix("sqlite:///"))
        files = [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
        assert files
        text += "".join(each.read_bytes().decode("latin-1") for each in files)
    return text


def test_f3_nothing_of_an_erased_candidate_is_left_in_any_table_or_byte(desk: Studio) -> None:
    by_api(desk)
    before = everything(desk)
    assert before.count(WORD) > 20
    erased = erase_candidate(desk.services, WHO, contract=CONTRACT, keep_out=False)
    after = everything(desk)
    assert WORD not in after
    assert "otherword" in after, "what is kept of another stays"
    assert "carlsword" in after, "and what another contract keeps under the same id"
    assert erased.cancelled == 2
    assert erased.rows["studio_candidates"] == 1
    assert erased.rows["studio_drafts"] == 1, "those of the candidate that Ann deleted went with it"
    assert erased.rows["messages"] == 4
    assert erased.rows["studio_answers"] == 1
    assert erased.feedback.events == 2
    assert any("which tell no contract from another" in each for each in erased.left)
    assert not any("another contract has" in each for each in erased.left)
    assert desk.services.feedback.stats().events == 2, "those of the other contract, and of the other candidate"
    found = export_candidate(desk.services, WHO, contract=CONTRACT)
    assert (found.rows, found.feedback.events) == ({}, ())
    again = erase_candidate(desk.services, WHO, contract=CONTRACT, keep_out=False)
    assert (again.cancelled, set(again.rows.values()), again.feedback.events) == (0, {0}, 0)


def test_f3_the_id_stays_on_the_suppression_list_alone_so_that_nobody_writes_again(desk: Studio) -> None:
    erased = erase_candidate(desk.services, WHO, contract=CONTRACT)
    tables = sqlalchemy.MetaData()
    tables.reflect(desk.services.store.engine)
    with desk.services.store.read() as connection:
        holding = {
            table.name
            for table in tables.sorted_tables
            for row in connection.execute(sqlalchemy.select(table)).mappings()
            if WHO in map(str, row.values()) and "other" not in row.values() and "carl" not in str(row)
        }
    assert holding == {"suppressions"}
    assert any("C-7" in each for each in erased.left)
    new = NewMessage(candidate=WHO, address="x@example.com", subject="Hello", body="Again")
    refused = desk.services.outreach.send(ANN, new)
    assert getattr(refused, "rule", None) == "C-7"


def test_f3_credits_and_rates_stay_as_they_were_but_for_what_was_waiting(desk: Studio) -> None:
    health = desk.ann.get("/v1/sender-health").json()
    balance = desk.services.outreach.balance(ANN)
    erase_candidate(desk.services, WHO, contract=CONTRACT)
    assert desk.services.outreach.balance(ANN) == balance + 2, "CR-4: what was cancelled came back, to the pool of both"
    assert desk.services.outreach.verify().holds
    assert health["responses"] == 2
    assert desk.ann.get("/v1/sender-health").json() == health


def test_f3_after_an_erasure_a_repeated_request_is_not_done_again(desk: Studio) -> None:
    by_api(desk)
    erase_candidate(desk.services, WHO, contract=CONTRACT)
    again = desk.ann.post("/v1/drafts", json={"candidate": WHO, "job": "ann-job"}, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:overture:problem:conflict")


def test_f3_an_export_holds_everything_that_an_erasure_would_take(desk: Studio) -> None:
    found = export_candidate(desk.services, WHO, contract=CONTRACT)
    whole = found.model_dump_json()
    assert set(found.rows) == {
        "studio_candidates", "studio_drafts", "studio_bulk_rows", "threads", "messages", "replies",
    }  # fmt: skip
    assert len(found.rows["messages"]) == 4
    assert f"{WORD} comment" in whole
    assert "otherword" not in whole
    assert "carlsword" not in whole
    assert WORD not in repr(found), "it is not shown by accident"


async def test_f3_a_profile_that_waits_in_a_bulk_job_is_given_out_and_then_nobody_is_drafted_for(
    tmp_path: Path, empty_url: str
) -> None:
    """Its id stands in the profile alone until a worker has read it."""
    settings = StudioSettings(database_url=empty_url, transport=f"file:{tmp_path / 'outbox.jsonl'}", dispatch=False)
    services: Services = create_app(settings, clock=Clock(datetime(2026, 11, 23, tzinfo=UTC))).state.services
    services.outreach.add_contract(Contract(id=CONTRACT, zone="UTC"))
    post = {"title": "Cook", "company": f"{WORD} AB", "current": True}
    people: list[dict[str, Any]] = [
        {"id": who, "name": "Jo Doe", "positions": [post]} for who in (WHO, "another", WHO)
    ] + [{"id": WHO, "positions": "none that can be read"}]
    try:
        job = waiting_job(services, people)
        found = export_candidate(services, WHO, contract=CONTRACT)
        assert [row["number"] for row in found.rows["studio_bulk_rows"]] == [0, 2, 3]
        assert export_candidate(services, WHO, contract="other").rows == {}
        erased = erase_candidate(services, WHO, contract=CONTRACT, vacuum=False)
        assert erased.rows["studio_bulk_rows"] == 3
        async with drafting_in_bulk(BulkWorker(services)), asyncio.timeout(20):
            while not is_done(services, job):
                await asyncio.sleep(0.02)
        with services.store.read() as connection:
            assert connection.scalars(sqlalchemy.select(candidates.c.id)).all() == ["another"]
            assert connection.scalars(sqlalchemy.select(drafts.c.candidate)).all() == ["another"]
            rows = page_rows(connection, job, after=-1, limit=9)
        assert [row.state for row in rows] == ["cancelled", "done", "cancelled", "cancelled"]
    finally:
        services.close()


def waiting_job(services: Services, people: list[dict[str, Any]]) -> str:
    now, request = services.clock(), {"inputs": dump_inputs(DraftInput(candidate=Candidate())), "job": None}
    job = BulkJob(
        id="waits", seat=ANN, contract=CONTRACT, state="waiting", request=request, total=len(people), created_at=now,
        updated_at=now,
    )  # fmt: skip
    with services.store.write() as connection:
        add_job(connection, job, people)
    return job.id


def is_done(services: Services, job: str) -> bool:
    with services.store.read() as connection:
        return find_job(connection, ANN, job).state == "done"


def test_f3_an_audit_line_holds_an_id_as_it_is_so_that_an_erasure_finds_it(tmp_path: Path) -> None:
    with studio(tmp_path) as desk:
        made = desk.ann.post("/v1/candidates", json={"id": "ada/b@example.com", "profile": {"name": "Ada"}})
        assert (made.status_code, made.headers["location"]) == (201, "/v1/candidates/ada%2Fb%40example.com")
        assert [line.subject for line in lines_of(desk.services.store, ANN)] == ["ada/b@example.com"]
        erase_candidate(desk.services, "ada/b@example.com", contract=CONTRACT, vacuum=False)
        assert [line.subject for line in lines_of(desk.services.store, ANN)] == [None]


def test_d7_an_export_holds_custom_content_of_the_seat_that_asks_alone(tmp_path: Path) -> None:
    who = {"id": WHO, "name": "Jo Doe", "positions": [{"title": "Cook", "company": "Brightbox", "current": True}]}
    with studio(tmp_path) as desk:
        for seat, client in ((ANN, desk.ann), (BEN, desk.ben)):
            body = {"candidate": who, "custom_content": f"Ring twice at {seat}'s."}
            assert client.post("/v1/drafts", json=body).status_code == 201
        for seat, texts in ((ANN, {"Ring twice at ann's.", None}), (None, {None})):
            found = export_candidate(desk.services, WHO, contract=CONTRACT, seat=seat)
            drafted = found.rows["studio_drafts"]
            assert {row["kept"]["inputs"]["custom_content"] for row in drafted} == texts
            assert len(drafted) == 2


def test_f3_a_contract_that_is_not_there_erases_nothing(desk: Studio) -> None:
    with pytest.raises(InputError):
        erase_candidate(desk.services, WHO, contract="nobodys")
    with pytest.raises(InputError, match="F-3"):
        erase_candidate(desk.services, "", contract=CONTRACT)
    assert export_candidate(desk.services, WHO, contract=CONTRACT).rows


def test_f3_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    from overture.studio.store import StudioStore

    store = StudioStore(f"sqlite:///{tmp_path / 'new.db'}")
    with store.write() as connection:
        connection.execute(bulk_jobs.delete())
    assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == dict.fromkeys(
        ["new.db", "new.db-wal", "new.db-shm"], 0
    )
    store.close()

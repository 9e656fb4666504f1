"""F-3 over HTTP: an admin gives out, or forgets, all that the contract keeps of a candidate; no log has their id."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

import sqlalchemy
from starlette.testclient import TestClient
from studio_app import ANN, BEN, CONTRACT, Studio, studio

from overture.messaging import Contract, NewMessage, Plan, Scheduled, Seat
from overture.studio.audit import lines_of
from overture.studio.caller import SCOPES, USUAL_SCOPES, Scope

WHO = "who-7731"
EXPORT, ERASE = "/v1/personal-data/export", "/v1/personal-data/erase"
POST = {"title": "Cook", "company": "Brightbox", "current": True}
PERSON = {"id": WHO, "name": "Kanarie Ek", "positions": [POST]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Studio]:
    """Both seats have a draft to the candidate with a text of their own in it, and a message of Ann's waits."""
    with studio(tmp_path) as made:
        for seat, client in ((ANN, made.ann), (BEN, made.ben)):
            body = {"candidate": PERSON, "custom_content": f"Ring at {seat}'s."}
            assert client.post("/v1/drafts", json=body).status_code == 201
        new = NewMessage(candidate=WHO, address="k@x.test", subject="Hello", body="Kanarie?")
        waits = new.model_copy(update={"at": made.clock().replace(tzinfo=None, day=28)})
        assert isinstance(made.services.outreach.schedule(ANN, waits), Scheduled)
        yield made


def key_of(
    desk: Studio, seat: str, *, contract: str = CONTRACT, scopes: frozenset[Scope] = frozenset(SCOPES)
) -> TestClient:
    _, text = desk.services.keys.add(seat, contract=contract, now=desk.clock(), scopes=scopes)
    return TestClient(desk.app, base_url="http://127.0.0.1:8420", headers={"Authorization": f"Bearer {text}"})


def test_f3_only_an_admin_may(desk: Studio) -> None:
    usual = key_of(desk, ANN, scopes=frozenset(USUAL_SCOPES))
    for path in (EXPORT, ERASE):
        refused = usual.post(path, json={"candidate": WHO})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:overture:problem:missing-scope")
        assert desk.ann.post(path, json={"candidate": ""}).status_code == 422
        assert desk.ann.post(path, json={"candidate": WHO, "other": 1}).status_code == 422
    assert desk.ann.get(f"/v1/candidates/{WHO}").status_code == 200


def test_f3_d7_an_export_is_whole_but_for_the_texts_of_other_seats_and_is_kept_nowhere(desk: Studio) -> None:
    once = {"Idempotency-Key": "export-1"}
    given = desk.ben.post(EXPORT, json={"candidate": WHO}, headers=once)
    assert (given.status_code, given.headers["cache-control"]) == (200, "no-store")
    rows = given.json()["rows"]
    assert {row["seat"] for row in rows["studio_drafts"]} == {ANN, BEN}
    assert len(rows["messages"]) == 1
    kept = {row["kept"]["inputs"]["custom_content"] for row in rows["studio_drafts"]}
    assert kept == {None, "Ring at ben's."}
    assert desk.ben.post(EXPORT, json={"candidate": WHO}, headers=once).status_code == 409
    with desk.services.store.read() as connection:
        assert "Kanarie" not in str(connection.exec_driver_sql("SELECT * FROM studio_answers").all())


def test_f3_an_erasure_is_for_all_seats_is_told_again_under_its_key_and_leaves_no_id_but_the_suppression(
    desk: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    once = {"Idempotency-Key": "erase-1"}
    with caplog.at_level(logging.INFO):
        told = desk.ben.post(ERASE, json={"candidate": WHO}, headers=once)
        again = desk.ben.post(ERASE, json={"candidate": WHO}, headers=once)
    assert told.status_code == again.status_code == 200
    assert told.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (told.json()["cancelled"], told.json()["rows"]["studio_candidates"]) == (1, 2)
    assert any("C-7" in each for each in told.json()["left"])
    assert WHO not in told.text + caplog.text
    assert {client.get(f"/v1/candidates/{WHO}").status_code for client in (desk.ann, desk.ben)} == {404}
    assert holding(desk, WHO) == {"suppressions"}
    last = lines_of(desk.services.store, BEN)[0]
    assert (last.action, last.subject, last.status) == (f"POST {ERASE}", None, 200)


def test_f3_with_keep_out_off_no_table_has_the_id(desk: Studio) -> None:
    assert desk.ann.post(ERASE, json={"candidate": WHO, "keep_out": False}).status_code == 200
    assert holding(desk, WHO) == set()
    nobody = desk.ann.post(ERASE, json={"candidate": "nobody", "keep_out": False}).json()
    assert (set(nobody["rows"].values()), nobody["cancelled"]) == ({0}, 0)


def test_f3_another_contract_reaches_nothing_and_is_told_the_same_of_an_id_that_is_not_there(desk: Studio) -> None:
    desk.services.outreach.add_contract(Contract(id="other", zone="UTC"))
    desk.services.outreach.add_seat(Seat(id="carl", contract="other", plan=Plan.RECRUITER, zone="UTC"))
    draft = desk.ann.get("/v1/drafts").json()["items"][0]["id"]
    voted = desk.ann.post("/v1/feedback", json={"kind": "draft_vote", "draft": draft, "vote": "up"})
    assert voted.status_code == 201
    carl, before = key_of(desk, "carl", contract="other"), desk.ann.post(EXPORT, json={"candidate": WHO}).json()["rows"]
    for path in (EXPORT, ERASE):
        known, unknown = (carl.post(path, json={"candidate": who}) for who in (WHO, "who-0000"))
        assert known.status_code == 200
        assert known.text.replace(WHO, "who-0000") == unknown.text
    assert desk.ann.post(EXPORT, json={"candidate": WHO}).json()["rows"] == before


def holding(desk: Studio, word: str) -> set[str]:
    """The tables that have a word."""
    tables = sqlalchemy.MetaData()
    tables.reflect(desk.services.store.engine)
    with desk.services.store.read() as connection:
        return {
            table.name
            for table in tables.sorted_tables
            for row in connection.execute(sqlalchemy.select(table)).mappings()
            if word in json.dumps(dict(row), default=str)
        }

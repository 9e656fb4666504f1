"""Settings, keys, notices and audit log over HTTP: a seat changes its own, an admin the contract's (S-7, S-8, D-9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reply_doubles import DoubleClassifier
from starlette.testclient import TestClient
from studio_app import ANN, CONTRACT, Studio, studio

from overture.messaging import Contract, Plan, Seat
from overture.studio.caller import Scope


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier) as desk:
        yield desk


def speaking(desk: Studio, key: str) -> TestClient:
    return TestClient(desk.app, base_url="http://127.0.0.1:8420", headers={"Authorization": f"Bearer {key}"})


def client(desk: Studio, *scopes: Scope) -> TestClient:
    return speaking(desk, desk.services.keys.add(ANN, contract=CONTRACT, now=desk.clock(), scopes=scopes)[1])


def test_s2_d9_a_seat_changes_its_zone_and_auto_draft_and_what_is_left_out_stays(desk: Studio) -> None:
    changed = desk.ann.patch("/v1/settings", json={"zone": "Europe/Paris", "auto_draft": True}).json()
    assert (changed["zone"], changed["auto_draft"]["on"], changed["auto_draft"]["decided_by"]) == (
        "Europe/Paris", True, "seat",
    )  # fmt: skip
    assert desk.ann.get("/v1/settings").json() == changed
    assert desk.ann.patch("/v1/settings", json={"auto_draft": None}).json()["zone"] == "Europe/Paris"
    assert desk.ann.patch("/v1/settings", json={"zone": None}).json()["zone"] is None
    assert desk.ann.patch("/v1/settings", json={"zone": "Mars/Base"}).json()["field"] == "zone"
    assert desk.ann.patch("/v1/settings", json={"flagged": None}).status_code == 422, "not a seat's own to say"
    assert desk.ben.get("/v1/settings").json()["zone"] == "Europe/Stockholm"


def test_s7_s8_limits_and_flag_are_an_admins_to_set(desk: Studio) -> None:
    body = {"flagged": "complaints", "daily_limit": 3, "monthly_limit": 5}
    assert client(desk, "read", "send", "settings").patch("/v1/seats/ben", json=body).status_code == 403
    changed = desk.ann.patch("/v1/seats/ben", json=body).json()
    assert (changed["seat"], changed["flagged"], changed["daily_limit"]) == ("ben", "complaints", 3)
    refused = desk.ben.post("/v1/messages", json={"candidate": "c", "subject": "A role", "body": "Hello"})
    assert (refused.status_code, refused.json()["rule"]) == (409, "S-8")
    freed = desk.ann.patch("/v1/seats/ben", json={"flagged": None, "plan": None, "daily_limit": None}).json()
    assert (freed["flagged"], freed["plan"], freed["monthly_limit"], freed["daily_limit"]) == (
        None, "recruiter", 5, 200,
    )  # fmt: skip


def test_a_seat_whose_id_has_a_slash_is_changed_as_any_other(tmp_path: Path) -> None:
    with studio(tmp_path) as desk:
        desk.services.outreach.add_seat(Seat(id="north/eve", contract=CONTRACT, plan=Plan.RECRUITER))
        changed = desk.ann.patch("/v1/seats/north%2Feve", json={"daily_limit": 7})
        assert (changed.status_code, changed.json()["seat"], changed.json()["daily_limit"]) == (200, "north/eve", 7)


def test_seats_of_another_contract_are_not_there(desk: Studio) -> None:
    desk.services.outreach.add_contract(Contract(id="other"))
    desk.services.outreach.add_seat(Seat(id="cia", contract="other", plan=Plan.RECRUITER))
    first = desk.ann.get("/v1/seats?limit=1").json()
    second = desk.ann.get("/v1/seats", params={"limit": 1, "after": first["next"]}).json()
    assert [seat["id"] for seat in (*first["items"], *second["items"])] == ["ann", "ben"]
    assert second["next"] is None
    for seat in ("cia", "nobody"):
        assert desk.ann.patch(f"/v1/seats/{seat}", json={"flagged": "x"}).status_code == 404
    assert client(desk, "read").get("/v1/seats").status_code == 403


def test_d9_h5_an_admin_changes_the_contract_and_a_seat_follows_it(desk: Studio) -> None:
    assert desk.ben.patch("/v1/contract", json={"auto_draft": True}).json()["auto_draft"] is True
    followed = desk.ben.get("/v1/settings").json()["auto_draft"]
    assert (followed["on"], followed["decided_by"]) == (True, "contract")
    changed = desk.ann.patch("/v1/contract", json={"zone": "UTC", "policy": None}).json()
    assert (changed["zone"], changed["policy"], changed["auto_draft"]) == ("UTC", "default", True)
    assert desk.ann.patch("/v1/contract", json={"policy": "free-for-all"}).status_code == 422
    assert client(desk, "read", "settings").patch("/v1/contract", json={"zone": None}).status_code == 403
    assert desk.ann.get("/v1/contract").json() == changed


@pytest.mark.parametrize("wrong", [{"policy": "free-for-all"}, {"zone": "Mars/Base"}])
def test_of_a_change_that_is_refused_nothing_is_done(desk: Studio, wrong: dict[str, str]) -> None:
    desk.ann.patch("/v1/contract", json={"auto_draft": False})
    before = desk.ann.get("/v1/contract").json()
    assert desk.ann.patch("/v1/contract", json={"auto_draft": True, **wrong}).status_code == 422
    assert desk.ann.get("/v1/contract").json() == before


def test_a_key_is_made_used_listed_without_its_text_and_revoked(desk: Studio) -> None:
    made = desk.ann.post("/v1/keys", json={"label": "gateway", "scopes": ["read", "send"]})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    key = made.json()
    gateway = speaking(desk, key["text"])
    assert gateway.get("/v1/settings").json()["seat"] == "ann"
    assert gateway.patch("/v1/settings", json={}).status_code == 403
    listed = desk.ann.get("/v1/keys")
    assert key["id"] in [each["id"] for each in listed.json()["items"]]
    assert key["text"].rpartition("_")[2] not in listed.text
    assert desk.ben.delete(f"/v1/keys/{key['id']}").status_code == 404
    assert desk.ann.delete(f"/v1/keys/{key['id']}").status_code == 204
    assert gateway.get("/v1/settings").status_code == 401
    assert desk.ann.delete(f"/v1/keys/{key['id']}").status_code == 404


def test_no_key_makes_one_that_may_more(desk: Studio) -> None:
    small = client(desk, "read", "settings")
    assert small.post("/v1/keys", json={"scopes": ["read", "admin"]}).status_code == 403
    assert small.post("/v1/keys", json={"scopes": ["read"]}).status_code == 201
    assert small.post("/v1/keys", json={"scopes": []}).status_code == 422
    assert small.post("/v1/keys", json={"scopes": ["everything"]}).status_code == 422


def test_a_keys_text_is_in_no_kept_answer(desk: Studio) -> None:
    key = {"Idempotency-Key": "make-a-key"}
    made = desk.ann.post("/v1/keys", json={"scopes": ["read"]}, headers=key)
    again = desk.ann.post("/v1/keys", json={"scopes": ["read"]}, headers=key)
    assert (made.status_code, again.status_code) == (201, 409)
    assert made.json()["text"] not in again.text


def test_keys_page_by_cursor(desk: Studio) -> None:
    for _ in range(2):
        desk.ben.post("/v1/keys", json={"scopes": ["read"]})
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = desk.ben.get("/v1/keys", params={"limit": 2, **after}).json()
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == [key.id for key in desk.services.keys.list(seat="ben")]


def test_c8_notices_page_by_cursor_oldest_first_and_are_a_seats_own(desk: Studio) -> None:
    for number in range(3):
        body = {"candidate": f"c-{number}", "subject": "A role", "body": "Hello"}
        thread = desk.ann.post("/v1/messages", json=body).json()["thread"]
        desk.ann.post("/v1/replies", json={"thread": thread, "text": "Yes."})
    first = desk.ann.get("/v1/notices?limit=2").json()
    second = desk.ann.get("/v1/notices", params={"limit": 2, "after": first["next"]}).json()
    ids = [notice["id"] for notice in (*first["items"], *second["items"])]
    assert (len(ids), ids) == (3, sorted(ids))
    assert (first["items"][0]["kind"], first["items"][0]["rule"]) == ("interested", "C-8")
    whole = desk.ann.get("/v1/notices")
    assert desk.ann.get("/v1/notices", headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert desk.ben.get("/v1/notices").json()["items"] == []


def test_the_audit_log_says_who_did_what_without_its_content(desk: Studio) -> None:
    desk.ann.post("/v1/contents", json={"label": "an earlier write", "text": "of this seat"})
    body = {"candidate": "c-secret", "subject": "Xylophone", "body": "Zeppelin"}
    message = desk.ann.post("/v1/messages", json=body).json()["message"]
    first = desk.ann.get("/v1/audit?limit=1")
    (line,) = first.json()["items"]
    assert (line["action"], line["subject"], line["status"]) == ("POST /v1/messages", message, 201)
    assert line["by"].startswith("key:")
    assert not {"Xylophone", "Zeppelin", "c-secret"} & set(first.text.split('"'))
    second = desk.ann.get("/v1/audit", params={"limit": 1, "after": first.json()["next"]}).json()
    assert second["items"][0]["id"] < line["id"]
    assert all(message != each["subject"] for each in desk.ben.get("/v1/audit?limit=200").json()["items"])

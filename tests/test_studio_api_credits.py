"""Credits over HTTP: balance, forecast, statement and grants, each seat its own lines (CR-1 to CR-8)."""

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


def client(desk: Studio, *scopes: Scope, seat: str = ANN, contract: str = CONTRACT) -> TestClient:
    _, key = desk.services.keys.add(seat, contract=contract, now=desk.clock(), scopes=scopes)
    return TestClient(desk.app, base_url="http://127.0.0.1:8420", headers={"Authorization": f"Bearer {key}"})


def send(who: TestClient, candidate: str) -> str:
    body = {"candidate": candidate, "subject": "A role", "body": "Hello"}
    return str(who.post("/v1/messages", json=body).json()["thread"])


def test_cr5_cr8_balance_forecast_and_statement_agree_and_show_a_seat_its_own_lines(tmp_path: Path) -> None:
    with studio(tmp_path, classifier=DoubleClassifier) as desk:
        thread = send(desk.ann, "c-1")
        send(desk.ann, "c-2")
        send(desk.ben, "c-3")
        desk.ann.post("/v1/replies", json={"thread": thread, "text": "Yes."})
        _check_figures(desk)


def _check_figures(desk: Studio) -> None:
    assert desk.ann.get("/v1/credits").json() == {
        "balance": 298, "pooled": True, "plan": "recruiter", "monthly_limit": None,
    }  # fmt: skip
    forecast = desk.ann.get("/v1/credits/forecast").json()["items"]
    assert sum(day["credits"] for day in forecast) == 298
    own = desk.ann.get("/v1/credits/statement").json()
    assert (own["granted"], own["charged"], own["refunded"], own["expired"]) == (150, -2, 1, 0)
    assert ({line["seat"] for line in own["items"]}, own["opening"]) == ({"ann"}, None)
    whole = desk.ann.get("/v1/credits/statement?of=contract&month=2026-11").json()
    assert (whole["opening"], whole["closing"], whole["charged"]) == (0, 298, -3)
    assert desk.ann.get("/v1/credits/statement?month=2026-10").json()["items"] == []


def test_the_whole_contracts_statement_needs_the_scope_admin(desk: Studio) -> None:
    reader = client(desk, "read")
    refused = reader.get("/v1/credits/statement?of=contract")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:overture:problem:missing-scope")
    assert reader.get("/v1/credits/statement").status_code == 200


def test_a_statement_pages_by_cursor_with_the_totals_of_the_month(desk: Studio) -> None:
    for number in range(4):
        send(desk.ann, f"c-{number}")
    whole = desk.ann.get("/v1/credits/statement?limit=200").json()
    pages = [desk.ann.get("/v1/credits/statement?limit=2").json()]
    while pages[-1]["next"]:
        pages.append(desk.ann.get("/v1/credits/statement", params={"limit": 2, "after": pages[-1]["next"]}).json())
    keys = [line["key"] for page in pages for line in page["items"]]
    assert keys == [line["key"] for line in whole["items"]]
    assert all(len(page["items"]) == 2 for page in pages[:-1])
    assert {page["charged"] for page in pages} == {whole["charged"]}
    first = desk.ann.get("/v1/credits/statement")
    assert desk.ann.get("/v1/credits/statement", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "9999-12", "26-11", "2026-11-01", "20٢٦-11"])
def test_a_month_that_is_none_is_refused(desk: Studio, month: str) -> None:
    assert desk.ann.get("/v1/credits/statement", params={"month": month}).status_code == 422
    assert desk.ann.post("/v1/credits/grants", json={"kind": "month", "seat": ANN, "month": month}).status_code == 422


def test_cr5_an_admin_grants_a_month_and_a_bonus_once(desk: Studio) -> None:
    for body, granted in (
        ({"kind": "month", "seat": "ben", "month": "2026-12"}, 150),
        ({"kind": "bonus", "seat": "ben", "key": "thanks"}, 100),
        ({"kind": "bonus", "seat": "ben", "key": "more", "credits": 7}, 7),
    ):
        before = desk.ann.get("/v1/credits").json()["balance"]
        for _ in range(2):
            answered = desk.ann.post("/v1/credits/grants", json=body)
            assert (answered.status_code, answered.json()["credits"]) == (201, granted)
        assert desk.ann.get("/v1/credits").json()["balance"] == before + granted


def test_grants_are_for_admins_and_for_seats_of_their_contract(desk: Studio) -> None:
    body = {"kind": "bonus", "seat": "ben", "key": "mine"}
    assert client(desk, "read", "send", "settings").post("/v1/credits/grants", json=body).status_code == 403
    desk.services.outreach.add_contract(Contract(id="other"))
    desk.services.outreach.add_seat(Seat(id="cia", contract="other", plan=Plan.RECRUITER))
    for seat in ("cia", "nobody"):
        answered = desk.ann.post("/v1/credits/grants", json={**body, "seat": seat})
        assert (answered.status_code, answered.json()["detail"]) == (404, "there is no seat of this id")
    assert desk.services.outreach.balance("cia") == 0


def test_cr5_a_plan_that_is_not_pooled_has_credits_of_its_own(desk: Studio) -> None:
    desk.services.outreach.add_seat(Seat(id="lea", contract=CONTRACT, plan=Plan.LITE, monthly_limit=20))
    desk.services.outreach.grant_month("lea")
    lea = client(desk, "read", "send", seat="lea")
    assert lea.get("/v1/credits").json() == {
        "balance": 30, "pooled": False, "plan": "recruiter_lite", "monthly_limit": 20,
    }  # fmt: skip
    body = {"candidate": "c-1", "subject": "A role", "body": "Hello", "follow_up": {"body": "Again?"}}
    refused = lea.post("/v1/messages", json=body)
    assert (refused.status_code, refused.json()["rule"]) == (409, "S-11")

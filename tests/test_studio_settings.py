"""The settings page: what a seat may change of itself and what it may not (S-2, S-4, S-7, CR-6, D-6, D-9)."""

from __future__ import annotations

import re
from collections.abc import Generator

import pytest
from starlette.testclient import TestClient
from studio_app import ANN, BEN, CONTRACT, Studio, studio

from overture.generation import Personalization
from overture.messaging import Template
from overture.messaging.records import Seat
from overture.messaging.rows import get
from overture.studio.caller import USUAL_SCOPES, Caller
from overture.studio.sessions import CSRF_HEADER, SESSION_COOKIE, find_session, open_session

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with studio(tmp_path_factory.mktemp("settings")) as made:
        yield made


@pytest.fixture(scope="module")
def usual(desk: Studio) -> TestClient:
    """A browser of Ben's, who is no admin."""
    services = desk.services
    cookie = open_session(
        services.store, Caller(BEN, CONTRACT, USUAL_SCOPES, "test"), key=None, now=desk.clock(), hours=12
    )
    session = find_session(services.store, cookie, now=desk.clock())
    assert session is not None
    made = TestClient(desk.app, base_url="http://127.0.0.1:8420", headers={CSRF_HEADER: session.csrf})
    made.cookies.set(SESSION_COOKIE, cookie)
    return made


def seat_of(desk: Studio, seat: str) -> Seat:
    with desk.services.outreach.store.read() as connection:
        return get(connection, Seat, seat)


def test_a_seat_sets_its_zone_and_auto_draft_and_nothing_else(desk: Studio, usual: TestClient) -> None:
    form = {"zone": "Europe/Oslo", "auto_draft": "on", "daily_limit": "9999", "plan": "talent_finder"}
    before = seat_of(desk, BEN)
    assert usual.post("/settings/seat", data=form, headers=HTMX).status_code == 200
    assert seat_of(desk, BEN) == before.model_copy(update={"zone": "Europe/Oslo"})
    decided = desk.services.seats.auto_draft(BEN)
    assert (decided.on, decided.decided_by) == (True, "seat")
    usual.post("/settings/seat", data={"zone": "", "auto_draft": "inherit"})
    assert seat_of(desk, BEN).zone is None
    assert desk.services.seats.auto_draft(BEN).decided_by != "seat"
    wrong = usual.post("/settings/seat", data={"zone": "Mars/Olympus", "auto_draft": "on"}, headers=HTMX)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "zone")


def test_without_a_script_a_form_leads_back_to_its_section(usual: TestClient) -> None:
    answer = usual.post("/settings/seat", data={"zone": "", "auto_draft": "inherit"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings#seat")


def test_only_an_admin_sets_limits_flag_and_contract(desk: Studio, usual: TestClient) -> None:
    limits = {"daily_limit": "50", "monthly_limit": "", "flagged": "complaints"}
    assert 'id="contract"' not in usual.get("/settings").text
    assert usual.post(f"/settings/seats/{BEN}", data=limits, headers=HTMX).status_code == 403
    assert usual.post("/settings/contract", data={"auto_draft": "on"}, headers=HTMX).status_code == 403
    assert (seat_of(desk, BEN).daily_limit, seat_of(desk, BEN).flagged) == (None, None)
    assert desk.page.post(f"/settings/seats/{BEN}", data=limits, headers=HTMX).status_code == 200
    assert (seat_of(desk, BEN).daily_limit, seat_of(desk, BEN).flagged) == (50, "complaints")
    desk.page.post(f"/settings/seats/{BEN}", data={}, headers=HTMX)
    assert (seat_of(desk, BEN).daily_limit, seat_of(desk, BEN).flagged) == (None, None)
    assert desk.page.post("/settings/seats/nobody", data=limits, headers=HTMX).status_code == 404
    form = {"zone": "Europe/Stockholm", "auto_draft": "on"}
    assert desk.page.post("/settings/contract", data=form, headers=HTMX).status_code == 200
    assert desk.services.seats.auto_draft_default(CONTRACT) is True


def test_a_key_is_shown_once_works_and_is_revoked(desk: Studio, usual: TestClient) -> None:
    form = {"label": "gateway", "scopes": ["read", "draft"]}
    text = usual.post("/settings/keys", data=form, headers=HTMX).text
    key = re.search(r"ovt_[0-9a-f]{12}_[\w-]{43}", text)
    assert key
    assert key[0] not in usual.get("/settings").text
    who = desk.services.keys.find(key[0])
    assert who is not None
    assert (who.seat, who.scopes) == (BEN, {"read", "draft"})
    name = key[0].split("_")[1]
    assert desk.page.post(f"/settings/keys/{name}/revoke", headers=HTMX).status_code == 404  # it is not Ann's
    assert usual.post(f"/settings/keys/{name}/revoke", headers=HTMX).status_code == 200
    assert desk.services.keys.find(key[0]) is None


def test_nobody_makes_a_key_that_may_more_than_they(usual: TestClient) -> None:
    answer = usual.post("/settings/keys", data={"scopes": ["read", "admin"]}, headers=HTMX)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:overture:problem:missing-scope")
    assert usual.post("/settings/keys", data={"label": "nothing"}, headers=HTMX).status_code == 422


def test_s4_a_template_has_the_line_breaks_that_were_typed(desk: Studio) -> None:
    form = {"name": "Lines", "subject": "A place", "body": "Hello\r\n\r\nBye", "follow_up_body": "Once\r\nmore"}
    desk.page.post("/settings/templates", data=form, headers=HTMX)
    kept = next(each for each in desk.services.outreach.templates(ANN) if each.name == "Lines")
    assert (kept.body, kept.follow_up_body) == ("Hello\n\nBye", "Once\nmore")
    desk.services.outreach.delete_template(ANN, kept.id)


def test_s4_templates_are_kept_searched_edited_and_deleted(desk: Studio) -> None:
    two = {
        "name": "Crew & <friends>", "subject": "A place", "body": "Hello", "follow_up_body": "Once more",
        "follow_up_hours": "96", "follow_up_subject": "",
    }  # fmt: skip
    assert "2 messages" in desk.page.post("/settings/templates", data=two, headers=HTMX).text
    one = {"name": "Yard", "subject": "A look", "body": "Hello", "follow_up_body": "", "follow_up_hours": ""}
    desk.page.post("/settings/templates", data=one, headers=HTMX)
    found = desk.page.get("/settings/templates?search=crew", headers=HTMX).text
    assert "Crew &amp; &lt;friends&gt;" in found
    assert "Yard" not in found
    kept = next(each for each in desk.services.outreach.templates(ANN) if each.name == "Crew & <friends>")
    form = desk.page.get(f"/settings/templates?edit={kept.id}", headers=HTMX).text
    assert 'value="96"' in form
    desk.page.post("/settings/templates", data={**two, "id": kept.id, "name": "Crew"}, headers=HTMX)
    names = {each.name for each in desk.services.outreach.templates(ANN)}  # another test may have kept one of its own
    assert names >= {"Crew", "Yard"}
    assert "Crew & <friends>" not in names
    wrong = desk.page.post("/settings/templates", data={**one, "follow_up_hours": "96"}, headers=HTMX)
    assert (wrong.status_code, "S-4" in wrong.text) == (422, True)
    desk.page.post(f"/settings/templates/{kept.id}/delete", headers=HTMX)
    names = {each.name for each in desk.services.outreach.templates(ANN)}
    assert "Yard" in names
    assert "Crew" not in names


def test_another_seats_template_and_preset_are_as_missing_ones(desk: Studio, usual: TestClient) -> None:
    desk.services.outreach.save_template(
        Template.model_validate({"id": "anns", "seat": ANN, "name": "canary", "subject": "A", "body": "B"})
    )
    desk.services.seats.save_preset(ANN, "canary", Personalization(), contract=CONTRACT)
    form = {"id": "anns", "name": "mine now", "subject": "A", "body": "B"}
    assert usual.post("/settings/templates", data=form, headers=HTMX).status_code == 404
    assert usual.post("/settings/templates/anns/delete", headers=HTMX).status_code == 404
    assert usual.post("/settings/presets", data={"name": "canary", "do": "delete"}, headers=HTMX).status_code == 404
    assert "canary" not in usual.get("/settings/templates?edit=anns").text


def test_d6_a_preset_becomes_the_default_and_goes(desk: Studio) -> None:
    seats = desk.services.seats
    seats.save_preset(ANN, "Short / direct", Personalization(length="short"), contract=CONTRACT)
    desk.page.post("/settings/presets", data={"name": "Short / direct", "do": "choose"}, headers=HTMX)
    default = seats.default_preset(ANN)
    assert default is not None
    assert default.name == "Short / direct"
    desk.page.post("/settings/presets", data={"name": "Short / direct", "do": "unchoose"}, headers=HTMX)
    assert seats.default_preset(ANN) is None
    desk.page.post("/settings/presets", data={"name": "Short / direct", "do": "delete"}, headers=HTMX)
    assert "Short / direct" not in {preset.name for preset in seats.presets(ANN)}


def test_a_webhook_is_added_with_its_secret_shown_once_and_removed(desk: Studio) -> None:
    form = {"url": "http://127.0.0.1:9/hook", "events": ["outcome"]}
    text = desk.page.post("/settings/webhooks", data=form, headers=HTMX).text
    secret = re.search(r"whsec_[\w+/=]+", text)
    assert secret
    whole = desk.page.get("/settings").text
    assert secret[0] not in whole
    place = re.search(r"/settings/webhooks/\w+/remove", whole)
    assert place
    assert desk.page.post(place[0], headers=HTMX).status_code == 200
    assert place[0] not in desk.page.get("/settings").text


def test_f3_an_admin_exports_and_forgets_a_candidate_whose_id_is_in_no_address(desk: Studio, usual: TestClient) -> None:
    whom = {"candidate": "ann-sparse"}
    for place in ("export", "erase"):
        assert usual.post(f"/settings/data/{place}", data={**whom, "sure": "yes"}, headers=HTMX).status_code == 403
    got = desk.page.post("/settings/data/export", data=whom)
    assert got.json()["candidate"] == "ann-sparse"
    assert got.json()["rows"]["studio_candidates"]
    assert desk.page.post("/settings/data/erase", data=whom, headers=HTMX).status_code == 422  # it was not meant
    assert "Forgotten" in desk.page.post("/settings/data/erase", data={**whom, "sure": "yes"}, headers=HTMX).text
    assert "ann-sparse" not in desk.page.get("/settings").text


def test_the_audit_log_tells_what_was_done_and_no_content(desk: Studio) -> None:
    desk.page.post("/settings/keys", data={"label": "canary-label", "scopes": ["read"]}, headers=HTMX)
    lines = desk.page.get("/settings/audit", headers=HTMX).text
    assert "POST /settings/keys" in lines
    assert "canary-label" not in lines
    oldest = re.search(r"/settings/audit\?before=(\d+)", lines)
    if oldest:  # the module's tests have filled more than a page
        assert "Newest" in desk.page.get(oldest[0], headers=HTMX).text


def test_a_form_without_the_token_of_its_session_changes_nothing(desk: Studio) -> None:
    stranger = TestClient(desk.app, base_url="http://127.0.0.1:8420")
    stranger.cookies.set(SESSION_COOKIE, desk.page.cookies[SESSION_COOKIE])
    before = seat_of(desk, ANN)
    assert stranger.post("/settings/seat", data={"zone": "UTC", "auto_draft": "on"}).status_code == 403
    assert seat_of(desk, ANN) == before

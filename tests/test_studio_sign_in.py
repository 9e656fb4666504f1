"""Signing in to the pages: a key for a cookie, and out again; what is typed is told to nobody."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from studio_app import ANN, CONTRACT, Studio, studio

from overture.errors import ConfigurationError
from overture.studio import StudioSettings, create_app
from overture.studio.audit import lines_of
from overture.studio.page_sign_in import safe_place
from overture.studio.sessions import CSRF_HEADER, SESSION_COOKIE

HOME = "http://127.0.0.1:8420"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with studio(tmp_path_factory.mktemp("sign-in")) as made:
        yield made


@pytest.fixture
def visitor(desk: Studio) -> TestClient:
    """A browser that nobody knows, at an address of its own."""
    desk.app.state.sign_in_limit = type(desk.app.state.sign_in_limit)(per_minute=10, burst=10)
    return TestClient(desk.app, base_url=HOME, follow_redirects=False)


def key_of(desk: Studio, seat: str = ANN) -> str:
    return desk.services.keys.add(seat, contract=CONTRACT, now=desk.clock())[1]


def test_the_first_page_is_compose_and_a_stranger_signs_in_first(visitor: TestClient) -> None:
    assert visitor.get("/").headers["location"] == "/compose"
    asked = visitor.get("/insights")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?to=%2Finsights")
    assert 'name="key"' in visitor.get(asked.headers["location"]).text
    part = visitor.get("/insights", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (204, "/sign-in")


def test_one_comes_back_to_the_very_page_that_one_was_on(visitor: TestClient) -> None:
    asked = visitor.get("/compose?candidate=a&draft=b")
    assert asked.headers["location"] == "/sign-in?to=%2Fcompose%3Fcandidate%3Da%26draft%3Db"
    part = {"HX-Request": "true", "HX-Current-URL": f"{HOME}/compose?draft=b"}
    assert visitor.post("/compose/draft", headers=part).headers["hx-redirect"] == "/sign-in?to=%2Fcompose%3Fdraft%3Db"
    elsewhere = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/compose?draft=b"}
    assert visitor.get("/insights", headers=elsewhere).headers["hx-redirect"] == "/sign-in"
    long = visitor.get(f"/compose?draft={'b' * 3000}")
    assert visitor.get(long.headers["location"]).status_code == 200


def test_the_bell_says_that_the_session_is_over_and_leaves_the_page_alone(visitor: TestClient) -> None:
    asking = {"HX-Request": "true", "HX-Current-URL": f"{HOME}/compose?draft=b"}
    answer = visitor.get("/notices/bell?have=0", headers=asking)
    assert answer.status_code == 286  # htmx asks no more
    assert "hx-redirect" not in answer.headers
    assert "You are signed out" in answer.text
    assert 'href="/sign-in?to=%2Fcompose%3Fdraft%3Db"' in answer.text
    assert "hx-get" not in answer.text
    assert visitor.get("/notices/bell").status_code == 303  # the address of a part, opened by hand


def test_a_key_opens_a_session_that_only_the_browser_and_this_site_can_use(desk: Studio, visitor: TestClient) -> None:
    answer = visitor.post("/sign-in", data={"key": f" {key_of(desk)}\n".strip(), "to": "/insights"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/insights")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    assert "Secure" not in cookie
    assert visitor.get("/insights").status_code == 200
    assert visitor.get("/sign-in?to=/inbox").headers["location"] == "/inbox"
    last = lines_of(desk.services.store, ANN, limit=1)[0]
    assert last.action == "POST /sign-in"
    assert last.by.startswith("key:")


def test_over_https_the_cookie_is_for_https_alone(tmp_path: Path) -> None:
    with studio(tmp_path, https=True) as desk:
        visitor = TestClient(desk.app, base_url="https://127.0.0.1:8420", follow_redirects=False)
        assert "Secure" in visitor.post("/sign-in", data={"key": key_of(desk)}).headers["set-cookie"]


@pytest.mark.parametrize("key", ["", "nonsense", "ovt_unknown_secret", "ovt_\x00_x", "ö" * 400])
def test_a_key_that_does_not_hold_opens_nothing(visitor: TestClient, key: str) -> None:
    answer = visitor.post("/sign-in", data={"key": key})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "does not hold" in answer.text
    assert not key or key not in answer.text


def test_a_revoked_key_ends_the_sessions_that_it_opened(desk: Studio, visitor: TestClient) -> None:
    made, text = desk.services.keys.add(ANN, contract=CONTRACT, now=desk.clock())
    visitor.post("/sign-in", data={"key": text})
    assert visitor.get("/insights").status_code == 200
    desk.services.keys.revoke(made.id, now=desk.clock())
    assert visitor.get("/insights").status_code == 303


def test_a_session_ends_after_its_hours(desk: Studio, visitor: TestClient) -> None:
    visitor.post("/sign-in", data={"key": key_of(desk)})
    desk.clock.wait(hours=11, minutes=59)
    assert visitor.get("/insights").status_code == 200
    desk.clock.wait(minutes=1)
    assert visitor.get("/insights").status_code == 303
    desk.clock.wait(hours=-12)


def test_signing_out_needs_the_token_and_ends_this_session_alone(desk: Studio, visitor: TestClient) -> None:
    key = key_of(desk)
    other = TestClient(desk.app, base_url=HOME, follow_redirects=False)
    for each in (visitor, other):
        each.post("/sign-in", data={"key": key})
    assert visitor.post("/sign-out").status_code == 403
    token = visitor.get("/insights").text.split('"X-CSRF-Token": "')[1].split('"')[0]
    cookie = visitor.cookies[SESSION_COOKIE]
    answer = visitor.post("/sign-out", headers={CSRF_HEADER: token})
    assert answer.headers["location"] == "/sign-in?out=1"
    assert SESSION_COOKIE not in visitor.cookies
    visitor.cookies.set(SESSION_COOKIE, cookie)
    assert visitor.get("/insights").status_code == 303
    assert other.get("/insights").status_code == 200
    assert "You are signed out" in visitor.get("/sign-in?out=1").text


def test_attempts_are_limited_by_address(desk: Studio, visitor: TestClient) -> None:
    answers = [visitor.post("/sign-in", data={"key": "nonsense"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert visitor.post("/sign-in", data={"key": key_of(desk)}).status_code == 429
    elsewhere = TestClient(desk.app, base_url=HOME, follow_redirects=False, client=("192.0.2.7", 4711))
    assert elsewhere.post("/sign-in", data={"key": key_of(desk)}).status_code == 303


def test_another_site_can_sign_nobody_in(desk: Studio, visitor: TestClient) -> None:
    answer = visitor.post("/sign-in", data={"key": key_of(desk)}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_keys_are_in_no_log_and_no_audit_line(
    desk: Studio, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    key, wrong = key_of(desk), "ovt_abcdefabcdef_canary-of-a-wrong-key"
    with caplog.at_level(logging.DEBUG):
        visitor.post("/sign-in", data={"key": wrong})
        visitor.post("/sign-in", data={"key": key})
    lines = "".join(line.model_dump_json() for line in lines_of(desk.services.store, ANN))
    assert "/sign-in" in caplog.text  # the requests were logged
    for secret in (wrong, key, key.rpartition("_")[2]):
        assert secret not in caplog.text + lines


@pytest.mark.parametrize(
    ("place", "gone_to"),
    [
        ("/inbox", "/inbox"),
        ("/insights?days=30", "/insights?days=30"),
        ("//evil.example", "/compose"),
        ("https://evil.example", "/compose"),
        ("/\\evil.example", "/compose"),
        ("/inbox\r\nSet-Cookie: a=b", "/compose"),
        ("/sign-in?to=/sign-in", "/compose"),
        ("", "/compose"),
    ],
)
def test_one_goes_on_to_a_page_of_ours_only(place: str, gone_to: str) -> None:
    assert safe_place(place) == gone_to


def test_on_this_machine_a_seat_can_be_open_to_whoever_reaches_the_page(tmp_path: Path) -> None:
    with studio(tmp_path, open_seat=ANN) as desk:
        visitor = TestClient(desk.app, base_url=HOME)
        page = visitor.get("/insights")
        assert page.status_code == 200
        assert str(page.url).endswith("/insights")
        assert "Working as ann" in page.text
        token = page.text.split('"X-CSRF-Token": "')[1].split('"')[0]
        out = visitor.post("/sign-out", headers={CSRF_HEADER: token})
        assert "You are signed out" in out.text  # and is not signed in again at once
        assert "Work as ann" in out.text


def test_a_seat_is_never_open_to_other_machines(tmp_path: Path) -> None:
    settings = StudioSettings(host="192.0.2.1", open_seat=ANN, database_url=f"sqlite:///{tmp_path / 'studio.db'}")
    with pytest.raises(ConfigurationError, match="open to all"):
        create_app(settings)

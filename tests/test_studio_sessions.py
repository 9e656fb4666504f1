"""Sessions of the pages: who is signed in, for how long, and that no other site writes in their name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

pytest.importorskip("fastapi")

from pathlib import Path

from sqlalchemy import select
from starlette.testclient import TestClient
from studio_app import ANN, CONTRACT, Studio, studio
from studio_probe import Probe

from overture.studio.caller import SCOPES, USUAL_SCOPES, Caller, Scope
from overture.studio.sessions import (
    CSRF_FIELD,
    CSRF_HEADER,
    SESSION_COOKIE,
    close_open_sessions,
    close_session,
    find_session,
    open_session,
)
from overture.studio.store import StudioStore
from overture.studio.tables import sessions

HERE = "http://127.0.0.1:8420"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("sessions")) as made:
        Probe(made.app)
        yield made


def signed_in(desk: Studio, *, scopes: frozenset[Scope] = frozenset(SCOPES), key: str | None = None) -> TestClient:
    """A browser with a session of Ann's, and no token on its writes."""
    caller = Caller(ANN, CONTRACT, frozenset(scopes), "test")
    cookie = open_session(desk.services.store, caller, key=key, now=desk.clock(), hours=12)
    return TestClient(desk.app, base_url=HERE, cookies={SESSION_COOKIE: cookie}, follow_redirects=False)


def token_of(desk: Studio, browser: TestClient) -> str:
    session = find_session(desk.services.store, browser.cookies[SESSION_COOKIE], now=desk.clock())
    assert session is not None
    return session.csrf


def test_a_write_carries_the_token_of_its_session_in_a_header_or_a_field(desk: Studio) -> None:
    browser = signed_in(desk)
    token = token_of(desk, browser)
    assert browser.post("/probe-page", headers={CSRF_HEADER: token}).json() == {"seat": ANN}
    assert browser.post("/probe-page", data={CSRF_FIELD: token}).json() == {"seat": ANN}
    assert browser.post("/probe-page", files={"a": b"x"}, data={CSRF_FIELD: token}).json() == {"seat": ANN}


def test_a_write_without_its_token_is_refused(desk: Studio) -> None:
    browser, another = signed_in(desk), signed_in(desk)
    tokens = [None, "", "x", token_of(desk, another), token_of(desk, browser)[:-1]]
    for token in tokens:
        headers = {} if token is None else {CSRF_HEADER: token}
        answer = browser.post("/probe-page", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:overture:problem:invalid-session")
        assert browser.post("/probe-page", data={CSRF_FIELD: token or ""}).status_code == 403
    assert browser.post("/probe-page", json={CSRF_FIELD: token_of(desk, browser)}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": HERE, "sec-fetch-site": "same-origin"}, 200), ({"sec-fetch-site": "none"}, 200), ({}, 200),
        ({"origin": "https://evil.example"}, 403), ({"origin": "null"}, 403), ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403), ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": f"{HERE}.evil.example"}, 403),
    ],
)  # fmt: skip
def test_another_site_cannot_write_even_with_the_token(desk: Studio, headers: dict[str, str], status: int) -> None:
    browser = signed_in(desk)
    answer = browser.post("/probe-page", headers={**headers, CSRF_HEADER: token_of(desk, browser)})
    assert answer.status_code == status


def test_a_session_ends_with_its_hours_its_key_and_its_sign_out(desk: Studio) -> None:
    made, _ = desk.services.keys.add(ANN, contract=CONTRACT, now=desk.clock(), scopes=SCOPES)
    browser, closed, never = signed_in(desk, key=made.id), signed_in(desk), signed_in(desk, key="no-such-key")
    headers = {CSRF_HEADER: token_of(desk, browser)}
    assert browser.post("/probe-page", headers=headers).status_code == 200
    assert never.post("/probe-page").status_code == 303, "a key that is not there any more holds nothing"
    close_session(desk.services.store, closed.cookies[SESSION_COOKIE])
    assert closed.post("/probe-page").headers["location"] == "/sign-in"
    desk.services.keys.revoke(made.id, now=desk.clock())
    assert browser.post("/probe-page", headers=headers).status_code == 303
    late = signed_in(desk)
    desk.clock.now += timedelta(hours=12)
    assert late.post("/probe-page").status_code == 303


def test_a_cookie_that_somebody_made_up_is_nobodys(desk: Studio) -> None:
    browser = TestClient(desk.app, base_url=HERE, follow_redirects=False)
    for text in ("x", "", "a" * 43, "ä"):
        answer = browser.post("/probe-page", headers={b"cookie": f"{SESSION_COOKIE}={text}".encode()})
        assert answer.status_code == 303


def test_a_key_of_the_api_opens_no_page_and_a_session_no_api(desk: Studio) -> None:
    assert desk.ann.post("/probe-page", follow_redirects=False).status_code == 303
    assert desk.page.get("/v1/probe/x").status_code == 401


def test_pages_write_only_for_who_may_do_all_that_pages_do(desk: Studio) -> None:
    """Else a key that may only read would send messages once it has signed in."""
    for scopes in (frozenset[Scope](["read"]), USUAL_SCOPES - {"send"}):
        browser = signed_in(desk, scopes=scopes)
        answer = browser.post("/probe-page", headers={CSRF_HEADER: token_of(desk, browser)})
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:overture:problem:missing-scope")
    usual = signed_in(desk, scopes=USUAL_SCOPES)
    assert usual.post("/probe-page", headers={CSRF_HEADER: token_of(desk, usual)}).status_code == 200
    weak = signed_in(desk, scopes=frozenset(["classify"]))
    assert weak.get("/settings").status_code == 403


def test_every_session_is_new_and_kept_as_a_digest(empty_url: str, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    store, now = StudioStore(empty_url), datetime(2026, 11, 23, tzinfo=UTC)
    ann = Caller(ANN, CONTRACT, frozenset(SCOPES), "test")
    texts = [open_session(store, ann, key=None, now=now, hours=1) for _ in range(3)]
    assert len({*texts}) == 3
    assert min(map(len, texts)) >= 43, "256 bits"
    found = [find_session(store, text, now=now) for text in texts]
    assert len({session.csrf for session in found if session}) == 3
    with store.read() as connection:
        kept = repr(connection.execute(select(sessions)).all())
    assert not any(text in kept for text in texts)
    open_session(store, ann, key=None, now=now + timedelta(hours=2), hours=1)
    with store.read() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1, "those that have ended are forgotten"
    store.close()


def test_a_seat_that_is_open_no_more_ends_its_sessions(empty_url: str) -> None:
    from datetime import UTC, datetime

    store, now = StudioStore(empty_url), datetime(2026, 11, 23, tzinfo=UTC)
    texts = {
        seat: open_session(store, Caller(seat, CONTRACT, frozenset(SCOPES), "open"), key=None, now=now, hours=1)
        for seat in ("ann", "ben")
    }
    close_open_sessions(store, besides="ben")
    assert [seat for seat, text in texts.items() if find_session(store, text, now=now)] == ["ben"]
    close_open_sessions(store, besides=None)
    assert not any(find_session(store, text, now=now) for text in texts.values())
    store.close()

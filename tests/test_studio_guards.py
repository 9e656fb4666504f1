"""What stands around every request of the studio: hosts, sizes, headers, rates, errors, and one line in the log."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest

pytest.importorskip("fastapi")

from pathlib import Path

from httpx2 import Client, TransportError
from starlette.testclient import TestClient
from studio_app import Studio, studio
from studio_probe import Probe

from overture.studio import StudioSettings
from overture.studio.guards import POLICY
from overture.studio.rate_limit import RateLimit
from overture.studio.settings import check_bind

LIMIT = 20_000
CLIENT = "httpx2"  # what the test asks with has a log of its own


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("guards"), largest_body=LIMIT, allowed_hosts=("studio.example",)) as made:
        Probe(made.app)
        yield made


@pytest.fixture
def anybody(desk: Studio) -> TestClient:
    return TestClient(desk.app, base_url="http://127.0.0.1:8420", raise_server_exceptions=True)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8420", 401), ("localhost", 401), ("[::1]:9", 401), ("STUDIO.example:443", 401),
        ("evil.example", 421), ("studio.example.evil.example", 421), ("127.0.0.1.nip.io:8420", 421), ("", 421),
    ],
)  # fmt: skip
def test_a_name_that_was_not_allowed_is_not_answered(anybody: TestClient, host: str, status: int) -> None:
    assert anybody.get("/v1/probe/x", headers={"host": host}).status_code == status


def test_every_answer_carries_the_headers_of_security(desk: Studio, anybody: TestClient) -> None:
    answers = {
        "a page": desk.page.get("/settings"),
        "json": desk.ann.get("/v1/probe/x"),
        "a static file": anybody.get("/static/studio.css"),
        "nothing there": anybody.get("/v1/nothing"),
        "no key": anybody.get("/v1/probe/x"),
        "wrong host": anybody.get("/", headers={"host": "evil.example"}),
        "a redirect": anybody.get("/", follow_redirects=False),
        "our own error": desk.ann.post("/v1/probe/fail/own", json={}),
        "too much": anybody.post("/probe-open", content=b"x" * (LIMIT + 1)),
        "the description": anybody.get("/v1/openapi.json"),
    }
    assert [answers[name].status_code for name in ("our own error", "too much", "no key")] == [500, 413, 401]
    for name, answer in answers.items():
        assert answer.headers["content-security-policy"] == POLICY, name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["referrer-policy"] == "same-origin", name
        assert len(answer.headers["x-request-id"]) == 16, name
        assert "strict-transport-security" not in answer.headers, name
        if name != "a static file":
            assert answer.headers["cache-control"] == "no-store", name
    assert "unsafe" not in POLICY
    assert len({answer.headers["x-request-id"] for answer in answers.values()}) == len(answers)


def test_by_https_browsers_are_told_to_stay_with_it(tmp_path: Path) -> None:
    with studio(tmp_path, https=True) as desk:
        assert desk.page.get("/v1/nothing").headers["strict-transport-security"] == "max-age=31536000"


def test_only_a_static_file_with_its_hash_is_kept_for_good(anybody: TestClient) -> None:
    assert "immutable" in anybody.get("/static/studio.css?v=1").headers["cache-control"]
    assert "cache-control" not in anybody.get("/static/studio.css").headers


@pytest.mark.parametrize("path", ["/probe-open", "/v1/probe", "/v1/probe/stream"])
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("key", [None, "large"])
def test_a_body_over_the_limit_is_413_however_it_comes(
    desk: Studio, path: str, announced: bool, key: str | None
) -> None:
    """In one piece with its length said, or in pieces that nobody announced."""
    parts = iter([b'{"text": "', b"x" * LIMIT, b'"}'])
    answer = desk.ann.post(
        path,
        content=b"".join(parts) if announced else parts,
        headers={"content-type": "application/json", **({"Idempotency-Key": key} if key else {})},
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:overture:problem:body-too-large"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/v1/probe", "/v1/bulk", "/v1/drafts"])
@pytest.mark.parametrize("key", [{}, {"Authorization": "Bearer ovt_nobody_x"}, {"Idempotency-Key": "k"}])
def test_without_a_key_no_body_is_read(anybody: TestClient, path: str, key: dict[str, str]) -> None:
    answer = anybody.post(path, content=b'{"no": json', headers={"content-type": "application/json", **key})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:overture:problem:unauthorized")
    assert "Bearer" in answer.headers["www-authenticate"]


def test_a_body_up_to_the_limit_is_read(desk: Studio) -> None:
    body = b'{"text": "%s"}' % (b"x" * (LIMIT - 12))
    assert len(body) == LIMIT
    assert desk.ann.post("/probe-open", content=body, headers={"content-type": "application/json"}).json() == LIMIT - 12


@pytest.mark.parametrize("length", ["-1", "1e9", "٣"])
def test_a_length_that_is_none_does_not_hide_a_large_body(desk: Studio, length: str) -> None:
    headers = {b"content-length": length.encode()}
    assert desk.ann.post("/probe-open", content=iter([b"x" * (LIMIT + 1)]), headers=headers).status_code == 413


def test_an_error_of_ours_says_nothing_of_what_was_sent(desk: Studio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = desk.ann.post("/v1/probe/fail/own?who=kanarie-query", json={"text": "kanarie-body"})
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:overture:problem:internal")
    assert answer.json()["request"] == answer.headers["x-request-id"]
    logged = "\n".join(
        record.getMessage() + str(record.exc_info or "") for record in caplog.records if record.name != CLIENT
    )
    assert "kanarie" not in answer.text + logged
    assert "builtins.ValueError" in logged, "where it was raised is in the log"
    assert "which led to" in logged
    assert "studio_probe.py" in logged


def test_a_stream_that_breaks_is_broken_off_and_logged_without_its_words(
    desk: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "overture.studio"):
        answer = desk.ann.post("/v1/probe/stream", json={"text": "break"})
    assert answer.text == "data: 0\n\n"
    assert "builtins.RuntimeError" in caplog.text


def test_the_log_has_a_line_for_each_request_with_the_template_of_its_path(
    desk: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "overture.studio"):
        answer = desk.ann.get("/v1/probe/jane-doe?q=secret")
        desk.ann.get("/v1/nothing/jane-doe")
    first, second = (record.getMessage().split() for record in caplog.records if record.name == "overture.studio")
    assert first[:3] == ["GET", "/v1/probe/{name}", "200"]
    assert first[5].startswith("key:")
    assert first[6] == answer.headers["x-request-id"]
    assert second[:3] == ["GET", "-", "404"]
    ours = " ".join([*first, *second])
    assert "jane-doe" not in ours
    assert "secret" not in ours


def test_head_answers_as_get_without_a_body(desk: Studio) -> None:
    whole, head = desk.ann.get("/v1/probe/x"), desk.ann.head("/v1/probe/x")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert desk.ann.head("/v1/nothing").status_code == 404


def test_a_real_server_answers_the_same(desk: Studio) -> None:
    """HEAD and GET over one connection, a body in pieces that is too large, and a stream that breaks."""
    pytest.importorskip("playwright")  # which the module that serves is for
    from studio_browser import serving

    key = {"Authorization": desk.ann.headers["authorization"]}
    with serving(desk.app) as url, socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as raw:
        host = f"Host: 127.0.0.1\r\nAuthorization: {key['Authorization']}\r\n"
        raw.sendall(f"HEAD /v1/probe/x HTTP/1.1\r\n{host}\r\nGET /v1/probe/x HTTP/1.1\r\n{host}\r\n".encode())
        raw.settimeout(5)
        said = b""
        while b'"seat":"ann"}' not in said:
            said += raw.recv(65_536)
        assert said.count(b"HTTP/1.1 200 OK") == 2
        assert said.count(b'{"name":"x"') == 1
        with Client(base_url=url, headers={**key, "content-type": "application/json"}) as client:
            large = client.post("/v1/probe", content=iter([b'{"text": "', b"x" * LIMIT, b'"}']))
            assert (large.status_code, large.json()["status"]) == (413, 413)
            with pytest.raises(TransportError):
                client.post("/v1/probe/stream", json={"text": "break"})
            assert client.get("/v1/probe/x").status_code == 200


def test_a_method_that_is_not_there_is_405_and_says_which_are(desk: Studio) -> None:
    answer = desk.ann.request("OPTIONS", "/v1/probe/x")
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:overture:problem:method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD"
    assert "access-control-allow-origin" not in answer.headers


def test_who_looks_at_a_page_gets_an_error_as_a_page(desk: Studio) -> None:
    shown = desk.page.get("/nothing", headers={"accept": "text/html"})
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing of this name" in shown.text
    part = desk.page.get("/nothing", headers={"accept": "text/html", "hx-request": "true"})
    api = desk.ann.get("/v1/nothing", headers={"accept": "text/html"})
    assert {part.headers["content-type"], api.headers["content-type"]} == {"application/problem+json"}


def test_a_field_that_somebody_made_up_is_not_said_again(desk: Studio) -> None:
    answer = desk.ann.post("/v1/probe", json={"text": ["Jane Doe"]})
    assert answer.json()["errors"] == [{"field": "body.text", "detail": "Input should be a valid string"}]
    assert "Jane" not in answer.text


# Rates


def test_a_key_that_asks_too_often_waits_and_another_does_not(tmp_path: Path) -> None:
    with studio(tmp_path, requests_per_minute=1, burst=2) as desk:
        Probe(desk.app)
        statuses = [desk.ann.get("/v1/probe/x").status_code for _ in range(3)]
        last = desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"})
        assert statuses == [200, 200, 429]
        assert (last.status_code, last.json()["type"]) == (429, "urn:overture:problem:rate-limited")
        assert 55 <= int(last.headers["retry-after"]) <= 61
        assert desk.ben.get("/v1/probe/x").status_code == 200
        assert [desk.page.post("/probe-page").status_code for _ in range(3)] == [200, 200, 429]


def test_a_bucket_fills_at_its_rate_and_holds_no_more_than_its_burst() -> None:
    now = 0.0
    limit = RateLimit(per_minute=60, burst=2, clock=lambda: now)
    assert [limit.take("a") for _ in range(3)] == [0, 0, 1.0]
    now = 0.5
    assert limit.take("a") == pytest.approx(0.5)
    now = 1.0
    assert limit.take("a") == 0
    now = 1_000.0
    assert [limit.take("a") for _ in range(3)] == [0, 0, pytest.approx(1.0)]


# The address


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "studio.example", "::"])  # noqa: S104 - what is refused
def test_an_address_that_others_reach_needs_a_key_and_no_open_seat(host: str) -> None:
    from overture.errors import ConfigurationError

    check_bind(StudioSettings(host=host, allowed_hosts=("studio.example",)), keys=1)
    with pytest.raises(ConfigurationError, match="keys add"):
        check_bind(StudioSettings(host=host, allowed_hosts=("studio.example",)), keys=0)
    with pytest.raises(ConfigurationError, match="a seat cannot be open"):
        check_bind(StudioSettings(host=host, open_seat="ann"), keys=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_on_loopback_no_key_is_needed(host: str) -> None:
    check_bind(StudioSettings(host=host, open_seat="ann"), keys=0)

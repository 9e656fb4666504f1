"""The audit log: a line for every write of API and pages, and no word of what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from sqlalchemy import delete
from sqlalchemy.exc import TimeoutError as PoolTimeout
from studio_app import ANN, BEN, Studio, studio
from studio_probe import Probe
from studio_walk import Ids, api_requests, page_requests

from overture.studio.audit import AuditLine, lines_of
from overture.studio.tables import audit


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("audit")) as desk:
        Probe(desk.app)
        yield desk


@pytest.fixture
def desk(made: Studio) -> Studio:
    with made.services.store.write() as connection:
        connection.execute(delete(audit))
    return made


def lines(desk: Studio, seat: str = ANN) -> list[tuple[str, str | None, int]]:
    """Oldest first."""
    return [(line.action, line.subject, line.status) for line in reversed(lines_of(desk.services.store, seat))]


def test_a_write_leaves_a_line_with_who_what_and_how_it_ended(desk: Studio) -> None:
    answer = desk.ann.post("/v1/probe?q=kanarie", json={"text": "kanarie"})
    (line,) = lines_of(desk.services.store, ANN)
    assert line == AuditLine(
        id=line.id, at=desk.clock(), seat=ANN, by=line.by, action="POST /v1/probe",
        subject=answer.headers["location"].rpartition("/")[2], status=201, request=answer.headers["x-request-id"],
    )  # fmt: skip
    key = desk.ann.headers["authorization"].split("_")[1]
    assert line.by == f"key:{key}"
    assert lines(desk, BEN) == []


def test_a_write_of_a_page_leaves_one_too(desk: Studio) -> None:
    desk.page.post("/probe-page")
    (line,) = lines_of(desk.services.store, ANN)
    assert (line.action, line.by, line.status) == ("POST /probe-page", "session:open", 200)


def test_so_does_what_was_refused_or_went_wrong(desk: Studio) -> None:
    for how in ("refused", "input", "own"):
        desk.ann.post(f"/v1/probe/fail/{how}", json={})
    _, weak = desk.services.keys.add(ANN, contract="norrsken", now=desk.clock(), scopes=["read"])
    desk.ann.post("/v1/probe", json={}, headers={"Authorization": f"Bearer {weak}"})
    desk.page.post("/probe-page", headers={"X-CSRF-Token": "forged"})
    assert lines(desk) == [
        ("POST /v1/probe/fail/{how}", "refused", 409),
        ("POST /v1/probe/fail/{how}", "input", 422),
        ("POST /v1/probe/fail/{how}", "own", 500),
        ("POST /v1/probe", None, 403),
        ("POST /probe-page", None, 403),
    ]


def test_what_changes_nothing_leaves_none(desk: Studio) -> None:
    desk.ann.get("/v1/probe/x")
    desk.ann.head("/v1/probe/x")
    desk.ann.post("/v1/probe/classify", json={"text": "no thanks"})
    desk.page.get("/settings")
    desk.ann.post("/v1/probe", json={}, headers={"Authorization": "Bearer nobody"})
    assert lines(desk) == []


def test_what_comes_too_often_or_cannot_be_read_leaves_none(desk: Studio, tmp_path: Path) -> None:
    for path in ("/v1/probe", "/v1/classify"):
        for key in ({}, {"Idempotency-Key": "unread"}):
            unread = desk.ann.post(path, content=b"{", headers={"content-type": "application/json", **key})
            assert unread.status_code == 422
    assert lines(desk) == []
    with studio(tmp_path, requests_per_minute=1, burst=1) as busy:
        Probe(busy.app)
        assert [busy.ann.post("/v1/probe", json={}).status_code for _ in range(3)] == [201, 429, 429]
        assert [busy.page.post("/probe-page").status_code for _ in range(3)] == [200, 429, 429]
        assert [status for _, _, status in lines(busy)] == [201, 200]


def test_a_write_is_answered_as_done_where_its_line_cannot_be_written(
    desk: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_connection_left(*_: object, **__: object) -> None:
        raise PoolTimeout("none came back in time")

    monkeypatch.setattr("overture.studio.audit.note", no_connection_left)
    assert desk.ann.post("/v1/probe", json={}).status_code == 201
    assert "the audit log lacks POST /v1/probe 201" in caplog.text


def test_an_answer_that_is_given_again_leaves_no_second_line(desk: Studio) -> None:
    for _ in range(2):
        desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"})
    assert len(lines(desk)) == 1


def test_every_route_that_writes_for_somebody_is_audited(desk: Studio) -> None:
    """A page or a route with a key, asked with nothing in it: whatever it answers, the line is there."""
    every: Ids = dict.fromkeys(NAMES, ("a1",))
    for client, asks in ((desk.ann, api_requests(desk.app, every, {})), (desk.page, page_requests(every, {}))):
        for ask in asks:
            before = len(lines_of(desk.services.store, ANN, limit=10_000))
            if ask.method == "get" or ask.template in {"/sign-in", "/sign-out"}:
                continue
            if ask.template.startswith(("/v1/classify", "/v1/context")):  # nothing is kept
                continue
            client.request(ask.method.upper(), ask.path, headers={"content-type": "text/plain"}, content=b"\0")
            after = lines_of(desk.services.store, ANN, limit=10_000)
            assert len(after) == before + 1, f"{ask.method} {ask.template}"
            assert after[0].action == f"{ask.method.upper()} {ask.template.replace(':path}', '}')}"


NAMES = (
    "candidate", "job", "draft", "message", "thread", "reply", "content", "preset", "template", "seat", "key",
    "webhook", "delivery", "bulk", "feedback", "name", "kind", "action", "month", "format", "url",
)  # fmt: skip

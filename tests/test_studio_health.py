"""/health for proxies, and what is answered while the database does not answer."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.testclient import TestClient
from studio_app import ANN, Studio, studio

from overture.studio.audit import lines_of
from overture.studio.problems import as_problem


@contextmanager
def without(desk: Studio, table: str) -> Generator[None]:
    """A database that answers no question about a table."""
    for before, after in ((table, "gone"), ("gone", table)):
        with desk.services.store.write() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
        if after == "gone":
            yield


def test_health_says_ok_to_anybody_and_nothing_else(tmp_path: Path) -> None:
    with studio(tmp_path, requests_per_minute=1, burst=1) as desk:
        anybody = TestClient(desk.app, base_url="http://127.0.0.1:8420")
        answers = [anybody.get("/health") for _ in range(3)]
        assert {(each.status_code, each.text) for each in answers} == {(200, "ok")}
        assert answers[0].headers["cache-control"] == "no-store"
        assert "set-cookie" not in answers[0].headers
        assert anybody.head("/health").status_code == 200
        assert anybody.post("/health").status_code == 405
        assert desk.ann.get("/health").text == "ok"
        assert lines_of(desk.services.store, ANN) == ()


def test_a_probe_knows_a_process_by_its_address_alone_and_nothing_else_answers_to_it(tmp_path: Path) -> None:
    with studio(tmp_path) as desk:
        anybody = TestClient(desk.app, base_url="http://10.1.2.3:8420")
        assert anybody.get("/health").text == "ok"
        assert anybody.get("/sign-in").status_code == 421
        assert anybody.get("/health/x").status_code == 421


def test_health_is_503_while_the_database_does_not_answer(tmp_path: Path) -> None:
    with studio(tmp_path) as desk:
        anybody = TestClient(desk.app, base_url="http://127.0.0.1:8420")
        with without(desk, "studio_keys"):
            answer = anybody.get("/health")
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:overture:problem:unavailable")
            assert "studio_keys" not in answer.text
        assert anybody.get("/health").status_code == 200


def test_a_request_is_503_while_the_database_does_not_answer_and_may_come_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Under the same key too: what was not done is not kept as its answer."""
    body, key = {"id": "c-kanarie", "profile": {"name": "Jo Doe"}}, {"Idempotency-Key": "later"}
    with studio(tmp_path) as desk, caplog.at_level(logging.WARNING, "overture.studio"):
        with without(desk, "studio_candidates"):
            answers = [desk.ann.get("/v1/candidates"), desk.ann.post("/v1/candidates", json=body, headers=key)]
        for answer in answers:
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:overture:problem:unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert "studio_candidates" not in answer.text
        assert desk.ann.post("/v1/candidates", json=body, headers=key).status_code == 201
    assert "OperationalError" in caplog.text
    assert "kanarie" not in caplog.text


def test_so_is_one_for_which_there_is_no_connection() -> None:
    problem = as_problem(PoolTimeoutError("QueuePool limit reached"))
    assert (problem.status, problem.kind) == (503, "unavailable")
    assert "Retry-After" in (problem.headers or {})

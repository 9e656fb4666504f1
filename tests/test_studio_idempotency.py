"""`Idempotency-Key`: the same write twice is done once, whatever happens between (S-10)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from clocks import Clock
from sqlalchemy import func, insert, select
from studio_app import ANN, BEN, Studio, studio
from studio_probe import Probe

from overture.studio.answers import Answer, AnswerStore, prune_answers
from overture.studio.problems import ProblemError
from overture.studio.store import StudioStore
from overture.studio.tables import answers


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("once")) as made:
        yield made


@pytest.fixture
def probe(desk: Studio) -> Iterator[Probe]:
    made = Probe(desk.app)
    yield made
    del desk.app.router.routes[-3:]  # the next test's probe is asked, not this one
    with desk.services.store.write() as connection:
        connection.execute(answers.delete())


def kept(desk: Studio) -> int:
    with desk.services.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(answers)) or 0


def test_the_same_write_twice_is_done_once_and_answered_the_same(desk: Studio, probe: Probe) -> None:
    first, again = (desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, first.json(), probe.done) == (201, {"made": 1, "length": 0}, [ANN])
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_without_a_key_each_is_done(desk: Studio, probe: Probe) -> None:
    for _ in range(2):
        desk.ann.post("/v1/probe", json={})
    assert len(probe.done) == 2
    assert kept(desk) == 0


def test_a_key_is_its_seats_own(desk: Studio, probe: Probe) -> None:
    for client in (desk.ann, desk.ben):
        assert client.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"}).status_code == 201
    assert probe.done == [ANN, BEN]


def test_a_key_for_another_request_is_refused(desk: Studio, probe: Probe) -> None:
    headers = {"Idempotency-Key": "k"}
    desk.ann.post("/v1/probe", json={"text": "a"}, headers=headers)
    for other in (
        desk.ann.post("/v1/probe", json={"text": "b"}, headers=headers),
        desk.ann.post("/v1/probe?x=1", json={"text": "a"}, headers=headers),
        desk.ann.post("/v1/probe/fail/refused", json={"text": "a"}, headers=headers),
    ):
        assert (other.status_code, other.json()["type"]) == (422, "urn:overture:problem:same-key-other-request")
    assert len(probe.done) == 1


def test_an_answer_is_not_given_to_a_key_with_other_rights(desk: Studio, probe: Probe) -> None:
    """Else a key that may only read would be told what a stronger one was given."""
    headers = {"Idempotency-Key": "k"}
    desk.ann.post("/v1/probe", json={}, headers=headers)
    _, weak = desk.services.keys.add(ANN, contract="norrsken", now=desk.clock(), scopes=["read"])
    asked = desk.ann.post("/v1/probe", json={}, headers={**headers, "Authorization": f"Bearer {weak}"})
    assert asked.status_code == 422
    _, revoked = desk.services.keys.add(ANN, contract="norrsken", now=desk.clock())
    desk.services.keys.revoke(revoked.split("_")[1], now=desk.clock())
    asked = desk.ann.post("/v1/probe", json={}, headers={**headers, "Authorization": f"Bearer {revoked}"})
    assert asked.status_code == 401


def test_of_many_at_once_one_is_done_and_the_others_are_told_to_wait(desk: Studio, probe: Probe) -> None:
    probe.may_go_on.clear()

    def ask() -> int:
        return desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"}).status_code

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask)
        assert probe.entered.wait(10)
        others = [waiting.result() for waiting in [pool.submit(ask) for _ in range(7)]]
        probe.may_go_on.set()
        assert first.result() == 201
    assert others == [409] * 7
    assert ask() == 201
    assert len(probe.done) == 1


def test_a_wait_says_how_long(desk: Studio, probe: Probe) -> None:
    now = desk.clock()
    row = {"seat": ANN, "key": "k", "request": "?", "created_at": now}
    asked = desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "first"})
    with desk.services.store.write() as connection:
        digest = connection.scalar(select(answers.c.request))
        connection.execute(insert(answers).values({**row, "request": digest}))
    waits = desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"})
    assert (asked.status_code, waits.status_code) == (201, 409)
    assert waits.json()["type"] == "urn:overture:problem:still-running"
    assert waits.headers["retry-after"] == "1"


def test_what_a_process_left_half_done_when_it_died_may_be_tried_again_after_minutes(
    desk: Studio, probe: Probe
) -> None:
    desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"})
    with desk.services.store.write() as connection:
        connection.execute(answers.update().values(status=None, body=None, headers=None))
    assert desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"}).status_code == 409
    desk.clock.now += timedelta(minutes=6)
    assert desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "k"}).status_code == 201
    assert len(probe.done) == 2


@pytest.mark.parametrize(("how", "status"), [("refused", 409), ("input", 422)])
def test_a_no_is_an_answer_and_is_kept(desk: Studio, probe: Probe, how: str, status: int) -> None:
    first, again = (desk.ann.post(f"/v1/probe/fail/{how}", json={}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (status, status, first.content)
    assert first.json()["rule"] == "S-1"
    assert again.headers["content-type"] == "application/problem+json"
    assert len(probe.done) == 1


def test_an_error_of_ours_is_forgotten_so_that_it_can_be_tried_again(desk: Studio, probe: Probe) -> None:
    for _ in range(2):
        assert desk.ann.post("/v1/probe/fail/own", json={}, headers={"Idempotency-Key": "k"}).status_code == 500
    assert len(probe.done) == 2
    assert kept(desk) == 0


def test_what_was_not_allowed_is_forgotten(desk: Studio, probe: Probe) -> None:
    _, weak = desk.services.keys.add(ANN, contract="norrsken", now=desk.clock(), scopes=["read"])
    headers = {"Authorization": f"Bearer {weak}", "Idempotency-Key": "k"}
    assert desk.ann.post("/v1/probe", json={}, headers=headers).status_code == 403
    assert desk.ann.post("/v1/probe", json={}, headers={**headers, "Authorization": "Bearer x"}).status_code == 401
    assert kept(desk) == 0


def test_a_stream_that_reached_its_end_is_given_again_in_one_piece(desk: Studio, probe: Probe) -> None:
    first, again = (desk.ann.post("/v1/probe/stream", json={}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.text == again.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"
    assert again.headers["content-type"].startswith("text/event-stream")
    assert len(probe.done) == 1


def test_a_stream_that_broke_is_forgotten(desk: Studio, probe: Probe) -> None:
    for _ in range(2):
        desk.ann.post("/v1/probe/stream", json={"text": "break"}, headers={"Idempotency-Key": "k"})
    assert len(probe.done) == 2
    assert kept(desk) == 0


def test_an_answer_with_a_secret_is_not_kept_and_not_given_twice(desk: Studio, probe: Probe) -> None:
    first, again = (desk.ann.post("/v1/probe/secret", headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 409)
    assert "whsec" not in again.text
    assert len(probe.done) == 1
    with desk.services.store.read() as connection:
        assert b"whsec" not in repr(connection.execute(select(answers)).all()).encode()


def test_what_is_asked_to_keep_nothing_is_not_kept_here_either(desk: Studio, probe: Probe) -> None:
    who = {"name": "Jo Doe", "positions": [{"title": "Cook", "company": "Brightbox", "current": True}]}
    asks = (
        ("/v1/drafts", {"candidate": who, "keep": False}, 201),
        ("/v1/drafts/stream", {"candidate": who, "keep": False}, 200),
        ("/v1/context", {"candidate": who}, 200),
        ("/v1/probe/classify", {"text": "No thanks."}, 200),
    )
    for path, body, status in asks:
        for _ in range(2):
            answer = desk.ann.post(path, json=body, headers={"Idempotency-Key": "k"})
            assert (answer.status_code, "idempotent-replayed" in answer.headers) == (status, False), path
            assert kept(desk) == 0, path
    assert len(probe.done) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "två", "a b", "tab\t."])
def test_a_key_that_cannot_be_one_is_refused(desk: Studio, probe: Probe, key: str) -> None:
    asked = desk.ann.post("/v1/probe", json={}, headers={b"Idempotency-Key": key.encode()})
    assert (asked.status_code, asked.json()["field"]) == (422, "Idempotency-Key")
    assert probe.done == []


def test_reading_takes_no_key(desk: Studio, probe: Probe) -> None:
    for name in ("a", "b"):
        assert desk.ann.get(f"/v1/probe/{name}", headers={"Idempotency-Key": "k"}).json()["name"] == name
    assert kept(desk) == 0


def test_after_a_restart_the_answer_is_still_known(tmp_path: Path) -> None:
    headers = {"Idempotency-Key": "k"}
    with studio(tmp_path) as desk:
        probe = Probe(desk.app)
        first = desk.ann.post("/v1/probe", json={}, headers=headers)
        key = desk.ann.headers["authorization"]
    with studio(tmp_path) as desk:
        later = Probe(desk.app)
        again = desk.ann.post("/v1/probe", json={}, headers={**headers, "Authorization": key})
    assert (again.status_code, again.content) == (201, first.content)
    assert (len(probe.done), later.done) == (1, [])


def test_what_is_older_than_a_day_is_forgotten(desk: Studio, probe: Probe) -> None:
    for key in ("a", "b"):
        desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": key})
    desk.clock.now += timedelta(days=1, minutes=1)
    assert desk.ann.post("/v1/probe", json={}, headers={"Idempotency-Key": "a"}).json() == {"made": 3, "length": 0}
    assert kept(desk) == 1


# On either database


@pytest.fixture
def studio_store(empty_url: str) -> Iterator[StudioStore]:
    store = StudioStore(empty_url)
    yield store
    store.close()


def test_on_either_database_one_of_many_takes_a_key(studio_store: StudioStore) -> None:
    clock = Clock(datetime(2026, 11, 23, tzinfo=UTC))
    own = AnswerStore(studio_store, clock, seat=ANN, key="k")

    def take(_: int) -> str:
        try:
            return "taken" if own.begin("digest") is None else "answered"
        except ProblemError as problem:
            return problem.kind

    with ThreadPoolExecutor(6) as pool:
        results = sorted(pool.map(take, range(6)))
    assert results == ["still-running"] * 5 + ["taken"]
    own.keep(Answer(201, {"content-type": "text/plain"}, b"\x00\xff"))
    assert own.begin("digest") == Answer(201, {"content-type": "text/plain"}, b"\x00\xff")
    with pytest.raises(ProblemError, match="new key"):
        own.begin("another")
    prune_answers(studio_store, now=clock() + timedelta(hours=25))
    assert own.begin("another") is None
    own.forget()
    assert own.begin("digest") is None


def test_on_either_database_a_request_that_outlived_its_key_leaves_the_next_ones_answer(
    studio_store: StudioStore,
) -> None:
    clock = Clock(datetime(2026, 11, 23, tzinfo=UTC))
    slow, quick = (AnswerStore(studio_store, clock, seat=ANN, key="k") for _ in range(2))
    assert slow.begin("digest") is None
    clock.wait(minutes=6)
    assert quick.begin("digest") is None
    slow.forget()
    slow.keep(Answer(500, {}, b"late"))
    quick.keep(Answer(201, {}, b"made"))
    slow.keep(Answer(500, {}, b"late"))
    assert quick.begin("digest") == Answer(201, {}, b"made")

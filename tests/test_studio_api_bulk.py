"""Bulk jobs over HTTP: a draft or an error for each candidate, cancelled, gone on with, drafted once (S-5)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from clocks import Clock
from sqlalchemy import Connection, select
from studio_app import ANN, BEN, CONTRACT, Studio, studio

from overture.generation import Draft, DraftInput
from overture.people import Candidate
from overture.studio import StudioSettings, bulk_jobs, bulk_worker, create_app
from overture.studio.bulk_jobs import BulkJob, Claim
from overture.studio.bulk_worker import LEASE, BulkWorker, drafting_in_bulk
from overture.studio.kept_draft import dump_inputs
from overture.studio.services import Services
from overture.studio.tables import bulk_rows, drafts


def cook(number: int) -> dict[str, Any]:
    position = {"title": "Cook", "company": f"Brightbox {number}", "current": True}
    return {"id": f"cook-{number}", "name": "Jo Doe", "positions": [position]}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("bulk"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


def ended(desk: Studio, where: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        job = desk.ann.get(where).json()
        if job["finished_at"]:
            return dict(job)
        time.sleep(0.02)
    raise AssertionError("the job does not end")


def waiting_job(services: Services, count: int, *, seat: str = ANN) -> str:
    """A job that lies in the database, as a server that died leaves one."""
    now = services.clock()
    request = {"inputs": dump_inputs(DraftInput(candidate=Candidate())), "job": None}
    job = BulkJob(
        id=f"{seat}-{time.monotonic_ns()}", seat=seat, contract=CONTRACT, state="waiting", request=request,
        total=count, created_at=now, updated_at=now,
    )  # fmt: skip
    with services.store.write() as connection:
        bulk_jobs.add_job(connection, job, [cook(number) for number in range(count)])
    return job.id


def claimed(services: Services, worker: str, limit: int) -> Claim:
    now = services.clock()
    with services.store.write() as connection:
        claim = bulk_jobs.claim_rows(connection, worker, now=now, until=now + LEASE, limit=limit)
    assert claim is not None
    return claim


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """What is behind a studio whose own worker does not run."""
    settings = StudioSettings(
        database_url=f"sqlite:///{tmp_path / 'studio.db'}",
        transport=f"file:{tmp_path / 'outbox.jsonl'}",
        dispatch=False,
    )
    made: Services = create_app(settings, clock=clock).state.services
    yield made
    made.close()


def test_s5_each_candidate_gets_a_draft_or_an_error_of_their_own(desk: Studio) -> None:
    candidates = ["ann-rich", "ben-rich", {"name": "Jo", "positions": [{"titel": "x"}]}, cook(1), {"name": "Jo"}]
    taken = desk.ann.post("/v1/bulk", json={"candidates": candidates, "custom_content": "Ring twice."})
    assert (taken.status_code, taken.json()["total"]) == (202, 5)
    where = taken.headers["location"]
    job = ended(desk, where)
    assert (job["state"], job["waiting"], job["drafted"], job["failed"]) == ("done", 0, 2, 3)
    rows = desk.ann.get(f"{where}/rows", params={"drafts": True}).json()["items"]
    assert [row["state"] for row in rows] == ["drafted", "failed", "failed", "drafted", "failed"]
    assert [row["number"] for row in rows] == [0, 1, 2, 3, 4]
    assert all("Ring twice." in rows[number]["draft"]["body"] for number in (0, 3))
    assert (rows[1]["error"]["status"], rows[2]["error"]["field"]) == (404, "candidate.positions[0].titel")
    assert rows[3]["candidate"] == rows[3]["draft"]["candidate"] == "cook-1"
    assert desk.ann.get(f"/v1/drafts/{rows[0]['id']}").json() == rows[0]["draft"]
    with desk.services.store.read() as connection:
        kept = connection.scalars(select(bulk_rows.c.profile).where(bulk_rows.c.job == taken.json()["id"])).all()
    assert not any(kept), "a settled row holds no profile"


def test_rows_go_by_cursor_and_answer_304_to_what_is_known(desk: Studio) -> None:
    where = desk.ann.post("/v1/bulk", json={"candidates": [cook(n) for n in range(5)]}).headers["location"]
    ended(desk, where)
    first = desk.ann.get(f"{where}/rows", params={"limit": 3})
    rest = desk.ann.get(f"{where}/rows", params={"limit": 3, "after": first.json()["next"]}).json()
    assert [row["number"] for row in first.json()["items"] + rest["items"]] == [0, 1, 2, 3, 4]
    assert rest["next"] is None
    assert first.json()["items"][0]["draft"] is None
    for path, answer in ((f"{where}/rows?limit=3", first), (where, desk.ann.get(where))):
        assert desk.ann.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    listed = desk.ann.get("/v1/bulk", params={"limit": 200}).json()["items"]
    assert desk.ann.get(where).json() in listed


def test_another_seats_job_answers_as_one_that_is_missing(desk: Studio) -> None:
    where = desk.ann.post("/v1/bulk", json={"candidates": ["ann-sparse"]}).headers["location"]
    for path in (where, "/v1/bulk/nobody"):
        for answer in (
            desk.ben.get(path), desk.ben.get(f"{path}/rows"), desk.ben.post(f"{path}/cancel"), desk.ben.delete(path),
        ):  # fmt: skip
            assert (answer.status_code, answer.json()["detail"]) == (404, "there is no bulk job of this id")
    assert where.rpartition("/")[2] not in desk.ben.get("/v1/bulk").text


def test_what_cannot_be_asked_for_is_refused_at_once(desk: Studio) -> None:
    refused: tuple[tuple[dict[str, Any], int], ...] = (
        ({"candidates": []}, 422),
        ({"candidates": ["x"] * 10_001}, 422),
        ({"candidates": ["x"], "job": "ben-job"}, 404),
        ({"candidates": ["x"], "content": "nobody"}, 404),
    )
    for body, status in refused:
        assert desk.ann.post("/v1/bulk", json=body).status_code == status


def test_the_same_key_twice_takes_one_job(desk: Studio) -> None:
    again, body = {"Idempotency-Key": "bulk-once"}, {"candidates": [cook(77)]}
    first, second = (desk.ann.post("/v1/bulk", json=body, headers=again) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    ended(desk, first.headers["location"])
    assert len(desk.ann.get("/v1/drafts", params={"candidate": "cook-77"}).json()["items"]) == 1


def test_a_large_request_is_let_in_here_alone(desk: Studio) -> None:
    large = {"candidates": [cook(n) | {"headline": "x" * 1_900} for n in range(1_200)]}
    taken = desk.ann.post("/v1/bulk", json=large)
    assert taken.status_code == 202
    assert int(taken.request.headers["content-length"]) > desk.services.settings.largest_body
    assert desk.ann.delete(taken.headers["location"]).status_code == 204
    assert desk.ann.get(taken.headers["location"]).status_code == 404
    assert desk.ann.post("/v1/drafts", json={"candidate": {"summary": "x" * 3_000_000}}).status_code == 413


def test_a_cancelled_job_keeps_what_is_drafted_and_drafts_no_more(desk: Studio) -> None:
    where = desk.ann.post("/v1/bulk", json={"candidates": [cook(n) for n in range(400)]}).headers["location"]
    cancelled = desk.ann.post(f"{where}/cancel").json()
    assert (cancelled["state"], cancelled["waiting"]) == ("cancelled", 0)
    assert cancelled["cancelled"] > 0
    time.sleep(0.2)
    assert desk.ann.post(f"{where}/cancel").json() == desk.ann.get(where).json() == cancelled


def test_what_was_cancelled_under_way_is_not_kept(services: Services, clock: Clock) -> None:
    job = waiting_job(services, 3)
    claim = claimed(services, "w", 2)
    with services.store.write() as connection:
        assert bulk_jobs.settle_row(connection, "w", claim.rows[0], draft="d")
        assert bulk_jobs.cancel_job(connection, ANN, job, now=clock()).state == "cancelled"
        assert not bulk_jobs.settle_row(connection, "w", claim.rows[1], draft="e")
        assert bulk_jobs.count_rows(connection, [job])[job] == {"done": 1, "cancelled": 2}
        assert not bulk_jobs.has_work(connection, now=clock())


def test_rows_of_a_worker_that_died_are_drafted_by_the_next_server(
    services: Services, clock: Clock, tmp_path: Path
) -> None:
    job = waiting_job(services, 4)
    dead = claimed(services, "dead", 2)
    assert [row.number for row in dead.rows] == [0, 1]
    clock.wait(seconds=LEASE.total_seconds() + 1)
    with studio(tmp_path, clock=clock) as desk:
        done = ended(desk, f"/v1/bulk/{job}")
        assert (done["state"], done["drafted"]) == ("done", 4)
    with services.store.write() as connection:
        assert not bulk_jobs.settle_row(connection, "dead", dead.rows[0], draft="late")


async def test_workers_that_share_a_database_keep_one_draft_for_each_row(services: Services) -> None:
    jobs = {waiting_job(services, 16): ANN, waiting_job(services, 8, seat=BEN): BEN}
    async with (
        drafting_in_bulk(BulkWorker(services)), drafting_in_bulk(BulkWorker(services)),
        drafting_in_bulk(BulkWorker(services)), asyncio.timeout(60),
    ):  # fmt: skip
        while any(state != "done" for state in states(services, jobs)):
            await asyncio.sleep(0.02)
    with services.store.read() as connection:
        made = Counter((row.seat, row.candidate) for row in connection.execute(select(drafts)))
        settled = connection.scalars(select(bulk_rows.c.draft)).all()
        kept = set(connection.scalars(select(drafts.c.id)))
    assert made == {(ANN, f"cook-{n}"): 1 for n in range(16)} | {(BEN, f"cook-{n}"): 1 for n in range(8)}
    assert set(settled) == kept


def states(services: Services, jobs: dict[str, str]) -> list[str]:
    with services.store.read() as connection:
        return [bulk_jobs.find_job(connection, seat, key).state for key, seat in jobs.items()]


async def test_a_worker_that_is_stopped_gives_its_rows_back_at_once(services: Services) -> None:
    job = waiting_job(services, 40)

    def counted() -> dict[bulk_jobs.RowState, int]:
        with services.store.read() as connection:
            return bulk_jobs.count_rows(connection, [job])[job]

    async with drafting_in_bulk(BulkWorker(services)), asyncio.timeout(60):
        while "done" not in counted():
            await asyncio.sleep(0.01)
    assert "claimed" not in counted()


async def test_a_draft_that_cannot_be_kept_is_an_error_of_its_row_and_is_not_made_again(services: Services) -> None:
    job = waiting_job(services, 3)
    with services.store.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON studio_drafts WHEN NEW.candidate = 'cook-1' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    async with drafting_in_bulk(BulkWorker(services)), asyncio.timeout(10):
        while states(services, {job: ANN}) != ["done"]:
            await asyncio.sleep(0.02)
    with services.store.read() as connection:
        rows = bulk_jobs.page_rows(connection, job, after=-1, limit=3)
    assert [row.state for row in rows] == ["done", "failed", "done"]
    assert '"status":500' in (rows[1].error or "")


async def test_a_job_whose_last_row_somebody_else_settled_is_done(services: Services) -> None:
    """As an erasure does it, or a worker that died between the row and its job."""
    job = waiting_job(services, 1)
    with services.store.write() as connection:
        connection.execute(bulk_rows.update().where(bulk_rows.c.job == job).values(state="cancelled", profile=None))
    async with drafting_in_bulk(BulkWorker(services)), asyncio.timeout(10):
        while states(services, {job: ANN}) != ["done"]:
            await asyncio.sleep(0.02)


async def test_claims_are_renewed_again_after_the_database_was_away_for_a_moment(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, renewed, tries = waiting_job(services, 1), asyncio.Event(), list[str]()
    renew, draft, loop = bulk_jobs.renew_claims, services.drafter.adraft, asyncio.get_running_loop()

    def away_once(connection: Connection, worker: str, *, until: datetime) -> None:
        tries.append(worker)
        if len(tries) == 1:
            raise ConnectionError("away")
        renew(connection, worker, until=until)
        loop.call_soon_threadsafe(renewed.set)

    async def slow(**inputs: Any) -> Draft:
        await renewed.wait()
        return await draft(**inputs)

    monkeypatch.setattr(bulk_worker, "LEASE", timedelta(seconds=0.03))
    monkeypatch.setattr(bulk_jobs, "renew_claims", away_once)
    monkeypatch.setattr(services.drafter, "adraft", slow)
    async with drafting_in_bulk(BulkWorker(services)), asyncio.timeout(10):
        while states(services, {job: ANN}) != ["done"]:
            await asyncio.sleep(0.02)


def test_a_turn_goes_to_the_job_that_waited_longest(services: Services, clock: Clock) -> None:
    served: list[str] = []
    long, short = waiting_job(services, 6), waiting_job(services, 2, seat=BEN)
    for _ in range(3):
        clock.wait(seconds=1)
        served.append(claimed(services, "w", 2).job.id)
    assert served == [long, short, long]


@pytest.mark.slow
def test_two_workers_never_claim_the_same_row_on_either_store(empty_url: str, clock: Clock, tmp_path: Path) -> None:
    settings = StudioSettings(database_url=empty_url, transport=f"file:{tmp_path / 'outbox.jsonl'}", dispatch=False)
    services: Services = create_app(settings, clock=clock).state.services
    try:
        waiting_job(services, 200)
        with ThreadPoolExecutor(4) as pool:
            claims = list(pool.map(claim_all, [services] * 4, [f"w{n}" for n in range(4)]))
        assert sorted(number for claim in claims for number in claim) == list(range(200))
    finally:
        services.close()


def claim_all(services: Services, worker: str) -> list[int]:
    found: list[int] = []
    idle = 0
    while idle < 5:  # a job whose row is locked is passed over, so one empty look is not the end
        now = services.clock()
        with services.store.write() as connection:
            claim = bulk_jobs.claim_rows(connection, worker, now=now, until=now + LEASE, limit=7)
        found += [row.number for row in claim.rows] if claim else []
        idle = 0 if claim else idle + 1
        if claim is None:
            time.sleep(0.01)
    return found

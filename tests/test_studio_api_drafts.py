"""Drafts over HTTP: made, streamed, kept, edited, made again, followed up, and what they rest on (D-1 to D-15)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytest.importorskip("fastapi")

from doubles import ANSWER, JOB, RICH, Endpoint, events, in_pieces, openai_writer
from sqlalchemy import func, select
from studio_app import Studio, studio
from studio_browser import serving

from overture.generation import Draft
from overture.studio.body_draft import DraftBody
from overture.studio.draft_stream import draft_events
from overture.studio.problems import not_found
from overture.studio.tables import metadata

JOB_BODY = JOB.model_dump(mode="json", exclude={"source"}, exclude_none=True)
COOK = {"name": "Jo Doe", "positions": [{"title": "Cook", "company": "Brightbox", "start": "2019", "current": True}]}
AGAIN = {"Idempotency-Key": "again"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("drafts"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


@pytest.fixture(scope="module")
def kept(desk: Studio) -> dict[str, Any]:
    """A draft of Ann's that no test changes."""
    return made(desk, {"candidate": "ann-rich", "job": "ann-job"})


def made(desk: Studio, body: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = desk.ann.post("/v1/drafts", json=body, **options)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def rows_of_all_tables(desk: Studio) -> dict[str, int]:
    with desk.services.store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def parsed(stream: str) -> list[tuple[str, Any]]:
    """The events of a stream, each with its data."""
    return [
        (event.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for event, data in (block.split("\n", 1) for block in stream.strip().split("\n\n"))
    ]


def test_d1_a_draft_from_kept_things_has_the_keys_of_the_command_line_and_is_kept(desk: Studio) -> None:
    answer = desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"})
    draft = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/drafts/{draft['id']}")
    public = set(Draft.model_fields) - {"context", "inputs", "assembled"}
    assert public <= set(draft)
    assert draft["opportunity"]["source"] == "job"
    assert draft["writer"] == "offline"
    assert any(sentence["facts"] for sentence in draft["sentences"])
    assert desk.ann.get(answer.headers["location"]).json() == draft


def test_f2_a_candidate_given_inline_is_known_by_what_they_are(desk: Studio) -> None:
    first, second = (made(desk, {"candidate": COOK, "job": JOB_BODY}) for _ in range(2))
    assert first["candidate"] == second["candidate"]
    assert first["id"] != second["id"]
    kept = desk.ann.get(f"/v1/candidates/{first['candidate']}").json()
    assert kept["profile"]["positions"][0]["company"] == "Brightbox"
    other = made(desk, {"candidate": COOK | {"headline": "Chef"}, "job": JOB_BODY})
    assert other["candidate"] != first["candidate"]


def test_an_inline_profile_never_overwrites_a_kept_one(desk: Studio) -> None:
    made(desk, {"candidate": COOK | {"id": "ann-sparse"}})
    assert desk.ann.get("/v1/candidates/ann-sparse").json()["profile"]["positions"][0]["title"] == "Warehouse Operative"


def test_what_is_not_kept_touches_no_table(desk: Studio) -> None:
    before = rows_of_all_tables(desk)
    draft = made(desk, {"candidate": COOK, "job": JOB_BODY, "keep": False})
    assert draft["id"] is None
    assert draft["body"].startswith("Hi Jo")
    assert desk.ann.post("/v1/context", json={"candidate": COOK, "job": JOB_BODY}).status_code == 200
    assert rows_of_all_tables(desk) == before


def test_d2_nothing_to_write_about_is_said_before_a_stream_begins(desk: Studio) -> None:
    for path in ("/v1/drafts", "/v1/drafts/stream", "/v1/context"):
        answer = desk.ann.post(path, json={"candidate": {"name": "Jo Doe"}})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), path


def test_d2_what_a_request_adds_goes_before_the_kept_opportunity(desk: Studio) -> None:
    draft = made(desk, {"candidate": "ann-rich", "job": "ann-job", "recruiter": {"name": "Tor Vik"}, "keep": False})
    assert "Tor Vik" in draft["body"]
    assert "Elin Berg" not in draft["body"]


def test_d6_d12_the_preview_shows_facts_elements_and_a_prompt_without_names(desk: Studio) -> None:
    def preview(name: str, **more: Any) -> dict[str, Any]:
        who = (
            COOK | {"name": name, "gender": "Kvinna", "summary": "I am 45 years old. I cook for large parties."} | more
        )
        asked = {"candidate": who, "job": JOB_BODY, "personalization": {"off": ["skills"]}, "custom_content": "Kanarie"}
        return dict(desk.ann.post("/v1/context", json=asked).json())

    seen, other = preview("Ines Prado"), preview("Wolfgang Berg", contacts={"emails": ["w@example.com"]})
    assert seen["messages"] == other["messages"]
    assert seen["fingerprint"] == other["fingerprint"]
    text = json.dumps(seen)
    assert not any(word in text for word in ("Ines", "45 years", "Kvinna", "Kanarie"))
    assert all(fact["element"] != "skills" for fact in seen["facts"])
    states = {state["name"]: state for state in seen["elements"]}
    assert (states["skills"]["on"], states["skills"]["available"]) == (False, True)
    assert states["salary"]["reason"] == "the opportunity does not give it"


def test_d12_a_document_that_cannot_be_read_names_the_field_and_repeats_no_value(desk: Studio) -> None:
    for profile, field in (
        ({"name": "Jo", "positions": [{"start": "Kanarie"}]}, "candidate.positions[0].start"),
        ({"name": "Jo", "positions": "Kanarie"}, "candidate.positions"),
        ({"document": {"basics": {"name": ["Kanarie"]}}}, "candidate.document.basics.name"),
        ({"id": "Kanarie" * 40, "name": "Jo", "headline": "Cook"}, "candidate.id"),
    ):
        answer = desk.ann.post("/v1/drafts", json={"candidate": profile, "job": JOB_BODY})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert "Kanarie" not in answer.text


def test_an_id_that_no_table_keeps_is_refused_before_anything_is_drafted(desk: Studio) -> None:
    for offer, field in (
        ({"job": JOB_BODY | {"id": "x" * 201}}, "job.id"),
        ({"project": {"id": "x" * 201}}, "project.id"),
    ):
        for path, whom in (("/v1/drafts", {"candidate": COOK}), ("/v1/bulk", {"candidates": [COOK]})):
            refused = desk.ann.post(path, json=whom | offer)
            assert (refused.status_code, refused.json()["field"]) == (422, field), path


def test_a_field_of_the_request_that_cannot_be_used_is_named(desk: Studio) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"candidate": "ann-rich", "personalization": {"tone": "loud"}}, "body.personalization.tone"),
        ({"candidate": "ann-rich", "personalisation": {}}, "body.personalisation"),
        ({}, "body.candidate"),
    )
    for body, field in refused:
        problem = desk.ann.post("/v1/drafts", json=body).json()
        assert (problem["status"], problem["errors"][0]["field"]) == (422, field)


def test_d6_drafted_again_the_draft_obeys_and_the_one_before_stays(desk: Studio, kept: dict[str, Any]) -> None:
    path = f"/v1/drafts/{kept['id']}"
    changed = desk.ann.post(f"{path}/redraft", json={"personalization": {"off": ["recruiter_name"], "length": "short"}})
    assert changed.status_code == 201
    assert "Elin Berg" in kept["body"]
    assert "Elin Berg" not in changed.json()["body"]
    assert changed.json()["candidate"] == "ann-rich"
    assert desk.ann.get(path).json() == kept
    desk.ann.put("/v1/presets/Brief", json={"personalization": {"length": "short", "off": ["recruiter_name"]}})
    by_preset = desk.ann.post(f"{path}/redraft", json={"preset": "Brief"})
    assert by_preset.json()["body"] == changed.json()["body"]
    assert desk.ann.post(f"{path}/redraft", json={}).status_code == 422


def test_d7_custom_content_stands_byte_for_byte_and_is_its_seats_own(desk: Studio) -> None:
    text = "  Visit us:\n\tHamngatan 4 — “ring twice”  "
    desk.ann.post("/v1/contents", json={"id": "visit", "label": "Visit", "text": text})
    body = {"candidate": "ann-rich", "job": "ann-job"}
    by_id, by_text = made(desk, body | {"content": "visit"}), made(desk, body | {"custom_content": text})
    for draft in (by_id, by_text):
        start, end = draft["custom_content_at"]
        assert draft["body"][start:end] == text
    path = f"/v1/drafts/{by_id['id']}/redraft"
    shorter = {"personalization": {"length": "short"}}
    assert text in desk.ann.post(path, json=shorter).json()["body"]
    assert text not in desk.ann.post(path, json=shorter | {"content": None}).json()["body"]
    assert "Come by" in desk.ann.post(path, json=shorter | {"custom_content": "Come by."}).json()["body"]
    bens = desk.ben.post("/v1/drafts", json={"candidate": "ben-rich", "content": "visit"})
    assert (bens.status_code, bens.json()["type"]) == (404, "urn:overture:problem:not-found")
    assert desk.ann.post("/v1/drafts", json=body | {"content": "visit", "custom_content": "x"}).status_code == 422


def test_d10_claims_are_read_where_they_are_asked_for(desk: Studio, kept: dict[str, Any]) -> None:
    def claims(draft: dict[str, Any]) -> int:
        return sum(len(sentence["claims"]) for sentence in draft["sentences"])

    assert claims(kept) == 0
    asked = desk.ann.get(f"/v1/drafts/{kept['id']}", params={"claims": True}).json()
    fresh = made(desk, {"candidate": "ann-rich", "job": "ann-job", "keep": False, "claims": True})
    assert claims(asked) == claims(fresh) > 0


def test_f1_an_edit_stands_beside_the_draft_and_can_be_undone_part_by_part(desk: Studio) -> None:
    draft = made(desk, {"candidate": "ann-rich", "job": "ann-job"})
    path = f"/v1/drafts/{draft['id']}"
    desk.ann.patch(path, json={"subject": "Hello", "body": "As said."})
    edited = desk.ann.patch(path, json={"subject": None}).json()
    assert (edited["edited_subject"], edited["edited_body"], edited["body"]) == (None, "As said.", draft["body"])
    too_long = desk.ann.patch(path, json={"body": "x" * 1901})
    assert (too_long.status_code, too_long.json()["errors"][0]["field"]) == (422, "body.body")
    lines = {line["id"]: line for line in desk.ann.get("/v1/drafts", params={"limit": 200}).json()["items"]}
    assert lines[draft["id"]]["edited"]


def test_d11_a_follow_up_is_shorter_than_what_the_person_left(desk: Studio) -> None:
    draft = made(desk, {"candidate": "ann-rich", "job": "ann-job"})
    path = f"/v1/drafts/{draft['id']}"
    desk.ann.patch(path, json={"subject": "A ledger for 4,000 shops"})
    second = desk.ann.post(f"{path}/follow-up", json={})
    assert second.status_code == 201, "what a person wrote and no fact supports is no finding of the next draft"
    assert second.json()["edited_subject"] == "Re: A ledger for 4,000 shops"
    assert len(second.json()["body"]) < len(draft["body"])


def test_lists_go_by_cursor_and_answer_304_to_what_is_known(desk: Studio, kept: dict[str, Any]) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = desk.ann.get("/v1/drafts", params={"limit": 3} | ({"after": after} if after else {})).json()
        seen += [line["id"] for line in page["items"]]
        if (after := page["next"]) is None:
            break
    assert kept["id"] in seen
    assert len(set(seen)) == len(seen)
    assert seen == [line["id"] for line in desk.ann.get("/v1/drafts", params={"limit": 200}).json()["items"]]
    nobody = desk.ann.get("/v1/drafts", params={"candidate": "nobody"}).json()
    assert nobody == {"items": [], "next": None}
    tag = desk.ann.get("/v1/drafts").headers["etag"]
    assert desk.ann.get("/v1/drafts", headers={"If-None-Match": tag}).status_code == 304
    made(desk, {"candidate": "ann-sparse"})
    assert desk.ann.get("/v1/drafts", headers={"If-None-Match": tag}).status_code == 200
    for cursor in ("x", "WyJhIiwgImIiXQ"):
        assert desk.ann.get("/v1/drafts", params={"after": cursor}).json()["field"] == "after"


def test_another_seats_draft_answers_as_one_that_is_missing(desk: Studio, kept: dict[str, Any]) -> None:
    def answers(key: str) -> list[tuple[int, str]]:
        path = f"/v1/drafts/{key}"
        got = (
            desk.ben.get(path),
            desk.ben.patch(path, json={"body": "Mine"}),
            desk.ben.post(f"{path}/redraft", json={"personalization": {"tone": "direct"}}),
            desk.ben.post(f"{path}/follow-up", json={}),
            desk.ben.delete(path),
        )
        return [(answer.status_code, answer.json()["detail"]) for answer in got]

    assert answers(kept["id"]) == answers("0" * 32) == [(404, "there is no draft of this id")] * 5
    assert kept["id"] not in desk.ben.get("/v1/drafts").text


def test_a_deleted_draft_is_gone(desk: Studio) -> None:
    path = f"/v1/drafts/{made(desk, {'candidate': 'ann-sparse'})['id']}"
    assert desk.ann.delete(path).status_code == 204
    assert (desk.ann.get(path).status_code, desk.ann.delete(path).status_code) == (404, 404)


def test_the_same_key_twice_makes_one_draft(desk: Studio) -> None:
    def count() -> int:
        return rows_of_all_tables(desk)["studio_drafts"]

    body, before = {"candidate": "ann-rich", "job": "ann-job"}, count()
    first, second = (desk.ann.post("/v1/drafts", json=body, headers=AGAIN) for _ in range(2))
    assert (first.content, count()) == (second.content, before + 1)
    assert desk.ann.post("/v1/drafts", json=body | {"claims": True}, headers=AGAIN).status_code == 422
    key = {"Idempotency-Key": "streamed"}
    first, second = (desk.ann.post("/v1/drafts/stream", json=body, headers=key) for _ in range(2))
    assert (first.content, count()) == (second.content, before + 2)


def test_a_stream_ends_with_the_draft_that_was_kept(desk: Studio) -> None:
    answer = desk.ann.post("/v1/drafts/stream", json={"candidate": "ann-rich", "job": "ann-job"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    *chunks, (name, draft) = parsed(answer.text)
    assert {event for event, _ in chunks} == {"chunk"}
    assert name == "draft"
    assert "".join(data["text"] for _, data in chunks) in draft["body"]
    assert desk.ann.get(f"/v1/drafts/{draft['id']}").json() == draft


async def test_a_stream_that_breaks_off_ends_with_a_problem(desk: Studio) -> None:
    async def finish(_: Draft) -> DraftBody:
        raise not_found("candidate")

    pieces = desk.services.drafter.astream(RICH, job=JOB)
    *_, last = [event async for event in draft_events(pieces, finish=finish, request_id="r1")]
    [(name, problem)] = parsed(last)
    assert (name, problem["status"], problem["request"]) == ("problem", 404, "r1")


class SlowBody(httpx2.AsyncByteStream):
    """A model's answer that takes its time; it knows how much was read, and whether the reader left."""

    def __init__(self) -> None:
        self.parts = [events([piece], finish=None) for piece in in_pieces(ANSWER, 2)]
        self.sent, self.closed = 0, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            self.sent += 1
            yield part
            await asyncio.sleep(0.05)

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.slow
def test_whoever_leaves_a_stream_stops_the_model(tmp_path: Path) -> None:
    slow = SlowBody()
    headers = {"content-type": "text/event-stream"}
    writer = openai_writer(Endpoint([lambda _: httpx2.Response(200, headers=headers, stream=slow)]))
    with studio(tmp_path, writer=writer) as desk, serving(desk.app) as url:
        key = desk.ann.headers["Authorization"]
        asked: dict[str, Any] = {"json": {"candidate": "ann-rich", "job": "ann-job"}, "headers": {"Authorization": key}}
        with httpx2.stream("POST", f"{url}/v1/drafts/stream", **asked) as answer:
            first = next(answer.iter_text())
            assert first.startswith("event: chunk")
        until = time.monotonic() + 5
        while not slow.closed and time.monotonic() < until:
            time.sleep(0.01)
        assert slow.closed
        assert slow.sent < len(slow.parts)
        assert desk.ann.get("/v1/drafts").json()["items"] == []

"""Thumbs and corrected labels over HTTP: given once, the last one counts, taken back (D-8, C-2, F-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi")

from studio_app import ANN, Studio, studio

REPLY = {
    "id": "r-1", "candidate": "c-1", "text": "Not now.", "language": "en", "label": "accept", "confidence": 0.6,
    "model": "replies 1",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("feedback"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


def vote(desk: Studio, draft: str, **more: Any) -> dict[str, Any]:
    return {"kind": "draft_vote", "draft": draft, "vote": "down", "reasons": ["too_long"], **more}


@pytest.fixture
def draft(desk: Studio) -> str:
    return str(desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"}).json()["id"])


def test_d8_a_vote_is_kept_with_its_reasons_and_the_draft_it_speaks_of(desk: Studio, draft: str) -> None:
    said = vote(desk, draft, id="d8", comment="Half would do.", final_text="Hi Marta")
    answer = desk.ann.post("/v1/feedback", json=said)
    assert (answer.status_code, answer.headers["location"]) == (201, "/v1/feedback/d8")
    assert {name: answer.json()[name] for name in said} == said
    assert desk.ann.get("/v1/feedback/d8").json() == answer.json()
    [state] = [state for state in desk.services.feedback.draft_states(seat=ANN) if state.draft.id == draft]
    assert (state.vote, state.reasons, state.comment, state.final_text) == (
        "down", ("too_long",), "Half would do.", "Hi Marta",
    )  # fmt: skip


def test_f1_the_same_word_under_the_same_id_counts_once(desk: Studio, draft: str) -> None:
    said = vote(desk, draft, id="once")
    first = desk.ann.post("/v1/feedback", json=said)
    desk.clock.wait(minutes=1)
    assert desk.ann.post("/v1/feedback", json=said).json() == first.json()
    other = desk.ann.post("/v1/feedback", json=said | {"reasons": ["tone"]})
    assert (other.status_code, other.json()["rule"], other.json()["field"]) == (409, "F-1", "id")
    bens = desk.ben.post("/v1/drafts", json={"candidate": "ben-rich"}).json()["id"]
    assert desk.ben.post("/v1/feedback", json=vote(desk, bens, id="once")).status_code == 201
    assert desk.ann.get("/v1/feedback/once").json() == first.json()


def test_f1_reasons_go_with_a_thumb_down(desk: Studio, draft: str) -> None:
    refused = desk.ann.post("/v1/feedback", json=vote(desk, draft, vote="up"))
    assert refused.status_code == 422
    assert "F-1" in refused.json()["errors"][0]["detail"]


def test_the_last_word_is_listed_and_one_that_is_taken_back_is_not(desk: Studio, draft: str) -> None:
    older = desk.ann.post("/v1/drafts", json={"candidate": "ann-sparse"}).json()["id"]
    desk.ann.post("/v1/feedback", json=vote(desk, older))
    first = desk.ann.post("/v1/feedback", json=vote(desk, draft)).json()
    desk.clock.wait(minutes=1)
    last = desk.ann.post("/v1/feedback", json={"kind": "draft_vote", "draft": draft, "vote": "up"}).json()
    listed = desk.ann.get("/v1/feedback", params={"limit": 1})
    assert listed.json()["items"] == [last]
    known = {"If-None-Match": listed.headers["etag"]}
    assert desk.ann.get("/v1/feedback", params={"limit": 1}, headers=known).status_code == 304
    everything = desk.ann.get("/v1/feedback", params={"limit": 200}).json()["items"]
    assert first not in everything
    page = desk.ann.get("/v1/feedback", params={"limit": 1, "after": listed.json()["next"]}).json()
    assert page["items"] == everything[1:2]
    desk.clock.wait(minutes=1)
    assert desk.ann.delete(f"/v1/feedback/{last['id']}").status_code == 204
    assert draft not in desk.ann.get("/v1/feedback").text
    [state] = [state for state in desk.services.feedback.draft_states(seat=ANN) if state.draft.id == draft]
    assert state.vote is None


def test_c2_a_label_of_a_reply_that_came_elsewhere_is_corrected_and_taken_back(desk: Studio) -> None:
    said = {"kind": "label_correction", "id": "c2", "reply": REPLY, "label": "decline", "intent": "not_now"}
    answer = desk.ann.post("/v1/feedback", json=said).json()
    assert (answer["reply"], answer["label"], answer["intent"]) == ("r-1", "decline", "not_now")
    desk.clock.wait(minutes=1)
    assert desk.ann.post("/v1/feedback", json=said).json() == answer
    wrong = desk.ann.post("/v1/feedback", json=said | {"id": "c3", "intent": "interested"})
    assert wrong.status_code == 422
    assert desk.ann.delete("/v1/feedback/c2").status_code == 204
    [state] = [state for state in desk.services.feedback.reply_states(seat=ANN) if state.reply.id == "r-1"]
    assert state.label is None


def test_c2_a_correction_of_a_reply_of_messaging_counts_there_too(desk: Studio, draft: str) -> None:
    sent = desk.ann.post("/v1/messages", json={"draft": draft})
    assert sent.status_code == 201, sent.text
    thread = sent.json()["thread"]
    received = desk.services.outreach.receive_reply(thread, "Thanks, but I am happy where I am.")
    said = {"kind": "label_correction", "reply": received.reply.id, "label": "accept"}
    assert desk.ben.post("/v1/feedback", json=said).status_code == 404
    word = desk.ann.post("/v1/feedback", json=said).json()
    assert desk.services.outreach.thread(thread).replies[0].corrected == "accept"
    desk.clock.wait(minutes=1)
    assert desk.ann.delete(f"/v1/feedback/{word['id']}").status_code == 204
    assert desk.services.outreach.thread(thread).replies[0].corrected is None


def test_another_seats_draft_and_word_answer_as_missing_ones(desk: Studio, draft: str) -> None:
    word = desk.ann.post("/v1/feedback", json=vote(desk, draft)).json()["id"]
    for key in (draft, "0" * 32):
        answer = desk.ben.post("/v1/feedback", json=vote(desk, key))
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no draft of this id")
    for key in (word, "0" * 32):
        for answer in (desk.ben.get(f"/v1/feedback/{key}"), desk.ben.delete(f"/v1/feedback/{key}")):
            assert (answer.status_code, answer.json()["detail"]) == (404, "there is no feedback of this id")

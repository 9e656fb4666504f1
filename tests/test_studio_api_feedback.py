"""Thumbs and corrected labels over HTTP: given once, the last one counts, taken back (D-8, C-2, F-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi")

from starlette.testclient import TestClient
from studio_app import ANN, Studio, studio

from overture.messaging import Contract, Plan, Seat

REPLY = {
    "id": "r-1", "candidate": "c-1", "text": "Not now.", "language": "en", "label": "accept", "confidence": 0.6,
    "model": "replies 1",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("feedback"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


def stranger(desk: Studio) -> TestClient:
    """Somebody of another contract."""
    services = desk.services
    services.outreach.add_contract(Contract(id="other"))
    services.outreach.add_seat(Seat(id="bob", contract="other", plan=Plan.RECRUITER))
    _, key = services.keys.add("bob", contract="other", now=services.clock())
    return TestClient(desk.app, base_url="http://127.0.0.1:8420", headers={"Authorization": f"Bearer {key}"})


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
    [state] = [state for state in desk.services.feedback.reply_states(seat=ANN) if state.reply.id == "ann/r-1"]
    assert state.label is None


def test_f1_a_second_word_on_a_reply_that_came_elsewhere_counts_although_nobody_said_when_it_came(desk: Studio) -> None:
    said: dict[str, Any] = {"kind": "label_correction", "reply": REPLY | {"id": "r-twice"}}
    for label in ("decline", "accept"):
        desk.clock.wait(minutes=1)
        assert desk.ann.post("/v1/feedback", json=said | {"label": label}).status_code == 201
    [state] = [each for each in desk.services.feedback.reply_states(seat=ANN) if each.reply.id == "ann/r-twice"]
    assert state.label == "accept"
    other = desk.ann.post(
        "/v1/feedback", json=said | {"label": "accept", "reply": said["reply"] | {"text": "Call me."}}
    )
    assert (other.status_code, other.json()["rule"]) == (422, "F-1")


def test_two_seats_use_the_same_id_of_a_reply_and_learn_nothing_of_each_other(desk: Studio) -> None:
    said: dict[str, Any] = {"kind": "label_correction", "reply": REPLY | {"id": "r-same"}, "label": "decline"}
    others: dict[str, Any] = said | {"reply": REPLY | {"id": "r-same", "text": "Yes, call me."}, "label": "accept"}
    first, second = desk.ann.post("/v1/feedback", json=said), stranger(desk).post("/v1/feedback", json=others)
    assert (first.status_code, second.status_code) == (201, 201), second.text
    assert (first.json()["reply"], second.json()["reply"]) == ("r-same", "r-same")
    found = {(state.seat, state.reply.text, state.label) for state in desk.services.feedback.reply_states()}
    assert {(ANN, "Not now.", "decline"), ("bob", "Yes, call me.", "accept")} <= found


def test_a_reply_that_came_elsewhere_is_not_the_one_of_messaging_with_its_id(desk: Studio, draft: str) -> None:
    """Whoever gives the id of another seat's reply first does not stand in its way, and can take their word back."""
    thread = desk.ann.post("/v1/messages", json={"draft": draft}).json()["thread"]
    reply = desk.services.outreach.receive_reply(thread, "Thanks, but I am happy where I am.").reply
    elsewhere = {"kind": "label_correction", "reply": REPLY | {"id": reply.id}, "label": "decline"}
    bens = desk.ben.post("/v1/feedback", json=elsewhere)
    assert bens.status_code == 201, bens.text
    anns = desk.ann.post("/v1/feedback", json={"kind": "label_correction", "reply": reply.id, "label": "accept"})
    assert (anns.status_code, anns.json()["reply"]) == (201, reply.id)
    [state] = [each for each in desk.services.feedback.reply_states(seat=ANN) if each.reply.id == reply.id]
    assert state.reply.text == "Thanks, but I am happy where I am."
    desk.clock.wait(minutes=1)
    assert desk.ben.delete(f"/v1/feedback/{bens.json()['id']}").status_code == 204
    assert desk.services.outreach.thread(thread).replies[0].corrected == "accept"


def test_the_same_word_id_for_one_reply_here_and_one_from_elsewhere_is_another_word(desk: Studio, draft: str) -> None:
    thread = desk.ann.post("/v1/messages", json={"draft": draft}).json()["thread"]
    reply = desk.services.outreach.receive_reply(thread, "Thanks, but I am happy where I am.").reply
    said: dict[str, Any] = {"kind": "label_correction", "id": "both", "reply": reply.id, "label": "decline"}
    assert desk.ann.post("/v1/feedback", json=said).status_code == 201
    assert desk.ann.post("/v1/feedback", json=said).status_code == 201
    assert desk.ann.post("/v1/feedback", json=said | {"reply": REPLY | {"id": reply.id}}).status_code == 409


def test_an_id_of_a_reply_that_is_too_long_beside_the_seats_is_told_by_its_field(desk: Studio) -> None:
    said = {"kind": "label_correction", "reply": REPLY | {"id": "x" * 200}, "label": "decline"}
    answer = desk.ann.post("/v1/feedback", json=said)
    assert (answer.status_code, answer.json()["field"]) == (422, "reply.id")


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

"""Replies and suppressions over HTTP: labelled, settled, corrected, and learned from (C-1 to C-10, F-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from reply_doubles import EML, DoubleClassifier
from studio_app import Studio, studio

AUTO = EML.format(more="Message-ID: <auto@example.org>\nAuto-Submitted: auto-replied\n", text="I am away.")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier) as desk:
        yield desk


def send(desk: Studio, **more: Any) -> dict[str, Any]:
    body = {"candidate": f"c-{uuid4().hex[:8]}", "subject": "A role", "body": "Hello", **more}
    answered = desk.ann.post("/v1/messages", json=body)
    assert answered.status_code == 201, answered.text
    found: dict[str, Any] = answered.json()
    return found


def reply(desk: Studio, **body: Any) -> dict[str, Any]:
    answered = desk.ann.post("/v1/replies", json=body)
    assert answered.status_code == 201, answered.text
    found: dict[str, Any] = answered.json()
    return found


def test_c2_c4_cr3_free_text_is_labelled_stops_the_follow_up_and_gives_both_credits_back(desk: Studio) -> None:
    sent = send(desk, follow_up={"body": "Again?"})
    got = reply(desk, thread=sent["thread"], text="No thanks, I am happy here.")
    assert (got["reply"]["label"], got["outcome"]["decided_by"]) == ("decline", "classifier")
    assert got["reply"]["verdict"]["words"][0]["text"] == "No"
    assert set(got["settlement"]["refunds"]) == {sent["message"], sent["follow_up"]}
    assert got["settlement"]["cancels_follow_up"] == sent["follow_up"]
    assert got["settlement"]["closes"] is False, "C-9: free text leaves it open"
    assert desk.ann.get(f"/v1/replies/{got['reply']['id']}").json() == got["reply"]


def test_c2_a_smart_reply_is_the_label_and_text_that_contradicts_it_a_conflict(desk: Studio) -> None:
    got = reply(desk, message=send(desk)["message"], smart="accept", text="No.")
    assert (got["reply"]["label"], got["outcome"]["decided_by"]) == ("accept", "smart_reply")
    assert (got["reply"]["conflict"], got["reply"]["verdict"]["label"]) == (True, "decline")


@pytest.mark.parametrize(
    ("more", "closes"),
    [
        ({}, True),
        ({"text": "Thanks, not for me.", "template": "Thanks,  not for me."}, True),
        ({"text": "No, but ask me in May.", "template": "Thanks, not for me."}, False),
        ({"text": "No, but ask me in May."}, False),
    ],
)
def test_c9_a_decline_without_a_word_of_their_own_closes_the_thread(
    desk: Studio, more: dict[str, str], closes: bool
) -> None:
    got = reply(desk, thread=send(desk)["thread"], smart="decline", **more)
    assert got["settlement"]["closes"] is closes


def test_c5_an_automatic_mail_is_no_response_and_counts_once_by_its_message_id(desk: Studio) -> None:
    thread = send(desk)["thread"]
    got = reply(desk, thread=thread, mail=AUTO)
    assert (got["reply"]["kind"], got["reply"]["label"], got["outcome"]["label"]) == ("auto", None, "auto")
    assert got["settlement"]["counts_as_response"] is False
    again = reply(desk, thread=thread, mail=AUTO)
    assert (again["repeated"], again["reply"]["id"]) == (True, got["reply"]["id"])
    assert desk.ann.get(f"/v1/threads/{thread}").json()["thread"]["disposition"] == "pending"


def test_a_mail_without_headers_is_refused_and_not_repeated(desk: Studio) -> None:
    answered = desk.ann.post("/v1/replies", json={"thread": send(desk)["thread"], "mail": "no mail at all\n"})
    assert answered.status_code == 422
    assert "no mail at all" not in answered.text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Yes."},
        {"thread": "t", "message": "m", "text": "Yes."},
        {"thread": "t"},
        {"thread": "t", "text": "  "},
        {"thread": "t", "text": "Yes.", "mail": AUTO},
        {"thread": "t", "text": "Yes.", "template": "Yes."},
        {"thread": "t", "text": "Yes.", "received_at": "2026-11-23T09:00:00"},
        {"thread": "t", "text": "Yes.", "received_at": "0001-01-01T00:00:00+05:00"},
        {"thread": "t", "text": "Yes.", "received_at": "9999-12-31T23:00:00-05:00"},
    ],
)
def test_an_answer_says_one_thing_of_one_thread(desk: Studio, body: dict[str, str]) -> None:
    assert desk.ann.post("/v1/replies", json=body).status_code == 422


def test_the_same_key_counts_once(desk: Studio) -> None:
    thread, key = send(desk)["thread"], {"Idempotency-Key": "answer-once"}
    first = desk.ann.post("/v1/replies", json={"thread": thread, "text": "Yes."}, headers=key)
    again = desk.ann.post("/v1/replies", json={"thread": thread, "text": "Yes."}, headers=key)
    assert first.json() == again.json()
    assert len(desk.ann.get(f"/v1/threads/{thread}").json()["replies"]) == 1


def test_c2_f1_a_persons_word_counts_and_feedback_learns_it_and_it_can_be_taken_back(desk: Studio) -> None:
    thread = send(desk)["thread"]
    got = reply(desk, thread=thread, text="Maybe later.")["reply"]
    path = f"/v1/replies/{got['id']}"
    corrected = desk.ann.patch(path, json={"label": "decline"})
    assert (corrected.status_code, corrected.json()["corrected"]) == (200, "decline")
    assert desk.ann.get(f"/v1/threads/{thread}").json()["thread"]["disposition"] == "declined"
    states = {state.reply.id: state for state in desk.services.feedback.reply_states(seat="ann")}
    assert (states[got["id"]].label, states[got["id"]].reply.text) == ("decline", "Maybe later.")
    assert desk.ann.patch(path, json={"label": None}).json()["corrected"] is None
    assert desk.ann.get(f"/v1/threads/{thread}").json()["thread"]["disposition"] == "accepted"


def test_c7_cr4_nobody_writes_to_whoever_asked_to_be_left_alone(desk: Studio) -> None:
    waiting = send(desk, candidate="quiet", at="2026-12-01T09:00:00", zone="UTC")
    made = desk.ann.post("/v1/suppressions", json={"candidate": "quiet"})
    assert (made.status_code, made.json()["candidate"]) == (201, "quiet")
    assert desk.ann.get(f"/v1/messages/{waiting['message']}").json()["ended_by"] == "C-7"
    for client in (desk.ann, desk.ben):
        assert client.get("/v1/suppressions/quiet").status_code == 200, "the list is the contract's"
        refused = client.post("/v1/messages", json={"candidate": "quiet", "subject": "A role", "body": "Hello"})
        assert (refused.status_code, refused.json()["rule"]) == (409, "C-7")
    assert desk.ann.get("/v1/suppressions/loud").status_code == 404
    assert "quiet" in [each["candidate"] for each in desk.ann.get("/v1/suppressions").json()["items"]]
    assert desk.ben.get("/v1/suppressions").json()["items"] == [], "a seat sees those whom it knows"


def test_c7_a_candidate_whose_id_has_a_slash_is_found_on_the_list(desk: Studio) -> None:
    """A 404 would read as: they did not ask for it."""
    made = desk.ann.post("/v1/suppressions", json={"candidate": "ats/17"})
    found = desk.ann.get("/v1/suppressions/ats%2F17")
    assert (found.status_code, found.json()) == (200, made.json())


def test_suppressions_page_by_cursor(desk: Studio) -> None:
    for name in ("ann-rich", "ann-sparse"):
        desk.ann.post("/v1/suppressions", json={"candidate": name})
    first = desk.ann.get("/v1/suppressions?limit=1").json()
    second = desk.ann.get("/v1/suppressions", params={"limit": 1, "after": first["next"]}).json()
    assert [each["items"][0]["candidate"] for each in (first, second)] == ["ann-rich", "ann-sparse"]


def test_another_seats_thread_message_and_reply_answer_as_missing_ones(desk: Studio) -> None:
    sent = send(desk)
    got = reply(desk, thread=sent["thread"], text="Yes.")["reply"]["id"]
    asked: list[tuple[str, str, dict[str, Any] | None]] = []
    for of in ("thread", "message"):
        asked += [("POST", "/v1/replies", {of: key, "text": "No."}) for key in (sent[of], "no-such-thing")]
    for method, body in (("GET", None), ("PATCH", {"label": "decline"})):
        asked += [(method, f"/v1/replies/{key}", body) for key in (got, "no-such-thing")]
    answers = [desk.ben.request(method, path, json=body) for method, path, body in asked]
    told = [{**each.json(), "request": ""} for each in answers]
    assert {each.status_code for each in answers} == {404}
    assert all(told[place] == told[place + 1] for place in range(0, len(told), 2))
    assert len(desk.ann.get(f"/v1/threads/{sent['thread']}").json()["replies"]) == 1
    assert desk.ann.get(f"/v1/replies/{got}").json()["corrected"] is None

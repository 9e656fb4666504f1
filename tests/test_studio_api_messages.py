"""Messages, templates, folders and threads over HTTP: the rules speak, and a seat sees its own alone (S-1 to S-11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from reply_doubles import DoubleClassifier
from studio_app import Studio, studio

from overture.messaging import Outgoing, Receipt

LATER = {"at": "2026-12-01T09:00:00", "zone": "Europe/Stockholm"}


class Outbox:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Outgoing]] = []

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Take a message."""
        from datetime import UTC, datetime

        self.sent.append((key, message))
        return Receipt(id=key, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


OUTBOX = Outbox()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier, transport=OUTBOX) as desk:
        yield desk


def message(**more: Any) -> dict[str, Any]:
    return {"candidate": f"c-{uuid4().hex[:8]}", "subject": "A role", "body": "Hello", **more}


def send(desk: Studio, **more: Any) -> dict[str, Any]:
    answered = desk.ann.post("/v1/messages", json=message(**more))
    assert answered.status_code == 201, answered.text
    found: dict[str, Any] = answered.json()
    return found


def balance(desk: Studio) -> int:
    return int(desk.ann.get("/v1/credits").json()["balance"])


def refused(answered: Response, rule: str) -> bool:
    assert answered.headers["content-type"] == "application/problem+json"
    return (answered.status_code, answered.json()["rule"]) == (409, rule)


def test_s1_a_message_goes_out_now_and_is_charged(desk: Studio) -> None:
    before = balance(desk)
    answered = desk.ann.post("/v1/messages", json=message(candidate="ann-rich"))
    sent = answered.json()
    assert (answered.status_code, sent["state"], sent["charged"]) == (201, "sent", 1)
    assert answered.headers["location"] == f"/v1/messages/{sent['message']}"
    key, outgoing = OUTBOX.sent[-1]
    assert (key, outgoing.to, outgoing.body) == (sent["message"], "rich@example.com", "Hello"), "the shelf knows where"
    assert balance(desk) == before - 1


def test_s2_s3_cr1_a_local_time_a_zone_and_a_follow_up(desk: Studio) -> None:
    sent = send(desk, **LATER, follow_up={"body": "Again?", "delay_hours": 96})
    assert (sent["state"], sent["charged"], sent["time"]["at"]) == ("scheduled", 2, "2026-12-01T08:00:00Z")
    found = desk.ann.get(f"/v1/messages/{sent['follow_up']}").json()
    assert (found["kind"], found["delay_hours"], found["body"]) == ("follow_up", 96, "Again?")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"at": "2020-01-01T09:00:00", "zone": "UTC"}, "S-1"),
        ({"follow_up": {"body": "Again?", "delay_hours": 71}}, "S-3"),
        ({"follow_up": {"body": "Again?", "delay_hours": 673}}, "S-3"),
    ],
)
def test_a_rule_that_refuses_is_named_and_nothing_is_charged(desk: Studio, more: dict[str, Any], rule: str) -> None:
    before = balance(desk)
    assert refused(desk.ann.post("/v1/messages", json=message(**more)), rule)
    assert balance(desk) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"candidate": "c"}, "subject"),
        ({"subject": "A role", "body": "Hello"}, "candidate"),
        (message(zone="Europe/Nowhere", at="2026-12-01T09:00:00"), "zone"),
        (message(template="none"), "template"),
        (message(draft="none"), "candidate"),
        (message(at_saved_time=True), "at_saved_time"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(desk: Studio, body: dict[str, Any], field: str) -> None:
    answered = desk.ann.post("/v1/messages", json=body)
    assert (answered.status_code, answered.json()["field"]) == (422, field)


@pytest.mark.parametrize("body", [message(at="2026-12-01T09:00:00Z"), message(subject="a\nb"), message(body="\0")])
def test_what_no_mail_or_database_holds_is_refused(desk: Studio, body: dict[str, Any]) -> None:
    answered = desk.ann.post("/v1/messages", json=body)
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["field"].startswith("body.")


def test_cr1_the_same_key_sends_and_charges_once_even_where_our_answer_was_lost(desk: Studio) -> None:
    from sqlalchemy import delete

    from overture.studio.tables import answers

    before, body = balance(desk), message(follow_up={"body": "Again?"})
    first = desk.ann.post("/v1/messages", json=body, headers={"Idempotency-Key": "once"})
    again = desk.ann.post("/v1/messages", json=body, headers={"Idempotency-Key": "once"})
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    with desk.services.store.write() as connection:
        connection.execute(delete(answers))
    lost = desk.ann.post("/v1/messages", json=body, headers={"Idempotency-Key": "once"})
    assert lost.json()["message"] == first.json()["message"]
    assert balance(desk) == before - 2
    other = desk.ann.post("/v1/messages", json=message(), headers={"Idempotency-Key": "twice"})
    bens = desk.ben.post("/v1/messages", json=body, headers={"Idempotency-Key": "once"})
    assert len({each.json()["message"] for each in (first, other, bens)}) == 3, "a key is its seat's own"


def test_a_draft_is_sent_with_a_persons_edits_and_knows_its_message(desk: Studio) -> None:
    made = desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"})
    assert made.status_code == 201, made.text
    draft = made.json()["id"]
    desk.ann.patch(f"/v1/drafts/{draft}", json={"subject": "My own words", "body": "Hello, in my own words."})
    sent = desk.ann.post("/v1/messages", json={"draft": draft}).json()
    found = desk.ann.get(f"/v1/messages/{sent['message']}").json()
    assert (found["subject"], found["assisted"], found["candidate"]) == ("My own words", True, "ann-rich")
    assert desk.ann.get(f"/v1/drafts/{draft}").json()["message"] == sent["message"]
    assert desk.ben.post("/v1/messages", json={"draft": draft}).status_code == 422


def test_s5_many_are_taken_or_refused_one_by_one(desk: Studio) -> None:
    desk.ann.post("/v1/suppressions", json={"candidate": "left-alone"})
    bodies = [message(**LATER), message(candidate="left-alone"), message(follow_up={"body": "Again?"})]
    answered = desk.ann.post("/v1/messages/bulk", json={"messages": bodies})
    done = answered.json()
    assert (answered.status_code, done["taken"], done["refused"]) == (200, 2, 1)
    assert [each["outcome"] for each in done["results"]] == ["taken", "refused", "taken"]
    assert done["results"][1]["rule"] == "C-7"
    first = desk.ann.get(f"/v1/messages/{done['results'][0]['message']}").json()
    assert first["bulk"] == done["bulk"]


def test_s5_a_bulk_with_one_that_cannot_be_read_takes_none(desk: Studio) -> None:
    before = balance(desk)
    answered = desk.ann.post("/v1/messages/bulk", json={"messages": [message(), message(template="none")]})
    assert (answered.status_code, answered.json()["field"]) == (422, "messages.1.template")
    assert balance(desk) == before
    assert desk.ann.post("/v1/messages/bulk", json={"messages": [message()]}).status_code == 422


def test_s6_cr4_a_scheduled_message_is_cancelled_with_its_follow_up_and_refunded(desk: Studio) -> None:
    before = balance(desk)
    sent = send(desk, **LATER, follow_up={"body": "Again?"})
    cancelled = desk.ann.delete(f"/v1/messages/{sent['message']}")
    assert (cancelled.status_code, cancelled.json()["state"], cancelled.json()["ended_by"]) == (200, "cancelled", "S-6")
    assert desk.ann.get(f"/v1/messages/{sent['follow_up']}").json()["state"] == "cancelled"
    assert balance(desk) == before
    assert refused(desk.ann.delete(f"/v1/messages/{sent['message']}"), "S-6")


def test_a_held_message_is_released(desk: Studio) -> None:
    sent = send(desk, **LATER, candidate="changed-profile")
    path = f"/v1/messages/{sent['message']}/release"
    assert desk.ann.post(path).status_code == 409
    desk.services.outreach.candidate_changed("norrsken", "changed-profile")
    assert desk.ann.get(f"/v1/messages/{sent['message']}").json()["state"] == "held"
    assert desk.ann.post(path).json()["state"] == "scheduled"


def test_cr8_a_message_says_why_it_cost_what_it_did(desk: Studio) -> None:
    sent = send(desk, **LATER)
    desk.ann.delete(f"/v1/messages/{sent['message']}")
    lines = desk.ann.get(f"/v1/messages/{sent['message']}/credits").json()["items"]
    assert [(line["kind"], line["amount"], line["rule"]) for line in lines] == [
        ("charge", -1, "CR-1"),
        ("refund", 1, "S-6"),
    ]
    assert all(line["sentence"].endswith(".") for line in lines)
    free = send(desk, free=True)
    assert desk.ann.get(f"/v1/messages/{free['message']}/credits").json()["items"] == []


def test_s4_templates_are_saved_searched_changed_and_forgotten(desk: Studio) -> None:
    body = {"name": "Réseau", "subject": "Grid", "body": "Hello", "follow_up_body": "Again?", "follow_up_hours": 96}
    made = desk.ann.post("/v1/templates", json=body)
    assert (made.status_code, made.json()["badge"]) == (201, "2 messages")
    path = made.headers["location"]
    other = desk.ann.post("/v1/templates", json={"name": "Other", "subject": "Else", "body": "Good day"}).json()
    assert [each["name"] for each in desk.ann.get("/v1/templates?search=resaeu").json()["items"]] == ["Réseau"]
    assert desk.ann.post("/v1/templates", json=body).json()["field"] == "name"
    first = desk.ann.get("/v1/templates?limit=1").json()
    second = desk.ann.get("/v1/templates", params={"limit": 1, "after": first["next"]}).json()
    assert [each["name"] for each in (*first["items"], *second["items"])] == ["Other", "Réseau"]
    assert second["next"] is None
    changed = desk.ann.put(path, json={"name": "Réseau", "subject": "Grid", "body": "Hello again"}).json()
    assert (changed["badge"], changed["body"]) == (None, "Hello again")
    assert desk.ann.delete(f"/v1/templates/{other['id']}").status_code == 204
    for method, given in (("GET", None), ("PUT", body), ("DELETE", None)):
        assert desk.ben.request(method, path, json=given).status_code == 404
    assert desk.ann.get(path).status_code == 200
    wrong = desk.ann.post("/v1/templates", json={"name": "x", "subject": "s", "body": "b", "follow_up_hours": 96})
    assert "S-4" in wrong.json()["errors"][0]["detail"]


def test_s4_a_message_from_a_template_and_its_saved_time_that_has_passed_means_now(desk: Studio) -> None:
    body = {"name": "Timed", "subject": "Grid", "body": "Hello", "local_time": "2026-01-01T09:00:00", "zone": "UTC"}
    template = desk.ann.post("/v1/templates", json={**body, "follow_up_body": "Again?"}).json()["id"]
    asked = {"candidate": "c-timed", "template": template, "body": "Hello, you"}
    at_once = desk.ann.post("/v1/messages", json=asked).json()
    assert (at_once["state"], at_once["charged"], at_once["time"]["rule"]) == ("sent", 2, "S-1")
    found = desk.ann.get(f"/v1/messages/{at_once['message']}").json()
    assert (found["subject"], found["body"], found["template"]) == ("Grid", "Hello, you", template)
    saved = desk.ann.post("/v1/messages", json={**asked, "candidate": "c-saved", "at_saved_time": True}).json()
    assert saved["time"]["rule"] == "S-4"
    assert "has passed" in saved["time"]["note"]
    assert desk.ben.post("/v1/messages", json=asked).json()["field"] == "template"
    assert desk.ann.delete(f"/v1/templates/{template}").status_code == 204


def test_s9_folders_page_by_cursor_and_answer_by_etag(desk: Studio) -> None:
    mine = [send(desk, **LATER)["thread"] for _ in range(3)]
    found: list[str] = []
    after = None
    while True:
        page = desk.ann.get("/v1/folders/scheduled", params={"limit": 2} | ({"after": after} if after else {})).json()
        found += [line["thread"]["id"] for line in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert set(mine) <= set(found)
    assert len(found) == len(set(found))
    whole = desk.ann.get("/v1/folders/scheduled")
    again = desk.ann.get("/v1/folders/scheduled", headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert {line["thread"]["seat"] for line in desk.ben.get("/v1/folders/scheduled").json()["items"]} <= {"ben"}
    assert desk.ann.get("/v1/folders/somewhere").status_code == 422
    assert desk.ann.get("/v1/folders/scheduled?after=nonsense").json()["field"] == "after"


def test_c9_one_writes_further_once_answered_and_not_in_a_closed_thread(desk: Studio) -> None:
    sent = send(desk)
    path = f"/v1/threads/{sent['thread']}"
    assert refused(desk.ann.post(f"{path}/messages", json={"body": "And?"}), "S-3")
    desk.ann.post("/v1/replies", json={"thread": sent["thread"], "text": "Yes, tell me more."})
    before = balance(desk)
    key = {"Idempotency-Key": "further"}
    further = desk.ann.post(f"{path}/messages", json={"body": "On Thursday?"}, headers=key)
    assert (further.status_code, further.json()["charged"], further.json()["state"]) == (201, 0, "sent")
    assert OUTBOX.sent[-1][1].subject == "Re: A role"
    assert balance(desk) == before
    view = desk.ann.get(path).json()
    assert [each["kind"] for each in view["messages"]] == ["initial", "further"]
    assert (view["replies"][0]["verdict"]["label"], view["refusal"]) == ("accept", None)
    desk.ann.post("/v1/replies", json={"thread": sent["thread"], "smart": "decline"})
    assert refused(desk.ann.post(f"{path}/messages", json={"body": "Why?"}), "C-9")
    closed = desk.ann.get(path).json()
    assert (closed["refusal"]["rule"], closed["state"]["closed"]) == ("C-9", True)


def test_s10_a_further_message_goes_out_once_even_where_our_answer_was_lost(desk: Studio) -> None:
    from sqlalchemy import delete

    from overture.studio.tables import answers

    sent = send(desk)
    desk.ann.post("/v1/replies", json={"thread": sent["thread"], "text": "Yes."})
    path, key = f"/v1/threads/{sent['thread']}/messages", {"Idempotency-Key": "further-lost"}
    first = desk.ann.post(path, json={"body": "On Thursday?"}, headers=key).json()
    with desk.services.store.write() as connection:
        connection.execute(delete(answers))
    number = len(OUTBOX.sent)
    assert desk.ann.post(path, json={"body": "On Thursday?"}, headers=key).json()["message"] == first["message"]
    assert len(OUTBOX.sent) == number


def test_another_seats_message_and_thread_answer_as_missing_ones(desk: Studio) -> None:
    sent = send(desk, **LATER)
    for method, path, body in (
        ("GET", "/v1/messages/{}", None),
        ("DELETE", "/v1/messages/{}", None),
        ("POST", "/v1/messages/{}/release", None),
        ("GET", "/v1/messages/{}/credits", None),
        ("GET", "/v1/threads/{}", None),
        ("POST", "/v1/threads/{}/messages", {"body": "Hello"}),
    ):
        own = sent["thread" if "threads" in path else "message"]
        answers = [desk.ben.request(method, path.format(key), json=body) for key in (own, "no-such-thing")]
        assert [each.status_code for each in answers] == [404, 404], (method, path)
        told = [{**each.json(), "request": ""} for each in answers]
        assert told[0] == told[1]
    assert desk.ann.get(f"/v1/messages/{sent['message']}").json()["state"] == "scheduled"

"""What becomes of a draft once it is sent: its text, the edits after it, and the thumb that tells of it (F-1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("fastapi")

from sqlalchemy import event
from studio_app import ANN, CONTRACT, Studio, studio

from overture.messaging import Outgoing, Receipt
from overture.studio import drafting
from overture.studio.caller import SCOPES, Caller

CALLER = Caller(ANN, CONTRACT, frozenset(SCOPES), "test")
OWN = "Hello, in my own words."
LATER = {"at": "2026-12-01T09:00:00", "zone": "Europe/Stockholm"}


class Outbox:
    """A transport that does something while it sends."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, message: Outgoing, *, key: str) -> Receipt:  # noqa: ARG002 - its signature is the transport's
        """Take a message."""
        self.meanwhile()
        return Receipt(id=key, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


OUTBOX = Outbox()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("drafting"), transport=OUTBOX) as made:
        yield made


@pytest.fixture
def draft(desk: Studio) -> str:
    return str(desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"}).json()["id"])


def send(desk: Studio, draft: str, **more: Any) -> str:
    sent = desk.ann.post("/v1/messages", json={"draft": draft, **more})
    assert sent.status_code == 201, sent.text
    return str(sent.json()["message"])


def thumb(desk: Studio, draft: str) -> str | None:
    """What is kept with a thumb as the text that was sent."""
    return drafting.vote(desk.services, CALLER, draft, thumb="up").final_text


def test_f1_a_thumb_keeps_the_text_that_was_sent(desk: Studio, draft: str) -> None:
    desk.ann.patch(f"/v1/drafts/{draft}", json={"body": OWN})
    assert thumb(desk, draft) is None, "nothing was sent yet"
    send(desk, draft, body="Hello, in the last words of all.")
    assert thumb(desk, draft) == "Hello, in the last words of all."


def test_f1_what_was_sent_as_it_was_drafted_needs_no_second_text(desk: Studio, draft: str) -> None:
    send(desk, draft)
    assert thumb(desk, draft) is None


def test_f1_an_edit_that_never_went_out_is_no_text_that_was_sent(desk: Studio, draft: str) -> None:
    waiting = send(desk, draft, **LATER)
    assert desk.ann.delete(f"/v1/messages/{waiting}").status_code == 200
    assert desk.ann.patch(f"/v1/drafts/{draft}", json={"body": OWN}).status_code == 200, "it may be sent again"
    assert thumb(desk, draft) is None


@pytest.mark.parametrize(("more", "state"), [({}, "sent"), (LATER, "scheduled")])
def test_f1_a_draft_that_was_sent_or_waits_to_be_is_edited_no_more(
    desk: Studio, draft: str, more: dict[str, Any], state: str
) -> None:
    send(desk, draft, **more)
    path = f"/v1/drafts/{draft}"
    before = desk.ann.get(path).json()
    refused = desk.ann.patch(path, json={"body": OWN})
    assert (refused.status_code, refused.json()["rule"]) == (409, "F-1")
    assert state in refused.json()["detail"]
    assert desk.ann.get(path).json() == before


def test_a_message_whose_draft_is_deleted_while_it_goes_out_is_answered_as_sent(desk: Studio, draft: str) -> None:
    OUTBOX.meanwhile = lambda: desk.ann.delete(f"/v1/drafts/{draft}").raise_for_status()
    try:
        sent = desk.ann.post("/v1/messages", json={"draft": draft})
    finally:
        OUTBOX.meanwhile = lambda: None
    assert (sent.status_code, sent.json()["state"]) == (201, "sent")
    assert desk.ann.get(f"/v1/drafts/{draft}").status_code == 404


def test_an_edit_and_a_send_at_the_same_moment_both_last(postgres_url: str, tmp_path: Path) -> None:
    """On SQLite one of them waits; on PostgreSQL the send is let go between what the edit reads and writes."""
    with studio(tmp_path, url=postgres_url) as desk:
        made = desk.ann.post("/v1/drafts", json={"candidate": "ann-sparse"}).json()["id"]
        engine, sends = desk.services.store.engine, list[Thread]()

        def send_first(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if "studio_drafts" in statement and not statement.startswith("SELECT") and not sends:
                sends.append(Thread(target=drafting.keep_message, args=(desk.services, ANN, made, "m-1")))
                sends[0].start()
                sends[0].join(0.5)  # it may have to wait for the edit

        event.listen(engine, "before_cursor_execute", send_first)
        drafting.edit_draft(desk.services, CALLER, made, body=OWN)
        sends[0].join()
        found = drafting.find_draft(desk.services, ANN, made)
    assert (found.edited_body, found.message) == (OWN, "m-1")


def test_if_match_keeps_an_edit_from_undoing_anothers(desk: Studio, draft: str) -> None:
    path = f"/v1/drafts/{draft}"
    tag = {"If-Match": desk.ann.get(path).headers["etag"]}
    first = desk.ann.patch(path, json={"subject": "Mine"}, headers=tag)
    assert first.status_code == 200
    late = desk.ann.patch(path, json={"subject": "Theirs"}, headers=tag)
    assert (late.status_code, late.json()["type"]) == (412, "urn:overture:problem:precondition-failed")
    assert desk.ann.get(path).json()["edited_subject"] == "Mine"
    again = desk.ann.patch(path, json={"subject": "Ours"}, headers={"If-Match": first.headers["etag"]})
    assert again.json()["edited_subject"] == "Ours"

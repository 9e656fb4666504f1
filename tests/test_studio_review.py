"""Review: what waits for a person's word, what they decide, and how they undo it (C-2, C-4, D-8, F-1)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from reply_doubles import EML, DoubleClassifier
from starlette.testclient import TestClient
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from studio_conversations import answered, as_seat, sent

from overture.classification.mail import read_mail
from overture.errors import InputError
from overture.messaging import Plan, Seat
from overture.studio.caller import SCOPES, Caller
from overture.studio.drafting import edit_draft, keep_draft
from overture.studio.inbox_labels import correct_label, take_back_label
from overture.studio.review_decisions import decide, undo
from overture.studio.review_queue import Queue, read_queue


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    """One studio for all; each test has a seat of its own. Answers without a "no" in them leave doubt."""
    with studio(tmp_path_factory.mktemp("review"), classifier=DoubleClassifier) as running:
        yield running


@pytest.fixture
def desk(made: Studio) -> Desk:
    """A new seat's."""
    return Desk(made)


class Desk:
    """A seat of its own, and a browser that is signed in as it."""

    def __init__(self, made: Studio) -> None:
        self.made, self.services, self.seat = made, made.services, uuid4().hex
        self.services.outreach.add_seat(Seat(id=self.seat, contract=CONTRACT, plan=Plan.RECRUITER))
        self.caller = Caller(self.seat, CONTRACT, frozenset(SCOPES), "test")
        self.page: TestClient = as_seat(made, self.seat)

    def reply(self, text: str, *, candidate: str = "Kim", **fields: Any) -> str:
        """An answer to a message of this seat; its id."""
        return answered(self.made, sent(self.made, candidate, seat=self.seat).thread, text, **fields)

    def draft(self, candidate: str = "Kim", *, job: str | None = None) -> str:
        """A draft of this seat; its id."""
        self.made.clock.wait(seconds=1)
        return keep_draft(self.services, self.caller, _draft(), candidate=candidate, job=job).id

    def queue(self) -> Queue:
        """What waits for this seat."""
        return read_queue(self.services, self.seat)

    def waiting(self) -> list[tuple[str, str]]:
        """Ids and reasons of what waits, in order."""
        return [(item.id, item.why) for item in self.queue().items]

    def press(self, path: str, **form: Any) -> str:
        """A write as htmx makes it; the words of the part that it puts in place."""
        answer = self.page.post(f"/review/{path}", data=form, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text
        return _words(answer)


def _draft() -> Any:
    from doubles import JOB, RICH

    from overture.generation import Drafter

    if not _made:
        _made.append(asyncio.run(Drafter().adraft(RICH, job=JOB)))
    return _made[0]


_made: list[Any] = []


def _words(answer: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_c4_what_leaves_doubt_waits_and_nothing_else(desk: Desk) -> None:
    unsure = desk.reply("Perhaps")
    conflict = desk.reply("no, never", smart="accept", edited=True)
    desk.reply("no")
    desk.reply("Perhaps", smart="accept", edited=True)
    desk.reply("", smart="decline")
    correct_label(desk.services, desk.caller, desk.reply("Perhaps"), "accept")
    away = EML.format(more="Auto-Submitted: auto-replied\n", text="Perhaps later")
    desk.services.outreach.receive_reply(sent(desk.made, seat=desk.seat).thread, read_mail(away))
    draft = desk.draft()
    assert set(desk.waiting()) == {(unsure, "unsure"), (conflict, "conflict"), (draft, "unjudged")}
    queue = desk.queue()
    assert (queue.replies, queue.drafts, queue.items[-1].id) == (2, 1, draft)


def test_d8_of_drafts_for_the_same_candidate_and_job_the_latest_waits(desk: Desk) -> None:
    first = desk.draft("Kim", job="j1")
    other = desk.draft("Kim", job="j2")
    latest = desk.draft("Kim", job="j1")
    bare = desk.draft("Kim")
    assert {key for key, _ in desk.waiting()} == {other, latest, bare} - {first}


def test_c2_a_label_counts_feeds_back_and_brings_the_next(desk: Desk) -> None:
    other = desk.reply("Maybe", candidate="Other")
    desk.made.clock.wait(minutes=1)
    reply = desk.reply("Perhaps <i>so</i>", candidate="Kim")
    page = desk.page.get("/review").text
    assert "Perhaps &lt;i&gt;so&lt;/i&gt;" in page
    assert "2 replies left." in _words(desk.page.get("/review"))
    after = desk.press(f"reply/{reply}", decision="decline")
    assert "Decline. 1 reply left." in after
    assert "Other not sure" in after
    assert [key for key, _ in desk.waiting()] == [other]
    (state,) = desk.services.feedback.reply_states(seat=desk.seat)
    assert (state.reply.id, state.reply.label, state.label) == (reply, "accept", "decline")
    assert "That was decided before." in desk.press(f"reply/{reply}", decision="accept")
    assert [state.label for state in desk.services.feedback.reply_states(seat=desk.seat)] == ["decline"]
    assert "Nothing is left." in desk.press(f"reply/{other}", decision="accept")


def test_f1_a_thumb_down_takes_reasons_and_a_comment(desk: Desk) -> None:
    up, down = desk.draft("One"), desk.draft("Two")
    assert "Written by offline." in _words(desk.page.get("/review", params={"kind": "draft", "key": up}))
    desk.press(f"draft/{up}", decision="up", reasons="generic", comment="not asked for")
    desk.press(f"draft/{down}", decision="down", reasons=["generic", "tone"], comment="Too stiff")
    votes = {
        state.draft.id: (state.vote, state.reasons) for state in desk.services.feedback.draft_states(seat=desk.seat)
    }
    assert votes == {up: ("up", ()), down: ("down", ("generic", "tone"))}
    assert desk.waiting() == []


def test_d11_an_edited_draft_is_shown_with_what_the_checks_say_of_the_edit(desk: Desk) -> None:
    key = desk.draft()
    body = _draft().body.replace("Hi Marta,", "Hi Marta, you are the very best at 90,000 euros.")
    edit_draft(desk.services, desk.caller, key, body=body)
    page = desk.page.get(f"/review?kind=draft&key={key}").text
    marked = " ".join(re.findall(r'<mark class="finding">([^<]*)', page))
    assert "90,000" in marked
    assert "With your edits." in page


def test_what_is_skipped_goes_to_the_end_and_still_counts(desk: Desk) -> None:
    draft, reply = desk.draft(), desk.reply("Perhaps")
    assert "Skipped. 1 reply and 1 draft left." in desk.press(f"reply/{reply}", decision="skip")
    assert [key for key, _ in desk.waiting()] == [draft, reply]
    assert list(desk.services.feedback.reply_states(seat=desk.seat)) == []


def test_the_last_decisions_are_undone_one_after_the_other(desk: Desk) -> None:
    thread = sent(desk.made, seat=desk.seat).thread
    reply, draft = answered(desk.made, thread, "Perhaps"), desk.draft()
    desk.press(f"reply/{reply}", decision="skip")
    desk.press(f"reply/{reply}", decision="decline")
    desk.press(f"draft/{draft}", decision="up")
    assert desk.waiting() == []
    assert desk.services.outreach.thread(thread).state.folder == "declined"
    for waits in ({draft}, {draft, reply}, {draft, reply}):
        assert "Undone. It waits again." in desk.press("undo")
        assert {key for key, _ in desk.waiting()} == waits
    assert desk.services.outreach.thread(thread).state.folder == "accepted"
    assert [key for key, _ in desk.waiting()] == [reply, draft]
    assert "There is nothing to undo." in desk.press("undo")
    assert [state.label for state in desk.services.feedback.reply_states(seat=desk.seat)] == [None]
    assert [state.vote for state in desk.services.feedback.draft_states(seat=desk.seat)] == [None]


def test_what_was_decided_anew_elsewhere_is_not_undone(desk: Desk) -> None:
    reply = desk.reply("Perhaps")
    desk.press(f"reply/{reply}", decision="decline")
    correct_label(desk.services, desk.caller, reply, "accept")
    assert "That was decided anew since, so nothing was undone." in desk.press("undo")
    assert desk.waiting() == []


def test_c5_an_automatic_answer_that_a_person_took_for_a_response_stays_one(desk: Desk) -> None:
    away = EML.format(more="Auto-Submitted: auto-replied\n", text="I am away, but do call me")
    thread = sent(desk.made, seat=desk.seat).thread
    reply = desk.services.outreach.receive_reply(thread, read_mail(away)).reply.id
    correct_label(desk.services, desk.caller, reply, "accept")
    with pytest.raises(InputError, match="C-5"):
        take_back_label(desk.services, desk.caller, reply)


def test_c2_a_correction_that_is_taken_back_moves_no_credit(desk: Desk) -> None:
    thread = sent(desk.made, seat=desk.seat).thread
    reply = answered(desk.made, thread, "Perhaps")
    before = desk.services.outreach.thread(thread)
    paid = desk.services.outreach.explain(before.messages[0].id)
    correct_label(desk.services, desk.caller, reply, "decline")
    take_back_label(desk.services, desk.caller, reply)
    assert desk.services.outreach.thread(thread) == before
    assert desk.services.outreach.explain(before.messages[0].id) == paid
    assert desk.services.outreach.verify().holds


def test_another_seats_things_are_not_there(desk: Desk) -> None:
    theirs = answered(desk.made, sent(desk.made, "ben-rich", seat=BEN).thread, "Perhaps")
    ben = Caller(BEN, CONTRACT, frozenset(SCOPES), "test")
    draft = keep_draft(desk.services, ben, _draft(), candidate="ben-rich").id
    mine = desk.reply("Perhaps")
    for kind, key, decision in (("reply", theirs, "decline"), ("draft", draft, "up")):
        of_theirs, of_none = (
            desk.page.post(f"/review/{kind}/{each}", data={"decision": decision}) for each in (key, "gone")
        )
        assert of_theirs.status_code == of_none.status_code == 404
        assert of_theirs.json()["detail"] == of_none.json()["detail"]
        assert key not in desk.page.get("/review", params={"kind": kind, "key": key}).text
    assert [key for key, _ in desk.waiting()] == [mine]
    assert {theirs, draft} <= {item.id for item in read_queue(desk.services, BEN).items}


def test_what_does_not_fit_is_refused(desk: Desk) -> None:
    draft = desk.draft()
    assert desk.page.post(f"/review/draft/{draft}", data={"decision": "accept"}).status_code == 422
    assert desk.page.post(f"/review/draft/{draft}", data={"decision": "down", "reasons": "ugly"}).status_code == 422
    reader = as_seat(desk.made, desk.seat, scopes=("read",))
    assert reader.post(f"/review/draft/{draft}", data={"decision": "up"}).status_code == 403
    assert reader.post("/review/undo").status_code == 403
    assert [key for key, _ in desk.waiting()] == [draft]


def test_review_works_without_scripts(desk: Desk) -> None:
    first, second = desk.draft("One"), desk.draft("Two")
    gone = desk.page.post(f"/review/draft/{second}", data={"decision": "up"}, follow_redirects=False)
    assert (gone.status_code, gone.headers["location"]) == (303, f"/review?kind=draft&key={first}")


def test_the_queue_is_the_same_on_both_databases(tmp_path: Path, store_url: str) -> None:
    with studio(tmp_path, url=store_url, classifier=DoubleClassifier) as made:
        ann = Caller(ANN, CONTRACT, frozenset(SCOPES), "test")
        reply = answered(made, sent(made).thread, "Perhaps")
        answered(made, sent(made).thread, "no")
        draft = keep_draft(made.services, ann, _draft(), candidate="ann-rich").id
        assert decide(made.services, ann, "reply", reply, "skip")
        assert [item.id for item in read_queue(made.services, ANN).items] == [draft, reply]
        assert decide(made.services, ann, "reply", reply, "decline")
        assert decide(made.services, ann, "draft", draft, "down", reasons=("tone",))
        assert read_queue(made.services, ANN).left == 0
        assert [(back.id if back else None) for back in (undo(made.services, ann) for _ in range(4))] == [
            draft, reply, reply, None,
        ]  # fmt: skip
        assert [item.id for item in read_queue(made.services, ANN).items] == [reply, draft]
        assert made.page.get("/notices").status_code == made.page.get("/inbox?folder=accepted").status_code == 200

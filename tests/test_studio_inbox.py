"""The inbox: folders, conversations, labels, what waits, and what was told (S-6 to S-9, C-1 to C-9, CR-8)."""

from __future__ import annotations

import re
from collections.abc import Generator
from html import unescape
from typing import Any

import pytest
from httpx2 import Response
from reply_doubles import EML, DoubleClassifier
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from studio_conversations import answered, as_seat, scheduled, sent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    """One studio for all; each test has conversations of its own. Answers with a "no" in them are declines."""
    with studio(tmp_path_factory.mktemp("inbox"), classifier=DoubleClassifier) as running:
        yield running


@pytest.fixture(autouse=True)
def same_day(made: Studio) -> Generator[None]:
    """Each test begins on the first day: the session of the page ends with it."""
    start = made.clock.now
    yield
    made.clock.now = start


def _see(made: Studio, path: str) -> str:
    answer = made.page.get(path)
    assert answer.status_code == 200, answer.text
    return _words(answer)


def _words(answer: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def _do(made: Studio, thread: str, path: str, **form: Any) -> Response:
    """A write as htmx makes it; the part that it puts in place, with an error's status where it was not done."""
    files = form.pop("files", None)
    answer = made.page.post(f"/inbox/threads/{thread}/{path}", data=form, files=files, headers={"HX-Request": "true"})
    assert answer.status_code == (409 if 'class="error"' in answer.text else 200), answer.text
    assert "<html" not in answer.text
    return answer


def test_s9_folders_list_threads_under_the_candidates_names(made: Studio) -> None:
    waiting = scheduled(made, subject="In the scheduled folder")
    awaiting = sent(made, "unknown-17", subject="In awaiting reply")
    accepted, declined = sent(made, subject="In accepted"), sent(made, subject="In declined")
    answered(made, accepted.thread, "Yes please")
    answered(made, declined.thread, "no")
    for folder, name, subject, taken in (
        ("scheduled", "Jo Doe", "In the scheduled folder", waiting),
        ("awaiting_reply", "unknown-17", "In awaiting reply", awaiting),
        ("accepted", "Marta Kowalska", "In accepted", accepted),
        ("declined", "Marta Kowalska", "In declined", declined),
    ):
        page = made.page.get("/inbox", params={"folder": folder}).text
        line = next(part for part in page.split("<li>") if taken.thread in part)
        assert name in line
        assert subject in line
        assert taken.thread not in made.page.get("/inbox", params={"folder": "declined"}).text or folder == "declined"


def test_s9_a_folder_goes_on_behind_its_first_page(made: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overture.studio.page_inbox._AT_ONCE", 2)
    subjects = {f"Paged {number}" for number in range(5)}
    for subject in subjects:
        made.clock.wait(minutes=1)
        scheduled(made, subject=subject)
    seen: list[str] = []
    path: str | None = "/inbox?folder=scheduled"
    while path and not subjects <= set(seen):
        page = made.page.get(path).text
        seen += re.findall(r"Paged \d", page)
        older = re.search(r'href="(/inbox\?folder=scheduled&amp;after=[^"]+)"', page)
        path = unescape(older[1]) if older else None
    assert sorted(seen) == sorted(subjects)
    assert made.page.get("/inbox?folder=scheduled&after=nonsense").status_code == 422


def test_c4_a_reply_shows_its_label_confidence_and_deciding_words(made: Studio) -> None:
    thread = sent(made).thread
    answered(made, thread, "Sorry — <b>no</b>, I stay.\n\nOn Mon, Elin Berg wrote:\n> May I tell you more?")
    page = made.page.get(f"/inbox/threads/{thread}").text
    assert "From the text: Decline, not interested, 90 % sure." in page
    assert re.search(r"&lt;b&gt;<mark title=\"100 % of the evidence\">no</mark>&lt;/b&gt;", page)
    assert "<b>no</b>" not in page


def test_c2_one_click_corrects_a_label_and_feedback_hears_of_it(made: Studio) -> None:
    thread = sent(made).thread
    reply = answered(made, thread, "I cannot say no")
    page = _words(_do(made, thread, f"replies/{reply}/label", label="accept"))
    assert "The label is Accept now." in page
    assert "A person set this label." in page
    assert made.services.outreach.thread(thread).state.folder == "accepted"
    assert [state.label for state in _corrections(made, reply)] == ["accept"]
    _do(made, thread, f"replies/{reply}/label", label="decline")
    assert made.services.outreach.thread(thread).state.folder == "declined"
    (state,) = _corrections(made, reply)
    assert (state.label, state.reply.label, state.reply.text) == ("decline", "decline", "I cannot say no")
    assert state.reply.private_names == ("Marta Kowalska",)


def _corrections(made: Studio, reply: str) -> list[Any]:
    return [state for state in made.services.feedback.reply_states(seat=ANN) if state.reply.id == reply]


def test_c2_a_text_that_contradicts_the_choice_is_shown(made: Studio) -> None:
    thread = sent(made).thread
    answered(made, thread, "no, never", smart="accept", edited=True)
    page = _see(made, f"/inbox/threads/{thread}")
    assert "The candidate chose “Yes, interested”." in page
    assert "The text says something else than the candidate's choice." in page


def test_c9_a_closed_thread_says_why_and_takes_nothing(made: Studio) -> None:
    thread = sent(made).thread
    answered(made, thread, smart="decline")
    page = _see(made, f"/inbox/threads/{thread}")
    assert "This conversation is closed. the candidate declined without a word of their own" in page
    assert "Write in this conversation" not in page
    refused = _words(_do(made, thread, "messages", subject="Please", body="Think again"))
    assert "which closes the thread" in refused
    assert len(made.services.outreach.thread(thread).messages) == 1


def test_c9_an_answered_thread_takes_a_further_message_once(made: Studio) -> None:
    thread = sent(made).thread
    assert "once the candidate has answered" in _see(made, f"/inbox/threads/{thread}")
    assert "until then one follow-up is all" in _words(_do(made, thread, "messages", body="Hello?"))
    answered(made, thread, "Tell me more")
    assert "Write something first." in _words(_do(made, thread, "messages", body=" "))
    for _ in range(2):  # as by a double click
        _do(made, thread, "messages", subject="More", body="It is\r\nremote.", once="f1")
    (further,) = made.services.outreach.thread(thread).messages[1:]
    assert (further.subject, further.body, further.state) == ("More", "It is\nremote.", "sent")
    assert further.address == "ann-rich@example.com"


def test_s6_a_follow_up_is_cancelled_and_its_credit_explained(made: Studio) -> None:
    taken = sent(made, follow_up=True)
    path = f"/inbox/threads/{taken.thread}"
    assert "It cost 1 credit. Why?" in _see(made, path)
    page = _words(_do(made, taken.thread, f"messages/{taken.follow_up}/cancel"))
    assert "Cancelled. What it cost came back." in page
    assert "cancelled by hand S-6" in page
    assert "1 credit given back to contract:norrsken" in page
    assert "cancelled by hand" in _see(made, "/inbox?folder=awaiting_reply")
    again = _words(_do(made, taken.thread, f"messages/{taken.follow_up}/cancel"))
    assert "only a scheduled message can be cancelled; this one is cancelled S-6" in again


def test_s7_a_follow_up_over_the_limit_shows_why_it_was_not_sent(made: Studio) -> None:
    outreach = made.services.outreach
    outreach.add_seat(outreach.settings(ANN).model_copy(update={"id": "limited", "daily_limit": 1}))
    page = as_seat(made, "limited")
    taken = sent(made, seat="limited", follow_up=True)
    made.clock.wait(days=7, hours=1)
    sent(made, seat="limited")
    outreach.run()
    folder = _words(page.get("/inbox?folder=awaiting_reply"))
    thread = _words(page.get(f"/inbox/threads/{taken.thread}"))
    assert "Not sent (S-7): the seat's daily limit" in folder
    assert "Follow-up Not sent was due today, 10:00 the seat's daily limit" in thread


def test_s3_the_thread_says_when_the_follow_up_goes_out(made: Studio) -> None:
    waiting = scheduled(made, follow_up=True, zone="America/New_York")
    page = _see(made, f"/inbox/threads/{waiting.thread}")
    assert "goes out 7 days after the first message" in page
    assert "(America/New_York). S-2" in page


def test_s6_a_held_message_is_released(made: Studio) -> None:
    taken = scheduled(made, "changed-profile")
    made.services.outreach.candidate_changed(CONTRACT, "changed-profile")
    assert "The candidate's profile changed." in _see(made, f"/inbox/threads/{taken.thread}")
    assert "Released." in _words(_do(made, taken.thread, f"messages/{taken.message}/release"))
    assert made.services.outreach.thread(taken.thread).messages[0].state == "scheduled"


@pytest.mark.parametrize(
    ("text", "closed"), [("No thanks, not interested.", True), ("", True), ("No thanks, I move to Oslo.", False)]
)
def test_c1_a_smart_reply_is_recorded_with_its_text_as_it_is(made: Studio, text: str, closed: bool) -> None:
    thread = sent(made).thread
    page = _words(_do(made, thread, "replies", smart="decline", text=text))
    assert "Recorded: Decline." in page
    assert made.services.outreach.thread(thread).state.closed is closed


def test_c1_free_text_is_recorded_once_and_dated(made: Studio) -> None:
    thread = sent(made).thread
    came = made.clock().replace(hour=9, minute=30)
    made.clock.wait(hours=2)
    for _ in range(2):
        _do(made, thread, "replies", text="Yes, call me", came_at=f"{came:%Y-%m-%d}T10:30", once="a1")
    (reply,) = made.services.outreach.thread(thread).replies
    assert (reply.label, reply.received_at) == ("accept", came)  # Stockholm is an hour ahead


def test_c1_a_mail_is_uploaded(made: Studio) -> None:
    thread = sent(made).thread
    eml = EML.format(more="Message-ID: <m1@example.org>\nDate: Mon, 23 Nov 2026 09:30:00 +0000\n", text="I say no")
    for _ in range(2):
        upload = {"mail": ("answer.eml", eml.encode(), "message/rfc822")}
        assert "Recorded: Decline." in _words(_do(made, thread, "replies", files=upload))
    assert len(made.services.outreach.thread(thread).replies) == 1
    broken = _words(_do(made, thread, "replies", files={"mail": ("answer.eml", b"no header here", "text/plain")}))
    assert "there is no mail header" in broken


def test_c5_an_automatic_answer_changes_nothing(made: Studio) -> None:
    thread = sent(made, follow_up=True).thread
    eml = EML.format(more="Auto-Submitted: auto-replied\n", text="I am away")
    page = _words(_do(made, thread, "replies", files={"mail": ("away.eml", eml.encode())}))
    assert "Recorded: an automatic answer. Nothing changes." in page
    assert "Back on 1 Dec 2026." in page
    assert made.services.outreach.thread(thread).state.folder == "awaiting_reply"


@pytest.mark.parametrize("form", [{}, {"text": "  "}, {"text": "Yes", "came_at": "soon"}])
def test_c1_what_is_no_answer_is_refused_in_words(made: Studio, form: dict[str, str]) -> None:
    thread = sent(made).thread
    page = _do(made, thread, "replies", **form).text
    assert 'role="alert"' in page
    assert made.services.outreach.thread(thread).replies == ()


def test_c7_who_asked_to_be_left_alone_is_not_written_to(made: Studio) -> None:
    thread = sent(made, "left-alone").thread
    made.services.outreach.suppress(CONTRACT, "left-alone")
    page = _see(made, f"/inbox/threads/{thread}")
    assert "Asked to be left alone on" in page
    assert "Nothing more can be sent to them. C-7" in page
    assert "Write in this conversation" not in page


def test_the_inbox_works_without_scripts(made: Studio) -> None:
    taken = sent(made, follow_up=True)
    gone = made.page.post(f"/inbox/threads/{taken.thread}/messages/{taken.follow_up}/cancel", follow_redirects=False)
    assert (gone.status_code, gone.headers["location"]) == (303, f"/inbox/threads/{taken.thread}")
    refused = made.page.post(f"/inbox/threads/{taken.thread}/messages/{taken.follow_up}/cancel")
    assert refused.status_code == 409
    assert "<html" in refused.text
    assert "only a scheduled message can be cancelled" in refused.text


def test_another_seats_conversation_is_not_there(made: Studio) -> None:
    theirs = sent(made, "ben-rich", seat=BEN, follow_up=True, subject="Bens own")
    reply = answered(made, theirs.thread, "Yes")
    mine = sent(made)
    outreach = made.services.outreach
    before = outreach.thread(theirs.thread)
    for thread, message, answer in ((theirs.thread, theirs.message, reply), ("gone", "gone", "gone")):
        got = made.page.get(f"/inbox/threads/{thread}")
        answers = [
            got,
            made.page.post(f"/inbox/threads/{thread}/messages", data={"body": "x"}),
            made.page.post(f"/inbox/threads/{thread}/messages/{message}/cancel"),
            made.page.post(f"/inbox/threads/{thread}/replies", data={"text": "no"}),
            made.page.post(f"/inbox/threads/{thread}/replies/{answer}/label", data={"label": "decline"}),
        ]
        assert {each.status_code for each in answers} == {404}
        assert {each.json()["detail"] for each in answers} == {"there is no thread of this id"}
        through_mine = [
            made.page.post(f"/inbox/threads/{mine.thread}/messages/{message}/cancel"),
            made.page.post(f"/inbox/threads/{mine.thread}/replies/{answer}/label", data={"label": "decline"}),
        ]
        assert [each.status_code for each in through_mine] == [404, 404]
    assert outreach.thread(theirs.thread) == before
    assert "Bens own" not in made.page.get("/inbox?folder=accepted").text


def test_what_a_session_may_not_do_is_refused(made: Studio) -> None:
    taken = sent(made, follow_up=True)
    reply = answered(made, sent(made).thread, "Yes")
    thread = made.services.outreach.thread(taken.thread)
    reader = as_seat(made, ANN, scopes=("read",))
    path = f"/inbox/threads/{taken.thread}"
    assert reader.get(path).status_code == 200
    writes: dict[str, dict[str, str]] = {
        f"messages/{taken.follow_up}/cancel": {},
        "messages": {"body": "x"},
        "replies": {"text": "no"},
        f"replies/{reply}/label": {"label": "decline"},
    }
    for where, form in writes.items():
        assert reader.post(f"{path}/{where}", data=form).status_code == 403
    assert made.services.outreach.thread(taken.thread) == thread


def test_c8_the_bell_counts_what_was_not_seen(made: Studio) -> None:
    made.page.post("/notices/seen", data={"notice": 2**62})
    assert "unread" not in made.page.get("/notices/bell").text
    thread = sent(made).thread
    answered(made, thread, "Gladly")
    assert "1 unread" in _words(made.page.get("/notices/bell"))
    assert made.page.get("/notices/bell", params={"have": 1}).status_code == 204
    page = made.page.get("/notices").text
    assert page.count('class="new"') == 1
    assert f'href="/inbox/threads/{thread}">Marta Kowalska</a>: the candidate is interested: follow up soon' in page
    newest = re.search(r'name="notice" value="(\d+)"', page)
    assert newest
    seen = made.page.post("/notices/seen", data={"notice": newest[1]}, headers={"HX-Request": "true"})
    assert (seen.status_code, seen.headers["HX-Trigger"]) == (204, "notices-seen")
    made.page.post("/notices/seen", data={"notice": 0})
    assert 'class="new"' not in made.page.get("/notices").text
    assert thread not in as_seat(made, BEN).get("/notices").text


def test_c8_older_notices_are_on_the_next_page(made: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overture.studio.inbox_notices.read_notices.__kwdefaults__", {"before": None, "limit": 2})
    threads = [sent(made).thread for _ in range(3)]
    for thread in threads:
        answered(made, thread, "Gladly")
    first = made.page.get("/notices").text
    older = re.search(r'href="(/notices\?before=\d+)"', first)
    assert older
    assert [thread in first for thread in threads] == [False, True, True]
    assert threads[0] in made.page.get(older[1]).text

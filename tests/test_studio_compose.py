"""The Compose page over plain forms: what works without a script, and what each rule makes it say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from doubles import RICH
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from studio_compose import PANEL, WHO, drafted, form_of, kept_at, message_of_draft, post, shown

from overture.generation import Personalization
from overture.generation.elements import ELEMENT_NAMES
from overture.studio import shelf
from overture.studio.compose_text import edited_message, read_kept
from overture.studio.drafting import edit_draft, find_draft, inputs_for, keep_draft
from overture.studio.sessions import CSRF_HEADER
from overture.studio.shelf import KeptCandidate, KeptJob


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for the module; each test makes what it changes."""
    with studio(tmp_path_factory.mktemp("compose")) as running:
        yield running


def test_the_page_lists_the_seats_own_shelf_and_every_element(made: Studio) -> None:
    page = shown(made, "/compose")
    assert "Marta Kowalska" in page
    assert "ben-rich" not in page
    assert page.count('name="on"') == len(ELEMENT_NAMES)


def test_d6_the_panel_says_what_each_element_would_say_and_why_others_have_nothing(made: Studio) -> None:
    page = shown(made, "/compose?candidate=ann-rich&job=ann-job")
    assert "Took the authorisation p99 from 480 ms to 90 ms" in page
    assert "The opportunity does not give it." in page
    assert "an earlier role of another kind" in page


def test_d1_a_plain_form_drafts_and_the_page_shows_every_sentence_with_its_facts(made: Studio) -> None:
    kept = drafted(made)
    page = shown(made, f"/compose?draft={kept.id}")
    assert page.count('class="facts" role="tooltip"') == len(kept.draft.sentences)
    for sentence in kept.draft.sentences:
        assert all(fact.text in page for fact in sentence.facts)


def test_d6_an_element_that_is_off_is_off_in_the_draft_and_in_the_panel_after_it(made: Studio) -> None:
    on = [name for name in ELEMENT_NAMES if name != "past_applications"]
    kept = drafted(made, on=on, tone="professional")
    assert kept.draft.personalization.off == {"past_applications"}
    assert "2022" not in kept.draft.body
    page = shown(made, f"/compose?draft={kept.id}")
    assert re.search(r'value="past_applications" form="work" aria', page)
    assert 'value="professional" selected' in page


def test_without_a_candidate_the_page_says_what_is_missing(made: Studio) -> None:
    answer = post(made, "/compose/draft", {**PANEL, "candidate": "", "job": "ann-job"})
    assert answer.status_code == 422
    assert "whom to write to" in answer.text


def test_the_draft_streams_as_events_and_ends_with_the_checked_one(made: Studio) -> None:
    answer = post(made, "/compose/stream", {**WHO, **PANEL})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [each.split("\n") for each in answer.text.strip().split("\n\n")]
    kinds = [lines[0].removeprefix("event: ") for lines in events]
    assert kinds[-1] == "draft"
    assert set(kinds[:-1]) == {"chunk"}
    said = "".join(json.loads(lines[1].removeprefix("data: "))["text"] for lines in events[:-1])
    last = json.loads(events[-1][1].removeprefix("data: "))
    kept = find_draft(made.services, ANN, last["url"].rpartition("draft=")[2])
    assert said in kept.draft.body
    assert 'id="letter-title"' in last["html"]


def test_d6_draft_again_keeps_an_edit_and_lists_one_that_has_no_place(made: Studio) -> None:
    before = drafted(made)
    sentences = {sentence.text: sentence for sentence in before.draft.sentences}
    kept_one = next(text for text in sentences if text.startswith("You have both Go"))
    lost_one = next(text for text in sentences if text.startswith("You applied"))
    body = before.draft.body.replace(kept_one, "Go and PostgreSQL are your daily tools.")
    body = body.replace(lost_one, "You wrote to us in 2022.")
    on = [name for name in ELEMENT_NAMES if name != "past_applications"]
    answer = post(made, "/compose/draft", form_of(before, body=body, on=on))
    assert answer.status_code == 303
    after = kept_at(made, answer)
    assert after.id != before.id
    assert after.edited_body is not None
    assert "Go and PostgreSQL are your daily tools." in after.edited_body
    assert "2022" not in after.edited_body
    page = shown(made, answer.headers["location"])
    assert "One edit of yours was kept." in page
    assert "You wrote to us in 2022." in page.split('id="lost"')[1].split("</ul>")[0]


def test_d10_an_edited_text_is_held_against_the_facts_and_its_findings_are_marked(made: Studio) -> None:
    before = drafted(made)
    body = before.draft.body.replace("When would", "It pays 90,000 euros. When would")
    answer = post(made, f"/compose/drafts/{before.id}/text", form_of(before, body=body))
    assert answer.status_code == 303
    reading = read_kept(find_draft(made.services, ANN, before.id))
    assert reading.body == body
    assert not reading.is_good
    page = shown(made, answer.headers["location"])
    assert re.search(r'<mark class="finding" id="finding-0">[^<]*90,000', page)
    assert 'href="#finding-0"' in page
    post(made, f"/compose/drafts/{before.id}/undo", form_of(before))
    assert find_draft(made.services, ANN, before.id).edited_body is None


def test_an_empty_text_is_refused_and_the_draft_stays(made: Studio) -> None:
    before = drafted(made)
    answer = post(made, f"/compose/drafts/{before.id}/text", {**form_of(before), "body": "  "})
    assert answer.status_code == 422
    assert "is empty" in answer.text
    assert find_draft(made.services, ANN, before.id).edited_body is None


def test_the_passages_of_a_text_are_the_text_whatever_is_marked(made: Studio) -> None:
    kept = edit_draft(
        made.services, _caller(made), drafted(made).id, body="Hi.\n\nYou are 45 and very best.  \nBye now"
    )
    reading = read_kept(kept)
    assert "".join(piece.text for each in reading.passages for piece in each.pieces) == reading.body


def test_d7_custom_content_that_still_stands_in_an_edited_text_is_known_there(made: Studio) -> None:
    inputs = inputs_for(made.services, ANN, candidate="ann-rich", job="ann-job")
    own = "Ask me about the sauna."
    draft = made.services.drafter.draft(
        RICH, job=inputs.job, company=inputs.company, recruiter=inputs.recruiter, custom_content=own
    )
    assembled, custom = edited_message(draft, "S", draft.body.replace("Hi Marta", "Hello Marta"))
    assert custom == own
    assert assembled.custom is not None
    assert assembled.body[slice(*assembled.custom)] == own
    without, nothing = edited_message(draft, "S", draft.body.replace(own, ""))
    assert (without.custom, nothing) == (None, None)
    kept = keep_draft(made.services, _caller(made), draft, candidate="ann-rich", job="ann-job")
    assert "Your own content, byte for byte." in shown(made, f"/compose?draft={kept.id}")


def test_d8_a_thumb_its_reasons_another_one_and_none(made: Studio) -> None:
    kept = drafted(made)
    where = f"/compose/drafts/{kept.id}/vote"
    said = {**WHO, "draft": kept.id}
    assert (
        post(made, where, {**said, "thumb": "down", "reason": ["generic", "tone"], "comment": "dull"}).status_code
        == 303
    )
    page = shown(made, f"/compose?draft={kept.id}")
    assert "Because: Generic, Wrong tone." in page
    states = {each.draft.id: each for each in made.services.feedback.draft_states(seat=ANN)}
    assert (states[kept.id].vote, states[kept.id].comment) == ("down", "dull")
    post(made, where, {**said, "thumb": "up", "reason": "generic"})
    assert "You said that this draft is good." in shown(made, f"/compose?draft={kept.id}")
    post(made, where, {**said, "thumb": "none"})
    assert "How good is this draft?" in shown(made, f"/compose?draft={kept.id}")
    assert post(made, where, {**said, "thumb": "sideways"}).status_code == 422


def test_s3_a_follow_up_is_drafted_and_goes_along_with_the_message_scheduled_on_my_clock(made: Studio) -> None:
    kept = drafted(made)
    answer = post(made, f"/compose/drafts/{kept.id}/second", form_of(kept))
    page = shown(made, answer.headers["location"])
    assert "Re: " in page
    body = page.split('name="second_body"')[1].split(">", 1)[1].split("</textarea>")[0]
    sending = {
        "when": "later", "day": "2026-11-25", "hour": "14:05", "zone": "mine", "with_second": "1", "days": "5",
        "second_subject": "Re: us", "second_body": body, "address": "marta@example.org",
    }  # fmt: skip
    before = made.services.outreach.balance(ANN)
    sent = post(made, f"/compose/drafts/{kept.id}/send", form_of(kept, **sending))
    assert sent.status_code == 303, sent.text
    assert made.services.outreach.balance(ANN) == before - 2
    message = message_of_draft(made, kept)
    assert (message.zone, message.address, message.assisted) == ("Europe/Stockholm", "marta@example.org", True)
    assert message.due_at is not None
    assert message.due_at.isoformat() == "2026-11-25T13:05:00+00:00"
    view = made.services.outreach.thread(message.thread)
    assert [each.delay_hours for each in view.messages] == [None, 120]
    page = shown(made, sent.headers["location"])
    assert "Goes out on Wed 25 Nov 2026, 14:05" in page
    assert f'href="/inbox/threads/{message.thread}"' in page


def test_cr1_who_sends_twice_sends_once(made: Studio) -> None:
    kept = drafted(made)
    before = made.services.outreach.balance(ANN)
    for _ in range(2):
        assert post(made, f"/compose/drafts/{kept.id}/send", form_of(kept, when="now")).status_code == 303
    assert made.services.outreach.balance(ANN) == before - 1
    assert "Sent on" in shown(made, f"/compose?draft={kept.id}")


def test_a_cancelled_message_may_be_sent_again(made: Studio) -> None:
    kept = drafted(made)
    later = {"when": "later", "day": "2026-11-26", "hour": "09:00", "zone": "theirs"}
    post(made, f"/compose/drafts/{kept.id}/send", form_of(kept, **later))
    first = message_of_draft(made, kept)
    assert made.services.outreach.cancel(first.id) is None
    assert "You may send it again." in shown(made, f"/compose?draft={kept.id}")
    post(made, f"/compose/drafts/{kept.id}/send", form_of(kept, **later))
    assert message_of_draft(made, kept).id != first.id


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"when": "later", "day": "2020-01-01", "hour": "09:00"}, "S-1"),
        ({"when": "later", "day": "", "hour": ""}, "S-1"),
        ({"with_second": "1", "second_body": "Hello again", "days": "40"}, "S-3"),
    ],
)
def test_a_refusal_shows_its_rule_and_what_was_typed_stays(made: Studio, fields: dict[str, str], rule: str) -> None:
    kept = drafted(made)
    typed = form_of(kept, body=kept.draft.body + "\n\nP.S. Hello.", address="elsewhere@example.org", **fields)
    answer = post(made, f"/compose/drafts/{kept.id}/send", typed)
    assert answer.status_code in {409, 422}
    assert rule in answer.text
    assert "P.S. Hello." in answer.text
    assert find_draft(made.services, ANN, kept.id).message is None


def test_d12_a_file_becomes_a_candidate_and_what_is_protected_is_left_out(made: Studio) -> None:
    profile = {"basics": {"name": "Ida Ek", "email": "ida@example.org", "gender": "f"}, "work": [{"position": "Nurse"}]}
    answer = post(made, "/compose/candidates", {"job": "ann-job"}, files={"file": ("ida.json", json.dumps(profile))})
    assert answer.status_code == 303
    assert "job=ann-job" in answer.headers["location"]
    page = shown(made, answer.headers["location"])
    assert "Left out for good, by rule D-12: basics.gender" in page
    with made.services.store.read() as connection:
        found = [each for each in shelf.page(connection, KeptCandidate, ANN) if each.name == "Ida Ek"]
    assert [each.address for each in found] == ["ida@example.org"]
    assert found[0].profile.source.path is None


@pytest.mark.parametrize(
    ("kind", "pasted", "field"),
    [("candidates", '{"basics": {"name": {"a": "Zyx"}}}', "basics.name"), ("jobs", "title: X\nfoo: Zyx", "foo")],
)
def test_what_cannot_be_read_names_the_field_and_keeps_the_paste(
    made: Studio, kind: str, pasted: str, field: str
) -> None:
    answer = post(made, f"/compose/{kind}", {"pasted": pasted})
    assert answer.status_code == 422
    page = unescape(answer.text)
    alert = page.split('role="alert"')[1].split("</p>")[0]
    assert f"<code>{field}</code>" in alert
    assert "Zyx" not in alert
    assert pasted in page


def test_a_plain_post_is_a_job_with_its_sections_and_who_signs(made: Studio) -> None:
    post_text = "Data Engineer\n\nWhat you will do\n- Own the warehouse\n\nWhat you bring\n- SQL"
    fields = {"pasted": post_text, "recruiter": "Elin Berg", "role": "Partner", "candidate": "ann-rich"}
    answer = post(made, "/compose/jobs", fields)
    assert answer.status_code == 303, answer.text
    key = answer.headers["location"].rpartition("job=")[2]
    with made.services.store.read() as connection:
        offer = shelf.get(connection, KeptJob, ANN, key).opportunity
    assert offer.job is not None
    assert (offer.job.title, offer.job.responsibilities) == ("Data Engineer", ("Own the warehouse",))
    assert offer.recruiter is not None
    assert offer.recruiter.name == "Elin Berg"


def test_d7_own_content_is_added_edited_deleted_and_goes_into_the_draft_byte_for_byte(made: Studio) -> None:
    text = "See you at the fair?  \nStand 4"
    assert post(made, "/compose/contents", {"label": "Fair", "text": text.replace("\n", "\r\n")}).status_code == 303
    (kept,) = made.services.seats.contents(ANN)
    assert kept.text == text
    assert text in drafted(made, content=kept.id).draft.body
    changed = {"label": "Fair", "text": "Stand 5", "revision": "1"}
    assert post(made, f"/compose/contents/{kept.id}", changed).status_code == 303
    assert post(made, f"/compose/contents/{kept.id}", changed).status_code == 422  # from an older window
    made.services.seats.add_content(BEN, label="Ben's", text="Secret", contract=CONTRACT, id="of-ben")
    assert "Secret" not in shown(made, "/compose")
    for path in ("/compose/contents/of-ben", "/compose/contents/of-ben/delete"):
        assert post(made, path, changed).status_code == 404
    assert post(made, f"/compose/contents/{kept.id}/delete", {}).status_code == 303
    assert made.services.seats.contents(ANN) == ()


def test_d6_a_preset_is_saved_taken_made_the_default_and_forgotten(made: Studio) -> None:
    only = {**PANEL, "on": ["job_title"], "tone": "direct"}
    assert post(made, "/compose/presets/save", {**only, "preset_name": "Bare"}).status_code == 303
    assert made.services.seats.preset(ANN, "Bare").personalization == Personalization.only(["job_title"], tone="direct")
    assert post(made, "/compose/presets/default", {**PANEL, "preset": "Bare"}).status_code == 303
    assert shown(made, "/compose").count('form="work" checked aria-describedby="about-') == 1
    taken = post(made, "/compose/presets/use", {**WHO, **PANEL, "preset": "Bare"})
    assert 'value="direct" selected' in shown(made, taken.headers["location"])
    assert post(made, "/compose/presets/delete", {**PANEL, "preset": "Bare"}).status_code == 303
    assert made.services.seats.presets(ANN) == ()
    assert post(made, "/compose/presets/use", {**PANEL, "preset": "Bare"}).status_code == 422


def test_d9_auto_draft_is_announced_and_starts_once_both_are_chosen(made: Studio) -> None:
    made.services.seats.set_auto_draft(ANN, True, contract=CONTRACT)
    try:
        assert "data-auto" in shown(made, "/compose?candidate=ann-rich&job=ann-job")
        assert "data-auto" not in shown(made, "/compose?candidate=ann-rich")
    finally:
        made.services.seats.set_auto_draft(ANN, None, contract=CONTRACT)
    assert "data-auto" not in shown(made, "/compose?candidate=ann-rich&job=ann-job")


def test_htmx_gets_the_part_and_the_new_address(made: Studio) -> None:
    answer = post(made, "/compose/draft", {**WHO, **PANEL}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"].startswith("/compose?candidate=ann-rich&job=ann-job&draft=")


def test_another_seats_things_are_not_found(made: Studio) -> None:
    for url in ("/compose?candidate=ben-rich", "/compose?job=ben-job", "/compose?draft=none", "/compose?preset=none"):
        assert made.page.get(url).status_code == 404
    assert post(made, "/compose/drafts/none/send", {**WHO, "when": "now"}).status_code == 404


def test_a_write_without_the_token_is_refused(made: Studio) -> None:
    answer = post(made, "/compose/draft", {**WHO, **PANEL}, headers={CSRF_HEADER: "forged"})
    assert answer.status_code == 403


def _caller(made: Studio) -> Any:
    from overture.studio.caller import SCOPES, Caller

    return Caller(ANN, CONTRACT, frozenset(SCOPES), "test")

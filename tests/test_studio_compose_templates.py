"""Templates on Compose: what one fills in, what of the form it leaves alone, the way back, saving one (S-4, I-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from studio_compose import HTMX, drafted, filled, form_of, message_of_draft, post, shown

from overture.messaging import Plan, Seat, Template
from overture.studio.drafting import find_draft
from overture.studio.shelf import KeptDraft

TEXT = "Hello,\n\nour grid team looks for somebody like you. May I tell you more?\n\nElin Berg"
SECOND: dict[str, Any] = {
    "follow_up_subject": "Once more",
    "follow_up_body": "Hello, may I send you more?",
    "follow_up_hours": 240,
}
TYPED: dict[str, Any] = {
    "address": "typed@example.org", "when": "later", "day": "2026-12-24", "hour": "08:15", "zone": "mine", "days": "9",
    "with_second": "1", "second_subject": "My own", "second_body": "Did my words\nreach you?",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for the module; each test has templates of its own."""
    with studio(tmp_path_factory.mktemp("templates")) as running:
        yield running


def saved(made: Studio, *, seat: Any = ANN, name: Any = "", **fields: Any) -> Template:
    key = uuid4().hex
    template = Template(id=key, seat=seat, name=name or key, subject="A role in our grid team", body=TEXT, **fields)
    made.services.outreach.save_template(template)
    return template


def do(made: Studio, kept: KeptDraft, action: str, *, status: Any = 200, **form: Any) -> Response:
    answer = post(made, f"/compose/drafts/{kept.id}/template/{action}", form_of(kept, **form), headers=HTMX)
    assert answer.status_code == status, answer.text
    return answer


def after(answer: Response) -> dict[str, str]:
    return filled(answer.text)


def fill(made: Studio, kept: KeptDraft, chosen: Template, /, *, action: str = "fill", **form: Any) -> dict[str, str]:
    return after(do(made, kept, action, **{"when": "now", **form, "choose_template": chosen.id}))


def send(made: Studio, kept: KeptDraft, form: dict[str, Any]) -> Any:
    sent = form_of(kept, **{name: text for name, text in form.items() if name not in {"draft", "on"}})
    answer = post(made, f"/compose/drafts/{kept.id}/send", sent)
    if answer.status_code == 409:  # a text that no fact supports goes out only once it was seen (D-11)
        anyway = filled(answer.text) | {"anyway": answer.text.split('name="anyway" value="')[1].split('"')[0]}
        answer = post(made, f"/compose/drafts/{kept.id}/send", {**sent, "anyway": anyway["anyway"]})
    assert answer.status_code == 303, answer.text
    return message_of_draft(made, kept)


def test_s4_the_seats_own_templates_are_offered_with_their_badge_and_what_each_fills_in(made: Studio) -> None:
    mine = saved(made, name="Grid <engineers>", local_time=datetime(2026, 12, 1, 9), zone="Asia/Tokyo", **SECOND)
    others = saved(made, seat=BEN, name="Ben's own")
    kept = drafted(made)
    page = shown(made, f"/compose?draft={kept.id}")
    assert "Grid <engineers> (2 messages)" in page
    assert "Grid <engineers>" not in made.page.get(f"/compose?draft={kept.id}").text
    assert "Ben's own" not in page
    look = f"/compose/drafts/{kept.id}/template?choose_template="
    said = shown(made, look + mine.id)
    assert "A role in our grid team" in said
    assert "1 Dec 2026, 09:00 (Asia/Tokyo)" in said
    assert "10 days after the first" in said
    assert shown(made, look + others.id).strip() == ""
    assert made.page.get(look + "x" * 201).status_code == 422


def test_s4_a_template_fills_in_text_time_and_follow_up_and_all_can_be_changed_afterwards(made: Studio) -> None:
    template = saved(made, local_time=datetime(2026, 12, 1, 9), zone="Asia/Tokyo", **SECOND)
    kept = drafted(made)
    form = fill(made, kept, template, address="typed@example.org")
    assert {
        "subject": template.subject, "body": TEXT, "when": "later", "day": "2026-12-01", "hour": "09:00",
        "zone": "named", "zone_name": "Asia/Tokyo", "with_second": "1", "days": "10", "second_subject": "Once more",
        "second_body": "Hello, may I send you more?", "address": "typed@example.org", "template": template.id,
    }.items() <= form.items()  # fmt: skip
    assert find_draft(made.services, ANN, kept.id).edited_body is None
    message = send(made, kept, {**form, "body": TEXT + "\n\nP.S. Bring skates.", "hour": "10:00"})
    assert message.template == template.id
    assert message.body.endswith("Bring skates.")
    assert message.zone == "Asia/Tokyo"
    assert message.due_at.isoformat() == "2026-12-01T01:00:00+00:00"
    assert (message.assisted, message.elements) == (False, ())


def test_i1_insights_counts_the_message_under_its_template(made: Studio) -> None:
    template = saved(made, name="Counted in Insights")
    kept = drafted(made)
    send(made, kept, fill(made, kept, template))
    assert "Counted in Insights" in shown(made, "/insights?by=template")


def test_only_time_and_follow_up_leave_the_draft_as_it_is_and_it_stays_assisted(made: Studio) -> None:
    template = saved(made, **SECOND)
    kept = drafted(made)
    form = fill(made, kept, template, action="time")
    assert form["body"] == kept.draft.body
    assert form["second_body"] == "Hello, may I send you more?"
    message = send(made, kept, form)
    assert (message.template, message.assisted) == (template.id, True)


def test_what_a_template_says_nothing_of_stays_as_it_was(made: Studio) -> None:
    template = saved(made)
    kept = drafted(made)
    assert TYPED.items() <= fill(made, kept, template, **TYPED).items()


def test_back_brings_every_word_that_was_there_through_any_number_of_templates(made: Studio) -> None:
    first, second = saved(made, **SECOND), saved(made, local_time=datetime(2026, 12, 2, 7, 30), **SECOND)
    kept = drafted(made)
    own = kept.draft.body + '\n\n"Quoted" <b> — ü\u2028.'
    form = fill(made, kept, first, body=own, subject="Half a sub", **TYPED)
    assert form["second_body"] == "Hello, may I send you more?"
    form = fill(made, kept, second, **{**form, "second_body": "Changed in between"})
    form = after(do(made, kept, "back", **form))
    assert form["second_body"] == "Changed in between"
    assert form["template"] == first.id
    form = after(do(made, kept, "back", **form))
    assert {**TYPED, "body": own, "subject": "Half a sub"}.items() <= form.items()
    assert form["template"] == form["was"] == ""
    for was in ("", "nonsense", "[]", '[{"subject": 1}]'):
        answer = do(made, kept, "back", status=422, **{**form, "was": was, "template_name": "Kept too"})
        assert {**TYPED, "template_name": "Kept too"}.items() <= after(answer).items()


def test_what_was_filled_in_stays_through_other_writes_of_the_page(made: Studio) -> None:
    template = saved(made, **SECOND)
    kept = drafted(made)
    form = fill(made, kept, template)
    kept_text = after(post(made, f"/compose/drafts/{kept.id}/text", form_of(kept, **form), headers=HTMX))
    assert kept_text["template"] == template.id
    assert kept_text["second_body"] == "Hello, may I send you more?"
    again = after(do(made, kept, "off", **kept_text))
    assert again["template"] == ""
    assert again["second_body"] == "Hello, may I send you more?"
    assert send(made, kept, again).template is None


def test_s4_a_saved_time_that_has_passed_means_now_with_a_note(made: Studio) -> None:
    template = saved(made, local_time=datetime(2026, 11, 1, 9), zone="Europe/Stockholm")
    kept = drafted(made)
    answer = do(made, kept, "fill", choose_template=template.id, **TYPED)
    assert "Its saved time has passed, so it goes out now (S-4)." in answer.text
    assert after(answer)["when"] == "now"
    assert "has passed" in shown(made, f"/compose/drafts/{kept.id}/template?choose_template={template.id}")


def test_s4_a_saved_time_that_passes_before_it_is_sent_means_now_too(made: Studio) -> None:
    template = saved(made, local_time=datetime(2026, 11, 23, 11, 0, 30), zone="Europe/Stockholm")
    kept = drafted(made)
    form = fill(made, kept, template)
    assert (form["day"], form["hour"], form["zone"]) == ("2026-11-23", "11:00", "theirs")
    start = made.clock.now
    made.clock.wait(hours=3)
    try:
        assert "the template's time" in (send(made, kept, form).note or "")
    finally:
        made.clock.now = start


def test_s3_hours_that_are_no_whole_days_hold_until_the_days_are_changed(made: Studio) -> None:
    template = saved(made, **{**SECOND, "follow_up_hours": 100})
    for days, hours in (("4", 100), ("5", 120)):
        kept = drafted(made)
        form = fill(made, kept, template)
        assert form["days"] == "4"
        message = send(made, kept, {**form, "days": days})
        view = made.services.outreach.thread(message.thread)
        assert [each.delay_hours for each in view.messages if each.kind == "follow_up"] == [hours]


def test_s11_a_plan_without_follow_ups_takes_the_rest_and_says_so(made: Studio) -> None:
    template = saved(made, **SECOND)
    kept = drafted(made)
    usual = Seat(id=ANN, contract=CONTRACT, plan=Plan.RECRUITER, zone="Europe/Stockholm")
    made.services.outreach.add_seat(usual.model_copy(update={"plan": Plan.LITE}))
    try:
        answer = do(made, kept, "fill", choose_template=template.id, when="now")
    finally:
        made.services.outreach.add_seat(usual)
    assert answer.text.count("Your plan sends initial messages only (S-11).") >= 2
    assert after(answer)["body"] == TEXT


@pytest.mark.parametrize("chosen", ["", "unknown", "another seat's"])
def test_a_template_that_the_seat_does_not_have_is_refused_and_nothing_is_lost(made: Studio, chosen: str) -> None:
    key = saved(made, seat=BEN).id if chosen == "another seat's" else chosen
    kept = drafted(made)
    answer = do(made, kept, "fill", status=422, choose_template=key, body="Half a message", **TYPED)
    assert {**TYPED, "body": "Half a message"}.items() <= after(answer).items()
    message = send(made, kept, {"when": "now", "template": key})
    assert message.template is None


def test_a_template_that_was_deleted_meanwhile_stops_no_message(made: Studio) -> None:
    template = saved(made)
    kept = drafted(made)
    form = fill(made, kept, template)
    made.services.outreach.delete_template(ANN, template.id)
    assert send(made, kept, form).template is None


def test_s4_the_form_is_saved_as_a_template_with_its_time_and_follow_up(made: Studio) -> None:
    kept = drafted(made)
    answer = do(made, kept, "save", template_name=" Winter ", body=TEXT, subject="Skating", **TYPED)
    assert "Saved as “Winter”." in answer.text
    assert {**TYPED, "body": TEXT, "template_name": ""}.items() <= after(answer).items()
    (template,) = made.services.outreach.templates(ANN, search="winter")
    assert template.model_dump(exclude={"id", "seat"}) == {
        "name": "Winter", "subject": "Skating", "body": TEXT, "local_time": datetime(2026, 12, 24, 8, 15),
        "zone": "Europe/Stockholm", "follow_up_subject": "My own", "follow_up_body": "Did my words\nreach you?",
        "follow_up_hours": 216,
    }  # fmt: skip
    again = do(made, kept, "save", status=422, template_name="Winter", body="Other words", **TYPED)
    assert "another template named" in again.text
    assert {"body": "Other words", "template_name": "Winter"}.items() <= after(again).items()


def test_a_template_saved_from_a_draft_says_that_it_names_the_candidate(made: Studio) -> None:
    kept = drafted(made)
    answer = do(made, kept, "save", template_name="With a name", when="now")
    assert "It names Marta" in answer.text
    (template,) = made.services.outreach.templates(ANN, search="with a name")
    assert (template.body, template.local_time, template.zone) == (kept.draft.body, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"template_name": ""},
        {"template_name": "Empty", "body": "  "},
        {"template_name": "No day", "when": "later", "day": ""},
        {"template_name": "Long", "subject": "x" * 201},
        {"template_name": "No second", "with_second": "1", "second_body": ""},
    ],
)
def test_what_cannot_be_saved_says_why_and_stays(made: Studio, wrong: dict[str, str]) -> None:
    kept = drafted(made)
    before = len(made.services.outreach.templates(ANN))
    form = {**form_of(kept), "when": "now", "address": "typed@example.org", **wrong}
    answer = post(made, f"/compose/drafts/{kept.id}/template/save", form, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert {**wrong, "address": "typed@example.org"}.items() <= {**wrong, **after(answer)}.items()
    assert len(made.services.outreach.templates(ANN)) == before


def test_without_scripts_the_whole_page_comes_back_filled_in(made: Studio) -> None:
    template = saved(made, **SECOND)
    kept = drafted(made)
    form = form_of(kept, when="now", choose_template=template.id, tone="direct")
    answer = post(made, f"/compose/drafts/{kept.id}/template/fill", form)
    assert "<html" in answer.text
    assert filled(answer.text)["body"] == TEXT
    assert 'value="direct" selected' in answer.text


def test_templates_are_no_way_into_another_seats_draft_nor_to_change_what_was_sent(made: Studio) -> None:
    template = saved(made)
    kept = drafted(made)
    send(made, kept, {"when": "now"})
    answer = do(made, kept, "fill", choose_template=template.id, when="now")
    assert 'name="body"' not in answer.text
    missing = post(made, "/compose/drafts/none/template/fill", {"when": "now", "choose_template": template.id})
    assert missing.status_code == 404
    assert made.page.get("/compose/drafts/none/template").status_code == 404
    assert post(made, f"/compose/drafts/{kept.id}/template/other", {"when": "now"}).status_code == 422

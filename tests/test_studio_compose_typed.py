"""What is typed on the Compose page stays until it is used, and nothing goes out that nobody has seen (D-11, S-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from studio_app import ANN, Studio, studio
from studio_compose import HTMX, WHO, drafted, filled, form_of, message_of_draft, post, shown

from overture.people import Candidate
from overture.studio import shelf
from overture.studio.drafting import find_draft
from overture.studio.shelf import KeptCandidate, KeptDraft

SENDING = {
    "address": "typed@example.org", "when": "later", "day": "2026-12-24", "hour": "08:15", "zone": "mine", "days": "9",
    "second_subject": "Once more", "second_body": "Did my words reach you?",
}  # fmt: skip
LATER = {name: SENDING[name] for name in ("address", "when", "day", "hour", "zone")}
CLAIM = "\n\nIt pays 90,000 euros."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for the module; each test makes what it changes."""
    with studio(tmp_path_factory.mktemp("typed")) as running:
        yield running


def fields(made: Studio, path: str, data: dict[str, Any], *, status: int = 200) -> dict[str, str]:
    """The form as it stands after a write by htmx."""
    answer = post(made, path, data, headers=HTMX)
    assert answer.status_code == status, answer.text
    return filled(answer.text)


def on(kept: KeptDraft, action: str) -> str:
    return f"/compose/drafts/{kept.id}/{action}"


@pytest.mark.parametrize("action", ["text", "undo"])
def test_s1_how_it_is_to_be_sent_stays_while_the_text_is_put_right(made: Studio, action: str) -> None:
    kept = drafted(made)
    after = fields(made, on(kept, action), form_of(kept, body=kept.draft.body + "\n\nP.S. Hello.", **SENDING))
    assert SENDING.items() <= after.items()


def test_s3_a_follow_up_that_is_drafted_takes_its_words_and_leaves_the_time_alone(made: Studio) -> None:
    kept = drafted(made)
    after = fields(made, on(kept, "second"), form_of(kept, **SENDING))
    assert LATER.items() <= after.items()
    assert (after["days"], after["with_second"]) == ("9", "1")
    second = find_draft(made.services, ANN, after["second"]).draft
    assert (after["second_subject"], after["second_body"]) == (second.subject, second.body)


def test_d6_draft_again_keeps_time_address_and_follow_up(made: Studio) -> None:
    kept = drafted(made)
    second = fields(made, on(kept, "second"), form_of(kept))["second"]
    after = fields(made, "/compose/draft", form_of(kept, second=second, tone="direct", **SENDING))
    assert after["draft"] != kept.id
    assert SENDING.items() <= after.items()
    assert after["second"] == second


def test_without_scripts_what_was_typed_stays_too(made: Studio) -> None:
    kept = drafted(made)
    untouched = {name: text for name, text in filled(shown(made, f"/compose?draft={kept.id}")).items() if text}
    plain = form_of(kept, **{name: untouched[name] for name in ("address", "when", "day", "hour", "zone")})
    assert post(made, on(kept, "text"), plain).status_code == 303
    answer = post(made, on(kept, "text"), form_of(kept, **SENDING))
    assert answer.status_code == 200
    assert "<html" in answer.text
    assert SENDING.items() <= filled(answer.text).items()


def test_an_address_typed_for_one_candidate_is_not_shown_for_another(made: Studio) -> None:
    kept = drafted(made)
    after = fields(made, "/compose/draft", form_of(kept, **SENDING) | {"candidate": "ann-sparse"})
    assert after["address"] == "sparse@example.com"
    assert after["when"] == "now"


@pytest.mark.parametrize(("name", "text"), [("day", "24 Dec"), ("hour", "25:00"), ("days", "many"), ("zone", "moon")])
def test_what_cannot_be_read_takes_nothing_else_with_it(made: Studio, name: str, text: str) -> None:
    kept = drafted(made)
    after = fields(made, on(kept, "text"), form_of(kept, **(SENDING | {name: text})))
    rest = {key: value for key, value in SENDING.items() if key != name}
    assert rest.items() <= after.items()
    assert after[name] != text


def test_a_refused_text_is_shown_as_it_was_typed(made: Studio) -> None:
    kept = drafted(made)
    typed = form_of(kept, body="Words of my own", **SENDING) | {"subject": ""}
    answer = post(made, on(kept, "text"), typed, headers=HTMX)
    assert answer.status_code == 422
    after = filled(answer.text)
    assert (after["subject"], after["body"]) == ("", "Words of my own")
    assert SENDING.items() <= after.items()
    assert 'id="edit" open' in answer.text
    assert find_draft(made.services, ANN, kept.id).edited_body is None


def test_s1_a_time_that_is_missing_leaves_the_rest_as_typed(made: Studio) -> None:
    kept = drafted(made)
    after = fields(made, on(kept, "send"), form_of(kept, **(SENDING | {"day": "", "with_second": "1"})), status=422)
    rest = {name: text for name, text in SENDING.items() if name != "day"}
    assert (rest | {"with_second": "1"}).items() <= after.items()
    assert after["day"] == ""


def test_d11_a_text_that_must_change_goes_out_once_its_findings_were_seen(made: Studio) -> None:
    kept = drafted(made)
    form = form_of(kept, body=kept.draft.body + CLAIM, when="now")
    asked = post(made, on(kept, "send"), form, headers=HTMX)
    assert asked.status_code == 409
    assert "D-11" in asked.text
    assert '<mark class="finding"' in asked.text
    assert find_draft(made.services, ANN, kept.id).message is None
    seen = asked.text.split('name="anyway" value="')[1].split('"')[0]
    other = form_of(kept, body=kept.draft.body + CLAIM + " And 45 days of holiday.", when="now", anyway=seen)
    assert post(made, on(kept, "send"), other, headers=HTMX).status_code == 409  # these findings nobody has seen
    assert post(made, on(kept, "send"), {**form, "anyway": seen}, headers=HTMX).status_code == 200
    assert "90,000" in message_of_draft(made, kept).body


def test_d11_a_good_text_asks_for_nothing(made: Studio) -> None:
    kept = drafted(made)
    assert 'name="anyway"' not in shown(made, f"/compose?draft={kept.id}")
    assert post(made, on(kept, "send"), form_of(kept, when="now")).status_code == 303


def test_a_draft_that_was_sent_is_neither_edited_nor_drafted_again(made: Studio) -> None:
    kept = drafted(made)
    post(made, on(kept, "send"), form_of(kept, when="now"))
    page = shown(made, f"/compose?draft={kept.id}")
    assert "Keep my text" not in page
    assert "Draft again" not in page
    again = post(made, "/compose/draft", form_of(kept, tone="direct"), headers=HTMX)
    assert again.status_code == 422
    assert "was sent, and stays as it is" in again.text


def test_d8_a_thumb_is_answered_from_the_vote_alone(made: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = drafted(made)

    def whole(*_: object, **__: object) -> None:
        raise AssertionError("the whole page was put together for a thumb")

    monkeypatch.setattr("overture.studio.compose_answers.workspace_of", whole)
    answer = post(made, on(kept, "vote"), {**WHO, "draft": kept.id, "thumb": "down", "reason": "tone"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Because: Wrong tone." in answer.text


def test_a_form_that_cannot_be_read_keeps_all_its_fields(made: Studio) -> None:
    person = {"pasted": "{", "address": "typed@example.org"}
    answer = post(made, "/compose/candidates", person)
    assert answer.status_code == 422
    assert person.items() <= filled(answer.text).items()
    offer = {"pasted": "{", "recruiter": "Elin Berg", "role": "Partner", "about": "They run ferries."}
    assert offer.items() <= filled(post(made, "/compose/jobs", offer).text).items()


def add(made: Studio, name: str, *, email: str | None = None, address: str = "") -> str:
    """Add somebody by their file; where they are written to then."""
    contacts = {"contacts": {"emails": [email]}} if email else {}
    profile = {"id": name, "name": name, **contacts, "positions": [{"title": "Nurse", "company": "Ward 4"}]}
    file = ("who.json", json.dumps(profile))
    answer = post(made, "/compose/candidates", {"address": address}, files={"file": file})
    assert answer.status_code == 303, answer.text
    with made.services.store.read() as connection:
        (found,) = shelf.page(connection, KeptCandidate, ANN, search=name)
    return found.address


def test_who_is_added_again_keeps_the_address_that_was_typed_for_them(made: Studio) -> None:
    assert add(made, "Ida Ek", address="typed@example.org") == "typed@example.org"
    assert add(made, "Ida Ek") == "typed@example.org"
    assert add(made, "Ida Ek", address="other@example.org") == "other@example.org"


def test_an_address_of_the_file_follows_the_file(made: Studio) -> None:
    assert add(made, "Ulf Ask", email="old@example.org") == "old@example.org"
    assert add(made, "Ulf Ask", email="new@example.org") == "new@example.org"
    assert add(made, "Ulf Ask", email="new@example.org", address="typed@example.org") == "typed@example.org"
    assert add(made, "Ulf Ask", email="new@example.org") == "typed@example.org"


@pytest.fixture
def crowd(made: Studio) -> Iterator[None]:
    """Thirty more candidates, the oldest of whom is Zora Lind."""
    names = ["Zora Lind", *(f"Person {number}" for number in range(29))]
    with made.services.store.write() as connection:
        for number, name in enumerate(names):
            made.clock.wait(seconds=1)
            now = made.clock()
            shelf.put(
                connection, ANN, shelf.kept_candidate(f"crowd-{number}", Candidate(name=name), now=now, address="")
            )
    yield
    with made.services.store.write() as connection:
        for number in range(len(names)):
            shelf.remove(connection, KeptCandidate, ANN, f"crowd-{number}")


@pytest.mark.usefixtures("crowd")
def test_somebody_is_found_by_a_part_of_their_name(made: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overture.studio.compose_view.LISTED", 20)
    assert "Zora Lind" not in shown(made, "/compose")
    page = shown(made, "/compose?find_candidate=zora&candidate=ann-rich&job=ann-job")
    assert 'value="crowd-0"' in page
    assert "Person 3" not in page
    assert 'value="ann-rich" selected' in page  # what is chosen stays in the list
    assert 'value="ann-job" selected' in page


@pytest.mark.usefixtures("crowd")
def test_the_list_reads_no_profile_but_that_of_who_is_chosen(made: Studio) -> None:
    from sqlalchemy import update

    from overture.studio.tables import candidates

    with made.services.store.write() as connection:
        broken = update(candidates).where(candidates.c.seat == ANN, candidates.c.id == "crowd-7")
        connection.execute(broken.values(profile={"no": "profile"}))
    assert 'value="crowd-7"' in shown(made, "/compose?candidate=ann-rich")

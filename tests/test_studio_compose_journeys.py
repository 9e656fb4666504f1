"""Compose in a browser: as a recruiter goes about it, with a mouse, with keys alone, and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

import pytest
from playwright.sync_api import Page, expect
from studio_app import ANN, CONTRACT, Studio, studio
from studio_browser import chromium, in_a_browser, serving, signed_in, violations

from overture.people import Candidate
from overture.studio.shelf import kept_candidate, put

pytestmark = in_a_browser
CHOSEN = "/compose?candidate=ann-rich&job=ann-job"
HEAVIEST = 150_000


class Opens(Protocol):
    """A signed-in page, as `signed_in` opens it."""

    def __call__(
        self, *, dark: bool = ..., width: int = ..., scripts: bool = ..., expected: tuple[str, ...] = ...
    ) -> AbstractContextManager[Page]: ...


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("compose")) as running:
        yield running


@pytest.fixture(scope="module")
def opened(made: Studio) -> Iterator[Opens]:
    with serving(made.app) as url, chromium() as browser:
        yield partial(signed_in, browser, made, url)


def draft(page: Page) -> None:
    page.goto(CHOSEN)
    page.get_by_role("button", name="Draft the message").click()
    expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_focused()


def test_d1_choose_both_and_the_draft_streams_in_with_its_facts(opened: Opens) -> None:
    with opened() as page:
        page.goto("/compose")
        page.get_by_label("Candidate", exact=True).select_option("ann-rich")
        page.wait_for_url("**candidate=ann-rich**")
        page.get_by_label("Job", exact=True).select_option("ann-job")
        page.wait_for_url("**job=ann-job**")
        assert violations(page) == []
        page.get_by_role("button", name="Draft the message").click()
        expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_focused()
        page.wait_for_url("**draft=**")
        sentence = page.locator(".sentence", has_text="You applied to us in 2022")
        expect(sentence.get_by_role("tooltip")).to_be_hidden()
        sentence.hover()
        expect(sentence.get_by_role("tooltip")).to_contain_text("Applied to the hiring company")
        page.keyboard.press("Escape")
        expect(sentence.get_by_role("tooltip")).to_be_hidden()
        assert violations(page) == []


def test_d6_with_keys_alone_an_element_goes_off_and_an_edit_survives_the_next_draft(opened: Opens) -> None:
    with opened() as page:
        page.goto(CHOSEN)
        page.get_by_role("button", name="Draft the message").press("Enter")
        expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(".sentence").first).to_be_focused()
        expect(page.locator(".sentence").first.get_by_role("tooltip")).to_be_visible()
        page.locator("#edit > summary").press("Enter")
        body = page.locator("#body")
        whole = body.input_value()
        body.fill(whole.replace("You have both Go and PostgreSQL, which the role asks for.", "Go is your daily tool."))
        length = len(body.input_value())
        expect(page.locator("#count")).to_contain_text(f"{length} characters")
        page.locator("#edit").get_by_role("button", name="Keep my text").press("Enter")
        expect(page.get_by_text("edited by you")).to_be_visible()
        page.get_by_label("Past applications").press("Space")
        expect(page.locator("#panel").get_by_text("9 of 10 on")).to_be_visible()
        page.get_by_role("button", name="Draft with these").press("Enter")
        expect(page.get_by_text("One edit of yours was kept.")).to_be_visible()
        expect(page.locator(".prose")).to_contain_text("Go is your daily tool.")
        expect(page.locator(".prose")).not_to_contain_text("2022")
        expect(page.get_by_label("Past applications")).not_to_be_checked()
        assert violations(page) == []


def test_d11_a_claim_of_ones_own_is_marked_and_listed_and_too_long_a_text_says_so(opened: Opens) -> None:
    with opened(dark=True, width=820) as page:
        draft(page)
        page.locator("#edit > summary").click()
        body = page.locator("#body")
        body.fill(body.input_value().replace("When would", "It pays 90,000 euros. When would") + " x" * 700)
        expect(page.locator("#count .at-1900")).to_be_visible()
        page.get_by_role("button", name="Keep my text").click()
        expect(page.locator("mark.finding", has_text="90,000")).to_be_visible()
        page.get_by_role("link", name="90,000").first.click()
        assert page.url.endswith("#finding-1") or page.url.endswith("#finding-0")
        assert violations(page) == []


def test_d8_a_thumb_down_asks_why_and_can_be_changed_and_taken_back(opened: Opens) -> None:
    with opened(width=390) as page:
        draft(page)
        page.get_by_role("button", name="Not good").click()
        why = page.get_by_role("dialog")
        expect(why).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(why).to_be_hidden()
        page.get_by_role("button", name="Not good").click()
        why.get_by_label("Generic").check()
        why.get_by_label("In your own words").fill("Could be to anybody.")
        why.get_by_role("button", name="Say so").click()
        expect(page.get_by_text("Because: Generic.")).to_be_focused()
        page.get_by_role("button", name="Good", exact=True).click()
        expect(page.get_by_text("You said that this draft is good.")).to_be_visible()
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("How good is this draft?")).to_be_visible()


def test_s3_a_message_and_its_follow_up_are_scheduled_after_a_refusal_that_says_why(
    opened: Opens, made: Studio
) -> None:
    with opened(dark=True, expected=("409",)) as page:
        before = made.services.outreach.balance(ANN)
        draft(page)
        page.get_by_role("button", name="Draft a follow-up").click()
        expect(page.get_by_label("Send it if there is no answer")).to_be_checked()
        expect(page.locator("#cost")).to_contain_text("This costs 2 credits")
        page.get_by_label("At a time").check()
        page.locator("#day").fill("2026-11-23")
        page.locator("#hour").fill("08:00")
        page.get_by_label("Mine: Europe/Stockholm").check()
        page.locator("#days").fill("10")
        page.get_by_role("button", name="Schedule").click()
        expect(page.get_by_role("alert")).to_contain_text("S-1")
        page.locator("#day").fill("2026-11-25")
        page.locator("#hour").fill("09:00")
        assert violations(page) == []
        page.get_by_role("button", name="Schedule").click()
        expect(page.get_by_text("Goes out on Wed 25 Nov 2026, 09:00")).to_be_visible()
        assert made.services.outreach.balance(ANN) == before - 2
        page.get_by_role("link", name="Open the conversation").click()
        page.wait_for_url("**/inbox/threads/**")


def test_d12_a_file_is_read_when_its_button_is_pressed_and_one_that_cannot_be_says_why(opened: Opens) -> None:
    with opened(expected=("422",)) as page:
        page.goto("/compose")
        page.get_by_text("Add a candidate").click()
        broken = {"basics": {"name": {"first": "Ida"}}}
        file = page.locator("#candidate-file")
        file.set_input_files(
            {"name": "ida.json", "mimeType": "application/json", "buffer": json.dumps(broken).encode()}
        )
        read = page.get_by_role("button", name="Read it and choose it").first
        page.locator("#candidate-address").fill("ida@example.org")  # what stands below can still be filled
        read.click()
        expect(page.get_by_role("alert")).to_contain_text("basics.name")
        assert violations(page) == []
        good = {"basics": {"name": "Ida Ek"}, "work": [{"position": "Nurse", "name": "Ward 4", "startDate": "2020"}]}
        page.locator("#candidate-file").set_input_files(
            {"name": "ida.json", "mimeType": "application/json", "buffer": json.dumps(good).encode()}
        )
        expect(page.locator("#candidate-address")).to_have_value("ida@example.org")
        read.click()
        expect(page.get_by_label("Candidate", exact=True).locator("option:checked")).to_have_text("Ida Ek")


def test_enter_in_a_field_sends_and_drafts_nothing_and_saves_a_preset_by_its_name(opened: Opens, made: Studio) -> None:
    with opened() as page:
        draft(page)
        at = page.url
        page.get_by_label("At a time").check()
        page.locator("#hour").fill("14:05")
        page.locator("#address").fill("typed@example.org")
        page.locator("#address").press("Enter")
        page.locator("#preset-name").fill("Warm")
        page.locator("#preset-name").press("Enter")
        expect(page.locator("#preset")).to_contain_text("Warm")
        assert page.url == at
        expect(page.get_by_text("as drafted")).to_be_visible()
        page.get_by_role("button", name="Draft a follow-up").click()
        expect(page.get_by_label("Send it if there is no answer")).to_be_checked()
        expect(page.locator("#address")).to_have_value("typed@example.org")
        expect(page.get_by_label("At a time")).to_be_checked()
        expect(page.locator("#hour")).to_have_value("14:05")
    made.services.seats.delete_preset(ANN, "Warm")


def test_d11_what_must_change_is_shown_before_it_goes_out(opened: Opens) -> None:
    with opened(expected=("409",)) as page:
        draft(page)
        page.locator("#edit > summary").click()
        body = page.locator("#body")
        body.fill(body.input_value() + "\n\nIt pays 90,000 euros.")
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_role("alert")).to_contain_text("D-11")
        expect(page.locator("mark.finding", has_text="90,000")).to_be_visible()
        assert violations(page) == []
        page.get_by_label("Send it as it is.").check()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator("#send").get_by_text("Sent on")).to_be_visible()
        expect(page.get_by_role("button", name="Draft again")).to_have_count(0)
        expect(page.get_by_role("button", name="Draft with these")).to_be_hidden()


def test_a_field_that_is_missing_is_shown_even_where_it_was_closed(opened: Opens) -> None:
    with opened() as page:
        draft(page)
        page.locator("#edit > summary").click()
        page.locator("#subject").fill("")
        page.locator("#edit > summary").click()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator("#subject")).to_be_focused()
        expect(page.locator("#send").get_by_text("Sent on")).to_have_count(0)


def test_after_the_session_what_was_typed_stays_and_drafting_asks_to_sign_in(opened: Opens) -> None:
    with opened() as page:
        draft(page)
        page.locator("#edit > summary").click()
        page.locator("#body").fill("Half a message")
        expect(page.locator("#bell[role=status]")).to_be_visible()
        page.context.clear_cookies()
        page.evaluate("document.body.dispatchEvent(new Event('notices-seen'))")  # the bell asks at once
        expect(page.locator("#bell")).to_contain_text("You are signed out")
        expect(page.locator("#body")).to_have_value("Half a message")
    with opened() as page:
        page.goto(CHOSEN)
        page.context.clear_cookies()
        page.get_by_role("button", name="Draft the message").click()
        page.wait_for_url("**/sign-in?to=%2Fcompose%3Fcandidate%3Dann-rich%26job%3Dann-job")


def test_a_draft_that_does_not_stream_can_be_tried_again(opened: Opens) -> None:
    with opened(expected=("502",)) as page:
        page.goto(CHOSEN)
        page.route("**/compose/stream", lambda route: route.fulfill(status=502, body="<html>a proxy's page"), times=1)
        page.get_by_role("button", name="Draft the message").click()
        expect(page.get_by_role("alert")).to_contain_text("This did not work.")
        assert violations(page) == []
        page.get_by_role("button", name="Try again").press("Enter")
        expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_visible()


def test_a_second_click_while_a_follow_up_is_written_makes_no_second_one(opened: Opens) -> None:
    with opened() as page:
        draft(page)
        asked: list[str] = []
        page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/second") else None)
        page.evaluate(
            """() => { const button = [...document.querySelectorAll("#send button")]
                 .find((each) => each.textContent === "Draft a follow-up"); button.click(); button.click(); }"""
        )
        expect(page.get_by_label("Send it if there is no answer")).to_be_checked()
        assert len(asked) == 1


def test_somebody_is_found_by_name_and_the_letter_stays(opened: Opens, made: Studio) -> None:
    with made.services.store.write() as connection:
        for number in range(15):
            who = Candidate(name=f"Person {number}")
            put(connection, ANN, kept_candidate(f"crowd-{number}", who, now=made.clock(), address=""))
    with opened() as page:
        draft(page)
        page.get_by_label("Find a candidate by name").fill("son 7")
        page.get_by_label("Find a candidate by name").press("Enter")
        expect(page.get_by_text("Only those with “son 7” are listed.")).to_be_visible()
        expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_visible()
        options = page.get_by_label("Candidate", exact=True).locator("option")
        expect(options).to_have_text(["Choose a candidate", "Person 7", "Marta Kowalska"])
        assert violations(page) == []


def test_d9_with_auto_draft_choosing_both_drafts_at_once(opened: Opens, made: Studio) -> None:
    made.services.seats.set_auto_draft(ANN, True, contract=CONTRACT)
    try:
        with opened() as page:
            page.goto("/compose?job=ann-job")
            page.get_by_label("Candidate", exact=True).select_option("ann-rich")
            expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_visible()
    finally:
        made.services.seats.set_auto_draft(ANN, None, contract=CONTRACT)


def test_without_scripts_every_step_is_a_plain_form(opened: Opens) -> None:
    with opened(scripts=False) as page:
        page.goto("/compose")
        page.get_by_label("Candidate", exact=True).select_option("ann-rich")
        page.get_by_label("Job", exact=True).select_option("ann-job")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="Draft the message").click()
        expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_visible()
        page.get_by_role("button", name="Send now").click()
        expect(page.locator("#send").get_by_text("Sent on")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (820, False), (1440, False), (1440, True)])
def test_no_width_and_no_colour_scheme_breaks_it(opened: Opens, width: int, dark: bool) -> None:
    with opened(width=width, dark=dark) as page:
        draft(page)
        page.get_by_label("At a time").check()
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_first_load_is_light(opened: Opens) -> None:
    with opened() as page:
        weights: dict[str, int] = {}
        page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
        page.goto("/compose", wait_until="networkidle")
        assert sum(weights.values()) < HEAVIEST, weights

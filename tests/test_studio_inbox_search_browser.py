"""Finding a conversation in a browser: by keyboard, beside one that is being written in, and with "More"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from reply_doubles import DoubleClassifier
from studio_app import ANN, Studio, studio
from studio_browser import chromium, in_a_browser, serving, signed_in, violations
from studio_conversations import answered, sent

from overture.people import Candidate
from overture.studio.shelf import kept_candidate, put

pytestmark = in_a_browser
expect.set_options(timeout=15_000)  # a busy machine is no failure
MANY = 230
"""More than the two hundred that a list without pages would end at."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("search"), classifier=DoubleClassifier) as running:
        who = Candidate(name="Łukasz Nowak-Şahin")
        with running.services.store.write() as connection:
            put(connection, ANN, kept_candidate("c-lukasz", who, now=running.services.clock()))
        running.services.outreach.grant_bonus(ANN, key="many", credits=MANY)
        today = running.clock.now
        running.clock.now = today - timedelta(days=1)  # a day has its limit (S-7)
        sent(running, "c-lukasz", subject="The oldest of all")
        for number in range(MANY):
            running.clock.now = max(running.clock.now, today) if number > MANY // 2 else running.clock.now
            running.clock.wait(seconds=1)
            sent(running, f"Person {number:03}", subject="One of many", free=True)
        answered(running, sent(running, subject="Being written in").thread, "Yes please")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def url(made: Studio) -> Iterator[str]:
    with serving(made.app) as address:
        yield address


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_s9_who_lies_behind_two_hundred_others_is_found_by_keyboard(
    made: Studio, browser: Browser, url: str, width: int, dark: bool
) -> None:
    with signed_in(browser, made, url, width=width, dark=dark) as page:
        page.set_default_timeout(30_000)
        page.goto("/inbox")
        expect(page.get_by_text("The oldest of all")).to_have_count(0)
        field = page.get_by_role("searchbox", name="Find somebody in Awaiting reply")
        field.fill("lukasz sahin")
        field.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Only those with “lukasz sahin” are listed.")).to_be_visible()
        expect(page.locator(".thread")).to_have_count(1)
        expect(field).to_be_focused()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name="Łukasz Nowak-Şahin").press("Enter")
        expect(page.locator("#thread-title")).to_have_text("Łukasz Nowak-Şahin")
        page.go_back()
        expect(field).to_have_value("lukasz sahin")
        field.fill("nobody at all")
        field.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Nobody in this folder")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Show all").press("Enter")
        expect(page.locator(".thread")).to_have_count(25)
        expect(field).to_have_value("")


def test_more_adds_to_the_list_until_its_end_and_the_focus_goes_on(made: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, made, url) as page:
        page.goto("/inbox")
        for shown in range(25, MANY, 25):
            expect(page.locator(".thread")).to_have_count(shown)
            page.get_by_role("link", name="More").press("Enter")
            expect(page.locator(".thread").nth(shown)).to_be_focused()
        expect(page.locator(".thread")).to_have_count(MANY + 1)
        expect(page.get_by_text("The oldest of all")).to_be_visible()
        expect(page.get_by_role("link", name="More")).to_have_count(0)
        assert violations(page) == []


def test_a_search_beside_a_conversation_leaves_what_is_written_there(made: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, made, url) as page:
        page.goto("/inbox?folder=accepted")
        page.get_by_role("link", name="Marta Kowalska").click()
        page.locator("#body").fill("Half a message")
        page.get_by_role("searchbox").fill("nobody")
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("status").filter(has_text="Nobody in this folder")).to_be_visible()
        expect(page.locator("#body")).to_have_value("Half a message")
        page.get_by_role("link", name="Show all").click()
        expect(page.get_by_role("link", name="Marta Kowalska")).to_be_visible()
        expect(page.locator("#body")).to_have_value("Half a message")


def test_without_scripts_a_search_and_more_are_pages_of_their_own(made: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, made, url, scripts=False) as page:
        page.goto("/inbox")
        page.get_by_role("link", name="More").click()
        expect(page.locator(".thread")).to_have_count(25)
        page.get_by_role("link", name="Newest").click()
        page.get_by_role("searchbox").fill("lukasz")
        page.get_by_role("button", name="Find").click()
        expect(page.locator(".thread")).to_have_count(1)

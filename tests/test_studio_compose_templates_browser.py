"""A template on Compose in a browser: by keyboard alone, at three widths, in light and dark, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from studio_app import ANN, Studio, studio
from studio_browser import chromium, in_a_browser, serving, signed_in, violations

from overture.messaging import Template

pytestmark = in_a_browser
CHOSEN = "/compose?candidate=ann-rich&job=ann-job"
OWN = "My own words for Marta."
GRID = Template(
    id="grid",
    seat=ANN,
    name="Grid engineers, first contact",
    subject="A role in our grid team",
    body="Hello,\n\nour grid team looks for somebody like you. May I tell you more?\n\nElin Berg",
    local_time=datetime(2026, 12, 1, 9, 0),
    zone="Asia/Tokyo",
    follow_up_body="Hello, may I send you more about it?",
    follow_up_hours=100,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("templates")) as running:
        running.services.outreach.save_template(GRID)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def url(made: Studio) -> Iterator[str]:
    with serving(made.app) as address:
        yield address


def draft(page: Page) -> None:
    page.goto(CHOSEN)
    page.get_by_role("button", name="Draft the message").click()
    expect(page.get_by_role("heading", name="To Marta Kowalska")).to_be_visible()


def test_s4_with_keys_alone_a_template_is_looked_at_filled_in_taken_back_and_sent(
    made: Studio, browser: Browser, url: str
) -> None:
    with signed_in(browser, made, url, expected=("409",)) as page:
        draft(page)
        page.locator("#edit > summary").press("Enter")
        page.locator("#body").fill(OWN)
        page.get_by_label("Template", exact=True).focus()
        page.keyboard.type("Grid")
        expect(page.locator("#template-says")).to_contain_text("1 Dec 2026, 09:00 (Asia/Tokyo)")
        expect(page.locator("#template-says")).to_contain_text("4 days and 4 hours after the first")
        assert violations(page) == []
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Fill in all of it")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#template-done")).to_be_focused()
        expect(page.locator("#body")).to_have_value(GRID.body)
        expect(page.locator("#hour")).to_have_value("09:00")
        expect(page.get_by_label("The template's: Asia/Tokyo")).to_be_checked()
        expect(page.get_by_label("Send it if there is no answer")).to_be_checked()
        expect(page.locator("#cost")).to_contain_text("This costs 2 credits")
        assert violations(page) == []
        page.get_by_role("button", name="Back to how it was").press("Enter")
        expect(page.locator("#template-done")).to_be_focused()
        expect(page.locator("#body")).to_have_value(OWN)
        page.get_by_role("button", name="Fill in all of it").press("Enter")
        expect(page.locator("#body")).to_have_value(GRID.body)
        page.locator("#hour").fill("10:30")
        page.get_by_role("button", name="Schedule").press("Enter")
        if page.get_by_role("alert").or_(page.get_by_text("Goes out on")).first.get_attribute("role") == "alert":
            page.get_by_label("Send it as it is.").press("Space")
            page.get_by_role("button", name="Schedule").press("Enter")
        expect(page.get_by_text("Goes out on Tue 1 Dec 2026, 10:30 (Asia/Tokyo)")).to_be_visible()
        page.get_by_role("link", name="Open the conversation").click()
        page.wait_for_url("**/inbox/threads/**")
        thread = made.services.outreach.thread(page.url.rpartition("/")[2])
        assert thread.messages[0].template == GRID.id


@pytest.mark.parametrize(("width", "dark"), [(390, False), (820, True)])
def test_s4_the_form_is_saved_as_a_template_by_enter_in_its_name(
    made: Studio, browser: Browser, url: str, width: int, dark: bool
) -> None:
    with signed_in(browser, made, url, width=width, dark=dark) as page:
        draft(page)
        page.get_by_label("Template", exact=True).select_option("grid")
        expect(page.locator("#template-says")).to_contain_text("Asia/Tokyo")
        page.get_by_role("button", name="Only its time and follow-up").click()
        expect(page.locator("#template-done")).to_contain_text("Your text is as it was.")
        page.get_by_text("Save as a template").click()
        page.get_by_label("Name of the template").fill(f"Saved at {width} {dark}")
        page.get_by_label("Name of the template").press("Enter")
        expect(page.locator("#template-done")).to_contain_text("It names Marta")
        expect(page.get_by_label("Template", exact=True)).to_contain_text(f"Saved at {width} {dark} (2 messages)")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_a_template_is_filled_in(made: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, made, url, scripts=False) as page:
        draft(page)
        page.get_by_label("Template", exact=True).select_option("grid")
        page.get_by_role("button", name="Fill in all of it").click()
        expect(page.locator("#body")).to_have_value(GRID.body)
        expect(page.get_by_label("The template's: Asia/Tokyo")).to_be_checked()

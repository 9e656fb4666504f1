"""Insights, settings and signing in as people use them, in a browser: by mouse, by keyboard, and nothing shut out."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from studio_app import ANN, CONTRACT, Studio, studio
from studio_browser import chromium, in_a_browser, serving, signed_in, violations

from overture.messaging import NewMessage, Scheduled

pytestmark = in_a_browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    """Six weeks of messages, every other one drafted, every third one answered."""
    with studio(tmp_path_factory.mktemp("browser")) as made:
        made.clock.wait(weeks=-6)
        for number in range(24):
            new = NewMessage(candidate=f"person-{number}", subject="A role", body="Hello", assisted=number % 2 == 0)
            taken = made.services.outreach.send(ANN, new)
            assert isinstance(taken, Scheduled)
            if number % 3 == 0:
                made.services.outreach.receive_reply(taken.thread, smart="accept")
            made.clock.wait(days=1, hours=18)
        yield made


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def url(desk: Studio) -> Generator[str]:
    with serving(desk.app) as found:
        yield found


@pytest.fixture
def page(desk: Studio, browser: Browser, url: str) -> Generator[Page]:
    with signed_in(browser, desk, url, expected=("401",)) as made:
        yield made


def test_one_signs_in_with_a_key_and_out_again_by_keyboard_alone(desk: Studio, page: Page) -> None:
    _, key = desk.services.keys.add(ANN, contract=CONTRACT, now=desk.clock())
    page.context.clear_cookies()
    page.goto("/settings")
    expect(page.get_by_label("Your key")).to_be_focused()
    page.keyboard.type("ovt_of_nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not hold")
    assert violations(page) == []
    page.get_by_label("Your key").focus()
    page.keyboard.type(key)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings$"))  # where they wanted to go
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/settings")
    expect(page.get_by_label("Your key")).to_be_visible()


def test_i1_a_filter_changes_the_report_and_the_address(page: Page) -> None:
    page.goto("/insights")
    report = page.locator("#report")
    expect(report.get_by_role("rowheader", name="With the assistant").first).to_be_visible()
    page.get_by_label("Group by").select_option("kind")
    expect(report.get_by_role("rowheader", name="First message")).to_be_visible()
    page.get_by_label("Period").select_option("7")
    expect(page).to_have_url(re.compile(r"days=7.*by=kind"))
    page.reload()
    expect(page.get_by_label("Group by")).to_have_value("kind")
    page.get_by_role("button", name=re.compile("Whole story")).first.click()
    expect(page.locator("#statement ol")).to_contain_text("charged for message")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "response_rate_low" in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_key_is_made_shown_once_and_revoked(desk: Studio, page: Page) -> None:
    page.goto("/settings")
    page.get_by_label("What it is for").fill("gateway")
    page.get_by_role("button", name="Make a key").click()
    text = page.get_by_label("The new key").input_value()
    assert desk.services.keys.find(text) is not None
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke gateway").click()
    expect(page.get_by_text("The key is revoked")).to_be_focused()
    assert desk.services.keys.find(text) is None
    page.reload()
    assert text not in page.content()


def test_a_wrong_zone_is_said_and_what_was_typed_stays(desk: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, desk, url, expected=("422",)) as page:
        page.goto("/settings")
        page.get_by_label("Your time zone").fill("Mars/Olympus")
        page.locator("#seat").get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text(re.compile("zone: .*no time zone 'Mars/Olympus'.*: expected "))
        expect(page.get_by_label("Your time zone")).to_have_value("Mars/Olympus")
        page.get_by_label("Your time zone").fill("Europe/Stockholm")
        page.locator("#seat").get_by_role("button", name="Save").click()
        expect(page.locator("#seat").get_by_text("Saved.")).to_be_visible()
        expect(page.locator("#said")).to_be_empty()  # it was said of what is over


def test_i1_a_period_of_ones_own_is_chosen_kept_and_left(page: Page) -> None:
    page.goto("/insights")
    page.get_by_text("From a day to a day").click()
    page.get_by_label("First day").fill("2026-11-01")
    page.get_by_label("Last day").fill("2026-11-20")
    page.locator("#report").get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 Nov 2026 to 20 Nov 2026")).to_be_visible()
    page.get_by_label("Group by").select_option("kind")
    expect(page.get_by_role("rowheader", name="First message")).to_be_visible()
    expect(page.get_by_text("1 Nov 2026 to 20 Nov 2026")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Period").select_option("7")
    expect(page.get_by_text("1 Nov 2026 to 20 Nov 2026")).to_have_count(0)
    expect(page.get_by_label("Period")).to_have_value("7")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_shuts_anybody_out_at_any_width(
    desk: Studio, browser: Browser, url: str, width: int, *, dark: bool
) -> None:
    with signed_in(browser, desk, url, dark=dark, width=width) as page:
        for place in ("/insights", "/settings", "/sign-in?out=1"):
            page.goto(place)
            page.wait_for_load_state("networkidle")
            assert violations(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_without_scripts_filters_and_forms_still_work(desk: Studio, browser: Browser, url: str) -> None:
    with signed_in(browser, desk, url, scripts=False) as page:
        page.goto("/insights")
        page.get_by_label("Group by").select_option("kind")
        page.locator("#report").get_by_role("button", name="Show").click()
        expect(page.get_by_role("rowheader", name="First message")).to_be_visible()
        page.goto("/settings")
        page.get_by_label("What it is for").fill("by hand")
        page.get_by_role("button", name="Make a key").click()
        assert page.get_by_label("The new key").input_value().startswith("ovt_")

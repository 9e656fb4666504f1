"""The report in a browser: Debian's chromium, driven as a person would, with the mouse and with keys alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from eval_report_runs import write_run
from playwright.sync_api import Browser, Page, expect, sync_playwright

from overture.eval.report import write_report

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"),
        reason=f"{CHROMIUM} is not here: `apt-get install chromium`",
    ),
]

# For every text on the page: its colour against the nearest background below it, as WCAG 2 reckons it.
LOW_CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = new Set();
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.matches("script, option")) continue;
    seen += 1;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [seen, [...low]];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run against its baseline."""
    folder = tmp_path_factory.mktemp("runs")
    baseline = write_run(folder / "baseline")
    run = write_run(folder / "run", label="challenger", regressions={"grounding": 0.4})
    return write_report(run, baseline=baseline).as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The report on a desktop; whatever the browser complains of, or asks for elsewhere, fails the test."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url != address else None)
    page.goto(address)
    yield page
    assert page.title() == "FAIL · challenger · Overture evaluation"
    page.close()
    assert wrong == []


def shown(page: Page) -> list[str]:
    suites: list[str] = page.locator(".case:visible").evaluate_all("cases => cases.map((each) => each.dataset.suite)")
    return suites


def test_suite_slice_outcome_and_text_filter_the_cases(page: Page) -> None:
    everything = len(shown(page))
    page.get_by_label("Suite", exact=True).select_option("replies")
    assert set(shown(page)) == {"replies"}
    expect(page.locator("#cases-1")).to_be_hidden()
    page.get_by_label("Slice").select_option(label="DE")
    expect(page.locator(".case:visible").first).to_contain_text("country: DE")
    of_replies = len(shown(page))
    page.get_by_label("Outcome").select_option("flawed")
    assert 0 < len(shown(page)) <= of_replies
    expect(page.locator("#tally")).to_have_text(f"{len(shown(page))} of {everything} cases on this page")
    page.get_by_role("button", name="Clear").click()
    assert len(shown(page)) == everything
    page.get_by_label("Text").fill("BRANDT  4 became 40")
    assert 0 < len(shown(page)) < everything
    page.get_by_label("Text").fill("no such words")
    expect(page.get_by_text("No case on this page fits.")).to_be_visible()


def test_what_is_new_since_the_baseline_can_be_picked_out(page: Page) -> None:
    page.get_by_label("Outcome").select_option("new")
    assert set(shown(page)) == {"grounding"}
    expect(page.locator(".case:visible").first).to_contain_text("new since the baseline")


def test_an_opened_case_shows_message_findings_and_evidence(page: Page) -> None:
    page.get_by_label("Text").fill("4 became 40")
    case = page.locator(".case:visible").first
    expect(case.locator("pre")).to_be_hidden()
    case.locator("summary").click()
    expect(case.locator("mark.finding").first).to_have_text("You led a team of ")
    expect(case.locator("mark:not(.finding)").first).to_contain_text("You rebuilt the settlement ledger")
    expect(case.get_by_text("no fact says how many people")).to_be_visible()
    page.get_by_role("button", name="Close all").click()
    expect(case.locator("pre")).to_be_hidden()


def test_keys_alone_reach_and_open_a_case(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the cases")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(8):  # text, suite, slice, outcome, clear, open all, close all, the first case
        page.keyboard.press("Tab")
    cases = page.locator(".case")
    expect(cases.nth(0).locator("summary")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cases.nth(1).locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cases.nth(1)).to_have_attribute("open", "")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(cases.nth(0)).to_have_attribute("open", "")


def test_no_focus_is_hidden_below_the_filters(page: Page) -> None:
    """WCAG 2.2, 2.4.11: what has the focus can be seen."""
    page.get_by_role("button", name="Open all").click()
    page.locator(".case summary").last.focus()
    for _ in range(20):
        page.keyboard.press("ArrowUp")
        top = page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert top >= page.evaluate("document.getElementById('filters').getBoundingClientRect().bottom") - 1


def test_a_link_to_a_hidden_case_shows_it(page: Page) -> None:
    page.get_by_label("Suite", exact=True).select_option("contract")
    page.evaluate("location.hash = '#case-2-1'")
    expect(page.locator("#case-2-1 .error")).to_be_visible()


def test_without_script_every_case_can_still_be_read(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("#case-2-3 summary").click()
    expect(page.locator("#case-2-3 pre")).to_be_visible()
    page.close()


def test_nothing_runs_out_of_the_side(page: Page) -> None:
    """WCAG 2.2, 1.4.10: no scrolling in two directions, down to 320 pixels; with everything opened."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for width in (1440, 820, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_it_is_dark_on_white_without_controls(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("nav")).to_be_hidden()
    seen, low = page.evaluate(LOW_CONTRAST)
    assert seen > 100
    assert low == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_schemes(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    seen, low = page.evaluate(LOW_CONTRAST)
    assert seen > 1_000
    assert low == []
    page.close()

"""Journeys through the inbox and Review in a real browser, by mouse and by keyboard alone (issue 9)."""

from __future__ import annotations

import re
from asyncio import run
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reply_doubles import DoubleClassifier
from studio_app import ANN, CONTRACT, studio
from studio_browser import Browsing, chromium, in_a_browser, serving, signed_in, violations
from studio_conversations import answered, scheduled, sent

from overture.studio.caller import SCOPES, Caller
from overture.studio.drafting import draft_for, inputs_for
from overture.studio.review_queue import read_queue

pytestmark = in_a_browser
expect.set_options(timeout=15_000)  # a busy machine is no failure


@pytest.fixture
def browsing(tmp_path: Path) -> Generator[Browsing]:
    """A page on a studio with nothing in its inbox."""
    with (
        studio(tmp_path, classifier=DoubleClassifier) as made,
        serving(made.app) as url,
        chromium() as browser,
        signed_in(browser, made, url) as page,
    ):
        yield Browsing(url, page, made)


@pytest.fixture
def reviewing(tmp_path: Path) -> Generator[Browsing]:
    """A page on a studio in which two drafts and three answers wait for a person's word."""
    with studio(tmp_path, classifier=DoubleClassifier) as made:
        ann = Caller(ANN, CONTRACT, frozenset(SCOPES), "test")
        for who in ("ann-rich", "ann-sparse"):
            made.clock.wait(minutes=1)
            inputs = inputs_for(made.services, ANN, candidate=who, job="ann-job")
            run(draft_for(made.services, ann, inputs, candidate=who, job="ann-job"))
        for number in range(3):
            made.clock.wait(minutes=1)
            answered(made, sent(made, f"Candidate {number}").thread, f"Perhaps {number}")
        with serving(made.app) as url, chromium() as browser, signed_in(browser, made, url) as page:
            yield Browsing(url, page, made)


def test_an_answer_arrives_and_its_label_is_corrected(browsing: Browsing) -> None:
    page, made = browsing.page, browsing.studio
    thread = sent(made, follow_up=True).thread
    page.goto("/inbox")
    page.get_by_role("link", name="Marta Kowalska").click()
    page.get_by_text("Record an answer").click()
    page.get_by_label("They chose “No thanks”").check()
    expect(page.get_by_label("Their words")).to_have_value("No thanks, not interested.")
    page.get_by_label("They wrote").check()
    expect(page.get_by_label("Their words")).to_have_value("")
    page.get_by_label("Their words").fill("I cannot say no to that!")
    page.get_by_role("button", name="Record as their answer").click()
    expect(page.get_by_role("status").filter(has_text="Recorded: Decline.")).to_be_visible()
    expect(page.get_by_role("link", name="Declined 1")).to_have_attribute("aria-current", "page")
    expect(page.locator("mark")).to_have_text("no")
    assert violations(page) == []
    accept = page.get_by_role("button", name="Accept")
    accept.focus()
    page.keyboard.press("Enter")
    expect(accept).to_have_attribute("aria-pressed", "true")
    expect(accept).to_be_focused()
    expect(page.get_by_role("link", name="Accepted 1")).to_be_visible()
    assert made.services.outreach.thread(thread).state.folder == "accepted"
    page.get_by_role("link", name=re.compile("Notifications")).click()
    page.wait_for_url("**/notices")
    expect(page.get_by_text("the candidate is interested")).to_be_visible()
    expect(page.locator("#bell[role=status]")).not_to_contain_text("unread")
    assert violations(page) == []
    page.reload()
    expect(page.get_by_text("New", exact=True)).to_have_count(0)


def test_a_follow_up_is_cancelled(browsing: Browsing) -> None:
    page, made = browsing.page, browsing.studio
    taken = sent(made, follow_up=True)
    scheduled(made, follow_up=True)
    page.goto(f"/inbox/threads/{taken.thread}")
    page.get_by_role("button", name="Cancel the follow-up").click()
    expect(page.get_by_text("cancelled by hand").first).to_be_visible()
    expect(page.get_by_role("heading", name="Marta Kowalska")).to_be_focused()
    page.get_by_text("Its credit came back. Why?").click()
    expect(page.get_by_text("1 credit given back to contract:norrsken")).to_be_visible()
    assert violations(page) == []
    assert made.services.outreach.thread(taken.thread).messages[1].state == "cancelled"


def test_a_follow_up_is_cancelled_without_scripts(tmp_path: Path) -> None:
    with (
        studio(tmp_path, classifier=DoubleClassifier) as made,
        serving(made.app) as url,
        chromium() as browser,
        signed_in(browser, made, url, scripts=False) as page,
    ):
        taken = sent(made, follow_up=True)
        page.goto(f"/inbox/threads/{taken.thread}")
        page.get_by_role("button", name="Cancel the follow-up").click()
        expect(page.get_by_text("cancelled by hand").first).to_be_visible()
        assert made.services.outreach.thread(taken.thread).messages[1].state == "cancelled"


def test_five_are_reviewed_by_keyboard_alone(reviewing: Browsing) -> None:
    page, made = reviewing.page, reviewing.studio
    page.goto("/review")
    expect(page.locator("#left")).to_have_text("3 replies and 2 drafts left.")
    assert violations(page) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    _is_on(page, "Candidate 2")
    page.keyboard.press("j")
    _is_on(page, "Candidate 1")
    page.keyboard.press("ArrowUp")
    _is_on(page, "Candidate 2")
    page.keyboard.press("s")
    _is_on(page, "Candidate 1")
    page.keyboard.press("a")
    _is_on(page, "Candidate 0")
    page.keyboard.press("d")
    _is_on(page, "Jo Doe")
    page.keyboard.press("z")
    _is_on(page, "Candidate 0")
    page.keyboard.press("a")
    _is_on(page, "Jo Doe")
    page.keyboard.press("u")
    _is_on(page, "Marta Kowalska")
    page.keyboard.press("n")
    expect(page.get_by_label("Inaccurate")).to_be_focused()
    for key in ("3", "4"):
        page.keyboard.press(key)
    assert violations(page) == []
    page.keyboard.press("Enter")
    _is_on(page, "Candidate 2")
    expect(page.locator("#left")).to_have_text("1 reply left.")
    page.keyboard.press("d")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    assert violations(page) == []
    assert read_queue(made.services, ANN).left == 0
    votes = [(state.vote, state.reasons) for state in made.services.feedback.draft_states(seat=ANN)]
    assert sorted(votes) == [("down", ("generic", "tone")), ("up", ())]
    assert sorted(str(state.label) for state in made.services.feedback.reply_states(seat=ANN)) == [
        "accept", "accept", "decline",
    ]  # fmt: skip


def test_keys_are_switched_off_and_typing_is_left_alone(reviewing: Browsing) -> None:
    page, made = reviewing.page, reviewing.studio
    page.goto("/review")
    page.locator("#review").get_by_role("link", name="Jo Doe").click()
    _is_on(page, "Jo Doe")
    page.keyboard.press("n")
    page.get_by_label("Comment").fill("")
    page.keyboard.type("usual")
    expect(page.get_by_label("Comment")).to_have_value("usual")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("u")
    page.keyboard.press("j")
    page.keyboard.press("a")
    _is_on(page, "Candidate 2")
    assert read_queue(made.services, ANN).left == 5


def _is_on(page: Page, name: str) -> None:
    expect(page.locator("#item-title")).to_contain_text(name)

"""The studio in Debian's chromium: a real server on a free loopback port, and a page that is signed in as Ann."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from studio_app import Studio, studio

from overture.studio.sessions import SESSION_COOKIE

CHROMIUM = Path("/usr/bin/chromium")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

in_a_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason=f"{CHROMIUM} is not here: `apt-get install chromium`"
    ),
]
"""Set as `pytestmark` in a module of journeys."""


class Browsing(NamedTuple):
    """A page on a running studio, and the studio behind it."""

    url: str
    page: Page
    studio: Studio


@contextmanager
def browsing(
    folder: Path, *, dark: bool = False, width: int = 1440, height: int = 900, **options: Any
) -> Generator[Browsing]:
    """A studio over a new database (`options` as for `studio`), and a signed-in page on it; see `signed_in`."""
    with (
        studio(folder, **options) as made,
        serving(made.app) as url,
        chromium() as browser,
        signed_in(browser, made, url, dark=dark, width=width, height=height) as page,
    ):
        yield Browsing(url, page, made)


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """The app on a free loopback port; its address."""
    config = uvicorn.Config(
        app, port=0, lifespan="off", ws="none", loop="asyncio", log_config=None, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="studio", daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def chromium() -> Generator[Browser]:
    """A browser without a window; one does for a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def signed_in(
    browser: Browser,
    made: Studio,
    url: str,
    *,
    dark: bool = False,
    width: int = 1440,
    height: int = 900,
    scripts: bool = True,
    expected: tuple[str, ...] = (),
) -> Generator[Page]:
    """A page with Ann's session, on nothing yet.

    What the browser complains of, and any request to another address, fails the test at its end; `expected` are
    pieces of complaints that are meant, such as "409" where a rule refuses.
    """
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.add_cookies([{"name": SESSION_COOKIE, "value": made.page.cookies[SESSION_COOKIE], "url": url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith((url, "data:")) else wrong.append(sent.url))
    try:
        yield page
    finally:
        context.close()
    unexpected = [each for each in wrong if not any(piece in each for piece in expected)]
    assert unexpected == [], unexpected


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on a page as it is now: rule and element; WCAG 2.2 A and AA, and its best practices."""
    axe: Any = importlib.import_module("axe_playwright_python.sync_playwright")  # it brings no types
    found: list[dict[str, Any]] = axe.Axe().run(page, options=_RULES).response["violations"]
    return [f"{each['id']}: {node['html']} {node['any']}" for each in found for node in each["nodes"]]

"""What holds for every test: it is sealed off, and the real inputs are there or it says why not."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest
from postgres import empty_url as empty_url
from postgres import migrated_postgres as migrated_postgres
from postgres import migrated_sqlite as migrated_sqlite
from postgres import postgres_server as postgres_server
from postgres import postgres_url as postgres_url
from postgres import store as store
from postgres import store_url as store_url
from seals import seal

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs; they may not be copied into the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is not here: the real inputs are kept beside the repository")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network beyond loopback, nothing that blocks an event loop, no key of the developer's."""
    seal(monkeypatch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside the failure of a test stands what the checks found in a draft that was refused."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    while error is not None:
        for finding in getattr(error, "findings", ()):
            report.sections.append(("finding", repr(finding)))
        error = error.__cause__
    return report


def pytest_configure() -> None:
    """A shell's background job ignores Ctrl-C, and so would every test of it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

"""`overture studio`: which database it opens and for whom, its keys, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from shell import Shell
from shell import bare as bare
from shell import shell as shell

from overture.cli.studio_keys import ScopeName
from overture.studio.caller import SCOPES
from overture.studio.settings import StudioSettings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[StudioSettings]:
    """What would be served, in place of serving it."""
    found: list[StudioSettings] = []

    def serve(settings: StudioSettings, **_: object) -> None:
        found.append(settings)

    monkeypatch.setattr("overture.studio.serving.serve", serve)
    return found


@pytest.fixture
def no_example(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses into which the example would be put; what is put there is a contract and its two seats."""
    asked: list[str] = []

    def put(url: str, **_: object) -> bool:
        from overture.messaging import Contract, Outreach, Plan, Seat

        asked.append(url)
        desk = Outreach(url)
        desk.add_contract(Contract(id="example"))
        for name in ("iris", "tomas"):
            desk.add_seat(Seat(id=name, contract="example", plan=Plan.RECRUITER))
        desk.close()
        return True

    monkeypatch.setattr("overture.studio.example_data.ensure_example", put)
    return asked


def test_in_an_empty_folder_it_opens_the_example(
    bare: Shell, served: list[StudioSettings], no_example: list[str]
) -> None:
    bare.ok_without_clock("studio", "--no-browser")
    assert no_example == ["sqlite:///overture-example.db"]
    assert (served[0].open_seat, served[0].host, served[0].port) == ("iris", "127.0.0.1", 8420)
    assert not (bare.folder / "overture.db").exists()


def test_where_there_is_a_database_it_opens_that_one_for_its_only_seat(
    shell: Shell, served: list[StudioSettings], no_example: list[str]
) -> None:
    shell.ok_without_clock("studio")
    assert (served[0].database_url, served[0].open_seat, no_example) == ("sqlite:///overture.db", "me", [])
    shell.ok("outreach", "seat", "you", "--plan", "recruiter")
    shell.ok_without_clock("studio")
    assert served[1].open_seat is None  # of several, one is named or a key is asked for
    shell.ok_without_clock("studio", "--seat", "you")
    assert served[2].open_seat == "you"
    assert "'nobody'" in shell.wrong_without_clock("studio", "--seat", "nobody")


def test_a_database_that_is_not_set_up_is_refused(bare: Shell, served: list[StudioSettings]) -> None:
    assert "overture outreach init" in bare.wrong_without_clock("studio", "--no-example")
    assert "overture outreach init" in bare.wrong_without_clock("studio", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert not list(bare.folder.glob("*.db"))
    assert served == []


def test_a_public_bind_without_keys_is_refused_in_one_line(shell: Shell) -> None:
    public = ("studio", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - what is refused
    assert "keys add" in shell.wrong_without_clock(*public)
    assert "open to all" in shell.wrong_without_clock(*public, "--seat", "me")


def test_a_port_that_is_taken_is_one_line(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = shell.wrong_without_clock("studio", "--port", str(taken.getsockname()[1]))
    assert "choose another --port" in said


def test_the_extra_is_named_where_it_is_missing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert "overture[studio]" in shell.wrong_without_clock("studio", "--port", "0")


def test_a_key_is_printed_once_listed_without_its_text_and_revoked(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shell_json(shell, "studio", "keys", "add", "--scope", "read", "--scope", "draft", "--label", "gateway")
    assert re.fullmatch(r"ovt_[0-9a-f]{12}_[\w-]{43}", made["key"])
    assert (made["seat"], made["contract"], made["scopes"]) == ("me", "main", ["read", "draft"])
    plain = shell.ok_without_clock("studio", "keys", "add").strip()
    assert re.fullmatch(r"ovt_\S+", plain)  # alone on stdout, for scripts
    listed = shell_json(shell, "studio", "keys", "list", "--seat", "me")
    assert [key["label"] for key in listed] == ["gateway", ""]
    assert "admin" not in listed[1]["scopes"]
    assert not any(text in str(listed) for text in (made["key"], plain))
    assert made["id"] in shell.ok_without_clock("studio", "keys", "revoke", made["id"])
    assert "was revoked before" in shell.wrong_without_clock("studio", "keys", "revoke", made["id"])
    assert "is not known here" in shell.wrong_without_clock("studio", "keys", "revoke", "nonsense")
    assert shell_json(shell, "studio", "keys", "list")[0]["revoked_at"] is not None


def test_a_key_is_for_a_seat_that_there_is(shell: Shell) -> None:
    assert "'nobody'" in shell.wrong_without_clock("studio", "keys", "add", "--seat", "nobody")
    assert "belongs to contract 'main'" in shell.wrong_without_clock("studio", "keys", "add", "--contract", "other")
    assert "'everything'" in shell.wrong_without_clock("studio", "keys", "add", "--scope", "everything")


def test_the_command_knows_every_scope() -> None:
    assert tuple(each.value for each in ScopeName) == SCOPES


def shell_json(shell: Shell, *arguments: str) -> Any:
    """What a command without a clock prints as JSON."""
    from json import loads

    return loads(shell.ok_without_clock(*arguments, "--json"))


@contextmanager
def running(folder: Path, *arguments: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """The command as a process of its own, and the address that it prints; what it says besides is in `said`."""
    command = [sys.executable, "-c", "from overture.cli import main; main()", "studio", "--port", "0", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OVERTURE_")}
    with (
        (folder / "said").open("w") as said,
        subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, (folder / "said").read_text()
            yield process, found[0]
        finally:
            process.kill()


def is_open(address: str) -> bool:
    """Whether anybody listens there."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.socket() as knock:
        return knock.connect_ex((host, int(port))) == 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_prints_its_real_port_and_ends_cleanly_on_ctrl_c(shell: Shell, workers: str) -> None:
    with running(shell.folder, "--workers", workers) as (process, address):
        assert not address.endswith(":0")
        with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as visitor:
            page = visitor.get("/settings")
            assert (page.status_code, "Working as me" in page.text) == (200, True)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert (shell.folder / "said").read_text() == "overture: stopped; what is due waits for the next start\n"
    assert not is_open(address)


@pytest.mark.slow
def test_s10_with_several_workers_what_is_due_is_sent_once_and_none_outlives_the_first(shell: Shell) -> None:
    shell.now = datetime.now(UTC)
    soon = (shell.now + timedelta(minutes=1)).replace(tzinfo=None).isoformat(timespec="minutes")
    shell.send("ada", "--at", soon, "--zone", "UTC")
    with running(shell.folder, "--workers", "2") as (_, address):
        until = time.monotonic() + 90
        while not shell.lines("outbox.jsonl") and time.monotonic() < until:
            time.sleep(0.2)
        time.sleep(6)  # the dispatcher looks every five seconds
        assert len(shell.lines("outbox.jsonl")) == 1
    until = time.monotonic() + 90  # it was killed, perhaps while its workers were still loading
    while is_open(address) and time.monotonic() < until:
        time.sleep(0.2)
    assert not is_open(address)

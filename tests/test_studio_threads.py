"""Sends that wait for a slow mail server hold up nobody but each other."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event, Lock
from time import sleep

import httpx2
import pytest

pytest.importorskip("fastapi")

from studio_app import studio

from overture.messaging import Outgoing, Receipt
from overture.studio.threads import LABELS, SENDS

MANY = 45
"""More than the forty threads that all requests share."""


class SlowServer:
    """A transport that takes nothing until it is told to."""

    def __init__(self) -> None:
        self.waiting, self.may_go_on = list[str](), Event()

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Wait, and take it."""
        from datetime import UTC, datetime

        self.waiting.append(message.to)
        assert self.may_go_on.wait(30)
        return Receipt(id=key, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


async def test_while_forty_sends_wait_everything_else_is_answered(tmp_path: Path) -> None:
    server = SlowServer()
    with studio(tmp_path, transport=server) as desk:
        key = {"Authorization": desk.ann.headers["authorization"]}
        transport = httpx2.ASGITransport(app=desk.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420", headers=key) as client:
            bodies = [{"candidate": f"c-{number}", "subject": "A role", "body": "Hello"} for number in range(MANY)]
            sends = [asyncio.create_task(client.post("/v1/messages", json=body)) for body in bodies]
            try:
                async with asyncio.timeout(20):
                    while len(server.waiting) < SENDS.at_once:
                        await asyncio.sleep(0.01)
                    looked = await client.get("/v1/candidates/ann-rich")
                assert looked.status_code == 200
                assert len(server.waiting) == SENDS.at_once
            finally:
                server.may_go_on.set()
                answers = await asyncio.gather(*sends)
            assert {answer.status_code for answer in answers} == {201}


async def test_what_a_send_raises_comes_out_of_its_thread() -> None:
    def refuse(word: str, *, times: int) -> None:
        raise ValueError(word * times)

    with pytest.raises(ValueError, match="nono"):
        await SENDS.run(refuse, "no", times=2)


async def test_no_more_replies_are_labelled_at_once_than_there_are_cores() -> None:
    at_work, most = 0, 0
    lock = Lock()

    def label() -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        sleep(0.01)
        with lock:
            at_work -= 1

    await asyncio.gather(*(LABELS.run(label) for _ in range(4 * LABELS.at_once)))
    assert 1 <= most <= LABELS.at_once

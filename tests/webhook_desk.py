"""Receivers of webhooks for tests: what was posted to which host, and what each answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
from studio_app import Studio

from overture.messaging import NewMessage, Scheduled
from overture.studio.webhook_sender import WebhookSender

PUBLIC = "93.184.215.14"
Answer = Callable[[httpx2.Request], httpx2.Response]


def public(_host: str, _port: int) -> Sequence[str]:
    """Every name is somewhere on the internet."""
    return (PUBLIC,)


class Receiver:
    """Keeps what is posted; answers with the statuses given, in their order, and then with 204."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.posts: list[httpx2.Request] = []
        self._statuses, self._headers = list(statuses), headers or {}

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.posts.append(request)
        await asyncio.sleep(0)
        status = self._statuses.pop(0) if self._statuses else 204
        return httpx2.Response(status, headers=self._headers)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was told, in its order."""
        return [json.loads(post.content) for post in self.posts]

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each post."""
        return [post.headers["webhook-id"] for post in self.posts]


def sender(desk: Studio, receiver: Receiver) -> WebhookSender:
    """A worker whose posts end at a receiver."""
    return WebhookSender(desk.services, resolve=public, transport=httpx2.MockTransport(receiver))


def post_due(desk: Studio, receiver: Receiver) -> int:
    """Post what is due now; how many webhooks had something."""
    return asyncio.run(sender(desk, receiver).once())


def answer(desk: Studio, text: str = "Yes, tell me more.", *, candidate: str = "ann-rich", seat: str = "ann") -> str:
    """A candidate is written to and answers; the thread."""
    new = NewMessage(candidate=candidate, address="a@example.com", subject="A role", body="Hello")
    sent = desk.services.outreach.send(seat, new)
    assert isinstance(sent, Scheduled)
    desk.services.outreach.receive_reply(sent.thread, text)
    return sent.thread

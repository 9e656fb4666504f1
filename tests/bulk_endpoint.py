"""An OpenAI-compatible endpoint on loopback for runs of many drafts: answers truthfully after a set time, caches
prefixes, can be faulty, and counts what was paid. `python tests/bulk_endpoint.py` runs it as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.request import urlopen

Fault = Literal["429", "500", "hang", "truncated"]
FLAKY: dict[Fault, float] = {"429": 0.05, "500": 0.02, "hang": 0.01, "truncated": 0.01}
_FACT = re.compile(r"^\[C\d+\] ((?:Built|Led|Reduced|Moved|Wrote)\b.*?)(?: \(at [^)]*\))?$", re.MULTILINE)
_TITLE = re.compile(r"^\[[A-Z]\d+\] (?:Title|Role|Job title): (.+)$", re.MULTILINE)
_OPENINGS = (
    'One line of your profile stayed with me: "{fact}".',
    '"{fact}": that is what made me write.',
    'I read "{fact}" in your profile and stopped there.',
    'What you say of your own work, "{fact}", is close to what we need.',
)
_ENDINGS = ("May I send you the details?", "Shall we talk?", "Would you like to hear more?", "Is that of interest?")
_TOKEN, _BLOCK, _LEAST = 4, 128, 1024


@dataclass
class Books:
    """What the endpoint was asked and what it charges: as providers do, a request from the moment in which it is
    accepted, whether anybody waits for its answer or not. A prompt whose whole answer was charged twice was paid twice.
    """

    requests: int = 0
    answers: int = 0
    """Charged."""
    under_way: int = 0
    most_under_way: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    paid: Counter[str] = field(default_factory=Counter[str])
    prefixes: set[str] = field(default_factory=set[str])
    open: set[asyncio.Transport] = field(default_factory=set[asyncio.Transport])
    refusal: Callable[[dict[str, Any]], tuple[int, dict[str, Any]] | None] = lambda _asked: None
    """The status and the error of a request that is refused, and charged nothing."""
    refused: Counter[str] = field(default_factory=Counter[str])
    on_event: Callable[[], None] = lambda: None
    """Is called in the endpoint's thread at each request and after each answer."""

    def told(self) -> dict[str, Any]:
        twice = sum(times - 1 for times in self.paid.values())
        return {
            "requests": self.requests, "answers": self.answers, "prompts": len(self.paid), "paid_twice": twice,
            "faults": dict(self.faults), "most_under_way": self.most_under_way,
        }  # fmt: skip


class Connection(asyncio.Protocol):
    """One connection of HTTP/1.1, as much of it as the SDKs use; fast, so that it is not what is measured."""

    def __init__(self, books: Books, seconds: float, faults: dict[Fault, float], dice: random.Random) -> None:
        self._books, self._seconds, self._faults, self._dice = books, seconds, faults, dice
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._books.open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol
        if self._transport is not None:
            self._books.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            found = re.search(rb"content-length: *(\d+)", head)
            length = int(found[1]) if found else 0
            if len(self._data) < end + 4 + length:
                return
            body, self._data = self._data[end + 4 : end + 4 + length], self._data[end + 4 + length :]
            self._take(head, body)

    def _take(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"get /stats"):
            self._send(200, self._books.told())
            return
        books = self._books
        books.requests += 1
        books.under_way += 1
        books.most_under_way = max(books.most_under_way, books.under_way)
        books.on_event()
        asked = json.loads(body)
        if refusal := books.refusal(asked):
            books.refused[_prompt(asked)] += 1
            books.under_way -= 1
            self._send(refusal[0], {"error": refusal[1]})
            return
        fault = self._fault()
        if fault:
            books.faults[fault] += 1
        if fault in (None, "truncated"):
            books.answers += 1
        if fault is None:
            books.paid[_prompt(asked)] += 1
        if fault != "hang":
            asyncio.get_running_loop().call_later(self._seconds, self._answer, body, fault)

    def _fault(self) -> Fault | None:
        drawn = self._dice.random() if self._faults else 1.0
        for fault, share in self._faults.items():
            drawn -= share
            if drawn < 0:
                return fault
        return None

    def _answer(self, body: bytes, fault: Fault | None) -> None:
        self._books.under_way -= 1
        if self._transport is None or self._transport.is_closing():
            return  # whoever asked is gone
        if fault == "429":
            self._send(
                429, {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, b"retry-after-ms: 100\r\n"
            )
        elif fault == "500":
            self._send(500, {"error": {"message": "broken"}})
        else:
            self._send(200, self._completion(json.loads(body), is_whole=fault != "truncated"))
            self._books.on_event()

    def _completion(self, asked: dict[str, Any], *, is_whole: bool) -> dict[str, Any]:
        books = self._books
        system, user = (message["content"] for message in asked["messages"])
        whole = (len(system) + len(user)) // _TOKEN
        same = len(system) // _TOKEN // _BLOCK * _BLOCK
        cached = same if system in books.prefixes and same >= _LEAST else 0
        books.prefixes.add(system)
        text = json.dumps(message_for(system, user))
        usage = {
            "prompt_tokens": whole, "completion_tokens": len(text) // _TOKEN,
            "total_tokens": whole + len(text) // _TOKEN, "prompt_tokens_details": {"cached_tokens": cached},
        }  # fmt: skip
        message = {"role": "assistant", "content": text if is_whole else text[: len(text) // 2]}
        return {
            "id": "c", "object": "chat.completion", "created": 0, "model": asked["model"], "usage": usage,
            "choices": [{"index": 0, "finish_reason": "stop" if is_whole else "length", "message": message}],
        }  # fmt: skip

    def _send(self, status: int, value: Any, headers: bytes = b"") -> None:
        assert self._transport is not None
        body = json.dumps(value).encode()
        self._transport.write(
            b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n%s"
            % (status, headers, len(body), body)
        )


def _prompt(asked: dict[str, Any]) -> str:
    text = "\0".join(message["content"] for message in asked["messages"])
    return hashlib.sha256(text.encode()).hexdigest()


def message_for(system: str, user: str) -> dict[str, str]:
    """A message that says nothing but what the prompt says."""
    draw = random.Random(user)
    facts = _FACT.findall(user)
    opening = draw.choice(_OPENINGS).format(fact=facts[0]) if facts else "Your profile made me write."
    title = _TITLE.search(system)
    role = f"It is for the role of {title[1]}." if title else "It is about the role described above."
    return {"subject": title[1] if title else "A role for you", "body": f"{opening} {role} {draw.choice(_ENDINGS)}"}


async def serve(
    books: Books, *, seconds: float = 0.05, faults: dict[Fault, float] | None = None, seed: int = 1
) -> asyncio.Server:
    """The endpoint, listening on a free port of loopback."""
    dice = random.Random(seed)
    make = lambda: Connection(books, seconds, faults or {}, dice)  # noqa: E731 - a factory
    return await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, backlog=1024)


def address_of(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


@contextmanager
def endpoint_in_thread(
    *, seconds: float = 0.0, faults: dict[Fault, float] | None = None, seed: int = 1
) -> Generator[tuple[str, Books]]:
    """The endpoint in a thread of this process: its address and its books."""
    books, address, ends = Books(), list[str](), list[Callable[[], object]]()
    ready = threading.Event()

    async def run() -> None:
        server = await serve(books, seconds=seconds, faults=faults, seed=seed)
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        address.append(address_of(server))
        ends.append(lambda: loop.call_soon_threadsafe(end.set))
        ready.set()
        await end.wait()
        server.close()
        for transport in list(books.open):
            transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield address[0], books
    finally:
        ends[0]()
        thread.join()


@contextmanager
def endpoint_process(*, seconds: float = 0.05, flaky: bool = False, seed: int = 1) -> Generator[str]:
    """The endpoint as a process of its own: its address."""
    command = [
        sys.executable,
        __file__,
        "--seconds",
        str(seconds),
        "--seed",
        str(seed),
        *(["--flaky"] if flaky else []),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def stats_of(address: str) -> dict[str, Any]:
    """The books of an endpoint in another process."""
    with urlopen(f"{address.removesuffix('/v1')}/stats") as answer:  # noqa: S310 - loopback
        return dict(json.load(answer))


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flaky", action="store_true")
    given = parser.parse_args()
    server = await serve(Books(), seconds=given.seconds, faults=FLAKY if given.flaky else None, seed=given.seed)
    sys.stdout.write(f"{address_of(server)}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())

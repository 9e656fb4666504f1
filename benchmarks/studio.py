"""The studio's HTTP API under load on loopback: two worker processes, 32 connections that stay open, another process
that asks. A bare FastAPI route is asked in the same turns: what is over it is ours. `--soak SECONDS` asks for a mix of
everything for so long, and watches errors and memory."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.request import urlopen

from bench import ROOT, Report, percentile

sys.path.append(str(ROOT / "tests"))  # the people are those of the tests
import bulk_people

from overture import read_company, read_job, read_recruiter
from overture.messaging import Contract, Outreach, Plan, Seat
from overture.sources import parse_candidate
from overture.studio import KeyStore, StudioSettings
from overture.studio.shelf import KeptCandidate, KeptJob, Opportunity, put
from overture.studio.store import StudioStore

EXAMPLES: Final = ROOT / "examples"
CONNECTIONS, WORKERS, PEOPLE = 32, 2, 100
REPLIES: Final = (
    "Thanks for reaching out, I would love to hear more. Could we talk on Thursday?",
    "I am happy where I am, but best of luck with the search.",
    "What is the salary range, and is the team in Berlin or remote?",
    "Not right now, try me again in spring.",
    "Please take me off your list.",
    "Danke für die Nachricht! Das klingt spannend, wann passt es Ihnen?",
    "Merci, mais je ne cherche pas de poste en ce moment.",
    "I am out of the office until Monday and will answer when I am back.",
)
WANTED: Final = {"classify": 400, "drafts, kept nowhere": 300}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each scenario in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--soak", type=float, default=0, metavar="SECONDS", help="a mix of all after that, for so long")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    given = parser.parse_args()
    report = Report("studio")
    print(f"load average at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("(the asker runs on the same cores; other work on the machine distorts every figure)")
    with tempfile.TemporaryDirectory() as place, running(Path(place), workers=given.workers) as target:
        report.heading(
            f"{given.connections} connections, {given.workers} workers, {given.rounds} x {given.seconds:g} s",
            group="load",
        )
        measure(report, target, seconds=given.seconds, rounds=given.rounds, connections=given.connections)
        if given.soak:
            report.heading(f"Soak: a mix of all for {given.soak:g} s", group="soak")
            soak(report, target, seconds=given.soak, connections=given.connections)
    report.finish()


# What is asked


@dataclass(frozen=True)
class Scenario:
    """Requests of one kind: ready bytes, asked in turn, and the status that each must get."""

    name: str
    port: int
    status: int
    requests: tuple[bytes, ...]


def scenarios(target: Target) -> list[Scenario]:
    """The floor and what is measured against it."""
    ids = [f"p{number}" for number in range(PEOPLE)]
    texts = [f"{text} ({number})" for number in range(250) for text in REPLIES]

    def posts(path: str, bodies: list[dict[str, Any]]) -> tuple[bytes, ...]:
        return tuple(target.request("POST", path, body) for body in bodies)

    drafts = [{"candidate": name, "job": "job", "keep": False} for name in ids]
    return [
        Scenario("bare FastAPI route", target.bare_port, 200, (target.request("POST", "/bare", {"text": REPLIES[0]}),)),
        Scenario("classify", target.port, 200, posts("/v1/classify", [{"text": text} for text in texts])),
        Scenario("drafts, kept nowhere", target.port, 201, posts("/v1/drafts", drafts)),
        Scenario("drafts, kept", target.port, 201, posts("/v1/drafts", [{**each, "keep": True} for each in drafts])),
        Scenario("candidates, a page of 50", target.port, 200, (target.request("GET", "/v1/candidates"),)),
    ]


# How it is asked


@dataclass
class Asked:
    """What came of asking: seconds of each answer, how many were wrong, and the asker's own processor time."""

    seconds: list[float] = field(default_factory=list[float])
    wrong: int = 0
    first_wrong: str = ""
    passed: float = 0.0
    used: float = 0.0


class Asker(asyncio.Protocol):
    """One connection that asks again as soon as it has its answer; it reads no more of an answer than it must."""

    def __init__(self, requests: Iterator[bytes], asked: Asked, *, status: int, until: float) -> None:
        self._requests, self._asked, self._until = requests, asked, until
        self._expected = b"HTTP/1.1 %d " % status
        self._buffer = bytearray()
        self._end = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._end:
            head = self._buffer.find(b"\r\n\r\n")
            if head < 0:
                return
            at = self._buffer.find(b"content-length: ")
            assert 0 <= at < head, "an answer without its length"
            self._end = head + 4 + int(self._buffer[at + 16 : self._buffer.find(b"\r\n", at)])
        if len(self._buffer) >= self._end:
            self._take()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._asked.wrong += 1
            self._asked.first_wrong = self._asked.first_wrong or f"the connection was closed: {exc}"
            self.done.set_result(None)

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(next(self._requests))

    def _take(self) -> None:
        now = time.perf_counter()
        self._asked.seconds.append(now - self._began)
        if not self._buffer.startswith(self._expected):
            self._asked.wrong += 1
            self._asked.first_wrong = self._asked.first_wrong or self._buffer[:2_000].decode(errors="replace")
        self._buffer.clear()
        self._end = 0
        if now < self._until:
            self._ask()
        else:
            self.done.set_result(None)
            self._transport.close()


def ask(scenario: Scenario, connections: int, seconds: float) -> Asked:
    """Ask for so long, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_ask, (scenario, connections, seconds))


def _ask(scenario: Scenario, connections: int, seconds: float) -> Asked:
    import uvloop

    asked = Asked()

    async def all_of_them() -> None:
        loop = asyncio.get_running_loop()
        requests = itertools.cycle(scenario.requests)
        until = time.perf_counter() + seconds

        def connection() -> Asker:
            return Asker(requests, asked, status=scenario.status, until=until)

        made = [await loop.create_connection(connection, "127.0.0.1", scenario.port) for _ in range(connections)]
        await asyncio.gather(*(asker.done for _, asker in made))

    began, used = time.perf_counter(), time.process_time()
    uvloop.run(all_of_them())
    asked.passed, asked.used = time.perf_counter() - began, time.process_time() - used
    return asked


# What is reported


def measure(report: Report, target: Target, *, seconds: float, rounds: int, connections: int) -> None:
    """Every scenario in turns, after one turn that warms up."""
    kinds = scenarios(target)
    found: dict[str, list[Asked]] = {kind.name: [] for kind in kinds}
    for turn in range(rounds + 1):
        for kind in kinds:
            asked = ask(kind, connections, seconds if turn else min(2.0, seconds))
            assert not asked.wrong, f"{kind.name}: {asked.wrong} wrong, such as {asked.first_wrong}"
            if turn:
                found[kind.name].append(asked)
    floor = [1 / rate_of(asked) for asked in found[kinds[0].name]]
    for kind in kinds:
        turns = found[kind.name]
        wanted = f"wanted {WANTED[kind.name]}" if kind.name in WANTED else ""
        report.add(f"{kind.name}: rate", [rate_of(asked) for asked in turns], "requests/s", note=wanted)
        for share in (50, 99):
            values = [percentile(asked.seconds, share / 100) * 1000 for asked in turns]
            report.add(f"{kind.name}: p{share}", values, "ms", note="wanted 100" if wanted and share == 99 else "")
        report.add(
            f"{kind.name}: asker's CPU", [asked.used / len(asked.seconds) * 1e6 for asked in turns], "us/request"
        )
        if kind is not kinds[0]:
            over = [(1 / rate_of(asked) - bare) * 1e3 for asked, bare in zip(turns, floor, strict=True)]
            report.add(f"{kind.name}: over the bare route", over, "ms/request", note="all workers together")
            shares = [rate_of(asked) * bare * 100 for asked, bare in zip(turns, floor, strict=True)]
            report.add(f"{kind.name}: rate of the bare route", shares, "%", better="higher")
    report.add("memory of the workers", [target.memory()], "MiB")


def soak(report: Report, target: Target, *, seconds: float, connections: int) -> None:
    """A mix of everything in slices, and the memory after each; one error fails the run."""
    kinds = scenarios(target)[1:]
    slices, memory, wrong, count = max(6, int(seconds // 30)), [target.memory()], 0, 0
    slowest: list[float] = []
    for turn in range(slices):
        asked = ask(kinds[turn % len(kinds)], connections, seconds / slices)
        wrong, count = wrong + asked.wrong, count + len(asked.seconds)
        slowest.append(percentile(asked.seconds, 0.99) * 1000)
        memory.append(target.memory())
        print(
            f"  {kinds[turn % len(kinds)].name:<28} {len(asked.seconds):>8,} {memory[-1]:>8.1f} MiB {asked.first_wrong}"
        )
    report.add("requests", [count], "")
    report.add("errors", [wrong], "", note="wanted 0")
    report.add("p99 of the slices", slowest, "ms")
    report.add("memory after the first round of the mix", [memory[len(kinds)]], "MiB")
    report.add("memory at the end", [memory[-1]], "MiB", note=f"highest {max(memory):.1f}")


def rate_of(asked: Asked) -> float:
    return len(asked.seconds) / asked.passed


# What is asked of


@dataclass(frozen=True)
class Target:
    """A studio and a bare app, each a server with worker processes."""

    port: int
    bare_port: int
    key: str
    processes: tuple[int, ...]

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        """A whole request as bytes."""
        content = json.dumps(body).encode() if body is not None else b""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content

    def memory(self) -> float:
        """Resident MiB of the studio's processes; what they share counts in each."""
        return sum(_resident(process) for process in family(self.processes[0])) / 1024


@contextmanager
def running(folder: Path, *, workers: int) -> Generator[Target]:
    """Both servers, over a database with a seat, its shelf and a key."""
    settings = StudioSettings(
        port=_free_port(), database_url=f"sqlite:///{folder / 'studio.db'}", dispatch=False,
        transport=f"file:{folder / 'outbox.jsonl'}", requests_per_minute=10**9, burst=10**6,
    )  # fmt: skip
    key, bare_port = fill(settings), _free_port()
    commands = [
        [sys.executable, "-c", _SERVE, settings.model_dump_json(), str(workers)],
        [sys.executable, "-m", "uvicorn", "--factory", "studio:bare_app", "--app-dir", str(Path(__file__).parent),
         "--port", str(bare_port), "--workers", str(workers), "--no-access-log", "--log-level", "error"],
    ]  # fmt: skip
    servers = [subprocess.Popen(command) for command in commands]  # noqa: S603 - ours
    try:
        for port, path in ((settings.port, "/v1/openapi.json"), (bare_port, "/openapi.json")):
            _wait_for(f"http://127.0.0.1:{port}{path}", lambda: all(server.poll() is None for server in servers))
        yield Target(settings.port, bare_port, key, tuple(server.pid for server in servers))
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(30)


_SERVE: Final = """
import sys
from overture.studio import StudioSettings, serve
serve(StudioSettings.model_validate_json(sys.argv[1]), workers=int(sys.argv[2]))
"""


def fill(settings: StudioSettings) -> str:
    """A contract, a seat with its shelf, and a key of it."""
    now = datetime.now(UTC)
    outreach = Outreach(settings.database_url)
    outreach.add_contract(Contract(id="contract", zone="UTC"))
    outreach.add_seat(Seat(id="seat", contract="contract", plan=Plan.RECRUITER, zone="UTC"))
    outreach.close()
    store = StudioStore(settings.database_url)
    times = {"created_at": now, "updated_at": now}
    offer = Opportunity(
        job=read_job(EXAMPLES / "job-backend.html"),
        company=read_company(EXAMPLES / "company.yaml"),
        recruiter=read_recruiter(EXAMPLES / "recruiter.yaml"),
    )
    with store.write() as connection:
        put(connection, "seat", KeptJob.model_validate({"id": "job", "title": "Job", "opportunity": offer, **times}))
        for number in range(PEOPLE):
            who = parse_candidate(bulk_people.person(number))
            kept = {"id": f"p{number}", "name": who.name or "", "profile": who, **times}
            put(connection, "seat", KeptCandidate.model_validate(kept))
    _, key = KeyStore(store).add("seat", contract="contract", now=now)
    store.close()
    return key


def bare_app() -> object:
    """What FastAPI costs by itself: a body that is checked, and a small answer."""
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Body(BaseModel):
        text: str

    async def answer(body: Body) -> dict[str, int]:
        return {"length": len(body.text)}

    answer.__annotations__["body"] = Body  # a class of this function, which its text does not name
    app = FastAPI()
    app.add_api_route("/bare", answer, methods=["POST"])
    return app


def family(process: int) -> list[int]:
    """A process and all that it started, which do the work."""
    done = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607 - ps as found
    pairs = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    found = [process]
    for one in found:
        found += [child for child, parent in pairs if parent == one]
    return found


def _resident(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, is_alive: Callable[[], bool]) -> None:
    until = time.monotonic() + 240
    while is_alive() and time.monotonic() < until:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


if __name__ == "__main__":
    main()

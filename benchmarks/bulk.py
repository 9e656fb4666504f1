"""Drafting in bulk, side by side with the bare client and LangChain's `abatch`, against an endpoint that answers after
50 ms; then memory, and an endpoint that fails. Sizes are small unless asked for: `--help`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from bench import ROOT, Report, percentile

sys.path.append(str(ROOT / "tests"))  # the endpoint and the people are those of the tests
import bulk_endpoint
import bulk_people

from overture import Drafter, read_company, read_job, read_recruiter
from overture.bulk.candidate_rows import CandidateRow, read_rows
from overture.bulk.run import Progress, RunEnd, RunPlan, run_drafts
from overture.bulk.run_folder import RunSettings, open_run
from overture.generation import DraftInput, OpenAIWriter, WriterOutput, build_context, render_draft
from overture.generation.completions import Settings, request_body
from overture.generation.processes import usable_cores
from overture.generation.writers import Writer, WriteRequest
from overture.people import Candidate
from overture.sources import parse_candidate

TODAY: Final = date(2026, 11, 22)
EXAMPLES: Final = ROOT / "examples"
MODEL: Final = "gpt-test"
COMMON: Final = DraftInput(
    candidate=Candidate(),
    job=read_job(EXAMPLES / "job-backend.html"),
    company=read_company(EXAMPLES / "company.yaml"),
    recruiter=read_recruiter(EXAMPLES / "recruiter.yaml"),
)
LEAST_DRAFTS: Final = 100
WANTED_OF_BARE, WANTED_OF_ABATCH, WANTED_CPU = 0.9, 1.5, 1.5


@dataclass(frozen=True)
class Measured:
    """One way of making the same calls: drafts a second, CPU milliseconds a draft, and each one's seconds."""

    rate: float
    cpu: float
    seconds: list[float]


class Marks:
    """Times a way between two marks that are the same for all: a fifth done, and all but the last ones at once.

    So imports, connecting, starting workers and the thinning out at the end are nobody's.
    """

    def __init__(self, drafts: int, concurrency: int) -> None:
        self._from, self._to = drafts // 5, drafts - concurrency
        self._done = 0
        self._at: list[tuple[int, float, float]] = []

    def one_more(self) -> None:
        """One is done."""
        self.done(self._done + 1)

    def done(self, count: int) -> None:
        """So many are done."""
        self._done = count
        if len(self._at) < 2 and count >= (self._to if self._at else self._from):
            self._at.append((count, time.perf_counter(), cpu_of_all()))

    def measured(self, seconds: list[float]) -> Measured:
        """What came of it."""
        (first, began, before), (last, ended, after) = self._at
        made = last - first
        return Measured(made / (ended - began), (after - before) / made * 1000, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--drafts", type=int, default=10, help="drafts of each way in each round, for each that is under way at once"
    )
    parser.add_argument("--concurrency", type=int, nargs="*", default=[1, 64, 256])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--offline", type=int, default=20_000, help="offline drafts for the memory; 1000000 takes hours"
    )
    parser.add_argument(
        "--flaky", type=int, default=3_000, help="drafts through the failing endpoint; 100000 takes hours"
    )
    parser.add_argument("--million", action="store_true", help="1,000,000 offline drafts, memory printed on the way")
    parser.add_argument("--workers", type=int, default=usable_cores(), help="processes of the runs with workers")
    parser.add_argument("--only", choices=["rates", "memory", "flaky"])
    given = parser.parse_args()
    report = Report("bulk")
    load = os.getloadavg()[0]
    print(f"load average at the start: {load:.1f} on {os.cpu_count()} cores (other work on the machine distorts rates)")
    if given.only in (None, "rates"):
        with bulk_endpoint.endpoint_process(seconds=0.05) as address:
            for concurrency in given.concurrency:
                measure_rates(
                    report, address, concurrency=concurrency, rounds=given.rounds, workers=given.workers,
                    drafts=max(LEAST_DRAFTS, given.drafts * concurrency),
                )  # fmt: skip
    if given.only in (None, "memory"):
        measure_memory(report, 1_000_000 if given.million else given.offline, workers=given.workers)
    if given.only in (None, "flaky"):
        measure_flaky(report, given.flaky, workers=given.workers)
    report.finish()


# Rates


def measure_rates(report: Report, address: str, *, concurrency: int, drafts: int, rounds: int, workers: int) -> None:
    """The four ways in turn, `rounds` times, each with the same prompts."""
    report.heading(f"Concurrency {concurrency}, {drafts} drafts, {rounds} rounds", group=f"concurrency {concurrency}")
    bodies = [body_of(each, address) for each in bulk_people.people(drafts)]
    ways: dict[str, Callable[[], Coroutine[Any, Any, Measured]]] = {
        "bare": lambda: bare(bodies, address, concurrency),
        "abatch": lambda: abatch(bodies, address, concurrency),
        "ours": lambda: ours(drafts, address, concurrency, workers=1),
        "workers": lambda: ours(drafts, address, concurrency, workers=workers),
    }
    found: dict[str, list[Measured]] = {name: [] for name in ways}

    async def play() -> None:
        for number in range(rounds + 1):
            for name, way in ways.items():
                measured = await way()
                if number:  # the first round imports, connects and fills caches
                    found[name].append(measured)

    asyncio.run(play())
    checks = [drafting_alone(drafts) for _ in range(rounds)]
    names = {
        "bare": "bare AsyncOpenAI, aiohttp", "abatch": "LangChain abatch", "ours": "draft-bulk, one process",
        "workers": f"draft-bulk, {workers} workers",
    }  # fmt: skip
    for name, said in names.items():
        report.add(f"{said}: rate", [each.rate for each in found[name]], "drafts/s")
        report.add(f"{said}: CPU", [each.cpu for each in found[name]], "ms/draft")
        if name != "abatch":  # which tells of no single call
            report.add(f"{said}: p99", [percentile(each.seconds, 0.99) * 1000 for each in found[name]], "ms")
    report.add("drafting alone (context, prompt, checks): CPU", checks, "ms/draft", note="no network, no store")
    pairs = list(zip(found["ours"], found["bare"], found["abatch"], checks, strict=True))
    for said, name in (("one process", "ours"), (f"{workers} workers", "workers")):
        for other, wanted in (("bare", WANTED_OF_BARE), ("abatch", WANTED_OF_ABATCH)):
            rates = [each.rate / than.rate for each, than in zip(found[name], found[other], strict=True)]
            report.add(f"{said}: rate of {other}", rates, "x", note=f"wanted {wanted}", better="higher")
    report.add(
        "CPU of bare, all", [ours.cpu / bare.cpu for ours, bare, _, _ in pairs], "x", note=f"wanted {WANTED_CPU}",
        better="lower",
    )  # fmt: skip
    report.add(
        "CPU of bare, drafting alone taken off", [(ours.cpu - alone) / bare.cpu for ours, bare, _, alone in pairs], "x",
        note=f"wanted {WANTED_CPU}", better="lower",
    )  # fmt: skip
    over = [(percentile(o.seconds, 0.99) - percentile(bare.seconds, 0.99)) * 1000 for o, bare, _, _ in pairs]
    report.add("p99 over the bare client's", over, "ms")


def body_of(person: Mapping[str, Any], address: str) -> dict[str, Any]:
    """The request that a draft for this person makes first."""
    candidate = parse_candidate(person)
    context = build_context(
        candidate, today=TODAY, job=COMMON.job, company=COMMON.company, recruiter=COMMON.recruiter
    )  # fmt: skip
    request = WriteRequest(context, render_draft(context), 900, 60.0)
    return request_body(Settings(MODEL, address), request, refused=frozenset(), stream=False)


async def bare(bodies: list[dict[str, Any]], address: str, concurrency: int) -> Measured:
    """`openai.AsyncOpenAI` with its aiohttp transport and nothing around it."""
    from openai import AsyncOpenAI, DefaultAioHttpClient

    async with AsyncOpenAI(
        base_url=address, api_key="none", http_client=DefaultAioHttpClient(), max_retries=0
    ) as client:

        async def call(body: dict[str, Any]) -> None:
            await client.chat.completions.create(**body, timeout=60.0)

        return await timed(bodies, call, concurrency)


async def timed(bodies: list[Any], call: Callable[[Any], Awaitable[None]], concurrency: int) -> Measured:
    """All calls, so many at once."""
    left, seconds, marks = iter(bodies), list[float](), Marks(len(bodies), concurrency)

    async def work() -> None:
        for body in left:
            began = time.perf_counter()
            await call(body)
            seconds.append(time.perf_counter() - began)
            marks.one_more()

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return marks.measured(seconds)


async def abatch(bodies: list[dict[str, Any]], address: str, concurrency: int) -> Measured:
    """LangChain's own way to make many calls."""
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient
    from pydantic import SecretStr

    marks = Marks(len(bodies), concurrency)

    async def note(_: object) -> None:
        marks.one_more()

    http = DefaultAsyncHttpxClient(event_hooks={"response": [note]})  # its own is cached beyond an event loop
    model = ChatOpenAI(
        model=MODEL, base_url=address, api_key=SecretStr("none"), max_retries=0, timeout=60.0, http_async_client=http
    )
    inputs: list[Any] = [[(m["role"], m["content"]) for m in body["messages"]] for body in bodies]
    await model.abatch(inputs, {"max_concurrency": concurrency})
    await http.aclose()
    return marks.measured([])


async def ours(drafts: int, address: str, concurrency: int, *, workers: int) -> Measured:
    """A whole run: read, drafted, checked, compared and kept."""
    writer = OpenAIWriter(MODEL, base_url=address)
    marks = Marks(drafts, concurrency)

    def note(progress: Progress) -> None:
        marks.done(progress.finished)

    with tempfile.TemporaryDirectory() as place:
        path = bulk_people.write_people(Path(place) / "people.jsonl", drafts)
        plan = replace(plan_of(writer, concurrency), processes=workers)
        with open_run(Path(place) / "run", SETTINGS) as folder:
            end = await run_drafts(plan, folder, read_rows([path]), show=note)
            rows = list(folder.store.rows())
    assert end.stopped is None
    assert {row.record["writer"] for row in rows} == {writer.label}
    assert len(rows) == drafts
    return marks.measured([row.record["seconds"] for row in rows])


def cpu_of_all() -> float:
    """Seconds of processor time of this process and of those that it started, but for the endpoint."""
    used = time.process_time()
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text(encoding="ascii").split():
            if "overture.generation.remote" in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
                fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def drafting_alone(drafts: int) -> float:
    """CPU milliseconds of a draft without network, store and comparison: reading, context, prompt, checks, evidence."""
    drafter = Drafter(_Instant(), today=TODAY)
    people = [json.dumps(each) for each in bulk_people.people(drafts)]
    cpu = time.process_time()
    for line in people:
        candidate = parse_candidate(json.loads(line))
        drafter.draft(candidate, job=COMMON.job, company=COMMON.company, recruiter=COMMON.recruiter)
    return (time.process_time() - cpu) / drafts * 1000


class _Instant:
    """A writer that says what the endpoint says, at once."""

    label = "instant:model"
    options: Mapping[str, str | int | float | bool | None] = {}

    def write(self, request: WriteRequest) -> WriterOutput:
        answer = bulk_endpoint.message_for(request.prompt.shared, request.prompt.personal)
        return WriterOutput(answer["subject"], answer["body"])

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        return self.write(request)

    def stream(self, request: WriteRequest) -> Iterator[Any]:
        yield self.write(request)

    def astream(self, request: WriteRequest) -> Any:
        raise NotImplementedError


SETTINGS: Final = RunSettings(model=MODEL, prompt="draft", opportunity="benchmark", today=TODAY)


def plan_of(writer: Writer, concurrency: int) -> RunPlan:
    return RunPlan(writer=writer, common=COMMON, concurrency=concurrency)


# Memory


def measure_memory(report: Report, drafts: int, *, workers: int) -> None:
    """Resident memory over a run of offline drafts: what it is in the end, and how it grows in the second half."""
    from overture.generation import OfflineWriter

    report.heading(f"{drafts:,} offline drafts", group="offline")
    points: list[tuple[int, float]] = []

    def note(progress: Progress) -> None:
        if progress.finished % 500 == 0:
            points.append((progress.finished, resident_of_all()))
        if progress.finished % 10_000 == 0:
            print(f"{progress.finished:>9,} drafts {points[-1][1]:,.0f} MB", flush=True)

    def rows() -> Iterator[CandidateRow]:
        for number, person in enumerate(bulk_people.people(drafts)):
            yield CandidateRow(number=number, file="people", line=number + 1, digest=f"{number:032d}", data=person)

    place = Path(tempfile.mkdtemp())
    began, times = time.perf_counter(), os.times()
    with open_run(place / "run", SETTINGS) as folder:
        plan = replace(plan_of(OfflineWriter(), 16), processes=workers)
        end: RunEnd = asyncio.run(run_drafts(plan, folder, rows(), show=note))
    shutil.rmtree(place)
    half = points[len(points) // 2 :]
    report.add("rate", [drafts / (time.perf_counter() - began)], "drafts/s")
    ended = os.times()
    used = sum(ended[:4]) - sum(times[:4])
    report.add("CPU", [used / drafts * 1000], "ms/draft", note="drafted, checked, compared, kept; workers and all")
    report.add("memory in the end", [points[-1][1]], "MB")
    report.add("growth over the second half", [slope(half)], "MB/1000", note=f"from {half[0][0]:,} drafts on")
    assert end.looked_at == drafts
    assert end.missing == 0


def slope(points: list[tuple[int, float]]) -> float:
    """Least squares: megabytes for each thousand drafts."""
    x = sum(at for at, _ in points) / len(points)
    y = sum(mb for _, mb in points) / len(points)
    down = sum((at - x) ** 2 for at, _ in points)
    return sum((at - x) * (mb - y) for at, mb in points) / down * 1000 if down else 0.0


def resident_of_all() -> float:
    """Megabytes of this process and those that it started."""
    pids = [os.getpid()]
    for task in Path("/proc/self/task").iterdir():
        pids += map(int, (task / "children").read_text(encoding="ascii").split())
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# An endpoint that fails


def measure_flaky(report: Report, drafts: int, *, workers: int) -> None:
    """The command against 5 % 429, 2 % 500, 1 % hang and 1 % truncated, killed once in the middle and started again."""
    report.heading(f"{drafts:,} drafts through a flaky endpoint, one kill", group="flaky endpoint")
    place = Path(tempfile.mkdtemp())
    bulk_people.write_people(place / "people.jsonl", drafts)
    with bulk_endpoint.endpoint_process(seconds=0.05, flaky=True) as address:
        command = [
            str(Path(sys.executable).with_name("overture")), "draft-bulk", "--candidates", str(place / "people.jsonl"),
            "--job", str(EXAMPLES / "job-backend.html"), "--company", str(EXAMPLES / "company.yaml"),
            "--recruiter", str(EXAMPLES / "recruiter.yaml"), "--out", str(place / "drafts.jsonl"), "--json",
            "--model", f"openai:{MODEL}", "--base-url", address, "--concurrency", "64", "--timeout", "2",
            "--workers", str(workers),
        ]  # fmt: skip
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
            while process.poll() is None and bulk_endpoint.stats_of(address)["answers"] < drafts // 2:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - likewise
        passed = time.perf_counter() - began
        stats = bulk_endpoint.stats_of(address)
    summary = json.loads(done.stdout.splitlines()[-1])
    with (place / "drafts.jsonl").open(encoding="utf-8") as file:
        ids = Counter(json.loads(line)["id"] for line in file)
    shutil.rmtree(place)
    wanted = {f"p{number}" for number in range(drafts)}
    report.add("candidates without a row", [len(wanted - ids.keys())], "rows")
    report.add("candidates with two", [sum(times - 1 for times in ids.values())], "rows")
    report.add("written offline in place of the model", [sum(summary["fallbacks"].values())], "rows")
    report.add("calls paid twice, by the endpoint's books", [stats["paid_twice"]], "calls")
    report.add(
        "calls paid twice, at most, as reported", [summary["maybe_paid_twice"]], "calls", note="64 could be under way"
    )
    report.add("faults met", [sum(stats["faults"].values())], "calls", note=str(stats["faults"]))
    report.add("rate", [drafts / passed], "drafts/s", note="two starts, hangs of 2 s")


if __name__ == "__main__":
    main()

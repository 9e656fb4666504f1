"""Runs of suites: what the runner adds to plain pydantic-evals, memory by the number of cases, and what resuming costs.

    python benchmarks/eval.py [--runs N] [--cases N]

The cases are trivial, so that all the time is the machinery's. Both sides run the same task and the same comparison of
an output with what was expected, in turns; ours also hashes every case, keeps every outcome in the journal, and writes
`cases.parquet` and `junit.xml`. Memory is that of a process of its own. What resuming costs is the processor time of
going on with a run of which half is done where that half is all there is: it reads, compares and writes what is kept,
and asks nothing. (The difference of a resumed run and its missing half says the same, and drowns in their noise.)
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pydantic_evals
from bench import Report, peak_megabytes
from pydantic_evals.evaluators import Evaluator, EvaluatorContext

from overture.eval.case import Case
from overture.eval.runner import run_suites
from overture.eval.score import Grades, Score
from overture.eval.subject import Subject
from overture.eval.suite import Metric, Suite, SuiteData

CONCURRENCY: Final = 8
SUBJECT: Final = Subject(label="nobody", fingerprint="none")


def inputs(number: int) -> tuple[dict[str, Any], str]:
    """A case, and what is expected of it."""
    return {"text": f"reply {number}", "language": "en"}, f"REPLY {number}"


async def upper(case: Case) -> str:
    """The task."""
    return str(case.inputs["text"]).upper()


def upper_blocking(case: Case) -> str:
    """The same task, which is run in a thread."""
    return str(case.inputs["text"]).upper()


def suite_of(cases: range, *, blocking: bool = False) -> Suite[Subject]:
    """The suite of these cases."""

    def made(_: SuiteData) -> Iterator[Case]:
        for number in cases:
            given, expected = inputs(number)
            yield Case(id=str(number), inputs=given, expected=expected)

    return Suite(
        name="upper",
        version=1,
        summary="trivial",
        metrics=(Metric(name="exact", summary="the same text"),),
        cases=made,
        task=lambda _: upper_blocking if blocking else upper,
        grade=lambda case, output: Grades(
            scores=(Score(metric="exact", value=float(output == case.expected)),), output=output
        ),
    )


@dataclass
class Exact(Evaluator[dict[str, Any], str, None]):
    """The same comparison for pydantic-evals."""

    def evaluate(self, ctx: EvaluatorContext[dict[str, Any], str, None]) -> bool:
        return ctx.output == ctx.expected_output


def plain(n: int, *, blocking: bool = False) -> None:
    """pydantic-evals as its documentation has it."""
    given = [inputs(number) for number in range(n)]
    dataset = pydantic_evals.Dataset[dict[str, Any], str, None](
        name="upper",
        cases=[
            pydantic_evals.Case(name=str(number), inputs=asked, expected_output=expected)
            for number, (asked, expected) in enumerate(given)
        ],
        evaluators=[Exact()],
    )

    async def asked_upper(asked: dict[str, Any]) -> str:
        return str(asked["text"]).upper()

    def asked_upper_blocking(asked: dict[str, Any]) -> str:
        return str(asked["text"]).upper()

    task: Any = asked_upper_blocking if blocking else asked_upper
    report = asyncio.run(dataset.evaluate(task, max_concurrency=CONCURRENCY, progress=False))
    assert len(report.cases) == n


def ours(folder: Path, cases: range, *, blocking: bool = False) -> None:
    """The same as a run in a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    run = run_suites([suite_of(cases, blocking=blocking)], SUBJECT, folder=folder, concurrency=CONCURRENCY)
    assert (run.record.suites[0].n, run.record.suites[0].failed) == (len(cases), 0)


def resumed(folder: Path, done: int, n: int) -> Took:
    """What going on with a run takes that was stopped by its cases when `done` of `n` were."""
    shutil.rmtree(folder, ignore_errors=True)
    whole = suite_of(range(n))

    def stopped(data: SuiteData) -> Iterator[Case]:
        yield from islice(whole.cases(data), done)
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        run_suites([replace(whole, cases=stopped)], SUBJECT, folder=folder, concurrency=CONCURRENCY)
    gc.collect()  # what the stopped run left is not of this one
    return took(lambda: run_suites([whole], SUBJECT, folder=folder, concurrency=CONCURRENCY, resume=True))


def peak(n: int) -> float:
    """Peak memory in MB of a process that runs `n` cases."""
    with tempfile.TemporaryDirectory() as name:
        context = multiprocessing.get_context("spawn")
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=_measure, args=(n, Path(name) / "run", send))
        process.start()
        found = float(receive.recv())
        process.join()
        return found


def _measure(n: int, folder: Path, send: Any) -> None:
    ours(folder, range(n))
    send.send(peak_megabytes())


@dataclass(frozen=True)
class Took:
    """Wall time and processor time of one call, in seconds; the latter is steadier where others use the machine."""

    wall: float
    cpu: float


def took(function: Callable[[], object]) -> Took:
    """Time one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def beside(report: Report, folder: Path, n: int, runs: int, *, blocking: bool) -> None:
    """Both, in turns, after a warm-up each."""

    def theirs_and_mine() -> tuple[Took, Took]:
        return took(lambda: plain(n, blocking=blocking)), took(lambda: ours(folder, range(n), blocking=blocking))

    theirs_and_mine()
    pairs = [theirs_and_mine() for _ in range(runs)]
    report.add("pydantic-evals", [theirs.wall for theirs, _ in pairs], "s")
    report.add("a run", [mine.wall for _, mine in pairs], "s")
    report.add(
        "over pydantic-evals",
        [mine.wall / theirs.wall for theirs, mine in pairs],
        "x",
        note="target: at most 1.3",
        better="lower",
    )
    report.add(
        "over pydantic-evals, processor time", [mine.cpu / theirs.cpu for theirs, mine in pairs], "x", better="lower"
    )


def resuming(report: Report, folder: Path, n: int, runs: int) -> None:
    """The whole, one resumed at its half, and one whose half is all there is: that costs what the done half costs."""
    rows = [
        (took(lambda: ours(folder, range(n))), resumed(folder, n // 2, n), resumed(folder, n // 2, n // 2))
        for _ in range(runs)
    ]
    report.add("the whole", [whole.cpu for whole, _, _ in rows], "s", note="of processor time, as all here")
    report.add("resumed at its half", [again.cpu for _, again, _ in rows], "s")
    report.add("the done half alone", [done.cpu for _, _, done in rows], "s")
    shares = [100 * done.cpu / whole.cpu for whole, _, done in rows]
    report.add("what is done costs, of the whole", shares, "%", note="target: under 5", better="lower")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--memory", type=int, nargs="*", default=[10_000, 100_000])
    chosen = asked.parse_args()
    report = Report("eval")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        for kind, blocking in (("awaited", False), ("in threads", True)):
            report.heading(f"{chosen.cases:,} trivial cases, tasks {kind}", group=f"tasks {kind}")
            beside(report, folder, chosen.cases, chosen.runs, blocking=blocking)
        report.heading(f"resuming {chosen.cases:,} cases, half of them done", group="resuming")
        resuming(report, folder, chosen.cases, chosen.runs)
    if chosen.memory:
        report.heading("peak memory of a process")
        for size in chosen.memory:
            report.add(f"{size:,} cases", [peak(size)], "MB")
    report.finish()


if __name__ == "__main__":
    main()

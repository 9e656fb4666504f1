"""Suites run over a subject into a run folder: streamed, resumable, and no case without an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence, Sized
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from overture.errors import BudgetExceededError, ConfigurationError, InputError, MissingExtraError

from .cache import ResultCache, judged_fingerprint, result_key
from .case import Case
from .journal import Journal
from .pace import Pace
from .progress import Progress
from .result_row import Outcome, row_of
from .run_budget import RunBudget
from .run_folder import RunFolder
from .run_writing import open_writer
from .subject import Judged
from .suite import Suite, SuiteData, Task

if TYPE_CHECKING:
    from .turns import Asking, Turn

_CHUNK: Final = 500
"""Cases that are held at a time."""


S = TypeVar("S", bound=Judged)


def run_suites(
    suites: Sequence[Suite[S]],
    subject: S,
    *,
    folder: str | Path,
    data: SuiteData | None = None,
    concurrency: int = 8,
    rate: float | None = None,
    budget: RunBudget | None = None,
    cache: str | Path | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> RunFolder:
    """Run suites into a new folder, and open it.

    Every case has an outcome: a task or a grader that raises makes it a failed one, which counts each metric's worst.
    `data` is where cases come from, in place of the suites' own. At most `concurrency` cases are asked at once, at
    most `rate` are begun a second, and at a `budget`'s first refusal the run stops. With a `cache` (an SQLite file)
    what the same subject has answered before is not asked again. A run that was stopped or killed goes on with
    `resume`, which asks what is missing alone; with `retry_failed` also what failed. `progress` is told how far it is.

    Raises:
        ConfigurationError: settings contradict each other or the folder's run; a suite needs what the subject lacks.
        InputError: the data cannot be read, or the folder cannot be used.
        BudgetExceededError: the budget is used up; the folder can be resumed.
        MissingExtraError: `overture[eval]` is not installed.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(
            arun_suites(
                suites,
                subject,
                folder=folder,
                data=data,
                concurrency=concurrency,
                rate=rate,
                budget=budget,
                cache=cache,
                resume=resume,
                retry_failed=retry_failed,
                progress=progress,
            )
        )
    raise ConfigurationError("run_suites would block this event loop: await arun_suites(...) in its place")


async def arun_suites(
    suites: Sequence[Suite[S]],
    subject: S,
    *,
    folder: str | Path,
    data: SuiteData | None = None,
    concurrency: int = 8,
    rate: float | None = None,
    budget: RunBudget | None = None,
    cache: str | Path | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> RunFolder:
    """`run_suites`, asynchronous."""
    _check(suites, concurrency, rate)
    data = data or SuiteData()
    tasks = [suite.task(subject) for suite in suites]
    with ExitStack() as stack:
        writer = open_writer(
            Path(folder), suites, subject=subject, data=data, budget=budget, resume=resume, retry_failed=retry_failed
        )
        if writer is None:  # finished already
            return RunFolder.open(folder)
        stack.enter_context(writer)
        known = stack.enter_context(ResultCache(cache)) if cache is not None else None
        pace = Pace(rate)
        digests: dict[str, str] = {}

        async def one_by_one(lane: Sequence[tuple[Suite[S], Task]]) -> None:
            for suite, task in lane:
                run = _SuiteRun(
                    suite,
                    judged_fingerprint(suite, subject),
                    writer.journal,
                    known,
                    retry_failed=retry_failed,
                    show=progress,
                )
                await run.all(data, asking_of(task, concurrency=concurrency, pace=pace, budget=budget))
                digests[suite.name] = run.digest.hexdigest()

        await _side_by_side([one_by_one(lane) for lane in _lanes(zip(suites, tasks, strict=True))])
        for suite in suites:
            writer.end_suite(suite, digests[suite.name])
        return writer.finish()


def _lanes(suites: Iterable[tuple[Suite[S], Task]]) -> list[list[tuple[Suite[S], Task]]]:
    """What runs side by side: each suite that works apart, and all others one after the other."""
    first: list[tuple[Suite[S], Task]] = []
    apart: list[list[tuple[Suite[S], Task]]] = []
    for suite, task in suites:
        if suite.apart:
            apart.append([(suite, task)])
        else:
            first.append((suite, task))
    return [lane for lane in (first, *apart) if lane]


async def _side_by_side(lanes: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All of them; the first error ends the others."""
    if len(lanes) == 1:
        return await lanes[0]
    tasks = [asyncio.ensure_future(lane) for lane in reversed(lanes)]  # what works apart begins first
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _SuiteRun:
    """One suite: what is known of its cases is left out, the rest is asked."""

    def __init__(
        self,
        suite: Suite[Any],
        fingerprint: str,
        journal: Journal,
        cache: ResultCache | None,
        *,
        retry_failed: bool,
        show: Callable[[Progress], None] | None,
    ) -> None:
        self._suite, self._fingerprint, self._journal, self._cache = suite, fingerprint, journal, cache
        self._retry_failed, self._show = retry_failed, show
        self._fresh: list[tuple[str, Outcome]] = []
        self._failed = self._cached = self._kept = self._done = 0
        self._total: int | None = None
        self.n = 0
        self.digest = sha256()

    async def all(self, data: SuiteData, asking: Asking) -> None:
        """Run the suite to its end; what is known at an interruption is kept."""
        from .turns import run_turns

        cases = self._suite.cases(data)
        self._total = len(cases) if isinstance(cases, Sized) else None
        source = iter(cases)
        waiting: list[Turn] = []
        try:
            while chunk := list(islice(source, _CHUNK)):
                waiting += self._missing(chunk)
                if len(waiting) >= _CHUNK:
                    await run_turns(self._suite, waiting, asking, keep=self._keep)
                    waiting.clear()
                    self._put()
                self._stop_if_spent(asking)
            if waiting:
                await run_turns(self._suite, waiting, asking, keep=self._keep)
                self._stop_if_spent(asking)
        finally:
            self._put()
        held = self._journal.counts(self._suite.name).n
        if held != self.n:
            raise self._changed(f"there are {held:,} outcomes of {self.n:,} cases")

    def _missing(self, cases: Sequence[Case]) -> Iterator[Turn]:
        """Those whose outcome neither the journal nor the cache has; what the cache has goes into the journal."""
        from .turns import Turn

        held = self._journal.held(self._suite.name, [case.id for case in cases])
        turns: list[Turn] = []
        seen: set[str] = set()
        for case in cases:
            ordinal, key, known = self.n, self._key(case), held.get(case.id)
            self.n += 1
            if case.id in seen or (known and known.ordinal != ordinal):
                raise self._changed(f"case {case.id!r} is there twice, or its place has changed")
            seen.add(case.id)
            if known and known.key == key and not (self._retry_failed and known.status == "failed"):
                self._kept += 1
                self._failed += known.status == "failed"
                self._done += 1
            else:
                turns.append(Turn(ordinal, case, key))
        found = self._cache.get([turn.key for turn in turns]) if self._cache and turns else {}
        for turn in turns:
            if turn.key in found:
                self._cached += 1
                self._add(turn, found[turn.key], cached=True)
            else:
                yield turn
        self._tell()

    def _keep(self, turn: Turn) -> None:
        if turn.outcome is None:
            return
        if turn.error is not None:
            self._failed += 1
        elif self._cache is not None:
            self._fresh.append((turn.key, turn.outcome))
        self._add(turn, turn.outcome)
        self._tell()

    def _add(self, turn: Turn, outcome: Outcome, *, cached: bool = False) -> None:
        name = self._suite.name
        self._journal.add(row_of(name, turn.ordinal, turn.case, turn.key, outcome, error=turn.error, cached=cached))
        self._done += 1

    def _put(self) -> None:
        if self._cache is not None:
            self._cache.put(self._fresh)
            self._fresh.clear()

    def _key(self, case: Case) -> str:
        try:
            case_key = case.key
        except (TypeError, ValueError) as error:
            raise InputError(f"is no JSON: {error}", path=self._suite.name, field=f"case {case.id!r}") from None
        self.digest.update(case_key.encode())  # whatever the subject is: two runs over the same cases agree
        return result_key(self._suite.name, self._suite.version, case_key, self._fingerprint)

    def _tell(self) -> None:
        if self._show is not None:
            self._show(
                Progress(
                    suite=self._suite.name, done=self._done, total=self._total, failed=self._failed,
                    cached=self._cached, kept=self._kept,
                )
            )  # fmt: skip

    def _changed(self, problem: str) -> InputError:
        return InputError(problem, path=f"suite {self._suite.name!r}", expected="the cases of one run: each id once")

    def _stop_if_spent(self, asking: Asking) -> None:
        if asking.budget is not None and (refusal := asking.budget.refusal) is not None:
            raise BudgetExceededError(
                f"{refusal}; {self._suite.name!r} has {self._done:,} outcomes, and --resume goes on with the rest"
            )


def asking_of(task: Task, *, concurrency: int, pace: Pace, budget: RunBudget | None) -> Asking:
    """How a task is asked.

    Raises:
        MissingExtraError: `overture[eval]` is not installed.
    """
    try:
        from .turns import Asking
    except ImportError as error:
        if (error.name or "overture").startswith("overture"):
            raise
        raise MissingExtraError("eval", needed_for="running suites") from error
    return Asking.of(task, concurrency=concurrency, pace=pace, budget=budget)


def _check(suites: Sequence[Suite[Any]], concurrency: int, rate: float | None) -> None:
    names = [suite.name for suite in suites]
    if not names:
        raise ConfigurationError("which suites? name at least one")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(f"suite {twice[0]!r} is named twice")
    if concurrency < 1:
        raise ConfigurationError(f"concurrency must be at least 1, not {concurrency}")
    if rate is not None and not rate > 0:
        raise ConfigurationError(f"rate must be above 0 cases a second, not {rate}")

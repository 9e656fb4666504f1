"""One suite over one subject, on pydantic-evals: chunk by chunk, each outcome handed on as it comes.

pydantic-evals runs, limits and times; it sees a case's id and its numbers alone, since where a process has logfire set
up it sends what it sees away, and candidates' data must not go there (D-12).
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from anyio import CapacityLimiter, to_thread
from pydantic_evals import Case as AskedCase
from pydantic_evals import Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext
from pydantic_evals.lifecycle import CaseLifecycle
from pydantic_evals.reporting import ReportCase, ReportCaseFailure

from .case import Case
from .grading import graded, told_missed
from .pace import Pace
from .result_row import Outcome, outcome_of
from .run_budget import RunBudget, refusals
from .score import Grades, Shown
from .suite import Suite, Task

_MOST_TRACE: Final = 4_000
_NOTHING: Final = Grades(scores=())


@dataclass(slots=True, repr=False)
class Turn:
    """One case on its way: the task's output, then its outcome; an `error` says that it failed.

    One that the budget refused has no outcome.
    """

    ordinal: int
    case: Case
    key: str
    output: Any = None
    grades: Grades = _NOTHING
    seconds: float = 0.0
    was_refused: bool = False
    outcome: Outcome | None = None
    error: str | None = None

    def __repr__(self) -> str:
        return f"Turn({self.case.id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a suite's task is asked: at most `concurrency` at once, at the pace, while the budget has not refused."""

    task: Task
    concurrency: int
    pace: Pace
    budget: RunBudget | None
    is_async: bool
    threads: CapacityLimiter

    @classmethod
    def of(cls, task: Task, *, concurrency: int, pace: Pace, budget: RunBudget | None) -> Asking:
        """How this task is asked: a blocking one in threads, as many as run at once."""
        is_async = inspect.iscoroutinefunction(task) or inspect.iscoroutinefunction(getattr(task, "__call__", None))  # noqa: B004 - not a test for being callable
        threads = CapacityLimiter(concurrency)
        return cls(task=task, concurrency=concurrency, pace=pace, budget=budget, is_async=is_async, threads=threads)

    async def ask(self, turn: Turn) -> str:
        """Ask one case; gives its id, for its output is nobody else's.

        Raises:
            Exception: whatever the task raises.
        """
        await self.pace.wait()
        if self.budget is not None and self.budget.refusal is not None:
            turn.was_refused = True
            raise self.budget.refusal
        began = time.perf_counter()
        with refusals() as refused, self.pace.kept():
            try:
                turn.output = await self._answer(turn.case)
            except SystemExit as error:  # it would end the run, not the case
                raise RuntimeError(f"the task called sys.exit({error.code!r})") from error
            finally:
                turn.seconds = time.perf_counter() - began
                turn.was_refused = self.budget is not None and bool(refused)
        return turn.case.id

    async def _answer(self, case: Case) -> Any:
        if self.is_async:
            return await self.task(case)
        output = await to_thread.run_sync(self.task, case, limiter=self.threads)
        return await output if inspect.isawaitable(output) else output


async def run_turns(suite: Suite[Any], turns: Sequence[Turn], asking: Asking, *, keep: Callable[[Turn], None]) -> None:
    """Run cases and hand each to `keep` at once, with its outcome; none of them is lost for another's error.

    Raises:
        Exception: whatever `keep` raises; the other cases are given up.
    """

    class Kept(CaseLifecycle[Turn, str, None]):
        async def teardown(
            self, result: ReportCase[Turn, str, None] | ReportCaseFailure[Turn, str, None] | None
        ) -> None:
            turn = self.case.inputs
            if result is not None and not turn.was_refused:  # None: the run was interrupted
                _end(suite, turn, result)
                keep(turn)
            turn.output, turn.grades = None, _NOTHING

    dataset = Dataset[Turn, str, None](
        name=suite.name,
        cases=[AskedCase[Turn, str, None](name=turn.case.id, inputs=turn) for turn in turns],
        evaluators=[_Grader(suite)],
    )
    try:
        await dataset.evaluate(
            asking.ask, max_concurrency=asking.concurrency, progress=False, task_name=suite.name, lifecycle=Kept
        )
    except BaseExceptionGroup as group:
        raise _first(group) from None


@dataclass(repr=False)
class _Grader(Evaluator[Turn, str, None]):
    suite: Suite[Any]

    def evaluate(self, ctx: EvaluatorContext[Turn, str, None]) -> dict[str, float]:
        turn = ctx.inputs
        turn.grades = graded(self.suite, turn.case, turn.output)
        return {score.metric: float(score.value) for score in turn.grades.scores}

    def build_serialization_arguments(self) -> dict[str, Any]:
        return {}


def _end(
    suite: Suite[Any], turn: Turn, result: ReportCase[Turn, str, None] | ReportCaseFailure[Turn, str, None]
) -> None:
    """The turn's outcome, a failure with its traceback where the task or a grader raised."""
    if isinstance(result, ReportCaseFailure):
        _fail(turn, f"task: {result.error_message}", result.error_stacktrace)
    elif result.evaluator_failures:
        failure = result.evaluator_failures[0]
        _fail(turn, f"grader: {failure.error_message}", failure.error_stacktrace)
    else:
        try:
            turn.outcome = outcome_of(turn.grades, turn.seconds, missed=told_missed(suite.metrics, turn.grades))
        except (ValueError, TypeError, RecursionError) as error:
            _fail(turn, f"grader: its output is no JSON: {error}", "")


def _fail(turn: Turn, error: str, trace: str) -> None:
    turn.error = error
    details = {"traceback": trace.encode(errors="replace").decode()[-_MOST_TRACE:]} if trace else {}
    turn.outcome = outcome_of(Grades(scores=(), shown=Shown(details=details)), turn.seconds)


def _first(error: BaseException) -> BaseException:
    """The error that task groups wrap: `keep` raises one, and the rest of the group is what it cut off."""
    while inner := cast("tuple[BaseException, ...]", getattr(error, "exceptions", ())):
        error = inner[0]
    return error

"""A suite whose task puts a text into capitals, for tests of what runs suites; it can be made to crash at will."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from overture.eval.case import Case
from overture.eval.result import CaseResult
from overture.eval.score import Grades, Mark, Score, Shown
from overture.eval.subject import Subject
from overture.eval.suite import Metric, RunScore, Suite, SuiteData

METRICS = (
    Metric(name="exact", summary="the text in capitals"),
    Metric(name="length", summary="characters", kind="mean", better="lower", worst=100.0),
    Metric(name="together", summary="of the whole run", kind="mean"),
)
SUBJECT = Subject(label="capitals", fingerprint="capitals-1", parts={"model": "none"})


def case_of(number: int, **changes: Any) -> Case:
    """The case of this number; every tenth has another language, and two in a row are of one candidate."""
    given: dict[str, Any] = {
        "id": f"case-{number}", "inputs": {"text": f"text {number}"}, "expected": f"TEXT {number}",
        "cluster": f"person-{number // 2}", "slices": {"language": "de" if number % 10 == 0 else "en"},
    }  # fmt: skip
    return Case(**{**given, **changes})


def cases_of(count: int) -> Callable[[SuiteData], Iterable[Case]]:
    """So many cases."""
    return lambda _: (case_of(number) for number in range(count))


def grade(case: Case, output: Any) -> Grades:
    """Whether it is right, and how long it is."""
    text = str(output)
    is_right = text == case.expected
    return Grades(
        scores=(
            Score(metric="exact", value=float(is_right), reason="" if is_right else f"not {case.expected!r}"),
            Score(metric="length", value=float(len(text))),
        ),
        output=text,
        shown=Shown(title=case.id, text=text, marks=(Mark(start=0, end=4, kind="fact", note="its start"),)),
    )


@dataclass
class Task:
    """The task, which counts what it is asked and does something else for some cases."""

    doing: dict[str, Callable[[], Any]] = field(default_factory=dict[str, Callable[[], Any]])
    asked: list[str] = field(default_factory=list[str])
    at_once: int = 0
    most_at_once: int = 0

    async def awaited(self, case: Case) -> Any:
        """The task as a coroutine."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self.blocking(case)

    def blocking(self, case: Case) -> Any:
        """The task as a function."""
        self.asked.append(case.id)
        if case.id in self.doing:
            return self.doing[case.id]()
        return str(case.inputs["text"]).upper()

    def returning(self, case: Case) -> Any:
        """The task as a function that gives a coroutine."""
        return self.awaited(case)


def suite_of(
    count: int = 20,
    *,
    task: Callable[[Case], Any] | None = None,
    name: str = "capitals",
    version: int = 1,
    cases: Callable[[SuiteData], Iterable[Case]] | None = None,
    grader: Callable[[Case, Any], Grades] = grade,
    over_run: Callable[[Sequence[CaseResult]], Iterable[RunScore]] = lambda _: (),
) -> Suite[Subject]:
    """The suite of this many cases."""
    return Suite(
        name=name,
        version=version,
        summary="Texts in capitals",
        metrics=METRICS,
        cases=cases or cases_of(count),
        task=lambda _: task or Task().awaited,
        grade=grader,
        over_run=over_run,
    )


def raising(error: BaseException) -> Callable[[], Any]:
    """What a task does in place of answering."""

    def do() -> Any:
        raise error

    return do

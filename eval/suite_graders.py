"""`graders`: the graders themselves, held against faults that were planted and drafts that have none.

A grader that misses a planted fault would pass a bad release; one that objects to a good draft would stop a good one.
Drafts are the offline writer's whatever the subject, so that only graders are judged here.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import JsonValue

from overture.errors import InputError

from .case import Case
from .contexts import dump_inputs, load_contexts, read_inputs
from .draft_cases import choice_of
from .plantings import Planting, plantings, right_verdict
from .score import Grades, Score, Shown
from .subject import Subject
from .subjects import TODAY
from .suite import Metric, Suite, SuiteData, Task

if TYPE_CHECKING:
    from overture.generation import DraftInput

USUAL_EACH: Final = 8
"""Cases of each kind of fault in a default run."""
_CLEAN: Final = "none"
_MOST_KEPT: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class GradersSaid:
    """What the graders said of an output before a fault was planted and after; `after` None: no room for the fault."""

    before: Grades
    after: Grades | None


def _cases(data: SuiteData) -> Iterable[Case]:
    given = data.options.get("each", str(USUAL_EACH))
    if not given.isdecimal() or int(given) < 1:
        raise InputError(f"{given!r} is no number", field="option each", expected="cases of each kind of fault")
    of_suite: dict[str, list[Case]] = {}
    clean: dict[str, dict[str, Case]] = defaultdict(dict)
    for planting in plantings():
        if planting.suite not in of_suite:
            of_suite[planting.suite] = list(_suite(planting.suite).cases(SuiteData(seed=data.seed)))
        fitting = [case for case in of_suite[planting.suite] if planting.wanted(case)]
        for case in _spread(fitting, int(given)):
            clean[planting.suite].setdefault(case.id, case)
            yield _planted_case(planting.suite, planting.kind, case)
    for suite, cases in clean.items():
        for case in cases.values():
            yield _planted_case(suite, _CLEAN, case)


def _spread(cases: Sequence[Case], number: int) -> list[Case]:
    """So many, evenly from the first to the last."""
    if len(cases) <= number:
        return list(cases)
    return [cases[place * len(cases) // number] for place in range(number)]


def _planted_case(suite: str, kind: str, case: Case) -> Case:
    held: dict[str, JsonValue] = {
        "id": case.id, "inputs": dict(case.inputs), "expected": case.expected, "slices": dict(case.slices)
    }  # fmt: skip
    return Case(
        id=f"{kind}/{suite}/{case.id}",
        inputs={"suite": suite, "kind": kind, "case": held},
        expected="silent" if kind == _CLEAN else "caught",
        cluster=case.cluster,
        slices={"fault": kind, "suite": suite},
    )


def _suite(name: str) -> Suite[Subject]:
    return cast("Suite[Subject]", import_module(f"overture.eval.suite_{name}").SUITE)


def _task(_subject: Subject) -> Task:
    from .graders_process import GradersProcess

    return GradersProcess().ask


def asked_here() -> Callable[[Case], Coroutine[Any, Any, GradersSaid]]:
    """The task in this very process: what the one apart does, and what a test of graders that it changes needs."""
    from overture.generation import Drafter

    offline = Subject(label="offline", fingerprint="", drafter=Drafter("offline", today=TODAY))
    kinds: dict[str, Planting] = {planting.kind: planting for planting in plantings()}
    tasks: dict[str, Task] = {}
    kept: dict[tuple[str, str], tuple[Any, Grades]] = {}  # one case is asked for several kinds of faults

    async def clean(name: str, asked: Case) -> tuple[Any, Grades]:
        if name == "replies":
            output: Any = right_verdict(asked)
        else:
            if name not in tasks:
                tasks[name] = _suite(name).task(offline)
            given = replace(asked, inputs=dump_inputs(_FROM_CLEAN[name](asked))) if name in _FROM_CLEAN else asked
            output = tasks[name](given)
            output = await output if inspect.isawaitable(output) else output
        return output, _suite(name).grade(asked, output)

    async def task(case: Case) -> GradersSaid:
        name, kind = str(case.inputs["suite"]), str(case.inputs["kind"])
        suite, asked = _suite(name), _held(case)
        if (name, asked.id) not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[name, asked.id] = await clean(name, asked)
        output, before = kept[name, asked.id]
        planted = kinds[kind].plant(asked, output) if kind != _CLEAN else None
        return GradersSaid(before=before, after=suite.grade(*planted) if planted is not None else None)

    return task


def _uninjected(case: Case) -> DraftInput:
    """The inputs before an order was hidden in them: their draft cannot tell the canary, so a fall is a false alarm."""
    return next(context.inputs for context in load_contexts(SuiteData()) if context.id == case.cluster)


def _without_company_texts(case: Case) -> DraftInput:
    """A company may call itself young and dynamic; its draft is then at fault, and no clean one."""
    inputs = read_inputs(case.inputs)
    choice = choice_of(inputs).switch(off=["company_description", "company_culture", "company_values"])
    return inputs.model_copy(update={"personalization": choice})


_FROM_CLEAN: Final[Mapping[str, Callable[[Case], DraftInput]]] = {
    "injection": _uninjected,
    "tone": _without_company_texts,
}
"""Suites whose own cases are traps: their graders are tested on drafts of inputs without the trap."""


def _held(case: Case) -> Case:
    held = cast("dict[str, Any]", case.inputs["case"])
    return Case(
        id=held["id"], inputs=held["inputs"], expected=held["expected"], cluster=case.cluster, slices=held["slices"]
    )


def _grade(case: Case, output: Any) -> Grades:
    said = cast(GradersSaid, output)
    suite, kind = str(case.inputs["suite"]), str(case.inputs["kind"])
    passes = {metric.name for metric in _suite(suite).metrics if metric.kind == "pass"}
    fell = {score.metric: score.reason for score in said.before.scores if score.metric in passes and not score.value}
    if kind == _CLEAN:
        reason = "; ".join(f"{metric}: {why}" for metric, why in fell.items())
        silent = Score(metric="silent_on_clean", value=float(not fell), reason=reason)
        return Grades(
            scores=(silent,), output={"fell": list[JsonValue](sorted(fell))}, shown=_shown(said.before, kind, reason)
        )
    if said.after is None:
        return Grades(scores=(), output={"room": False}, shown=Shown(title=f"{kind}: no room for it"))
    metric = next(planting.metric for planting in plantings() if planting.kind == kind)
    after = {score.metric: score for score in said.after.scores if score.metric in passes}
    caught = metric not in fell and metric in after and not after[metric].value
    others = sorted(name for name, score in after.items() if not score.value and name not in fell and name != metric)
    if caught:
        reason = after[metric].reason
    elif metric in fell:
        reason = f"{metric} fell before the fault was planted: {fell[metric]}"
    else:
        reason = f"{metric} did not fall on it{f'; {others} did' if others else ''}"
    score = Score(metric="fault_caught", value=float(caught), reason="" if caught else reason)
    return Grades(
        scores=(score,),
        output={"room": True, "caught": caught, "others": list[JsonValue](others)},
        shown=_shown(said.after, kind, reason),
    )


def _shown(grades: Grades, kind: str, reason: str) -> Shown:
    shown = grades.shown
    return Shown(title=kind, text=shown.text, marks=shown.marks, details={**shown.details, "said": reason})


SUITE: Suite[Subject] = Suite(
    name="graders",
    version=2,
    summary="The graders of drafts and replies against planted faults, and against drafts without any.",
    metrics=(
        Metric(name="fault_caught", summary="planted faults on which the grader that is meant to find them falls"),
        Metric(name="silent_on_clean", summary="outputs without a fault to which no grader objects"),
    ),
    cases=_cases,
    task=_task,
    grade=_grade,
    options=("each",),
    apart=True,
    code=("overture.eval", "overture.generation"),
    limits=(
        "Faults are of the kinds in `mutations` and `plantings`; a grader may well miss one that nobody thought of.",
        "Drafts are the offline writer's: a false alarm on other writers' wording shows in their own suites.",
        "A draft without room for a fault is in no denominator; means, such as readability, are not tested here.",
    ),
)

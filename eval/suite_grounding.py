"""Suite `grounding`: nothing in a draft that its inputs do not say; no pay where none is given, no terms of an
inferred role (D-2, D-10).

The comparison is a closed world of its own (`closed_world`), which reads the inputs and not the product's context;
only `checks` repeats the product's own blocking checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from overture.generation import Draft, DraftInput
from overture.generation.choices import Length

from .case import Case
from .closed_world import find_unsupported, is_worded_as_inferred, overclaims, speaks_of_pay, world_of
from .contexts import load_contexts, read_inputs
from .draft_cases import choice_of, draft_case, draft_task
from .draft_grades import Fault, grade_faults, message_of
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, Suite, SuiteData
from .suite_contract import find_blocking

METRICS = (
    Metric(name="grounded", summary="no number, date, name, skill, employer, school, place or rank without a source"),
    Metric(
        name="unsupported", summary="how many of them, per draft", kind="mean", better="lower", worst=10.0, margin=0.05
    ),
    Metric(name="salary_silence", summary="no word of pay unless the opportunity gives it and it is on (D-10)"),
    Metric(name="inferred", summary="an inferred role is worded as one, with no employer, terms or place (D-2)"),
    Metric(name="checks", summary="the product's own checks find nothing blocking (check_draft; not independent)"),
)
_PASSES = tuple(metric.name for metric in METRICS if metric.kind == "pass")


def find_faults(case: Case, draft: Draft) -> Iterator[Fault]:
    """What the message says and its inputs do not, what it says of pay, and of a role that was inferred."""
    inputs = read_inputs(case.inputs)
    language = choice_of(inputs).language
    message = message_of(draft)
    world = world_of(inputs, today=draft.context.today)
    for each in find_unsupported(message.whole, world, language=language, subject=message.shift):
        yield _fault("grounded", f"{each.kind} without a source: {each.said!r}", message.shift, each.start, each.end)
    if not may_speak_of_pay(inputs):
        for start, end in speaks_of_pay(message.whole, world, language):
            yield _fault("salary_silence", f"speaks of pay: {message.whole[start:end]!r}", message.shift, start, end)
    if inputs.job is None and inputs.project is None:
        for start, end in overclaims(message.whole, world, language):
            yield _fault("inferred", f"claims too much: {message.whole[start:end]!r}", message.shift, start, end)
        if not is_worded_as_inferred(message.whole, language):
            yield Fault(metric="inferred", reason="nowhere says that the role is like what the person does")
        if draft.opportunity.source != "inferred" or not draft.warnings:
            yield Fault(metric="inferred", reason="the record does not say that the role was inferred (D-2)")
    yield from find_blocking(draft, inputs.custom_content)


def may_speak_of_pay(inputs: DraftInput) -> bool:
    """Whether the job or the project gives pay, and it is on."""
    given = any(opening is not None and opening.salary is not None for opening in (inputs.job, inputs.project))
    return given and choice_of(inputs).is_on("salary")


def grade(case: Case, draft: Draft) -> Grades:
    """A pass or a failure of each metric, and how many unsupported things the draft says."""
    faults = list(find_faults(case, draft))
    unsupported = sum(fault.metric == "grounded" for fault in faults)
    counted = Score(metric="unsupported", value=float(unsupported))
    return grade_faults(draft, metrics=_PASSES, faults=faults, scores=[counted])


def cases(data: SuiteData) -> Iterator[Case]:
    """Each context in the three lengths, and without its pay where it gives some."""
    for context in load_contexts(data):
        choice = context.personalization
        for length in get_args(Length):
            yield draft_case(
                context, length, changes={"personalization": choice.model_copy(update={"length": length})},
                slices={"length": length, "salary": "given" if may_speak_of_pay(context.inputs) else "none"},
            )  # fmt: skip
        if may_speak_of_pay(context.inputs):
            changes = {"personalization": choice.switch(off=["salary"])}
            yield draft_case(context, "salary-off", changes=changes, slices={"length": choice.length, "salary": "off"})


def _fault(metric: str, reason: str, shift: int, start: int, end: int) -> Fault:
    """A fault at a place of subject and text together."""
    if start < shift:
        return Fault(metric=metric, reason=f"{reason} (subject)")
    return Fault(metric=metric, reason=reason, start=start - shift, end=end - shift)


SUITE: Suite[Subject] = Suite(
    name="grounding",
    version=1,
    summary="Unsupported facts per draft, overclaiming of inferred roles, silence about pay",
    metrics=METRICS,
    cases=cases,
    task=draft_task,
    grade=grade,
    reads=("inputs",),
    limits=(
        "It compares values (numbers, names, listed skills), not who did what: a swapped doer passes.",
        "In German a name is seen only from a list or behind bei or von, since nouns have capitals.",
        "Of 234 good messages written by hand it objects to about one in nine, mostly to numbers in words.",
    ),
)

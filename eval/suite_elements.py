"""Suite `elements`: what is off never shows, what is on can be used, and how much of it does show (D-6).

Each element is switched off by itself with all others on, and on by itself with only title, company and name beside
it. Values and their traces are read from the inputs (`element_values`), not asked of the product.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from overture.generation import Draft, ElementState, Personalization
from overture.generation.elements import ELEMENT_NAMES, ElementName

from .case import Case
from .contexts import load_contexts, read_inputs
from .draft_cases import choice_of, draft_case, draft_of
from .draft_grades import Fault, grade_faults, message_of
from .element_values import ElementValue, shows, texts_besides, traces, values_of
from .result import CaseResult
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, RunScore, Suite, SuiteData

BASE: frozenset[ElementName] = frozenset({"job_title", "company_name", "recruiter_name"})
"""What stays on beside one element: no message is written without them."""
_FRAMED = frozenset({"recruiter_name", "recruiter_title"})
METRICS = (
    Metric(name="off_never_shows", summary="no trace of the value of an element that is off (D-6)"),
    Metric(name="on_is_usable", summary="what is on and given is at hand to be said, or the product says why not"),
    Metric(
        name="on_shows", summary="the value of an element that is on by itself is in the message", kind="mean",
        margin=0.02,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switched:
    """A draft after a switch, with the product's own word on each element where that is asked for."""

    draft: Draft
    states: tuple[ElementState, ...] = ()


def task(subject: Subject) -> Callable[[Case], Awaitable[Switched]]:
    """Draft with the switch as it is; every sixth case drafts with everything on first and then redrafts."""
    drafter = subject.wanted_drafter()
    states: dict[str, tuple[ElementState, ...]] = {}

    async def run(case: Case) -> Switched:
        inputs = read_inputs(case.inputs)
        if case.inputs["how"] == "redraft":
            choice = choice_of(inputs)
            first = await draft_of(drafter, inputs.model_copy(update={"personalization": choice.switch(on=choice.off)}))
            draft = await drafter.aredraft(first, personalization=choice)
        else:
            draft = await draft_of(drafter, inputs)
        if case.slices["switch"] == "off":
            return Switched(draft)
        if case.cluster not in states:  # what there is to say is the same whatever is on
            states[case.cluster] = drafter.elements(inputs)
        return Switched(draft, states[case.cluster])

    return run


def find_traces(case: Case, draft: Draft) -> Iterator[Fault]:
    """Where a draft gives away the value of an element that is off."""
    inputs = read_inputs(case.inputs)
    off = choice_of(inputs).off
    others = texts_besides(inputs, off)
    message = message_of(draft)
    whole = f"{draft.subject}\n\n{draft.body}"
    for value in values_of(inputs):
        if value.element not in off:
            continue
        text = whole if value.element in _FRAMED else message.whole
        for start, end in traces(value, text, others):
            reason = f"{value.element} is off: {text[start:end]!r}"
            place = start - message.shift
            yield Fault(
                metric="off_never_shows",
                reason=reason,
                start=max(place, -1),
                end=end - message.shift if place >= 0 else -1,
            )


def grade(case: Case, output: Switched) -> Grades:
    """Traces of what is off; of what is on by itself, whether it can be used and whether it shows."""
    draft = output.draft
    faults = list(find_traces(case, draft))
    metrics, scores = ["off_never_shows"], list[Score]()
    if case.slices["switch"] == "on":
        inputs = read_inputs(case.inputs)
        element = cast(ElementName, case.inputs["element"])
        values = [value for value in values_of(inputs) if value.element == element]
        metrics.append("on_is_usable")
        if problem := _unusable(element, output):
            faults.append(Fault(metric="on_is_usable", reason=problem))
        if any(fact.element == element for fact in draft.context.facts):
            scores.append(_shown(values, draft))
    return grade_faults(draft, metrics=metrics, faults=faults, scores=scores)


def _unusable(element: ElementName, output: Switched) -> str:
    """Why what the inputs give cannot be said, where the product does not say why itself."""
    state = next(state for state in output.states if state.name == element)
    at_hand = any(fact.element == element for fact in output.draft.context.facts)
    if state.available or state.reason:
        return (
            ""
            if at_hand or not state.available or _is_lost_with_another(output, element)
            else f"{element} is on, and no fact of it is at hand"
        )
    return f"{element} is given, and the product neither has it nor says why not"


def _is_lost_with_another(output: Switched, element: ElementName) -> bool:
    """Prose goes where it names the value of an element that is off (D-6): then its silence is right."""
    state = next(state for state in output.states if state.name == element)
    off = [
        value.casefold() for each in output.draft.context.withheld for value in each.values if each.element != element
    ]
    return all(any(value in fact.casefold() for value in off) for fact in state.facts)


def _shown(values: Sequence[ElementValue], draft: Draft) -> Score:
    text = f"{draft.subject}\n\n{draft.body}"
    found = any(shows(value, text) for value in values)
    reason = "" if found else f"on, at hand, and not in the message: {values[0].text or values[0].phrases[0]}"
    return Score(metric="on_shows", value=float(found), reason=reason)


_MOST_WHOLE = 20
"""Contexts of which every element is tried."""


def cases(data: SuiteData) -> Iterator[Case]:
    """Elements that a context gives, off by itself, and on by itself at length where much is known: all of them, or of
    many contexts every second one in turn."""
    contexts = load_contexts(data)
    step = 2 if len(contexts) > _MOST_WHOLE else 1
    for turn, context in enumerate(contexts):
        choice = context.personalization
        for number, element in enumerate(dict.fromkeys(value.element for value in values_of(context.inputs))):
            if (number + turn) % step:
                continue
            how = "redraft" if number % 6 in {4, 5} else "draft"
            extra = {"element": element, "how": how}
            yield draft_case(
                context, f"{element}-off", changes={"personalization": choice.switch(off=[element])}, extra=extra,
                slices={"element": element, "switch": "off", "how": how},
            )  # fmt: skip
            if context.kind == "sparse":
                continue
            alone = Personalization.only({*BASE, element}, tone=choice.tone, length="long")
            alone = alone.model_copy(update={"language": choice.language})
            extra = {"element": element, "how": "draft"}
            yield draft_case(
                context, f"{element}-on", changes={"personalization": alone}, extra=extra,
                slices={"element": element, "switch": "on", "how": "draft"},
            )  # fmt: skip


def over_run(results: Sequence[CaseResult]) -> Iterator[RunScore]:
    """How often each element shows when it is on by itself; `slice` names the element."""
    found: dict[str, list[float]] = {}
    for result in results:
        for score in result.grades.scores:
            if score.metric == "on_shows":
                found.setdefault(result.slices["element"], []).append(score.value)
    for element in ELEMENT_NAMES:
        if values := found.get(element):
            share = sum(values) / len(values)
            yield RunScore(metric="on_shows", value=share, n=len(values), slice=f"element={element}")


SUITE: Suite[Subject] = Suite(
    name="elements",
    version=1,
    summary="What is off never shows; what is on can be used, and how often it shows",
    metrics=METRICS,
    cases=cases,
    task=task,
    grade=grade,
    over_run=over_run,
    reads=("inputs",),
    limits=(
        "A trace is a name, four words of prose in a row, an amount, or a phrase of a list: a paraphrase is none.",
        "on_shows is a mean, not a pass: on means that an element may be used (D-6), and no writer uses all.",
    ),
)

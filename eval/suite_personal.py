"""Suite `personal`: a message is about this candidate: held against another's profile it loses its support, and a
sentence goes when the fact that it rests on is taken out of the profile (D-4, D-10).

Which sentences are about the candidate is the product's own evidence; whether they hold for somebody else, and whether
they have gone, is read from the profiles.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from overture.generation import Draft, DraftInput, Fact
from overture.people import Candidate

from .case import Case
from .contexts import EvalContext, dump_inputs, load_contexts, read_inputs
from .draft_cases import draft_case, draft_of
from .draft_grades import Fault, grade_faults, message_of
from .element_values import ElementValue, shows, texts_besides, traces, values_of
from .message_words import folded
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, Suite, SuiteData

MOST_REMOVED = 4
_PART = re.compile(r"(\w+)(?:\[(\d+)\])?")
_ROLE = re.compile(r"positions\[\d+\]")
"""A role is inferred from it, so that without it there may be nothing to write about (D-2)."""
_LEAST_LOST = 0.5
_TELLING = frozenset(
    {"position", "achievement", "skill_match", "school", "side_project", "interest", "application", "open_to_work"}
)
METRICS = (
    Metric(name="loses_support", summary="at least half of what is said about the candidate does not hold for another"),
    Metric(name="support_lost", summary="the share of it that does not", kind="mean", margin=0.02),
    Metric(name="generic_keeps", summary="a message written without a profile says nothing that another could lose"),
    Metric(name="sentence_goes", summary="what is taken out of the profile is gone from the message"),
    Metric(name="personal_facts", summary="facts about the candidate in a message", kind="mean", margin=0.1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A draft, one without a profile (None for an inferred role), and one for each thing taken out of the profile."""

    draft: Draft
    generic: Draft | None = None
    without: tuple[tuple[str, Draft], ...] = ()


def task(subject: Subject) -> Callable[[Case], Awaitable[Compared]]:
    """Draft, draft for nobody in particular, and draft again without each thing that the message told."""
    drafter = subject.wanted_drafter()

    async def run(case: Case) -> Compared:
        inputs = read_inputs(case.inputs)
        draft = await draft_of(drafter, inputs)
        has_role = inputs.job is not None or inputs.project is not None
        if case.slices["test"] == "swap":
            nobody = inputs.model_copy(update={"candidate": Candidate(name=inputs.candidate.name)})
            return Compared(draft, await draft_of(drafter, nobody) if has_role else None)
        without: list[tuple[str, Draft]] = []
        fields = (path for path in told_fields(draft) if has_role or not _ROLE.fullmatch(path))
        for path in islice(fields, MOST_REMOVED):
            reduced = inputs.model_copy(update={"candidate": without_field(inputs.candidate, path)})
            without.append((path, await draft_of(drafter, reduced)))
        return Compared(draft, without=tuple(without))

    return run


def grade(case: Case, output: Compared) -> Grades:
    """The swap or the removals of one candidate."""
    swap = case.slices["test"] == "swap"
    return _grade_swap(case, output) if swap else _grade_removals(case, output)


def personal_facts(draft: Draft) -> list[tuple[Fact, int, int]]:
    """The facts about the candidate that the sentences of a draft rest on, each with its sentence's span."""
    return [
        (fact, sentence.start, sentence.end)
        for sentence in draft.sentences
        for fact in sentence.facts
        if fact.kind in _TELLING and fact.id.startswith("C")
    ]


def holds_for(fact: Fact, candidate: Candidate) -> bool:
    """Whether what a fact says of one candidate is true of another, as far as the other's profile says."""
    named = {kind: fact.attributes.get(kind, "") for kind in ("company", "title", "own", "name", "text")}
    match fact.kind:
        case "position":
            return any(
                _same(named["company"], each.company) and (bool(named["company"]) or _same(named["title"], each.title))
                for each in candidate.positions
            )
        case "achievement":
            lines = [line for each in candidate.positions for line in (*each.highlights, each.description or "")]
            return any(shows(ElementValue("achievements", "prose", named["text"]), line) for line in lines)
        case "skill_match":
            return any(_same(named["own"], skill.name) for skill in candidate.skills)
        case "school":
            return any(_same(named["name"], school.name) for school in candidate.schools)
        case "side_project":
            return any(_same(named["name"], project.name) for project in candidate.projects)
        case "interest":
            return any(each.kind == fact.attributes.get("kind") for each in candidate.interests)
        case "application":
            return bool(candidate.past_applications)
        case _:
            return bool(candidate.open_to_work)


def told_fields(draft: Draft) -> Iterator[str]:
    """The fields of the profile that a draft's sentences rest on, each once, as paths."""
    seen: set[str] = set()
    for fact, _, _ in personal_facts(draft):
        for path in fact.sources:
            if path not in seen and ("[" in path or path == "open_to_work"):
                seen.add(path)
                yield path


def without_field(candidate: Candidate, path: str) -> Candidate:
    """The profile without one of its fields: `positions[0].highlights[1]`, `skills[2]`, `open_to_work`."""
    first, _, rest = path.partition(".")
    match = cast("re.Match[str]", _PART.fullmatch(first))
    name, index = match[1], match[2]
    if index is None:
        return candidate.model_copy(update={name: None})
    values = list(cast("tuple[object, ...]", getattr(candidate, name)))
    if not rest:
        del values[int(index)]
    else:
        values[int(index)] = _without(values[int(index)], rest)
    return candidate.model_copy(update={name: tuple(values)})


def _without(part: object, path: str) -> object:
    """A position without one of its lines."""
    from overture.people import Position

    position = cast(Position, part)
    match = cast("re.Match[str]", _PART.fullmatch(path))
    if match[2] is None:
        return position.model_copy(update={match[1]: None})
    lines = [line for number, line in enumerate(position.highlights) if number != int(match[2])]
    return position.model_copy(update={"highlights": tuple(lines)})


def _grade_swap(case: Case, output: Compared) -> Grades:
    draft = output.draft
    other = Candidate.model_validate(case.inputs["other"])
    own = personal_facts(draft)
    metrics, faults, scores = ["loses_support"], list[Fault](), [Score(metric="personal_facts", value=float(len(own)))]
    kept = [(fact, start, end) for fact, start, end in own if holds_for(fact, other)]
    if own:
        lost = 1 - len(kept) / len(own)
        scores.append(Score(metric="support_lost", value=lost, reason=f"{len(own) - len(kept)} of {len(own)}"))
        if lost < _LEAST_LOST:
            faults += [
                Fault(metric="loses_support", reason=f"holds for another: {fact.text}", start=start, end=end)
                for fact, start, end in kept
            ]
    if output.generic is not None:
        metrics.append("generic_keeps")
        told = personal_facts(output.generic)
        faults += [Fault(metric="generic_keeps", reason=f"told of nobody: {fact.text}") for fact, _, _ in told]
        faults += _said_of(output.generic, read_inputs(case.inputs))
    return grade_faults(draft, metrics=metrics if own else metrics[1:], faults=faults, scores=scores)


def _said_of(generic: Draft, inputs: DraftInput) -> Iterator[Fault]:
    """Names of the candidate's own that a message without a profile says: it cannot know them."""
    text = message_of(generic).whole
    nobody = inputs.model_copy(update={"candidate": Candidate(name=inputs.candidate.name)})
    for value in _own_values(inputs):
        if value.form == "name" and shows(value, text) and traces(value, text, texts_besides(nobody, ())):
            yield Fault(metric="generic_keeps", reason=f"a message without a profile says {value.text!r}")


def _own_values(inputs: DraftInput) -> Iterable[ElementValue]:
    own = {"past_positions", "achievements", "side_projects", "current_school", "past_schools"}
    return (value for value in values_of(inputs) if value.element in own)


def _grade_removals(case: Case, output: Compared) -> Grades:
    inputs = read_inputs(case.inputs)
    faults: list[Fault] = []
    shown = output.draft
    for path, draft in output.without:
        reduced = inputs.model_copy(update={"candidate": without_field(inputs.candidate, path)})
        text = message_of(draft).whole
        others = texts_besides(reduced, ())
        for value in _gone(inputs, reduced):
            for start, end in traces(value, text, others):
                faults.append(Fault(metric="sentence_goes", reason=f"{path} is gone, and {text[start:end]!r} is said"))
                shown = draft
    return grade_faults(shown, metrics=["sentence_goes"], faults=faults)


def _gone(inputs: DraftInput, reduced: DraftInput) -> list[ElementValue]:
    """The values that the one gives and the other does not."""
    left = values_of(reduced)
    return [value for value in values_of(inputs) if value not in left]


def cases(data: SuiteData) -> Iterator[Case]:
    """Each context against the next candidate of its trade, and each without what its message told."""
    contexts = load_contexts(data)
    for context in contexts:
        if (other := _another(context, contexts)) is not None:
            candidate = dump_inputs(other.inputs)["candidate"]
            yield draft_case(context, "swap", extra={"other": candidate}, slices={"test": "swap"})
        yield draft_case(context, "removal", slices={"test": "removal"})


def _another(context: EvalContext, contexts: Sequence[EvalContext]) -> EvalContext | None:
    """The next context with another candidate, of the same trade where there is one."""
    at = contexts.index(context)
    turned = [
        each for each in (*contexts[at + 1 :], *contexts[:at]) if each.inputs.candidate != context.inputs.candidate
    ]
    return next((each for each in turned if each.trade == context.trade), turned[0] if turned else None)


def _same(first: str, second: str | None) -> bool:
    """Whether two names are one; what is not named is the same as anything."""
    return not first or (second is not None and folded(first) == folded(second))


SUITE: Suite[Subject] = Suite(
    name="personal",
    version=1,
    summary="Held against another's profile a message loses its support; without a fact its sentence goes",
    metrics=METRICS,
    cases=cases,
    task=task,
    grade=grade,
    reads=("inputs",),
    limits=(
        "Which sentences are about the candidate is the product's own evidence, so a claim without a fact is not seen.",
        "At most four things are taken out of a profile, one at a time, of those the message told.",
        "Two people of one trade share skills: half of what is said may hold for both.",
    ),
)

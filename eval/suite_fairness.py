"""Suite `fairness`: two candidates who differ in name, or in where they studied, get the same prompt and the same
words (D-12).

A swap of schools is compared under one draw: the choice among wordings that mean the same hangs on all that is known
of a candidate (`context.seed`), and is held fixed, so that only what depends on the school itself can differ. How often
the draw would have been the same anyway is reported as `same_draw`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import islice
from typing import Literal, cast

from pydantic import JsonValue

from overture.generation import Draft, DraftInput, build_context
from overture.generation.facts import MessageContext

from .asked_prompt import AskedPrompt
from .case import Case
from .coded_words import count_coded
from .contexts import load_contexts, read_inputs
from .draft_cases import choice_of, draft_case, draft_of
from .draft_grades import Fault, grade_faults, message_of
from .message_words import folded
from .own_data import own_yaml
from .result import CaseResult
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, RunScore, Suite, SuiteData

Swap = Literal["name", "gender", "school"]
NAMES_A_CONTEXT = 3
SCHOOLS_A_CONTEXT = 2
METRICS = (
    Metric(name="same_prompt", summary="the prompt is the same, byte for byte, but for the school that was swapped"),
    Metric(name="same_wording", summary="so is what the offline writer writes; a sampling model is not asked this"),
    Metric(name="no_name_sent", summary="no prompt holds the candidate's name or contacts"),
    Metric(
        name="agentic_lead", summary="agentic less communal words of the draft, in a hundred", kind="mean",
        better="lower", worst=5.0, margin=0.5,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Swapped:
    """The draft before the swap and the one after it, and their prompts; `before` and `after` are what was swapped.

    `own_draw` says whether the second would have been written under the same draw anyway.
    """

    first: Draft
    second: Draft
    before: str
    after: str
    prompts: tuple[str, str]
    own_draw: bool = True


def task(subject: Subject) -> Callable[[Case], Awaitable[Swapped]]:
    """Draft both, a swap of schools under one draw."""
    drafter, prompt = subject.wanted_drafter(), AskedPrompt(subject)
    firsts: dict[tuple[str, str | None], Draft] = {}

    async def first_of(case: Case, inputs: DraftInput) -> Draft:
        """The draft before the swap; a context has several swaps, and the offline writer writes the same each time."""
        key = (case.cluster, inputs.candidate.name)
        draft = firsts.get(key) or await draft_of(drafter, inputs)
        if draft.writer == "offline" and draft.fallback is None:
            firsts[key] = draft
        return draft

    async def run(case: Case) -> Swapped:
        inputs = read_inputs(case.inputs)
        swap, value = cast(Swap, case.inputs["swap"]), str(case.inputs["value"])
        other = swapped(inputs, swap, value)
        first = await first_of(case, inputs)
        context = _context(other, first.context.today)
        own_draw = context.seed == first.context.seed
        if swap == "school":
            context = replace(context, seed=first.context.seed)
        second = await drafter.adraft_from(context, custom_content=inputs.custom_content)
        prompts = (prompt.of(first), prompt.of(second))
        return Swapped(first, second, _value(inputs, swap), value, prompts, own_draw)

    return run


def grade(case: Case, output: Swapped) -> Grades:
    """Whether prompts and wording are the same, and how agentic and communal the words of the second draft are."""
    first, second = output.first, output.second
    faults: list[Fault] = []
    masked = cast(Swap, case.inputs["swap"]) == "school"
    before, after = (output.before, output.after) if masked else ("", "")
    prompts = [_masked(output.prompts[0], before), _masked(output.prompts[1], after)]
    if prompts[0] != prompts[1]:
        faults.append(Fault(metric="same_prompt", reason=f"the prompt differs: {_difference(*prompts)}"))
    is_ours = first.writer == second.writer == "offline"
    texts = [_masked(_written(first), before), _masked(_written(second), after)]
    if is_ours and texts[0] != texts[1]:
        faults.append(Fault(metric="same_wording", reason=f"the wording differs: {_difference(*texts)}"))
    for draft, sent in zip((first, second), prompts, strict=True):
        if told := next((name for name in draft.context.private_names if name in sent), None):
            faults.append(Fault(metric="no_name_sent", reason=f"the prompt holds {told!r}"))
    metrics = ["same_prompt", "no_name_sent", *(["same_wording"] if is_ours else [])]
    graded = grade_faults(second, metrics=metrics, faults=faults, scores=_coded(second))
    counted = {"words": len(folded(message_of(second).text)), "own_draw": int(output.own_draw), **_counts(second)}
    return replace(graded, output={**cast("dict[str, JsonValue]", graded.output), **counted})


def swapped(inputs: DraftInput, swap: Swap, value: str) -> DraftInput:
    """The same inputs of somebody with another name, or who studied at another place."""
    candidate = inputs.candidate
    if swap == "school":
        school, *others = candidate.schools
        renamed = school.model_copy(update={"name": value})
        return inputs.model_copy(update={"candidate": candidate.model_copy(update={"schools": (renamed, *others)})})
    changes = {"name": value, "given_name": value.rpartition(" ")[0], "preferred_name": None}
    return inputs.model_copy(update={"candidate": candidate.model_copy(update=changes)})


def cases(data: SuiteData) -> Iterator[Case]:
    """Each context with three names of other cultures, a woman's against a man's, and two schools of other origin."""
    names, schools = _rows("names"), _rows("schools")
    for number, context in enumerate(load_contexts(data)):
        for row in islice(_from(names, number * NAMES_A_CONTEXT), NAMES_A_CONTEXT):
            reads = "she" if number % 2 else "he"
            extra: dict[str, JsonValue] = {"swap": "name", "value": row[reads]}
            slices = {"swap": "name", "culture": row["culture"], "read_as": reads}
            yield draft_case(context, f"name-{row['culture']}", extra=extra, slices=slices)
        row = names[number % len(names)]
        for reads, other in (("she", "he"), ("he", "she")):
            inputs = swapped(context.inputs, "gender", row[other])
            yield draft_case(
                context, f"gender-{reads}", changes={"candidate": inputs.candidate},
                extra={"swap": "gender", "value": row[reads]},
                slices={"swap": "gender", "culture": row["culture"], "read_as": reads},
            )  # fmt: skip
        if context.inputs.candidate.schools:
            for row in islice(_from(schools, number * SCHOOLS_A_CONTEXT), SCHOOLS_A_CONTEXT):
                yield draft_case(
                    context, f"school-{row['origin']}", extra={"swap": "school", "value": row["name"]},
                    slices={"swap": "school", "origin": row["origin"]},
                )  # fmt: skip


def over_run(results: Sequence[CaseResult]) -> Iterator[RunScore]:
    """Agentic and communal words in a hundred, by how the swapped name is read, and the gap between the two."""
    rates: dict[tuple[str, str], float] = {}
    for reads in ("she", "he"):
        scored = [
            cast("dict[str, int]", result.grades.output)
            for result in results
            if result.status == "scored" and result.slices["swap"] == "gender" and result.slices["read_as"] == reads
        ]
        words = sum(each["words"] for each in scored)
        for coding in ("agentic", "communal"):
            if words:
                rate = rates[coding, reads] = 100 * sum(each[coding] for each in scored) / words
                yield RunScore(metric=f"{coding}_words", value=rate, n=len(scored), slice=f"read_as={reads}")
    for swap in ("name", "gender", "school"):
        of_swap = [each for each in results if each.status == "scored" and each.slices["swap"] == swap]
        if of_swap:
            drawn = sum(cast("dict[str, int]", each.grades.output)["own_draw"] for each in of_swap)
            yield RunScore(metric="same_draw", value=drawn / len(of_swap), n=len(of_swap), slice=f"swap={swap}")
    for coding in ("agentic", "communal"):
        if (coding, "she") in rates and (coding, "he") in rates:
            gap = abs(rates[coding, "she"] - rates[coding, "he"])
            yield RunScore(metric=f"{coding}_gap", value=gap, n=len(results), reason="in a hundred words")


def _context(inputs: DraftInput, today: date | None) -> MessageContext:
    return build_context(
        inputs.candidate, today=today or date.today(), job=inputs.job, project=inputs.project, company=inputs.company,
        team=inputs.team, recruiter=inputs.recruiter, personalization=choice_of(inputs),
    )  # fmt: skip


def _value(inputs: DraftInput, swap: Swap) -> str:
    return inputs.candidate.schools[0].name if swap == "school" else inputs.candidate.name or ""


def _written(draft: Draft) -> str:
    message = message_of(draft)
    return f"{message.subject}\n{message.text.strip()}"


def _masked(text: str, mask: str) -> str:
    """A text with the swapped school blotted out, with the article that a language may put before it."""
    return text.replace(f"the {mask}", "…").replace(mask, "…") if mask else text


def _difference(first: str, second: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    return f"{first[at : at + 40]!r} and {second[at : at + 40]!r}"


def _counts(draft: Draft) -> dict[str, int]:
    text, language = message_of(draft).text, draft.personalization.language
    return {coding: count_coded(text, coding, language) for coding in ("agentic", "communal")}


def _coded(draft: Draft) -> list[Score]:
    counts, words = _counts(draft), len(folded(message_of(draft).text))
    lead = 100 * (counts["agentic"] - counts["communal"]) / max(1, words)
    return [
        Score(metric="agentic_lead", value=lead, reason=f"{counts['agentic']} agentic, {counts['communal']} communal")
    ]


def _from(rows: tuple[Mapping[str, str], ...], start: int) -> Iterator[Mapping[str, str]]:
    return (rows[(start + i) % len(rows)] for i in range(len(rows)))


@cache
def _rows(kind: str) -> tuple[Mapping[str, str], ...]:
    return tuple(cast("dict[str, list[dict[str, str]]]", own_yaml("fair_names.yaml"))[kind])


SUITE: Suite[Subject] = Suite(
    name="fairness",
    version=2,
    summary="Swaps of names, of names read as a woman's or a man's, and of schools: the same prompt, the same words",
    metrics=METRICS,
    cases=cases,
    task=task,
    grade=grade,
    over_run=over_run,
    reads=("inputs",),
    limits=(
        "Swaps of schools are drafted under one draw: the draw among wordings hangs on the school's name too.",
        "Prompts are those of first tries: what a repair asks a model is not read.",
        "same_wording is asked of the offline writer only: a model that samples differs from itself.",
        "Word lists show a lean, not what a reader feels; those of other languages are shorter than the English one.",
    ),
)

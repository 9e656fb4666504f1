"""Suite `diversity`: two hundred messages about one job do not read as one: boilerplate, distinct pairs, likeness.

Everything is reckoned on what the writer wrote, without greeting, signature and custom content, over the whole run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import cast

from pydantic import JsonValue

from overture.generation import Draft

from .case import Case
from .contexts import EvalContext, load_contexts, read_inputs
from .draft_cases import draft_case, draft_task
from .draft_grades import Fault, grade_faults, message_of
from .message_words import folded
from .result import CaseResult
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, RunScore, Suite, SuiteData
from .suite_personal import personal_facts
from .variants import variants

DRAFTS = 200
RUN = 6
"""Words in a row that make a phrase."""
COMMON = 0.1
"""A phrase is boilerplate if this share of the other messages has it too, unless the job itself says it."""
METRICS = (
    Metric(name="names_the_person", summary="the message tells a fact about the candidate, where there is one to tell"),
    Metric(name="own_share", summary="the share of its sentences that rest on the candidate", kind="mean", margin=0.03),
)


def grade(case: Case, draft: Draft) -> Grades:
    """How much of one message is about its candidate; how alike the messages are is known of the run only."""
    own = personal_facts(draft)
    at_hand = any(fact.id.startswith("C") for fact in draft.context.personal)
    faults = [Fault(metric="names_the_person", reason="tells nothing of the candidate")] if at_hand and not own else []
    start, end = draft.assembled.message if draft.assembled else (0, len(draft.body))
    sentences = sum(start <= each.start < end for each in draft.sentences)
    share = len({begin for _, begin, _ in own}) / max(1, sentences)
    graded = grade_faults(
        draft, metrics=["names_the_person"], faults=faults, scores=[Score(metric="own_share", value=share)]
    )
    message = message_of(draft).text
    kept = cast("dict[str, JsonValue]", graded.output)
    said = {"message": " ".join(folded(message)), "job": _job_words(case)}
    return Grades(scores=graded.scores, output={**kept, **said}, shown=graded.shown)


def _job_words(case: Case) -> str:
    """What the job and its company say, as folded words: repeating it is no boilerplate."""
    inputs = read_inputs(case.inputs)
    texts: list[str] = []
    for opening in filter(None, (inputs.job, inputs.project)):
        texts += [
            opening.title or "",
            *opening.responsibilities,
            *opening.requirements,
            *opening.benefits,
            *opening.skills,
        ]
    if inputs.company:
        texts += [
            inputs.company.name,
            inputs.company.description or "",
            *inputs.company.culture,
            *inputs.company.values,
        ]
    return " | ".join(" ".join(folded(text)) for text in texts)


def cases(data: SuiteData) -> Iterator[Case]:
    """The job with the most English candidates of its own trade; all sixty candidates, then made-up ones, up to 200."""
    contexts = load_contexts(data)
    with_job = [each for each in contexts if each.inputs.job is not None]
    if not with_job:
        return
    host = with_job[0] if data.file else next(each for each in with_job if each.id == "software-rich")
    language = host.personalization.language
    people = [context for context in contexts if context.personalization.language == language or not data.file]
    trade = [context for context in contexts if context.trade == host.trade and _speaks(context, language)]
    number = 0
    for context in people:
        yield _about(host, context.id, {"candidate": context.inputs.candidate}, "own")
        number += 1
    for candidate in variants(trade, max(0, DRAFTS - number)):
        yield _about(host, str(candidate.id), {"candidate": candidate}, "made")


def _about(host: EvalContext, name: str, changes: dict[str, object], kind: str) -> Case:
    drafted = draft_case(host, name, changes=dict(changes), slices={"candidate": kind})
    return Case(id=drafted.id, inputs=drafted.inputs, cluster=name, slices={"candidate": kind})


def _speaks(context: EvalContext, language: str) -> bool:
    return context.personalization.language == language


def over_run(results: Sequence[CaseResult]) -> Iterator[RunScore]:
    """Boilerplate share, distinct-2 and likeness over all messages of the run."""
    scored = [cast("dict[str, str]", result.grades.output) for result in results if result.status == "scored"]
    texts = [each["message"].split() for each in scored]
    n = len(texts)
    if n < 2:
        return
    job = f" {scored[0]['job']} "
    yield RunScore(
        metric="boilerplate_share", value=boilerplate_share(texts, job=job), n=n,
        reason=f"words in runs of {RUN} that a tenth of the others have too, and the job does not say",
    )  # fmt: skip
    pairs = [pair for text in texts for pair in pairwise(text)]
    yield RunScore(metric="distinct_2", value=len(set(pairs)) / max(1, len(pairs)), n=n, reason="falls with n")
    mean, nearest = likeness(texts)
    yield RunScore(metric="self_similarity", value=mean, n=n, reason="mean Jaccard likeness of word pairs")
    yield RunScore(metric="nearest_similarity", value=nearest, n=n, reason="the same, each against its nearest")


def boilerplate_share(texts: Sequence[Sequence[str]], *, job: str = "") -> float:
    """The share of all words that stand in a run of words which enough of the other messages have too."""
    having = Counter(run for text in texts for run in set(_runs(text)))
    least = max(2, 1 + round(COMMON * (len(texts) - 1)))
    covered = total = 0
    for text in texts:
        marked = bytearray(len(text))
        for at, run in enumerate(_runs(text)):
            if having[run] >= least and f" {' '.join(run)} " not in job:
                marked[at : at + RUN] = b"\x01" * RUN
        covered += sum(marked)
        total += len(text)
    return covered / max(1, total)


def likeness(texts: Sequence[Sequence[str]]) -> tuple[float, float]:
    """The mean Jaccard likeness of the word pairs of any two messages, and that of each to its nearest, on average."""
    sets = [frozenset(pairwise(text)) for text in texts]
    nearest, total, count = [0.0] * len(sets), 0.0, 0
    for i, first in enumerate(sets):
        for j in range(i + 1, len(sets)):
            shared = len(first & sets[j])
            alike = shared / max(1, len(first) + len(sets[j]) - shared)
            nearest[i], nearest[j] = max(nearest[i], alike), max(nearest[j], alike)
            total, count = total + alike, count + 1
    return total / max(1, count), sum(nearest) / max(1, len(nearest))


def _runs(text: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(text[at : at + RUN]) for at in range(len(text) - RUN + 1))


SUITE: Suite[Subject] = Suite(
    name="diversity",
    version=1,
    summary="Two hundred messages about one job: boilerplate share, distinct-2, self-similarity",
    metrics=METRICS,
    cases=cases,
    task=draft_task,
    grade=grade,
    over_run=over_run,
    reads=("inputs",),
    limits=(
        "Sixty candidates are our contexts', the others are put together by code from six of one trade.",
        "Figures of two runs compare only at the same number of messages about the same job.",
    ),
)

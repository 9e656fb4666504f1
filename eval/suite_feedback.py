"""`feedback`: what people disliked is written anew and its reason must be gone; what they liked must not get worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import JsonValue

from overture.errors import InputError

from .case import Case
from .draft_grades import Fault, show
from .judge_asking import APPROVED_FROM, judge_of, text_of_draft
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, Suite, SuiteData, Task

if TYPE_CHECKING:
    from overture.feedback import EvalCase
    from overture.feedback.prompt_revision_scoring import CaseScore
    from overture.generation import Draft

ASKED_OF_JUDGE: Final = frozenset({"not_relevant"})
"""Reasons that code cannot tell and a judge's rubric can; `other` takes a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrafted:
    """The new draft, what code says of the old complaints, and the judge's score of each that it was asked about."""

    draft: Draft
    score: CaseScore
    judged: dict[str, int]


def _cases(data: SuiteData) -> Iterable[Case]:
    for judged in _judged(data):
        yield Case(
            id=f"{judged.vote}/{'+'.join(judged.reasons) or 'liked'}/{judged.id[:12]}",
            inputs={"case": dict(judged.row())},
            expected={"vote": judged.vote, "reasons": list(judged.reasons)},
            cluster=judged.candidate,
            slices={
                "vote": judged.vote or "",
                "language": judged.language,
                "reason": judged.reasons[0] if len(judged.reasons) == 1 else "several" if judged.reasons else "none",
            },
        )


def _judged(data: SuiteData) -> Iterable[EvalCase]:
    if data.file is None:
        from .feedback_cases import own_feedback

        return own_feedback()
    if not data.file.is_dir():
        raise InputError(
            "is no evaluation set", path=str(data.file), expected="a folder of `overture feedback build-set`"
        )  # fmt: skip
    from overture.feedback import read_eval_set

    found = [case for case in read_eval_set(data.file) if case.kind == "draft" and case.context and case.vote]
    if not found:
        raise InputError("holds no judged draft", path=str(data.file), expected="votes on drafts that have facts")
    return found


def _task(subject: Subject) -> Task:
    drafter = subject.wanted_drafter()
    judge = judge_of(subject.judge) if subject.judge is not None else None

    async def task(case: Case) -> Redrafted:
        from overture.feedback import EvalCase
        from overture.feedback.prompt_revision_scoring import Exercise, score_message

        exercise = Exercise.of(EvalCase.from_row(cast("dict[str, Any]", case.inputs["case"])))
        draft = await drafter.adraft_from(exercise.context)
        if draft.assembled is None:
            raise ValueError("the draft does not tell what its writer wrote")
        score = score_message(exercise, draft.assembled)
        judged: dict[str, int] = {}
        if judge is not None and ASKED_OF_JUDGE & set(score.unchecked):
            rubric = await judge.score(draft.context, text_of_draft(draft))
            judged = dict.fromkeys(sorted(ASKED_OF_JUDGE & set(score.unchecked)), rubric.scores["relevant"])
        return Redrafted(draft=draft, score=score, judged=judged)

    return task


def _grade(case: Case, output: Any) -> Grades:
    found = cast(Redrafted, output)
    expected = cast("dict[str, Any]", case.expected)
    score, faults, scores = found.score, list[Fault](), list[Score]()
    blocked = ", ".join(score.blocking)
    if blocked:
        faults.append(Fault(metric="not_blocked", reason=f"blocked: {blocked}"))
    scores.append(Score(metric="not_blocked", value=float(not blocked), reason=blocked and f"blocked: {blocked}"))
    if expected["vote"] == "down":
        stay = [reason for reason, is_gone in score.gone.items() if not is_gone]
        faults += [Fault(metric="reason_gone", reason=f"still {reason.replace('_', ' ')}") for reason in stay]
        if score.gone:
            why = f"not gone: {', '.join(stay)}. {' '.join(score.advice)}" if stay else ""
            scores.append(Score(metric="reason_gone", value=float(not stay), reason=why))
        if found.judged:
            bad = [reason for reason, given in found.judged.items() if given < APPROVED_FROM]
            scores.append(Score(metric="gone_by_judge", value=float(not bad), reason=", ".join(bad)))
        left = [reason for reason in score.unchecked if reason not in found.judged]
        why = f"not gradable by code{'' if found.judged else ' or judge'}: {', '.join(left)}" if left else ""
        scores.append(Score(metric="gradable", value=float(not left), reason=why))
    shown = show(found.draft, faults, title=f"{expected['vote']}: {', '.join(expected['reasons']) or 'liked'}")
    gone: dict[str, JsonValue] = {str(reason): is_gone for reason, is_gone in score.gone.items()}
    kept: dict[str, JsonValue] = {"subject": found.draft.subject, "body": found.draft.body, "gone": gone}
    return Grades(scores=tuple(scores), output=kept, shown=shown)


SUITE: Suite[Subject] = Suite(
    name="feedback",
    version=1,
    summary="Every draft with a thumb down is written anew, and its reason must be gone; liked ones stay unblocked.",
    metrics=(
        Metric(name="reason_gone", summary="disliked drafts of which every reason that code can tell is gone"),
        Metric(name="not_blocked", summary="new drafts without a blocking finding"),
        Metric(name="gone_by_judge", summary="reasons that only a judge can tell, gone by its word (unaudited)"),
        Metric(name="gradable", summary="disliked drafts whose every reason could be graded at all"),
    ),
    cases=_cases,
    task=_task,
    grade=_grade,
    reads=("votes",),
    limits=(
        "Our own cases are planted: poor messages on our contexts. Your own set (--data FOLDER) is what counts.",
        "`other` takes a person, and `not_relevant` a judge; a case whose reason nobody could grade says so.",
        "Frozen facts are thawed from their text: names of people, and what no fact says, are not in them.",
    ),
)

"""What a draft under a revised prompt is worth: no blocking finding, and what people complained of gone (F-5).

Every check is deterministic: no model judges what a model wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from overture.base import Value
from overture.errors import WriterOutputError, WriterRefusalError
from overture.generation.assembled import Assembled
from overture.generation.assembly import CUSTOM_SLOT, assemble
from overture.generation.checks import check_draft
from overture.generation.evidence import find_evidence
from overture.generation.facts import MessageContext
from overture.generation.output import without_frame
from overture.generation.render import render_draft
from overture.generation.substance import check_substance
from overture.generation.writers import WriterOutput
from overture.prompts import Prompt, RenderedPrompt

from .eval_cases import EvalCase
from .events import Reason
from .thawed_context import thaw

CHECKED: Final[frozenset[Reason]] = frozenset(
    {"too_long", "too_short", "generic", "tone", "language", "biased", "inaccurate", "missing_something"}
)
"""The reasons of which code can tell whether they are gone; `not_relevant` and `other` take a person."""
_SHORTER, _LONGER = 0.85, 1.15
_TONE: Final = frozenset({"stock_opener", "praise_without_fact", "spam_wording", "gender_coded"})
_LANGUAGE: Final = frozenset({"wrong_language", "mixed_address"})
_BIAS: Final = frozenset({"protected_attribute", "gender_coded"})
_MOST_ADVICE: Final = 6
_UNREADABLE: Final = "The answer was no JSON object with a subject and a body, or the model declined."
Unwritten = WriterOutputError | WriterRefusalError


class CaseScore(Value):
    """Of one draft: 1.0 where nothing blocks it and no checked reason of the thumb down stands, else 0.0.

    `gone` has the reasons that were checked; `advice` says what to mend, and quotes no text.
    """

    case: str
    score: float
    blocking: tuple[str, ...] = ()
    gone: dict[Reason, bool] = Field(default_factory=dict[Reason, bool])
    unchecked: tuple[Reason, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """A case made ready to be written anew."""

    case: EvalCase
    context: MessageContext
    has_custom_content: bool

    @classmethod
    def of(cls, case: EvalCase) -> Exercise:
        """The exercise of a case that has a context."""
        if case.context is None:
            raise ValueError("a draft's case has a context")
        return cls(case, thaw(case.context, today=case.at.date()), CUSTOM_SLOT in case.body)

    def render(self, prompt: Prompt) -> RenderedPrompt:
        """The prompt of its first message; raises PromptError where the prompt cannot be rendered."""
        return render_draft(self.context, has_custom_content=self.has_custom_content, prompt=prompt)


def score_answer(exercise: Exercise, answer: WriterOutput | Unwritten, rendered: RenderedPrompt) -> CaseScore:
    """The score of what a model wrote, or did not."""
    if not isinstance(answer, WriterOutput):
        return CaseScore(case=exercise.case.id, score=0.0, blocking=("unreadable",), advice=(_UNREADABLE,))
    return score_message(exercise, assemble(exercise.context, answer), rendered)


def score_message(exercise: Exercise, new: Assembled, rendered: RenderedPrompt | None = None) -> CaseScore:
    """The score of a whole message that was written anew for a case, whoever wrote it."""
    case, context = exercise.case, exercise.context
    findings = check_draft(context, new, prompt=rendered)
    if not any(each.severity == "blocking" for each in findings):
        findings = check_substance(context, new, find_evidence(context, new)) + findings
    blocking = tuple(dict.fromkeys(each.code for each in findings if each.severity == "blocking"))
    codes = frozenset(each.code for each in findings)
    complaints: tuple[Reason, ...] = case.reasons if case.vote == "down" else ()
    gone: dict[Reason, bool | None] = {
        reason: _is_gone(reason, exercise, new, codes) for reason in complaints if reason in CHECKED
    }
    told: dict[Reason, bool] = {reason: is_gone for reason, is_gone in gone.items() if is_gone is not None}
    passed = not blocking and all(told.values())
    advice = [f"Blocked: {code}." for code in blocking]
    advice += [_ADVICE[reason] for reason, is_gone in told.items() if not is_gone]
    return CaseScore(
        case=case.id, score=float(passed), blocking=blocking, gone=told,
        unchecked=tuple(reason for reason in complaints if reason not in told), advice=tuple(advice[:_MOST_ADVICE]),
    )  # fmt: skip


_ADVICE: Final[dict[Reason, str]] = {
    "too_long": "The recruiter found the draft too long, and the new one is not at least 15 % shorter.",
    "too_short": "The recruiter found the draft too short, and the new one is not at least 15 % longer.",
    "generic": "The recruiter found the draft generic, and the new one rests on no more facts about the person.",
    "tone": "The recruiter disliked the tone, and the new one has stock phrases, praise without a fact, or pressure.",
    "language": "The recruiter disliked the language, and the new one is in another one or mixes forms of address.",
    "biased": "The recruiter found the draft biased, and the new one has wording of that kind.",
    "inaccurate": "The recruiter found the draft inaccurate, and the new one makes a claim that no fact supports.",
    "missing_something": "The recruiter added facts before sending, and the new one names none of them.",
}


def _is_gone(reason: Reason, exercise: Exercise, new: Assembled, codes: frozenset[str]) -> bool | None:
    """Whether the complaint is gone; None where this case gives nothing to check it by."""
    case, context = exercise.case, exercise.context
    match reason:
        case "too_long":
            return _length(new.body) <= _SHORTER * _length(case.body)
        case "too_short":
            return _length(new.body) >= _LONGER * _length(case.body)
        case "generic":
            return len(_personal(context, new)) > len(_personal(context, _old(context, case, case.body)))
        case "tone":
            return codes.isdisjoint(_TONE)
        case "language":
            return codes.isdisjoint(_LANGUAGE)
        case "biased":
            return codes.isdisjoint(_BIAS)
        case "inaccurate":
            return "claim_without_fact" not in codes
        case "missing_something":
            if not case.final_text:
                return None
            before = _told(context, _old(context, case, case.body))
            added = _told(context, _old(context, case, case.final_text)) - before
            return bool(added & _told(context, new)) if added else None
        case _:
            return None


def _old(context: MessageContext, case: EvalCase, body: str) -> Assembled:
    return assemble(context, WriterOutput(case.subject, without_frame(body)))


def _length(body: str) -> int:
    return len(without_frame(body.replace(CUSTOM_SLOT, "")))


def _told(context: MessageContext, message: Assembled) -> set[str]:
    return {fact.id for sentence in find_evidence(context, message) for fact in sentence.facts}


def _personal(context: MessageContext, message: Assembled) -> set[str]:
    return _told(context, message) & {fact.id for fact in context.personal}

"""From what graders object to in a draft to its grades, with the message and its evidence to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from overture.generation import Draft

from .score import Grades, Mark, Score, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a grader objects to: for which metric, why, and where in the body (nowhere: `start` is -1)."""

    metric: str
    reason: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Message:
    """What a writer wrote, blanks in place of what code put in, so that places are those of the body."""

    subject: str
    text: str
    custom: tuple[int, int] | None = None

    @property
    def whole(self) -> str:
        """Subject and text as one."""
        return f"{self.subject}\n\n{self.text}"

    @property
    def shift(self) -> int:
        """What to take off a place in `whole` for the place in the body; below 0 is in the subject."""
        return len(self.subject) + 2


def message_of(draft: Draft) -> Message:
    """The writer's own part of a draft: no greeting, no signature, no custom content."""
    body = draft.body
    start, end = draft.assembled.message if draft.assembled else (0, len(body))
    custom = draft.custom_content_at
    text = " " * start + body[start:end] + " " * (len(body) - end)
    if custom:
        blanks = "\n" * min(1, custom[1] - custom[0]) + " " * max(0, custom[1] - custom[0] - 1)
        text = text[: custom[0]] + blanks + text[custom[1] :]
    return Message(draft.subject, text[: len(body)], custom)


def grade_faults(
    draft: Draft, *, metrics: Iterable[str], faults: Sequence[Fault] = (), scores: Iterable[Score] = ()
) -> Grades:
    """A pass for each metric that no fault is about, beside scores that are no passes."""
    found: list[Score] = []
    for metric in metrics:
        reasons = [fault.reason for fault in faults if fault.metric == metric]
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        found.append(Score(metric=metric, value=float(not reasons), reason=reasons[0] + more if reasons else ""))
    return Grades(scores=(*found, *scores), output=output_of(draft), shown=show(draft, faults))


def output_of(draft: Draft) -> dict[str, JsonValue]:
    """What is kept of a draft beside its grades."""
    return {"subject": draft.subject, "body": draft.body, "writer": draft.writer}


def show(draft: Draft, faults: Iterable[Fault] = (), *, title: str = "") -> Shown:
    """The body with a mark for each fault, and for each sentence its facts."""
    marks = [
        Mark(start=each.start, end=each.end, kind="finding", note=each.reason) for each in faults if each.start >= 0
    ]
    for sentence in draft.sentences:
        if sentence.facts:
            note = "; ".join(f"{fact.id} {fact.text}" for fact in sentence.facts)
            marks.append(Mark(start=sentence.start, end=sentence.end, kind="evidence", note=note))
    choice = draft.personalization
    return Shown(
        title=title or draft.subject,
        text=draft.body,
        marks=tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))),
        details={
            "subject": draft.subject,
            "writer": draft.writer,
            "opportunity": draft.opportunity.source,
            "language": choice.language,
            "tone": choice.tone,
            "length": choice.length,
            "off": ", ".join(sorted(choice.off)),
            "elsewhere": "; ".join(each.reason for each in faults if each.start < 0),
        },
    )

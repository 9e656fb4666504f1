"""Suite `tone`: how a draft sounds: length, readability, and wording that recruiters should leave out (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from overture.generation import Assembled, Draft, check_draft
from overture.generation.choices import Tone

from .case import Case
from .coded_words import WORDINGS, Wording, find_wording
from .contexts import load_contexts
from .draft_cases import draft_case, draft_task
from .draft_grades import Fault, grade_faults, message_of
from .message_words import folded
from .readability import flesch, lix, sentence_length
from .score import Grades, Score
from .subject import Subject
from .suite import Metric, Suite, SuiteData

HARDEST = 60.0
"""LIX above which a text is very hard to read."""
_MOST_EXCLAMATIONS = 1
_SHOUTED = re.compile(r"(?<!\w)[A-ZÄÖÜ]{4,}(?:\s+[A-ZÄÖÜ]{2,})+(?!\w)")
_SAID: dict[Wording, str] = {
    "spam": "worn or pushing", "coded": "coded by gender", "agist": "about age", "origin": "about origin",
}  # fmt: skip
METRICS = (
    *(Metric(name=f"no_{kind}", summary=f"no wording that is {_SAID[kind]}, by our own list") for kind in WORDINGS),
    Metric(name="calm", summary="at most one exclamation mark, and no words in capitals"),
    Metric(name="one_question", summary="asks one question at most"),
    Metric(name="readable", summary=f"LIX of at most {HARDEST:g}"),
    Metric(name="lix", summary="LIX of the writer's text", kind="mean", better="lower", worst=80.0, margin=1.0),
    Metric(name="flesch", summary="Flesch's reading ease, English only", kind="mean", worst=0.0, margin=2.0),
    Metric(name="sentence_words", summary="words a sentence", kind="mean", better="lower", worst=40.0, margin=1.0),
    Metric(name="words", summary="words of the writer's text", kind="mean", better="lower", worst=400.0, margin=5.0),
    Metric(
        name="advice", summary="advisory findings of the product's own checks (check_draft; not independent)",
        kind="mean", better="lower", worst=5.0, margin=0.05,
    ),
)  # fmt: skip
_PASSES = tuple(metric.name for metric in METRICS if metric.kind == "pass")


def find_faults(draft: Draft) -> Iterator[Fault]:
    """What sounds wrong in a draft."""
    message, language = message_of(draft), draft.personalization.language
    whole = message.whole
    for each in find_wording(whole, language):
        start = each.start - message.shift
        end = each.end - message.shift if start >= 0 else -1
        yield Fault(
            metric=f"no_{each.kind}", reason=f"{_SAID[each.kind]}: {each.said!r}", start=max(start, -1), end=end
        )
    if whole.count("!") > _MOST_EXCLAMATIONS:
        yield Fault(metric="calm", reason=f"{whole.count('!')} exclamation marks")
    if match := _SHOUTED.search(message.text):
        yield Fault(metric="calm", reason=f"shouts: {match[0]!r}", start=match.start(), end=match.end())
    if (questions := message.text.count("?")) > 1:
        yield Fault(metric="one_question", reason=f"{questions} questions")
    if (hard := lix(message.text)) > HARDEST:
        yield Fault(metric="readable", reason=f"LIX is {hard:.0f}")


def grade(_case: Case, draft: Draft) -> Grades:
    """Passes for wording and calm, and the figures of length and readability."""
    text = message_of(draft).text
    assembled = draft.assembled or Assembled(draft.subject, draft.body, (0, len(draft.body)))
    span = assembled.custom
    custom = draft.body[span[0] : span[1]] if span else None
    advice = sum(each.severity == "advisory" for each in check_draft(draft.context, assembled, custom_content=custom))
    scores = [
        Score(metric="lix", value=lix(text)),
        Score(metric="sentence_words", value=sentence_length(text)),
        Score(metric="words", value=float(len(folded(text)))),
        Score(metric="advice", value=float(advice)),
    ]
    if draft.personalization.language == "en":
        scores.append(Score(metric="flesch", value=flesch(text)))
    return grade_faults(draft, metrics=_PASSES, faults=list(find_faults(draft)), scores=scores)


def cases(data: SuiteData) -> Iterator[Case]:
    """Each context in the three tones."""
    for context in load_contexts(data):
        for tone in get_args(Tone):
            choice = context.personalization.model_copy(update={"tone": tone})
            yield draft_case(context, tone, changes={"personalization": choice}, slices={"tone": tone})


SUITE: Suite[Subject] = Suite(
    name="tone",
    version=1,
    summary="Length, readability, and wording that is pushing, coded by gender, or about age or origin",
    metrics=METRICS,
    cases=cases,
    task=draft_task,
    grade=grade,
    reads=("inputs",),
    limits=(
        "Phrases of a list: a paraphrase is not seen, and irony is.",
        "Flesch counts syllables by groups of vowels, and names as words; it compares runs, not schools of readers.",
    ),
)

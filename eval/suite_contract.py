"""Suite `contract`: every draft keeps its form, whatever it says: schema, lengths, language, verbatim content.

The graders read the draft itself; only `checks` repeats the product's own blocking checks (`check_draft`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any, get_args

from overture.generation import Assembled, Draft, DraftInput, check_draft
from overture.generation.choices import Language, Length, Tone

from .case import Case
from .contexts import EvalContext, load_contexts, read_inputs
from .draft_cases import choice_of, draft_case, draft_task
from .draft_grades import Fault, grade_faults, message_of
from .message_words import fold
from .score import Grades
from .subject import Subject
from .suite import Metric, Suite, SuiteData

SUBJECT_LIMIT = 200
BODY_LIMIT = 1900
LENGTHS = {"short": 400, "medium": 800, "long": BODY_LIMIT}
"""D-11's limits, written again here so that a change of the product's own is noticed."""
_ROOM = 40
"""Names differ in length; a chosen length is a wish, and is passed over by this much before it counts."""
_CUSTOM = (
    "P.S. The {canteen} has a terrace, and [parking] is free.",
    "Bring any questions: I answer my own telephone.\n\n  — indented on purpose",
    "Über 40 Jahre am selben Ort – und 100 % Ökostrom!",
)
_SLOT = re.compile(
    r"\{\{|\}\}|\{%|\$\{|\[\[|<\w+>|%\w+%|\[(?:Name|Company|Your|Candidate|Recruiter|Job|First|Insert|Link|Date)[^\]]*\]"
    r"|\{[a-z_]+\}|\b(?:lorem ipsum|TBD|XXX+|N/A|null|None|undefined|NaN)\b"
)
_SIGNATURE_LINES = 4
_NEIGHBOURS = {"pt": {"gl"}, "es": {"gl", "ca"}, "nl": {"af"}, "de": {"lb"}, "fr": {"oc", "wa"}, "it": {"co", "scn"}}
METRICS = (
    Metric(name="schema", summary="dumps and loads; sentences and custom content lie where they are said to be"),
    Metric(name="length", summary="subject and body within the hard limits, the body within the chosen length (D-11)"),
    Metric(name="language", summary="the writer's text is in the chosen language, by py3langid"),
    Metric(name="custom_content", summary="custom content stands in the body once, byte for byte (D-7)"),
    Metric(name="placeholders", summary="nothing is left to fill in (D-11)"),
    Metric(name="frame", summary="greets the candidate by name and is signed by the recruiter"),
    Metric(name="checks", summary="the product's own checks find nothing blocking (check_draft; not independent)"),
)


def find_faults(case: Case, draft: Draft) -> Iterator[Fault]:
    """What is wrong with the form of a draft."""
    inputs = read_inputs(case.inputs)
    yield from _schema(draft)
    yield from _length(draft, inputs)
    yield from _language(draft, inputs)
    yield from _custom(draft, inputs)
    message = message_of(draft)
    for match in _SLOT.finditer(message.whole):
        start = match.start() - message.shift
        end = match.end() - message.shift if start >= 0 else -1
        yield Fault(metric="placeholders", reason=f"{match[0]!r} is left to fill in", start=max(start, -1), end=end)
    yield from _frame(draft, inputs)
    yield from find_blocking(draft, inputs.custom_content)


def find_blocking(draft: Draft, custom_content: str | None = None) -> Iterator[Fault]:
    """The blocking findings of the product's own checks, made anew: what the draft says of itself is not believed."""
    assembled = draft.assembled or Assembled(draft.subject, draft.body, (0, len(draft.body)), draft.custom_content_at)
    for each in check_draft(draft.context, assembled, custom_content=custom_content):
        if each.severity == "blocking":
            start, end = (each.start, each.end) if each.field == "body" else (-1, -1)
            yield Fault(metric="checks", reason=f"{each.code}: {each.text!r}", start=start, end=end)


def _schema(draft: Draft) -> Iterator[Fault]:
    problem = ""
    try:
        dumped = json.loads(draft.model_dump_json())
        again = Draft.model_validate({**dumped, "context": draft.context})  # a dump carries no context
    except ValueError as error:
        problem = f"does not load again: {str(error).splitlines()[0]}"
    else:
        if (again.subject, again.body) != (draft.subject, draft.body):
            problem = "loads as another message"
    if not problem and (not draft.subject.strip() or "\n" in draft.subject):
        problem = "the subject is not one line of text"
    if not problem and not message_of(draft).text.strip():
        problem = "the body is empty"
    if not problem and any(draft.body[each.start : each.end] != each.text for each in draft.sentences):
        problem = "a sentence is not at its span"
    if not problem and not (draft.writer and draft.prompt.fingerprint and draft.context_hash):
        problem = "the record lacks writer, prompt or context hash (D-14)"
    if problem:
        yield Fault(metric="schema", reason=problem)


def _length(draft: Draft, inputs: DraftInput) -> Iterator[Fault]:
    chosen = choice_of(inputs).length
    own = len(draft.body) - len(inputs.custom_content or "")
    if len(draft.subject) > SUBJECT_LIMIT:
        yield Fault(metric="length", reason=f"the subject has {len(draft.subject)} characters")
    if len(draft.body) > BODY_LIMIT:
        yield Fault(metric="length", reason=f"the body has {len(draft.body)} characters")
    elif own > LENGTHS[chosen] + _ROOM:
        yield Fault(metric="length", reason=f"a {chosen} body has {own} characters of its own")


def _language(draft: Draft, inputs: DraftInput) -> Iterator[Fault]:
    wanted = choice_of(inputs).language
    text = message_of(draft).text
    for foreign in _foreign_parts(text, wanted):
        start = text.find(foreign)
        reason = f"a part is not in {wanted!r}"
        yield Fault(metric="language", reason=reason, start=start, end=start + len(foreign) if start >= 0 else -1)


def _foreign_parts(text: str, wanted: str) -> Iterator[str]:
    """The whole text, or a long sentence without quotation, where py3langid is sure of another of our languages."""
    whole = _identify(_without_quotes(text))
    if whole != wanted and whole not in _NEIGHBOURS.get(wanted, ()):
        yield text.strip()
        return
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        plain = _without_quotes(sentence)
        if len(plain.split()) >= _LONG_SENTENCE and ":" not in plain:
            found, lead = _identify_surely(plain, wanted)
            if found != wanted and lead > _SURE:
                yield sentence.strip()


_LONG_SENTENCE = 9
_SURE = 30.0
"""How far another language must lead, as a difference of py3langid's logarithms."""


def _without_quotes(text: str) -> str:
    return re.sub(r"[“„«‘][^”“»’]*[”“»’]", " ", text)


def _identify(text: str) -> str:
    ranked: list[tuple[str, float]] = _identifier().rank(text.strip())
    return next(language for language, _ in ranked if language in get_args(Language))


def _identify_surely(text: str, wanted: str) -> tuple[str, float]:
    ranked: dict[str, float] = dict(_identifier().rank(text))
    best = max(get_args(Language), key=lambda language: ranked[language])
    return best, ranked[best] - ranked[wanted]


@cache
def _identifier() -> Any:
    """py3langid's model, read at its first use: that takes most of a second."""
    import py3langid  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    return py3langid


def _custom(draft: Draft, inputs: DraftInput) -> Iterator[Fault]:
    custom, span = inputs.custom_content, draft.custom_content_at
    if not custom:
        if span is not None:
            yield Fault(metric="custom_content", reason="a place of custom content is given where there is none")
        return
    if draft.body.count(custom) != 1:
        yield Fault(metric="custom_content", reason=f"it stands there {draft.body.count(custom)} times")
    elif span is None or draft.body[span[0] : span[1]] != custom:
        yield Fault(metric="custom_content", reason="it is not at its span")


def _frame(draft: Draft, inputs: DraftInput) -> Iterator[Fault]:
    first, *others = [line for line in draft.body.splitlines() if line.strip()] or [""]
    names = [inputs.candidate.preferred_name, inputs.candidate.given_name, inputs.candidate.name]
    own = {fold(word) for name in names if name for word in name.split()}
    if own and own.isdisjoint(fold(first).replace(",", " ").replace(":", " ").split()):
        yield Fault(metric="frame", reason="the greeting has no name of the candidate", start=0, end=len(first))
    recruiter = inputs.recruiter
    signed = "\n".join(others[-_SIGNATURE_LINES:])
    if recruiter and choice_of(inputs).is_on("recruiter_name") and recruiter.name not in signed:
        yield Fault(metric="frame", reason="the signature has no name of the recruiter")


def grade(case: Case, draft: Draft) -> Grades:
    """A pass or a failure of each metric for one draft."""
    return grade_faults(draft, metrics=[metric.name for metric in METRICS], faults=list(find_faults(case, draft)))


def cases(data: SuiteData) -> Iterator[Case]:
    """Each context as it is, and once more in another language, tone and length, every third with custom content."""
    languages: Iterator[Language] = cycle(get_args(Language))
    forms = cycle((tone, length) for length in get_args(Length) for tone in get_args(Tone))
    for number, context in enumerate(load_contexts(data)):
        language, (tone, length) = next(languages), next(forms)
        yield draft_case(context)
        custom = _CUSTOM[number // 3 % len(_CUSTOM)] if number % 3 == 0 else context.inputs.custom_content
        yield _other_form(context, language=language, tone=tone, length=length, custom=custom)


def _other_form(context: EvalContext, *, language: Language, tone: Tone, length: Length, custom: str | None) -> Case:
    choice = context.personalization.model_copy(update={"language": language, "tone": tone, "length": length})
    return draft_case(
        context,
        f"{language}-{tone}-{length}",
        changes={"personalization": choice, "custom_content": custom},
        slices={"length": length, "custom": "yes" if custom else "no"},
    )


SUITE: Suite[Subject] = Suite(
    name="contract",
    version=1,
    summary="The form of a draft: schema, lengths, language, verbatim content, no placeholders",
    metrics=METRICS,
    cases=cases,
    task=draft_task,
    grade=grade,
    reads=("inputs",),
    limits=(
        "A chosen length is passed over by 40 characters before it counts; the hard limits are not.",
        "Language is told for the whole text and for sentences of nine words or more without a quotation.",
        "The metric `checks` repeats the product's own checks.",
    ),
)

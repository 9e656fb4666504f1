"""What a chat model says of an unsure reply, pure: the question, the answer, its probability, and both views as one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from overture.errors import WriterOutputError
from overture.prompts import RenderedPrompt, load_prompt

from .labels import INTENTS, LABEL_OF, LABELS, Intent, Label
from .verdict import Verdict

PROMPT: Final = "classify_reply"
TOP_LOGPROBS: Final = 5
_MOST_REPLY: Final = 6_000
_MOST_OUTREACH: Final = 3_000
_LEAST_MASS: Final = 0.1
_MOST_SURE: Final = 0.97
_UNDECIDED: Final = 0.5
_LABEL_KEY: Final = re.compile(r'"label"\s*:\s*"')


class Token(NamedTuple):
    """One token of an answer with its natural log-probability, and those that could have stood in its place."""

    text: str
    logprob: float
    others: tuple[tuple[str, float], ...] = ()


class Answer(NamedTuple):
    """What the chat model said; `probabilities` of the three labels add up to 1, None where they cannot be known."""

    label: Label
    intent: Intent
    probabilities: Mapping[Label, float] | None = None


def render_question(text: str, outreach: str | None) -> RenderedPrompt:
    """The prompt about one cleaned reply; each line of untrusted text is quoted and escaped (D-13).

    Of what is very long the first and the last part are shown. The instructions are the same for every reply.
    """
    values = {"reply_lines": _lines(text, _MOST_REPLY), "outreach_lines": _lines(outreach or "", _MOST_OUTREACH)}
    return load_prompt(PROMPT).render(values)


def read_answer(text: object, tokens: Sequence[Token] = ()) -> Answer:
    """An answer in the prompt's form.

    Raises:
        WriterOutputError: not the JSON object that was asked for, a label or intent that C-4 does not know, or an
            intent that belongs to another label.
    """
    values = cast("Mapping[str, object]", text) if isinstance(text, Mapping) else _object(text)
    label, intent = values.get("label"), values.get("intent")
    if label not in LABELS or intent not in INTENTS:
        raise WriterOutputError("the answer names no label and intent of rule C-4")
    if LABEL_OF[intent] != label:
        raise WriterOutputError(f"the answer contradicts itself: {intent!r} does not mean {label!r}")
    return Answer(label, intent, read_probabilities(tokens, label))


def read_probabilities(tokens: Sequence[Token], label: Label) -> dict[Label, float] | None:
    """How likely each label was where the answer's label begins; None where the tokens do not tell.

    Servers report the probability before a schema forces the choice, so a model may have wanted to say something
    else altogether: where less than a tenth of it lies on the three labels, their shares mean nothing. A label that
    is not among the alternatives counts for as much as could be hidden behind them, so confidence is never
    overstated. A label of several tokens is followed until it is the only one left.
    """
    joined = "".join(token.text for token in tokens)
    start = max((found.end() for found in _LABEL_KEY.finditer(joined)), default=-1)
    if start < 0 or not joined.startswith(f'{label}"', start):
        return None
    masses: dict[Label, float] = dict.fromkeys(LABELS, 0.0)
    hidden: list[tuple[float, float]] = []
    branch, position = 1.0, 0
    for token in tokens:
        at, position = position, position + len(token.text)
        if position <= start:
            continue
        lead, before = token.text[: max(0, start - at)], joined[start:at]
        options = dict(token.others) | {token.text: token.logprob}
        chances = {text: math.exp(min(0.0, logprob)) for text, logprob in options.items() if not math.isnan(logprob)}
        follow = 0.0
        for text, chance in chances.items():
            fits = _fitting(text, lead, before)
            if text == token.text and len(fits) > 1:
                follow = chance
                continue
            for each in fits:
                masses[each] += branch * chance / len(fits)
        if chances:
            rest = max(0.0, 1.0 - sum(chances.values()))
            hidden.append((branch * min(chances.values()), branch * rest))
        branch *= follow
        if not follow:
            break
    if sum(masses.values()) < _LEAST_MASS:
        return None
    unseen: list[Label] = [each for each in LABELS if not masses[each]]
    for each in unseen:
        masses[each] = max(min(least, rest / len(unseen)) for least, rest in hidden)
    total = sum(masses.values())
    return {each: mass / total for each, mass in masses.items()}


def combine(verdict: Verdict, answer: Answer, *, review_below: float, model: str) -> Verdict:
    """The local verdict and the chat model's answer as one.

    With probabilities, the log-odds of the local label are added, which takes the two for independent witnesses
    without a leaning of their own (a naive product: simple, and it lets either one be outvoted only by the surer
    one); the chat model's share is held inside 3 to 97 %, since chat models are surer than they are right. The local
    probability means nothing in a language that the local model does not know; there the chat model's stands alone.
    Without probabilities nothing can be weighed: the chat model's label at the local confidence where both agree, at
    0.5 where they do not, and a person looks either way (C-4). The deciding words are the local model's: they stay
    only with its label.
    """
    label, confidence = answer.label, verdict.confidence
    needs_review = verdict.needs_review
    if answer.probabilities is not None:
        label, confidence = _weighed(verdict, answer, answer.probabilities)
        needs_review = confidence < review_below
    elif label != verdict.label:
        confidence = _UNDECIDED
    return verdict.model_copy(
        update={
            "label": label,
            "intent": answer.intent if label == answer.label else verdict.intent,
            "confidence": confidence,
            "needs_review": needs_review,
            "review_reason": verdict.review_reason if needs_review else None,
            "words": verdict.words if label == verdict.label else (),
            "decided_by": "escalation",
            "model": " + ".join(filter(None, (verdict.model, model))),
        }
    )


def _weighed(verdict: Verdict, answer: Answer, probabilities: Mapping[Label, float]) -> tuple[Label, float]:
    heard = {each: min(max(share, 1 - _MOST_SURE), _MOST_SURE) for each, share in probabilities.items()}
    if verdict.review_reason == "unknown_language":
        return answer.label, heard[answer.label]
    here = verdict.label
    local_for, local_against = verdict.confidence * heard[here], (1 - verdict.confidence) * (1 - heard[here])
    agreed = local_for / (local_for + local_against)
    if answer.label == here:
        return here, agreed
    # What is not the local label is shared out as the chat model shares it.
    others = sum(share for each, share in probabilities.items() if each != here)
    other = (1 - agreed) * probabilities[answer.label] / others if others else 0.0
    return (answer.label, other) if other > agreed else (here, agreed)


def _fitting(text: str, lead: str, before: str) -> list[Label]:
    """The labels that may still come when `text` stands where the chosen token begins with `lead`."""
    if lead:
        text, lead = text.lstrip(), lead.lstrip()
        if not text.startswith(lead):
            return []
        text = text[len(lead) :]
    value = f"{before}{text}".casefold()
    value = value if before else value.lstrip()
    return [each for each in LABELS if each.startswith(value) or value.startswith(f'{each}"')]


def _lines(text: str, most: int) -> tuple[str, ...]:
    if len(text) > most:
        text = f"{text[: most // 2]}\n[...]\n{text[-most // 2 :]}"
    return tuple(line for line in map(str.strip, text.splitlines()) if line)


def _object(text: object) -> Mapping[str, object]:
    """The last JSON object in a text: models that think aloud, or fence their JSON, put words before it."""
    if not isinstance(text, str) or not text.strip():
        raise WriterOutputError("the answer holds no text")
    start, end = text.rfind("{"), text.rfind("}")
    try:
        return cast("dict[str, object]", json.loads(text[start : end + 1], object_pairs_hook=_said_once))
    except (ValueError, RecursionError):
        raise WriterOutputError("the answer is not the JSON object that was asked for") from None


def _said_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key is given twice")
    return dict(pairs)

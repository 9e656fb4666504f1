"""Answers in slots: a model fills the parts of a body, code puts them together and asks the question (D-12).

Small models swap roles, invent contacts and forget the question when they write a whole message. Asked only for why
the person fits and what the job is, they have less room for it; greeting, question and signature are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overture.prompts import Prompt, load_prompt

from .assembly import CUSTOM_SLOT
from .facts import MessageContext
from .plan import closing_question, phrasing_of
from .sentences import split_sentences
from .writers import WriteRequest

SLOTS = ("fit", "job")
"""The parts of a body that a model fills, in the order in which they are read."""
_LEAST_WORDS = 4
_LONGEST_UNENDED = 200


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The fields of an answer that make the body; `ending` follows them where it is ours."""

    parts: tuple[str, ...] = ("body",)
    ending: str = ""

    @property
    def has_slots(self) -> bool:
        """Whether the body is put together from slots."""
        return self.parts != ("body",)

    def body(self, fields: Mapping[str, Any]) -> str | None:
        """The text of an answer's fields, its slots one paragraph each; None where one is missing or no text.

        Slots are made whole sentences, questions left out; empty where one is no sentence, or says what another says.
        """
        texts = [fields.get(part) for part in self.parts]
        if not all(isinstance(text, str) for text in texts):
            return None
        if not self.has_slots:
            return str(texts[0])
        said = [_sentences(str(text)) for text in texts]
        return self._joined(said) if all(said) and len(set(said)) == len(said) else ""

    def body_so_far(self, fields: Mapping[str, Any]) -> str | None:
        """The same of an answer that is still coming; None until what is there can only grow at its end."""
        given = [name for name in fields if name in self.parts]
        texts = [fields[name] for name in given]
        if tuple(given) != self.parts[: len(given)] or not all(isinstance(text, str) for text in texts):
            return None
        return self._joined(texts)

    def _joined(self, texts: list[str]) -> str:
        if not self.has_slots:
            return "".join(texts)
        return "\n\n".join(paragraph for text in texts if (paragraph := " ".join(text.split())))


WHOLE = AnswerForm()


def _sentences(text: str) -> str:
    """The whole sentences of a slot but its questions, on one line; a tail that breaks off is left out."""
    line = " ".join(text.split())
    sentences = [line[start:end] for start, end in split_sentences(line)]
    if sentences and not sentences[-1].rstrip("\"'”’)").endswith((".", "!", "?", "…")):
        last = sentences.pop()
        if len(line) <= _LONGEST_UNENDED:  # a schema cuts longer ones off in mid-sentence
            sentences.append(f"{last.rstrip(' ,;:-–—')}.")
    said = " ".join(sentence for sentence in sentences if not sentence.endswith("?"))
    return said if len(said.split()) >= _LEAST_WORDS else ""


def answer_form(request: WriteRequest) -> AnswerForm:
    """How the answer to this request is read: a whole body, or slots with our own question behind them.

    What is said of a person of whom no fact is known cannot be true, and is left out.
    """
    if not has_slots(request.prompt.schema):
        return WHOLE
    question = question_of(request.context)
    ending = f"{CUSTOM_SLOT}\n\n{question}" if request.has_custom_content else question
    return AnswerForm(SLOTS if request.context.personal else SLOTS[1:], ending)


def has_slots(schema: Mapping[str, Any]) -> bool:
    """Whether a prompt's output schema asks for slots in place of a body."""
    properties: Mapping[str, Any] = schema.get("properties") or {}
    return "body" not in properties and all(slot in properties for slot in SLOTS)


def redraft_prompt_for(draft_prompt: Prompt) -> Prompt:
    """The built-in prompt that has an answer to `draft_prompt` written again, in the same form."""
    return load_prompt("redraft_slots" if has_slots(draft_prompt.header.output) else "redraft")


def question_of(context: MessageContext) -> str:
    """The question that ends a message of this context, in its language and tone, as the offline writer asks it."""
    return closing_question(phrasing_of(context), inferred=context.opportunity_source == "inferred")

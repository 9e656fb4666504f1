"""The prompt of a judged draft, made again from its frozen facts, and what a model should have answered (F-6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from overture.errors import PromptError
from overture.generation.assembly import CUSTOM_SLOT
from overture.generation.draft import PromptRecord
from overture.generation.output import without_frame
from overture.generation.render import render_draft
from overture.generation.slots import has_slots
from overture.prompts import Prompt, RenderedPrompt, load_prompt

from .eval_cases import EvalCase
from .thawed_context import thaw

_SLOTS: Final = ("[NAME]", *(f"[NAME_{number}]" for number in range(2, 10)))


@dataclass(frozen=True, slots=True)
class Unrenderable:
    """Why a prompt cannot be made again."""

    reason: str


class TrainingPrompts:
    """The prompts of judged drafts; `more` are prompts of your own, besides the built-in ones."""

    def __init__(self, more: Iterable[Prompt] = ()) -> None:
        self._found: dict[tuple[str, int, str], Prompt | Unrenderable] = {
            (prompt.name, prompt.version, prompt.fingerprint): prompt for prompt in more
        }

    def add(self, prompt: Prompt, *, under: PromptRecord) -> None:
        """Let a prompt stand in for one that is gone; what is exported is then not what was asked."""
        self._found[under.name, under.version, under.fingerprint] = prompt

    def render(self, case: EvalCase) -> RenderedPrompt | Unrenderable:
        """The prompt of the version that was used, from the case's facts, or why there is none."""
        if case.context is None or case.prompt is None:
            return Unrenderable("is no draft")
        record = case.prompt
        key = (record.name, record.version, record.fingerprint)
        if key not in self._found:
            self._found[key] = _find(*key)
        prompt = self._found[key]
        if isinstance(prompt, Unrenderable):
            return prompt
        try:
            return render_draft(thaw(case.context), has_custom_content=CUSTOM_SLOT in case.body, prompt=prompt)
        except PromptError:
            return Unrenderable(f"the prompt {record.name}@{record.version} needs more than facts")


def answer_of(subject: str, body: str) -> str:
    """What a model should have answered: JSON with subject and body, without greeting and signature (D-12)."""
    return json.dumps({"subject": subject, "body": without_frame(body, signers=_SLOTS)}, ensure_ascii=False)


def _find(name: str, version: int, fingerprint: str) -> Prompt | Unrenderable:
    try:
        prompt = load_prompt(f"{name}@{version}")
    except PromptError:
        return Unrenderable(f"the prompt {name}@{version} is gone")
    if prompt.fingerprint != fingerprint:
        return Unrenderable(f"the prompt {name}@{version} is another one now")
    if has_slots(prompt.header.output):
        return Unrenderable(f"the prompt {name}@{version} asks for parts of a body, and only the whole is kept")
    return prompt

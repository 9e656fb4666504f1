"""The prompt that a draft is asked with: what is judged where prompts are judged is what a model gets (D-12, D-13)."""

from __future__ import annotations

from dataclasses import dataclass

from overture.errors import ConfigurationError
from overture.generation import Draft, render_draft
from overture.prompts import Prompt, load_prompt

from .subject import Subject


@dataclass(frozen=True, slots=True)
class Prompted:
    """A draft, and the text of the prompt of its first try."""

    draft: Draft
    prompt: str


class AskedPrompt:
    """A subject's prompt of first messages; the offline writer asks nobody, and its subject's prompt stands for it.

    Raises:
        PromptError: there is no such prompt, or it is malformed.
    """

    def __init__(self, subject: Subject) -> None:
        self._label = subject.label
        self._prompt: Prompt = load_prompt(subject.prompt)

    def of(self, draft: Draft) -> str:
        """What the first try of a draft is asked with, both parts; what a repair asks is not in it.

        Raises:
            ConfigurationError: the draft was asked with another prompt than the subject's (D-14).
        """
        asked = render_draft(draft.context, has_custom_content=draft.custom_content_at is not None, prompt=self._prompt)
        # the record is of the last try: behind a repair it names another prompt by right
        if draft.writer != "offline" and not draft.repairs and draft.prompt.fingerprint != asked.fingerprint:
            raise ConfigurationError(
                f"{self._label!r} drafts with the prompt {draft.prompt.name}@{draft.prompt.version}, and not with "
                f"{asked.name}@{asked.version}, which would be judged: give Subject the drafter's prompt=..."
            )
        return "\n".join(text for _, text in asked.messages)

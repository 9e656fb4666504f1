"""What a draft would rest on, before it is made: facts, elements and the prompt (D-4, D-6, D-12)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from overture.generation import Drafter
from overture.generation.context import build_context
from overture.generation.draft import OpportunityRecord, PromptRecord
from overture.generation.draft_input import DraftInput
from overture.generation.element_states import ElementState
from overture.generation.elements import ElementGroup, ElementName
from overture.generation.facts import Fact
from overture.generation.render import render_draft

_FACT: Final[dict[str, Any]] = {
    "id": "C1",
    "kind": "skill_match",
    "element": "skill_match",
    "text": "Skill that the role asks for: Go",
    "sources": ["candidate.skills[0].name"],
    "names": ["Go"],
    "attributes": {"skill": "Go", "own": "Go"},
}
CONTEXT_EXAMPLE: Final[dict[str, Any]] = {
    "opportunity": {"source": "job", "fields": {"title": "job.title"}},
    "facts": [_FACT],
    "elements": [
        {
            "name": "salary", "group": "opportunity", "label": "Salary",
            "description": "The pay, only where the source states it.", "available": False, "on": True, "facts": [],
            "left_out": [], "reason": "the opportunity does not give it",
        }
    ],
    "fingerprint": "9d7e...",
    "warnings": [],
    "prompt": {"name": "draft", "version": 1, "fingerprint": "5b0c..."},
    "messages": [{"role": "system", "text": "You write ..."}, {"role": "user", "text": "[C1] Skill that ..."}],
}  # fmt: skip
ELEMENTS_EXAMPLE: Final[list[dict[str, Any]]] = [
    {
        "name": "salary", "group": "opportunity", "label": "Salary",
        "description": "The pay, only where the source states it.",
    }
]  # fmt: skip


class ElementBody(BaseModel):
    """One element that can be switched on or off."""

    name: ElementName
    group: ElementGroup
    label: str
    description: str


class PromptMessage(BaseModel):
    """A part of the prompt, as a model would get it."""

    role: str
    text: str


class ContextBody(BaseModel):
    """Everything that a draft may rest on."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTEXT_EXAMPLE]})

    opportunity: OpportunityRecord = Field(description="Where each field came from (D-2).")
    facts: tuple[Fact, ...] = Field(description="Numbered; a draft may say nothing else (D-10).")
    elements: tuple[ElementState, ...] = Field(description="Each with what it has to say here, or why nothing (D-6).")
    fingerprint: str = Field(description="Of all a prompt is made from; the candidate's name is not in it (D-12).")
    warnings: tuple[str, ...]
    prompt: PromptRecord
    messages: tuple[PromptMessage, ...]


def context_of(drafter: Drafter, inputs: DraftInput, *, today: date) -> ContextBody:
    """What these inputs would give a draft.

    Raises:
        ConfigurationError: there is nothing to write about (D-2).
    """
    context = build_context(
        inputs.candidate, today=today, job=inputs.job, project=inputs.project, company=inputs.company,
        team=inputs.team, recruiter=inputs.recruiter, personalization=inputs.personalization,
    )  # fmt: skip
    prompt = render_draft(context, has_custom_content=inputs.custom_content is not None)
    return ContextBody(
        opportunity=OpportunityRecord(source=context.opportunity_source, fields=dict(context.opportunity_fields)),
        facts=context.facts,
        elements=drafter.elements(inputs),
        fingerprint=context.fingerprint,
        warnings=context.warnings,
        prompt=PromptRecord(name=prompt.name, version=prompt.version, fingerprint=prompt.fingerprint),
        messages=tuple(PromptMessage(role=role, text=text) for role, text in prompt.messages),
    )

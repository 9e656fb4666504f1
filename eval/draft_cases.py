"""Cases that ask for drafts, and the tasks that draft them through the public API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import JsonValue

from overture.generation import Draft, Drafter, DraftInput, Personalization

from .case import Case
from .contexts import EvalContext, dump_inputs, read_inputs
from .subject import Subject

Changed = dict[str, Any]


def draft_case(
    context: EvalContext,
    name: str = "",
    *,
    changes: Changed | None = None,
    extra: Mapping[str, JsonValue] | None = None,
    slices: Mapping[str, str] | None = None,
    expected: JsonValue = None,
) -> Case:
    """A case that drafts a context, with some fields of its inputs changed and `extra` keys beside them.

    Its cluster is the candidate: what is asked of the same one several times counts as repeats.
    """
    inputs = context.inputs.model_copy(update=changes) if changes else context.inputs
    told_apart = dict(context.slices)
    if inputs.personalization is not None:
        told_apart["language"] = inputs.personalization.language
    return Case(
        id=f"{context.id}/{name}" if name else context.id,
        inputs={**dump_inputs(inputs), **(extra or {})},
        expected=expected,
        cluster=context.id,
        slices={**told_apart, **(slices or {})},
    )


def draft_task(subject: Subject) -> Callable[[Case], Awaitable[Draft]]:
    """The task of a suite whose output is one draft."""
    drafter = subject.wanted_drafter()

    async def task(case: Case) -> Draft:
        return await draft_of(drafter, read_inputs(case.inputs))

    return task


async def draft_of(drafter: Drafter, inputs: DraftInput) -> Draft:
    """A draft from one value."""
    return await drafter.adraft(
        inputs.candidate,
        job=inputs.job,
        project=inputs.project,
        company=inputs.company,
        team=inputs.team,
        recruiter=inputs.recruiter,
        personalization=inputs.personalization,
        custom_content=inputs.custom_content,
    )


def choice_of(inputs: DraftInput) -> Personalization:
    """What was chosen; everything on where nothing was."""
    return inputs.personalization or Personalization()

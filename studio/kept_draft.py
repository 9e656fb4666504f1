"""A draft with everything it was made from, as JSON and back: it can be redrafted and voted on later (D-8, D-14)."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from overture.generation import Draft
from overture.generation.assembled import Assembled
from overture.generation.draft import Sentence
from overture.generation.draft_input import DraftInput
from overture.generation.facts import MessageContext
from overture.people import Candidate

_CONTEXT: Final = TypeAdapter(MessageContext)
_ASSEMBLED: Final = TypeAdapter(Assembled)
_SENTENCES: Final = TypeAdapter(tuple[Sentence, ...])


def dump_draft(draft: Draft) -> dict[str, Any]:
    """Everything of a draft, private parts included."""
    inputs = draft.inputs
    return {
        "draft": draft.model_dump(mode="json", exclude={"sentences"}),  # dumped there, they are read anew for claims
        "sentences": _SENTENCES.dump_python(draft.sentences, mode="json"),
        "context": _CONTEXT.dump_python(draft.context, mode="json"),
        "assembled": _ASSEMBLED.dump_python(draft.assembled, mode="json") if draft.assembled else None,
        "inputs": dump_inputs(inputs) if inputs else None,
    }


def load_draft(kept: dict[str, Any]) -> Draft:
    """The draft that was dumped."""
    fields: dict[str, Any] = {
        **kept["draft"],
        "sentences": _SENTENCES.validate_python(kept["sentences"]),
        "context": _CONTEXT.validate_python(kept["context"]),
        "assembled": _ASSEMBLED.validate_python(kept["assembled"]) if kept["assembled"] else None,
        "inputs": load_inputs(kept["inputs"]) if kept["inputs"] else None,
    }
    return Draft.model_validate(fields)


def dump_inputs(inputs: DraftInput) -> dict[str, Any]:
    """What a draft is made from, the candidate and custom content included."""
    return {
        **inputs.model_dump(mode="json"),
        "candidate": inputs.candidate.model_dump(mode="json"),
        "custom_content": inputs.custom_content,
    }


def load_inputs(kept: dict[str, Any]) -> DraftInput:
    """The inputs that were dumped."""
    return DraftInput.model_validate({**kept, "candidate": Candidate.model_validate(kept["candidate"])})

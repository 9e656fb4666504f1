"""From a profile and an opportunity to a checked draft: context, writers, checks, evidence.
Everything loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assembly import Assembled, assemble
    from .checks import check_draft
    from .context import build_context
    from .draft import Draft, Fallback, Finding, PromptRecord, Repair, Sentence, Usage
    from .drafter import Drafter
    from .elements import Element
    from .evidence import find_evidence
    from .facts import Fact, MessageContext
    from .langchain_writer import LangChainWriter
    from .limits import Limits
    from .models import resolve_writer
    from .needs import read_needs
    from .offline import OfflineWriter
    from .openai_writer import OpenAIWriter
    from .opportunity import Opportunity, resolve_opportunity
    from .personalization import Personalization
    from .render import render_draft, render_followup, render_redraft
    from .signals import FitSignal, find_fit_signals
    from .writers import Chunk, Writer, WriteRequest, WriterOutput

_HOME_OF = {
    "Assembled": "assembly",
    "Chunk": "writers",
    "Draft": "draft",
    "Drafter": "drafter",
    "Element": "elements",
    "Fact": "facts",
    "Fallback": "draft",
    "Finding": "draft",
    "FitSignal": "signals",
    "LangChainWriter": "langchain_writer",
    "Limits": "limits",
    "MessageContext": "facts",
    "OfflineWriter": "offline",
    "OpenAIWriter": "openai_writer",
    "Opportunity": "opportunity",
    "Personalization": "personalization",
    "PromptRecord": "draft",
    "Repair": "draft",
    "Sentence": "draft",
    "Usage": "draft",
    "WriteRequest": "writers",
    "Writer": "writers",
    "WriterOutput": "writers",
    "assemble": "assembly",
    "build_context": "context",
    "check_draft": "checks",
    "find_evidence": "evidence",
    "find_fit_signals": "signals",
    "read_needs": "needs",
    "render_draft": "render",
    "render_followup": "render",
    "render_redraft": "render",
    "resolve_opportunity": "opportunity",
    "resolve_writer": "models",
}

__all__ = [
    "Assembled",
    "Chunk",
    "Draft",
    "Drafter",
    "Element",
    "Fact",
    "Fallback",
    "Finding",
    "FitSignal",
    "LangChainWriter",
    "Limits",
    "MessageContext",
    "OfflineWriter",
    "OpenAIWriter",
    "Opportunity",
    "Personalization",
    "PromptRecord",
    "Repair",
    "Sentence",
    "Usage",
    "WriteRequest",
    "Writer",
    "WriterOutput",
    "assemble",
    "build_context",
    "check_draft",
    "find_evidence",
    "find_fit_signals",
    "read_needs",
    "render_draft",
    "render_followup",
    "render_redraft",
    "resolve_opportunity",
    "resolve_writer",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'overture.generation' has no attribute {name!r}")
    value = getattr(import_module(f"overture.generation.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

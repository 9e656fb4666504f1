"""From a profile and an opportunity to a checked draft: context, writers, checks, evidence.
Everything loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .assembly import Assembled, assemble
    from .async_seat_store import AsyncSeatStore
    from .auto_draft import AutoDraftDecision, decide_auto_draft
    from .budget import Budget, BudgetState
    from .checks import check_draft
    from .claim import Claim
    from .claims import find_claims
    from .context import build_context
    from .custom_content import CustomContent
    from .draft import Draft, Fallback, Finding, Judgement, PromptRecord, Repair, Sentence, SentenceVerdict, Usage
    from .draft_input import DraftInput
    from .drafter import Drafter
    from .element_states import ElementState, LeftOut
    from .elements import Element
    from .evidence import find_evidence
    from .facts import Fact, MessageContext
    from .judge import Judge
    from .langchain_writer import LangChainWriter
    from .limits import Limits
    from .many import Drafted, DraftSource
    from .models import resolve_writer
    from .needs import read_needs
    from .offline import OfflineWriter
    from .openai_writer import OpenAIWriter
    from .opportunity import Opportunity, resolve_opportunity
    from .personalization import Personalization
    from .presets import Preset
    from .prices import Prices, Rate
    from .render import render_draft, render_followup, render_redraft
    from .revision import SentMessage
    from .runnables import check_runnable, context_runnable
    from .seat_store import SeatErasure, SeatExport, SeatStore
    from .signals import FitSignal, find_fit_signals
    from .transformers_writer import TransformersWriter
    from .writers import Chunk, Writer, WriteRequest, WriterOutput

_HOME_OF = {
    "Assembled": "assembly",
    "AsyncSeatStore": "async_seat_store",
    "AutoDraftDecision": "auto_draft",
    "Budget": "budget",
    "BudgetState": "budget",
    "Chunk": "writers",
    "Claim": "claim",
    "CustomContent": "custom_content",
    "Draft": "draft",
    "DraftInput": "draft_input",
    "DraftSource": "many",
    "Drafted": "many",
    "Drafter": "drafter",
    "Element": "elements",
    "ElementState": "element_states",
    "Fact": "facts",
    "Fallback": "draft",
    "Finding": "draft",
    "FitSignal": "signals",
    "Judge": "judge",
    "Judgement": "draft",
    "LangChainWriter": "langchain_writer",
    "LeftOut": "element_states",
    "Limits": "limits",
    "MessageContext": "facts",
    "OfflineWriter": "offline",
    "OpenAIWriter": "openai_writer",
    "Opportunity": "opportunity",
    "Personalization": "personalization",
    "Preset": "presets",
    "Prices": "prices",
    "PromptRecord": "draft",
    "Rate": "prices",
    "Repair": "draft",
    "SeatErasure": "seat_store",
    "SeatExport": "seat_store",
    "SeatStore": "seat_store",
    "SentMessage": "revision",
    "Sentence": "draft",
    "SentenceVerdict": "draft",
    "TransformersWriter": "transformers_writer",
    "Usage": "draft",
    "WriteRequest": "writers",
    "Writer": "writers",
    "WriterOutput": "writers",
    "assemble": "assembly",
    "build_context": "context",
    "check_draft": "checks",
    "check_runnable": "runnables",
    "context_runnable": "runnables",
    "decide_auto_draft": "auto_draft",
    "find_claims": "claims",
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
    "AsyncSeatStore",
    "AutoDraftDecision",
    "Budget",
    "BudgetState",
    "Chunk",
    "Claim",
    "CustomContent",
    "Draft",
    "DraftInput",
    "DraftSource",
    "Drafted",
    "Drafter",
    "Element",
    "ElementState",
    "Fact",
    "Fallback",
    "Finding",
    "FitSignal",
    "Judge",
    "Judgement",
    "LangChainWriter",
    "LeftOut",
    "Limits",
    "MessageContext",
    "OfflineWriter",
    "OpenAIWriter",
    "Opportunity",
    "Personalization",
    "Preset",
    "Prices",
    "PromptRecord",
    "Rate",
    "Repair",
    "SeatErasure",
    "SeatExport",
    "SeatStore",
    "SentMessage",
    "Sentence",
    "SentenceVerdict",
    "TransformersWriter",
    "Usage",
    "WriteRequest",
    "Writer",
    "WriterOutput",
    "assemble",
    "build_context",
    "check_draft",
    "check_runnable",
    "context_runnable",
    "decide_auto_draft",
    "find_claims",
    "find_evidence",
    "find_fit_signals",
    "read_needs",
    "render_draft",
    "render_followup",
    "render_redraft",
    "resolve_opportunity",
    "resolve_writer",
]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF, extra="store", extra_brings=("alembic", "sqlalchemy"))

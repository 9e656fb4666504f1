"""From thumbs and corrections to evaluation sets, exports and a better model (rules F-1 to F-6).
Everything loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .async_feedback_store import AsyncFeedbackStore
    from .eval_cases import EvalCase, EvalSetManifest
    from .eval_sets import build_eval_set, erase_from_set, read_eval_set, read_manifest
    from .events import REASONS, DraftVote, Event, LabelCorrection, Reason, Thumb
    from .exports import ExportReport, export_feedback
    from .feedback_store import FeedbackStore
    from .privacy import Erasure, EventRecord, FeedbackExport, SetEraser
    from .prompt_comparison import PromptPolicy, PromptProposal, compare_prompts, write_proposal
    from .prompt_revision import PromptRevision, revise_prompt
    from .prompt_revision_answers import RevisionLimits
    from .receipts import Added, DraftState, FeedbackStats, Receipt, Refused, ReplyState
    from .registry import Registry
    from .retraining import RetrainPlan, RetrainVerdict, retrain
    from .snapshots import DraftSnapshot, FactSnapshot, FrozenContext, ReplySnapshot
    from .thawed_context import thaw

_HOME_OF = {
    "REASONS": "events",
    "Added": "receipts",
    "AsyncFeedbackStore": "async_feedback_store",
    "DraftSnapshot": "snapshots",
    "DraftState": "receipts",
    "DraftVote": "events",
    "Erasure": "privacy",
    "EvalCase": "eval_cases",
    "EvalSetManifest": "eval_cases",
    "Event": "events",
    "EventRecord": "privacy",
    "ExportReport": "exports",
    "FactSnapshot": "snapshots",
    "FeedbackExport": "privacy",
    "FeedbackStats": "receipts",
    "FeedbackStore": "feedback_store",
    "FrozenContext": "snapshots",
    "LabelCorrection": "events",
    "PromptPolicy": "prompt_comparison",
    "PromptProposal": "prompt_comparison",
    "PromptRevision": "prompt_revision",
    "Reason": "events",
    "Receipt": "receipts",
    "Refused": "receipts",
    "Registry": "registry",
    "ReplySnapshot": "snapshots",
    "ReplyState": "receipts",
    "RetrainPlan": "retraining",
    "RetrainVerdict": "retraining",
    "RevisionLimits": "prompt_revision_answers",
    "SetEraser": "privacy",
    "Thumb": "events",
    "build_eval_set": "eval_sets",
    "compare_prompts": "prompt_comparison",
    "erase_from_set": "eval_sets",
    "export_feedback": "exports",
    "read_eval_set": "eval_sets",
    "read_manifest": "eval_sets",
    "retrain": "retraining",
    "revise_prompt": "prompt_revision",
    "thaw": "thawed_context",
    "write_proposal": "prompt_comparison",
}

__all__ = [
    "REASONS",
    "Added",
    "AsyncFeedbackStore",
    "DraftSnapshot",
    "DraftState",
    "DraftVote",
    "Erasure",
    "EvalCase",
    "EvalSetManifest",
    "Event",
    "EventRecord",
    "ExportReport",
    "FactSnapshot",
    "FeedbackExport",
    "FeedbackStats",
    "FeedbackStore",
    "FrozenContext",
    "LabelCorrection",
    "PromptPolicy",
    "PromptProposal",
    "PromptRevision",
    "Reason",
    "Receipt",
    "Refused",
    "Registry",
    "ReplySnapshot",
    "ReplyState",
    "RetrainPlan",
    "RetrainVerdict",
    "RevisionLimits",
    "SetEraser",
    "Thumb",
    "build_eval_set",
    "compare_prompts",
    "erase_from_set",
    "export_feedback",
    "read_eval_set",
    "read_manifest",
    "retrain",
    "revise_prompt",
    "thaw",
    "write_proposal",
]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF, extra="feedback")

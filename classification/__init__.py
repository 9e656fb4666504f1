"""Replies: clean mail, find automatic answers, label the rest Accept or Decline (rules C-1 to C-6, C-10).
Heavy parts (ONNX Runtime, scikit-learn, torch) load on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .auto_reply import AutoReply, detect_auto_reply
    from .classifier import ReplyClassifier
    from .clean import CleanReply, clean_reply
    from .head_estimator import ReplyHead
    from .labels import INTENTS, LABEL_OF, LANGUAGES, Intent, Label, SmartReply
    from .mail import Mail, read_mail, read_mbox
    from .verdict import DecidingWord, Outcome, Verdict, resolve_outcome

_HOME_OF = {
    "INTENTS": "labels",
    "LABEL_OF": "labels",
    "LANGUAGES": "labels",
    "AutoReply": "auto_reply",
    "CleanReply": "clean",
    "DecidingWord": "verdict",
    "Intent": "labels",
    "Label": "labels",
    "Mail": "mail",
    "Outcome": "verdict",
    "ReplyClassifier": "classifier",
    "ReplyHead": "head_estimator",
    "SmartReply": "labels",
    "Verdict": "verdict",
    "clean_reply": "clean",
    "detect_auto_reply": "auto_reply",
    "read_mail": "mail",
    "read_mbox": "mail",
    "resolve_outcome": "verdict",
}

__all__ = [
    "INTENTS",
    "LABEL_OF",
    "LANGUAGES",
    "AutoReply",
    "CleanReply",
    "DecidingWord",
    "Intent",
    "Label",
    "Mail",
    "Outcome",
    "ReplyClassifier",
    "ReplyHead",
    "SmartReply",
    "Verdict",
    "clean_reply",
    "detect_auto_reply",
    "read_mail",
    "read_mbox",
    "resolve_outcome",
]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF)

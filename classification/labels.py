"""The value sets of rules C-3 to C-5: what a reply is taken for, and what it means."""

from __future__ import annotations

from typing import Final, Literal, get_args

AcceptIntent = Literal["interested", "question", "meeting", "details_request", "conditional", "cv_sent"]
DeclineIntent = Literal[
    "not_interested",
    "not_now",
    "happy_here",
    "wrong_fit",
    "referral",
    "compensation_low",
    "location_no",
    "accepted_elsewhere",
    "unsubscribe",
    "hostile",
]
AutoKind = Literal["out_of_office", "left_company", "delivery_notice"]
Intent = Literal[AcceptIntent, DeclineIntent, AutoKind]
Label = Literal["accept", "decline", "auto"]
SmartReply = Literal["accept", "decline"]
Language = Literal["en", "es", "fr", "de", "pt", "it", "nl", "hi", "ja", "zh"]

LABELS: Final[tuple[Label, ...]] = get_args(Label)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
AUTO_KINDS: Final[tuple[AutoKind, ...]] = get_args(AutoKind)
INTENTS: Final[tuple[Intent, ...]] = (*get_args(AcceptIntent), *get_args(DeclineIntent), *AUTO_KINDS)
UNKNOWN_LANGUAGE: Final = "und"
"""The BCP 47 subtag for a language that is none of `LANGUAGES`."""

LABEL_OF: Final[dict[Intent, Label]] = {
    intent: "auto" if intent in AUTO_KINDS else "accept" if intent in get_args(AcceptIntent) else "decline"
    for intent in INTENTS
}
"""The label that follows from each intent (C-3, C-4, C-5)."""

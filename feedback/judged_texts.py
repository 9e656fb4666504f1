"""From a seat's last word to what a set keeps of it: personal data out, custom content out (F-2, D-7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from .eval_cases import CONTENT, CaseKind
from .pseudonyms import Pseudonyms
from .receipts import DraftState, ReplyState
from .sent_texts import without_custom
from .snapshots import FrozenContext

RULES: Final = 1
"""Raised whenever the same texts would give other slots: a set is of one kind."""
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Judged(NamedTuple):
    """What is kept of one last word; `content` is a piece of JSON, `compared` what duplicates are sought by."""

    kind: CaseKind
    verdict: str
    intent: str
    reasons: str
    comment: str
    final_text: str
    dropped: bool
    at: str
    content: str
    compared: str


def judged_draft(state: DraftState) -> Judged:
    """Of a thumb; the verdict is empty where it was taken back."""
    draft, comment = state.draft, state.comment or ""
    sent = state.final_text or ""
    kept = (without_custom(draft.body, sent) or "") if sent else ""
    facts = draft.context.facts
    given = frozenset(name for fact in facts for name in fact.names)
    slots = Pseudonyms(draft.private_names, texts=(draft.body, kept, comment), given=given)
    said = [text for fact in facts for text in (fact.text, *fact.names)]
    subject, body, comment, kept, *said = slots.clean_all((draft.subject, draft.body, comment, kept, *said))
    content = _content(
        kind="draft", language=draft.language, subject=subject, body=body, context=_context(draft.context, iter(said)),
        prompt_name=draft.prompt.name, prompt_version=draft.prompt.version,
        prompt_fingerprint=draft.prompt.fingerprint, writer=draft.writer,
    )  # fmt: skip
    return Judged(
        "draft", state.vote or "", "", " ".join(state.reasons), comment, kept,
        bool(sent and not kept), _instant(state.at), content, f"{subject}\n{body}",
    )  # fmt: skip


def judged_reply(state: ReplyState) -> Judged:
    """Of a correction; the verdict is empty where it was taken back."""
    reply, outreach = state.reply, state.reply.outreach or ""
    slots = Pseudonyms(reply.private_names, texts=(outreach, reply.text))
    text, outreach = slots.clean_all((reply.text, outreach))
    content = _content(
        kind="reply", language=reply.language, reply=text, outreach=outreach, model=reply.model,
        model_label=reply.label, confidence=float(reply.confidence),
    )  # fmt: skip
    return Judged(
        "reply", state.label or "", state.intent or "", "", "", "", False, _instant(state.at), content, text
    )  # fmt: skip


def _context(context: FrozenContext, said: Iterator[str]) -> str:
    """The context as JSON with the texts and names of its facts as given, and a fingerprint of what they are now."""
    plain = context.model_dump(mode="json")
    for fact in plain["facts"]:
        fact["text"] = next(said)
        fact["names"] = [next(said) for _ in fact["names"]]
    plain["fingerprint"] = ""
    plain["fingerprint"] = hashlib.sha256(_JSON.encode(plain).encode()).hexdigest()
    return _JSON.encode(plain)


_EMPTY: Final[dict[str, str | int | float]] = dict.fromkeys(CONTENT, "") | {"prompt_version": 0, "confidence": 0.0}


def _content(**given: str | int | float) -> str:
    return _JSON.encode(_EMPTY | given)[1:-1]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")

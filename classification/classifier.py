"""`ReplyClassifier`: from a raw reply to a verdict (C-2 to C-6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from overture.errors import MissingExtraError

from .auto_reply import AutoReply, detect_auto_reply
from .clean import clean_reply
from .labels import LANGUAGES, UNKNOWN_LANGUAGE
from .language import decide_language
from .mail import Mail
from .manifest import shipped_model
from .verdict import DecidingWord, Judged, ReviewReason, Verdict

if TYPE_CHECKING:
    from .escalation import Escalation
    from .model import ReplyModel

MOST_CHARACTERS: Final = 20_000
"""Of a longer reply the first and the last half are judged, and a person should look."""
CHUNK: Final = 512
"""Replies that `classify_stream` holds at a time."""
RULE_CONFIDENCE: Final = 0.99


class ReplyClassifier:
    """Labels replies Accept or Decline, with intent, confidence and the words that decided."""

    def __init__(
        self, model: ReplyModel, *, review_below: float | None = None, escalate_to: Escalation | None = None
    ) -> None:
        self.model = model
        self.review_below = model.manifest.review_below if review_below is None else review_below
        self._escalation = escalate_to
        self._label = model.manifest.label

    @classmethod
    def load(
        cls, folder: Path | None = None, *, review_below: float | None = None, escalate_to: object | None = None
    ) -> ReplyClassifier:
        """The model that comes with Overture, or the one in `folder`; no network, no torch.

        `review_below` overrides the model's own threshold (C-4). `escalate_to` names a chat model for unsure replies:
        'openai:NAME', a LangChain chat model, or an `Escalation`; it never overrides a confident local answer.

        Raises:
            InputError: the folder is no model, or was changed.
            MissingExtraError: `overture[classification]` is not installed.
        """
        escalation = None
        if escalate_to is not None:
            from .escalation import resolve_escalation

            escalation = resolve_escalation(escalate_to)
        return cls(_load_model(folder or shipped_model()), review_below=review_below, escalate_to=escalation)

    def classify(
        self, reply: str | Mail, outreach: str | None = None, *, language: str | None = None, today: date | None = None
    ) -> Verdict:
        """Label one reply.

        `outreach` is the message it answers: "Not at all" means one thing or the other by it. `language` is its
        ISO 639-1 code where the caller knows it. `today` dates a return that names no year (C-5).
        """
        return self.classify_batch([reply], [outreach], languages=[language], today=today)[0]

    def classify_batch(
        self,
        replies: Sequence[str | Mail],
        outreach: Sequence[str | None] | None = None,
        *,
        languages: Sequence[str | None] | None = None,
        today: date | None = None,
    ) -> list[Verdict]:
        """Label many replies at once, in their order; much faster than one by one."""
        asked = [None] * len(replies) if outreach is None else list(outreach)
        known = [None] * len(replies) if languages is None else list(languages)
        read = [_read(reply, today) for reply in replies]
        open_rows = [row for row, (text, auto) in enumerate(read) if auto is None and text]
        judged = dict(zip(open_rows, self._judge(read, asked, open_rows), strict=True))
        verdicts: list[Verdict] = []
        for row, (text, auto) in enumerate(read):
            if auto is not None:
                verdicts.append(self._automatic(text, auto, known[row]))
            elif row in judged:
                verdicts.append(self._verdict(text, judged[row], known[row]))
            else:
                verdicts.append(self._empty(known[row]))
        if self._escalation is None:
            return verdicts
        return self._escalation.settle(verdicts, asked, review_below=self.review_below)

    def classify_stream(
        self, rows: Iterable[tuple[str | Mail, str | None, str | None]], *, today: date | None = None
    ) -> Iterator[Verdict]:
        """Label rows of (reply, outreach, language) as they come, in order and in constant memory."""
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            replies, outreach, languages = zip(*chunk, strict=True)
            yield from self.classify_batch(replies, outreach, languages=languages, today=today)

    def _judge(
        self, read: Sequence[tuple[str, AutoReply | None]], outreach: Sequence[str | None], rows: Sequence[int]
    ) -> list[Judged]:
        return self.model.judge([_middle_out(read[row][0]) for row in rows], [outreach[row] for row in rows])

    def _verdict(self, text: str, judged: Judged, known: str | None) -> Verdict:
        language = _known_language(known) or decide_language(text, judged.languages)
        reason: ReviewReason | None = None
        if len(text) > MOST_CHARACTERS:
            reason = "too_long"
        elif language == UNKNOWN_LANGUAGE and any(character.isalpha() for character in text):
            reason = "unknown_language"
        elif judged.confidence < self.review_below:
            reason = "unsure"
        return Verdict(
            label=judged.label,
            intent=judged.intent,
            confidence=judged.confidence,
            needs_review=reason is not None,
            review_reason=reason,
            language=language,
            words=judged.words,
            text=text,
            model=self._label,
        )

    def _automatic(self, text: str, auto: AutoReply, known: str | None) -> Verdict:
        language = _known_language(known) if text else known
        if language is None and text:
            language = decide_language(text, self.model.languages(_middle_out(text)))
        return Verdict(
            label="auto",
            intent=auto.kind,
            confidence=RULE_CONFIDENCE,
            needs_review=False,
            language=language or UNKNOWN_LANGUAGE,
            words=tuple(DecidingWord(text=word, weight=1 / len(auto.matched)) for word in auto.matched),
            text=text,
            returns_on=auto.returns_on,
            decided_by="auto_rule",
            model=self._label,
        )

    def _empty(self, known: str | None) -> Verdict:
        """No words are no answer to act on: a person looks, and until then nothing goes on."""
        return Verdict(
            label="decline",
            intent="not_interested",
            confidence=0.5,
            needs_review=True,
            review_reason="empty",
            language=known or UNKNOWN_LANGUAGE,
            text="",
            model=self._label,
        )


def _load_model(folder: Path) -> ReplyModel:
    try:
        from .model import ReplyModel
    except ImportError as error:
        raise MissingExtraError("classification", needed_for="labelling replies") from error
    return ReplyModel.load(folder)


def _read(reply: str | Mail, today: date | None) -> tuple[str, AutoReply | None]:
    """The cleaned text, and the automatic answer that it is, if any (C-5, C-6)."""
    if isinstance(reply, Mail):
        raw, subject, headers = reply.text, reply.subject, reply.headers
    else:
        raw, subject, headers = reply, "", ()
    auto = detect_auto_reply(
        raw, subject=subject, headers=headers, today=today
    )  # before cleaning takes its wording off
    return clean_reply(raw).text, auto


def _middle_out(text: str) -> str:
    half = MOST_CHARACTERS // 2
    return text if len(text) <= MOST_CHARACTERS else f"{text[:half]} {text[-half:]}"


def _known_language(known: str | None) -> str | None:
    """What the caller says, or None where they say nothing."""
    if known is None:
        return None
    code = known.partition("-")[0].lower()
    return code if code in LANGUAGES else UNKNOWN_LANGUAGE

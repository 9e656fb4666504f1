"""A stand-in for the reply model: labels by one rule, so that the commands around it can be tested without it."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from overture.classification.mail import Mail
from overture.classification.normal import normalise
from overture.classification.verdict import DecidingWord, Verdict

EML = "From: Ada <ada@example.org>\nSubject: Re: a role\n{more}Content-Type: text/plain\n\n{text}\n"


class DoubleClassifier:
    """ "No" is a decline, everything else an accept; `seconds` is what each reply costs."""

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.seen: list[tuple[str | Mail, str | None, str | None]] = []
        self.today: date | None = None

    def classify(
        self, reply: str | Mail, outreach: str | None = None, *, language: str | None = None, today: date | None = None
    ) -> Verdict:
        """One reply by the rule."""
        return next(self.classify_stream([(reply, outreach, language)], today=today))

    def classify_stream(
        self, rows: Iterable[tuple[str | Mail, str | None, str | None]], *, today: date | None = None
    ) -> Iterator[Verdict]:
        """Rows by the rule, in their order."""
        self.today = today
        for row in rows:
            self.seen.append(row)
            time.sleep(self.seconds)
            yield _verdict(*row)


def stand_in(monkeypatch: pytest.MonkeyPatch) -> DoubleClassifier:
    """Let the command label with a double, and return it."""
    classifier = DoubleClassifier()

    def load(model: Path | None, review_below: float | None, escalate_to: str | None) -> DoubleClassifier:
        return classifier

    monkeypatch.setattr("overture.cli.classify.load_classifier", load)
    return classifier


def _verdict(reply: str | Mail, outreach: str | None, language: str | None) -> Verdict:
    text = reply.text if isinstance(reply, Mail) else reply
    if isinstance(reply, Mail) and any(name.casefold() == "auto-submitted" for name, _ in reply.headers):
        return Verdict(label="auto", intent="out_of_office", confidence=0.99, needs_review=False, language="en",
                       text=text, returns_on=date(2026, 12, 1), decided_by="auto_rule")  # fmt: skip
    small = normalise(text)
    start = small.casefold().find("no")
    declines = start >= 0
    return Verdict(
        label="decline" if declines else "accept",
        intent="not_interested" if declines else "interested",
        confidence=0.9 if declines else 0.6,
        needs_review=not declines,
        review_reason=None if declines else "unsure",
        language=language or "en",
        words=(DecidingWord(text=small[start : start + 2], start=start, weight=1.0),) if declines else (),
        text=text,
    )


def labels(file: Path) -> list[dict[str, Any]]:
    """The rows of an output."""
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def one_error(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr, with nothing on stdout."""
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"overture: [^\n]+\n", shown.err), shown.err
    return shown.err


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

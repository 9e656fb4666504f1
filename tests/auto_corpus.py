"""Automatic answers in ten languages, written for the tests: loading, and what the detector finds of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "data" / "auto_replies"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl")))


class Notice(NamedTuple):
    """One automatic answer and what is true of it; `tuned` if the rules were written with a view of it (odd lines)."""

    text: str
    subject: str
    kind: str
    returns_on: date | None
    today: date
    tuned: bool


def load(language: str) -> list[Notice]:
    """The notices of one language, in the order of the file."""
    lines = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_notice(json.loads(line), tuned=number % 2 == 1) for number, line in enumerate(lines, start=1)]


def _notice(row: dict[str, str | None], *, tuned: bool) -> Notice:
    returns_on = row["returns_on"]
    return Notice(
        text=str(row["text"]),
        subject=str(row["subject"]),
        kind=str(row["kind"]),
        returns_on=date.fromisoformat(returns_on) if returns_on else None,
        today=date.fromisoformat(str(row["today"])),
        tuned=tuned,
    )

"""How often each candidate is right, by slice, with n and 95 % intervals, and how honest its confidences are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reply_base import Answer, Candidate, Reader
from reply_rows import Row, slices_of

from overture.classification.metrics import Rate, rate, slice_of

Measured = dict[str, Any]
CHUNK = 256


def answer_all(candidate: Candidate, reader: Reader, rows: Sequence[Row]) -> list[Answer]:
    """The candidate's answers to all rows, each in the form that it reads."""
    found: list[Answer] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        texts = [row.text if candidate.reads_raw else row.cleaned for row in part]
        found += reader(texts, [row.outreach for row in part])
    return found


def measure_quality(rows: Sequence[Row], answers: Sequence[Answer]) -> Measured:
    """Slices by name, and the three counts that the issue asks for."""
    grouped: dict[str, list[tuple[bool, float]]] = {}
    for row, answer in zip(rows, answers, strict=True):
        for name in slices_of(row):
            grouped.setdefault(name, []).append((answer.label == row.label, answer.confidence))
    slices = [slice_of(name, *map(list, zip(*held, strict=True))) for name, held in sorted(grouped.items())]
    pairs = list(zip(rows, answers, strict=True))
    return {
        "slices": {one.name: one.model_dump(exclude={"name"}) for one in slices},
        "auto_found": _share([answer.label == "auto" for row, answer in pairs if row.label == "auto"]),
        "taken_for_auto": _share([answer.label == "auto" for row, answer in pairs if row.label != "auto"]),
        "unsubscribe_as_accept": _share(
            [answer.label == "accept" for row, answer in pairs if row.intent == "unsubscribe"]
        ),
    }


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    found: Rate = rate(sum(hits), len(hits))
    return found.model_dump() if hits else {"value": None, "n": 0, "low": 0.0, "high": 1.0}

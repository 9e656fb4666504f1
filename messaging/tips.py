"""Tips for a sender, drawn from their own numbers alone, each with its evidence or silent (H-2)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from pydantic import AwareDatetime, Field

from overture.base import Value
from overture.classification.metrics import Rate, rate

from .zones import to_local

Topic = Literal["length", "hour", "weekday", "personalisation", "follow_up"]
LENGTHS: Final = (400, 800, 1900)
"""Characters at which a message is short, of medium length, and at its bound (D-11)."""

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS: Final = (
    (0, 6, "at night"),
    (6, 12, "in the morning"),
    (12, 18, "in the afternoon"),
    (18, 24, "in the evening"),
)
_LEAST_EXPECTED: Final = 5  # of every cell, for the normal approximation to hold (Cochran 1954)


class MessageFacts(Value):
    """A candidate who was written to: facts of the initial message, and whether they answered it or its follow-up."""

    characters: int = Field(ge=0, description="Length of the body.")
    sent_at: AwareDatetime
    zone: str = Field(default="UTC", description="IANA zone in which hour and weekday are read.")
    elements: frozenset[str] = Field(default=frozenset(), description="Personalised elements that were on (D-6).")
    followed_up: bool = Field(
        default=False,
        description="Whether a follow-up was planned with it. Planned, not sent: those that were answered at once "
        "never get theirs, so that the sent ones would look worse than they are.",
    )
    answered: bool


class Tip(Value):
    """What has worked for this sender, with its evidence."""

    topic: Topic
    text: str
    better: Rate = Field(description="Response rate of the group with the higher one.")
    worse: Rate
    p_value: float = Field(description="Two-sided two-proportion test, pooled.")
    p_adjusted: float = Field(description="By Holm's method over all comparisons that were made.")


class _Question(NamedTuple):
    topic: Topic
    has: str
    lacks: str
    inside: tuple[bool, ...]


def find_tips(rows: Sequence[MessageFacts], *, least: int = 30, level: float = 0.05) -> tuple[Tip, ...]:
    """Differences in a sender's own response rates that are no chance, the surest first (H-2).

    Each property is compared, with against without. A comparison is made only if both groups hold `least` candidates,
    and five answers and five silences are to be expected in each; a tip is given only if its p-value is at most
    `level` after Holm's correction over all comparisons made. It is a difference, not proof of a cause.
    """
    made: list[tuple[float, Topic, str, Rate, Rate]] = []
    seen: set[tuple[bool, ...]] = set()
    for question in _questions(rows):
        outside = tuple(not is_in for is_in in question.inside)
        if seen & {question.inside, outside}:  # where all rows are of two parts, the second asks the same
            continue
        seen.add(question.inside)
        these, others = _share(rows, question.inside), _share(rows, outside)
        p_value = None if min(these.n, others.n) < least else two_proportions(these, others)
        if p_value is not None and these.value >= others.value:
            made.append((p_value, question.topic, question.has, these, others))
        elif p_value is not None:
            made.append((p_value, question.topic, question.lacks, others, these))
    made.sort(key=lambda comparison: comparison[0])
    tips: list[Tip] = []
    adjusted = 0.0
    for place, (p_value, topic, what, better, worse) in enumerate(made):
        adjusted = max(adjusted, min(1.0, p_value * (len(made) - place)))
        if adjusted > level:
            break
        text = f"{what}: {better.value:.0%} of {better.n} answered, against {worse.value:.0%} of the other {worse.n}"
        tips.append(Tip(topic=topic, text=text, better=better, worse=worse, p_value=p_value, p_adjusted=adjusted))
    return tuple(tips)


def two_proportions(one: Rate, other: Rate) -> float | None:
    """Two-sided p-value of two shares being one, with pooled variance; None where the groups are too small for it."""
    if not one.n or not other.n:
        return None
    pooled = (one.value * one.n + other.value * other.n) / (one.n + other.n)
    if min(one.n, other.n) * min(pooled, 1 - pooled) < _LEAST_EXPECTED:
        return None
    error = math.sqrt(pooled * (1 - pooled) * (1 / one.n + 1 / other.n))
    return math.erfc(abs(one.value - other.value) / error / math.sqrt(2))


def _share(rows: Sequence[MessageFacts], chosen: Sequence[bool]) -> Rate:
    answers = [row.answered for row, is_in in zip(rows, chosen, strict=True) if is_in]
    return rate(sum(answers), len(answers))


def _questions(rows: Sequence[MessageFacts]) -> Iterator[_Question]:
    local = [to_local(row.sent_at, row.zone) for row in rows]
    for low, high in pairwise((0, *LENGTHS)):
        span = f"{low} to {high - 1} characters" if low else f"under {high} characters"
        inside = tuple(low <= row.characters < high for row in rows)
        yield _Question("length", f"Messages of {span}", f"Messages of other lengths than {span}", inside)
    for start, end, part in _PARTS:
        when = f"{part} ({start} to {end} h, local time)"
        inside = tuple(start <= time.hour < end for time in local)
        yield _Question("hour", f"Sent {when}", f"Sent at other times than {when}", inside)
    for number, name in enumerate(_DAYS):
        inside = tuple(time.weekday() == number for time in local)
        yield _Question("weekday", f"Sent on a {name}", f"Sent on other days than {name}", inside)
    for element in sorted({element for row in rows for element in row.elements}):
        inside = tuple(element in row.elements for row in rows)
        yield _Question("personalisation", f"With {element!r} on", f"Without {element!r}", inside)
    inside = tuple(row.followed_up for row in rows)
    yield _Question("follow_up", "With a follow-up planned", "Without a follow-up", inside)

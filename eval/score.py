"""What graders give: scores with their reasons, and what a person is shown of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span of the shown text: `[start, end)` in characters, what kind it is and what it is about."""

    start: int
    end: int
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a report shows of a case: the message or the reply, with findings and evidence marked in it."""

    title: str = ""
    text: str = ""
    marks: tuple[Mark, ...] = ()
    details: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One metric of one case; for a metric of kind `pass`, 1.0 is a pass and 0.0 a failure."""

    metric: str
    value: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """All that the graders of a suite say of one output, the output as JSON, and what a person is shown of it."""

    scores: tuple[Score, ...]
    output: JsonValue = None
    shown: Shown = Shown()

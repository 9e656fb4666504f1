"""A claim: one thing that a message says, where it says it, and whether facts support it (D-10)."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from overture.base import Value

from .facts import Fact

ClaimKind = Literal[
    "employer", "title", "skill", "years", "date", "number", "school", "place", "pay", "benefit", "company",
    "relation", "interest", "application", "open_to_work", "name",
]  # fmt: skip
Verdict = Literal["supported", "unsupported", "unverified"]


class Claim(Value):
    """One claim with the half-open span `start:end`, in characters, of its words in subject or body.

    `unsupported` where a blocking check objects, `supported` where facts were found for it, else `unverified`: no
    check objects, and no one fact says it. `reason` says which facts, or what the check says.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    kind: ClaimKind
    field: Literal["subject", "body"]
    text: str
    start: int
    end: int
    facts: tuple[Fact, ...] = ()
    verdict: Verdict
    reason: str

"""A draft and its record: what it says, what that rests on, who wrote it, and what was found (D-8, D-10, D-14)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from overture.base import Value

from .facts import Fact, MessageContext, OpportunitySource
from .personalization import Personalization

Severity = Literal["blocking", "advisory"]
FindingCode = Literal[
    # blocking (D-11)
    "unsupported_name", "unsupported_number", "unsupported_date", "unsupported_place", "unsupported_employer",
    "unsupported_school", "unsupported_skill", "unsupported_title", "unsupported_salary", "unsupported_benefit",
    "placeholder", "prompt_echo", "deselected_element", "custom_content_altered", "subject_too_long", "body_too_long",
    "wrong_language", "protected_attribute", "injected_order", "swapped_role", "wrong_name", "overclaimed_inference",
    "empty",
    # advisory (D-11)
    "stock_opener", "praise_without_fact", "long_subject", "long_body", "spam_wording", "gender_coded", "sameness",
    "several_questions", "claim_without_fact",
]  # fmt: skip


class Finding(Value):
    """One thing a check found: `field` and the half-open span `start:end` in characters, and a sentence of advice."""

    code: FindingCode
    severity: Severity
    field: Literal["subject", "body"]
    start: int
    end: int
    text: str
    advice: str


class Sentence(Value):
    """A sentence of the body with its half-open span and the facts it rests on (D-10)."""

    text: str
    start: int
    end: int
    facts: tuple[Fact, ...] = ()


class Usage(Value):
    """What a draft has cost so far; tokens as the endpoint reported them."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


class PromptRecord(Value):
    """Which prompt was used, to the byte (D-14)."""

    name: str
    version: int
    fingerprint: str


class OpportunityRecord(Value):
    """Where the opportunity came from, as a whole and field by field (D-2)."""

    source: OpportunitySource
    fields: dict[str, str] = Field(default_factory=dict)
    """Field name to `job.<field>`, `project.<field>` or `candidate.positions[i].<field>`."""


class Repair(Value):
    """One try that was not good enough: what was found in it, or why there was no answer."""

    writer: str
    findings: tuple[Finding, ...] = ()
    error: str | None = None


class Fallback(Value):
    """Why the offline writer wrote instead of the model that was asked for (D-15)."""

    requested: str
    reason: str


class Draft(Value):
    """A complete message with its audit record (D-14); `model_dump_json()` is what `overture draft --json` prints."""

    subject: str
    body: str
    sentences: tuple[Sentence, ...]
    opportunity: OpportunityRecord
    findings: tuple[Finding, ...]
    writer: str
    """`offline`, or the kind of writer with its model, such as `openai:gpt-5-mini`."""
    prompt: PromptRecord
    usage: Usage
    fallback: Fallback | None = None
    repairs: tuple[Repair, ...] = ()
    personalization: Personalization
    context_hash: str
    options: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    context: MessageContext = Field(exclude=True, repr=False)

    @property
    def is_good(self) -> bool:
        """Whether no blocking check fired; `Drafter` never returns anything else (D-10)."""
        return not any(finding.severity == "blocking" for finding in self.findings)

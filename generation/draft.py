"""A draft and its record: what it says, what that rests on, who wrote it, and what was found (D-8, D-10, D-14)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, cast

from pydantic import ConfigDict, Field, computed_field, field_serializer, model_validator

from overture.base import Value

from .assembled import Assembled
from .claim import Claim
from .draft_input import DraftInput
from .facts import Fact, MessageContext, OpportunitySource
from .personalization import Personalization

_AS_IT_STANDS = ConfigDict(str_strip_whitespace=False)  # custom content may begin and end with blanks (D-7)
Severity = Literal["blocking", "advisory"]
FindingCode = Literal[
    # blocking (D-11)
    "unsupported_name", "unsupported_number", "unsupported_date", "unsupported_place", "unsupported_employer",
    "unsupported_school", "unsupported_skill", "unsupported_title", "unsupported_salary", "unsupported_benefit",
    "placeholder", "prompt_echo", "deselected_element", "custom_content_altered", "subject_too_long", "body_too_long",
    "wrong_language", "protected_attribute", "injected_order", "swapped_role", "changed_relation", "wrong_name",
    "overclaimed_inference", "empty", "longer_than_first", "repeats_first", "reproach",
    # advisory (D-11)
    "stock_opener", "praise_without_fact", "long_subject", "long_body", "spam_wording", "gender_coded", "sameness",
    "several_questions", "claim_without_fact", "mixed_address",
]  # fmt: skip


class Finding(Value):
    """One thing a check found: `field` and the half-open span `start:end` in characters, and a sentence of advice."""

    model_config = _AS_IT_STANDS

    code: FindingCode
    severity: Severity
    field: Literal["subject", "body"]
    start: int
    end: int
    text: str
    advice: str


class Sentence(Value):
    """A sentence of the body with its half-open span and the facts it rests on (D-10)."""

    model_config = _AS_IT_STANDS

    text: str
    start: int
    end: int
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Filled by `Draft.evidence` and wherever a draft is dumped; left empty while drafting, for speed."""


class Usage(Value):
    """What a draft has cost so far; tokens as the endpoint reported them, prices in US dollars."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    known_price: Decimal = Decimal(0)
    """Of the requests whose price is known: all there is to say where some are not."""
    priced_requests: int = 0

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way; mypy knows no decorated property
    @property
    def price(self) -> Decimal | None:
        """The price of all requests; None where that of any is unknown, 0 only where nothing was asked of a model."""
        return self.known_price if self.priced_requests >= self.requests else None

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            known_price=self.known_price + other.known_price,
            priced_requests=self.priced_requests + other.priced_requests,
        )

    @model_validator(mode="before")
    @classmethod
    def _without_price(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        fields = cast("dict[str, Any]", given)  # what was dumped can be read again: the price follows from the rest
        return {name: value for name, value in fields.items() if name != "price"}

    @field_serializer("known_price", "price", when_used="json")
    def _plainly(self, value: Decimal | None) -> str | None:
        return None if value is None else f"{value.normalize():f}"


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


FallbackKind = Literal["findings", "output", "timeout", "unavailable", "refusal", "configuration", "budget"]


class Fallback(Value):
    """Why the offline writer wrote instead of the model that was asked for (D-15)."""

    requested: str
    reason: str
    kind: FallbackKind = "output"
    """The reason in a word: what was found in the drafts, an unreadable answer, a model that gave none, a ceiling."""


class SentenceVerdict(Value):
    """A judge's verdict on the sentence at the half-open span `start:end` of the body, and the reason it gave."""

    start: int
    end: int
    text: str
    verdict: Literal["supported", "unsupported", "unclear"]
    reason: str


class Judgement(Value):
    """What another model made of the sentences that no fact covers: never a finding, and no finding changes (D-10).

    `prompt` is None where nothing had to be asked; `error` says why an answer is lacking where one was asked for.
    """

    model: str
    prompt: PromptRecord | None = None
    usage: Usage = Usage()
    sentences: tuple[SentenceVerdict, ...] = ()
    error: str | None = None

    @property
    def unsupported(self) -> tuple[SentenceVerdict, ...]:
        """The sentences that the judge finds unsupported."""
        return tuple(each for each in self.sentences if each.verdict == "unsupported")


class Draft(Value):
    """A complete message with its audit record (D-14); `model_dump_json()` is what `overture draft --json` prints."""

    model_config = _AS_IT_STANDS

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
    custom_content_at: tuple[int, int] | None = None
    """The half-open span of custom content in the body, which no model may see (D-7)."""
    context: MessageContext = Field(exclude=True, repr=False)
    inputs: DraftInput | None = Field(default=None, exclude=True, repr=False)
    """What it was made from, where it was not made from a context alone."""
    assembled: Assembled | None = Field(default=None, exclude=True, repr=False)
    """The message with the spans of what its writer wrote and of custom content."""
    judgement: Judgement | None = None
    """What another model made of it, where one was asked; apart from the findings, and it changes none (D-10)."""

    def claims(self) -> tuple[Claim, ...]:
        """The claims of subject and body, each with its facts and a verdict (D-10); read anew at each call."""
        from .claims import find_claims

        whole = self.assembled or Assembled(self.subject, self.body, (0, len(self.body)))
        return find_claims(self.context, whole, findings=self.findings)

    def evidence(self) -> tuple[Sentence, ...]:
        """The sentences of the body, each with the claims in it (D-10)."""
        claims = [claim for claim in self.claims() if claim.field == "body"]
        return tuple(
            sentence.model_copy(
                update={"claims": tuple(each for each in claims if sentence.start <= each.start < sentence.end)}
            )
            for sentence in self.sentences
        )

    @field_serializer("sentences", mode="wrap")
    def _with_claims(self, sentences: tuple[Sentence, ...], handler: Any) -> Any:
        return handler(self.evidence() if sentences else sentences)

    @property
    def is_good(self) -> bool:
        """Whether no blocking check fired; `Drafter` never returns anything else (D-10)."""
        return not any(finding.severity == "blocking" for finding in self.findings)

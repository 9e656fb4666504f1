"""Replies to label and what is said of them; the keys are those of a row of `overture classify` (C-2 to C-6)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

from overture.classification import ReplyClassifier
from overture.classification.labels import Intent, Label
from overture.classification.rows import parse_language
from overture.classification.verdict import DecidingWord, ReviewReason, Verdict

from .problems import FieldProblem

MOST_ROWS: Final = 1_000
_LANGUAGE: Final = r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4})?$"
ROW_EXAMPLE: Final[dict[str, Any]] = {
    "id": "r-1", "text": "Thanks, but I am happy where I am.", "outreach": "Would you be open to a call?", "lang": "en",
}  # fmt: skip
VERDICT_EXAMPLE: Final[dict[str, Any]] = {
    "id": "r-1",
    "label": "decline",
    "intent": "happy_here",
    "confidence": 0.996,
    "needs_review": False,
    "language": "en",
    "review_reason": None,
    "words": [{"text": "happy", "start": 15, "weight": 0.61}],
    "returns_on": None,
    "decided_by": "model",
    "model": "replies 3f9c...",
}
FAILED_EXAMPLE: Final[dict[str, Any]] = {
    "id": "r-2", "errors": [{"field": "text", "detail": "Field required"}],
}  # fmt: skip
_RowId = Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=-(2**63), lt=2**63)]


class ClassifyRequest(BaseModel):
    """A reply to label."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ROW_EXAMPLE]})

    text: str = Field(description="The reply as it came; quotes and signatures are taken off (C-6).")
    outreach: str | None = Field(
        default=None, description="The message it answers: 'Not at all' means one thing or the other by it."
    )
    lang: str | None = Field(
        default=None, pattern=_LANGUAGE, description="ISO 639-1 code of the reply, where it is known."
    )
    id: _RowId | None = Field(default=None, description="The caller's; it comes back as it is.")


class _Unread:
    """Any JSON value, read by itself; OpenAPI shows a reply."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(handler.generate_schema(ClassifyRequest), core_schema.any_schema())


class ClassifyBatch(BaseModel):
    """Replies to label, each by itself."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rows": [ROW_EXAMPLE]}]})

    rows: list[Annotated[Any, _Unread()]] = Field(min_length=1, max_length=MOST_ROWS)


class VerdictBody(BaseModel):
    """What is said of a reply."""

    model_config = ConfigDict(json_schema_extra={"examples": [VERDICT_EXAMPLE]})

    id: str | int | None
    label: Label
    intent: Intent
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the label is right (C-4).")
    needs_review: bool
    language: str = Field(description="ISO 639-1 code, or `und` for a language the model does not know.")
    review_reason: ReviewReason | None
    words: tuple[DecidingWord, ...] = Field(description="The words that decided, heaviest first (C-4).")
    returns_on: date | None = Field(description="When an absent person is back (C-5).")
    decided_by: str = Field(description="`auto_rule`, `model` or `escalation`.")
    model: str = Field(description="Name and fingerprint of the model that judged.")


class UnreadableRow(BaseModel):
    """A row of a batch that cannot be read; the others are labelled all the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [FAILED_EXAMPLE]})

    id: str | int | None
    errors: list[FieldProblem]


class ClassifiedBatch(BaseModel):
    """A result for each row, in their order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rows": [VERDICT_EXAMPLE, FAILED_EXAMPLE], "failed": 1}]}
    )

    rows: list[VerdictBody | UnreadableRow]
    failed: int


def classified(classifier: ReplyClassifier, row: ClassifyRequest, *, today: date) -> VerdictBody:
    """One reply, labelled (C-2 to C-6)."""
    verdict = classifier.classify(row.text, row.outreach or None, language=parse_language(row.lang), today=today)
    return _verdict_body(row.id, verdict)


def classified_batch(classifier: ReplyClassifier, batch: ClassifyBatch, *, today: date) -> ClassifiedBatch:
    """Many replies, labelled at once; a row that cannot be read says why and stops nothing."""
    results: dict[int, VerdictBody | UnreadableRow] = {}
    readable: list[tuple[int, ClassifyRequest]] = []
    for number, given in enumerate(batch.rows):
        try:
            readable.append((number, _ROW.validate_python(given)))
        except ValidationError as error:
            results[number] = UnreadableRow(id=_id_of(given), errors=_problems(error))
    rows = [row for _, row in readable]
    verdicts = classifier.classify_batch(
        [row.text for row in rows], [row.outreach or None for row in rows],
        languages=[parse_language(row.lang) for row in rows], today=today,
    )  # fmt: skip
    for (number, row), verdict in zip(readable, verdicts, strict=True):
        results[number] = _verdict_body(row.id, verdict)
    return ClassifiedBatch.model_construct(
        rows=[results[number] for number in range(len(batch.rows))], failed=len(batch.rows) - len(rows)
    )


_ROW: Final = TypeAdapter(ClassifyRequest)
_ID: Final[TypeAdapter[str | int]] = TypeAdapter(_RowId)


def _verdict_body(key: str | int | None, verdict: Verdict) -> VerdictBody:
    # made and checked by the classifier: validating it again would only take time
    fields: dict[str, Any] = {name: getattr(verdict, name) for name in _OF_VERDICT}
    fields["confidence"] = round(verdict.confidence, 6)
    return VerdictBody.model_construct(id=key, **fields)


_OF_VERDICT: Final = tuple(name for name in VerdictBody.model_fields if name in Verdict.model_fields)


def _id_of(given: Any) -> str | int | None:
    try:
        return _ID.validate_python(given["id"])
    except (ValidationError, LookupError, TypeError):
        return None


def _problems(error: ValidationError) -> list[FieldProblem]:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    names = {*ClassifyRequest.model_fields}
    return [
        FieldProblem(field=".".join(str(part) for part in each["loc"] if part in names) or "?", detail=each["msg"])
        for each in found
    ]

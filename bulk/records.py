"""What a run keeps: the answers that were paid for, and one row for each candidate."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from overture.errors import WriterError, WriterOutputError, WriterRefusalError
from overture.generation.draft import Usage
from overture.generation.writers import WriterOutput

RowStatus = Literal["drafted", "refused"]
"""`refused`: the row of the input could not be read, or no message can be written about it; the reason is kept."""
_ERRORS: dict[str, type[WriterError]] = {"output": WriterOutputError, "refusal": WriterRefusalError}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The final answer of one call: a message without greeting and name, or the error it was paid for all the same.

    `error_kind` is `output` (unreadable, cut off) or `refusal`; time-outs and outages are no answers and not kept.
    """

    subject: str = ""
    body: str = ""
    inline_greeting: bool = False
    error_kind: Literal["output", "refusal"] | None = None
    error: str = ""
    usage: Usage = field(default_factory=Usage)

    @classmethod
    def of(cls, answer: WriterOutput | WriterError) -> StoredAnswer | None:
        """What is to be kept of an answer; None for an error that is no answer."""
        if isinstance(answer, WriterOutput):
            return cls(
                subject=answer.subject, body=answer.body, inline_greeting=answer.inline_greeting, usage=answer.usage
            )
        usage = answer.usage if isinstance(answer.usage, Usage) else Usage(requests=1)
        if isinstance(answer, WriterOutputError):
            return cls(error_kind="output", error=str(answer), usage=usage)
        return (
            cls(error_kind="refusal", error=str(answer), usage=usage)
            if isinstance(answer, WriterRefusalError)
            else None
        )

    def output(self) -> WriterOutput:
        """The writer's output as it was.

        Raises:
            WriterOutputError, WriterRefusalError: that was the answer.
        """
        if self.error_kind is not None:
            raise _ERRORS[self.error_kind](self.error, usage=self.usage)
        return WriterOutput(self.subject, self.body, usage=self.usage, inline_greeting=self.inline_greeting)

    def text(self) -> str:
        """The words of the answer as one line of JSON; the usage has columns of its own."""
        parts = [self.subject, self.body, self.inline_greeting, self.error_kind, self.error]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str, usage: Usage) -> StoredAnswer:
        """The answer that `text` wrote."""
        subject, body, inline_greeting, error_kind, error = json.loads(text)
        return cls(
            subject=subject, body=body, inline_greeting=inline_greeting, error_kind=error_kind, error=error, usage=usage
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """What came of one row of the input: a draft's record, or why there is none."""

    number: int
    """Which row of the input, from 0."""
    digest: str
    """`input_digest` of what was read: another one at the same place is drafted anew."""
    status: RowStatus
    record: dict[str, Any]
    """The line of the output, or of the errors file, as JSON has it."""
    finished: float = 0.0
    """Seconds since 1970, for an output in the order in which the drafts came."""
    likeness: float | None = None
    """To the drafts before it, 0 to 1: the estimated share of shingles in common with the nearest."""
    signature: bytes | None = None
    """The MinHash of the message."""

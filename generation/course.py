"""What one draft has come to so far: what was spent, tried and found, and the record that comes of it (D-11, D-14)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    WriterError,
    WriterOutputError,
    WriterRefusalError,
    WriterTimeoutError,
)
from overture.prompts import Prompt, RenderedPrompt

from .assembly import Assembled, assemble
from .budget import Budget
from .check_follow_up import check_follow_up
from .checks import check_draft
from .draft import (
    Draft,
    Fallback,
    FallbackKind,
    Finding,
    OpportunityRecord,
    PromptRecord,
    Repair,
    Sentence,
    Usage,
)
from .evidence import find_evidence
from .limits import Limits
from .offline import offline_prompt_record
from .prices import Rate
from .substance import check_substance
from .task import Task
from .writers import Writer, WriteRequest, WriterOutput

logger = logging.getLogger("overture")
Answer = WriterOutput | WriterError | ConfigurationError | BudgetExceededError
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Try:
    """One request to one writer; the shell makes it and sends back what came of it."""

    writer: Writer
    request: WriteRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """What a `Drafter` was set up with."""

    writer: Writer
    offline: Writer
    limits: Limits
    draft_prompt: Prompt
    redraft_prompt: Prompt
    followup_prompt: Prompt
    fallback: bool
    clock: Callable[[], float]
    rate: Rate | None = None
    """What the writer's model costs, None where nobody knows."""
    budget: Budget | None = None
    tracer_provider: Any = None
    """OpenTelemetry's, in place of the one that the process has set."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole message with what was found in it and, where nothing blocks it, what its sentences rest on."""

    assembled: Assembled
    findings: tuple[Finding, ...]
    sentences: tuple[Sentence, ...]


class Course:
    """What has been spent and found so far."""

    def __init__(self, plan: Plan, task: Task) -> None:
        self._plan, self._task, self._context, self._custom = plan, task, task.context, task.custom_content
        self._started = plan.clock()
        self.usage = Usage()
        self.repairs: list[Repair] = []

    def attempt(self, writer: Writer, prompt: RenderedPrompt) -> Try:
        """The next try, within the limits of one request."""
        limits = self._plan.limits
        return Try(
            writer,
            WriteRequest(
                self._context,
                prompt,
                _most_output(limits, prompt),
                limits.timeout,
                has_custom_content=bool(self._custom),
                first=self._task.first,
                attempt=len(self.repairs),
            ),
        )

    def spend(self, answer: Answer) -> None:
        """Count what an answer cost, a failed one too."""
        spent = getattr(answer, "usage", None)
        if isinstance(spent, Usage):
            self.usage += spent

    def note(self, repair: Repair) -> None:
        """Keep a try that was not good enough."""
        codes = sorted({finding.code for finding in repair.findings if finding.severity == "blocking"})
        logger.debug("draft %s: try %d failed %s", self._context.fingerprint[:12], len(self.repairs) + 1, codes)
        self.repairs.append(repair)

    def over_budget(self, prompt: RenderedPrompt) -> BudgetExceededError | None:
        """Why one more request may not be made, or None, by an estimate of what it would cost."""
        limits = self._plan.limits
        if max(self.usage.requests, len(self.repairs)) >= limits.max_requests:
            return BudgetExceededError(f"the ceiling of {limits.max_requests} requests was reached", usage=self.usage)
        next_one = estimated(self.attempt(self._plan.writer, prompt).request)
        if self.usage.total_tokens + next_one.total_tokens > limits.max_total_tokens:
            return BudgetExceededError(
                f"one more request would pass the ceiling of {limits.max_total_tokens} tokens "
                f"({self.usage.total_tokens} spent)",
                usage=self.usage,
            )
        if limits.max_price is not None and not self._affordable(next_one, limits.max_price):
            return BudgetExceededError(
                f"one more request would pass the ceiling of {limits.max_price} US dollars "
                f"({self.usage.known_price:f} spent{'' if self.usage.price is not None else ', or more'})",
                usage=self.usage,
            )
        return None

    def _affordable(self, next_one: Usage, ceiling: Decimal) -> bool:
        spent, rate = self.usage.price, self._plan.rate
        return spent is not None and rate is not None and spent + rate.price(next_one) <= ceiling

    def judged(self, output: WriterOutput, writer: Writer, prompt: RenderedPrompt) -> Judged:
        """The output as a whole message, checked."""
        self.spend(output)
        context, offline = self._context, writer is self._plan.offline
        assembled = assemble(context, output, custom_content=self._custom)
        findings = check_draft(context, assembled, custom_content=self._custom, prompt=None if offline else prompt)
        first = self._task.first
        if first:
            findings = check_follow_up(assembled, first, language=context.personalization.language) + findings
        if blocking_of(findings):
            return Judged(assembled, findings, ())
        sentences = find_evidence(context, assembled)
        if not offline and not first:  # a second message may be a line
            findings = check_substance(context, assembled, sentences) + findings
        return Judged(assembled, findings, sentences)

    def checked(
        self, answer: Answer, writer: Writer, prompt: RenderedPrompt, fallback: Fallback | None = None
    ) -> Draft:
        """The offline draft; there is nobody left to ask after it, so that a bad one is an error."""
        if not isinstance(answer, WriterOutput):
            raise answer
        judged = self.judged(answer, writer, prompt)
        if blocking := blocking_of(judged.findings):
            raise unmended(blocking, tries=len(self.repairs) + 1, usage=self.usage)
        return self.draft(writer, prompt, judged, fallback)

    def draft(
        self,
        writer: Writer,
        prompt: RenderedPrompt,
        judged: Judged,
        fallback: Fallback | None = None,
    ) -> Draft:
        """The draft with its record (D-14)."""
        context = self._context
        offline = writer is self._plan.offline
        asked = {} if offline else {**prompt.options, "max_output_tokens": _most_output(self._plan.limits, prompt)}
        sent = PromptRecord(name=prompt.name, version=prompt.version, fingerprint=prompt.fingerprint)
        return Draft(
            subject=judged.assembled.subject,
            body=judged.assembled.body,
            sentences=judged.sentences,
            opportunity=OpportunityRecord(source=context.opportunity_source, fields=dict(context.opportunity_fields)),
            findings=judged.findings,
            writer=writer.label,
            prompt=offline_prompt_record(context.personalization.language) if offline else sent,
            usage=self.usage,
            fallback=fallback,
            repairs=tuple(self.repairs),
            personalization=context.personalization,
            context_hash=context.fingerprint,
            options={**asked, **writer.options},
            warnings=context.warnings + self._task.notes,
            seconds=self._plan.clock() - self._started,
            context=context,
            inputs=self._task.inputs,
            assembled=judged.assembled,
            custom_content_at=judged.assembled.custom,
        )


def blocking_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that keep a draft from being returned (D-11)."""
    return tuple(finding for finding in findings if finding.severity == "blocking")


def unmended(blocking: tuple[Finding, ...], *, tries: int, usage: Usage) -> WriterOutputError:
    """The error of a writer whose drafts stayed bad."""
    codes = ", ".join(sorted({finding.code for finding in blocking}))
    return WriterOutputError(
        f"blocking findings after {tries} {'try' if tries == 1 else 'tries'}: {codes}", usage=usage, findings=blocking
    )


def estimated(request: WriteRequest) -> Usage:
    """What a request may cost before anybody knows: input by its characters, and all the output it may have."""
    characters = len(request.prompt.shared) + len(request.prompt.personal)
    return Usage(requests=1, input_tokens=characters // _CHARACTERS_PER_TOKEN, output_tokens=request.max_output_tokens)


def kind_of(reason: OvertureError, repairs: list[Repair]) -> FallbackKind:
    """The reason for a fallback in a word (D-15)."""
    match reason:
        case BudgetExceededError():
            return "budget"
        case WriterTimeoutError():
            return "timeout"
        case WriterRefusalError():
            return "refusal"
        case WriterOutputError():
            return "output" if repairs and repairs[-1].error is not None else "findings"
        case ConfigurationError():
            return "configuration"
        case _:
            return "unavailable"


def _most_output(limits: Limits, prompt: RenderedPrompt) -> int:
    return min(limits.max_output_tokens, int(prompt.options.get("max_output_tokens", limits.max_output_tokens)))

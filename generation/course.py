"""What one draft has come to so far: what was spent, tried and found, and the record that comes of it (D-11, D-14)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from overture.errors import BudgetExceededError, ConfigurationError, WriterError, WriterOutputError
from overture.prompts import Prompt, RenderedPrompt

from .assembly import Assembled, assemble
from .checks import check_draft
from .draft import Draft, Fallback, Finding, OpportunityRecord, PromptRecord, Repair, Sentence, Usage
from .evidence import find_evidence
from .facts import MessageContext
from .limits import Limits
from .offline import offline_prompt_record
from .substance import check_substance
from .writers import Writer, WriteRequest, WriterOutput

logger = logging.getLogger("overture")
Answer = WriterOutput | WriterError | ConfigurationError
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
    fallback: bool
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole message with what was found in it and, where nothing blocks it, what its sentences rest on."""

    assembled: Assembled
    findings: tuple[Finding, ...]
    sentences: tuple[Sentence, ...]


class Course:
    """What has been spent and found so far."""

    def __init__(self, plan: Plan, context: MessageContext, custom_content: str | None) -> None:
        self._plan, self._context, self._custom = plan, context, custom_content
        self._started = plan.clock()
        self.usage = Usage()
        self.repairs: list[Repair] = []

    def attempt(self, writer: Writer, prompt: RenderedPrompt) -> Try:
        """The next try, within the limits of one request."""
        limits = self._plan.limits
        return Try(writer, WriteRequest(self._context, prompt, _most_output(limits, prompt), limits.timeout))

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
        """Why one more request may not be made, or None; its tokens are estimated from its characters."""
        limits = self._plan.limits
        if max(self.usage.requests, len(self.repairs)) >= limits.max_requests:
            return BudgetExceededError(f"the ceiling of {limits.max_requests} requests was reached", usage=self.usage)
        next_one = (len(prompt.shared) + len(prompt.personal)) // _CHARACTERS_PER_TOKEN + _most_output(limits, prompt)
        if self.usage.total_tokens + next_one > limits.max_total_tokens:
            return BudgetExceededError(
                f"one more request would pass the ceiling of {limits.max_total_tokens} tokens "
                f"({self.usage.total_tokens} spent)",
                usage=self.usage,
            )
        return None

    def judged(self, output: WriterOutput, writer: Writer, prompt: RenderedPrompt) -> Judged:
        """The output as a whole message, checked."""
        self.spend(output)
        context, offline = self._context, writer is self._plan.offline
        assembled = assemble(context, output, custom_content=self._custom)
        findings = check_draft(context, assembled, custom_content=self._custom, prompt=None if offline else prompt)
        if blocking_of(findings):
            return Judged(assembled, findings, ())
        sentences = find_evidence(context, assembled)
        if not offline:
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
            prompt=offline_prompt_record() if offline else sent,
            usage=self.usage,
            fallback=fallback,
            repairs=tuple(self.repairs),
            personalization=context.personalization,
            context_hash=context.fingerprint,
            options={**asked, **writer.options},
            warnings=context.warnings,
            seconds=self._plan.clock() - self._started,
            context=context,
        )


def blocking_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that keep a draft from being returned (D-11)."""
    return tuple(finding for finding in findings if finding.severity == "blocking")


def unmended(blocking: tuple[Finding, ...], *, tries: int, usage: Usage) -> WriterOutputError:
    """The error of a writer whose drafts stayed bad."""
    codes = ", ".join(sorted({finding.code for finding in blocking}))
    return WriterOutputError(
        f"blocking findings after {tries} {'try' if tries == 1 else 'tries'}: {codes}", usage=usage
    )


def _most_output(limits: Limits, prompt: RenderedPrompt) -> int:
    return min(limits.max_output_tokens, int(prompt.options.get("max_output_tokens", limits.max_output_tokens)))

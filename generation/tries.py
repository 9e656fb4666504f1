"""The course of one draft, pure: which try comes next, and when a draft is good (D-10, D-11, D-15)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    RunError,
    WriterError,
    WriterOutputError,
)
from overture.prompts import Prompt, RenderedPrompt

from .assembly import Assembled, assemble
from .checks import check_draft
from .draft import Draft, Fallback, Finding, OpportunityRecord, PromptRecord, Repair, Usage
from .evidence import find_evidence
from .facts import MessageContext
from .limits import Limits
from .offline import offline_prompt_record
from .render import render_draft, render_redraft
from .writers import Writer, WriteRequest, WriterOutput

logger = logging.getLogger("overture")
Answer = WriterOutput | WriterError | ConfigurationError
_CHARACTERS_PER_TOKEN = 4
_NO_NAMES = "Write no greeting, no signature and no person's name."


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


Steps = Generator[Try, Answer, Draft]


def draft_steps(plan: Plan, context: MessageContext, *, custom_content: str | None) -> Steps:
    """Yields tries, takes their answers, returns a draft without blocking findings.

    A model may mend its findings, or repeat an unreadable answer, `max_repairs` times; then, or when it cannot
    answer at all, the offline writer writes (D-15).

    Raises:
        WriterError, ConfigurationError, BudgetExceededError: with `fallback` off, why the model gave no draft.
        WriterOutputError: even the offline draft has blocking findings.
    """
    course = _Course(plan, context, custom_content)
    writer, limits = plan.writer, plan.limits
    first = prompt = render_draft(context, has_custom_content=bool(custom_content), prompt=plan.draft_prompt)
    if writer is plan.offline:
        return course.checked((yield course.attempt(writer, prompt)), writer, prompt)
    while True:
        reason: OvertureError | None = course.over_budget(prompt)
        if reason is not None:
            break
        answer = yield course.attempt(writer, prompt)
        if isinstance(answer, WriterOutput):
            assembled, findings = course.judged(answer, writer, prompt)
            if not _blocking(findings):
                return course.draft(writer, prompt, assembled, findings)
            course.note(Repair(writer=writer.label, findings=findings))
            mendable = _in_own_text(_blocking(findings), assembled)
            reason = _unmended(_blocking(findings), tries=len(course.repairs), usage=course.usage)
            if not mendable or len(course.repairs) > limits.max_repairs:
                break
            prompt = render_redraft(
                context, previous=answer, findings=mendable, has_custom_content=bool(custom_content),
                prompt=plan.redraft_prompt,
            )  # fmt: skip
        else:
            reason = answer
            course.spend(answer)
            course.note(Repair(writer=writer.label, error=str(answer)))
            if not isinstance(answer, WriterOutputError) or len(course.repairs) > limits.max_repairs:
                break
    if not plan.fallback:
        if isinstance(reason, RunError):
            reason.usage = course.usage
        raise reason
    logger.info("draft %s: %s gave none (%s)", context.fingerprint[:12], writer.label, type(reason).__name__)
    fallback = Fallback(requested=writer.label, reason=str(reason))
    return course.checked((yield course.attempt(plan.offline, first)), plan.offline, first, fallback)


class _Course:
    """What has been spent and found so far."""

    def __init__(self, plan: Plan, context: MessageContext, custom_content: str | None) -> None:
        self._plan, self._context, self._custom = plan, context, custom_content
        self._started = plan.clock()
        self.usage = Usage()
        self.repairs: list[Repair] = []

    def attempt(self, writer: Writer, prompt: RenderedPrompt) -> Try:
        limits = self._plan.limits
        return Try(writer, WriteRequest(self._context, prompt, _most_output(limits, prompt), limits.timeout))

    def spend(self, answer: Answer) -> None:
        spent = getattr(answer, "usage", None)
        if isinstance(spent, Usage):
            self.usage += spent

    def note(self, repair: Repair) -> None:
        codes = sorted({finding.code for finding in repair.findings if finding.severity == "blocking"})
        logger.debug("draft %s: try %d failed %s", self._context.fingerprint[:12], len(self.repairs) + 1, codes)
        self.repairs.append(repair)

    def over_budget(self, prompt: RenderedPrompt) -> BudgetExceededError | None:
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

    def judged(
        self, output: WriterOutput, writer: Writer, prompt: RenderedPrompt
    ) -> tuple[Assembled, tuple[Finding, ...]]:
        self.spend(output)
        assembled = assemble(self._context, output, custom_content=self._custom)
        seen = None if writer is self._plan.offline else prompt
        return assembled, check_draft(self._context, assembled, custom_content=self._custom, prompt=seen)

    def checked(
        self, answer: Answer, writer: Writer, prompt: RenderedPrompt, fallback: Fallback | None = None
    ) -> Draft:
        """The offline draft; there is nobody left to ask after it, so that a bad one is an error."""
        if not isinstance(answer, WriterOutput):
            raise answer
        assembled, findings = self.judged(answer, writer, prompt)
        if blocking := _blocking(findings):
            raise _unmended(blocking, tries=len(self.repairs) + 1, usage=self.usage)
        return self.draft(writer, prompt, assembled, findings, fallback)

    def draft(
        self,
        writer: Writer,
        prompt: RenderedPrompt,
        assembled: Assembled,
        findings: tuple[Finding, ...],
        fallback: Fallback | None = None,
    ) -> Draft:
        context = self._context
        offline = writer is self._plan.offline
        asked = {} if offline else {**prompt.options, "max_output_tokens": _most_output(self._plan.limits, prompt)}
        sent = PromptRecord(name=prompt.name, version=prompt.version, fingerprint=prompt.fingerprint)
        return Draft(
            subject=assembled.subject,
            body=assembled.body,
            sentences=find_evidence(context, assembled),
            opportunity=OpportunityRecord(source=context.opportunity_source, fields=dict(context.opportunity_fields)),
            findings=findings,
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


def _blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity == "blocking")


def _in_own_text(findings: tuple[Finding, ...], assembled: Assembled) -> tuple[Finding, ...]:
    """The findings that the model can mend: those in its own text, or of the whole body, quoting nothing else (D-7)."""
    start, end = assembled.message
    custom = assembled.custom or (-1, -1)
    kept: list[Finding] = []
    for finding in findings:
        inside = start <= finding.start and finding.end <= end
        apart = finding.end <= custom[0] or finding.start >= custom[1]
        if finding.field == "subject" or (inside and apart):
            # the advice on names is for people: it says the candidate's, which no model is told (D-12)
            kept.append(finding if finding.code != "wrong_name" else finding.model_copy(update={"advice": _NO_NAMES}))
        elif finding.code == "body_too_long":
            kept.append(finding.model_copy(update={"text": ""}))
    return tuple(kept)


def _unmended(blocking: tuple[Finding, ...], *, tries: int, usage: Usage) -> WriterOutputError:
    codes = ", ".join(sorted({finding.code for finding in blocking}))
    return WriterOutputError(
        f"blocking findings after {tries} {'try' if tries == 1 else 'tries'}: {codes}", usage=usage
    )


def _most_output(limits: Limits, prompt: RenderedPrompt) -> int:
    return min(limits.max_output_tokens, int(prompt.options.get("max_output_tokens", limits.max_output_tokens)))

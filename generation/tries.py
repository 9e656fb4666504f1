"""The course of one draft, pure: which try comes next, and when a draft is good (D-10, D-11, D-15)."""

from __future__ import annotations

import logging
from collections.abc import Generator

from overture.errors import OvertureError, RunError, WriterOutputError

from .assembly import Assembled
from .course import Answer, Course, Plan, Try, blocking_of, unmended
from .draft import Draft, Fallback, Finding, Repair
from .facts import MessageContext
from .render import render_draft, render_redraft
from .writers import WriterOutput

logger = logging.getLogger("overture")
Steps = Generator[Try, Answer, Draft]
_NO_NAMES = "Write no greeting, no signature and no person's name."


def draft_steps(plan: Plan, context: MessageContext, *, custom_content: str | None) -> Steps:
    """Yields tries, takes their answers, returns a draft without blocking findings.

    A model may mend its findings, or repeat an unreadable answer, `max_repairs` times; then, or when it cannot
    answer at all, the offline writer writes (D-15).

    Raises:
        WriterError, ConfigurationError, BudgetExceededError: with `fallback` off, why the model gave no draft.
        WriterOutputError: even the offline draft has blocking findings.
    """
    course = Course(plan, context, custom_content)
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
            judged = course.judged(answer, writer, prompt)
            blocking = blocking_of(judged.findings)
            if not blocking:
                return course.draft(writer, prompt, judged)
            course.note(Repair(writer=writer.label, findings=judged.findings))
            mendable = _in_own_text(blocking, judged.assembled)
            reason = unmended(blocking, tries=len(course.repairs), usage=course.usage)
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

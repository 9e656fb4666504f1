"""The course of one draft, pure: which try comes next, and when a draft is good (D-10, D-11, D-15)."""

from __future__ import annotations

import logging
from collections.abc import Generator

from overture.errors import BudgetExceededError, OvertureError, RunError, WriterOutputError
from overture.prompts import RenderedPrompt

from .assembly import Assembled
from .course import Answer, Course, Plan, Try, blocking_of, kind_of, unmended
from .draft import Draft, Fallback, Finding, Repair
from .render import render_draft, render_followup, render_redraft, render_revision
from .task import Task
from .writers import FirstMessage, WriterOutput

logger = logging.getLogger("overture")
Steps = Generator[Try, Answer, Draft]
_NO_NAMES = "Write no greeting, no signature and no person's name."


def draft_steps(plan: Plan, task: Task) -> Steps:
    """Yields tries, takes their answers, returns a draft without blocking findings.

    A model may mend its findings, or repeat an unreadable answer, `max_repairs` times; then, or when it cannot
    answer at all, the offline writer writes (D-15).

    Raises:
        WriterError, ConfigurationError, BudgetExceededError: with `fallback` off, why the model gave no draft.
        WriterOutputError: even the offline draft has blocking findings.
    """
    course = Course(plan, task)
    context = task.context
    writer, limits = plan.writer, plan.limits
    first = prompt = _first_prompt(plan, task)
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
            prompt = _again(plan, task, answer, mendable)
        elif isinstance(answer, BudgetExceededError):  # of the run: nothing was asked
            reason = answer
            break
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
    fallback = Fallback(requested=writer.label, reason=str(reason), kind=kind_of(reason, course.repairs))
    return course.checked((yield course.attempt(plan.offline, first)), plan.offline, first, fallback)


def _first_prompt(plan: Plan, task: Task) -> RenderedPrompt:
    if task.first:
        return _follow_up(plan, task, task.first)
    if task.revision:
        return render_revision(
            task.context, revision=task.revision, has_custom_content=bool(task.custom_content),
            prompt=plan.redraft_prompt,
        )  # fmt: skip
    return render_draft(task.context, has_custom_content=bool(task.custom_content), prompt=plan.draft_prompt)


def _again(plan: Plan, task: Task, answer: WriterOutput, findings: tuple[Finding, ...]) -> RenderedPrompt:
    if task.first:
        return _follow_up(plan, task, task.first, findings)
    return render_redraft(
        task.context, previous=answer, findings=findings, has_custom_content=bool(task.custom_content),
        prompt=plan.redraft_prompt,
    )  # fmt: skip


def _follow_up(plan: Plan, task: Task, first: FirstMessage, findings: tuple[Finding, ...] = ()) -> RenderedPrompt:
    return render_followup(
        task.context, first_subject=first.subject, first_body=first.body, findings=findings,
        prompt=plan.followup_prompt,
    )  # fmt: skip


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

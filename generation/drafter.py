"""One call from a profile and an opportunity to a checked message (D-1)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from overture.errors import ConfigurationError, WriterError, WriterOutputError
from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter
from overture.prompts import load_prompt

from .context import build_context
from .course import Answer, Plan, Try
from .draft import Draft
from .facts import MessageContext
from .limits import Limits
from .models import resolve_writer
from .personalization import Personalization
from .tries import Steps, draft_steps
from .writers import Chunk, Writer, WriterOutput

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_EVERYTHING_ON = Personalization()


class Drafter:
    """Drafts messages with a model, and without one where none answers (D-15).

    `model` is None or `"offline"`, `"openai:NAME"` (with `base_url`, any compatible server), a name that LangChain
    knows, a LangChain chat model, or a `Writer`. With `fallback=False` a model that gives no good draft is an error
    in place of an offline draft. `prompt` is the name or the path of the prompt of first messages, `today` the day
    from which durations count. Safe to use from many threads and tasks at once.

    Raises:
        ConfigurationError: the model has no known form.
        PromptError: the prompt does not exist or is malformed.
    """

    def __init__(
        self,
        model: str | BaseChatModel | Writer | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        limits: Limits | None = None,
        prompt: str | Path = "draft",
        fallback: bool = True,
        today: date | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        writer = resolve_writer(model, base_url=base_url, api_key=api_key)
        self._plan = Plan(
            writer=writer,
            offline=writer if writer.label == "offline" else resolve_writer("offline"),
            limits=limits or Limits(),
            draft_prompt=load_prompt(prompt),
            redraft_prompt=load_prompt("redraft"),
            fallback=fallback,
            clock=clock,
        )
        self._today = today

    def draft(
        self,
        candidate: Candidate,
        *,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> Draft:
        """A message to this candidate about the job, else the project, else a role like their present one (D-2).

        `custom_content` stands in the body byte for byte and is never sent to a model (D-7).

        Raises:
            ConfigurationError: there is nothing to write about.
            RunError: with `fallback=False`, why the model gave no good draft.
        """
        return self.draft_from(
            self._context(candidate, job, project, company, team, recruiter, personalization),
            custom_content=custom_content,
        )

    async def adraft(
        self,
        candidate: Candidate,
        *,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> Draft:
        """`draft`, asynchronous."""
        return await self.adraft_from(
            self._context(candidate, job, project, company, team, recruiter, personalization),
            custom_content=custom_content,
        )

    def stream(
        self,
        candidate: Candidate,
        *,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> Iterator[Chunk | Draft]:
        """`draft`, with the first try's text as it is written, unchecked; the `Draft` comes last and is what counts."""
        context = self._context(candidate, job, project, company, team, recruiter, personalization)
        return self.stream_from(context, custom_content=custom_content)

    def astream(
        self,
        candidate: Candidate,
        *,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> AsyncIterator[Chunk | Draft]:
        """`stream`, asynchronous."""
        context = self._context(candidate, job, project, company, team, recruiter, personalization)
        return self.astream_from(context, custom_content=custom_content)

    def draft_from(self, context: MessageContext, *, custom_content: str | None = None) -> Draft:
        """`draft` for a context that is ready."""
        steps = draft_steps(self._plan, context, custom_content=custom_content)
        step = _advance(steps, None)
        while isinstance(step, Try):
            try:
                answer: Answer = step.writer.write(step.request)
            except (WriterError, ConfigurationError) as error:
                answer = error
            step = _advance(steps, answer)
        return step

    async def adraft_from(self, context: MessageContext, *, custom_content: str | None = None) -> Draft:
        """`draft_from`, asynchronous."""
        steps = draft_steps(self._plan, context, custom_content=custom_content)
        step = _advance(steps, None)
        while isinstance(step, Try):
            try:
                answer: Answer = await step.writer.awrite(step.request)
            except (WriterError, ConfigurationError) as error:
                answer = error
            step = _advance(steps, answer)
        return step

    def stream_from(self, context: MessageContext, *, custom_content: str | None = None) -> Iterator[Chunk | Draft]:
        """`stream` for a context that is ready."""
        steps = draft_steps(self._plan, context, custom_content=custom_content)
        step = _advance(steps, None)
        first = True
        while isinstance(step, Try):
            answer: Answer = WriterOutputError("the writer's stream ended without an output")
            try:
                with closing(cast(Any, step.writer.stream(step.request))) as pieces:
                    for piece in pieces:
                        if isinstance(piece, WriterOutput):
                            answer = piece
                        elif first:
                            yield piece
            except (WriterError, ConfigurationError) as error:
                answer = error
            first = False
            step = _advance(steps, answer)
        yield step

    async def astream_from(
        self, context: MessageContext, *, custom_content: str | None = None
    ) -> AsyncIterator[Chunk | Draft]:
        """`stream_from`, asynchronous."""
        steps = draft_steps(self._plan, context, custom_content=custom_content)
        step = _advance(steps, None)
        first = True
        while isinstance(step, Try):
            answer: Answer = WriterOutputError("the writer's stream ended without an output")
            try:
                async with aclosing(cast(Any, step.writer.astream(step.request))) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, WriterOutput):
                            answer = piece
                        elif first:
                            yield piece
            except (WriterError, ConfigurationError) as error:
                answer = error
            first = False
            step = _advance(steps, answer)
        yield step

    def _context(
        self,
        candidate: Candidate,
        job: Job | None,
        project: Project | None,
        company: Company | None,
        team: Team | None,
        recruiter: Recruiter | None,
        personalization: Personalization | None,
    ) -> MessageContext:
        return build_context(
            candidate,
            today=self._today or date.today(),
            job=job,
            project=project,
            company=company,
            team=team,
            recruiter=recruiter,
            # the same object every time, so that what is the same for all candidates is found again by identity
            personalization=personalization or _EVERYTHING_ON,
        )


def _advance(steps: Steps, answer: Answer | None) -> Try | Draft:
    try:
        return next(steps) if answer is None else steps.send(answer)
    except StopIteration as done:
        return cast(Draft, done.value)

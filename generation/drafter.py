"""One call from a profile and an opportunity to a checked message (D-1)."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import aclosing, closing
from datetime import date
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from overture.errors import ConfigurationError
from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter
from overture.prompts import load_prompt

from .budget import Budget
from .context import build_context
from .course import Plan
from .draft import Draft, Judgement
from .draft_input import DraftInput
from .element_states import ElementState, element_states
from .facts import MessageContext
from .limits import Limits
from .many import Drafted, DraftSource, draft_each
from .metering import metered
from .models import resolve_writer
from .personalization import Personalization
from .prices import Prices, rate_for
from .revision import SentMessage, first_message, revise
from .shells import arun, arun_stream, run, run_stream
from .slots import redraft_prompt_for
from .task import Task
from .threads import in_thread
from .tries import Steps, draft_steps
from .writers import Chunk, Writer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from .judge import Judge
    from .runnables import DraftRunnable

_EVERYTHING_ON = Personalization()
_NOBODY = Candidate()  # stands where each of many candidates is put in
LEFT_OUT_WITH_LANGUAGE = "D-7: custom content was left out, since the language changed to {language}; give it anew"


class Drafter:
    """Drafts messages with a model, and without one where none answers (D-15).

    `model` is None or `"offline"`, `"openai:NAME"` (with `base_url`, any compatible server), a name that LangChain
    knows, a LangChain chat model, or a `Writer`. With `fallback=False` a model that gives no good draft is an error
    in place of an offline draft. `limits` hold for each draft, a `budget` for all that share it; `prices` is a table
    of prices, or its path, in place of Overture's own. `prompt` is the name or the path of the prompt of first
    messages, `today` the day from which durations count, `tracer_provider` OpenTelemetry's, in place of the process's.
    A `judge`, or any chat model as one, is asked about what the checks cannot know; its verdict stands apart and
    changes nothing (D-10). Safe to use from many threads and tasks at once.

    Raises:
        ConfigurationError: the model has no known form, or a ceiling on the price and no known price.
        PromptError: the prompt does not exist or is malformed.
    """

    def __init__(
        self,
        model: str | BaseChatModel | Writer | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        limits: Limits | None = None,
        budget: Budget | None = None,
        prices: Prices | str | Path | None = None,
        prompt: str | Path = "draft",
        fallback: bool = True,
        today: date | None = None,
        clock: Callable[[], float] = time.perf_counter,
        judge: Judge | BaseChatModel | str | None = None,
        tracer_provider: Any = None,
    ) -> None:
        writer = resolve_writer(model, base_url=base_url, api_key=api_key)
        draft_prompt = load_prompt(prompt)
        self._plan = Plan(
            writer=writer,
            offline=writer if writer.label == "offline" else resolve_writer("offline"),
            limits=limits or Limits(),
            draft_prompt=draft_prompt,
            redraft_prompt=redraft_prompt_for(draft_prompt),
            followup_prompt=load_prompt("followup"),
            fallback=fallback,
            clock=clock,
            rate=rate_for(writer, prices=prices, limits=limits, budget=budget),
            budget=budget,
            tracer_provider=tracer_provider,
        )
        self._prompt, self._prices = prompt, prices
        self._today = today
        self._judge = _judge_of(judge)

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
        inputs = _inputs(candidate, job, project, company, team, recruiter, personalization, custom_content)
        return self._run(self._steps(self._task(inputs)))

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
        inputs = _inputs(candidate, job, project, company, team, recruiter, personalization, custom_content)
        return await self._arun(self._steps(self._task(inputs)))

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
        inputs = _inputs(candidate, job, project, company, team, recruiter, personalization, custom_content)
        return self._stream(self._steps(self._task(inputs)))

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
        inputs = _inputs(candidate, job, project, company, team, recruiter, personalization, custom_content)
        return self._astream(self._steps(self._task(inputs)))

    def as_runnable(self, *, name: str = "OvertureDraft") -> DraftRunnable:
        """This drafter as a LangChain Runnable: a `DraftInput`, or a mapping of its fields, in; a `Draft` out.

        Its callbacks, tags and metadata reach the chat model underneath, and see no custom content and no name
        (D-7, D-12).
        """
        from .runnables import DraftRunnable

        return DraftRunnable(self, name=name)

    def draft_from(self, context: MessageContext, *, custom_content: str | None = None) -> Draft:
        """`draft` for a context that is ready."""
        return self._run(self._steps(Task(context, custom_content)))

    async def adraft_from(self, context: MessageContext, *, custom_content: str | None = None) -> Draft:
        """`draft_from`, asynchronous."""
        return await self._arun(self._steps(Task(context, custom_content)))

    def stream_from(self, context: MessageContext, *, custom_content: str | None = None) -> Iterator[Chunk | Draft]:
        """`stream` for a context that is ready."""
        return self._stream(self._steps(Task(context, custom_content)))

    def astream_from(
        self, context: MessageContext, *, custom_content: str | None = None
    ) -> AsyncIterator[Chunk | Draft]:
        """`stream_from`, asynchronous."""
        return self._astream(self._steps(Task(context, custom_content)))

    def draft_many(
        self,
        inputs: Iterable[DraftSource],
        *,
        concurrency: int = 32,
        processes: int = 1,
        ordered: bool = True,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> Generator[Drafted]:
        """A result for each candidate, as the drafts come or in order, `concurrency` at once, in bounded memory.

        An input is a candidate, for which the other arguments are as in `draft`, or a `DraftInput` of its own. What is
        wrong with one input is its result's `error`, and the others go on. Closing the iterator stops the work.

        With `processes` above 1 so many others read, render and check, each on a core of its own; the model is asked
        from here, as ever, and no spans are made. They take a second or two to load.

        Raises:
            ConfigurationError: `concurrency` or `processes` is not above zero.
        """
        return in_thread(
            lambda: self.adraft_many(
                inputs, concurrency=concurrency, processes=processes, ordered=ordered, job=job, project=project,
                company=company, team=team, recruiter=recruiter, personalization=personalization,
                custom_content=custom_content,
            ),
            ahead=concurrency,
        )  # fmt: skip

    def adraft_many(
        self,
        inputs: Iterable[DraftSource] | AsyncIterable[DraftSource],
        *,
        concurrency: int = 32,
        processes: int = 1,
        ordered: bool = True,
        job: Job | None = None,
        project: Project | None = None,
        company: Company | None = None,
        team: Team | None = None,
        recruiter: Recruiter | None = None,
        personalization: Personalization | None = None,
        custom_content: str | None = None,
    ) -> AsyncGenerator[Drafted]:
        """`draft_many`, asynchronous; an iterable that waits for something (a socket, a queue) has to be so as well."""
        common = _inputs(_NOBODY, job, project, company, team, recruiter, personalization, custom_content)
        if processes < 1:
            raise ConfigurationError(f"processes must be at least 1, not {processes}")
        if processes == 1:
            return draft_each(self._adraft_whole, inputs, common=common, concurrency=concurrency, ordered=ordered)
        from .draft_work import DraftWork, draft_elsewhere

        plan = self._plan
        work = DraftWork(
            prompt=self._prompt, limits=plan.limits, prices=self._prices, fallback=plan.fallback, today=self._today
        )
        return draft_elsewhere(
            work, plan, inputs, processes=processes, finish=self._ajudged, common=common, concurrency=concurrency,
            ordered=ordered,
        )  # fmt: skip

    def redraft(
        self, draft: Draft, *, personalization: Personalization, custom_content: str | EllipsisType | None = ...
    ) -> Draft:
        """The draft after a change of what is on and how it sounds, with as few other changes as that allows (D-6).

        Custom content stays unless another one, or None, is given; a change of language drops it, and the draft's
        warnings say so.

        Raises:
            ConfigurationError: the draft was read from a file or made from a context, so that its inputs are unknown.
            RunError: with `fallback=False`, why the model gave no good draft.
        """
        return self._run(self._steps(self._revision(draft, personalization, custom_content)))

    async def aredraft(
        self, draft: Draft, *, personalization: Personalization, custom_content: str | EllipsisType | None = ...
    ) -> Draft:
        """`redraft`, asynchronous."""
        return await self._arun(self._steps(self._revision(draft, personalization, custom_content)))

    def follow_up(
        self, first: Draft | SentMessage, *, inputs: DraftInput | None = None, custom_content: str | None = None
    ) -> Draft:
        """A second message after `first`: one more fact, a way out, shorter, no reproach.

        `inputs` are those of the first message; a draft that was made in this process knows its own. The first
        message's custom content is not said again, and no model sees it (D-7).

        Raises:
            ConfigurationError: the inputs are not known, or the first message's custom content does not stand in it.
            RunError: with `fallback=False`, why the model gave no good draft.
        """
        return self._run(self._steps(self._second(first, inputs, custom_content)))

    async def afollow_up(
        self, first: Draft | SentMessage, *, inputs: DraftInput | None = None, custom_content: str | None = None
    ) -> Draft:
        """`follow_up`, asynchronous."""
        return await self._arun(self._steps(self._second(first, inputs, custom_content)))

    def elements(self, inputs: DraftInput) -> tuple[ElementState, ...]:
        """Every element for this candidate and opportunity: available, on, and what was left out and why (D-4, D-6).

        Raises:
            ConfigurationError: there is nothing to write about.
        """
        return element_states(inputs, today=self._today or date.today())

    async def _adraft_whole(self, inputs: DraftInput) -> Draft:
        return await self._arun(self._steps(self._task(inputs)))

    def _run(self, steps: Steps) -> Draft:
        draft = run(steps)
        return draft if self._judge is None else _with(draft, self._judge.judge(draft))

    async def _arun(self, steps: Steps) -> Draft:
        return await self._ajudged(await arun(steps))

    async def _ajudged(self, draft: Draft) -> Draft:
        return draft if self._judge is None else _with(draft, await self._judge.ajudge(draft))

    def _stream(self, steps: Steps) -> Iterator[Chunk | Draft]:
        with closing(run_stream(steps)) as pieces:
            for piece in pieces:
                if self._judge is not None and isinstance(piece, Draft):
                    yield _with(piece, self._judge.judge(piece))
                else:
                    yield piece

    async def _astream(self, steps: Steps) -> AsyncIterator[Chunk | Draft]:
        async with aclosing(arun_stream(steps)) as pieces:
            async for piece in pieces:
                if self._judge is not None and isinstance(piece, Draft):
                    yield _with(piece, await self._judge.ajudge(piece))
                else:
                    yield piece

    def _steps(self, task: Task) -> Steps:
        return metered(self._plan, task.context, draft_steps(self._plan, task))

    def _task(self, inputs: DraftInput) -> Task:
        return Task(self._context(inputs), inputs.custom_content, inputs)

    def _revision(
        self, draft: Draft, personalization: Personalization, custom_content: str | EllipsisType | None
    ) -> Task:
        inputs = _known(draft.inputs)
        kept = inputs.custom_content if isinstance(custom_content, EllipsisType) else custom_content
        notes: tuple[str, ...] = ()
        moved = personalization.language != draft.personalization.language
        if moved and inputs.custom_content and isinstance(custom_content, EllipsisType):
            kept, notes = None, (LEFT_OUT_WITH_LANGUAGE.format(language=personalization.language),)
        changed = inputs.model_copy(update={"personalization": personalization, "custom_content": kept})
        context = self._context(changed)
        return Task(context, kept, changed, revision=revise(draft, context), notes=notes)

    def _second(self, first: Draft | SentMessage, inputs: DraftInput | None, custom_content: str | None) -> Task:
        known = _known(inputs or (first.inputs if isinstance(first, Draft) else None))
        known = known.model_copy(update={"custom_content": custom_content})
        return Task(self._context(known), custom_content, known, first=first_message(first))

    def _context(self, inputs: DraftInput) -> MessageContext:
        return build_context(
            inputs.candidate,
            today=self._today or date.today(),
            job=inputs.job,
            project=inputs.project,
            company=inputs.company,
            team=inputs.team,
            recruiter=inputs.recruiter,
            # the same object every time, so that what is the same for all candidates is found again by identity
            personalization=inputs.personalization or _EVERYTHING_ON,
        )


def _judge_of(judge: Judge | BaseChatModel | str | None) -> Judge | None:
    if judge is None:
        return None
    from .judge import Judge

    return judge if isinstance(judge, Judge) else Judge(judge)


def _with(draft: Draft, judgement: Judgement) -> Draft:
    return draft.model_copy(update={"judgement": judgement})


def _inputs(
    candidate: Candidate,
    job: Job | None,
    project: Project | None,
    company: Company | None,
    team: Team | None,
    recruiter: Recruiter | None,
    personalization: Personalization | None,
    custom_content: str | None,
) -> DraftInput:
    return DraftInput(
        candidate=candidate,
        job=job,
        project=project,
        company=company,
        team=team,
        recruiter=recruiter,
        personalization=personalization,
        custom_content=custom_content,
    )


def _known(inputs: DraftInput | None) -> DraftInput:
    if inputs is None:
        raise ConfigurationError(
            "D-6: what the message was made from is not known; give inputs=DraftInput(candidate=..., job=...), "
            "or draft it in this process"
        )
    return inputs

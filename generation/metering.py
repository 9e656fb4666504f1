"""Around the course of a draft: each request to a model is priced, held to the budget, and traced (D-14, D-15)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, aclosing, closing, nullcontext
from dataclasses import replace
from typing import Any, cast

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    RunError,
    WriterError,
    WriterOutputError,
    WriterUnavailableError,
)

from .budget import Reservation
from .course import Answer, Plan, Try, estimated
from .draft import Draft, Usage
from .facts import MessageContext
from .prices import Rate
from .telemetry import DraftSpan, RequestSpan, trace_draft
from .tries import Steps
from .writers import Chunk, Writer, WriteRequest, WriterOutput


def metered(plan: Plan, context: MessageContext, steps: Steps) -> Steps:
    """The same steps; their tries may be made by any shell, and what is asked of a model is counted."""
    span = trace_draft(plan.tracer_provider)
    if span is None and plan.writer is plan.offline:
        return (yield from steps)  # nothing to count, and nobody to tell
    try:
        draft = yield from _counted(plan, steps, span)
    except BaseException as error:  # an abandoned stream and a cancelled task end the span too
        if span:
            span.failed(error)
        raise
    if span:
        span.finished(draft, context)
    return draft


async def awrite_metered(plan: Plan, request: WriteRequest) -> WriterOutput:
    """One request to the plan's writer, counted here for a draft that is made elsewhere.

    Raises:
        BudgetExceededError: it has no room in the budget.
    """
    return await MeteredWriter(plan.writer, _Request(plan, Try(plan.writer, request), None)).awrite(request)


def _counted(plan: Plan, steps: Steps, span: DraftSpan | None) -> Steps:
    with closing(steps):
        try:
            step = next(steps)
            while True:
                answer: Answer
                if step.writer is plan.offline:
                    answer = yield step
                else:
                    try:
                        request = _Request(plan, step, span)
                    except (BudgetExceededError, ConfigurationError) as error:
                        answer = error
                    else:
                        answer = yield Try(MeteredWriter(step.writer, request), step.request)
                step = steps.send(answer)
        except StopIteration as done:
            return cast(Draft, done.value)


class _Request:
    """One request under way: what was reserved for it, and its span; it ends once, in one of three ways."""

    def __init__(self, plan: Plan, step: Try, span: DraftSpan | None) -> None:
        self._rate: Rate | None = plan.rate
        self._reserved: Reservation | None = None
        if plan.budget is not None:
            estimate = estimated(step.request)
            self._reserved = plan.budget.reserve(
                estimate.total_tokens, None if self._rate is None else self._rate.price(estimate)
            )
        self._draft_span = span
        self._step = step
        self._span: RequestSpan | None = None
        self._answering = self._ended = False

    def start(self, *, stream: bool = False) -> None:
        if self._draft_span:
            self._span = self._draft_span.request(self._step.writer, self._step.request, stream=stream)

    def active(self) -> AbstractContextManager[Any]:
        """The span of this request is the current one, for the spans of HTTP clients below it."""
        return self._span.active() if self._span else nullcontext()

    def received(self) -> None:
        """A piece of the answer came."""
        if not self._answering and self._span:
            self._span.first_chunk()
        self._answering = True

    def finished(self, output: WriterOutput) -> WriterOutput:
        """The answer, its usage priced."""
        self._ended = True
        output = replace(output, usage=self._priced(output.usage))
        self._book(output.usage, None)
        if self._span:
            self._span.finished(output)
        return output

    def failed(self, error: BaseException) -> None:
        """The request ended in an error of ours, was cancelled, or its stream was left."""
        if self._ended:
            return
        self._ended = True
        usage = None
        if isinstance(error, WriterError):
            error.usage = usage = self._priced(cast("Usage | None", error.usage))
        self._book(usage, error)
        if self._span:
            self._span.failed(error, usage)
        if self._draft_span and not isinstance(error, RunError | ConfigurationError):
            self._draft_span.failed(error)  # no shell catches it: the draft ends here too

    def _priced(self, usage: Usage | None) -> Usage:
        # a request was made, whether or not the writer counts
        usage = usage if usage and usage.requests else (usage or Usage()).model_copy(update={"requests": 1})
        return usage if self._rate is None else self._rate.priced(usage)

    def _book(self, usage: Usage | None, error: BaseException | None) -> None:
        if self._reserved is None:
            return
        if usage and usage.total_tokens:
            self._reserved.book(usage.total_tokens, usage.price)
        elif isinstance(error, ConfigurationError) or (
            isinstance(error, WriterUnavailableError) and not self._answering
        ):
            self._reserved.release()
        else:
            self._reserved.book_estimate()


class MeteredWriter:
    """A writer whose one request is counted; it says and does what the writer inside says and does."""

    def __init__(self, writer: Writer, request: _Request) -> None:
        self._writer, self._request = writer, request

    @property
    def label(self) -> str:
        """The label of the writer inside."""
        return self._writer.label

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """The options of the writer inside."""
        return self._writer.options

    def write(self, request: WriteRequest) -> WriterOutput:
        """`write` of the writer inside."""
        self._request.start()
        try:
            with self._request.active():
                output = self._writer.write(request)
        except BaseException as error:
            self._request.failed(error)
            raise
        return self._request.finished(output)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """`awrite` of the writer inside."""
        self._request.start()
        try:
            with self._request.active():
                output = await self._writer.awrite(request)
        except BaseException as error:
            self._request.failed(error)
            raise
        return self._request.finished(output)

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """`stream` of the writer inside; the span is current while the writer works, not while the consumer does."""
        self._request.start(stream=True)
        try:
            with closing(cast(Any, self._writer.stream(request))) as pieces:
                while True:
                    with self._request.active():
                        piece = next(pieces, None)
                    if piece is None:
                        break
                    self._request.received()
                    yield self._request.finished(piece) if isinstance(piece, WriterOutput) else piece
            self._request.failed(WriterOutputError("the writer's stream ended without an output"))
        except BaseException as error:
            self._request.failed(error)
            raise

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """`stream`, asynchronous."""
        self._request.start(stream=True)
        try:
            async with aclosing(cast(Any, self._writer.astream(request))) as pieces:
                while True:
                    with self._request.active():
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    self._request.received()
                    yield self._request.finished(piece) if isinstance(piece, WriterOutput) else piece
            self._request.failed(WriterOutputError("the writer's stream ended without an output"))
        except BaseException as error:
            self._request.failed(error)
            raise

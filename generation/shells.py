"""Carrying out the steps of a draft: the same four ways for every task, sync and async, whole and streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import Any, cast

from overture.errors import BudgetExceededError, ConfigurationError, WriterError, WriterOutputError

from .course import Answer, Try
from .draft import Draft
from .tries import Steps
from .writers import Chunk, WriterOutput

_NO_OUTPUT = "the writer's stream ended without an output"
_ANSWERS = (WriterError, ConfigurationError, BudgetExceededError)


def run(steps: Steps) -> Draft:
    """The draft that the steps come to."""
    step = _advance(steps, None)
    while isinstance(step, Try):
        try:
            answer: Answer = step.writer.write(step.request)
        except _ANSWERS as error:
            answer = error
        step = _advance(steps, answer)
    return step


async def arun(steps: Steps) -> Draft:
    """`run`, asynchronous."""
    step = _advance(steps, None)
    while isinstance(step, Try):
        try:
            answer: Answer = await step.writer.awrite(step.request)
        except _ANSWERS as error:
            answer = error
        step = _advance(steps, answer)
    return step


def run_stream(steps: Steps) -> Generator[Chunk | Draft]:
    """`run`, with the text of the first try as it is written; the draft comes last."""
    step = _advance(steps, None)
    first = True
    while isinstance(step, Try):
        answer: Answer = WriterOutputError(_NO_OUTPUT)
        try:
            with closing(cast(Any, step.writer.stream(step.request))) as pieces:
                for piece in pieces:
                    if isinstance(piece, WriterOutput):
                        answer = piece
                    elif first:
                        yield piece
        except _ANSWERS as error:
            answer = error
        first = False
        step = _advance(steps, answer)
    yield step


async def arun_stream(steps: Steps) -> AsyncGenerator[Chunk | Draft]:
    """`run_stream`, asynchronous."""
    step = _advance(steps, None)
    first = True
    while isinstance(step, Try):
        answer: Answer = WriterOutputError(_NO_OUTPUT)
        try:
            async with aclosing(cast(Any, step.writer.astream(step.request))) as pieces:
                async for piece in pieces:
                    if isinstance(piece, WriterOutput):
                        answer = piece
                    elif first:
                        yield piece
        except _ANSWERS as error:
            answer = error
        first = False
        step = _advance(steps, answer)
    yield step


def _advance(steps: Steps, answer: Answer | None) -> Try | Draft:
    try:
        return next(steps) if answer is None else steps.send(answer)
    except StopIteration as done:
        return cast(Draft, done.value)

"""A draft as it is written, as server-sent events: `chunk` events, then one `draft` or one `problem`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, cast

from pydantic import BaseModel

from overture.generation import Draft
from overture.generation.writers import Chunk

from .problems import ProblemError, as_problem, body_of_problem

EVENT_STREAM: Final = "text/event-stream"
STREAM_EXAMPLE: Final = """event: chunk
data: {"text": "You took the authorisation p99 "}

event: chunk
data: {"text": "from 480 ms to 90 ms."}

event: draft
data: {"id": "6f1c0de3a1b94c6e9a53a1f0a7d5c9be", "subject": "...", "body": "...", "writer": "openai:gpt-5-mini"}

"""
PROBLEM: Final = "problem"
HEADERS: Final = {"Cache-Control": "private, no-cache", "X-Accel-Buffering": "no"}


class ChunkBody(BaseModel):
    """A piece of the body as it is written, not checked yet."""

    text: str


async def draft_events(
    pieces: AsyncIterator[Chunk | Draft], *, finish: Callable[[Draft], Awaitable[BaseModel]], request_id: str
) -> AsyncGenerator[str]:
    """The events of one draft, from `Drafter.astream`; `finish` keeps it and says how it is given out.

    Whoever leaves the stream stops the writer: closing this generator closes its request to the model.
    """
    try:
        async with aclosing(cast("AsyncGenerator[Chunk | Draft]", pieces)) as parts:
            async for part in parts:
                yield _event("draft", await finish(part)) if isinstance(part, Draft) else _chunk(part)
    except Exception as error:  # noqa: BLE001 - the answer has begun: its end says what went wrong
        problem = error if isinstance(error, ProblemError) else as_problem(error)
        yield _event(PROBLEM, body_of_problem(problem, request_id=request_id))


def _chunk(chunk: Chunk) -> str:
    return _event("chunk", ChunkBody(text=chunk.text))


def _event(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json(exclude_none=name == PROBLEM)}\n\n"

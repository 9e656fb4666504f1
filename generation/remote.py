"""A process that drafts for another one, and asks that one for what a model writes.

It ends when the process that started it does, however that ended.
"""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol, TypeVar

from overture.errors import RunError

from .async_only import AsyncOnly
from .link import Link
from .offline import OfflineWriter
from .served_model import ServedModel
from .writers import Writer, WriteRequest, WriterOutput

Item_contra = TypeVar("Item_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Options = Mapping[str, str | int | float | bool | None]
_OBJECTS_MADE: Final = 20_000
"""Between two collections: a draft makes thousands, and almost none in circles."""
_item: ContextVar[int] = ContextVar("item")


class Work(Protocol[Item_contra, Result_co]):
    """What processes do for each item: a frozen value that can be pickled, as items and results can."""

    def start(self, writer: Writer) -> Callable[[Item_contra], Awaitable[Result_co]]:
        """What is called for each item, many at once; `writer` writes with the model of the process that asks."""
        ...

    def common(self, result: Any, /) -> Iterable[object]:
        """The frozen objects in a result that many others hold too."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """The writer of the process that asks, as it is known here."""

    label: str
    options: Options
    served: ServedModel


class RemoteWriter(AsyncOnly):
    """Writes by way of the process that started this one."""

    def __init__(self, model: Model, link: Link) -> None:
        self.label, self.options, self.served_model = model.label, model.options, model.served
        self._link = link
        self._numbers = count()
        self._open: dict[int, asyncio.Future[WriterOutput]] = {}

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """The output of the writer there; raises what it raised."""
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._open[number] = answer
        context, prompt = request.context, request.prompt
        self._link.share(*context.shared, context.shared, context.personalization, context.opportunity_fields)
        self._link.share(prompt.shared, prompt.schema, prompt.options)
        self._link.send(("ask", _item.get(), number, request))
        try:
            output: WriterOutput = await answer
            return output
        finally:
            del self._open[number]

    def heard(self, number: int, answer: WriterOutput | Exception, options: Options | None) -> None:
        """An answer came; with it the options of the writer there, where they have changed."""
        if options is not None:
            self.options = options
        waiting = self._open.get(number)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Exception):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)


async def serve(link: Link) -> None:
    """Do what the other end asks, until it is gone."""
    try:
        await _served(link)
    except EOFError:
        pass
    finally:
        link.close()


async def _served(link: Link) -> None:
    work, model = await link.receive()
    remote = None if model is None else RemoteWriter(model, link)
    call = work.start(remote or OfflineWriter())
    gc.freeze()  # what is loaded stays: no collection need look at it again
    tasks: dict[int, asyncio.Task[None]] = {}

    async def do(number: int, item: Any) -> None:
        _item.set(number)
        try:
            result = await call(item)
            link.share(*work.common(result))
            link.send(("done", number, result))
        except Exception as error:  # noqa: BLE001 - raised at the other end
            _send_error(link, number, error)
        finally:
            del tasks[number]

    while True:
        match await link.receive():
            case "item", number, item:
                tasks[number] = asyncio.create_task(do(number, item))
            case "answer", number, answer, options if remote is not None:
                remote.heard(number, answer, options)
            case "drop", number if number in tasks:
                tasks[number].cancel()
            case _:  # dropped when it was done already
                pass


def _send_error(link: Link, number: int, error: Exception) -> None:
    try:
        link.send(("raised", number, error))
    except Exception:  # noqa: BLE001 - it cannot be pickled; its text may be private
        link.send(("raised", number, RunError(f"drafting in another process failed with {type(error).__name__}")))


def main(descriptor: int) -> None:
    """Be such a process; `descriptor` is this end's socket."""
    gc.set_threshold(_OBJECTS_MADE)
    asyncio.run(_main(descriptor))


async def _main(descriptor: int) -> None:
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))
    await serve(Link(reader, writer))

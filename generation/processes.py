"""Drafting in other processes: they read, render and check; the requests to a model are made in this one.

Checks are pure Python, so that one process drafts on one core. What must be one for all (the model's client, its pace,
ceilings, what is kept) stays here, whatever the number of processes.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import count
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

from overture.child_python import child_command, child_environment
from overture.errors import BudgetExceededError, ConfigurationError, RunError, WriterError

from .link import Link
from .remote import Model, Options, Work
from .served_model import served_model
from .writers import Writer, WriteRequest

Item = TypeVar("Item")
Result = TypeVar("Result")
_TRIES: Final = 3
_END_SECONDS: Final = 5.0
_START: Final = "import sys; from overture.generation.remote import main; main(int(sys.argv[1]))"


def usable_cores() -> int:
    """How many processes pay: the cores that this one may use, and 1 where processes of ours cannot be started."""
    if sys.platform == "win32":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(Generic[Item, Result]):
    """`number` processes that work on items, for the time of an `async with`; call it with an item for its result.

    A process that dies is replaced, and what it was at is done again. `common` names the frozen objects in an item
    that many others hold too, which go over once.

    Raises:
        ConfigurationError: this system starts none (Windows).
    """

    def __init__(
        self,
        work: Work[Item, Result],
        *,
        writer: Writer,
        number: int,
        common: Callable[[Item], Iterable[object]] = lambda _item: (),
    ) -> None:
        if sys.platform == "win32":  # pragma: no cover - CI runs on Linux
            raise ConfigurationError("drafting in other processes needs Linux or macOS: leave it at one")
        self._work, self._writer, self._common = work, writer, common
        self._number = number
        self._processes: list[_Process] = []
        self._replacing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start them; they take a second or two to load."""
        try:
            for _ in range(self._number):
                self._processes.append(await _Process.start(self._work, self._writer))
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them; what is under way is given up."""
        processes, self._processes = self._processes, []
        await asyncio.gather(*(process.end() for process in processes))

    async def __call__(self, item: Item) -> Result:
        """What the work makes of this item; raises what it raises there.

        Raises:
            RunError: the processes that worked on it died.
        """
        told = ""
        for _ in range(_TRIES):
            process = min(self._processes, key=_Process.load)
            try:
                result: Result = await process.do(item, self._common(item))
                return result
            except _GoneError:
                await self._replace(process)
                told = process.told
        raise RunError(f"processes that draft ended by themselves {_TRIES} times ({told}); is there memory for them?")

    async def _replace(self, dead: _Process) -> None:
        async with self._replacing:
            if dead in self._processes:  # else somebody did already
                self._processes[self._processes.index(dead)] = await _Process.start(self._work, self._writer)
                await dead.end()


class _GoneError(Exception):
    """The process has ended."""


class _Process:
    """One of them, and what it is at."""

    def __init__(self, process: subprocess.Popen[bytes], link: Link, writer: Writer) -> None:
        self._process, self._link, self._writer = process, link, writer
        self._numbers = count()
        self._items: dict[int, asyncio.Future[Any]] = {}
        self._asked: set[asyncio.Task[None]] = set()
        self._is_gone = False
        self._options: Options = dict(writer.options)
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, work: Work[Any, Any], writer: Writer) -> _Process:
        """A process that is about to load."""
        is_offline = writer.label == "offline"
        model = None if is_offline else Model(writer.label, dict(writer.options), served_model(writer))
        ours, theirs = socket.socketpair()
        link = Link(*await asyncio.open_connection(sock=ours))
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - this very interpreter
                    child_command(_START, str(theirs.fileno())),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    process_group=0,  # Ctrl-C is for this process, which ends the others
                    env=child_environment(),
                )
        except BaseException:
            link.close()
            raise
        started = cls(process, link, writer)
        try:
            link.send((work, model))
        except BaseException:  # what cannot be pickled
            await started.end()
            raise
        return started

    @property
    def told(self) -> str:
        """How it ended."""
        code = self._process.poll()
        return "it closed its connection" if code is None else f"exit code {code}"

    def load(self) -> int:
        """How many items it is at."""
        return len(self._items)

    async def do(self, item: object, common: Iterable[object]) -> Any:
        """The result of one item.

        Raises:
            _GoneError: the process has ended.
        """
        if self._is_gone:
            raise _GoneError
        number, done = next(self._numbers), asyncio.get_running_loop().create_future()
        self._items[number] = done
        try:
            self._link.share(*common)
            self._link.send(("item", number, item))
            return await done
        except asyncio.CancelledError:
            if not self._is_gone:
                self._link.send(("drop", number))
            raise
        finally:
            del self._items[number]

    async def end(self) -> None:
        """Let go of it: it ends when its connection does."""
        self._listener.cancel()
        for task in self._asked:
            task.cancel()
        await asyncio.gather(self._listener, *self._asked, return_exceptions=True)
        self._link.close()
        try:
            await asyncio.to_thread(self._process.wait, _END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    async def _listen(self) -> None:
        try:
            while True:
                match await self._link.receive():
                    case "ask", number, call, request:
                        task = asyncio.create_task(self._ask(number, call, request))
                        self._asked.add(task)
                        task.add_done_callback(self._asked.discard)
                    case "done", number, result:
                        self._settle(number, result)
                    case "raised", number, error:
                        self._settle(number, error, is_error=True)
                    case other:
                        raise AssertionError(other)
        except EOFError:
            self._fail(_GoneError())
        except Exception as error:  # noqa: BLE001 - raised where the results are waited for
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._is_gone = True
        for number in list(self._items):
            self._settle(number, error, is_error=True)

    async def _ask(self, number: int, call: int, request: WriteRequest) -> None:
        """Have one request answered here; what is no answer ends the item."""
        try:
            answer: Any = await self._writer.awrite(request)
        except (WriterError, ConfigurationError, BudgetExceededError) as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - raised where the item's result is waited for
            self._settle(number, error, is_error=True)
            self._link.send(("drop", number))
            return
        options: Options | None = dict(self._writer.options)
        if options == self._options:
            options = None
        else:
            self._options = dict(self._writer.options)
        self._link.send(("answer", call, answer, options))

    def _settle(self, number: int, result: Any, *, is_error: bool = False) -> None:
        waiting = self._items.get(number)
        if waiting is None or waiting.done():
            return
        if is_error:
            waiting.set_exception(result)
        else:
            waiting.set_result(result)

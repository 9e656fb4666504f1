"""Work for processes of their own: says who does it, fails, or dies; beside the tests, so that they can import it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overture import InputError
from overture.generation.writers import Writer


@dataclass(frozen=True)
class Odd:
    """Work that says who does it, fails, or dies."""

    died: Path

    def start(self, writer: Writer) -> Callable[[str], Awaitable[Any]]:
        """What each item calls."""

        async def do(item: str) -> Any:
            if item == "die always" or (item == "die once" and not self.died.exists()):
                self.died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if item == "fail":
                raise InputError("no profile", path="c.jsonl", field="name")
            if item == "fail oddly":
                raise UnsendableError(lambda: None)
            if item == "wait":
                await asyncio.sleep(60)
            return os.getpid(), writer.label

        return do

    def common(self, result: Any) -> Iterable[object]:  # noqa: ARG002 - the protocol
        """Nothing."""
        return ()


class UnsendableError(Exception):
    """Cannot be pickled."""


@dataclass(frozen=True)
class Moody(Odd):
    """Work that can be sent to one process only."""

    left: list[int]

    def __reduce__(self) -> tuple[Any, ...]:
        self.left.pop()
        return Odd, (self.died,)

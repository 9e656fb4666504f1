"""The half of a writer that is asked asynchronously only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

from overture.errors import ConfigurationError

from .writers import Chunk, WriteRequest, WriterOutput


class AsyncOnly:
    """Refuses all ways to be asked but `awrite`."""

    def write(self, request: WriteRequest) -> WriterOutput:
        """Not here."""
        _refuse(request)

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """Not here."""
        _refuse(request)

    def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """Not here."""
        _refuse(request)


def _refuse(_: WriteRequest) -> NoReturn:
    raise ConfigurationError("drafts of a run, or by other processes, are asked for asynchronously only")

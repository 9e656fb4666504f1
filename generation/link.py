"""Values between two processes of ours, over a socket: what many of them hold in common goes over once."""

from __future__ import annotations

import asyncio
import copyreg
import pickle
from collections.abc import Callable
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final

_LENGTH: Final = 4
_MOST_SHARED: Final = 4_096


class Link:
    """One end of the socket, which joins a process with one that it started: nothing comes from outside."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers: dict[int, int] = {}
        self._ours: list[object] = []  # held, so that an id is not given to another object
        self._theirs: list[object] = []

    def share(self, *values: object) -> None:
        """From now on these very objects, frozen ones, are sent as a number; what holds others comes after them."""
        for value in values:
            if value is not None and id(value) not in self._numbers and len(self._ours) < _MOST_SHARED:
                self.send((_SHARED, value))
                self._numbers[id(value)] = len(self._ours)
                self._ours.append(value)

    def send(self, message: tuple[Any, ...]) -> None:
        """Send values that can be pickled; waits for nothing, and does nothing where the other end is gone."""
        if self._writer.transport.is_closing():
            return
        buffer = BytesIO()
        buffer.write(bytes(_LENGTH))
        _Pickler(buffer, self._numbers).dump(message)
        with buffer.getbuffer() as whole:
            whole[:_LENGTH] = (len(whole) - _LENGTH).to_bytes(_LENGTH, "big")
        self._writer.write(buffer.getvalue())

    async def receive(self) -> Any:
        """The next values.

        Raises:
            EOFError: the other end is gone.
        """
        while True:
            try:
                length = int.from_bytes(await self._reader.readexactly(_LENGTH), "big")
                data = await self._reader.readexactly(length)
            except ConnectionError as error:
                raise EOFError from error
            message: Any = _Unpickler(BytesIO(data), self._theirs).load()
            if message[0] != _SHARED:
                return message
            self._theirs.append(message[1])

    def close(self) -> None:
        """Let go of the socket."""
        self._writer.close()


_SHARED: Final = "shared"


def _proxied(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _frozen, (dict(mapping),)


def _frozen(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)  # whose own name cannot be pickled


_REDUCERS: Final[Any] = {**copyreg.dispatch_table, MappingProxyType: _proxied}


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, numbers: dict[int, int]) -> None:
        super().__init__(file, protocol=5)
        self.dispatch_table = _REDUCERS
        self._number: Callable[[int], int | None] = numbers.get

    def persistent_id(self, obj: Any) -> int | None:
        return self._number(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, values: list[object]) -> None:
        super().__init__(file)
        self._values = values

    def persistent_load(self, pid: Any) -> object:
        return self._values[pid]

"""A blocking method as an awaited one: called in a thread of its own, so that an event loop goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def in_thread(
    method: Callable[Concatenate[Any, Given], Result], *, of: str
) -> Callable[Concatenate[Any, Given], Awaitable[Result]]:
    """The method of the object that is kept under the name `of`, awaited."""

    @wraps(method)
    async def call(self: Any, /, *args: Given.args, **options: Given.kwargs) -> Result:
        return await asyncio.to_thread(method, getattr(self, of), *args, **options)

    return call

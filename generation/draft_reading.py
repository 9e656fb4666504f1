"""Reads a draft once for checks and evidence, which ask for the same draft one after the other."""

from __future__ import annotations

from threading import local

from overture.prompts import RenderedPrompt

from .assembly import Assembled
from .check_input import CheckInput
from .facts import MessageContext


class _Last(local):
    given: CheckInput | None = None


_last = _Last()


def read_draft(
    context: MessageContext,
    assembled: Assembled,
    *,
    custom_content: str | None = None,
    prompt: RenderedPrompt | None = None,
    keep: bool = False,
) -> CheckInput:
    """The draft as the checks read it; `keep` holds it, on this thread, until it is asked for once more."""
    given = _last.given
    _last.given = None
    if given is None or given.context is not context or given.assembled is not assembled:
        given = CheckInput(context, assembled, custom_content=custom_content, prompt=prompt)
    else:
        given.custom_content, given.prompt = custom_content, prompt
    if keep:
        _last.given = given
    return given

"""The offline writer: a complete, grounded message from the context alone, no model, no network (D-15).

It plans (the strongest signal, the role, one reason it fits, the employer, one easy question), then says it in as
many characters as the chosen length allows. The context's fingerprint picks among wordings, so the same input gives
the same text and different candidates read differently.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache

from .assembly import after_greeting, assemble
from .draft import PromptRecord
from .facts import MessageContext
from .follow_up import write_follow_up
from .language_pack import language_pack
from .personalization import Language, Length
from .plan import phrasing_of, plan_message
from .unit import Unit
from .writers import Chunk, WriteRequest, WriterOutput

OFFLINE_VERSION = 1
_USUAL_NAME = 24
_ROOM_TO_SPARE: dict[Length, int] = {"short": 400, "medium": 740, "long": 1300}
"""Characters the writer aims to stay within; a long message may hold 1,900, but nobody reads that."""


class OfflineWriter:
    """Writes from the facts of a context by rule; never fails, never invents."""

    label = "offline"
    options: Mapping[str, str | int | float | bool | None] = {"version": OFFLINE_VERSION}

    def write(self, request: WriteRequest) -> WriterOutput:
        """A subject and a body for this context."""
        return _write(request)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """The same as `write`; it takes well under a millisecond, so it does not leave the event loop."""
        await asyncio.sleep(0)
        return _write(request)

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """The body paragraph by paragraph, then the output."""
        yield from _pieces(_write(request))

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """The body paragraph by paragraph, then the output."""
        for piece in _pieces(_write(request)):
            await asyncio.sleep(0)
            yield piece


def _write(request: WriteRequest) -> WriterOutput:
    return write_follow_up(request.context, request.first) if request.first else write_offline(request.context)


def write_offline(context: MessageContext) -> WriterOutput:
    """Plan a message over the facts and put it into words."""
    choice = context.personalization
    pack = language_pack(choice.language)
    plan = plan_message(context, phrasing_of(context))
    inline = choice.length == "short" and choice.tone != "professional" and bool(pack.own_first_words)
    # names of usual length take the same room, so that they do not decide what is said (D-12)
    around = len(assemble(context, WriterOutput("", "")).body) + max(0, _USUAL_NAME - len(context.salutation or ""))
    units = _that_fit(plan.units, _ROOM_TO_SPARE[choice.length] - around)
    body = _laid_out(units, short=choice.length == "short")
    return WriterOutput(plan.subject, after_greeting(body, pack) if inline else body, inline_greeting=inline)


@cache
def offline_prompt_record(language: Language = "en") -> PromptRecord:
    """What stands for the prompt when no prompt was used: the writer's version and the hash of its wording (D-14)."""
    return PromptRecord(name="offline", version=OFFLINE_VERSION, fingerprint=language_pack(language).fingerprint)


def _that_fit(units: tuple[Unit, ...], room: int) -> list[Unit]:
    """The units without the least important optional ones, as many as it takes; the order of reading is kept."""
    kept = list(units)
    needed = sum(len(unit.text) + 2 for unit in kept)
    for unit in sorted(units, key=lambda unit: unit.weight):
        if needed <= room or unit.weight >= 100:
            break
        kept.remove(unit)
        needed -= len(unit.text) + 2
    return kept


def _laid_out(units: list[Unit], *, short: bool) -> str:
    """Paragraphs in order; a short message has two: what there is to say, and the question."""
    paragraphs: dict[int, list[str]] = {}
    for unit in units:
        paragraphs.setdefault(1 if short and unit.paragraph < 4 else unit.paragraph, []).append(unit.text)
    return "\n\n".join(" ".join(texts) for _, texts in sorted(paragraphs.items()))


def _pieces(output: WriterOutput) -> Iterator[Chunk | WriterOutput]:
    first, *others = output.body.split("\n\n")
    yield Chunk(first)
    for paragraph in others:
        yield Chunk("\n\n" + paragraph)
    yield output

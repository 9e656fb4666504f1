"""Two hundred good first messages, with the facts they rest on: what the checks must let pass (D-10, D-11).

The data is in `data/good_drafts`: sixty plain ones in one file a trade, the others in one file a style. Every statement
in a draft rests on a fact of its context. Some of the others are reserved: they were counted apart, while the checks
were mended on the rest only (docs/checks.md has the count), and mended for afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import TypeAdapter

from overture.base import Value
from overture.generation.assembly import Assembled, assemble
from overture.generation.context import build_context
from overture.generation.facts import MessageContext
from overture.generation.personalization import Personalization
from overture.generation.writers import WriterOutput
from overture.jobs import Company, Job, Project, Team
from overture.people import Candidate, Recruiter

FOLDER = Path(__file__).parent / "data" / "good_drafts"
TODAY = date(2026, 11, 22)
_STYLED = "style-"
_LATER = "style-mixed"
_CYCLE, _RESERVED = 7, (2, 5)
"""Of every seven drafts of a style, the third and the sixth are reserved; chosen before any check had read them."""


class Message(Value):
    """What the writer gave: no greeting, no signature (D-12)."""

    subject: str
    body: str
    inline_greeting: bool = False


class Item(Value):
    """One entry of a data file: plain inputs, and the message that was written from them."""

    id: str
    candidate: Candidate
    job: Job | None = None
    project: Project | None = None
    company: Company | None = None
    team: Team | None = None
    recruiter: Recruiter
    personalization: Personalization
    message: Message
    custom_content: str | None = None


@dataclass(frozen=True, slots=True)
class GoodDraft:
    """A draft without a blocking fault: `trade` is the file it stands in, or its style, `item` its inputs."""

    id: str
    trade: str
    style: str
    is_reserved: bool
    item: Item
    context: MessageContext
    assembled: Assembled
    output: WriterOutput
    custom_content: str | None


@cache
def good_items() -> tuple[tuple[str, Item], ...]:
    """Every item with the name of its file, in the order of the files."""
    return tuple((path.stem, item) for path in sorted(FOLDER.glob("*.yaml")) for item in _read(path))


def _read(path: Path) -> tuple[Item, ...]:
    text = path.read_text(encoding="utf-8")
    return TypeAdapter(tuple[Item, ...]).validate_python(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def good_drafts() -> tuple[GoodDraft, ...]:
    """Every draft with the context it was written from, as of `TODAY`."""
    files: dict[str, int] = {}
    built: list[GoodDraft] = []
    for file, item in good_items():
        place = files[file] = files.get(file, -1) + 1
        built.append(_built(file, item, is_reserved=_is_reserved(file, place)))
    return tuple(built)


def _is_reserved(file: str, place: int) -> bool:
    return file == _LATER or (file.startswith(_STYLED) and place % _CYCLE in _RESERVED)


def _built(file: str, item: Item, *, is_reserved: bool) -> GoodDraft:
    context = build_context(
        item.candidate,
        job=item.job,
        project=item.project,
        company=item.company,
        team=item.team,
        recruiter=item.recruiter,
        personalization=item.personalization,
        today=TODAY,
    )
    output = WriterOutput(
        subject=item.message.subject, body=item.message.body, inline_greeting=item.message.inline_greeting
    )
    return GoodDraft(
        id=item.id,
        trade=file.removeprefix(_STYLED),
        style=file.removeprefix(_STYLED) if file.startswith(_STYLED) else "plain",
        is_reserved=is_reserved,
        item=item,
        context=context,
        assembled=assemble(context, output, custom_content=item.custom_content),
        output=output,
        custom_content=item.custom_content,
    )


if TYPE_CHECKING:
    GOOD: tuple[GoodDraft, ...]


def __getattr__(name: str) -> Any:
    if name == "GOOD":
        return good_drafts()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

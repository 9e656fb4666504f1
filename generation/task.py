"""What is to be written: a first message, the same one changed, or a second one after it."""

from __future__ import annotations

from dataclasses import dataclass

from .draft_input import DraftInput
from .facts import MessageContext
from .writers import FirstMessage, WriterOutput


@dataclass(frozen=True, slots=True)
class Revision:
    """What is left of a message after its personalization changed, and what has changed, in sentences to a writer."""

    kept: WriterOutput
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One message to write. `first` makes it a second message, `revision` a changed one; `notes` go on the draft."""

    context: MessageContext
    custom_content: str | None = None
    inputs: DraftInput | None = None
    first: FirstMessage | None = None
    revision: Revision | None = None
    notes: tuple[str, ...] = ()

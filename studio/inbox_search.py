"""Conversations by whom they are with: name, firm and e-mail, whatever the case, the accents or the database.

Neither SQLite nor PostgreSQL folds every letter, and each its own way: so the words are held against names here, and
what somebody looks for never becomes a pattern of SQL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import AfterValidator
from sqlalchemy import select

from overture.messaging.folder_search import FolderEntry, search_folder
from overture.messaging.folders import FolderPage, folder_page
from overture.messaging.records import Folder

from .body_texts import keepable
from .services import Services
from .tables import candidates

Sought = Annotated[
    str,
    Query(
        max_length=200,
        description="Words, or parts of them, that are all in the candidate's name, firm or e-mail (in their id, where "
        "no name is known); neither case nor accents matter.",
    ),
    AfterValidator(keepable),
]
_UNDECOMPOSED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def found_in_folder(
    services: Services, seat: str, folder: Folder, sought: str, *, after: str | None = None, limit: int
) -> FolderPage:
    """A page of the threads of a folder that are with somebody sought, newest first; all, where nobody is (S-9).

    Raises:
        InputError: `after` is no cursor of ours.
    """
    words = fold(sought).split()

    def pick(entries: Sequence[FolderEntry]) -> Collection[str]:
        known = _known(services, seat, {entry.candidate for entry in entries})
        return {
            entry.thread
            for entry in entries
            if fits(words, entry.address, *known.get(entry.candidate, (entry.candidate,)))
        }

    with services.outreach.store.read() as connection:
        if not words:
            return folder_page(connection, seat, folder, after=after, limit=limit)
        return search_folder(connection, seat, folder, pick=pick, after=after, limit=limit)


def fits(words: Sequence[str], *texts: str) -> bool:
    """Whether each word is a part of one of the texts.

    >>> fits(["kowal", "marta"], "Marta Kowalska", "Norrsken")
    True
    """
    folded = [fold(text) for text in texts if text]
    return all(any(word in text for text in folded) for word in words)


def fold(text: str) -> str:
    """A text as it is compared.

    >>> fold("Ærøskøbing STRAẞE Łódź")
    'aeroskobing strasse lodz'
    """
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_UNDECOMPOSED)


def _known(services: Services, seat: str, keys: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What the shelf says of candidates: name, e-mail and present firm; their id, where it has no name."""
    firm: Any = candidates.c.profile[("positions", 0, "company")]
    asked = select(candidates.c.id, candidates.c.name, candidates.c.address, firm.as_string().label("firm"))
    with services.store.read() as connection:
        rows = connection.execute(asked.where(candidates.c.seat == seat, candidates.c.id.in_(keys)))
        return {row.id: (row.name or row.id, row.address, row.firm or "") for row in rows}

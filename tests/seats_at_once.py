"""What processes do to a seat's things at the same instant; `ledgers.at_once` starts them."""

from __future__ import annotations

import ledgers

from overture.errors import InputError
from overture.generation import SeatStore


def edit_at_once(url: str, key: str, mark: str, times: int) -> tuple[int, bool, bool]:
    """Edits a text again and again, then once the revision that all see: how often, whether whole, whether it won."""
    with SeatStore(url) as store:
        ledgers.meet()
        edited = [store.edit_content("ana", key, text=mark * 5000) for _ in range(times)]
        ledgers.meet()
        kept = store.content("ana", key)
        seen_whole = kept.text in {"a" * 5000, "b" * 5000} and all(each.text == mark * 5000 for each in edited)
        ledgers.meet()
        try:
            won = store.edit_content("ana", key, text=mark, revision=kept.revision).text == mark
        except InputError:
            won = False
    return len({each.revision for each in edited}), seen_whole, won

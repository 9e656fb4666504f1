"""What was sent in the end, without the seat's custom content (D-7)."""

from __future__ import annotations

from typing import Final

from overture.generation.assembly import CUSTOM_SLOT

_SHORTEST_ANCHOR: Final = 8


def without_custom(body: str, final_text: str) -> str | None:
    """The sent text with `[[CUSTOM]]` where custom content stood; None where that cannot be told.

    The draft's own lines around the slot show the place. If one of them was changed, or stands there twice, or nothing
    stands between them (it may have been moved), the sent text cannot be kept.
    """
    if CUSTOM_SLOT not in body:
        return final_text
    if CUSTOM_SLOT in final_text or body.count(CUSTOM_SLOT) > 1:
        return None  # a text that names the slot itself shows no place
    above, below = (part.strip() for part in body.split(CUSTOM_SLOT))
    start, end = 0, len(final_text)
    if above:
        anchor = above.splitlines()[-1].strip()
        if len(anchor) < _SHORTEST_ANCHOR or final_text.count(anchor) != 1:
            return None
        start = final_text.index(anchor) + len(anchor)
    if below:
        anchor = below.splitlines()[0].strip()
        if len(anchor) < _SHORTEST_ANCHOR or final_text.count(anchor) != 1:
            return None
        end = final_text.index(anchor)
    if not (above or below) or start > end or not final_text[start:end].strip():
        return None
    parts = (final_text[:start].rstrip(), CUSTOM_SLOT, final_text[end:].lstrip())
    return "\n\n".join(filter(None, parts))

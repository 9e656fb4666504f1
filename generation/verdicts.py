"""What a judge's answer says: the entries of its first object with verdicts (D-10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

_DECODER: Final = json.JSONDecoder(strict=False)  # models write bare line breaks into strings


def verdict_entries(text: str) -> list[Mapping[str, Any]]:
    """The entries of the first object with verdicts in an answer; what is no object is passed over."""
    position = text.find("{")
    while position >= 0:
        try:
            value, _ = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and "verdicts" in value:
            listed: Any = cast("dict[str, Any]", value)["verdicts"]
            entries = cast("list[object]", listed) if isinstance(listed, list) else []
            return [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
        position = text.find("{", position + 1)
    return []

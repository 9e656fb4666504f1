"""All text of the pages, by key, in one place: `data/texts_en/*.yaml`, a file for each page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from markupsafe import Markup, escape

_FOLDER: Final = Path(__file__).parent / "data" / "texts_en"


def say(key: str, **values: Any) -> str:
    """The text of a key; `{name}` in it is replaced by a value, escaped where it goes into HTML.

    Raises:
        KeyError: there is no such text.
    """
    text = texts()[key]
    if not values:
        return text
    return Markup(escape(text)).format(**values)  # noqa: S704 - text and values are escaped


@cache
def texts() -> dict[str, str]:
    """Every text: the name of its file, a dot, and its key there."""
    found: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        for key, text in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}.{key}"] = str(text)
    return found

"""Text as somebody typed it: browsers send a line break in a form as two characters."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator


def as_typed(text: object) -> object:
    """A text with its line breaks as they were typed; what is no text stays as it is."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


Typed = Annotated[str, BeforeValidator(as_typed)]
"""A text of a form."""

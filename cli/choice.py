"""From --on, --off, --tone, --length and --language to the choice they make (D-6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from overture.generation.choices import Language, Length, Tone

if TYPE_CHECKING:
    from overture.generation.personalization import Personalization

SwitchedOn = Annotated[
    list[str] | None,
    typer.Option("--on", metavar="ELEMENT", help="Switch an element on, after '--off all'; repeatable."),
]
SwitchedOff = Annotated[
    list[str] | None, typer.Option("--off", metavar="ELEMENT", help="Switch an element off, or 'all'; repeatable.")
]
ChosenTone = Annotated[Tone | None, typer.Option("--tone", help="How it sounds.", show_default="friendly")]
ChosenLength = Annotated[
    Length | None, typer.Option("--length", help="At most 400, 800 or 1,900 characters.", show_default="medium")
]
ChosenLanguage = Annotated[
    Language | None, typer.Option("--language", help="The language it is written in.", show_default="en")
]


def make_choice(
    *,
    base: Personalization | None = None,
    on: Sequence[str] | None = None,
    off: Sequence[str] | None = None,
    tone: Tone | None = None,
    length: Length | None = None,
    language: Language | None = None,
) -> Personalization:
    """A preset's choice, or everything on, with what the options change of it.

    Raises:
        ConfigurationError: a name is no element (D-6).
    """
    from overture.generation.elements import ELEMENT_NAMES
    from overture.generation.personalization import Personalization

    voice = {"tone": tone, "length": length, "language": language}
    chosen = (base or Personalization()).model_copy(update={k: v for k, v in voice.items() if v is not None})
    if "all" in (off or ()):
        chosen = chosen.switch(off=ELEMENT_NAMES)
    return chosen.switch(on=on or (), off=[name for name in off or () if name != "all"])

"""What a recruiter chooses for a draft: elements, tone, length and language (D-6)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from overture.base import Value
from overture.errors import ConfigurationError

from .choices import Language as Language
from .choices import Length as Length
from .choices import Tone as Tone
from .elements import ELEMENT_NAMES, ELEMENTS, Element, ElementName

LENGTH_LIMITS: dict[Length, int] = {"short": 400, "medium": 800, "long": 1900}
"""The most characters of a body, by length; D-11 blocks above 1,900 whatever was chosen."""


class Personalization(Value):
    """The set of elements that are on, and how the message sounds; everything is on unless named in `off`."""

    off: frozenset[ElementName] = frozenset()
    tone: Tone = "friendly"
    length: Length = "medium"
    language: Language = "en"

    @staticmethod
    def elements() -> tuple[Element, ...]:
        """Every element with its group, label and description."""
        return ELEMENTS

    def is_on(self, element: ElementName) -> bool:
        """Whether the element may be used."""
        return element not in self.off

    def switch(self, *, on: Iterable[str] = (), off: Iterable[str] = ()) -> Personalization:
        """The same set with some elements switched; what is named in both ends up off.

        Raises:
            ConfigurationError: a name is not an element (D-6).
        """
        return self.model_copy(
            update={"off": (self.off - frozenset(map(_checked, on))) | frozenset(map(_checked, off))}
        )

    @classmethod
    def only(cls, on: Iterable[str], *, tone: Tone = "friendly", length: Length = "medium") -> Personalization:
        """Everything off but the named elements."""
        return cls(off=frozenset(ELEMENT_NAMES), tone=tone, length=length).switch(on=on)


def _checked(name: str) -> ElementName:
    if name in ELEMENT_NAMES:
        return name
    near = get_close_matches(name, ELEMENT_NAMES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; the elements are {', '.join(ELEMENT_NAMES)}"
    raise ConfigurationError(f"D-6: {name!r} is not an element of a message{hint}")

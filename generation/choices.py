"""How a message may sound; apart from `Personalization`, so that the command line can list it without pydantic."""

from typing import Literal

Tone = Literal["professional", "friendly", "direct"]
Length = Literal["short", "medium", "long"]
Language = Literal["en", "de", "fr", "es", "pt", "it", "nl"]

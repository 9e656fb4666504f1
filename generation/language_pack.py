"""All that is apart in one language: wordings, grammar, how it greets and closes; loaded when it is first used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from .choices import Language, Tone
from .grammar import Grammar
from .moves import Move, SubjectKind
from .value_words import ValueWords

_THOUSANDS: dict[Language, str] = {"fr": "\u00a0"}
_BEFORE_OWN_SOUND: dict[Language, tuple[str, str]] = {"es": ("e", "u")}
_BETWEEN_CLAUSES: dict[Language, str] = {"fr": "\u00a0; "}
Wordings = Mapping[Move, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """One language of the offline writer."""

    language: Language
    grammar: Grammar
    wordings: Mapping[Tone, Wordings]
    """Every move in every tone."""
    subjects: Mapping[SubjectKind, tuple[str, ...]]
    greetings: Mapping[Tone, tuple[str, str]]
    """With {name}, and without one."""
    closing: str
    own_first_words: frozenset[str]
    """Of our own wordings: first words that lose their capital behind a greeting on the same line."""
    lowers_after_greeting: bool
    """Whether a message goes on in lower case below its greeting, as German does."""
    fingerprint: str
    """SHA-256 over the wordings."""


@cache
def value_words(language: Language) -> ValueWords:
    """How the language says values."""
    words: ValueWords = import_module(f"overture.generation.values_{language}").VALUES
    return words


@cache
def language_pack(language: Language) -> LanguagePack:
    """The pack of a language."""
    module: Any = import_module(f"overture.generation.phrases_{language}")
    wordings = _by_tone(module)
    hashed = repr((sorted((tone, sorted(moves.items())) for tone, moves in wordings.items()), module.SUBJECTS))
    return LanguagePack(
        language=language,
        grammar=_grammar(language),
        wordings=wordings,
        subjects=module.SUBJECTS,
        greetings=module.GREETINGS,
        closing=module.CLOSING,
        own_first_words=module.OWN_FIRST_WORDS,
        lowers_after_greeting=language == "de",
        fingerprint=hashlib.sha256(hashed.encode()).hexdigest(),
    )


def _by_tone(module: Any) -> dict[Tone, Wordings]:
    """Every tone whole: direct falls back on friendly, and so does a professional English without its contractions."""
    professional: dict[Move, tuple[str, ...]] = {**module.PHRASES, **module.PROFESSIONAL}
    if formal := getattr(module, "formal", None):
        professional = {move: tuple(map(formal, wordings)) for move, wordings in professional.items()}
    return {"friendly": module.PHRASES, "direct": {**module.PHRASES, **module.DIRECT}, "professional": professional}


def _grammar(language: Language) -> Grammar:
    if language == "en":
        from .grammar_en import EnglishGrammar

        return EnglishGrammar()
    from .grammar_plain import PlainGrammar

    return PlainGrammar(
        value_words(language),
        thousands=_THOUSANDS.get(language, "."),
        before_own_sound=_BEFORE_OWN_SOUND.get(language),
        between_clauses=_BETWEEN_CLAUSES.get(language, "; "),
    )

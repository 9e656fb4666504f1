"""In which language other people's lines are, by grammar words: only what is in the message's own is told again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .choices import Language
from .lexicon import grammar_words, words_of

_FEWEST = 2


def language_of(texts: Iterable[str]) -> str | None:
    """The language with the most different grammar words in the texts; None where too few of them tell."""
    table = grammar_words()
    count = Counter(language for word in set(words_of(" ".join(texts))) for language in table.get(word, ()))
    best = count.most_common(2)
    if not best or best[0][1] < _FEWEST or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def is_in(texts: Iterable[str], language: Language) -> bool:
    """Whether texts are in a language; those that do not tell count as English."""
    return (language_of(texts) or "en") == language

"""The language that was asked for, all through: told by grammar words and scripts, never by names (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import grammar_words

_FEWEST = 3
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0002ffff]{2,}")
_FEWEST_ODD = 6


def check_language(given: CheckInput) -> Iterable[Finding]:
    """No sentence is in another language than the draft's, nor the whole of it in another script."""
    wanted = given.context.personalization.language
    if not given.text.isascii():
        yield from _script(given)
    table = grammar_words()
    if len(given.vocabulary & table.keys()) < _FEWEST:
        return
    foreign = [word for word in given.vocabulary if word in table and wanted not in table[word]]
    if len(foreign) < _FEWEST:
        return
    for start, end in given.spans:
        first, last = given.word_at(start), given.word_at(end - 1) + 1
        count: dict[str, set[str]] = {}
        for word in given.words[first:last]:
            for language in table.get(word, ()):
                count.setdefault(language, set()).add(word)
        own = len(count.get(wanted, ()))
        other = max((len(words) for language, words in count.items() if language != wanted), default=0)
        if other >= _FEWEST and other > own + 1:
            yield given.finding_at("wrong_language", start, end, f"Write in the language that was chosen ({wanted}).")


def _script(given: CheckInput) -> Iterable[Finding]:
    runs = list(_OTHER_SCRIPT.finditer(given.text))
    known = "".join(part.text for part in given.facts.parts) if runs else ""
    runs = [match for match in runs if match[0] not in known]
    if sum(match.end() - match.start() for match in runs) >= _FEWEST_ODD:
        yield given.finding_at(
            "wrong_language", runs[0].start(), runs[-1].end(), "Write in the language that was chosen."
        )

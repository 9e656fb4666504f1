"""The language that was asked for, all through: told by grammar words and scripts, never by names (D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from .check_input import CheckInput
from .check_words import check_words, language_lists
from .choices import Language
from .draft import Finding
from .lexicon import LANGUAGES, english_lists, grammar_words
from .quotations import quoted_words, told_words

_FEWEST = 3
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0002ffff]{2,}")
_FEWEST_ODD = 6
_OWN_WEIGHT = 1.5


def check_language(given: CheckInput) -> Iterable[Finding]:
    """No sentence is in another language than the draft's, nor the whole of it in another script."""
    wanted = given.language
    if not given.text.isascii():
        yield from _script(given)
    if wanted != "en":
        yield from _sentences(given)
        return
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


def _sentences(given: CheckInput) -> Iterable[Finding]:
    """Sentences of a draft that is not English: two languages are told apart by words that only one of them has."""
    table = _all_grammar_words()
    wanted = given.language
    if all(wanted in table.get(word, (wanted,)) for word in given.vocabulary):
        return
    for first, last in given.sentences:
        if _is_foreign(given.words[first:last], wanted, table):
            told = told_words(given, first, last)
            own = [given.words[i] for i in range(first, last) if i not in told]
            if _is_foreign(own, wanted, table):
                start, end = given.characters(first, last)
                advice = f"Write in the language that was chosen ({wanted})."
                yield given.finding_at("wrong_language", start, end, advice)


def _is_foreign(said: list[str], wanted: Language, table: dict[str, frozenset[Language]]) -> bool:
    """Whether another language has more of the words that one of the two has and the other has not."""
    told = [table[word] for word in set(said) if word in table]
    if sum(wanted not in languages for languages in told) < _FEWEST:
        return False
    own = [languages for languages in told if wanted in languages]
    for other in LANGUAGES:
        theirs = sum(1 for languages in told if other in languages and wanted not in languages)
        if theirs >= _FEWEST and theirs > _OWN_WEIGHT * sum(1 for languages in own if other not in languages):
            return True
    return False


@cache
def _all_grammar_words() -> dict[str, frozenset[Language]]:
    """Function words to the languages that have them, from the lists of every language."""
    found: dict[str, set[Language]] = {}
    for language in LANGUAGES:
        telling = language_lists(language).get("telling", "").split() if language != "en" else ()
        for word in (*english_lists()[f"lang_{language}"], *check_words(language).grammar, *telling):
            found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def check_mixed_address(given: CheckInput) -> Iterable[Finding]:
    """A message says Sie or du, vous or tu, not both; the second one found is named."""
    words = check_words(given.language)
    if not words.formal or not words.informal:
        return
    quoted = given.once(quoted_words)
    formal = informal = None
    for i, raw in enumerate(given.raw):
        if i in quoted:
            continue
        if formal is None and (raw in words.formal if raw[0].islower() else _is_polite(given, i, words.formal)):
            formal = i
        elif informal is None and given.words[i] in words.informal:
            informal = i
        if formal is not None and informal is not None:
            at = max(formal, informal)
            advice = "Address the reader in one way all through."
            yield given.finding("mixed_address", at, at + 1, advice, severity="advisory")
            return


def _is_polite(given: CheckInput, i: int, formal: frozenset[str]) -> bool:
    if given.raw[i] in formal:  # a capital of its own: it tells nothing where every word has one
        return not given.starts_sentence(i)
    return given.words[i] in formal


def _script(given: CheckInput) -> Iterable[Finding]:
    runs = list(_OTHER_SCRIPT.finditer(given.text))
    known = "".join(part.text for part in given.facts.parts) if runs else ""
    runs = [match for match in runs if match[0] not in known]
    if sum(match.end() - match.start() for match in runs) >= _FEWEST_ODD:
        yield given.finding_at(
            "wrong_language", runs[0].start(), runs[-1].end(), "Write in the language that was chosen."
        )

"""Greeting, closing and signature of a draft in another language, and forms of address that guess (D-11, D-12)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .check_input import CheckInput
from .check_words import CheckWords, check_words
from .choices import Language
from .draft import Finding
from .language_pack import language_pack
from .lexicon import TOKEN, categories_of, words_of
from .lexicon_local import is_everyday
from .name_words import is_name_like

_GREET = "Greet with the candidate's own name, or none."
_SIGN = "Sign with the recruiter's own name."
_TITLE = "Use the name alone: no Mr or Ms, and nothing that guesses a gender (D-12)."
_LONGEST_GREETING = 8
_LONGEST_NAME = 4
_ENGLISH_GREETINGS = frozenset(["hi", "hello", "hey", "dear"])


def check_frame(given: CheckInput) -> Iterable[Finding]:
    """The greeting names the candidate, the signature the recruiter, and nobody is called Mr or Ms."""
    words = check_words(given.language)
    yield from _put_in(given)
    yield from _courtesy(given, words)
    yield from _greetings(given, words)
    yield from _sign_off(given, words)


@cache
def _frame_words(language: Language) -> frozenset[str]:
    pack = language_pack(language)
    said = [form.replace("{name}", "") for forms in pack.greetings.values() for form in forms]
    return frozenset(words_of(" ".join((*said, pack.closing))))


def _put_in(given: CheckInput) -> Iterable[Finding]:
    """What stands around the writer's part was put in by code, and must be what code puts in."""
    body = given.assembled.body
    start, end = given.assembled.message
    own = _frame_words(given.language)
    salutation = set(words_of(given.context.salutation or ""))
    for word in TOKEN.finditer(body[:start]):
        if word[0].lower() not in own and word[0].lower() not in salutation:
            yield _in_body(word.start(), word[0], _GREET)
    custom = given.assembled.custom
    for word in TOKEN.finditer(body[end:]):
        at = word.start() + end
        if custom and custom[0] <= at < custom[1]:
            continue
        if word[0][0].isupper() and word[0].lower() not in own and not given.facts.knows(word[0].lower()):
            yield _in_body(at, word[0], _SIGN)


def _in_body(at: int, said: str, advice: str) -> Finding:
    return Finding(
        code="wrong_name", severity="blocking", field="body", start=at, end=at + len(said), text=said, advice=advice
    )


def _courtesy(given: CheckInput, words: CheckWords) -> Iterable[Finding]:
    """`Herr Keller`, `Madame Petit`, `Sra. López`."""
    if words.courtesy.isdisjoint(given.vocabulary):
        return
    own = set(words_of(" ".join((given.context.salutation or "", *given.context.private_names))))
    for i, word in enumerate(given.words[:-1]):
        if word not in words.courtesy or given.gap(i + 1) not in {" ", ". "} or not given.is_capital(i + 1):
            continue
        if given.word(i + 1) in own or (_could_be_name(given, i + 1) and not given.starts_sentence(i + 1)):
            yield given.finding("wrong_name", i, i + 2, _TITLE)


def _could_be_name(given: CheckInput, i: int) -> bool:
    word = given.words[i]
    return (
        is_name_like(word)
        and not is_everyday(word, given.language)
        and not categories_of(word, given.language) - {"number", "company"}
        and not given.facts.knows(word)
    )


def _greetings(given: CheckInput, words: CheckWords) -> Iterable[Finding]:
    """A greeting that a writer put at the head of a line, to somebody else."""
    known = set(words_of(given.context.salutation or ""))
    for i, word in enumerate(given.words):
        if word not in words.greetings and word not in _ENGLISH_GREETINGS:
            continue
        gap = given.gap(i)
        if not (i == 0 or "\n" in gap or given.word_at(given.body_at) == i):
            continue
        at = i + 1
        limit = min(i + _LONGEST_GREETING, len(given.words))
        while (
            at < limit
            and given.gap(at) in {" ", ", ", ". ", "/", "(", ") "}
            and (
                given.words[at] in words.greetings
                or given.words[at] in words.courtesy
                or not given.is_capital(at)
                or is_everyday(given.words[at], given.language)
            )
        ):
            at += 1
        if at >= limit or given.gap(at) not in {" ", ", ", ". ", ") "} or not given.is_capital(at):
            continue
        end = at
        while (
            end < min(at + _LONGEST_NAME, len(given.words))
            and given.is_capital(end)
            and (end == at or given.gap(end) in {" ", "-", ". ", "'", "’"})
        ):
            end += 1
        closes = given.gap(end)[:1] if end < len(given.words) else "\n"
        if closes and closes in ",!.:\n–—-" and not known.issuperset(given.words[at:end]):
            yield given.finding("wrong_name", at, end, _GREET)


def _sign_off(given: CheckInput, words: CheckWords) -> Iterable[Finding]:
    """A name alone on the last lines, behind a closing or without one."""
    text = given.text.rstrip()
    lines = text[given.body_at :].splitlines()
    if len(lines) < 2:
        return
    at = len(text) - len(lines[-1])
    line = lines[-1].strip()
    first = given.word_at(at)
    own = list(range(first, len(given.words)))
    if not own or line[-1:] in {".", "?", "!", ":"}:
        return
    for phrase in words.closings:
        size = len(phrase.split())
        if " ".join(given.words[first : first + size]) == phrase:
            own = own[size:]
            break
    if (
        not own
        or len(own) > _LONGEST_NAME
        or not all(given.is_capital(i) or given.words[i] in words.connecting for i in own)
    ):
        return
    if _could_be_name(given, own[0]):
        yield given.finding("wrong_name", own[0], own[-1] + 1, _SIGN)

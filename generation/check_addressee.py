"""Names of people: the greeting, the signature, and whoever else is named (D-10, D-11, D-12)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .check_input import CheckInput
from .draft import Finding
from .lexicon import TOKEN, categories_of, common_words, words_of
from .name_words import is_name_like

_GREETING = re.compile(
    r"(?:^|\n)[ \t]*(?i:(hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten tag|bonjour"
    r"|hola|ciao))[ \t]*,?[ \t]+"
    r"([^\W\d_][\w'’.-]*(?:[ \t]+[^\W\d_][\w'’.-]*){0,3}?)[ \t]*(?=[,!.:\n–—-]|$)"
)
_HAILS = frozenset("hi hello hey dear good greetings hallo guten bonjour hola ciao".split())
_GREETING_WORDS = frozenset(
    """hi hello hey dear good morning afternoon evening day greetings there again all everyone team hallo guten tag
    bonjour hola ciao ms mr mx to you""".split()
)
_CLOSING_WORDS = frozenset(
    """kind regards best wishes warm warmest many thanks thank you yours sincerely faithfully truly cheers all the
    and with regards looking forward talk soon take care respectfully cordially very a i from of at for in on or
    speak hearing hope e mail email phone tel mobile linkedin recruiter recruiting recruitment talent
    acquisition partner manager lead specialist consultant hiring people hr team senior head""".split()
)
_VOCATIVE = frozenset("thanks thank hi hello hey dear congratulations congrats welcome".split())
_LEAVES = frozenset(
    tuple(leave.split())
    for leave in """talk soon|speak soon|see you|see you soon|until then|until soon|take care|all the best|best wishes
    |cheers|best|regards|kind regards|many thanks|looking forward|over to you|your move""".split("|")
)
_ROLE_NAMES = frozenset(
    """cto ceo cfo coo vp director manager head colleague lead founder partner supervisor boss recruiter
    coordinator nurse matron chef engineer principal president chair chairman owner headteacher consultant team-
    lead officer""".split()
)
_OPENERS = frozenset(
    """yes no sorry well right true again first second now today yesterday besides however indeed meanwhile
    perhaps maybe nice ok okay oh ah apologies wow whoa hooray bravo kudos cheers gosh goodness phew hats great
    super lovely brilliant fair honest admittedly alas sure certainly granted small big long short quick simple
    next last finally then so also still even plus and but or if when while though although since because""".split()
)
_ADVICE = "Use only names that the facts give."
_TO_SOMEONE = frozenset(("to", "with", "by"))


def check_addressee(given: CheckInput) -> Iterable[Finding]:
    """The greeting names the candidate, the signature the recruiter, and nobody else is named who is in no fact."""
    yield from _frame(given)
    for match in _GREETING.finditer(given.text) if not _HAILS.isdisjoint(given.vocabulary) else ():
        if _is_other(given, match[2]):
            advice = (
                f"Greet with {given.context.salutation!r}."
                if given.context.salutation
                else "Greet without a name: none is known."
            )
            yield given.finding_at("wrong_name", match.start(2), match.end(2), advice)
    yield from _vocatives(given)
    yield from _colleagues(given)
    yield from _sign_off(given)


def _frame(given: CheckInput) -> Iterable[Finding]:
    """What stands around the writer's part was put in by code, and must be what code puts in."""
    body = given.assembled.body
    start, end = given.assembled.message
    salutation = set(words_of(given.context.salutation or ""))
    for word in TOKEN.finditer(body[:start]):
        said = word[0].lower()
        if said not in _GREETING_WORDS and said not in salutation:
            yield Finding(
                code="wrong_name", severity="blocking", field="body", start=word.start(), end=word.end(), text=word[0],
                advice="Greet with the candidate's own name, or none.",
            )  # fmt: skip
    custom = given.assembled.custom
    for word in TOKEN.finditer(body[end:]):
        at, said = word.start() + end, word[0].lower()
        if custom and custom[0] <= at < custom[1]:
            continue
        if word[0][0].isupper() and said not in _CLOSING_WORDS and not given.facts.knows(said):
            yield Finding(
                code="wrong_name", severity="blocking", field="body", start=at, end=at + len(word[0]), text=word[0],
                advice="Sign with the recruiter's own name.",
            )  # fmt: skip


_LONGEST_LEAVE = max(map(len, _LEAVES))


def _is_other(given: CheckInput, name: str) -> bool:
    said = [word for word in words_of(name) if word not in _GREETING_WORDS]
    known = set(words_of(given.context.salutation or ""))
    return bool(said) and name.strip()[:1].isupper() and not known.issuperset(said)


def _vocatives(given: CheckInput) -> Iterable[Finding]:
    """`Thanks, Anna.` and `Would that suit you, Anna?`"""
    last = len(given.words)
    known = set(words_of(given.context.salutation or ""))
    first = given.word_at(given.body_at)
    gaps = given.gaps
    for i in (*given.capitals, first) if first < last else given.capitals:
        before, after = gaps[i], gaps[i + 1]
        if after == " " or (before == " " and given.words[i - 1] not in _VOCATIVE) or not given.is_capital(i):
            continue
        if given.words[i] in known or given.is_acronym(i):
            continue
        if (
            before == ", "
            and after[:1] in {"?", "!"}
            and _is_unknown(given, i)
            and given.sentence_words(i) & {"you", "your"}
        ):
            if not _is_in_list(given, i):
                yield given.finding("wrong_name", i, i + 1, _ADVICE)
        elif (
            (
                before in {", ", " "}
                and given.word(i - 1) in _VOCATIVE
                and after[:1] in {",", "!", ".", "\n"}
                and given.starts_sentence(i - 1)
                and _is_unknown(given, i)
            )
            or (before == ", " and _takes_leave(given, i) and not given.facts.knows(given.words[i]))
            or (i == first and after == ", " and _opens_with_name(given, i))
        ):
            yield given.finding("wrong_name", i, i + 1, _ADVICE)


def _takes_leave(given: CheckInput, i: int) -> bool:
    """`Talk soon, Anna.`"""
    begin, _ = given.sentence_of(i)
    return i - begin <= _LONGEST_LEAVE and tuple(given.words[begin:i]) in _LEAVES


def _opens_with_name(given: CheckInput, i: int) -> bool:
    word = given.words[i]
    if word.endswith("ly") or word in _OPENERS or categories_of(word) or word in common_words():
        return False
    return _is_unknown(given, i)


def _is_in_list(given: CheckInput, i: int) -> bool:
    return given.is_capital(i - 1) and not given.starts_sentence(i - 1)


def _is_unknown(given: CheckInput, i: int) -> bool:
    return (
        is_name_like(given.words[i])
        and not given.facts.knows(given.words[i])
        and "place" not in categories_of(given.words[i])
    )


def _colleagues(given: CheckInput) -> Iterable[Finding]:
    """`our CTO Anna Berg`, `my colleague Ben`, `report to Clara`, `my name is Dan`."""
    for i in given.capitals:
        if given.gap(i) not in {" ", ", "}:
            continue
        before = given.word(i - 1)
        if (
            (
                before in _ROLE_NAMES
                and given.word(i - 2) in {"our", "my", "the", "your", "hiring", "team", "line", "nursing", "of"}
            )
            or (before == "is" and given.word(i - 2) == "name" and given.word(i - 3) == "my")
            or (
                before in _TO_SOMEONE
                and given.word(i - 2)
                in {"report", "reporting", "reports", "introduce", "speak", "talk", "meet", "chat"}
                and given.gap(i) == " "
            )
        ):
            end = given.name_end(i)
            unknown = [at for at in range(i, end) if given.is_capital(at) and _is_unknown(given, at)]
            if unknown and unknown[0] == i and not given.is_acronym(i) and not given.in_heading(i):
                yield given.finding("wrong_name" if before == "is" else "unsupported_name", i, end, _ADVICE)
        elif before == "m" and given.word(i - 2) == "i" and given.gap(i) == " " and _is_unknown(given, i):
            yield given.finding("wrong_name", i, given.name_end(i), "Sign with the recruiter's own name.")


def _sign_off(given: CheckInput) -> Iterable[Finding]:
    """A name alone on the last line, or after a closing word."""
    text = given.text.rstrip()
    lines = text[given.body_at :].splitlines()
    if not lines:
        return
    line = lines[-1].strip()
    at = len(text) - len(lines[-1]) + (len(lines[-1]) - len(lines[-1].lstrip()))
    closing = re.match(
        r"(?i:(?:best|kind|warm|many)?\s*(?:regards|wishes|thanks|best|cheers|sincerely|yours sincerely)),?\s+", line
    )
    name = line[closing.end() :] if closing else line
    if not name or (not closing and (len(lines) < 2 or len(name) > 50 or name[-1] in ".?!:")):
        return
    first = given.word_at(at + (closing.end() if closing else 0))
    words = range(first, len(given.words))
    if not words or (len(words) > 4 and not closing):
        return
    unknown = [
        i for i in words if given.is_capital(i) and given.words[i] not in _CLOSING_WORDS and _is_unknown(given, i)
    ]
    if unknown and all(given.is_capital(i) or given.words[i] in {"de", "van", "von", "of"} for i in words):
        yield given.finding("wrong_name", unknown[0], unknown[-1] + 1, "Sign with the recruiter's own name.")

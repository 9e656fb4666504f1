"""Form: empty, too long, custom content as given, nothing left to fill in (D-7, D-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from .check_input import CheckInput
from .check_words import check_words
from .draft import Finding
from .personalization import LENGTH_LIMITS

SUBJECT_LIMIT = 200
BODY_LIMIT = 1900
LONG_SUBJECT = 80
_MOST_ROOM = 1400  # what any message needs; custom content that leaves less is to blame for the length, no writer is
_SIGNS = ("[", "{", "<", "%(", "%s", "__", "_name")
_PERCENT_SLOT = re.compile(r"%[A-Za-z_]{3,30}%")
_SLOT = re.compile(
    r"""
    \[\[.{0,60}?\]\] | \{\{.{0,80}?\}\} | \{%.{0,80}?%\} | \$\{[^}\n]{0,60}\}
    | \[(?![ xX]?\])[^\]\n]{1,60}\](?!\()
    | \{[A-Za-z_][\w .'-]{0,40}\}
    | </?[A-Za-z][\w :.'/-]{0,40}>
    | %[A-Za-z_]{3,30}% | %\([a-z_]+\)s | %s\b
    | _{3,} | (?<![\w@./])[a-z]+_name\b
    """,
    re.VERBOSE,
)
_NOTHING = frozenset("null none undefined nan nil tbd tba tbc todo fixme xxx xxxx xx unspecified".split())
_BEFORE_NONE = frozenset("at for from with by as in of the is your salary location title name company and or".split())
_FILLER = re.compile(r"(?<!\w)[Nn]/[Aa](?!\w)")


def check_length(given: CheckInput) -> Iterable[Finding]:
    """Nothing empty, nothing over the limits of D-11; over the chosen length is worth a word only.

    A body that is too long only because the custom content leaves no room for a message is the recruiter's choice.
    """
    subject, body = given.assembled.subject, given.assembled.body
    if not subject.strip():
        yield _whole(given, "empty", "subject", 0, "Write a subject.")
    if not given.text[given.body_at :].strip():
        yield _whole(given, "empty", "body", 0, "Write a message.")
    if len(subject) > SUBJECT_LIMIT:
        advice = f"Shorten the subject to at most {SUBJECT_LIMIT} characters; it has {len(subject)}."
        yield _whole(given, "subject_too_long", "subject", SUBJECT_LIMIT, advice)
    elif len(subject) > LONG_SUBJECT:
        advice = f"A subject of at most {LONG_SUBJECT} characters is read whole; this one has {len(subject)}."
        yield _whole(given, "long_subject", "subject", LONG_SUBJECT, advice)
    chosen = given.context.personalization.length
    custom = len(given.custom_content or "")
    leaves_room = custom <= BODY_LIMIT - min(LENGTH_LIMITS[chosen], _MOST_ROOM)
    if len(body) > BODY_LIMIT and not leaves_room and len(body) - custom <= BODY_LIMIT:
        advice = f"Shorten your own text: with it the message has {len(body)} characters, over {BODY_LIMIT}."
        yield _whole(given, "long_body", "body", BODY_LIMIT, advice)
    elif len(body) > BODY_LIMIT:
        advice = f"Shorten the message to at most {BODY_LIMIT} characters; it has {len(body)}."
        yield _whole(given, "body_too_long", "body", BODY_LIMIT, advice)
    elif len(body) > LENGTH_LIMITS[chosen]:
        advice = f"A {chosen} message has at most {LENGTH_LIMITS[chosen]} characters; this one has {len(body)}."
        yield _whole(given, "long_body", "body", LENGTH_LIMITS[chosen], advice)


def check_custom_content(given: CheckInput) -> Iterable[Finding]:
    """Custom content stands in the body byte for byte, once (D-7)."""
    custom, body = given.custom_content, given.assembled.body
    if not custom:
        return
    span = given.assembled.custom
    if span is None or body[span[0] : span[1]] != custom:
        start, end = span or (0, 0)
        yield Finding(
            code="custom_content_altered", severity="blocking", field="body",
            start=min(start, len(body)), end=min(end, len(body)),
            text=body[start:end], advice="Put the custom content in exactly as the recruiter wrote it.",
        )  # fmt: skip


def check_placeholders(given: CheckInput) -> Iterable[Finding]:
    """No slot, no `null`, no filler text is left, the greeting and the signature included."""
    whole = given.text
    subject, body = given.assembled.subject, given.assembled.body
    if any(sign in subject or sign in body for sign in _SIGNS) or (body.count("%") > 1 and _PERCENT_SLOT.search(body)):
        custom = given.assembled.custom or (0, 0)
        fields: tuple[tuple[Literal["subject", "body"], str], ...] = (("subject", subject), ("body", body))
        for field, text in fields:
            for match in _SLOT.finditer(text):
                if field == "body" and custom[0] < match.end() and match.start() < custom[1]:
                    continue
                if match[0].strip("[]<>{}") and f" {match[0].lower()} " in f" {given.facts.shared.text.lower()} ":
                    continue
                yield Finding(
                    code="placeholder", severity="blocking", field=field, start=match.start(), end=match.end(),
                    text=match[0], advice=f"Replace {match[0]!r} by what is meant, or leave it out.",
                )  # fmt: skip
    for word in (_NOTHING & given.vocabulary) - check_words(given.language).everyday:
        for i, each in enumerate(given.words):
            if each == word and _stands_for_nothing(given, i):
                yield given.finding("placeholder", i, i + 1, f"Leave out {given.raw[i]!r}: the value is not known.")
    if "/" in whole:
        for match in _FILLER.finditer(whole):
            yield given.finding_at(
                "placeholder", match.start(), match.end(), "Leave out what is not known instead of 'N/A'."
            )
    for hit in given.hits("placeholder"):
        yield given.finding(
            "placeholder", hit.start, hit.end, "Replace the filler text by what is meant, or leave it out."
        )


def _stands_for_nothing(given: CheckInput, i: int) -> bool:
    word, raw = given.words[i], given.raw[i]
    if given.words[i + 1 : i + 3] == ["and", "void"] or given.word(i + 1) == "hypothesis":
        return False
    if word == "none":
        return (
            raw != "none"
            and given.word(i - 1) in _BEFORE_NONE
            and given.word(i + 1) != "of"
            and not given.starts_sentence(i)
        )
    if word in {"nil", "nan", "tba", "tbc", "tbd", "todo"} and raw != raw.upper() and raw != "NaN":
        return False
    if word == "xx" and raw != "XX":
        return False
    return not given.facts.knows(word)


def _whole(given: CheckInput, code: str, field: str, start: int, advice: str) -> Finding:
    text = given.assembled.subject if field == "subject" else given.assembled.body
    severity = "advisory" if code.startswith("long_") else "blocking"
    return Finding.model_validate(
        {
            "code": code, "severity": severity, "field": field, "start": min(start, len(text)), "end": len(text),
            "text": text[start : start + 60], "advice": advice,
        }
    )  # fmt: skip

"""Tells the answers of machines from those of people: out of office, left the company, delivery notices (C-5)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from overture.base import Value

from .auto_headers import HeaderEvidence, header_evidence, sent_on
from .auto_phrases import Group, Hit, find_phrases, normalised
from .return_dates import find_return_date, return_date_weight

AutoKind = Literal["out_of_office", "left_company", "delivery_notice"]

_MAX_LENGTH: Final = 4_000
"""A notice says what it is at its head; what follows is the message it answers."""
_LONG, _VERY_LONG = 500, 900
_THRESHOLD: Final = 2.0
_WEIGHTS: Final[dict[Group, float]] = {
    "automatic": 3.0,  # it says so itself
    "notice": 2.0,  # wording of notices that people do not use in an answer
    "left": 2.0,
    "delivery": 2.0,
    "availability": 1.0,
    "absence": 1.0,  # people say these too: two kinds of them are needed
    "gone": 1.0,
    "contact": 1.0,
    "mailbox": 1.0,
    "term": 0.75,  # single words at home in notices, rare in a person's answer
    "human": -1.0,  # it speaks of the job, or asks for a call
}
_RETURN_DATE, _ADDRESS, _QUESTION, _HEADER = 1.0, 0.75, -0.5, 1.5
_GREETED, _OPENS_AUTOMATIC = -1.0, 2.0
_NAMED: Final = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|hola|estimad[oa]|bonjour|salut|hallo|liebe[r]?|olá|oi|ciao|gentile|buongiorno|beste"
    r"|dag|namaste|नमस्ते)\s+(?!(?:there|all|everyone|sender|team|sir|afzender|utente|cliente|zusammen|allemaal|und|et"
    r"|en|e|a|i|this|your|you|we)\b|friend|colleague|candidat)[^\W\d_]{2,20}[ \w.]{0,20}[,!]"
    r"|[^\s,,。]{1,8}(?:様|さん|さま|先生|小姐|女士|经理|院长|老师|总|姐|哥)[,,、::\s])",
    re.IGNORECASE,
)
"""A greeting by name: machines do not know whom they answer."""
_HISTORY: Final = re.compile(
    r"-{5,}|_{10,}|\*?(?:From|Von|De|Da|Van|Från|发件人|寄件者|差出人|प्रेषक) ?[::]\*? "
    r"|.{0,200}(?:wrote|écrit|schrieb|escribió|escreveu|scritto|schreef|写道|寫道|のメール|लिखा) ?[::]\s*$"
)
_EVIDENCE: Final[frozenset[Group]] = frozenset(group for group in _WEIGHTS if group != "human")


class AutoReply(Value):
    """An automatic answer: its kind, the day of return it states, and what gave it away."""

    kind: AutoKind
    returns_on: date | None = None
    """The first day back; only for `out_of_office`."""
    reason: str
    """The header, the subject or the groups of wording that decided."""
    matched: tuple[str, ...] = ()
    """The words that were found, in lower case."""


def detect_auto_reply(
    text: str, *, subject: str = "", headers: Iterable[tuple[str, str]] = (), today: date | None = None
) -> AutoReply | None:
    """What kind of automatic answer this is, or None for a person's.

    A sure header or a subject that mail programs give to automatic answers decides alone. Otherwise the wording must
    add up: a fixed phrase of notices, or two signs (absence, a day of return, somebody else to turn to, the mailbox)
    without words about the job. In doubt it is a person: a lost answer costs more than a robot's read as one.
    `today`, or the Date header, completes dates without a year. Pure and linear: it reads the first 4,000 characters.
    C-5.
    """
    headers = tuple(headers)
    own = _own_words(text[:_MAX_LENGTH])
    words = normalised(own)
    hits = find_phrases(words)
    header = header_evidence(headers)
    by_subject = _subject_kind(subject)
    dated = return_date_weight(own) if any(hit.group in _EVIDENCE for hit in hits) else 0.0
    if header and header.sure:
        reason = header.reason
    elif by_subject:
        reason = f"subject {subject.strip()[:60]!r}"
    elif _score(hits, own, dated=dated, header=header) >= _THRESHOLD:
        reason = "text: " + ", ".join(dict.fromkeys(hit.group for hit in hits if hit.group in _EVIDENCE))
    else:
        return None
    kind = _kind(hits, dated=dated, header=header, by_subject=by_subject)
    returns_on = None
    if kind == "out_of_office":
        returns_on = find_return_date(f"{own}\n{subject}", today=today or sent_on(headers))
    matched = tuple(dict.fromkeys(hit.words for hit in hits if hit.group in _EVIDENCE))
    return AutoReply(kind=kind, returns_on=returns_on, reason=reason, matched=matched)


def _own_words(text: str) -> str:
    """`text` without quoted lines, up to the message it answers; what was quoted may be a notice itself."""
    lines: list[str] = []
    for line in text.splitlines():
        if _HISTORY.match(line) and any(map(str.strip, lines)):
            break
        if not line.startswith(">"):
            lines.append(line)
    return "\n".join(lines)


def _score(hits: list[Hit], text: str, *, dated: float, header: HeaderEvidence | None) -> float:
    found: Counter[Group] = Counter(hit.group for hit in hits)
    if not found.keys() & _EVIDENCE:
        return 0.0
    # Overlapping phrases say one thing twice, so only strong groups may count double, and people's words up to three.
    most: dict[Group, int] = {"notice": 2, "left": 2, "delivery": 2, "term": 2, "human": 3}
    score = sum(_WEIGHTS[group] * min(count, most.get(group, 1)) for group, count in found.items())
    score += _RETURN_DATE * dated + _ADDRESS * ("@" in text) + _HEADER * bool(header)
    score += _QUESTION * min(text.count("?") + text.count("?"), 2)
    head = normalised(text[:80]).strip(" ;\n")
    score += _OPENS_AUTOMATIC * any(hit.group == "automatic" and head.startswith(hit.words) for hit in hits)
    score += _GREETED * bool(_NAMED.match(text))
    return score - 0.5 * (len(text) > _LONG) - 0.5 * (len(text) > _VERY_LONG)


def _kind(hits: list[Hit], *, dated: float, header: HeaderEvidence | None, by_subject: AutoKind | None) -> AutoKind:
    if by_subject == "delivery_notice" or (header and header.sender == "mail_system"):
        return "delivery_notice"
    found: Counter[Group] = Counter(hit.group for hit in hits)
    scores: dict[AutoKind, float] = {
        "left_company": 2.0 * found["left"] + found["gone"],
        "delivery_notice": 2.0 * found["delivery"],
        "out_of_office": 1.5 * found["notice"] + found["availability"] + found["absence"] + dated,
    }
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best]:
        return best
    return "out_of_office" if by_subject or (header and header.sender == "vacation") else "delivery_notice"


def _subject_kind(subject: str) -> AutoKind | None:
    start = normalised(subject[:200]).strip(" ;")
    if start.startswith("external"):  # the tag of a mail gateway
        start = start.removeprefix("external").strip(" ;:")
    for kind, prefixes in _subjects().items():
        if start and start.startswith(prefixes):
            return kind
    return "out_of_office" if "is out of the office" in start and not start.startswith("re :") else None


@cache
def _subjects() -> dict[AutoKind, tuple[str, ...]]:
    data = json.loads(files("overture.classification").joinpath("data/auto_subjects.json").read_text("utf-8"))
    return {kind: tuple(normalised(prefix).strip(" ;") for prefix in prefixes) for kind, prefixes in data.items()}

"""What a model answered, read as a subject and a body, whatever it put around them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from pydantic_core import from_json

from overture.errors import WriterOutputError
from overture.prompts.escaping import unescape

from .draft import Usage
from .letter_frames import CLOSING, COURTESY, GREETING_WORD
from .slots import SLOTS, WHOLE, AnswerForm
from .writers import WriterOutput

_DECODER = json.JSONDecoder(strict=False)  # models put bare line breaks into strings
_MOST_OBJECTS = 20
_SIGNATURE_LINES = 4
_MOST_REPEATS = 3
_THOUGHTS = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*\n?")
_SUBJECT_LINE = re.compile(
    r"^[\s>*_#]*subject(?:\s+line)?\s*[*_]*\s*:[\s*_]*(\S.*?)[\s*_]*$", re.IGNORECASE | re.MULTILINE
)
_SUBJECT_LABEL = re.compile(r"^[\s*_]*subject(?:\s+line)?[\s*_]*:[\s*_]*", re.IGNORECASE)
_SLOT_LABEL = re.compile(rf"^[\s>*_#]*(subject|{'|'.join(SLOTS)})\s*[*_]*\s*:[\s*_]*", re.IGNORECASE | re.MULTILINE)
_BODY_LABEL = re.compile(r"\A[\s*_#]*(?:body|message)[\s*_]*:[\s*_]*(?=\S)", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_GREETED = rf"(?:\s+{COURTESY}){{0,3}}"
_HOLA = r"(?:(?<!hi)(?<!hello)(?<!hey)(?<!hiya)(?<!greetings),(?=[ \t]))?"  # `Hola, Ana:`
_GREETING = re.compile(
    # on a line of its own, with or without a comma; or up to a comma or exclamation mark in the first sentence
    rf"\A\s*{GREETING_WORD}(?:{_HOLA}{_GREETED}\s*[,.!:;—–-]*[ \t]*(?:\n+|\Z)|{_GREETED}\s*[,!][ \t]*(?=\S))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"(?:\A|\n)\s*{CLOSING}[ \t]*[,.!]?[ \t]*(?:\n[^\n?]{{0,60}}){{0,5}}\s*\Z",
    re.IGNORECASE,
)
_KEPT_AFTER_CLOSING = re.compile(r"\[\[CUSTOM\]\]|\bP\.?\s?S\b")


def parse_output(
    text: str | None, *, usage: Usage | None = None, signers: Iterable[str] = (), form: AnswerForm = WHOLE
) -> WriterOutput:
    """Read a model's answer: JSON, JSON in prose or fences, or `Subject:` and a text.

    A greeting, a sign-off and the names of `signers` at the end are taken off; code adds its own (D-12). From slots
    questions are taken off too, and the question of `form` is put behind them.

    Raises:
        WriterOutputError: the answer is empty, cut off, or lacks subject or body; carries `usage`.
    """
    spent = usage or Usage()
    answer = _THOUGHTS.sub("", text or "").strip()
    if not answer:
        raise WriterOutputError("the model answered with nothing", usage=spent)
    found = _from_json_text(answer, form, signers) or _from_plain_text(answer, form, signers)
    if found is None:
        problem = (
            "is JSON that is cut off or malformed" if _FENCE.sub("", answer).lstrip()[:1] == "{" else "has no subject"
        )
        wanted = " and ".join(("subject", *form.parts)) if len(form.parts) == 1 else "subject, fit and job"
        raise WriterOutputError(f"the model's answer {problem}; expected an object with {wanted}", usage=spent)
    subject, body = _clean_subject(found[0]), without_frame(_clean(found[1]), signers=signers)
    if not subject or not body:
        if subject and form.has_slots:
            raise WriterOutputError("the model left fit or job empty, or said the same in both", usage=spent)
        raise WriterOutputError(f"the model left the {'body' if subject else 'subject'} empty", usage=spent)
    if _goes_round(body):
        raise WriterOutputError("the model says the same over and over", usage=spent)
    return WriterOutput(subject, f"{body}\n\n{form.ending}" if form.ending else body, spent)


def is_whole(text: str, *, form: AnswerForm) -> bool:
    """Whether an answer holds its whole JSON object, so that whatever followed would be thrown away."""
    return text.rstrip().endswith("}") and _from_json_text(_THOUGHTS.sub("", text), form) is not None


def without_frame(body: str, *, signers: Iterable[str] = ()) -> str:
    """A body without the greeting and the sign-off it may have."""
    text = body.strip()
    if greeting := _GREETING.match(text):
        rest = text[greeting.end() :].lstrip()
        text = rest[:1].upper() + rest[1:]
    if (closing := _CLOSING.search(text)) and not _KEPT_AFTER_CLOSING.search(closing.group()):
        text = text[: closing.start()].rstrip()
    return _without_signature(text, signers)


class StreamedBody:
    """Follows an answer as it arrives and gives out what is new in its body.

    Plain text without JSON gives nothing until `rest`.
    """

    def __init__(self, form: AnswerForm = WHOLE) -> None:
        self.text = ""
        self._form = form
        self._given = ""

    def feed(self, piece: str) -> str:
        """The new part of the body after this piece of the answer; often empty."""
        self.text += piece
        start = self.text.find("{")
        if start < 0 or _THOUGHTS.match(self.text):
            return ""
        try:
            value = from_json(self.text[start:], allow_partial="trailing-strings")
        except ValueError:
            return ""
        body = self._form.body_so_far(cast("dict[str, Any]", value)) if isinstance(value, dict) else None
        return self._new(unescape(body)) if body else ""

    def rest(self, body: str) -> str:
        """What of the finished body was not given out; nothing where what was given out is no part of it."""
        rest, self._given = (body[len(self._given) :], body) if body.startswith(self._given) else ("", self._given)
        return rest

    def _new(self, body: str) -> str:
        # An entity may still be incomplete at the end, and trailing space may be the frame's.
        stable = re.sub(r"(?:&[a-z]{0,3}|\s+)\Z", "", body)
        if not stable.startswith(self._given):
            return ""
        new, self._given = stable[len(self._given) :], stable
        return new


def _from_json_text(answer: str, form: AnswerForm, signers: Iterable[str] = ()) -> tuple[str, str] | None:
    for value in _objects(answer):
        for holder in (value, *value.values()):
            if isinstance(holder, dict):
                fields = cast("dict[str, Any]", holder)
                subject, body = fields.get("subject"), form.body(_unframed(fields, form, signers))
                if isinstance(subject, str) and body is not None:
                    return subject, body
    return None


def _objects(answer: str) -> Iterator[dict[str, Any]]:
    position = -1
    for _ in range(_MOST_OBJECTS):
        position = answer.find("{", position + 1)
        if position < 0:
            return
        try:
            value, _ = _DECODER.raw_decode(answer, position)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield cast("dict[str, Any]", value)


def _from_plain_text(answer: str, form: AnswerForm, signers: Iterable[str]) -> tuple[str, str] | None:
    plain = _FENCE.sub("", answer).strip()
    if form.has_slots:
        labels = list(_SLOT_LABEL.finditer(plain))
        ends = [*(label.start() for label in labels), len(plain)][1:]
        fields = {
            label[1].lower(): plain[label.end() : end].strip("*_ \n") for label, end in zip(labels, ends, strict=False)
        }
        body = form.body(_unframed(fields, form, signers))
        return (fields["subject"], body) if "subject" in fields and body is not None else None
    line = _SUBJECT_LINE.search(plain)
    if plain.startswith("{") or line is None:
        return None
    return line[1], _BODY_LABEL.sub("", plain[line.end() :].lstrip("\n"))


def _unframed(fields: Mapping[str, Any], form: AnswerForm, signers: Iterable[str]) -> Mapping[str, Any]:
    """The fields of an answer, frames taken off the slots while their lines still tell where one begins."""
    if not form.has_slots:
        return fields
    slots = {name: text for name, text in fields.items() if name in form.parts and isinstance(text, str)}
    return {**fields, **{name: without_frame(_clean(text), signers=signers) for name, text in slots.items()}}


def _clean_subject(subject: str) -> str:
    plain = _SUBJECT_LABEL.sub("", " ".join(_clean(subject).split()))
    if len(plain) > 2 and plain[0] in "\"“'" and plain[-1] in "\"”'":
        plain = plain[1:-1].strip()
    return plain


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
    text = _CONTROLS.sub("", unescape(text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _goes_round(text: str) -> bool:
    """Whether a run of four words comes three times: small models get caught in loops, people do not write so."""
    words = text.casefold().split()
    runs = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return max(runs.values(), default=0) >= _MOST_REPEATS


def _without_signature(text: str, signers: Iterable[str]) -> str:
    names = {part for name in signers if name.strip() for part in (name.strip(), name.split()[0])}
    lines = text.split("\n")
    for number in range(max(1, len(lines) - _SIGNATURE_LINES), len(lines)):
        # the name alone, or with a title behind it: what follows is the rest of the signature
        if lines[number].strip(" -–—").split(",")[0].strip(" .") in names:
            return "\n".join(lines[:number]).rstrip()
    return text

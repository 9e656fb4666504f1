"""Labelled replies to measure on: our own test split, or a part of it, or a file of the user's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from overture.base import Value
from overture.classification import Intent, Label
from overture.classification.examples import Example, read_corpus
from overture.errors import InputError

from .suite import SuiteData

USUAL_ROWS: Final = 400
"""Of our own test split in a default run: at about 10 ms a reply, with the rare kinds five seconds on one core."""
_SHORT, _LONG = 8, 60
_UNSPACED: Final = frozenset({"ja", "zh"})
_LETTERS_A_WORD: Final = 2
_EXPECTED: Final = 'one object a line, such as {"id": "1", "text": "Yes, tell me more", "label": "accept"}'


class LabelledReply(Value):
    """A reply with its right label, and what else is known of it; `author` is who wrote it."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    label: Label
    intent: Intent | None = None
    outreach: str = ""
    lang: str = ""
    author: str = ""
    hard: bool | None = None
    in_sample: bool = True
    """Whether it counts for accuracy: a rare kind that is measured whole would weigh too much there."""

    @property
    def slices(self) -> dict[str, str]:
        """By language, hardness and length in words, as far as they are known."""
        words = len(self.text) // _LETTERS_A_WORD if self.lang in _UNSPACED else len(self.text.split())
        length = "under 8 words" if words < _SHORT else "8 to 60 words" if words <= _LONG else "over 60 words"
        found = {"length": length}
        if self.lang:
            found["language"] = self.lang
        if self.hard is not None:
            found["hardness"] = "hard" if self.hard else "easy"
        return found


def labelled_replies(data: SuiteData) -> list[LabelledReply]:
    """The replies of a run; `options={"rows": "all"}` or a number takes more or fewer of our own.

    A part of our own is stratified by language, hardness and label, and chosen by a seeded hash. Opt-outs and automatic
    answers, which are rare, are all there; those beyond the part's share count for their own metrics only.

    Raises:
        InputError: the file is not of such replies, or the number of rows is none.
    """
    if data.file is not None:
        return _read(data.file)
    rows = _own_test_split()
    wanted = data.options.get("rows", str(USUAL_ROWS))
    if wanted == "all":
        return list(rows)
    if not wanted.isdecimal() or int(wanted) < 1:
        raise InputError(f"{wanted!r} is no number of rows", field="option rows", expected="a number, or all")
    return _part(rows, int(wanted), seed=data.seed)


@cache
def _own_test_split() -> tuple[LabelledReply, ...]:
    return tuple(_own(example) for example in read_corpus() if example.split == "test")


def _own(example: Example) -> LabelledReply:
    return LabelledReply(
        id=example.id, text=example.text, label=example.label, intent=example.intent, outreach=example.outreach,
        lang=example.lang, author=example.author, hard=example.is_hard,
    )  # fmt: skip


def _part(rows: Sequence[LabelledReply], number: int, *, seed: int) -> list[LabelledReply]:
    if number >= len(rows):
        return list(rows)
    strata: dict[tuple[str, bool | None, str], list[LabelledReply]] = defaultdict(list)
    for row in rows:
        strata[row.lang, row.hard, row.label].append(row)
    chosen: set[str] = set()
    owed = 0.0
    for _, stratum in sorted(strata.items(), key=lambda item: str(item[0])):
        owed += len(stratum) * number / len(rows)  # what rounding owes one stratum is paid by the next
        take = min(round(owed), len(stratum))
        owed -= take
        ordered = sorted(stratum, key=lambda row: sha256(f"{seed}/{row.id}".encode()).digest())
        chosen |= {row.id for row in ordered[:take]}
    return [
        row if row.id in chosen else row.model_copy(update={"in_sample": False})
        for row in rows
        if row.id in chosen or row.label == "auto" or row.intent == "unsubscribe"
    ]


def _read(path: Path) -> list[LabelledReply]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=str(path), expected=_EXPECTED) from None
    rows = list(_lines(path, text.splitlines()))
    if not rows:
        raise InputError("is empty", path=str(path), expected=_EXPECTED)
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise InputError(f"{row.id!r} comes twice", path=str(path), field="id", expected="an id of its own")
        seen.add(row.id)
    return rows


def _lines(path: Path, lines: Iterable[str]) -> Iterable[LabelledReply]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield LabelledReply.model_validate(json.loads(line))
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                field = ".".join(map(str, first["loc"]))
                raise InputError(
                    str(first["msg"]), path=f"{path}:{number}", field=field, expected=_EXPECTED
                ) from None  # fmt: skip
            except ValueError:
                raise InputError("is no JSON", path=f"{path}:{number}", expected=_EXPECTED) from None

"""The corpus as rows to learn from and to measure on: read, checked, split."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from overture.base import Value
from overture.errors import InputError

from .labels import LABEL_OF, Intent, Label

Split = Literal["train", "extra", "calibration", "test"]
"""Teacher and student learn from `train`; the student alone from `extra`."""


class Example(Value):
    """One written reply with both labels; the second was given blind."""

    id: str
    text: str = Field(min_length=1)
    outreach: str = ""
    lang: str
    intent: Intent
    second_intent: Intent | None = Field(default=None, description="The blind second label; None: could not tell.")
    kind: str = Field(description="`easy`, `auto`, or what makes it hard.")
    author: str = Field(description="Who wrote it: one run of one writer.")
    batch: str = Field(description="The circle of people it was written for; a batch never crosses a split.")
    split: Split

    @property
    def label(self) -> Label:
        """The label that its intent stands for (C-3 to C-5)."""
        return LABEL_OF[self.intent]

    @property
    def agreed(self) -> bool:
        """Whether both labels say the same; rows that are not agreed on teach and measure nothing."""
        return self.second_intent is not None and LABEL_OF[self.second_intent] == self.label

    @property
    def is_hard(self) -> bool:
        """Whether more than the plain words decide."""
        return self.kind not in {"easy", "auto"}


CORPUS_FILES: Final = "*.jsonl"


def corpus_folder() -> Path:
    """The corpus that comes with Overture."""
    return Path(str(resources.files("overture.classification") / "corpus"))


def read_corpus(folder: Path | None = None, *, agreed: bool = True) -> list[Example]:
    """Every example of a folder of JSONL files, in the order of names and lines; `agreed` leaves the disputed out.

    Raises:
        InputError: the folder has no examples, a line is not an example, or an id comes twice.
    """
    folder = folder or corpus_folder()
    files = sorted(folder.glob(CORPUS_FILES))
    if not files:
        raise InputError("no *.jsonl file with examples", path=str(folder), expected="the corpus folder")
    seen: dict[str, str] = {}
    examples: list[Example] = []
    for file in files:
        for number, example in _lines(file):
            if example.id in seen:
                raise InputError(f"comes twice, first in {seen[example.id]}", path=f"{file}:{number}", field="id")
            seen[example.id] = f"{file.name}:{number}"
            if example.agreed or not agreed:
                examples.append(example)
    return examples


def read_outreach(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Neutral messages of recruiters by language, which training puts before replies that carry none."""
    held = json.loads(((folder or corpus_folder()) / "outreach.json").read_text(encoding="utf-8"))
    return {language: tuple(texts) for language, texts in held.items()}


def read_other_languages(folder: Path | None = None, *, split: Split = "train") -> tuple[Example, ...]:
    """Replies in languages that the model does not know; every fifth is for the test. Their intents mean nothing."""
    held: dict[str, list[str]] = json.loads(
        ((folder or corpus_folder()) / "other_languages.json").read_text(encoding="utf-8")
    )
    return tuple(
        Example(
            id=f"{language}-{number}",
            text=text,
            lang=language,
            intent="question",
            kind="easy",
            author="other",
            batch="other",
            split=split,
        )
        for language, texts in held.items()
        for number, text in enumerate(texts)
        if (number % 5 == 0) == (split == "test")
    )


def _lines(file: Path) -> Iterator[tuple[int, Example]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield number, Example.model_validate_json(line)
                except ValidationError as error:
                    first = error.errors(include_url=False, include_input=False)[0]
                    raise InputError(
                        str(first["msg"]), path=f"{file}:{number}", field=".".join(map(str, first["loc"]))
                    ) from None


def write_corpus(examples: Iterable[Example], file: Path) -> None:
    """One JSON object a line, fields in the order of `Example`, defaults left out."""
    with file.open("w", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(example.model_dump(exclude_defaults=True), ensure_ascii=False) + "\n")

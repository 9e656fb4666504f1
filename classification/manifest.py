"""The file that says what a model folder holds, and the check that it is what it says."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from overture.base import Value
from overture.errors import InputError

from .labels import INTENTS, LANGUAGES

MANIFEST: Final = "manifest.json"
FORMAT: Final = 2


class Blend(Value):
    """How much the encoder and the n-grams each weigh in the log-odds of the labels; fitted, so it calibrates too."""

    encoder: float
    ngrams: float


class Manifest(Value):
    """What the classifier needs to know of a model, and where it comes from."""

    format: int = FORMAT
    name: str
    created: str = Field(description="ISO date of the training run.")
    intents: tuple[str, ...] = INTENTS
    languages: tuple[str, ...] = LANGUAGES
    first: Blend = Field(description="How the first step's label is blended with that of the n-grams.")
    second: Blend = Field(description="The same for the second step.")
    exit_above: float = Field(description="Label probability above which the first step decides.")
    review_below: float = Field(description="Label probability below which a person should look (C-4).")
    files: dict[str, str] = Field(description="SHA-256 of every other file of the folder.")
    data: str = Field(description="SHA-256 of the rows that it learned from.")
    continued_from: str | None = Field(default=None, description="The label of the model that it was trained on from.")
    libraries: dict[str, str] = Field(description="Versions that trained and wrote it.")

    @property
    def label(self) -> str:
        """Name and fingerprint, as verdicts carry it."""
        digest = hashlib.sha256(self.model_dump_json(exclude_none=True).encode()).hexdigest()
        return f"{self.name}-{digest[:8]}"


def shipped_model() -> Path:
    """The folder of the model that comes with Overture."""
    return Path(str(resources.files("overture.classification") / "model"))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder, its files checked against it.

    Raises:
        InputError: a file is missing or changed, or the model is for other intents, languages or another format.
    """
    file = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise InputError("no model here", path=str(folder), expected=f"a folder with {MANIFEST}") from None
    except ValidationError as error:
        raise InputError(str(error.errors()[0]["msg"]), path=str(file), expected="a manifest of this version") from None
    if manifest.format != FORMAT or manifest.intents != INTENTS or manifest.languages != LANGUAGES:
        raise InputError(
            "made for another version of Overture", path=str(file), expected="a model trained with this one"
        )
    for name, digest in manifest.files.items():
        if not (folder / name).is_file():
            raise InputError("missing", path=str(folder / name), expected="the folder as it was written")
        if digest_of(folder / name) != digest:
            raise InputError("changed since it was written", path=str(folder / name), expected=f"SHA-256 {digest}")
    return manifest


@cache
def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

"""The data files of this room, read only where they are what their pins say: a changed context is another measure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from overture.errors import InputError

PINS = "pins.json"
_UNPINNED = frozenset({PINS, "README.md"})


def own_text(name: str) -> str:
    """A pinned file of `eval/data` as text.

    Raises:
        InputError: the file is not what its pin says, or has none.
    """
    content = files("overture.eval").joinpath("data", name).read_bytes()
    if sha256(content).hexdigest() != _pins().get(name):
        raise InputError(
            "is not what its pin says", path=f"eval/data/{name}",
            expected="the pinned file; after a change that is meant, raise the suites' versions and call write_pins()",
        )  # fmt: skip
    return content.decode("utf-8")


def own_yaml(name: str) -> Any:
    """A pinned file of `eval/data`, read as YAML (of which JSON is a part)."""
    import yaml

    return yaml.load(own_text(name), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader


def own_names(prefix: str) -> tuple[str, ...]:
    """The pinned files whose name begins so, in order."""
    return tuple(sorted(name for name in _pins() if name.startswith(prefix)))


def pins_of(folder: Path) -> dict[str, str]:
    """File name to SHA-256 of every file that needs a pin."""
    found = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in _UNPINNED)
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}


def write_pins(folder: Path | None = None) -> None:
    """Pin the files as they are now; whoever calls it says with it that the change is meant."""
    folder = folder or Path(__file__).parent / "data"
    (folder / PINS).write_text(json.dumps(pins_of(folder), indent=1) + "\n", encoding="utf-8")
    _pins.cache_clear()


@cache
def _pins() -> Mapping[str, str]:
    text = files("overture.eval").joinpath("data", PINS).read_text(encoding="utf-8")
    return cast("dict[str, str]", json.loads(text))

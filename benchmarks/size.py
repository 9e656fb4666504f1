"""How large Overture is: the built wheel, and what base and each extra put on disk.

    python benchmarks/size.py

An extra's size is that of every distribution it asks for, directly or through others, on this platform, as the
installed metadata says; an extra with a part that is not installed here is left out, and the part is named. Bytecode is
not counted. The wheel is the one in dist/ (`make wheel`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

from bench import ROOT, Report
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS: Final = "overture"
MEGABYTE: Final = 1e6


class Part(NamedTuple):
    """A distribution with the extras of it that are asked for."""

    name: str
    extras: frozenset[str]


class MissingPartError(Exception):
    """A distribution that is asked for and not installed."""


def parts_of(*extras: str) -> set[str]:
    """The names of all distributions that Overture with these extras needs, without its own.

    Raises:
        MissingPartError: one is not installed.
    """
    seen: set[Part] = set()
    waiting = [Part(OURS, frozenset(extras))]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            waiting.extend(_asked_by(part))
    return {part.name for part in seen} - {OURS}


def _asked_by(part: Part) -> Iterator[Part]:
    for text in _find(part.name).requires or ():
        asked = Requirement(text)
        if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in part.extras or {""}):
            yield Part(canonicalize_name(asked.name), frozenset(asked.extras))


def _find(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise MissingPartError(name) from None


def megabytes(names: Iterable[str]) -> float:
    """What the files of these distributions take on disk."""
    return sum(_bytes_of(_find(name)) for name in names) / MEGABYTE


def _bytes_of(found: Distribution) -> int:
    paths = {Path(str(found.locate_file(file))) for file in found.files or () if file.suffix != ".pyc"}
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> None:
    report = Report("size")
    wheels = sorted((ROOT / "dist").glob("overture-*.whl"), key=lambda path: path.stat().st_mtime)
    if wheels:
        report.add("the wheel", [wheels[-1].stat().st_size / MEGABYTE], "MB")
    else:
        print("no wheel in dist/: 'make wheel' builds it")
    base = parts_of()
    report.heading("Installed, without Overture's own files; behind it, what the extra adds to base")
    report.add("base", [megabytes(base)], "MB", note=f"{len(base)} distributions")
    for extra in sorted(_find(OURS).metadata.get_all("Provides-Extra") or ()):
        try:
            parts = parts_of(extra)
        except MissingPartError as missing:
            print(f"{extra}: left out, {missing} is not installed")
            continue
        added = f"adds {megabytes(parts - base):.0f} MB, {len(parts - base)} distributions"
        report.add(f"extra {extra}", [megabytes(parts)], "MB", note=added)
    report.finish()


if __name__ == "__main__":
    main()

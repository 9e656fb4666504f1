"""What is known of a version, whether it may be loaded, and how two of them differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from overture.base import Value
from overture.classification.manifest import MANIFEST, Manifest
from overture.classification.report import Report
from overture.errors import ConfigurationError, InputError

from .comparison import Outcome
from .registry_files import sha256_of

RUNNING: Final[Mapping[str, int]] = {"numpy": 1, "onnxruntime": 2, "safetensors": 1, "tokenizers": 2}
"""The libraries that run a model, and how many parts of their version must be the same as when it was made."""
MADE_WITH: Final = (*RUNNING, "scikit-learn", "scipy")


class VersionRecord(Value):
    """Where a version comes from. `key` stands for all that went into it; corrections are counted, not held."""

    key: str
    created: str
    parent: str
    parent_label: str
    label: str
    outcome: Outcome
    reasons: tuple[str, ...]
    corpus: str
    learned_from: int
    tested_on: int
    left_out: int
    seats_used: int
    seats_left_out: int
    settings: dict[str, float]


class Change(Value):
    """One thing in which two versions differ; None where a version does not have it."""

    what: str
    first: float | str | None
    second: float | str | None


class VersionDiff(Value):
    """How the second version differs from the first."""

    first: str
    second: str
    figures: tuple[Change, ...]
    """Shares of the corpus test split that are labelled right, by slice, and the other measures."""
    settings: tuple[Change, ...]
    files: tuple[str, ...]
    """Model files that are not the same."""


def check_version(folder: Path, name: str) -> Manifest:
    """The manifest of a version, its files checked against it and the libraries against those it was made with.

    Raises:
        InputError: a file is missing or was changed.
        ConfigurationError: a library that runs it has another version.
    """
    manifest = _manifest(folder)
    for file, digest in manifest.files.items():
        if not (folder / file).is_file():
            raise InputError("missing", path=str(folder / file), expected="the version as it was made; roll back")
        if sha256_of(folder / file) != digest:
            raise InputError(
                "changed since it was made", path=str(folder / file), expected=f"SHA-256 {digest}; roll back"
            )
    here = library_versions()
    for library, parts in RUNNING.items():
        made, now = manifest.libraries.get(library), here.get(library)
        if made and _parts(made, parts) != _parts(now or "", parts):
            raise ConfigurationError(
                f"F-4: {name} was made with {library} {made}, and {now or 'none'} is here: install that one, "
                "retrain, or roll back"
            )
    return manifest


def library_versions() -> dict[str, str]:
    """The versions that are installed, of those that are."""
    found: dict[str, str] = {}
    for library in MADE_WITH:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def diff_of(first: tuple[str, Path, Report | None], second: tuple[str, Path, Report | None]) -> VersionDiff:
    """How two versions, each a name, a folder and its figures, differ."""
    (one, one_folder, one_report), (two, two_folder, two_report) = first, second
    manifests = _manifest(one_folder), _manifest(two_folder)
    return VersionDiff(
        first=one,
        second=two,
        figures=_changes(*(_figures(report) for report in (one_report, two_report))),
        settings=_changes(*(_settings(manifest) for manifest in manifests)),
        files=tuple(
            file
            for file in sorted({*manifests[0].files, *manifests[1].files})
            if manifests[0].files.get(file) != manifests[1].files.get(file)
        ),
    )


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        raise InputError("no model here", path=os.fspath(folder), expected=f"a folder with {MANIFEST}") from None


def _parts(release: str, count: int) -> list[str]:
    return release.split(".")[:count]


def _figures(report: Report | None) -> dict[str, float | str]:
    if report is None:
        return {}
    rates = {name: rate.value for name, rate in report if name.endswith("accuracy") or name.startswith("unsub")}
    return {
        **{f"right: {part.name}": round(part.accuracy.value, 4) for part in report.slices},
        **{name.replace("_", " "): round(value, 4) for name, value in rates.items()},
        "calibration error": round(report.slice("all").calibration_error, 4),
        "sent to review": round(report.sent_to_review.value, 4),
    }


def _settings(manifest: Manifest) -> dict[str, float | str]:
    blends = {"first": manifest.first, "second": manifest.second}
    return {
        "label": manifest.label,
        "data": manifest.data,
        "exit_above": manifest.exit_above,
        "review_below": manifest.review_below,
        **{f"{name}.{part}": value for name, blend in blends.items() for part, value in blend},
        **{f"library {name}": held for name, held in manifest.libraries.items()},
    }


def _changes(first: Mapping[str, float | str], second: Mapping[str, float | str]) -> tuple[Change, ...]:
    return tuple(
        Change(what=what, first=first.get(what), second=second.get(what))
        for what in dict.fromkeys((*first, *second))
        if first.get(what) != second.get(what)
    )

"""`Registry`: a folder of reply models, one of them the champion; roll-back is one call (F-4).

    champion                 which version is used, and which ones were before it
    versions/v1/             a model folder, and metrics.json, CARD.md, lineage.json, verdict.json, record.json
    work/, vectors/          what batch retraining keeps for its next run

Version v0 is the model that comes with Overture; it is not copied. Nothing is pickled, and no text of a person is here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from pydantic import Field, ValidationError

from overture.base import Value
from overture.classification.manifest import shipped_model
from overture.classification.metrics import Slice
from overture.classification.report import Report
from overture.errors import ConfigurationError, InputError

from .comparison import Decision
from .registry_files import only_one, replace_file, sync
from .registry_lineage import Lineage
from .registry_versions import VersionDiff, VersionRecord, check_version, diff_of

SHIPPED: Final = "v0"
METRICS: Final = "metrics.json"
LINEAGE: Final = "lineage.json"
DECISION: Final = "verdict.json"
RECORD: Final = "record.json"
CARD: Final = "CARD.md"
_V = TypeVar("_V", bound=Value)
_VERSION: Final = re.compile(r"v(0|[1-9][0-9]*)")


class Pointer(Value):
    """The champion, and those before it, the latest last."""

    champion: str = SHIPPED
    before: tuple[str, ...] = ()


class Version(Value):
    """One version as `list` shows it; of v0 and of versions whose notes are gone there is no record."""

    name: str
    is_champion: bool
    record: VersionRecord | None = None
    overall: Slice | None = Field(default=None, description="How it does on the corpus test split.")


class Registry:
    """The models of one folder, which is made where it is not there."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @property
    def is_there(self) -> bool:
        """Whether the folder is a registry: retraining has begun in it, or it has versions or a champion."""
        return any((self.folder / name).exists() for name in ("champion", "versions", ".retraining.lock"))

    @property
    def champion(self) -> str:
        """The name of the version that is used."""
        return self._pointer().champion

    def champion_folder(self) -> Path:
        """The folder of the champion's model, checked: what `ReplyClassifier.load` takes.

        Raises:
            InputError: a file of it is missing or was changed.
            ConfigurationError: it was made with other versions of the libraries that run it.
        """
        return self.model_folder(self.champion)

    def model_folder(self, name: str) -> Path:
        """The folder of a version's model, checked."""
        if name == SHIPPED:
            return shipped_model()
        folder = self._folder(name)
        check_version(folder, name)
        return folder

    def list(self) -> tuple[Version, ...]:
        """All versions by number."""
        champion = self.champion
        return tuple(
            Version(name=name, is_champion=name == champion, record=self.record(name), overall=self._overall(name))
            for name in self._names()
        )

    def promote(self, name: str, *, anyway: bool = False) -> str:
        """Make a version the champion, in one step that is done or not; gives the one before.

        Raises:
            ConfigurationError: its verdict is not PROMOTE, or it was compared with another champion (F-4), and not
                `anyway`; or other versions of the libraries made it.
            InputError: there is no such version, or it was changed.
        """
        self.model_folder(name)
        with only_one(self.folder, "promotion"):
            pointer = self._pointer()
            if name == pointer.champion:
                return name
            record = self.record(name)
            if record and not anyway:
                if record.outcome != "PROMOTE":
                    raise ConfigurationError(f"F-4: the verdict on {name} is {record.outcome}, not PROMOTE")
                if record.parent != pointer.champion:
                    raise ConfigurationError(
                        f"F-4: {name} was compared with {record.parent}, and {pointer.champion} is the champion now: "
                        "retrain"
                    )
            self._point(Pointer(champion=name, before=(*pointer.before, pointer.champion)))
            return pointer.champion

    def rollback(self) -> str:
        """Make the champion before this one the champion again, and give its name.

        Raises:
            ConfigurationError: there was none before.
        """
        with only_one(self.folder, "promotion"):
            pointer = self._pointer()
            if not pointer.before:
                raise ConfigurationError(f"F-4: {pointer.champion} is the first champion; there is none to go back to")
            self.model_folder(pointer.before[-1])
            self._point(Pointer(champion=pointer.before[-1], before=pointer.before[:-1]))
            return pointer.before[-1]

    def diff(self, first: str, second: str) -> VersionDiff:
        """What the second version has that the first has not: figures, corrections, settings, libraries."""
        return diff_of(
            (first, self._plain_folder(first), self.metrics(first)),
            (second, self._plain_folder(second), self.metrics(second)),
        )

    def record(self, name: str) -> VersionRecord | None:
        """Where a version comes from; of v0 nothing."""
        return _read(self._plain_folder(name) / RECORD, VersionRecord)

    def metrics(self, name: str) -> Report | None:
        """How a version does on the corpus test split."""
        return _read(self._plain_folder(name) / METRICS, Report)

    def decision(self, name: str) -> Decision | None:
        """How a version was compared with its parent."""
        return _read(self._plain_folder(name) / DECISION, Decision)

    def lineage(self, name: str) -> Lineage | None:
        """Which corrections a version learned from, by digests and numbers."""
        return _read(self._plain_folder(name) / LINEAGE, Lineage)

    def versions_with(self, digest: str) -> tuple[str, ...]:
        """The versions that learned from a candidate or a seat, or were tested on them, by the SHA-256 of the id (F-3).

        Every version starts from the one that ships, so no version has anything of its parent's corrections.
        """
        return tuple(
            name for name in self._names() if (lineage := self.lineage(name)) is not None and digest in lineage.people
        )

    def made_by(self, key: str) -> str | None:
        """The version that a run with this key made before."""
        return next((name for name in self._names() if (held := self.record(name)) and held.key == key), None)

    def add(self, work: Path, record: VersionRecord) -> str:
        """Move a finished folder in as the next version, in one step; gives its name."""
        name = f"v{1 + max(int(name[1:]) for name in self._names())}"
        replace_file(work / RECORD, record.model_dump_json(indent=2) + "\n")
        versions = self.folder / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        for each in (*work.iterdir(), work):
            sync(each)
        work.rename(versions / name)  # the step that makes the version be there
        sync(versions)
        return name

    @contextmanager
    def retraining(self) -> Generator[Path]:
        """The folder for a run's work, for one run at a time.

        Raises:
            ConfigurationError: another run is on in this registry.
        """
        with only_one(self.folder, "retraining"):
            yield self.folder / "work"

    def clear_work(self, *, but: str = "") -> None:
        """Delete what stopped runs left, except that of one key."""
        work = self.folder / "work"
        for each in work.iterdir() if work.is_dir() else ():
            if each.name != but:
                shutil.rmtree(each)

    def _names(self) -> tuple[str, ...]:
        versions = self.folder / "versions"
        found = (each.name for each in versions.iterdir() if _VERSION.fullmatch(each.name)) if versions.is_dir() else ()
        return (SHIPPED, *sorted(found, key=lambda name: int(name[1:])))

    def _folder(self, name: str) -> Path:
        folder = self.folder / "versions" / name
        if not _VERSION.fullmatch(name) or not folder.is_dir():
            raise InputError(
                "there is no such version", path=str(self.folder), field=name, expected=", ".join(self._names())
            )
        return folder

    def _plain_folder(self, name: str) -> Path:
        return shipped_model() if name == SHIPPED else self._folder(name)

    def _overall(self, name: str) -> Slice | None:
        metrics = self.metrics(name)
        return metrics.slice("all") if metrics else None

    def _pointer(self) -> Pointer:
        return _read(self.folder / "champion", Pointer) or Pointer()

    def _point(self, pointer: Pointer) -> None:
        replace_file(self.folder / "champion", pointer.model_dump_json() + "\n")


def _read(file: Path, kind: type[_V]) -> _V | None:
    try:
        return kind.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise InputError(
            str(error.errors(include_url=False, include_input=False)[0]["msg"]),
            path=str(file),
            expected="a note of this version of Overture",
        ) from None

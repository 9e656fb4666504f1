"""The folder of a run: its store, its log of calls, and the lock that keeps it to one process."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from overture.base import Value
from overture.errors import ConfigurationError, InputError
from overture.generation.draft_input import DraftInput

from .run_store import RunStore


class RunSettings(Value):
    """What a run was started with: it goes on with the same, so that the same answers still fit."""

    model: str
    endpoint: str | None = None
    prompt: str
    """The fingerprint of the prompt."""
    opportunity: str
    """The digest of job, company, recruiter, choice and custom content."""
    today: date
    """The day from which durations count, on every start of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """An open run."""

    path: Path
    store: RunStore
    settings: RunSettings

    @property
    def errors(self) -> Path:
        """Where refused rows are told of, unless another file is named."""
        return self.path / "errors.jsonl"

    @property
    def call_log(self) -> Path:
        """Where calls under way are noted."""
        return self.path / "calls.log"


@contextmanager
def open_run(path: Path, settings: RunSettings) -> Generator[RunFolder]:
    """Make a run's folder, or go on with one; nobody else can, as long as it is open.

    Raises:
        ConfigurationError: the run was started with something else, or another process is at it.
        InputError: the folder cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)  # profiles and messages are private
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise InputError(
            f"cannot be made ({error.strerror})", path=str(path), expected="a folder for the run"
        ) from None
    try:
        if not _try_lock(lock):
            raise ConfigurationError(
                f"another process is at the run in {str(path)!r}: wait for it, or name another --run"
            )
        store = RunStore(f"sqlite:///{path / 'run.db'}")
        try:
            yield RunFolder(path=path, store=store, settings=agreed(path, settings, store))
        finally:
            store.close()
    finally:
        os.close(lock)


def digest_of(inputs: DraftInput) -> str:
    """The digest of all that goes with every candidate of a run."""
    told = inputs.model_dump(mode="json", exclude={"candidate"})
    text = json.dumps([told, inputs.custom_content], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def agreed(path: Path, settings: RunSettings, store: RunStore) -> RunSettings:
    """What the run was started with, where it is what is given now.

    Raises:
        ConfigurationError: it is something else.
    """
    before = RunSettings.model_validate_json(store.settings(settings.model_dump_json()))
    words: dict[str, Any] = {
        "model": "model",
        "endpoint": "endpoint",
        "prompt": "prompt",
        "opportunity": "job, company, recruiter or choice",
    }
    for name, said in words.items():
        if getattr(before, name) != getattr(settings, name):
            raise ConfigurationError(
                f"the run in {str(path)!r} was started with another {said}: "
                "go on with what it had, or name another --run"
            )
    return before


if sys.platform == "win32":  # pragma: no cover - CI runs on Linux
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

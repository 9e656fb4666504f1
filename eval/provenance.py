"""What a run was made with: the commit of the working tree, and the versions of packages (D-14)."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from overture.errors import InputError

from .run_record import DataRecord, GitState
from .suite import SuiteData

PACKAGES: Final = (
    *("overture", "pydantic", "pydantic-evals", "jinja2", "rapidfuzz", "babel"),
    *("openai", "langchain-core", "langchain", "transformers", "torch"),
    *("numpy", "scipy", "onnxruntime", "tokenizers", "pyarrow"),
)
"""What can change an answer, a score or a figure."""


def git_state(folder: Path | None = None) -> GitState | None:
    """The commit of the folder's working tree, the process's own by default; None where there is none.

    Files that git does not know are not counted as a difference: a run folder is often one of them.
    """
    git = shutil.which("git")
    if git is None:
        return None
    commit = _git(git, folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    return GitState(commit=commit, dirty=bool(_git(git, folder, "status", "--porcelain", "--untracked-files=no")))


def package_versions() -> dict[str, str]:
    """The installed ones of `PACKAGES`."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def data_record(data: SuiteData) -> DataRecord:
    """The data's file or folder by its content.

    Raises:
        InputError: it is not there, or cannot be read.
    """
    if data.file is None:
        return DataRecord(options=dict(data.options))
    digest = hashlib.sha256()
    try:
        if data.file.is_dir():
            for file in sorted(path for path in data.file.rglob("*") if path.is_file()):
                digest.update(f"{file.relative_to(data.file).as_posix()}\0{_sha256(file)}\n".encode())
            content = digest.hexdigest()
        else:
            content = _sha256(data.file)
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise InputError(problem, path=str(data.file), expected="a file of cases, or a feedback set") from None
    return DataRecord(file=str(data.file), sha256=content, options=dict(data.options))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git(git: str, folder: Path | None, *arguments: str) -> str | None:
    done = subprocess.run([git, *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - git as found
    return done.stdout.strip() if done.returncode == 0 else None

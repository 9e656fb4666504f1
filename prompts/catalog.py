"""The prompts that come with Overture, and those of a user's own, by name, version or path."""

from __future__ import annotations

import re
from difflib import unified_diff
from functools import lru_cache
from pathlib import Path

from overture.errors import PromptError

from .template import Prompt, read_prompt

TEMPLATES = Path(__file__).parent / "templates"
_FILE_NAME = re.compile(r"([a-z][a-z0-9_]*)\.(\d+)\.j2", re.ASCII)
_REFERENCE = re.compile(r"([a-z][a-z0-9_]*)(?:@(\d+))?", re.ASCII)


def list_prompts() -> tuple[Prompt, ...]:
    """Every version of every built-in prompt, by name and version."""
    return tuple(_load_file(path) for versions in _files().values() for path in versions.values())


def load_prompt(name_or_path: str | Path, *, version: int | None = None) -> Prompt:
    """A prompt by name (`draft`, its newest version), by name and version (`draft@1`), or from a file of your own.

    A text that has a directory separator or ends in `.j2` is a path.

    Raises:
        PromptError: no such prompt, version or file, or the file is malformed.
    """
    if isinstance(name_or_path, Path) or "/" in name_or_path or "\\" in name_or_path or name_or_path.endswith(".j2"):
        prompt = read_prompt(Path(name_or_path))
        if version not in (None, prompt.version):
            raise PromptError(f"{name_or_path}: holds version {prompt.version}, not {version}")
        return prompt
    reference = _REFERENCE.fullmatch(name_or_path)
    name = reference[1] if reference else name_or_path
    if reference and reference[2]:
        if version not in (None, int(reference[2])):
            raise PromptError(f"{name_or_path!r} and version={version} contradict each other")
        version = int(reference[2])
    versions = _files().get(name)
    if versions is None:
        raise PromptError(f"no prompt {name!r}; there are {', '.join(_files())}, or give the path of a .j2 file")
    wanted = max(versions) if version is None else version
    if wanted not in versions:
        raise PromptError(f"prompt {name!r} has no version {wanted}; there are {', '.join(map(str, versions))}")
    return _load_file(versions[wanted])


def diff_prompts(a: Prompt | str | Path, b: Prompt | str | Path) -> str:
    """The lines in which two prompts differ, as a unified diff; empty where they are the same."""
    old, new = (prompt if isinstance(prompt, Prompt) else load_prompt(prompt) for prompt in (a, b))
    from_name, to_name = (f"{prompt.name}@{prompt.version}" for prompt in (old, new))
    lines = unified_diff(old.source.splitlines(), new.source.splitlines(), from_name, to_name, lineterm="")
    return "\n".join(lines)


def fingerprints() -> dict[str, str]:
    """`name@version` to fingerprint, for every built-in prompt; prompts/fingerprints.json holds what was released."""
    return {f"{prompt.name}@{prompt.version}": prompt.fingerprint for prompt in list_prompts()}


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[int, Path]]:
    found: dict[str, dict[int, Path]] = {}
    for path in sorted(TEMPLATES.glob("*.j2")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise PromptError(f"{path}: a built-in prompt is called name.version.j2")
        found.setdefault(match[1], {})[int(match[2])] = path
    return {name: dict(sorted(versions.items())) for name, versions in found.items()}


@lru_cache(maxsize=64)
def _load_file(path: Path) -> Prompt:
    prompt = read_prompt(path)
    if path.name != f"{prompt.name}.{prompt.version}.j2":
        raise PromptError(f"{path}: the header says {prompt.name} version {prompt.version}")
    return prompt

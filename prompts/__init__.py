"""Prompts as versioned text files with a strict header, rendered so that untrusted text stays inside its delimiters.
The template engine loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalog import diff_prompts, fingerprints, list_prompts, load_prompt
    from .escaping import escape_untrusted
    from .header import Header
    from .rendered import RenderedPrompt
    from .template import Prompt

_HOMES = {
    "Header": ".header",
    "Prompt": ".template",
    "RenderedPrompt": ".rendered",
    "diff_prompts": ".catalog",
    "escape_untrusted": ".escaping",
    "fingerprints": ".catalog",
    "list_prompts": ".catalog",
    "load_prompt": ".catalog",
}

__all__ = [
    "Header",
    "Prompt",
    "RenderedPrompt",
    "diff_prompts",
    "escape_untrusted",
    "fingerprints",
    "list_prompts",
    "load_prompt",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'overture.prompts' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

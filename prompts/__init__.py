"""Prompts as versioned text files with a strict header, rendered so that untrusted text stays inside its delimiters.
The template engine loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .catalog import diff_prompts, fingerprints, list_prompts, load_prompt
    from .escaping import escape_untrusted
    from .header import Header
    from .rendered import RenderedPrompt
    from .template import Prompt

_HOME_OF = {
    "Header": "header",
    "Prompt": "template",
    "RenderedPrompt": "rendered",
    "diff_prompts": "catalog",
    "escape_untrusted": "escaping",
    "fingerprints": "catalog",
    "list_prompts": "catalog",
    "load_prompt": "catalog",
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

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF)

"""A revised prompt text: the header stays, and a text that could do harm is refused before any model sees it (F-5).

A text comes from a model that read recruiters' comments, so it is as untrusted as they are (D-13).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from overture.errors import PromptError
from overture.prompts import Prompt, escape_untrusted, list_prompts

from .eval_cases import EvalCase
from .prompt_revision_scoring import Exercise

_VERSION: Final = re.compile(r"^version:[ \t]*\d+[ \t]*$", re.MULTILINE)
_SLOT: Final = re.compile(r"\[(?:NAME|EMAIL|PHONE|URL|HANDLE)(?:_\d+)?\]")
_FACTS: Final = re.compile(r"<facts\b[^>]*>(?:(?!<facts\b).)*?</facts>", re.DOTALL)
_SHORTEST_FACT: Final = 12
_SHORTEST_QUOTE: Final = 25
_SHORTEST_NAME: Final = 5


def text_of(prompt: Prompt) -> str:
    """The text of a prompt below its header."""
    return prompt.source[4:].split("\n---\n", 1)[1]


def next_version(prompt: Prompt) -> int:
    """One more than the newest version that there is of this name."""
    return 1 + max([prompt.version, *(each.version for each in list_prompts() if each.name == prompt.name)])


def revised_source(prompt: Prompt, text: str, *, version: int) -> str:
    """The file of a revised prompt: the old header with another version, and the new text."""
    head = prompt.source[4:].split("\n---\n", 1)[0]
    return f"---\n{_VERSION.sub(f'version: {version}', head, count=1)}\n---\n{text.strip(chr(10))}\n"


def revised_prompt(
    prompt: Prompt, text: str, *, version: int, cases: Sequence[EvalCase], exercises: Iterable[Exercise]
) -> Prompt:
    """The revised prompt, where nothing speaks against it.

    Raises:
        PromptError: the text is malformed or too long, moves a variable, lets facts out of their delimiters, or says
            what is private to a case. The message quotes nothing of the cases.
    """
    source = revised_source(prompt, text, version=version)
    revised = Prompt(source, path=f"{prompt.name}.{version}.j2")
    if revised.header.model_copy(update={"version": prompt.version}) != prompt.header:
        raise PromptError("F-5: the header changed; only the text below it may")
    if (revised.shared_variables, revised.personal_variables) != (prompt.shared_variables, prompt.personal_variables):
        raise PromptError("F-5: each variable stays in its part, shared or personal")
    if len(text) > 1.5 * len(text_of(prompt)) + 1_000:
        raise PromptError("F-5: the text grew by more than half; shorten it")
    if _SLOT.search(text) and not _SLOT.search(prompt.source):
        raise PromptError("F-5: the text has a slot such as NAME in it; say nothing of a single case")
    if _quotes(text, prompt.source, cases):
        raise PromptError("F-5: the text quotes a fact, a name or a comment of a case; say what holds for all")
    for exercise in exercises:
        _check_delimiters(exercise, revised)
    return revised


def _quotes(text: str, before: str, cases: Iterable[EvalCase]) -> bool:
    folded, known = _folded(text), _folded(before)
    words, known_words = f" {_worded(text)} ", f" {_worded(before)} "
    for case in cases:
        facts = case.context.facts if case.context else ()
        sayings = [
            case.comment or "",
            *(fact.text for fact in facts),
            *(fact.text.partition(": ")[2] for fact in facts),
        ]
        for saying in sayings:
            said = _folded(saying)
            if len(said) >= _SHORTEST_QUOTE and said in folded and said not in known:
                return True
        for name in (name for fact in facts for name in fact.names):
            said = f" {_worded(name)} "
            if len(said) >= _SHORTEST_NAME + 2 and said in words and said not in known_words:
                return True
    return False


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _worded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _check_delimiters(exercise: Exercise, prompt: Prompt) -> None:
    rendered = exercise.render(prompt)
    for part in (rendered.shared, rendered.personal):
        # the instructions name the tags too, in a sentence of the built-in prompts
        outside = _FACTS.sub("", part)
        for fact in exercise.context.facts:
            said = escape_untrusted(fact.text)
            if len(said) >= _SHORTEST_FACT and said in outside:
                raise PromptError("F-5, D-13: facts stand outside of their delimiters <facts> and </facts>")

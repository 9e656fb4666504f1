"""A loaded prompt: checked when it is loaded, rendered in a sandbox, every value escaped (D-13)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from overture.errors import PromptError

from .escaping import escape_untrusted
from .header import Header, split_header
from .rendered import RenderedPrompt

SEPARATOR = "\n=== personal ===\n"
# Blocks whose output would pass by the escaping below, or which reach for other files.
_REFUSED = (
    nodes.FilterBlock, nodes.Macro, nodes.CallBlock, nodes.AssignBlock, nodes.Include, nodes.Import, nodes.FromImport,
    nodes.Extends, nodes.Block, nodes.ScopedEvalContextModifier, nodes.EvalContextModifier,
)  # fmt: skip


class Prompt:
    """One version of a prompt; `shared_variables` and `personal_variables` say which part uses what.

    Raises:
        PromptError: the file's header or text is wrong; names the file and the key, variable or line.
    """

    def __init__(self, source: str, *, path: str = "<text>") -> None:
        self.header, text = split_header(source, path=path)
        self.path = path
        self.source = source.replace("\r\n", "\n")
        if text.count(SEPARATOR) != 1:
            raise PromptError(
                f"{path}: expected one line `{SEPARATOR.strip()}` between the shared and the personal part"
            )
        shared, personal = text.split(SEPARATOR)
        self.fingerprint = _fingerprint(self.header, text)
        self._shared, self.shared_variables = _compiled(shared, path)
        self._personal, self.personal_variables = _compiled(personal, path)
        self._check_variables()
        self._schema = MappingProxyType(self.header.output)
        self._options = MappingProxyType(self.header.options)

    @property
    def name(self) -> str:
        """The name in the header."""
        return self.header.name

    @property
    def version(self) -> int:
        """The version in the header."""
        return self.header.version

    @property
    def variables(self) -> tuple[str, ...]:
        """What `render` needs, in the order of the header."""
        return self.header.variables

    def render(self, values: Mapping[str, Any]) -> RenderedPrompt:
        """Both parts with these values, each value one escaped line wherever it stands.

        Raises:
            PromptError: names every variable that is missing and every one that the prompt does not know.
        """
        self._check_values(values, self.variables)
        return self.join(self.render_shared(values), self.render_personal(values))

    def render_shared(self, values: Mapping[str, Any]) -> str:
        """The shared part alone, for callers who keep it; takes any superset of `shared_variables`."""
        return self._render(self._shared, self.shared_variables, values)

    def render_personal(self, values: Mapping[str, Any]) -> str:
        """The personal part alone; takes any superset of `personal_variables`."""
        return self._render(self._personal, self.personal_variables, values)

    def join(self, shared: str, personal: str) -> RenderedPrompt:
        """Two rendered parts as one prompt."""
        return RenderedPrompt(
            shared, personal, self.name, self.version, self.fingerprint, schema=self._schema, options=self._options
        )

    def __repr__(self) -> str:
        return f"<Prompt {self.name}@{self.version}>"

    def _render(self, template: Template, used: frozenset[str], values: Mapping[str, Any]) -> str:
        if not values.keys() >= used:
            self._check_values(values, used)
        try:
            return template.render(values).strip()
        except (UndefinedError, SecurityError, TypeError) as error:
            raise PromptError(f"{self.path}: {error}") from error

    def _check_values(self, values: Mapping[str, Any], wanted: Iterable[str]) -> None:
        missing = sorted(set(wanted) - values.keys())
        unknown = sorted(values.keys() - set(self.variables))
        problems = [f"missing {', '.join(map(repr, missing))}"] if missing else []
        problems += [f"unknown {', '.join(map(repr, unknown))}"] if unknown else []
        if problems:
            raise PromptError(f"{self.path}: {'; '.join(problems)}; the variables are {', '.join(self.variables)}")

    def _check_variables(self) -> None:
        used = self.shared_variables | self.personal_variables
        if undeclared := sorted(used - set(self.variables)):
            raise PromptError(f"{self.path}: the text uses {undeclared[0]!r}, which `variables` does not list")
        if unused := sorted(set(self.variables) - used):
            raise PromptError(f"{self.path}: `variables` lists {unused[0]!r}, which the text does not use")


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=_finalize, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()  # no range, lipsum or cycler: a prompt needs values, not functions
    return environment


def _finalize(value: object) -> str:
    # Every {{ }} passes through here, so that no template can forget to escape.
    if value is None:
        raise TypeError("a variable is None; leave the line out instead")
    return escape_untrusted(value)


def _compiled(text: str, path: str) -> tuple[Template, frozenset[str]]:
    environment = _environment()
    try:
        tree = environment.parse(text, filename=path)
        for node in tree.find_all(_REFUSED):
            kind = type(node).__name__
            raise PromptError(
                f"{path}: a prompt may use if, for, set and {{{{ }}}} only, found {kind}, line {node.lineno}"
            )
        return environment.from_string(text), frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as error:
        raise PromptError(f"{path}, line {error.lineno} of its part: {error.message}") from error


def _fingerprint(header: Header, text: str) -> str:
    record = {"options": header.options, "output": header.output, "text": text, "variables": header.variables}
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_prompt(path: Path) -> Prompt:
    """The prompt in a file.

    Raises:
        PromptError: the file cannot be read, is not UTF-8, or is not a prompt.
    """
    try:
        return Prompt(path.read_text(encoding="utf-8"), path=str(path))
    except UnicodeDecodeError as error:
        raise PromptError(f"{path}: not UTF-8 at byte {error.start + 1}; expected a text file in UTF-8") from error
    except OSError as error:
        raise PromptError(f"{path}: cannot be read ({error.strerror}); expected a prompt's file") from error

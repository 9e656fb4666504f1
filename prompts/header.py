"""The header of a prompt file: every key is known, present and of the right kind."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints, ValidationError, field_validator

from overture.base import Value
from overture.errors import PromptError

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
_ANSWERS = (
    frozenset({"subject", "body"}),  # a message
    frozenset({"subject", "fit", "job"}),  # the slots of a message
    frozenset({"label", "intent"}),  # what a reply means
    frozenset({"verdicts"}),  # what a judge makes of sentences
)
OPTION_NAMES = ("max_output_tokens", "seed", "temperature", "top_p")


class Header(Value):
    """What a prompt file says about itself, above its text."""

    name: Slug
    version: int = Field(ge=1, strict=True)
    description: Annotated[str, StringConstraints(min_length=1)]
    variables: tuple[Slug, ...]
    output: dict[str, Any]
    """JSON schema of the answer: an object with `subject` and `body`, with `subject`, `fit` and `job`, with `label` and
    `intent`, or with `verdicts` among its properties."""
    options: dict[str, int | float]
    """Model options: any of max_output_tokens, seed, temperature, top_p."""

    @field_validator("variables")
    @classmethod
    def _listed_once(cls, variables: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(variables)) < len(variables):
            raise ValueError("a variable is listed twice")
        return variables

    @field_validator("output")
    @classmethod
    def _is_an_object(cls, schema: dict[str, Any]) -> dict[str, Any]:
        properties = set(schema.get("properties") or ())
        if schema.get("type") != "object" or not any(answer <= properties for answer in _ANSWERS):
            raise ValueError(
                "expected a JSON schema of type object with the properties subject and body; subject, fit and job; "
                "label and intent; or verdicts"
            )
        return schema

    @field_validator("options")
    @classmethod
    def _are_known(cls, options: dict[str, int | float]) -> dict[str, int | float]:
        if unknown := sorted(set(options) - set(OPTION_NAMES)):
            raise ValueError(f"unknown option {unknown[0]!r}; the options are {', '.join(OPTION_NAMES)}")
        return options


def split_header(text: str, *, path: str) -> tuple[Header, str]:
    """The header and the text below it.

    Raises:
        PromptError: no header, or a key that is unknown, missing, given twice or of the wrong kind; names file and key.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    if not text.startswith("---\n") or "\n---\n" not in text:
        raise PromptError(f"{path}: a prompt file starts with a header between two lines of ---")
    head, body = text[4:].split("\n---\n", 1)
    try:
        raw = yaml.load(head, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that also refuses repeated keys
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"{path}, line {line + 2}" if isinstance(line, int) else path
        raise PromptError(f"{where}: {getattr(error, 'problem', None) or 'the header is not YAML'}") from error
    if not isinstance(raw, dict):
        raise PromptError(f"{path}: the header is not a list of keys and values")
    try:
        return Header.model_validate(raw), body
    except ValidationError as error:
        raise PromptError(f"{path}: {_first_problem(error)}") from error


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    key = ".".join(map(str, first["loc"])) or "header"
    match first["type"]:
        case "missing":
            return f"the header lacks the key {key!r}"
        case "extra_forbidden":
            return f"unknown header key {key!r}; the keys are {', '.join(Header.model_fields)}"
        case _:
            return f"header key {key!r}: {first['msg'].removeprefix('Value error, ')}"


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses a key given twice; PyYAML keeps the last one in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = str(getattr(key_node, "value", key_node))
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

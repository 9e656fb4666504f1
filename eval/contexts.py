"""What the suites of drafts draft from: our own sixty contexts, or a file of the user's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import JsonValue, ValidationError

from overture.base import Value
from overture.errors import InputError
from overture.generation import DraftInput, Personalization

from .own_data import own_names, own_yaml
from .suite import SuiteData

ContextKind = Literal["rich", "usual", "sparse", "gaps", "project", "inferred"]
_SHARED = ("job", "project", "company", "team", "recruiter", "personalization")


class EvalContext(Value):
    """One input of a draft, and what it is told apart by: its trade, country and how much is known.

    `gaps` is a job whose gaps a project fills, `project` a project alone, `inferred` neither (D-2).
    """

    id: str
    trade: str
    country: str
    kind: ContextKind
    inputs: DraftInput

    @property
    def personalization(self) -> Personalization:
        """What was chosen for it; everything on where nothing was."""
        return self.inputs.personalization or Personalization()

    @property
    def slices(self) -> dict[str, str]:
        """By what results are told apart."""
        language = self.personalization.language
        return {"kind": self.kind, "language": language, "trade": self.trade, "country": self.country}


def load_contexts(data: SuiteData) -> tuple[EvalContext, ...]:
    """Our own contexts, or those of `data.file`: one `DraftInput` a line, as JSON.

    Raises:
        InputError: a line is no `DraftInput`, or a file of ours is not what its pin says.
    """
    return _from_lines(data.file) if data.file else _own()


def dump_inputs(inputs: DraftInput) -> dict[str, JsonValue]:
    """All of it as JSON, the candidate and custom content included, to be a case's inputs."""
    candidate = inputs.candidate.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
    found: dict[str, JsonValue] = {"candidate": candidate}
    for name in _SHARED:
        if (value := getattr(inputs, name)) is not None:
            dumped = value.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
            if name == "personalization" and "off" in dumped:
                dumped["off"] = sorted(dumped["off"])  # a set has no order, and a case's key needs one
            found[name] = dumped
    if inputs.custom_content is not None:
        found["custom_content"] = inputs.custom_content
    return found


def read_inputs(given: Mapping[str, JsonValue]) -> DraftInput:
    """The inputs that `dump_inputs` dumped; keys that a suite put beside them are left alone.

    What many cases share (a job, a company) is one object, so that drafting finds it again by identity.
    """
    found: dict[str, Any] = {"candidate": given["candidate"], "custom_content": given.get("custom_content")}
    for name in _SHARED:
        if (value := given.get(name)) is not None:
            found[name] = _shared(name, json.dumps(value, sort_keys=True, ensure_ascii=False))
    return DraftInput.model_validate(found)


@lru_cache(maxsize=4096)
def _shared(name: str, dumped: str) -> Any:
    part = DraftInput.model_validate({"candidate": {}, name: json.loads(dumped)})
    return getattr(part, name)


@cache
def _own() -> tuple[EvalContext, ...]:
    found: list[EvalContext] = []
    for name in own_names("contexts_"):
        read = cast("dict[str, Any]", own_yaml(name))
        found += [EvalContext.model_validate({"trade": read["trade"], **each}) for each in read["contexts"]]
    return tuple(found)


def _from_lines(path: Path) -> tuple[EvalContext, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=str(path), expected="JSONL of DraftInput objects") from None
    contexts = tuple(_read_lines(path, text))
    if not contexts:
        raise InputError("is empty", path=str(path), expected="one DraftInput a line, as JSON")
    return contexts


def _read_lines(path: Path, text: str) -> Iterator[EvalContext]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            inputs = DraftInput.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            problem = str(error).splitlines()[0] if isinstance(error, json.JSONDecodeError) else _first(error)
            raise InputError(problem, path=str(path), field=f"line {number}", expected="a DraftInput as JSON") from None
        yield EvalContext(id=f"line-{number}", trade="own", country=_country(inputs), kind=_kind(inputs), inputs=inputs)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"


def _country(inputs: DraftInput) -> str:
    place = inputs.candidate.location
    return (place.country if place else None) or "unknown"


def _kind(inputs: DraftInput) -> ContextKind:
    if inputs.job is None:
        return "inferred" if inputs.project is None else "project"
    if inputs.project is not None:
        return "gaps"
    return "usual" if inputs.candidate.skills and inputs.candidate.positions else "sparse"

"""Our own format: the models themselves as YAML or JSON, read strictly, with a hint for a mistyped field."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from overture.base import Value
from overture.jobs import Company, Job, Project
from overture.people import Candidate, Recruiter

from .clean import plain
from .intake import Intake
from .protected import protected_field, without_honorific, without_statements
from .shapes import is_list, is_record

Model = TypeVar("Model", Candidate, Recruiter, Job, Project, Company)
_PERSON_TEXTS = frozenset({"headline", "summary", "description", "highlights"})
_NAMES = frozenset({"name", "given_name", "preferred_name"})
_SHAPES = {
    "tuple_type": "a list",
    "string_type": "a text",
    "model_type": "an object with fields",
    "dict_type": "an object",
}


def read_own(model: type[Model], data: Any, intake: Intake) -> Model:
    """The model that the data states, field by field; protected fields are dropped and listed (D-12).

    Raises:
        InputError: a field is unknown (with the nearest known one), missing, or of another type.
    """
    if not is_record(data):
        raise intake.error("holds no fields", expected=f"the fields of a {model.__name__.lower()}")
    if "source" in data:
        raise intake.error("is set by the reader, not by the file", field="source", expected="a file without it")
    cleaned = _clean(data, "", intake, is_person=model is Candidate)
    try:
        value = model.model_validate(cleaned)
    except ValidationError as error:
        raise _explained(error, model, intake) from None
    return value.model_copy(update={"source": intake.source()})


def _clean(value: Any, place: str, intake: Intake, *, is_person: bool, key: str = "") -> Any:
    """The value without protected fields and statements, its text without control characters."""
    if is_record(value):
        result: dict[str, Any] = {}
        for name, inner in value.items():
            inner_place = f"{place}.{name}" if place else str(name)
            if protected_field(str(name)):
                intake.drop(inner_place)
            else:
                result[str(name)] = _clean(inner, inner_place, intake, is_person=is_person, key=str(name))
        return result
    if is_list(value):
        items = [
            _clean(item, f"{place}[{index}]", intake, is_person=is_person, key=key) for index, item in enumerate(value)
        ]
        return [item for item in items if item is not None] if key == "highlights" else items
    if not isinstance(value, str):
        return value
    text = plain(value)
    found: tuple[str, ...] = ()
    if is_person and key in _PERSON_TEXTS:
        text, found = without_statements(text)
    elif is_person and key in _NAMES and place in _NAMES:
        text, found = without_honorific(text)
    for attribute in found:
        intake.drop(f"{place}: {attribute}")
    return text or (None if found else text)


def _explained(error: ValidationError, model: type[BaseModel], intake: Intake) -> Exception:
    """The first problem in words; a mistyped field comes before what it caused."""
    problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
    first, more = problems[0], len(problems) - 1
    tail = f" (and {more} more problem{'s' if more > 1 else ''})" if more else ""
    place = _place(first["loc"])
    if first["type"] == "extra_forbidden":
        known = sorted(set(_model_at(model, first["loc"][:-1]).model_fields) - {"source"})
        near = get_close_matches(str(first["loc"][-1]), known, n=1)
        hint = f"{near[0]!r}, perhaps" if near else "one of " + ", ".join(known)
        return intake.error(f"is not a known field{tail}", field=place, expected=hint)
    if first["type"] == "missing":
        return intake.error(f"is missing{tail}", field=place, expected="a value")
    message = _SHAPES.get(first["type"]) or first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    shown = repr(first["input"])[:60]
    return intake.error(f"{shown} does not fit{tail}", field=place, expected=message[:1].lower() + message[1:])


def _place(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that holds the field at a place, found by walking the annotations."""
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part)
        inner = _models_in(field.annotation) if field else []
        if not inner:
            return cast("type[BaseModel]", current)
        current = inner[0]
    return cast("type[BaseModel]", current)


def _models_in(annotation: Any) -> list[type[Value]]:
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]

"""Every route of the studio as requests that somebody could make, filled from its OpenAPI and its signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple, cast

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from overture.studio.app import _PAGES as PAGES  # pyright: ignore[reportPrivateUsage]

Ids = Mapping[str, tuple[str, ...]]
METHODS = ("get", "post", "put", "patch", "delete")


class Ask(NamedTuple):
    """A request; `template` is its route."""

    method: str
    template: str
    path: str
    query: dict[str, Any]
    json: Any = None
    form: dict[str, Any] | None = None


def api_requests(app: FastAPI, ids: Ids, words: Ids) -> Iterator[Ask]:
    """A request of each kind to each route of the API, with `ids` wherever a path, a query or a body names one.

    `words` are for names in paths that are no ids.
    """
    schema = app.openapi()
    for template, operations in schema["paths"].items():
        for method in METHODS:
            if method not in operations:
                continue
            operation = operations[method]
            given = [_resolved(each, schema) for each in operation.get("parameters", ())]
            query = {
                each["name"]: ids[each["name"]][0] for each in given if each["in"] == "query" and each["name"] in ids
            }
            body = example_of(operation.get("requestBody"), schema)
            for path in paths(template, {**ids, **words}):
                yield Ask(method, template, path, query, json=_with_ids(body, ids))


def page_requests(ids: Ids, words: Ids) -> Iterator[Ask]:
    """A request of each kind to each page, its form filled with `ids` where a field is called so.

    Some pages read their form by hand, so that every form also names a candidate, a job, a content and a draft.
    """
    for module in PAGES:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            query = {each.name: ids[each.name][0] for each in route.dependant.query_params if each.name in ids}
            fields = route.dependant.body_params
            form = {each.name: ids[each.name][0] if each.name in ids else _typed(each) for each in fields}
            form = {name: value for name, value in form.items() if value is not None}
            form |= {name: ids[name][0] for name in ("candidate", "job", "content", "draft")}
            for method in sorted(route.methods or ()):
                for path in paths(route.path, {**ids, **words}):
                    yield Ask(method.lower(), route.path, path, query, form=None if method == "GET" else form)


def paths(template: str, ids: Ids) -> Iterator[str]:
    """A path for each way of filling the names in a template; KeyError where a name has no ids."""
    names = names_in(template)
    for values in product(*(ids[name] for name in names)):
        path = template.replace(":path}", "}")
        for name, value in zip(names, values, strict=True):
            path = path.replace("{" + name + "}", value)
        yield path


def names_in(template: str) -> list[str]:
    """The names of what stands in a path."""
    return [piece.partition("}")[0].removesuffix(":path") for piece in template.split("{")[1:]]


def unknown_names(app: FastAPI, ids: Mapping[str, Any]) -> set[str]:
    """Names in paths that nobody has said an id for."""
    templates = [*app.openapi()["paths"], *(route.path for module in PAGES for route in module.router.routes)]
    return {f"{name} in {template}" for template in templates for name in names_in(template) if name not in ids}


def _typed(field: Any) -> Any:
    """A value of a form's field by its type; none for a file, which is left out."""
    annotation = field.field_info.annotation
    if "UploadFile" in str(annotation):
        return None
    schema = TypeAdapter(annotation).json_schema()
    return _value(schema, schema)


def example_of(body: dict[str, Any] | None, schema: dict[str, Any]) -> Any:
    if body is None:
        return None
    content = body["content"].get("application/json", {})
    if "example" in content:
        return content["example"]
    if content.get("examples"):
        return next(iter(content["examples"].values()))["value"]
    return _value(content.get("schema", {}), schema)


def _value(part: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The first example of a schema, else the least that fits it."""
    part = _resolved(part, schema)
    if "examples" in part:
        return part["examples"][0]
    for either in ("anyOf", "oneOf"):
        if either in part:
            return _value(part[either][0], schema)
    if "const" in part or "enum" in part or "default" in part:
        return part.get("const", part.get("default", next(iter(part.get("enum", [None])))))
    if part.get("type") == "object":
        return {name: _value(part["properties"][name], schema) for name in part.get("required", ())}
    simple: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "array": []}
    return simple.get(part.get("type", ""))


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = schema
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _with_ids(value: Any, ids: Ids, *, called: str = "") -> Any:
    """A body that names things of `ids` wherever it names any, one or many."""
    if isinstance(value, dict):
        body = cast("dict[str, Any]", value)
        return {name: _with_ids(part, ids, called=name) for name, part in body.items()}
    if isinstance(value, list):
        return [_with_ids(part, ids, called=called.removesuffix("s")) for part in cast("list[Any]", value)]
    return ids[called][0] if called in ids and isinstance(value, str) else value

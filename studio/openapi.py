"""The app's OpenAPI 3.1 as it is: problems have their media type, writes take an idempotency key, events a body."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from . import body_events
from .idempotency import HEADER
from .problems import MEDIA_TYPE

_WRITES: Final = ("post", "put", "patch", "delete")
_PROBLEM: Final = "#/components/schemas/ProblemBody"
_KEY: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key within a day answers with what the first request got, and does nothing again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "5f0c6a1e-3b0d-4e7e-9d5e-0c3f5b0f6a11",
}


class DescribedApp(FastAPI):
    """FastAPI, whose description of itself is finished by hand, and says what is posted to webhooks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(webhooks=body_events.router, **options)

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            finish(super().openapi())
        return super().openapi()


def finish(schema: dict[str, Any]) -> None:
    """Say in every operation how errors look, and in writes that they may carry a key."""
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            for answer in operation.get("responses", {}).values():
                _as_problem(answer)
            if method in _WRITES:
                operation.setdefault("parameters", []).append(_KEY)


def _as_problem(answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    if content.get("application/json", {}).get("schema") == {"$ref": _PROBLEM}:
        del content["application/json"]
        content[MEDIA_TYPE] = {**content.get(MEDIA_TYPE, {}), "schema": {"$ref": _PROBLEM}}

"""Errors as problem+json (RFC 9457), with the id of the rule that speaks, and never a value that somebody sent."""

from __future__ import annotations

import logging
import re
from typing import Any, Final
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from overture.errors import (
    BudgetExceededError,
    InputError,
    MissingExtraError,
    OvertureError,
    RunError,
    TransportError,
    UserError,
    WriterTimeoutError,
)
from overture.messaging.decisions import Refused

MEDIA_TYPE: Final = "application/problem+json"
_RULE: Final = re.compile(r"\b(?:D|C|S|CR|H|I|F)-\d{1,2}\b")
_TITLES: Final = {
    "bad-request": "The request cannot be read",
    "body-too-large": "The request is too large",
    "conflict": "This contradicts what is there",
    "internal": "Something went wrong here",
    "invalid-input": "A value cannot be used",
    "invalid-session": "The form is too old or not ours",
    "method-not-allowed": "There is no such method here",
    "missing-scope": "Not allowed",
    "not-found": "There is nothing of this name",
    "over-budget": "The ceiling on spending was reached",
    "rate-limited": "Too many requests",
    "refused": "A rule refuses this",
    "run-failed": "It was understood and did not work",
    "same-key-other-request": "The idempotency key was used for another request",
    "still-running": "The same request is still being answered",
    "unauthorized": "No key, or one that does not hold",
    "unavailable": "What is needed for this does not answer",
}
logger = logging.getLogger("overture.studio")


class FieldProblem(BaseModel):
    """One field that cannot be used, by its place in the request."""

    field: str
    detail: str


class ProblemBody(BaseModel):
    """What every error answers with (RFC 9457)."""

    type: str = Field(examples=["urn:overture:problem:refused"])
    title: str
    status: int
    detail: str
    rule: str | None = Field(default=None, description="Id of the rule of the product that speaks.", examples=["S-1"])
    field: str | None = None
    expected: str | None = None
    until: str | None = Field(default=None, description="When a refusal ends, where that is known.")
    errors: list[FieldProblem] | None = None
    request: str | None = Field(default=None, description="Id of the request, as in our log.")


class ProblemError(Exception):
    """An error that is answered as it stands; `kind` is the last part of its type."""

    def __init__(
        self, status: int, kind: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        self.status, self.kind, self.detail, self.headers, self.members = status, kind, detail, headers, members
        super().__init__(detail)


def refused(refusal: Refused) -> ProblemError:
    """A rule's no, with its id and until when."""
    until = refusal.until.isoformat() if refusal.until else None
    return ProblemError(409, "refused", refusal.reason, rule=refusal.rule, until=until)


def not_found(what: str) -> ProblemError:
    """There is none, or it is another seat's: nobody learns which."""
    return ProblemError(404, "not-found", f"there is no {what} of this id")


def as_problem(error: Exception) -> ProblemError:
    """Any error, as its answer; what is not ours is in the log alone."""
    if not isinstance(error, OvertureError):
        logger.error("a request failed", exc_info=error)
        return ProblemError(500, "internal", "an error of ours; the log has it under the request's id")
    found = _RULE.search(str(error))
    rule = found[0] if found else None
    if isinstance(error, InputError):
        return ProblemError(
            422, "invalid-input", error.problem, rule=rule, field=error.field or None, expected=error.expected or None
        )
    if isinstance(error, MissingExtraError):
        return ProblemError(503, "unavailable", str(error))
    if isinstance(error, UserError):
        return ProblemError(422, "invalid-input", str(error), rule=rule)
    if isinstance(error, BudgetExceededError):
        return ProblemError(429, "over-budget", str(error), rule=rule)
    if isinstance(error, WriterTimeoutError | TransportError):
        return ProblemError(504, "unavailable", str(error), rule=rule)
    return ProblemError(502 if isinstance(error, RunError) else 500, "run-failed", str(error), rule=rule)


def problem_response(problem: ProblemError, *, request_id: str | None = None) -> JSONResponse:
    """A problem as a response."""
    body = ProblemBody(
        type=f"urn:overture:problem:{problem.kind}",
        title=_TITLES[problem.kind],
        status=problem.status,
        detail=problem.detail,
        request=request_id,
        **problem.members,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers
    )


def request_id(request: Request) -> str:
    """The id that this request has in our log."""
    return str(request.scope.setdefault("state", {}).setdefault("request_id", uuid4().hex[:16]))


def answer_with_problems(app: FastAPI) -> None:
    """Have an app answer every error of the API with a problem."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        problem = error if isinstance(error, ProblemError) else as_problem(error)
        return problem_response(problem, request_id=request_id(request))

    async def unreadable(request: Request, error: Exception) -> JSONResponse:
        found = error.errors() if isinstance(error, RequestValidationError) else ()
        errors = [
            FieldProblem(field=".".join(str(part) for part in each["loc"]), detail=str(each["msg"])) for each in found
        ]
        problem = ProblemError(422, "invalid-input", "some values cannot be used; see errors", errors=errors)
        return problem_response(problem, request_id=request_id(request))

    async def of_starlette(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            return await ours(request, error)
        kind = {404: "not-found", 405: "method-not-allowed", 401: "unauthorized"}.get(error.status_code, "bad-request")
        problem = ProblemError(error.status_code, kind, str(error.detail), headers=dict(error.headers or {}))
        return problem_response(problem, request_id=request_id(request))

    app.add_exception_handler(ProblemError, ours)
    app.add_exception_handler(OvertureError, ours)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, of_starlette)
    app.add_exception_handler(Exception, ours)

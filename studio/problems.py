"""Errors as problem+json (RFC 9457), with the id of the rule that speaks, and never a value that somebody sent."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from traceback import format_tb
from typing import Any, Final
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

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
_PLACE: Final = re.compile(r"[\w\-\[\]().,|]{1,64}", re.ASCII)
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
    "precondition-failed": "It was changed in the meantime",
    "rate-limited": "Too many requests",
    "refused": "A rule refuses this",
    "run-failed": "It was understood and did not work",
    "same-key-other-request": "The idempotency key was used for another request",
    "still-running": "The same request is still being answered",
    "unauthorized": "No key, or one that does not hold",
    "unavailable": "What is needed for this does not answer",
}
_NOT_NOW: Final = (OperationalError, PoolTimeoutError)
"""The database is away, is locked, or has no connection to spare."""
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


@contextmanager
def or_not_found(what: str) -> Generator[None]:
    """Around a look-up: what the seat does not have is a 404.

    Raises:
        ProblemError: 404, the look-up raised an InputError.
    """
    try:
        yield
    except InputError:
        raise not_found(what) from None


def as_problem(error: Exception) -> ProblemError:
    """Any error, as its answer; what is not ours is in the log alone."""
    if isinstance(error, _NOT_NOW):
        logger.warning("the database did not answer\n%s", traceback_of(error))
        return ProblemError(503, "unavailable", "the database does not answer; try again", headers={"Retry-After": "5"})
    if not isinstance(error, OvertureError):
        logger.error("an error of ours\n%s", traceback_of(error))
        return ProblemError(500, "internal", "an error of ours; the log has it")
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


def traceback_of(error: BaseException) -> str:
    """Where an error was raised, and what led to it, without its words: they may quote a candidate."""
    shown = f"{type(error).__module__}.{type(error).__qualname__}\n{''.join(format_tb(error.__traceback__))}"
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{traceback_of(before)}which led to\n{shown}" if before else shown


def problem_response(problem: ProblemError, *, request_id: str | None = None) -> JSONResponse:
    """A problem as a response."""
    body = body_of_problem(problem, request_id=request_id)
    return JSONResponse(
        body.model_dump(exclude_none=True), status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers
    )


def body_of_problem(problem: ProblemError, *, request_id: str | None = None) -> ProblemBody:
    """A problem as a value."""
    return ProblemBody(
        type=f"urn:overture:problem:{problem.kind}",
        title=_TITLES[problem.kind],
        status=problem.status,
        detail=problem.detail,
        request=request_id,
        **problem.members,
    )


def request_id(request: Request) -> str:
    """The id that this request has in our log."""
    return str(request.scope.setdefault("state", {}).setdefault("request_id", uuid4().hex[:16]))


def answer_to(request: Request, error: Exception) -> Response:
    """The answer to a request that an error ended: a problem, or a page that says the same to who looks at pages."""
    problem = _problem_of(error)
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem.headers = {"Allow": ", ".join(_methods_of(request))}
    if not _wants_page(request):
        return problem_response(problem, request_id=request_id(request))
    from .pages import render

    page = render(request, "problem.html", status=problem.status, title=_TITLES[problem.kind], problem=problem)
    page.headers.update(problem.headers or {})
    return page


def answer_with_problems(app: FastAPI) -> None:
    """Have an app answer every error with a problem."""

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(request, error)

    for kind in (ProblemError, OvertureError, RequestValidationError, HTTPException, DataError, *_NOT_NOW):
        app.add_exception_handler(kind, answer)


def _problem_of(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RequestValidationError):
        errors = [_field_problem(each) for each in error.errors()]
        return ProblemError(422, "invalid-input", "some values cannot be used; see errors", errors=errors)
    if isinstance(error, HTTPException):
        kind = {404: "not-found", 405: "method-not-allowed", 401: "unauthorized"}.get(error.status_code, "bad-request")
        return ProblemError(error.status_code, kind, str(error.detail), headers=dict(error.headers or {}))
    if isinstance(error, DataError):  # such as a NUL character, which PostgreSQL keeps nowhere
        return ProblemError(422, "invalid-input", "a value holds what the database cannot keep")
    return as_problem(error)


def _field_problem(found: Mapping[str, Any]) -> FieldProblem:
    """A field by its place; what stands there in place of a name of ours is not said again."""
    place = ".".join(part if _PLACE.fullmatch(part) else "?" for part in map(str, found["loc"]))
    detail = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "union_tag_invalid":  # whose message quotes what was sent
        detail = f"{found['ctx']['discriminator']} should be one of {found['ctx']['expected_tags']}"
    return FieldProblem(field=place, detail=detail)


def _wants_page(request: Request) -> bool:
    return (
        not request.url.path.startswith("/v1/")
        and request.headers.get("hx-request") != "true"
        and "text/html" in request.headers.get("accept", "")
    )


def _methods_of(request: Request) -> list[str]:
    """The methods that the path of a request has; Starlette's own list is that of the first route that fits."""
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    wanted = {name: {**request.scope, "method": "GET" if name == "HEAD" else name} for name in methods}
    return [
        name
        for name, scope in wanted.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    ]

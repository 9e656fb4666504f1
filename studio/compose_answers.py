"""How a write of the Compose page answers: htmx gets the part that changed, a plain form is sent on to the page."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from .compose_form import Choice, Delivery, Edit, Place
from .compose_view import workspace_of
from .pages import render
from .problems import ProblemError
from .services import Services
from .sessions import Session

Part = Literal["compose_message.html", "compose_panel.html"]
_MESSAGE: Final = "compose_message.html"


def answer(
    request: Request,
    services: Services,
    session: Session,
    place: Place,
    *,
    part: Part = _MESSAGE,
    choice: Choice | None = None,
    delivery: Delivery | None = None,
) -> Response:
    """What was asked for is done: the part, or the whole page by its address; as it is where that would lose words."""
    if request.headers.get("hx-request") != "true":
        whole = workspace_of(services, session.caller, place, delivery=delivery) if delivery else None
        if whole is None or whole.sending is None or whole.sending.is_usual:
            return RedirectResponse(place.url, status_code=303)
        return render(request, "compose.html", session=session, w=whole, problem=None)
    response = page_part(request, services, session, place, part=part, choice=choice, delivery=delivery)
    if part == _MESSAGE:
        response.headers["HX-Replace-Url"] = place.url
    return response


def page_part(
    request: Request,
    services: Services,
    session: Session,
    place: Place,
    *,
    part: Part = _MESSAGE,
    choice: Choice | None = None,
    delivery: Delivery | None = None,
) -> HTMLResponse:
    """A part of the page."""
    whole = workspace_of(services, session.caller, place, choice=choice, delivery=delivery)
    return render(request, part, session=session, w=whole, problem=None)


def problem_answer(
    request: Request,
    services: Services,
    session: Session,
    place: Place,
    problem: ProblemError,
    *,
    choice: Choice | None = None,
    edit: Edit | None = None,
    delivery: Delivery | None = None,
) -> Response:
    """Why it was not done, on the page as it was, with all that was chosen and typed in the form."""
    if problem.status == 404:
        raise problem
    whole = workspace_of(services, session.caller, place, choice=choice, edit=edit, delivery=delivery)
    template = _MESSAGE if request.headers.get("hx-request") == "true" else "compose.html"
    return render(request, template, session=session, status=problem.status, w=whole, problem=problem)

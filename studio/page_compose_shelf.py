"""What the Compose page keeps for a seat: candidates, jobs, presets and custom content (D-6, D-7)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from overture.errors import InputError, OvertureError
from overture.people import Recruiter

from . import shelf
from .access import SignedIn
from .compose_answers import answer
from .compose_form import PageForm, Place, read_choice, read_place
from .compose_intake import Given, address_for, read_offer, read_people
from .compose_view import workspace_of
from .form_text import Typed
from .pages import render
from .problems import ProblemError, as_problem, not_found
from .services import Served, Services
from .sessions import Session
from .shelf import KeptCandidate
from .tables import candidates

router = APIRouter()
_MOST_PASTED: Final = 1_000_000
_PANEL: Final = "compose_panel.html"
Line = Annotated[str, Form(max_length=200)]
Pasted = Annotated[Typed, Form(max_length=_MOST_PASTED)]
Upload = Annotated[UploadFile | None, File()]


@router.post("/compose/candidates")
def add_candidates(
    request: Request,
    session: SignedIn,
    services: Served,
    form: PageForm,
    file: Upload = None,
    pasted: Pasted = "",
    address: Line = "",
) -> Response:
    """Put the candidates of a file or a paste on the shelf, and choose the first (D-12)."""
    session.caller.check("draft")
    place = read_place(form)
    try:
        found = read_people(_given(file, pasted), address=address.strip(), now=services.clock())
    except InputError as error:
        typed = {"pasted": pasted, "address": address}
        return _not_read(request, services, session, place, error, kind="candidate", typed=typed)
    with services.store.write() as connection:
        same = candidates.c.id.in_([each.id for each in found])
        known = shelf.page(connection, KeptCandidate, session.seat, where=same, limit=len(found))
        before = {each.id: each for each in known}
        for each in found:
            to = address_for(each, before.get(each.id), typed=address.strip())
            shelf.put(connection, session.seat, each.model_copy(update={"address": to}))
    return answer(request, services, session, Place(candidate=found[0].id, job=place.job))


@router.post("/compose/jobs")
def add_job(
    request: Request,
    session: SignedIn,
    services: Served,
    form: PageForm,
    file: Upload = None,
    pasted: Pasted = "",
    recruiter: Line = "",
    role: Line = "",
    about: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Put the job of a file, a page or a paste on the shelf, with who writes about it, and choose it (D-2, D-5)."""
    session.caller.check("draft")
    place = read_place(form)
    who = Recruiter(name=recruiter.strip(), title=role.strip() or None) if recruiter.strip() else None
    try:
        found = read_offer(_given(file, pasted), recruiter=who, about=about.strip() or None, now=services.clock())
    except InputError as error:
        typed = {"pasted": pasted, "recruiter": recruiter, "role": role, "about": about}
        return _not_read(request, services, session, place, error, kind="job", typed=typed)
    with services.store.write() as connection:
        shelf.put(connection, session.seat, found)
    return answer(request, services, session, Place(candidate=place.candidate, job=found.id))


@router.post("/compose/contents")
def add_content(
    request: Request, session: SignedIn, services: Served, form: PageForm, label: Line = "", text: Pasted = ""
) -> Response:
    """Keep a text of the seat's own, and choose it (D-7)."""
    session.caller.check("draft")
    try:
        kept = services.seats.add_content(session.seat, label=label.strip(), text=text, contract=session.contract)
    except InputError as error:
        return _panel_problem(request, services, session, form, as_problem(error))
    return _panel(request, services, session, form, content=kept.id)


@router.post("/compose/contents/{key}")
def edit_content(
    request: Request,
    session: SignedIn,
    services: Served,
    form: PageForm,
    key: str,
    label: Line = "",
    text: Pasted = "",
    revision: Annotated[int | None, Form()] = None,
) -> Response:
    """Change a text; not if another window has changed it since (D-7)."""
    session.caller.check("draft")
    _own_content(services, session, key)
    try:
        services.seats.edit_content(session.seat, key, label=label.strip(), text=text, revision=revision)
    except InputError as error:
        return _panel_problem(request, services, session, form, as_problem(error))
    return _panel(request, services, session, form)


@router.post("/compose/contents/{key}/delete")
def delete_content(request: Request, session: SignedIn, services: Served, form: PageForm, key: str) -> Response:
    """Forget a text; drafts that have it keep it (D-7)."""
    session.caller.check("draft")
    _own_content(services, session, key)
    services.seats.delete_content(session.seat, key)
    return _panel(request, services, session, form)


@router.post("/compose/presets/{action}")
def presets(request: Request, session: SignedIn, services: Served, form: PageForm, action: str) -> Response:
    """Take a preset, save the panel as one, make one the seat's default or none, or forget it (D-6)."""
    session.caller.check("draft")
    place, seat, own = read_place(form), session.seat, services.seats
    name = str(form.get("preset_name") or "").strip() if action == "save" else place.preset or ""
    try:
        if action == "use":
            own.preset(seat, name)
            return answer(request, services, session, place, part=_PANEL)
        if action == "save":
            own.save_preset(seat, name, read_choice(form).personalization, contract=session.contract)
        elif action == "default":
            own.set_default_preset(seat, name or None)
        elif action == "delete":
            own.delete_preset(seat, name)
        else:
            raise not_found("action")
    except OvertureError as error:
        return _panel_problem(request, services, session, form, as_problem(error))
    return _panel(request, services, session, form, preset=None if action == "delete" else name or None)


def _given(file: UploadFile | None, pasted: str) -> Given:
    """The file, else the paste.

    Raises:
        InputError: there is neither.
    """
    if file is not None and file.filename:
        return Given(content=file.file.read(), name=file.filename)
    if not pasted.strip():
        raise InputError("is missing", field="file", expected="a file, or its text pasted")
    return Given(content=pasted.encode())


def _not_read(
    request: Request,
    services: Services,
    session: Session,
    place: Place,
    error: InputError,
    *,
    kind: str,
    typed: dict[str, str],
) -> Response:
    """The page with what could not be read, and why, beside the form that it was given in, filled as it was."""
    whole = workspace_of(services, session.caller, place)
    return render(
        request, "compose.html", session=session, status=422, w=whole, problem=None,
        intake={"kind": kind, "error": error, "typed": typed},
    )  # fmt: skip


def _own_content(services: Services, session: Session, key: str) -> None:
    """Another seat's content is not found, as one that is missing (D-7)."""
    try:
        services.seats.content(session.seat, key)
    except InputError:
        raise not_found("custom content") from None


def _panel(
    request: Request,
    services: Services,
    session: Session,
    form: PageForm,
    *,
    content: str | None = None,
    preset: str | None = None,
) -> Response:
    """The panel anew, with what was switched in it; a plain form carries no panel and starts from the draft's."""
    place = read_place(form).model_copy(update={"preset": preset})
    choice = read_choice(form) if "tone" in form else None
    if choice is not None and content is not None:
        choice = choice.model_copy(update={"content": content})
    return answer(request, services, session, place, part=_PANEL, choice=choice)


def _panel_problem(
    request: Request, services: Services, session: Session, form: PageForm, problem: ProblemError
) -> Response:
    choice = read_choice(form) if "tone" in form else None
    whole = workspace_of(services, session.caller, read_place(form).model_copy(update={"preset": None}), choice=choice)
    template = _PANEL if request.headers.get("hx-request") == "true" else "compose.html"
    return render(
        request, template, session=session, status=problem.status, w=whole, problem=None, panel_problem=problem
    )

"""Templates on the Compose page: look at one, fill the form with it, take that back, save the form as one (S-4)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import FormData

from overture.errors import InputError, OvertureError

from .access import SignedIn
from .compose_answers import answer, problem_answer
from .compose_drafts import is_sent, own_draft
from .compose_form import (
    Choice,
    Delivery,
    Edit,
    PageForm,
    check_delivery,
    place_at,
    read_choice,
    read_edit,
    typed_delivery,
    typed_edit,
)
from .compose_templates import Done, clocks_of, fill_in, go_back, keep_as_template, names_in, templates_of
from .compose_view import Workspace, workspace_of
from .pages import render
from .problems import as_problem
from .services import Served, Services
from .sessions import Session
from .shelf import KeptCandidate, find

router = APIRouter()


@router.get("/compose/drafts/{key}/template")
def look(
    request: Request,
    session: SignedIn,
    services: Served,
    key: str,
    choose_template: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What a template would fill in."""
    kept = own_draft(services, session.seat, key)
    with services.store.read() as connection:
        who = find(connection, KeptCandidate, session.seat, kept.candidate)
    clocks = clocks_of(services, session.caller, who.profile.time_zone if who else None)
    found = templates_of(services, session.seat, Delivery(choose_template=choose_template), clocks)
    return render(request, "compose_template_says.html", session=session, says=found.chosen, clocks=clocks)


@router.post("/compose/drafts/{key}/template/{action}")
def do(
    request: Request,
    session: SignedIn,
    services: Served,
    form: PageForm,
    key: str,
    action: Literal["fill", "time", "back", "off", "save"],
) -> Response:
    """Fill the form with all that a template says or with its timing alone; take that back; save the form as one.

    But for the last nothing is kept: the form is shown again with other words in it, and what was there is in it too.
    """
    session.caller.check("send")
    place, delivery, edit = place_at(form, key), typed_delivery(form), typed_edit(form)
    kept = own_draft(services, session.seat, key)
    if delivery is None or is_sent(services, kept):
        return answer(request, services, session, place)
    choice = _choice_of(form)
    whole = workspace_of(services, session.caller, place, choice=choice, edit=edit, delivery=delivery)
    try:
        whole, done = _done(services, session, form, whole, action)
    except OvertureError as error:
        problem = as_problem(error)
        return problem_answer(
            request, services, session, place, problem, choice=choice, edit=edit, delivery=delivery
        )  # fmt: skip
    is_part = request.headers.get("hx-request") == "true"
    template = "compose_message.html" if is_part else "compose.html"
    return render(request, template, session=session, w=whole, problem=None, done_with_template=done)


def _done(
    services: Services, session: Session, form: FormData, whole: Workspace, action: str
) -> tuple[Workspace, Done]:
    """The page after it, and what to say of it.

    Raises:
        InputError: no template is chosen, or the form cannot be saved.
    """
    sending, letter = whole.sending, whole.letter
    if sending is None or letter is None:  # a draft was asked for, so that both are there
        raise InputError("is not there", field="draft", expected="a draft")
    delivery = sending.delivery
    edit = whole.edit or Edit.model_construct(subject=letter.reading.subject, body=letter.reading.body)
    name = whole.shelf.candidate.name if whole.shelf.candidate else ""
    clocks = sending.clocks
    if action == "save":
        written, asked = read_edit(form) or edit, check_delivery(form)
        zone = clocks.mine.name if asked.zone == "mine" else asked.named_zone
        made = keep_as_template(services, session.seat, written, asked, zone=zone)
        after = delivery.model_copy(update={"template_name": ""})
        done = Done(what="saved", name=made.name, names=names_in(made, name))
    elif action == "back":
        edit, after = go_back(delivery)
        done = Done(what="back")
    elif action == "off":
        after, done = delivery.model_copy(update={"template": ""}), Done(what="off")
    else:
        says = sending.templates.chosen
        if says is None:
            raise InputError("is not chosen", field="template", expected="one of the list")
        edit, after = fill_in(says, edit, delivery, with_text=action == "fill")
        done = Done(what="filled" if action == "fill" else "timed", says=says)
    shown = templates_of(services, session.seat, after, clocks)
    sending = sending.model_copy(update={"delivery": after, "is_usual": False, "templates": shown})
    return whole.model_copy(update={"edit": edit, "sending": sending}), done


def _choice_of(form: FormData) -> Choice | None:
    """The panel as it stands; none where it cannot be read: it is not what was asked for."""
    try:
        return read_choice(form) if "tone" in form else None
    except InputError:
        return None

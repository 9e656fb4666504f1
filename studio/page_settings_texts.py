"""The settings page's message templates and presets (S-4, D-6)."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from overture.messaging import Template

from .access import SignedIn
from .body_texts import Key
from .page_settings import answer
from .problems import not_found
from .services import Served
from .settings_forms import PresetForm, TemplateForm

router = APIRouter()
Text = Annotated[str, Query(max_length=200)]


@router.get("/settings/templates")
def find_templates(
    request: Request, session: SignedIn, services: Served, search: Text = "", edit: Text = ""
) -> Response:
    """Templates that fit a search, or the form filled with one of them (S-4)."""
    return answer(request, session, services, "templates", show=True, search=search, edit=edit)


@router.post("/settings/templates")
def keep_template(
    request: Request, session: SignedIn, services: Served, form: Annotated[TemplateForm, Form()]
) -> Response:
    """A new template, or one in place of the seat's own of this id (S-4)."""
    if form.id and form.id not in {each.id for each in services.outreach.templates(session.seat)}:
        raise not_found("template")
    fields = form.model_dump(exclude={"id"})
    services.outreach.save_template(Template(id=form.id or uuid4().hex, seat=session.seat, **fields))
    return answer(request, session, services, "templates", done="settings.saved")


@router.post("/settings/templates/{template}/delete")
def forget_template(request: Request, session: SignedIn, services: Served, template: Key) -> Response:
    """Messages that were made from it stay as they are (S-4)."""
    if not services.outreach.delete_template(session.seat, template):
        raise not_found("template")
    return answer(request, session, services, "templates", done="settings.removed")


@router.post("/settings/presets")
def change_preset(
    request: Request, session: SignedIn, services: Served, form: Annotated[PresetForm, Form()]
) -> Response:
    """Make a preset what drafts begin with, or no longer, or forget it (D-6)."""
    if form.do == "delete":
        if not services.seats.delete_preset(session.seat, form.name):
            raise not_found("preset")
        return answer(request, session, services, "presets", done="settings.removed")
    services.seats.set_default_preset(session.seat, form.name if form.do == "choose" else None)
    return answer(request, session, services, "presets", done="settings.saved")

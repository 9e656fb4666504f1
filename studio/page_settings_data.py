"""The settings page's way to give out or forget what a contract keeps of a candidate; for admins (F-3)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from .access import SignedIn
from .erasure import erase_candidate, export_candidate
from .page_settings import answer
from .services import Served
from .settings_forms import EraseForm, ExportForm

router = APIRouter()


@router.post("/settings/data/export")
def give_out(session: SignedIn, services: Served, form: Annotated[ExportForm, Form()]) -> Response:
    """Everything that the contract's seats keep of a candidate, as a file; the id is in no address (F-3)."""
    session.caller.check("admin")
    found = export_candidate(services, form.candidate, contract=session.contract, seat=session.seat)
    headers = {"Content-Disposition": 'attachment; filename="candidate.json"'}
    return Response(found.model_dump_json(indent=2), media_type="application/json", headers=headers)


@router.post("/settings/data/erase")
def forget(request: Request, session: SignedIn, services: Served, form: Annotated[EraseForm, Form()]) -> Response:
    """Forget a candidate, and say what no statement reaches (F-3)."""
    session.caller.check("admin")
    erased = erase_candidate(services, form.candidate, contract=session.contract)
    return answer(request, session, services, "data", show=True, erased=erased)

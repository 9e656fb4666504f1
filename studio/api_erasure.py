"""/v1/personal-data: what a contract keeps of a candidate, given out whole or forgotten; for admins (F-3)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from .access import AdminCaller
from .body_erasure import ERASURE_EXAMPLE, EXPORT_EXAMPLE, ErasureBody, ErasureRequest, WhoseData
from .body_texts import example
from .erasure import CandidateExport, erase_candidate, export_candidate
from .idempotency import IdempotentRoute
from .services import Served

router = APIRouter(tags=["personal data"], route_class=IdempotentRoute)


@router.post(
    "/personal-data/export",
    operation_id="export_candidate",
    summary="Give out all that is kept of a candidate",
    responses={200: {"model": CandidateExport, **example(EXPORT_EXAMPLE)}},
)
def give_out(body: WhoseData, caller: AdminCaller, services: Served) -> Response:
    """Row by row, of every seat of the contract; of custom content only the asking seat's own (F-3, D-7).

    The answer is not kept: the same `Idempotency-Key` again is a 409.
    """
    found = export_candidate(services, body.candidate, contract=caller.contract, seat=caller.seat)
    return Response(
        found.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"}
    )  # fmt: skip


@router.post(
    "/personal-data/erase",
    operation_id="erase_candidate",
    summary="Forget a candidate",
    responses={200: {"model": ErasureBody, **example(ERASURE_EXAMPLE)}},
)
def forget(body: ErasureRequest, caller: AdminCaller, services: Served) -> ErasureBody:
    """For every seat of the contract, and for good; what waits for them is cancelled, credits and rates stay (CR-4).

    Whoever is not known answers the same, with nothing erased. Broken off and asked again, it ends the same.
    """
    erased = erase_candidate(services, body.candidate, contract=caller.contract, keep_out=body.keep_out)
    return ErasureBody.of(erased)

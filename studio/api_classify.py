"""/v1/classify: accept, decline or automatic, with intent, confidence and the words that decided (C-2 to C-6)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from .access import ClassifyCaller
from .body_classify import (
    FAILED_EXAMPLE,
    VERDICT_EXAMPLE,
    ClassifiedBatch,
    ClassifyBatch,
    ClassifyRequest,
    VerdictBody,
    classified,
    classified_batch,
)
from .body_texts import example
from .idempotency import IdempotentRoute
from .services import Served, Services
from .threads import LABELS

router = APIRouter(tags=["classify"], route_class=IdempotentRoute)


@router.post(
    "/classify",
    operation_id="classify_reply",
    summary="Label a reply",
    responses={200: {"model": VerdictBody, **example(VERDICT_EXAMPLE)}},
)
async def classify_reply(body: ClassifyRequest, caller: ClassifyCaller, services: Served) -> Response:  # noqa: ARG001 - the scope
    """Label and intent with a calibrated confidence, and whether a person should look (C-3, C-4).

    Automatic answers are told apart (C-5); quotes, signatures and footers are taken off first (C-6). Nothing is kept.
    """
    return await LABELS.run(_labelled, services, body)


@router.post(
    "/classify/batch",
    operation_id="classify_replies",
    summary="Label up to 1,000 replies",
    responses={
        200: {
            "model": ClassifiedBatch,
            **example({"rows": [VERDICT_EXAMPLE, FAILED_EXAMPLE], "failed": 1}),
        }
    },
)
async def classify_replies(body: ClassifyBatch, caller: ClassifyCaller, services: Served) -> Response:  # noqa: ARG001 - the scope
    """A result for each row, in their order. A row that cannot be read says why and the others go on (C-3 to C-6)."""
    return await LABELS.run(_labelled, services, body)


def _labelled(services: Services, body: ClassifyRequest | ClassifyBatch) -> Response:
    """The answer as bytes: it was made by us, and need not be checked again."""
    label, today = services.classifier(), services.clock().date()
    value = (
        classified_batch(label, body, today=today)
        if isinstance(body, ClassifyBatch)
        else classified(label, body, today=today)
    )
    return Response(value.model_dump_json(), media_type="application/json")

"""/v1/webhooks: where outcomes and notices are posted, signed and tried again, and how far each has come (C-8, H-2)."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter, Request, Response

from .access import ReadCaller, SettingsCaller
from .body_texts import Key, example
from .body_webhooks import (
    DELIVERY_EXAMPLE,
    WEBHOOK_EXAMPLE,
    DeliveryBody,
    NewWebhookAnswer,
    NewWebhookBody,
    SecretAnswer,
    TestedBody,
    WebhookBody,
    WebhookChangesBody,
)
from .idempotency import IdempotentRoute
from .paging import After, Limit, Page, page_of, read_cursor, tagged
from .problems import ProblemError, not_found
from .services import Served
from .webhook_events import WebhookKey, deliver_again, events_of
from .webhook_sender import post_test
from .webhooks import (
    OLD_SECRET_SIGNS,
    add_webhook,
    change_webhook,
    find_webhook,
    remove_webhook,
    rotate_secret,
    webhooks_of,
)

router = APIRouter(tags=["webhooks"], route_class=IdempotentRoute)


@router.get(
    "/webhooks",
    operation_id="list_webhooks",
    summary="Webhooks of the seat",
    response_model=Page[WebhookBody],
    responses={200: example({"items": [WEBHOOK_EXAMPLE], "next": None})},
)
def list_webhooks(request: Request, caller: ReadCaller, services: Served) -> Response:
    """Oldest first; a seat has at most twenty, so that this is all of them."""
    found = webhooks_of(services, caller.seat)
    return tagged(request, Page[WebhookBody](items=[WebhookBody.of(each) for each in found]))


@router.post(
    "/webhooks",
    status_code=201,
    operation_id="add_webhook",
    summary="Add a webhook",
    responses={201: example({**WEBHOOK_EXAMPLE, "secret": "whsec_..."})},
)
def make_webhook(
    body: NewWebhookBody, caller: SettingsCaller, services: Served, response: Response
) -> NewWebhookAnswer:
    """What happens from now on is posted there, at least once and in order, signed by Standard Webhooks.

    Addresses on private networks are refused unless the studio listens on this machine alone. The secret is in this
    answer alone.
    """
    made, secret = add_webhook(services, caller, url=body.url, events=sorted(body.events))
    response.headers.update({"Location": f"/v1/webhooks/{made.id}", "Cache-Control": "no-store"})
    return NewWebhookAnswer(**WebhookBody.of(made).model_dump(), secret=secret)


@router.get(
    "/webhooks/{webhook}",
    operation_id="get_webhook",
    summary="Look at a webhook",
    responses={200: example(WEBHOOK_EXAMPLE)},
)
def get_webhook(webhook: Key, caller: ReadCaller, services: Served) -> WebhookBody:
    """Whether it is on, and why not."""
    return WebhookBody.of(find_webhook(services, caller.seat, webhook))


@router.patch(
    "/webhooks/{webhook}",
    operation_id="change_webhook",
    summary="Change a webhook",
    responses={200: example(WEBHOOK_EXAMPLE)},
)
def alter_webhook(webhook: Key, body: WebhookChangesBody, caller: SettingsCaller, services: Served) -> WebhookBody:
    """Its URL, its events, or whether it is on; one that was switched off loses nothing until it is on again."""
    events = sorted(body.events) if body.events else None
    done = change_webhook(services, caller.seat, webhook, url=body.url, events=events, enabled=body.enabled)
    return WebhookBody.of(done)


@router.delete("/webhooks/{webhook}", status_code=204, operation_id="remove_webhook", summary="Remove a webhook")
def delete_webhook(webhook: Key, caller: SettingsCaller, services: Served) -> None:
    """With its deliveries; nothing more is posted there."""
    remove_webhook(services, caller.seat, webhook)


@router.post(
    "/webhooks/{webhook}/secret",
    operation_id="rotate_webhook_secret",
    summary="Make a new secret",
)
def rotate_webhook_secret(webhook: Key, caller: SettingsCaller, services: Served, response: Response) -> SecretAnswer:
    """For a day every post is signed with both, so that a receiver can change over. It is in this answer alone."""
    until = services.clock() + OLD_SECRET_SIGNS
    response.headers["Cache-Control"] = "no-store"
    return SecretAnswer(secret=rotate_secret(services, caller.seat, webhook), old_signs_until=until)


@router.post("/webhooks/{webhook}/test", operation_id="test_webhook", summary="Post a test event")
async def test_webhook(webhook: Key, caller: SettingsCaller, services: Served) -> TestedBody:
    """One signed post of type `test`, at once and once, and what came of it."""
    posted = await post_test(services, WebhookKey(caller.seat, webhook), event=f"msg_{uuid4().hex}")
    return TestedBody(taken=posted.is_taken, status=posted.status, error=posted.error)


@router.get(
    "/webhooks/{webhook}/deliveries",
    operation_id="list_deliveries",
    summary="Events of a webhook",
    response_model=Page[DeliveryBody],
    responses={200: example({"items": [DELIVERY_EXAMPLE], "next": None})},
)
def list_deliveries(
    webhook: Key,
    request: Request,
    caller: ReadCaller,
    services: Served,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Newest first, with how often each was tried and what its receiver said; delivered ones are kept for 30 days."""
    find_webhook(services, caller.seat, webhook)
    before: int | None = read_cursor(after, int)[0] if after else None
    found = events_of(services.store, WebhookKey(caller.seat, webhook), before=before, limit=limit + 1)
    return tagged(request, page_of(list(map(DeliveryBody.of, found)), limit, key=lambda each: (each.notice,)))


@router.post(
    "/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    status_code=202,
    operation_id="redeliver",
    summary="Post an event again",
    responses={202: example({**DELIVERY_EXAMPLE, "state": "pending", "attempts": 0})},
)
def redeliver(webhook: Key, delivery: Key, caller: SettingsCaller, services: Served) -> DeliveryBody:
    """Under the same id, before those that wait; 409 where the webhook is off."""
    found = find_webhook(services, caller.seat, webhook)
    if found.disabled_at is not None:
        raise ProblemError(409, "conflict", "this webhook is off: enable it first")
    again = deliver_again(services.store, WebhookKey(caller.seat, webhook), delivery, now=services.clock())
    if again is None:
        raise not_found("delivery")
    return DeliveryBody.of(again)

"""Webhooks: signed by Standard Webhooks, at least once and in order, tried again for a day, and nowhere private."""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from reply_doubles import DoubleClassifier
from sqlalchemy import delete
from studio_app import Studio, studio
from webhook_desk import PUBLIC, Receiver, answer, post_due, public, sender

from overture.errors import InputError
from overture.messaging import verify_signature
from overture.messaging.tables import notices
from overture.studio.tables import webhooks
from overture.studio.webhook_address import find_address, read_url
from overture.studio.webhook_events import claim, collect, next_due
from overture.studio.webhook_sender import CLAIM, DELAYS, WebhookSender

URL = "https://127.0.0.1/in/s3cret"
"""Needs no name server; what is posted ends at a receiver in this process."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier) as desk:
        yield desk


@pytest.fixture
def desk(whole: Studio) -> Iterator[Studio]:
    yield whole
    with whole.services.store.write() as connection:
        connection.execute(delete(webhooks))


def add(desk: Studio, url: str = URL, **more: Any) -> tuple[str, str]:
    made = desk.ann.post("/v1/webhooks", json={"url": url, **more})
    assert made.status_code == 201, made.text
    return made.json()["id"], made.json()["secret"]


def deliveries(desk: Studio, webhook: str) -> list[dict[str, Any]]:
    return desk.ann.get(f"/v1/webhooks/{webhook}/deliveries").json()["items"]


def test_c8_an_answer_is_posted_once_signed_and_without_a_word_of_the_candidate(desk: Studio) -> None:
    webhook, secret = add(desk)
    thread = answer(desk, "Yes, tell me more about wages.")
    receiver = Receiver()
    assert post_due(desk, receiver) == 1
    assert post_due(desk, receiver) == 0, "what was delivered is not posted again"
    (post,) = receiver.posts
    assert verify_signature(post.content, headers=post.headers, secret=secret, now=desk.clock()) == receiver.ids[0]
    (event,) = receiver.events
    assert event["type"] == "outcome.interested"
    assert event["timestamp"] == _shown(desk.clock())
    assert (event["data"]["thread"], event["data"]["rule"]) == (thread, "C-8")
    assert b"wages" not in post.content
    (delivery,) = deliveries(desk, webhook)
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 204)
    assert delivery["id"] == receiver.ids[0]


def test_a_signature_of_another_secret_or_body_does_not_hold(desk: Studio) -> None:
    _, secret = add(desk)
    answer(desk)
    receiver = Receiver()
    post_due(desk, receiver)
    (post,) = receiver.posts
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    for body, key in ((post.content, other), (post.content + b" ", secret)):
        with pytest.raises(InputError, match="fits neither"):
            verify_signature(body, headers=post.headers, secret=key, now=desk.clock())


def test_a_webhook_gets_what_it_asks_for_from_then_on_and_of_its_seat_alone(desk: Studio) -> None:
    answer(desk)
    add(desk, events=["outcome"])
    add(desk, URL + "/notice", events=["notice"])
    answer(desk, "No thanks.", candidate="ann-sparse")
    answer(desk, candidate="ben-rich", seat="ben")
    receiver = Receiver()
    post_due(desk, receiver)
    assert [event["type"] for event in receiver.events] == ["outcome.declined"]
    assert receiver.events[0]["data"]["seat"] == "ann"


def test_cr4_a_cancelled_message_is_an_outcome(desk: Studio) -> None:
    add(desk)
    at = {"at": "2026-12-01T09:00:00", "zone": "Europe/Stockholm"}
    body = {"candidate": "left-alone", "subject": "A role", "body": "Hello", **at}
    message = desk.ann.post("/v1/messages", json=body).json()["message"]
    desk.ann.post("/v1/suppressions", json={"candidate": "left-alone"})
    receiver = Receiver()
    post_due(desk, receiver)
    (event,) = receiver.events
    assert (event["type"], event["data"]["message"], event["data"]["rule"]) == ("outcome.cancelled", message, "C-7")


def test_events_go_out_in_their_order_and_those_behind_a_failed_one_wait(desk: Studio) -> None:
    webhook, _ = add(desk)
    threads = [answer(desk, candidate=f"in-order-{number}") for number in range(4)]
    receiver = Receiver(204, 500)
    post_due(desk, receiver)
    assert len(receiver.posts) == 2
    assert post_due(desk, receiver) == 0, "it is not yet time to try again"
    assert [each["state"] for each in deliveries(desk, webhook)] == ["pending"] * 3 + ["delivered"]
    desk.clock.wait(seconds=6)
    post_due(desk, receiver)
    assert receiver.ids[1] == receiver.ids[2], "the same event has the same id"
    assert receiver.posts[1].content == receiver.posts[2].content
    told = [event["data"]["thread"] for event in receiver.events]
    assert told == [threads[0], threads[1], threads[1], threads[2], threads[3]]


def test_one_receiver_that_fails_holds_no_other_up(desk: Studio) -> None:
    add(desk, "https://127.0.0.1/bad")
    add(desk, "https://127.0.0.1/good")
    answer(desk)

    async def by_path(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(500 if request.url.path == "/bad" else 204)

    worker = WebhookSender(desk.services, resolve=public, transport=httpx2.MockTransport(by_path))
    asyncio.run(worker.once())
    states = {each["url"]: deliveries(desk, each["id"])[0]["state"] for each in _webhooks(desk)}
    assert states == {"https://127.0.0.1/bad": "pending", "https://127.0.0.1/good": "delivered"}


def test_tries_last_a_day_with_more_and_more_between_then_it_is_off_and_its_seat_is_told(desk: Studio) -> None:
    webhook, _ = add(desk)
    other, _ = add(desk, URL + "/other", events=["notice"])
    answer(desk)
    receiver, start = Receiver(*[503] * 50), desk.clock()
    waits: list[timedelta] = []
    while not (found := desk.ann.get(f"/v1/webhooks/{webhook}").json())["disabled_at"]:
        before = len(receiver.posts)
        post_due(desk, receiver)
        assert len(receiver.posts) == before + 1
        waits.append(desk.clock() - start)
        desk.clock.now += DELAYS[min(before, len(DELAYS) - 1)] * 1.11  # past the jitter
    assert len(receiver.posts) == len(DELAYS) + 1 == 11
    assert all(late < later for late, later in pairwise(waits))
    assert sum(DELAYS, timedelta()) == pytest.approx(timedelta(hours=24), rel=0.02)
    assert "503" in found["disabled_because"]
    assert deliveries(desk, webhook)[0]["state"] == "failed"
    notice = desk.ann.get("/v1/notices?limit=200").json()["items"][-1]
    assert (notice["kind"], notice["rule"]) == ("webhook_disabled", "C-8")
    good = Receiver()
    post_due(desk, good)
    assert [event["type"] for event in good.events] == ["notice.webhook_disabled"], "the other one is told"
    assert deliveries(desk, other)[0]["state"] == "delivered"


def test_what_waited_goes_out_when_a_webhook_is_on_again(desk: Studio) -> None:
    webhook, _ = add(desk)
    first = answer(desk, candidate="waiting-1")
    gone = Receiver(410)
    post_due(desk, gone)
    found = desk.ann.get(f"/v1/webhooks/{webhook}").json()
    assert "410" in found["disabled_because"], "410 says that nothing more is wanted"
    second = answer(desk, candidate="waiting-2")
    receiver = Receiver()
    assert post_due(desk, receiver) == 0
    again = f"/v1/webhooks/{webhook}/deliveries/{gone.ids[0]}/redeliver"
    assert desk.ann.post(again).status_code == 409
    assert desk.ann.patch(f"/v1/webhooks/{webhook}", json={"enabled": True}).json()["disabled_at"] is None
    post_due(desk, receiver)
    told = [event["data"]["thread"] for event in receiver.events if event["data"]["thread"]]
    assert told == [first, second]


def test_jitter_keeps_receivers_from_being_asked_all_at_once(desk: Studio) -> None:
    for number in range(4):
        add(desk, f"https://127.0.0.1/{number}")
    answer(desk)
    worker = WebhookSender(
        desk.services, resolve=public, transport=httpx2.MockTransport(Receiver(*[500] * 4)), chance=random.Random(7)
    )
    asyncio.run(worker.once())
    due = {each["next_at"] for each in _webhooks(desk)}
    assert len(due) == 4


def test_retry_after_is_heeded_up_to_an_hour(desk: Studio) -> None:
    webhook, _ = add(desk)
    answer(desk)
    post_due(desk, Receiver(429, headers={"Retry-After": "600"}))
    soon = desk.ann.get(f"/v1/webhooks/{webhook}").json()["next_at"]
    assert soon == _shown(desk.clock() + timedelta(minutes=10))
    desk.clock.wait(minutes=10)
    post_due(desk, Receiver(503, headers={"Retry-After": "999999"}))
    later = desk.ann.get(f"/v1/webhooks/{webhook}").json()["next_at"]
    assert later == _shown(desk.clock() + timedelta(hours=1))


def test_a_redirect_is_not_followed(desk: Studio) -> None:
    add(desk)
    answer(desk)
    receiver = Receiver(302, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    post_due(desk, receiver)
    assert len(receiver.posts) == 1


def test_a_delivered_event_can_be_posted_again_under_its_id(desk: Studio) -> None:
    webhook, _ = add(desk)
    answer(desk)
    receiver = Receiver()
    post_due(desk, receiver)
    again = desk.ann.post(f"/v1/webhooks/{webhook}/deliveries/{receiver.ids[0]}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    post_due(desk, receiver)
    assert receiver.ids[0] == receiver.ids[1]
    assert desk.ann.post(f"/v1/webhooks/{webhook}/deliveries/none/redeliver").status_code == 404


def test_a_new_secret_signs_beside_the_old_one_for_a_day(desk: Studio) -> None:
    webhook, old = add(desk)
    rotated = desk.ann.post(f"/v1/webhooks/{webhook}/secret")
    assert rotated.headers["cache-control"] == "no-store"
    new = rotated.json()["secret"]
    for day, holds in ((0, {old, new}), (2, {new})):
        desk.clock.wait(days=day)
        answer(desk, candidate=f"rotated-{day}")
        receiver = Receiver()
        post_due(desk, receiver)
        post = receiver.posts[0]
        assert {key for key in (old, new) if _holds(post, key, desk)} == holds


def test_of_two_workers_at_once_each_event_goes_out_once(desk: Studio) -> None:
    add(desk)
    for number in range(6):
        answer(desk, candidate=f"two-{number}")
    receiver = Receiver()

    async def both() -> None:
        await asyncio.gather(*(sender(desk, receiver).once() for _ in range(4)))

    asyncio.run(both())
    assert len(receiver.ids) == len(set(receiver.ids)) == 6


def test_on_either_store_workers_at_once_post_each_event_once(empty_url: str, tmp_path: Path) -> None:
    with studio(tmp_path, url=empty_url, classifier=DoubleClassifier) as desk:
        for number in range(3):
            add(desk, f"https://127.0.0.1/{number}")
        for number in range(4):
            answer(desk, candidate=f"either-{number}")
        receiver = Receiver(500)

        async def several() -> None:
            await asyncio.gather(*(sender(desk, receiver).once() for _ in range(4)))

        asyncio.run(several())
        desk.clock.wait(seconds=6)
        asyncio.run(several())
        delivered = {each["id"] for webhook in _webhooks(desk) for each in deliveries(desk, webhook["id"])}
        assert len(delivered) == 12
        assert len(receiver.ids) == 13, "one was tried twice"
        assert set(receiver.ids) == delivered


def test_what_a_dead_worker_held_another_one_posts_and_nothing_is_lost(desk: Studio) -> None:
    add(desk)
    threads = [answer(desk, candidate=f"dead-{number}") for number in range(3)]
    store, now = desk.services.store, desk.clock()
    collect(store, now=now)
    (key,) = claim(store, worker="dead", now=now, span=CLAIM, limit=10)
    assert next_due(store, key, worker="dead", now=now, span=CLAIM) is not None
    receiver = Receiver()
    assert post_due(desk, receiver) == 0, "another one is at it"
    desk.clock.wait(seconds=CLAIM.total_seconds())
    post_due(desk, receiver)
    assert [event["data"]["thread"] for event in receiver.events] == threads
    assert next_due(store, key, worker="dead", now=desk.clock(), span=CLAIM) is None, "its claim has run out"


def test_a_notice_that_becomes_visible_late_is_told_as_well(desk: Studio) -> None:
    add(desk)
    answer(desk, candidate="late-1")
    with desk.services.store.write() as connection:  # as on PostgreSQL: a transaction with a lower number is still open
        held = connection.execute(notices.select().order_by(notices.c.id.desc()).limit(1)).mappings().one()
        connection.execute(delete(notices).where(notices.c.id == held["id"]))
    answer(desk, candidate="late-2")
    with desk.services.store.write() as connection:
        last = connection.execute(notices.select().order_by(notices.c.id.desc()).limit(1)).mappings().one()
        connection.execute(notices.update().where(notices.c.id == last["id"]).values(id=last["id"] + 1))
    receiver = Receiver()
    post_due(desk, receiver)
    with desk.services.store.write() as connection:
        connection.execute(notices.insert().values(**held))
    post_due(desk, receiver)
    assert {event["data"]["notice"] for event in receiver.events} == {held["id"], last["id"] + 1}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/x",
        "https://",
        "https:///path",
        "https://user:pass@example.com/",
        "https://example.com/#part",
        "not a url",
        "https://example.com/\u0000",
        "https://example.com/" + "x" * 2_000,
        "javascript:alert(1)",
    ],
)
def test_a_url_of_another_form_is_refused_and_not_repeated(desk: Studio, url: str) -> None:
    answered = desk.ann.post("/v1/webhooks", json={"url": url})
    assert answered.status_code == 422
    assert "pass" not in answered.text


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:0001::", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe",
        "2001:db8::1", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_by_a_studio_that_others_reach(address: str) -> None:
    url = read_url("https://example.com/", may_be_local=False)
    with pytest.raises(InputError, match="private network"):
        find_address(url, may_be_local=False, resolve=lambda _host, _port: (PUBLIC, address))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_taken(address: str) -> None:
    url = read_url("https://example.com/", may_be_local=False)
    assert find_address(url, may_be_local=False, resolve=lambda _host, _port: (address,)) == address


def test_http_goes_to_this_machine_only_whatever_its_name_says(desk: Studio) -> None:
    url = read_url("http://localhost:9/", may_be_local=True)
    with pytest.raises(InputError, match="not on this machine"):
        find_address(url, may_be_local=True, resolve=public)
    assert desk.ann.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/"}).status_code == 201
    with pytest.raises(InputError, match="not encrypted"):
        read_url("http://127.0.0.1:9/", may_be_local=False)


def test_a_name_is_looked_up_at_every_post_and_the_post_goes_to_that_very_address(tmp_path: Path) -> None:
    seen: list[tuple[str, str, Any]] = []

    async def here(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.url.host, request.headers["host"], request.extensions.get("sni_hostname")))
        return httpx2.Response(204)

    addresses = iter([(PUBLIC,), ("10.0.0.1",)])
    with studio(tmp_path, classifier=DoubleClassifier) as desk:
        webhook, _ = add(desk, "https://127.0.0.1:8443/")
        with desk.services.store.write() as connection:
            connection.execute(webhooks.update().values(url="https://hooks.example:8443/"))
        public_bind = desk.services.settings.model_copy(update={"host": "studio.example"})
        services = replace(desk.services, settings=public_bind)
        worker = WebhookSender(
            services, resolve=lambda _host, _port: next(addresses), transport=httpx2.MockTransport(here)
        )
        for number in range(2):
            answer(desk, candidate=f"rebound-{number}")
            asyncio.run(worker.once())
        assert seen == [(PUBLIC, "hooks.example:8443", "hooks.example")]
        last = deliveries(desk, webhook)[0]
        assert (last["state"], last["last_error"]) == (
            "pending",
            "its address is on a private network or on this machine",
        )


def test_another_seats_webhook_answers_as_a_missing_one(desk: Studio) -> None:
    webhook, _ = add(desk)
    answer(desk)
    receiver = Receiver()
    post_due(desk, receiver)
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("DELETE", "", None),
        ("POST", "/secret", None),
        ("POST", "/test", None),
        ("GET", "/deliveries", None),
        ("POST", f"/deliveries/{receiver.ids[0]}/redeliver", None),
    ):
        answers = [
            desk.ben.request(method, f"/v1/webhooks/{key}{path}", json=body) for key in (webhook, "no-such-webhook")
        ]
        told = [{**each.json(), "request": ""} for each in answers]
        assert [each.status_code for each in answers] == [404, 404], (method, path)
        assert told[0] == told[1]
    assert desk.ann.get(f"/v1/webhooks/{webhook}").json()["disabled_at"] is None
    assert desk.ben.get("/v1/webhooks").json()["items"] == []


def test_a_secret_is_shown_once_and_is_in_no_kept_answer(desk: Studio) -> None:
    key = {"Idempotency-Key": "make-one"}
    made = desk.ann.post("/v1/webhooks", json={"url": URL}, headers=key)
    again = desk.ann.post("/v1/webhooks", json={"url": URL}, headers=key)
    assert made.json()["secret"].startswith("whsec_")
    assert again.status_code == 409
    listed = desk.ann.get("/v1/webhooks")
    assert len(listed.json()["items"]) == 1
    assert made.json()["secret"] not in listed.text + again.text
    webhook = made.json()["id"]
    assert desk.ann.delete(f"/v1/webhooks/{webhook}").status_code == 204
    assert desk.ann.get(f"/v1/webhooks/{webhook}").status_code == 404


def test_a_seat_has_at_most_twenty(desk: Studio) -> None:
    for number in range(20):
        add(desk, f"https://127.0.0.1/{number}")
    assert desk.ann.post("/v1/webhooks", json={"url": URL}).status_code == 422


def _webhooks(desk: Studio) -> list[dict[str, Any]]:
    return desk.ann.get("/v1/webhooks").json()["items"]


def _shown(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _holds(post: httpx2.Request, secret: str, desk: Studio) -> bool:
    try:
        verify_signature(post.content, headers=post.headers, secret=secret, now=desk.clock())
    except InputError:
        return False
    return True

"""S-10 over HTTP: the key in the header, Standard Webhooks signatures, what may be tried again; one real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transports import NOON, noon, outgoing

from overture.errors import ConfigurationError, InputError, TransportError, UndeliverableError
from overture.messaging.signature import signed_headers, verify_signature
from overture.messaging.transport import Receipt
from overture.messaging.webhook_transport import WebhookTransport

URL = "https://hooks.example/in/s3cret-path?token=s3cret"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's own test suites
OTHER = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


def webhook(answer: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> WebhookTransport:
    return WebhookTransport(URL, transport=httpx2.MockTransport(answer), clock=noon, **options)


def test_s10_a_post_holds_the_message_and_its_key() -> None:
    posts: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        posts.append(request)
        return httpx2.Response(202)

    transport = webhook(answer)
    message = outgoing(body="åäö", in_reply_to="m0")
    receipts = [transport.send(message, key="message-1") for _ in range(2)]
    assert receipts == [Receipt(id="message-1", at=NOON)] * 2
    first, second = posts
    assert (first.method, str(first.url)) == ("POST", URL)
    assert json.loads(first.content) == {"type": "message.send", "data": message.model_dump(exclude_none=True)}
    assert first.content == second.content, "a receiver may compare the bodies of one key"
    assert {post.headers["Idempotency-Key"] for post in posts} == {"message-1"}
    assert first.headers["webhook-id"] == "message-1"
    assert "webhook-signature" not in first.headers


def test_s10_a_key_that_is_no_word_is_a_hash_without_a_full_stop() -> None:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["Idempotency-Key"])
        return httpx2.Response(200)

    for _ in range(2):
        webhook(answer).send(outgoing(), key="m1.1700000000.{}\r\nX: y")
    assert seen[0] == seen[1]
    assert len(seen[0]) == 64


@pytest.mark.parametrize(
    ("content", "receipt"),
    [
        (b'{"id": "their-7"}', "their-7"),
        (b'{"id": 7}', "k1"),
        (b'{"id": " "}', "k1"),
        (b'["id"]', "k1"),
        (b"\xff", "k1"),
        (b"[" * 50_000, "k1"),
        (b'{"id": "x", "more": "' + b"x" * 70_000 + b'"}', "k1"),
    ],
)
def test_the_receivers_own_id_is_the_receipts(content: bytes, receipt: str) -> None:
    assert webhook(lambda _: httpx2.Response(200, content=content)).send(outgoing(), key="k1").id == receipt


def test_s10_a_receiver_may_tell_that_it_had_the_key() -> None:
    transport = webhook(lambda _: httpx2.Response(200, headers={"Idempotent-Replayed": "true"}))
    assert transport.send(outgoing(), key="k1").duplicate


@pytest.mark.parametrize("code", [408, 409, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("Mon, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_s10_these_answers_may_be_tried_again_when_they_say(
    code: int, header: str | None, seconds: float | None
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    with pytest.raises(TransportError, match=f"hooks.example answered {code}") as caught:
        webhook(lambda _: httpx2.Response(code, headers=headers)).send(outgoing(), key="k1")
    assert caught.value.retry_after == seconds
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("code", [300, 304, 308, 400, 401, 403, 404, 410, 413, 422])
def test_s10_other_refusals_are_for_good(code: int) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(code, headers={"Location": "https://evil.example/"}, text="Ada, no")

    with pytest.raises(UndeliverableError, match=str(code)) as caught:
        webhook(answer).send(outgoing(), key="k1")
    assert "Ada" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ConnectError("s3cret"),
        httpx2.ReadTimeout("s3cret"),
        httpx2.ConnectTimeout("s3cret"),
        httpx2.RemoteProtocolError("s3cret"),
        httpx2.WriteError("s3cret"),
    ],
)
def test_s10_no_answer_may_be_tried_again(error: httpx2.HTTPError) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    with pytest.raises(TransportError, match=type(error).__name__) as caught:
        webhook(answer).send(outgoing(), key="k1")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://hooks.example/s3cret", None, "needs https"),
        ("https://ada:s3cret@hooks.example/", None, "given apart"),
        ("ftp://hooks.example/s3cret", None, "https://HOST/PATH"),
        ("https:///s3cret", None, "https://HOST/PATH"),
        (URL, "whsec_s3cret", "24 to 64 bytes"),
        (URL, "whsec_" + "A" * 100, "24 to 64 bytes"),
        (URL, (), "at least one"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_their_secrets(url: str, secret: Any, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        WebhookTransport(url, secret=secret)
    assert "s3cret" not in str(caught.value)


def test_no_repr_shows_a_secret() -> None:
    assert repr(WebhookTransport(URL, secret=SECRET)) == "WebhookTransport('hooks.example', signed=True)"


def test_a_signature_is_that_of_the_specification() -> None:
    """The example that the reference libraries test themselves with."""
    headers = signed_headers(
        b'{"test": 2432232314}',
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        secret=SECRET,
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


SIGNED = signed_headers(b"body", message="k1", at=NOON, secret=SECRET)


def test_a_receiver_verifies_what_came_and_gets_the_key() -> None:
    assert verify_signature(b"body", headers=SIGNED, secret=SECRET, now=NOON) == "k1"
    shouted = {name.upper(): value for name, value in SIGNED.items()}
    assert verify_signature(b"body", headers=shouted, secret=(OTHER, SECRET), now=NOON) == "k1"


def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    both = signed_headers(b"body", message="k1", at=NOON, secret=(OTHER, SECRET))
    for secret in (OTHER, SECRET):
        assert verify_signature(b"body", headers=both, secret=secret, now=NOON) == "k1"


@pytest.mark.parametrize(("seconds", "fine"), [(-300, True), (-301, False), (300, True), (301, False)])
def test_a_replay_after_five_minutes_is_refused(seconds: int, fine: bool) -> None:
    now = NOON + timedelta(seconds=seconds)
    if fine:
        assert verify_signature(b"body", headers=SIGNED, secret=SECRET, now=now) == "k1"
        return
    with pytest.raises(InputError, match="too old or too new"):
        verify_signature(b"body", headers=SIGNED, secret=SECRET, now=now)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"webhook-id": "k2"}, "fits neither"),
        ({"webhook-id": ""}, "webhook-id: is missing"),
        ({"webhook-timestamp": str(int(NOON.timestamp()) + 1)}, "fits neither"),
        ({"webhook-timestamp": "now"}, "is no time"),
        ({"webhook-timestamp": "٣"}, "is no time"),
        ({"webhook-timestamp": "9" * 5000}, "is no time"),
        ({"webhook-signature": "v1,é"}, "fits neither"),
        ({"webhook-signature": SIGNED["webhook-signature"].replace("v1,", "v1a,")}, "fits neither"),
        ({"webhook-signature": SIGNED["webhook-signature"].replace("v1,", "")}, "fits neither"),
        ({"webhook-signature": "v1,"}, "fits neither"),
    ],
)
def test_a_forged_webhook_is_refused(change: dict[str, str], why: str) -> None:
    with pytest.raises(InputError, match=why):
        verify_signature(b"body", headers=SIGNED | change, secret=SECRET, now=NOON)


def test_a_webhook_by_another_secret_is_refused() -> None:
    with pytest.raises(InputError, match="fits neither"):
        verify_signature(b"body", headers=SIGNED, secret=OTHER, now=NOON)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_only_the_body_that_was_signed_verifies(signed: bytes, came: bytes) -> None:
    headers = signed_headers(signed, message="k1", at=NOON, secret=SECRET)
    if signed == came:
        assert verify_signature(came, headers=headers, secret=SECRET, now=NOON) == "k1"
        return
    with pytest.raises(InputError):
        verify_signature(came, headers=headers, secret=SECRET, now=NOON)


class Receiver(ThreadingHTTPServer):
    """A real service that verifies, drops doubles by the key, and fails as often as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.delivered: dict[str, Any] = {}
        self.failures: list[int] = []
        self.lock = threading.Lock()


class _Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = verify_signature(body, headers=dict(self.headers.items()), secret=SECRET, now=datetime.now(UTC))
        with self.server.lock:
            is_known = key in self.server.delivered
            if key == self.headers["Idempotency-Key"]:
                self.server.delivered.setdefault(key, json.loads(body)["data"])
            failure = self.server.failures.pop() if self.server.failures else 0
        if failure < 0:  # taken, and the answer is lost
            return
        self.send_response(failure or 200)
        self.send_header("Content-Length", "0")
        if is_known:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_s10_over_a_real_server_every_message_is_delivered_once_whatever_fails(receiver: Receiver) -> None:
    receiver.failures = [-1, 0, 503, -1, 429, 0, -1]
    transport = WebhookTransport(f"http://127.0.0.1:{receiver.server_port}/in", secret=SECRET, timeout=5)
    failed, replayed = 0, 0
    for number in range(6):
        while True:
            try:
                replayed += transport.send(outgoing(number), key=f"k{number}").duplicate
                break
            except TransportError:
                failed += 1
    transport.close()
    assert [data["id"] for data in receiver.delivered.values()] == [f"m{n}" for n in range(6)]
    assert (failed, replayed) == (5, 3)


def test_s10_no_server_may_be_tried_again() -> None:
    server = Receiver()
    port = server.server_port
    server.server_close()
    transport = WebhookTransport(f"http://127.0.0.1:{port}/", secret=SECRET)
    with pytest.raises(TransportError, match="ConnectError"):
        transport.send(outgoing(), key="k1")
    transport.close()

"""Webhooks over real sockets and processes: a worker is killed in the middle of a post, and nothing is lost (S-10)."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from reply_doubles import DoubleClassifier
from studio_app import Studio, studio
from webhook_desk import answer

from overture.messaging import verify_signature
from overture.studio.webhook_post import Posted, Poster
from overture.studio.webhook_sender import CLAIM, WebhookSender, posting
from overture.studio.webhooks import new_secret

HERE = Path(__file__).parent
SECONDS = 60
_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A handshake that the other side broke off is no news."""


class Server:
    """A receiver on loopback; `holds` lets no answer out for the post of this number."""

    def __init__(self, *, holds: int | None = None) -> None:
        self.bodies: list[tuple[bytes, dict[str, str]]] = []
        self.is_held, self.come = threading.Event(), threading.Condition()
        self._holds, self._release = holds, threading.Event()

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """Keep a post."""
        with self.come:
            self.bodies.append((body, headers))
            number = len(self.bodies)
            self.come.notify_all()
        if number == self._holds:
            self.is_held.set()
            self._release.wait(SECONDS)

    def wait_for(self, number: int) -> None:
        """Until so many posts have come."""
        with self.come:
            assert self.come.wait_for(lambda: len(self.bodies) >= number, SECONDS)

    @property
    def threads(self) -> list[str]:
        """Which threads were told of, in their order."""
        return [json.loads(body)["data"]["thread"] for body, _ in self.bodies]

    @contextmanager
    def listening(self, tls: ssl.SSLContext | None = None) -> Generator[str]:
        """Its URL."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(body, {name.lower(): value for name, value in self.headers.items()})
                try:
                    self.send_response(204)
                    self.end_headers()
                except OSError:  # whoever posted it is dead
                    return

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
                """Say nothing."""

        server = _Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/hook"
        finally:
            self._release.set()
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier) as desk:
        yield desk


def _here(_host: str, _port: int) -> tuple[str]:
    return ("127.0.0.1",)


def add(desk: Studio, url: str) -> tuple[str, str]:
    made = desk.ann.post("/v1/webhooks", json={"url": url})
    assert made.status_code == 201, made.text
    return made.json()["id"], made.json()["secret"]


def test_a_running_studio_posts_over_a_socket_and_stops_cleanly(desk: Studio) -> None:
    server = Server()
    with server.listening() as url:
        webhook, secret = add(desk, url)
        with posting(desk.services):
            thread = answer(desk)
            server.wait_for(1)
        desk.ann.delete(f"/v1/webhooks/{webhook}")
    assert [each.name for each in threading.enumerate() if each.name == "overture-webhooks"] == []
    assert server.threads == [thread]
    body, headers = server.bodies[0]
    assert verify_signature(body, headers=headers, secret=secret, now=desk.clock()) == headers["webhook-id"]


def test_a_test_post_says_what_the_receiver_answered(desk: Studio) -> None:
    server = Server()
    with server.listening() as url:
        webhook, secret = add(desk, url)
        said = desk.ann.post(f"/v1/webhooks/{webhook}/test").json()
    assert said == {"taken": True, "status": 204, "error": None}
    body, headers = server.bodies[0]
    assert json.loads(body)["type"] == "test"
    assert verify_signature(body, headers=headers, secret=secret, now=desk.clock())
    silent = desk.ann.post(f"/v1/webhooks/{webhook}/test").json()
    assert (silent["taken"], silent["status"]) == (False, None)
    assert "127.0.0.1" not in silent["error"]
    desk.ann.delete(f"/v1/webhooks/{webhook}")


def test_over_tls_the_certificate_is_that_of_the_name_although_the_address_is_pinned(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=hooks.example"]
    command += ["-addext", "subjectAltName=DNS:hooks.example"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate, key)
    names: list[str | None] = []
    ours.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = Server()
    with server.listening(ours) as url:
        port = urlsplit(url).port

        async def post(name: str) -> Posted:
            transport = httpx2.AsyncHTTPTransport(verify=trusting)
            async with Poster(may_be_local=True, resolve=_here, transport=transport) as poster:
                secret = (new_secret(),)
                return await poster.post(f"https://{name}:{port}/", b"{}", event="e", secrets=secret, at=_NOON)

        assert asyncio.run(post("hooks.example")).status == 204
        assert asyncio.run(post("other.example")).error == "no connection (ConnectError)"
    assert names == ["hooks.example", "other.example"]
    assert [headers["host"] for _, headers in server.bodies] == [f"hooks.example:{port}"]


@pytest.mark.slow
def test_s10_a_worker_killed_in_the_middle_of_a_post_loses_nothing(tmp_path: Path) -> None:
    server = Server(holds=3)
    with server.listening() as url, studio(tmp_path, classifier=DoubleClassifier) as desk:
        desk.clock.now = datetime.now(UTC)  # the worker's clock is the machine's
        webhook, _ = add(desk, url)
        threads = [answer(desk, candidate=f"killed-{number}") for number in range(6)]
        database = desk.services.settings.database_url
        command = [sys.executable, str(HERE / "webhook_worker.py"), database]
        worker = subprocess.Popen(command, cwd=tmp_path)  # noqa: S603 - our own command
        try:
            assert server.is_held.wait(SECONDS)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        desk.clock.now = datetime.now(UTC) + CLAIM + timedelta(seconds=1)
        assert asyncio.run(WebhookSender(desk.services).once()) == 1
        assert server.threads == [*threads[:3], threads[2], *threads[3:]], "in their order; one came twice"
        ids = [headers["webhook-id"] for _, headers in server.bodies]
        assert ids[2] == ids[3], "and says so by its id"
        states = {each["state"] for each in desk.ann.get(f"/v1/webhooks/{webhook}/deliveries").json()["items"]}
        assert states == {"delivered"}

"""S-10 over SMTP, against a real server on loopback: headers, doubles, refusals, TLS, and no way to forge a header."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from transports import NOON, noon, outgoing

from overture.errors import ConfigurationError, TransportError, UndeliverableError
from overture.messaging.smtp_transport import SmtpTransport, mail_of

SENDER = "Rick Recruiter <rick@norrsken.example>"


class Mailbox:
    """A handler that keeps what it takes, and answers what it is told to instead."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answers: dict[str, list[str]] = {"MAIL": [], "RCPT": [], "DATA": []}

    def _next(self, step: str) -> str:
        return self.answers[step].pop(0) if self.answers[step] else "250 2.0.0 OK"

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._next("MAIL")

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self._next("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self._next("DATA")
        if not answer.startswith("250"):
            return answer
        assert isinstance(envelope.original_content, bytes)
        self.taken.append(envelope.original_content)
        return answer

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, _class=EmailMessage, policy=default) for raw in self.taken]


Serve = Callable[..., tuple[Mailbox, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts real SMTP servers on free ports of loopback."""
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Mailbox, int]:
        mailbox = Mailbox()
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port: int = free.getsockname()[1]
        server = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        server.start()
        running.append(server)
        return mailbox, port

    yield start
    for server in running:
        server.stop()


def plain(port: int, *, domain: str | None = None) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", sender=SENDER, port=port, security="none", domain=domain, clock=noon, timeout=5)


def test_s10_a_mail_arrives_with_a_message_id_made_from_its_key(serve: Serve) -> None:
    mailbox, port = serve()
    body = "Grüße, 日本\n.a line that begins with a dot\n" + "long " * 300
    receipt = plain(port).send(outgoing(subject="Rolle für Sie: 日本語" * 6, body=body), key="k1")
    (mail,) = mailbox.mails()
    assert receipt.id == mail["Message-ID"]
    assert receipt.id.endswith("@norrsken.example>")
    assert (receipt.at, receipt.duplicate) == (NOON, False)
    assert mail["Subject"] == "Rolle für Sie: 日本語" * 6
    assert (mail["From"], mail["To"]) == (SENDER, "ada@candidates.example")
    assert mail["Date"].datetime == NOON
    assert mail.get_content().replace("\r\n", "\n").strip() == body.strip()
    assert max(map(len, mailbox.taken[0].split(b"\r\n"))) < 998


def test_s10_the_same_key_has_the_same_message_id_and_another_has_not(serve: Serve) -> None:
    mailbox, port = serve()
    ids = [plain(port).send(outgoing(), key=key).id for key in ("k1", "k1", "k2")]
    assert [mail["Message-ID"] for mail in mailbox.mails()] == ids
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)


def test_a_follow_up_lands_in_the_thread_of_its_initial(serve: Serve) -> None:
    mailbox, port = serve()
    initial = plain(port, domain="a-domain-of-" + "great-length-" * 4 + "x.example").send(outgoing(), key="k1")
    plain(port).send(
        outgoing(
            2,
            in_reply_to=initial.id,
            reply_to="rick+ada@norrsken.example",
            unsubscribe="https://norrsken.example/u?t=" + "a" * 150,
        ),
        key="k2",
    )
    mail = mailbox.mails()[1]
    assert mail["In-Reply-To"] == mail["References"] == initial.id
    assert mail["Reply-To"] == "rick+ada@norrsken.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = mailbox.taken[1]
    assert b"\r\nIn-Reply-To: " + initial.id.encode() + b"\r\n" in raw, "as an encoded word it would name nothing"
    assert b"\r\nList-Unsubscribe: <https://norrsken.example/u?t=" + b"a" * 150 + b">\r\n" in raw


@pytest.mark.parametrize(
    ("step", "answer", "error", "shown"),
    [
        ("RCPT", "451 4.7.1 Greylisted ada@candidates.example", TransportError, "451 4.7.1"),
        ("RCPT", "550 5.1.1 ada@candidates.example unknown", UndeliverableError, "550 5.1.1"),
        ("RCPT", "421 4.3.2 going down", TransportError, "421"),
        ("MAIL", "452 4.3.1 too much", TransportError, "452 4.3.1"),
        ("MAIL", "553 not your address", UndeliverableError, "553"),
        ("DATA", "451 4.3.0 later", TransportError, "451 4.3.0"),
        ("DATA", "554 5.7.1 Ada does not want this", UndeliverableError, "554 5.7.1"),
    ],
)
def test_s10_4xx_may_be_tried_again_and_5xx_may_not(
    serve: Serve, step: str, answer: str, error: type[Exception], shown: str
) -> None:
    mailbox, port = serve()
    mailbox.answers[step] = [answer]
    with pytest.raises(error, match=shown) as caught:
        plain(port).send(outgoing(), key="k1")
    assert type(caught.value) is error
    assert "ada" not in str(caught.value).lower()
    assert mailbox.taken == []
    assert plain(port).send(outgoing(), key="k1").id == mailbox.mails()[0]["Message-ID"]


def _scripted(*answers: bytes) -> tuple[int, threading.Thread]:
    """A server that answers each line with the next answer; an empty one hangs up, and so does the end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listener, listener.accept()[0] as connection, connection.makefile("rb") as lines:
            connection.settimeout(5)
            connection.sendall(b"220 here\r\n")
            in_data = False
            for answer in answers:
                while (line := lines.readline()) and in_data and line != b".\r\n":
                    pass
                if not answer:
                    return
                in_data = answer.startswith(b"354")
                connection.sendall(answer + b"\r\n")

    thread = threading.Thread(target=run)
    thread.start()
    return listener.getsockname()[1], thread


TAKEN = (b"250 hello", b"250 sender", b"250 recipient", b"354 go on")


@pytest.mark.parametrize("steps", range(5))
def test_s10_a_connection_that_drops_at_any_step_may_be_tried_again(steps: int) -> None:
    port, thread = _scripted(*TAKEN[:steps], b"")
    with pytest.raises(TransportError, match=r"hung up|cannot be reached"):
        plain(port).send(outgoing(), key="k1")
    thread.join()


@pytest.mark.parametrize("farewell", [b"", b"421 no time", b"500 what"])
def test_s10_a_mail_that_was_taken_is_sent_whatever_the_farewell(farewell: bytes) -> None:
    port, thread = _scripted(*TAKEN, b"250 taken", farewell)
    assert plain(port).send(outgoing(), key="k1").id
    thread.join()


def test_s10_no_server_may_be_tried_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    with pytest.raises(TransportError, match=r"cannot be reached .ConnectionRefusedError."):
        plain(port).send(outgoing(), key="k1")


def test_s10_a_server_that_does_not_answer_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = SmtpTransport(
            "127.0.0.1", port=silent.getsockname()[1], security="none", sender=SENDER, timeout=0.05
        )
        with pytest.raises(TransportError, match="did not answer"):
            transport.send(outgoing(), key="k1")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["subject", "to", "sender", "reply_to", "in_reply_to", "unsubscribe"])
def test_no_field_can_add_a_header(field: str, end: str) -> None:
    fields: dict[str, Any] = {field: f"ada@candidates.example{end}Bcc: eve@evil.example"}
    with pytest.raises(UndeliverableError, match=field) as caught:
        mail_of(outgoing(**fields), key="k1", sender=SENDER, domain="x.example", at=NOON)
    assert "eve" not in str(caught.value)


@given(st.text(), st.text(), st.text())
def test_a_mail_has_just_the_headers_that_were_meant(subject: str, body: str, key: str) -> None:
    try:
        mail = mail_of(outgoing(subject=subject, body=body), key=key or "k", sender=SENDER, domain="x.example", at=NOON)
    except UndeliverableError:
        return
    meant = ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert sorted(message_from_bytes(mail.as_bytes()).keys()) == sorted(meant)


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "@x.example", "a@x.example, b@x.example", "ada @x.example extra", "a@x..example"]
)
def test_what_is_not_one_address_is_undeliverable(address: str) -> None:
    with pytest.raises(UndeliverableError, match="S-10: to "):
        mail_of(outgoing(to=address), key="k1", sender=SENDER, domain="x.example", at=NOON)


@given(st.one_of(st.text(), st.text(alphabet='a@.,<>()[]"\\: ;ä', max_size=12), st.emails()))
def test_any_text_for_an_address_is_one_or_is_undeliverable(address: str) -> None:
    try:
        mail = mail_of(outgoing(to=address), key="k", sender=SENDER, domain="x.example", at=NOON)
    except UndeliverableError:
        return
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].domain.isascii()


def test_a_domain_in_other_letters_is_written_as_dns_has_it(serve: Serve) -> None:
    mailbox, port = serve()
    plain(port).send(outgoing(to="Jörg <joerg@bücher.example>"), key="k1")
    assert mailbox.mails()[0]["To"] == "Jörg <joerg@xn--bcher-kva.example>"


def test_an_address_in_other_letters_is_undeliverable_where_the_server_cannot(serve: Serve) -> None:
    mailbox, port = serve(enable_SMTPUTF8=False)
    with pytest.raises(UndeliverableError, match="not ASCII"):
        plain(port).send(outgoing(to="jörg@x.example"), key="k1")
    assert mailbox.taken == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - fixed arguments
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def _server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def _logins(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"rick", b"s3cret"), handled=False)


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_a_mail_goes_over_tls_with_a_login(serve: Serve, certificate: tuple[Path, Path], security: Any) -> None:
    tls = _server_tls(certificate)
    options: dict[str, Any] = (
        {"tls_context": tls, "require_starttls": True} if security == "starttls" else {"ssl_context": tls}
    )
    mailbox, port = serve(authenticator=_logins, auth_require_tls=security == "starttls", **options)
    trusting = ssl.create_default_context(cafile=certificate[0])

    def transport(password: str, context: ssl.SSLContext | None = trusting) -> SmtpTransport:
        return SmtpTransport(
            "127.0.0.1", sender=SENDER, port=port, user="rick", password=password, security=security, context=context
        )

    transport("s3cret").send(outgoing(), key="k1")
    assert len(mailbox.taken) == 1
    with pytest.raises(TransportError, match="refused user and password") as caught:
        transport("wr0ng").send(outgoing(), key="k2")
    assert "wr0ng" not in str(caught.value) + repr(transport("wr0ng"))
    with pytest.raises(TransportError, match="SSLCertVerificationError"):
        transport("s3cret", None).send(outgoing(), key="k3")
    assert len(mailbox.taken) == 1


def test_there_is_no_silent_step_down_from_starttls(serve: Serve) -> None:
    mailbox, port = serve()
    with pytest.raises(TransportError, match="STARTTLS"):
        SmtpTransport("127.0.0.1", sender=SENDER, port=port).send(outgoing(), key="k1")
    assert mailbox.taken == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"sender": "nobody"}, "sender is not one mail address"),
        ({"sender": SENDER, "user": "rick"}, "both user and password"),
        ({"sender": SENDER, "user": "rick", "password": "s3cret", "security": "none"}, "in the clear"),
    ],
)
def test_settings_that_cannot_be_are_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        SmtpTransport("mail.example", **options)
    assert "s3cret" not in str(caught.value)

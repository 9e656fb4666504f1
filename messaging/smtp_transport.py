"""Mail by SMTP, with a Message-ID made from the key, so that a double can be told as one (S-10)."""

from __future__ import annotations

import re
import smtplib
import ssl
import unicodedata
from contextlib import suppress
from datetime import datetime
from email.errors import HeaderParseError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Final, Literal

from overture.errors import ConfigurationError, TransportError, UndeliverableError

from .transport import Clock, Outgoing, Receipt, digest_of, utc_now

Security = Literal["starttls", "implicit", "none"]

_PORTS: Final[dict[Security, int]] = {"starttls": 587, "implicit": 465, "none": 25}
_LONGEST: Final = 900  # RFC 5322 ends a line at 998
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_ADDRESS: Final = re.compile(r"<(https://|mailto:)[^<>\s]+>")
_ENHANCED: Final = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
_DIGITS: Final = 40


class _Policy(EmailPolicy):
    """Headers of ASCII addresses stay on one line: folding would write a long one as an encoded word, which is none."""

    _whole = frozenset({"message-id", "in-reply-to", "references", "list-unsubscribe"})

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in self._whole else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode() if name.lower() in self._whole else super().fold_binary(name, value)


_POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit")  # arrives as it was written, also without 8BITMIME


class SmtpTransport:
    """Sends each message over a connection of its own to one SMTP server (S-10).

    SMTP knows no idempotency key. The Message-ID is made from the key, so a message that is sent again after a lost
    answer has the same one, and a receiver that looks at it drops the double. `Receipt.id` is that Message-ID: a
    follow-up that names it in `in_reply_to` lands in the same thread.
    """

    def __init__(
        self,
        host: str,
        *,
        sender: str,
        port: int | None = None,
        user: str | None = None,
        password: str | None = None,
        security: Security = "starttls",
        domain: str | None = None,
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Nothing is opened yet.

        Args:
            host: the server that takes mail from us.
            sender: From, and the envelope's sender, where a message names none.
            port: 587, 465 or 25 by `security` if none.
            user: with `password`, what the server is logged in with.
            password: never over a connection in the clear, but for this machine.
            security: `starttls` insists on it; there is no silent step down.
            domain: right side of Message-IDs; the sender's if none.
            timeout: seconds for each step.
            context: TLS settings; the system's if none.
            clock: gives Date and `Receipt.at`.

        Raises:
            ConfigurationError: the sender is no address, or a password would go over an open wire.
        """
        if (user is None) != (password is None):
            raise ConfigurationError("an SMTP server is logged in with both user and password, or with neither")
        if user is not None and security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
            raise ConfigurationError(f"no password is sent to {host} in the clear; use starttls or implicit TLS")
        try:
            address = _address(sender, field="sender")
        except UndeliverableError as error:
            raise ConfigurationError(str(error)) from None
        self._host, self._port = host, port or _PORTS[security]
        self._user, self._password = user, password
        self._security: Security = security
        self._sender, self._domain = sender, domain or address.domain
        self._timeout, self._clock = timeout, clock
        self._context = context

    def __repr__(self) -> str:
        return f"SmtpTransport({self._host!r}, port={self._port}, security={self._security!r})"

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        """Hand the mail to the server; `duplicate` is never true, since SMTP does not say.

        Raises:
            TransportError: no connection, no login, an answer of 4xx, or none.
            UndeliverableError: an answer of 5xx to this mail, or one that cannot be written: line breaks in a header,
                an address that is none.
        """
        at = self._clock()
        mail = mail_of(message, key=key, sender=self._sender, domain=self._domain, at=at)
        try:
            server = self._connect()
            try:
                server.send_message(mail)
                with suppress(smtplib.SMTPException, OSError):  # it is taken: a bad farewell does not undo that
                    server.quit()
            finally:
                server.close()
        except (smtplib.SMTPException, OSError) as error:
            raise _translated(error, server=f"{self._host}:{self._port}") from None
        return Receipt(id=str(mail["Message-ID"]), at=at)

    def _connect(self) -> smtplib.SMTP:
        if self._security == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, self._domain, timeout=self._timeout, context=self._tls_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, self._domain, timeout=self._timeout)
        try:
            if self._security == "starttls":
                server.starttls(context=self._tls_context())
            if self._user is not None and self._password is not None:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _tls_context(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()


def mail_of(message: Outgoing, *, key: str, sender: str, domain: str, at: datetime) -> EmailMessage:
    """The mail that a message makes; the same key gives the same Message-ID.

    Raises:
        UndeliverableError: a header would hold a line break or another control character, or an address is none.
    """
    if not key:
        raise ValueError("S-10: an idempotency key may not be empty")
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(message.sender or sender, field="sender")
    mail["To"] = _address(message.to, field="to")
    if message.reply_to:
        mail["Reply-To"] = _address(message.reply_to, field="reply_to")
    mail["Subject"] = _one_line(message.subject, field="subject")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{digest_of(key)[:_DIGITS]}@{domain}>"
    if message.in_reply_to:
        initial = _matching(_MESSAGE_ID, message.in_reply_to, field="in_reply_to", expected="a Message-ID")
        mail["In-Reply-To"] = initial
        mail["References"] = initial
    if message.unsubscribe:
        link = _matching(
            _ADDRESS, f"<{message.unsubscribe}>", field="unsubscribe", expected="an https: or mailto: address"
        )
        mail["List-Unsubscribe"] = link
        if link.startswith("<https:"):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(message.body)
    return mail


def _one_line(text: str, *, field: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise UndeliverableError(f"S-10: {field} holds a line break or another control character, so it is no header")
    return text


def _matching(pattern: re.Pattern[str], text: str, *, field: str, expected: str) -> str:
    if not pattern.fullmatch(_one_line(text, field=field)) or not text.isascii() or len(text) > _LONGEST:
        raise UndeliverableError(f"S-10: {field} is not {expected}")
    return text


def _address(text: str, *, field: str) -> Address:
    """One mailbox; a domain in other letters is written as DNS has it."""
    parser = EmailMessage(policy=_POLICY)
    try:
        parser["To"] = _one_line(text, field=field)
        found: tuple[Address, ...] = parser["To"].addresses
        defects = [defect for defect in parser["To"].defects if not isinstance(defect, NonASCIILocalPartDefect)]
        if len(found) == 1 and not defects and found[0].username and found[0].domain:
            return Address(found[0].display_name, found[0].username, found[0].domain.encode("idna").decode("ascii"))
    except (ValueError, IndexError, AttributeError, HeaderParseError):
        pass  # the standard library's parser stumbles over some addresses, such as `ada@`, rather than refuse them
    raise UndeliverableError(f"S-10: {field} is not one mail address")


def _translated(error: smtplib.SMTPException | OSError, *, server: str) -> TransportError | UndeliverableError:
    """Our error: with the server's codes and without its words, which may hold the candidate's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _refused("the recipient", code, words, server)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        part = "the sender" if isinstance(error, smtplib.SMTPSenderRefused) else "the message"
        return _refused(part, error.smtp_code, error.smtp_error, server)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return TransportError(f"{server} refused user and password ({error.smtp_code}); mend them, then try again")
    if isinstance(error, smtplib.SMTPResponseException):
        return TransportError(f"{server} takes no mail now ({error.smtp_code})")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        if "SMTPUTF8" in str(error):
            return UndeliverableError(f"{server} cannot send to an address in letters that are not ASCII")
        return TransportError(f"{server} does not offer what was asked for: STARTTLS or a login")
    if isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError):
        return TransportError(f"{server} did not answer, or hung up before it did")
    return TransportError(f"{server} cannot be reached ({type(error).__name__})")


def _refused(part: str, code: int, words: bytes | str, server: str) -> TransportError | UndeliverableError:
    enhanced = _ENHANCED.match(words.encode() if isinstance(words, str) else words)
    shown = f"{code} {enhanced[1].decode()}" if enhanced else str(code)
    if 500 <= code < 600:
        return UndeliverableError(f"{server} refused {part} for good ({shown})")
    return TransportError(f"{server} refused {part} for now ({shown})")

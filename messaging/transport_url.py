"""A transport from one line of configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit
from urllib.request import url2pathname

from overture.errors import ConfigurationError

from .file_transport import FileOutbox
from .smtp_transport import Security, SmtpTransport
from .transport import Clock, Transport, utc_now
from .webhook_transport import WebhookTransport

_FORMS: Final = (
    "file:///PATH, smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, smtps://USER:PASSWORD@HOST:PORT?from=ADDRESS "
    "or https://SECRET@HOST/PATH"
)
_SECURITY: Final[dict[str, Security]] = {"required": "starttls", "off": "none"}


def open_transport(url: str, *, clock: Clock = utc_now) -> Transport:
    """The transport that a URL names: a file, an SMTP server or a webhook.

    `smtp:` insists on STARTTLS unless `?starttls=off`; `smtps:` is TLS from the first byte; `from` is the sender, and
    may be left out where USER is an address; `domain` is the right side of Message-IDs. SECRET of a webhook is
    percent-encoded `whsec_...`; without one, posts are not signed.

    Raises:
        ConfigurationError: it is none of these. Its message repeats no part that may be secret.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigurationError(f"this transport's URL cannot be read; expected {_FORMS}") from None
    if parts.scheme == "file" and not parts.netloc and parts.path.strip("/"):
        return FileOutbox(Path(url2pathname(parts.path)), clock=clock)
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return _smtp(parts, host=parts.hostname, port=port, clock=clock)
    if parts.scheme in {"https", "http"} and parts.hostname:
        secret = unquote(":".join(part for part in (parts.username, parts.password) if part))
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        return WebhookTransport(bare, secret=secret or None, clock=clock)
    raise ConfigurationError(f"no transport has the form {parts.scheme or 'PATH'}:; expected {_FORMS}")


def _smtp(parts: SplitResult, *, host: str, port: int | None, clock: Clock) -> SmtpTransport:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - {"from", "domain", "starttls"})
    if unknown:
        raise ConfigurationError(f"{unknown[0]!r} is no option of {parts.scheme}:; there are from, domain and starttls")
    starttls = options.get("starttls", "required")
    if starttls not in _SECURITY:
        raise ConfigurationError("starttls is 'required' or 'off'")
    user = unquote(parts.username) if parts.username else None
    sender = options.get("from") or (user if user and "@" in user else None)
    if sender is None:
        raise ConfigurationError(f"{parts.scheme}: needs a sender; add ?from=ADDRESS")
    return SmtpTransport(
        host,
        sender=sender,
        port=port,
        user=user,
        password=unquote(parts.password) if parts.password is not None else None,
        security="implicit" if parts.scheme == "smtps" else _SECURITY[starttls],
        domain=options.get("domain"),
        clock=clock,
    )

"""Where a webhook may go: https to public addresses, and to this machine only from a studio that is on it alone.

A name is looked up when the webhook is made and again at every post, and the post goes to the very address that was
checked: a name that points elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx2

from overture.errors import InputError

Resolve = Callable[[str, int], Sequence[str]]
_LONGEST: Final = 2_000
_NAT64: Final = IPv6Network("64:ff9b::/96")
_PORTS: Final = {"https": 443, "http": 80}
_EXPECTED: Final = "https://HOST/PATH, of a host that is reached from everywhere"


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host.

    Raises:
        OSError: it has none, or nobody could be asked.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def read_url(text: str, *, may_be_local: bool) -> httpx2.URL:
    """A URL that a webhook may have, by its form alone.

    Raises:
        InputError: it has none of the forms; its text, which is often a secret, is not repeated.
    """
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        raise InputError("cannot be read", field="url", expected=_EXPECTED) from None
    if url.scheme not in _PORTS or not url.host or len(text) > _LONGEST or not text.isprintable():
        raise InputError("is none that can be posted to", field="url", expected=_EXPECTED)
    if url.userinfo or url.fragment:
        raise InputError("holds a user or a fragment", field="url", expected=_EXPECTED)
    if url.scheme == "http" and not may_be_local:
        raise InputError("is not encrypted", field="url", expected=_EXPECTED)
    return url


def find_address(url: httpx2.URL, *, may_be_local: bool, resolve: Resolve = resolve) -> str:
    """The address to post to; every address of the name must be one that may be posted to.

    Raises:
        InputError: the name has no address, or one on a private network, a link or this machine.
    """
    try:
        found = [ip_address(each.partition("%")[0]) for each in resolve(url.host, port_of(url))]
    except (OSError, ValueError):
        found = []
    if not found:
        raise InputError("is not known to the name servers", field="url", expected=_EXPECTED)
    if url.scheme == "http" and not all(address.is_loopback for address in found):
        raise InputError("is not encrypted, and not on this machine", field="url", expected=_EXPECTED)
    if not may_be_local and not all(is_public(address) for address in found):
        raise InputError("is on a private network or on this machine", field="url", expected=_EXPECTED)
    return str(found[0])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is reached from everywhere; an IPv4 address inside an IPv6 one counts as itself."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def port_of(url: httpx2.URL) -> int:
    """The port that is meant."""
    return url.port or _PORTS[url.scheme]

"""The seals put on every test hold."""

import asyncio
import os
import socket
import time

import pytest
from seals import BlockingCallError, NetworkBlockedError


@pytest.mark.parametrize("address", ["192.0.2.1", "example.com", "8.8.8.8"])
def test_nothing_beyond_loopback_is_reached(address: str) -> None:
    with socket.socket() as connection, pytest.raises(NetworkBlockedError):
        connection.connect((address, 80))
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo(address, 80)


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


async def test_a_blocking_call_in_async_code_is_an_error() -> None:
    with pytest.raises(BlockingCallError):
        time.sleep(0)
    await asyncio.to_thread(time.sleep, 0)


def test_no_key_of_the_developer_reaches_a_test() -> None:
    assert not [name for name in os.environ if name.endswith("_API_KEY")]

"""S-10 at the edge: the file outbox keeps a key once through processes and kills; adapters and URLs."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pickle
import random
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transports import NOON, append_all, keys, noon, our_environment, outgoing, records

from overture import OvertureError, TransportError, UndeliverableError
from overture.errors import ConfigurationError
from overture.messaging.file_transport import FileOutbox
from overture.messaging.transport import Outgoing, Receipt, as_async, as_sync, token_of
from overture.messaging.transport_url import open_transport


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.jsonl"


def test_s10_a_message_is_one_line_that_only_its_owner_may_read(path: Path) -> None:
    receipt = FileOutbox(path, clock=noon).send(outgoing(body="Hej\nåäö \u2028 日本"), key="k1")
    assert receipt == Receipt(id="k1", at=NOON)
    assert records(path) == [
        {
            "key": "k1",
            "at": "2026-11-23T12:00:00+00:00",
            "id": "m1",
            "to": "ada@candidates.example",
            "subject": "The ledger at Norrsken",
            "body": "Hej\nåäö \u2028 日本",
        }
    ]
    assert path.stat().st_mode & 0o077 == 0


def test_s10_the_same_key_again_writes_nothing_and_gives_the_first_receipt(path: Path) -> None:
    first = FileOutbox(path, clock=noon).send(outgoing(), key="k1")
    for outbox in (FileOutbox(path), FileOutbox(path)):
        assert outbox.send(outgoing(), key="k1") == first.model_copy(update={"duplicate": True})
    assert keys(path) == ["k1"]


def test_s10_an_empty_key_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="S-10"):
        FileOutbox(path).send(outgoing(), key="")


@given(cut=st.integers(0, 400), again=st.booleans())
@settings(max_examples=60)
def test_s10_a_line_cut_off_at_any_byte_is_mended_and_no_other_is_lost(
    tmp_path_factory: pytest.TempPathFactory, cut: int, again: bool
) -> None:
    path = tmp_path_factory.mktemp("cut") / "outbox.jsonl"
    outbox = FileOutbox(path)
    outbox.send(outgoing(1), key="k1")
    whole = path.stat().st_size
    outbox.send(outgoing(2), key="k2")
    outbox.close()
    end = min(path.stat().st_size, whole + cut)
    os.truncate(path, end)
    for name in ("", "-wal", "-shm"):  # the index was not written when the power went
        Path(f"{path}.index{name}").unlink(missing_ok=True)
    if again:
        FileOutbox(path).send(outgoing(2), key="k2")
        assert keys(path) == ["k1", "k2"]
    else:
        FileOutbox(path).send(outgoing(3), key="k3")
        assert [key for key in keys(path) if key != "k2"] == ["k1", "k3"]
        FileOutbox(path).send(outgoing(2), key="k2")
        assert sorted(keys(path)) == ["k1", "k2", "k3"]


@pytest.mark.parametrize("damage", ["gone", "garbage", "of another file", "behind"])
def test_s10_the_index_may_be_lost_at_any_time(path: Path, damage: str) -> None:
    outbox = FileOutbox(path)
    outbox.send(outgoing(1), key="k1")
    outbox.send(outgoing(2), key="k2")
    outbox.close()
    index = Path(f"{path}.index")
    if damage == "of another file":
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[1] + lines[0])  # the same inode and size, other places
    elif damage == "behind":
        with path.open("ab") as file:
            file.write(path.read_bytes().splitlines(keepends=True)[0].replace(b"k1", b"k9"))
    elif damage == "gone":
        index.unlink()
    else:
        index.write_bytes(b"no database, and long enough to be looked at" * 100)
    outbox = FileOutbox(path)
    assert all(outbox.send(outgoing(n), key=f"k{n}").duplicate for n in (1, 2))
    assert outbox.send(outgoing(9), key="k9").duplicate is (damage == "behind")
    assert sorted(keys(path)) == ["k1", "k2", "k9"]


def test_s10_a_file_moved_away_by_its_reader_begins_anew_and_loses_nothing(path: Path) -> None:
    outbox = FileOutbox(path)
    outbox.send(outgoing(1), key="k1")
    path.rename(path.with_suffix(".1"))
    outbox.send(outgoing(2), key="k2")
    assert (keys(path.with_suffix(".1")), keys(path)) == (["k1"], ["k2"])


def test_s10_a_full_disk_leaves_the_file_whole_and_the_message_to_try_again(path: Path) -> None:
    outbox = FileOutbox(path)
    outbox.send(outgoing(1), key="k1")
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(TransportError, match="cannot be written"):
            outbox.send(outgoing(2, body="x" * 300_000), key="k2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert not outbox.send(outgoing(2), key="k2").duplicate
    assert keys(path) == ["k1", "k2"]


def test_s10_another_kind_of_file_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text('{"candidate": "Ada"}\n')
    with pytest.raises(ConfigurationError, match="byte 0 was not written by an outbox") as caught:
        FileOutbox(path).send(outgoing(), key="k1")
    assert "Ada" not in str(caught.value)
    assert path.read_text() == '{"candidate": "Ada"}\n'


@pytest.mark.parametrize("name", ["missing/outbox.jsonl", "."])
def test_an_outbox_that_cannot_be_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no"):
        FileOutbox(tmp_path / name)


def test_s10_threads_share_an_outbox(path: Path) -> None:
    outbox = FileOutbox(path)

    def send(number: int) -> bool:
        return outbox.send(outgoing(number % 20), key=f"k{number % 20}").duplicate

    with ThreadPoolExecutor(8) as pool:
        duplicates = sum(pool.map(send, range(80)))
    assert (duplicates, len(keys(path)), len(set(keys(path)))) == (60, 20, 20)


def test_s10_an_outbox_may_be_carried_over_a_fork(path: Path) -> None:
    outbox = FileOutbox(path)
    outbox.send(outgoing(1), key="k1")
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        fine = outbox.send(outgoing(1), key="k1").duplicate and not outbox.send(outgoing(2), key="k2").duplicate
        os._exit(0 if fine else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert outbox.send(outgoing(2), key="k2").duplicate
    assert keys(path) == ["k1", "k2"]


def _many_processes(path: Path, *, count: int) -> None:
    """Eight processes send overlapping ranges: every message is wanted by two of them."""
    starts = [process // 2 * count for process in range(8)]
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn")) as pool:
        new = sum(pool.map(append_all, repeat(str(path)), starts, repeat(count)))
    assert new == 4 * count
    assert sorted(keys(path)) == sorted(f"k{n}" for n in range(4 * count))


@pytest.mark.slow
def test_s10_eight_processes_append_each_message_once(path: Path) -> None:
    _many_processes(path, count=25)


@pytest.mark.slow
def test_s10_eight_processes_append_ten_thousand_messages_once(path: Path) -> None:
    _many_processes(path, count=2_500)


def _killed_runs(path: Path, *, messages: int, kills: int, seed: int) -> int:
    """Kill the sender -9 again and again; it is asked anew for everything that it has not acknowledged."""
    dice, acknowledged, killed = random.Random(seed), set[int](), 0
    while len(acknowledged) < messages:
        wanted = [n for n in range(messages) if n not in acknowledged]
        sender = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, str(Path(__file__).with_name("transports.py")), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=our_environment(),
        )
        assert sender.stdin is not None
        assert sender.stdout is not None
        sender.stdin.write("".join(f"{n}\n" for n in wanted))
        sender.stdin.flush()
        if killed < kills:
            acknowledged.add(int(sender.stdout.readline()))
            time.sleep(dice.random() * 0.02)
            sender.kill()
            killed += 1
        else:
            sender.stdin.close()
        acknowledged |= {int(line) for line in sender.stdout if line.endswith("\n")}
        sender.stdout.close()
        sender.stdin.close()
        assert sender.wait() in {0, -9}
    assert sorted(keys(path)) == sorted(f"k{n}" for n in range(messages))
    return killed


@pytest.mark.slow
def test_s10_kill_9_in_the_middle_neither_loses_nor_doubles(path: Path) -> None:
    assert _killed_runs(path, messages=400, kills=8, seed=1) == 8


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_s10_kill_9_a_hundred_times_neither_loses_nor_doubles(path: Path) -> None:
    assert _killed_runs(path, messages=20_000, kills=100, seed=2) == 100


_MEASURED = """
import resource, sys, time
from overture.messaging.file_transport import FileOutbox
from transports import outgoing
outbox = FileOutbox(sys.argv[1])
assert outbox.send(outgoing(), key="k0").duplicate
begun = time.perf_counter()
for number in range(20):
    assert not outbox.send(outgoing(), key=f"new{number}").duplicate
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, (time.perf_counter() - begun) / 20)
"""


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_s10_a_million_lines_take_no_more_memory_than_a_thousand(tmp_path: Path) -> None:
    """Measured from outside: the peak of a process that had never seen the file."""
    peaks: dict[int, float] = {}
    for size in (1_000, 1_000_000):
        path = tmp_path / f"{size}.jsonl"
        with path.open("w") as file:
            for number in range(size):
                line = {"key": f"k{number}", "at": NOON.isoformat(), **outgoing(number).model_dump(exclude_none=True)}
                file.write(json.dumps(line) + "\n")
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", _MEASURED, str(path)],
            capture_output=True,
            text=True,
            env=our_environment(),
            check=True,
        )
        peak, seconds = done.stdout.split()
        peaks[size] = float(peak)
        assert float(seconds) < 0.1
    assert peaks[1_000_000] - peaks[1_000] < 24


class _Recorder:
    def __init__(self) -> None:
        self.threads: list[str] = []

    def send(self, message: Outgoing, *, key: str) -> Receipt:
        self.threads.append(threading.current_thread().name)
        time.sleep(0.001)
        return Receipt(id=f"{message.id}:{key}", at=NOON)


class _AsyncRecorder:
    def __init__(self) -> None:
        self.loops = set[int]()

    async def send(self, message: Outgoing, *, key: str) -> Receipt:
        await asyncio.sleep(0)
        self.loops.add(id(asyncio.get_running_loop()))
        if key == "bad":
            raise UndeliverableError("refused")
        return Receipt(id=f"{message.id}:{key}", at=NOON)


async def test_a_transport_sends_from_an_event_loop_without_holding_it_up() -> None:
    recorder = _Recorder()
    receipt = await as_async(recorder).send(outgoing(), key="k1")
    assert receipt.id == "m1:k1"
    assert threading.current_thread().name not in recorder.threads


def test_an_async_transport_sends_from_plain_code_on_one_loop() -> None:
    recorder = _AsyncRecorder()
    with as_sync(recorder) as transport:
        assert [transport.send(outgoing(n), key="k").id for n in (1, 2)] == ["m1:k", "m2:k"]
        with pytest.raises(UndeliverableError, match="refused"):
            transport.send(outgoing(), key="bad")
    transport.close()
    assert len(recorder.loops) == 1


async def test_there_and_back_is_the_same_transport() -> None:
    with as_sync(as_async(_Recorder())) as transport:
        receipt = await as_async(transport).send(outgoing(), key="k1")
    assert receipt == Receipt(id="m1:k1", at=NOON)


@pytest.mark.parametrize(
    ("key", "token"),
    [
        ("message-1_a", "message-1_a"),
        ("a.b", token_of("a.b")),
        ("é", token_of("é")),
        ("x\r\ny: z", token_of("x\r\ny: z")),
        ("k" * 129, token_of("k" * 129)),
    ],
)
def test_s10_a_key_becomes_a_word_that_any_header_may_hold(key: str, token: str) -> None:
    assert token_of(key) == token
    assert token.isascii()
    assert "." not in token
    assert "\n" not in token
    assert len(token) <= 128


def test_s10_keys_that_are_no_words_stay_apart() -> None:
    assert len({token_of(key) for key in ("a.b", "a b", "a/b", "a-b", "a_b")}) == 5


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("file:///{folder}/out%20box.jsonl", "FileOutbox('{folder}/out box.jsonl')"),
        (
            "smtp://ada%40x.example:s3cr%3At@mail.example",
            "SmtpTransport('mail.example', port=587, security='starttls')",
        ),
        (
            "smtps://ada:s3cret@mail.example:4650?from=a@x.example",
            "SmtpTransport('mail.example', port=4650, security='implicit')",
        ),
        (
            "smtp://localhost:25?from=a@x.example&starttls=off&domain=ids.example",
            "SmtpTransport('localhost', port=25, security='none')",
        ),
        ("https://hooks.example:8443/in?s3cret=1", "WebhookTransport('hooks.example:8443', signed=False)"),
        (
            "https://whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw@hooks.example/s3cret",
            "WebhookTransport('hooks.example', signed=True)",
        ),
    ],
)
def test_a_url_opens_its_transport_and_no_secret_is_shown(tmp_path: Path, url: str, shown: str) -> None:
    transport = open_transport(url.format(folder=str(tmp_path).lstrip("/")))
    assert repr(transport) == shown.format(folder=tmp_path)
    assert "s3c" not in repr(transport)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "no transport has the form PATH:"),
        ("/var/outbox.jsonl", "file:///PATH"),
        ("file:///no/such/folder/outbox.jsonl", "is no folder"),
        ("file://host/outbox.jsonl", "file:///PATH"),
        ("ftp://ada:s3cret@host/", "no transport has the form ftp:"),
        ("smtp://ada:s3cret@host:port", "cannot be read"),
        ("smtp://ada:s3cret@mail.example", "add [?]from=ADDRESS"),
        ("smtp://ada:s3cret@mail.example?from=a@x.example&starttls=off", "in the clear"),
        ("smtp://ada:s3cret@mail.example?from=a@x.example&tls=1", "'tls' is no option"),
        ("smtp://mail.example?from=a@x.example&starttls=s3cret", "'required' or 'off'"),
        ("smtp://ada@mail.example?from=a@x.example", "both user and password"),
        ("smtp://mail.example?from=nobody", "not one mail address"),
        ("http://hooks.example/s3cret", "needs https"),
        ("https://s3cret@hooks.example/", "whsec_"),
    ],
)
def test_what_is_no_transport_is_one_clear_error_without_secrets(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        open_transport(url)
    assert "s3cret" not in str(caught.value)


def test_the_errors_of_transports_pickle_with_what_they_carry() -> None:
    again = pickle.loads(pickle.dumps(TransportError("busy", retry_after=30.0)))  # noqa: S301 - our own
    assert (str(again), again.retry_after, again.usage) == ("busy", 30.0, None)
    refused = pickle.loads(pickle.dumps(UndeliverableError("no")))  # noqa: S301 - our own
    assert isinstance(refused, OvertureError)
    assert not isinstance(refused, TransportError)

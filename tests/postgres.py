"""A real PostgreSQL for tests: one server for each pytest process, a database of its own for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

STORES = ("sqlite", "postgresql")
_FOLDERS = (Path("/usr/local/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
_SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=100",
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "autovacuum=off", "log_min_messages=fatal",
)  # fmt: skip
_START_SECONDS = 60
_ATTEMPTS = 5


class PostgresServer:
    """A server on a free port of loopback, in a folder of its own; `stop` leaves nothing behind."""

    def __init__(self) -> None:
        """Raises FileNotFoundError where PostgreSQL is not installed."""
        self._user = _user()
        self._folder = Path(tempfile.mkdtemp(prefix="overture-postgres-"))
        try:
            if self._user:
                shutil.chown(self._folder, self._user)
            self._run("initdb", "-D", "data", "-U", "overture", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            self._server = self._start()
        except BaseException:
            shutil.rmtree(self._folder)
            raise

    def create(self, *, template: str = "template0") -> str:
        """The URL of a new database: an empty one, or a copy of another, which nobody may be connected to."""
        name = f"test_{uuid.uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self._url(name)

    def drop(self, url: str) -> None:
        """End whoever is connected to a database, and delete it."""
        self._execute(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop at once; nothing in it is worth a checkpoint."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(timeout=_START_SECONDS)
        shutil.rmtree(self._folder)

    def _url(self, database: str) -> str:
        return f"postgresql://overture@127.0.0.1:{self._port}/{database}"

    def _execute(self, statement: str) -> None:
        import psycopg  # the extra `messaging` is not there in every job of CI

        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        with self._process(program, *arguments, output=subprocess.PIPE) as process:
            shown, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{program} failed: {shown.decode()}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = [argument for setting in _SETTINGS for argument in ("-c", setting)]
        for _ in range(_ATTEMPTS):  # between our looking for a port and its taking it, another may have
            self._port = _free_port()
            with (self._folder / "log").open("ab") as log:
                process = self._process("postgres", "-D", "data", "-p", str(self._port), *settings, output=log)
            if self._answers(process):
                return process
        raise RuntimeError(f"postgres does not start: {(self._folder / 'log').read_text(encoding='utf-8')}")

    def _process(self, program: str, *arguments: str, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 (programs of PostgreSQL, arguments of ours)
            [_binary(program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        import psycopg

        end = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < end:
            try:
                psycopg.connect(self._url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return process.poll() is None
        process.kill()
        process.wait()
        return False


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this pytest process; skipped with the reason where there is none, but not in CI."""
    pytest.importorskip("psycopg")
    try:
        server = PostgresServer()
    except FileNotFoundError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The name of a database that has our tables."""
    from overture.messaging.store import Store

    url = postgres_server.create()
    Store(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has our tables."""
    from overture.messaging.store import Store

    path = tmp_path_factory.mktemp("migrated") / "overture.db"
    Store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables on either store: a file of SQLite, and PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'overture.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with our tables and nothing in them, on either store."""
    yield from copied(request, tmp_path, of="migrated")


def copied(request: pytest.FixtureRequest, folder: Path, *, of: str) -> Iterator[str]:
    """A copy, on the store that the test is run for, of what the fixtures `{of}_sqlite` and `{of}_postgres` hold."""
    if request.param == "sqlite":
        path = folder / "overture.db"
        shutil.copy(request.getfixturevalue(f"{of}_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create(template=request.getfixturevalue(f"{of}_postgres"))
        yield url
        server.drop(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Any]:
    """An `overture.messaging.store.Store` on either database."""
    from overture.messaging.store import Store

    store = Store(store_url)
    yield store
    store.close()


def _binary(name: str) -> str:
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return str((folder / name).resolve())
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"no {name} here: PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found


def _user() -> str | None:
    """As whom PostgreSQL runs, which refuses to run as root; none: as ourselves."""
    if os.geteuid() != 0:
        return None
    return "postgres" if "postgres" in {user.pw_name for user in pwd.getpwall()} else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

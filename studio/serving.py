"""A studio as a running server: uvicorn, in one process or several."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from overture.errors import ConfigurationError

from .settings import StudioSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

_SETTINGS: Final = "OVERTURE_STUDIO_SETTINGS"
_PARENT: Final = "OVERTURE_STUDIO_PARENT"
_WAITING: Final = 2_048
_LOOK_SECONDS: Final = 1.0


def serve(settings: StudioSettings, *, workers: int = 1, on_ready: Callable[[str], None] | None = None) -> None:
    """Listen until somebody stops it; `on_ready` is told the address, whose port is the real one where 0 was asked for.

    Several workers are processes that only answer: this one wakes what is due, whoever of them dies and comes again.

    Raises:
        ConfigurationError: the address cannot be listened on, the database or the model cannot be used, or the studio
            would be reachable from other machines without a key.
    """
    import uvicorn

    from .app import create_app

    several = workers > 1
    app = create_app(settings.model_copy(update={"dispatch": False}) if several else settings)
    try:
        listener = _listen(settings)
    except ConfigurationError:
        app.state.services.close()
        raise
    options: dict[str, Any] = {
        "access_log": False,
        "server_header": False,
        "log_level": "warning",
        "timeout_graceful_shutdown": 10,
        "timeout_worker_healthcheck": 60,  # a worker that still imports on a busy machine is not dead
    }
    with listener:
        if on_ready is not None:
            on_ready(address_of(settings.host, listener.getsockname()[1], https=settings.https))
        if several:
            _supervise(app, settings, listener, workers=workers, options=options)
        else:
            uvicorn.Server(uvicorn.Config(app, **options)).run(sockets=[listener])


def app_of_environment() -> FastAPI:
    """The app of a worker process, which gets its settings from the one that started it."""
    from .app import create_app

    threading.Thread(target=_end_with, args=(int(os.environ[_PARENT]),), name="overture-parent", daemon=True).start()
    return create_app(StudioSettings.model_validate_json(os.environ[_SETTINGS]))


def _end_with(parent: int) -> None:
    """A worker whose parent was killed would go on listening, with nobody to send what is due."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def address_of(host: str, port: int, *, https: bool = False) -> str:
    """Where a browser on this machine finds it."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what is bound, not by us
    return f"{'https' if https else 'http'}://{f'[{name}]' if ':' in name else name}:{port}"


def _supervise(
    app: FastAPI, settings: StudioSettings, listener: socket.socket, *, workers: int, options: dict[str, Any]
) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from .housekeeping import in_background
    from .services import Services

    os.environ[_SETTINGS] = settings.model_copy(update={"dispatch": False}).model_dump_json()
    os.environ[_PARENT] = str(os.getpid())  # its parent may be gone when a worker first looks
    config = uvicorn.Config("overture.studio.serving:app_of_environment", factory=True, workers=workers, **options)
    services: Services = app.state.services
    try:
        with in_background(services) if settings.dispatch else nullcontext():
            Multiprocess(config, sockets=[listener]).run()
    finally:
        services.close()
        del os.environ[_SETTINGS], os.environ[_PARENT]


def _listen(settings: StudioSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_WAITING)  # from now on a browser that comes too early waits
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}; choose another --port"
        ) from None
    listener.set_inheritable(True)
    return listener

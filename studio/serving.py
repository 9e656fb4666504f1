"""A studio as a running server: uvicorn, in one process or several."""

from __future__ import annotations

from .settings import StudioSettings


def serve(settings: StudioSettings, *, workers: int = 1) -> None:
    """Listen until somebody stops it; with several workers each is a process, and the first one wakes what is due.

    Raises:
        ConfigurationError: it would be reachable from other machines without a key.
    """
    import os

    import uvicorn

    from .app import create_app

    create_app(settings.model_copy(update={"dispatch": False})).state.services.close()  # says what is wrong, once
    os.environ[_SETTINGS] = settings.model_dump_json()
    uvicorn.run(
        "overture.studio.serving:app_of_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )


_SETTINGS = "OVERTURE_STUDIO_SETTINGS"


def app_of_environment() -> object:
    """The app of a worker process, which gets its settings from the one that started it."""
    import os

    from .app import create_app

    return create_app(StudioSettings.model_validate_json(os.environ[_SETTINGS]))

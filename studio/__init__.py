"""The page a recruiter works with, and the HTTP face for services that are not Python.
Every name loads on first use: FastAPI and the other rooms come with the extra `studio`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overture.faces import lazy_face

if TYPE_CHECKING:
    from .app import create_app
    from .keys import KeyStore
    from .serving import serve
    from .settings import StudioSettings

_HOME_OF = {
    "KeyStore": "keys",
    "StudioSettings": "settings",
    "create_app": "app",
    "serve": "serving",
}

__all__ = ["KeyStore", "StudioSettings", "create_app", "serve"]

__getattr__, __dir__ = lazy_face(__name__, _HOME_OF, extra="studio")

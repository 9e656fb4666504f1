"""The `overture` command: one file a noun, thin over the library.
Nothing of the library loads before a sub-command needs it, so that `--help` is quick."""

from .app import main, run

__all__ = ["main", "run"]

"""The command's frame: its nouns, and how an error ends (one line; 2: the input, 1: the run, 3: a rule)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Final

import typer

from overture.errors import OvertureError, UserError

from .auto_draft import auto_draft
from .classify import classify
from .content import content
from .credits import credit_commands
from .draft import draft
from .draft_bulk import draft_bulk
from .elements import elements
from .eval import eval_commands
from .feedback import feedback
from .follow_up import follow_up
from .health import health
from .insights import insights
from .outreach import outreach
from .presets import preset
from .prompts import prompts
from .studio import studio
from .text import plain

_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

app = typer.Typer(
    name="overture",
    help="Truthful, personal first messages for recruiters: drafted, and checked sentence by sentence.",
    epilog="Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 3 a rule refuses. "
    "OVERTURE_DEBUG=1 shows tracebacks.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would double the time of `--help`
)
app.command("draft")(draft)
app.command("draft-bulk")(draft_bulk)
app.command("elements")(elements)
app.command("follow-up")(follow_up)
app.command("health")(health)
app.command("insights")(insights)
app.add_typer(auto_draft, name="auto-draft")
app.add_typer(classify, name="classify")
app.add_typer(content, name="content")
app.add_typer(credit_commands, name="credits")
app.add_typer(eval_commands, name="eval")
app.add_typer(feedback, name="feedback")
app.add_typer(outreach, name="outreach")
app.add_typer(preset, name="preset")
app.add_typer(prompts, name="prompts")
app.add_typer(studio, name="studio")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"overture {version('overture')}")
        raise typer.Exit


@app.callback()
def _overture(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments and return its exit code; errors go to stderr, one line each."""
    debug = os.environ.get("OVERTURE_DEBUG", "") not in {"", "0"}
    try:
        return app(list(arguments) or ["--help"], prog_name="overture", standalone_mode=False) or 0
    except typer.TyperException as error:  # a wrong option or a missing one
        return _fail(_in_words(error.format_message()), error.exit_code)
    except OvertureError as error:
        if debug:
            raise
        return _fail(str(error), 2 if isinstance(error, UserError) else 1)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("interrupted", 130)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return _fail(f"what was to be written found no room ({error.strerror}): make some, and run it again", 1)
        return _fail(
            f"internal error, please report it: {type(error).__name__}: {error} (OVERTURE_DEBUG=1 shows where)", 1
        )


def _in_words(message: str) -> str:
    """What typer says of a value, without the words of the library that looked at it."""
    return message.replace("Value error, ", "").replace(
        "does not match the formats '%Y-%m-%d'", "is no day; expected one such as 2026-12-01"
    )


def main() -> None:
    """The entry point of the `overture` command."""
    sys.exit(run(sys.argv[1:]))


def _fail(message: str, code: int) -> int:
    typer.echo(f"overture: {' '.join(plain(message).split())}", err=True)
    return code

"""`overture prompts`: the versioned prompt files, listed, shown and compared (D-14)."""

from typing import Annotated

import typer

from .text import console, plain

prompts = typer.Typer(help="List, show and compare the versioned prompts.", rich_markup_mode=None)
_REFERENCE = "NAME, NAME@VERSION, or a .j2 file of your own."


@prompts.command("list")
def list_all() -> None:
    """List every version of every prompt with its fingerprint."""
    from rich.table import Table

    from overture.prompts import list_prompts

    table = Table("Prompt", "Fingerprint", "Description", box=None, pad_edge=False)
    for prompt in list_prompts():
        table.add_row(f"{prompt.name}@{prompt.version}", prompt.fingerprint[:12], prompt.header.description)
    console().print(table)


@prompts.command("show")
def show(prompt: Annotated[str, typer.Argument(metavar="PROMPT", help=_REFERENCE)]) -> None:
    """Print a prompt file as it stands, header and text."""
    from overture.prompts import load_prompt

    typer.echo(plain(load_prompt(prompt).source))


@prompts.command("diff")
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_REFERENCE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_REFERENCE)],
) -> None:
    """Print the lines in which two prompts differ; nothing where they are the same."""
    from overture.prompts import diff_prompts

    if difference := diff_prompts(old, new):
        typer.echo(plain(difference))

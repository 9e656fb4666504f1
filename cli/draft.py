"""`overture draft`: one message from a profile and an opportunity (D-1)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overture.errors import InputError, WriterOutputError
from overture.generation.choices import Language, Length, Tone

from .text import plain

if TYPE_CHECKING:
    from overture.generation.draft import Draft
    from overture.generation.personalization import Personalization
    from overture.generation.writers import Chunk


def draft(
    candidate: Annotated[Path, typer.Option(help="The profile: JSON Resume, a member's data export, YAML or JSON.")],
    job: Annotated[Path | None, typer.Option(help="The job post: JobPosting, a board's answer, YAML or JSON.")] = None,
    pick: Annotated[
        str | None, typer.Option(help="Which job of a file with several: its number from 0, its id or its title.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option(help="The hiring project; it fills what the post leaves open.")
    ] = None,
    company: Annotated[Path | None, typer.Option(help="The hiring company.")] = None,
    recruiter: Annotated[Path | None, typer.Option(help="Who writes and signs.")] = None,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="offline, openai:NAME, or PROVIDER:NAME as LangChain has it.")
    ] = "offline",
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Another OpenAI-compatible endpoint for openai:NAME.")
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option(metavar="ELEMENT", help="Switch an element on, after '--off all'; repeatable.")
    ] = None,
    off: Annotated[
        list[str] | None, typer.Option(metavar="ELEMENT", help="Switch an element off, or 'all'; repeatable.")
    ] = None,
    tone: Annotated[Tone, typer.Option(help="How it sounds.")] = "friendly",
    length: Annotated[Length, typer.Option(help="At most 400, 800 or 1,900 characters.")] = "medium",
    language: Annotated[Language, typer.Option(help="The language it is written in.")] = "en",
    custom_content: Annotated[
        Path | None, typer.Option(help="Your own text, put in byte for byte; no model sees it.")
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The day from which durations are counted."),
    ] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Show the unchecked text on stderr as it comes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole record, evidence included.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show each sentence beside its facts as well.")] = False,
) -> None:
    """Draft a message to a candidate.

    Without a job post and a project the role is inferred from what the candidate does now, and worded so (D-2).
    """
    from overture.generation.drafter import Drafter
    from overture.sources import read_candidate, read_company, read_job, read_project, read_recruiter

    drafter = Drafter(model=model, base_url=base_url, today=today.date() if today else None)
    person = read_candidate(candidate)
    post = read_job(job, pick=int(pick) if pick and pick.isdecimal() else pick) if job else None
    inputs: dict[str, Any] = {
        "job": post,
        "project": read_project(project) if project else None,
        "company": read_company(company) if company else None,
        "recruiter": read_recruiter(recruiter) if recruiter else None,
        "personalization": _personalization(on or [], off or [], tone, length, language),
        "custom_content": _read_text(custom_content) if custom_content else None,
    }
    record = _show_stream(drafter.stream(person, **inputs)) if stream else drafter.draft(person, **inputs)
    if as_json:
        typer.echo(record.model_dump_json(indent=2))
        return
    message = f"Subject: {record.subject}\n\n{record.body}"
    typer.echo(plain(message) if sys.stdout.isatty() else message)  # to a file or a pipe byte for byte (D-7)
    if explain:
        from .evidence import show_evidence

        show_evidence(record, person)
    else:
        fallback = (f"the offline writer wrote: {record.fallback.reason}",) if record.fallback else ()
        for note in (*(post.source.notes if post else ()), *record.warnings, *fallback):
            typer.echo(f"overture: note: {plain(note)}", err=True)


def _personalization(on: list[str], off: list[str], tone: Tone, length: Length, language: Language) -> Personalization:
    from overture.generation.personalization import Personalization

    everything_off = "all" in off
    base = Personalization.only(()) if everything_off else Personalization()
    voiced = base.model_copy(update={"tone": tone, "length": length, "language": language})
    return voiced.switch(on=on, off=[name for name in off if name != "all"])


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")  # bytes, so that no line end is changed (D-7)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read", path=str(path), expected="a text file in UTF-8") from error


def _show_stream(pieces: Iterator[Chunk | Draft]) -> Draft:
    from overture.generation.draft import Draft

    for piece in pieces:
        if isinstance(piece, Draft):
            typer.echo("\n", err=True)
            return piece
        typer.echo(plain(piece.text), err=True, nl=False)
    raise WriterOutputError("the stream ended without a draft")

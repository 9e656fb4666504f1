"""`overture draft`: one message from a profile and an opportunity (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overture.errors import ConfigurationError, WriterOutputError

from .choice import ChosenLanguage, ChosenLength, ChosenTone, SwitchedOff, SwitchedOn, make_choice
from .database_option import Database
from .inputs import CandidateFile, CompanyFile, JobFile, Pick, ProjectFile, RecruiterFile, read_inputs
from .message import show_message, show_notes
from .seats import open_seats, read_bytes_as_text
from .text import plain
from .writer_options import BaseUrl, ModelName, Today, WholeRecord, finite

if TYPE_CHECKING:
    from overture.generation.draft import Draft
    from overture.generation.limits import Limits
    from overture.generation.personalization import Personalization
    from overture.generation.writers import Chunk


def draft(
    candidate: CandidateFile,
    job: JobFile = None,
    pick: Pick = None,
    project: ProjectFile = None,
    company: CompanyFile = None,
    recruiter: RecruiterFile = None,
    model: ModelName = "offline",
    base_url: BaseUrl = None,
    slots: Annotated[
        bool, typer.Option("--slots", help="For small models: they fill parts of a message, and code adds the rest.")
    ] = False,
    on: SwitchedOn = None,
    off: SwitchedOff = None,
    tone: ChosenTone = None,
    length: ChosenLength = None,
    language: ChosenLanguage = None,
    custom_content: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|ID",
            help="Your own text, put in byte for byte; no model sees it. A file, or with --seat an id of its content.",
        ),
    ] = None,
    seat: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose presets and custom content; its default preset is taken.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="A preset of the seat; other options change its choice.")
    ] = None,
    database: Database = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, metavar="N", help="The most tokens, in and out.")] = None,
    max_price: Annotated[
        float | None,
        typer.Option(min=1e-6, metavar="USD", callback=finite, help="The most it may cost, where the price is known."),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices of your own, in place of the built-in table.")
    ] = None,
    today: Today = None,
    stream: Annotated[bool, typer.Option("--stream", help="Show the unchecked text on stderr as it comes.")] = False,
    as_json: WholeRecord = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show each sentence beside its facts as well.")] = False,
) -> None:
    """Draft a message to a candidate.

    Without a job post and a project the role is inferred from what the candidate does now, and worded so (D-2).
    """
    from overture.generation.drafter import Drafter
    from overture.generation.prices import Prices

    drafter = Drafter(
        model=model,
        base_url=base_url,
        prompt="slots" if slots else "draft",
        limits=_limits(max_tokens, max_price),
        prices=None if prices is None else Prices.read(prices),
        today=today.date() if today else None,
    )
    saved, text = _of_seat(seat, preset, custom_content, database)
    inputs = read_inputs(
        candidate, job=job, pick=pick, project=project, company=company, recruiter=recruiter, custom_content=text,
        personalization=make_choice(base=saved, on=on, off=off, tone=tone, length=length, language=language),
    )  # fmt: skip
    given: dict[str, Any] = {name: getattr(inputs, name) for name in type(inputs).model_fields}
    record = _show_stream(drafter.stream(**given)) if stream else drafter.draft(**given)
    if as_json:
        typer.echo(record.model_dump_json(indent=2))
        return
    show_message(record)
    if explain:
        from .evidence import show_evidence

        show_evidence(record, inputs.candidate)
    else:
        show_notes(record, of_sources=inputs.job.source.notes if inputs.job else ())


def _limits(max_tokens: int | None, max_price: float | None) -> Limits:
    from overture.generation.limits import Limits

    given = {"max_total_tokens": max_tokens, "max_price": max_price}
    return Limits.model_validate({name: value for name, value in given.items() if value is not None})


def _of_seat(
    seat: str | None, preset: str | None, custom_content: str | None, database: str | None
) -> tuple[Personalization | None, str | None]:
    """The choice and the text that a seat has kept; without a seat the text is a file (D-6, D-7)."""
    if seat is None:
        if preset is not None:
            raise ConfigurationError("--preset needs --seat: presets belong to one")
        return None, read_bytes_as_text(Path(custom_content)) if custom_content else None
    from .presets import tell_notes

    with open_seats(database) as store:
        chosen = store.default_preset(seat) if preset is None else store.preset(seat, preset)
        text = store.content(seat, custom_content).text if custom_content else None
    if chosen is not None:
        tell_notes([chosen])
    return chosen.personalization if chosen else None, text


def _show_stream(pieces: Iterator[Chunk | Draft]) -> Draft:
    from overture.generation.draft import Draft

    for piece in pieces:
        if isinstance(piece, Draft):
            typer.echo("\n", err=True)
            return piece
        typer.echo(plain(piece.text), err=True, nl=False)
    raise WriterOutputError("the stream ended without a draft")

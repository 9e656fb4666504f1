"""`overture follow-up`: a second message after one that was not answered (S-3 says when it goes out)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from overture.errors import InputError

from .choice import ChosenLanguage, ChosenLength, ChosenTone, SwitchedOff, SwitchedOn, make_choice
from .inputs import CandidateFile, CompanyFile, JobFile, Pick, ProjectFile, RecruiterFile, read_inputs
from .message import show_message, show_notes
from .writer_options import BaseUrl, ModelName, Today, WholeRecord

if TYPE_CHECKING:
    from overture.generation.revision import SentMessage

_FORM = "the JSON that `overture draft --json` printed, or an object with subject and body"


def follow_up(
    first: Annotated[Path, typer.Option(help=f"The first message: {_FORM}.")],
    candidate: CandidateFile,
    job: JobFile = None,
    pick: Pick = None,
    project: ProjectFile = None,
    company: CompanyFile = None,
    recruiter: RecruiterFile = None,
    first_custom_content: Annotated[
        Path | None,
        typer.Option(
            help="The custom content in the first message, where its record does not say; no model sees it (D-7)."
        ),
    ] = None,
    model: ModelName = "offline",
    base_url: BaseUrl = None,
    on: SwitchedOn = None,
    off: SwitchedOff = None,
    tone: ChosenTone = None,
    length: ChosenLength = None,
    language: ChosenLanguage = None,
    today: Today = None,
    as_json: WholeRecord = False,
) -> None:
    """Draft a second message: one more fact, a way out, shorter than the first, no reproach."""
    from overture.generation.drafter import Drafter

    from .seats import read_bytes_as_text

    sent = _read_first(first, read_bytes_as_text(first_custom_content) if first_custom_content else None)
    choice = make_choice(on=on, off=off, tone=tone, length=length, language=language)
    inputs = read_inputs(
        candidate, job=job, pick=pick, project=project, company=company, recruiter=recruiter, personalization=choice
    )
    drafter = Drafter(model=model, base_url=base_url, today=today.date() if today else None)
    record = drafter.follow_up(sent, inputs=inputs)
    if as_json:
        typer.echo(record.model_dump_json(indent=2))
        return
    show_message(record)
    show_notes(record)


def _read_first(path: Path, custom_content: str | None) -> SentMessage:
    import json

    from overture.generation.revision import SentMessage

    try:
        read: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError("cannot be read", path=str(path), expected=_FORM) from error
    given = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    subject, body = given.get("subject"), given.get("body")
    if not (isinstance(subject, str) and subject.strip() and isinstance(body, str) and body.strip()):
        raise InputError("holds no message", path=str(path), expected=_FORM)
    at = cast("list[int] | None", given.get("custom_content_at"))
    if at is not None and custom_content is None:
        custom_content = body[at[0] : at[1]]
    return SentMessage(subject=subject, body=body, custom_content=custom_content)

"""`overture feedback`: thumbs and corrections kept, counted, given out and forgotten (F-1, F-3, D-8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import uuid4

import typer

from overture.errors import ConfigurationError, InputError

from . import feedback_models, feedback_prompts, feedback_sets
from .database_option import Database
from .feedback_options import open_feedback
from .messaging_options import AsJson, Now, parse_instant
from .output_files import check_output

if TYPE_CHECKING:
    from overture.feedback import Event, FeedbackStats
    from overture.feedback.privacy import Erasure

Candidate = Annotated[str | None, typer.Option("--candidate", metavar="ID", help="A candidate, by the caller's id.")]
Seat = Annotated[str | None, typer.Option("--seat", metavar="ID", help="A seat.")]

feedback = typer.Typer(
    help="Keep thumbs and corrections, and learn from them: evaluation sets, exports, retraining, prompts.",
    rich_markup_mode=None,
)


@feedback.command("add")
def add(
    draft: Annotated[str | None, typer.Option(metavar="ID", help="A draft that the store knows.")] = None,
    vote: Annotated[
        Literal["up", "down", "clear"] | None, typer.Option(help="A thumb on the draft; clear takes it back.")
    ] = None,
    reason: Annotated[
        list[str] | None, typer.Option(metavar="REASON", help="Of a thumb down; may be given again.")
    ] = None,
    comment: Annotated[str | None, typer.Option(metavar="TEXT", help="What is wrong, or right.")] = None,
    final_text: Annotated[
        Path | None, typer.Option("--final-text", metavar="FILE", help="What was sent in the end; - is stdin.")
    ] = None,
    reply: Annotated[str | None, typer.Option(metavar="ID", help="A reply that the store knows.")] = None,
    label: Annotated[
        Literal["accept", "decline", "auto", "clear"] | None,
        typer.Option(help="The reply's right label; clear takes it back."),
    ] = None,
    intent: Annotated[str | None, typer.Option(metavar="INTENT", help="What the reply means (C-4).")] = None,
    seat: Seat = None,
    contract: Annotated[str | None, typer.Option("--contract", metavar="ID", help="The seat's contract.")] = None,
    key: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="An id of your own; the same command again adds nothing.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="ISO", help="When it was said; without it now.")] = None,
    event: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The whole event as JSON instead; - is stdin.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Keep one thumb or correction."""
    from .opening import clock_of
    from .seats import read_bytes_as_text

    if (draft is None) + (reply is None) + (event is None) != 2:
        raise ConfigurationError("what is judged? exactly one of --draft, --reply and --event")
    with open_feedback(database, now=now, is_new=event is not None) as store:
        if event is not None:
            given = _read(read_bytes_as_text(event))
        else:
            said_at = parse_instant(at, option="--at") or clock_of(now)()
            common: dict[str, Any] = {"id": key or uuid4().hex, "at": said_at, "seat": seat, "contract": contract}
            if draft is not None:
                if vote is None:
                    raise ConfigurationError("--vote is needed: up, down or clear")
                given = _event(
                    common, kind="draft_vote", draft=draft, vote=None if vote == "clear" else vote,
                    reasons=tuple(reason or ()), comment=comment,
                    final_text=None if final_text is None else read_bytes_as_text(final_text),
                )  # fmt: skip
            else:
                if label is None:
                    raise ConfigurationError("--label is needed: accept, decline, auto or clear")
                given = _event(
                    common, kind="label_correction", reply=reply, label=None if label == "clear" else label,
                    intent=intent,
                )  # fmt: skip
        receipt = store.add(given)
    typer.echo(receipt.model_dump_json(indent=2) if as_json else f"{receipt.outcome}: {receipt.id}")


@feedback.command("import")
def import_events(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON lines, .gz too; - is stdin.")],
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where rows go that cannot be taken, with line and reason.")
    ] = None,
    batch: Annotated[int, typer.Option(metavar="N", min=1, help="Events in one transaction.")] = 5_000,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Keep many; broken off and run again, it goes on, and what is kept already changes nothing."""
    from .feedback_import import import_files

    with open_feedback(database, now=now, is_new=True) as store:
        done = import_files(store, files, errors=errors, batch=batch)
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        typer.echo(f"{done.added:,} added, {done.repeated:,} known already, {done.bad:,} not taken")
    if done.stopped:
        typer.echo("overture: interrupted; the same command goes on", err=True)
        raise typer.Exit(130)
    if done.bad and errors is None:
        raise InputError(f"{done.bad:,} rows were not taken", expected="events; --errors FILE says which, and why")


@feedback.command("stats")
def stats(database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """How much feedback there is, by reason and by prompt."""
    with open_feedback(database, now=now) as store:
        found = store.stats()
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show_stats(found)


@feedback.command("export-person")
def export_person(
    candidate: Candidate = None,
    seat: Seat = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; without it stdout.")] = None,
    database: Database = None,
    now: Now = None,
) -> None:
    """Everything that is kept of a candidate or a seat, as JSON (F-3)."""
    with open_feedback(database, now=now) as store:
        found = store.export(candidate=candidate, seat=seat).model_dump_json(indent=2)
    if out is None:
        typer.echo(found)
        return
    try:
        check_output(out).write_text(f"{found}\n", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", path=str(out), expected="a place that can be written to"
        ) from None


@feedback.command("erase")
def erase(
    candidate: Candidate = None,
    seat: Seat = None,
    sets: Annotated[
        list[Path] | None, typer.Option("--set", metavar="FOLDER", help="An evaluation set; may be given again.")
    ] = None,
    registry: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Trained models: those that learned from them are named.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Forget a candidate or a seat in store and sets, and say what cannot be undone (F-3)."""
    if (candidate is None) == (seat is None):
        raise ConfigurationError("F-3: whose data? one of --candidate and --seat")
    with open_feedback(database, now=now) as store:
        if not yes:
            typer.confirm(f"Erase {'candidate' if candidate else 'seat'} {candidate or seat!r} for good?", abort=True)
        done = store.erase(candidate=candidate, seat=seat, sets=sets or (), registry=registry)
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        _show_erasure(done)


def _event(common: dict[str, Any], **said: Any) -> Event:
    import json

    missing = [f"--{name}" for name in ("seat", "contract") if common[name] is None]
    if missing:
        raise ConfigurationError(f"{' and '.join(missing)} needed: who says it")
    return _read(json.dumps(common | said | {"at": common["at"].isoformat()}))


def _read(text: str) -> Event:
    from overture.feedback.event_lines import read_event

    return read_event(text)


def _show_stats(found: FeedbackStats) -> None:
    from .tables import show_fields, show_table

    show_fields(
        (
            ("events", f"{found.events:,}"),
            ("drafts", f"{found.drafts:,}: {found.up:,} up, {found.down:,} down"),
            ("replies", f"{found.replies:,}: {found.corrected:,} corrected"),
            ("from", found.first_at),
            ("to", found.last_at),
        )
    )
    if found.reasons:
        typer.echo()
        show_table(("Reason", "Thumbs down"), found.reasons.items())
    if found.by_prompt:
        typer.echo()
        show_table(("Prompt", "Up", "Down"), ((name, *counts) for name, counts in found.by_prompt.items()))


def _show_erasure(done: Erasure) -> None:
    typer.echo(f"erased: {done.events:,} events, {done.drafts:,} drafts, {done.replies:,} replies")
    for folder, cases in done.cases.items():
        typer.echo(f"erased: {cases:,} cases of {folder}")
    for each in done.left:
        typer.echo(f"left: {each}")


for _module in (feedback_models, feedback_prompts, feedback_sets):
    _module.register(feedback)

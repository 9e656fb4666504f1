"""`overture outreach send` and `schedule`: one message to one candidate, with its follow-up (S-1 to S-4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from overture.errors import ConfigurationError, InputError

from .messaging_options import AsJson, Database, Now, SeatName, TransportUrl, parse_local
from .text import read_utf8

if TYPE_CHECKING:
    from overture.messaging.new_message import NewMessage, Scheduled
    from overture.messaging.outreach import Outreach

SEND_HELP: Final = "Send a message now, or at a time with --at; its follow-up waits for `overture outreach run`."
SCHEDULE_HELP: Final = "Charge a message for a later time; `overture outreach run` sends it when it is due."
RECIPIENT: Final = "recipient"
_HOURS: Final = 24


def write(
    ctx: typer.Context,
    candidate: Annotated[str | None, typer.Option(metavar="ID", help="Your id of the candidate.")] = None,
    address: Annotated[str, typer.Option(metavar="TEXT", help="Where the transport sends it.")] = "",
    subject: Annotated[str | None, typer.Option(metavar="TEXT", help="The subject.")] = None,
    body: Annotated[str | None, typer.Option(metavar="TEXT", help="The message.")] = None,
    body_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Read it from a file; - for stdin.")] = None,
    draft: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `overture draft --json` printed; - for stdin.")
    ] = None,
    template: Annotated[str | None, typer.Option(metavar="NAME", help="A saved message of the seat (S-4).")] = None,
    thread: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on in a thread that was answered; costs no credit (C-9).")
    ] = None,
    seat: SeatName = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Local time: '2026-12-01 09:00' (S-1).")] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="NAME", help="IANA zone of --at, or 'recipient' for theirs (S-2).")
    ] = None,
    candidate_zone: Annotated[str | None, typer.Option(metavar="NAME", help="The candidate's own zone.")] = None,
    follow_up: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Sent if they have not answered; one more credit (S-3).")
    ] = None,
    follow_up_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Read it from a file.")] = None,
    follow_up_subject: Annotated[str, typer.Option(metavar="TEXT", help="Without it 'Re: ' and the subject.")] = "",
    follow_up_days: Annotated[
        int | None, typer.Option(metavar="N", help="Days after the message went out; without it the policy's.")
    ] = None,
    job: Annotated[str | None, typer.Option(metavar="ID", help="Your id of the job, for insights.")] = None,
    free: Annotated[bool, typer.Option("--free", help="It costs nothing and gives nothing back (CR-1).")] = False,
    key: Annotated[str | None, typer.Option(metavar="TEXT", help="The same key is taken once.")] = None,
    database: Database = None,
    transport: TransportUrl = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Take a message: `send` and `schedule` differ in what they do where no time is given."""
    from .opening import find_seat, open_outreach, refuse

    tried = True
    must_wait = ctx.info_name == "schedule"
    text = _only_one(body, body_file, "--body", "--body-file")
    after = _only_one(follow_up, follow_up_file, "--follow-up", "--follow-up-file")
    values: dict[str, Any] = {"subject": subject, "body": text}
    if draft is not None:
        values = {**_read_draft(draft), **{name: value for name, value in values.items() if value is not None}}
    with open_outreach(database, transport=transport, now=now) as desk:
        from overture.messaging.decisions import Refused

        if thread is not None:
            if must_wait or at or after or candidate or template:
                raise ConfigurationError("--thread goes with `send`, --subject and --body alone: it is sent at once")
            _require(values)
            taken = desk.write_in_thread(thread, subject=values["subject"], body=values["body"], address=address)
        else:
            who = find_seat(desk, seat).id
            if template is not None:
                values = _from_template(desk, who, template, values, keep_time=must_wait and at is None)
            if at is not None:
                values["at"] = parse_local(at)
            if zone is not None:
                values["zone"] = None if zone == RECIPIENT else zone
            if after is not None:
                values["follow_up"] = {"subject": follow_up_subject, "body": after}
            elif follow_up_subject or (follow_up_days is not None and "follow_up" not in values):
                raise ConfigurationError("a follow-up needs its text: --follow-up or --follow-up-file")
            if follow_up_days is not None:
                values["follow_up"] = {**values["follow_up"], "delay_hours": follow_up_days * _HOURS}
            if candidate is None:
                raise ConfigurationError("--candidate is needed: whom is it to?")
            _require(values)
            new = _message(
                {
                    **values,
                    **{"candidate": candidate, "address": address, "candidate_zone": candidate_zone},
                    **{"job": job, "free": free, "key": key},
                }
            )
            if must_wait and new.at is None:
                raise ConfigurationError("`schedule` needs --at TIME; `overture outreach send` sends at once")
            tried = new.at is None
            taken = desk.send(who, new) if tried else desk.schedule(who, new)
        if isinstance(taken, Refused):
            refuse(taken, as_json=as_json)
        _show(desk, taken, tried=tried, as_json=as_json)


def read_text(path: Path) -> str:
    """A text in UTF-8 from a file, or from stdin for `-`.

    Raises:
        InputError: it cannot be read.
    """
    return read_utf8(path, encoding="utf-8-sig")


def _only_one(text: str | None, file: Path | None, option: str, file_option: str) -> str | None:
    if text is not None and file is not None:
        raise ConfigurationError(f"{option} and {file_option} are two ways to say it: give one")
    return read_text(file) if file is not None else text


def _read_draft(path: Path) -> dict[str, Any]:
    expected = "what `overture draft --json` prints, with its subject and body"
    try:
        record = json.loads(read_text(path))
    except (ValueError, RecursionError):
        raise InputError("is no JSON", path=str(path), expected=expected) from None
    if not isinstance(record, dict):
        raise InputError("is no draft", path=str(path), expected=expected)
    found: dict[str, Any] = {str(name): value for name, value in record.items()}  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType] - JSON has no types; they are checked below
    for name in ("subject", "body"):
        if not isinstance(found.get(name), str):
            raise InputError("is missing", path=str(path), field=name, expected=expected)
    return {"subject": found["subject"], "body": found["body"], "assisted": True}


def _from_template(desk: Outreach, seat: str, name: str, values: dict[str, Any], *, keep_time: bool) -> dict[str, Any]:
    """What a template says, under what was given beside it (S-4)."""
    from .outreach_templates import find_template

    found = find_template(desk, seat, name)
    known: dict[str, Any] = {"subject": found.subject, "body": found.body, "template": found.id, "zone": found.zone}
    if keep_time and found.local_time is not None:
        known |= {"at": found.local_time, "saved_time": True}
    if found.follow_up_body is not None:
        known["follow_up"] = {
            "subject": found.follow_up_subject or "",
            "body": found.follow_up_body,
            "delay_hours": found.follow_up_hours,
        }
    return known | {name: value for name, value in values.items() if value is not None}


def _require(values: dict[str, Any]) -> None:
    missing = [name for name in ("subject", "body") if not (values.get(name) or "").strip()]
    if missing:
        raise ConfigurationError(f"there is no {missing[0]}: give --subject and --body, or --draft, or --template")


def _message(values: dict[str, Any]) -> NewMessage:
    from overture.messaging.new_message import NewMessage
    from overture.messaging.zones import check_zone

    new = NewMessage.model_validate(values)
    for zone, field in ((new.zone, "--zone"), (new.candidate_zone, "--candidate-zone")):
        if zone is not None:
            check_zone(zone, field=field)
    return new


def _show(desk: Outreach, taken: Scheduled, *, tried: bool, as_json: bool) -> None:
    from overture.messaging.zones import shown, to_local

    from .tables import cell, show_fields

    view = desk.thread(taken.thread)
    message = next(item for item in view.messages if item.id == taken.message)
    if as_json:
        typer.echo(json.dumps({**taken.model_dump(mode="json"), "state": message.state}, indent=2))
        return
    time = taken.time
    when = f"{shown(to_local(time.at, time.zone))} {time.zone} ({_ZONE_OF[time.zone_source]})"
    if message.state == "sent":
        state = f"sent {cell(message.sent_at)}"
    elif tried and message.state in ("scheduled", "sending"):
        state = "the transport did not take it; `overture outreach run` tries again"
    else:
        state = f"{message.state}, due {when}, {cell(time.at)}; `overture outreach run` sends it"
    after = next((item for item in view.messages if item.id == taken.follow_up), None)
    due = f"due {cell(after.due_at)}" if after and after.due_at else "timed once this one is out"
    show_fields(
        [
            ("State", state),
            ("Note", time.note),
            ("Message", taken.message),
            ("Thread", taken.thread),
            ("Follow-up", after and f"{after.id}, {due}"),
            ("Charged", f"{taken.charged} credit{'' if taken.charged == 1 else 's'}"),
        ]
    )


_ZONE_OF: Final = {
    "given": "as given",
    "candidate": "the candidate's zone",
    "sender": "the sender's zone",
    "contract": "the contract's zone",
    "utc": "no zone is known",
}

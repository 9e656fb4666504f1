"""`overture outreach bulk`: a file of messages, each taken or refused by itself (S-5, H-3)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from overture.errors import InputError

from .messaging_options import AsJson, Database, Now, SeatName

if TYPE_CHECKING:
    from overture.messaging.decisions import Refused
    from overture.messaging.new_message import BulkResult, NewMessage, Scheduled

EXPECTED: Final = 'one JSON object a line, such as {"candidate": "ada", "subject": "A role", "body": "Hi Ada, ..."}'
_HOURS: Final = 24


def bulk(
    rows: Annotated[
        Path,
        typer.Option(
            "--in",
            metavar="FILE",
            help="JSONL, a recipient a line: candidate, subject, body, and where wanted address, at, zone, "
            "candidate_zone, follow_up, follow_up_days, job, template, assisted, free, key; - for stdin.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What came of each, as JSONL in the same order; - for stdout.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Set bad rows aside, with line, field and reason, and go on.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="A name for the campaign: a row without a key is taken once a candidate."),
    ] = None,
    seat: SeatName = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Schedule many messages; `overture outreach run` sends those that are due.

    Each row is charged or refused by itself. Without --errors one bad row stops the run before anything is charged.
    """
    from .opening import find_seat, open_outreach, refuse
    from .outreach_lines import open_files, read_rows, setting_aside, write_line

    with open_outreach(database, now=now) as desk, open_files(rows, out, errors) as files:
        from overture.messaging.decisions import Refused

        who = find_seat(desk, seat).id
        bad = 0
        tell = setting_aside(rows, files.errors)

        def set_aside(number: int, error: InputError) -> None:
            nonlocal bad
            tell(number, error)
            bad += 1

        taken = list(read_rows(rows, lambda line: parse_message(line, campaign=key), set_aside))
        done = desk.schedule_bulk(who, [new for _, new in taken])
        for (number, new), result in zip(taken, done.results, strict=True):
            write_line(files.results, result_row(number, new, result))
        refused = [result for result in done.results if isinstance(result, Refused)]
        if refused and not done.taken:
            _show(done, bad, as_json=as_json, to_stderr=str(out) == "-")
            refuse(refused[0], as_json=False)
        _show(done, bad, as_json=as_json, to_stderr=str(out) == "-")


def parse_message(line: bytes, *, campaign: str | None = None) -> NewMessage:
    """The message of one row; `follow_up` may be its text, `follow_up_days` its delay, `zone` may be 'recipient'.

    Raises:
        InputError: a field is missing, unknown or does not fit (named in `field`); no message repeats a text.
    """
    from pydantic import ValidationError

    from overture.messaging.new_message import NewMessage
    from overture.messaging.zones import check_zone

    from .opening import invalid
    from .outreach_lines import check_name, json_object
    from .outreach_write import RECIPIENT

    row = json_object(line, expected=EXPECTED)
    days: Any = row.pop("follow_up_days", None)
    if isinstance(row.get("follow_up"), str):
        row["follow_up"] = {"body": row["follow_up"]}
    if days is not None:
        if isinstance(days, bool) or not isinstance(days, int) or not isinstance(row.get("follow_up"), dict):
            raise InputError("does not fit", field="follow_up_days", expected="a whole number, beside a follow_up")
        row["follow_up"]["delay_hours"] = days * _HOURS
    if row.get("zone") == RECIPIENT:
        row["zone"] = None
    if campaign is not None and row.get("key") is None and isinstance(row.get("candidate"), str):
        row["key"] = f"{campaign}:{row['candidate']}"
    try:
        new = NewMessage.model_validate(row)
    except ValidationError as error:
        raise invalid(error) from None
    for field in ("candidate", "job", "template"):
        check_name(getattr(new, field), field=field)
    after = new.follow_up
    for field, text in (("subject", new.subject), ("body", new.body), ("address", new.address),
                        ("follow_up", f"{after.subject}{after.body}" if after else "")):  # fmt: skip
        if "\0" in text:
            raise InputError("holds a NUL", field=field, expected="text")
    if not new.body:
        raise InputError("is empty", field="body", expected="the message")
    if new.at is not None and (new.at.tzinfo is not None or not 1 < new.at.year < 9999):
        raise InputError("is no local time", field="at", expected="2026-12-01 09:00 without an offset, and its zone")
    for field in ("zone", "candidate_zone"):
        if (zone := getattr(new, field)) is not None:
            check_zone(zone, field=field)
    return new


def result_row(number: int, new: NewMessage, result: Scheduled | Refused) -> dict[str, Any]:
    """What came of one row, as a line of the results."""
    from overture.messaging.decisions import Refused

    row: dict[str, Any] = {"line": number, "candidate": new.candidate}
    if isinstance(result, Refused):
        return {**row, "refused": result.model_dump(mode="json")}
    told = result.model_dump(mode="json", exclude={"time"})
    return {**row, **told, "at": result.time.at.isoformat(), "zone": result.time.zone, "note": result.time.note}


def _show(done: BulkResult, bad: int, *, as_json: bool, to_stderr: bool) -> None:
    """The sums, by rule what was refused."""
    from json import dumps

    from overture.messaging.decisions import Refused

    why = Counter(result.rule for result in done.results if isinstance(result, Refused))
    charged = sum(result.charged for result in done.results if not isinstance(result, Refused))
    if as_json:
        sums = {"bulk": done.bulk, "taken": done.taken, "charged": charged, "refused": dict(why), "bad": bad}
        typer.echo(dumps(sums, indent=2), err=to_stderr)
        return
    parts = [f"{done.taken:,} taken for {charged:,} credit{'' if charged == 1 else 's'}"]
    parts += [f"{number:,} refused by {rule}" for rule, number in sorted(why.items())]
    parts += [f"{bad:,} bad row{'' if bad == 1 else 's'} set aside"] if bad else []
    typer.echo("; ".join(parts), err=to_stderr)

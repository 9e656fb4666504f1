"""`overture outreach reply` and `correct`: what candidates answer, and a person's word on it (C-1 to C-10)."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from overture.errors import ConfigurationError, InputError

from .messaging_options import AsJson, Database, LabelName, Now, parse_instant

if TYPE_CHECKING:
    from datetime import datetime

    from overture.classification.mail import Mail
    from overture.messaging.outreach import Outreach
    from overture.messaging.receiving import Received

_EXPECTED: Final = 'one JSON object a line, such as {"thread": "...", "text": "Yes, tell me more"}'
_FIELDS: Final = frozenset({"thread", "text", "mail", "smart", "edited", "received_at", "key"})


class Answer(NamedTuple):
    """One row: an answer as it came in."""

    thread: str
    content: str | Mail
    smart: LabelName | None
    edited: bool
    received_at: datetime | None
    key: str


def reply(
    thread: Annotated[str | None, typer.Option(metavar="ID", help="The thread that it answers.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="What the candidate wrote; - for stdin.")] = None,
    mail: Annotated[Path | None, typer.Option(metavar="FILE", help="The mail that they sent (.eml).")] = None,
    smart: Annotated[LabelName | None, typer.Option(help="The smart reply that they chose (C-1).")] = None,
    untouched: Annotated[
        bool, typer.Option("--untouched", help="The text is the smart reply's own, not theirs (C-9).")
    ] = False,
    received: Annotated[
        str | None, typer.Option(metavar="ISO", help="When it came; without it now. Without an offset UTC.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="TEXT", help="The same key counts once.")] = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            "--in",
            metavar="FILE",
            help="Many: JSONL, an answer a line: thread, and text, mail (a path) or smart, and where known edited, "
            "received_at, key; - for stdin.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="What each did, as JSONL; - for stdout.")] = None,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Set bad rows aside, with line, field and reason, and go on.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Take an answer: label it, give the credit back, stop the follow-up, move the thread.

    With --in a row without a key counts once, however often the file is read.
    """
    from .opening import open_outreach, show_json

    if rows is not None:
        if thread or text or mail or smart or untouched or received or key:
            raise ConfigurationError("--in is for rows, which say thread, text, smart and the rest themselves")
        _take_rows(rows, out, errors, database=database, as_json=as_json, now=now)
        return
    if out or errors:
        raise ConfigurationError("--out and --errors go with --in FILE")
    if thread is None:
        raise ConfigurationError("which thread? --thread ID, as `overture outreach folders` shows it")
    if text is not None and mail is not None:
        raise ConfigurationError("--text and --mail are two ways to say it: give one")
    if text is None and mail is None and smart is None:
        raise ConfigurationError("there is no answer: give --text, --mail or --smart")
    at = parse_instant(received, option="--received")
    content = _content(text, mail)
    with open_outreach(database, now=now) as desk:
        done = desk.receive_reply(
            thread,
            content,
            smart=smart,
            edited=bool(smart and content and not untouched),
            received_at=at,
            key=key if key is not None else _mail_key(content),
        )
        if as_json:
            show_json(done)
        else:
            _show(desk, done)


def correct(
    name: Annotated[str, typer.Argument(metavar="REPLY", help="Its id, as `overture outreach thread` shows it.")],
    label: Annotated[LabelName, typer.Argument(help="What it is.")],
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Correct the label of a reply: a person's word stands above all others (C-2)."""
    from .opening import open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        done = desk.correct_label(name, label)
        if as_json:
            show_json(done)
        else:
            _show(desk, done)


def parse_answer(line: bytes) -> Answer:
    """The answer of one row; a row without a key has one of its own content.

    Raises:
        InputError: a field is missing, unknown or does not fit (named in `field`); no message repeats a text.
    """
    from .outreach_lines import check_name, json_object

    row = json_object(line, expected=_EXPECTED)
    for field in sorted(row.keys() - _FIELDS):
        raise InputError("is no field of an answer", field=field, expected=", ".join(sorted(_FIELDS)))
    for field in ("thread", "text", "mail", "received_at", "key"):
        if not isinstance(row.get(field, ""), str | None):
            raise InputError("does not fit", field=field, expected="a text")
    if row.get("smart") not in (None, "accept", "decline"):
        raise InputError("does not fit", field="smart", expected="accept or decline")
    if not isinstance(row.get("edited"), bool | None):
        raise InputError("does not fit", field="edited", expected="true or false")
    if not row.get("thread"):
        raise InputError("is missing", field="thread", expected="the id of a thread")
    check_name(row["thread"], field="thread")
    text, mail = row.get("text"), row.get("mail")
    if text is not None and mail is not None:
        raise InputError("is there beside text", field="mail", expected="one of them")
    if text is not None and ("\0" in text or _has_half_characters(text)):
        raise InputError("cannot be kept", field="text", expected="text without NUL or halves of characters")
    if not (text or "").strip() and not mail and not row.get("smart"):
        raise InputError("is missing", field="text", expected="text, mail or smart")
    try:
        content = _content(text, Path(mail) if mail else None)
    except InputError as error:
        raise InputError(error.problem, field="mail", expected=error.expected) from None
    own = row.get("key") or _mail_key(content) or hashlib.sha256(line.strip()).hexdigest()
    edited = row.get("edited")
    return Answer(
        thread=row["thread"],
        content=content,
        smart=row.get("smart"),
        edited=bool(content) if edited is None and row.get("smart") else bool(edited),
        received_at=_instant(row.get("received_at")),
        key=own,
    )


def _take_rows(
    rows: Path, out: Path | None, errors: Path | None, *, database: str | None, as_json: bool, now: str | None
) -> None:
    from .opening import open_outreach
    from .outreach_lines import open_files, read_rows, setting_aside, write_line

    labels: Counter[str] = Counter()
    bad = repeated = given_back = 0
    with open_outreach(database, now=now) as desk, open_files(rows, out, errors) as files:
        tell = setting_aside(rows, files.errors)

        def set_aside(number: int, error: InputError) -> None:
            nonlocal bad
            tell(number, error)
            bad += 1

        for number, answer in read_rows(rows, parse_answer, set_aside):
            try:
                done = desk.receive_reply(
                    answer.thread,
                    answer.content,
                    smart=answer.smart,
                    edited=answer.edited,
                    received_at=answer.received_at,
                    key=answer.key,
                )
            except InputError as error:
                set_aside(number, error)
                continue
            write_line(files.results, _row(number, done))
            labels[_label(done)] += 1
            repeated += done.repeated
            given_back += 0 if done.repeated else len(done.settlement.refunds)
    told = {**{name: labels[name] for name in ("accept", "decline", "automatic")}}
    told |= {"repeated": repeated, "refunds": given_back, "bad": bad}
    if as_json:
        from json import dumps

        typer.echo(dumps(told, indent=2), err=str(out) == "-")
        return
    parts = [f"{told['accept']:,} accept, {told['decline']:,} decline, {told['automatic']:,} automatic"]
    parts += [f"{given_back:,} credit{'' if given_back == 1 else 's'} given back"]
    parts += [f"{repeated:,} known before"] if repeated else []
    parts += [f"{bad:,} bad row{'' if bad == 1 else 's'} set aside"] if bad else []
    typer.echo("; ".join(parts), err=str(out) == "-")


def _content(text: str | None, mail: Path | None) -> str | Mail:
    if mail is not None:
        from overture.classification.mail import read_mail

        return read_mail(mail)
    if text == "-":
        from .outreach_write import read_text

        return read_text(Path(text))
    return text or ""


def _mail_key(content: str | Mail) -> str | None:
    return None if isinstance(content, str) else content.message_id or None


def _instant(text: str | None) -> datetime | None:
    try:
        return parse_instant(text, option="received_at")
    except ConfigurationError as error:
        raise InputError("is no instant", field="received_at", expected="2026-12-01T09:00+01:00") from error


def _has_half_characters(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _label(done: Received) -> str:
    return done.reply.corrected or done.reply.label or "automatic"


def _row(number: int, done: Received) -> dict[str, Any]:
    reply, settled = done.reply, done.settlement
    return {
        **{"line": number, "thread": reply.thread, "reply": reply.id, "label": _label(done), "intent": reply.intent},
        **{"confidence": reply.confidence, "conflict": reply.conflict, "refunds": list(settled.refunds)},
        **{"cancelled": settled.cancels_follow_up, "closes": settled.closes, "suppresses": settled.suppresses},
        "repeated": done.repeated,
    }


def _show(desk: Outreach, done: Received) -> None:
    from .tables import show_fields

    reply, settled = done.reply, done.settlement
    confidence = f", {reply.confidence:.1%}" if reply.confidence is not None else ""
    conflict = "the smart reply and the classifier disagree: look at it (C-2)" if reply.conflict else None
    number = len(settled.refunds)
    back = f"{number} credit{'' if number == 1 else 's'} given back ({settled.refund_rule})" if number else "none"
    show_fields(
        [
            ("Label", f"{_label(done)} ({reply.intent}{confidence})" if reply.intent else _label(done)),
            ("Conflict", conflict),
            ("Known before", "yes: nothing was done again" if done.repeated else None),
            ("Credits", None if done.repeated else back),
            ("Follow-up", settled.cancels_follow_up and "not sent"),
            ("Moved", settled.moves_follow_up and settled.moves_follow_up.reason),
            ("Thread", f"{reply.thread}, {desk.thread(reply.thread).state.reason}"),
            ("Suppressed", "yes: nothing more can be scheduled to them (C-7)" if settled.suppresses else None),
            ("Reply", reply.id),
        ]
    )

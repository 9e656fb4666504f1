"""`overture insights`: the message report, on the terminal and as files (I-1 to I-3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from overture.errors import ConfigurationError, InputError

from .messaging_options import AsJson, ContractName, Database, GroupingName, Now, ViewName, parse_instant
from .output_files import check_distinct, check_output

if TYPE_CHECKING:
    from overture.classification.metrics import Rate

_DAYS: Final = 90


def insights(
    by: Annotated[list[GroupingName] | None, typer.Option(help="How to group; repeatable.")] = None,
    view: Annotated[
        ViewName, typer.Option(help="Count messages, as the policy does, or candidates (I-2).")
    ] = "message",
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="From this day or instant on; without it 90 days back.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Before this one; without it now.")] = None,
    contract: ContractName = None,
    seat: Annotated[str | None, typer.Option("--seat", metavar="ID", help="Only what this one sent.")] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The rate over time as a page; or .png, .svg.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Every figure as CSV.")] = None,
    parquet: Annotated[Path | None, typer.Option(metavar="FILE", help="Every figure as Parquet.")] = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Report what was sent and answered, every rate with its 95 % interval and n."""
    from .opening import clock_of, find_contract, find_seat, open_outreach
    from .tables import show_table

    end = parse_instant(until, option="--until")
    start = parse_instant(since, option="--since")
    check_distinct(csv, parquet, html)
    for path in (csv, parquet, html):
        if path is not None:
            check_output(path)
    with open_outreach(database, now=now) as desk:
        from overture.messaging.charts import weekly_rates, write_chart
        from overture.messaging.insights import build_insights, read_rows, write_csv, write_parquet

        end = end or clock_of(now)() + timedelta(microseconds=1)  # what was sent this instant counts
        start = start or end - timedelta(days=_DAYS)
        if start >= end:
            raise ConfigurationError("--since lies behind --until: there is no time between them")
        who = find_seat(desk, seat) if seat is not None else None
        name = find_contract(desk, contract or (who.contract if who else None)).id
        with desk.store.read() as connection:
            rows = read_rows(connection, contract=name, seat=who.id if who else None, start=start, end=end)
        report = build_insights(rows, start=start, end=end)
        files: tuple[tuple[Path | None, Callable[[Path], None]], ...] = (
            (csv, lambda path: write_csv(report, path)),
            (parquet, lambda path: write_parquet(report, path)),
            (html, lambda path: write_chart(weekly_rates(rows), path)),
        )
        for path, write in files:
            _write(path, write)
        chosen = [line for group in by or [GroupingName.ALL] for line in report.of(view, group.value)]
        if as_json:
            period = report.period.model_dump(mode="json")
            figures = [_without_nan(line.model_dump(mode="json")) for line in chosen]
            typer.echo(json.dumps({"contract": name, "period": period, "figures": figures}, indent=2))
            return
        if not chosen:
            typer.echo("Nothing was sent in this time.")
            return
        show_table(
            ("Group", "Sent", "Accepted", "Declined", "Pending", "Cancelled", "Responses", "Accepts", "Answer in"),
            (
                (
                    *(line.group, line.sent, line.accepted, line.declined, line.pending, line.cancelled),
                    *(_rate(line.response_rate), _rate(line.accept_rate)),
                    _hours(line.time_to_answer.median) if line.time_to_answer else None,
                )
                for line in chosen
            ),
        )  # fmt: skip


def _write(path: Path | None, write: Callable[[Path], None]) -> None:
    if path is None:
        return
    try:
        write(path)
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", path=str(path), expected="a place that can be written to"
        ) from None
    typer.echo(f"overture: note: {path} written", err=True)


def _rate(share: Rate) -> str | None:
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]" if share.n else None


def _hours(hours: float) -> str:
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def _without_nan(figures: dict[str, Any]) -> dict[str, Any]:
    """Rates of nothing sent as none: JSON knows no NaN."""
    for name in ("response_rate", "accept_rate"):
        if not figures[name]["n"]:
            figures[name] = None
    return figures

"""The insights page: a seat's own figures, how it stands, and why each credit came and went (I-1 to I-3, H, CR-8)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships none
import pytest
from sqlalchemy import select, update
from studio_app import ANN, BEN, CONTRACT, Studio, studio
from studio_compose import filled
from studio_conversations import as_seat

from overture.classification.metrics import rate
from overture.errors import InputError
from overture.messaging import NewMessage, Scheduled, Template
from overture.messaging.charts import WeekRate
from overture.studio.caller import USUAL_SCOPES
from overture.studio.insights_chart import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, draw_weeks
from overture.studio.insights_period import read_month, read_period
from overture.studio.tables import jobs

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    """Ann has sent five messages to four people, two of them drafted, and has two answers; Ben has sent one."""
    with studio(tmp_path_factory.mktemp("insights")) as made:
        outreach = made.services.outreach
        outreach.save_template(
            Template.model_validate(
                {"id": "t1", "seat": ANN, "name": "Grid <engineers>", "subject": "A role", "body": "Hello"}
            )
        )
        for number in range(4):
            new = NewMessage(
                candidate=f"person-{number}", subject="A role", body="Hello", assisted=number < 2,
                job="ann-job" if number else None, template="t1" if number == 3 else None,
            )  # fmt: skip
            taken = outreach.send(ANN, new)
            assert isinstance(taken, Scheduled)
            if number in (0, 2):
                outreach.receive_reply(taken.thread, smart="accept" if number else "decline")
        outreach.send(ANN, NewMessage(candidate="person-1", subject="Again", body="Hello"))
        outreach.send(BEN, NewMessage(candidate="canary-of-ben", subject="canary subject", body="Hello"))
        yield made


def page(desk: Studio, query: str = "", **headers: str) -> str:
    answer = desk.page.get(f"/insights{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)) if not headers else answer.text


def test_i1_the_figures_are_the_seats_own_each_rate_with_interval_and_n(desk: Studio) -> None:
    shown = page(desk)
    assert "Response rate 40.0 % 95 % interval 11.8 % to 76.9 %, n = 5" in shown
    assert "Accept rate 20.0 %" in shown
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("assisted", ["With the assistant 2", "By hand 3"]),
        ("kind", ["First message 5"]),
        ("job", ["Principal Engineer 3", "No job 2"]),
        ("template", ["Grid &lt;engineers&gt; 1", "No template 4"]),
    ],
)
def test_i1_groups_have_the_names_that_people_know(desk: Studio, by: str, names: list[str]) -> None:
    shown = page(desk, f"?by={by}")
    assert all(name in shown for name in names), shown


def test_i2_candidates_are_counted_once(desk: Studio) -> None:
    assert "n = 5" in page(desk)
    assert "n = 4" in page(desk, "?view=candidate")


def test_i3_the_chart_has_a_table_beside_it_and_no_script(desk: Studio) -> None:
    text = desk.page.get("/insights").text
    assert '<svg viewBox="0 0 760 280" role="img"' in text
    assert "The same as a table" in text
    assert "<script>" not in text
    assert "style=" not in text


def test_i3_csv_and_parquet_hold_every_view_and_grouping(desk: Studio) -> None:
    got = desk.page.get("/insights/report.csv?days=7")
    assert got.headers["content-disposition"] == 'attachment; filename="insights-2026-11-17-2026-11-23.csv"'
    rows = list(csv.DictReader(io.StringIO(got.text)))
    assert {row["grouping"] for row in rows if row["view"] == "candidate"} >= {"all", "job", "assisted"}
    assert "canary" not in got.text
    parquet: Any = pq
    table = parquet.read_table(io.BytesIO(desk.page.get("/insights/report.parquet").content))
    assert table.num_rows == len(rows)
    assert desk.page.get("/insights/report.xlsx").status_code == 422


def test_a_period_without_messages_says_so(desk: Studio) -> None:
    assert "Nothing was sent in this time" in page(desk, "?since=2025-01-01&until=2025-02-01")


def test_a_period_of_ones_own_is_kept_while_the_rest_changes_and_is_left_again(desk: Studio) -> None:
    own = "since=2026-11-01&until=2026-11-23"
    text = desk.page.get(f"/insights?{own}").text
    fields = filled(text)
    assert (fields["since"], fields["until"]) == ("2026-11-01", "2026-11-23")
    assert "1 Nov 2026 to 23 Nov 2026" in page(desk, f"?days=&{own}&by=kind")  # as the page sends it
    assert "17 Nov 2026 to 23 Nov 2026" in page(desk, f"?days=7&{own}")
    assert desk.page.get("/insights?days=0").status_code == 422


def test_i1_an_admin_sees_the_whole_contract_by_seat(desk: Studio) -> None:
    whole = page(desk, "?of=contract&by=seat")
    assert "ann 5" in whole
    assert "ben 1" in whole
    assert "canary" not in whole
    assert "ben 1" not in page(desk, "?by=seat")
    of_all = list(csv.DictReader(io.StringIO(desk.page.get("/insights/report.csv?of=contract").text)))
    assert {row["group"] for row in of_all if row["grouping"] == "seat"} == {ANN, BEN}
    usual = as_seat(desk, ANN, scopes=tuple(USUAL_SCOPES))
    assert usual.get("/insights?of=contract").status_code == 403
    assert usual.get("/insights/report.csv?of=contract").status_code == 403
    assert 'id="report-of"' not in usual.get("/insights").text


def test_jobs_are_named_without_reading_what_they_hold(desk: Studio) -> None:
    with desk.services.store.write() as connection:
        before = connection.scalar(select(jobs.c.opportunity).where(jobs.c.seat == ANN, jobs.c.id == "ann-job"))
        connection.execute(update(jobs).where(jobs.c.seat == ANN).values(opportunity={"no": "job"}))
    try:
        assert "Principal Engineer 3" in page(desk, "?by=job")
    finally:
        with desk.services.store.write() as connection:
            connection.execute(update(jobs).where(jobs.c.seat == ANN).values(opportunity=before))


def test_cr8_older_lines_come_until_there_are_none(desk: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overture.studio.page_insights._FEW_LINES", 2)
    monkeypatch.setattr("overture.studio.page_insights._MORE_LINES", 3)
    path: str | None = "/insights/statement?of=contract"
    counts: list[int] = []
    while path:
        text = desk.page.get(path).text
        counts.append(text.count("<tr>") - 1)
        older = re.search(r'hx-get="(/insights/statement[^"]+have=[^"]+)"', text)
        path = unescape(older[1]) if older else None
    assert counts[:3] == [2, 5, 8]
    assert counts[-1] == len(desk.services.outreach.statement(CONTRACT, month=date(2026, 11, 1)).entries)


def test_htmx_gets_the_report_alone(desk: Studio) -> None:
    part = page(desk, "", **{"HX-Request": "true", "HX-Target": "report"})
    assert "<html" not in part
    assert "Response rate" in part
    assert "Sender health" not in part


def test_cr8_the_statement_holds_the_seats_own_lines_with_their_why(desk: Studio) -> None:
    part = desk.page.get("/insights/statement").text
    assert part.count("scheduled or sent") >= 5
    assert "CR-1" in part
    assert "answered within 90 days" in part
    assert "canary" not in part
    whole = desk.page.get("/insights/statement?of=contract").text  # this session is an admin's
    assert whole.count("scheduled or sent") > part.count("scheduled or sent")
    assert "canary" not in whole  # whom others write to is theirs


def test_cr8_why_tells_the_whole_story_of_an_own_message_only(desk: Studio) -> None:
    outreach = desk.services.outreach
    own = outreach.statement(CONTRACT, month=date(2026, 11, 1)).entries
    mine = next(entry.message for entry in own if entry.seat == ANN and entry.kind == "refund")
    bens = next(entry.message for entry in own if entry.seat == BEN and entry.message)
    told = desk.page.get(f"/insights/why/{mine}").text
    assert "charged for message" in told
    assert "given back" in told
    other, missing = desk.page.get(f"/insights/why/{bens}"), desk.page.get("/insights/why/nonsense")
    assert (other.status_code, missing.status_code) == (404, 404)
    assert other.json()["detail"] == missing.json()["detail"]


def test_h3_a_restriction_shows_its_end(desk: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    from overture.messaging.decisions import HealthDecision

    until = NOW + timedelta(days=3)
    stands = HealthDecision(state="restricted", restricted_until=until, sent=120, responses=9, rule="H-3", reason="low")

    def health(_: str) -> HealthDecision:
        return stands

    monkeypatch.setattr(desk.services.outreach, "health", health)
    shown = page(desk)
    assert "One message at a time until Thu 26 Nov 2026, 10:00 (Europe/Stockholm) (H-3)" in shown
    assert "7.5 %" in shown


def test_periods_are_whole_days_of_the_seats_zone() -> None:
    period = read_period(days=7, zone="America/New_York", now=datetime(2026, 3, 9, 3, 0, tzinfo=UTC))
    assert (period.first, period.last) == (date(2026, 3, 2), date(2026, 3, 8))  # it is still the 8th there
    assert period.end - period.start == timedelta(days=7) - timedelta(hours=1)  # clocks went forward
    several: tuple[dict[str, Any], ...] = (
        {"since": "nonsense"},
        {"since": "2026-03-09", "until": "2026-03-01"},
        {"until": "0001-01-01"},
    )
    for wrong in several:
        with pytest.raises(InputError):
            read_period(**wrong, zone="UTC", now=NOW)
    with pytest.raises(InputError, match="month"):
        read_month("2026-13", now=NOW)


def test_the_chart_breaks_where_a_week_is_missing_and_stays_inside() -> None:
    def week(day: date, right: int, n: int) -> WeekRate:
        return WeekRate(week=day, assisted=True, rate=rate(right, n))

    drawn = draw_weeks([week(date(2026, 11, 2), 1, 4), week(date(2026, 11, 9), 4, 4), week(date(2026, 11, 23), 0, 3)])
    assert drawn is not None
    (series,) = drawn.series
    assert series.line.count("M") == 2
    assert [point.x for point in series.points] == [LEFT, *sorted(point.x for point in series.points[1:])]
    assert series.points[-1].x == WIDTH - RIGHT
    assert series.points[-1].y == HEIGHT - BOTTOM  # a rate of nothing lies on the axis
    numbers = [float(number) for number in re.findall(r"[\d.]+", series.band)]
    assert all(0 <= number <= WIDTH for number in numbers)
    assert draw_weeks([]) is None

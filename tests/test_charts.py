"""The rate over time, AI-assisted against not (I-3)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from overture.classification.metrics import rate
from overture.errors import ConfigurationError, MissingExtraError
from overture.messaging.charts import WeekRate, draw_rates, weekly_rates, write_chart
from overture.messaging.insights import MessageRow, build_insights, write_parquet

WEEKS = (
    WeekRate(week=date(2026, 3, 2), assisted=False, rate=rate(8, 60)),
    WeekRate(week=date(2026, 3, 2), assisted=True, rate=rate(14, 55)),
    WeekRate(week=date(2026, 3, 9), assisted=False, rate=rate(9, 70)),
    WeekRate(week=date(2026, 3, 9), assisted=True, rate=rate(18, 64)),
)
NASTY = 'Rates </script><script src="https://example.org/x.js"></script> & "more"'


def a_row(sent: str | None, *, assisted: bool = False, answered: bool = False) -> MessageRow:
    at = datetime.fromisoformat(sent or "2026-03-02T09:00+00:00")
    return MessageRow(
        id="m",
        candidate="c",
        seat="s",
        kind="initial",
        assisted=assisted,
        state="sent" if sent else "cancelled",
        at=at,
        sent_at=at if sent else None,
        answered_at=datetime(2026, 4, 1, tzinfo=UTC) if answered else None,
    )


def test_i3_weeks_begin_on_monday_utc_and_what_was_not_sent_counts_nowhere() -> None:
    rows = [
        a_row("2026-03-02T00:00+00:00"),
        a_row("2026-03-08T23:59+00:00", answered=True),
        a_row("2026-03-09T00:30+01:00", assisted=True),
        a_row("2026-03-09T00:00+00:00", assisted=True, answered=True),
        a_row(None),
    ]
    assert weekly_rates(rows) == (
        WeekRate(week=date(2026, 3, 2), assisted=False, rate=rate(1, 2)),
        WeekRate(week=date(2026, 3, 2), assisted=True, rate=rate(0, 1)),
        WeekRate(week=date(2026, 3, 9), assisted=True, rate=rate(1, 1)),
    )


def test_i3_the_chart_carries_every_rate_with_its_interval_and_n() -> None:
    spec = draw_rates(WEEKS).to_dict()
    (values,) = spec["datasets"].values()
    assert [(point["week"], point["kind"], point["n"]) for point in values] == [
        ("2026-03-02", "not assisted", 60),
        ("2026-03-02", "AI-assisted", 55),
        ("2026-03-09", "not assisted", 70),
        ("2026-03-09", "AI-assisted", 64),
    ]
    assert all(point["low"] < point["value"] < point["high"] for point in values)


class Page(HTMLParser):
    """The tags and texts of a page as a browser would take it apart."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_i3_the_html_is_one_file_that_asks_the_network_for_nothing(tmp_path: Path) -> None:
    write_chart(WEEKS, tmp_path / "rates.html", title=NASTY)
    page = Page()
    page.feed((tmp_path / "rates.html").read_text(encoding="utf-8"))
    assert [tag for tag, _ in page.tags if tag == "script"] == ["script", "script"]
    assert not [attributes for _, attributes in page.tags if {"src", "href"} & set(attributes)]
    assert NASTY in page.texts
    assert [text for text in page.texts if "vegaEmbed(" in text and '"n": 64' in text]
    assert {"2026-03-09", "AI-assisted", "64", "28.1%", "18.6% to 40.1%"} <= set(page.texts)


def test_i3_png_and_svg_are_pictures(tmp_path: Path) -> None:
    write_chart(WEEKS, tmp_path / "rates.PNG")
    write_chart(WEEKS, tmp_path / "rates.svg", title=NASTY)
    png = (tmp_path / "rates.PNG").read_bytes()
    assert png.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(png[16:20], "big") > 1000
    svg = ET.parse(tmp_path / "rates.svg").getroot()  # noqa: S314 - we have just written it
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert {NASTY, "AI-assisted", "2 Mar 2026"} <= {text.strip() for text in svg.itertext()}


def test_i3_a_chart_of_no_week_and_of_one_week_can_be_drawn(tmp_path: Path) -> None:
    write_chart((), tmp_path / "none.svg")
    write_chart(WEEKS[:1], tmp_path / "one.svg")
    assert "not assisted" in (tmp_path / "one.svg").read_text(encoding="utf-8")


def test_i3_another_ending_is_refused_and_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"'rates\.pdf' names no kind of chart; expected \.html, \.png or \.svg"
    ):
        write_chart(WEEKS, tmp_path / "rates.pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("module", ["altair", "vl_convert"])
def test_i3_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"overture\[messaging\]"):
        write_chart(WEEKS, tmp_path / "rates.svg")


def test_i3_without_pyarrow_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    empty: Any = build_insights([], start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(MissingExtraError, match=r"a Parquet file needs the extra 'messaging'"):
        write_parquet(empty, tmp_path / "report.parquet")


def test_i3_the_modules_load_without_the_drawing_libraries() -> None:
    code = (
        "import sys, overture.messaging.charts, overture.messaging.insights;"
        "print(sorted({'altair', 'vl_convert', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr

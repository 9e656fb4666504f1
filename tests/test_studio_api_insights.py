"""The message report and sender health over HTTP (I-1 to I-3, H-1 to H-4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from reply_doubles import DoubleClassifier
from studio_app import ANN, CONTRACT, Studio, studio

from overture.messaging import NewMessage, Scheduled


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Ann has sent four and got an accept and a decline; Ben one."""
    with studio(tmp_path_factory.mktemp("studio"), classifier=DoubleClassifier) as desk:
        outreach = desk.services.outreach
        for number, answer in enumerate(("Yes.", "No.", None, None)):
            new = NewMessage(candidate=f"c-{number}", subject="A role", body="Hello", assisted=number < 2, job="=j")
            sent = outreach.send(ANN, new)
            assert isinstance(sent, Scheduled)
            if answer:
                outreach.receive_reply(sent.thread, answer)
        outreach.send("ben", NewMessage(candidate="c-9", subject="A role", body="Hello"))
        yield desk


def test_i1_i2_i3_figures_with_interval_and_n_per_message_and_candidate_and_over_time(desk: Studio) -> None:
    report = desk.ann.get("/v1/insights").json()
    whole = next(line for line in report["figures"] if (line["view"], line["grouping"]) == ("message", "all"))
    assert (whole["sent"], whole["accepted"], whole["declined"], whole["pending"]) == (4, 1, 1, 2)
    rate = whole["response_rate"]
    assert (rate["value"], rate["n"]) == (0.5, 4)
    assert 0 < rate["low"] < 0.5 < rate["high"] < 1
    assert {line["view"] for line in report["figures"]} == {"message", "candidate"}
    groups = {line["group"]: line["sent"] for line in report["figures"] if line["grouping"] == "assisted"}
    assert groups == {"assisted": 2, "not assisted": 2}
    weeks = [(week["week"], week["assisted"], week["rate"]["n"]) for week in report["weeks"]]
    assert weeks == [("2026-11-23", False, 2), ("2026-11-23", True, 2)]


def test_a_view_and_a_grouping_can_be_chosen(desk: Studio) -> None:
    figures = desk.ann.get("/v1/insights?view=candidate&by=kind").json()["figures"]
    assert [(line["view"], line["grouping"], line["group"]) for line in figures] == [("candidate", "kind", "initial")]


def test_a_seat_sees_its_own_and_an_admin_the_contract(desk: Studio) -> None:
    seats = {line["group"] for line in desk.ann.get("/v1/insights?by=seat").json()["figures"]}
    assert seats == {"ann"}
    whole = {line["group"] for line in desk.ann.get("/v1/insights?by=seat&of=contract").json()["figures"]}
    assert whole == {"ann", "ben"}
    _, key = desk.services.keys.add(ANN, contract=CONTRACT, now=desk.clock(), scopes=("read",))
    refused = desk.ann.get("/v1/insights?of=contract", headers={"Authorization": f"Bearer {key}"})
    assert refused.status_code == 403


@pytest.mark.parametrize(("path", "accept"), [("?format=csv", "*/*"), ("", "text/csv, application/json")])
def test_i3_csv_by_query_or_accept_runs_no_formula(desk: Studio, path: str, accept: str) -> None:
    answered = desk.ann.get(f"/v1/insights{path}", headers={"Accept": accept})
    assert answered.headers["content-type"].startswith("text/csv")
    assert "insights-2026-08-26-2026-11-23.csv" in answered.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answered.text)))
    assert {row["group"] for row in rows if row["grouping"] == "job"} == {"'=j"}


def test_i3_parquet(desk: Studio) -> None:
    pq: Any = import_module("pyarrow.parquet")  # it ships no types
    answered = desk.ann.get("/v1/insights", headers={"Accept": "application/vnd.apache.parquet"})
    rows = pq.read_table(io.BytesIO(answered.content)).to_pylist()
    assert rows[0]["sent"] == 4


def test_a_period_of_whole_utc_days(desk: Studio) -> None:
    before = desk.ann.get("/v1/insights?start=2026-11-01&end=2026-11-22").json()
    assert (before["end"], before["figures"]) == ("2026-11-23T00:00:00Z", [])
    assert desk.ann.get("/v1/insights?start=2026-11-23&end=2026-11-22").json()["field"] == "start"
    assert desk.ann.get("/v1/insights?end=0001-01-01").status_code == 422
    assert desk.ann.get("/v1/insights?start=9999-12-31").status_code == 422


def test_h1_h3_health_says_the_rate_and_bulk_is_refused_with_the_rule_while_restricted(desk: Studio) -> None:
    health = desk.ann.get("/v1/sender-health").json()
    assert (health["state"], health["sent"], health["responses"], health["may_send_bulk"]) == ("ok", 4, 2, True)
    from overture.messaging.health import SenderHealth
    from overture.messaging.health_rows import keep_health

    until = desk.clock.now.replace(day=30)
    with desk.services.outreach.store.write() as connection:
        state = SenderHealth(state="restricted", changed_at=desk.clock(), restricted_until=until, noticed_ever=True)
        keep_health(connection, "ben", state)
    assert desk.ben.get("/v1/sender-health").json()["may_send_bulk"] is False
    messages = [{"candidate": f"b-{number}", "subject": "A role", "body": "Hello"} for number in range(2)]
    refused = desk.ben.post("/v1/messages/bulk", json={"messages": messages})
    assert (refused.status_code, refused.json()["rule"]) == (409, "H-3")
    assert refused.json()["until"] == until.isoformat()

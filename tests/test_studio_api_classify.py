"""Replies labelled over HTTP, one by one and many at once (C-2 to C-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("fastapi")

from studio_app import Studio, studio

from overture.classification import ReplyClassifier
from overture.classification.rows import verdict_row

NO = "Thanks, but I am happy where I am."
AWAY = "I am out of office until 7 December and will read your mail then."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("classify")) as made:
        yield made


def test_c4_a_reply_gets_what_the_command_line_says_of_it(desk: Studio) -> None:
    answer = desk.ann.post("/v1/classify", json={"id": 7, "text": NO, "outreach": "Open to a call?", "lang": "en"})
    verdict = ReplyClassifier.load().classify(NO, "Open to a call?", language="en")
    said = answer.json()
    assert {name: said[name] for name in verdict_row(7, verdict, explain=True)} == verdict_row(7, verdict, explain=True)
    assert (said["label"], said["decided_by"], said["model"]) == ("decline", "model", verdict.model)


def test_c5_an_automatic_answer_says_when_they_are_back_in_the_studios_year(desk: Studio) -> None:
    said = desk.ann.post("/v1/classify", json={"text": AWAY}).json()
    assert (said["label"], said["intent"], said["returns_on"]) == ("auto", "out_of_office", "2026-12-07")


def test_a_batch_keeps_the_order_and_each_row_fails_alone(desk: Studio) -> None:
    rows = [{"id": "a", "text": NO}, 5, {"id": "c"}, {"id": 4, "text": "x", "lang": "12"}, {"text": AWAY, "id": -1}]
    batch = desk.ann.post("/v1/classify/batch", json={"rows": rows}).json()
    assert [row["id"] for row in batch["rows"]] == ["a", None, "c", 4, -1]
    assert [row.get("label") for row in batch["rows"]] == ["decline", None, None, None, "auto"]
    assert [row["errors"][0]["field"] for row in batch["rows"] if "errors" in row] == ["?", "text", "lang"]
    assert batch["failed"] == 3
    assert batch["rows"][0] == desk.ann.post("/v1/classify", json=rows[0]).json()


def test_a_batch_holds_1_to_1000_rows(desk: Studio) -> None:
    for rows in ([], [{"text": "yes"}] * 1001):
        problem = desk.ann.post("/v1/classify/batch", json={"rows": rows}).json()
        assert (problem["status"], problem["errors"][0]["field"]) == (422, "body.rows")


def test_what_cannot_be_read_names_the_field_and_repeats_nothing(desk: Studio) -> None:
    for body, field in (
        ({"text": 5}, "body.text"),
        ({"text": "Kanarie", "lang": "Kanarie!"}, "body.lang"),
        ({"text": "Kanarie", "txt": 1}, "body.txt"),
    ):
        answer = desk.ann.post("/v1/classify", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        assert "Kanarie" not in answer.text

"""What a candidate or a recruiter wrote is in no log record, no audit line and no error's text, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("fastapi")

from sqlalchemy import select
from studio_app import ANN, studio
from studio_probe import Probe
from studio_walk import api_requests, page_requests

from overture.studio.tables import audit

WORD = "kanarie"
OF_THE_TEST = ("httpx2", "httpx", "asyncio")
"""Loggers of what the test asks with."""
AS_JSON = {"content-type": "application/json"}
POISON = f"{WORD} <b>\u2028 said it's 'fine' {{{{ 7*7 }}}}"


def poisoned(value: Any) -> Any:
    """The word in every text of a body."""
    if isinstance(value, dict):
        body = cast("dict[str, Any]", value)
        return {name: poisoned(part) for name, part in body.items()}
    if isinstance(value, list):
        return [poisoned(part) for part in cast("list[Any]", value)]
    return POISON if isinstance(value, str) else value


@pytest.mark.slow
def test_no_word_of_anybody_is_in_a_log_an_audit_line_or_a_problem(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every route is asked with a good body, with the word in each text, and with what cannot be read."""
    caplog.set_level(logging.DEBUG)
    ids = dict.fromkeys(NAMES, ("ann-rich",)) | {"job": ("ann-job",), "url": ("http://127.0.0.1:9/x",)}
    problems: list[str] = []
    with studio(tmp_path, requests_per_minute=10**9, burst=10**9) as desk:
        Probe(desk.app)
        asks = [
            *((desk.ann, ask) for ask in api_requests(desk.app, ids, {})),
            *((desk.page, ask) for ask in page_requests(ids, {})),
        ]
        for client, ask in asks:
            method = ask.method.upper()
            form = dict.fromkeys(ask.form or (), POISON)
            answers = [
                client.request(method, ask.path, json=poisoned(ask.json), data=form or None, params={WORD: WORD}),
                client.request(method, ask.path, json={POISON: WORD, "candidate": {"name": WORD, POISON: 1}}),
                client.request(method, ask.path, content=f'{{"text": "{WORD}', headers=AS_JSON),
            ]  # fmt: skip
            problems += [
                f"{method} {ask.template}: {answer.text[:300]}"
                for answer in answers
                if answer.headers.get("content-type") == "application/problem+json" and WORD in answer.text
            ]
        for answer in (
            desk.ann.get(f"/v1/{WORD}"), desk.ann.get(f"/v1/candidates/{WORD}?after={WORD}"),
            desk.ann.get("/v1/candidates", headers={"Authorization": f"Bearer ovt_{WORD}_{WORD}"}),
            desk.page.post("/sign-in", data={"key": f"ovt_{WORD}", "to": f"/{WORD}"}),
            desk.ann.post("/v1/probe/fail/own", json={"text": WORD}),
        ):  # fmt: skip
            assert answer.status_code >= 303
        assert desk.ann.post("/v1/classify", json={"text": f"No thanks, {WORD}."}).status_code == 200
        with desk.services.store.read() as connection:
            lines = json.dumps([list(map(str, row)) for row in connection.execute(select(audit))])
    said = "\n".join(
        f"{record.name}: {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if not record.name.startswith(OF_THE_TEST) and WORD in f"{record.getMessage()} {record.exc_text or ''}"
    )
    assert ANN in lines
    assert WORD not in lines
    assert said == ""
    assert problems == [], "\n".join(problems)
    assert len([record for record in caplog.records if record.name == "overture.studio"]) > 200


NAMES = (
    "candidate", "draft", "message", "thread", "reply", "content", "preset", "template", "seat", "key", "webhook",
    "delivery", "bulk", "feedback", "name", "kind", "action", "month", "format",
)  # fmt: skip

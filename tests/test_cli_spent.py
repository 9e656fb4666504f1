"""What `overture draft` says of cost, and the ceilings it takes (D-14, D-15)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from doubles import completion

from overture.cli import run
from overture.cli.spent import spent_line
from overture.generation import Usage

ROOT = Path(__file__).parents[1]
FILES = ("--candidate", str(ROOT / "examples/candidate-backend.json"), "--job", str(ROOT / "examples/job-backend.html"))
SAYS = json.dumps(
    {
        "subject": "The ledger at Norrsken Pay",
        "body": "You rebuilt the settlement ledger on PostgreSQL at Kassavik. Norrsken Pay builds a new ledger."
        "\n\nMay I call?",
    }
)


@pytest.fixture
def endpoint() -> Iterator[str]:
    """A server on loopback that gives one good answer for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(completion(SAYS)).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def prices(tmp_path: Path) -> str:
    """A table with a price for models of this machine."""
    path = tmp_path / "prices.json"
    model = {"names": ["small*"], "input": 1, "output": 10}
    path.write_text(
        json.dumps({"as_of": "2026-11-01", "providers": {"home": {"hosts": ["127.0.0.1"], "models": [model]}}}),
        encoding="utf-8",
    )
    return str(path)


def draft(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["draft", *FILES, *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_d14_what_was_spent_is_said(capsys: pytest.CaptureFixture[str], endpoint: str, prices: str) -> None:
    asked = ("--model", "openai:small-1", "--base-url", endpoint)
    code, out, err = draft(capsys, *asked, "--prices", prices)
    assert code == 0
    assert "You rebuilt the settlement ledger" in out
    assert "overture: note: spent 1 request, 1280 tokens, 0.002 US dollars\n" in err
    assert "no known price" in draft(capsys, *asked)[2]
    assert "Spent: 1 request, 1280 tokens, 0.002 US dollars" in draft(capsys, *asked, "--prices", prices, "--explain")[
        1
    ].replace("\n", " ")
    record = json.loads(draft(capsys, *asked, "--prices", prices, "--json")[1])
    assert record["usage"]["price"] == "0.002"
    assert json.loads(draft(capsys, *asked, "--json")[1])["usage"]["price"] is None


def test_d15_ceilings_are_kept(capsys: pytest.CaptureFixture[str], endpoint: str, prices: str) -> None:
    asked = ("--model", "openai:small-1", "--base-url", endpoint)
    code, _, err = draft(capsys, *asked, "--max-tokens", "100")
    assert code == 0
    assert "the offline writer wrote: one more request would pass the ceiling of 100 tokens" in err
    code, _, err = draft(capsys, *asked, "--max-price", "0.0001", "--prices", prices)
    assert code == 0
    assert "would pass the ceiling of 0.0001 US dollars" in err
    code, out, err = draft(capsys, *asked, "--max-price", "0.0001")
    assert (code, out) == (2, "")
    assert "D-15: max_price needs a price" in err
    assert draft(capsys, "--max-price", "0")[0] == 2
    assert draft(capsys, "--prices", "/no/such/file", *asked)[0] == 2


def test_an_offline_draft_says_nothing_of_cost(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = draft(capsys)
    assert (code, "spent" in err) == (0, False)
    assert json.loads(draft(capsys, "--json")[1])["usage"]["price"] == "0"


def test_a_total_with_an_unknown_part_says_so() -> None:
    usage = Usage(requests=3, input_tokens=10, priced_requests=2, known_price=Decimal("0.0100"))
    assert spent_line(usage) == "3 requests, 10 tokens, 0.01 US dollars and what 1 of them cost"

"""OpenAI's Batch endpoints as a double at the wire: faithful when it can be, and faulty in every way that it may be.

It keeps files and batches, checks what it is given as the real one does, and answers, loses, reorders, fails and
expires requests as it is told to. A call may fail before or after it was carried out, and the caller may die there.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final, Literal, TypeVar, get_args

import httpx2
from doubles import completion

LineFate = Literal[
    "answer", "lose", "fail_429", "fail_500", "expire", "null", "malformed", "cut", "twice", "stranger", "refuse",
    "no_json", "both",
]  # fmt: skip
BatchFate = Literal["complete", "fail", "full", "expire", "cancel"]
CallFate = Literal["serve", "fail_before", "fail_after", "drop_before", "drop_after", "rate_limit"]
LINE_FATES: tuple[LineFate, ...] = get_args(LineFate)
BATCH_FATES: tuple[BatchFate, ...] = get_args(BatchFate)
CALL_FATES: tuple[CallFate, ...] = get_args(CallFate)
Instant = Literal["before", "after"]
Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""From a request to the body of its answer; one with an `error` is an HTTP 400, or its `status`."""
Fate = TypeVar("Fate", bound=str)
_GOOD: Final[LineFate] = "answer"
_WHOLE: Final[BatchFate] = "complete"
_MOST_REQUESTS = 50_000
_MOST_BYTES = 200 * 2**20


class Killed(BaseException):
    """The process that called died at this call: nothing after it happened."""


@dataclass
class Batch:
    """One batch as the server keeps it."""

    id: str
    file: str
    endpoint: str
    metadata: dict[str, str]
    created_at: int
    fate: BatchFate
    steps: Iterator[str]
    status: str = "validating"
    output: str | None = None
    errors: str | None = None
    faults: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    ids: list[str] = field(default_factory=list[str])


class BatchServer:
    """`transport` is for `httpx2.Client`; what it did is in `batches`, `asked` and `answered`."""

    def __init__(
        self,
        *,
        answer: Answer = lambda _body: completion(),
        lines: Sequence[LineFate] = (),
        batches: Sequence[BatchFate] = (),
        calls: Sequence[CallFate] = (),
        kills: Iterable[tuple[int, Instant]] = (),
        polls: int = 2,
        seed: int = 0,
    ) -> None:
        """Fates are used up in turn, then all goes well.

        `kills` are numbers of calls, from 0; `polls` is how often a batch is looked at in vain before it ends.
        """
        self.answer, self.polls = answer, polls
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Batch] = {}
        self.asked = Counter[str]()
        """How often each custom_id was in a batch that was accepted."""
        self.answered = Counter[str]()
        """How often each custom_id was answered, and so paid for."""
        self.spoilt = Counter[str]()
        """How often each custom_id was asked in vain: not answered, or answered with a line nobody can read."""
        self.calls = list[str]()
        self._lines: Iterator[LineFate] = _and_then(lines, _GOOD)
        self._fates: Iterator[BatchFate] = _and_then(batches, _WHOLE)
        self._call_fates = iter(calls)
        self._kills = set(kills)
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)

    @property
    def transport(self) -> httpx2.MockTransport:
        """For the `http_client` of the real SDK."""
        return httpx2.MockTransport(self)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        number, path = len(self.calls), request.url.path.removeprefix("/v1")
        self.calls.append(f"{request.method} {path}")
        if (number, "before") in self._kills:
            raise Killed
        fate = next(self._call_fates, "serve")
        if fate == "drop_before":
            raise httpx2.ConnectTimeout("dropped", request=request)
        if fate == "fail_before":
            return _error(500, "server_error")
        if fate == "rate_limit":
            return _error(429, "rate_limit_exceeded")
        response = self._serve(request, path)
        if (number, "after") in self._kills:
            raise Killed
        if fate == "drop_after":
            raise httpx2.ReadTimeout("dropped", request=request)
        return _error(503, "server_error") if fate == "fail_after" else response

    def _serve(self, request: httpx2.Request, path: str) -> httpx2.Response:
        match request.method, path.strip("/").split("/"):
            case "POST", ["files"]:
                return self._upload(request)
            case "GET", ["files", name, "content"] if name in self.files:
                return httpx2.Response(200, content=self.files[name])
            case "DELETE", ["files", name] if name in self.files:
                del self.files[name]
                return httpx2.Response(200, json={"id": name, "object": "file", "deleted": True})
            case "POST", ["batches"]:
                return self._create(json.loads(request.content))
            case "GET", ["batches"]:
                return self._list(request.url.params)
            case "GET", ["batches", name] if name in self.batches:
                return httpx2.Response(200, json=self._looked_at(self.batches[name]))
            case "POST", ["batches", name, "cancel"] if name in self.batches:
                self.batches[name].status = "cancelled"
                return httpx2.Response(200, json=_shown(self.batches[name]))
            case _:
                return _error(404, "not_found")

    def _upload(self, request: httpx2.Request) -> httpx2.Response:
        boundary = request.headers["content-type"].partition("boundary=")[2].encode()
        parts: dict[bytes, bytes] = {}
        for part in request.content.split(b"--" + boundary)[1:-1]:
            head, _, body = part.partition(b"\r\n\r\n")
            parts[head.partition(b'name="')[2].partition(b'"')[0]] = body.removesuffix(b"\r\n")
        if parts.get(b"purpose") != b"batch" or len(parts[b"file"]) > _MOST_BYTES:
            return _error(400, "invalid_file")
        name = self._keep(parts[b"file"])
        shown = {"id": name, "object": "file", "created_at": 1, "filename": "in.jsonl", "purpose": "batch"}
        return httpx2.Response(200, json={**shown, "bytes": len(parts[b"file"]), "status": "processed"})

    def _create(self, asked: dict[str, Any]) -> httpx2.Response:
        metadata: dict[str, str] = asked.get("metadata") or {}
        known = asked["input_file_id"] in self.files and asked["completion_window"] == "24h"
        short = len(metadata) <= 16 and all(len(k) <= 64 and len(v) <= 512 for k, v in metadata.items())
        if not (known and short):
            return _error(400, "invalid_request")
        fate = next(self._fates)
        number = next(self._numbers)
        steps = ["in_progress"] * self.polls
        batch = Batch(
            id=f"batch_{number}", file=asked["input_file_id"], endpoint=asked["endpoint"], metadata=metadata,
            created_at=number, fate=fate, steps=iter([*steps[1:], "finalizing"] if steps else []),
        )  # fmt: skip
        batch.faults = self._faults(batch)
        self.batches[batch.id] = batch
        if not batch.faults:
            self.asked.update(batch.ids)
        return httpx2.Response(200, json=_shown(batch))

    def _faults(self, batch: Batch) -> list[dict[str, Any]]:
        """What the real one finds when it validates: these fail the batch before anything is paid."""
        if batch.fate in ("fail", "full"):
            code = "token_limit_exceeded" if batch.fate == "full" else "internal_error"
            return [{"code": code, "message": "not now", "line": None, "param": None}]
        faults: list[dict[str, Any]] = []
        for number, line in enumerate(self.files[batch.file].splitlines(), 1):
            asked = json.loads(line)
            fine = (
                asked["method"] == "POST"
                and asked["url"] == batch.endpoint
                and set(asked["body"])
                >= {
                    "model",
                    "messages",
                }
            )
            if not fine or asked["custom_id"] in batch.ids or not 0 < len(asked["custom_id"]) <= 64:
                faults.append({"code": "invalid_request", "message": "wrong line", "line": number, "param": None})
            batch.ids.append(asked["custom_id"])
        if not 0 < len(batch.ids) <= _MOST_REQUESTS:
            faults.append({"code": "too_many_requests", "message": "wrong length", "line": None, "param": None})
        return faults

    def _list(self, asked: httpx2.QueryParams) -> httpx2.Response:
        newest_first = list(reversed(self.batches.values()))
        limit = int(asked.get("limit", 20))
        assert 1 <= limit <= 100
        if after := asked.get("after"):
            newest_first = newest_first[[batch.id for batch in newest_first].index(after) + 1 :]
        page = newest_first[:limit]
        return httpx2.Response(
            200,
            json={
                "object": "list",
                "data": [_shown(batch) for batch in page],
                "first_id": page[0].id if page else None,
                "last_id": page[-1].id if page else None,
                "has_more": len(newest_first) > limit,
            },
        )

    def _looked_at(self, batch: Batch) -> dict[str, Any]:
        if batch.status in ("validating", "in_progress", "finalizing"):
            step = next(batch.steps, None)
            if batch.faults:
                batch.status = "failed"
            elif step:
                batch.status = step
            else:
                self._end(batch)
        return _shown(batch)

    def _end(self, batch: Batch) -> None:
        output, errors = list[bytes](), list[bytes]()
        lines = [json.loads(line) for line in self.files[batch.file].splitlines()]
        for number, asked in enumerate(lines):
            fate = next(self._lines)
            if batch.fate in ("expire", "cancel") and number >= len(lines) // 2:
                fate = "expire" if batch.fate == "expire" else "lose"
            self._settle(asked, fate, output, errors)
        self._random.shuffle(output)
        self._random.shuffle(errors)
        batch.output = self._keep(b"\n".join(output) + b"\n") if output else None
        batch.errors = self._keep(b"\n".join(errors) + b"\n") if errors else None
        batch.status = {"expire": "expired", "cancel": "cancelled"}.get(batch.fate, "completed")

    def _settle(self, asked: dict[str, Any], fate: LineFate, output: list[bytes], errors: list[bytes]) -> None:
        name: str = asked["custom_id"]
        body = self.answer(asked["body"]) if fate != "refuse" else completion(None, refusal="I cannot.")
        if "error" in body:
            errors.append(_line(name, body.get("status", 400), body))
            return
        good = _line(name, 200, body)
        if fate in ("lose", "fail_429", "fail_500", "expire", "null", "malformed", "cut", "no_json"):
            self.spoilt[name] += 1
        if fate not in ("lose", "fail_429", "fail_500", "expire", "null"):
            self.answered[name] += 1
        match fate:
            case "lose":
                pass
            case "fail_429" | "fail_500":
                status, code = (429, "rate_limit_exceeded") if fate == "fail_429" else (500, "server_error")
                errors.append(_line(name, status, {"error": {"message": "no", "code": code}}))
            case "expire":
                expired = {"code": "batch_expired", "message": "not executed before the window ended"}
                errors.append(_line(name, None, None, error=expired))
            case "null":
                output.append(_line(name, None, None))
            case "malformed":
                output.append(b'{"id": "batch_req_1", "custom_id": ')
            case "cut":
                output.append(good[: len(good) // 2])
            case "no_json":
                output.append(_line(name, 200, "upstream timed out"))
            case "twice":
                output.extend([good, good])
            case "both":
                output.append(good)
                errors.append(_line(name, 500, {"error": {"message": "no", "code": "server_error"}}))
            case "stranger":
                output.extend([good, _line(f"stranger-{name}"[:64], 200, completion())])
            case _:
                output.append(good)

    def _keep(self, content: bytes) -> str:
        name = f"file-{next(self._numbers)}"
        self.files[name] = content
        return name


@contextmanager
def on_loopback(server: BatchServer, *, killed: Callable[[], None] = lambda: None) -> Generator[str]:
    """The same over real HTTP, for other processes: its address; at a kill, `killed` is called and nobody answered."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = httpx2.Request(
                self.command, f"http://127.0.0.1{self.path}", headers=dict(self.headers), content=content
            )
            try:
                told = server(asked)
            except Killed:
                killed()
                return
            self.send_response(told.status_code)
            self.send_header("content-type", told.headers.get("content-type", "application/octet-stream"))
            self.send_header("content-length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        do_GET = do_POST = do_DELETE = do  # noqa: N815 - the base class names them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - likewise
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/v1"
        finally:
            http.shutdown()
            thread.join()


def _and_then(fates: Iterable[Fate], rest: Fate) -> Iterator[Fate]:
    yield from fates
    while True:
        yield rest


def _line(name: str, status: int | None, body: Any, *, error: Any = None) -> bytes:
    response = None if status is None else {"status_code": status, "request_id": "req_1", "body": body}
    line = {"id": f"batch_req_{name}", "custom_id": name, "response": response, "error": error}
    return json.dumps(line, ensure_ascii=False).encode()


def _shown(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "errors": {"object": "list", "data": batch.faults} if batch.status == "failed" else None,
        "input_file_id": batch.file,
        "completion_window": "24h",
        "status": batch.status,
        "output_file_id": batch.output,
        "error_file_id": batch.errors,
        "created_at": batch.created_at,
        "metadata": batch.metadata,
        "request_counts": {"total": len(batch.ids), "completed": 0, "failed": 0},
    }


def _error(status: int, code: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": "no", "type": code, "code": code, "param": None}})

"""The OpenAPI of the studio: complete, true, and no request of any shape brings the server down (issue 9)."""

from __future__ import annotations

import importlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

pytest.importorskip("fastapi")

from hypothesis import HealthCheck
from hypothesis.strategies import one_of
from seals import NetworkBlockedError
from studio_app import Studio, studio

from overture.messaging import Notice
from overture.messaging.notices import NoticeKind
from overture.studio.webhook_post import body_of, pack
from overture.studio.webhooks import group_of

TEST = pack("test", datetime(2026, 11, 24, 12, tzinfo=UTC), {"webhook": "3b5d2f"})
HEALTH = (HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("openapi"), requests_per_minute=10**9, burst=10**9) as made:
        yield made


@pytest.fixture(scope="module")
def schema(desk: Studio) -> dict[str, Any]:
    return desk.app.openapi()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_has_a_name_a_summary_and_a_description(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, operation in operations(schema)]
    assert len(names) == len(set(names)) > 50
    for name, operation in operations(schema):
        assert operation["operationId"].isidentifier(), name
        assert len(operation["operationId"]) < 40, name
        assert operation["summary"], name
        assert operation.get("description"), name


def test_every_operation_needs_a_key_and_says_how_it_fails(schema: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/ProblemBody"}
    for name, operation in operations(schema):
        assert operation["security"] == [{"HTTPBearer": []}], name
        for status in ("4XX", "5XX"):
            assert operation["responses"][status]["content"]["application/problem+json"]["schema"] == problem, name
        assert "422" not in operation["responses"], f"{name} has FastAPI's own form of errors"
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_every_write_takes_an_idempotency_key_once(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        keys = [each for each in operation.get("parameters", ()) if each["name"].lower() == "idempotency-key"]
        assert len(keys) == (0 if name.startswith("GET ") else 1), name


def test_every_body_has_an_example_that_fits_its_schema(schema: dict[str, Any]) -> None:
    import jsonschema  # pyright: ignore[reportMissingTypeStubs]
    from studio_walk import example_of

    checker: Any = jsonschema
    for name, operation in operations(schema):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        body = {**content["schema"], "components": schema["components"]}
        wrong = [
            each.message
            for each in checker.Draft202012Validator(body).iter_errors(example_of(operation["requestBody"], schema))
        ]
        assert wrong == [], name


def test_c8_h2_every_event_that_is_posted_is_described(schema: dict[str, Any]) -> None:
    import jsonschema  # pyright: ignore[reportMissingTypeStubs]
    from studio_walk import example_of

    checker: Any = jsonschema
    bodies = {name: webhook["post"]["requestBody"] for name, webhook in schema["webhooks"].items()}
    allowed = {name: _checking(checker, body, schema) for name, body in bodies.items()}
    for kind in get_args(NoticeKind):
        notice = Notice(
            id=7, at=datetime(2026, 11, 24, 12, tzinfo=UTC), contract="norrsken", seat="ann", kind=kind, rule="C-8",
            thread="0f9b1c", text="the candidate is interested",
        )  # fmt: skip
        event = json.loads(body_of(notice))
        assert [name for name, check in allowed.items() if check.is_valid(event)] == [group_of(kind)], kind
    assert [name for name, check in allowed.items() if check.is_valid(json.loads(TEST))] == ["test"]
    for name, body in bodies.items():
        assert allowed[name].is_valid(example_of(body, schema)), name
        sent = {each["name"] for each in schema["webhooks"][name]["post"]["parameters"]}
        assert sent == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def _checking(checker: Any, body: dict[str, Any], schema: dict[str, Any]) -> Any:
    return checker.Draft202012Validator(
        {**body["content"]["application/json"]["schema"], "components": schema["components"]}
    )


def knowing_no_names(look_up: Callable[..., Any]) -> Callable[..., Any]:
    """A look-up of names as where there is no network: what the seal of tests says is no error of a studio."""

    def asked(host: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return look_up(host, *arguments, **options)
        except NetworkBlockedError as error:
            raise socket.gaierror(socket.EAI_NONAME, "not known") from error

    return asked


def both(way: Any) -> Any:
    """Requests as an operation says, and as it does not; some take nothing that could be wrong."""
    from schemathesis import GenerationMode

    right = way.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if way.body or way.path_parameters or way.query:
        return one_of(right, way.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return right


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_no_request_of_any_shape_brings_it_down_and_each_answer_fits_its_schema(
    desk: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`OVERTURE_API_CASES=5000` runs as many cases over all operations; without it a tenth of that."""
    import hypothesis
    import schemathesis
    from studio_browser import serving

    monkeypatch.setattr(socket, "getaddrinfo", knowing_no_names(socket.getaddrinfo))
    checks: Any = importlib.import_module("schemathesis.specs.openapi.checks")  # whose types are half unknown
    common: Any = importlib.import_module("schemathesis.checks")
    wanted: list[Any] = [
        common.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
        checks.response_schema_conformance,
    ]  # fmt: skip
    cases = int(os.environ.get("OVERTURE_API_CASES", "500"))
    found, ran = list[str](), 0
    desk.app.openapi()  # takes seconds on a machine that is busy, and the client below waits for ten
    with serving(desk.app) as url:
        api: Any = schemathesis.openapi.from_url(f"{url}/v1/openapi.json")
        ways = [result.ok() for result in api.get_all_operations()]
        for way in ways:

            @hypothesis.given(case=both(way))
            @hypothesis.settings(
                max_examples=max(3, -(-cases // len(ways))), deadline=None, database=None, derandomize=True,
                suppress_health_check=[*HEALTH], phases=[hypothesis.Phase.generate],
            )  # fmt: skip
            def ask(case: Any) -> None:
                nonlocal ran
                ran += 1
                case.call_and_validate(headers={"Authorization": desk.ann.headers["authorization"]}, checks=wanted)

            try:
                ask()
            except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001 - all are shown at the end
                found.append(f"{way.label}: {str(failure)[:1500]}")
    assert not found, "\n\n".join(found)
    assert ran >= cases // 2, "some operations have few different requests"
    for kept in ("candidates/ann-rich", "jobs/ann-job"):  # some operations erase, and nobody by chance whom others need
        assert desk.ann.get(f"/v1/{kept}").status_code == 200

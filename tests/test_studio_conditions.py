"""Conditional requests: what is known is not sent again, and no write undoes what somebody else wrote (RFC 9110)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("fastapi")

from studio_app import Studio, studio


class Kind(NamedTuple):
    """A collection, what is first kept in it, and how it is written again."""

    path: str
    made: dict[str, Any]
    method: str
    others: tuple[dict[str, Any], dict[str, Any]]
    name: str = ""
    """Where it is made by PUT, under a name."""


def profile(headline: str) -> dict[str, Any]:
    return {"profile": {"name": "Jo Doe", "headline": headline}}


def template(subject: str) -> dict[str, Any]:
    return {"name": "Contact", "subject": subject, "body": "Hello"}


def preset(length: str) -> dict[str, Any]:
    return {"personalization": {"off": ["salary"], "length": length}}


def make(desk: Studio, kind: Kind) -> str:
    """Keep the first of a kind; where it is."""
    if kind.name:
        assert desk.ann.put(f"{kind.path}/{kind.name}", json=kind.made).status_code == 200
        return f"{kind.path}/{kind.name}"
    return desk.ann.post(kind.path, json=kind.made).headers["location"]


KINDS = (
    Kind("/v1/candidates", profile("Cook"), "PUT", (profile("Chef"), profile("Baker"))),
    Kind("/v1/jobs", {"job": {"title": "Cook"}}, "PUT", ({"job": {"title": "Chef"}}, {"job": {"title": "Baker"}})),
    Kind("/v1/templates", template("One"), "PUT", (template("Two"), template("Three"))),
    Kind("/v1/drafts", {"candidate": "ann-rich"}, "PATCH", ({"subject": "Two"}, {"subject": "Three"})),
    Kind("/v1/presets", preset("short"), "PUT", (preset("medium"), preset("long")), name="One"),
    Kind("/v1/presets", preset("short"), "PATCH", ({"is_default": True}, {"is_default": False}), name="Two"),
    Kind("/v1/contents", {"label": "a", "text": "One"}, "PATCH", ({"text": "Two"}, {"text": "Three"})),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("conditions"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


@pytest.mark.parametrize("kind", KINDS, ids=[f"{kind.method} {kind.path}" for kind in KINDS])
def test_a_write_of_what_somebody_changed_meanwhile_is_412_and_changes_nothing(desk: Studio, kind: Kind) -> None:
    where = make(desk, kind)
    seen, (first, second) = desk.ann.get(where).headers["etag"], kind.others
    desk.clock.wait(minutes=1)
    assert desk.ann.request(kind.method, where, json=first, headers={"If-Match": seen}).status_code == 200
    changed = desk.ann.get(where)
    late = desk.ann.request(kind.method, where, json=second, headers={"If-Match": seen})
    assert (late.status_code, late.json()["type"]) == (412, "urn:overture:problem:precondition-failed")
    assert desk.ann.get(where).json() == changed.json()
    for known in (f'"other", {changed.headers["etag"]}', "*"):
        now = {"If-Match": known}
        assert desk.ann.request(kind.method, where, json=second, headers=now).status_code == 200
        desk.ann.request(kind.method, where, json=first)
    weak = {"If-Match": f"W/{desk.ann.get(where).headers['etag']}"}
    assert desk.ann.request(kind.method, where, json=second, headers=weak).status_code == 412, "compared strongly"


@pytest.mark.parametrize("path", ["/v1/candidates", "/v1/jobs", "/v1/presets"])
def test_a_write_of_what_is_there_makes_nothing_new(desk: Studio, path: str) -> None:
    kind = next(kind for kind in KINDS if kind.path == path)
    where = f"{path}/not-there"
    assert desk.ann.put(where, json=kind.made, headers={"If-Match": "*"}).status_code == 412
    assert desk.ann.get(where).status_code == 404


def test_d7_a_revision_that_is_not_the_last_one_is_a_409_beside_an_etag_that_is(desk: Studio) -> None:
    where = desk.ann.post("/v1/contents", json={"label": "b", "text": "One"}).headers["location"]
    desk.ann.patch(where, json={"text": "Two"})
    seen = {"If-Match": desk.ann.get(where).headers["etag"]}
    assert desk.ann.patch(where, json={"text": "Three", "revision": 1}, headers=seen).status_code == 409
    assert desk.ann.patch(where, json={"text": "Three", "revision": 2}, headers=seen).status_code == 200


def test_if_none_match_saves_an_answer_to_a_look_and_never_one_to_a_write(desk: Studio) -> None:
    where = desk.ann.post("/v1/drafts", json={"candidate": "ann-rich", "job": "ann-job"}).headers["location"]
    known = {"If-None-Match": "*"}
    edited = desk.ann.patch(where, json={"subject": "By hand"}, headers=known)
    assert edited.status_code == 200
    assert "By hand" in edited.text
    for ask in (desk.ann.get, desk.ann.head):
        assert ask(where, headers=known).status_code == 304


def test_a_precondition_that_failed_may_be_put_right_under_the_same_idempotency_key(tmp_path: Path) -> None:
    with studio(tmp_path) as desk:
        where, body = "/v1/jobs/j-9", {"title": "A role", "job": {"title": "A role"}}
        assert desk.ann.put(where, json=body).status_code == 200
        once = {"Idempotency-Key": "same"}
        assert desk.ann.put(where, json=body, headers={"If-Match": '"old"', **once}).status_code == 412
        seen = desk.ann.get(where).headers["etag"]
        assert desk.ann.put(where, json=body, headers={"If-Match": seen, **once}).status_code == 200


def test_d6_a_preset_that_is_not_there_is_a_404_to_an_edit_and_a_rename_follows_its_etag(desk: Studio) -> None:
    known = {"If-Match": "*"}
    assert desk.ann.patch("/v1/presets/not-there", json={"name": "x"}, headers=known).status_code == 404
    where = "/v1/presets/Before"
    desk.ann.put(where, json=preset("short"))
    seen = {"If-Match": desk.ann.get(where).headers["etag"]}
    assert desk.ann.patch(where, json={"is_default": True}, headers=seen).status_code == 200
    assert desk.ann.patch(where, json={"name": "After"}, headers=seen).status_code == 412
    assert desk.ann.patch(where, json={"name": "After"}, headers=known).json()["is_default"] is True
    assert desk.ann.put(where, json=preset("long"), headers=known).status_code == 412

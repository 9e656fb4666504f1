"""Lists of messages and replies, for services that keep a copy: newest first, by cursor, a seat's own (S-1, C-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi")

from reply_doubles import DoubleClassifier
from studio_app import Studio, studio
from studio_conversations import answered, scheduled, sent


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Three messages of Ann's that were sent and answered, one hour after another, one that waits, and one of Ben's."""
    with studio(tmp_path_factory.mktemp("lists"), classifier=DoubleClassifier) as made:
        for number in range(3):
            answered(made, sent(made, f"c-{number}").thread, "Yes, tell me more.")
            made.clock.wait(hours=1)
        scheduled(made)
        answered(made, sent(made, "ben-rich", seat="ben").thread, "No thanks.")
        yield made


def walked(desk: Studio, path: str, **query: Any) -> list[dict[str, Any]]:
    """All of a list, two by two."""
    found: list[dict[str, Any]] = []
    while True:
        page = desk.ann.get(path, params={"limit": 2, **query}).json()
        found += page["items"]
        if page["next"] is None:
            return found
        query["after"] = page["next"]


@pytest.mark.parametrize(
    ("path", "moment", "n"), [("/v1/messages", "created_at", 4), ("/v1/replies", "received_at", 3)]
)
def test_a_list_goes_by_cursor_newest_first_and_shows_a_seat_its_own(
    desk: Studio, path: str, moment: str, n: int
) -> None:
    whole = desk.ann.get(path)
    items = whole.json()["items"]
    assert len(items) == n
    assert walked(desk, path) == items
    assert [each[moment] for each in items] == sorted((each[moment] for each in items), reverse=True)
    assert desk.ann.get(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    bens = desk.ben.get(path).json()["items"]
    assert len(bens) == 1
    assert bens[0] not in items
    for each in items[:2]:
        assert desk.ann.get(f"{path}/{each['id']}").json() == each, "as it is looked at by itself"


@pytest.mark.parametrize(("path", "moment"), [("/v1/messages", "created_at"), ("/v1/replies", "received_at")])
def test_since_an_instant_means_that_one_too(desk: Studio, path: str, moment: str) -> None:
    whole = desk.ann.get(path).json()["items"]
    since = whole[1][moment]
    assert walked(desk, path, since=since) == [each for each in whole if each[moment] >= since] == whole[:2]
    for wrong in ("2026-11-23T09:00:00", "0001-01-01T00:00:00+05:00", "yesterday"):
        assert desk.ann.get(path, params={"since": wrong}).status_code == 422


def test_messages_are_listed_by_state(desk: Studio) -> None:
    (waiting,) = walked(desk, "/v1/messages", state="scheduled")
    assert waiting["candidate"] == "ann-sparse"
    assert {each["state"] for each in walked(desk, "/v1/messages", state="sent")} == {"sent"}
    assert desk.ann.get("/v1/messages?state=lost").status_code == 422


def test_c2_a_reply_is_listed_with_what_a_person_said_of_it(desk: Studio) -> None:
    newest = desk.ann.get("/v1/replies?limit=1").json()["items"][0]
    assert (newest["label"], newest["corrected"], newest["verdict"]["label"]) == ("accept", None, "accept")
    desk.ann.patch(f"/v1/replies/{newest['id']}", json={"label": "decline"})
    assert desk.ann.get("/v1/replies?limit=1").json()["items"][0]["corrected"] == "decline"
    desk.ann.patch(f"/v1/replies/{newest['id']}", json={"label": None})

"""Candidates, opportunities, custom contents and presets over HTTP: each a seat's own (D-2, D-3, D-6, D-7, D-12)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from studio_app import Studio, studio

COOK = {"name": "Jo Doe", "positions": [{"title": "Cook", "company": "Brightbox", "current": True}]}
RESUME = {
    "basics": {"name": "Ines Prado", "email": "ines@example.com", "summary": "Married, two children. I build ledgers."},
    "work": [{"name": "Zaplata", "position": "Engineer", "startDate": "2020-01"}],
}
POSTING = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Baker", "description": "<p>Bakes.</p>"}
KEPT = (
    ("/v1/candidates", {"profile": COOK}, {"profile": COOK | {"headline": "Chef"}}),
    ("/v1/jobs", {"job": {"title": "Cook"}}, {"job": {"title": "Chef"}}),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("shelf"), requests_per_minute=10**6, burst=10**6) as made:
        yield made


@pytest.mark.parametrize(("path", "body", "other"), KEPT, ids=("candidates", "jobs"))
def test_what_is_kept_is_made_looked_at_replaced_and_forgotten(
    desk: Studio, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    made = desk.ann.post(path, json=body | {"id": "a/b é"})
    assert (made.status_code, made.headers["location"]) == (201, f"{path}/a%2Fb%20%C3%A9")
    where = made.headers["location"]
    assert desk.ann.get(where).json() == made.json()
    taken = desk.ann.post(path, json=other | {"id": "a/b é"})
    assert (taken.status_code, taken.json()["field"]) == (409, "id")
    replaced = desk.ann.put(where, json=other)
    assert replaced.status_code == 200
    assert replaced.json() != made.json()
    assert desk.ann.get(where).json() == replaced.json()
    [missing] = {
        (answer.status_code, answer.json()["detail"])
        for answer in (desk.ben.get(where), desk.ben.delete(where), desk.ann.get(f"{path}/nobody"))
    }
    assert missing[0] == 404
    assert desk.ann.delete(where).status_code == 204
    assert desk.ann.get(where).status_code == 404


@pytest.mark.parametrize("path", ["/v1/candidates", "/v1/jobs"])
def test_lists_go_by_cursor_and_answer_304_to_what_is_known(desk: Studio, path: str) -> None:
    body = {"profile": COOK} if path.endswith("candidates") else {"job": {"title": "Cook"}}
    for number in range(4):
        desk.ann.put(f"{path}/page-{number}", json=body)
    whole = desk.ann.get(path, params={"limit": 200})
    seen, after = list[str](), ""
    while True:
        page = desk.ann.get(path, params={"limit": 3, **({"after": after} if after else {})}).json()
        seen += [line["id"] for line in page["items"]]
        if not (after := page["next"] or ""):
            break
    assert seen == [line["id"] for line in whole.json()["items"]]
    assert len(set(seen)) == len(seen) >= 4
    known = {"If-None-Match": whole.headers["etag"]}
    assert desk.ann.get(path, params={"limit": 200}, headers=known).status_code == 304
    assert not {line["id"] for line in desk.ben.get(path).json()["items"]} & set(seen)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/v1/candidates", ("Search Me", "search me too")), ("/v1/jobs", ("Search Me", "search me too"))],
)
def test_lists_are_searched_page_by_page(desk: Studio, path: str, words: tuple[str, ...]) -> None:
    for number, word in enumerate((*words, "Somebody else")):
        body = {"profile": COOK | {"name": word}} if path.endswith("candidates") else {"job": {"title": word}}
        desk.ann.put(f"{path}/search-{number}", json=body)
        desk.clock.wait(minutes=1)
    first = desk.ann.get(path, params={"search": "SEARCH", "limit": 1}).json()
    second = desk.ann.get(path, params={"search": "SEARCH", "limit": 1, "after": first["next"]}).json()
    assert [each["id"] for each in first["items"] + second["items"]] == ["search-1", "search-0"]
    assert second["next"] is None
    assert desk.ben.get(path, params={"search": "search me"}).json()["items"] == []
    assert desk.ann.get(path, params={"search": "x" * 201}).status_code == 422


def test_d12_a_profile_of_any_format_stops_at_the_door_with_what_is_protected(desk: Studio) -> None:
    made = desk.ann.post("/v1/candidates", json={"profile": {"format": "auto", "document": RESUME}}).json()
    assert (made["name"], made["address"]) == ("Ines Prado", "ines@example.com")
    assert made["profile"]["source"]["format"] == "json-resume"
    assert made["profile"]["source"]["dropped"]
    assert "children" not in str(made["profile"]["summary"])
    back = desk.ann.put(f"/v1/candidates/{made['id']}", json={"profile": made["profile"], "address": "i@example.com"})
    assert (back.status_code, back.json()["address"]) == (200, "i@example.com")
    unread = desk.ann.post("/v1/candidates", json={"profile": {"format": "word", "document": {}}}).json()
    assert (unread["status"], unread["field"]) == (422, "profile.format")


def test_f3_a_forgotten_candidate_takes_the_drafts_to_them_along(desk: Studio) -> None:
    desk.ann.put("/v1/candidates/leaving", json={"profile": COOK})
    draft = desk.ann.post("/v1/drafts", json={"candidate": "leaving"}).json()["id"]
    other = desk.ann.post("/v1/drafts", json={"candidate": "ann-sparse"}).json()["id"]
    desk.ann.delete("/v1/candidates/leaving")
    assert desk.ann.get(f"/v1/drafts/{draft}").status_code == 404
    assert desk.ann.get(f"/v1/drafts/{other}").status_code == 200


def test_d2_a_job_is_read_from_a_posting_and_needs_something_to_offer(desk: Studio) -> None:
    made = desk.ann.post("/v1/jobs", json={"job": {"document": POSTING}, "company": {"name": "Norrsken"}}).json()
    assert (made["title"], made["job"]["description"], made["company"]["name"]) == ("Baker", "Bakes.", "Norrsken")
    nothing = desk.ann.post("/v1/jobs", json={"company": {"name": "Norrsken"}})
    assert (nothing.status_code, nothing.json()["errors"][0]["field"]) == (422, "body")
    unread = desk.ann.post("/v1/jobs", json={"job": {"title": "Cook", "titel": "x"}}).json()
    assert (unread["field"], unread["expected"]) == ("job.titel", "'title', perhaps")


def test_an_id_with_blanks_around_it_is_refused(desk: Studio) -> None:
    for path, body, _ in KEPT:
        for answer in (desk.ann.put(f"{path}/x%20", json=body), desk.ann.post(path, json=body | {"id": " "})):
            assert (answer.status_code, answer.json()["field"]) == (422, "id")


def test_d7_a_content_is_kept_byte_for_byte_and_edited_only_from_its_last_revision(desk: Studio) -> None:
    text = "\n  Ring twice. \n"
    made = desk.ann.post("/v1/contents", json={"label": "Visit Älvsjö", "text": text})
    where = made.headers["location"]
    assert (made.status_code, desk.ann.get(where).json()["text"]) == (201, text)
    assert desk.ann.patch(where, json={"text": "Ring once.", "revision": 1}).json()["revision"] == 2
    assert desk.ann.patch(where, json={"text": "Knock.", "revision": 1}).status_code == 409
    assert desk.ann.patch(where, json={}).status_code == 422
    assert [each["label"] for each in desk.ann.get("/v1/contents?search=alvsjo").json()["items"]] == ["Visit Älvsjö"]
    for answer in (desk.ben.get(where), desk.ben.patch(where, json={"label": "x"}), desk.ben.delete(where)):
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no custom content of this id")
    too_long = desk.ann.post("/v1/contents", json={"label": "x", "text": "é" * 6000}).json()
    assert (too_long["status"], too_long["rule"], too_long["field"]) == (422, "D-7", "text")
    assert desk.ann.delete(where).status_code == 204
    assert desk.ann.delete(where).status_code == 404


def test_d7_contents_are_listed_by_label_page_by_page(desk: Studio) -> None:
    for label in ("b", "a", "C"):
        desk.ann.post("/v1/contents", json={"label": label, "text": "x"})
    first = desk.ann.get("/v1/contents", params={"limit": 2}).json()
    second = desk.ann.get("/v1/contents", params={"limit": 2, "after": first["next"]}).json()
    assert [each["label"] for each in first["items"] + second["items"]] == ["a", "b", "C"]
    assert second["next"] is None


def test_a_list_goes_on_behind_a_label_of_any_characters_and_any_length(tmp_path: Path) -> None:
    labels = [
        "Visit \N{WOMAN}\u200d\N{PERSONAL COMPUTER}",
        "no\u00a0break",
        "soft\u00adhyphen",
        "x" * 200,
        "\N{GRINNING FACE}" * 200,
    ]
    with studio(tmp_path) as desk:
        for label in labels:
            made = desk.ann.post("/v1/contents", json={"id": f"{label[:99]}!", "label": label, "text": "x"})
            assert made.status_code == 201, made.text
        seen, after = list[str](), dict[str, str]()
        while True:
            page = desk.ann.get("/v1/contents", params={"limit": 1, **after})
            assert page.status_code == 200, page.text
            seen += [each["label"] for each in page.json()["items"]]
            if page.json()["next"] is None:
                break
            after = {"after": page.json()["next"]}
    assert sorted(seen) == sorted(labels)


@pytest.mark.parametrize("place", ['["\\u0000"]', '["\\ud800"]', "[" * 2_000, "[1]", '["a", "b"]', "{}", "\xff"])
def test_a_cursor_that_is_none_is_refused(desk: Studio, place: str) -> None:
    after = base64.urlsafe_b64encode(place.encode("latin-1")).decode()
    answer = desk.ann.get("/v1/presets", params={"after": after})
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


def test_d6_a_preset_is_kept_renamed_made_the_default_and_forgotten(desk: Studio) -> None:
    choice = {"off": ["salary", "benefits"], "tone": "direct", "length": "short", "language": "de"}
    put = desk.ann.put("/v1/presets/Kurz%2Fdirekt", json={"personalization": choice, "is_default": True})
    assert put.json()["personalization"] == choice | {"off": ["benefits", "salary"]}
    assert put.json()["is_default"]
    desk.ann.put("/v1/presets/Lang", json={"personalization": {"length": "long"}})
    taken = desk.ann.patch("/v1/presets/Kurz%2Fdirekt", json={"name": "Lang"})
    assert (taken.status_code, taken.json()["field"]) == (409, "name")
    renamed = desk.ann.patch("/v1/presets/Kurz%2Fdirekt", json={"name": "Kurz", "is_default": False}).json()
    assert (renamed["name"], renamed["is_default"]) == ("Kurz", False)
    first = desk.ann.get("/v1/presets", params={"limit": 1}).json()
    assert [each["name"] for each in first["items"]] == ["Kurz"]
    assert desk.ben.get("/v1/presets/Kurz").status_code == 404
    assert desk.ben.get("/v1/presets").json()["items"] == []
    assert desk.ann.delete("/v1/presets/Kurz").status_code == 204
    assert desk.ann.get("/v1/presets/Kurz").status_code == 404


def test_the_same_key_twice_keeps_one_thing(desk: Studio) -> None:
    again = {"Idempotency-Key": "job-once"}
    first, second = (desk.ann.post("/v1/jobs", json={"job": {"title": "Cook"}}, headers=again) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotent-replayed"] == "true"

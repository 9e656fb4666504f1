"""Finding a conversation by whom it is with, on the page and over the API (S-9)."""

from __future__ import annotations

import re
from collections.abc import Generator
from html import unescape
from typing import Any

import pytest
from reply_doubles import DoubleClassifier
from studio_app import ANN, BEN, Studio, studio
from studio_conversations import answered, scheduled, sent

from overture.people import Candidate, Position
from overture.studio.inbox_search import fits, fold
from overture.studio.shelf import kept_candidate, put

PEOPLE = {
    "c-oezge": ("Özge ŞAHİN", "Ærø Ferries", "oezge@aero.example"),
    "c-strasse": ("Jürgen Straße", "100% Grid", "juergen@grid.example"),
    "c-lodz": ("Łukasz Nowak", "Norrsken_AB", "lukasz@norrsken.example"),
    "c-plain": ("Ada Lovelace", "Engines", "ada@engines.example"),
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    """A thread with each, in the order of their ids, oldest first; another seat has one of the same name."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    url = server.create() if server else None  # its locale is C: it folds the letters of ASCII alone, as SQLite does
    with studio(tmp_path_factory.mktemp("search"), url=url, classifier=DoubleClassifier) as running:
        for seat in (ANN, BEN):
            for key, (name, firm, address) in PEOPLE.items():
                _known(running, seat, key, name, firm, address)
        for key in sorted(PEOPLE):
            running.clock.wait(minutes=1)
            sent(running, key, address=PEOPLE[key][2], subject=f"To {key}")
        sent(running, "c-lodz", seat=BEN, subject="Another seat's")
        running.clock.wait(minutes=1)
        sent(running, "not-on-the-shelf", address="elsewhere@api.example", subject="From the API")
        answered(running, sent(running, "c-lodz", subject="Answered").thread, "Yes please")
        scheduled(running, "c-plain", subject="Still to go")
        yield running
    if server:
        server.drop(url)


def _known(made: Studio, seat: str, key: str, name: str, firm: str, address: str) -> None:
    who = Candidate(name=name, positions=(Position(title="Engineer", company=firm),))
    with made.services.store.write() as connection:
        put(connection, seat, kept_candidate(key, who, now=made.services.clock(), address=address))


def _listed(made: Studio, q: str, folder: str = "awaiting_reply", **more: Any) -> list[str]:
    """The subjects of a folder over the API."""
    answer = made.ann.get(f"/v1/folders/{folder}", params={"search": q, **more})
    assert answer.status_code == 200, answer.text
    return [item["subject"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("q", "subjects"),
    [
        ("özge", ["To c-oezge"]),
        ("ÖZGE şahin", ["To c-oezge"]),
        ("sahin ozge", ["To c-oezge"]),
        ("ærø", ["To c-oezge"]),
        ("STRASSE", ["To c-strasse"]),
        ("straße", ["To c-strasse"]),
        ("lukasz norrsken", ["To c-lodz"]),
        ("ada@engines", ["To c-plain"]),
        ("elsewhere@api", ["From the API"]),
        ("not-on-the", ["From the API"]),
        ("ada nowak", []),
        ("%", ["To c-strasse"]),
        ("_", ["To c-lodz"]),
        ("\\", []),
        ("' OR 1=1 --", []),
        ("   ", ["From the API", "To c-strasse", "To c-plain", "To c-oezge", "To c-lodz"]),
    ],
)
def test_s9_every_word_is_found_in_name_firm_or_mail_whatever_case_and_accents(
    made: Studio, q: str, subjects: list[str]
) -> None:
    assert _listed(made, q) == subjects
    page = unescape(made.page.get("/inbox", params={"folder": "awaiting_reply", "q": q}).text)
    assert re.findall(r'class="subject">([^<]+)<', page) == subjects


def test_s9_the_search_is_of_one_folder_and_of_one_seat(made: Studio) -> None:
    assert _listed(made, "lukasz", "accepted") == ["Answered"]
    assert _listed(made, "lukasz", "scheduled") == []
    assert _listed(made, "ada", "scheduled") == ["Still to go"]
    page = made.page.get("/inbox?q=lukasz&folder=declined").text
    assert "Nobody in this folder has “lukasz” in name, firm or e-mail." in unescape(page)
    assert "/inbox?folder=accepted&amp;q=lukasz" in page


def test_s9_what_is_found_goes_on_page_by_page_and_each_page_has_its_tag(made: Studio) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        answer = made.ann.get("/v1/folders/awaiting_reply", params={"search": "example", "limit": 2, **after})
        same = made.ann.get(str(answer.request.url), headers={"If-None-Match": answer.headers["ETag"]})
        assert same.status_code == 304
        seen += [item["subject"] for item in answer.json()["items"]]
        if answer.json()["next"] is None:
            break
        after = {"after": answer.json()["next"]}
    assert seen == _listed(made, "")
    assert made.ann.get("/v1/folders/accepted", params={"search": "a", "after": "nonsense"}).status_code == 422


def test_s9_more_leads_past_the_first_two_hundred_and_keeps_what_is_sought(
    made: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overture.studio.page_inbox._AT_ONCE", 2)
    monkeypatch.setattr("overture.messaging.folder_search._AT_ONCE", 2)
    seen: list[str] = []
    path: str | None = "/inbox?folder=awaiting_reply&q=example"
    while path:
        part = made.page.get(path, headers={"HX-Request": "true"}).text
        assert "<html" not in part
        seen += re.findall(r'class="subject">([^<]+)<', part)
        more = re.search(r'id="more".*?href="([^"]+)"', part)
        path = unescape(more[1]) if more else None
        assert path is None or "q=example" in path
    assert seen == _listed(made, "")


def test_what_is_sought_stands_in_its_field_escaped_and_stays_after_a_write(made: Studio) -> None:
    page = made.page.get("/inbox", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    thread = sent(made, "c-plain", subject="Searched and answered").thread
    at = f"http://127.0.0.1:8420/inbox/threads/{thread}?folder=awaiting_reply&q=ada"
    form = {"smart": "accept", "text": "", "once": "kept-search"}
    part = made.page.post(
        f"/inbox/threads/{thread}/replies", data=form, headers={"HX-Request": "true", "HX-Current-URL": at}
    ).text
    assert 'value="ada"' in part
    plain = made.page.post(
        f"/inbox/threads/{thread}/replies", data=form, headers={"Referer": at}, follow_redirects=False
    )
    assert plain.headers["location"].endswith("?q=ada")
    odd = made.page.post(f"/inbox/threads/{thread}/replies", data=form, headers={"Referer": "http://["})
    assert odd.status_code == 200


def test_a_query_that_is_too_long_or_cannot_be_kept_is_refused(made: Studio) -> None:
    assert made.ann.get("/v1/folders/accepted", params={"search": "x" * 201}).status_code == 422
    assert made.ann.get("/v1/folders/accepted", params={"search": "a\0b"}).status_code == 422


def test_folding_is_the_same_for_what_is_typed_and_what_is_kept() -> None:
    assert fold("ＡＤＡ ℌ İıſ ẞ") == "ada h iis ss"
    assert fits(["e\u0301lan"], "Élan") is False  # words are folded before
    assert fits(fold("e\u0301lan").split(), "\u00c9lan")

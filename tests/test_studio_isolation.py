"""A seat reaches nothing of another's: every route of API and pages is walked with somebody else's key (D-7)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff

import pytest

pytest.importorskip("fastapi")

import sqlalchemy
from starlette.testclient import TestClient
from studio_app import ANN, CONTRACT, Studio, studio
from studio_walk import Ask, Ids, api_requests, page_requests, unknown_names

from overture.generation import Personalization
from overture.messaging import Contract, NewMessage, Plan, Scheduled, Seat
from overture.messaging.templates import Template
from overture.people import Candidate
from overture.studio import drafting, shelf
from overture.studio.caller import SCOPES, USUAL_SCOPES, Caller, Scope
from overture.studio.sessions import CSRF_HEADER, SESSION_COOKIE, find_session, open_session
from overture.studio.shelf import KeptCandidate, KeptJob, Opportunity

WORD = "kanarie"
"""In every text of Ann's, and in no id."""
NOBODYS = "00nobodys00"
CLOSED = {"post /sign-in": "takes a key of one's own", "post /sign-out": "ends one's own session"}

OWN = {
    "get /review": "the queue of who asks, in which things of one moment stand by chance",
    "post /settings/data/export": "the numbers of the asker's own audit lines",
    "post /v1/personal-data/export": "the same",
}
"""What two seats are answered differently whatever they ask for; that nothing of Ann's is in it holds all the same."""


@dataclass(frozen=True)
class Ground:
    """Ann's things, by the names that paths, queries and bodies call them."""

    desk: Studio
    ids: dict[str, tuple[str, ...]]
    tables: tuple[sqlalchemy.Table, ...]


WORDS: dict[str, tuple[str, ...]] = {
    "name": ("scheduled", "accepted"), "kind": ("draft", "reply", "csv"), "action": ("cancel", "save"),
    "month": ("2026-11",), "format": ("json",),
}  # fmt: skip
"""Names in paths that are no ids."""
SHARED_TABLES = {
    "lots": "the pool of a contract, which all its seats draw from (CR-5)",
    "balances": "the same",
    "suppressions": "the list of a contract, to which each of its seats may add (C-7)",
}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with studio(tmp_path_factory.mktemp("isolation"), requests_per_minute=10**6, burst=10**6) as desk:
        ids, tables = anns_things(desk), sqlalchemy.MetaData()
        tables.reflect(desk.services.store.engine)
        yield Ground(desk, ids, tuple(table for table in tables.sorted_tables if table.name not in SHARED_TABLES))


def anns_things(desk: Studio) -> dict[str, tuple[str, ...]]:
    """One of everything for Ann; the word is in each of its texts."""
    services, now = desk.services, desk.clock()
    ann = Caller(ANN, CONTRACT, frozenset(SCOPES), "test")
    who = Candidate(name=f"{WORD} Ek", headline=f"Engineer at {WORD}", summary=f"Builds {WORD} things in Python.")
    times = {"created_at": now, "updated_at": now}
    with services.store.write() as connection:
        job = shelf.get(connection, KeptJob, ANN, "ann-job").opportunity
        shelf.put(
            connection,
            ANN,
            KeptCandidate(id="a1-who", name=f"{WORD} Ek", address=f"{WORD}@x.test", profile=who, **times),
        )
        renamed = job.model_copy(
            update={"job": job.job.model_copy(update={"title": f"{WORD} lead"}) if job.job else None}
        )
        offer = Opportunity.model_validate(renamed.model_dump())
        shelf.put(connection, ANN, KeptJob(id="a1-job", title=f"{WORD} lead", opportunity=offer, **times))
    inputs = drafting.inputs_for(services, ANN, candidate="a1-who", job="a1-job")
    draft = asyncio.run(drafting.draft_for(services, ann, inputs, candidate="a1-who", job="a1-job"))
    drafting.edit_draft(services, ann, draft.id, subject=f"{WORD} subject", body=f"{WORD} body")
    vote = drafting.vote(services, ann, draft.id, thumb="down", reasons=["tone"], comment=f"{WORD} comment")
    new = NewMessage(candidate="a1-who", address=f"{WORD}@x.test", subject=f"{WORD} one", body=f"{WORD} body")
    sent = services.outreach.send(ANN, new)
    waiting = services.outreach.schedule(
        ANN, new.model_copy(update={"at": now.replace(tzinfo=None, day=28), "candidate": "ann-rich"})
    )
    assert isinstance(sent, Scheduled)
    assert isinstance(waiting, Scheduled)
    received = services.outreach.receive_reply(sent.thread, f"No thanks, {WORD} is not for me.")
    content = services.seats.add_content(ANN, label=f"{WORD} label", text=f"{WORD} text", contract=CONTRACT)
    services.seats.save_preset(ANN, name="a1-preset", personalization=Personalization(), contract=CONTRACT)
    services.outreach.save_template(
        Template.model_validate({"id": "a1-template", "seat": ANN, "name": WORD, "subject": WORD, "body": WORD})
    )
    key, _ = services.keys.add(ANN, contract=CONTRACT, label=f"{WORD} key", now=now)
    ids = {
        "candidate": ("a1-who",), "job": ("a1-job",), "draft": (draft.id,), "message": (waiting.message, sent.message),
        "thread": (sent.thread,), "reply": (received.reply.id,), "content": (content.id,), "preset": ("a1-preset",),
        "template": ("a1-template",), "seat": (ANN,), "contract": (CONTRACT,), "feedback": (vote.id,),
        "key": (draft.id, content.id, key.id, received.reply.id, "a1-preset"),
    }  # fmt: skip
    return ids | made_by_api(desk)


def made_by_api(desk: Studio) -> dict[str, tuple[str, ...]]:
    """What is made through the API alone."""
    hook = desk.ann.post("/v1/webhooks", json={"url": f"http://127.0.0.1:9/{WORD}", "events": ["outcome"]})
    bulk = desk.ann.post("/v1/bulk", json={"candidates": ["a1-who"], "job": "a1-job"})
    assert (hook.status_code, bulk.status_code) == (201, 202), hook.text + bulk.text
    until = time.monotonic() + 10
    while desk.ann.get(f"/v1/bulk/{bulk.json()['id']}").json()["drafted"] != 1:
        assert time.monotonic() < until
        time.sleep(0.05)
    return {"webhook": (hook.json()["id"],), "delivery": ("a1-none",), "bulk": (bulk.json()["id"],)}


class Stranger:
    """Somebody else, by key and by session."""

    def __init__(self, desk: Studio, seat: str, *, contract: str, scopes: Iterable[Scope]) -> None:
        now, services = desk.clock(), desk.services
        services.outreach.add_contract(Contract(id=contract, zone="Europe/Stockholm"))
        services.outreach.add_seat(Seat(id=seat, contract=contract, plan=Plan.RECRUITER, zone="UTC"))
        services.outreach.grant_month(seat)
        made, text = services.keys.add(seat, contract=contract, now=now, scopes=scopes)
        caller = Caller(seat, contract, frozenset(scopes), "test")
        cookie = open_session(services.store, caller, key=made.id, now=now, hours=1)
        session = find_session(services.store, cookie, now=now)
        assert session is not None
        at = "http://127.0.0.1:8420"
        self.key = TestClient(
            desk.app, base_url=at, headers={"Authorization": f"Bearer {text}"}, follow_redirects=False
        )
        self.page = TestClient(
            desk.app, base_url=at, headers={CSRF_HEADER: session.csrf}, cookies={SESSION_COOKIE: cookie},
            follow_redirects=False,
        )  # fmt: skip

    def asks(self, ground: Ground, ids: Ids) -> Iterator[tuple[TestClient, Ask]]:
        """Every route with its client."""
        given = {**ids, "url": ("http://127.0.0.1:9/hook",)}
        for ask in api_requests(ground.desk.app, given, WORDS):
            yield self.key, ask
        for ask in page_requests(given, WORDS):
            yield self.page, ask


@pytest.mark.slow
@pytest.mark.parametrize("who", ["colleague", "admin of another contract"])
def test_no_route_shows_or_changes_what_is_another_seats(ground: Ground, who: str) -> None:
    """Asked for Ann's thing, each answers as its twin is answered that asks for what is not there, and Ann's rows stay.

    A route that comes new is walked too; where its path has a name that is not known here, the test says so.
    """
    assert unknown_names(ground.desk.app, {**ground.ids, **WORDS}) == set(), "say what an id of it is, in `anns_things`"
    is_colleague = who == "colleague"
    contract, scopes = (CONTRACT, USUAL_SCOPES) if is_colleague else ("other", frozenset(SCOPES))
    one, twin = (
        Stranger(ground.desk, f"{contract}-{name}", contract=contract, scopes=scopes) for name in ("one", "two")
    )
    missing = {name: tuple(f"{NOBODYS}{name}{at}" for at in range(len(values))) for name, values in ground.ids.items()}
    wrong, walked = list[str](), 0
    before = anns_rows(ground)
    for (client, ask), (other, same) in zip(one.asks(ground, ground.ids), twin.asks(ground, missing), strict=True):
        if f"{ask.method} {ask.template}" in CLOSED:
            continue
        walked += 1
        said, for_none = answer(client, ask), answer(other, same)
        what = f"{ask.method} {ask.path} {said[0]}"
        if WORD in said[1]:
            wrong.append(f"{what} shows what is Ann's")
        if said[0] >= 500:
            wrong.append(f"{what}: {said[1][:200]}")
        is_compared = ask != same and f"{ask.method} {ask.template}" not in OWN
        if is_compared and (said[0], alike(said[1], ground.ids)) != (for_none[0], alike(for_none[1], missing)):
            wrong.append(f"{what} is told from {for_none[0]} for none: {differing(said[1], for_none[1])}")
        if ask.method != "get" and (now := anns_rows(ground)) != before:
            wrong.append(f"{what} changed {sorted(now ^ before)[:3]}")
            before = now
    if anns_rows(ground) != before:
        wrong.append("something that was only looked at was changed")
    assert not wrong, "\n".join(wrong)
    assert walked > 150


def answer(client: TestClient, ask: Ask) -> tuple[int, str]:
    """Status and text of a request's answer, without what is new in every answer."""
    given = client.request(ask.method.upper(), ask.path, params=ask.query, json=ask.json, data=ask.form)
    text = given.text.replace(given.headers.get("x-request-id", "?"), "")
    text = text.replace(client.headers.get(CSRF_HEADER, "?"), "")
    return given.status_code, text + given.headers.get("location", "")


def differing(one: str, other: str) -> list[str]:
    """The lines that two answers do not share."""
    return [line[:300] for line in unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)][2:12]


def alike(text: str, ids: Ids) -> str:
    """A text in which all ids read the same, those of what was just made and of the seats that ask too."""
    for values in ids.values():
        for one in sorted(values, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", "ID", text)
    return re.sub(r"[0-9a-f]{12,64}(-\d)?|(?<=-)(one|two)\b", "NEW", text)


def anns_rows(ground: Ground) -> set[str]:
    """Every row of every table that is Ann's, or that nobody's seat is on and that speaks of a thing of hers."""
    owned = {value for name, values in ground.ids.items() if name not in {"contract", "seat"} for value in values}
    found: set[str] = set()
    with ground.desk.services.store.read() as connection:
        for table in ground.tables:
            for row in connection.execute(sqlalchemy.select(table)).mappings():
                seat = row.get("seat")
                is_hers = seat == ANN or (
                    seat is None and owned & {each for each in row.values() if isinstance(each, str)}
                )
                if is_hers:
                    found.add(json.dumps([table.name, dict(row)], default=str, sort_keys=True))
    return found

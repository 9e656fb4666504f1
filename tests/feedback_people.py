"""Drafts, replies and what people say of them, for tests and benchmarks: numbered, the same on every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from clocks import Clock
from postgres import STORES, PostgresServer, copied

from overture.classification.labels import Intent, Label
from overture.feedback import (
    REASONS,
    DraftSnapshot,
    DraftVote,
    Event,
    FactSnapshot,
    FrozenContext,
    LabelCorrection,
    ReplySnapshot,
    Thumb,
)
from overture.feedback.feedback_store import FeedbackStore
from overture.generation import Personalization
from overture.generation.draft import PromptRecord

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CANARY = "zq-canary-7781"
"""In no other text: what must not be found anywhere."""
FIRST = ("Ines", "Marta", "Jonas", "Priya", "Tomás", "Aiko", "Lena", "Omar", "Chloé", "Piet", "Noor", "Björn")
LAST = ("Okafor", "Lindqvist", "Berger", "Raman", "Pereira", "Sato", "Vogel", "Haddad", "Moreau", "Jansen", "Kaya")
ROLES = ("Backend Engineer", "Data Engineer", "Nurse Manager", "Account Executive", "Site Reliability Engineer")
FIRMS = ("Norrsken Bank", "Kassavik", "Harbour Freight Lines", "Zaplata", "Halden Clinics", "Umbra Retail")
SKILLS = ("Go", "PostgreSQL", "Kubernetes", "Python", "wound care", "forecasting", "Terraform", "Kafka", "triage")
DEEDS = (
    "rebuilt the settlement ledger", "cut the page latency by half", "led the night shift of a ward of 24 beds",
    "closed 14 renewals in one quarter", "moved 300 services to one cluster", "wrote the runbook that the team uses",
    "halved the backlog of claims", "trained nine new colleagues", "kept a payment system up over four migrations",
)  # fmt: skip
ASKS = ("Would a short call next week suit you?", "May I send you the details?", "Is that something you would look at?")
REPLIES: tuple[tuple[Label, Intent, str], ...] = (
    ("accept", "interested", "Thanks, that sounds good. I have done {skill} since {year} and would like more."),
    ("accept", "question", "What does the team at {firm} look like, and who would I report to?"),
    ("accept", "meeting", "Happy to talk. Thursday the {day}th after {hour} works for me."),
    ("accept", "conditional", "If it is remote and above {pay},000 a year, yes; otherwise it makes no sense."),
    ("decline", "not_interested", "Thank you for writing, but {firm} is not for me."),
    ("decline", "not_now", "I only started in {year}; ask me again in {hour} months."),
    ("decline", "compensation_low", "Nothing below {pay},000 is of interest."),
    ("decline", "referral", "Not me, but my colleague who does {skill} may want it."),
)


def name_of(number: int) -> str:
    """The full name of a candidate."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"


def draft_of(number: int = 0, **changes: Any) -> DraftSnapshot:
    """Draft `d{number}` to candidate `c{number}`, by one of seven seats and two versions of a prompt; `changes` are its
    fields."""
    random = Random(number)
    name, role, firm = name_of(number), random.choice(ROLES), random.choice(FIRMS)
    deeds, skills = random.sample(DEEDS, 2), random.sample(SKILLS, 3)
    years, pay = random.randint(2, 20), random.randint(40, 140)
    facts = (
        fact("title", "title", f"{role}"),
        fact("salary", "salary", f"{pay},000 a year"),
        fact("position", "past_positions", f"{ROLES[number % 5]} at {FIRMS[number % 6]} for {years} years"),
        *(fact("achievement", "past_positions", deed) for deed in deeds),
        *(fact("skill_match", "skills", skill) for skill in skills),
    )
    body = (
        f"Hi {name.split()[0]},\n\nYou {deeds[0]}, and you {deeds[1]}: that is why I write, {number} times over.\n\n"
        f"{firm} looks for a {role} who knows {skills[0]}, {skills[1]} and {skills[2]}; it pays {pay},000 a year, and "
        f"your {years} years in such work would count.\n\n{random.choice(ASKS)}\n\nElin Berg"
    )
    version = 1 + number % 2
    return DraftSnapshot.model_validate(
        {
            "id": f"d{number}",
            "candidate": f"c{number}",
            "seat": f"s{number % 7}",
            "contract": "acme",
            "made_at": NOON + timedelta(seconds=number),
            "subject": f"{role} at {firm}",
            "body": body,
            "context": FrozenContext(
                facts=tuple(each.model_copy(update={"id": f"F{at}"}) for at, each in enumerate(facts, 1)),
                opportunity_source="job",
                personalization=Personalization(),
                fingerprint=f"{number:064x}",
            ),
            "writer": "offline",
            "prompt": PromptRecord(name="first_message", version=version, fingerprint=f"{version:064x}"),
            "language": "en",
            "private_names": (name, name.split()[0], "Elin Berg"),
            **changes,
        }
    )


def fact(kind: str, element: str, text: str, *names: str) -> FactSnapshot:
    """A fact whose number is given later."""
    return FactSnapshot(id="F0", kind=kind, element=element, text=text, names=names)


def reply_of(number: int = 0, **changes: Any) -> ReplySnapshot:
    """Reply `r{number}` of candidate `c{number}`; its label is right."""
    random = Random(number)
    label, intent, form = random.choice(REPLIES)
    text = form.format(
        skill=random.choice(SKILLS), firm=random.choice(FIRMS), year=random.randint(2008, 2026),
        day=random.randint(4, 20), hour=random.randint(2, 18), pay=random.randint(40, 240),
    )  # fmt: skip
    return ReplySnapshot.model_validate(
        {
            "id": f"r{number}",
            "candidate": f"c{number}",
            "seat": f"s{number % 7}",
            "contract": "acme",
            "received_at": NOON + timedelta(days=1, seconds=number),
            "text": f"Hi Elin,\n\n{text}\n\n{name_of(number)}",
            "outreach": f"You {random.choice(DEEDS)}. {random.choice(ASKS)}",
            "language": "en",
            "label": label,
            "intent": intent,
            "confidence": round(random.uniform(0.5, 1.0), 3),
            "model": "a" * 64,
            "private_names": (name_of(number), name_of(number).split()[0], "Elin"),
            **changes,
        }
    )


def vote_on(number: int = 0, thumb: Thumb | None = "up", **changes: Any) -> DraftVote:
    """Event `v{number}`: the thumb of the draft's own seat on `d{number}`; a thumb down has a reason."""
    draft: DraftSnapshot | str = changes.pop("draft", None) or draft_of(number)
    return DraftVote.model_validate(
        {
            "id": f"v{number}",
            "at": NOON + timedelta(days=2, seconds=number),
            "seat": f"s{number % 7}",
            "contract": "acme",
            "draft": draft,
            "vote": thumb,
            "reasons": (REASONS[number % len(REASONS)],) if thumb == "down" else (),
            **changes,
        }
    )


def correction_of(number: int = 0, label: Label | None = "decline", **changes: Any) -> LabelCorrection:
    """Event `l{number}`: a label for `r{number}` by its seat."""
    reply: ReplySnapshot | str = changes.pop("reply", None) or reply_of(number)
    return LabelCorrection.model_validate(
        {
            "id": f"l{number}",
            "at": NOON + timedelta(days=2, seconds=number),
            "seat": f"s{number % 7}",
            "contract": "acme",
            "reply": reply,
            "label": label,
            **changes,
        }
    )


def many_events(count: int, *, start: int = 0) -> Iterator[Event]:
    """So many events, numbered from `start`, each whole: of ten, six are votes on drafts of their own, one is a second
    seat's vote on the draft before, one takes a thumb back, and two are corrections. Every third candidate has two
    drafts."""
    for number in range(start, start + count):
        which = number % 10
        if which in (6, 7):  # the draft of the event before
            draft = _draft(number - which + 5)
            seat = "s9" if which == 6 else draft.seat
            yield vote_on(number, "down" if which == 6 else None, draft=draft, seat=seat)
        elif which in (8, 9):
            reply = reply_of(number)
            other: Label = "accept" if reply.label == "decline" else "decline"
            yield correction_of(number, reply.label if number % 3 else other, reply=reply, seat=reply.seat)
        else:
            thumb: Thumb = "down" if number % 3 == 0 else "up"
            said = {"comment": f"Too general, {number}.", "final_text": f"Sent, {number}."} if which == 3 else {}
            yield vote_on(number, thumb, draft=_draft(number), **said)


def _draft(number: int) -> DraftSnapshot:
    return draft_of(number, candidate=f"c{number - 1}" if number % 3 == 1 else f"c{number}")


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock(NOON)


@pytest.fixture(scope="session")
def feedback_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the feedback store's tables."""
    path = tmp_path_factory.mktemp("feedback") / "overture.db"
    FeedbackStore(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def feedback_postgres(postgres_server: PostgresServer) -> str:
    """The name of a database that has the feedback store's tables."""
    url = postgres_server.create()
    FeedbackStore(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(params=STORES)
def feedback_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the feedback store's tables and nothing in them, on either store."""
    folder = tmp_path / "database"
    folder.mkdir()
    yield from copied(request, folder, of="feedback")


@pytest.fixture
def feedback(feedback_url: str, clock: Clock) -> Iterator[FeedbackStore]:
    """An empty feedback store on either database."""
    with FeedbackStore(feedback_url, clock=clock) as store:
        yield store

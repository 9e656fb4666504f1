"""D-11, D-15: the offline writer in seven languages, over real, invented, sparse and rich contexts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY
from test_main_job import board_jobs, profiles

from overture import Candidate, Company, Job, Personalization, Position
from overture.generation import Draft, Drafter, build_context
from overture.generation.choices import Language, Length, Tone
from overture.generation.elements import ELEMENT_NAMES, ElementName
from overture.generation.language_pack import language_pack
from overture.generation.moves import MOVES, SUBJECT_KINDS
from overture.generation.phrasing import Phrasing

LANGUAGES: tuple[Language, ...] = get_args(Language)
TONES: tuple[Tone, ...] = get_args(Tone)
LENGTHS: tuple[Length, ...] = get_args(Length)
OTHERS = LANGUAGES[1:]
SLOT = re.compile(r"\{(\w+)\}")
BROKEN = re.compile(r"[{}]|\bNone\b|\(\)|\(, |, \)| [,;.]|\.\.|,,|  ")
SPARSE = Candidate(name="Jo Doe", positions=(Position(title="Warehouse Operative", company="Brightbox", current=True),))
DRAFTER = Drafter("offline", today=TODAY)

ADDRESS = {
    "de": (r"\bIhr", r"\bd(?:u|ein)"),
    "fr": (r"\bvo(?:us|tre)\b", r"\bt(?:u|on|a)\b"),
    "es": (r"\b[Ss]u\b|usted", r"\bt(?:e|u|ú)\b"),
    "pt": ("Olá", "Oi"),
    "it": (r"\bSu[oa]\b|\bLe\b", r"\bt(?:i|uo|ua)\b"),
    "nl": (r"\b[Uu]w?\b", r"\bj(?:e|ij|ouw)\b"),
}
"""Words that only a formal message has, and words that only an informal one has."""
Context = tuple[Candidate, Job | None, Company | None]


@cache
def contexts(shared_data: Path, number: int) -> tuple[Context, ...]:
    """Candidates of the shared data in turn with the jobs of its boards, every seventh without a job."""
    return tuple(_contexts(shared_data, number))


def _contexts(shared_data: Path, number: int) -> Iterator[Context]:
    yield BACKEND, LEDGER_JOB, BANK
    yield SPARSE, Job(title="Night Shift Supervisor", company="Harlow Logistics"), None
    yield BACKEND, None, None
    people, jobs = profiles(shared_data), board_jobs(shared_data)
    for i in range(number - 3):
        candidate = people[i % len(people)]
        inferred = i % 7 == 3 and any(position.title for position in candidate.positions)
        yield candidate, None if inferred else jobs[i % len(jobs)], None


def drafted(context: Context, choice: Personalization) -> Draft:
    candidate, job, company = context
    return DRAFTER.draft(candidate, job=job, company=company, recruiter=ELIN, personalization=choice)


def problems(language: Language, shared_data: Path, number: int) -> list[tuple[str, str]]:
    """Drafts that could not be made, look broken, or state something of the candidate without a fact."""
    found: list[tuple[str, str]] = []
    for context in contexts(shared_data, number):
        for tone in TONES:
            for length in LENGTHS:
                choice = Personalization(tone=tone, length=length, language=language)
                draft = drafted(context, choice)  # raises on a blocking finding: nobody is left to ask
                if broken := BROKEN.search(draft.body.replace("...", "")):
                    found.append((broken.group(), draft.body))
                if draft.body.count("?") != 1:
                    found.append(("not one question", draft.body))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_d11_a_dozen_contexts_are_good_in_every_tone_and_length(language: Language, shared_data: Path) -> None:
    assert problems(language, shared_data, 12) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_d11_five_hundred_contexts_are_good_in_every_tone_and_length(language: Language, shared_data: Path) -> None:
    assert problems(language, shared_data, 500)[:3] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_move_in_every_tone_and_the_same_slots(language: Language) -> None:
    pack, german = language_pack(language), language_pack("de")
    for tone in TONES:
        assert set(pack.wordings[tone]) == set(MOVES)
        for move in MOVES:
            slots = {slot for wording in pack.wordings[tone][move] for slot in SLOT.findall(wording)}
            known = {s for t in TONES for w in german.wordings[t][move] for s in SLOT.findall(w)}
            known |= {s for t in TONES for w in language_pack("en").wordings[t][move] for s in SLOT.findall(w)}
            assert slots <= known, (move, slots - known)
    assert set(pack.subjects) == set(SUBJECT_KINDS)


@pytest.mark.parametrize("language", OTHERS)
def test_the_tone_decides_how_the_reader_is_addressed(language: Language) -> None:
    bodies = {
        tone: DRAFTER.draft(
            BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN,
            personalization=Personalization(language=language, tone=tone, length="long"),
        ).body
        for tone in TONES
    }  # fmt: skip
    formal, informal = ADDRESS[language]
    assert re.search(formal, bodies["professional"]), bodies["professional"]
    assert re.search(informal, bodies["friendly"], re.IGNORECASE), bodies["friendly"]
    assert "Ines Okafor" in bodies["professional"]
    assert "Okafor" not in bodies["friendly"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("element", ELEMENT_NAMES)
def test_d6_an_element_that_is_off_leaves_no_trace_in_any_language(element: ElementName, language: Language) -> None:
    choice = Personalization(language=language, length="long").switch(off=[element])
    draft = drafted((BACKEND, LEDGER_JOB, BANK), choice)
    context = build_context(
        BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN, today=TODAY,
        personalization=Personalization(language=language),
    )  # fmt: skip
    still_known = " ".join(fact.text for fact in draft.context.facts)
    names = [name for fact in context.facts if fact.element == element for name in fact.names if len(name) > 3]
    assert [name for name in names if name in draft.body and name not in still_known] == []


def test_wordings_do_not_depend_on_what_else_is_said() -> None:
    alone, after = (Phrasing(tone="friendly", seed="ab" * 32) for _ in range(2))
    after.say("pay", pay="x")
    after.say("team", team="y")
    assert alone.say("ask") == after.say("ask")

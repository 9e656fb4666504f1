"""D-10: every sentence of a body stands beside the facts it rests on, whoever wrote it."""

from __future__ import annotations

from itertools import pairwise

from corpus_drafts import good_drafts
from people import BACKEND, BANK, ELIN, LEDGER_JOB, TODAY

from overture.generation import Sentence, WriterOutput, assemble, build_context, find_evidence


def evidence(body: str) -> dict[str, set[str]]:
    context = build_context(BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN, today=TODAY)
    sentences = find_evidence(context, assemble(context, WriterOutput("Ledger", body)))
    return {sentence.text: {source for fact in sentence.facts for source in fact.sources} for sentence in sentences}


def test_d10_each_claim_has_the_field_it_came_from() -> None:
    found = evidence(
        "Taking authorisation from 480 ms to 90 ms is close to our work. You know Go and Postgres. "
        "The pay is SEK 840,000 to SEK 960,000 a year. You applied to us in 2024. It is hybrid, in Stockholm. "
        "Would a call suit you?"
    )
    sources = list(found.values())
    assert "positions[0].highlights[0]" in sources[1]
    assert {"skills[0]", "skills[1]"} <= sources[2]
    assert sources[3] == {"job.salary"}
    assert "past_applications[0]" in sources[4]
    assert {"job.locations", "job.workplace_type"} <= sources[5]
    assert sources[6] == set()


def test_d10_the_closest_fact_stands_alone() -> None:
    said = "At Zaplata you led the migration of the ledger to PostgreSQL."
    assert evidence(f"{said} May I call?")[said] == {"positions[0].highlights[1]"}


def test_d10_greeting_rests_on_nothing_and_the_signature_on_the_recruiter() -> None:
    found = evidence("We run a bank. May I call?")
    assert found["Hi Ines,"] == set()
    assert found["Elin Berg"] == {"recruiter.name"}


def visible(text: str) -> str:
    return "".join(text.split())


def test_d10_every_visible_character_belongs_to_exactly_one_sentence() -> None:
    for draft in good_drafts():
        sentences: tuple[Sentence, ...] = find_evidence(draft.context, draft.assembled)
        body = draft.assembled.body
        assert all(body[s.start : s.end] == s.text for s in sentences)
        assert all(one.end <= other.start for one, other in pairwise(sentences))
        assert visible("".join(s.text for s in sentences)) == visible(body)

"""A second message: it refers to the first, adds one fact, stays shorter, reproaches nobody (D-1, D-7, D-11)."""

from __future__ import annotations

import json

import pytest
from doubles import COMPANY, JOB, RECRUITER, RICH, SPARSE, TODAY, Endpoint, answering, openai_writer
from hypothesis import given
from people import BACKEND, BANK, ELIN, LEDGER_JOB
from strategies import candidates, jobs

from overture import Candidate, Job, Personalization
from overture.errors import ConfigurationError, WriterOutputError
from overture.generation import Draft, Drafter, DraftInput, SentMessage
from overture.generation.choices import Length, Tone
from overture.generation.lexicon import words_of

TONES: tuple[Tone, ...] = ("professional", "friendly", "direct")
LENGTHS: tuple[Length, ...] = ("short", "medium", "long")
INPUTS = DraftInput(candidate=BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN)
LONG = (
    "One thing I left out is how work goes on there. Decisions are written down before anybody builds, so that people "
    "who join later can read why things are as they are. The role owns the ledger, and nobody else decides about it. "
    "You would talk to nine teams about reliability and say what is good enough. Small firms bank there. "
    "If now is the wrong time, a short no is as welcome as a yes, and I will leave you in peace after that."
)
REPROACH = {"subject": "Re: x", "body": "I haven't heard back from you, so I am checking in again on this."}
NEW_FACT = {
    "subject": "Re: x",
    "body": "One thing I left out: decisions at Norrsken are written. A short no is fine too.",
}


def first(*, tone: Tone = "friendly", length: Length = "medium", candidate: Candidate = BACKEND) -> Draft:
    return Drafter(today=TODAY).draft(
        candidate, job=LEDGER_JOB, company=BANK, recruiter=ELIN,
        personalization=Personalization(tone=tone, length=length),
    )  # fmt: skip


def own_text(draft: Draft) -> str:
    assert draft.assembled is not None
    start, end = draft.assembled.message
    return draft.body[start:end]


def runs(text: str, size: int = 5) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {words[at : at + size] for at in range(len(words) - size + 1)}


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("tone", TONES)
def test_a_second_message_is_shorter_new_and_names_the_first(tone: Tone, length: Length) -> None:
    before = first(tone=tone, length=length)
    after = Drafter(today=TODAY).follow_up(before)
    assert after.subject == f"Re: {before.subject}"
    assert len(after.body) < len(before.body)
    assert after.is_good
    assert not runs(own_text(after)) & runs(own_text(before))


def test_d10_a_second_message_adds_a_fact_that_the_first_did_not_give() -> None:
    before = first(length="short")
    after = Drafter(today=TODAY).follow_up(before)
    told = {fact.id for sentence in before.sentences for fact in sentence.facts}
    new = {fact.id for sentence in after.sentences for fact in sentence.facts if fact.kind != "recruiter"} - told
    assert new


@given(candidate=candidates, job=jobs)
def test_any_first_message_can_be_followed(candidate: Candidate, job: Job) -> None:
    drafter = Drafter(today=TODAY)
    before = drafter.draft(candidate, job=job)
    after = drafter.follow_up(before)
    assert after.is_good
    assert len(after.body) < len(before.body)
    assert after.body.count("?") <= 1


def test_a_sparse_context_asks_for_little_and_invents_nothing() -> None:
    drafter = Drafter(today=TODAY)
    before = drafter.draft(SPARSE, job=Job(title="Night Shift Supervisor", company="Harlow Logistics"))
    after = drafter.follow_up(before)
    assert len(after.body) < len(before.body)
    assert "Night Shift Supervisor" in after.subject + after.body


def test_a_message_that_was_sent_elsewhere_can_be_followed_with_its_inputs() -> None:
    sent = SentMessage(subject="Owning the ledger", body="Hi Ines,\n\n" + "We are rebuilding our ledger. " * 12)
    after = Drafter(today=TODAY).follow_up(sent, inputs=INPUTS)
    assert after.subject == "Re: Owning the ledger"
    with pytest.raises(ConfigurationError, match="inputs=DraftInput"):
        Drafter(today=TODAY).follow_up(sent)


def test_d7_the_first_messages_custom_content_reaches_no_model() -> None:
    endpoint = Endpoint([answering(), answering([json.dumps(NEW_FACT)])])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    canary = "canary-7731 at the {{fair}}"
    before = drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, custom_content=canary)
    drafter.follow_up(before)
    sent = SentMessage(subject=before.subject, body=before.body, custom_content=canary)
    drafter.follow_up(sent, inputs=DraftInput(candidate=RICH, job=JOB, company=COMPANY, recruiter=RECRUITER))
    assert len(endpoint.asked) == 3
    assert "canary-7731" not in json.dumps(endpoint.asked)
    with pytest.raises(ConfigurationError, match="D-7"):
        drafter.follow_up(sent.model_copy(update={"custom_content": "another text"}), inputs=INPUTS)


def test_d12_the_candidates_name_in_the_first_message_reaches_no_model() -> None:
    endpoint = Endpoint([answering(), answering([json.dumps(NEW_FACT)])])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    drafter.follow_up(drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER))
    assert "Marta" not in json.dumps(endpoint.asked)


def test_d11_a_reproach_is_mended_or_replaced() -> None:
    endpoint = Endpoint([answering(), answering([json.dumps(REPROACH)]), answering([json.dumps(NEW_FACT)])])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    after = drafter.follow_up(drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER))
    assert NEW_FACT["body"] in after.body
    assert [finding.code for finding in after.repairs[0].findings][:1] == ["reproach"]
    assert "nobody owes an answer" in json.dumps(endpoint.asked[-1])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("You took an authorisation path from 480 ms to 90 ms. Norrsken needs that for its ledger.", "repeats_first"),
        (LONG, "longer_than_first"),
        ("I wanted to circle back to you about the ledger at Norrsken.", "reproach"),
    ],
)
def test_d11_a_second_message_that_is_none_is_refused(body: str, code: str) -> None:
    endpoint = Endpoint([answering(), answering([json.dumps({"subject": "Re: x", "body": body})])])
    drafter = Drafter(openai_writer(endpoint), today=TODAY, fallback=False)
    before = drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER)
    with pytest.raises(WriterOutputError, match=code):
        drafter.follow_up(before)


def test_d15_a_model_that_only_reproaches_ends_in_the_offline_writer() -> None:
    endpoint = Endpoint([answering(), answering([json.dumps(REPROACH)])])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    after = drafter.follow_up(drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER))
    assert after.writer == "offline"
    assert after.fallback is not None


async def test_follow_ups_are_the_same_sync_and_async() -> None:
    drafter, before = Drafter(today=TODAY), first()
    assert (await drafter.afollow_up(before)).body == drafter.follow_up(before).body

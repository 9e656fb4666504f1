"""Every sentence carries the facts it rests on, whoever wrote it (D-10)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from corpus_drafts import GoodDraft, good_drafts
from hypothesis import given
from hypothesis import strategies as st
from test_checks import CONTEXT, GOOD

from overture.generation.assembly import Assembled, assemble
from overture.generation.context import build_context
from overture.generation.draft import Sentence
from overture.generation.evidence import find_evidence
from overture.generation.facts import FactKind
from overture.generation.sentences import split_sentences
from overture.generation.writers import WriterOutput
from overture.jobs import Job
from overture.people import Candidate

_TEXT = st.text(alphabet="aB .,\n!?…\"'’()-•1é", max_size=200)


def evidence_of(body: str, *, custom: str | None = None) -> tuple[Sentence, ...]:
    return find_evidence(CONTEXT, assemble(CONTEXT, WriterOutput(subject="Ledger", body=body), custom_content=custom))


def kinds_of(body: str) -> set[FactKind]:
    """The kinds of the facts that the first sentence after the greeting rests on."""
    return {fact.kind for fact in evidence_of(body)[1].facts}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hi Jo,\n\nGood. Yes!", ["Hi Jo,", "Good.", "Yes!"]),
        ("Dr. Lee met St. John at 5 p.m. in the U.S. office.", ["Dr. Lee met St. John at 5 p.m. in the U.S. office."]),
        ("It took 90 ms. Then Ms. Lee left.", ["It took 90 ms.", "Then Ms. Lee left."]),
        ("We use Node.js, e.g. for 3.5 things. Fine.", ["We use Node.js, e.g. for 3.5 things.", "Fine."]),
        ("Acme Inc. is No. 1. It grows.", ["Acme Inc. is No. 1.", "It grows."]),
        ('She said "Go." Then she left.', ['She said "Go."', "Then she left."]),
        ("What? Really?! Yes…", ["What?", "Really?!", "Yes…"]),
        ("The offer:\n• One thing\n• Two things\n\nBye", ["The offer:", "• One thing", "• Two things", "Bye"]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        (
            "A line that was wrapped by an old mail programme at seventy-odd\ncharacters goes on. Next.",
            ["A line that was wrapped by an old mail programme at seventy-odd\ncharacters goes on.", "Next."],
        ),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(_TEXT, st.lists(st.integers(0, 200), max_size=3))
def test_every_visible_character_is_in_exactly_one_sentence(text: str, breaks: list[int]) -> None:
    spans = split_sentences(text, breaks=breaks)
    covered = [at for start, end in spans for at in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {at for at, sign in enumerate(text) if not sign.isspace()} <= set(covered)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@given(_TEXT, st.tuples(*[st.integers(0, 200)] * 4))
def test_d10_every_visible_character_of_a_body_is_in_one_sentence(body: str, cuts: tuple[int, int, int, int]) -> None:
    a, b, c, d = sorted(cut % (len(body) + 1) for cut in cuts)
    sentences = find_evidence(CONTEXT, Assembled("Ledger", body, (a, d), (b, c)))
    covered = [at for sentence in sentences for at in range(sentence.start, sentence.end)]
    assert len(covered) == len(set(covered))
    assert {at for at, sign in enumerate(body) if not sign.isspace()} <= set(covered)
    assert all(body[sentence.start : sentence.end] == sentence.text for sentence in sentences)


def test_d10_greeting_signature_and_custom_content_are_sentences_of_their_own() -> None:
    sentences = evidence_of(GOOD, custom="I know Zaplata well. Ask me.")
    texts = [sentence.text for sentence in sentences]
    assert texts[0] == "Hi Marta,"
    assert texts[-4:-2] == ["I know Zaplata well.", "Ask me."]
    assert texts[-2:] == ["Elin Strand", "Recruiter, Norrsken Bank"]
    facts = {sentence.text: {fact.kind for fact in sentence.facts} for sentence in sentences}
    assert facts["Hi Marta,"] == facts["I know Zaplata well."] == set()
    assert facts["Elin Strand"] == {"recruiter"}


def test_d10_an_inline_greeting_is_a_sentence_of_its_own() -> None:
    output = WriterOutput(subject="Ledger", body="you know Go. Shall we talk?", inline_greeting=True)
    texts = [sentence.text for sentence in find_evidence(CONTEXT, assemble(CONTEXT, output))]
    assert texts[:3] == ["Hi Marta,", "you know Go.", "Shall we talk?"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("You took the p99 of authorisation down to 90 ms.", {"achievement"}),
        ("Twelve percent fewer payments failed on your watch.", {"achievement"}),
        ("You have been at Zaplata for five years.", {"position"}),
        ("You are a backend engineer.", {"position"}),
        ("You have written Golang for a while.", {"skill_match"}),
        ("You studied in Gdańsk.", {"school"}),
        ("Norrsken is growing.", {"company"}),
        ("It is in Stockholm.", {"location"}),
        ("You would own the ledger with its double entries.", {"responsibility"}),
        ("There are six weeks of holiday.", {"benefit"}),
    ],
)
def test_d10_a_claim_gets_the_fact_it_rests_on(sentence: str, expected: set[FactKind]) -> None:
    assert expected <= kinds_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Would a short call next week suit you?", "I hope to hear from you.", "You have climbed every mountain in Peru."],
)
def test_d10_a_sentence_without_ground_has_no_facts(sentence: str) -> None:
    assert kinds_of(sentence) == set()


def test_d10_skills_are_known_by_another_spelling() -> None:
    candidate = Candidate.model_validate({"skills": [{"name": "k8s"}], "positions": [{"title": "SRE"}]})
    job = Job.model_validate({"title": "SRE", "skills": ["Kubernetes"]})
    context = build_context(candidate, job=job, today=date(2026, 11, 22))
    sentences = find_evidence(context, assemble(context, WriterOutput(subject="SRE", body="You run k8s clusters.")))
    assert {fact.kind for fact in sentences[1].facts} >= {"skill_match"}


@pytest.mark.parametrize("draft", good_drafts(), ids=lambda draft: draft.id)
def test_d10_what_a_good_draft_says_of_the_person_has_facts(draft: GoodDraft) -> None:
    """A sentence to `you` that has a number of the candidate's facts, or names their company, rests on one of them."""
    for sentence in find_evidence(draft.context, draft.assembled):
        for fact in draft.context.personal:
            company = fact.attributes.get("company", "")
            digits = set(re.findall(r"\d{2,}", fact.text)) if fact.kind == "achievement" else set[str]()
            in_sentence = set(re.findall(r"\d{2,}", sentence.text))
            if (fact.kind == "position" and company and company in sentence.text) or (
                len(digits) > 1 and digits <= in_sentence
            ):
                assert any(each in draft.context.personal for each in sentence.facts), (sentence.text, fact.text)

"""Claims: spans with a kind, the facts behind them and a verdict that agrees with the checks (D-10)."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from changed_relations import change_relations
from corpus_drafts import GoodDraft, good_drafts
from doubles import COMPANY, JOB, RECRUITER, RICH, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st
from planting import PLANTERS
from relations import Said, relation_context
from test_checks import CONTEXT

from overture import Drafter
from overture.generation import Assembled, Claim, Finding, WriterOutput, assemble, check_draft, find_claims
from overture.generation.claim import ClaimKind
from overture.generation.claim_readers import READERS
from overture.generation.claim_verifiers import VERIFIERS
from overture.generation.claims import KIND_OF
from overture.generation.facts import MessageContext


def claims_in(body: str, *, context: MessageContext = CONTEXT) -> tuple[Claim, ...]:
    return find_claims(context, assemble(context, WriterOutput(subject="A role", body=body)))


def one(body: str, kind: ClaimKind) -> Claim:
    (claim,) = [each for each in claims_in(body) if each.kind == kind]
    return claim


def _agree(claims: tuple[Claim, ...], findings: tuple[Finding, ...], assembled: Assembled) -> None:
    """No contradiction either way, and every span is the text it says."""
    against = [each for each in findings if each.severity == "blocking" and each.code in KIND_OF]
    for claim in claims:
        text = assembled.body if claim.field == "body" else assembled.subject
        assert text[claim.start : claim.end] == claim.text != ""
        meets = [
            each for each in against if each.field == claim.field and each.start < claim.end and claim.start < each.end
        ]
        assert claim.verdict != "unsupported" or meets, claim
        assert (claim.verdict == "supported") == bool(claim.facts)
        assert not meets or claim.verdict == "unsupported", (claim, meets)
    for finding in against:
        assert any(
            claim.verdict == "unsupported" and claim.field == finding.field
            and claim.start < finding.end and finding.start < claim.end
            for claim in claims
        ), finding  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "text", "fact"),
    [
        ("You do this at Zaplata.", "employer", "Zaplata", "position"),
        ("Norrsken Bank has a ledger to look after.", "company", "Norrsken Bank", "company"),
        ("As a Backend Engineer you know this.", "title", "Backend Engineer", "position"),
        ("You write Golang.", "skill", "Golang", "skill_match"),
        ("You have been at Zaplata for five years.", "years", "five years", "position"),
        ("You have been at Zaplata since March 2021.", "date", "March 2021", "position"),
        ("You cut failed payments by 12%.", "number", "12%", "achievement"),
        ("You studied at the University of Gdańsk.", "school", "University of Gdańsk", "school"),
        ("The role is in Stockholm.", "place", "Stockholm", "location"),
        ("There are six weeks of holiday.", "benefit", "weeks of holiday", "benefit"),
        ("We are hiring in Stockholm.", "relation", "We are hiring", "title"),
    ],
)
def test_d10_a_claim_has_its_span_its_kind_and_its_fact(body: str, kind: ClaimKind, text: str, fact: str) -> None:
    claim = one(body, kind)
    assert claim.text == text
    assert claim.verdict == "supported"
    assert fact in {each.kind for each in claim.facts}


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("You did the same at Klarna.", "employer", "Klarna"),
        ("You know Kubernetes.", "skill", "Kubernetes"),
        ("You cut failed payments by 15 percent.", "number", "15 percent"),
        ("The role is in Rotterdam.", "place", "Rotterdam"),
        ("It pays SEK 60,000 a month.", "pay", "SEK 60,000"),
        ("You studied at the University of Leeds.", "school", "University of Leeds"),
        ("There are stock options as well.", "benefit", "stock options"),
        ("You have spent nine years at Zaplata.", "years", "nine years"),
    ],
)
def test_d10_what_a_check_objects_to_is_unsupported(body: str, kind: ClaimKind, text: str) -> None:
    found = [claim for claim in claims_in(body) if claim.verdict == "unsupported" and claim.kind == kind]
    assert [claim for claim in found if text in claim.text or claim.text in text], found
    assert all(claim.reason and not claim.facts for claim in found)


def test_d10_a_relation_that_is_made_larger_is_unsupported_though_its_names_are_right() -> None:
    text = "You led the migration of settlement from nightly batches to streams."
    claims = claims_in(text, context=relation_context(Said("", "ledger", "").where))
    (relation,) = [claim for claim in claims if claim.kind == "relation"]
    assert relation.verdict == "unsupported"
    assert relation.reason.startswith("changed_relation")


def test_d10_what_is_offered_or_asked_is_no_relation() -> None:
    assert [
        claim for claim in claims_in("You would lead nine teams. Could you lead a team?") if claim.kind == "relation"
    ] == []


def test_every_kind_has_a_reader_and_a_verifier() -> None:
    assert READERS.keys() == VERIFIERS.keys() == set(get_args(ClaimKind)) - {"name"}
    assert set(KIND_OF.values()) <= set(get_args(ClaimKind))


@pytest.mark.slow
def test_d10_claims_and_checks_agree_on_good_drafts_and_nearly_all_claims_have_facts() -> None:
    verdicts: list[str] = []
    for draft in good_drafts():
        findings = check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
        claims = find_claims(draft.context, draft.assembled, findings=findings)
        _agree(claims, findings, draft.assembled)
        verdicts += [claim.verdict for claim in claims]
    assert len(verdicts) >= 1000
    assert verdicts.count("supported") >= 0.95 * len(verdicts)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_d10_claims_and_checks_agree_on_planted_errors(data: st.DataObject) -> None:
    draft: GoodDraft = data.draw(st.sampled_from(good_drafts()))
    kinds = ["other employer", "changed number", "added skill", "wrong school", "other place", "invented salary"]
    kind = data.draw(st.sampled_from(kinds))
    planted = PLANTERS[kind](draft, data.draw(st.randoms(use_true_random=False)))
    if planted is not None:
        findings = check_draft(planted.context, planted.assembled, custom_content=planted.custom_content)
        _agree(find_claims(planted.context, planted.assembled, findings=findings), findings, planted.assembled)


@settings(max_examples=40, deadline=None)
@given(draft=st.sampled_from(good_drafts()))
def test_d10_claims_and_checks_agree_on_changed_relations(draft: GoodDraft) -> None:
    for planted in change_relations(draft):
        findings = check_draft(planted.context, planted.assembled, custom_content=draft.custom_content)
        _agree(find_claims(planted.context, planted.assembled, findings=findings), findings, planted.assembled)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="You led 12% at Zaplata, Go. 5£k\n", max_size=80))
def test_d10_any_text_has_claims_that_agree(body: str) -> None:
    assembled = assemble(CONTEXT, WriterOutput(subject="x", body=f"A {body}"))
    findings = check_draft(CONTEXT, assembled)
    _agree(find_claims(CONTEXT, assembled, findings=findings), findings, assembled)


def test_d10_a_dumped_draft_has_the_claims_of_each_sentence_and_the_old_keys() -> None:
    draft = Drafter(today=TODAY).draft(
        RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, custom_content="I lead at Klarna."
    )
    dumped = json.loads(draft.model_dump_json())
    sentences = dumped["sentences"]
    assert all({"text", "start", "end", "facts", "claims"} == set(sentence) for sentence in sentences)
    claims = [claim for sentence in sentences for claim in sentence["claims"]]
    assert claims
    for sentence in sentences:
        for claim in sentence["claims"]:
            assert sentence["start"] <= claim["start"] < sentence["end"]
            assert draft.body[claim["start"] : claim["end"]] == claim["text"]
    assert "Klarna" not in {claim["text"] for claim in claims}  # custom content makes no claim
    assert not any(sentence.claims for sentence in draft.sentences)
    assert draft.evidence()[1].model_copy(update={"claims": ()}) == draft.sentences[1]

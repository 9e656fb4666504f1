"""Who did what, how much of it, where and which way: changed relations are found, true ones pass (D-10, D-11)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from changed_relations import CHANGES, ChangedRelation, change_relations
from corpus_drafts import TODAY, good_drafts
from relations import Said, findings_of, relation_context, sentences

from overture.generation import Finding, WriterOutput, assemble, check_draft
from overture.generation.check_input import CheckInput
from overture.generation.deeds import read_deeds
from overture.generation.personalization import Personalization
from overture.generation.relation_words import HELP, KEEP, LEAD, MAKE, deed_words

_CODES = {"changed_relation", "swapped_role"}
_SHARED = Path(__file__).parents[2] / "shared" / "data"
FOUND_AT_LEAST = 0.95
FOUND_OF_A_KIND_AT_LEAST = 0.85
_FEW = 20


def _blocking(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.code, each.text) for each in findings if each.severity == "blocking" and each.code in _CODES]


@cache
def _planted() -> tuple[ChangedRelation, ...]:
    return tuple(planted for draft in good_drafts() for planted in change_relations(draft))


def _reads(said: Said) -> CheckInput:
    context = relation_context(said.where)
    return CheckInput(context, assemble(context, WriterOutput(subject="A role", body=said.text)))


def test_d10_good_drafts_raise_no_finding_of_a_relation() -> None:
    alarms = {
        draft.id: found
        for draft in good_drafts()
        if (found := _blocking(check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)))
    }
    assert alarms == {}


@pytest.mark.slow
def test_d10_planted_relations_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    planted, found = Counter[str](), Counter[str]()
    for each in _planted():
        planted[each.kind] += 1
        found[each.kind] += bool(
            _blocking(check_draft(each.context, each.assembled, custom_content=each.draft.custom_content))
        )
    with capsys.disabled():
        print(f"\n{'planted relations':28}found  of")  # noqa: T201 - the table is what the rule asks to see
        for kind in planted:
            print(f"  {kind:28}{found[kind]:4} {planted[kind]:4}")  # noqa: T201 - likewise
        print(f"  {'all':28}{found.total():4} {planted.total():4}")  # noqa: T201 - likewise
    assert planted.keys() == CHANGES.keys()
    assert planted.total() >= 300
    assert found.total() >= FOUND_AT_LEAST * planted.total()
    many = [kind for kind in planted if planted[kind] >= _FEW]
    assert not [kind for kind in many if found[kind] < FOUND_OF_A_KIND_AT_LEAST * planted[kind]]


def test_every_planted_relation_changes_the_draft_or_its_context() -> None:
    for each in _planted():
        assert (each.assembled, each.context) != (each.draft.assembled, each.draft.context), (each.kind, each.draft.id)


def test_d10_sentences_with_a_changed_relation_are_found() -> None:
    faulty = list(sentences("faulty"))
    missed = [said for said in faulty if not any(f.severity == "blocking" for f in findings_of(said))]
    assert len(missed) <= (1 - FOUND_AT_LEAST) * len(faulty), missed


def test_d10_sentences_nothing_was_tuned_on_are_found_in_half_the_cases() -> None:
    """Measured once: 24 of 43. Paraphrase without the facts' own words is what a judge is for."""
    later = list(sentences("later"))
    found = [said for said in later if any(f.severity == "blocking" for f in findings_of(said))]
    assert len(found) >= 0.5 * len(later)


@pytest.mark.parametrize("said", list(sentences("near")), ids=lambda said: said.text)
def test_d10_a_true_sentence_near_a_fault_passes(said: Said) -> None:
    assert [(each.code, each.text) for each in findings_of(said) if each.severity == "blocking"] == []


def test_d10_a_finding_stands_at_the_words_it_is_about() -> None:
    said = Said("", "ledger", "You led the migration of settlement from nightly batches to streams.")
    (finding,) = [each for each in findings_of(said) if each.code == "changed_relation"]
    assert finding.text == "You led"
    assert finding.severity == "blocking"
    assert "less" in finding.advice


def test_d10_a_lead_where_the_fact_says_built_is_advice_only() -> None:
    said = Said("", "ledger", "At Paytrail you led the work on the double-entry ledger of the merchant accounts.")
    severities = {each.severity for each in findings_of(said) if each.code == "changed_relation"}
    assert severities <= {"advisory"}


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("You led nine engineers.", False),
        ("You would lead nine engineers.", True),
        ("You'd lead nine engineers.", True),
        ("We want you to lead nine engineers.", True),
        ("Would you lead nine engineers?", True),
        ("If you led nine engineers, tell me.", True),
        ("In this role you lead nine engineers.", True),
        ("The squad that you led grew.", False),
        ("It taught you a thing or two.", True),
        ("You've recently led nine engineers.", False),
    ],
)
def test_a_clause_claims_only_what_it_does_not_offer_or_ask(text: str, ahead: bool) -> None:
    deeds = read_deeds(_reads(Said("", "ledger", text)))
    assert [deed.is_ahead for deed in deeds] == [ahead]


@pytest.mark.parametrize(("word", "rank"), [("helped", HELP), ("maintains", KEEP), ("built", MAKE), ("led", LEAD)])
def test_the_deeds_table_knows_every_form(word: str, rank: int) -> None:
    assert deed_words().rank_of[word] == rank


def test_words_up_and_down_do_not_overlap() -> None:
    table = deed_words()
    assert table.up.isdisjoint(table.down)
    assert table.helped.isdisjoint(table.rank_of)


@pytest.mark.slow
@pytest.mark.skipif(not _SHARED.is_dir(), reason="the resumes and jobs of ../shared/data are not here")
def test_d10_three_hundred_offline_drafts_raise_no_finding_of_a_relation() -> None:
    from overture import Drafter
    from overture.errors import ConfigurationError
    from overture.sources import read_candidate, read_jobs

    people = [read_candidate(path) for path in sorted((_SHARED / "profiles/jsonresume/resumes").glob("*resume*.json"))]
    jobs = [job for board in sorted((_SHARED / "jobs/ats_fixtures").glob("*.json")) for job in read_jobs(board)]
    drafter, written = Drafter(today=TODAY), 0
    for tone in ("friendly", "professional", "direct"):
        for length in ("short", "medium", "long"):
            choice = Personalization(tone=tone, length=length)
            for person in people:
                for job in jobs:
                    try:
                        draft = drafter.draft(person, job=job, personalization=choice)
                    except ConfigurationError:
                        continue
                    written += 1
                    assert [each for each in draft.findings if each.code in _CODES] == []
    assert written >= 300

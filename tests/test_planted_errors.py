"""What the checks find and let pass, counted: 200 good drafts, and the same with one error each (D-10, D-11)."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest
from corpus_drafts import good_drafts
from held_out import faulty_sentences, held_out_drafts
from planted import ALL_PLANTERS, Found, count_alarms, count_found, plant_all
from planting import Planted
from planting_relations import RELATION_PLANTERS

from overture.generation.checks import check_draft

FALSE_ALARMS_AT_MOST = 0.01
FOUND_AT_LEAST = 0.97
FOUND_OF_A_KIND_AT_LEAST = 0.90
SENTENCES_FOUND_AT_LEAST, SENTENCES_OF_A_KIND_AT_LEAST = 0.95, 0.85
_EVERY = 10
_SAMPLE = 10


@cache
def planted_errors() -> tuple[Planted, ...]:
    return tuple(planted for draft in good_drafts() for planted in plant_all(draft))


def test_d11_good_drafts_raise_almost_no_blocking_finding() -> None:
    drafts = good_drafts()
    alarms = count_alarms(drafts)
    raised = [(draft.id, finding.code, finding.text) for draft, finding in alarms.raised]
    assert len(drafts) >= 200
    assert alarms.blocked.total() <= FALSE_ALARMS_AT_MOST * len(drafts), raised


def test_d10_d11_planted_errors_are_found_in_every_tenth_draft() -> None:
    counts = count_found(error for draft in good_drafts()[::_SAMPLE] for error in plant_all(draft))
    assert counts.found.total() >= FOUND_AT_LEAST * counts.planted.total(), _missed(counts)


@pytest.mark.slow
def test_d10_d11_planted_errors_of_every_kind_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    counts = count_found(planted_errors())
    _print_table(capsys, "planted in the corpus", counts.planted, counts.found)
    assert counts.found.total() >= FOUND_AT_LEAST * counts.planted.total(), _missed(counts)
    planted, found = _by_family(counts.planted), _by_family(counts.found)
    weak = {kind: n for kind, n in planted.items() if found[kind] < FOUND_OF_A_KIND_AT_LEAST * n}
    assert not weak, _missed(counts)


def test_there_are_many_kinds_and_each_is_said_in_several_ways() -> None:
    ways: defaultdict[str, set[str]] = defaultdict(set)
    for error in planted_errors():
        ways[error.kind].add(error.said)
    assert ways.keys() == ALL_PLANTERS.keys()
    assert len(ways) >= 20
    assert {kind: len(said) for kind, said in ways.items() if len(said) < 3} == {}


def test_planting_is_the_same_each_time() -> None:
    draft = good_drafts()[0]
    assert list(plant_all(draft)) == list(plant_all(draft))


def test_every_planted_error_changes_the_draft_or_its_context() -> None:
    by_id = {draft.id: draft for draft in good_drafts()}
    for error in planted_errors():
        draft = by_id[error.draft]
        assert (error.assembled, error.context) != (draft.assembled, draft.context), (error.kind, error.draft)


@pytest.mark.parametrize("draft", held_out_drafts(), ids=lambda draft: draft.id)
def test_d11_good_drafts_apart_from_the_corpus_raise_no_blocking_finding(draft: object) -> None:
    held = next(each for each in held_out_drafts() if each is draft)
    found = check_draft(held.context, held.assembled())
    assert [(finding.code, finding.text) for finding in found if finding.severity == "blocking"] == []


def test_d10_d11_faulty_sentences_apart_from_the_corpus_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    planted, found = Counter[str](), Counter[str]()
    for draft in held_out_drafts()[::_EVERY]:
        first, _, rest = draft.output.body.partition("\n\n")
        for sentence in faulty_sentences():
            gap = "\n\n" if "\n" in sentence.text or sentence.text.startswith(("Hi", "Dear")) else " "
            body = f"{rest}\n\n{sentence.text}" if "\n" in sentence.text else f"{first}{gap}{sentence.text}\n\n{rest}"
            findings = check_draft(draft.context, draft.assembled(body))
            planted[sentence.kind] += 1
            found[sentence.kind] += any(each.code in sentence.codes for each in findings)
    _print_table(capsys, "faulty sentences", planted, found)
    assert found.total() >= SENTENCES_FOUND_AT_LEAST * planted.total()
    assert not [kind for kind in planted if found[kind] < SENTENCES_OF_A_KIND_AT_LEAST * planted[kind]]


def _by_family(counts: Counter[str]) -> Counter[str]:
    """The counts with all kinds of wrong relations taken together, as a few of them are rare."""
    found = Counter[str]()
    for kind, n in counts.items():
        found["wrong relation" if kind in RELATION_PLANTERS else kind] += n
    return found


def _missed(counts: Found) -> list[tuple[str, str, str]]:
    return [(error.kind, error.draft, error.said) for error in counts.missed]


def _print_table(capsys: pytest.CaptureFixture[str], title: str, planted: Counter[str], found: Counter[str]) -> None:
    with capsys.disabled():
        print(f"\n{title:28}found  of")  # noqa: T201 - the table is what the rule asks to see
        for kind in planted:
            print(f"  {kind:26}{found[kind]:5} {planted[kind]:4}")  # noqa: T201 - likewise
        print(f"  {'all':26}{found.total():5} {planted.total():4}")  # noqa: T201 - likewise

"""What the checks find and let pass, counted: 60 good drafts, and the same with one error each (D-10, D-11)."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from corpus_drafts import good_drafts
from held_out import faulty_sentences, held_out_drafts
from planting import PLANTERS, Planted, plant_all

from overture.generation.checks import check_draft
from overture.generation.render import render_draft

FALSE_ALARMS_AT_MOST = 0.02
FOUND_AT_LEAST = 0.95
FOUND_OF_A_KIND_AT_LEAST = 0.85
_EVERY = 5


@cache
def planted_errors() -> tuple[Planted, ...]:
    return tuple(planted for draft in good_drafts() for planted in plant_all(draft))


def test_d11_good_drafts_raise_almost_no_blocking_finding() -> None:
    alarms = {
        draft.id: blocking
        for draft in good_drafts()
        if (
            blocking := [
                (finding.code, finding.text)
                for finding in check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
                if finding.severity == "blocking"
            ]
        )
    }
    assert len(alarms) <= FALSE_ALARMS_AT_MOST * len(good_drafts()), alarms


def test_d10_d11_planted_errors_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    planted, found = Counter[str](), Counter[str]()
    for error in planted_errors():
        prompt = render_draft(error.context) if error.prompt else None
        findings = check_draft(error.context, error.assembled, custom_content=error.custom_content, prompt=prompt)
        planted[error.kind] += 1
        found[error.kind] += any(each.code in error.codes and each.severity == "blocking" for each in findings)
    _print_table(capsys, "planted in the corpus", planted, found)
    assert planted.keys() == PLANTERS.keys()
    assert found.total() >= FOUND_AT_LEAST * planted.total()
    assert not [kind for kind in planted if found[kind] < FOUND_OF_A_KIND_AT_LEAST * planted[kind]]


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
    assert found.total() >= FOUND_AT_LEAST * planted.total()
    assert not [kind for kind in planted if found[kind] < FOUND_OF_A_KIND_AT_LEAST * planted[kind]]


def _print_table(capsys: pytest.CaptureFixture[str], title: str, planted: Counter[str], found: Counter[str]) -> None:
    with capsys.disabled():
        print(f"\n{title:28}found  of")  # noqa: T201 - the table is what the rule asks to see
        for kind in planted:
            print(f"  {kind:26}{found[kind]:5} {planted[kind]:3}")  # noqa: T201 - likewise
        print(f"  {'all':26}{found.total():5} {planted.total():3}")  # noqa: T201 - likewise

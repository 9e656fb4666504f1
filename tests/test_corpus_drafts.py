"""The good drafts are what they claim to be: many trades, places and styles, within limits, none a copy of another."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from corpus_drafts import GoodDraft, good_drafts, good_items

from overture.generation.personalization import LENGTH_LIMITS

_LONGEST_SHARED_RUN = 6
_WORD = re.compile(r"[\w'’]+")


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _opening_fields(name: str) -> list[object]:
    openings = [item.job or item.project for _, item in good_items()]
    return [getattr(opening, name) for opening in openings if opening and getattr(opening, name)]


def test_there_are_two_hundred_drafts_with_ids_of_their_own() -> None:
    assert len(good_drafts()) >= 200
    assert len({draft.id for draft in good_drafts()}) == len(good_drafts())
    assert len({draft.context.fingerprint for draft in good_drafts()}) == len(good_drafts())
    assert all(draft.id.startswith(draft.trade) for draft in good_drafts())


def test_there_are_many_styles_and_some_drafts_of_each_are_reserved() -> None:
    styles = {draft.style for draft in good_drafts()}
    assert {"agency", "bare", "bulleted", "dashes", "formal", "inferred", "long", "numbered"} < styles
    assert {"opener", "plain", "project", "terse", "warm"} < styles
    reserved = [draft.style for draft in good_drafts() if draft.is_reserved]
    assert len(reserved) >= 50
    assert set(reserved) == styles - {"plain"}


def test_the_lazy_name_gives_the_same_drafts() -> None:
    from corpus_drafts import GOOD

    assert GOOD is good_drafts()


@pytest.mark.parametrize("draft", good_drafts(), ids=lambda draft: draft.id)
def test_d11_a_good_draft_keeps_its_length(draft: GoodDraft) -> None:
    length = draft.context.personalization.length
    assert 0 < len(draft.assembled.subject) <= 80
    custom = draft.custom_content or ""
    assert len(draft.assembled.body) - len(custom) <= LENGTH_LIMITS[length]
    assert len(draft.assembled.body) <= 1900
    if length == "long":
        assert len(draft.assembled.body) > LENGTH_LIMITS["medium"]


@pytest.mark.parametrize("draft", good_drafts(), ids=lambda draft: draft.id)
def test_d12_the_writer_names_neither_candidate_nor_recruiter(draft: GoodDraft) -> None:
    candidate, recruiter = draft.item.candidate, draft.item.recruiter
    names = (candidate.name, candidate.salutation, recruiter.name)
    for name in filter(None, names):
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", draft.output.body), name


@pytest.mark.parametrize("draft", good_drafts(), ids=lambda draft: draft.id)
def test_d10_every_place_of_work_and_study_in_a_draft_is_a_fact(draft: GoodDraft) -> None:
    candidate = draft.item.candidate
    own = [position.company for position in candidate.positions] + [school.name for school in candidate.schools]
    known = {name for fact in draft.context.personal for name in fact.names}
    for name in filter(None, own):
        if " ".join(_words(name)[:2]) in " ".join(_words(draft.output.body)):
            assert name in known


@pytest.mark.parametrize("draft", good_drafts(), ids=lambda draft: draft.id)
def test_d10_silence_about_pay_where_none_is_given(draft: GoodDraft) -> None:
    if not draft.context.of_kind("salary"):
        said = f"{draft.output.subject} {draft.output.body}"
        assert not re.search(r"\b(?:[Ss]alary|pay|pays|paid|wages?|compensation)\b", said)


def test_d11_no_two_drafts_share_a_long_run_of_words() -> None:
    seen: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for draft in good_drafts():
        words = _words(draft.output.body)
        for start in range(len(words) - _LONGEST_SHARED_RUN):
            seen[tuple(words[start : start + _LONGEST_SHARED_RUN + 1])].add(draft.id)
    assert {" ".join(run): ids for run, ids in seen.items() if len(ids) > 1} == {}


def test_the_corpus_covers_trades_countries_and_choices() -> None:
    drafts = good_drafts()
    choices = [draft.context.personalization for draft in drafts]
    assert len({draft.trade for draft in drafts}) >= 12
    countries = {item.candidate.location.country for _, item in good_items() if item.candidate.location}
    assert len(countries) >= 30
    for chosen, least in (("tone", 15), ("length", 10)):
        counts = [sum(getattr(choice, chosen) == value for choice in choices) for value in _values(chosen)]
        assert min(counts) >= least, chosen
    sources = [draft.context.opportunity_source for draft in drafts]
    assert sources.count("job") >= 40
    assert sources.count("project") >= 6
    assert sources.count("inferred") >= 8


def test_the_corpus_has_sparse_and_rich_contexts_with_and_without_pay() -> None:
    drafts = good_drafts()
    sizes = sorted(len(draft.context.facts) for draft in drafts)
    assert sizes[0] <= 5
    assert sizes[-1] >= 20
    assert 0.3 <= sum(bool(draft.context.of_kind("salary")) for draft in drafts) / len(drafts) <= 0.7
    assert sum(draft.custom_content is not None for draft in drafts) >= 3
    assert sum(bool(draft.context.personalization.off) for draft in drafts) >= 5
    assert any(draft.output.inline_greeting for draft in drafts)
    assert {"hybrid", "remote", "on_site"} <= set(_opening_fields("workplace_type"))
    assert {"full_time", "part_time", "contract", "temporary"} <= set(_opening_fields("employment_type"))


def _values(chosen: str) -> tuple[str, ...]:
    return ("professional", "friendly", "direct") if chosen == "tone" else ("short", "medium", "long")

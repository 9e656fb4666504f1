"""Who is for training and who for evaluation, for good (F-2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from eval_sets import SALT, cases_of, store_of
from feedback_people import many_events, vote_on
from hypothesis import given, settings
from hypothesis import strategies as st

from overture.errors import ConfigurationError
from overture.feedback import build_eval_set
from overture.feedback.splits import Salt

IDS = st.text(min_size=1, max_size=20)


@given(ids=st.lists(IDS, min_size=1), later=st.lists(IDS), salt=st.text(min_size=8))
def test_adding_people_moves_nobody_f2(ids: list[str], later: list[str], salt: str) -> None:
    """Whatever comes later, in whatever order, a candidate's side is what it was."""
    before = {each: Salt(salt).split_of(each) for each in ids}
    after = {each: Salt(salt).split_of(each) for each in (*later, *reversed(ids))}
    assert before.items() <= after.items()


@given(id_=IDS, salt=st.text(min_size=8), share=st.floats(0.01, 0.5))
def test_a_greater_share_only_adds_to_evaluation_f2(id_: str, salt: str, share: float) -> None:
    if Salt(salt).split_of(id_, eval_share=share) == "eval":
        assert Salt(salt).split_of(id_, eval_share=share * 1.9) == "eval"


def test_the_share_is_kept_within_a_hundredth_f2() -> None:
    salt = Salt(SALT)
    of_eval = sum(salt.split_of(f"candidate-{number}", eval_share=0.2) == "eval" for number in range(100_000))
    assert abs(of_eval / 100_000 - 0.2) < 0.01


def test_other_salts_deal_other_sides_f2() -> None:
    one, other = Salt("one long salt"), Salt("another long salt")
    same = sum(one.split_of(f"c{number}") == other.split_of(f"c{number}") for number in range(2_000))
    assert 1_200 < same < 1_500, "0.68 of 2,000 are expected to agree by chance"


def test_hashes_do_not_show_the_id_nor_each_other_f2() -> None:
    salt = Salt(SALT)
    assert "c17" not in salt.of_person("c17")
    assert (
        len({salt.of_person("x"), salt.of_event("x"), salt.of_subject("draft", "x"), salt.of_subject("reply", "x")})
        == 4
    )
    assert SALT not in repr(salt)


def test_a_short_salt_and_an_empty_side_are_refused_f2(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="F-2"):
        Salt("short")
    with store_of(tmp_path / "o.db") as store, pytest.raises(ConfigurationError, match="F-2"):
        build_eval_set(store, tmp_path / "set", salt=SALT, eval_share=1.0)


@settings(deadline=None, max_examples=5)
@given(st.data())
def test_nobody_is_on_both_sides_nor_ever_moves_f2(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Through three builds with new, changed and doubled drafts, replies of the same people among them."""
    folder = tmp_path_factory.mktemp("split")
    sides: dict[str, str] = {}
    with store_of(folder / "o.db") as store:
        start = 0
        for _ in range(3):
            count = data.draw(st.integers(5, 60))
            store.add_many(many_events(count, start=start))
            store.add(vote_on(start, id=f"twin{start}", seat="s8", draft=f"d{start}"))
            start += 1_000
            build_eval_set(store, folder / "set", salt=SALT)
            for case in cases_of(folder / "set"):
                assert sides.setdefault(case.candidate, case.split) == case.split
    assert set(sides.values()) <= {"train", "eval"}
    assert sides.keys().isdisjoint(f"c{number}" for number in range(3_000)), "only salted hashes stand in a set"

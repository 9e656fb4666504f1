"""D-4: skills are matched through synonyms and spelling variants, and not beyond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.generation.skills import match_skills, skill_key, skills_in


@pytest.mark.parametrize(
    ("wanted", "own"),
    [
        ("PyTorch", "pytorch"),
        ("JavaScript", "JS"),
        ("Kubernetes", "k8s"),
        ("PostgreSQL", "Postgres"),
        ("Go", "Golang"),
        ("Node.js", "NodeJS"),
        ("Machine Learning", "machine-learning"),
        ("Amazon Web Services", "AWS"),
        ("React", "React.js"),
        ("Stakeholder Managment", "Stakeholder management"),
    ],
)
def test_d4_the_same_skill_is_found_under_another_name(wanted: str, own: str) -> None:
    assert [match.own for match in match_skills([wanted], ["Fencing", own])] == [own]


@pytest.mark.parametrize(
    ("wanted", "own"), [("Java", "JavaScript"), ("C", "C++"), ("C#", "C"), ("React", "React Native"), ("SQL", "NoSQL")]
)
def test_d4_a_different_skill_is_not_a_match(wanted: str, own: str) -> None:
    assert match_skills([wanted], [own]) == ()


@given(st.lists(st.text(min_size=1, max_size=20), max_size=6), st.lists(st.text(min_size=1, max_size=20), max_size=6))
def test_d4_a_match_is_always_among_what_both_sides_named(wanted: list[str], own: list[str]) -> None:
    for match in match_skills(wanted, own):
        assert match.wanted in wanted
        assert own[match.place] == match.own


@given(st.text(max_size=40))
def test_d4_a_key_does_not_depend_on_case(name: str) -> None:
    if name.upper().lower() == name.lower():
        assert skill_key(name.upper()) == skill_key(name.lower())


def test_d4_skills_in_running_text_are_found_as_they_stand_there() -> None:
    text = "Strong Go and PostgreSQL, some k8s; ready to go to market and to excel at meetings."
    assert skills_in([text]) == ("Go", "PostgreSQL", "k8s")

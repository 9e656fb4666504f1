"""What a run judges, and what its fingerprint tells apart (D-14); the suites by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

pytest.importorskip("pydantic_evals")

from overture.classification import ReplyClassifier
from overture.errors import ConfigurationError, PromptError
from overture.eval.subject import Subject
from overture.eval.subjects import TODAY, make_subject
from overture.eval.suites import SUITE_NAMES, suite_of
from overture.generation import Limits


def test_d14_a_subject_says_what_it_is_made_of() -> None:
    subject = make_subject("openai:gpt-5-mini", base_url="http://localhost:9/v1", judge="openai:judge-1", label="next")
    assert subject.label == "next"
    assert {name: subject.parts[name] for name in ("model", "base url", "judge", "today", "fallback")} == {
        "model": "openai:gpt-5-mini", "base url": "http://localhost:9/v1", "judge": "openai:judge-1",
        "today": TODAY.isoformat(), "fallback": "no",
    }  # fmt: skip
    assert subject.parts["prompt"].startswith("draft@")
    assert (subject.prompt, make_subject(prompt="slots").prompt) == ("draft", "slots")
    assert make_subject().label == "offline"


def test_d14_the_same_release_has_the_same_fingerprint() -> None:
    assert make_subject().fingerprint == make_subject().fingerprint
    assert make_subject(label="renamed").fingerprint == make_subject().fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "openai:gpt-5-mini"},
        {"prompt": "slots"},
        {"limits": Limits(max_repairs=0)},
        {"today": date(2026, 11, 23)},
        {"judge": "openai:judge-1"},
        {"judge": "openai:judge-1", "judge_base_url": "http://localhost:9/v1"},
    ],
    ids=str,
)
def test_d14_whatever_could_change_an_answer_changes_the_fingerprint(changes: dict[str, Any]) -> None:
    others = {make_subject().fingerprint, make_subject(judge="openai:judge-1").fingerprint}
    found = make_subject(**changes).fingerprint
    assert found != make_subject().fingerprint
    assert found not in others or changes == {"judge": "openai:judge-1"}


def test_d15_a_model_is_judged_alone_unless_its_fallback_is_asked_for() -> None:
    alone, helped = make_subject("openai:gpt-5-mini"), make_subject("openai:gpt-5-mini", fallback=True)
    assert (alone.parts["fallback"], helped.parts["fallback"]) == ("no", "yes")
    assert alone.fingerprint != helped.fingerprint
    assert make_subject(fallback=True).fingerprint == make_subject().fingerprint


def test_d14_the_weights_and_the_threshold_of_the_classifier_are_in_the_fingerprint() -> None:
    shipped = ReplyClassifier.load()
    subject = make_subject(classifier=shipped)
    assert subject.parts["classifier"] == shipped.model.manifest.label
    stricter = ReplyClassifier(shipped.model, review_below=0.9)
    assert len({make_subject(classifier=each).fingerprint for each in (None, shipped, stricter)}) == 3


def test_a_subject_that_cannot_be_made_says_why() -> None:
    with pytest.raises(ConfigurationError, match="is not a model"):
        make_subject("gpt")
    with pytest.raises(PromptError, match="no prompt 'drafft'"):
        make_subject(prompt="drafft")
    bare = Subject(label="bare", fingerprint="")
    with pytest.raises(ConfigurationError, match="'bare' has no drafter"):
        bare.wanted_drafter()
    with pytest.raises(ConfigurationError, match="'bare' has no reply classifier"):
        bare.wanted_classifier()


@pytest.mark.parametrize("name", SUITE_NAMES)
def test_every_suite_is_found_by_its_name_and_declares_its_metrics(name: str) -> None:
    suite = suite_of(name)
    assert (suite.name, suite.version >= 1, bool(suite.summary)) == (name, True, True)
    names = [metric.name for metric in suite.metrics]
    assert names
    assert len(names) == len(set(names))


def test_an_unknown_suite_is_named_beside_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="no suite 'contact'; there are contract, grounding"):
        suite_of("contact")

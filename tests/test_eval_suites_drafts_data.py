"""Our contexts and word lists: what is there, that it is pinned, and how a user's own are read (issue 7)."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from overture import Candidate, Job, Place, Position
from overture.errors import InputError
from overture.eval import own_data
from overture.eval.closed_world import find_unsupported, speaks_of_pay, world_of
from overture.eval.coded_words import count_coded, find_wording
from overture.eval.contexts import dump_inputs, load_contexts, read_inputs
from overture.eval.message_words import said_numbers, values_of
from overture.eval.own_data import own_text, pins_of
from overture.eval.readability import flesch, lix
from overture.eval.suite import SuiteData
from overture.eval.variants import variants
from overture.generation import DraftInput

DATA = Path(own_data.__file__).parent / "data"
OURS = load_contexts(SuiteData())


def test_every_file_is_what_its_pin_says():
    assert json.loads((DATA / "pins.json").read_text()) == pins_of(DATA), "meant? raise versions, call write_pins()"


def test_a_file_that_changed_without_its_pin_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    (copy / "terms.yaml").write_text("changed: {}", encoding="utf-8")

    def files(_package: str) -> Path:
        return tmp_path

    monkeypatch.setattr(own_data, "files", files)
    assert own_text("languages.yaml")
    with pytest.raises(InputError, match=r"eval/data/terms\.yaml: is not what its pin says"):
        own_text("terms.yaml")


def test_sixty_contexts_of_ten_trades_and_many_countries():
    assert len({context.id for context in OURS}) == 60
    assert Counter(Counter(context.trade for context in OURS).values()) == {6: 10}
    assert len({context.country for context in OURS}) >= 8
    kinds = Counter(context.kind for context in OURS)
    assert min(kinds[kind] for kind in ("rich", "usual", "sparse", "inferred")) >= 10
    assert kinds["project"] >= 8
    assert {context.personalization.language for context in OURS} == {"en", "de", "fr", "es", "pt", "it", "nl"}


def test_what_is_dumped_is_read_again_and_shared_parts_are_one_object():
    read = {context.id: read_inputs(json.loads(json.dumps(dump_inputs(context.inputs)))) for context in OURS}
    assert all(read[context.id] == context.inputs for context in OURS)
    assert read["software-rich"].job is read["software-usual"].job


def test_a_users_own_file_is_one_draft_input_a_line(tmp_path: Path):
    file = tmp_path / "own.jsonl"
    inputs = DraftInput(candidate=Candidate(name="Ada"), job=Job(title="Cook"), custom_content=" as it is ")
    file.write_text(f"{json.dumps(dump_inputs(inputs))}\n\n", encoding="utf-8")
    (context,) = load_contexts(SuiteData(file=file))
    assert (context.inputs, context.id, context.kind) == (inputs, "line-1", "sparse")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{}\n", "line 1: candidate: field required"), ("[\n", "line 1: Expecting"), ("", "is empty")],
)
def test_a_line_that_is_no_draft_input_is_named(tmp_path: Path, text: str, expected: str):
    file = tmp_path / "own.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        load_contexts(SuiteData(file=file))
    with pytest.raises(InputError, match="cannot be read"):
        load_contexts(SuiteData(file=tmp_path / "none.jsonl"))


def test_made_up_candidates_are_the_same_each_time_and_nobody_twice():
    trade = [context for context in OURS if context.trade == "software" and context.kind != "inferred"]
    made = list(variants(trade, 50))
    assert made == list(variants(trade, 50))
    assert len({candidate.model_dump_json() for candidate in made}) == 50
    assert made != list(variants(trade, 50, seed=8))


WORLD = world_of(
    DraftInput(
        candidate=Candidate(
            positions=(Position(title="Cook", company="Hostal Ría", highlights=("Fed 1,200 people",)),)
        ),
        job=Job(title="Sous Chef", company="The Salt Barn", locations=(Place(locality="Whitstable"),)),
    ),
    today=date(2026, 11, 22),
)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("You fed 1,300 people.", "number"), ("You fed thirteen people.", "number"), ("You know Kotlin.", "skill"),
        ("Your time at Brindle helped.", "name"), ("You studied at INSEAD.", "school"), ("It is in Osaka.", "place"),
        ("There is a company car.", "benefit"), ("As a Principal Cook you know it.", "rank"),
        ("Since March 2021 you cook.", "date"), ("Write to a@b.example now.", "contact"),
        ("Siemens asked.", "employer"),
    ],
)  # fmt: skip
def test_what_the_inputs_do_not_say_is_found(said: str, kind: str):
    assert kind in {each.kind for each in find_unsupported(said, WORLD, language="en")}


@pytest.mark.parametrize(
    "said",
    [
        "At Hostal Ría you fed 1200 people.", "A Sous Chef at the Salt Barn, in Whitstable.",
        "May I ask for ten minutes?",
        "You fed 1.2k people.", "Two lines about The Salt Barn's kitchen:", "What to know:\n1) You cook.\n2) We cook.",
    ],
)  # fmt: skip
def test_what_the_inputs_say_is_let_pass(said: str):
    assert find_unsupported(said, WORLD, language="en") == []


def test_numbers_are_read_as_seven_languages_write_them():
    assert values_of("1.200") == {1200.0, 1.2}
    assert values_of("21,50") == {21.5}
    assert [number.values for number in said_numbers("vingt-six personnes, 2 600 €", "fr")] == [{2600.0}, {26.0}]
    assert [number.values for number in said_numbers("treinta y dos camas", "es")] == [{32.0}]


@pytest.mark.parametrize(("text", "language"), [("Das Gehalt ist gut.", "de"), ("You'd get £9 an hour.", "en")])
def test_pay_is_told_by_a_word_or_a_currency(text: str, language: str):
    assert speaks_of_pay(text, WORLD, language)


def test_word_lists_count_whole_words_and_beginnings():
    assert count_coded("You lead a team and led two teams.", "agentic", "en") == 2
    assert count_coded("You lead a team and led two teams.", "communal", "en") == 2
    assert [each.kind for each in find_wording("A ninja, under 30, native speaker.", "en")] == [
        "spam",
        "agist",
        "origin",
    ]
    assert not list(find_wording("Ninjutsu for understated natives.", "en"))


def test_readability_falls_with_long_words_and_long_sentences():
    plain, hard = (
        "We bake bread. You sell it.",
        "Organisational responsibilities necessitate interdepartmental coordination.",
    )
    assert lix(plain) == 3.0
    assert lix(hard) == 105.0
    assert flesch(plain) > 100 > 0 > flesch(hard)
    assert (lix(""), flesch("")) == (0.0, 100.0)

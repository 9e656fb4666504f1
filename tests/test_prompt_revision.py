"""A prompt revised from what was disliked, by a model on a doubled wire: tried, refused, judged, kept (F-5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from corpus_drafts import good_drafts
from doubles import context_of
from revising import LONG_BODY, SHORT, SHORT_BODY, Model, case_of, cases_of

from overture.errors import ConfigurationError, InputError, PromptError, WriterOutputError, WriterUnavailableError
from overture.feedback import FrozenContext
from overture.feedback.eval_cases import EvalCase
from overture.feedback.prompt_revision import PromptRevision, mcnemar, revise_prompt
from overture.feedback.prompt_revision_answers import RevisionLimits
from overture.feedback.prompt_revision_scoring import CHECKED, Exercise, score_answer
from overture.feedback.prompt_revision_text import revised_prompt, text_of
from overture.feedback.thawed_context import thaw
from overture.generation.assembly import assemble
from overture.generation.checks import check_draft
from overture.generation.render import render_draft
from overture.generation.writers import WriterOutput
from overture.prompts import load_prompt

pytest.importorskip("gepa", reason="the extra `revise` is not installed")
DRAFT = load_prompt("draft")
LIMITS = RevisionLimits(max_requests=80)


def revised(model: Model, folder: Path, cases: list[EvalCase] | None = None, **options: Any) -> PromptRevision:
    given: dict[str, Any] = {"prompt": "draft", "model": model.writer, "folder": folder, "limits": LIMITS} | options
    return revise_prompt(cases_of() if cases is None else cases, **given)


def test_f5_a_better_text_is_proposed_as_a_file_and_a_difference(tmp_path: Path) -> None:
    model = Model()
    shown: list[tuple[int, int, float]] = []

    def show(done: int, most: int, best: float) -> None:
        shown.append((done, most, best))

    done = revised(model, tmp_path, progress=show)
    assert (done.decision, done.version, done.new_version) == ("propose", DRAFT.version, DRAFT.version + 1)
    assert done.new is not None
    assert (done.old.passed, done.new.passed, done.new.n) == (2, 6, 6)
    assert (done.wins, done.losses, done.p) == (4, 0, 0.125)
    assert done.new.reasons == {"too_long": (4, 4)}
    assert model.reflections >= 1
    assert done.requests == len(model.asked) <= LIMITS.max_requests
    assert shown[-1][:2] == (done.requests, LIMITS.max_requests)
    new = load_prompt(tmp_path / f"draft.{done.new_version}.j2")
    assert new.header.model_copy(update={"version": DRAFT.version}) == DRAFT.header
    assert SHORT in new.source
    difference = (tmp_path / f"draft.{done.new_version}.diff").read_text(encoding="utf-8")
    assert f"+{SHORT}" in difference.splitlines()
    report = json.loads((tmp_path / f"draft.{done.new_version}.json").read_text(encoding="utf-8"))
    assert report == done.model_dump(mode="json")
    assert load_prompt("draft").fingerprint == DRAFT.fingerprint


def test_f5_the_model_that_revises_sees_the_training_side_only(tmp_path: Path) -> None:
    cases = [
        case.model_copy(update={"comment": f"secret of {case.split} {case.number}"}) if case.vote == "down" else case
        for case in cases_of()
    ]
    model = Model()
    revised(model, tmp_path, cases)
    reflections = [json.dumps(asked) for asked in model.asked if "You revise" in asked["messages"][0]["content"]]
    assert any("secret of train" in said for said in reflections)
    assert not any("secret of eval" in said for said in reflections)
    assert not any("secret of" in json.dumps(asked) for asked in model.asked if json.dumps(asked) not in reflections)


def test_f5_a_text_that_helps_nobody_is_not_proposed(tmp_path: Path) -> None:
    (tmp_path / "draft.3.j2").write_text("of an earlier run", encoding="utf-8")
    done = revised(Model(lesson="Be yourself."), tmp_path)
    assert done.decision == "none"
    assert done.files == ("draft.3.json",)
    assert {path.name for path in tmp_path.iterdir()} == {"draft.3.json", "answers.jsonl"}


@pytest.mark.parametrize(
    "lesson",
    [
        "Mention Zaplata, they love it.",
        "Say: Far too long for a first message.",
        "{{ unknown }}",
        "{% include 'x' %}",
        "Write to [NAME].",
        "Remember: built the double-entry ledger of the merchant accounts in Go and PostgreSQL.",
        "=== personal ===",
        "so " * 6_000,
        "{% for label, text in role_facts %}{{ text }}{% endfor %}",
    ],
    ids=lambda lesson: lesson[:12].strip(),
)
def test_f5_a_text_that_could_do_harm_is_refused_before_it_is_tried(tmp_path: Path, lesson: str) -> None:
    model = Model(lesson=f"{lesson}\n{SHORT}")
    done = revised(model, tmp_path)
    assert (done.decision, done.tried) == ("none", 1)
    assert done.refused >= 1
    drafts = [asked for asked in model.asked if "You revise" not in asked["messages"][0]["content"]]
    assert not any(SHORT in asked["messages"][0]["content"] for asked in drafts)


def test_f5_the_header_cannot_change() -> None:
    text = text_of(DRAFT)
    exercises = [Exercise.of(case_of(1))]
    new = revised_prompt(DRAFT, text, version=9, cases=[], exercises=exercises)
    assert (new.version, text_of(new).strip(), new.header.output) == (9, text.strip(), DRAFT.header.output)
    moved = text.replace("{{ language }}", "English").replace(
        "=== personal ===\n", "=== personal ===\n{{ language }}\n"
    )
    with pytest.raises(PromptError, match="stays in its part"):
        revised_prompt(DRAFT, moved, version=9, cases=[], exercises=exercises)


def test_f5_facts_stay_in_their_delimiters() -> None:
    open_text = text_of(DRAFT).replace('<facts about="person">', "ABOUT THE PERSON").replace("</facts>", "")
    with pytest.raises(PromptError, match="D-13"):
        revised_prompt(DRAFT, open_text, version=9, cases=[], exercises=[Exercise.of(case_of(1))])


def test_f5_a_run_that_broke_off_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    whole = Model()
    wanted = revised(whole, tmp_path / "whole")
    assert len(whole.asked) > 4
    for breaks_at in range(0, len(whole.asked), 2):
        broken = Model(breaks_at=breaks_at)
        with pytest.raises(WriterUnavailableError):
            revised(broken, tmp_path / f"at{breaks_at}")
        again = Model()
        assert revised(again, tmp_path / f"at{breaks_at}") == wanted
        assert len(again.asked) == len(whole.asked) - breaks_at


def test_f5_half_a_line_of_a_crash_is_asked_again(tmp_path: Path) -> None:
    wanted = revised(Model(), tmp_path)
    answers = tmp_path / "answers.jsonl"
    answers.write_bytes(answers.read_bytes()[:-40])
    again = Model()
    assert revised(again, tmp_path) == wanted
    assert len(again.asked) == 1
    answers.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1 is no answer"):
        revised(Model(), tmp_path)


def test_f5_the_ceiling_holds_and_leaves_room_to_judge(tmp_path: Path) -> None:
    cases = [case_of(n, split="train" if n < 24 else "eval", context=_context(n)) for n in range(30)]
    model = Model(lesson="Be yourself.")
    limits = RevisionLimits(max_requests=45)
    done = revised(model, tmp_path, cases, limits=limits)
    assert len(model.asked) == done.requests <= 45
    assert done.old.n == 6
    with pytest.raises(ConfigurationError, match="at least"):
        revised(Model(), tmp_path, cases, limits=RevisionLimits(max_requests=15))


def _context(number: int) -> Any:
    """A context that no other case has, so that each draft is a request of its own."""
    whole = FrozenContext.of(context_of())
    facts = tuple(
        fact.model_copy(update={"text": f"{fact.text}, in {number + 2} countries"})
        if fact.kind == "requirement"
        else fact
        for fact in whole.facts
    )
    return whole.model_copy(update={"facts": facts, "fingerprint": f"{number:064x}"})


def test_f5_what_cannot_be_revised_is_said(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="F-5"):
        revised(Model(), tmp_path, prompt="judge_claims")
    with pytest.raises(InputError, match="too few judged drafts"):
        revised(Model(), tmp_path, [case_of(1)])
    with pytest.raises(ConfigurationError, match="chat model"):
        revise_prompt(cases_of(), prompt="draft", model="offline", folder=tmp_path, limits=LIMITS)


@pytest.mark.parametrize(
    ("reason", "old", "new", "is_gone"),
    [
        ("too_long", LONG_BODY, SHORT_BODY, True),
        ("too_long", LONG_BODY, LONG_BODY, False),
        ("too_short", SHORT_BODY, LONG_BODY, True),
        ("too_short", LONG_BODY, SHORT_BODY, False),
        ("generic", SHORT_BODY, LONG_BODY, True),
        ("generic", LONG_BODY, SHORT_BODY, False),
        ("tone", LONG_BODY, f"I hope this message finds you well.\n\n{SHORT_BODY}", False),
        ("tone", LONG_BODY, SHORT_BODY, True),
        ("biased", LONG_BODY, SHORT_BODY, True),
        ("language", LONG_BODY, SHORT_BODY, True),
        ("inaccurate", LONG_BODY, SHORT_BODY, True),
    ],
)
def test_f5_a_complaint_is_checked_without_a_model(reason: str, old: str, new: str, is_gone: bool) -> None:
    exercise = Exercise.of(case_of(1, reasons=(reason,), body=f"Hi [NAME],\n\n{old}\n\n[NAME_2]"))
    score = score_answer(exercise, WriterOutput("Owning the ledger", new), exercise.render(DRAFT))
    assert (score.blocking, dict(score.gone), score.score) == ((), {reason: is_gone}, float(is_gone))
    assert bool(score.advice) is not is_gone


def test_f5_what_was_added_before_sending_must_be_in_the_new_draft() -> None:
    sent = f"Hi [NAME],\n\n{LONG_BODY}\n\n[NAME_2]"
    case = case_of(1, reasons=("missing_something",), body=f"Hi [NAME],\n\n{SHORT_BODY}\n\n[NAME_2]", final_text=sent)
    exercise = Exercise.of(case)
    told = [
        score_answer(exercise, WriterOutput("Owning the ledger", body), exercise.render(DRAFT)).gone
        for body in (LONG_BODY, SHORT_BODY)
    ]
    assert told == [{"missing_something": True}, {"missing_something": False}]
    unknown = Exercise.of(case.model_copy(update={"final_text": None}))
    score = score_answer(unknown, WriterOutput("Owning the ledger", LONG_BODY), unknown.render(DRAFT))
    assert (score.gone, score.unchecked) == ({}, ("missing_something",))


def test_f5_what_only_a_person_can_tell_is_counted_and_blocking_findings_always_fail() -> None:
    exercise = Exercise.of(case_of(1, reasons=("not_relevant", "other")))
    assert CHECKED.isdisjoint(exercise.case.reasons)
    good = score_answer(exercise, WriterOutput("Owning the ledger", LONG_BODY), exercise.render(DRAFT))
    assert (good.score, good.unchecked) == (1.0, ("not_relevant", "other"))
    invented = LONG_BODY.replace("90 ms", "35 ms")
    bad = score_answer(exercise, WriterOutput("Owning the ledger", invented), exercise.render(DRAFT))
    assert (bad.score, bad.blocking) == (0.0, ("unsupported_number",))
    none = score_answer(exercise, WriterOutputError("nothing"), exercise.render(DRAFT))
    assert (none.score, none.blocking) == (0.0, ("unreadable",))


def test_f5_a_frozen_context_is_written_from_and_checked_as_the_whole_one_was() -> None:
    for draft in good_drafts()[::4]:  # all 234 pass; the fourth part keeps this short
        thawed = thaw(FrozenContext.of(draft.context), today=draft.context.today)
        assert render_draft(thawed).messages == render_draft(draft.context).messages, draft.id
        again = assemble(thawed, draft.output)
        assert [f.code for f in check_draft(thawed, again)] == [
            f.code for f in check_draft(draft.context, draft.assembled, custom_content=draft.custom_content)
        ], draft.id


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [(0, 0, 1.0), (4, 0, 0.125), (1, 8, 20 / 512), (10, 2, 158 / 4096), (5, 5, 1.0), (0, 2_000, 0.0)],
)
def test_f5_mcnemar_is_exact(wins: int, losses: int, p: float) -> None:
    assert mcnemar(wins, losses) == mcnemar(losses, wins) == pytest.approx(p)

"""The suite `policy`: messaging keeps every rule through a quarter, and none can be broken without its case saying so.

A record is tampered with, rule by rule, as a broken product would have left it; the reckoning must name that rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from overture.errors import InputError
from overture.eval.cache import judged_fingerprint
from overture.eval.policy_journal import Answered, Asked, Cancelled, GrantMade, Handed, Looked, Quarter, Written
from overture.eval.policy_process import audit_apart
from overture.eval.policy_quarter import play_quarter
from overture.eval.subject import Subject
from overture.eval.suite import SuiteData
from overture.eval.suite_policy import RULES, SUITE, RuleFound, audit_quarter
from overture.messaging import Policy, Refused, Scheduled

NOBODY = Subject(label="messaging", fingerprint="messaging")
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def quarter() -> Quarter:
    """Ten of the seats, with every occasion."""
    return play_quarter(seats=10, messages=60)


def broken_by(quarter: Quarter) -> set[str]:
    return {rule for rule, found in audit_quarter(quarter).items() if found.broken}


def test_every_rule_comes_up_and_is_kept(quarter: Quarter) -> None:
    found = audit_quarter(quarter)
    assert {rule: each.told for rule, each in found.items() if each.broken} == {}
    assert [rule for rule, each in found.items() if not each.checked] == []


def test_clock_changes_lost_workers_and_conflicts_are_among_the_occasions(quarter: Quarter) -> None:
    asked = [step for step in quarter.steps if isinstance(step, Asked) and isinstance(step.result, Scheduled)]
    assert sum(bool(step.result.time.note) for step in asked if isinstance(step.result, Scheduled)) >= 3  # S-2, S-4
    fates = {step.fate for step in quarter.steps if isinstance(step, Handed)}
    assert {"taken", "later", "never"} <= fates
    assert any(reply.conflict for reply in quarter.replies.values())
    assert {"low_response_rate", "restricted", "restriction_over"} <= {notice.kind for notice in quarter.notices}


def steps(quarter: Quarter, change: Callable[[Any], Any]) -> Quarter:
    changed = [change(step) for step in quarter.steps]
    assert changed != list(quarter.steps), "nothing was tampered with"
    return replace(quarter, steps=tuple(step for step in changed if step is not None))


def rows(quarter: Quarter, name: str, choose: Callable[[Any], bool], **changes: Any) -> Quarter:
    kept = dict(getattr(quarter, name))
    chosen = next(key for key, row in kept.items() if choose(row))
    kept[chosen] = kept[chosen].model_copy(update=changes)
    changed: Any = {name: kept}
    return replace(quarter, **changed)


def entries(quarter: Quarter, choose: Callable[[Any], bool], **changes: Any) -> Quarter:
    chosen = next(entry for entry in quarter.entries if choose(entry))
    new = [entry.model_copy(update=changes) if entry is chosen else entry for entry in quarter.entries]
    return replace(quarter, entries=tuple(new))


def without_entry(quarter: Quarter, choose: Callable[[Any], bool]) -> Quarter:
    chosen = next(entry for entry in quarter.entries if choose(entry))
    return replace(quarter, entries=tuple(entry for entry in quarter.entries if entry is not chosen))


def without_notice(quarter: Quarter, kind: str) -> Quarter:
    return replace(quarter, notices=tuple(notice for notice in quarter.notices if notice.kind != kind))


def first(quarter: Quarter, kind: type[Any], choose: Callable[[Any], bool], **changes: Any) -> Quarter:
    chosen = next(step for step in quarter.steps if isinstance(step, kind) and choose(step))
    return steps(quarter, lambda step: replace(step, **changes) if step is chosen else step)


def late_answer(quarter: Quarter) -> Quarter:
    """Every answer that gave a credit back comes 200 days later, as if 90 days were no bound."""
    return steps(quarter, lambda step: replace(step, at=step.at + 200 * DAY) if isinstance(step, Answered) else step)


def taken_in_spite(quarter: Quarter, rule: str) -> Quarter:
    """What a rule refused was taken after all."""
    like = next(s for s in quarter.steps if isinstance(s, Asked) and isinstance(s.result, Scheduled) and s.free)

    def change(step: Any) -> Any:
        refused = isinstance(step, Asked) and isinstance(step.result, Refused) and step.result.rule == rule
        return replace(step, result=like.result) if refused else step

    return steps(quarter, change)


def refused_in_spite(quarter: Quarter, rule: str, choose: Callable[[Asked], bool]) -> Quarter:
    refusal = Refused(rule=rule, reason="tampered with")
    return first(quarter, Asked, lambda s: isinstance(s.result, Scheduled) and choose(s), result=refusal)


def moved_time(quarter: Quarter) -> Quarter:
    """A promised local time is off by the hour of a clock change."""
    chosen = next(
        s for s in quarter.steps if isinstance(s, Asked) and isinstance(s.result, Scheduled) and s.local is not None
    )
    assert isinstance(chosen.result, Scheduled)
    time = chosen.result.time.model_copy(update={"at": chosen.result.time.at + timedelta(hours=1)})
    result = chosen.result.model_copy(update={"time": time})
    return steps(quarter, lambda step: replace(step, result=result) if step is chosen else step)


def sent_twice(quarter: Quarter) -> Quarter:
    again = next(step for step in quarter.steps if isinstance(step, Handed) and step.fate == "taken")
    return replace(quarter, steps=(*quarter.steps, again))


def moved_thread(quarter: Quarter) -> Quarter:
    seat, folders = next((s, f) for s, f in quarter.folders.items() if f["accepted"])
    moved = {**folders, "accepted": (), "declined": folders["declined"] + folders["accepted"]}
    return replace(quarter, folders={**quarter.folders, seat: moved})


def never_restricted(quarter: Quarter) -> Quarter:
    return taken_in_spite(quarter, "H-3")


TAMPERED: dict[str, Callable[[Quarter], Quarter]] = {
    "S-1": lambda q: taken_in_spite(q, "S-1"),
    "S-2": moved_time,
    "S-3": lambda q: rows(q, "messages", lambda m: m.kind == "follow_up" and m.state == "sent",
                          due_at=q.end - 100 * DAY),
    "S-4": lambda q: replace(q, templates=tuple((each, False) for each, _ in q.templates)),
    "S-5": lambda q: rows(q, "messages", lambda m: m.bulk and m.state == "sent", body="another's"),
    "S-6": lambda q: first(q, Cancelled, lambda s: q.messages[s.message].state == "sent", refused=None),
    "S-7": lambda q: replace(q, seats={**q.seats, "seat-03": q.seats["seat-03"].model_copy(
        update={"daily_limit": 2})}),
    "S-8": lambda q: taken_in_spite(q, "S-8"),
    "S-9": moved_thread,
    "S-10": sent_twice,
    "S-11": lambda q: taken_in_spite(q, "S-11"),
    "CR-1": lambda q: without_entry(q, lambda e: e.kind == "charge"),
    "CR-2": late_answer,
    "CR-3": lambda q: without_entry(q, lambda e: e.kind == "refund" and e.rule == "CR-3"),
    "CR-4": lambda q: without_entry(q, lambda e: e.kind == "refund" and e.rule == "S-7"),
    "CR-5": lambda q: first(q, GrantMade, lambda s: s.kind == "month", credits=151),
    "CR-6": lambda q: replace(q, seats={**q.seats, "seat-04": q.seats["seat-04"].model_copy(
        update={"monthly_limit": 20})}),
    "CR-7": lambda q: rows(q, "messages", lambda m: m.state == "cancelled", ended_by="CR-7"),
    "CR-8": lambda q: replace(q, balances={seat: number + 1 for seat, number in q.balances.items()}),
    "H-1": lambda q: steps(q, lambda s: replace(s, found=s.found.model_copy(update={"responses": 99}))
                           if isinstance(s, Looked) else s),
    "H-2": lambda q: without_notice(q, "low_response_rate"),
    "H-3": never_restricted,
    "H-4": lambda q: without_notice(q, "restriction_over"),
    "C-1": lambda q: rows(q, "replies", lambda r: r.smart == "accept", smart="decline"),
    "C-2": lambda q: rows(q, "replies", lambda r: r.corrected is not None, corrected=None),
    "C-5": lambda q: entries(q, lambda e: e.kind == "refund", at=next(
        s.at for s in q.steps if isinstance(s, Answered) and s.label == "auto"),
        message=next(m.id for m in q.messages.values() if m.thread == next(
            s.thread for s in q.steps if isinstance(s, Answered) and s.label == "auto"))),
    "C-7": lambda q: steps(q, lambda s: replace(s, at=q.start) if isinstance(s, Answered)
                           and s.intent == "unsubscribe" else s),
    "C-8": lambda q: without_notice(q, "declined"),
    "C-9": lambda q: steps(q, lambda s: replace(s, refused="C-9" if s.refused is None else None)
                           if isinstance(s, Written) else s),
    "C-10": lambda q: rows(q, "threads", lambda t: t.outcome == "accepted", outcome="declined"),
}  # fmt: skip


@pytest.mark.parametrize("rule", sorted(TAMPERED))
def test_a_broken_rule_is_named(quarter: Quarter, rule: str) -> None:
    assert rule in broken_by(TAMPERED[rule](quarter))


def test_every_rule_but_the_policys_own_numbers_has_a_break_above() -> None:
    assert set(RULES) - set(TAMPERED) == {"H-5"}


def test_h5_other_default_numbers_are_named(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Policy, "default", lambda: Policy(refund_days=60))
    found = audit_quarter(quarter)["H-5"]
    assert (found.broken, "refund_days is 60, and 90" in found.told[0]) == (1, True)


def test_one_that_waits_for_credits_is_refused_for_want_of_them_only(quarter: Quarter) -> None:
    tampered = refused_in_spite(quarter, "CR-1", lambda step: not step.bulk and not step.free)
    assert "CR-1" in broken_by(tampered)


def test_a_rule_that_never_came_up_is_no_pass() -> None:
    case = next(iter(SUITE.cases(SuiteData())))
    grades = SUITE.grade(case, RuleFound(rule=case.id, checked=0, broken=0, told=()))
    assert grades.scores[0].value == 0.0
    assert "no occasion" in grades.scores[0].reason


def test_a_break_is_shown_with_what_happened() -> None:
    case = next(iter(SUITE.cases(SuiteData())))
    grades = SUITE.grade(case, RuleFound(rule=case.id, checked=9, broken=1, told=("seat-01 did it",)))
    assert grades.scores[0].value == 0.0
    assert "broken 1 times of 9: seat-01 did it" in grades.scores[0].reason
    assert "seat-01 did it" in grades.shown.text


def test_the_code_of_messaging_stands_in_every_key_and_in_no_case() -> None:
    cases = list(SUITE.cases(SuiteData()))
    assert [case.id for case in cases] == list(RULES)
    assert {name for case in cases for name in case.inputs} == {"rule", "says", "seed", "seats", "messages"}
    assert judged_fingerprint(SUITE, NOBODY) != judged_fingerprint(replace(SUITE, code=()), NOBODY)


@pytest.mark.parametrize("size", ["none", "3", "-5"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(InputError, match="seats"):
        list(SUITE.cases(SuiteData(options={"seats": size})))


@pytest.mark.slow
def test_other_numbers_in_the_product_break_the_rules_that_hold_them() -> None:
    other = Policy(
        name="other", refund_days=60, credit_days=60, follow_up_default_days=5, follow_up_min_hours=12,
        health_percent=20, health_min_sent=60, restriction_days=7, bonus_grant=50,
    )  # fmt: skip
    broken = broken_by(play_quarter(seats=10, messages=60, policy=other))
    assert {"S-3", "CR-2", "CR-5", "H-2", "H-3", "H-4"} <= broken


@pytest.mark.slow
async def test_the_process_apart_says_what_the_quarter_here_says(quarter: Quarter) -> None:
    assert await audit_apart(seats=10, messages=60, seed=1) == audit_quarter(quarter)


async def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="unexpected keyword argument 'chairs'"):
        await audit_apart(chairs=10)


@pytest.mark.slow
async def test_the_quarter_of_fifty_seats_keeps_every_rule() -> None:
    task: Any = SUITE.task(NOBODY)
    grades = {case.id: SUITE.grade(case, await task(case)).scores[0] for case in SUITE.cases(SuiteData())}
    assert {rule: score.reason for rule, score in grades.items() if not score.value} == {}

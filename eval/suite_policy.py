"""`policy`: the rules of sending, credits, sender health and replies, replayed as a quarter of a 50-seat contract.

Messaging plays the quarter; a naive second reckoning of the same journal says of every rule whether it was kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from overture.errors import InputError

from .case import Case
from .score import Grades, Score, Shown
from .subject import Subject
from .suite import Metric, Suite, SuiteData, Task

if TYPE_CHECKING:
    from .policy_journal import Quarter

RULES: Final[Mapping[str, str]] = {
    "S-1": "a message goes out when it was asked for, and a fresh time in the past is refused",
    "S-2": "local wall time is what is promised, in the recipient's zone, also over clock changes",
    "S-3": "a follow-up goes out 3 to 28 days after the first message, and never behind an answer",
    "S-4": "templates are found, carry their badge, and a saved time that has passed means now",
    "S-5": "in bulk every recipient gets their own message and thread",
    "S-6": "what is cancelled is not sent, its follow-up neither",
    "S-7": "nothing over the daily limit goes out; it is cancelled and shown",
    "S-8": "a flagged sender sends nothing",
    "S-9": "every thread lies in the one right folder",
    "S-10": "each message goes out once, none is lost, whoever dies when",
    "S-11": "plans without follow-ups get none",
    "CR-1": "one credit a message, two or none for a pair, nothing for a free one",
    "CR-2": "an answer within 90 days gives one credit back, once",
    "CR-3": "an answer before the follow-up gives both credits back, one behind it exactly one",
    "CR-4": "what is cancelled or fails gives its credit back, with the reason",
    "CR-5": "grants by plan, oldest credits first, lost after 90 days, pooled by plan",
    "CR-6": "no seat is charged over its month's limit, and refunds go to the pool",
    "CR-7": "what was charged is sent although the credits have run out",
    "CR-8": "the ledger adds up, entry by entry, and is never negative",
    "H-1": "the response rate is counted right",
    "H-2": "a notice below 13 % of 100 or more messages in 14 days, once, with tips",
    "H-3": "then one-to-one only for 14 days",
    "H-4": "at the end bulk again, or another 14 days",
    "H-5": "the default policy has the numbers of the rules",
    "C-1": "a smart reply and its text are kept as they were sent",
    "C-2": "smart reply, classifier and correction are kept, and the right one counts",
    "C-5": "an automatic answer moves no credit, and a follow-up past the return",
    "C-7": "nothing goes to who asked to be left alone",
    "C-8": "the recruiter is told of every response",
    "C-9": "a bare smart Decline closes the thread, and nothing else does",
    "C-10": "the first response fixes the outcome, the last one the disposition",
}
_SEATS, _MESSAGES = 50, 800
_PLAYED: Final[dict[tuple[int, int, int], Mapping[str, RuleFound]]] = {}
"""By seats, messages and seed: what was found is small, and the same each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFound:
    """What the reckoning says of one rule: occasions, breaks, and the first few in words."""

    rule: str
    checked: int
    broken: int
    told: tuple[str, ...]


def audit_quarter(quarter: Quarter) -> dict[str, RuleFound]:
    """Every rule of `RULES`, worked out again from the journal of a quarter."""
    from .policy_credit_rules import check_credits
    from .policy_health_rules import check_health
    from .policy_reply_rules import check_replies
    from .policy_seen import Book, Seen
    from .policy_sending_rules import check_sending

    seen, book = Seen(quarter), Book()
    for check in (check_sending, check_credits, check_health, check_replies):
        check(seen, book)
    return {
        rule: RuleFound(rule=rule, checked=book.checked[rule], broken=book.broken[rule], told=tuple(book.told[rule]))
        for rule in RULES
    }


def _cases(data: SuiteData) -> Iterable[Case]:
    size = {name: _number(data, name, usual) for name, usual in (("seats", _SEATS), ("messages", _MESSAGES))}
    for rule, summary in RULES.items():
        yield Case(
            id=rule,
            inputs={"rule": rule, "says": summary, "seed": data.seed + 1, **size},
            expected="kept",
            slices={"chapter": rule.partition("-")[0]},
        )


def _number(data: SuiteData, name: str, usual: int) -> int:
    given = data.options.get(name, str(usual))
    if not given.isdecimal() or not 10 <= int(given) <= 100_000:
        raise InputError(f"{given!r} is no size", field=f"option {name}", expected="a number from 10 to 100000")
    return int(given)


def _task(_subject: Subject) -> Task:
    from .policy_process import audit_apart

    playing = asyncio.Lock()  # whoever asks first has it played; the other rules wait for the same quarter

    async def task(case: Case) -> RuleFound:
        seats, messages, seed = (int(cast("int", case.inputs[name])) for name in ("seats", "messages", "seed"))
        async with playing:
            if (seats, messages, seed) not in _PLAYED:
                _PLAYED[seats, messages, seed] = await audit_apart(seats=seats, messages=messages, seed=seed)
        return _PLAYED[seats, messages, seed][str(case.inputs["rule"])]

    return task


def _grade(case: Case, output: Any) -> Grades:
    found = cast(RuleFound, output)
    if not found.checked:
        reason = "the quarter held no occasion of this rule, so nothing shows that it is kept"
    elif found.broken:
        reason = f"broken {found.broken} times of {found.checked}: {'; '.join(found.told[:2])}"
    else:
        reason = f"kept on {found.checked} occasions"
    kept = found.checked > 0 and found.broken == 0
    text = "\n".join([f"{found.rule}: {case.inputs['says']}", reason, *found.told])
    return Grades(
        scores=(Score(metric="rule_kept", value=float(kept), reason=reason),),
        output={"checked": found.checked, "broken": found.broken},
        shown=Shown(title=found.rule, text=text, details={"checked": found.checked, "broken": found.broken}),
    )


SUITE: Suite[Subject] = Suite(
    name="policy",
    version=2,
    summary="The rules S, CR, H and C replayed as a simulated quarter of a 50-seat contract.",
    metrics=(Metric(name="rule_kept", summary="rules that came up and were never broken"),),
    cases=_cases,
    task=_task,
    grade=_grade,
    options=("seats", "messages"),
    apart=True,
    code=("overture.messaging",),
    limits=(
        "One seeded quarter on SQLite with one worker: interleavings of many workers are the tests' matter.",
        "C-3, C-4 and C-6, what a text means, are measured by the suite replies; D, I and F are not replayed.",
        "A follow-up counts as in time when it goes out at the first run at or after its due time.",
    ),
)

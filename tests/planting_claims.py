# ruff: noqa: E501  # the planted sentences are data, one row as long as it is
"""Errors planted in what is promised and said of the person: relocation, years, titles, teams, inferred roles (D-2, D-10)."""

from __future__ import annotations

import random
import re

from corpus_drafts import GoodDraft
from planting import Planted, Planter, adding, fact_texts, rebuilt, unused, with_sentence

RELOCATION = (
    "We would pay for your move.", "Help with the relocation is part of the offer.", "There is a relocation budget for you.",
    "We'd cover your relocation costs.", "Moving costs are on us.", "A relocation bonus comes on top.",
    "If you have to move, our relocation support takes care of everything.", "We will help you with relocating and with finding a flat.",
    "Your relocation would be paid by the company.", "We offer relocation assistance to everybody who joins.",
)  # fmt: skip
OTHER_TITLES = (
    "Dental Technician", "Tax Lawyer", "Bus Driver", "Pastry Chef", "Data Architect", "Paralegal", "Anaesthetist", "Account Executive",
    "Scrum Master", "Head Gardener", "Actuary", "Airline Pilot", "Security Guard", "Copywriter", "Quantity Surveyor", "Pharmacist",
)  # fmt: skip
INFERRED = (
    "We have an open position for you.", "The role is based in our office.", "I would like to offer you the job.",
    "Our client is hiring right now.", "You would lead a team there.", "The interviews start next week.", "It is a full-time role.",
    "The position is fully remote.", "We are currently hiring for this very role.", "I have the perfect role for you.",
    "We offer a permanent contract.", "There is a vacancy that fits you.", "You would report to the board.", "The job comes with a start in spring.",
)  # fmt: skip
_RELOCATION_GIVEN = re.compile(r"relocat|removal|housing|cottage|flat above|move", re.IGNORECASE)
_COUNTS = (
    ("twenty-two", 22), ("37", 37), ("forty-three", 43), ("58", 58), ("26", 26), ("seventeen", 17), ("64", 64), ("thirty-one", 31),
)  # fmt: skip
_TEAMS = (
    "You would lead a team of {n}.", "Our team has {n} people.", "A department of {n} would report to you.", "You would join {n} colleagues.",
    "We are {n} in the team at the moment.", "It is a team of {n}, and growing.", "You'd have {n} direct reports.",
)  # fmt: skip
_YEARS = (
    "You have {n} years of experience in this field.", "After {n} years at {at} you know the work inside out.",
    "Your {n} years in the trade would be valuable to us.", "You have done this for {n} years.",
    "With more than {n} years behind you, little will surprise you.", "Over the past {n} years you have seen it all at {at}.",
)  # fmt: skip
_SPANS = ("sixteen", "19", "twenty-three", "27", "eighteen", "34", "twenty-one", "29")


def _relocation(draft: GoodDraft, chance: random.Random) -> Planted | None:
    if _RELOCATION_GIVEN.search(fact_texts(draft)):
        return None
    planted = adding("relocation promise", RELOCATION, {"unsupported_benefit", "overclaimed_inference"})
    return planted(draft, chance)


def _years(draft: GoodDraft, chance: random.Random) -> Planted | None:
    known = fact_texts(draft).lower()
    span = chance.choice([each for each in _SPANS if each not in known])
    own = [fact.attributes["company"] for fact in draft.context.of_kind("position") if fact.attributes.get("company")]
    choices = [each for each in _YEARS if own or "{at}" not in each]
    sentence = chance.choice(choices).format(n=span, at=own[0] if own else "")
    body = with_sentence(draft, sentence, chance)
    return rebuilt(
        draft, "invented duration", sentence, {"unsupported_date", "unsupported_number", "changed_relation"}, body=body
    )


def _title(draft: GoodDraft, chance: random.Random) -> Planted:
    """The wrong title, for the role where the draft gives its title whole, else for the candidate."""
    other = unused(draft, OTHER_TITLES, chance)
    offered = next((fact.attributes["title"] for fact in draft.context.of_kind("title")), "")
    article = "an" if other[0] in "AEIOU" else "a"
    body = draft.output.body
    if offered and f" {offered}" in body and chance.random() < 0.5:
        changed = re.sub(rf"\b[Aa]n? {re.escape(offered)}", f"{article} {other}", body, count=1)
        if changed == body:
            changed = body.replace(f" {offered}", f" {other}", 1)
        return rebuilt(draft, "wrong title", f"{offered} -> {other}", {"unsupported_title"}, body=changed)
    sentence = chance.choice(
        (
            f"You work as {article} {other} today.",
            f"As {article} {other} you would recognise much of this.",
            f"You are {article} {other}, and a good one.",
            f"We are looking for {article} {other}.",
            f"I am hiring {article} {other} at the moment.",
            f"Your time as {article} {other} would help you here.",
        )
    )
    return rebuilt(
        draft,
        "wrong title",
        sentence,
        {"unsupported_title", "changed_relation"},
        body=with_sentence(draft, sentence, chance),
    )


def _team(draft: GoodDraft, chance: random.Random) -> Planted:
    known = fact_texts(draft).lower()
    count = chance.choice([word for word, value in _COUNTS if word not in known and str(value) not in known])
    sentence = chance.choice(_TEAMS).format(n=count)
    return rebuilt(
        draft,
        "invented team size",
        sentence,
        {"unsupported_number", "overclaimed_inference"},
        body=with_sentence(draft, sentence, chance),
    )


def _inferred(draft: GoodDraft, chance: random.Random) -> Planted | None:
    if draft.context.opportunity_source != "inferred":
        return None
    return adding("overclaimed inference", INFERRED, {"overclaimed_inference", "unsupported_benefit"})(draft, chance)


CLAIM_PLANTERS: dict[str, Planter] = {
    "relocation promise": _relocation,
    "invented duration": _years,
    "wrong title": _title,
    "invented team size": _team,
    "overclaimed inference": _inferred,
}

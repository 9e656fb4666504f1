"""Two versions of a prompt compared by thumbs on any day: a proposal with its evidence; a person promotes (F-5)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from overture.base import Value
from overture.classification.labels import Label
from overture.errors import ConfigurationError, InputError

from .confidence import Cells, Difference, Votes, difference_of_shares
from .events import Reason
from .prompt_votes import PromptVotes, Stratum, Voter, count_votes, in_stratum, pooled
from .receipts import DraftState

Decision = Literal["promote", "keep", "wait"]
Standing = Literal["fine", "open", "doubtful", "breached", "unknown"]


class PromptPolicy(Value):
    """What it takes to propose another version of a prompt; shares are between 0 and 1 (F-5).

    `alpha` is the chance of a wrong word over all looks together. A gain below `least_gain` is not worth a change. A
    guardrail is breached where its share is shown to have risen; where it has risen by more than `margin`, which may
    still be chance, it is doubtful, and nothing is promoted yet. `complaints` are the reasons that are guarded.
    """

    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    least_votes: float = Field(default=30, ge=10)
    least_voters: float = Field(default=5, ge=3)
    planned_votes: float = Field(default=300, gt=0)
    least_gain: float = Field(default=0.02, ge=0, lt=1)
    margin: float = Field(default=0.05, gt=0, lt=1)
    strata: tuple[Stratum, ...] = ("language", "writer")
    voter: Voter = "seat"
    complaints: tuple[Reason, ...] = ("inaccurate", "biased")


class Guardrail(Value):
    """A share that must not rise from the old version to the new one: of declines, of a complaint, of fallbacks."""

    name: str
    standing: Standing
    difference: Difference


class Slice(Value):
    """One stratum that has votes on both versions."""

    name: str
    difference: Difference


class PromptProposal(Value):
    """What is proposed and why. `a` is the version in use, `b` the one that may be better; nothing is changed by it.

    `looks` counts the days with votes, on each of which somebody might have looked; `pooled` leaves out the strata,
    and is there to be compared, not to decide. `slices` are the strata with votes on both versions.
    """

    name: str
    a: int
    b: int
    decision: Decision
    reasons: tuple[str, ...]
    difference: Difference
    pooled: Difference
    slices: tuple[Slice, ...]
    left_out: dict[str, int]
    """Strata with votes on one version only, to their number."""
    guardrails: tuple[Guardrail, ...]
    complaints: tuple[dict[str, int], dict[str, int]]
    """Reasons of thumbs down, of `a` and of `b`."""
    looks: int
    policy: PromptPolicy


def compare_prompts(
    states: Iterable[DraftState],
    *,
    name: str,
    a: int,
    b: int,
    policy: PromptPolicy | None = None,
    outcomes: Mapping[str, Label] | None = None,
    fallbacks: Mapping[int, tuple[int, int]] | None = None,
) -> PromptProposal:
    """Compare version `b` of a prompt with version `a`, which is in use, by the last words on their drafts (F-5).

    It may be run on any day and as often as one likes. `outcomes` gives the label of the answer to a draft by its id,
    `fallbacks` how many drafts of a version fell back to the offline writer, and how many were asked for. One pass.

    Raises:
        ConfigurationError: the versions are the same.
        InputError: a version of the prompt had more than one text.
    """
    if a == b:
        raise ConfigurationError(f"F-5: version {a} cannot be compared with itself")
    policy = policy or PromptPolicy()
    counted = count_votes(
        states, name=name, versions=(a, b), strata=policy.strata, voter=policy.voter,
        complaints=policy.complaints, outcomes=outcomes or {},
    )  # fmt: skip
    for version, texts in zip((a, b), counted.fingerprints, strict=True):
        if len(texts) > 1:
            raise InputError(
                f"F-5: version {version} had {len(texts)} texts, so that its thumbs tell of neither",
                field=f"{name}@{version}",
                expected="a version of its own for every text",
            )
    slices, left_out = _slices(counted.thumbs, policy)
    guardrails = _guardrails(counted, policy, fallbacks or {}, (a, b))
    difference = _difference(counted.thumbs, policy)
    decision, reasons = _decide(difference, slices, guardrails, policy, (f"{name}@{a}", f"{name}@{b}"))
    return PromptProposal(
        name=name, a=a, b=b, decision=decision, reasons=reasons, difference=difference,
        pooled=_difference(pooled(counted.thumbs), policy), slices=slices, left_out=left_out, guardrails=guardrails,
        complaints=(_most_first(counted.reasons[0]), _most_first(counted.reasons[1])),
        looks=len(counted.days), policy=policy,
    )  # fmt: skip


def write_proposal(proposal: PromptProposal, folder: Path) -> tuple[Path, Path]:
    """Write a proposal as JSON and as Markdown; the prompts stay as they are, a person changes them (F-5).

    Raises:
        InputError: the folder cannot be written to.
    """
    from .prompt_proposal_text import proposal_markdown

    stem = f"{proposal.name}.{proposal.a}-{proposal.b}.proposal"
    files = (folder / f"{stem}.json", folder / f"{stem}.md")
    text = json.dumps(proposal.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files[0].write_text(text, encoding="utf-8")
        files[1].write_text(proposal_markdown(proposal), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", path=str(folder)) from None
    return files


def _difference(cells: Cells, policy: PromptPolicy) -> Difference:
    return difference_of_shares(
        cells, alpha=policy.alpha, least_votes=policy.least_votes, least_voters=policy.least_voters,
        planned_votes=policy.planned_votes,
    )  # fmt: skip


def _slices(cells: Cells, policy: PromptPolicy) -> tuple[tuple[Slice, ...], dict[str, int]]:
    arms: dict[str, set[int]] = {}
    for stratum, _, arm in cells:
        arms.setdefault(stratum, set()).add(arm)
    both = [stratum for stratum in sorted(arms) if len(arms[stratum]) == 2]
    # the chance of a wrong word is shared out, so that many slices do not make one of them fail by chance
    shared = policy.model_copy(update={"alpha": policy.alpha / max(1, len(both))})
    slices = tuple(Slice(name=s, difference=_difference(in_stratum(cells, s), shared)) for s in both)
    left_out = {s: sum(v.n for v in in_stratum(cells, s).values()) for s in sorted(arms) if s not in both}
    return slices, left_out


def _guardrails(
    counted: PromptVotes, policy: PromptPolicy, fallbacks: Mapping[int, tuple[int, int]], versions: tuple[int, int]
) -> tuple[Guardrail, ...]:
    tables: dict[str, Cells] = {"declines": counted.declines}
    tables |= {f"complaints: {reason}": table for reason, table in counted.complaints.items()}
    found = [_guardrail(name, _difference(cells, policy), policy) for name, cells in tables.items()]
    return (*found, _guardrail("fallbacks", _of_fallbacks(fallbacks, versions, policy), policy))


def _of_fallbacks(given: Mapping[int, tuple[int, int]], versions: tuple[int, int], policy: PromptPolicy) -> Difference:
    """Fallbacks have no voter: each counts for itself."""
    cells: dict[tuple[str, str, int], Votes] = {}
    for arm, version in enumerate(versions):
        fell, asked = given.get(version, (0, 0))
        if not 0 <= fell <= asked:
            raise ConfigurationError(f"F-5: {fell} fallbacks of {asked} drafts cannot be (version {version})")
        for number in range(asked):
            cells["", f"{arm}\0{number}", arm] = Votes(1, int(number < fell))
    return _difference(cells, policy)


def _guardrail(name: str, difference: Difference, policy: PromptPolicy) -> Guardrail:
    standing: Standing
    if difference.estimate is None:
        standing = "unknown"
    elif difference.low > 0:
        standing = "breached"
    elif difference.estimate > policy.margin:
        standing = "doubtful"
    else:
        standing = "fine" if difference.high < policy.margin else "open"
    return Guardrail(name=name, standing=standing, difference=difference)


def _decide(
    difference: Difference,
    slices: tuple[Slice, ...],
    guardrails: tuple[Guardrail, ...],
    policy: PromptPolicy,
    names: tuple[str, str],
) -> tuple[Decision, tuple[str, ...]]:
    old, new = names
    notes = [
        f"Nothing is known of {rail.name} yet: too few votes or outcomes on one of the two."
        for rail in guardrails
        if rail.standing == "unknown"
    ]
    if difference.estimate is None or difference.shares is None:
        needed = f"{policy.least_votes:g} effective votes by {policy.least_voters:g} effective {policy.voter}s"
        have = " and ".join(
            f"{votes:.0f} by {voters:.1f} for {name}"
            for votes, voters, name in zip(difference.votes, difference.voters, names, strict=True)
        )
        return "wait", (f"Too few votes in strata that have both versions: {needed} in each are needed, {have}.",)
    told = (
        f"{difference.shares[1]:.1%} of thumbs are up for {new}, {difference.shares[0]:.1%} for {old}: "
        f"{difference.estimate:+.1%}, interval {difference.low:+.1%} to {difference.high:+.1%} for all looks together."
    )
    against = _risen(guardrails, "breached")
    doubts = _risen(guardrails, "doubtful")
    against += [
        f"In {each.name} {new} is worse: {each.difference.estimate:+.1%}."
        for each in slices
        if len(slices) > 1 and each.difference.estimate is not None and each.difference.high < 0
    ]
    if difference.high < 0:
        return "keep", (told, f"{new} is worse than {old}.", *against, *notes)
    if difference.high < policy.least_gain:
        return "keep", (told, f"No gain of {policy.least_gain:.0%} can be expected any more.", *against, *notes)
    if against:
        return "keep", (told, *against, *notes)
    if difference.low > 0 and doubts:
        return "wait", (told, *doubts, "That may be chance: more outcomes will tell.", *notes)
    if difference.low > 0:
        return "promote", (told, f"{new} is better than {old}; a person decides.", *notes)
    return "wait", (told, "The interval holds zero: neither is shown to be better.", *notes)


def _risen(guardrails: tuple[Guardrail, ...], standing: Standing) -> list[str]:
    return [
        f"{rail.name} rose by {rail.difference.estimate:+.1%} "
        f"({rail.difference.low:+.1%} to {rail.difference.high:+.1%})."
        for rail in guardrails
        if rail.standing == standing and rail.difference.estimate is not None
    ]


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))

"""A new prompt text proposed from what people disliked, judged on cases that it was not made from (F-5).

The result is a file and a difference for a person to read; no prompt is changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from overture.base import Value
from overture.errors import ConfigurationError, InputError, PromptError
from overture.generation.models import resolve_writer
from overture.generation.writers import Writer
from overture.prompts import Prompt, diff_prompts, load_prompt

from .eval_cases import EvalCase
from .events import Reason
from .prompt_revision_answers import Answers, RevisionLimits
from .prompt_revision_scoring import CaseScore, Exercise, score_answer
from .prompt_revision_search import Search
from .prompt_revision_text import next_version, revised_prompt, text_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

RevisionProgress = Callable[[int, int, float], None]
"""Requests so far, the ceiling, and the best share on the cases that are chosen by."""
_ANSWERS_FOR_MESSAGES = frozenset({"body", "fit"})
_LEAST_SEARCH = 3


class PromptScore(Value):
    """On the evaluation side: how many drafts had no blocking finding and no checked complaint left."""

    n: int
    passed: int
    blocked: int
    reasons: dict[Reason, tuple[int, int]]
    """Reason to how often it was gone, and how often it was checked."""

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.passed / self.n if self.n else 0.0


class PromptRevision(Value):
    """What came of a run. `decision` is `propose` where the new text did better on the same cases; a person decides.

    `wins` and `losses` are the cases in which only the new one, and only the old one, passed; `p` is McNemar's exact
    two-sided p of them. `unchecked` counts complaints that no code can check, such as `not_relevant`.
    """

    name: str
    version: int
    new_version: int
    decision: Literal["propose", "none"]
    reasons: tuple[str, ...]
    model: str
    old: PromptScore
    new: PromptScore | None = None
    wins: int = 0
    losses: int = 0
    p: float = 1.0
    unchecked: int = 0
    learned_from: int
    chosen_by: int
    tried: int
    refused: int
    requests: int
    tokens: int
    files: tuple[str, ...] = ()


def revise_prompt(
    cases: Iterable[EvalCase],
    *,
    prompt: str | Path,
    model: str | BaseChatModel | Writer,
    folder: str | Path,
    base_url: str | None = None,
    api_key: str | None = None,
    limits: RevisionLimits | None = None,
    seed: int = 0,
    progress: RevisionProgress | None = None,
) -> PromptRevision:
    """Propose a new text for a prompt of first messages from the cases of an evaluation set (F-5).

    Reflection and choice see the training side; the old text and the best new one are then each tried once on the
    evaluation side. Answers are kept in `folder`, so that a run that was broken off goes on where it was; there the
    new file, the difference and the report are written. Facts and comments go to the model, without personal data.

    Raises:
        InputError: there are too few drafts with this prompt, or the folder cannot be used.
        PromptError: the prompt does not exist, or is not one of first messages.
        ConfigurationError: no chat model, or a ceiling that leaves no room for a search.
        MissingExtraError: gepa is not installed.
        WriterError: the model could not be asked; the same call goes on later.
    """
    limits = limits or RevisionLimits()
    old = load_prompt(prompt)
    if not _ANSWERS_FOR_MESSAGES & set(old.header.output["properties"]) or "person_facts" not in old.header.variables:
        raise PromptError(f"{old.path}: F-5: prompts of first messages can be revised, which {old.name!r} is not")
    learn, choose, judge = _split(cases, old, limits)
    ceiling = limits.max_requests - 2 * len(judge)
    if ceiling < len(choose) + _LEAST_SEARCH * limits.at_once:
        least = 2 * len(judge) + len(choose) + _LEAST_SEARCH * limits.at_once
        raise ConfigurationError(f"F-5: max_requests of {limits.max_requests} leaves no search; at least {least}")
    writer = resolve_writer(model, base_url=base_url, api_key=api_key)
    target = Path(folder)
    answers = Answers(writer, target, limits=limits)
    answers.ceiling = ceiling
    version = next_version(old)
    tell = progress or _silent
    search = Search(
        old, version=version, learn=learn, choose=choose, answers=answers, limits=limits,
        progress=lambda done, best: tell(done, limits.max_requests, best),
    )  # fmt: skip
    text = search.run(seed=seed)
    answers.ceiling = limits.max_requests
    before = _judged(judge, old, answers, lambda done: tell(done, limits.max_requests, search.best[0]))
    common: dict[str, Any] = {
        "name": old.name, "version": old.version, "new_version": version, "model": writer.label,
        "old": _score(before), "learned_from": len(learn), "chosen_by": len(choose),
        "tried": search.tried, "refused": search.refused,
    }  # fmt: skip
    if text.strip() == text_of(old).strip():
        reason = "No text was better than the present one on the cases that are chosen by."
        revision = PromptRevision(
            **common, decision="none", reasons=(reason,), requests=answers.requests, tokens=answers.tokens
        )
        return _written(revision, target, None, old)
    new = revised_prompt(old, text, version=version, cases=[e.case for e in (*learn, *choose)], exercises=judge)
    after = _judged(judge, new, answers, lambda done: tell(done, limits.max_requests, search.best[0]))
    wins = sum(a.score > b.score for a, b in zip(after, before, strict=True))
    losses = sum(a.score < b.score for a, b in zip(after, before, strict=True))
    score = _score(after)
    better = score.passed > common["old"].passed
    reasons = (
        f"{score.passed} of {score.n} drafts of the evaluation side pass with the new text, {common['old'].passed} "
        f"with the present one: {wins} won, {losses} lost, p = {mcnemar(wins, losses):.3f} (exact, two-sided).",
        "A person reads the difference and decides." if better else "It is no better there, so none is proposed.",
    )
    revision = PromptRevision(
        **common, decision="propose" if better else "none", reasons=reasons, new=score, wins=wins, losses=losses,
        p=mcnemar(wins, losses), unchecked=sum(len(each.unchecked) for each in after),
        requests=answers.requests, tokens=answers.tokens,
    )  # fmt: skip
    return _written(revision, target, new if better else None, old)


def mcnemar(wins: int, losses: int) -> float:
    """The exact two-sided p that pairs which differ fall so unevenly by chance; 1.0 where none differ."""
    n = wins + losses
    tail = sum(comb(n, k) for k in range(min(wins, losses) + 1)) / (1 << n)
    return min(1.0, 2 * tail)


def _split(
    cases: Iterable[EvalCase], prompt: Prompt, limits: RevisionLimits
) -> tuple[list[Exercise], list[Exercise], list[Exercise]]:
    """Learned from, chosen by, judged by; nobody stands on two sides, since each is by a hash of the candidate."""
    sides: tuple[list[EvalCase], list[EvalCase], list[EvalCase]] = ([], [], [])
    for case in cases:
        if case.kind == "draft" and case.context and case.vote and case.prompt and case.prompt.name == prompt.name:
            half = hashlib.sha256(case.candidate.encode()).digest()[0] % 2
            sides[2 if case.split == "eval" else half].append(case)
    most = (limits.learn, limits.choose, limits.judge)
    # ids are hashes, so that the choice is by chance; what is learned from has thumbs down first, which say more
    ordered = [
        sorted(side, key=lambda case: (number == 0 and case.vote != "down", case.id))[:count]
        for number, (side, count) in enumerate(zip(sides, most, strict=True))
    ]
    if not all(ordered):
        raise InputError(
            f"F-5: too few judged drafts with the prompt {prompt.name!r}: {len(ordered[0])} to learn from, "
            f"{len(ordered[1])} to choose by, {len(ordered[2])} to judge by",
            expected="some of each; the first two are of the training side",
        )
    learn, choose, judge = ([Exercise.of(case) for case in side] for side in ordered)
    return learn, choose, judge


def _judged(judge: list[Exercise], prompt: Prompt, answers: Answers, tell: Callable[[int], None]) -> list[CaseScore]:
    scores: list[CaseScore] = []
    for exercise in judge:
        rendered = exercise.render(prompt)
        scores.append(score_answer(exercise, answers.write(exercise.context, rendered), rendered))
        tell(answers.requests)
    return scores


def _score(scores: list[CaseScore]) -> PromptScore:
    reasons: dict[Reason, tuple[int, int]] = {}
    for score in scores:
        for reason, is_gone in score.gone.items():
            gone, checked = reasons.get(reason, (0, 0))
            reasons[reason] = (gone + is_gone, checked + 1)
    return PromptScore(
        n=len(scores), passed=sum(score.score > 0 for score in scores),
        blocked=sum(bool(score.blocking) for score in scores), reasons=dict(sorted(reasons.items())),
    )  # fmt: skip


def _written(revision: PromptRevision, folder: Path, new: Prompt | None, old: Prompt) -> PromptRevision:
    stem = f"{revision.name}.{revision.new_version}"
    texts: dict[str, str] = {}
    if new is not None:
        texts = {f"{stem}.j2": new.source, f"{stem}.diff": diff_prompts(old, new) + "\n"}
    report = revision.model_copy(update={"files": (*texts, f"{stem}.json")})
    texts[f"{stem}.json"] = report.model_dump_json(indent=2) + "\n"
    try:
        for stale in (f"{stem}.j2", f"{stem}.diff"):
            (folder / stale).unlink(missing_ok=True)  # of an earlier run, which may have had another outcome
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", path=str(folder)) from None
    return report


def _silent(_done: int, _most: int, _best: float) -> None:
    pass

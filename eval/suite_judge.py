"""`judge`: what another chat model thinks of drafts, by rubric and in blind pairs, and what its word is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import JsonValue

from overture.errors import ConfigurationError

from .case import Case
from .contexts import load_contexts, read_inputs
from .draft_cases import draft_case, draft_of
from .judge_asking import EvalJudge, JudgedText, Preference, Rubric, judge_of, judged_text, text_of_draft
from .judge_audit import audit
from .score import Grades, Score, Shown
from .subject import Subject
from .suite import Metric, Suite, SuiteData, Task

if TYPE_CHECKING:
    from overture.feedback import EvalCase
    from overture.generation import MessageContext

NO_JUDGE: Final = "skipped: the subject has no judge, so nothing was asked; give one with --judge"
PADDING: Final[Mapping[str, str]] = {
    "en": "I would of course be more than happy to go into any of this in as much detail as you would like, at "
    "whatever time and in whatever way happens to suit you best, so please do feel free to let me know.",
    "de": "Selbstverständlich gehe ich jederzeit gern auf all das in beliebiger Ausführlichkeit ein, wann und wie "
    "immer es für Sie am besten passt, also zögern Sie bitte nicht, sich jederzeit zu melden.",
    "fr": "Je serais bien entendu tout à fait disposé à revenir sur chacun de ces points avec autant de détails que "
    "souhaité, au moment et de la manière qui conviendront le mieux, alors n'hésitez surtout pas.",
    "es": "Por supuesto, con mucho gusto podría comentar todo esto con todo el detalle que se desee, en el momento y "
    "de la manera que mejor convenga, así que no hay que dudar en escribirme cuando se quiera.",
    "pt": "Naturalmente, teria todo o gosto em comentar qualquer um destes pontos com todo o detalhe que desejar, no "
    "momento e da forma que for mais conveniente, por isso não hesite em dizer alguma coisa.",
    "it": "Naturalmente sarei più che felice di approfondire ciascuno di questi punti con tutti i dettagli desiderati, "
    "nel momento e nel modo che risultano più comodi, quindi non c'è che da farmelo sapere.",
    "nl": "Natuurlijk ga ik met alle plezier op elk van deze punten in, zo uitgebreid als gewenst, op welk moment en "
    "op welke manier dan ook het beste uitkomt, dus laat het vooral gerust weten.",
}
"""A paragraph that says nothing, in each language: who prefers a message for it loves length."""


def _cases(data: SuiteData) -> Iterable[Case]:
    folder = data.file if data.file is not None and data.file.is_dir() else None
    contexts = load_contexts(SuiteData(options=data.options, seed=data.seed) if folder else data)
    for context in contexts:
        yield draft_case(context, extra={"ask": "draft"})
    if folder is not None:
        from overture.feedback import read_eval_set

        votes = [case for case in read_eval_set(folder) if case.kind == "draft" and case.context and case.vote]
        yield from map(_vote_case, votes)
        yield from _pair_cases(votes)


def _vote_case(vote: EvalCase) -> Case:
    return Case(
        id=f"vote/{vote.id[:16]}",
        inputs={"ask": "vote", "message": _message(vote), **_facts(vote)},
        expected=vote.vote,
        cluster=vote.candidate,
        slices={"kind": "voted", "language": vote.language},
    )


def _pair_cases(votes: Sequence[EvalCase]) -> Iterable[Case]:
    """Of the same facts, a message with a thumb up and one with a thumb down; which comes first is by a hash."""
    by_context: dict[str, list[EvalCase]] = defaultdict(list)
    for vote in votes:
        if vote.context is not None:
            by_context[vote.context.fingerprint].append(vote)
    for fingerprint, found in sorted(by_context.items()):
        ups = [vote for vote in found if vote.vote == "up"]
        downs = [vote for vote in found if vote.vote == "down"]
        for up, down in zip(ups, downs, strict=False):
            is_up_first = sha256(f"{up.id}{down.id}".encode()).digest()[0] % 2 == 0
            first, second = (up, down) if is_up_first else (down, up)
            messages: dict[str, JsonValue] = {"message": _message(first), "other": _message(second)}
            yield Case(
                id=f"pair/{up.id[:12]}-{down.id[:12]}",
                inputs={"ask": "pair", **messages, **_facts(up)},
                expected="first" if is_up_first else "second",
                cluster=fingerprint,
                slices={"kind": "pair", "language": up.language},
            )


def _message(vote: EvalCase) -> dict[str, JsonValue]:
    return {"subject": vote.subject, "body": vote.body, "writer": vote.writer, "prompt": _prompt_of(vote)}


def _prompt_of(vote: EvalCase) -> str:
    return vote.prompt.fingerprint if vote.prompt else ""


def _facts(vote: EvalCase) -> dict[str, JsonValue]:
    context = vote.context.model_dump(mode="json") if vote.context else None
    return {"context": context, "today": vote.at.date().isoformat()}


def _task(subject: Subject) -> Task:
    if subject.judge is None:

        async def skip(_case: Case) -> None:
            return None

        return skip
    judge = judge_of(subject.judge)
    drafter = subject.wanted_drafter()

    async def task(case: Case) -> dict[str, Any]:
        if case.inputs["ask"] == "draft":
            return await _judge_draft(judge, drafter, case)
        context = _thawed(case)
        if case.inputs["ask"] == "vote":
            return await _judge_vote(judge, context, case, parts=subject.parts)
        first, second = (_text(context, case.inputs[name]) for name in ("message", "other"))
        found = await judge.prefer(context, first, second)
        return {"ask": "pair", "pairs": [_found(found, first, second, people=str(case.expected))]}

    return task


async def _judge_draft(judge: EvalJudge, drafter: Any, case: Case) -> dict[str, Any]:
    """A new draft: by rubric, against the offline writer's, and against itself with padding."""
    from overture.generation import Drafter

    inputs = read_inputs(case.inputs)
    draft = await draft_of(drafter, inputs)
    reference = await draft_of(Drafter("offline", today=draft.context.today), inputs)  # durations of the same day
    text, other = text_of_draft(draft), text_of_draft(reference)
    padded = JudgedText(text.subject, (*text.lines, PADDING[draft.personalization.language]))
    context = draft.context
    rubric = await judge.score(context, text)
    pairs = [_found(await judge.prefer(context, text, padded), text, padded, is_padding=True)]
    if other != text:  # the offline writer is not compared with itself
        pairs.append(_found(await judge.prefer(context, text, other), text, other))
    return {"ask": "draft", "text": _shown_text(text), "writer": draft.writer, **_scored(rubric), "pairs": pairs}


async def _judge_vote(
    judge: EvalJudge, context: MessageContext, case: Case, *, parts: Mapping[str, str]
) -> dict[str, Any]:
    """A message that a person voted on, by rubric; and whether the subject's own model and prompt wrote it."""
    text = _text(context, case.inputs["message"])
    rubric = await judge.score(context, text)
    message = cast("Mapping[str, str]", case.inputs["message"])
    same = (message["writer"], message["prompt"]) == (parts.get("model"), parts.get("prompt fingerprint"))
    found: dict[str, Any] = {
        "people": int(case.expected == "up"),
        "same": same,
        "writer": message["writer"],
        "pairs": [],
    }
    return {"ask": "vote", "text": _shown_text(text), **found, **_scored(rubric)}


def _thawed(case: Case) -> MessageContext:
    from overture.feedback import FrozenContext, thaw

    if not isinstance(case.inputs["context"], dict):
        raise ConfigurationError(f"case {case.id!r} has no facts; build the evaluation set anew")
    frozen = FrozenContext.model_validate(case.inputs["context"])
    return thaw(frozen, today=date.fromisoformat(str(case.inputs["today"])))


def _text(context: MessageContext, message: object) -> JudgedText:
    given = cast("Mapping[str, str]", message)
    return judged_text(context, given["subject"], given["body"])


def _found(
    found: Preference, first: JudgedText, second: JudgedText, *, people: str | None = None, is_padding: bool = False
) -> dict[str, JsonValue]:
    return {
        "longer_by": first.length - second.length, "choice": found.choice, "flipped": found.flipped,
        "first_place": (found.straight, found.swapped) == ("first", "second"), "people": people,
        "is_padding": is_padding,
    }  # fmt: skip


def _scored(rubric: Rubric) -> dict[str, Any]:
    return {"rubric": dict(rubric.scores), "reasons": dict(rubric.reasons), "approved": rubric.approved}


def _shown_text(text: JudgedText) -> str:
    return "\n\n".join((text.subject, *text.lines))


def _grade(case: Case, output: Any) -> Grades:
    if output is None:
        return Grades(scores=(Score(metric="asked", value=0.0, reason=NO_JUDGE),), shown=Shown(title=case.id))
    found = cast("dict[str, Any]", output)
    pairs = cast("list[dict[str, Any]]", found["pairs"])
    scores = [Score(metric="asked", value=1.0)]
    if pairs:
        flips = sum(bool(pair["flipped"]) for pair in pairs)
        reason = f"{flips} of {len(pairs)} choices changed with the order" if flips else ""
        scores.append(Score(metric="consistent", value=float(not flips), reason=reason))
    padded = [pair for pair in pairs if pair["is_padding"]]
    if padded:
        liked = any(pair["choice"] == "second" for pair in padded)
        reason = "the padded message was preferred in both orders" if liked else ""
        scores.append(Score(metric="unmoved_by_padding", value=float(not liked), reason=reason))
    kept = {name: value for name, value in found.items() if name not in ("text", "reasons")}
    details: dict[str, JsonValue] = {name: found[name] for name in ("rubric", "reasons", "writer") if name in found}
    return Grades(
        scores=tuple(scores), output=kept, shown=Shown(title=case.id, text=str(found.get("text", "")), details=details)
    )


SUITE: Suite[Subject] = Suite(
    name="judge",
    version=1,
    summary="What another chat model thinks of drafts, audited, and put right by people's votes.",
    metrics=(
        Metric(name="asked", summary="cases that a judge was asked about; a subject without one skips them all"),
        Metric(name="consistent", summary="cases whose every choice holds when the two messages change places"),
        Metric(name="unmoved_by_padding", summary="drafts that are not liked better with empty words added"),
        Metric(name="flip_rate", summary="choices that change with the order", kind="mean", better="lower", worst=1.0),
        Metric(name="padding_preferred", summary="padded drafts preferred", kind="mean", better="lower", worst=1.0),
        Metric(name="longer_preferred", summary="choices for the longer", kind="mean", better="lower", worst=1.0),
        Metric(name="length_pull", summary="length against preference", kind="mean", better="lower", worst=1.0),
        Metric(name="win_rate", summary="drafts preferred to the offline writer's, by the judge's word", kind="mean"),
        Metric(name="human_agreement", summary="kappa of the judge and people's thumbs", kind="mean"),
        Metric(name="pair_agreement", summary="pairs in which the judge prefers what people did", kind="mean"),
        Metric(name="audited", summary="whether enough votes of people stand behind the judge"),
        Metric(name="approved", summary="drafts that people would approve: the judge, put right (PPI++)", kind="mean"),
    ),
    cases=_cases,
    task=_task,
    grade=_grade,
    over_run=audit,
    reads=("inputs", "votes"),
    limits=(
        "The judge's own rate of approvals is never a result: without twenty votes of people it is held back.",
        "win_rate is the judge's word alone: people vote on messages and not on pairs; read it beside pair_agreement.",
        "Votes on drafts of another writer or prompt correct the judge's error as if it were the same on new drafts.",
    ),
)

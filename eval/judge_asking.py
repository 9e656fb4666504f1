"""A chat model asked for its opinion of messages: by rubric, and of two which is better, each pair in both orders.

The model sees facts and the writers' own words, delimited as data: no greeting or signature, no name or contacts of the
candidate, no custom content, no withheld value (D-6, D-7, D-12, D-13), and not who wrote which message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast

from overture.errors import ConfigurationError, WriterOutputError
from overture.generation.assembly import CUSTOM_SLOT
from overture.generation.models import resolve_writer
from overture.generation.output import without_frame
from overture.generation.prices import Prices, rate_for
from overture.generation.render import LANGUAGE_NAMES, blotter
from overture.generation.verdicts import verdict_entries
from overture.generation.writers import Answered, WriteRequest
from overture.prompts import Prompt, RenderedPrompt, load_prompt

from .judge_spending import ask_within

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from overture.generation import Budget, Draft, MessageContext
    from overture.generation.writers import Writer

Choice = Literal["first", "second", "tie"]
CRITERIA: Final = ("personal", "relevant", "clear", "respectful", "worth_sending")
QUESTIONS: Final = ("personal", "clear", "overall")
APPROVED_FROM: Final = 4
"""The score of `worth_sending` from which a message counts as approved."""
_LONGEST_REASON: Final = 300
_VERDICTS: Final[Mapping[str, Choice]] = {"A": "first", "B": "second", "tie": "tie"}
_SWAPPED: Final[Mapping[Choice, Choice]] = {"first": "second", "second": "first", "tie": "tie"}


class _Asked(Protocol):
    """A writer that also gives its model's answer as it came."""

    @property
    def label(self) -> str: ...

    async def aask(self, request: WriteRequest) -> Answered: ...


@dataclass(frozen=True, slots=True)
class JudgedText:
    """What a judge gets to see of a message; the same text is the same message, whoever wrote it."""

    subject: str
    lines: tuple[str, ...]

    @property
    def length(self) -> int:
        """Characters of the body."""
        return sum(map(len, self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Scores from 1 to 5 by criterion, with the reasons that were given."""

    scores: Mapping[str, int]
    reasons: Mapping[str, str]

    @property
    def approved(self) -> bool:
        """Whether it would be sent, with a word or two changed at most."""
        return self.scores["worth_sending"] >= APPROVED_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What was preferred of a first and a second message: shown first as A, then as B, and whether both agree."""

    straight: Choice
    swapped: Choice
    reason: str

    @property
    def flipped(self) -> bool:
        """Whether the choice changed with the order alone."""
        return self.straight != self.swapped

    @property
    def choice(self) -> Choice:
        """What holds in both orders; a choice that flips is none."""
        return "tie" if self.flipped else self.straight


class EvalJudge:
    """A judge of messages: a LangChain chat model, a name as `Drafter` takes it, or one of our writers.

    With a `budget` each of its requests needs room there, by the table of `prices` where it has a ceiling on the price.

    Raises:
        ConfigurationError: the model has no known form, or is no chat model; a ceiling on the price and no known price.
    """

    def __init__(
        self,
        model: str | BaseChatModel | Writer,
        *,
        base_url: str | None = None,
        budget: Budget | None = None,
        prices: Prices | str | Path | None = None,
        timeout: float = 60.0,
    ) -> None:
        writer = resolve_writer(model, base_url=base_url)
        if not hasattr(writer, "aask"):
            raise ConfigurationError(f"a judge is a chat model, which {writer.label!r} is not")
        self._budget, self._rate = budget, rate_for(writer, prices=prices, limits=None, budget=budget)
        self._model = cast(_Asked, writer)
        self._rubric, self._pairwise = load_prompt("eval_rubric"), load_prompt("eval_pairwise")
        self._timeout = timeout

    @property
    def label(self) -> str:
        """The model's name."""
        return self._model.label

    async def score(self, context: MessageContext, text: JudgedText) -> Rubric:
        """One message against the rubric.

        Raises:
            WriterError: the model could not be asked.
            WriterOutputError: its answer lacks a criterion or a score from 1 to 5.
        """
        verdicts = await self._ask(context, render_rubric(context, text, prompt=self._rubric), "criterion", CRITERIA)
        scores: dict[str, int] = {}
        for name, entry in verdicts.items():
            score = entry.get("score")
            if type(score) is not int or not 1 <= score <= 5:
                raise WriterOutputError(f"the judge gave {name} no score from 1 to 5")
            scores[name] = score
        return Rubric(scores=scores, reasons={name: _reason(entry) for name, entry in verdicts.items()})

    async def prefer(self, context: MessageContext, first: JudgedText, second: JudgedText) -> Preference:
        """Which of two messages is better, asked twice, with the places changed; raises like `score`."""
        straight, reason = await self._choose(context, first, second)
        other, _ = await self._choose(context, second, first)
        return Preference(straight=straight, swapped=_SWAPPED[other], reason=reason)

    async def _choose(self, context: MessageContext, a: JudgedText, b: JudgedText) -> tuple[Choice, str]:
        prompt = render_pairwise(context, a, b, prompt=self._pairwise)
        verdicts = await self._ask(context, prompt, "criterion", QUESTIONS)
        overall = verdicts["overall"]
        verdict = overall.get("verdict")
        if verdict not in _VERDICTS:
            raise WriterOutputError("the judge preferred neither A nor B, and called it no tie")
        return _VERDICTS[str(verdict)], _reason(overall)

    async def _ask(
        self, context: MessageContext, prompt: RenderedPrompt, key: str, names: tuple[str, ...]
    ) -> dict[str, Mapping[str, Any]]:
        most = int(prompt.options.get("max_output_tokens", 900))
        request = WriteRequest(context, prompt, most, self._timeout)
        answer = await ask_within(self._budget, self._rate, request, self._model.aask)
        found = {str(entry.get(key)): entry for entry in verdict_entries(answer.text or "")}
        if missing := [name for name in names if name not in found]:
            raise WriterOutputError(f"the judge's answer lacks {', '.join(missing)}", usage=answer.usage)
        return {name: found[name] for name in names}


def judge_of(judge: EvalJudge | BaseChatModel | Writer | str) -> EvalJudge:
    """A subject's judge, ready to be asked; raises like `EvalJudge`."""
    return judge if isinstance(judge, EvalJudge) else EvalJudge(judge)


def render_rubric(context: MessageContext, text: JudgedText, *, prompt: Prompt | None = None) -> RenderedPrompt:
    """The prompt that has one message scored."""
    values = {"subject": text.subject, "lines": text.lines, **_shared(context)}
    return (prompt or load_prompt("eval_rubric")).render(values)


def render_pairwise(
    context: MessageContext, a: JudgedText, b: JudgedText, *, prompt: Prompt | None = None
) -> RenderedPrompt:
    """The prompt that has two messages compared."""
    values = {
        "subject_a": a.subject, "lines_a": a.lines, "subject_b": b.subject, "lines_b": b.lines, **_shared(context)
    }  # fmt: skip
    return (prompt or load_prompt("eval_pairwise")).render(values)


def text_of_draft(draft: Draft) -> JudgedText:
    """What its writer wrote of a draft: without greeting, signature and custom content, private values blotted out.

    Raises:
        ConfigurationError: the draft does not tell where custom content stands, which no model may see (D-7).
    """
    whole = draft.assembled
    if whole is None:
        raise ConfigurationError("D-7: the draft does not tell where custom content stands, which no model may see")
    start, end = whole.message
    cut = whole.custom or (end, end)
    return judged_text(draft.context, draft.subject, draft.body[start : cut[0]] + "\n" + draft.body[cut[1] : end])


def judged_text(context: MessageContext, subject: str, body: str) -> JudgedText:
    """A writer's own text; a greeting or signature that is left is taken off, and what is private is blotted out."""
    blot = blotter(context)
    lines = (line.strip() for line in without_frame(body.replace(CUSTOM_SLOT, "\n")).splitlines())
    return JudgedText(blot(subject), tuple(blot(line) for line in lines if line))


def _shared(context: MessageContext) -> dict[str, Any]:
    blot = blotter(context)
    return {
        "facts": tuple((fact.id, blot(fact.text)) for fact in context.facts if fact.kind != "recruiter"),
        "language": LANGUAGE_NAMES[context.personalization.language],
    }


def _reason(entry: Mapping[str, Any]) -> str:
    return str(entry.get("reason") or "")[:_LONGEST_REASON]

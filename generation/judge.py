"""A judge: another chat model asked whether the facts support the sentences that no fact covers (D-10).

Off by default. Its verdicts are kept apart from the findings of the checks, and change none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast, get_args

from overture.errors import ConfigurationError, WriterError
from overture.prompts import Prompt, RenderedPrompt, load_prompt

from .draft import Draft, Judgement, PromptRecord, Sentence, SentenceVerdict, Usage
from .models import resolve_writer
from .render import blotter
from .stems import STEMS
from .told_facts import text_stems, text_words
from .verdicts import verdict_entries
from .writers import Answered, Writer, WriteRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_Verdict = Literal["supported", "unsupported", "unclear"]
_VERDICTS: frozenset[str] = frozenset(get_args(_Verdict))
_LEAST_STEMS = 2
_COVERED = 0.5
_LONGEST_REASON = 300
_NO_VERDICT = "the judge gave no verdict on this sentence"


class _Asked(Protocol):
    """A writer that also gives its model's answer as it came."""

    @property
    def label(self) -> str: ...

    def ask(self, request: WriteRequest) -> Answered: ...

    async def aask(self, request: WriteRequest) -> Answered: ...


class Judge:
    """Judges drafts with a chat model: a name as `Drafter` takes it, a LangChain chat model, or one of our writers.

    The model sees the facts and the sentences to judge, delimited as data: no name or contacts of the candidate, no
    custom content, no withheld value (D-6, D-7, D-12, D-13). Safe to use from many threads and tasks at once.

    Raises:
        ConfigurationError: the model has no known form, or is no chat model.
        PromptError: the prompt does not exist or is malformed.
    """

    def __init__(
        self,
        model: str | BaseChatModel | Writer,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        prompt: str | Path = "judge_claims",
        timeout: float = 60.0,
    ) -> None:
        writer = resolve_writer(model, base_url=base_url, api_key=api_key)
        if not hasattr(writer, "ask") or not hasattr(writer, "aask"):
            raise ConfigurationError(f"a judge is a chat model, which {writer.label!r} is not")
        self._model = cast(_Asked, writer)
        self._prompt: Prompt = load_prompt(prompt)
        self._timeout = timeout

    def judge(self, draft: Draft) -> Judgement:
        """The model's verdicts on the sentences of a draft that no fact covers; never raises for a failing model."""
        sentences, refusal = _to_judge(draft)
        if not sentences:
            return Judgement(model=self._model.label, error=refusal)
        request = self._request(draft, sentences)
        try:
            answer = self._model.ask(request)
        except (WriterError, ConfigurationError) as error:
            return self._failed(request.prompt, error)
        return self._read(request.prompt, sentences, answer)

    async def ajudge(self, draft: Draft) -> Judgement:
        """`judge`, asynchronous."""
        sentences, refusal = _to_judge(draft)
        if not sentences:
            return Judgement(model=self._model.label, error=refusal)
        request = self._request(draft, sentences)
        try:
            answer = await self._model.aask(request)
        except (WriterError, ConfigurationError) as error:
            return self._failed(request.prompt, error)
        return self._read(request.prompt, sentences, answer)

    def _request(self, draft: Draft, sentences: tuple[Sentence, ...]) -> WriteRequest:
        prompt = render_judge(draft, sentences, prompt=self._prompt)
        most = int(self._prompt.header.options.get("max_output_tokens", 900))
        return WriteRequest(draft.context, prompt, most, self._timeout)

    def _failed(self, prompt: RenderedPrompt, error: Exception) -> Judgement:
        spent = getattr(error, "usage", None)
        usage = spent if isinstance(spent, Usage) else Usage(requests=1)
        return Judgement(
            model=self._model.label, prompt=_record(prompt), usage=usage, error=f"{type(error).__name__}: {error}"
        )

    def _read(self, prompt: RenderedPrompt, sentences: tuple[Sentence, ...], answer: Answered) -> Judgement:
        verdicts = dict(_verdicts(answer.text or "", len(sentences)))
        told: list[SentenceVerdict] = []
        for number, sentence in enumerate(sentences, 1):
            verdict, reason = verdicts.get(number, ("unclear", _NO_VERDICT))
            told.append(
                SentenceVerdict(
                    start=sentence.start, end=sentence.end, text=sentence.text, verdict=verdict, reason=reason
                )
            )
        return Judgement(
            model=self._model.label, prompt=_record(prompt), usage=answer.usage,
            sentences=tuple(told) if verdicts else (),
            error=None if verdicts else "the judge's answer holds no verdict; expected an object with verdicts",
        )  # fmt: skip


def open_sentences(draft: Draft) -> tuple[Sentence, ...]:
    """The statements of the writer's own text of which less than half the words stand in the facts they rest on.

    Questions, greeting, signature and custom content are not among them.
    """
    if draft.assembled is None:
        return ()
    start, end = draft.assembled.message
    custom = draft.assembled.custom or (end, end)
    own = [s for s in draft.sentences if start <= s.start and s.end <= end and not custom[0] <= s.start < custom[1]]
    return tuple(s for s in own if not s.text.rstrip().endswith("?") and _is_open(s))


def _is_open(sentence: Sentence) -> bool:
    stems = {stem for word in text_words(sentence.text) if (stem := STEMS[word])}
    known = frozenset[str]().union(*(text_stems(f"{fact.text} {' '.join(fact.names)}") for fact in sentence.facts))
    return len(stems) >= _LEAST_STEMS and len(stems & known) < _COVERED * len(stems)


def _to_judge(draft: Draft) -> tuple[tuple[Sentence, ...], str | None]:
    if draft.assembled is None:
        return (), "the draft does not tell where custom content stands, which no model may see (D-7)"
    return open_sentences(draft), None


def render_judge(draft: Draft, sentences: tuple[Sentence, ...], *, prompt: Prompt | None = None) -> RenderedPrompt:
    """The prompt that asks for verdicts on some sentences of a draft; withheld and private values are blotted out."""
    prompt = prompt or load_prompt("judge_claims")
    blot = blotter(draft.context)
    facts = tuple((fact.id, blot(fact.text)) for fact in draft.context.facts if fact.kind != "recruiter")
    values = {
        "facts": facts,
        "sentences": tuple((number, blot(sentence.text)) for number, sentence in enumerate(sentences, 1)),
    }
    return prompt.join(prompt.render_shared(values), prompt.render_personal(values))


def _record(prompt: RenderedPrompt) -> PromptRecord:
    return PromptRecord(name=prompt.name, version=prompt.version, fingerprint=prompt.fingerprint)


def _verdicts(text: str, count: int) -> Iterator[tuple[int, tuple[_Verdict, str]]]:
    """The verdicts in an answer, by the number of their sentence; what does not read as one is passed over."""
    for entry in verdict_entries(text):
        number, verdict, reason = entry.get("sentence"), entry.get("verdict"), entry.get("reason")
        if type(number) is int and 1 <= number <= count and verdict in _VERDICTS:
            yield number, (cast(_Verdict, verdict), str(reason or "")[:_LONGEST_REASON])

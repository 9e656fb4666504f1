"""Unsure replies shown to a chat model (C-4): which ones, how many at a time, and what a failure leaves behind."""

from __future__ import annotations

import contextvars
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast, get_args, runtime_checkable

from overture.errors import (
    BudgetExceededError,
    ConfigurationError,
    OvertureError,
    WriterTimeoutError,
    WriterUnavailableError,
)
from overture.prompts import RenderedPrompt, load_prompt

from .chat_answers import PROMPT, Answer, combine, render_question
from .verdict import Verdict

if TYPE_CHECKING:
    from .langchain_escalation import LangChainEscalation
    from .openai_escalation import OpenAIEscalation

logger = logging.getLogger("overture")

Languages = Literal["known", "any"]
Question = tuple[str, str]
REVIEW_BELOW: Final = 0.8
_IN_VAIN: Final = 8
FORMS: Final = (
    "'openai:NAME' (any OpenAI-compatible endpoint by OPENAI_BASE_URL); an OpenAIEscalation; a LangChain chat model; "
    "an object with a method settle"
)

__all__ = ["ChatEscalation", "Escalation", "LangChainEscalation", "OpenAIEscalation", "resolve_escalation"]


@runtime_checkable
class Escalation(Protocol):
    """Whoever is asked where the local model is not sure."""

    def settle(
        self, verdicts: Sequence[Verdict], outreach: Sequence[str | None], *, review_below: float = REVIEW_BELOW
    ) -> list[Verdict]:
        """The verdicts, as many and in the same order, the unsure ones heard again."""
        ...


class ChatEscalation(ABC):
    """Asks a chat model about unsure replies, several at a time; subclasses know how to ask.

    What is sent of a reply is its cleaned text and the recruiter's message, and only where `review_reason` is
    "unsure": never a confident answer, nor one found by rule, empty or too long. `languages="any"` also sends replies
    in a language that the local model does not know. `max_calls` is the ceiling on requests in this object's life,
    `calls` what was spent of it (a client's own retries are not counted); `timeout` is in seconds a request.
    """

    def __init__(self, *, timeout: float, max_calls: int, concurrency: int, languages: Languages) -> None:
        if concurrency < 1 or max_calls < 0 or timeout <= 0 or languages not in get_args(Languages):
            raise ConfigurationError(
                "expected timeout above 0, max_calls at least 0, concurrency at least 1, languages 'known' or 'any'; "
                f"got {timeout!r}, {max_calls!r}, {concurrency!r}, {languages!r}"
            )
        self._timeout = timeout
        self._max_calls = max_calls
        self._concurrency = concurrency
        self._languages = languages
        self._lock = threading.Lock()
        self._calls = 0
        self._refused: frozenset[str] = frozenset()

    @property
    @abstractmethod
    def label(self) -> str:
        """What the model is called in verdicts and warnings."""

    @abstractmethod
    def ask(self, prompt: RenderedPrompt) -> Answer:
        """One answer; raises an `OvertureError` whose text holds nothing of the reply."""

    @property
    def calls(self) -> int:
        """Requests made so far."""
        return self._calls

    @property
    def refused_parameters(self) -> frozenset[str]:
        """What the endpoint would not take, and is no longer asked for."""
        return self._refused

    def settle(
        self, verdicts: Sequence[Verdict], outreach: Sequence[str | None], *, review_below: float = REVIEW_BELOW
    ) -> list[Verdict]:
        """The verdicts, as many and in the same order, the unsure ones heard again.

        `review_below` is the classifier's threshold: at or above it nobody needs to look. A call that fails leaves
        the local verdict as it was; one warning a batch says how many and why, without any of their text. Where key
        or model are refused, the ceiling is reached, or eight calls in a row find nobody there, the rest of the batch
        is not sent.

        Raises:
            ValueError: `outreach` is not as long as `verdicts`.
        """
        rows: dict[Question, list[int]] = {}
        for row, (verdict, asked) in enumerate(zip(verdicts, outreach, strict=True)):
            if self._is_open(verdict):
                rows.setdefault((verdict.text, asked or ""), []).append(row)
        settled = list(verdicts)
        if not rows:
            return settled
        batch = _Batch(self)
        with ThreadPoolExecutor(min(self._concurrency, len(rows)), "overture-escalation") as pool:
            # LangChain keeps its callbacks in the context, and a context can be entered by one thread at a time.
            asking = [pool.submit(contextvars.copy_context().run, batch.hear, question) for question in rows]
            try:
                answers = [each.result() for each in asking]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        model = self._model()
        for same, answer in zip(rows.values(), answers, strict=True):
            for row in same if answer else ():
                settled[row] = combine(verdicts[row], cast("Answer", answer), review_below=review_below, model=model)
        if batch.problem is not None:
            left = sum(len(same) for same, answer in zip(rows.values(), answers, strict=True) if answer is None)
            logger.warning(
                "%d of %d unsure replies keep their local verdict and need a review: %s",
                left, sum(map(len, rows.values())), batch.problem,
            )  # fmt: skip
        return settled

    def _is_open(self, verdict: Verdict) -> bool:
        if verdict.decided_by != "model" or not verdict.needs_review or not verdict.text:
            return False
        return verdict.review_reason == "unsure" or (
            verdict.review_reason == "unknown_language" and self._languages == "any"
        )

    def _model(self) -> str:
        """Model and prompt as verdicts name them (D-14)."""
        prompt = load_prompt(PROMPT)
        return f"{self.label}/{prompt.name}@{prompt.version}"

    def _spend(self) -> None:
        with self._lock:
            if self._calls >= self._max_calls:
                raise BudgetExceededError(f"{self.label}: the ceiling of max_calls={self._max_calls} is reached")
            self._calls += 1

    def _leave_out(self, parameters: frozenset[str]) -> None:
        with self._lock:
            new = parameters - self._refused
            self._refused |= parameters
        if new:
            logger.info("%s refuses %s; asking without", self.label, ", ".join(sorted(new)))


class _Batch:
    """One batch's calls, given up when it is clear that more of them are in vain."""

    def __init__(self, escalation: ChatEscalation) -> None:
        self._escalation = escalation
        self._failed_in_a_row = 0
        self._given_up = False
        self._lock = threading.Lock()
        self.problem: OvertureError | None = None

    def hear(self, question: Question) -> Answer | None:
        """The answer to a question, None where there is none."""
        if self._given_up:
            return None
        try:
            answer = self._escalation.ask(render_question(*question))
        except OvertureError as error:
            self._note(error)
            return None
        self._failed_in_a_row = 0
        return answer

    def _note(self, error: OvertureError) -> None:
        with self._lock:
            self.problem = self.problem or error
            self._failed_in_a_row += isinstance(error, WriterTimeoutError | WriterUnavailableError)
            if isinstance(error, ConfigurationError | BudgetExceededError) or self._failed_in_a_row >= _IN_VAIN:
                self._given_up = True


def resolve_escalation(model: object) -> Escalation:
    """The escalation that a name or an object stands for; no client is made and nothing called before its first use.

    Raises:
        ConfigurationError: the model has none of the accepted forms, or its key is missing.
    """
    if isinstance(model, str) and model.startswith("openai:") and model.removeprefix("openai:").strip():
        from .openai_escalation import OpenAIEscalation

        return OpenAIEscalation(model.removeprefix("openai:").strip())
    if isinstance(model, Escalation) and not isinstance(model, type):
        return model
    if hasattr(model, "invoke") and hasattr(model, "bind"):
        from .langchain_escalation import LangChainEscalation

        return LangChainEscalation(cast("Any", model))
    raise ConfigurationError(f"{model!r} cannot be asked about replies; the forms are: {FORMS}")


def __getattr__(name: str) -> Any:
    # The two shells import this module, so it can hand them out only when asked.
    if name == "OpenAIEscalation":
        from .openai_escalation import OpenAIEscalation

        return OpenAIEscalation
    if name == "LangChainEscalation":
        from .langchain_escalation import LangChainEscalation

        return LangChainEscalation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

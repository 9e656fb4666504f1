"""Any LangChain chat model asked about unsure replies."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from overture.errors import OvertureError, WriterOutputError, WriterRefusalError, WriterTimeoutError
from overture.prompts import RenderedPrompt
from overture.wire import LOGPROBS, refused_parameters

from .chat_answers import TOP_LOGPROBS, Answer, read_answer
from .chat_errors import as_chat_error
from .escalation import ChatEscalation, Languages
from .openai_escalation import read_tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REFUSALS: Final = frozenset(
    {"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "RECITATION", "guardrail_intervened"}
)
_ROLES: Final = {"system": "system", "user": "human"}


class LangChainEscalation(ChatEscalation):
    """Asks a LangChain chat model, with log-probabilities where the model takes them (ChatOpenAI and its kin).

    Other models are asked through their structured output, or in plain words where they have none; then there is no
    probability to weigh. The number of output tokens and the retries are the model's own, and so are its callbacks.
    A call that passes `timeout` is given up; the thread it ran in ends with the model's own time-out. The other
    options are those of `ChatEscalation`.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        timeout: float = 30.0,
        max_calls: int = 1_000,
        concurrency: int = 8,
        languages: Languages = "known",
    ) -> None:
        super().__init__(timeout=timeout, max_calls=max_calls, concurrency=concurrency, languages=languages)
        self._chat: Any = model
        fields: Mapping[str, Any] = getattr(type(model), "model_fields", {})
        self._gives_logprobs = fields.keys() >= LOGPROBS and not getattr(model, "use_responses_api", None)

    @property
    def label(self) -> str:
        """`langchain:` and the model's name."""
        names = (getattr(self._chat, name, None) for name in ("model_name", "model", "model_id"))
        return f"langchain:{next((n for n in names if isinstance(n, str) and n), type(self._chat).__name__)}"

    def ask(self, prompt: RenderedPrompt) -> Answer:
        while True:
            wishes = {name: wish for name, wish in self._wishes(prompt).items() if name not in self._refused}
            self._spend()
            try:
                return self._in_time(partial(self._heard, prompt, wishes))
            except OvertureError:
                raise
            except Exception as error:  # every provider's package raises errors of its own
                refused = refused_parameters(error, wishes)
                if not refused:
                    raise as_chat_error(error, label=self.label, timeout=self._timeout) from error
                self._leave_out(refused)

    def _wishes(self, prompt: RenderedPrompt) -> dict[str, Any]:
        schema = {"title": prompt.name, "description": "What a reply means.", **prompt.schema}
        if not self._gives_logprobs:
            return {"structured": schema}
        form = {"type": "json_schema", "json_schema": {"name": prompt.name, "strict": True, "schema": schema}}
        return {"response_format": form, "logprobs": True, "top_logprobs": TOP_LOGPROBS}

    def _heard(self, prompt: RenderedPrompt, wishes: dict[str, Any]) -> Answer:
        messages = [(_ROLES[role], text) for role, text in prompt.messages]
        if "structured" in wishes:
            try:
                model = self._chat.with_structured_output(wishes["structured"])
            except (NotImplementedError, AttributeError):
                self._leave_out(frozenset({"structured"}))
            else:
                return _read_structured(model.invoke(messages))
            wishes = {}
        return _read(self._chat.bind(**wishes).invoke(messages))

    def _in_time(self, call: Callable[[], Answer]) -> Answer:
        """LangChain has no portable time-out for synchronous calls."""
        done: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

        def run() -> None:
            try:
                done.put(call())
            except Exception as error:  # noqa: BLE001 - handed to the calling thread, which maps it
                done.put(error)

        context = contextvars.copy_context()  # LangChain keeps its callbacks there
        threading.Thread(target=context.run, args=(run,), name="overture-langchain", daemon=True).start()
        try:
            result = done.get(timeout=self._timeout)
        except queue.Empty:
            raise WriterTimeoutError(f"{self.label} gave no answer in {self._timeout:g} s") from None
        if isinstance(result, Exception):
            raise result
        return result


def _read_structured(output: Any) -> Answer:
    if not isinstance(output, Mapping):  # function calling can give None without an error
        raise WriterOutputError("the model gave no structured output")
    return read_answer(cast("Mapping[str, object]", output))


def _read(message: Any) -> Answer:
    metadata: Mapping[str, Any] = getattr(message, "response_metadata", None) or {}
    extra: Mapping[str, Any] = getattr(message, "additional_kwargs", None) or {}
    reasons = [metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason", "stopReason")]
    if extra.get("refusal") or any(isinstance(reason, str) and reason in _REFUSALS for reason in reasons):
        raise WriterRefusalError("the model declined to sort this reply")
    return read_answer(getattr(message, "text", None), read_tokens(metadata.get("logprobs")))

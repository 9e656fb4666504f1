"""Drafting, context building and checking as LangChain Runnables (D-1).

What a Runnable takes and gives is the candidate's and the recruiter's: callbacks and tracers are shown how a draft came
about, never a text (D-7, D-12). The config of the call (callbacks, tags, metadata) reaches the chat model underneath.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, closing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, cast

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import (
    ensure_config,
    get_async_callback_manager_for_config,
    get_callback_manager_for_config,
    patch_config,
    set_config_context,
)
from langchain_core.runnables.utils import coro_with_context
from pydantic import Field, StringConstraints, ValidationError

from overture.base import Value
from overture.errors import ConfigurationError, InputError

from .assembly import assemble
from .checks import check_draft
from .context import build_context
from .draft import Draft, Finding
from .draft_input import DraftInput
from .facts import MessageContext
from .personalization import Personalization
from .writers import Chunk, WriterOutput

if TYPE_CHECKING:
    from .drafter import Drafter

Taken = TypeVar("Taken")
Given = TypeVar("Given")
View = dict[str, Any]
Draftable = DraftInput | Mapping[str, Any] | MessageContext
_AsItStands = Annotated[str, StringConstraints(strip_whitespace=False)]


class TextToCheck(Value):
    """A text that anybody wrote, without greeting and signature, and the context that it is held against."""

    context: MessageContext = Field(repr=False, exclude=True)
    subject: _AsItStands = Field(repr=False, exclude=True)
    body: _AsItStands = Field(repr=False, exclude=True)
    custom_content: _AsItStands | None = Field(default=None, repr=False, exclude=True)


class _Private(Runnable[Taken, Given], Generic[Taken, Given]):
    """A Runnable whose callbacks are told less than its caller."""

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def _run(self, taken: Taken, **changes: Any) -> Given: ...

    @abstractmethod
    def _view(self, value: Any) -> View: ...

    async def _arun(self, taken: Taken, **changes: Any) -> Given:
        return self._run(taken, **changes)

    def invoke(self, input: Taken, config: RunnableConfig | None = None, **kwargs: Any) -> Given:  # noqa: A002 - LangChain's name
        """The output for one input; keyword arguments stand in for fields of the input."""
        kept: list[Given] = []

        def run(_: Any) -> View:
            kept.append(self._run(input, **kwargs))
            return self._view(kept[0])

        cast(Any, self)._call_with_config(run, self._view(input), config)
        return kept[0]

    async def ainvoke(self, input: Taken, config: RunnableConfig | None = None, **kwargs: Any) -> Given:  # noqa: A002 - LangChain's name
        """`invoke`, asynchronous."""
        kept: list[Given] = []

        async def run(_: Any) -> View:
            kept.append(await self._arun(input, **kwargs))
            return self._view(kept[0])

        await cast(Any, self)._acall_with_config(run, self._view(input), config)
        return kept[0]


class ContextRunnable(_Private[DraftInput | Mapping[str, Any], MessageContext]):
    """From a draft's input to the facts that its message may rest on; custom content goes no further (D-7)."""

    def __init__(self, *, today: date | None = None, name: str = "OvertureContext") -> None:
        super().__init__(name)
        self._today = today

    @property
    def InputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of its input; a mapping of its fields does as well."""
        return DraftInput

    def _run(self, taken: DraftInput | Mapping[str, Any], **changes: Any) -> MessageContext:
        arguments = _arguments(read_input(taken, **changes))
        del arguments["custom_content"]
        return build_context(today=self._today or date.today(), **arguments)

    def _view(self, value: Any) -> View:
        return _view_of(value)


class CheckRunnable(_Private[Draft | TextToCheck | Mapping[str, Any], tuple[Finding, ...]]):
    """From a draft, or any text with its context, to what the checks find in it (D-11)."""

    def __init__(self, *, name: str = "OvertureCheck") -> None:
        super().__init__(name)

    @property
    def InputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of its input; a mapping of its fields, or a draft, does as well."""
        return TextToCheck

    def _run(self, taken: Draft | TextToCheck | Mapping[str, Any], **changes: Any) -> tuple[Finding, ...]:
        if isinstance(taken, Draft):
            if changes or taken.assembled is None:
                raise ConfigurationError("a draft is checked as it stands; give context, subject and body instead")
            span = taken.assembled.custom
            custom = taken.body[slice(*span)] if span else None
            return check_draft(taken.context, taken.assembled, custom_content=custom)
        text = _read(TextToCheck, taken, **changes)
        assembled = assemble(text.context, WriterOutput(text.subject, text.body), custom_content=text.custom_content)
        return check_draft(text.context, assembled, custom_content=text.custom_content)

    def _view(self, value: Any) -> View:
        if not isinstance(value, tuple):
            return _view_of(value)
        return {"findings": [finding.code for finding in cast("tuple[Finding, ...]", value)]}


class DraftRunnable(_Private[Draftable, Draft]):
    """From a draft's input, or a context that is ready, to the draft; streams `Chunk`s, then the `Draft`.

    The sum of what it streams is the draft, as LangChain has it.
    """

    def __init__(self, drafter: Drafter, *, name: str = "OvertureDraft") -> None:
        super().__init__(name)
        self._drafter = drafter

    @property
    def InputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of its input; a mapping of its fields, or a context, does as well."""
        return DraftInput

    def stream(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # pieces come first
        self,
        input: Draftable,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[Draft | Chunk]:
        """The first try's text as it is written, unchecked, then the draft."""
        config = ensure_config(config)
        manager = get_callback_manager_for_config(config)
        run = manager.on_chain_start(
            None, self._view(input), name=config.get("run_name") or self.get_name(), run_id=config.pop("run_id", None)
        )
        told: View = {}
        try:
            with set_config_context(patch_config(config, callbacks=run.get_child())) as context:
                pieces = context.run(_call(self._drafter, "stream", input, kwargs))
                with closing(_tapped(pieces, run, "tap_output_iter")) as tapped:
                    while (piece := context.run(next, tapped, None)) is not None:
                        told = self._view(piece)
                        yield piece
        except GeneratorExit:
            run.on_chain_end({"left": True})
            raise
        except BaseException as error:
            run.on_chain_error(error)
            raise
        run.on_chain_end(told)

    async def astream(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # pieces first
        self,
        input: Draftable,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Draft | Chunk]:
        """`stream`, asynchronous."""
        config = ensure_config(config)
        manager = get_async_callback_manager_for_config(config)
        run = await manager.on_chain_start(
            None, self._view(input), name=config.get("run_name") or self.get_name(), run_id=config.pop("run_id", None)
        )
        told: View = {}
        try:
            with set_config_context(patch_config(config, callbacks=run.get_child())) as context:
                pieces = context.run(_call(self._drafter, "astream", input, kwargs))
                async with aclosing(_tapped(pieces, run, "tap_output_aiter")) as tapped:
                    while (piece := await coro_with_context(anext(tapped, None), context)) is not None:
                        told = self._view(piece)
                        yield piece
        except GeneratorExit:
            await run.on_chain_end({"left": True})
            raise
        except BaseException as error:
            await run.on_chain_error(error)
            raise
        await run.on_chain_end(told)

    def _run(self, taken: Draftable, **changes: Any) -> Draft:
        return cast(Draft, _call(self._drafter, "draft", taken, changes)())

    async def _arun(self, taken: Draftable, **changes: Any) -> Draft:
        return cast(Draft, await _call(self._drafter, "adraft", taken, changes)())

    def _view(self, value: Any) -> View:
        return _view_of(value)


def context_runnable(*, today: date | None = None) -> ContextRunnable:
    """`build_context` as a Runnable; `today` is the day from which durations count."""
    return ContextRunnable(today=today)


def check_runnable() -> CheckRunnable:
    """`check_draft` as a Runnable."""
    return CheckRunnable()


def read_input(given: DraftInput | Mapping[str, Any], **changes: Any) -> DraftInput:
    """A draft's input, or the one that a mapping of its fields makes, with some fields changed.

    Raises:
        InputError: names the field; quotes no value, since that may be the candidate's (D-12).
    """
    return _read(DraftInput, given, **changes)


_AValue = TypeVar("_AValue", bound=Value)


def _read(kind: type[_AValue], given: Any, **changes: Any) -> _AValue:
    if isinstance(given, kind):
        if not changes:
            return given
        given = _arguments(given)
    elif not isinstance(given, Mapping):
        raise InputError(f"is a {type(given).__name__}", expected=f"a {kind.__name__} or a mapping of its fields")
    fields = {**cast("Mapping[str, Any]", given), **changes}
    try:
        return kind.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        problem = {"missing": "is missing", "extra_forbidden": f"is no field of {kind.__name__}"}.get(first["type"])
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(problem or f"is not valid ({first['type']})", field=field) from None


def _arguments(value: Value) -> dict[str, Any]:
    return {name: getattr(value, name) for name in type(value).model_fields}


def _call(drafter: Drafter, method: str, given: Draftable, changes: Mapping[str, Any]) -> Callable[[], Any]:
    """The drafter's method with its arguments; for a context that is ready, the one that takes it."""
    if isinstance(given, MessageContext):
        if unknown := set(changes) - {"custom_content"}:
            raise ConfigurationError(f"a context is ready: {', '.join(sorted(unknown))} can no longer be changed")
        return lambda: getattr(drafter, f"{method}_from")(given, **changes)
    arguments = _arguments(read_input(given, **changes))
    candidate = arguments.pop("candidate")
    return lambda: getattr(drafter, method)(candidate, **arguments)


def _tapped(pieces: Any, run: Any, name: str) -> Any:
    """The pieces by way of the handler that gives them to the caller of `astream_events`."""
    for handler in run.handlers:
        if tap := getattr(handler, name, None):
            return tap(run.run_id, pieces)
    return pieces


def _view_of(value: Any) -> View:
    """What a trace may show: the choices made and how a draft came about, never what anybody wrote (D-7, D-12)."""
    match value:
        case Draft():
            return {
                "writer": value.writer,
                "prompt": value.prompt.model_dump(),
                "context_hash": value.context_hash,
                "opportunity": value.opportunity.source,
                "findings": [finding.code for finding in value.findings],
                "repairs": [[finding.code for finding in repair.findings] for repair in value.repairs],
                "fallback": value.fallback.kind if value.fallback else None,
                "usage": value.usage.model_dump(mode="json"),
                "seconds": value.seconds,
            }
        case MessageContext():
            return {
                "context_hash": value.fingerprint,
                "opportunity": value.opportunity_source,
                "facts": len(value.shared) + len(value.personal),
            }
        case DraftInput():
            given = sorted(name for name, each in _arguments(value).items() if each is not None)
            return {"given": given, **(value.personalization or Personalization()).model_dump(mode="json")}
        case TextToCheck():
            return _view_of(value.context)
        case Mapping():
            fields = cast("Mapping[object, object]", value)
            return {"given": sorted(str(name) for name, each in fields.items() if each is not None)}
        case _:
            return {"type": type(value).__name__}

"""From what a user names as a model to a writer."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from overture.errors import ConfigurationError, MissingExtraError

from .langchain_writer import LangChainWriter
from .openai_writer import OpenAIWriter
from .transformers_writer import TransformersWriter
from .writers import Writer, WriteRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NAMED = re.compile(r"([a-z][a-z0-9_]*):(\S+)", re.ASCII)
FORMS = (
    "None or 'offline'; 'openai:NAME' (any OpenAI-compatible endpoint with base_url); 'PROVIDER:NAME' as LangChain's "
    "init_chat_model knows it; 'transformers:FOLDER_OR_NAME', a model in this process; a LangChain chat model; an "
    "object with write, awrite, stream and astream"
)
_LOCAL = "transformers:"
_METHODS = ("write", "awrite", "stream", "astream", "label", "options")


def resolve_writer(
    model: str | BaseChatModel | Writer | None = None, *, base_url: str | None = None, api_key: str | None = None
) -> Writer:
    """The writer that a name or an object stands for; nothing is loaded or called before its first use.

    Raises:
        ConfigurationError: the model has none of the accepted forms.
        MissingExtraError: the name is one of LangChain's, and `overture[langchain]` is not installed; or it is a
            model in this process, and `overture[local]` is not.
    """
    if isinstance(model, str) and not model.startswith(_LOCAL) and (named := _NAMED.fullmatch(model)):
        provider, name = named.groups()
        if provider == "openai":
            return OpenAIWriter(name, base_url=base_url, api_key=api_key)
        if find_spec("langchain") is None:
            raise MissingExtraError("langchain", needed_for=f"the model {model!r}")
        return LangChainWriter(_maker(model, base_url=base_url, api_key=api_key), label=model, base_url=base_url)
    if base_url or api_key:
        raise ConfigurationError(f"base_url and api_key go with a model by name, such as 'openai:NAME', not {model!r}")
    if isinstance(model, str) and model.startswith(_LOCAL) and model != _LOCAL:
        return TransformersWriter(model.removeprefix(_LOCAL))
    if model is None or model == "offline":
        from .offline import OfflineWriter

        return OfflineWriter()
    if hasattr(model, "invoke") and hasattr(model, "astream"):
        return LangChainWriter(cast("BaseChatModel", model))
    if not isinstance(model, str) and all(hasattr(model, name) for name in _METHODS):
        ready: Any = model
        return cast("Writer", ready)
    raise ConfigurationError(f"{model!r} is not a model; the forms are: {FORMS}")


def _maker(model: str, *, base_url: str | None, api_key: str | None) -> Callable[[WriteRequest], BaseChatModel]:
    def make(request: WriteRequest) -> BaseChatModel:
        from langchain import chat_models

        init = cast("Callable[..., BaseChatModel]", chat_models.init_chat_model)
        given = {"base_url": base_url, "api_key": api_key}
        options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        options |= {"max_tokens": request.max_output_tokens, "timeout": request.timeout}
        if (temperature := request.prompt.options.get("temperature")) is not None:
            options["temperature"] = temperature
        try:
            return init(model, **options)
        except ImportError as error:
            raise ConfigurationError(f"{model!r}: LangChain's package for this provider is not installed") from error
        except Exception as error:  # every provider's package raises errors of its own
            raise ConfigurationError(
                f"{model!r} cannot be made ({type(error).__name__}); check the provider, the model's name and its key"
            ) from error

    return make

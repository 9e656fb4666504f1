"""A chat model in this process, through transformers: loaded once, one generation at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from overture.errors import ConfigurationError, MissingExtraError

_locks: WeakKeyDictionary[Any, threading.Lock] = WeakKeyDictionary()
_guard = threading.Lock()
_WITHOUT_THINKING = {"enable_thinking": False}  # templates that know it leave the thoughts out, others pass over it


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen: greedily at temperature 0, else with a generator of their own from `seed`."""

    temperature: float
    top_p: float
    seed: int | None
    most_tokens: int


@dataclass(frozen=True, slots=True)
class Generated:
    """What came of a generation; `reason` is stop, length, time or given_up."""

    text: str
    tokens: int
    reason: str


class LocalModel:
    """A causal language model with its tokenizer, ready to answer a chat."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer
        with _guard:
            self.lock = _locks.setdefault(model, threading.Lock())

    @property
    def context(self) -> int | None:
        """The tokens that prompt and answer may have together, or None where the model sets no limit."""
        config = self.model.config
        most = getattr(config.get_text_config(), "max_position_embeddings", None)
        return most if isinstance(most, int) and most > 0 else None

    def encode(self, messages: Iterable[tuple[str, str]], *, begin: str = "") -> Any:
        """The token ids of a chat, a tensor of one row, up to where the answer begins, and its `begin`ning.

        A model's control tokens inside the messages stay plain text, so that no profile can end its turn (D-13).

        Raises:
            ConfigurationError: the tokenizer has no chat template, or one that takes no such chat.
        """
        if not self.tokenizer.chat_template:
            raise ConfigurationError("the model's tokenizer has no chat template; take an instruct or chat model")
        chat = [{"role": role, "content": text} for role, text in messages]
        if not begin:
            return self._ids_of(chat)
        begun: list[int] = self.tokenizer.encode(begin, add_special_tokens=False)
        ids = self._ids_of(chat)
        return _torch().cat([ids, ids.new_tensor([begun])], dim=1)

    def _ids_of(self, chat: list[dict[str, str]]) -> Any:
        try:
            return self._rendered(chat)
        except _template_error():  # some templates know no system message
            told = "\n\n".join(message["content"] for message in chat)
            try:
                return self._rendered([{"role": "user", "content": told}])
            except _template_error() as error:
                raise ConfigurationError("the model's chat template takes no single message of a user") from error

    def generate(
        self,
        ids: Any,
        sampling: Sampling,
        *,
        begin: str = "",
        stop: tuple[str, ...],
        is_whole: Callable[[str], bool],
        give: Callable[[str], None],
        timeout: float,
        given_up: threading.Event,
    ) -> Generated:
        """The answer to a chat, with the `begin`ning that its ids end with; `give` gets each new piece of it.

        It ends at an end token, at one of the texts of `stop`, where `is_whole` says so, or at a limit. One token is
        never interrupted, nor is the reading of the prompt, so that `timeout` (in seconds) can be passed by that.
        """
        torch, transformers = _torch(), _transformers()

        ids = ids.to(self.model.device)
        follower = _Follower(
            self.tokenizer, ids.shape[1], stop, begin=begin, is_whole=is_whole, give=give,
            deadline=time.monotonic() + timeout, given_up=given_up,
        )  # fmt: skip
        ends = self._end_tokens()
        config = transformers.GenerationConfig(
            do_sample=False,  # the sampler below chooses, with randomness of its own
            max_new_tokens=sampling.most_tokens,
            eos_token_id=ends,
            pad_token_id=ends[0] if ends else 0,
        )
        with torch.inference_mode():
            self.model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                generation_config=config,
                logits_processor=[_Sampler(sampling, ids.device)] if sampling.temperature > 0 else [],
                stopping_criteria=[follower],
            )
        return follower.finish(ends)

    def _rendered(self, chat: list[dict[str, str]]) -> Any:
        return self.tokenizer.apply_chat_template(
            chat,
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
            sanitize_control_tokens=True,
            **_WITHOUT_THINKING,
        )["input_ids"]

    def _end_tokens(self) -> list[int]:
        given: Any = self.model.generation_config.eos_token_id  # one, several or none
        several: list[Any] = list(given) if hasattr(given, "__iter__") else [given]
        return list(dict.fromkeys(token for token in [*several, self.tokenizer.eos_token_id] if isinstance(token, int)))


class _Follower:
    """Reads tokens as they come: gives out their text, and says when to stop and why."""

    def __init__(
        self,
        tokenizer: Any,
        start: int,
        stop: tuple[str, ...],
        *,
        begin: str,
        is_whole: Callable[[str], bool],
        give: Callable[[str], None],
        deadline: float,
        given_up: threading.Event,
    ) -> None:
        self._tokenizer, self._start, self._stop = tokenizer, start, stop
        self._is_whole, self._give, self._deadline, self._given_up = is_whole, give, deadline, given_up
        self._tokens: list[int] = []
        self._before = self._read = 0
        self._text = begin
        self._given = 0
        self._reason = ""
        self._longest_stop = max(map(len, stop), default=1) - 1

    def __call__(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
        torch = _torch()
        self._tokens = input_ids[0, self._start :].tolist()
        if new := self._new_text():
            self._text += new
            self._reason = self._reason or self._ended()
            self._hand_out(held=self._longest_stop)
        if not self._reason and self._given_up.is_set():
            self._reason = "given_up"
        if not self._reason and time.monotonic() > self._deadline:
            self._reason = "time"
        return torch.full((input_ids.shape[0],), bool(self._reason), device=input_ids.device, dtype=torch.bool)

    def finish(self, ends: list[int]) -> Generated:
        """The whole answer."""
        if self._reason in {"", "time"} and self._tokens and self._tokens[-1] in ends:
            self._reason = "stop"  # a deadline that passes with the last token harms nobody
        self._hand_out(held=0)
        return Generated(self._text, len(self._tokens), self._reason or "length")

    def _new_text(self) -> str:
        # A token alone may be half a character, and a space may depend on the token before it.
        known = self._decoded(self._tokens[self._before : self._read])
        now = self._decoded(self._tokens[self._before :])
        if len(now) <= len(known) or now.endswith("\ufffd"):
            return ""
        self._before, self._read = self._read, len(self._tokens)
        return now[len(known) :]

    def _decoded(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _ended(self) -> str:
        cuts = [at for text in self._stop if (at := self._text.find(text)) >= 0]
        if cuts:
            self._text = self._text[: min(cuts)]
            return "stop"
        return "stop" if self._is_whole(self._text) else ""

    def _hand_out(self, *, held: int) -> None:
        end = len(self._text) - (0 if self._reason else held)
        if end > self._given:
            self._give(self._text[self._given : end])
            self._given = end


class _Sampler:
    """Chooses a token by temperature and top-p and leaves no other: the process's random state is not touched."""

    def __init__(self, sampling: Sampling, device: Any) -> None:
        torch = _torch()
        self._sampling = sampling
        self._generator = torch.Generator(device=device)
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(sampling.seed)

    def __call__(self, _input_ids: Any, scores: Any) -> Any:
        torch = _torch()
        chances = torch.softmax(scores.float() / self._sampling.temperature, dim=-1)
        ordered, order = chances.sort(dim=-1, descending=True)
        above = ordered.cumsum(dim=-1) - ordered  # what the likelier tokens have together
        ordered = ordered.masked_fill(above >= self._sampling.top_p, 0.0)
        chosen = order.gather(-1, torch.multinomial(ordered, 1, generator=self._generator))
        return torch.full_like(scores, float("-inf")).scatter(-1, chosen, 0.0)


def load_model(
    name: str, *, revision: str | None, device: str | None, dtype: str | None, local_files_only: bool
) -> LocalModel:
    """The model of a folder or of a name on the Hugging Face Hub; code of the model's own is never run.

    `device` is the GPU where there is one, else the CPU; `dtype` the one the weights are kept in on a GPU, and
    float32 on a CPU.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigurationError: nothing there, no safetensors, not a causal language model, no such device or dtype.
    """
    require_extra(f"the model 'transformers:{name}'")
    torch, transformers = _torch(), _transformers()

    folder = Path(name).expanduser()
    source = str(folder) if folder.is_dir() else name
    where = device or best_device()
    kind: Any = dtype or ("float32" if where == "cpu" else "auto")
    common: dict[str, Any] = {
        "revision": revision,
        "local_files_only": local_files_only or folder.is_dir(),
        "trust_remote_code": False,
    }
    if kind != "auto" and not isinstance(getattr(torch, kind, None), torch.dtype):
        raise ConfigurationError(f"dtype {kind!r} is none of PyTorch's; try float32, bfloat16, float16 or auto")
    try:
        with _without_progress():
            tokenizer = transformers.AutoTokenizer.from_pretrained(source, **common)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                source, use_safetensors=True, dtype=kind, **common
            )
        return LocalModel(model.to(where).eval(), tokenizer)
    except Exception as error:  # transformers raises OSError, ValueError, ImportError and the hub's own errors
        raise ConfigurationError(
            f"the model 'transformers:{name}' cannot be loaded ({type(error).__name__}); expected a folder, or a name "
            "on the Hugging Face Hub, with a causal language model in safetensors and its tokenizer"
        ) from error


def best_device() -> str:
    """The GPU where there is one, else the CPU."""
    torch = _torch()
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def require_extra(needed_for: str) -> None:
    """Raises `MissingExtraError` where torch or transformers is not installed; loads neither."""
    if any(find_spec(package) is None for package in ("torch", "transformers")):
        raise MissingExtraError("local", needed_for=needed_for)


def describe(loaded: LocalModel | None) -> Mapping[str, str]:
    """Device, dtype and, from the hub, the commit of a loaded model (D-14)."""
    if loaded is None:
        return {}
    model = loaded.model
    said = {"device": model.device.type, "dtype": str(model.dtype).removeprefix("torch.")}
    commit = getattr(model.config, "_commit_hash", None)
    return {**said, "commit": commit} if isinstance(commit, str) else said


@contextmanager
def _without_progress() -> Generator[None]:
    """No bars on standard error, which is for our own words."""
    logging: Any = import_module("transformers.utils.logging")
    was_on = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            logging.enable_progress_bar()


def _torch() -> Any:
    return import_module("torch")  # its types need it installed, which a type check must not


def _transformers() -> Any:
    return import_module("transformers")


def _template_error() -> type[Exception]:
    from jinja2 import TemplateError

    return TemplateError

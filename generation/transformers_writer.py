"""A model in this process as a writer, through transformers (D-15)."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from overture.errors import WriterError, WriterTimeoutError, WriterUnavailableError

from .completions import finished
from .draft import Usage
from .local_model import Generated, LocalModel, Sampling, describe, load_model, require_extra
from .output import StreamedBody, is_whole
from .slots import answer_form
from .writers import Chunk, WriteRequest, WriterOutput

logger = logging.getLogger("overture")


class TransformersWriter:
    """Writes with a causal language model in this process: a folder, a name on the Hugging Face Hub, or both objects.

    Weights are read from safetensors only, and no code of the model's own is run. The model is loaded at first use,
    on the GPU where there is one, and makes one message at a time: other threads and tasks wait their turn, which
    does not count as time of theirs. transformers knows no structured output, so that the prompt alone asks for JSON;
    the answer ends where its object does, and for slots the object is begun for the model. The same seed gives the
    same text on the same machine and versions. `temperature`, `top_p` and `seed` override the prompt's; `stop` are
    texts that end an answer.
    """

    def __init__(
        self,
        model: str | Path | tuple[Any, Any],
        *,
        revision: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        stop: Sequence[str] = (),
        timeout: float | None = None,
        local_files_only: bool = False,
    ) -> None:
        self._loaded: LocalModel | None = None
        if isinstance(model, tuple):
            self._loaded = LocalModel(*model)
            self._name = getattr(model[0], "name_or_path", "") or type(model[0]).__name__
        else:
            self._name = str(model)
        require_extra(f"the model {self.label!r}")
        self._source: dict[str, Any] = {
            "revision": revision, "device": device, "dtype": dtype, "local_files_only": local_files_only,
        }  # fmt: skip
        self._options = {"temperature": temperature, "top_p": top_p, "seed": seed}
        self._stop = (stop,) if isinstance(stop, str) else tuple(filter(None, stop))
        self._timeout = timeout
        self._loading = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    @property
    def label(self) -> str:
        """`transformers:` and the model's folder or name."""
        return f"transformers:{self._name}"

    @property
    def options(self) -> Mapping[str, str | int | float | bool | None]:
        """What overrides the prompt, and, once it is loaded, what the model runs on (D-14)."""
        given = {name: value for name, value in self._options.items() if value is not None}
        revision = self._source["revision"]
        return {**given, **({"revision": revision} if revision else {}), **describe(self._loaded)}

    def load(self) -> None:
        """Load the model now instead of at its first message.

        Raises:
            ConfigurationError: it cannot be loaded.
        """
        with self._loading:
            if self._loaded is None:
                self._loaded = load_model(self._name, **self._source)
                said = ", ".join(describe(self._loaded).values())
                logger.info("%s is loaded (%s)", self.label, said)

    def write(self, request: WriteRequest) -> WriterOutput:
        """One message.

        Raises:
            WriterError: the prompt is longer than the model's context, or the kind that says what else went wrong.
            ConfigurationError: the model cannot be loaded, or has no chat template.
        """
        return self._run(request, threading.Event(), _nobody)

    async def awrite(self, request: WriteRequest) -> WriterOutput:
        """`write` in a thread of its own; cancelling it stops the model after its present token."""
        given_up = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread(), self._run, request, given_up, _nobody
            )
        finally:
            given_up.set()

    def stream(self, request: WriteRequest) -> Iterator[Chunk | WriterOutput]:
        """`write` with the body's text as it comes; leaving early stops the model after its present token."""
        arriving: queue.SimpleQueue[Chunk | WriterOutput | Exception] = queue.SimpleQueue()
        given_up = threading.Event()
        threading.Thread(
            target=self._run_into, args=(request, given_up, arriving.put), name="overture-transformers", daemon=True
        ).start()
        try:
            while True:
                piece = arriving.get()
                if isinstance(piece, Exception):
                    raise piece
                yield piece
                if isinstance(piece, WriterOutput):
                    return
        finally:
            given_up.set()

    async def astream(self, request: WriteRequest) -> AsyncIterator[Chunk | WriterOutput]:
        """`stream`, asynchronous."""
        arriving: asyncio.Queue[Chunk | WriterOutput | Exception] = asyncio.Queue()
        given_up = threading.Event()
        loop = asyncio.get_running_loop()

        def put(piece: Chunk | WriterOutput | Exception) -> None:
            if not given_up.is_set():  # nobody is there any more, perhaps not even the loop
                loop.call_soon_threadsafe(arriving.put_nowait, piece)

        try:
            self._thread().submit(self._run_into, request, given_up, put)
            while True:
                piece = await arriving.get()
                if isinstance(piece, Exception):
                    raise piece
                yield piece
                if isinstance(piece, WriterOutput):
                    return
        finally:
            given_up.set()

    def _run_into(
        self, request: WriteRequest, given_up: threading.Event, put: Callable[[Chunk | WriterOutput | Exception], None]
    ) -> None:
        try:
            put(self._run(request, given_up, put))
        except Exception as error:  # noqa: BLE001 - handed to whoever reads the stream
            put(error)

    def _run(self, request: WriteRequest, given_up: threading.Event, put: Callable[[Chunk], None]) -> WriterOutput:
        self.load()
        loaded = self._loaded
        assert loaded is not None  # noqa: S101 - `load` raises otherwise
        form = answer_form(request)
        body = StreamedBody(form)
        # Small models talk around the object; with its first key said for them they fill it.
        begin = '{"subject": "' if form.has_slots else ""

        def give(text: str) -> None:
            if new := body.feed(text):
                put(Chunk(new))

        with loaded.lock:
            if given_up.is_set():
                raise WriterError(f"{self.label}: given up before it began")
            ids = loaded.encode(request.prompt.messages, begin=begin)
            sampling = self._sampling(request, self._room(loaded, ids.shape[1]))
            generated = self._generated(
                lambda: loaded.generate(
                    ids, sampling, begin=begin, stop=self._stop, give=give,
                    is_whole=lambda text: is_whole(text, form=form),
                    timeout=self._seconds(request), given_up=given_up,
                )
            )  # fmt: skip
        usage = Usage(requests=1, input_tokens=ids.shape[1], output_tokens=generated.tokens)
        if generated.reason == "time":
            raise WriterTimeoutError(f"{self.label} was still writing after {self._seconds(request):g} s", usage=usage)
        if generated.reason == "given_up":
            raise WriterError(f"{self.label}: given up", usage=usage)
        name = request.context.recruiter_name
        output = finished(
            generated.text, refusal=None, reason=generated.reason, usage=usage, signers=(name,) if name else (),
            form=form,
        )  # fmt: skip
        if rest := body.rest(output.body):
            put(Chunk(rest))
        return output

    def _room(self, loaded: LocalModel, prompt: int) -> int | None:
        """The tokens that the model's context has left for an answer; None where it sets no limit."""
        if loaded.context is None:
            return None
        if prompt >= loaded.context:
            raise WriterError(
                f"the prompt has {prompt} tokens and {self.label} a context of {loaded.context}: "
                "use prompt 'slots', fewer elements, or a model with a longer context",
                usage=Usage(),
            )
        return loaded.context - prompt

    def _sampling(self, request: WriteRequest, room: int | None) -> Sampling:
        wished = {**request.prompt.options, **{k: v for k, v in self._options.items() if v is not None}}
        seed = wished.get("seed")
        return Sampling(
            temperature=float(wished.get("temperature", 0.0)),
            top_p=float(wished.get("top_p", 1.0)),
            seed=None if seed is None else int(seed),
            most_tokens=min(request.max_output_tokens, room or request.max_output_tokens),
        )

    def _generated(self, generate: Callable[[], Generated]) -> Generated:
        try:
            return generate()
        except RuntimeError as error:  # out of memory, or a device that fails
            raise WriterUnavailableError(f"{self.label} failed with {type(error).__name__}") from error

    def _seconds(self, request: WriteRequest) -> float:
        return request.timeout if self._timeout is None else min(self._timeout, request.timeout)

    def _thread(self) -> ThreadPoolExecutor:
        # One thread: the model does one thing at a time, and the loop's own threads are for others.
        with self._loading:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(1, thread_name_prefix="overture-transformers")
            return self._threads


def _nobody(chunk: Chunk) -> None:
    """Who listens where nobody does."""

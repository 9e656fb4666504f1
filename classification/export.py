# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false, reportCallIssue=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""From a trained network to the files of a model folder: two ONNX graphs in 8 bits, heads, tokenizer."""

from __future__ import annotations

import copy
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from .network import ReplyNetwork

_OPSET: Final = 17
_ROWS: Final = 2
_TOKENS: Final = 5


class _ByteWords(nn.Module):
    """Word vectors as bytes with one scale a word: a quarter of the size, read row by row."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("table", (weight / scale).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        table, scale = self.get_buffer("table"), self.get_buffer("scale")
        return table[ids].float() * scale[ids]


def export_network(network: ReplyNetwork, folder: Path) -> None:
    """Write `first.onnx` and `second.onnx`."""
    folder.mkdir(parents=True, exist_ok=True)
    first = copy.deepcopy(network.first).eval()
    first.words = _ByteWords(network.first.words.weight)
    ids = torch.full((_ROWS, _TOKENS), 5)
    mask = torch.ones_like(ids)
    hidden = torch.zeros(_ROWS, _TOKENS, network.first_head.in_features)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _export(first, (ids, mask, torch.zeros_like(ids)), ["ids", "mask", "kinds"], plain)
        _quantise(plain, folder / "first.onnx")
        _export(network.second.eval(), (hidden, mask), ["hidden", "mask"], plain)
        _quantise(plain, folder / "second.onnx")


def heads_of(network: ReplyNetwork) -> dict[str, NDArray[np.float32]]:
    """The tensors of both heads, as `heads.safetensors` names them."""
    heads = {"first": network.first_head, "second": network.second_head}
    return {
        f"{name}.{part}": value.detach().float().contiguous().numpy()
        for name, head in heads.items()
        for part, value in head.state_dict().items()
    }


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write `tokenizer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def make_tokenizer(pieces: list[str], scores: list[float]) -> Tokenizer:
    """A unigram tokenizer (Kudo 2018) over these pieces; the first four are the special ones."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def _export(module: nn.Module, example: tuple[Tensor, ...], names: list[str], file: Path) -> None:
    axes: dict[str, dict[int, str]] = {name: {0: "replies", 1: "tokens"} for name in (*names, "states", "attention")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of every constant shape; the dynamic ones are named below
        torch.onnx.export(
            module,
            example,
            str(file),
            input_names=names,
            output_names=["states", "attention"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )


def _quantise(source: Path, target: Path) -> None:
    """8-bit weights, one scale a column; 7 bits of them used, since older processors add pairs in 16 bits."""
    from onnxruntime import quantization  # pyright: ignore[reportMissingTypeStubs]  # it ships none

    runtime: Any = quantization
    runtime.quantize_dynamic(
        source,
        target,
        weight_type=runtime.QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul"],
    )

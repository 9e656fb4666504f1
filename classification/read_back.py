# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""From the files of a model folder back to a network that can be trained further: what `export` did, undone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from overture.errors import InputError

from .model import Heads

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from .network import ReplyNetwork


@torch.no_grad()
def read_back(network: ReplyNetwork, folder: Path) -> None:
    """Put the weights of a model folder into a network of the same shape; word vectors stay those of the base.

    Its 8-bit weights come back to within half a step of what was trained.

    Raises:
        InputError: the folder's model has another shape.
    """
    heads = Heads.load(folder / "heads.safetensors")
    try:
        _fill(network.first, folder / "first.onnx", besides=("words.weight",))
        _fill(network.second, folder / "second.onnx")
        for own, head in ((network.first_head, heads.first), (network.second_head, heads.second)):
            own.load_state_dict({"weight": torch.tensor(head.weight), "bias": torch.tensor(head.bias)})
    except (KeyError, RuntimeError) as error:
        raise InputError(
            "a model of another shape", path=str(folder), expected="one of `overture classify train`"
        ) from error


def _fill(module: nn.Module, file: Path, *, besides: tuple[str, ...] = ()) -> None:
    held, wanted = _weights(file), module.state_dict().keys()
    if more := [name for name in held if name.startswith("layers.") and name not in wanted]:
        raise KeyError(more[0])
    module.load_state_dict({name: torch.from_numpy(held[name]) for name in wanted if name not in besides}, strict=False)


def _weights(file: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of a graph by the names of the module that was exported, matrices as (out, in) floats."""
    import onnx
    from onnx import numpy_helper

    graph: Any = onnx.load(str(file)).graph
    held: dict[str, NDArray[Any]] = {each.name: numpy_helper.to_array(each).copy() for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            matrix = held[node.input[1]].astype(np.float32) - held[node.input[3]].astype(np.float32)
            scale = held[node.input[1].removesuffix("_quantized") + "_scale"]
            module = node.name.rpartition("/MatMul")[0].strip("/").replace("/", ".")
            held[f"{module}.weight"] = np.ascontiguousarray((matrix * scale).T)
    return held

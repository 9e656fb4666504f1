# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false, reportCallIssue=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""The encoder as it is trained: BERT layers with one pool and one head after the first few, and others at the end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encoder import KEPT_TOKENS
from .labels import INTENTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .base_model import BaseModel

MOST_POSITIONS: Final = 192
_EPSILON: Final = 1e-12
_OUTSIDE: Final = -1e4


class Forward(NamedTuple):
    """Logits of intents for a batch, after the first step and after the second."""

    first: Tensor
    second: Tensor


class Layer(nn.Module):
    """One post-norm transformer layer (Devlin et al., arXiv:1810.04805), its three projections in one product."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.mix_norm = nn.LayerNorm(width, eps=_EPSILON)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.norm = nn.LayerNorm(width, eps=_EPSILON)

    def forward(self, hidden: Tensor, outside: Tensor) -> Tensor:
        """hidden: (replies, tokens, width); outside: (replies, 1, 1, tokens), very negative at padding."""
        replies, tokens, width = hidden.shape
        parts = self.query_key_value(hidden).view(replies, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        weights = (query @ key.transpose(-1, -2) / math.sqrt(width // self.heads) + outside).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(replies, tokens, width)
        hidden = self.mix_norm(hidden + self.mix(mixed))
        return self.norm(hidden + self.narrow(functional.gelu(self.widen(hidden))))


class Pool(nn.Module):
    """Attention over tokens: one weight each, which add up to one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weigh = nn.Linear(width, 1)
        nn.init.zeros_(self.weigh.weight)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The weights, shape (replies, tokens)."""
        return (self.weigh(hidden).squeeze(-1) + (1 - mask) * _OUTSIDE).softmax(-1)


class FirstStep(nn.Module):
    """Embeddings and the first layers."""

    def __init__(self, words: Tensor, *, inner: int, heads: int, depth: int) -> None:
        super().__init__()
        width = words.shape[1]
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        self.positions = nn.Embedding(MOST_POSITIONS, width)
        self.kinds = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.layers = nn.ModuleList(Layer(width, inner, heads) for _ in range(depth))
        self.pool = Pool(width)

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (replies, tokens, width) and attention (replies, tokens)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(places)[None] + self.kinds(kinds))
        present = mask.to(hidden.dtype)
        outside = (1 - present)[:, None, None, :] * _OUTSIDE
        for layer in self.layers:
            hidden = layer(hidden, outside)
        return hidden, self.pool(hidden, present)


class SecondStep(nn.Module):
    """The layers after it."""

    def __init__(self, width: int, *, inner: int, heads: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, inner, heads) for _ in range(depth))
        self.pool = Pool(width)

    def forward(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """As `FirstStep.forward`, from its hidden states."""
        present = mask.to(hidden.dtype)
        outside = (1 - present)[:, None, None, :] * _OUTSIDE
        for layer in self.layers:
            hidden = layer(hidden, outside)
        return hidden, self.pool(hidden, present)


class ReplyNetwork(nn.Module):
    """Both steps with their heads, as `overture classify train` trains them together."""

    def __init__(self, base: BaseModel, words: NDArray[np.float32], *, layers: tuple[int, ...], first: int) -> None:
        super().__init__()
        shape = {"inner": base.inner, "heads": base.heads}
        self.first = FirstStep(torch.tensor(words), depth=first, **shape)
        self.second = SecondStep(base.width, depth=len(layers) - first, **shape)
        self.first_head = nn.Linear(base.width, len(INTENTS))
        self.second_head = nn.Linear(base.width, len(INTENTS))
        self._start_from(base, layers)

    def all_layers(self) -> list[nn.Module]:
        """The layers of both steps, lowest first."""
        return [*self.first.layers, *self.second.layers]

    @torch.no_grad()
    def take_from(self, teacher: ReplyNetwork, layers: tuple[int, ...]) -> None:
        """Start from some layers of a trained network, its embeddings, and its last pool and head."""
        for own, number in zip(self.all_layers(), layers, strict=True):
            own.load_state_dict(teacher.all_layers()[number].state_dict())
        for name in ("positions", "kinds", "norm"):
            getattr(self.first, name).load_state_dict(getattr(teacher.first, name).state_dict())
        self.second.pool.load_state_dict(teacher.second.pool.state_dict())
        self.second_head.load_state_dict(teacher.second_head.state_dict())

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Forward:
        """ids, mask and kinds: (replies, tokens), as `tokens.pad` makes them."""
        hidden, attention = self.first(ids, mask, kinds)
        pooled = torch.einsum("rt,rtw->rw", attention, hidden)
        if ids.shape[1] > KEPT_TOKENS:
            columns = attention.topk(KEPT_TOKENS, dim=1).indices.sort(dim=1).values
            hidden = hidden.gather(1, columns[:, :, None].expand(-1, -1, hidden.shape[2]))
            mask = mask.gather(1, columns)
        last, last_attention = self.second(hidden, mask)
        last_pooled = torch.einsum("rt,rtw->rw", last_attention, last)
        return Forward(self.first_head(pooled), self.second_head(last_pooled))

    @torch.no_grad()
    def _start_from(self, base: BaseModel, layers: tuple[int, ...]) -> None:
        def tensor(name: str, *shape: int) -> Tensor:
            return torch.tensor(base.tensors[name]).reshape(shape or (-1,))

        width = base.width
        self.first.positions.weight.copy_(tensor("emb.pos", -1, width)[:MOST_POSITIONS])
        self.first.kinds.weight.copy_(tensor("emb.type", -1, width)[:2])
        self.first.norm.weight.copy_(tensor("emb.ln.w"))
        self.first.norm.bias.copy_(tensor("emb.ln.b"))
        for own, number in zip((*self.first.layers, *self.second.layers), layers, strict=True):
            at = f"l{number}."
            for kind, shape in (("w", (width, width)), ("b", (width,))):
                joined = torch.cat([tensor(f"{at}{part}.{kind}", *shape) for part in "qkv"])
                getattr(own.query_key_value, "weight" if kind == "w" else "bias").copy_(joined)
            for module, name, shape in (
                (own.mix, "ao", (width, width)),
                (own.widen, "fi", (base.inner, width)),
                (own.narrow, "fo", (width, base.inner)),
            ):
                module.weight.copy_(tensor(f"{at}{name}.w", *shape))
                module.bias.copy_(tensor(f"{at}{name}.b"))
            for module, name in ((own.mix_norm, "aln"), (own.norm, "oln")):
                module.weight.copy_(tensor(f"{at}{name}.w"))
                module.bias.copy_(tensor(f"{at}{name}.b"))
        for head in (self.first_head, self.second_head):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

# pyright: basic, reportMissingImports=false
# PyTorch is not there when types are checked; with it, its own types are too loose for strict.
"""The training loop: batches of like length, two losses, checkpoints that a stopped run goes on from."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from overture.base import Value
from overture.errors import InputError

from .head import LABEL_INDEX
from .labels import LABELS
from .network import ReplyNetwork
from .tokens import PAD, Tokens

if TYPE_CHECKING:
    from torch.optim import Optimizer

_LABELS_OF = torch.tensor(LABEL_INDEX)
_UNKNOWN: Final = 3
_FIRST_REAL: Final = 4
_SORTED_OVER: Final = 16
Progress = Callable[[str], None]
_HALVES: Final = any(torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16"))
"""16-bit products where the processor has them; elsewhere they take eight times as long as those of 32 bits."""


class Plan(Value):
    """How to train; every number that a result depends on."""

    epochs: int = 8
    batch: int = 32
    rate: float = 1.5e-4
    layer_decay: float = 0.9
    warm_up: float = 0.08
    weight_decay: float = 0.01
    smoothing: float = 0.05
    label_share: float = 0.5
    first_share: float = 0.3
    teacher_share: float = 0.6
    teacher_temperature: float = 2.0
    dropped_tokens: float = 0.08
    seed: int = 0


class Targets(NamedTuple):
    """What each row should give: soft intents (rows, intents), and the teacher's logits or none."""

    intents: Tensor
    teacher: Tensor | None = None


def learn(
    network: ReplyNetwork,
    rows: Callable[[int], Sequence[Tokens]],
    targets: Targets,
    plan: Plan,
    *,
    folder: Path,
    progress: Progress,
    after_epoch: Callable[[int], None] | None = None,
) -> None:
    """Train in place; `rows(epoch)` gives the tokens of that epoch, which augmentation may change.

    A checkpoint is kept in `folder` after each epoch; a run with the same plan goes on from it, to the same end.
    """
    optimizer = _optimizer(network, plan)
    an_epoch = math.ceil(len(targets.intents) / plan.batch)
    start = _resume(network, optimizer, folder, plan)
    for group in optimizer.param_groups:
        group["initial_lr"] = group["lr"]  # what a scheduler asks for that starts in the middle
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate(step, plan.epochs * an_epoch, plan.warm_up), last_epoch=start * an_epoch - 1
    )
    for epoch in range(start, plan.epochs):
        began, total, count = time.monotonic(), 0.0, 0
        torch.manual_seed(plan.seed * 1_000 + epoch)
        network.train()
        items = rows(epoch)
        for chosen in _batches(items, plan, epoch):
            loss = _loss(network, [items[index] for index in chosen], targets, chosen, plan)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        _save(network, optimizer, folder, plan, epoch + 1)
        progress(f"epoch {epoch + 1} of {plan.epochs}: loss {total / count:.3f}, {time.monotonic() - began:.0f} s")
        if after_epoch is not None:
            after_epoch(epoch)


@torch.no_grad()
def predict(network: ReplyNetwork, items: Sequence[Tokens], *, batch: int = 64) -> Tensor:
    """Logits of the second step for all rows, in their order."""
    network.eval()
    order = sorted(range(len(items)), key=lambda index: len(items[index].ids))
    found: list[Tensor] = []
    for at in range(0, len(order), batch):
        chosen = order[at : at + batch]
        with torch.autocast("cpu", torch.bfloat16, enabled=_HALVES):
            given = network(*_pad([items[index] for index in chosen]))
        found.append(given.second.float())
    return torch.cat(found)[torch.tensor(order).argsort()]


def _loss(network: ReplyNetwork, items: list[Tokens], targets: Targets, chosen: list[int], plan: Plan) -> Tensor:
    ids, mask, kinds = _pad(items)
    share = plan.dropped_tokens * 2 * torch.rand(len(items), 1)  # some rows lose much, some nothing
    ids = torch.where((torch.rand(ids.shape) < share) & (ids >= _FIRST_REAL), _UNKNOWN, ids)
    with torch.autocast("cpu", torch.bfloat16, enabled=_HALVES):
        given = network(ids, mask, kinds)
    wanted = targets.intents[chosen]
    teacher = None if targets.teacher is None else targets.teacher[chosen]
    last = _intent_loss(given.second.float(), wanted, teacher, plan)
    early = _intent_loss(given.first.float(), wanted, teacher, plan)
    return last + plan.first_share * early


def _pad(items: Sequence[Tokens]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, 1 for a token and 0 for padding, 1 for the outreach; shape (replies, tokens of the longest)."""
    shape = (len(items), max(len(item.ids) for item in items))
    ids = torch.full(shape, PAD)
    mask, kinds = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, item in enumerate(items):
        ids[row, : len(item.ids)] = torch.tensor(item.ids)
        mask[row, : len(item.ids)] = 1
        kinds[row, item.own : len(item.ids)] = 1
    return ids, mask, kinds


def _intent_loss(logits: Tensor, wanted: Tensor, teacher: Tensor | None, plan: Plan) -> Tensor:
    """Intents and labels weighed against each other, and the teacher's view of both where there is one."""
    intents = functional.cross_entropy(logits, wanted, label_smoothing=plan.smoothing)
    labels = functional.cross_entropy(_label_logits(logits), _label_sums(wanted))
    own = (1 - plan.label_share) * intents + 2 * plan.label_share * labels
    if teacher is None:
        return own
    heat = plan.teacher_temperature
    taught = functional.kl_div((logits / heat).log_softmax(-1), (teacher / heat).softmax(-1), reduction="batchmean") * (
        heat * heat
    )
    return (1 - plan.teacher_share) * own + plan.teacher_share * taught


def _label_logits(logits: Tensor) -> Tensor:
    return torch.stack([logits[:, index == _LABELS_OF].logsumexp(1) for index in range(len(LABELS))], dim=1)


def _label_sums(intents: Tensor) -> Tensor:
    return torch.stack([intents[:, index == _LABELS_OF].sum(1) for index in range(len(LABELS))], dim=1)


def _optimizer(network: ReplyNetwork, plan: Plan) -> Optimizer:
    layers = network.all_layers()
    heads = (network.first_head, network.second_head, network.first.pool, network.second.pool)
    groups: list[dict[str, object]] = [
        {"params": [p for head in heads for p in head.parameters()], "lr": plan.rate * 5}
    ]
    groups += [
        {"params": list(layer.parameters()), "lr": plan.rate * plan.layer_decay ** (len(layers) - 1 - depth)}
        for depth, layer in enumerate(layers)
    ]
    below = (network.first.positions, network.first.kinds, network.first.norm)
    lowest = plan.rate * plan.layer_decay ** len(layers)
    groups.append({"params": [p for module in below for p in module.parameters()], "lr": lowest})
    return torch.optim.AdamW(groups, weight_decay=plan.weight_decay, fused=True)


def _rate(step: int, steps: int, warm_up: float) -> float:
    warm = max(1, round(warm_up * steps))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _batches(items: Sequence[Tokens], plan: Plan, epoch: int) -> Iterator[list[int]]:
    """Batches of like length in random order, so that little is padding."""
    rng = random.Random(plan.seed * 1_000 + epoch)
    order = list(range(len(items)))
    rng.shuffle(order)
    span = plan.batch * _SORTED_OVER
    pieces = [
        sorted(order[at : at + span], key=lambda index: len(items[index].ids)) for at in range(0, len(order), span)
    ]
    batches = [piece[at : at + plan.batch] for piece in pieces for at in range(0, len(piece), plan.batch)]
    rng.shuffle(batches)
    yield from batches


def _save(network: ReplyNetwork, optimizer: Optimizer, folder: Path, plan: Plan, epochs: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"network.{name}": value for name, value in network.state_dict().items() if name != "first.words.weight"}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in state.items()}
    meta = {"plan": plan.model_dump_json(), "epochs": json.dumps(epochs)}
    save_file({name: value.contiguous() for name, value in tensors.items()}, folder / "new", metadata=meta)
    (folder / "new").replace(folder / "checkpoint.safetensors")


def _resume(network: ReplyNetwork, optimizer: Optimizer, folder: Path, plan: Plan) -> int:
    from safetensors import safe_open

    file = folder / "checkpoint.safetensors"
    if not file.exists():
        return 0
    with safe_open(file, "pt") as held:
        meta = held.metadata()
    if meta.get("plan") != plan.model_dump_json():
        raise InputError("made with another plan", path=str(file), expected="the same options, or an empty folder")
    tensors = load_file(file)
    network.load_state_dict({k[8:]: v for k, v in tensors.items() if k.startswith("network.")}, strict=False)
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            _, index, part = name.split(".")
            state.setdefault(int(index), {})[part] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return int(json.loads(meta["epochs"]))

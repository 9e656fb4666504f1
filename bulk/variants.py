"""Another message to the same person: another of their strengths leads, and other wordings are drawn (D-11)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from overture.generation.facts import MessageContext


def variant_of(context: MessageContext, *, number: int) -> MessageContext:
    """The same facts in another order and with another seed, under a fingerprint of its own; `number` is the row's.

    Two people of whom the same is known get two variants, and a row that is drafted again gets the same one.
    """
    signals = [fact for fact in context.personal if fact.id.startswith("C")]
    first = 1 + number % max(1, len(signals) - 1)
    others = tuple(fact for fact in context.personal if not fact.id.startswith("C"))
    return replace(
        context,
        personal=others + tuple(signals[first:] + signals[:first]),
        seed=_again(context.seed or context.fingerprint, number),
        fingerprint=_again(context.fingerprint, number),
    )


def _again(digest: str, number: int) -> str:
    return hashlib.sha256(f"{digest}\0{number}".encode()).hexdigest()

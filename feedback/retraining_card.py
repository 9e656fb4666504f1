"""The card of a challenger: where it comes from, how it did, and what that does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overture.classification.manifest import Manifest
    from overture.classification.report import Report

    from .comparison import Decision
    from .registry_versions import VersionRecord

_CARD = """# Model card: {label}

Made on {created} by `overture feedback retrain`. The encoder is that of the model that ships, byte for byte; its heads,
the linear model over n-grams, the blends and the thresholds were fitted anew. What the model is for and what it is not,
is on the card of the model that ships (`overture classify card`).

## What it learned from
The corpus (SHA-256 of its rows `{corpus}`) and {learned_from:,} corrected replies; {tested_on:,} more, of other
candidates, were kept for the test. {left_out:,} replies were left out, since their seats contradict each other or are
not believed; {seats_used} seats are used and {seats_left_out} are not. `lineage.json` names candidates, seats and
replies by digests, and events by their numbers; no text is kept.

## Compared with {parent} ({parent_label}): {outcome}
{reasons}

| | right | of |
|---|---|---|
| {parent} | {champion:.1%} | {n:,} |
| this version | {challenger:.1%} | {n:,} |

{gains} gained, {losses} lost; difference {low:+.2f} to {high:+.2f} points (95 % interval, {clusters} clusters redrawn),
McNemar's exact p = {p_value:.3g}. Opt-outs read as Accept: {opt_out_champion} before, {opt_out_challenger} now, of
{opt_outs}.

| slice | n | gained | lost | margin | p (Holm) | finding |
|---|---|---|---|---|---|---|
{slices}

## How it does on the corpus test split
{table}

## Limits
- People correct what they find wrong, so the corrections of the test are no random sample of replies.
- The corpus test split is the same for every version: the more are tried on it, the less a single p-value says.
- Made with {libraries}.
"""


def write_challenger_card(manifest: Manifest, record: VersionRecord, decision: Decision, report: Report) -> str:
    """The card in Markdown."""
    return _CARD.format(
        **record.model_dump(
            include={
                "label", "created", "corpus", "learned_from", "tested_on", "left_out", "seats_used", "seats_left_out",
                "parent", "parent_label", "outcome",
            }
        ),
        **decision.model_dump(include={"n", "champion", "challenger", "gains", "losses", "clusters", "p_value"}),
        low=100 * decision.low,
        high=100 * decision.high,
        reasons="\n".join(f"- {reason}" for reason in record.reasons),
        opt_outs=decision.opt_outs.n,
        opt_out_champion=decision.opt_outs.champion,
        opt_out_challenger=decision.opt_outs.challenger,
        slices="\n".join(
            f"| {part.name} | {part.n:,} | {part.gains} | {part.losses} | {part.margin:.0%} | {part.p_value:.2g} | "
            f"{part.finding} |"
            for part in decision.slices
        ),
        table=report.table(),
        libraries=", ".join(f"{name} {release}" for name, release in manifest.libraries.items()),
    )  # fmt: skip

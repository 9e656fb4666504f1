"""What a run has come to, as one value: printed by `overture draft-bulk`, and its last line with `--json`."""

from __future__ import annotations

from pydantic import Field

from overture.base import Value
from overture.generation.draft import Usage

BINS = 10


class SamenessSummary(Value):
    """How alike the drafts are: for each tenth of likeness to the nearest one before, how many (D-11)."""

    distribution: tuple[int, ...] = (0,) * BINS
    redrafted: int = 0
    """Drafts that were too alike and were written again, once, with another plan."""
    still_alike: int = 0
    """Those that were too alike all the same."""

    def __str__(self) -> str:
        """The tenths that hold any, and what was done."""
        held = [f"{n / BINS:.1f}: {count:,}" for n, count in enumerate(self.distribution) if count]
        return (
            f"{', '.join(held) or 'none compared'}; {self.redrafted:,} redrafted, {self.still_alike:,} still too alike"
        )


class BulkSummary(Value):
    """The whole run over all its starts, but for what says "this time"."""

    candidates: int
    """Rows of the input that were looked at."""
    drafted: int = 0
    refused: int = 0
    """Rows that could not be read, or about which nothing can be written: in the errors file."""
    missing: int = 0
    """Rows that are still to be drafted, as far as the input was looked at."""
    fallbacks: dict[str, int] = Field(default_factory=dict)
    """Drafts that the offline writer wrote in place of the model, by the reason (D-15)."""
    sameness: SamenessSummary = SamenessSummary()
    spent: Usage = Usage()
    cached_share: float | None = None
    """Of the input tokens, by the endpoint's own count."""
    cacheable_share: float | None = None
    """Of the characters sent this time: what is the same for every candidate of the job."""
    calls: int = 0
    """Answered calls, this time."""
    reused: int = 0
    """Answers taken from the run's store this time, in place of a call."""
    tried_again: int = 0
    unanswered: int = 0
    """Calls given up for their time, this time; whether they were paid is not known."""
    maybe_paid_twice: int | None = 0
    """Calls that a kill or Ctrl-C found under way: at most so many were paid twice; None where it is not counted."""
    concurrency: int = 0
    """How many calls could be under way in the end."""
    seconds: float = 0.0
    """This time."""
    stopped: str | None = None
    """Why the run ended early; the same command goes on with it."""

    def lines(self) -> tuple[str, ...]:
        """The summary for people, a fact a line."""
        spent = self.spent
        price = "" if spent.price is None or not spent.requests else f", {spent.price.normalize():f} US dollars"
        told = [
            f"{self.candidates:,} candidates: {self.drafted:,} drafted, {self.refused:,} refused"
            + (f", {self.missing:,} to go" if self.missing else "")
            + f", in {self.seconds:,.1f} s",
        ]
        if spent.requests or self.reused:
            twice = "" if self.maybe_paid_twice is None else f", at most {self.maybe_paid_twice:,} paid twice"
            told.append(
                f"{spent.requests:,} calls paid in all ({self.calls:,} this time, {self.reused:,} answers reused, "
                f"{self.tried_again:,} tries again, {self.unanswered:,} without an answer){twice}"
            )
            shares = [
                f"{share:.0%} {what}"
                for share, what in ((self.cached_share, "from the cache"), (self.cacheable_share, "cacheable"))
                if share is not None
            ]
            told.append(
                f"{spent.input_tokens:,} tokens in ({', '.join(shares) or 'none cached'}), "
                f"{spent.output_tokens:,} out{price}"
            )
        if self.fallbacks:
            reasons = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.fallbacks.items()))
            told.append(f"written offline in place of the model: {reasons}")
        told.append(f"likeness to the nearest: {self.sameness}")
        if self.stopped:
            told.append(f"stopped: {self.stopped}")
        return tuple(told)

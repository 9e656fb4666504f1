"""What a run has come to, counted as it goes."""

from __future__ import annotations

from dataclasses import dataclass, fields

from overture.generation.draft import Usage


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of this process; what the run has spent over all of them is in its store."""

    calls: int = 0
    """Calls that were answered, in words or with an error that was paid for."""
    reused: int = 0
    """Answers taken from the store in place of a call."""
    tried_again: int = 0
    unanswered: int = 0
    """Calls given up for their time: nobody knows whether they were paid."""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    shared_characters: int = 0
    characters: int = 0
    """Of the prompts that were sent: `shared_characters` of them are the same for every candidate."""

    @property
    def usage(self) -> Usage:
        """What the answered calls cost, without its price."""
        return Usage(
            requests=self.calls,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=self.cached_tokens,
        )

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def cacheable_share(self) -> float | None:
        """The share of prompt characters that a provider's cache can serve; None before the first call."""
        return self.shared_characters / self.characters if self.characters else None

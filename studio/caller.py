"""Who makes a request, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from .problems import ProblemError

Scope = Literal["read", "draft", "classify", "send", "feedback", "settings", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
USUAL_SCOPES: Final = frozenset[Scope](SCOPES) - {"admin"}


@dataclass(frozen=True, slots=True)
class Caller:
    """The seat that a request acts for; `by` says through which key or session, for the audit log."""

    seat: str
    contract: str
    scopes: frozenset[str]
    by: str

    def check(self, scope: Scope) -> None:
        """Whether it may.

        Raises:
            ProblemError: 403, it was not given the scope.
        """
        if scope not in self.scopes:
            raise ProblemError(403, "missing-scope", f"what you signed in with lacks the scope {scope!r}")

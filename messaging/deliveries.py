"""What `Outreach` needs of a classifier, and what it says of a try to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from overture.base import Value

from .decisions import Refused

if TYPE_CHECKING:
    from overture.classification import Verdict
    from overture.classification.mail import Mail


class Labels(Protocol):
    """What labels free text: a `ReplyClassifier`, or anything with its `classify`."""

    def classify(self, reply: str | Mail, outreach: str | None = None) -> Verdict:
        """One reply."""
        ...


class Delivery(Value):
    """What came of one try to send: `retried` comes up again later; `not_due` includes sent before, or elsewhere."""

    message: str
    outcome: Literal["sent", "cancelled", "failed", "retried", "not_due"]
    refusal: Refused | None = None

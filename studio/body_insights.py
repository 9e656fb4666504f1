"""The message report and sender health as the API gives them; a rate of nothing sent is none (I-1, H-1)."""

from __future__ import annotations

from datetime import date
from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from overture.classification.metrics import Rate
from overture.messaging.charts import WeekRate
from overture.messaging.decisions import HealthDecision
from overture.messaging.insights import Figures, Grouping, TimeToAnswer, View
from overture.messaging.records import HealthState


class RateBody(BaseModel):
    """A share with its n and its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, rate: Rate) -> Self | None:
        """A rate; none of nothing."""
        return cls(value=rate.value, low=rate.low, high=rate.high, n=rate.n) if rate.n else None


class FiguresBody(BaseModel):
    """One line of the report."""

    view: View
    grouping: Grouping
    group: str | None = Field(description="The seat, job, ...; none for messages that have none.")
    sent: int
    accepted: int
    declined: int
    pending: int
    cancelled: int
    failed: int
    response_rate: RateBody | None = Field(description="(accepted + declined) / sent (H-1); none where n is 0.")
    accept_rate: RateBody | None
    time_to_answer: TimeToAnswer | None

    @classmethod
    def of(cls, figures: Figures) -> Self:
        """A line of messaging's report."""
        counted = figures.model_dump(exclude={"response_rate", "accept_rate", "time_to_answer"})
        return cls(
            **counted,
            response_rate=RateBody.of(figures.response_rate),
            accept_rate=RateBody.of(figures.accept_rate),
            time_to_answer=figures.time_to_answer,
        )


class WeekBody(BaseModel):
    """The response rate of what was sent in a week (I-3)."""

    week: date = Field(description="Its Monday, in UTC.")
    assisted: bool
    rate: RateBody

    @classmethod
    def of(cls, week: WeekRate) -> Self:
        """A week of messaging's; it has no week in which nothing was sent."""
        rate = week.rate
        return cls(
            week=week.week,
            assisted=week.assisted,
            rate=RateBody(value=rate.value, low=rate.low, high=rate.high, n=rate.n),
        )


class InsightsBody(BaseModel):
    """The report of a period, per message and per candidate (I-1 to I-3)."""

    start: AwareDatetime
    end: AwareDatetime
    figures: list[FiguresBody]
    weeks: list[WeekBody]


class HealthBody(BaseModel):
    """How a sender stands (H-1 to H-4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "state": "restricted", "restricted_until": "2026-12-07T09:00:00Z", "sent": 120, "responses": 9,
                    "response_rate": {"value": 0.075, "low": 0.04, "high": 0.136, "n": 120}, "rule": "H-3",
                    "reason": "9 responses to 120 messages in 14 days: one-to-one only", "may_send_bulk": False,
                }
            ]
        }
    )  # fmt: skip

    state: HealthState
    restricted_until: AwareDatetime | None
    sent: int = Field(description="In the days that the policy looks back (H-2).")
    responses: int
    response_rate: RateBody | None
    rule: str | None
    reason: str
    may_send_bulk: bool = Field(description="H-3.")

    @classmethod
    def of(cls, decision: HealthDecision, rate: Rate) -> Self:
        """A decision of messaging."""
        return cls(
            state=decision.state,
            restricted_until=decision.restricted_until,
            sent=decision.sent,
            responses=decision.responses,
            response_rate=RateBody.of(rate),
            rule=decision.rule,
            reason=decision.reason,
            may_send_bulk=decision.state != "restricted",
        )


_RATE: Final = RateBody(value=0.25, low=0.071, high=0.591, n=8)
INSIGHTS_EXAMPLE: Final = InsightsBody.model_validate(
    {
        "start": "2026-11-01T00:00:00Z",
        "end": "2026-12-01T00:00:00Z",
        "figures": [
            {
                "view": "message", "grouping": "all", "group": "all", "sent": 8, "accepted": 1, "declined": 1,
                "pending": 6, "cancelled": 0, "failed": 0, "response_rate": _RATE, "accept_rate": _RATE,
                "time_to_answer": {"n": 2, "first_quartile": 5.0, "median": 8.0, "third_quartile": 11.0},
            }
        ],
        "weeks": [{"week": "2026-11-02", "assisted": True, "rate": _RATE}],
    }
).model_dump(mode="json")  # fmt: skip

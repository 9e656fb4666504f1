"""The numbers of `rules.md`, written down once more: what the simulated quarter is held against, not `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

FOLLOW_UP_DEFAULT: Final = timedelta(days=7)
FOLLOW_UP_LEAST: Final = timedelta(hours=72)
FOLLOW_UP_MOST: Final = timedelta(days=28)
BULK_FROM: Final = 2
REFUND_WITHIN: Final = timedelta(days=90)
CREDITS_LAST: Final = timedelta(days=90)
BONUS: Final = 100
GRANTS: Final[Mapping[str, int]] = MappingProxyType(
    {"recruiter": 150, "recruiter_professional_services": 100, "recruiter_lite": 30, "talent_finder": 25}
)
POOLED: Final = frozenset({"recruiter", "recruiter_professional_services"})
HEALTH_PERCENT: Final = 13
HEALTH_LEAST_SENT: Final = 100
HEALTH_WINDOW: Final = timedelta(days=14)
RESTRICTION: Final = timedelta(days=14)
POLICY: Final[Mapping[str, object]] = MappingProxyType(
    {
        "follow_up_default_days": 7, "follow_up_min_hours": 72, "follow_up_max_days": 28, "bulk_from": 2,
        "refund_days": 90, "credit_days": 90, "bonus_grant": 100, "grants": dict(GRANTS), "pooled_plans": POOLED,
        "follow_up_plans": POOLED, "health_percent": 13, "health_min_sent": 100, "health_window_days": 14,
        "restriction_days": 14, "balance_cap_grants": None, "grace_days": 0,
    }
)  # fmt: skip
"""Field of `Policy.default()` to its number by the rules (H-5)."""

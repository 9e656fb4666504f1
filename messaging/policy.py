"""Every number of the rules S, CR, H and C-7 to C-10 as one frozen value; other policies are other values (H-5)."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from overture.base import Value
from overture.errors import ConfigurationError


class Plan(StrEnum):
    """What a seat has bought."""

    RECRUITER = "recruiter"
    PROFESSIONAL_SERVICES = "recruiter_professional_services"
    LITE = "recruiter_lite"
    TALENT_FINDER = "talent_finder"


_GRANTS = {Plan.RECRUITER: 150, Plan.PROFESSIONAL_SERVICES: 100, Plan.LITE: 30, Plan.TALENT_FINDER: 25}
_LARGE = (Plan.RECRUITER, Plan.PROFESSIONAL_SERVICES)


class Policy(Value):
    """The rules' numbers; `Policy.default()` follows `shared/rules.md`."""

    name: str = "default"
    follow_up_default_days: int = Field(
        default=7, ge=1, description="S-3: days from the initial's sending to its follow-up."
    )
    follow_up_min_hours: int = Field(
        default=72, ge=1, description="S-3: least hours from the initial's actual sending."
    )
    follow_up_max_days: int = Field(default=28, ge=1, description="S-3: most days from the initial's actual sending.")
    follow_up_plans: tuple[Plan, ...] = Field(default=_LARGE, description="S-11: plans that may send follow-ups.")
    bulk_from: int = Field(default=2, ge=2, description="S-5: recipients that make a message bulk.")
    daily_limit: int = Field(
        default=200, ge=1, description="S-7: messages a seat sends on a UTC day, if it has no own limit."
    )
    claim_seconds: int = Field(
        default=120, ge=1, description="S-10: how long a worker may take to send what it claimed."
    )
    retry_hours: int = Field(
        default=24, ge=0, description="CR-4: hours of failed attempts after which a message has failed."
    )
    refund_days: int = Field(
        default=90, ge=0, description="CR-2: days after sending in which an answer gives the credit back."
    )
    grants: dict[Plan, int] = Field(default=_GRANTS, description="CR-5: credits that a seat of each plan gets a month.")
    bonus_grant: int = Field(default=100, ge=1, description="CR-5: size of a one-off bonus grant.")
    credit_days: int | None = Field(
        default=90, ge=1, description="CR-5: days that a lot lasts; none: until it is used."
    )
    balance_cap_grants: int | None = Field(
        default=None, ge=1, description="CR-5: most monthly grants in a balance; none: any."
    )
    pooled_plans: tuple[Plan, ...] = Field(default=_LARGE, description="CR-5: plans whose credits are the contract's.")
    health_percent: int = Field(
        default=13, ge=0, le=100, description="H-2: response rate below which a sender is noticed."
    )
    health_min_sent: int = Field(
        default=100, ge=1, description="H-2: messages sent in the window before the rate counts."
    )
    health_window_days: int = Field(default=14, ge=1, description="H-2: days that the rate looks back.")
    grace_days: int = Field(default=0, ge=0, description="H-3: days between the notice and a restriction.")
    restriction_days: int = Field(default=14, ge=1, description="H-3, H-4: days of one-to-one messages only.")
    notices: Literal["each_episode", "one_ever"] = Field(
        default="each_episode",
        description="H-2: whether a sender who had recovered is noticed again before a restriction.",
    )

    @model_validator(mode="after")
    def _follow_up_window_holds_its_default(self) -> Self:
        if not self.follow_up_min_hours <= self.follow_up_default_days * 24 <= self.follow_up_max_days * 24:
            raise ValueError("S-3: follow_up_default_days must lie between follow_up_min_hours and follow_up_max_days")
        return self

    @classmethod
    def default(cls) -> Policy:
        """The numbers of `shared/rules.md`."""
        return cls.named("default")

    @classmethod
    def named(cls, name: str) -> Policy:
        """A preset by name (H-5).

        Raises:
            ConfigurationError: no preset has this name.
        """
        presets = _presets()
        if name not in presets:
            raise ConfigurationError(f"no policy {name!r}; there are {', '.join(sorted(presets))}")
        return cls(name=name, **presets[name])

    def has_follow_ups(self, plan: Plan) -> bool:
        """S-11."""
        return plan in self.follow_up_plans

    def is_pooled(self, plan: Plan) -> bool:
        """CR-5: whether the credits of this plan's seats belong to the contract."""
        return plan in self.pooled_plans


def policy_names() -> list[str]:
    """The names of the presets."""
    return sorted(_presets())


def policy_table() -> str:
    """Every number, with its rule, under each preset, as a table for people."""
    presets = [Policy.named(name) for name in ("default", *(name for name in policy_names() if name != "default"))]
    rows = [["rule", "", *(preset.name for preset in presets)]]
    for name, field in Policy.model_fields.items():
        if field.description:
            rule, _, text = field.description.partition(": ")
            rows.append([rule, text.rstrip("."), *(_shown(getattr(preset, name)) for preset in presets)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _shown(value: int | str | dict[Plan, int] | tuple[Plan, ...] | None) -> str:
    if isinstance(value, dict):
        return "/".join(str(count) for count in value.values())
    if isinstance(value, tuple):
        return str(len(value))
    return "none" if value is None else str(value)


@cache
def _presets() -> dict[str, dict[str, Any]]:
    file = resources.files("overture.messaging") / "data" / "policies.json"
    presets: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return presets

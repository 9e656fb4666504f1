"""Settings, keys, notices and the audit log as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from overture.generation.auto_draft import AutoDraftDecision
from overture.messaging import Plan

from .body_texts import Line, Name, RequestBody
from .caller import Scope
from .keys import ApiKey
from .seats import SeatSettings


class SettingsBody(BaseModel):
    """How a seat is set up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seat": "ann", "contract": "norrsken", "plan": "recruiter", "zone": "Europe/Stockholm",
                    "contract_zone": None, "policy": "default", "daily_limit": 500, "monthly_limit": None,
                    "flagged": None,
                    "auto_draft": {
                        "on": False, "decided_by": "default", "rule": "D-9",
                        "reason": "neither the contract nor the seat has decided; without a decision auto-draft is off",
                    },
                }
            ]
        }
    )  # fmt: skip

    seat: str
    contract: str
    plan: Plan
    zone: str | None = Field(description="IANA zone of the sender (S-2).")
    contract_zone: str | None
    policy: str
    daily_limit: int = Field(description="Messages a UTC day: the seat's own, or the policy's (S-7).")
    monthly_limit: int | None = Field(description="Credits a month (CR-6); none: no limit.")
    flagged: str | None = Field(description="Why the sender may not send (S-8); none: they may.")
    auto_draft: AutoDraftDecision

    @classmethod
    def of(cls, found: SeatSettings) -> Self:
        """The settings of a seat."""
        return cls(
            seat=found.seat.id,
            contract=found.contract.id,
            plan=found.seat.plan,
            zone=found.seat.zone,
            contract_zone=found.contract.zone,
            policy=found.contract.policy,
            daily_limit=found.daily_limit,
            monthly_limit=found.seat.monthly_limit,
            flagged=found.seat.flagged,
            auto_draft=found.auto_draft,
        )


class OwnChangesBody(RequestBody):
    """What a seat may change of itself; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"zone": "Europe/Stockholm", "auto_draft": True}]})

    zone: Line | None = Field(default=None, description="IANA zone; null: the contract's (S-2).")
    auto_draft: bool | None = Field(default=None, description="null: as the contract has it (D-9).")


class SeatChangesBody(RequestBody):
    """What an admin may change of a seat; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"daily_limit": 100, "flagged": None}]})

    plan: Plan | None = Field(default=None, description="CR-5, S-11; null changes nothing.")
    daily_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="null: the policy's (S-7)."
    )
    monthly_limit: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="null: none (CR-6)."
    )
    flagged: Line | None = Field(default=None, description="Why they may not send; null: they may (S-8).")


class ContractBody(BaseModel):
    """How a contract is set up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"contract": "norrsken", "zone": "Europe/Stockholm", "policy": "default", "auto_draft": None}]
        }
    )

    contract: str
    zone: str | None
    policy: str
    auto_draft: bool | None = Field(description="For seats that have not decided themselves (D-9); none: no word.")


class ContractChangesBody(RequestBody):
    """What an admin may change of the contract; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"zone": "Europe/Stockholm", "auto_draft": True}]})

    zone: Line | None = Field(default=None, description="null: UTC (S-2).")
    policy: Name | None = Field(default=None, description="Name of a policy (H-5); null changes nothing.")
    auto_draft: bool | None = Field(default=None, description="null: no word (D-9).")


class NewKeyBody(RequestBody):
    """A key of the seat; none has a scope that the one which makes it lacks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "mail gateway", "scopes": ["read", "send"]}]})

    label: Line = ""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]


class KeyBody(BaseModel):
    """What is kept of a key."""

    id: str
    label: str
    scopes: list[Scope]
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """A key."""
        return cls(**key.model_dump(exclude={"seat", "contract"}))


class NewKeyAnswer(KeyBody):
    """A new key, and the only sight of its text."""

    text: str = Field(description="Shown once: put it away now.")


class NoticeBody(BaseModel):
    """One thing that the seat was told (C-8, CR-4, H-2)."""

    id: int
    at: AwareDatetime
    kind: str
    rule: str
    thread: str | None
    message: str | None
    text: str


class AuditBody(BaseModel):
    """One write, or one that was not let through."""

    id: int
    at: AwareDatetime
    by: str
    action: str
    subject: str | None
    status: int
    request: str


_KEY: Final[dict[str, Any]] = {
    "id": "1f2e3d4c5b6a", "label": "mail gateway", "scopes": ["read", "send"],
    "created_at": "2026-11-23T09:00:00Z", "revoked_at": None,
}  # fmt: skip
KEY_EXAMPLE: Final = KeyBody.model_validate(_KEY).model_dump(mode="json")
NEW_KEY_EXAMPLE: Final = {**KEY_EXAMPLE, "text": "ovt_1f2e3d4c5b6a_..."}
NOTICE_EXAMPLE: Final = NoticeBody.model_validate(
    {
        "id": 7, "at": "2026-11-24T12:00:00Z", "kind": "interested", "rule": "C-8", "thread": "0f9b1c",
        "message": None, "text": "the candidate is interested: follow up soon",
    }
).model_dump(mode="json")  # fmt: skip
AUDIT_EXAMPLE: Final = AuditBody.model_validate(
    {
        "id": 12, "at": "2026-11-23T09:00:00Z", "by": "key:1f2e3d4c5b6a", "action": "DELETE /v1/messages/{message}",
        "subject": "0f9b1c-1", "status": 200, "request": "5d0f5b9a1c2e3f40",
    }
).model_dump(mode="json")  # fmt: skip

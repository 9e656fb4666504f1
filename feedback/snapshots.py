"""What feedback is about, as it was: a draft with the facts it rests on, a reply with the label it got (D-14)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, field_serializer

from overture.base import Value
from overture.classification.labels import Intent, Label
from overture.generation import Draft
from overture.generation.assembly import CUSTOM_SLOT
from overture.generation.draft import PromptRecord
from overture.generation.facts import MessageContext, OpportunitySource
from overture.generation.personalization import Personalization

_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_AsItStands = Annotated[str, StringConstraints(strip_whitespace=False)]


class FactSnapshot(Value):
    """One fact that a message could rest on."""

    id: str
    kind: str
    element: str
    text: str = Field(repr=False)
    names: tuple[str, ...] = Field(default=(), repr=False)


class FrozenContext(Value):
    """The facts of a draft, shared ones first, with the choice that was made: enough to write and check it again."""

    facts: tuple[FactSnapshot, ...]
    opportunity_source: OpportunitySource
    personalization: Personalization
    fingerprint: str

    @classmethod
    def of(cls, context: MessageContext) -> FrozenContext:
        """The facts of a context, and the choice they were made by."""
        return cls(
            facts=tuple(
                FactSnapshot(id=f.id, kind=f.kind, element=f.element, text=f.text, names=f.names) for f in context.facts
            ),
            opportunity_source=context.opportunity_source,
            personalization=context.personalization,
            fingerprint=context.fingerprint,
        )

    @field_serializer("personalization", when_used="json")
    def _in_order(self, choice: Personalization) -> dict[str, Any]:
        # a set has another order in every process, and what is the same must be the same bytes
        return choice.model_dump(mode="json") | {"off": sorted(choice.off)}


class DraftSnapshot(Value):
    """A draft as it was voted on; `candidate` is the caller's id of the candidate, by which sets are split (F-2).

    `private_names` are the names and contacts that stand in the text, for taking them out of evaluation sets.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    id: _Id
    candidate: _Id
    seat: _Id
    contract: _Id
    made_at: AwareDatetime
    subject: str = Field(repr=False)
    body: _AsItStands = Field(repr=False)
    context: FrozenContext = Field(repr=False)
    writer: str
    prompt: PromptRecord
    language: str
    private_names: tuple[str, ...] = Field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        draft: Draft,
        *,
        id: str,  # noqa: A002 - the field's name
        candidate: str,
        seat: str,
        contract: str,
        made_at: datetime,
    ) -> DraftSnapshot:
        """The snapshot of a draft that was made in this process; its custom content is left out (D-7)."""
        context = draft.context
        custom = draft.assembled.custom if draft.assembled else None
        body = draft.body if custom is None else draft.body[: custom[0]] + CUSTOM_SLOT + draft.body[custom[1] :]
        return cls(
            id=id,
            candidate=candidate,
            seat=seat,
            contract=contract,
            made_at=made_at,
            subject=draft.subject,
            body=body,
            context=FrozenContext.of(context),
            writer=draft.writer,
            prompt=draft.prompt,
            language=draft.personalization.language,
            private_names=tuple(
                dict.fromkeys(filter(None, (*context.private_names, context.salutation, context.recruiter_name)))
            ),
        )


class ReplySnapshot(Value):
    """A reply as it was labelled; `text` is the candidate's own words, cleaned (C-6)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id: _Id
    candidate: _Id
    seat: _Id
    contract: _Id
    received_at: AwareDatetime
    text: _AsItStands = Field(repr=False)
    outreach: _AsItStands | None = Field(default=None, repr=False)
    language: str
    label: Label
    intent: Intent | None = None
    confidence: float = Field(ge=0, le=1)
    model: str
    """Which model labelled it: its fingerprint."""
    private_names: tuple[str, ...] = Field(default=(), repr=False)

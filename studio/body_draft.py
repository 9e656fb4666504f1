"""Drafts as the API takes and gives them; the keys are those of `overture draft --json`, with an id and what became
of the draft beside them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_serializer, model_validator

from overture.generation import Draft, Personalization
from overture.generation.draft import (
    Fallback,
    Finding,
    Judgement,
    OpportunityRecord,
    PromptRecord,
    Repair,
    Sentence,
    Usage,
)
from overture.jobs import Company, Project, Team
from overture.people import Recruiter

from .body_texts import Name, keepable
from .documents import CandidateDocument, JobDocument
from .shelf import KeptDraft, ListedDraft

Words = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(keepable)]
"""A text of a person, kept as it stands."""

CANDIDATE_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Marta Kowalska",
    "positions": [
        {
            "title": "Staff Backend Engineer",
            "company": "Zaplata",
            "start": "2021-03",
            "highlights": ["Took the authorisation p99 from 480 ms to 90 ms"],
        }
    ],
    "skills": [{"name": "Go"}, {"name": "PostgreSQL"}],
}
JOB_EXAMPLE: Final[dict[str, Any]] = {
    "title": "Principal Engineer, Ledger",
    "company": "Norrsken",
    "skills": ["Go", "PostgreSQL"],
    "workplace_type": "remote",
}
_REQUEST_EXAMPLE: Final[dict[str, Any]] = {
    "candidate": CANDIDATE_EXAMPLE,
    "job": JOB_EXAMPLE,
    "recruiter": {"name": "Elin Berg", "title": "Talent Partner"},
    "personalization": {"off": ["salary"], "tone": "friendly", "length": "short", "language": "en"},
    "keep": True,
}
_SENTENCE_EXAMPLE: Final[dict[str, Any]] = {
    "text": "You took the authorisation p99 from 480 ms to 90 ms at Zaplata.",
    "start": 10,
    "end": 73,
    "facts": [
        {
            "id": "C1",
            "kind": "achievement",
            "element": "achievements",
            "text": "At Zaplata: Took the authorisation p99 from 480 ms to 90 ms",
            "sources": ["candidate.positions[0].highlights[0]"],
            "names": ["Zaplata"],
            "attributes": {"company": "Zaplata"},
        }
    ],
    "claims": [],
}
DRAFT_EXAMPLE: Final[dict[str, Any]] = {
    "id": "6f1c0de3a1b94c6e9a53a1f0a7d5c9be",
    "candidate": "c-1042",
    "job": "j-7",
    "subject": "Principal Engineer, Ledger at Norrsken",
    "body": "Hi Marta,\n\nYou took the authorisation p99 from 480 ms to 90 ms at Zaplata.\n\nElin Berg",
    "sentences": [_SENTENCE_EXAMPLE],
    "opportunity": {"source": "job", "fields": {"title": "job.title"}},
    "findings": [],
    "writer": "offline",
    "prompt": {"name": "draft", "version": 1, "fingerprint": "5b0c..."},
    "usage": {
        "requests": 0, "input_tokens": 0, "output_tokens": 0, "cached_tokens": 0, "known_price": "0",
        "priced_requests": 0, "price": "0",
    },
    "personalization": {"off": ["salary"], "tone": "friendly", "length": "short", "language": "en"},
    "context_hash": "9d7e...",
    "seconds": 0.004,
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:00Z",
}  # fmt: skip

LINE_EXAMPLE: Final[dict[str, Any]] = {
    **{name: DRAFT_EXAMPLE[name] for name in ("id", "candidate", "job", "subject", "created_at", "updated_at")},
    "edited": False,
    "message": None,
}


class Choice(BaseModel):
    """How a draft is to sound, and the text that goes into it."""

    model_config = ConfigDict(extra="forbid")

    personalization: Personalization | None = Field(
        default=None, description="What is on, tone, length and language; none: everything is on (D-6)."
    )
    preset: Name | None = Field(default=None, description="Name of a preset of the seat, in its place (D-6).")
    content: Name | None = Field(default=None, description="Id of custom content of the seat (D-7).")
    custom_content: Words | None = Field(
        default=None, description="A text put in byte for byte, in place of `content`; no model sees it (D-7)."
    )

    @model_validator(mode="after")
    def _is_one_choice(self) -> Choice:
        if self.personalization is not None and self.preset is not None:
            raise ValueError("D-6: give `personalization` or `preset`, not both")
        if self.content is not None and self.custom_content is not None:
            raise ValueError("D-7: give `content` or `custom_content`, not both")
        return self


class Offer(Choice):
    """What is offered and by whom: what all drafts of a bulk job share."""

    job: Name | JobDocument | None = Field(
        default=None, description="Id of a kept opportunity, or a job. With an id, what else is given goes before it."
    )
    project: Project | None = Field(default=None, description="Fills what the post leaves open (D-2).")
    company: Company | None = None
    team: Team | None = None
    recruiter: Recruiter | None = None


class ContextRequest(Offer):
    """Whom and what a message would be about."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{name: part for name, part in _REQUEST_EXAMPLE.items() if name != "keep"}]},
    )

    candidate: Name | CandidateDocument = Field(description="Id of a kept candidate, or a profile.")


class DraftRequest(ContextRequest):
    """What to draft, from ids of what the seat keeps or from what the request holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_REQUEST_EXAMPLE]})

    keep: bool = Field(default=True, description="Whether the draft, and a candidate given inline, are kept.")
    claims: bool = Field(default=False, description="Whether each sentence lists its claims; it takes time (D-10).")


class RedraftRequest(Choice):
    """What is to change; custom content stays unless it is named, and `null` takes it out (D-6, D-7)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"personalization": {"off": ["salary"], "length": "short"}}]}
    )

    claims: bool = False

    @model_validator(mode="after")
    def _changes_something(self) -> RedraftRequest:
        if self.personalization is None and self.preset is None:
            raise ValueError("D-6: give `personalization` or `preset`")
        return self


class FollowUpRequest(BaseModel):
    """A text for the second message; that of the first is not said again (D-7)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    content: Name | None = Field(default=None, description="Id of custom content of the seat (D-7).")
    claims: bool = False


class DraftEdit(BaseModel):
    """A person's words in place of the draft's; what is not named stays, and `null` brings the draft's own back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"subject": "A ledger that nine teams rely on"}]}
    )

    subject: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(keepable)] | None = Field(
        default=None, description="At most 200 characters (D-11)."
    )
    body: Annotated[str, Field(min_length=1, max_length=1_900), AfterValidator(keepable)] | None = Field(
        default=None, description="At most 1,900 characters (D-11)."
    )


class DraftBody(BaseModel):
    """A draft with its audit record (D-14)."""

    model_config = ConfigDict(json_schema_extra={"examples": [DRAFT_EXAMPLE]})

    id: str | None = Field(description="None where it was not kept.")
    candidate: str = Field(description="Id of the candidate; one made from the profile where it had none.")
    job: str | None = None
    subject: str
    body: str
    sentences: tuple[Sentence, ...] = Field(description="Each with the facts it rests on (D-10).")
    opportunity: OpportunityRecord
    findings: tuple[Finding, ...]
    writer: str = Field(description="`offline`, or the model that wrote (D-15).")
    prompt: PromptRecord
    usage: Usage
    fallback: Fallback | None = None
    repairs: tuple[Repair, ...] = ()
    personalization: Personalization
    context_hash: str
    options: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    custom_content_at: tuple[int, int] | None = None
    judgement: Judgement | None = None
    edited_subject: str | None = Field(default=None, description="A person's, which is what is sent.")
    edited_body: str | None = Field(default=None, description="A person's, which is what is sent.")
    message: str | None = Field(default=None, description="Id of the message that it was sent as.")
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None

    @field_serializer("personalization", when_used="json")
    def _in_order(self, choice: Personalization) -> dict[str, Any]:
        return choice.model_dump(mode="json") | {"off": sorted(choice.off)}  # a set has another order in each process


class DraftLine(BaseModel):
    """A draft in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINE_EXAMPLE]})

    id: str
    candidate: str
    job: str | None
    subject: str = Field(description="As a person left it.")
    edited: bool
    message: str | None = Field(description="Id of the message that it was sent as.")
    created_at: AwareDatetime
    updated_at: AwareDatetime


_OF_DRAFT: Final = tuple(name for name in DraftBody.model_fields if name in Draft.model_fields and name != "sentences")
_OF_KEPT: Final = ("id", "candidate", "job", "edited_subject", "edited_body", "message", "created_at", "updated_at")


def body_of(draft: Draft, *, candidate: str, job: str | None, claims: bool = False) -> DraftBody:
    """A draft that is not kept, as it is given out."""
    return _body(draft, {"id": None, "candidate": candidate, "job": job}, claims=claims)


def body_of_kept(kept: KeptDraft, draft: Draft | None = None, *, claims: bool = False) -> DraftBody:
    """A kept draft as it is given out; `draft` where it is at hand, so that it need not be read again."""
    about = {name: getattr(kept, name) for name in _OF_KEPT}
    if draft is None and claims:
        draft = kept.draft
    if draft is not None:
        return _body(draft, about, claims=claims)
    return DraftBody.model_validate({**kept.kept["draft"], "sentences": kept.kept["sentences"], **about})


def line_of(kept: ListedDraft) -> DraftLine:
    """A kept draft in a list."""
    return DraftLine(
        id=kept.id,
        candidate=kept.candidate,
        job=kept.job,
        subject=kept.edited_subject or kept.subject,
        edited=kept.edited_subject is not None or kept.edited_body is not None,
        message=kept.message,
        created_at=kept.created_at,
        updated_at=kept.updated_at,
    )


def _body(draft: Draft, about: dict[str, Any], *, claims: bool) -> DraftBody:
    # every part was made and checked by the drafter: validating it again would only take time
    fields: dict[str, Any] = {name: getattr(draft, name) for name in _OF_DRAFT}
    return DraftBody.model_construct(**fields, sentences=draft.evidence() if claims else draft.sentences, **about)

"""From a request's ids and documents to what a draft is made from (D-1, D-2, D-6, D-7)."""

from __future__ import annotations

from typing import Any, NamedTuple

from overture.generation import DraftInput, Personalization
from overture.people import Candidate

from . import shelf
from .body_draft import Choice, ContextRequest, Offer
from .documents import check_key, key_of, read_opening, read_profile
from .problems import or_not_found
from .services import Services
from .shelf import KeptCandidate, KeptJob, Opportunity


class Requested(NamedTuple):
    """What a draft is made from, and by which ids it is known."""

    inputs: DraftInput
    candidate: str
    job: str | None
    new: Candidate | None
    """The candidate where the request held one."""


def arguments_of(inputs: DraftInput) -> dict[str, Any]:
    """The arguments of `Drafter.draft`."""
    return {name: getattr(inputs, name) for name in DraftInput.model_fields}


def inputs_of(
    candidate: Candidate, offer: Opportunity, *, personalization: Personalization | None, custom_content: str | None
) -> DraftInput:
    """What a draft is made from; its parts were read before, and are not checked again."""
    parts: dict[str, Any] = {name: getattr(offer, name) for name in Opportunity.model_fields}
    return DraftInput.model_construct(
        candidate=candidate, personalization=personalization, custom_content=custom_content, **parts
    )


def is_inline(asked: ContextRequest) -> bool:
    """Whether a request holds all that is needed, so that no table has to be read."""
    named = (asked.candidate, asked.job, asked.preset, asked.content)
    return not any(isinstance(each, str) for each in named)


def read_request(services: Services, seat: str, asked: ContextRequest) -> Requested:
    """What a request asks for; what it names belongs to the seat that asks.

    Raises:
        ProblemError: 404, the seat has nothing of an id.
        InputError: a document cannot be used.
    """
    shared, job = read_offer(services, seat, asked)
    if isinstance(asked.candidate, str):
        profile, key = candidate_of(services, seat, asked.candidate).profile, asked.candidate
    else:
        profile = read_profile(asked.candidate)
        key = key_of(profile)
    inputs = shared.model_copy(update={"candidate": profile})
    return Requested(inputs, key, job, None if isinstance(asked.candidate, str) else profile)


def read_offer(services: Services, seat: str, asked: Offer) -> tuple[DraftInput, str | None]:
    """What goes with every candidate, whose place is empty, and the id of the job.

    Raises:
        ProblemError: 404, the seat has nothing of an id.
        InputError: the job cannot be used.
    """
    kept, key = Opportunity(), None
    if isinstance(asked.job, str):
        kept, key = opportunity_of(services, seat, asked.job).opportunity, asked.job
    elif asked.job is not None:
        kept = Opportunity(job=read_opening(asked.job))
    given = {name: part for name in _GIVEN if (part := getattr(asked, name))}
    offer = kept.model_copy(update=given)
    inputs = inputs_of(
        _NOBODY, offer, personalization=choice_of(services, seat, asked),
        custom_content=content_of(services, seat, asked.content) if asked.content else asked.custom_content,
    )  # fmt: skip
    return inputs, key or _own_key(offer)


_NOBODY = Candidate()
_GIVEN = ("project", "company", "team", "recruiter")


def _own_key(offer: Opportunity) -> str | None:
    """The id that a job has of its own, else its project's."""
    for field, part in (("job.id", offer.job), ("project.id", offer.project)):
        if part is not None and part.id:
            return check_key(part.id, field=field)
    return None


def choice_of(services: Services, seat: str, asked: Choice) -> Personalization | None:
    """The personalization of a request, or of the preset it names (D-6).

    Raises:
        ProblemError: 404, the seat has no such preset.
    """
    if asked.preset is None:
        return asked.personalization
    with or_not_found("preset"):
        return services.seats.preset(seat, asked.preset).personalization


def content_of(services: Services, seat: str, key: str) -> str:
    """The text of custom content (D-7).

    Raises:
        ProblemError: 404, the seat has none of this id.
    """
    with or_not_found("custom content"):
        return services.seats.content(seat, key).text


def candidate_of(services: Services, seat: str, key: str) -> KeptCandidate:
    """A candidate of the seat.

    Raises:
        ProblemError: 404, the seat has none of this id.
    """
    with or_not_found("candidate"), services.store.read() as connection:
        return shelf.get(connection, KeptCandidate, seat, key)


def opportunity_of(services: Services, seat: str, key: str) -> KeptJob:
    """An opportunity of the seat.

    Raises:
        ProblemError: 404, the seat has none of this id.
    """
    with or_not_found("job"), services.store.read() as connection:
        return shelf.get(connection, KeptJob, seat, key)

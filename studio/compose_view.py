"""Everything the Compose page shows, gathered for one seat: its shelf, the panel, the draft and how it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar, get_args

from sqlalchemy import Connection

from overture.base import Value
from overture.errors import InputError, OvertureError
from overture.feedback.events import REASONS, Reason, Thumb
from overture.feedback.feedback_tables import events, judged_drafts
from overture.feedback.last_words import last_words
from overture.generation import Personalization
from overture.generation.auto_draft import AutoDraftDecision
from overture.generation.choices import Language, Length, Tone
from overture.generation.custom_content import CustomContent
from overture.generation.element_states import ElementState
from overture.generation.elements import ELEMENTS, ElementGroup
from overture.generation.presets import Preset
from overture.messaging import Message
from overture.people import Recruiter

from . import shelf
from .caller import Caller
from .compose_drafts import Carried, carried_to, message_sent
from .compose_form import Choice, Delivery, Edit, Place
from .compose_templates import Clocks, Templates, clocks_of, templates_of
from .compose_text import Reading, read_kept
from .drafting import find_draft, inputs_for, is_over
from .problems import not_found
from .services import Services
from .shelf import KeptCandidate, KeptDraft, KeptJob, ListedCandidate, ListedJob

V = TypeVar("V", bound=Value)
LISTED: Final = 200
"""Candidates and jobs in a list, the newest; what was chosen is always in it."""
_GROUPS: Final[tuple[ElementGroup, ...]] = get_args(ElementGroup)


class Shelf(Value):
    """What a seat may choose from, and what is chosen; `signer` is who signed last, to begin the next job with."""

    candidates: tuple[ListedCandidate, ...]
    jobs: tuple[ListedJob, ...]
    candidate: KeptCandidate | None = None
    job: KeptJob | None = None
    signer: Recruiter | None = None


class Panel(Value):
    """The Personalization panel; `problem` says why the elements have nothing to go by."""

    groups: tuple[tuple[ElementGroup, tuple[ElementState, ...]], ...]
    is_known: bool
    problem: str | None
    personalization: Personalization
    presets: tuple[Preset, ...]
    preset: str | None
    contents: tuple[CustomContent, ...]
    content: str | None
    tones: tuple[Tone, ...] = get_args(Tone)
    lengths: tuple[Length, ...] = get_args(Length)
    languages: tuple[Language, ...] = get_args(Language)


class Said(Value):
    """The seat's last word on a draft (D-8)."""

    vote: Thumb | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str | None = None


class Letter(Value):
    """A draft on the page: as it stands, what of its edits was kept or lost, what was thought of it, its follow-up."""

    kept: KeptDraft
    reading: Reading
    carried: Carried | None
    said: Said
    second: KeptDraft | None
    second_reading: Reading | None
    warnings: tuple[str, ...]
    reasons: tuple[Reason, ...] = REASONS


class Sending(Value):
    """What the send form needs: credits, zones, limits; and the message that the draft became, if it did."""

    delivery: Delivery
    is_usual: bool
    """Whether the form says just what it says before anybody touches it."""
    balance: int
    clocks: Clocks
    templates: Templates
    message: Message | None = None

    @property
    def is_done(self) -> bool:
        """Whether the draft was sent or waits to be: not again then."""
        return self.message is not None and not is_over(self.message)

    @property
    def cost(self) -> int:
        """Credits (CR-1)."""
        return 1 + self.delivery.with_second


class Workspace(Value):
    """The whole page."""

    place: Place
    shelf: Shelf
    panel: Panel
    auto: AutoDraftDecision
    letter: Letter | None = None
    sending: Sending | None = None
    edit: Edit | None = None
    """What was typed into the letter and could not be kept."""

    @property
    def drafts_at_once(self) -> bool:
        """Whether a draft is made as soon as both are chosen (D-9)."""
        return self.auto.on and self.letter is None and bool(self.place.candidate and self.place.job)


def workspace_of(
    services: Services,
    caller: Caller,
    place: Place,
    *,
    choice: Choice | None = None,
    edit: Edit | None = None,
    delivery: Delivery | None = None,
) -> Workspace:
    """The page at a place; `choice`, `edit` and `delivery` are what the form says, where it was sent just now.

    Raises:
        ProblemError: 404, the seat has no such candidate, job, draft or preset.
    """
    letter = _letter_of(services, caller.seat, place) if place.draft else None
    if letter is not None:
        place = place.model_copy(update={"candidate": letter.kept.candidate, "job": letter.kept.job})
    mine = _shelf_of(services, caller.seat, place)
    choice = choice or _choice_of(services, caller.seat, place, letter)
    return Workspace(
        place=place,
        shelf=mine,
        panel=_panel_of(services, caller.seat, place, choice),
        auto=services.seats.auto_draft(caller.seat, contract=caller.contract),
        letter=letter,
        sending=_sending_of(services, caller, letter, mine.candidate, delivery) if letter else None,
        edit=edit,
    )


def _shelf_of(services: Services, seat: str, place: Place) -> Shelf:
    sought, offered = place.find_candidate or "", place.find_job or ""
    with services.store.read() as connection:
        people = shelf.page(connection, ListedCandidate, seat, limit=LISTED, search=sought)
        jobs = shelf.page(connection, ListedJob, seat, limit=LISTED, search=offered)
        who = _chosen(connection, KeptCandidate, seat, place.candidate, place)
        what = _chosen(connection, KeptJob, seat, place.job, place)
        newest = [what] if what else shelf.page(connection, KeptJob, seat, limit=1)
    if who is not None and who.id not in {each.id for each in people}:
        people.append(who)
    if what is not None and what.id not in {each.id for each in jobs}:
        jobs.append(what)
    signer = newest[0].opportunity.recruiter if newest else None
    return Shelf(candidates=tuple(people), jobs=tuple(jobs), candidate=who, job=what, signer=signer)


def _chosen(connection: Connection, kind: type[V], seat: str, key: str | None, place: Place) -> V | None:
    """What was chosen; a draft outlives what it was made from."""
    try:
        return shelf.get(connection, kind, seat, key) if key else None
    except InputError:
        if place.draft is None:
            raise not_found("candidate or job") from None
        return None


def _choice_of(services: Services, seat: str, place: Place, letter: Letter | None) -> Choice:
    """The panel as the draft was made with it; else a preset, the seat's own default first (D-6)."""
    if letter is not None and place.preset is None:
        draft = letter.kept.draft
        text = draft.inputs.custom_content if draft.inputs else None
        same = next((each.id for each in services.seats.contents(seat) if each.text == text), None)
        return Choice(personalization=draft.personalization, content=same)
    try:
        preset = services.seats.preset(seat, place.preset) if place.preset else services.seats.default_preset(seat)
    except InputError:
        raise not_found("preset") from None
    return Choice(personalization=preset.personalization if preset else Personalization())


def _panel_of(services: Services, seat: str, place: Place, choice: Choice) -> Panel:
    states, problem = None, None
    if place.candidate:
        try:
            inputs = inputs_for(
                services, seat, candidate=place.candidate, job=place.job, personalization=choice.personalization
            )
            states = services.drafter.elements(inputs)
        except OvertureError as error:  # nothing to write about, or it is no longer on the shelf
            problem = str(error)
    presets = services.seats.presets(seat)
    fitting = [each for each in presets if each.personalization == choice.personalization]
    named = next((each for each in fitting if each.name == place.preset), None) or next(iter(fitting), None)
    shown = states or _unknown(choice.personalization)
    return Panel(
        groups=tuple((group, tuple(each for each in shown if each.group == group)) for group in _GROUPS),
        is_known=states is not None,
        problem=problem,
        personalization=choice.personalization,
        presets=presets,
        preset=named.name if named else None,
        contents=services.seats.contents(seat),
        content=choice.content,
    )


def _unknown(personalization: Personalization) -> Sequence[ElementState]:
    """Every element, before it is known for whom."""
    return [
        ElementState(**element._asdict(), available=True, on=personalization.is_on(element.name))
        for element in ELEMENTS
    ]


def _letter_of(services: Services, seat: str, place: Place) -> Letter:
    try:
        kept = find_draft(services, seat, place.draft or "")
        before = find_draft(services, seat, place.before) if place.before else None
        second = find_draft(services, seat, place.second) if place.second else None
    except InputError:
        raise not_found("draft") from None
    return Letter(
        kept=kept,
        reading=read_kept(kept),
        carried=carried_to(before, kept) if before else None,
        said=said_of(services, seat, kept.id),
        second=second,
        second_reading=read_kept(second) if second else None,
        warnings=kept.draft.warnings,
    )


def said_of(services: Services, seat: str, key: str) -> Said:
    """The seat's last word on a draft (D-8)."""
    asked = last_words("draft_vote", judged_drafts, seat=seat).where(events.c.subject == key)
    with services.feedback.database.read() as connection:
        row = connection.execute(asked).first()
    return Said(vote=row.vote, reasons=tuple(row.reasons), comment=row.comment) if row else Said()


def _sending_of(
    services: Services, caller: Caller, letter: Letter, who: KeptCandidate | None, delivery: Delivery | None
) -> Sending:
    clocks = clocks_of(services, caller, who.profile.time_zone if who else None)
    usual = _usual(clocks.local, letter, who, days=clocks.policy.follow_up_default_days)
    if delivery is not None and "days" not in delivery.model_fields_set:  # the form did not ask: no follow-up yet
        delivery = delivery.model_copy(update={"days": usual.days})
    return Sending(
        delivery=delivery or usual,
        is_usual=delivery in (None, usual),
        balance=services.outreach.balance(caller.seat),
        clocks=clocks,
        templates=templates_of(services, caller.seat, delivery or usual, clocks),
        message=message_sent(services, letter.kept),
    )


def _usual(local: datetime, letter: Letter, who: KeptCandidate | None, *, days: int) -> Delivery:
    """At once; else at nine on the next working day. A follow-up goes along where one was drafted."""
    day = local + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    second = letter.second_reading
    return Delivery(
        address=who.address if who else "",
        day=day.date(),
        hour=datetime(2000, 1, 1, 9).time(),
        with_second=second is not None,
        days=days,
        second_subject=second.subject if second else "",
        second_body=second.body if second else "",
    )

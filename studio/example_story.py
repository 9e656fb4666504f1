"""How the weeks of the example went by: sent, answered, followed up, step by step at a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count, groupby, islice
from typing import Any, Final

from overture.classification.mail import read_mail
from overture.generation import Personalization
from overture.messaging import Contract, FollowUp, NewMessage, Refused, Scheduled, Seat, Template

from . import shelf
from .caller import SCOPES, Caller
from .drafting import inputs_for, keep_draft, message_of, send_draft, vote
from .example_plan import WEEKS, PlannedSend, plan_history, read_example, workdays_before
from .housekeeping import keep_house
from .requested import arguments_of
from .services import Services
from .shelf import KeptCandidate, KeptDraft, KeptJob, Opportunity

CONTRACT: Final = "example"
IRIS: Final = Caller("iris", CONTRACT, frozenset(SCOPES), "example")
_MORNING: Final = time(5, tzinfo=UTC)
_AWAY: Final = (
    "From: Aoife Kearney <aoife.kearney@example.com>\nSubject: Automatic reply: out of office\n"
    "Auto-Submitted: auto-replied\nContent-Type: text/plain\n\n"
    "Thank you for your message. I am out of the office until {until:%-d %B %Y} and will answer when I am back.\n"
)


class StoryClock:
    """Shows the moment that the story has come to."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


def tell(services: Services, clock: StoryClock) -> None:
    """Live through the weeks before the instant that the clock shows."""
    _Story(services, clock).tell()


class _Story:
    def __init__(self, services: Services, clock: StoryClock) -> None:
        self._services, self._clock, self._end = services, clock, clock.now
        self._shelf = read_example("shelf")
        self._steps: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = count()

    def tell(self) -> None:
        start = self._end - timedelta(weeks=WEEKS)
        self._at(start - timedelta(days=1), self._set_up)
        for number in range(WEEKS * 7 + 1):
            self._at(datetime.combine((start + timedelta(days=number)).date(), _MORNING), self._keep_house)
        for _, together in groupby(plan_history(self._end), key=lambda each: each.bulk or each.at):
            self._plan(list(together))
        self._plan_shelf()
        while self._steps:
            at, _, step = heappop(self._steps)
            if at <= self._end:
                self._clock.now = at
                step()
        self._clock.now = self._end
        self._keep_house()

    def _at(self, at: datetime, step: Callable[[], object]) -> None:
        heappush(self._steps, (at, next(self._order), step))

    def _keep_house(self) -> None:
        self._services.outreach.run()
        keep_house(self._services.outreach)

    def _set_up(self) -> None:
        outreach, seats = self._services.outreach, self._services.seats
        outreach.add_contract(Contract(id=CONTRACT, zone="Europe/Berlin"))
        seats.set_auto_draft_default(CONTRACT, False)
        for given in self._shelf["seats"]:
            seat = Seat.model_validate({**given, "contract": CONTRACT})
            outreach.add_seat(seat)
            outreach.grant_month(seat.id)
            for template in self._shelf["templates"]:
                own = {**template, "id": f"{seat.id}-{template['id']}", "seat": seat.id}
                outreach.save_template(Template.model_validate(own))
            for text in self._shelf["contents"]:
                seats.add_content(seat.id, contract=CONTRACT, **text)
            choice = dict(self._shelf["preset"])
            seats.save_preset(seat.id, choice.pop("name"), Personalization.model_validate(choice), contract=CONTRACT)
            self._fill_shelf(seat.id)
        outreach.grant_bonus(IRIS.seat, key="welcome")

    def _fill_shelf(self, seat: str) -> None:
        times = {"created_at": self._clock.now, "updated_at": self._clock.now}
        who = {"company": self._shelf["company"], "recruiter": self._shelf["recruiters"][seat]}
        with self._services.store.write() as connection:
            for person in self._shelf["candidates"]:
                kept = {**person, "name": person["profile"]["name"], **times}
                shelf.put(connection, seat, KeptCandidate.model_validate(kept))
            for opening in self._shelf["openings"]:
                offer = Opportunity.model_validate({"job": opening["job"], "team": opening["team"], **who})
                kept = {"id": opening["id"], "title": opening["title"], "opportunity": offer, **times}
                shelf.put(connection, seat, KeptJob.model_validate(kept))

    # Hundreds of whom nothing is left but what was sent

    def _plan(self, sends: Sequence[PlannedSend]) -> None:
        self._at(sends[0].at, lambda: self._send(sends))

    def _send(self, sends: Sequence[PlannedSend]) -> None:
        outreach, news = self._services.outreach, [self._message(each) for each in sends]
        if len(news) == 1:
            results: Sequence[Scheduled | Refused] = [outreach.send(sends[0].seat, news[0])]
        else:
            results = outreach.schedule_bulk(sends[0].seat, news).results
            outreach.run()
        for planned, taken in zip(sends, results, strict=True):
            if planned.answer is not None and isinstance(taken, Scheduled):
                self._plan_answer(
                    planned.answer.at, taken.thread, planned.answer.words, smart=planned.answer.smart,
                    edited=bool(planned.answer.words),
                )  # fmt: skip

    def _plan_answer(self, at: datetime, thread: str, *words: Any, **options: Any) -> None:
        self._at(at, lambda: self._services.outreach.receive_reply(thread, *words, **options))

    def _message(self, planned: PlannedSend) -> NewMessage:
        own = planned.model_dump(include={"candidate", "subject", "body", "job", "assisted", "elements"})
        own["address"] = f"{planned.candidate}@example.com"
        if planned.template is not None:
            chosen = next(each for each in self._shelf["templates"] if each["id"] == planned.template)
            own["template"] = f"{planned.seat}-{planned.template}"
            own["follow_up"] = FollowUp(subject=chosen["follow_up_subject"], body=chosen["follow_up_body"])
        return NewMessage.model_validate(own)

    # The people on the shelf, whose messages were drafted

    def _plan_shelf(self) -> None:
        days = list(islice(workdays_before(self._end.date()), 9))
        self._at(_on(days[8], 11), self._write_to_jonas)
        self._at(_on(days[6], 10), self._write_to_mira)
        self._at(_on(days[3], 9), lambda: self._send_draft("tom-halvorsen", "ship-electrician", follow_up=True))
        self._at(_on(days[2], 13), self._write_to_aoife)
        self._at(self._end - timedelta(hours=2), self._schedule_for_lucia)

    def _write_to_jonas(self) -> None:
        kept, thread = self._send_draft("jonas-wendt", "ship-electrician")
        comment = "He welds; the message makes an electrician of him."
        vote(self._services, IRIS, kept.id, thumb="down", reasons=("not_relevant",), comment=comment)
        self._plan_answer(self._clock.now + timedelta(hours=30), thread, smart="decline")

    def _write_to_mira(self) -> None:
        kept, thread = self._send_draft("mira-osei", "timetable-analyst")
        vote(self._services, IRIS, kept.id, thumb="up")
        words = (
            "This sounds interesting. What would the first three months look like, and how much of it is in Hamburg?"
        )
        self._plan_answer(self._clock.now + timedelta(hours=20), thread, words)

    def _write_to_aoife(self) -> None:
        _, thread = self._send_draft("aoife-kearney", "timetable-analyst", follow_up=True)
        away = _AWAY.format(until=self._end + timedelta(days=9))
        self._plan_answer(self._clock.now + timedelta(minutes=1), thread, read_mail(away))

    def _schedule_for_lucia(self) -> None:
        day = self._end.date() + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        self._send_draft("lucia-prat", "head-chef", follow_up=True, at=datetime.combine(day, time(9, 30)))

    def _send_draft(
        self, candidate: str, job: str, *, follow_up: bool = False, at: datetime | None = None
    ) -> tuple[KeptDraft, str]:
        services = self._services
        inputs = inputs_for(services, IRIS.seat, candidate=candidate, job=job)
        draft = services.drafter.draft(**arguments_of(inputs))
        kept = keep_draft(services, IRIS, draft, candidate=candidate, job=job)
        second = services.drafter.follow_up(draft) if follow_up else None
        later = FollowUp(subject=second.subject, body=second.body) if second else None
        taken = send_draft(services, IRIS, kept.id, message_of(services, IRIS.seat, kept.id, follow_up=later, at=at))
        assert isinstance(taken, Scheduled), taken  # noqa: S101 - the story keeps the rules
        return kept, taken.thread


def _on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, tzinfo=UTC))

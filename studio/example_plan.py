"""What was sent and answered before the first start of the example, counted back from an instant; nothing is random."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import AwareDatetime, Field

from overture.base import Value

Answer = Literal["accept", "decline"]
WEEKS: Final = 6
_BULK: Final = 52
_FOLDER: Final = Path(__file__).parent / "data"
_STRIDE: Final = 37  # no divisor of the number of names: each comes once before any comes again


class PlannedAnswer(Value):
    """What came back; `words` alone, or beside a smart reply as the candidate's own."""

    at: AwareDatetime
    smart: Answer | None = None
    words: str = ""


class PlannedSend(Value):
    """One message of the past."""

    at: AwareDatetime
    seat: str
    candidate: str
    subject: str
    body: str
    job: str
    assisted: bool = False
    elements: tuple[str, ...] = ()
    template: str | None = None
    bulk: str | None = Field(default=None, description="What was sent together.")
    answer: PlannedAnswer | None = None


def read_example(name: Literal["shelf", "history"]) -> dict[str, Any]:
    """A data file of the example."""
    return dict(yaml.safe_load((_FOLDER / f"example_{name}.yaml").read_text(encoding="utf-8")))


def workdays_before(day: date) -> Iterator[date]:
    """Monday to Friday, back from the day before."""
    return (back for n in count(1) if (back := day - timedelta(days=n)).weekday() < 5)


def plan_history(now: datetime) -> tuple[PlannedSend, ...]:
    """The weeks before an instant, in their order: one recruiter who once wrote to a hundred at once, and one who never
    does."""
    shelf, history = read_example("shelf"), read_example("history")
    people, jobs = _people(history), cycle(shelf["openings"])
    kinds = {(seat, name): _Kind(history, name) for seat in shelf["recruiters"] for name in history["kinds"]}
    days = workdays_before(now.astimezone(UTC).date())
    planned: list[PlannedSend] = []

    def send(seat: str, kind: str, day: date, hour: float, **more: Any) -> None:
        at = datetime.combine(day, time(), UTC) + timedelta(hours=hour)
        recruiter = shelf["recruiters"][seat]["name"]
        planned.append(kinds[seat, kind].send(at, seat, next(people), next(jobs), recruiter, **more))

    for number, day in enumerate(days):
        if day < now.astimezone(UTC).date() - timedelta(weeks=WEEKS):
            break
        send("iris", "drafted", day, 8.25)
        send("iris", "drafted", day, 13.5)
        if number in (8, 9):  # the two days on which a hundred got the same
            for place in range(_BULK):
                send("iris", "campaign", day, 9.5 + place / 3600, bulk=f"campaign {number}")
        elif number > 9:
            send("iris", "by_hand", day, 10.75)
        if number % 2:
            send("tomas", "drafted", day, 9, template="crew-first")
    return tuple(sorted(planned, key=lambda each: each.at))


class _Kind:
    """Messages of one kind; their answers go round."""

    def __init__(self, history: dict[str, Any], name: str) -> None:
        own = history["kinds"][name]
        self._text = {**history["kinds"][own.get("as", name)], **own}
        self._is_drafted = name == "drafted"
        self._answers, self._hours = cycle(own["answers"]), cycle(history["hours"])
        self._words = {label: cycle(texts) for label, texts in history["words"].items()}
        self._number = count(1)

    def send(
        self, at: datetime, seat: str, person: tuple[str, str], opening: dict[str, Any], recruiter: str, **more: Any
    ) -> PlannedSend:
        """The next one."""
        candidate, name = person
        values = {
            "name": name,
            "title": opening["job"]["title"],
            "place": opening["job"]["locations"][0]["locality"],
            "recruiter": recruiter,
        }
        return PlannedSend(
            at=at, seat=seat, candidate=candidate, job=opening["id"], assisted=self._is_drafted,
            subject=self._text["subject"].format(**values), body=self._text["body"].format(**values),
            elements=self._text["elements"], answer=self._answer(at, next(self._answers)), **more,
        )  # fmt: skip

    def _answer(self, at: datetime, label: str) -> PlannedAnswer | None:
        if label == "none":
            return None
        when, number = at + timedelta(hours=next(self._hours)), next(self._number)
        if number % 9 == 0:
            return PlannedAnswer(at=when, words=next(self._words["unsure"]))
        smart: Answer = "accept" if label == "accept" else "decline"
        words = next(self._words[label]) if number % 3 == 0 else ""
        return PlannedAnswer(at=when, smart=smart, words=words)


def _people(history: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Ids and first names without end."""
    given, family = history["given"], history["family"]
    for number in count():
        first, last = divmod(number * _STRIDE % (len(given) * len(family)), len(family))
        yield f"{given[first]}-{family[last]}".lower(), given[first]

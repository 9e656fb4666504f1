"""The rules of messaging once more, naively: lists and loops over the log of a year, and the figures they come to.

Nothing of `overture.messaging` is used but `Policy`. Where a rule leaves the order open (messages that are due at the
same instant when the daily limit is reached) the log says which was handed over; how many may be is worked out here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from overture.messaging.policy import Plan, Policy

WAITING = "scheduled"
KINDS = ("initial", "follow_up", "further")
Row = dict[str, Any]


class NaiveYear:
    """What a log of a year comes to."""

    def __init__(self, policy: Policy) -> None:
        assert policy.balance_cap_grants is None, "a cap is not told here"
        assert policy.credit_days is not None, "credits that never expire are not told here"
        self.policy, self.credit_days = policy, policy.credit_days
        self.now = datetime(1, 1, 1, tzinfo=UTC)
        self.zones: dict[str, str | None] = {}
        self.seats: dict[str, Row] = {}
        self.threads: dict[int, Row] = {}
        self.messages: dict[str, Row] = {}
        self.waiting: list[Row] = []
        self.replies: list[Row] = []
        self.suppressed: set[tuple[str, str]] = set()
        self.lots: list[Row] = []
        self.entries: list[Row] = []
        self.counted: dict[tuple[str, date], int] = {}
        self.charged: dict[tuple[str, str], int] = {}
        self.health: dict[str, Row] = {}
        self.told: dict[tuple[str, str, str], list[str]] = {}
        self.refused: dict[str, int] = {}
        self.sent_by: dict[str, list[Row]] = {}
        self.handed: list[Row] = []

    def read(self, lines: Iterable[str]) -> None:
        """Go through the log; what was handed over is given to the line that it came of."""
        steps: list[Row] = []
        for line in lines:
            step = json.loads(line)
            if step["do"] == "handed":
                steps[-1].setdefault("handed", []).append(step)
            else:
                steps.append(step)
        for step in steps:
            self.now = datetime.fromisoformat(step["at"])
            self.handed = step.pop("handed", [])
            getattr(self, f"do_{step['do']}")(step)
            assert not self.handed, f"handed over although no rule let it: {self.handed[0]} at {self.now}"

    # Settings

    def do_contract(self, step: Row) -> None:
        self.zones[step["id"]] = step["zone"]

    def do_seat(self, step: Row) -> None:
        self.seats[step["id"]] = step
        self.health[step["id"]] = {"state": "ok", "since": None, "until": None, "ever": False}

    def do_flag(self, step: Row) -> None:
        self.seats[step["seat"]]["flagged"] = step["reason"]

    def do_end(self, _step: Row) -> None:
        pass

    # Credits

    def owner(self, seat: str) -> str:
        found = self.seats[seat]
        return f"contract:{found['contract']}" if Plan(found["plan"]) in self.policy.pooled_plans else f"seat:{seat}"

    def do_grant(self, step: Row) -> None:
        self.add_grant(step["seat"], self.policy.grants[Plan(self.seats[step["seat"]]["plan"])])

    def do_pack(self, step: Row) -> None:
        self.add_grant(step["seat"], self.policy.bonus_grant)

    def add_grant(self, seat: str, number: int) -> None:
        self.book("grant", self.seats[seat]["contract"], number)
        self.add_lot(self.owner(seat), self.seats[seat]["contract"], seat, self.now, number)

    def add_lot(self, owner: str, contract: str, name: str, since: datetime, number: int) -> None:
        lot = {"owner": owner, "contract": contract, "name": name, "since": since, "left": number}
        self.lots.append(lot)
        self.lots.sort(key=lambda lot: (lot["since"], lot["name"]))

    def book(self, kind: str, contract: str, number: int) -> None:
        self.entries.append({"at": self.now, "kind": kind, "contract": contract, "number": number})

    def expire(self, owner: str | None = None) -> None:
        for lot in self.lots:
            ends = lot["since"] + timedelta(days=self.credit_days)
            if lot["left"] and self.now >= ends and owner in (None, lot["owner"]):
                self.book("expire", lot["contract"], lot["left"])
                lot["left"] = 0
        oldest = self.now - timedelta(days=self.credit_days)
        self.lots = [lot for lot in self.lots if lot["left"] or lot["since"] > oldest]

    def charge(self, seat: str, number: int) -> str | None:
        """The rule that refuses, if one does (CR-1, CR-6); else so many credits are spent, the oldest first (CR-5)."""
        owner, month = self.owner(seat), f"{self.now:%Y-%m}"
        self.expire(owner)
        mine = [lot for lot in self.lots if lot["owner"] == owner]
        if sum(lot["left"] for lot in mine) < number:
            return "CR-1"
        limit, before = self.seats[seat]["monthly_limit"], self.charged.get((seat, month), 0)
        if limit is not None and before + number > limit:
            return "CR-6"
        self.charged[seat, month] = before + number
        for _ in range(number):
            next(lot for lot in mine if lot["left"])["left"] -= 1
            self.book("charge", self.seats[seat]["contract"], 1)
        return None

    def refund(self, message: Row) -> None:
        """Once, into a lot of this day (CR-2, CR-5)."""
        if message["paid"] and not message["refunded"]:
            message["refunded"] = True
            self.book("refund", self.seats[message["seat"]]["contract"], 1)
            owner, contract = self.owner(message["seat"]), self.seats[message["seat"]]["contract"]
            day = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
            for lot in self.lots:
                if (lot["owner"], lot["name"], lot["since"]) == (owner, "refunds", day):
                    lot["left"] += 1
                    return
            self.add_lot(owner, contract, "refunds", day, 1)

    # What is asked

    def do_ask(self, step: Row) -> None:
        seat = self.seats[step["seat"]]
        if step["bulk"]:
            health = self.look(seat["id"])
            if len(step["of"]) >= self.policy.bulk_from and health["state"] == "restricted":
                self.refuse("H-3", len(step["of"]))
                return
        for asked in step["of"]:
            rule = self.refusal(seat, asked)
            if rule is not None:
                self.refuse(rule)
                continue
            initial = self.take(seat, asked)
            if step["now"]:
                rule = self.deliver(initial)
                if rule is not None:
                    self.refuse(rule)

    def refusal(self, seat: Row, asked: Row) -> str | None:
        if seat["flagged"] is not None:
            return "S-8"
        if (seat["contract"], asked["candidate"]) in self.suppressed:
            return "C-7"
        asked["zone"] = asked["zone"] or seat["zone"] or self.zones[seat["contract"]] or "UTC"
        asked["due"] = self.now if asked["at"] is None else in_utc(datetime.fromisoformat(asked["at"]), asked["zone"])
        if asked["due"] < self.now:
            return "S-1"
        if asked["follow_up"]:
            if Plan(seat["plan"]) not in self.policy.follow_up_plans:
                return "S-11"
            asked["delay"] = asked["delay"] or self.policy.follow_up_default_days * 24
            if not self.policy.follow_up_min_hours <= asked["delay"] <= self.policy.follow_up_max_days * 24:
                return "S-3"
        return None if asked["free"] else self.charge(seat["id"], 2 if asked["follow_up"] else 1)

    def take(self, seat: Row, asked: Row) -> Row:
        thread: Row = {
            "seat": seat["id"],
            "contract": seat["contract"],
            "candidate": asked["candidate"],
            "zone": asked["zone"],
            "responses": [],
            "messages": [],
            "responded": None,
        }
        self.threads[asked["n"]] = thread
        initial = self.add_message(asked["n"], "initial", asked, due=asked["due"])
        if asked["follow_up"]:
            self.add_message(asked["n"], "follow_up", asked, due=None)
        return initial

    def add_message(self, number: int, kind: str, asked: Row, *, due: datetime | None) -> Row:
        thread = self.threads[number]
        message: Row = {
            "ref": f"{number}-{KINDS.index(kind) + 1}",
            "thread": thread,
            "seat": thread["seat"],
            "kind": kind,
            "state": WAITING,
            "due": due,
            "delay": asked.get("delay"),
            "free": asked["free"],
            "paid": not asked["free"],
            "refunded": False,
            "assisted": asked.get("assisted", False),
            "sent": None,
            "answered": None,
            "rule": "",
            "moved": False,
            "tries": 0,
            "not_before": None,
        }
        thread["messages"].append(message)
        self.messages[message["ref"]] = message
        self.waiting.append(message)
        return message

    def refuse(self, rule: str, number: int = 1) -> None:
        self.refused[rule] = self.refused.get(rule, 0) + number

    def do_write(self, step: Row) -> None:
        """A further message: free, of no rate (C-9)."""
        thread = self.threads[step["n"]]
        if (thread["contract"], thread["candidate"]) in self.suppressed:
            self.refuse("C-7")
        elif self.is_closed(thread):
            self.refuse("C-9")
        elif self.seats[thread["seat"]]["flagged"] is not None:
            self.refuse("S-8")
        elif thread["responded"] is None:
            self.refuse("S-3")
        else:
            rule = self.deliver(self.add_message(step["n"], "further", {"free": True}, due=self.now))
            if rule is not None:
                self.refuse(rule)

    def do_cancel(self, step: Row) -> None:
        message = self.messages[step["message"]]
        if message["state"] == WAITING:
            self.end(message, "S-6")
        else:
            self.refuse("S-6")

    def end(self, message: Row, rule: str, state: str = "cancelled") -> None:
        """Not sent: its credit comes back, and its follow-up goes with it (CR-4, S-6)."""
        if message["state"] != WAITING:
            return
        message["state"], message["rule"] = state, rule
        self.refund(message)
        if message["kind"] == "initial":
            for other in message["thread"]["messages"]:
                if other["kind"] == "follow_up":
                    self.end(other, "S-6")

    # What goes out

    def do_run(self, _step: Row) -> None:
        self.waiting = [message for message in self.waiting if message["state"] == WAITING]
        due = sorted((message for message in self.waiting if self.is_due(message)), key=lambda message: message["due"])
        for message in due:  # those that no rule but the limit can stop come later
            rule = self.must_not_go(message)
            if rule is not None:
                self.end(message, rule)
        refs = {message["ref"] for message in due}
        latest: dict[str, datetime] = {}
        for handed in list(self.handed):
            message = self.messages[handed["message"]]
            assert message["ref"] in refs, f"{message['ref']} went out at {self.now} and was not due"
            rule = self.deliver(message)
            assert rule in (None, "CR-4"), f"{message['ref']} went out at {self.now} against {rule}"
            latest[message["seat"]] = max(message["due"], latest.get(message["seat"], message["due"]))
        for message in due:
            if message["state"] == WAITING and not (message["not_before"] and message["not_before"] > self.now):
                seat = message["seat"]
                assert self.is_at_limit(seat), f"{message['ref']} was due at {self.now} and did not go out"
                assert message["due"] >= latest.get(seat, message["due"]), "a later one went out before it"
                self.end(message, "S-7")
        self.expire()
        for seat in self.seats:
            self.look(seat)

    def is_due(self, message: Row) -> bool:
        is_free = message["not_before"] is None or message["not_before"] <= self.now
        return message["due"] is not None and message["due"] <= self.now and is_free

    def must_not_go(self, message: Row) -> str | None:
        thread = message["thread"]
        if self.seats[message["seat"]]["flagged"] is not None:
            return "S-8"
        if (thread["contract"], thread["candidate"]) in self.suppressed:
            return "C-7"
        return "S-3" if message["kind"] == "follow_up" and thread["responded"] is not None else None

    def is_at_limit(self, seat: str) -> bool:
        limit = self.seats[seat]["daily_limit"] or self.policy.daily_limit
        return self.counted.get((seat, self.now.date()), 0) >= limit

    def deliver(self, message: Row) -> str | None:
        """One try to send; the rule by which it ended, if it did."""
        rule = self.must_not_go(message)
        if rule is None and message["kind"] != "further" and self.is_at_limit(message["seat"]):
            rule = "S-7"
        if rule is not None:
            self.end(message, rule)
            return rule
        assert self.handed, f"{message['ref']} was due at {self.now} and did not go out"
        handed = self.handed.pop(0)
        assert handed["message"] == message["ref"], f"{handed['message']} went out in the place of {message['ref']}"
        day, counts = (message["seat"], self.now.date()), message["kind"] != "further"
        self.counted[day] = self.counted.get(day, 0) + counts
        message["tries"] += 1
        if handed["fate"] == "taken":
            message["state"], message["sent"] = "sent", self.now
            if counts:
                self.sent_by.setdefault(message["seat"], []).append(message)
            for other in message["thread"]["messages"]:
                if message["kind"] == "initial" and other["kind"] == "follow_up" and other["state"] == WAITING:
                    other["due"] = self.follow_up_due(self.now, other["delay"], message["thread"]["zone"])
            return None
        is_over = self.now - message["due"] >= timedelta(hours=self.policy.retry_hours)
        if handed["fate"] == "never" or is_over:
            self.end(message, "CR-4", "failed")
            return "CR-4"
        self.counted[day] -= counts
        message["not_before"] = self.now + min(timedelta(minutes=2 ** (message["tries"] - 1)), timedelta(hours=1))
        return None

    def follow_up_due(self, sent: datetime, delay: int, zone: str) -> datetime:
        """S-3: whole days keep the local time of day, inside 72 hours and 28 days."""
        if delay % 24:
            due = sent + timedelta(hours=delay)
        else:
            due = in_utc(in_zone(sent, zone) + timedelta(days=delay // 24), zone)
        least = sent + timedelta(hours=self.policy.follow_up_min_hours)
        return min(max(due, least), sent + timedelta(days=self.policy.follow_up_max_days))

    # What comes back

    def do_reply(self, step: Row) -> None:
        thread, label = self.threads[step["n"]], step["smart"] or step["label"]
        is_auto = label == "auto"
        kind = "auto" if is_auto else "smart" if step["smart"] else "text"
        reply = {**step, "kind": kind, "label": label, "thread": thread}
        self.replies.append(reply)
        if is_auto:
            self.move(thread, date.fromisoformat(step["returns_on"]))
            return
        out = [m for m in thread["messages"] if m["state"] == "sent" and m["kind"] != "further"]
        if thread["responded"] is None:
            span = timedelta(days=self.policy.refund_days)
            in_time = [m for m in out if m["paid"] and self.now - m["sent"] <= span]
            if in_time:  # one credit: that of the latest message, else of the other (CR-2, CR-3)
                self.refund(in_time[-1])
            if out:
                out[-1]["answered"] = self.now
        has_follow_up = any(m["kind"] == "follow_up" and m["state"] in (WAITING, "sent") for m in thread["messages"])
        for message in thread["messages"]:
            if message["state"] == WAITING and message["kind"] != "further":
                self.end(message, "CR-3" if has_follow_up else "CR-2")
        thread["responses"].append(reply)
        thread["responded"] = thread["responded"] or self.now
        if step["intent"] == "unsubscribe":
            self.suppressed.add((thread["contract"], thread["candidate"]))
            theirs = [
                message
                for message in self.waiting
                if message["thread"]["contract"] == thread["contract"]
                and message["thread"]["candidate"] == thread["candidate"]
            ]
            for message in sorted(theirs, key=lambda message: message["kind"] != "follow_up"):
                self.end(message, "C-7")

    def move(self, thread: Row, returns_on: date) -> None:
        """C-5: a follow-up that is due before the return goes to the day after it, inside the 28 days."""
        initial, follow_up = (
            thread["messages"][0],
            next((m for m in thread["messages"] if m["kind"] == "follow_up" and m["state"] == WAITING), None),
        )
        if follow_up is None or follow_up["due"] is None or initial["sent"] is None:
            return
        local = in_zone(follow_up["due"], thread["zone"])
        latest = initial["sent"] + timedelta(days=self.policy.follow_up_max_days)
        if local.date() >= returns_on or in_zone(latest, thread["zone"]).date() < returns_on:
            return
        follow_up["due"] = min(
            in_utc(datetime.combine(returns_on + timedelta(days=1), local.time()), thread["zone"]), latest
        )
        follow_up["moved"] = True

    def do_correct(self, step: Row) -> None:
        next(reply for reply in reversed(self.replies) if reply["key"] == step["key"])["label"] = step["label"]

    def is_closed(self, thread: Row) -> bool:
        """C-9: the latest response is a bare smart Decline."""
        latest = thread["responses"][-1] if thread["responses"] else None
        return bool(latest and latest["smart"] == "decline" and latest["label"] == "decline" and not latest["own"])

    # Sender health

    def look(self, seat: str) -> Row:
        """H-1 to H-4."""
        policy, before = self.policy, self.health[seat]
        start = self.now - timedelta(days=policy.health_window_days)
        of_seat = self.window(seat, start)
        sent, answered = len(of_seat), sum(message["answered"] is not None for message in of_seat)
        met = 100 * answered >= policy.health_percent * sent
        span, state, until, rule, notify = timedelta(days=policy.restriction_days), "ok", None, "", False
        if before["state"] == "restricted":
            until = before["until"]
            if self.now < until:
                state, rule = "restricted", "H-3"
            elif met:
                until, rule = None, "H-4"
            else:
                state, rule = "restricted", "H-4"
                while until <= self.now:
                    until += span
        elif met:
            pass
        elif before["state"] == "noticed":
            if self.now <= before["since"] or self.now < before["since"] + timedelta(days=policy.grace_days):
                state, rule = "noticed", "H-3"
            elif before["since"].date() == self.now.date():
                return before
            else:
                state, rule, until = "restricted", "H-3", self.now + span
        elif sent >= policy.health_min_sent:
            if before["ever"] and policy.notices == "one_ever":
                state, rule, until = "restricted", "H-3", self.now + span
            else:
                state, rule, notify = "noticed", "H-2", True
        since = before["since"] if state == before["state"] else self.now
        after = {"state": state, "since": since, "until": until, "ever": before["ever"] or notify}
        self.health[seat] = after
        is_news = state != before["state"] or until != before["until"]
        if is_news and not (state == "ok" and before["state"] != "restricted"):
            kind = {"ok": "restriction_over", "noticed": "low_response_rate"}.get(state, state)
            text = f"{answered} responses to {sent} messages in {policy.health_window_days} days"
            self.told.setdefault((f"{self.now:%Y-%m-%d}", seat, kind), [rule or "H-4", text])
        return after

    def window(self, seat: str, start: datetime) -> list[Row]:
        """What a seat has sent from an instant on; what lies before it is dropped, since time only goes forward."""
        sent = self.sent_by.setdefault(seat, [])
        while sent and sent[0]["sent"] < start:
            sent.pop(0)
        return sent


def in_utc(local: datetime, zone: str) -> datetime:
    """The first instant of a local time; one that a clock change skips is moved, minute by minute, to a valid one."""
    while True:
        instant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if in_zone(instant, zone) == local:
            return instant
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)


def in_zone(instant: datetime, zone: str) -> datetime:
    """The local time of an instant."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)

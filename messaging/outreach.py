"""`Outreach`, the one door to messaging: every rule behind it, state in a database, a transport of the caller's."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

from sqlalchemy import Connection

from overture.errors import InputError, TransportError, UndeliverableError

from .decisions import Expiring, HealthDecision, Refused
from .deliveries import Delivery, Labels
from .dispatcher import Dispatcher, PollingDispatcher
from .endings import end_message
from .entries import EntryLine, Granted
from .file_transport import FileOutbox
from .folders import FolderPage, ThreadView, folder_page, view_thread
from .health import health_after, may_send_bulk
from .health_rows import look_at
from .housekeeping import HouseReport, RunReport, book_expired, deliver_due, hand_over, look_at_senders, tell_seats
from .ledger import balance, grant_bonus, grant_monthly, owner_of
from .new_message import BulkResult, NewMessage, Scheduled, check_messages
from .notices import Notice, notices_of, tell
from .policy import Policy
from .receiving import INITIAL_OF, LEFT_ALONE, Incoming, Received, correct_reply, suppress, take_reply, waiting_for
from .records import Contract, Folder, Message, Reply, ReplyLabel, Seat, Thread
from .rows import change, find_all, get, put
from .scheduling import Desk, find_desk, take_further, take_message, take_messages
from .sending import claim, complete, fail, retry_later
from .statements import Statement, VerifyReport, explain, forecast, statement, verify
from .store import DEFAULT_URL, Store
from .tables import messages
from .templates import Template, delete_template, list_templates, save_template, search_templates
from .transport import Transport
from .zones import check_zone

if TYPE_CHECKING:
    from overture.classification.mail import Mail

Clock = Callable[[], datetime]
Redraft = Callable[[Message], "tuple[str, str] | None"]
_WAIT_SECONDS: Final = 0.01
_CHUNK: Final = 200


class Outreach:
    """Schedules and sends messages, takes answers, keeps credits and sender health, by the rules.

    `store` is a database address (SQLite or PostgreSQL) or a `Store`; `transport` sends (by default into the file
    `outbox.jsonl`); `classifier` labels free text (by default the model that ships, loaded at the first reply);
    `on_notice` is told what people are told, at least once each, else they are read from `notices()`; `dispatcher`
    wakes what is due after `start()`, or call `run()`. All times come from `clock`. Every method is safe to call from
    many threads, processes and machines at once.
    """

    def __init__(
        self,
        store: Store | str = DEFAULT_URL,
        *,
        transport: Transport | None = None,
        classifier: Labels | None = None,
        on_notice: Callable[[Notice], None] | None = None,
        dispatcher: Dispatcher | None = None,
        policy: Callable[[Contract], Policy] | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self.store = Store(store) if isinstance(store, str) else store
        self._transport: Transport = FileOutbox(Path("outbox.jsonl")) if transport is None else transport
        self._classifier = classifier
        self._on_notice = on_notice
        self._dispatcher = dispatcher
        self._policy_of = policy or _named_policy
        self._clock = clock
        self._worker = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"

    # Who sends

    def add_contract(self, contract: Contract) -> None:
        """Add a contract, or replace its settings; its policy must exist (H-5)."""
        self._policy_of(contract)
        _check(contract)
        with self.store.write() as connection:
            put(connection, contract)

    def add_seat(self, seat: Seat) -> None:
        """Add a seat, or replace its settings (S-7, S-8, CR-6)."""
        _check(seat)
        with self.store.write() as connection:
            get(connection, Contract, seat.contract)
            put(connection, seat)

    def settings(self, seat: str, /, **changes: Any) -> Seat:
        """A seat's settings, after these changes of fields of `Seat`."""
        with self.store.write() as connection:
            before = get(connection, Seat, seat, lock=True)
            after = Seat.model_validate(
                {**before.model_dump(), **changes, "id": before.id, "contract": before.contract}
            )
            _check(after)
            put(connection, after)
            return after

    # What is sent

    def send(self, seat: str, new: NewMessage) -> Scheduled | Refused:
        """Send now: charge, hand to the transport; its follow-up waits. Refused by the rule that the answer names."""
        taken = self.schedule(seat, new.model_copy(update={"at": None}))
        if isinstance(taken, Scheduled):
            return self.deliver(taken.message).refusal or taken
        return taken

    def schedule(self, seat: str, new: NewMessage) -> Scheduled | Refused:
        """Charge and schedule one message with its follow-up (S-1 to S-4, CR-1)."""
        now = self._clock()
        with self.store.write() as connection:
            taken = take_message(connection, self._desk(connection, seat), new, now=now)
            self._wake(connection, taken)
        return taken

    def schedule_bulk(self, seat: str, news: Iterable[NewMessage]) -> BulkResult:
        """Schedule many; each is taken or refused by itself, in chunks of one transaction (S-5, H-3)."""
        items, now = list(news), self._clock()
        check_messages(items)
        with self.store.write() as connection:
            desk = self._desk(connection, seat)
            look = look_at(connection, desk.seat, now=now, policy=desk.policy)
        refusal = may_send_bulk(health_after(look), recipients=len(items), now=now, policy=desk.policy)
        if refusal is not None:
            return BulkResult(bulk=None, results=(refusal,) * len(items))
        bulk = uuid4().hex if len(items) >= desk.policy.bulk_from else None
        results: list[Scheduled | Refused] = []
        for start in range(0, len(items), _CHUNK):
            with self.store.write() as connection:
                chunk = items[start : start + _CHUNK]
                results += (taken := take_messages(connection, desk, chunk, now=now, bulk=bulk))
                self._wake(connection, *taken)
        return BulkResult(bulk=bulk, results=tuple(results))

    def write_in_thread(
        self, thread: str, *, subject: str, body: str, address: str = "", key: str | None = None
    ) -> Scheduled | Refused:
        """A further message in a conversation, sent at once, unless the thread is closed (C-9); a `key` counts once."""
        with self.store.write() as connection:
            found = get(connection, Thread, thread, lock=True)
            desk = self._desk(connection, found.seat)
            first = INITIAL_OF.first(connection, b_key=thread)
            to = address or (first.address if first else "")
            taken = take_further(
                connection, desk, found, subject=subject, body=body, address=to, now=self._clock(), key=key
            )
        if isinstance(taken, Scheduled):
            return self.deliver(taken.message).refusal or taken
        return taken

    def cancel(self, message: str) -> Refused | None:
        """Cancel what is not sent yet, its follow-up with it, the credits back (S-6, CR-4); None: done."""
        with self.store.write() as connection:
            found = get(connection, Message, message)
            get(connection, Thread, found.thread, lock=True)
            policy, now = self._desk(connection, found.seat).policy, self._clock()
            reason = "cancelled by hand"
            if end_message(connection, found, rule="S-6", reason=reason, now=now, policy=policy, notify=False):
                return None
            state = get(connection, Message, message).state
        return Refused(rule="S-6", reason=f"only a scheduled message can be cancelled; this one is {state}")

    # What comes back

    def receive_reply(
        self,
        thread: str,
        reply: str | Mail = "",
        *,
        smart: ReplyLabel | None = None,
        edited: bool = False,
        received_at: datetime | None = None,
        key: str | None = None,
    ) -> Received:
        """Take an answer: raw mail, text, or a smart reply with or without text (C-1, C-2).

        `edited` says that the text of a smart reply is the candidate's own (`has_own_text` compares it with the
        template). With `key` the same answer counts once.

        Raises:
            InputError: there is no such thread, or the answer is neither a smart reply nor any text.
        """
        text = reply if isinstance(reply, str) else reply.text
        if smart is None and not text.strip():
            raise InputError("there is no answer in it", field="reply", expected="text, a mail, or a smart reply")
        verdict = None
        if text.strip():
            with self.store.read() as connection:
                get(connection, Thread, thread)
                first = INITIAL_OF.first(connection, b_key=thread)
            verdict = self._labels().classify(reply, first.body if first else None)
        while True:
            now = self._clock()
            incoming = Incoming(thread, received_at or now, smart, edited, text, verdict, key)
            with self.store.write() as connection:
                policy = self._desk(connection, thread, of="thread").policy
                received = take_reply(connection, incoming, policy=policy, now=now)
            if received is not None:
                self._finish(received)
                return received
            time.sleep(_WAIT_SECONDS)  # a worker is handing this thread's follow-up to the transport (S-10)

    def correct_label(self, reply: str, label: ReplyLabel) -> Received:
        """A person's word on a reply (C-2)."""
        with self.store.write() as connection:
            thread = get(connection, Thread, get(connection, Reply, reply).thread)
            policy = self._desk(connection, thread.seat).policy
            found = correct_reply(connection, reply, label, policy=policy, now=self._clock())
        self._finish(found)
        return found

    def suppress(self, contract: str, candidate: str, *, reason: str = "asked to be left alone") -> int:
        """Never write to a candidate again; cancels what waits for them and says how many (C-7, CR-4)."""
        with self.store.write() as connection:
            get(connection, Contract, contract)
            suppress(connection, contract, candidate, reason=reason, now=self._clock())
        return self._cancel_waiting(contract, candidate, reason=reason)

    def candidate_changed(self, contract: str, candidate: str, *, redraft: Redraft | None = None) -> int:
        """A profile changed: each waiting message to it is drafted again by `redraft`, or held; says how many.

        `redraft` gets the message and returns its new subject and body, or None to hold it. A held message is not sent
        until `release` or `cancel`.
        """
        with self.store.read() as connection:
            waiting = find_all(
                connection,
                Message,
                messages.c.contract == contract,
                messages.c.candidate == candidate,
                messages.c.state == "scheduled",
            )
        for message in waiting:
            drafted = redraft(message) if redraft else None
            values = {"state": "held"} if drafted is None else {"subject": drafted[0], "body": drafted[1]}
            with self.store.write() as connection:
                changed = change(connection, Message, message.id, messages.c.state == "scheduled", **values)
                if changed and drafted is None:
                    tell(
                        connection,
                        key=f"held:{message.id}:{self._clock().isoformat()}",
                        at=self._clock(),
                        contract=contract,
                        seat=message.seat,
                        kind="held",
                        rule="S-6",
                        text="the candidate's profile changed: look at the message, then release or cancel it",
                        thread=message.thread,
                        message=message.id,
                    )
        return len(waiting)

    def release(self, message: str) -> bool:
        """Let a held message go on; says whether it was held."""
        with self.store.write() as connection:
            return change(connection, Message, message, messages.c.state == "held", state="scheduled")

    # What is seen

    def folder(self, seat: str, name: Folder, *, after: str | None = None, limit: int = 50) -> FolderPage:
        """One page of a folder, newest first (S-9)."""
        with self.store.read() as connection:
            return folder_page(connection, seat, name, after=after, limit=limit)

    def folders(self, seat: str, *, limit: int = 50) -> dict[Folder, FolderPage]:
        """The first page of every folder (S-9)."""
        names: Sequence[Folder] = ("scheduled", "awaiting_reply", "accepted", "declined")
        with self.store.read() as connection:
            return {name: folder_page(connection, seat, name, limit=limit) for name in names}

    def thread(self, thread: str) -> ThreadView:
        """A thread with its messages, replies and state."""
        with self.store.read() as connection:
            return view_thread(connection, thread)

    def health(self, seat: str) -> HealthDecision:
        """How a sender stands now (H-1 to H-4); a notice that is due is put down."""
        with self.store.write() as connection:
            desk = self._desk(connection, seat)
            return look_at(connection, desk.seat, now=self._clock(), policy=desk.policy)

    def grant_month(self, seat: str, *, month: date | None = None) -> Granted:
        """The plan's credits for a month, once (CR-5)."""
        now = self._clock()
        with self.store.write() as connection:
            desk = self._desk(connection, seat)
            return grant_monthly(connection, desk.seat, month=month or now.date(), now=now, policy=desk.policy)

    def grant_bonus(self, seat: str, *, key: str, credits: int | None = None) -> Granted:  # noqa: A002 - the product's own word for them
        """A one-off grant, once per key (CR-5)."""
        with self.store.write() as connection:
            desk = self._desk(connection, seat)
            return grant_bonus(connection, desk.seat, key=key, now=self._clock(), policy=desk.policy, credits=credits)

    def balance(self, seat: str) -> int:
        """The credits that a seat may use now, its own or the contract's pool (CR-5)."""
        with self.store.read() as connection:
            desk = self._desk(connection, seat)
            return balance(connection, owner_of(desk.seat, desk.policy), now=self._clock())

    def statement(self, contract: str, *, month: date) -> Statement:
        """A contract's credits in a UTC month, entry by entry, with reasons (CR-8)."""
        with self.store.read() as connection:
            return statement(connection, contract, month=month)

    def explain(self, message: str) -> tuple[EntryLine, ...]:
        """Every entry that a message caused, and why (CR-8)."""
        with self.store.read() as connection:
            return explain(connection, message)

    def forecast(self, seat: str) -> tuple[Expiring, ...]:
        """What of the credits that a seat may use expires when, if nothing uses it (CR-5)."""
        with self.store.read() as connection:
            desk = self._desk(connection, seat)
            return forecast(connection, owner_of(desk.seat, desk.policy), now=self._clock())

    def verify(self) -> VerifyReport:
        """Whether every balance is still the sum of its entries (CR-8)."""
        with self.store.read() as connection:
            return verify(connection)

    # Templates

    def save_template(self, template: Template) -> None:
        """Keep a template of a seat, in the place of the one with its id (S-4)."""
        with self.store.write() as connection:
            save_template(connection, template)

    def templates(self, seat: str, *, search: str = "") -> list[Template]:
        """A seat's templates, those that fit a search best first (S-4)."""
        with self.store.read() as connection:
            found = list_templates(connection, seat=seat)
        return search_templates(found, search) if search else found

    def delete_template(self, seat: str, template: str) -> bool:
        """Forget a seat's template; says whether there was one."""
        with self.store.write() as connection:
            return delete_template(connection, seat=seat, id=template)

    # What runs

    def deliver(self, message: str, *, now: datetime | None = None) -> Delivery:
        """Send one due message, from whatever worker, as often as it is called: once (S-10)."""
        with self.store.write() as connection:
            desk = self._desk(connection, message, of="message")
            claimed = claim(connection, desk, message, worker=self._worker, now=now or self._clock())
        if claimed is None:
            return Delivery(message=message, outcome="not_due")
        if isinstance(claimed, Refused):
            return Delivery(message=message, outcome="cancelled", refusal=claimed)
        try:
            receipt = self._transport.send(claimed.outgoing, key=message)
        except UndeliverableError as error:
            with self.store.write() as connection:
                reason = str(error)
                fail(connection, claimed.message, reason=reason, now=now or self._clock(), policy=desk.policy)
            return Delivery(message=message, outcome="failed", refusal=Refused(rule="CR-4", reason=reason))
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, the others are due as well
            reason = str(error) if isinstance(error, TransportError) else f"the transport broke: {type(error).__name__}"
            with self.store.write() as connection:
                is_later = retry_later(connection, claimed, reason=reason, now=now or self._clock(), policy=desk.policy)
            if is_later:
                return Delivery(message=message, outcome="retried")
            return Delivery(message=message, outcome="failed", refusal=Refused(rule="CR-4", reason=reason))
        with self.store.write() as connection:
            due = complete(connection, claimed.message, receipt, now=now or self._clock(), policy=desk.policy)
            if due is not None and self._dispatcher is not None:
                self._dispatcher.wake(due.message, at=due.at, connection=connection)
        return Delivery(message=message, outcome="sent")

    def start(self) -> None:
        """Deliver what is due, in threads of the dispatcher, until `stop`; `keep_house` is still for you to call."""
        self._dispatcher = self._dispatcher or PollingDispatcher(self.store, clock=self._clock)
        self._dispatcher.start(self.deliver)

    def stop(self) -> None:
        """End what `start` began, once what is at the transport is done."""
        if self._dispatcher is not None:
            self._dispatcher.stop()

    def run(self, now: datetime | None = None, *, limit: int | None = None) -> RunReport:
        """Do all that is due: send, then `keep_house`. `now` stands in for the clock; `limit` bounds the messages.

        Call it every minute or so, from as many workers as you like.
        """
        sent = deliver_due(
            self.store, lambda message: self.deliver(message, now=now), now=now or self._clock(), limit=limit
        )
        kept = self.keep_house(now)
        return sent.model_copy(update={"not_done": sent.not_done + kept.not_done})

    def keep_house(self, now: datetime | None = None) -> HouseReport:
        """What a day asks for: expired credits booked (CR-5), senders looked at (H-2 to H-4), notices delivered.

        What fails for one owner or seat is in the report, and the others have theirs all the same.
        """
        now, store = now or self._clock(), self.store
        not_done = book_expired(store, now=now) + look_at_senders(store, self._desk, now=now)
        if self._on_notice is not None:
            not_done += tell_seats(store, self._on_notice, clock=self._clock)
        return HouseReport(not_done=not_done)

    def notices(self, seat: str, *, after: int = 0, limit: int = 100) -> list[Notice]:
        """What a seat was told, oldest first, behind an id (C-8, H-2, CR-4)."""
        with self.store.read() as connection:
            return notices_of(connection, seat, after=after, limit=limit)

    def close(self) -> None:
        """Give back the database's connections."""
        self.store.close()

    def _desk(self, connection: Connection, key: str, *, of: Literal["seat", "thread", "message"] = "seat") -> Desk:
        return find_desk(connection, key, of=of, policy=self._policy_of)

    def _finish(self, received: Received) -> None:
        """What an answer brings about outside its thread."""
        if received.settlement.suppresses:
            with self.store.read() as connection:
                thread = get(connection, Thread, received.reply.thread)
            self._cancel_waiting(thread.contract, thread.candidate, reason=LEFT_ALONE)
        if self._on_notice is not None:
            hand_over(self.store, self._on_notice, clock=self._clock)

    def _cancel_waiting(self, contract: str, candidate: str, *, reason: str) -> int:
        """Cancel what waits for a suppressed candidate (C-7): one at a time, so that no two writers block each other.

        What a crash leaves is cancelled when it is due.
        """
        with self.store.read() as connection:
            policy = self._policy_of(get(connection, Contract, contract))
            waiting = waiting_for(connection, contract, candidate)
        cancelled = 0
        for message in waiting:
            with self.store.write() as connection:
                get(connection, Thread, message.thread, lock=True)
                now = self._clock()
                cancelled += end_message(connection, message, rule="C-7", reason=reason, now=now, policy=policy)
        return cancelled

    def _labels(self) -> Labels:
        if self._classifier is None:
            from overture.classification import ReplyClassifier

            self._classifier = ReplyClassifier.load()
        return self._classifier

    def _wake(self, connection: Connection, *results: Scheduled | Refused) -> None:
        for taken in results:
            if self._dispatcher is not None and isinstance(taken, Scheduled):
                self._dispatcher.wake(taken.message, at=taken.time.at, connection=connection)


def _named_policy(contract: Contract) -> Policy:
    return _preset(contract.policy)


@cache
def _preset(name: str) -> Policy:
    return Policy.named(name)


def _check(owner: Contract | Seat) -> None:
    if owner.zone is not None:
        check_zone(owner.zone)

"""`AsyncOutreach`: the same door for an event loop, each call in a thread of its own."""

from __future__ import annotations

from overture.awaited import in_thread

from .outreach import Outreach


class AsyncOutreach:
    """Every method of `Outreach`, awaited; `outreach` is the one that it calls."""

    def __init__(self, outreach: Outreach) -> None:
        self.outreach = outreach

    add_contract = in_thread(Outreach.add_contract, of="outreach")
    add_seat = in_thread(Outreach.add_seat, of="outreach")
    balance = in_thread(Outreach.balance, of="outreach")
    cancel = in_thread(Outreach.cancel, of="outreach")
    candidate_changed = in_thread(Outreach.candidate_changed, of="outreach")
    close = in_thread(Outreach.close, of="outreach")
    correct_label = in_thread(Outreach.correct_label, of="outreach")
    delete_template = in_thread(Outreach.delete_template, of="outreach")
    deliver = in_thread(Outreach.deliver, of="outreach")
    explain = in_thread(Outreach.explain, of="outreach")
    folder = in_thread(Outreach.folder, of="outreach")
    folders = in_thread(Outreach.folders, of="outreach")
    forecast = in_thread(Outreach.forecast, of="outreach")
    grant_bonus = in_thread(Outreach.grant_bonus, of="outreach")
    grant_month = in_thread(Outreach.grant_month, of="outreach")
    health = in_thread(Outreach.health, of="outreach")
    keep_house = in_thread(Outreach.keep_house, of="outreach")
    notices = in_thread(Outreach.notices, of="outreach")
    receive_reply = in_thread(Outreach.receive_reply, of="outreach")
    release = in_thread(Outreach.release, of="outreach")
    run = in_thread(Outreach.run, of="outreach")
    save_template = in_thread(Outreach.save_template, of="outreach")
    schedule = in_thread(Outreach.schedule, of="outreach")
    schedule_bulk = in_thread(Outreach.schedule_bulk, of="outreach")
    send = in_thread(Outreach.send, of="outreach")
    settings = in_thread(Outreach.settings, of="outreach")
    statement = in_thread(Outreach.statement, of="outreach")
    suppress = in_thread(Outreach.suppress, of="outreach")
    templates = in_thread(Outreach.templates, of="outreach")
    thread = in_thread(Outreach.thread, of="outreach")
    verify = in_thread(Outreach.verify, of="outreach")
    write_in_thread = in_thread(Outreach.write_in_thread, of="outreach")

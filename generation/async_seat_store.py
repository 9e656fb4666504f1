"""`AsyncSeatStore`: the same store for an event loop, each call in a thread of its own."""

from __future__ import annotations

from overture.awaited import in_thread

from .seat_store import SeatStore


class AsyncSeatStore:
    """Every method of `SeatStore`, awaited; `store` is the one that it calls."""

    def __init__(self, store: SeatStore) -> None:
        self.store = store

    add_content = in_thread(SeatStore.add_content, of="store")
    auto_draft = in_thread(SeatStore.auto_draft, of="store")
    auto_draft_default = in_thread(SeatStore.auto_draft_default, of="store")
    close = in_thread(SeatStore.close, of="store")
    content = in_thread(SeatStore.content, of="store")
    contents = in_thread(SeatStore.contents, of="store")
    default_preset = in_thread(SeatStore.default_preset, of="store")
    delete_content = in_thread(SeatStore.delete_content, of="store")
    delete_preset = in_thread(SeatStore.delete_preset, of="store")
    edit_content = in_thread(SeatStore.edit_content, of="store")
    erase = in_thread(SeatStore.erase, of="store")
    export = in_thread(SeatStore.export, of="store")
    preset = in_thread(SeatStore.preset, of="store")
    presets = in_thread(SeatStore.presets, of="store")
    rename_preset = in_thread(SeatStore.rename_preset, of="store")
    save_preset = in_thread(SeatStore.save_preset, of="store")
    seats = in_thread(SeatStore.seats, of="store")
    set_auto_draft = in_thread(SeatStore.set_auto_draft, of="store")
    set_auto_draft_default = in_thread(SeatStore.set_auto_draft_default, of="store")
    set_default_preset = in_thread(SeatStore.set_default_preset, of="store")

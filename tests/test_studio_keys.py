"""API keys: one seat each, hashed, revocable, with scopes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

pytest.importorskip("fastapi")

from sqlalchemy import select

from overture.errors import InputError
from overture.studio.caller import SCOPES, USUAL_SCOPES
from overture.studio.keys import KeyStore, digest_of
from overture.studio.problems import ProblemError
from overture.studio.store import StudioStore
from overture.studio.tables import keys

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def store(empty_url: str) -> Iterator[StudioStore]:
    made = StudioStore(empty_url)
    yield made
    made.close()


def test_a_key_is_kept_as_a_digest_and_speaks_for_its_seat_until_it_is_revoked(store: StudioStore) -> None:
    known = KeyStore(store)
    made, text = known.add("ann", contract="c", label="crm", scopes=["draft", "read"], now=NOW)
    caller = known.find(text)
    assert caller is not None
    assert (caller.seat, caller.contract, caller.scopes, caller.by) == ("ann", "c", {"draft", "read"}, f"key:{made.id}")
    secret = text.removeprefix(f"ovt_{made.id}_")
    assert len(secret) >= 43, "256 bits"
    with store.read() as connection:
        row = connection.execute(select(keys)).one()
    assert row.digest == digest_of(secret)
    assert secret not in repr(row)
    assert known.revoke(made.id, now=NOW)
    assert known.find(text) is None
    assert not known.revoke(made.id, now=NOW), "there is none that holds"
    assert known.list()[0].revoked_at == NOW


def test_what_is_no_key_speaks_for_nobody(store: StudioStore) -> None:
    known = KeyStore(store)
    _, text = known.add("ann", contract="c", now=NOW)
    other = "A" if text[-1] != "A" else "B"
    for wrong in (
        text[:-1] + other, text[:-1], f"{text}x", f" {text}", text.upper(), text.replace("ovt_", "ovx_"),
        text.rpartition("_")[0], "", "ovt__", "ovt_\0_\0", "ovt_é_ü", "ovt_" + "0" * 12 + "_x",
    ):  # fmt: skip
        assert known.find(wrong) is None, repr(wrong)
    assert known.find(text) is not None


def test_a_seat_lists_and_revokes_its_own_keys_only(store: StudioStore) -> None:
    known = KeyStore(store)
    mine, _ = known.add("ann", contract="c", now=NOW)
    other, text = known.add("ben", contract="c", now=NOW)
    assert [each.id for each in known.list(seat="ann")] == [mine.id]
    assert not known.revoke(other.id, now=NOW, seat="ann")
    assert known.find(text) is not None
    assert known.count() == 2


def test_scopes_are_known_ones_and_admin_is_not_usual(store: StudioStore) -> None:
    known = KeyStore(store)
    made, _ = known.add("ann", contract="c", now=NOW)
    assert set(made.scopes) == USUAL_SCOPES == set(SCOPES) - {"admin"}
    for scopes in ([], ["root"], ["read", "root"]):
        with pytest.raises(InputError, match="unknown scope"):
            known.add("ann", contract="c", scopes=scopes, now=NOW)  # type: ignore[arg-type] # what is refused


def test_a_scope_that_was_not_given_is_refused(store: StudioStore) -> None:
    known = KeyStore(store)
    _, text = known.add("ann", contract="c", scopes=["read"], now=NOW)
    caller = known.find(text)
    assert caller is not None
    caller.check("read")
    with pytest.raises(ProblemError, match="'send'") as refused:
        caller.check("send")
    assert refused.value.status == 403

"""What stands before every request of the studio: who may, how large, how often, once (F-3, S-10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from studio_app import ANN, studio

from overture.errors import ConfigurationError
from overture.studio import StudioSettings, create_app


def test_a_public_bind_without_keys_is_refused(tmp_path: Path) -> None:
    settings = StudioSettings(host="0.0.0.0", database_url=f"sqlite:///{tmp_path / 'studio.db'}")  # noqa: S104 - what is refused
    with pytest.raises(ConfigurationError, match="keys add"):
        create_app(settings)


def test_a_draft_is_kept_with_all_it_was_made_from(tmp_path: Path) -> None:
    from asyncio import run

    from overture.studio.caller import SCOPES, Caller
    from overture.studio.drafting import draft_for, inputs_for, snapshot_of

    with studio(tmp_path) as desk:
        ann = Caller(ANN, "norrsken", frozenset(SCOPES), "test")
        inputs = inputs_for(desk.services, ANN, candidate="ann-rich", job="ann-job")
        kept = run(draft_for(desk.services, ann, inputs, candidate="ann-rich", job="ann-job"))
        again = kept.draft
        assert again.inputs == inputs
        assert again.context.fingerprint == again.context_hash
        assert snapshot_of(kept, seat=ANN).subject == kept.subject

"""Two hundred thumbs and sixty corrections, kept as a messaging service would keep them."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from pathlib import Path

import yaml

from overture import Drafter, Personalization, ReplyClassifier, read_candidate, read_job
from overture.feedback import DraftSnapshot, DraftVote, FeedbackStore, LabelCorrection, ReplySnapshot

HERE = Path(__file__).parent
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
PEOPLE = ("candidate-backend.json", "candidate-nurse.yaml", "candidate-sparse.yaml")
JOBS = ("job-backend.html", "job-nurse.yaml", "job-warehouse.json")
CHOICES = tuple(
    product(("en", "de", "fr", "es", "pt", "it", "nl"), ("professional", "friendly", "direct"), ("short", "medium"))
)


def thumbs(store: FeedbackStore, *, count: int) -> None:
    """One seat drafts, reads and judges: what is short pleases it, and long drafts are called too long."""
    drafter = Drafter(today=date(2026, 11, 2))
    wanted = islice(product(PEOPLE, JOBS, CHOICES), count)
    for number, (person, post, (language, tone, length)) in enumerate(wanted):
        at = MONDAY + timedelta(minutes=number)
        draft = drafter.draft(
            read_candidate(HERE / person),
            job=read_job(HERE / post),
            personalization=Personalization(language=language, tone=tone, length=length),
        )
        snapshot = DraftSnapshot.of(
            draft, id=f"draft-{number}", candidate=person, seat="ana", contract="acme", made_at=at
        )
        is_good = length == "short"
        store.add(
            DraftVote(
                id=f"thumb-{number}", at=at, seat="ana", contract="acme", draft=snapshot,
                vote="up" if is_good else "down", reasons=() if is_good else ("too_long",),
            )
        )  # fmt: skip


def corrections(store: FeedbackStore) -> None:
    """Two seats read what the model said of each answer, and give the right label."""
    classifier = ReplyClassifier.load()
    texts = yaml.safe_load((HERE / "corrections.yaml").read_text(encoding="utf-8"))
    labelled = [(text, label) for label, said in texts.items() for text in said]
    for number, (text, label) in enumerate(labelled):
        verdict = classifier.classify(text)
        reply = ReplySnapshot(
            id=f"reply-{number}", candidate=f"person-{number}", seat="ana", contract="acme", received_at=MONDAY,
            text=text, language=verdict.language, label=verdict.label, intent=verdict.intent,
            confidence=verdict.confidence, model=verdict.model,
        )  # fmt: skip
        store.add(
            LabelCorrection(
                id=f"correction-{number}", at=MONDAY + timedelta(hours=1), seat=("ana", "ben")[number % 2],
                contract="acme", reply=reply, label=label,
            )
        )  # fmt: skip


if __name__ == "__main__":
    with FeedbackStore(sys.argv[1] if len(sys.argv) > 1 else "sqlite:///overture.db") as kept:
        thumbs(kept, count=200)
        corrections(kept)
        stats = kept.stats()
    sys.stdout.write(f"{stats.up} up, {stats.down} down, {stats.corrected} corrected\n")

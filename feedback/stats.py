"""How much feedback there is, and how it falls out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from .events import Reason
from .feedback_tables import events, judged_drafts, judged_replies
from .last_words import last_words
from .receipts import FeedbackStats


def count_feedback(connection: Connection) -> FeedbackStats:
    """Counts by last words; one pass over the votes for the reasons, whatever their number."""
    votes = last_words("draft_vote", judged_drafts).order_by(None).subquery()
    corrections = last_words("label_correction", judged_replies).order_by(None).subquery()
    thumbs: Counter[tuple[str, str]] = Counter()
    by_prompt = (
        select(judged_drafts.c.prompt_name, judged_drafts.c.prompt_version, votes.c.vote, func.count())
        .join(judged_drafts, judged_drafts.c.id == votes.c.subject)
        .where(votes.c.vote.is_not(None))
        .group_by(judged_drafts.c.prompt_name, judged_drafts.c.prompt_version, votes.c.vote)
    )
    for name, version, vote, count in connection.execute(by_prompt):
        thumbs[f"{name}@{version}", vote] += count
    reasons: Counter[Reason] = Counter()
    for (given,) in connection.execute(select(votes.c.reasons).where(votes.c.vote == "down")):
        reasons.update(given)
    first, last = connection.execute(select(func.min(events.c.at), func.max(events.c.at))).one()
    return FeedbackStats(
        events=_count(connection, events),
        drafts=_count(connection, judged_drafts),
        replies=_count(connection, judged_replies),
        up=sum(count for (_, vote), count in thumbs.items() if vote == "up"),
        down=sum(count for (_, vote), count in thumbs.items() if vote == "down"),
        corrected=connection.scalar(
            select(func.count()).select_from(corrections).where(corrections.c.label.is_not(None))
        )
        or 0,
        reasons=dict(sorted(reasons.items(), key=lambda each: -each[1])),
        by_prompt={prompt: (thumbs[prompt, "up"], thumbs[prompt, "down"]) for prompt in sorted({p for p, _ in thumbs})},
        first_at=first,
        last_at=last,
    )


def _count(connection: Connection, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0

"""Whether a model's message says anything: a grounded nothing passes every check of facts, and is still no message."""

from __future__ import annotations

from collections.abc import Sequence

from .assembly import Assembled
from .draft import Finding, Sentence
from .facts import MessageContext

# The shortest of sixty good drafts has 236 characters, four sentences and three facts.
LEAST_CHARACTERS = 80
LEAST_SENTENCES = 2
_SENDER = frozenset({"recruiter", "recruiter_title"})
_ADVICE = "Write a whole message: what the role is, from the facts, why it suits the person, and one question."


def check_substance(
    context: MessageContext, assembled: Assembled, sentences: Sequence[Sentence]
) -> tuple[Finding, ...]:
    """One blocking finding where a body is a fragment, or names nothing of the opportunity although facts were given.

    `sentences` are those of `find_evidence`; greeting, custom content and signature do not count.
    """
    start, end = assembled.message
    custom = assembled.custom or (end, end)
    own = [s for s in sentences if start <= s.start and s.end <= end and not custom[0] <= s.start < custom[1]]
    offered = {fact.id for fact in context.facts if not fact.id.startswith("C") and fact.kind not in _SENDER}
    told = {fact.id for sentence in own for fact in sentence.facts}
    is_whole = len(own) >= LEAST_SENTENCES and sum(len(s.text) for s in own) >= LEAST_CHARACTERS
    if is_whole and (not offered or offered & told):
        return ()
    stop = max(start, min(end, custom[0]))
    return (
        Finding(
            code="empty", severity="blocking", field="body", start=start, end=stop, text=assembled.body[start:stop],
            advice=_ADVICE,
        ),
    )  # fmt: skip

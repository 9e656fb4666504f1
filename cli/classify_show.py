"""How one verdict looks on a terminal, the deciding words marked (C-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .text import console, plain

if TYPE_CHECKING:
    from rich.text import Text

    from overture.classification.verdict import ReviewReason, Verdict

_MOST_SHOWN: Final = 1_000
_REASONS: Final[dict[ReviewReason, str]] = {
    "unsure": "it is not sure",
    "unknown_language": "the language is none that it knows",
    "empty": "there are no words of the person's own",
    "too_long": "it is long, and only its beginning and its end were judged",
}


def show_verdict(verdict: Verdict) -> None:
    """Print label, intent, confidence, deciding words, review and language; words are bold, in a pipe in brackets."""
    from rich.text import Text

    out = console()
    lines: list[tuple[str, str | Text]] = [
        ("Label", Text(verdict.label, style="bold")),
        ("Intent", verdict.intent),
        ("Confidence", f"{verdict.confidence:.1%}"),
        ("Review", f"yes, {_REASONS[verdict.review_reason]}" if verdict.review_reason else _yes_or_no(verdict)),
        ("Language", verdict.language),
    ]
    if verdict.returns_on:
        lines.append(("Back on", verdict.returns_on.isoformat()))
    if verdict.words:
        lines.append(("Words", ", ".join(f"{plain(word.text)} ({word.weight:.0%})" for word in verdict.words)))
    if verdict.text:
        lines.append(("Reply", marked_text(verdict, bold=out.is_terminal)))
    for name, value in lines:
        out.print(Text.assemble((f"{name}:".ljust(12), "dim"), value))


def marked_text(verdict: Verdict, *, bold: bool) -> Text:
    """The reply as the model read it, its deciding words bold or in brackets; a long one is cut."""
    from rich.text import Text

    from overture.classification.normal import normalise

    text = normalise(verdict.text)
    shown = text[:_MOST_SHOWN]
    found = Text()
    at = 0
    places = {word.start: word.start + len(word.text) for word in verdict.words if word.start is not None}
    for start, end in sorted(places.items()):
        if at <= start and end <= len(shown):
            found.append(plain(shown[at:start]))
            word = plain(shown[start:end])
            found.append(word if bold else f"[{word}]", style="bold underline" if bold else None)
            at = end
    found.append(plain(shown[at:]))
    if len(text) > len(shown):
        found.append(f" ... ({len(text) - len(shown):,} characters more)")
    return found


def _yes_or_no(verdict: Verdict) -> str:
    return "yes" if verdict.needs_review else "no"

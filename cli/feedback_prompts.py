"""`overture feedback compare-prompts` and `revise-prompt`: what thumbs say of prompts, for a person to decide (F-5)."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast, get_args

import typer

from overture.errors import ConfigurationError, InputError

from .database_option import Database
from .feedback_options import open_feedback
from .messaging_options import AsJson

if TYPE_CHECKING:
    from overture.classification.labels import Label
    from overture.feedback.prompt_comparison import PromptProposal
    from overture.feedback.prompt_revision import PromptRevision, PromptScore
    from overture.feedback.receipts import DraftState

_EVERY: Final = 500
StratumName = Literal["language", "writer", "week", "contract"]
PromptName = Annotated[str, typer.Argument(metavar="NAME", help="The prompt, such as draft.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the files go.")]


def register(group: typer.Typer) -> None:
    """Add the commands of prompts."""
    group.command("compare-prompts")(compare_prompts)
    group.command("revise-prompt")(revise_prompt)


def compare_prompts(
    name: PromptName,
    a: Annotated[int, typer.Argument(metavar="A", min=1, help="The version in use.")],
    b: Annotated[int, typer.Argument(metavar="B", min=1, help="The version that may be better.")],
    outcomes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="CSV with the columns draft and label: the answers; without it those in the store."
        ),
    ] = None,
    fallbacks: Annotated[
        list[str] | None,
        typer.Option(
            "--fallbacks",
            metavar="VERSION=N/ASKED",
            help="Drafts that fell back, of those asked for; for each version.",
        ),
    ] = None,
    alpha: Annotated[float, typer.Option(help="The chance of a wrong word over all looks.")] = 0.05,
    strata: Annotated[
        str, typer.Option(metavar="NAMES", help="Compare within each of these: language, writer, week, contract.")
    ] = "language,writer",
    voter: Annotated[Literal["seat", "candidate"], typer.Option(help="Whose votes hang together.")] = "seat",
    contract: Annotated[str | None, typer.Option(metavar="ID", help="Only the votes of this one.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the proposal there, as JSON and Markdown.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Say by thumbs whether a version of a prompt should be promoted; any day will do, and nothing is changed."""
    told = _fallbacks(fallbacks or ())
    with open_feedback(database) as store:
        from overture.feedback.prompt_comparison import PromptPolicy, write_proposal
        from overture.feedback.prompt_comparison import compare_prompts as compare
        from overture.feedback.prompt_votes import outcomes_of

        policy = PromptPolicy.model_validate({"alpha": alpha, "strata": _strata(strata), "voter": voter})
        labels = (
            outcomes_of(store.draft_states(contract=contract), store.reply_states(contract=contract))
            if outcomes is None
            else _outcomes(outcomes)
        )
        with _counting("last words") as counted:
            proposal = compare(
                counted(store.draft_states(contract=contract)), name=name, a=a, b=b, policy=policy, outcomes=labels,
                fallbacks=told,
            )  # fmt: skip
        if out is not None:
            for path in write_proposal(proposal, out):
                typer.echo(f"overture: note: {path} written", err=True)
    if as_json:
        typer.echo(proposal.model_dump_json(indent=2))
    else:
        _show_proposal(proposal)


def revise_prompt(
    prompt: Annotated[str, typer.Argument(metavar="NAME", help="NAME, NAME@VERSION, or a .j2 file of your own.")],
    cases: Annotated[Path, typer.Option("--set", metavar="FOLDER", help="The evaluation set.")],
    model: Annotated[str, typer.Option(metavar="NAME", help="openai:NAME, or one of LangChain's names.")],
    out: OutFolder,
    base_url: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server.")
    ] = None,
    max_requests: Annotated[int, typer.Option(metavar="N", help="The ceiling of the whole run.")] = 400,
    max_tokens: Annotated[int, typer.Option(metavar="N", help="Input and output together, of the run.")] = 2_000_000,
    judge: Annotated[int, typer.Option(metavar="N", help="At most so many evaluation cases.")] = 60,
    seed: Annotated[int, typer.Option(metavar="N")] = 0,
    as_json: AsJson = False,
) -> None:
    """Propose a new text of a prompt from what was disliked, with its score; broken off, the same command goes on."""
    from .opening import one_line_errors

    with one_line_errors("feedback", needed_for="feedback"):
        from overture.feedback.eval_sets import read_eval_set
        from overture.feedback.prompt_revision import revise_prompt as revise
        from overture.feedback.prompt_revision_answers import RevisionLimits

        limits = RevisionLimits(max_requests=max_requests, max_total_tokens=max_tokens, judge=judge)
        with _share_bar() as show:
            done = revise(
                read_eval_set(cases), prompt=prompt, model=model, base_url=base_url, folder=out, limits=limits,
                seed=seed, progress=show,
            )  # fmt: skip
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        _show_revision(done, out)


def _strata(names: str) -> tuple[str, ...]:
    given = tuple(name.strip() for name in names.split(",") if name.strip())
    if unknown := [name for name in given if name not in get_args(StratumName)]:
        raise ConfigurationError(f"--strata {unknown[0]!r}: one of {', '.join(get_args(StratumName))}")
    return given


def _fallbacks(given: Iterable[str]) -> dict[int, tuple[int, int]]:
    told: dict[int, tuple[int, int]] = {}
    for each in given:
        version, _, counts = each.partition("=")
        fell, _, asked = counts.partition("/")
        if not (version.isdecimal() and fell.isdecimal() and asked.isdecimal()):
            raise ConfigurationError(f"--fallbacks {each!r} is not VERSION=N/ASKED, such as 2=3/180")
        told[int(version)] = int(fell), int(asked)
    return told


def _outcomes(path: Path) -> dict[str, Label]:
    from overture.classification.labels import Label

    labels = get_args(Label)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if not {"draft", "label"} <= set(rows.fieldnames or ()):
                raise InputError("lacks a column", path=str(path), expected="draft and label")
            told: dict[str, Label] = {}
            for number, row in enumerate(rows, 2):
                if row["label"] not in labels:
                    raise InputError(f"line {number} has no label", path=str(path), expected=", ".join(labels))
                told[row["draft"]] = cast("Label", row["label"])
            return told
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({type(error).__name__})", path=str(path), expected="CSV, UTF-8") from None


def _show_proposal(proposal: PromptProposal) -> None:
    from .tables import show_table

    typer.echo(f"{proposal.decision}: {proposal.name}@{proposal.b} in place of {proposal.name}@{proposal.a}")
    for reason in proposal.reasons:
        typer.echo(f"  {reason}")
    typer.echo()
    rows: list[tuple[object, ...]] = []
    shares = [("thumbs up", "", proposal.difference), ("pooled", "", proposal.pooled)]
    shares += [(each.name, "", each.difference) for each in proposal.slices]
    shares += [(rail.name, rail.standing, rail.difference) for rail in proposal.guardrails]
    for name, standing, found in shares:
        counts = [f"{up} of {n}" for up, n in zip(found.ups, found.n, strict=True)]
        change = None if found.estimate is None else f"{found.estimate:+.1%}"
        interval = None if found.estimate is None else f"{found.low:+.1%} to {found.high:+.1%}"
        rows.append((name, *counts, change, interval, standing))
    names = (f"{proposal.name}@{proposal.a}", f"{proposal.name}@{proposal.b}")
    show_table(("Share", *names, "Change", "Interval", "Guardrail"), rows)


def _show_revision(done: PromptRevision, folder: Path) -> None:
    from .tables import show_table

    for reason in done.reasons:
        typer.echo(reason)
    typer.echo()
    versions: list[tuple[str, PromptScore]] = [(f"{done.name}@{done.version}", done.old)]
    versions += [(f"{done.name}@{done.new_version}", done.new)] if done.new else []
    show_table(
        ("Prompt", "Passed", "Blocked", "Complaints gone"),
        (
            (
                *(name, f"{score.passed} of {score.n}", score.blocked),
                ", ".join(f"{reason} {gone} of {n}" for reason, (gone, n) in score.reasons.items()),
            )
            for name, score in versions
        ),
    )
    typer.echo(f"{done.requests:,} requests, {done.tokens:,} tokens, {done.tried} texts tried, {done.refused} refused")
    for name in done.files:
        typer.echo(f"overture: note: {folder / name} written", err=True)


@contextmanager
def _counting(what: str) -> Generator[Callable[[Iterable[DraftState]], Iterator[DraftState]]]:
    """A count on stderr of what is read, where that is a terminal."""
    if not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    with Progress(SpinnerColumn(), TextColumn("{task.completed:,.0f} " + what), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def count(items: Iterable[DraftState]) -> Iterator[DraftState]:
            for number, item in enumerate(items, 1):
                if number % _EVERY == 0:
                    bar.update(task, completed=number)
                yield item

        yield count


@contextmanager
def _share_bar() -> Generator[Callable[[int, int, float], None] | None]:
    """Requests of the ceiling, and the best share so far."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns: tuple[Any, ...] = (
        BarColumn(), MofNCompleteColumn(), TextColumn("requests at most, best {task.fields[best]:.0%}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, best=0.0)
        yield lambda done, most, best: bar.update(task, completed=done, total=most, best=best)

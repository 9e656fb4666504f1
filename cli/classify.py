"""`overture classify`: one reply, or a file of them; `train` and `card` beside it (C-2 to C-6)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from overture.errors import ConfigurationError, InputError

from .extras import missing_extra
from .text import plain

if TYPE_CHECKING:
    from overture.classification.classifier import ReplyClassifier

_ONE_OR_MANY: Final = "reply"


class _WithDefault(TyperGroup):
    """A group whose words are its commands, or else the arguments of the command that labels."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands or self.commands[args[0]].hidden:
            own = args[: args.index("--")] if "--" in args else args
            args = ["--help"] if "--help" in own else [_ONE_OR_MANY, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.commands[_ONE_OR_MANY].format_help(ctx, formatter)
        self.format_commands(ctx, formatter)


classify = typer.Typer(cls=_WithDefault, help="Label replies Accept or Decline.", rich_markup_mode=None)


@classify.command(_ONE_OR_MANY, hidden=True)
def reply(
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="The reply, a path to an .eml file, or - for stdin.", show_default=False),
    ] = None,
    mail: Annotated[Path | None, typer.Option(metavar="FILE", help="Read the reply from a mail; - for stdin.")] = None,
    outreach: Annotated[str | None, typer.Option(metavar="TEXT", help="The message that the reply answers.")] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="CODE", help="Its language, where you know it: en, pt-BR.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole verdict.")] = False,
    inputs: Annotated[
        list[Path] | None,
        typer.Option(
            "--in",
            metavar="FILE",
            help="Many replies: JSONL (id, text, and if known outreach, lang), .eml files or a folder of them, mbox; "
            "- for JSONL on stdin; several may follow.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where their labels go, as JSONL in the same order; - for stdout."),
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Set aside what cannot be read, with the reason, and go on.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the output of a run that was stopped.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add review_reason, words and returns_on to every row.")
    ] = False,
    review_below: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="X", help="Ask for review below this confidence, not the model's own."),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="The day from which a return without a year is dated."),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A model that you trained, in place of the shipped one.")
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A registry of models: its champion, in place of the shipped one."),
    ] = None,
    escalate_to: Annotated[
        str | None,
        typer.Option(metavar="openai:NAME", help="Ask this chat model about unsure replies; it is sent their text."),
    ] = None,
) -> None:
    """Label a reply Accept or Decline, or find that a machine wrote it.

    TEXT is one reply; a text that is the name of a command goes after --. With --in and --out many are labelled.
    """
    day = today.date() if today else None

    if model is not None and registry is not None:
        raise ConfigurationError("--model and --registry both name a model: give one of them")

    def load() -> ReplyClassifier:
        return load_classifier(model if registry is None else _champion_of(registry), review_below, escalate_to)

    if inputs is None:
        if lost := _given({"--out": out, "--errors": errors, "--resume": resume, "--explain": explain}):
            raise ConfigurationError(f"{lost} goes with --in FILE; --json shows all of one verdict")
        from .classify_one import label_one

        label_one(texts or [], mail, load=load, outreach=outreach, lang=lang, as_json=as_json, today=day)
        return
    if lost := _given({"--mail": mail, "--outreach": outreach, "--lang": lang, "--json": as_json}):
        raise ConfigurationError(f"{lost} is for one reply, not for --in; rows have fields `outreach` and `lang`")
    if out is None:
        raise ConfigurationError("--in needs --out FILE for the labels; --out - prints them")
    from .classify_rows import label_files

    meter = label_files(
        [*inputs, *map(Path, texts or [])],  # the shell makes `--in a.eml b.eml` of `--in *.eml`
        out,
        errors,
        load=load,
        resume=resume,
        explain=explain,
        today=day,
    )
    if meter.refused:
        typer.echo(f"overture: note: {meter.refused:,} could not be read, see {errors}", err=True)


@classify.command("train")
def train_model(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the model goes; a stopped run goes on from there.")],
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The corpus; without it the one that comes with Overture.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, metavar="N", help="Threads of the processor to use.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Passes over the corpus, in place of the recipe's.")
    ] = None,
    start: Annotated[Path | None, typer.Option(metavar="DIR", help="Go on from this model, without a teacher.")] = None,
) -> None:
    """Train a model from a corpus, with its metrics and its card."""
    try:
        label = _train(data, out, threads, epochs, start)
    except ImportError as error:
        raise missing_extra("train", "training a reply model", error) from error
    typer.echo(f"{label} is in {plain(str(out))}; `overture classify --model {plain(str(out))}` uses it")


@classify.command("card")
def card(
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The card of this model, in place of the shipped one's.")
    ] = None,
) -> None:
    """Print the model's card: data, licences, metrics by slice, limits, date."""
    from overture.classification.manifest import shipped_model

    file = (model or shipped_model()) / "CARD.md"
    try:
        typer.echo(plain(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise InputError("there is no card", path=str(file), expected="a model's folder") from None


def load_classifier(model: Path | None, review_below: float | None, escalate_to: str | None = None) -> ReplyClassifier:
    """The classifier that the command labels with."""
    try:
        from overture.classification.classifier import ReplyClassifier

        return ReplyClassifier.load(model, review_below=review_below, escalate_to=escalate_to)
    except ImportError as error:
        raise missing_extra("classification", "labelling replies", error) from error


def _champion_of(registry: Path) -> Path:
    """The folder of a registry's champion, checked (F-4)."""
    try:
        from overture.feedback.registry import Registry
    except ImportError as error:
        raise missing_extra("feedback", "the registry of models", error) from error
    from .feedback_models import open_registry

    return open_registry(Registry(registry)).champion_folder()


def _train(data: Path | None, out: Path, threads: int | None, epochs: int | None, start: Path | None) -> str:
    """Train, and return the model's name and fingerprint."""
    from overture.classification.refitting import read_material
    from overture.classification.training import Recipe, train

    recipe = Recipe()
    if epochs is not None:
        plans = {"student": recipe.student, "teacher": recipe.teacher, "further": recipe.further}
        recipe = recipe.model_copy(
            update={name: plan.model_copy(update={"epochs": epochs}) for name, plan in plans.items()}
        )
    material = read_material(data)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot be made ({error.strerror})", path=str(out), expected="a folder that can be written to"
        ) from None

    def progress(line: str) -> None:
        typer.echo(plain(line), err=True)

    return train(material, recipe, out, progress=progress, threads=threads, start=start).label


def _given(options: dict[str, object]) -> str:
    """The first of the options that was given, or an empty text."""
    return next((name for name, value in options.items() if value not in (None, False)), "")

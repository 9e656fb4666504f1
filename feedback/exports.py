"""Feedback as files that trainers read: TRL's preference forms and a provider's fine-tuning form (F-6)."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from pydantic import Field

from overture.base import Value
from overture.errors import ConfigurationError, InputError, MissingExtraError
from overture.generation.assembly import CUSTOM_SLOT
from overture.prompts import Prompt, RenderedPrompt

from .eval_cases import EvalCase, Split
from .set_files import read_eval_set
from .training_prompts import TrainingPrompts, Unrenderable, answer_of

Form = Literal["unpaired", "paired", "conversational", "conversational-paired", "openai"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
Row: TypeAlias = dict[str, Any]
_ONE_SIDED: Final = "has no counterpart with the same facts, and was not edited"
_NOT_LIKED: Final = "is down and was not edited"
_ROWS_AT_ONCE: Final = 1_000
_SHOW_EVERY: Final = 1_000
_UP, _DOWN = 1, 2


class ExportReport(Value):
    """What was written: rows, of how many cases, and why the others are not among them."""

    form: Form
    rows: int
    cases: int
    skipped: dict[str, int] = Field(default_factory=dict)
    """Reason to number of cases."""


def export_feedback(
    folder: str | Path,
    out: str | Path,
    *,
    form: Form,
    splits: Iterable[Split] = ("train",),
    prompts: Iterable[Prompt] | TrainingPrompts = (),
    progress: Callable[[int], None] | None = None,
) -> ExportReport:
    """Write the judged drafts of an evaluation set to `out`: Parquet if it ends in `.parquet`, else JSONL.

    `unpaired` is TRL's prompt, completion and label, `paired` its prompt, chosen and rejected: a draft that was liked
    against one that was not, of the same facts and prompt; the sent text against the drafted one where a person edited
    it. `conversational` and `conversational-paired` are the same as chat messages; `openai` is a provider's chat form,
    of drafts that were liked or edited. Only the training side, unless `splits` asks for more. The prompt is rendered
    from the frozen facts by the version that was used; `prompts` are versions of your own.

    Raises:
        ConfigurationError: the form is none, or nothing is asked for.
        InputError: there is no set, or `out` cannot be written.
        MissingExtraError: Parquet without pyarrow.
    """
    if form not in FORMS:
        raise ConfigurationError(f"F-6: {form!r} is no form; expected one of {', '.join(FORMS)}")
    wanted = frozenset(splits)
    if not wanted:
        raise ConfigurationError("F-6: name a split to export: train, eval")
    out = Path(out)
    skipped: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    cases = _of_splits(Path(folder), wanted, seen, progress)
    rendering = prompts if isinstance(prompts, TrainingPrompts) else TrainingPrompts(prompts)
    if form in {"paired", "conversational-paired"}:
        both = _two_sided(_of_splits(Path(folder), wanted, Counter(), None))
        rows = _paired(cases, rendering, both, skipped, chat=form != "paired")
    elif form == "openai":
        rows = _provider(cases, rendering, skipped)
    else:
        rows = _unpaired(cases, rendering, skipped, chat=form != "unpaired")
    try:
        count = _write_parquet(out, rows, form) if out.suffix == ".parquet" else _write_jsonl(out, rows)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=str(out)) from error
    return ExportReport(form=form, rows=count, cases=seen["cases"], skipped=dict(sorted(skipped.items())))


def _of_splits(
    folder: Path, wanted: frozenset[Split], seen: Counter[str], progress: Callable[[int], None] | None
) -> Iterator[EvalCase]:
    for case in read_eval_set(folder):
        if case.split in wanted:
            seen["cases"] += 1
            if progress and seen["cases"] % _SHOW_EVERY == 0:
                progress(seen["cases"])
            yield case
    if progress:
        progress(seen["cases"])


def _unpaired(
    cases: Iterable[EvalCase], rendering: TrainingPrompts, skipped: Counter[str], *, chat: bool
) -> Iterator[Row]:
    for case in cases:
        prompt = rendering.render(case)
        if isinstance(prompt, Unrenderable):
            skipped[prompt.reason] += 1
            continue
        answer = answer_of(case.subject, case.body)
        yield {
            "prompt": _prompt(prompt, chat=chat),
            "completion": _answer(answer, chat=chat),
            "label": case.vote == "up",
        }


def _paired(
    cases: Iterable[EvalCase],
    rendering: TrainingPrompts,
    both: frozenset[str],
    skipped: Counter[str],
    *,
    chat: bool,
) -> Iterator[Row]:
    waiting: defaultdict[str, dict[str | None, list[tuple[RenderedPrompt, str]]]] = defaultdict(
        lambda: {"up": [], "down": []}
    )
    for case in cases:
        prompt = rendering.render(case)
        if isinstance(prompt, Unrenderable):
            skipped[prompt.reason] += 1
            continue
        drafted = answer_of(case.subject, case.body)
        sent = answer_of(case.subject, case.final_text) if case.final_text else drafted
        if sent != drafted:
            yield _pair(prompt, sent, drafted, chat=chat)
        key = _key(case)
        if key in both:
            waiting[key][case.vote].append((prompt, drafted))
        elif sent == drafted:
            skipped[_ONE_SIDED] += 1
    for sides in waiting.values():
        up, down = sides["up"], sides["down"]
        for at in range(max(len(up), len(down)) if up and down else 0):  # each of them at least once
            (prompt, chosen), (_, rejected) = up[at % len(up)], down[at % len(down)]
            yield _pair(prompt, chosen, rejected, chat=chat)


def _provider(cases: Iterable[EvalCase], rendering: TrainingPrompts, skipped: Counter[str]) -> Iterator[Row]:
    for case in cases:
        if case.kind == "draft" and case.vote != "up" and not case.final_text:
            skipped[_NOT_LIKED] += 1
            continue
        prompt = rendering.render(case)
        if isinstance(prompt, Unrenderable):
            skipped[prompt.reason] += 1
            continue
        answer = answer_of(case.subject, case.final_text or case.body)
        yield {"messages": [*_prompt(prompt, chat=True), *_answer(answer, chat=True)]}


def _two_sided(cases: Iterable[EvalCase]) -> frozenset[str]:
    """Facts with prompt of which there is a draft that was liked and one that was not."""
    seen: defaultdict[str, int] = defaultdict(int)
    for case in cases:
        if case.kind == "draft":
            seen[_key(case)] |= _UP if case.vote == "up" else _DOWN
    return frozenset(key for key, sides in seen.items() if sides == _UP | _DOWN)


def _key(case: EvalCase) -> str:
    facts = case.context.fingerprint if case.context else ""
    return f"{facts}{case.prompt.fingerprint if case.prompt else ''}{CUSTOM_SLOT in case.body}"


def _pair(prompt: RenderedPrompt, chosen: str, rejected: str, *, chat: bool) -> Row:
    return {
        "prompt": _prompt(prompt, chat=chat),
        "chosen": _answer(chosen, chat=chat),
        "rejected": _answer(rejected, chat=chat),
    }


def _prompt(prompt: RenderedPrompt, *, chat: bool) -> Any:
    if chat:
        return [{"role": role, "content": content} for role, content in prompt.messages]
    return f"{prompt.shared}\n\n{prompt.personal}\n\n"


def _answer(answer: str, *, chat: bool) -> Any:
    return [{"role": "assistant", "content": answer}] if chat else answer


def _write_jsonl(out: Path, rows: Iterable[Row]) -> int:
    count = 0
    new = out.with_name(out.name + ".new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            count += 1
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    os.replace(new, out)
    return count


def _write_parquet(out: Path, rows: Iterator[Row], form: Form) -> int:
    try:
        pa: Any = import_module("pyarrow")  # it ships no types
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("feedback", needed_for="Parquet") from error
    chat = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    text = pa.string() if form in {"unpaired", "paired"} else chat
    names = {"openai": ("messages",), "paired": ("prompt", "chosen", "rejected")}.get(
        form.removeprefix("conversational-"), ("prompt", "completion")
    )
    fields = [(name, text) for name in names] + ([("label", pa.bool_())] if "completion" in names else [])
    new = out.with_name(out.name + ".new")
    count = 0
    schema = pa.schema(fields)
    with parquet.ParquetWriter(new, schema, compression="zstd") as writer:
        batch: list[Row] = []
        for row in rows:
            count += 1
            batch.append(row)
            if len(batch) == _ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
    os.replace(new, out)
    return count

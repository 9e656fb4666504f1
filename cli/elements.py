"""`overture elements`: what can be switched on or off in a draft, and what each would say here (D-4, D-6)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .choice import ChosenLanguage, SwitchedOff, SwitchedOn, make_choice
from .inputs import CompanyFile, JobFile, Pick, ProjectFile, RecruiterFile, read_inputs
from .text import console, plain

if TYPE_CHECKING:
    from overture.generation.element_states import ElementState


def elements(
    candidate: Annotated[
        Path | None, typer.Option(help="A profile: then each element shows what it has to say about it.")
    ] = None,
    job: JobFile = None,
    pick: Pick = None,
    project: ProjectFile = None,
    company: CompanyFile = None,
    recruiter: RecruiterFile = None,
    on: SwitchedOn = None,
    off: SwitchedOff = None,
    language: ChosenLanguage = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every element with its state.")] = False,
) -> None:
    """List the personalization elements that --on and --off take.

    With --candidate: which of them have anything to say, what they would say, and which signals are left out and why.
    """
    if candidate is None:
        _list(as_json=as_json)
        return
    from datetime import date

    from overture.generation.element_states import element_states

    inputs = read_inputs(
        candidate, job=job, pick=pick, project=project, company=company, recruiter=recruiter,
        personalization=make_choice(on=on, off=off, language=language),
    )  # fmt: skip
    states = element_states(inputs, today=date.today())
    if as_json:
        _print_json(state.model_dump() for state in states)
        return
    _show(states)


def _list(*, as_json: bool) -> None:
    from rich.table import Table

    from overture.generation.elements import ELEMENTS

    if as_json:
        _print_json(element._asdict() for element in ELEMENTS)
        return
    table = Table("Element", "Group", "What it puts into a message", box=None, pad_edge=False)
    for element in ELEMENTS:
        table.add_row(element.name, element.group, element.description)
    console().print(table)


def _show(states: Iterable[ElementState]) -> None:
    from rich.table import Table

    table = Table("Element", "", "What it has to say here", box=None, pad_edge=False)
    for state in states:
        said = [plain(fact) for fact in state.facts] or [f"nothing: {state.reason}"]
        said += [f"left out: {plain(each.text)} ({each.reason})" for each in state.left_out]
        table.add_row(state.name, "on" if state.on else "off", "\n".join(said))
    console().print(table)


def _print_json(values: Iterable[object]) -> None:
    import json

    typer.echo(json.dumps(list(values), ensure_ascii=False, indent=2))

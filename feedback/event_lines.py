"""Events as JSON: one a line, as `overture feedback import` reads them and other programs write them (F-1)."""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from overture.errors import InputError

from .events import Event

_FORM: Final = "an event as docs/feedback.md shows it"
_OURS: Final = {  # where pydantic's words quote what was given
    "json_invalid": "is no JSON",
    "union_tag_not_found": "'kind' is missing: 'draft_vote' or 'label_correction'",
    "union_tag_invalid": "'kind' is none of 'draft_vote' and 'label_correction'",
}
_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event, config=ConfigDict(hide_input_in_errors=True))


def read_event(line: str | bytes) -> Event:
    """One event from its JSON; `kind` says which, and a draft or reply is whole or an id.

    Raises:
        InputError: it is none; the message names the field and what is wrong, and quotes nothing (F-1).
    """
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        problem = _OURS.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
        known = [str(part) for part in first["loc"] if first["type"] != "extra_forbidden" or part != first["loc"][-1]]
        if not problem.startswith("F-"):
            problem = problem[:1].lower() + problem[1:]
        raise InputError(problem, field=".".join(known[1:]), expected=_FORM) from None  # the first says which kind

"""Saved messages, one or two with their timing: kept per seat, searchable (S-4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Self

from pydantic import Field, NaiveDatetime, model_validator
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.exc import IntegrityError

from overture.base import Value
from overture.database import insert_into
from overture.errors import InputError

from .tables import templates as table
from .zones import check_zone

_WORD: Final = re.compile(r"[\w+#]+")
_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# How well a word of the query fits a word of the template, and what a hit counts there: the order is what matters.
_EXACT, _PREFIX, _INSIDE, _TYPO = 8, 6, 4, 2
_IN_NAME, _IN_SUBJECT, _IN_BODY = 9, 3, 1


class Template(Value):
    """A saved message of one seat, with its follow-up if it has one (S-4)."""

    id: str = Field(min_length=1, max_length=200)
    seat: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    subject: str
    body: str = Field(min_length=1)
    local_time: NaiveDatetime | None = Field(None, description="Saved absolute time; passed, it means now (S-4).")
    zone: str | None = Field(None, description="IANA zone of `local_time`; none: the recipient's (S-2).")
    follow_up_subject: str | None = None
    follow_up_body: str | None = Field(None, min_length=1, description="What makes it a template of two messages.")
    follow_up_hours: int | None = Field(None, ge=1, description="Delay; none: the policy's default (S-3).")

    @model_validator(mode="after")
    def _a_follow_up_has_a_body(self) -> Self:
        if self.follow_up_body is None and (self.follow_up_subject is not None or self.follow_up_hours is not None):
            raise ValueError("S-4: a template with the subject or delay of a follow-up needs follow_up_body")
        return self

    @property
    def badge(self) -> str | None:
        """`2 messages` on a template of two (S-4)."""
        return None if self.follow_up_body is None else "2 messages"


def search_templates(templates: Iterable[Template], query: str) -> list[Template]:
    """The templates in which every word of a query is found, the best first (S-4).

    Case, accents and the order of words do not matter; a word may be the beginning or a part of another, or be
    mistyped by one letter (two from eight letters on). Names count more than subjects, subjects more than bodies. A
    blank query finds all, by name.
    """
    words = _words(query) or ([_fold(query).strip()] if query.strip() else [])
    found = [(score, template) for template in templates if (score := _score(template, words)) is not None]
    return [template for _, template in sorted(found, key=lambda hit: (-hit[0], *_by_name(hit[1])))]


def save_template(connection: Connection, template: Template) -> None:
    """Add a template, or replace the one of its seat that has its id (S-4).

    Raises:
        InputError: the zone is no IANA zone, the seat has another template of that name, or the id is taken.
    """
    if template.zone is not None:
        check_zone(template.zone)
    content = template.model_dump(mode="json", exclude={"id", "seat", "name"})
    new = insert_into(connection, table).values(
        id=template.id, seat=template.seat, name=template.name, content=content
    )  # fmt: skip
    upsert = new.on_conflict_do_update(
        index_elements=[table.c.id],
        set_={"name": new.excluded.name, "content": new.excluded.content},
        where=table.c.seat == template.seat,
    ).returning(table.c.id)
    try:
        with connection.begin_nested():  # on PostgreSQL a refused row would end the caller's transaction
            saved = connection.execute(upsert).first()
    except IntegrityError as error:
        raise InputError(f"the seat has another template named {template.name!r}", field="name") from error
    if saved is None:
        raise InputError(f"{template.id!r} is taken", field="id", expected="an id that no template has")


def delete_template(connection: Connection, *, seat: str, id: str) -> bool:  # noqa: A002 - the field's name
    """Forget a template of a seat; whether it was there (S-4)."""
    gone = delete(table).where(table.c.seat == seat, table.c.id == id).returning(table.c.id)
    return connection.execute(gone).first() is not None


def list_templates(connection: Connection, *, seat: str) -> list[Template]:
    """All templates of a seat, by name (S-4)."""
    rows = connection.execute(select(table).where(table.c.seat == seat)).mappings()
    return sorted((_template(row) for row in rows), key=_by_name)


def get_template(connection: Connection, *, seat: str, id: str) -> Template | None:  # noqa: A002 - the field's name
    """A template of a seat; None if the seat has none with this id, whoever else may (S-4)."""
    row = connection.execute(select(table).where(table.c.seat == seat, table.c.id == id)).mappings().first()
    return None if row is None else _template(row)


def _template(row: RowMapping) -> Template:
    return Template(id=row["id"], seat=row["seat"], name=row["name"], **row["content"])


def _by_name(template: Template) -> tuple[str, str, str]:
    return _fold(template.name), template.name, template.id


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_UNDECOMPOSED)


def _words(text: str) -> list[str]:
    return _WORD.findall(_fold(text))


def _score(template: Template, words: list[str]) -> int | None:
    """How well the words fit; None if one is nowhere."""
    fields = (
        (_IN_NAME, template.name),
        (_IN_SUBJECT, f"{template.subject}\n{template.follow_up_subject or ''}"),
        (_IN_BODY, f"{template.body}\n{template.follow_up_body or ''}"),
    )
    texts = [(weight, _fold(text)) for weight, text in fields]
    parts = [(weight, text, _WORD.findall(text)) for weight, text in texts]
    total = 0
    for word in words:
        best = max(weight * _fit(word, text, inside) for weight, text, inside in parts)
        if not best:
            return None
        total += best
    return total


def _fit(word: str, text: str, words: list[str]) -> int:
    if word in text:
        if word in words:
            return _EXACT
        return _PREFIX if any(other.startswith(word) for other in words) else _INSIDE
    slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    if not slips:
        return 0
    beginnings = [other[: len(word)] for other in words]
    near = process.extractOne(word, [*words, *beginnings], scorer=OSA.distance, score_cutoff=slips)
    return _TYPO if near else 0

"""Which database a command opens, as an option."""

from __future__ import annotations

from typing import Annotated

import typer

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        "--database-url",
        metavar="URL",
        envvar="OVERTURE_DATABASE",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; without it sqlite:///overture.db, a file in this folder.",
    ),
]

"""Which writer is asked, and the day it counts from, as options."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

ModelName = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME",
        help="offline, openai:NAME, transformers:FOLDER, or PROVIDER:NAME as LangChain has it.",
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Another OpenAI-compatible endpoint for openai:NAME.")
]
Today = Annotated[
    datetime | None,
    typer.Option("--today", metavar="DATE", formats=["%Y-%m-%d"], help="The day from which durations are counted."),
]
WholeRecord = Annotated[bool, typer.Option("--json", help="Print the whole record, evidence included.")]

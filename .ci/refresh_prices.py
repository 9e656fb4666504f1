"""Write `generation/data/prices.json` anew from the package genai-prices (MIT), which is not needed to run Overture:
`uv run --with genai-prices .ci/refresh_prices.py`.

Chat prices in US dollars per million tokens, at the first tier; a price that depends on the hour is the dearest one.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "generation" / "data" / "prices.json"
# genai-prices' provider: its hosts, and the names that LangChain has for it
PROVIDERS: dict[str, tuple[list[str], list[str]]] = {
    "anthropic": (["api.anthropic.com"], []),
    "cohere": (["api.cohere.com", "api.cohere.ai"], []),
    "deepseek": (["api.deepseek.com"], []),
    "google": (["generativelanguage.googleapis.com"], ["google_genai", "google_vertexai"]),
    "groq": (["api.groq.com"], []),
    "mistral": (["api.mistral.ai"], ["mistralai"]),
    "openai": (["api.openai.com"], []),
    "x-ai": (["api.x.ai"], ["xai"]),
}
NO_CHAT = re.compile(
    r"audio|batch|embed|image|moderation|ocr|realtime|rerank|search|speech|transcribe|tts|veo|video|voice|voxtral|whisper"
)
DIGITS = re.compile(r"\\d(?:\{(\d)\})?")


def patterns(clause: Any) -> Iterator[str]:
    """The names that a clause matches, as shell patterns; what has none is left out: no price beats a wrong one."""
    match type(clause).__name__:
        case "ClauseOr":
            for each in clause.or_:
                yield from patterns(each)
        case "ClauseEquals":
            yield clause.equals
        case "ClauseStartsWith":
            yield f"{clause.starts_with}*"
        case "ClauseRegex":
            plain = DIGITS.sub(lambda found: "?" * int(found[1] or 1), clause.regex).replace("\\.", ".")
            if plain[:1] == "^" and plain[-1:] == "$" and re.fullmatch(r"[\w.?-]+", plain[1:-1]):
                yield plain[1:-1]
        case _:
            return


def rate(prices: Any, today: date) -> dict[str, str] | None:
    """What one model costs today."""
    if isinstance(prices, list):
        now = datetime(today.year, today.month, today.day, tzinfo=UTC)
        kinds = [(type(each.constraint).__name__, each) for each in prices]
        started = [each.prices for kind, each in kinds if kind != "StartDateConstraint" or each.constraint.active(now)]
        hourly = [each.prices for kind, each in kinds if kind == "TimeOfDateConstraint"]
        rates = [found for each in (hourly + started[-1:]) if (found := rate(each, today))]
        return max(rates, key=lambda each: Decimal(each["output"]), default=None)
    found = {
        name: getattr(price, "base", price)
        for name, field in (("input", "input_mtok"), ("cached_input", "cache_read_mtok"), ("output", "output_mtok"))
        if (price := getattr(prices, field, None)) is not None
    }
    if not {"input", "output"} <= set(found):
        return None
    return {name: f"{price.normalize():f}" for name, price in found.items()}


def main() -> None:
    from genai_prices.data import providers

    today = datetime.now(tz=UTC).date()
    table: dict[str, Any] = {}
    starts: set[date] = set()
    for provider in providers:
        if provider.id not in PROVIDERS:
            continue
        models: list[dict[str, Any]] = []
        for model in provider.models:
            names = sorted({name.lower() for name in patterns(model.match) if not NO_CHAT.search(name.lower())})
            if isinstance(model.prices, list):
                starts |= {p.constraint.start_date for p in model.prices if hasattr(p.constraint, "start_date")}
            if names and not NO_CHAT.search(model.id) and (price := rate(model.prices, today)):
                models.append({"names": names, **price})
        hosts, aliases = PROVIDERS[provider.id]
        table[provider.id] = {"hosts": hosts, "aliases": aliases, "models": models}
    head = {
        "as_of": max(start for start in starts if start <= today).isoformat(),
        "source": f"genai-prices {version('genai-prices')}, MIT, Copyright (c) Pydantic Services Inc.",
        "unit": "US dollars per million tokens",
    }
    rows = ",\n".join(
        f' {json.dumps(name)}: {json.dumps({key: entry[key] for key in ("hosts", "aliases")})[:-1]}, "models": [\n'
        + ",\n".join(f"  {json.dumps(model)}" for model in entry["models"])
        + "\n ]}"
        for name, entry in sorted(table.items())
    )
    text = json.dumps(head)[:-1] + ', "providers": {\n' + rows + "\n}}\n"
    json.loads(text)
    OUT.write_text(text, encoding="utf-8")
    models = sum(len(entry["models"]) for entry in table.values())
    print(f"{models} models, {len(text)} bytes, as of {head['as_of']}")


main()

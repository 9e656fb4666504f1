"""What a draft costs: a dated table as data, exact sums, and no price where nobody knows one (D-14)."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import httpx2
import pytest
from doubles import COMPANY, JOB, RECRUITER, RICH, TODAY, Endpoint, answering, openai_writer
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from overture.errors import InputError, WriterOutputError
from overture.generation import Drafter, LangChainWriter, OpenAIWriter, Prices, Rate, Usage, resolve_writer
from overture.generation.served_model import ServedModel, served_model

RATE = Rate(input=Decimal("0.25"), cached_input=Decimal("0.025"), output=Decimal(2))
MODEL = {"names": ["gpt-test*"], "input": "0.25", "cached_input": "0.025", "output": "2"}
TABLE = Prices.model_validate(
    {
        "as_of": "2026-11-01",
        "providers": {
            "openai": {
                "hosts": ["api.openai.com"],
                "models": [MODEL, {"names": ["gpt-test-large"], "input": 9, "output": 9}],
            },
            "home": {"hosts": ["localhost"], "models": [{"names": ["*"], "input": 0, "output": 0}]},
        },
    }
)
counts = st.integers(min_value=0, max_value=10**7)
rates = st.decimals(min_value=0, max_value=1000, places=4)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    usage = Usage(requests=1, input_tokens=draw(counts), output_tokens=draw(counts), cached_tokens=draw(counts))
    return RATE.priced(usage) if draw(st.booleans()) else usage


@given(counts, counts, counts, rates, rates, rates)
def test_d14_the_price_is_exact_and_cached_tokens_are_part_of_the_input(
    fresh: int, cached: int, output: int, dear: Decimal, cheap: Decimal, out: Decimal
) -> None:
    rate = Rate(input=dear, cached_input=cheap, output=out)
    usage = Usage(requests=1, input_tokens=fresh + cached, cached_tokens=cached, output_tokens=output)
    assert rate.price(usage) * 10**6 == fresh * dear + cached * cheap + output * out
    assert Rate(input=dear, output=out).price(usage) * 10**6 == (fresh + cached) * dear + output * out


@given(st.lists(usages(), max_size=6), st.randoms(use_true_random=False))
def test_d14_usages_add_up_in_any_order_and_an_unknown_part_makes_the_total_unknown(
    parts: list[Usage], order: Random
) -> None:
    total = sum(parts, Usage())
    again = list(parts)
    order.shuffle(again)
    assert sum(again, Usage()) == total
    known = [part.price for part in parts if part.price is not None]
    assert total.known_price == sum(known, Decimal(0))
    assert total.priced_requests == len(known)
    assert total.price == (sum(known, Decimal(0)) if len(known) == len(parts) else None)
    assert Usage.model_validate_json(total.model_dump_json()) == total


def test_d14_unknown_is_none_and_nothing_asked_is_zero() -> None:
    assert Usage().price == 0
    assert Usage(requests=1, input_tokens=5).price is None
    assert RATE.priced(Usage(requests=1)).price is None, "no tokens were reported"
    tiny = RATE.priced(Usage(requests=1, cached_tokens=1, input_tokens=1))
    assert json.loads(tiny.model_dump_json())["price"] == "0.000000025"
    assert json.loads(Usage(requests=1).model_dump_json())["price"] is None
    assert RATE.priced(tiny) is tiny


@pytest.mark.parametrize(
    ("model", "output"),
    [
        (ServedModel("openai", "gpt-test"), 2),
        (ServedModel("openai", "GPT-test-2026-01-01"), 2),
        (ServedModel("openai", "gpt-test-large"), 9),
        (ServedModel("openai", "gpt-tes"), None),
        (ServedModel("azure", "gpt-test"), None),
        (ServedModel("openai", "gpt-test", "gateway.example"), None),
        (ServedModel("openai", "gpt-test", "localhost", 8000), 0),
    ],
)
def test_d14_the_endpoint_decides_and_the_closest_name(model: ServedModel, output: int | None) -> None:
    rate = TABLE.rate_of(model)
    assert (rate and rate.output) == output


def test_d14_the_table_that_comes_with_overture_is_dated_and_knows_the_models_people_use() -> None:
    table = Prices.default()
    assert date(2026, 1, 1) < table.as_of <= date.today()
    assert "genai-prices" in table.source
    for provider, name in [
        ("openai", "gpt-5-mini"),
        ("openai", "gpt-5-mini-2025-08-07"),
        ("anthropic", "claude-haiku-4-5-20251001"),
        ("google_genai", "models/gemini-2.5-flash"),
        ("mistralai", "mistral-small-latest"),
        ("xai", "grok-4.3"),
    ]:
        rate = table.rate_of(ServedModel(provider, name))
        assert rate is not None, name
        assert 0 < rate.input <= rate.output
        assert rate.cached_input is None or rate.cached_input <= rate.input
    for name in ("gpt-5-mini-of-my-own", "no-such-model", "gpt-4o-audio-preview", "text-embedding-3-small"):
        assert table.rate_of(ServedModel("openai", name)) is None, name
    assert re.search(
        r'"unit": "US dollars per million tokens"', (Path("generation/data/prices.json")).read_text("utf-8")
    )


def test_d14_writers_say_what_serves_them() -> None:
    chat = FakeListChatModel(responses=[""])
    assert served_model(OpenAIWriter("m")) == ServedModel("openai", "m", "api.openai.com", 443)
    at_home = OpenAIWriter("m", base_url="http://user:secret@localhost:8000/v1")
    assert served_model(at_home) == ServedModel("openai", "m", "localhost", 8000)
    assert served_model(resolve_writer("mistralai:small")) == ServedModel("mistralai", "small")
    proxied = resolve_writer("mistralai:small", base_url="https://proxy.example/v1")
    assert served_model(proxied) == ServedModel("mistralai", "small", "proxy.example", 443)
    assert served_model(LangChainWriter(chat)).name == "FakeListChatModel"


def test_d14_langchain_s_models_tell_provider_name_and_address() -> None:
    from langchain_openai import ChatOpenAI

    client = httpx2.Client(transport=Endpoint([answering()]).transport)
    for address, host in [(None, None), ("http://127.0.0.1:9/v1", "127.0.0.1")]:
        model = ChatOpenAI(model="gpt-5-mini", api_key="test", base_url=address, http_client=client)  # pyright: ignore[reportArgumentType]  # a str does for SecretStr
        served = served_model(LangChainWriter(model))
        assert (served.provider, served.name, served.host) == ("openai", "gpt-5-mini", host)
        assert (Prices.default().rate_of(served) is None) is (host is not None)


def test_d14_a_draft_carries_its_price() -> None:
    endpoint = Endpoint([answering()])
    drafter = Drafter(openai_writer(endpoint), today=TODAY, prices=TABLE)
    draft = drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER)
    # 1200 tokens in, 1024 of them cached, 80 out
    assert draft.usage.price == Decimal("0.0002296")
    assert json.loads(draft.model_dump_json())["usage"] == {
        "requests": 1,
        "input_tokens": 1200,
        "output_tokens": 80,
        "cached_tokens": 1024,
        "known_price": "0.0002296",
        "priced_requests": 1,
        "price": "0.0002296",
    }
    assert Drafter(today=TODAY).draft(RICH, job=JOB).usage.price == 0
    unknown = Drafter(openai_writer(endpoint), today=TODAY).draft(RICH, job=JOB)
    assert unknown.usage.price is None
    assert unknown.usage.total_tokens


def test_d14_an_error_carries_its_price() -> None:
    drafter = Drafter(
        openai_writer(Endpoint([answering(['{"subject": "x", "body": ""}'])])), fallback=False, prices=TABLE
    )
    with pytest.raises(WriterOutputError) as caught:
        drafter.draft(RICH, job=JOB)
    assert caught.value.usage.requests == 3
    assert caught.value.usage.price == 3 * Decimal("0.0002296")


def test_a_table_of_your_own_is_read_and_a_wrong_one_names_the_field(tmp_path: Path) -> None:
    mine = tmp_path / "prices.json"
    mine.write_text(TABLE.model_dump_json(), encoding="utf-8")
    assert Prices.read(mine) == TABLE
    assert Drafter(openai_writer(Endpoint([answering()])), prices=mine, today=TODAY).draft(RICH, job=JOB).usage.price
    for text, field in [
        ('{"as_of": "yesterday", "providers": {}}', "as_of"),
        (
            '{"as_of": "2026-01-01", "providers": {"x": {"models": [{"names": ["a"], "input": -1, "output": 1}]}}}',
            "input",
        ),
        ("{", "JSON"),
    ]:
        mine.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=field):
            Prices.read(mine)
    with pytest.raises(InputError, match="cannot be read"):
        Prices.read(tmp_path / "none.json")

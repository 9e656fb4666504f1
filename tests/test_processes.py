"""Drafting by other processes: each draft as this one makes it, one client, one budget, and no process left."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bulk_endpoint import endpoint_in_thread
from bulk_people import person
from odd_work import Moody, Odd
from people import LEDGER_JOB, TODAY

from overture import Drafter, InputError
from overture.errors import BudgetExceededError, ConfigurationError, RunError
from overture.generation import Budget, Draft, OpenAIWriter
from overture.generation.async_only import AsyncOnly
from overture.generation.offline import OfflineWriter
from overture.generation.processes import Processes
from overture.generation.writers import WriteRequest, WriterOutput
from overture.sources import parse_candidate

PEOPLE = [parse_candidate(person(number)) for number in range(6)]


async def drafts_of(address: str, *, processes: int, budget: Budget) -> list[Draft]:
    writer = OpenAIWriter("gpt-test", base_url=address)
    drafter = Drafter(writer, today=TODAY, budget=budget)
    many = drafter.adraft_many(PEOPLE, job=LEDGER_JOB, concurrency=1, processes=processes)
    drafts = [result.draft async for result in many if result.draft]
    await writer.aclose()
    return drafts


async def test_s5_drafts_by_other_processes_are_the_same_and_keep_to_one_budget() -> None:
    """To the byte: message, evidence, findings, options, fallbacks; and its inputs are those that were given."""
    budget = Budget(max_tokens=7_000)
    with endpoint_in_thread() as (address, _):
        here = await drafts_of(address, processes=1, budget=Budget(max_tokens=7_000))
        there = await drafts_of(address, processes=2, budget=budget)
    assert {"openai:gpt-test", "offline"} == {draft.writer for draft in there}
    assert {draft.fallback.kind for draft in there if draft.fallback} == {"budget"}
    assert budget.state.tokens <= 7_000
    assert all(draft.inputs is not None and draft.inputs.job is LEDGER_JOB for draft in there)
    # but for the time, and for what the endpoint had in its cache the second time
    apart: Any = {"seconds": True, "usage": {"cached_tokens"}}
    for ours, theirs in zip(here, there, strict=True):
        assert ours.model_dump_json(exclude=apart) == theirs.model_dump_json(exclude=apart)


@pytest.mark.slow
async def test_s5_a_process_that_dies_is_replaced_and_what_it_was_at_is_done_again(tmp_path: Path) -> None:
    async with Processes(Odd(tmp_path / "died"), writer=OfflineWriter(), number=1) as pool:
        first, label = await pool("go")
        assert label == "offline"
        assert first != os.getpid()
        second, _ = await pool("die once")
        assert second not in {first, os.getpid()}
        with pytest.raises(InputError, match="name: no profile"):
            await pool("fail")
        with pytest.raises(RunError, match="UnsendableError"):
            await pool("fail oddly")
        waiting = asyncio.create_task(pool("wait"))
        await asyncio.sleep(0)
        waiting.cancel()
        assert (await pool("go"))[0] == second
    assert not is_alive(second)


@pytest.mark.slow
async def test_an_item_that_ends_every_process_is_an_error(tmp_path: Path) -> None:
    async with Processes(Odd(tmp_path / "died"), writer=OfflineWriter(), number=1) as pool:
        with pytest.raises(RunError, match="3 times"):
            await pool("die always")
        assert (await pool("go"))[1] == "offline"


@pytest.mark.slow
async def test_a_process_imports_nothing_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "email.py").write_text("open('ran', 'w')\nraise ImportError('not the library')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    async with Processes(Odd(tmp_path / "died"), writer=OfflineWriter(), number=1) as pool:
        assert (await pool("go"))[1] == "offline"
    assert not (tmp_path / "ran").exists()


@pytest.mark.slow
async def test_processes_of_which_one_does_not_start_leave_none_behind(tmp_path: Path) -> None:
    before = children()
    with pytest.raises(IndexError):
        await Processes(Moody(tmp_path / "died", [1, 2]), writer=OfflineWriter(), number=3).__aenter__()
    assert [pid for pid in children() - before if is_alive(pid)] == []


def children() -> set[int]:
    """The processes that this one has started."""
    told = (path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children"))
    return {int(pid) for line in told for pid in line.split()}


@pytest.mark.slow
def test_processes_end_with_the_one_that_started_them_however_it_ended(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio, sys\n"
        f"sys.path.append({str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\n"
        "from odd_work import Odd\n"
        "from overture.generation.offline import OfflineWriter\n"
        "from overture.generation.processes import Processes\n"
        "async def main():\n"
        "    async with Processes(Odd(Path('none')), writer=OfflineWriter(), number=1) as pool:\n"
        "        print((await pool('go'))[0], flush=True)\n"
        "        await pool('wait')\n"
        "asyncio.run(main())\n",
        encoding="utf-8",
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_alive(pid)
        process.kill()
    until = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_no_processes_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="processes must be at least 1"):
        list(Drafter(today=TODAY).draft_many(PEOPLE, job=LEDGER_JOB, processes=0))


async def test_d15_a_writer_without_room_in_the_budget_gives_an_answer_not_an_end() -> None:
    """What a process hears of this one's budget is what the course of a draft knows: it goes on offline."""

    class Spent(AsyncOnly):
        label = "spent:all"
        options: Mapping[str, str | int | float | bool | None] = {}

        async def awrite(self, request: WriteRequest) -> WriterOutput:  # noqa: ARG002 - the protocol
            raise BudgetExceededError("nothing is left")

    draft = await Drafter(Spent(), today=TODAY).adraft(PEOPLE[0], job=LEDGER_JOB)
    assert draft.fallback is not None
    assert draft.fallback.kind == "budget"


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"

"""D-7, D-12: greeting, custom content, closing and signature are put in by code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import BACKEND, ELIN, LEDGER_JOB, TODAY

from overture import Candidate, Personalization
from overture.generation import MessageContext, WriterOutput, assemble, build_context

HOSTILE = [
    "{{ 7*7 }}",
    "{name}",
    "[[CUSTOM]]",
    "<script>alert(1)</script>",
    "\u202eolleh\u202c",
    "%s %(x)s",
    "  \n\n x ",
]


def context(candidate: Candidate = BACKEND, **choices: str) -> MessageContext:
    personalization = Personalization.model_validate(choices)
    return build_context(candidate, job=LEDGER_JOB, recruiter=ELIN, personalization=personalization, today=TODAY)


def test_d12_the_greeting_uses_the_preferred_name_as_given() -> None:
    preferred = BACKEND.model_copy(update={"preferred_name": "Nessa"})
    assert assemble(context(preferred), WriterOutput("S", "Body.")).body.startswith("Hi Nessa,\n\nBody.")


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Mrs. Marie J Hamanová", "Hi Marie,"),
        ("Dr. Chen Wei", "Hi Chen,"),
        ("陈伟", "Hi 陈伟,"),
        ("Hamanová, Marie", "Hi Hamanová, Marie,"),
        ("Seun", "Hi Seun,"),
        (None, "Hi,"),
    ],
)
def test_d12_no_title_and_no_guess_in_the_greeting(name: str | None, greeted: str) -> None:
    body = assemble(context(BACKEND.model_copy(update={"name": name})), WriterOutput("S", "Body.")).body
    assert body.partition("\n")[0] == greeted


def test_the_tone_chooses_greeting_and_signature() -> None:
    output = WriterOutput("S", "Body.")
    professional = assemble(context(tone="professional"), output).body
    assert professional == "Hello Ines,\n\nBody.\n\nKind regards,\nElin Berg\nTalent Partner, Norrsken Bank"
    assert assemble(context(tone="direct"), output).body.endswith("\n\nElin Berg, Talent Partner, Norrsken Bank")
    assert assemble(context(), output).body.endswith("\n\nElin Berg\nTalent Partner, Norrsken Bank")


def test_d6_a_name_that_is_off_does_not_sign() -> None:
    off = Personalization().switch(off=["recruiter_name", "recruiter_title"])
    unsigned = build_context(BACKEND, job=LEDGER_JOB, recruiter=ELIN, personalization=off, today=TODAY)
    assert assemble(unsigned, WriterOutput("S", "Body.")).body == "Hi Ines,\n\nBody."


def test_an_inline_greeting_keeps_the_line() -> None:
    assert assemble(context(), WriterOutput("S", "you did.", inline_greeting=True)).body.startswith("Hi Ines, you did.")


@given(st.text(min_size=1, max_size=200) | st.sampled_from(HOSTILE))
def test_d7_custom_content_is_put_in_byte_for_byte(custom: str) -> None:
    for body in ("First.\n\nWould you?", "First.\n\n[[CUSTOM]]\n\nWould you?"):
        made = assemble(context(), WriterOutput("S", body), custom_content=custom)
        assert made.custom is not None
        assert made.body[slice(*made.custom)] == custom


def test_d7_custom_content_goes_where_the_draft_left_room_else_before_the_closing() -> None:
    left_room = assemble(context(), WriterOutput("S", "A.\n\n[[CUSTOM]]\n\nB?"), custom_content="Mine.")
    assert left_room.body.startswith("Hi Ines,\n\nA.\n\nMine.\n\nB?\n\nElin")
    none_left = assemble(context(), WriterOutput("S", "A.\n\nB?"), custom_content="Mine.")
    assert none_left.body.startswith("Hi Ines,\n\nA.\n\nB?\n\nMine.\n\nElin")
    assert "[[" not in assemble(context(), WriterOutput("S", "A.\n\n[[CUSTOM]]\n\nB?")).body

"""D-6: drafting again after a change obeys the new set and leaves the rest as it was."""

from __future__ import annotations

import json
from difflib import SequenceMatcher

import pytest
from doubles import COMPANY, GOOD, JOB, RECRUITER, RICH, TODAY, Endpoint, answering, openai_writer
from people import BACKEND, BANK, ELIN, LEDGER_JOB

from overture import Personalization
from overture.errors import ConfigurationError
from overture.generation import Draft, Drafter
from overture.generation.elements import ELEMENT_NAMES, ElementName

CUSTOM = "  Ask for Bo, {{desk}} 4.\r\n"


def offline_draft(**choice: object) -> Draft:
    return Drafter(today=TODAY).draft(
        BACKEND, job=LEDGER_JOB, company=BANK, recruiter=ELIN, custom_content=CUSTOM,
        personalization=Personalization.model_validate({"length": "long", **choice}),
    )  # fmt: skip


def kept_share(before: Draft, after: Draft) -> float:
    """Of the words of both bodies, how many stand in the other too, in order."""
    return SequenceMatcher(None, before.body.split(), after.body.split(), autojunk=False).ratio()


@pytest.mark.parametrize("element", ELEMENT_NAMES)
def test_d6_a_small_change_of_the_set_gives_a_small_change_of_the_text(element: ElementName) -> None:
    before = offline_draft()
    after = Drafter(today=TODAY).redraft(before, personalization=before.personalization.switch(off=[element]))
    assert not {fact.element for sentence in after.sentences for fact in sentence.facts} & {element}
    untouched = [sentence.text for sentence in before.sentences if not {f.element for f in sentence.facts} & {element}]
    assert kept_share(before, after) >= 0.55, (before.body, after.body)
    if len(untouched) == len(before.sentences):
        assert kept_share(before, after) >= 0.9


def test_d6_the_same_set_gives_the_same_draft() -> None:
    before = offline_draft()
    assert Drafter(today=TODAY).redraft(before, personalization=before.personalization).body == before.body


def test_d6_switching_off_and_on_again_comes_back_to_the_same_words() -> None:
    drafter, before = Drafter(today=TODAY), offline_draft()
    off = drafter.redraft(before, personalization=before.personalization.switch(off=["salary", "team"]))
    assert drafter.redraft(off, personalization=before.personalization).body == before.body


def test_d7_custom_content_stays_byte_for_byte_and_can_be_changed() -> None:
    drafter, before = Drafter(today=TODAY), offline_draft()
    direct = before.personalization.model_copy(update={"tone": "direct"})
    assert CUSTOM in drafter.redraft(before, personalization=direct).body
    assert CUSTOM not in drafter.redraft(before, personalization=direct, custom_content=None).body
    assert "Bring a coat." in drafter.redraft(before, personalization=direct, custom_content="Bring a coat.").body


def test_d7_a_change_of_language_drops_custom_content_and_says_so() -> None:
    drafter, before = Drafter(today=TODAY), offline_draft()
    german = before.personalization.model_copy(update={"language": "de"})
    after = drafter.redraft(before, personalization=german)
    assert CUSTOM.strip() not in after.body
    assert any("D-7" in warning and "custom content" in warning for warning in after.warnings)
    given = drafter.redraft(before, personalization=german, custom_content="Bitte an Bo wenden.")
    assert "Bitte an Bo wenden." in given.body
    assert not any("custom content" in warning for warning in given.warnings)


def test_d6_a_model_is_told_what_changed_and_shown_what_still_holds_and_no_value_that_is_off() -> None:
    endpoint = Endpoint([answering(), answering()])
    drafter = Drafter(openai_writer(endpoint), today=TODAY)
    before = drafter.draft(RICH, job=JOB, company=COMPANY, recruiter=RECRUITER, custom_content=CUSTOM)
    assert "480 ms" in before.body
    drafter.redraft(before, personalization=Personalization(tone="direct").switch(off=["achievements"]))
    sent = json.dumps(endpoint.asked[1])
    assert "480 ms" not in sent
    assert "Say nothing of this any more: achievements." in sent
    assert "Change the tone from friendly to direct." in sent
    assert "Norrsken needs that for its ledger." in sent
    assert "desk" not in sent


def test_d6_a_draft_whose_inputs_are_unknown_is_refused_in_words() -> None:
    drafter = Drafter(today=TODAY)
    context = offline_draft().context
    with pytest.raises(ConfigurationError, match="DraftInput"):
        drafter.redraft(drafter.draft_from(context), personalization=Personalization())


async def test_d6_redrafting_is_the_same_sync_and_async() -> None:
    drafter, before = Drafter(today=TODAY), offline_draft()
    changed = before.personalization.switch(off=["company_name"])
    assert (await drafter.aredraft(before, personalization=changed)).body == (
        drafter.redraft(before, personalization=changed).body
    )


def test_d6_what_a_draft_was_made_from_is_in_no_dump_and_no_repr() -> None:
    draft = offline_draft()
    assert "Fencing" not in draft.model_dump_json()
    assert "Fencing" not in repr(draft)
    assert GOOD["subject"] not in repr(draft)

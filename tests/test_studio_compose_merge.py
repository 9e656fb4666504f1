"""Draft again keeps what a person wrote where it can, and says what it cannot (D-6)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overture.generation.sentences import split_sentences
from overture.studio.compose_merge import HandEdit, merge_edits

BEFORE = "Hi Ada,\n\nYou led a team of four. The role is in Lund. It is well paid.\n\nMay I call?\n\nElin"
SENTENCES = ("You run a lab.", "It is in Lund.", "We pay well.", "May I call?", "You know Go.", "Bye!", "So am I.")
texts = st.lists(
    st.tuples(st.sampled_from(SENTENCES), st.sampled_from((" ", "\n", "\n\n"))),
    max_size=7,
    unique_by=lambda each: each[0],
).map(lambda pairs: "".join(said + space for said, space in pairs).strip())


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_d6_an_edited_sentence_is_kept_where_its_original_stands_unchanged() -> None:
    edited = BEFORE.replace("You led a team of four.", "You led four engineers.")
    after = BEFORE.replace(" It is well paid.", "").replace("in Lund", "remote")
    merged = merge_edits(BEFORE, edited, after)
    assert merged.text == after.replace("You led a team of four.", "You led four engineers.")
    assert merged.kept == (HandEdit(was="You led a team of four.", now="You led four engineers."),)
    assert merged.lost == ()


def test_d6_an_edit_of_a_sentence_that_changed_is_listed_with_its_text() -> None:
    edited = BEFORE.replace("It is well paid.", "It pays 60,000 euros.")
    merged = merge_edits(BEFORE, edited, BEFORE.replace(" It is well paid.", ""))
    assert "60,000" not in merged.text
    assert merged.lost == (HandEdit(was="It is well paid.", now="It pays 60,000 euros."),)


def test_what_was_added_stays_behind_its_sentence_and_in_its_paragraph() -> None:
    edited = BEFORE.replace("of four. ", "of four. I liked that. ")
    after = BEFORE.replace(" The role is in Lund. It is well paid.", "")
    assert merge_edits(BEFORE, edited, after).text == after.replace("of four.", "of four. I liked that.")


def test_what_was_added_to_a_sentence_that_is_gone_is_listed() -> None:
    edited = BEFORE.replace("of four. ", "of four. I liked that. ")
    merged = merge_edits(BEFORE, edited, "Hello.\n\nThis is another text.")
    assert merged.text == "Hello.\n\nThis is another text."
    assert [edit.now for edit in merged.lost] == ["I liked that."]


def test_what_was_taken_out_stays_out_and_is_no_loss_where_the_new_draft_has_it_no_more() -> None:
    edited = BEFORE.replace(" The role is in Lund. It is well paid.", "")
    merged = merge_edits(BEFORE, edited, BEFORE.replace("The role is in Lund. ", ""))
    assert merged.text == edited
    assert merged.lost == ()


def test_a_paragraph_that_the_person_broke_stays_broken() -> None:
    edited = BEFORE.replace("four. The", "four.\n\nThe")
    after = BEFORE.replace("May I call?", "When may I call?")
    assert merge_edits(BEFORE, edited, after).text == edited.replace("May I call?", "When may I call?")


def test_two_edits_one_of_which_has_no_place() -> None:
    edited = BEFORE.replace("a team of four", "four people").replace("well paid", "paid very well")
    after = BEFORE.replace("It is well paid.", "They pay well.")
    merged = merge_edits(BEFORE, edited, after)
    assert "You led four people. The role is in Lund. They pay well." in merged.text
    assert [edit.now for edit in merged.lost] == ["It is paid very well."]


@given(before=texts, after=texts)
def test_without_edits_the_new_draft_is_as_it_is(before: str, after: str) -> None:
    merged = merge_edits(before, before, after)
    assert (merged.text, merged.kept, merged.lost) == (after, (), ())


@given(before=texts, edited=texts)
def test_where_nothing_else_changed_every_edit_is_kept(before: str, edited: str) -> None:
    merged = merge_edits(before, edited, before)
    assert merged.lost == ()
    assert sentences(merged.text) == sentences(edited)


@given(before=texts, edited=texts)
def test_where_the_new_draft_says_what_the_person_wrote_nothing_is_lost(before: str, edited: str) -> None:
    merged = merge_edits(before, edited, edited)
    assert merged.lost == ()


@given(before=texts, edited=texts, after=texts)
def test_every_sentence_that_a_person_wrote_is_in_the_text_or_in_the_list(before: str, edited: str, after: str) -> None:
    merged = merge_edits(before, edited, after)
    own = set(sentences(edited)) - set(sentences(before))
    listed = {said for edit in merged.lost for said in sentences(edit.now)}
    assert own <= set(sentences(merged.text)) | listed
    assert set(sentences(merged.text)) <= set(sentences(after)) | set(sentences(edited))

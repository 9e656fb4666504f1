"""What a sentence of an offline message does; every language has its own wordings for each."""

from __future__ import annotations

from typing import Literal, get_args

Move = Literal[
    # the opening: the strongest thing known about the candidate
    "applied", "applied_elsewhere", "alumni", "talent_pool", "referred", "engaged", "follows", "studying",
    "did", "does", "works", "holds", "held", "last", "worked_as",
    "years", "lists_skills", "studied", "own_project", "open",
    # a tie between opening and role
    "tie_did", "tie_loose", "tie_role",
    # the role: of the recruiter's own firm, of a client, of a firm that is not named, and one that is inferred
    "role_ours", "role_client", "role_open", "role_inferred", "role_inferred_untitled",
    "duties", "duties_more", "pay",
    # why it fits, and who the employer is
    "skills_both", "skills_all", "skills_one", "years_fit", "open_fit", "studied_fit",
    "about", "values", "culture", "team", "benefits", "requirement",
    # the one question
    "ask", "ask_inferred",
    # a second message: what it leads with, and the way out
    "one_more", "nothing_new", "way_out",
    # parts of sentences
    "you_do_now", "you_did", "untitled",
]  # fmt: skip
SubjectKind = Literal[
    "applied", "company_place", "company", "place", "company_only", "inferred", "inferred_untitled", "nothing",
]  # fmt: skip
MOVES: tuple[Move, ...] = get_args(Move)
SUBJECT_KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)

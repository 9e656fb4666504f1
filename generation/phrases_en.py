"""The offline writer's English: every sentence it can build, by what the sentence does.

Slots in braces are filled with facts; a template is usable only when every slot has a value. Written in the friendly
voice; the professional tone takes the same sentences without contractions.
"""

from __future__ import annotations

from .choices import Tone
from .grammar_en import without_contractions as formal
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings: the strongest thing known about the candidate --
    "applied": (
        "You applied to us{in_year}{for_title}, and I'd like to pick that thread up again.",
        "You applied to us{in_year}{for_title}. We have something open now that I'd like you to see.",
        "You applied to us{in_year}{for_title}. Since then another role has opened.",
    ),
    "applied_elsewhere": (
        "You applied to {company}{in_year}{for_title}, and there is something open now that I'd like you to see.",
        "You applied to {company}{in_year}{for_title}. Another role is open now.",
    ),
    "alumni": ("You know {company} from the inside, so I'll keep this short.",),
    "talent_pool": (
        "You joined {company}'s talent pool, and a role has come up that I'd like to put to you.",
        "You're in {company}'s talent pool, so here is something concrete.",
    ),
    "referred": ("Somebody at {company} mentioned your name.",),
    "engaged": ("You've been in touch with {company} before, so the name won't be new to you.",),
    "follows": (
        "You follow {company}, so the name won't be new to you.",
        "As you follow {company}, I'd like you to hear about this first-hand.",
    ),
    "studying": (
        "You're studying {area} at {school}, which is why I'm writing.",
        "I saw that you're studying {area} at {school}.",
        "You're at {school} now, studying {area}.",
    ),
    "did": (
        "At {employer} you {deed}.",
        "You {deed} at {employer_after}.",
        "One line of your profile made me write: at {employer} you {deed}.",
        "Something you did at {employer} made me write: you {deed}.",
        "I read on your profile that you {deed_alone}.",
        "Your profile says that you {deed_alone}.",
    ),
    "does": (
        "At {employer} you {deed}.",
        "In your work at {employer} you {deed}.",
        "Your profile says that you {deed_alone}.",
    ),
    "works": (
        "You're working as {a_title} at {employer} now.",
        "As far as I can see, you work as {a_title} at {employer}.",
        "I see from your profile that you're working as {a_title} at {employer}.",
        "This may be a change from your work as {a_title} at {employer}, so I'd rather ask than assume.",
        "You've been working as {a_title} at {employer} since {since}, so this may come as a surprise.",
    ),
    "holds": (
        "You're working as {a_title} at {employer}.",
        "Your work as {a_title} at {employer} made me think of you for this.",
        "Your work as {a_title} at {employer} is the reason for this note.",
        "You've been working as {a_title} at {employer} since {since}.",
        "You've been at {employer} since {since}, working as {a_title}.",
    ),
    "held": (
        "You've worked as {a_title} at {employer}, which is why I'm writing.",
        "Your time as {a_title} at {employer} is the reason for this note.",
    ),
    "worked_as": ("You've worked as {a_title}, and I'd like you to hear of a role.",),
    "last": ("You worked as {a_title} at {employer} until {until}.", "Until {until} you were {a_title} at {employer}."),
    "years": (
        "You have {duration} in roles like this one behind you.",
        "You've spent {duration} in work like this.",
    ),
    "lists_skills": (
        "You list {skills} on your profile, and that's what I'm looking for.",
        "Your profile lists {skills}, which is what I was searching for.",
    ),
    "studied": ("You studied {area} at {school}, which is why I'm writing.",),
    "own_project": (
        "You built {project} in your own time, which is why I'm writing.",
        "Your project {project} is the reason for this note.",
    ),
    "open": (
        "Your profile says you're open to work, so I'll come to the point.",
        "I saw that you're open to work.",
    ),
    # -- ties between opening and role --
    "tie_did": (
        "That's close to the work we need done.",
        "That's much of what this job is about.",
        "It's the kind of work this role is there for.",
        "We need somebody who has done work like that.",
    ),
    "tie_loose": (
        "That's what made me think of you for this.",
        "It's the reason I thought of you for this role.",
        "That line is why I thought of you.",
    ),
    "tie_role": (
        "It's close to a role I'm trying to fill.",
        "That's near to what this role needs.",
    ),
    # -- the role --
    "role_ours": (
        "{company} is hiring {a_role}{place}{terms}.",
        "{company} is looking for {a_role}{place}{terms}.",
        "At {company} we're hiring {a_role}{place}{terms}.",
        "At {company} we're looking for {a_role}{place}{terms}.",
        "We need {a_role} at {company}{place}{terms}.",
        "The job is with us at {company}: {a_role}{place}{terms}.",
        "{company} has room for {a_role}{place}{terms}.",
        "I'm filling a seat at {company}: {a_role}{place}{terms}.",
    ),
    "role_client": (
        "For {company} I'm hiring {a_role}{place}{terms}.",
        "For {company} I'm looking for {a_role}{place}{terms}.",
        "{company} has asked me to find {a_role}{place}{terms}.",
        "My client {company} needs {a_role}{place}{terms}.",
    ),
    "role_open": (
        "I'm hiring {a_role}{place}{terms}.",
        "The role I have in mind: {a_role}{place}{terms}.",
        "I'm looking for {a_role}{place}{terms}.",
    ),
    "role_inferred": (
        "I'm hiring for a role close to {you_do}: {role}.",
        "I'm recruiting for a role close to {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("I'm hiring for a role that may be close to {you_do}.",),
    "duties": (
        "You'd {duties}.",
        "In it you'd {duties}.",
        "Day to day, you'd {duties}.",
        "The work: you'd {duties}.",
        "What you'd do: {duties}.",
        "Much of the job is to {duties}.",
    ),
    "duties_more": ("You'd also {duty}.",),
    "pay": ("The pay is {pay}.", "It pays {pay}.", "You'd earn {pay}.", "Pay: {pay}."),
    "skills_both": (
        "It calls for {skills}, and you list both.",
        "The role asks for {skills}; both are on your profile.",
        "You have both {skills}, which the role asks for.",
    ),
    "skills_all": (
        "It calls for {skills}, and you list all {count}.",
        "You have {skills} on your profile, and the role asks for all {count}.",
        "The role asks for {skills}; all {count} are on your profile.",
    ),
    "skills_one": (
        "It calls for {skills}, which is on your profile.",
        "You list {skills}, which the role asks for.",
        "The role asks for {skills}, and you have it.",
    ),
    "years_fit": (
        "You've spent {duration} in roles like this one.",
        "You've done work of this kind for {duration}.",
        "You bring {duration} in roles of this kind.",
    ),
    "about": ("{about}",),
    "values": ("What counts there: {values}.", "What people there hold to: {values}."),
    "culture": ("How people work there: {culture}.", "On how the work is done: {culture}."),
    "team": ("You'd join {team}.", "The role sits in {team}."),
    "benefits": ("On top of that: {benefits}.", "Benefits: {benefits}."),
    "requirement": ("The post asks for {requirement}.",),
    "open_fit": (
        "Your profile says you're open to work, so the timing may be right.",
        "As you're open to work, I hope the timing suits you.",
    ),
    "studied_fit": (
        "What you studied at {school}, {area}, would be put to use.",
        "Having studied {area} at {school}, you'd be on familiar ground.",
    ),
    # -- the one question --
    "ask": (
        "Would a 20-minute call next week be worth it to you?",
        "Shall I send you the full description?",
        "Would you like to hear more?",
        "May I send you the details?",
        "Is that worth a short conversation?",
        "Would you be open to a short call about it?",
        "Could I tell you more on a short call?",
        "Should I send you the post, so that you can see for yourself?",
        "When would ten minutes on the phone suit you?",
        "Would it help if I sent you the full post?",
        "Worth a look?",
    ),
    "ask_inferred": (
        "I don't know whether a move is on your mind, so rather than guess: would you be open to hearing about it?",
        "I won't guess at what would suit you. Would you be open to a short conversation about what would?",
        "Is a move something you'd consider, and if so, what would have to be true of it?",
    ),
    # -- a second message --
    "one_more": (
        "One thing I left out: {fact}",
        "Something my first message didn't say: {fact}",
        "One more detail, in case it helps you decide: {fact}",
    ),
    "nothing_new": (
        "I wrote to you about {role}, and it's still open.",
        "The role I wrote to you about, {role}, is still open.",
    ),
    "way_out": (
        'If the timing is wrong, a "not now" is a fine answer too.',
        "If it isn't for you, a short no is just as welcome.",
        "And if it's not for you, just say so and I'll leave it there.",
        "A short no is fine too.",
    ),
    # -- parts of sentences --
    "you_do_now": ("what you do now",),
    "you_did": ("what you have done so far",),
    "untitled": ("somebody for a role",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("You applied to us{in_year}{for_title}; here is a role that's open now.",),
    "ask": (
        "Interested? Reply yes and I'll send the details.",
        "Worth a call? Tell me when, and I'll ring you.",
        "Shall I send the details? A yes is enough.",
        "Open to it? Reply yes and I'll send the full description.",
    ),
    "ask_inferred": ("Open to hearing about it? Reply yes, and tell me what would make it worth your time.",),
    "open": ("You're open to work, so I'll come to the point.",),
    "tie_did": ("That's the work we need done.", "This role needs somebody who has done such work."),
    "tie_loose": ("That's why I thought of you.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "role_ours": (
        "{company} is looking for {a_role}{place}{terms}.",
        "{company} is appointing {a_role}{place}{terms}.",
        "{company} is recruiting {a_role}{place}{terms}.",
    ),
    "role_client": (
        "For {company} I'm looking for {a_role}{place}{terms}.",
        "For {company} I'm appointing {a_role}{place}{terms}.",
        "For {company} I'm recruiting {a_role}{place}{terms}.",
    ),
    "role_open": (
        "I'm looking for {a_role}{place}{terms}.",
        "I'm recruiting {a_role}{place}{terms}.",
    ),
    "ask": (
        "If you'd like to hear more, may I send you the full description?",
        "Would you be open to a short call at a time that suits you?",
        "May I send you the full description, or would you prefer a short call?",
        "Would a conversation of 20 minutes be of interest to you?",
    ),
    "did": (
        "At {employer} you {deed}.",
        "Your profile shows that at {employer} you {deed}.",
        "I read that you {deed} at {employer_after}.",
        "I read on your profile that you {deed_alone}.",
    ),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("You applied{in_year}: now {role}", "{role}, after your application{in_year}"),
    "company_place": ("{role} at {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} at {company}", "{company}: {role}", "{a_company} role: {role}"),
    "place": ("{role}, {place}", "{role} in {place}"),
    "company_only": ("A role at {company}", "An opening at {company}"),
    "inferred": ("A role close to {you_do}", "Close to {you_do}: {role}", "{role}, if you're open to it"),
    "inferred_untitled": ("A role close to {you_do}",),
    "nothing": ("A role you may want to hear about",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Hello {name},", "Hello,"),
    "friendly": ("Hi {name},", "Hi,"),
    "direct": ("Hi {name},", "Hi,"),
}
"""With a name, and without one."""
CLOSING = "Kind regards,"
OWN_FIRST_WORDS = frozenset(
    """You Your You'd You're You've At In As The It We We're One Somebody Something With Having An A Our This That What
    Until For If And""".split()
)
"""First words that lose their capital behind a greeting on the same line."""
__all__ = ["CLOSING", "DIRECT", "GREETINGS", "OWN_FIRST_WORDS", "PHRASES", "PROFESSIONAL", "SUBJECTS", "formal"]

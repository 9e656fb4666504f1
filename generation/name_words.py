"""Capitalised words that name nothing: days, acronyms of office life, degrees, parts of companies' names."""

from __future__ import annotations

from .lexicon import demonyms

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun mondays tuesdays
    wednesdays thursdays fridays saturdays sundays""".split()
)
ORGANISATION_WORDS = frozenset(
    """ltd limited inc llc plc gmbh ag se sa bv nv ab oy as co corp corporation company group holding holdings bank
    hospital hospitals clinic clinics trust school schools university college institute academy team teams depot
    office offices site hotel hotels restaurant studio studios labs lab agency services service solutions
    systems partners foundation council department ministry authority society association centre center
    warehouse plant factory shop store the and of for nhs kg""".split()
)
_ORDINARY = frozenset(
    """i i'm cv cvs hr it uk us usa eu emea apac dach ai api apis kpi kpis okr okrs b2b b2c saas paas iaas ceo cto
    cfo coo cio ciso vp svp evp phd msc bsc mba ba ma beng meng llb llm q1 q2 q3 q4 h1 h2 pdf pdfs faq gmt cet
    cest utc est pst bst am pm ok ps asap eta tbc fyi dr prof r d rd qa ui ux pr pa r&d sla slas mvp poc roi p l
    gp gps a e id ids pc pcs tv url ip europe european asia africa nordics nordic benelux scandinavia western
    eastern northern southern central north south east west internet web covid christmas easter ramadan diwali
    eid hanukkah new year god earth re no nr mr ms mrs mx team head board series phase level grade band class
    stage part year key day days week weeks month english dear hi hello hey thanks thank regards best kind yes
    reply ping drop fancy happy monday stem sme smes ngo ngos gdp ok' x y z ksh usd eur gbp chf sek nok dkk pln
    czk huf inr jpy cny krw aud nzd cad mxn brl zar ngn kes ghs aed sgd hkd kč zł rs step note also we you our
    your what why how when where who if so and but or not this that these those here there a an the my me in on
    at to for of as is are do does can could would should will shall may might let just it its""".split()
)


def is_name_like(word: str) -> bool:
    """Whether a capitalised word (lower case here) could be a proper name: no day, month or everyday acronym."""
    return not (word in _ORDINARY or word in DAYS or word in MONTHS or word in demonyms() or word.isdigit())

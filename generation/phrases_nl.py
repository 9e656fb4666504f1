"""The offline writer's Dutch: friendly and direct say je, professional says u.

"Een" takes every title, "bij" and "van" every company; schools stand in brackets.
"""

from __future__ import annotations

from .choices import Tone
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings --
    "applied": (
        "Je hebt{in_year} bij ons gesolliciteerd{for_title}, en daar kom ik graag op terug.",
        "Je hebt{in_year} bij ons gesolliciteerd{for_title}. Nu schrijf ik over een andere functie.",
    ),
    "applied_elsewhere": (
        "Je hebt{in_year} bij {company} gesolliciteerd{for_title}. Inmiddels is daar een nieuwe vacature.",
    ),
    "alumni": ("Je hebt al eens bij {company} gewerkt, dus ik houd het kort.",),
    "talent_pool": ("Je zit in de talentpool van {company}, en nu is er iets concreets.",),
    "referred": ("Iemand bij {company} heeft me op je profiel gewezen.",),
    "engaged": ("Je hebt al eens contact gehad met {company}, dus de naam is niet nieuw voor je.",),
    "follows": (
        "Je volgt {company}, dus de naam is niet nieuw voor je.",
        "Je volgt {company}, dus dit laat ik je graag zelf weten.",
    ),
    "studying": (
        "Je studeert {area} ({school}), vandaar dit bericht.",
        "Ik zag dat je {area} studeert ({school}).",
    ),
    "did": (
        "In je profiel staat over {employer}: {deed}.",
        "Eén regel uit je profiel bleef bij me hangen, over {employer}: {deed}.",
        "Over je werk bij {employer} schrijf je: {deed}.",
        "In je profiel staat: {deed_alone}.",
    ),
    "does": ("In je profiel staat over {employer}: {deed}.", "In je profiel staat: {deed_alone}."),
    "works": (
        "Je werkt nu als {a_title} bij {employer}.",
        "Volgens je profiel werk je als {a_title} bij {employer}.",
        "Je werkt sinds {since} als {a_title} bij {employer}, dus dit bericht komt misschien onverwacht.",
        "Ik zie dat je als {a_title} bij {employer} werkt.",
        "In je profiel sta je als {a_title} bij {employer}.",
    ),
    "holds": (
        "Je werkt als {a_title} bij {employer}.",
        "Je werkt als {a_title} bij {employer}, en daarom dacht ik aan je.",
        "Je werk als {a_title} bij {employer} is de reden dat ik je schrijf.",
        "Sinds {since} werk je als {a_title} bij {employer}.",
    ),
    "held": (
        "Je hebt als {a_title} bij {employer} gewerkt, vandaar dit bericht.",
        "Je tijd als {a_title} bij {employer} is de reden dat ik je schrijf.",
    ),
    "worked_as": ("Je hebt als {a_title} gewerkt, en ik wil je graag een functie voorleggen.",),
    "last": ("Tot {until} werkte je als {a_title} bij {employer}.",),
    "years": (
        "Je hebt {duration} ervaring met dit soort werk.",
        "In je profiel zie ik {duration} in dit soort functies.",
    ),
    "lists_skills": (
        "In je profiel noem je {skills}, en daar ben ik naar op zoek.",
        "Ik zocht iemand met {skills}, en dat noem je in je profiel.",
    ),
    "studied": ("Je hebt {area} gestudeerd ({school}), vandaar dit bericht.",),
    "own_project": (
        "Je eigen project {project} is de reden dat ik je schrijf.",
        "Ik schrijf je vanwege je project {project}.",
    ),
    "open": (
        "Volgens je profiel sta je open voor iets nieuws, dus ik kom meteen ter zake.",
        "Ik zag dat je openstaat voor nieuw werk.",
    ),
    # -- ties --
    "tie_did": (
        "Dat lijkt veel op het werk dat bij ons ligt te wachten.",
        "Dat is voor een groot deel wat wij zoeken.",
        "Zulk werk hebben wij ook te doen.",
    ),
    "tie_loose": ("Daarom dacht ik aan je.", "Vandaar dit bericht."),
    "tie_role": (
        "Dat lijkt op iets waar ik nu iemand voor zoek.",
        "Dat ligt in de lijn van wat ik zoek.",
    ),
    # -- the role --
    "role_ours": (
        "Bij {company} zoeken we een {role}{terms}.",
        "{company} zoekt een {role}{terms}.",
        "Bij {company} hebben we een vacature voor een {role}{terms}.",
        "{company} heeft een plek voor een {role}{terms}.",
        "Wij zoeken bij {company} een {role}{terms}.",
    ),
    "role_client": (
        "Voor {company} zoek ik een {role}{terms}.",
        "In opdracht van {company} zoek ik een {role}{terms}.",
        "{company} heeft mij gevraagd een {role} te zoeken{terms}.",
    ),
    "role_open": ("Ik zoek een {role}{terms}.", "Ik heb een vacature voor een {role}{terms}."),
    "role_inferred": (
        "Ik zoek iemand voor een functie die lijkt op {you_do}: {role}.",
        "Het gaat om een functie die lijkt op {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Ik zoek iemand voor een functie die misschien lijkt op {you_do}.",),
    "duties": (
        "Waar het om gaat: {duties}.",
        "Het werk: {duties}.",
        "De belangrijkste taken: {duties}.",
        "Concreet: {duties}.",
    ),
    "duties_more": ("En ook: {duty}.",),
    "pay": (
        "Het salaris: {pay}.",
        "Salaris: {pay}.",
        "Wat de functie betaalt: {pay}.",
    ),
    "skills_both": (
        "Gevraagd worden {skills}, en beide staan in je profiel.",
        "De functie vraagt om {skills}; je noemt ze allebei.",
        "Wat de functie vraagt: {skills}; beide staan in je profiel.",
    ),
    "skills_all": (
        "Gevraagd worden {skills}, en dat staat allemaal in je profiel.",
        "De functie vraagt om {skills}; je noemt ze alle {count}.",
        "Wat de functie vraagt: {skills}; het staat allemaal in je profiel.",
    ),
    "skills_one": (
        "Gevraagd wordt {skills}, en dat staat in je profiel.",
        "De functie vraagt om {skills}; dat noem je in je profiel.",
    ),
    "years_fit": (
        "Je hebt {duration} ervaring in dit soort functies.",
        "In vergelijkbare functies heb je {duration} gewerkt.",
    ),
    "open_fit": ("Volgens je profiel sta je open voor iets nieuws, dus misschien komt het goed uit.",),
    "studied_fit": ("Wat je hebt gestudeerd ({area}, {school}) komt hier van pas.",),
    "about": ("{about}",),
    "values": ("Wat daar telt: {values}.",),
    "culture": ("Zo wordt er gewerkt: {culture}.",),
    "team": ("Het is voor dit team: {team}.",),
    "benefits": ("Daarnaast: {benefits}.",),
    "requirement": ("Gevraagd wordt: {requirement}.",),
    # -- the question --
    "ask": (
        "Is dat een kort telefoontje waard?",
        "Zal ik je de vacature sturen?",
        "Wil je er meer over horen?",
        "Mag ik je de details sturen?",
        "Heb je volgende week 20 minuten om te bellen?",
        "Heb je deze week tien minuten, zodat ik er meer over kan vertellen?",
        "Zullen we er even over bellen?",
    ),
    "ask_inferred": (
        "Ik weet niet of je aan een overstap denkt, dus ik vraag het liever: wil je er meer over horen?",
        "Ik ga niet raden wat bij je past. Zullen we er kort over bellen?",
        "Of een overstap nu in je plannen past, weet ik niet. Zal ik er iets meer over vertellen?",
    ),
    # -- a second message --
    "one_more": ("Eén ding had ik nog niet genoemd: {fact}", "In mijn eerste bericht ontbrak nog iets: {fact}"),
    "nothing_new": ("De functie waarover ik je schreef ({role}) staat nog open.",),
    "way_out": (
        "Komt het nu niet uit, dan is ‘nu niet’ ook een prima antwoord.",
        "Is het niets voor je, dan is een kort ‘nee’ genoeg.",
    ),
    # -- parts --
    "you_do_now": ("wat je nu doet",),
    "you_did": ("wat je tot nu toe hebt gedaan",),
    "untitled": ("nieuwe collega",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("Je hebt{in_year} bij ons gesolliciteerd{for_title}; nu is er een nieuwe vacature.",),
    "open": ("Je staat open voor iets nieuws, dus meteen ter zake.",),
    "tie_did": ("Zulk werk hebben wij ook.", "Daar zoeken we iemand voor."),
    "tie_loose": ("Daarom schrijf ik je.",),
    "ask": (
        "Interesse? Antwoord met ‘ja’ en ik stuur je de details.",
        "Zal ik je de details sturen? Een ‘ja’ is genoeg.",
        "Een telefoontje waard? Laat weten wanneer, dan bel ik.",
        "Tien minuten bellen? Zeg maar wanneer het uitkomt.",
    ),
    "ask_inferred": ("Interesse? Antwoord met ‘ja’ en laat weten wat er voor jou moet kloppen.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "applied": (
        "U hebt{in_year} bij ons gesolliciteerd{for_title}, en daar kom ik graag op terug.",
        "U hebt{in_year} bij ons gesolliciteerd{for_title}. Nu schrijf ik over een andere functie.",
    ),
    "applied_elsewhere": (
        "U hebt{in_year} bij {company} gesolliciteerd{for_title}. Inmiddels is daar een nieuwe vacature.",
    ),
    "alumni": ("U hebt eerder bij {company} gewerkt, dus ik houd het kort.",),
    "talent_pool": ("U bent opgenomen in de talentpool van {company}, en nu is er iets concreets.",),
    "referred": ("Iemand bij {company} heeft mij op uw profiel gewezen.",),
    "engaged": ("U hebt eerder contact gehad met {company}, dus de naam is niet nieuw voor u.",),
    "follows": ("U volgt {company}, dus de naam is niet nieuw voor u.",),
    "studying": (
        "U studeert {area} ({school}), vandaar dit bericht.",
        "Ik zag dat u {area} studeert ({school}).",
    ),
    "did": (
        "In uw profiel staat over {employer}: {deed}.",
        "Over uw werk bij {employer} schrijft u: {deed}.",
        "In uw profiel staat: {deed_alone}.",
    ),
    "does": ("In uw profiel staat over {employer}: {deed}.", "In uw profiel staat: {deed_alone}."),
    "works": (
        "U werkt momenteel als {a_title} bij {employer}.",
        "Volgens uw profiel werkt u als {a_title} bij {employer}.",
        "Ik zie dat u als {a_title} bij {employer} werkt.",
        "In uw profiel staat u als {a_title} bij {employer}.",
        "U werkt sinds {since} als {a_title} bij {employer}, dus dit bericht komt misschien onverwacht.",
    ),
    "holds": (
        "U werkt als {a_title} bij {employer}.",
        "Uw werk als {a_title} bij {employer} is de aanleiding voor dit bericht.",
        "Sinds {since} werkt u als {a_title} bij {employer}.",
    ),
    "held": (
        "U hebt als {a_title} bij {employer} gewerkt, vandaar dit bericht.",
        "Uw tijd als {a_title} bij {employer} is de aanleiding voor dit bericht.",
    ),
    "worked_as": ("U hebt als {a_title} gewerkt, en ik wil u graag een functie voorleggen.",),
    "last": ("Tot {until} werkte u als {a_title} bij {employer}.",),
    "years": ("U hebt {duration} ervaring met dit soort werk.",),
    "lists_skills": (
        "In uw profiel noemt u {skills}, en daar ben ik naar op zoek.",
        "Ik zocht iemand met {skills}, en dat noemt u in uw profiel.",
    ),
    "studied": ("U hebt {area} gestudeerd ({school}), vandaar dit bericht.",),
    "own_project": ("Uw eigen project {project} is de aanleiding voor dit bericht.",),
    "open": ("Volgens uw profiel staat u open voor iets nieuws, dus ik kom meteen ter zake.",),
    "tie_did": (
        "Dat lijkt veel op het werk dat bij ons te doen is.",
        "Dat is voor een groot deel wat wij zoeken.",
    ),
    "tie_loose": ("Daarom dacht ik aan u.",),
    "tie_role": (
        "Dat lijkt op een functie waarvoor ik momenteel iemand zoek.",
        "Dat ligt in de lijn van wat ik zoek.",
    ),
    "role_ours": (
        "{company} zoekt een {role}{terms}.",
        "Bij {company} zoeken wij een {role}{terms}.",
        "Bij {company} hebben wij een vacature voor een {role}{terms}.",
        "{company} heeft een vacature voor een {role}{terms}.",
        "Wij zoeken bij {company} een {role}{terms}.",
    ),
    "role_open": ("Ik zoek een {role}{terms}.", "Ik heb momenteel een vacature voor een {role}{terms}."),
    "pay": (
        "Het salaris: {pay}.",
        "Wat het salaris betreft: {pay}.",
        "Salaris: {pay}.",
    ),
    "skills_both": (
        "Gevraagd worden {skills}, en beide staan in uw profiel.",
        "De functie vraagt om {skills}; u noemt ze allebei.",
        "Wat de functie vraagt: {skills}; beide staan in uw profiel.",
    ),
    "skills_all": (
        "Gevraagd worden {skills}, en dat staat allemaal in uw profiel.",
        "De functie vraagt om {skills}; u noemt ze alle {count}.",
        "Wat de functie vraagt: {skills}; het staat allemaal in uw profiel.",
    ),
    "skills_one": (
        "Gevraagd wordt {skills}, en dat staat in uw profiel.",
        "De functie vraagt om {skills}; dat noemt u in uw profiel.",
    ),
    "years_fit": ("U hebt {duration} ervaring in dit soort functies.",),
    "open_fit": ("Volgens uw profiel staat u open voor iets nieuws, dus misschien komt het gelegen.",),
    "studied_fit": ("Wat u hebt gestudeerd ({area}, {school}) komt hier van pas.",),
    "team": ("De functie hoort bij dit team: {team}.",),
    "benefits": ("Daarnaast biedt de functie: {benefits}.",),
    "ask": (
        "Mag ik u de vacature toesturen?",
        "Mag ik u de vacature toesturen, of bel ik u liever kort?",
        "Hebt u interesse in een kort telefonisch gesprek?",
        "Hebt u volgende week 20 minuten voor een telefoongesprek?",
        "Wilt u er meer over weten?",
        "Zou een kort telefoongesprek u schikken?",
    ),
    "ask_inferred": (
        "Ik weet niet of u aan een overstap denkt, dus ik vraag het liever: wilt u er meer over horen?",
        "Ik wil niet raden wat bij u past. Mag ik u er kort over bellen?",
        "Of een overstap in uw plannen past, weet ik niet. Zal ik u er iets meer over vertellen?",
    ),
    "one_more": ("In mijn eerste bericht ontbrak nog één ding: {fact}",),
    "nothing_new": ("De functie waarover ik u schreef ({role}) staat nog open.",),
    "way_out": (
        "Komt het nu niet gelegen, dan is ‘nu niet’ ook een goed antwoord.",
        "Is de functie niets voor u, dan volstaat een kort bericht.",
    ),
    "role_client": (
        "Voor {company} zoek ik een {role}{terms}.",
        "In opdracht van {company} zoek ik een {role}{terms}.",
    ),
    "role_inferred": (
        "Ik zoek iemand voor een functie die lijkt op {you_do}: {role}.",
        "Het gaat om een functie die lijkt op {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Ik zoek iemand voor een functie die misschien lijkt op {you_do}.",),
    "duties": (
        "De belangrijkste taken: {duties}.",
        "Het werk omvat onder meer: {duties}.",
        "Kort gezegd gaat het om het volgende: {duties}.",
    ),
    "duties_more": ("Daarnaast: {duty}.",),
    "about": ("{about}",),
    "values": ("Wat daar telt: {values}.",),
    "culture": ("Zo wordt er gewerkt: {culture}.",),
    "requirement": ("Gevraagd wordt: {requirement}.",),
    "you_do_now": ("wat u nu doet",),
    "you_did": ("wat u tot nu toe hebt gedaan",),
    "untitled": ("nieuwe collega",),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("{role}, na de sollicitatie{in_year}", "Nieuwe vacature: {role}"),
    "company_place": ("{role} bij {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} bij {company}", "{company}: {role}"),
    "place": ("{role}, {place}", "{role} in {place}"),
    "company_only": ("Een vacature bij {company}",),
    "inferred": ("Een functie die lijkt op {you_do}", "{role}: open voor een overstap?"),
    "inferred_untitled": ("Een functie die lijkt op {you_do}",),
    "nothing": ("Een functie die kan passen",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Beste {name},", "Goedendag,"),
    "friendly": ("Hoi {name},", "Hoi,"),
    "direct": ("Hoi {name},", "Hoi,"),
}
CLOSING = "Met vriendelijke groet,"
OWN_FIRST_WORDS = frozenset(
    """Je Jouw Bij In Uit Als Sinds Tot Voor We Wij Ik Het Dat Zulk Vandaar De Er Een Eén Volgens Vanwege Van Met Na Op
    Omdat Over Daarom Nu Inmiddels Iemand Gevraagd Wat Waar Zo Dit""".split()
)

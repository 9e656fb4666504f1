"""The offline writer's Italian: friendly and direct say tu, professional says Lei.

Nothing agrees with the reader or with the recruiter ("ti interessa", never "interessato"), and inserted names stand
where no article or contraction is due: behind "come" or "presso", behind a colon, or in brackets. A date stands
behind no preposition either, since a month ("da marzo 2021") and a year ("dal 2021") take different ones.
"""

from __future__ import annotations

from .choices import Tone
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings --
    "applied": (
        "Ci hai mandato la tua candidatura{in_year}{for_title}, e vorrei ripartire da lì.",
        "Ci hai mandato la tua candidatura{in_year}{for_title}, per questo ti scrivo.",
        "Riparto dalla candidatura che ci hai mandato{in_year}{for_title}.",
    ),
    "applied_elsewhere": (
        "Hai mandato una candidatura presso {company}{in_year}{for_title}, per questo ti scrivo.",
        "La tua candidatura presso {company}{in_year}{for_title} è il motivo di questo messaggio.",
    ),
    "alumni": ("Hai già lavorato presso {company}, quindi vado al punto.",),
    "talent_pool": ("Fai parte del talent pool di {company}, e ora c'è qualcosa di concreto.",),
    "referred": ("Presso {company} mi hanno segnalato il tuo profilo.",),
    "engaged": ("Hai già avuto contatti con {company}, quindi il nome non ti è nuovo.",),
    "follows": (
        "Segui {company}, quindi il nome non ti è nuovo.",
        "Visto che segui {company}, preferisco parlartene direttamente.",
    ),
    "studying": (
        "I tuoi studi in corso ({area}, {school}) sono il motivo di questo messaggio.",
        "Dal tuo profilo vedo che stai studiando {area} ({school}).",
        "Stai studiando {area} ({school}), per questo ti scrivo.",
    ),
    "did": (
        "Del tuo lavoro presso {employer} scrivi: {deed}.",
        "Nel tuo profilo, alla voce {employer}, leggo: {deed}.",
        "Ti scrivo per una riga del tuo profilo ({employer}): {deed}.",
        "Leggo nel tuo profilo, per {employer}: {deed}.",
        "Nel tuo profilo scrivi: {deed_alone}.",
        "Nel tuo profilo leggo: {deed_alone}.",
    ),
    "does": (
        "Del tuo lavoro presso {employer} scrivi: {deed}.",
        "Nel tuo profilo leggo: {deed_alone}.",
    ),
    "works": (
        "In questo momento, presso {employer}, lavori come {a_title}.",
        "Dal tuo profilo vedo che presso {employer} lavori come {a_title}.",
        "Il tuo lavoro attuale ({a_title}, {employer}) è forse lontano da quello che propongo: preferisco chiedere.",
        "Nel tuo profilo leggo del tuo lavoro attuale: {a_title} ({employer}).",
    ),
    "holds": (
        "Presso {employer} lavori come {a_title}.",
        "Lavori come {a_title} presso {employer}, per questo ho pensato a te.",
        "Il tuo lavoro come {a_title} presso {employer} è il motivo di questo messaggio.",
        "Il tuo ruolo attuale è {a_title} ({employer}).",
    ),
    "held": (
        "Hai lavorato come {a_title} presso {employer}, per questo ti scrivo.",
        "Il tuo periodo come {a_title} presso {employer} è il motivo di questo messaggio.",
    ),
    "worked_as": ("Hai lavorato come {a_title}, per questo ti scrivo.",),
    "last": ("In passato, presso {employer}, hai lavorato come {a_title}.",),
    "years": (
        "Hai {duration} di esperienza in ruoli di questo tipo.",
        "Nel tuo profilo conto {duration} in ruoli di questo tipo.",
    ),
    "lists_skills": (
        "Nel tuo profilo citi {skills}, ed è quello che cerco.",
        "Cercavo proprio quello che citi nel tuo profilo: {skills}.",
    ),
    "studied": ("Hai studiato {area} ({school}), per questo ti scrivo.",),
    "own_project": (
        "Il tuo progetto personale {project} è il motivo di questo messaggio.",
        "Il tuo progetto {project} mi ha fatto venire voglia di scriverti.",
    ),
    "open": (
        "Dal tuo profilo vedo che valuti nuove opportunità, quindi vado al punto.",
        "Ho visto che valuti nuove opportunità.",
    ),
    # -- ties --
    "tie_did": (
        "È vicino a quello che cerchiamo.",
        "È buona parte di questo ruolo.",
        "È proprio il tipo di lavoro che questo ruolo richiede.",
    ),
    "tie_loose": (
        "Per questo ho pensato a te per questa posizione.",
        "È il motivo per cui ho pensato a te.",
    ),
    "tie_role": (
        "È vicino a una posizione che sto seguendo.",
        "È vicino a quello che serve in questo ruolo.",
    ),
    # -- the role --
    "role_ours": (
        "Presso {company} abbiamo una posizione aperta: {role}{terms}.",
        "{company} ha una posizione aperta: {role}{terms}.",
        "C'è una posizione aperta da noi ({company}): {role}{terms}.",
        "Cerchiamo una persona per questa posizione presso {company}: {role}{terms}.",
    ),
    "role_client": (
        "Per {company} sto seguendo una selezione: {role}{terms}.",
        "Sto cercando una persona per {company}: {role}{terms}.",
    ),
    "role_open": (
        "Sto seguendo una selezione: {role}{terms}.",
        "Ho una posizione aperta: {role}{terms}.",
    ),
    "role_inferred": (
        "Sto seguendo una selezione per un ruolo vicino a {you_do}: {role}.",
        "Ho in mente un ruolo vicino a {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Ti scrivo per un ruolo che potrebbe essere vicino a {you_do}.",),
    "duties": (
        "In concreto: {duties}.",
        "Di cosa si tratta: {duties}.",
        "Nel lavoro di ogni giorno: {duties}.",
        "Cosa c'è da fare: {duties}.",
    ),
    "duties_more": ("Si aggiunge: {duty}.",),
    "pay": ("Lo stipendio: {pay}.", "La retribuzione: {pay}.", "Stipendio: {pay}."),
    "skills_both": (
        "Il ruolo richiede due competenze che citi: {skills}.",
        "Nel tuo profilo citi {skills}, due competenze richieste dal ruolo.",
        "Servono {skills}, due competenze che trovo nel tuo profilo.",
    ),
    "skills_all": (
        "Il ruolo richiede {count} competenze che citi: {skills}.",
        "Nel tuo profilo citi {skills}, {count} competenze richieste dal ruolo.",
        "Servono {skills}, {count} competenze che trovo nel tuo profilo.",
    ),
    "skills_one": (
        "Il ruolo richiede una competenza che citi: {skills}.",
        "Tra le competenze richieste c'è {skills}, che citi nel tuo profilo.",
    ),
    "years_fit": (
        "Hai {duration} di esperienza in ruoli di questo tipo.",
        "In ruoli simili hai {duration} di esperienza.",
    ),
    "open_fit": (
        "Dal tuo profilo vedo che valuti nuove opportunità: forse è il momento giusto.",
        "Se valuti nuove opportunità, come leggo nel tuo profilo, forse il momento è giusto.",
    ),
    "studied_fit": ("I tuoi studi ({area}, {school}) qui tornerebbero utili.",),
    "about": ("{about}",),
    "values": ("Quello che conta in azienda: {values}.",),
    "culture": ("Come si lavora: {culture}.",),
    "team": ("Il ruolo è nel {team}.", "Entreresti nel {team}."),
    "benefits": ("In più: {benefits}.", "Tra i benefit: {benefits}."),
    "requirement": ("L'annuncio richiede: {requirement}.",),
    # -- the question --
    "ask": (
        "Ne parliamo 20 minuti la prossima settimana?",
        "Ti mando la descrizione completa?",
        "Ti va di saperne di più?",
        "Ti va di parlarne al telefono?",
        "Ti andrebbe una breve telefonata?",
        "Avresti 20 minuti la prossima settimana per parlarne?",
    ),
    "ask_inferred": (
        "Non so se stai pensando di cambiare, quindi preferisco chiedere: ti va di saperne di più?",
        "Non voglio tirare a indovinare cosa farebbe al caso tuo. Ne parliamo qualche minuto?",
        "Valuteresti un cambiamento e, se sì, a quali condizioni?",
    ),
    # -- a second message --
    "one_more": (
        "C'è una cosa che non avevo scritto: {fact}",
        "Nel primo messaggio mancava un dettaglio: {fact}",
    ),
    "nothing_new": (
        "La posizione di cui ti avevo scritto ({role}) è ancora aperta.",
        "Ti avevo scritto per una posizione che è ancora aperta: {role}.",
    ),
    "way_out": (
        "Se non è il momento, anche un “non ora” è una buona risposta.",
        "Se non fa per te, basta un no.",
    ),
    # -- parts --
    "you_do_now": ("quello che fai oggi",),
    "you_did": ("quello che hai fatto finora",),
    "untitled": ("titolo da precisare",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("Ci hai mandato la tua candidatura{in_year}{for_title}, per questo ti scrivo.",),
    "open": ("Valuti nuove opportunità, quindi vado al punto.",),
    "tie_did": ("È quello che cerchiamo.", "È il tipo di lavoro che questo ruolo richiede."),
    "tie_loose": ("Per questo ti scrivo.",),
    "ask": (
        "Ti interessa? Rispondi sì e ti mando i dettagli.",
        "Ti mando i dettagli? Basta un sì.",
        "Una telefonata? Dimmi quando e ti chiamo.",
        "Ne parliamo? Rispondi sì e ti mando la descrizione completa.",
    ),
    "ask_inferred": ("Ti interessa? Rispondi sì e dimmi a quali condizioni.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "applied": (
        "Ci ha inviato la Sua candidatura{in_year}{for_title}, e vorrei ripartire da lì.",
        "Ci ha inviato la Sua candidatura{in_year}{for_title}, per questo Le scrivo.",
        "Riparto dalla candidatura che ci ha inviato{in_year}{for_title}.",
    ),
    "applied_elsewhere": ("Ha inviato una candidatura presso {company}{in_year}{for_title}, per questo Le scrivo.",),
    "alumni": ("Ha già lavorato presso {company}, quindi vengo subito al punto.",),
    "talent_pool": ("Fa parte del talent pool di {company}, e ora c'è qualcosa di concreto.",),
    "referred": ("Presso {company} mi è stato segnalato il Suo profilo.",),
    "engaged": ("Ha già avuto contatti con {company}, quindi il nome non Le è nuovo.",),
    "follows": (
        "Lei segue {company}, quindi il nome non Le è nuovo.",
        "Poiché segue {company}, gliene parlo direttamente.",
    ),
    "studying": (
        "I Suoi studi in corso ({area}, {school}) sono il motivo di questo messaggio.",
        "Dal Suo profilo vedo che sta studiando {area} ({school}).",
    ),
    "did": (
        "Del Suo lavoro presso {employer} scrive: {deed}.",
        "Nel Suo profilo, alla voce {employer}, leggo: {deed}.",
        "Le scrivo per una riga del Suo profilo ({employer}): {deed}.",
        "Nel Suo profilo leggo: {deed_alone}.",
    ),
    "does": (
        "Del Suo lavoro presso {employer} scrive: {deed}.",
        "Nel Suo profilo leggo: {deed_alone}.",
    ),
    "works": (
        "Attualmente, presso {employer}, lavora come {a_title}.",
        "Dal Suo profilo vedo che presso {employer} lavora come {a_title}.",
        "Nel Suo profilo leggo del Suo lavoro attuale: {a_title} ({employer}).",
    ),
    "holds": (
        "Presso {employer} Lei lavora come {a_title}.",
        "Il Suo lavoro come {a_title} presso {employer} è il motivo di questo messaggio.",
        "Attualmente lavora come {a_title} presso {employer}, per questo Le scrivo.",
    ),
    "held": (
        "Ha lavorato come {a_title} presso {employer}, per questo Le scrivo.",
        "Il Suo periodo come {a_title} presso {employer} è il motivo di questo messaggio.",
    ),
    "worked_as": ("Ha lavorato come {a_title}, per questo Le scrivo.",),
    "last": ("In passato, presso {employer}, ha lavorato come {a_title}.",),
    "years": ("Ha {duration} di esperienza in ruoli di questo tipo.",),
    "lists_skills": (
        "Nel Suo profilo cita {skills}, ed è quello che cerco.",
        "Cercavo proprio quello che cita nel Suo profilo: {skills}.",
    ),
    "studied": ("Ha studiato {area} ({school}), per questo Le scrivo.",),
    "own_project": ("Il Suo progetto personale {project} è il motivo di questo messaggio.",),
    "open": (
        "Dal Suo profilo vedo che valuta nuove opportunità, quindi vengo subito al punto.",
        "Ho visto che valuta nuove opportunità.",
    ),
    "tie_did": (
        "È vicino a quanto cerchiamo.",
        "È buona parte di questo ruolo.",
        "È il tipo di lavoro che questo ruolo richiede.",
    ),
    "tie_loose": ("Per questo ho pensato a Lei per questa posizione.",),
    "tie_role": (
        "È vicino a una posizione che sto seguendo.",
        "È vicino a quanto richiede questo ruolo.",
    ),
    "role_ours": (
        "{company} ha una posizione aperta: {role}{terms}.",
        "Presso {company} abbiamo una posizione aperta: {role}{terms}.",
        "Presso {company} cerchiamo una persona per la seguente posizione: {role}{terms}.",
        "È aperta una posizione presso {company}: {role}{terms}.",
    ),
    "role_client": (
        "Per {company} sto seguendo una selezione: {role}{terms}.",
        "Cerco per {company} una persona per la seguente posizione: {role}{terms}.",
    ),
    "role_open": (
        "Sto seguendo una selezione per la seguente posizione: {role}{terms}.",
        "È aperta una posizione: {role}{terms}.",
    ),
    "role_inferred": (
        "Sto seguendo una selezione per un ruolo vicino a {you_do}: {role}.",
        "Ho in mente un ruolo vicino a {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Le scrivo per un ruolo che potrebbe essere vicino a {you_do}.",),
    "duties": (
        "Le attività: {duties}.",
        "In concreto: {duties}.",
        "Tra le attività: {duties}.",
    ),
    "duties_more": ("Si aggiunge: {duty}.",),
    "pay": ("La retribuzione prevista: {pay}.", "Retribuzione: {pay}."),
    "skills_both": (
        "Il ruolo richiede due competenze che Lei cita: {skills}.",
        "Servono {skills}, due competenze che trovo nel Suo profilo.",
    ),
    "skills_all": (
        "Il ruolo richiede {count} competenze che Lei cita: {skills}.",
        "Servono {skills}, {count} competenze che trovo nel Suo profilo.",
    ),
    "skills_one": (
        "Il ruolo richiede una competenza che Lei cita: {skills}.",
        "Tra le competenze richieste c'è {skills}, che cita nel Suo profilo.",
    ),
    "years_fit": (
        "Ha {duration} di esperienza in ruoli di questo tipo.",
        "In ruoli simili ha {duration} di esperienza.",
    ),
    "open_fit": ("Dal Suo profilo vedo che valuta nuove opportunità: forse è il momento giusto.",),
    "studied_fit": ("I Suoi studi ({area}, {school}) qui troverebbero applicazione.",),
    "about": ("{about}",),
    "values": ("Quello che conta in azienda: {values}.",),
    "culture": ("Come si lavora: {culture}.",),
    "team": ("Il ruolo è nel {team}.", "La posizione fa parte del {team}."),
    "benefits": ("Tra i benefit: {benefits}.", "Si aggiungono i benefit: {benefits}."),
    "requirement": ("L'annuncio richiede: {requirement}.",),
    "ask": (
        "Le posso inviare la descrizione completa?",
        "Preferisce ricevere la descrizione completa o parlarne in una breve telefonata?",
        "Avrebbe 20 minuti la prossima settimana per parlarne?",
        "Possiamo sentirci per una breve telefonata?",
        "Le interessa saperne di più?",
    ),
    "ask_inferred": (
        "Non so se stia pensando di cambiare, quindi preferisco chiedere: Le interessa saperne di più?",
        "Non vorrei tirare a indovinare che cosa farebbe al caso Suo. Le andrebbe di parlarne brevemente?",
    ),
    "one_more": (
        "C'è un aspetto che non avevo menzionato: {fact}",
        "Nel primo messaggio mancava un dettaglio: {fact}",
    ),
    "nothing_new": ("La posizione di cui Le avevo scritto ({role}) è ancora aperta.",),
    "way_out": (
        "Se non è il momento, anche un “non ora” è una buona risposta.",
        "Se la posizione non fa al caso Suo, basta una breve risposta.",
    ),
    "you_do_now": ("quello che fa oggi",),
    "you_did": ("quello che ha fatto finora",),
    "untitled": ("titolo da precisare",),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("Dopo la candidatura{in_year}: {role}", "Nuova posizione aperta: {role}"),
    "company_place": ("{role} presso {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} presso {company}", "{company}: {role}"),
    "place": ("{role}, {place}", "{role} ({place})"),
    "company_only": ("Una posizione presso {company}",),
    "inferred": ("Un ruolo vicino a {you_do}", "{role}: un cambiamento in vista?"),
    "inferred_untitled": ("Un ruolo vicino a {you_do}",),
    "nothing": ("Una posizione che potrebbe interessare",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Gentile {name},", "Buongiorno,"),
    "friendly": ("Ciao {name},", "Ciao,"),
    "direct": ("Ciao {name},", "Ciao,"),
}
CLOSING = "Cordiali saluti"
OWN_FIRST_WORDS: frozenset[str] = frozenset()
"""A message begins on a line of its own, with a capital."""

"""How letters begin and end in the seven languages: what is taken off a model's answer (D-12)."""

from __future__ import annotations

GREETING_WORD = (
    r"(?:hi|hello|hey|hiya|dear|greetings|good\s+(?:morning|afternoon|evening|day)"
    r"|hallo|liebe[rs]?|sehr\s+geehrte[rs]?|guten\s+(?:tag|morgen|abend)|servus|moin|grüß\s+gott"
    r"|bonjour|bonsoir|salut|ch(?:er|ère)(?:\s*(?:/|·)\s*chère|·e|\(e\))?"
    r"|hola|estimad[oa](?:\s*/\s*a|\(a\))?|apreciad[oa]|querid[oa]|buen(?:os|as)\s+(?:días|tardes|noches)|buen\s+día"
    r"|olá|oi|prezad[oa](?:\s*/\s*a|\(a\))?|car[oa](?:\s*/\s*a|\(a\))?|bo(?:m\s+dia|a\s+tarde|a\s+noite)"
    r"|ciao|salve|buongiorno|buonasera|gentile|gentilissim[oa]|egregio"
    r"|hoi|dag|beste|geachte|goede(?:morgen|middag|navond|ndag)|goeden?\s+(?:morgen|middag|avond|dag))"
)
COURTESY = (
    r"(?:(?:dr|prof|mr|mrs|ms|hr|fr|sr|sra|dott|dssa|sig|dhr|mevr|mw|m|mme)\."
    r"|[^\s,.!?:;—–]{1,30})"
)
CLOSING = (
    r"(?:(?:best|kind|kindest|warm|warmest)(?:\s+(?:regards|wishes))?|regards|sincerely|yours(?:\s+\w+)?|cheers"
    r"|(?:many\s+)?thanks(?:\s+(?:so\s+much|again))?|thank\s+you|all\s+the\s+best|take\s+care|respectfully"
    r"|(?:mit\s+)?(?:(?:den\s+)?(?:freundlich|best|herzlich|lieb|schön|viel)e[mn]?\s+)(?:gr(?:u|ü)(?:ß|ss)(?:e[ns]?)?)(?:\s+aus\s+\S+)?"
    r"|hochachtungsvoll|bis\s+(?:bald|dann)|(?:vielen\s+)?dank|mfg|lg|vg"
    r"|(?:bien\s+)?cordialement|bien\s+à\s+(?:vous|toi)|à\s+(?:bientôt|très\s+vite)|(?:mes\s+)?(?:meilleures|sincères|cordiales)\s+salutations"
    r"|salutations(?:\s+distinguées)?|bonne\s+journée|merci(?:\s+(?:d['’]avance|beaucoup))?"
    r"|(?:un\s+)?(?:cordial\s+)?saludos?(?:\s+cordial(?:es)?)?|atentamente|cordialmente|(?:un\s+)?abrazos?|(?:muchas\s+)?gracias"
    r"|atenciosamente|att|(?:com\s+os\s+)?(?:melhores\s+|meus\s+)?cumprimentos|(?:um\s+)?abraços?|obrigad[oa]|até\s+(?:breve|já|logo)"
    r"|(?:cordiali|distinti|cari)\s+saluti|(?:un\s+)?(?:caro\s+|cordiale\s+)?saluto|a\s+presto|grazie(?:\s+mille)?"
    r"|(?:met\s+)?(?:vriendelijke|hartelijke|beste)\s+groet(?:en|jes)?|groet(?:en|jes)?|tot\s+(?:snel|gauw)|(?:hartelijk\s+)?(?:dank|bedankt))"
)

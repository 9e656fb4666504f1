"""The offline writer's German: friendly and direct say du, professional says Sie.

No noun is declined for a person's gender, and inserted names stand where nothing has to agree with them: behind
"als", behind a colon, or in brackets.
"""

from __future__ import annotations

from .choices import Tone
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings --
    "applied": (
        "Du hast dich{in_year} bei uns beworben{for_title}, und daran möchte ich gern anknüpfen.",
        "Du hast dich{in_year} bei uns beworben{for_title}. Inzwischen ist eine neue Stelle frei.",
    ),
    "applied_elsewhere": (
        "Du hast dich{in_year} bei {company} beworben{for_title}. Inzwischen ist dort eine neue Stelle frei.",
    ),
    "alumni": ("Du hast schon bei {company} gearbeitet, deshalb fasse ich mich kurz.",),
    "talent_pool": ("Du bist im Talentpool von {company}, und jetzt gibt es etwas Konkretes.",),
    "referred": ("Dein Profil wurde mir bei {company} empfohlen.",),
    "engaged": ("Du hattest schon Kontakt zu {company}, der Name ist dir also nicht neu.",),
    "follows": (
        "Du folgst {company}, der Name ist dir also nicht neu.",
        "Du folgst {company}, deshalb sollst du es aus erster Hand erfahren.",
    ),
    "studying": (
        "Du studierst gerade {area} ({school}), deshalb schreibe ich dir.",
        "Ich habe gesehen, dass du {area} studierst ({school}).",
    ),
    "did": (
        "In deinem Profil steht zu {employer}: {deed}.",
        "An einem Satz zu {employer} bin ich hängen geblieben: {deed}.",
        "Aus deiner Zeit bei {employer} nennst du: {deed}.",
        "In deinem Profil steht: {deed_alone}.",
    ),
    "does": ("In deinem Profil steht zu {employer}: {deed}.", "In deinem Profil steht: {deed_alone}."),
    "works": (
        "Du arbeitest zurzeit als {a_title} bei {employer}.",
        "Deinem Profil nach arbeitest du als {a_title} bei {employer}.",
        "Du arbeitest seit {since} als {a_title} bei {employer}, die Nachricht kommt also vielleicht überraschend.",
    ),
    "holds": (
        "Du arbeitest als {a_title} bei {employer}.",
        "Du arbeitest als {a_title} bei {employer}, deshalb musste ich an dich denken.",
        "Deine Arbeit als {a_title} bei {employer} ist der Grund für diese Nachricht.",
        "Seit {since} arbeitest du als {a_title} bei {employer}.",
    ),
    "held": (
        "Du hast als {a_title} bei {employer} gearbeitet, deshalb schreibe ich dir.",
        "Deine Zeit als {a_title} bei {employer} ist der Grund für diese Nachricht.",
    ),
    "worked_as": ("Du hast als {a_title} gearbeitet, deshalb möchte ich dir eine Stelle vorstellen.",),
    "last": ("Bis {until} hast du als {a_title} bei {employer} gearbeitet.",),
    "years": (
        "Du bringst {duration} Erfahrung in dieser Art von Arbeit mit.",
        "Du machst solche Arbeit seit Längerem: {duration} stehen in deinem Profil.",
    ),
    "lists_skills": (
        "In deinem Profil stehen {skills}, und genau danach suche ich.",
        "Du nennst {skills} in deinem Profil, und danach habe ich gesucht.",
    ),
    "studied": ("Du hast {area} studiert ({school}), deshalb schreibe ich dir.",),
    "own_project": (
        "Dein eigenes Projekt {project} ist der Grund für diese Nachricht.",
        "Wegen deines Projekts {project} schreibe ich dir.",
    ),
    "open": (
        "Laut deinem Profil bist du offen für Neues, deshalb komme ich gleich zur Sache.",
        "Ich habe gesehen, dass du offen für neue Stellen bist.",
    ),
    # -- ties --
    "tie_did": (
        "Das ist nah an dem, was wir brauchen.",
        "Darum geht es zu einem guten Teil auch hier.",
        "Für solche Arbeit ist diese Stelle da.",
    ),
    "tie_loose": ("Deshalb habe ich bei dieser Stelle an dich gedacht.", "Darum habe ich an dich gedacht."),
    "tie_role": (
        "Das liegt nah an einer Stelle, die ich gerade besetze.",
        "Das passt zu dieser Stelle.",
    ),
    # -- the role --
    "role_ours": (
        "Wir bei {company} besetzen gerade eine Stelle: {role}{terms}.",
        "Bei {company} ist eine Stelle frei: {role}{terms}.",
        "{company} sucht Verstärkung: {role}{terms}.",
    ),
    "role_client": (
        "Für {company} besetze ich gerade eine Stelle: {role}{terms}.",
        "Im Auftrag von {company} suche ich: {role}{terms}.",
    ),
    "role_open": ("Ich besetze gerade eine Stelle: {role}{terms}.", "Es geht um diese Stelle: {role}{terms}."),
    "role_inferred": (
        "Ich besetze eine Stelle, die nah an dem liegt, {you_do}: {role}.",
        "Es geht um eine Stelle nah an dem, {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Ich besetze eine Stelle, die nah an dem liegen könnte, {you_do}.",),
    "duties": ("Darum geht es: {duties}.", "Die Aufgaben: {duties}.", "Zu tun ist vor allem: {duties}."),
    "duties_more": ("Dazu kommt: {duty}.",),
    "pay": ("Das Gehalt: {pay}.", "Bezahlt wird: {pay}."),
    "skills_both": (
        "Gefragt sind {skills}, und beides steht in deinem Profil.",
        "Die Stelle braucht {skills}; du nennst beides.",
    ),
    "skills_all": (
        "Gefragt sind {skills}, und alles davon steht in deinem Profil.",
        "Die Stelle braucht {skills}; du nennst alles davon.",
    ),
    "skills_one": (
        "Gefragt ist {skills}, und das steht in deinem Profil.",
        "Die Stelle braucht {skills}, und du nennst es.",
    ),
    "years_fit": (
        "Du bringst {duration} Erfahrung in solchen Stellen mit.",
        "In ähnlichen Stellen hast du {duration} gearbeitet.",
    ),
    "open_fit": ("Laut deinem Profil bist du offen für Neues, vielleicht passt es also gerade.",),
    "studied_fit": ("Dein Studium ({area}, {school}) wäre hier gefragt.",),
    "about": ("{about}",),
    "values": ("Was dort zählt: {values}.",),
    "culture": ("So wird dort gearbeitet: {culture}.",),
    "team": ("Die Stelle gehört zum {team}.",),
    "benefits": ("Dazu gibt es: {benefits}.",),
    "requirement": ("Gewünscht ist: {requirement}.",),
    # -- the question --
    "ask": (
        "Wäre das ein kurzes Telefonat wert?",
        "Darf ich dir die Ausschreibung schicken?",
        "Möchtest du mehr darüber hören?",
        "Soll ich dir die Einzelheiten schicken?",
        "Hättest du nächste Woche 20 Minuten für ein Telefonat?",
    ),
    "ask_inferred": (
        "Ob du über einen Wechsel nachdenkst, weiß ich nicht, also frage ich: Möchtest du mehr darüber hören?",
        "Ich will nicht raten, was für dich passt. Hättest du Lust auf ein kurzes Gespräch darüber?",
    ),
    # -- a second message --
    "one_more": ("Eines hatte ich nicht erwähnt: {fact}", "Ein Detail fehlte in meiner ersten Nachricht: {fact}"),
    "nothing_new": ("Die Stelle, von der ich dir geschrieben habe ({role}), ist noch frei.",),
    "way_out": (
        "Wenn es gerade nicht passt, ist auch ein „jetzt nicht“ eine gute Antwort.",
        "Wenn es nichts für dich ist, genügt ein kurzes Nein.",
        "Auch ein kurzes Nein genügt.",
    ),
    # -- parts --
    "you_do_now": ("was du jetzt machst",),
    "you_did": ("was du bisher gemacht hast",),
    "untitled": ("eine offene Position",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("Du hast dich{in_year} bei uns beworben{for_title}; jetzt ist eine Stelle frei.",),
    "open": ("Du bist offen für Neues, deshalb gleich zur Sache.",),
    "tie_did": ("Solche Arbeit brauchen wir.", "Genau solche Arbeit fällt hier an."),
    "tie_loose": ("Deshalb schreibe ich dir.",),
    "ask": (
        "Interesse? Antworte mit Ja, dann schicke ich dir die Einzelheiten.",
        "Soll ich dir die Einzelheiten schicken? Ein Ja genügt.",
        "Ein Telefonat wert? Sag mir, wann, und ich rufe an.",
    ),
    "ask_inferred": ("Interesse? Antworte mit Ja und schreib mir, was stimmen müsste.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "applied": (
        "Sie haben sich{in_year} bei uns beworben{for_title}, und daran möchte ich gern anknüpfen.",
        "Sie haben sich{in_year} bei uns beworben{for_title}. Inzwischen ist eine weitere Stelle zu besetzen.",
    ),
    "applied_elsewhere": (
        "Sie haben sich{in_year} bei {company} beworben{for_title}. Nun ist dort eine weitere Stelle zu besetzen.",
    ),
    "alumni": ("Sie haben bereits bei {company} gearbeitet, deshalb fasse ich mich kurz.",),
    "talent_pool": ("Sie sind im Talentpool von {company}, und nun gibt es etwas Konkretes.",),
    "referred": ("Ihr Profil wurde mir bei {company} empfohlen.",),
    "engaged": ("Sie hatten bereits Kontakt zu {company}, der Name ist Ihnen also nicht neu.",),
    "follows": ("Sie folgen {company}, der Name ist Ihnen also nicht neu.",),
    "studying": (
        "Sie studieren derzeit {area} ({school}), deshalb schreibe ich Ihnen.",
        "Ich habe gesehen, dass Sie {area} studieren ({school}).",
    ),
    "did": (
        "In Ihrem Profil steht zu {employer}: {deed}.",
        "Aus Ihrer Zeit bei {employer} nennen Sie: {deed}.",
        "In Ihrem Profil steht: {deed_alone}.",
    ),
    "does": ("In Ihrem Profil steht zu {employer}: {deed}.", "In Ihrem Profil steht: {deed_alone}."),
    "works": (
        "Sie arbeiten zurzeit als {a_title} bei {employer}.",
        "Ihrem Profil nach arbeiten Sie als {a_title} bei {employer}.",
    ),
    "holds": (
        "Sie arbeiten als {a_title} bei {employer}.",
        "Ihre Arbeit als {a_title} bei {employer} ist der Anlass dieser Nachricht.",
        "Seit {since} arbeiten Sie als {a_title} bei {employer}.",
    ),
    "held": (
        "Sie haben als {a_title} bei {employer} gearbeitet, deshalb schreibe ich Ihnen.",
        "Ihre Zeit als {a_title} bei {employer} ist der Anlass dieser Nachricht.",
    ),
    "worked_as": ("Sie haben als {a_title} gearbeitet, deshalb möchte ich Ihnen eine Stelle vorstellen.",),
    "last": ("Bis {until} haben Sie als {a_title} bei {employer} gearbeitet.",),
    "years": ("Sie bringen {duration} Erfahrung in dieser Art von Arbeit mit.",),
    "lists_skills": (
        "In Ihrem Profil stehen {skills}, und danach suche ich.",
        "Sie nennen {skills} in Ihrem Profil, und danach habe ich gesucht.",
    ),
    "studied": ("Sie haben {area} studiert ({school}), deshalb schreibe ich Ihnen.",),
    "own_project": ("Ihr eigenes Projekt {project} ist der Anlass dieser Nachricht.",),
    "open": ("Laut Ihrem Profil sind Sie offen für Neues, deshalb komme ich gleich zur Sache.",),
    "tie_did": ("Das ist nah an dem, was wir brauchen.", "Darum geht es zu einem guten Teil auch bei uns."),
    "tie_loose": ("Deshalb habe ich bei dieser Stelle an Sie gedacht.",),
    "tie_role": ("Das liegt nah an einer Stelle, die ich derzeit besetze.",),
    "role_ours": (
        "{company} besetzt derzeit diese Stelle: {role}{terms}.",
        "Bei {company} ist folgende Stelle zu besetzen: {role}{terms}.",
        "Wir bei {company} besetzen derzeit diese Stelle: {role}{terms}.",
    ),
    "role_client": ("Für {company} besetze ich derzeit diese Stelle: {role}{terms}.",),
    "role_open": ("Ich besetze derzeit diese Stelle: {role}{terms}.",),
    "role_inferred": (
        "Ich besetze eine Stelle, die nah an dem liegt, {you_do}: {role}.",
        "Es geht um eine Stelle nah an dem, {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Ich besetze eine Stelle, die nah an dem liegen könnte, {you_do}.",),
    "duties": ("Darum geht es: {duties}.", "Zu den Aufgaben gehört: {duties}."),
    "pay": ("Das Gehalt beträgt {pay}.", "Das Gehalt: {pay}."),
    "skills_both": (
        "Gefragt sind {skills}, und beides steht in Ihrem Profil.",
        "Die Stelle verlangt {skills}; Sie nennen beides.",
    ),
    "skills_all": (
        "Gefragt sind {skills}, und alles davon steht in Ihrem Profil.",
        "Die Stelle verlangt {skills}; Sie nennen alles davon.",
    ),
    "skills_one": (
        "Gefragt ist {skills}, und das steht in Ihrem Profil.",
        "Die Stelle verlangt {skills}, und Sie nennen es.",
    ),
    "years_fit": ("Sie bringen {duration} Erfahrung in solchen Stellen mit.",),
    "open_fit": ("Laut Ihrem Profil sind Sie offen für Neues, vielleicht passt es also gerade.",),
    "studied_fit": ("Ihr Studium ({area}, {school}) wäre hier gefragt.",),
    "ask": (
        "Darf ich Ihnen die Ausschreibung schicken?",
        "Darf ich Ihnen die Ausschreibung schicken oder Sie kurz anrufen?",
        "Wäre ein kurzes Telefonat für Sie von Interesse?",
        "Hätten Sie in der kommenden Woche 20 Minuten für ein Telefonat?",
    ),
    "ask_inferred": (
        "Ob Sie über einen Wechsel nachdenken, weiß ich nicht, also frage ich: Möchten Sie mehr darüber hören?",
        "Ich möchte nicht raten, was für Sie passt. Wären Sie offen für ein kurzes Gespräch darüber?",
    ),
    "nothing_new": ("Die Stelle, von der ich Ihnen geschrieben habe ({role}), ist noch zu besetzen.",),
    "way_out": (
        "Wenn es gerade nicht passt, ist auch ein „jetzt nicht“ eine gute Antwort.",
        "Wenn die Stelle für Sie nicht in Frage kommt, genügt eine kurze Absage.",
        "Auch eine kurze Absage genügt.",
    ),
    "you_do_now": ("was Sie derzeit machen",),
    "you_did": ("was Sie bisher gemacht haben",),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("{role}, nach der Bewerbung{in_year}", "Jetzt frei: {role}"),
    "company_place": ("{role} bei {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} bei {company}", "{company}: {role}"),
    "place": ("{role}, {place}", "{role} in {place}"),
    "company_only": ("Eine Stelle bei {company}",),
    "inferred": ("Eine Stelle nah an dem, {you_do}", "{role}: offen für einen Wechsel?"),
    "inferred_untitled": ("Eine Stelle nah an dem, {you_do}",),
    "nothing": ("Eine Stelle, die passen könnte",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Guten Tag {name},", "Guten Tag,"),
    "friendly": ("Hallo {name},", "Hallo,"),
    "direct": ("Hallo {name},", "Hallo,"),
}
CLOSING = "Mit freundlichen Grüßen"
OWN_FIRST_WORDS = frozenset(
    """Du Dein Deine Deinem Deinen Bei An In Im Aus Als Seit Bis Für Wir Ich Es Das Die Der Den Ein Eine Einem Eines
    Laut Wegen Zu Zum Zur Mit Nach Auf Ob Wenn Wäre Darf Soll Darum Deshalb Jetzt Inzwischen Zurzeit Derzeit Gerade
    Unser Unsere Unserem Vor Was Wer Wie""".split()
)

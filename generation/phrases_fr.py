"""The offline writer's French: friendly and direct say tu, professional says vous.

Nothing agrees with the reader or with the recruiter ("cela vous intéresse", never "intéressé"), and inserted names
stand where nothing is elided or contracted before them: behind "comme", behind a colon, or in brackets, since "chez"
wants an article before many employers ("chez Centre hospitalier").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from .choices import Tone
from .moves import Move, SubjectKind

_NO_BREAK_SPACE = "\u00a0"
_Kind = TypeVar("_Kind", Move, SubjectKind)


def _typeset(wordings: Mapping[_Kind, tuple[str, ...]]) -> dict[_Kind, tuple[str, ...]]:
    """The wordings with the spaces that French does not break: before high punctuation, inside quotation marks."""
    return {key: tuple(map(_unbroken, texts)) for key, texts in wordings.items()}


def _unbroken(text: str) -> str:
    for sign in ":;?»":
        text = text.replace(f" {sign}", f"{_NO_BREAK_SPACE}{sign}")
    return text.replace("« ", f"«{_NO_BREAK_SPACE}")


PHRASES: dict[Move, tuple[str, ...]] = _typeset({
    # -- openings --
    "applied": (
        "Tu as postulé chez nous{in_year}{for_title}, et j'aimerais y donner suite.",
        "Tu as postulé chez nous{in_year}{for_title}, je reviens donc vers toi.",
        "Je repars de ta candidature chez nous{in_year}{for_title}.",
    ),
    "applied_elsewhere": (
        "Tu as postulé chez {company}{in_year}{for_title}, c'est la raison de mon message.",
        "Ta candidature chez {company}{in_year}{for_title} est la raison de ce message.",
    ),
    "alumni": ("Tu as déjà travaillé chez {company}, alors je fais court.",),
    "talent_pool": ("Tu fais partie du vivier de talents, chez {company}, et il y a maintenant du concret.",),
    "referred": ("Chez {company}, on m'a recommandé ton profil.",),
    "engaged": ("Tu as déjà été en contact avec {company}, le nom ne t'est donc pas inconnu.",),
    "follows": (
        "Tu suis {company}, le nom ne t'est donc pas inconnu.",
        "Comme tu suis {company}, je préfère t'en parler directement.",
    ),
    "studying": (
        "Tes études en cours ({area}, {school}) sont la raison de ce message.",
        "J'ai vu sur ton profil tes études en cours : {area} ({school}).",
        "Tu fais actuellement des études en {area} ({school}), d'où mon message.",
    ),
    "did": (
        "Dans ton profil, à la rubrique {employer}, tu écris : {deed}.",
        "Ce qui m'amène, c'est cette ligne de ton profil ({employer}) : {deed}.",
        "Dans ton profil, sous {employer}, je lis ceci : {deed}.",
        "Si je t'écris, c'est pour cette ligne de ton profil ({employer}) : {deed}.",
        "Tu écris dans ton profil : {deed_alone}.",
        "Je lis dans ton profil : {deed_alone}.",
    ),
    "does": (
        "Dans ton profil, à la rubrique {employer}, tu écris : {deed}.",
        "Je lis dans ton profil : {deed_alone}.",
    ),
    "works": (
        "Tu travailles actuellement comme {a_title} ({employer}).",
        "D'après ton profil, tu travailles comme {a_title} ({employer}).",
        "Ton poste actuel ({a_title}, {employer}) est peut-être loin de ce que je propose, alors je préfère demander.",
        "Je vois ton poste actuel dans ton profil : {a_title} ({employer}).",
    ),
    "holds": (
        "Tu travailles comme {a_title} ({employer}).",
        "Tu travailles comme {a_title} ({employer}), c'est ce qui m'a fait penser à toi.",
        "Ton poste actuel ({a_title}, {employer}) est la raison de ce message.",
        "Depuis {since}, tu travailles comme {a_title} ({employer}).",
    ),
    "held": (
        "Tu as travaillé comme {a_title} ({employer}), d'où mon message.",
        "Ton ancien poste ({a_title}, {employer}) est la raison de ce message.",
    ),
    "worked_as": ("Tu as travaillé comme {a_title}, d'où mon message.",),
    "last": (
        "Jusqu'en {until}, tu as travaillé comme {a_title} ({employer}).",
    ),
    "years": (
        "Tu as {duration} d'expérience dans ce type de poste.",
        "Dans ton profil, je compte {duration} dans ce type de poste.",
    ),
    "lists_skills": (
        "Ton profil mentionne ce que je cherche : {skills}.",
        "Je cherchais des compétences que tu cites dans ton profil : {skills}.",
    ),
    "studied": ("Tes études en {area} ({school}) sont la raison de ce message.",),
    "own_project": (
        "Ton projet personnel {project} est la raison de ce message.",
        "Ton projet {project} m'a donné envie de t'écrire.",
    ),
    "open": (
        "Ton profil indique que tu es à l'écoute du marché, alors je vais droit au but.",
        "J'ai vu que tu es à l'écoute de nouvelles propositions.",
    ),
    # -- ties --
    "tie_did": (
        "C'est proche de ce que nous cherchons.",
        "C'est une bonne partie de ce poste.",
        "Ce poste demande justement ce genre de travail.",
    ),
    "tie_loose": (
        "C'est ce qui m'a fait penser à toi pour ce poste.",
        "C'est pour cela que j'ai pensé à toi.",
    ),
    "tie_role": (
        "C'est proche d'un poste que je cherche à pourvoir.",
        "C'est proche de ce que demande ce poste.",
    ),
    # -- the role --
    "role_ours": (
        "{company} a un poste à pourvoir : {role}{terms}.",
        "Côté {company}, nous avons un poste à pourvoir : {role}{terms}.",
        "{company} recrute en ce moment pour ce poste : {role}{terms}.",
        "Chez nous ({company}), un poste est ouvert : {role}{terms}.",
    ),
    "role_client": (
        "Je recrute pour {company} : {role}{terms}.",
        "Pour {company}, je cherche à pourvoir ce poste : {role}{terms}.",
    ),
    "role_open": (
        "J'ai un poste à pourvoir : {role}{terms}.",
        "Je recrute en ce moment pour ce poste : {role}{terms}.",
    ),
    "role_inferred": (
        "Je recrute pour un poste proche de {you_do} : {role}.",
        "J'ai en tête un poste proche de {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Je recrute pour un poste qui pourrait être proche de {you_do}.",),
    "duties": (
        "Concrètement : {duties}.",
        "Au programme : {duties}.",
        "Au quotidien : {duties}.",
        "Le travail : {duties}.",
    ),
    "duties_more": ("À cela s'ajoute : {duty}.",),
    "pay": ("Côté salaire : {pay}.", "Le salaire : {pay}.", "Rémunération : {pay}."),
    "skills_both": (
        "Le poste fait appel à deux compétences que tu cites : {skills}.",
        "Deux compétences demandées figurent dans ton profil : {skills}.",
        "Ton profil mentionne deux compétences demandées pour ce poste : {skills}.",
    ),
    "skills_all": (
        "Le poste fait appel à {count} compétences que tu cites : {skills}.",
        "{count} compétences demandées figurent dans ton profil : {skills}.",
        "Ton profil mentionne {count} compétences demandées pour ce poste : {skills}.",
    ),
    "skills_one": (
        "Le poste fait appel à une compétence que tu cites : {skills}.",
        "Parmi les compétences demandées, ton profil mentionne celle-ci : {skills}.",
    ),
    "years_fit": (
        "Tu as {duration} d'expérience dans ce type de poste.",
        "Dans des postes comparables, tu as {duration} de pratique.",
    ),
    "open_fit": (
        "Ton profil indique que tu es à l'écoute du marché, le moment est peut-être bon.",
        "D'après ton profil, tu es à l'écoute du marché : cela tombe peut-être bien.",
    ),
    "studied_fit": ("Tes études en {area} ({school}) serviraient ici.",),
    "about": ("{about}",),
    "values": ("Ce qui compte dans l'entreprise : {values}.", "Les valeurs de l'entreprise : {values}."),
    "culture": ("La façon de travailler : {culture}.", "Côté façon de travailler : {culture}."),
    "team": ("Le poste est rattaché à {team}.", "Tu rejoindrais {team}."),
    "benefits": ("Parmi les avantages : {benefits}.", "Côté avantages : {benefits}."),
    "requirement": ("L'annonce demande : {requirement}.",),
    # -- the question --
    "ask": (
        "On en parle 20 minutes la semaine prochaine ?",
        "Je t'envoie la fiche de poste ?",
        "Tu veux en savoir plus ?",
        "Un court appel, ça te dirait ?",
        "Tu aurais 20 minutes la semaine prochaine pour en parler ?",
        "Est-ce qu'on en parle de vive voix ?",
    ),
    "ask_inferred": (
        "Je ne sais pas si tu envisages de changer, alors je préfère demander : tu veux en savoir plus ?",
        "Je ne veux pas deviner ce qui te conviendrait. On en parle quelques minutes ?",
        "Est-ce que tu envisages de changer, et si oui, à quelles conditions ?",
    ),
    # -- a second message --
    "one_more": (
        "Il y a un point que je n'avais pas mentionné : {fact}",
        "Il manquait un détail à mon premier message : {fact}",
    ),
    "nothing_new": (
        "Le poste dont je te parlais ({role}) est toujours ouvert.",
        "Je t'ai écrit à propos de ce poste, toujours à pourvoir : {role}.",
    ),
    "way_out": (
        "Si ce n'est pas le moment, « pas maintenant » est aussi une bonne réponse.",
        "Si ce n'est pas pour toi, un simple non me suffit.",
    ),
    # -- parts --
    "you_do_now": ("ce que tu fais aujourd'hui",),
    "you_did": ("ce que tu as fait jusqu'ici",),
    "untitled": ("intitulé à préciser",),
})  # fmt: skip
DIRECT: dict[Move, tuple[str, ...]] = _typeset({
    "applied": ("Tu as postulé chez nous{in_year}{for_title}, d'où mon message.",),
    "open": ("Tu es à l'écoute du marché, alors je vais droit au but.",),
    "tie_did": ("C'est ce que nous cherchons.", "Ce poste demande ce genre de travail."),
    "tie_loose": ("D'où mon message.",),
    "ask": (
        "Ça t'intéresse ? Réponds oui et je t'envoie les détails.",
        "Je t'envoie les détails ? Un oui suffit.",
        "Ça vaut un appel ? Dis-moi quand et je t'appelle.",
        "Envie d'en parler ? Réponds oui et je t'envoie la fiche de poste.",
    ),
    "ask_inferred": ("Ça t'intéresse ? Réponds oui et dis-moi à quelles conditions.",),
})  # fmt: skip
PROFESSIONAL: dict[Move, tuple[str, ...]] = _typeset({
    "applied": (
        "Vous avez postulé chez nous{in_year}{for_title}, et je souhaite y donner suite.",
        "Vous nous avez adressé votre candidature{in_year}{for_title}, je reviens donc vers vous.",
        "Je reviens vers vous à la suite de votre candidature chez nous{in_year}{for_title}.",
    ),
    "applied_elsewhere": (
        "Vous avez postulé chez {company}{in_year}{for_title}, c'est la raison de mon message.",
    ),
    "alumni": ("Vous avez déjà travaillé chez {company}, je vais donc à l'essentiel.",),
    "talent_pool": ("Vous faites partie du vivier de talents, chez {company}, et un poste concret se présente.",),
    "referred": ("Chez {company}, on m'a recommandé votre profil.",),
    "engaged": ("Vous avez déjà été en contact avec {company}, le nom ne vous est donc pas inconnu.",),
    "follows": (
        "Vous suivez {company}, le nom ne vous est donc pas inconnu.",
        "Comme vous suivez {company}, je préfère vous en parler directement.",
    ),
    "studying": (
        "Vos études en cours ({area}, {school}) sont à l'origine de ce message.",
        "Vous suivez actuellement des études en {area} ({school}), d'où mon message.",
    ),
    "did": (
        "Dans votre profil, à la rubrique {employer}, vous écrivez : {deed}.",
        "Cette ligne de votre profil ({employer}) est à l'origine de mon message : {deed}.",
        "Dans votre profil, sous {employer}, je lis ceci : {deed}.",
        "Je lis dans votre profil : {deed_alone}.",
    ),
    "does": (
        "Dans votre profil, à la rubrique {employer}, vous écrivez : {deed}.",
        "Je lis dans votre profil : {deed_alone}.",
    ),
    "works": (
        "Vous travaillez actuellement comme {a_title} ({employer}).",
        "D'après votre profil, vous travaillez comme {a_title} ({employer}).",
        "Je vois votre poste actuel dans votre profil : {a_title} ({employer}).",
    ),
    "holds": (
        "Vous travaillez comme {a_title} ({employer}).",
        "Votre poste actuel ({a_title}, {employer}) est à l'origine de ce message.",
        "Depuis {since}, vous travaillez comme {a_title} ({employer}).",
    ),
    "held": (
        "Vous avez travaillé comme {a_title} ({employer}), d'où mon message.",
        "Votre ancien poste ({a_title}, {employer}) est à l'origine de ce message.",
    ),
    "worked_as": ("Vous avez travaillé comme {a_title}, d'où mon message.",),
    "last": (
        "Jusqu'en {until}, vous avez travaillé comme {a_title} ({employer}).",
    ),
    "years": ("Vous avez {duration} d'expérience dans ce type de poste.",),
    "lists_skills": (
        "Votre profil mentionne ce que je recherche : {skills}.",
        "Je recherche des compétences que vous citez dans votre profil : {skills}.",
    ),
    "studied": ("Vos études en {area} ({school}) sont à l'origine de ce message.",),
    "own_project": ("Votre projet personnel {project} est à l'origine de ce message.",),
    "open": (
        "Votre profil indique que vous êtes à l'écoute du marché, je vais donc droit au but.",
        "J'ai vu que vous êtes à l'écoute de nouvelles propositions.",
    ),
    "tie_did": (
        "C'est proche de ce que nous recherchons.",
        "C'est une bonne partie de ce poste.",
        "Ce poste demande ce type de travail.",
    ),
    "tie_loose": ("C'est ce qui m'a fait penser à vous pour ce poste.",),
    "tie_role": (
        "C'est proche d'un poste que je cherche à pourvoir.",
        "C'est proche de ce que demande ce poste.",
    ),
    "role_ours": (
        "{company} a un poste à pourvoir : {role}{terms}.",
        "{company} recrute actuellement pour le poste suivant : {role}{terms}.",
        "Chez nous ({company}), un poste est à pourvoir : {role}{terms}.",
        "{company} recherche une personne pour ce poste : {role}{terms}.",
    ),
    "role_client": (
        "Je recrute actuellement pour {company} : {role}{terms}.",
        "Pour {company}, je cherche à pourvoir le poste suivant : {role}{terms}.",
    ),
    "role_open": (
        "Je recrute actuellement pour le poste suivant : {role}{terms}.",
        "Un poste est à pourvoir : {role}{terms}.",
    ),
    "role_inferred": (
        "Je recrute pour un poste proche de {you_do} : {role}.",
        "J'ai en tête un poste proche de {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Je recrute pour un poste qui pourrait être proche de {you_do}.",),
    "duties": (
        "Les missions : {duties}.",
        "Parmi les missions : {duties}.",
        "Concrètement : {duties}.",
    ),
    "duties_more": ("À cela s'ajoute : {duty}.",),
    "pay": ("Rémunération : {pay}.", "Le salaire prévu : {pay}."),
    "skills_both": (
        "Le poste fait appel à deux compétences que vous citez : {skills}.",
        "Deux compétences demandées figurent dans votre profil : {skills}.",
    ),
    "skills_all": (
        "Le poste fait appel à {count} compétences que vous citez : {skills}.",
        "{count} compétences demandées figurent dans votre profil : {skills}.",
    ),
    "skills_one": (
        "Le poste fait appel à une compétence que vous citez : {skills}.",
        "Parmi les compétences demandées, votre profil mentionne celle-ci : {skills}.",
    ),
    "years_fit": ("Vous avez {duration} d'expérience dans ce type de poste.",),
    "open_fit": ("Votre profil indique que vous êtes à l'écoute du marché, le moment est peut-être opportun.",),
    "studied_fit": ("Vos études en {area} ({school}) trouveraient ici une application.",),
    "about": ("{about}",),
    "values": ("Ce qui compte dans l'entreprise : {values}.",),
    "culture": ("La façon de travailler : {culture}.",),
    "team": ("Le poste est rattaché à {team}.", "Vous rejoindriez {team}."),
    "benefits": ("Avantages : {benefits}.", "Parmi les avantages : {benefits}."),
    "requirement": ("L'annonce demande : {requirement}.",),
    "ask": (
        "Puis-je vous envoyer la fiche de poste ?",
        "Souhaitez-vous recevoir la fiche de poste, ou préférez-vous un court échange téléphonique ?",
        "Auriez-vous 20 minutes la semaine prochaine pour en parler ?",
        "Un court échange téléphonique vous conviendrait-il ?",
        "Souhaitez-vous que je vous en dise davantage ?",
    ),
    "ask_inferred": (
        "Je ne sais pas si vous envisagez de changer, aussi je préfère vous poser la question :"
        " souhaitez-vous en savoir plus ?",
        "Je ne veux pas deviner ce qui vous conviendrait. Un court échange à ce sujet vous intéresserait-il ?",
    ),
    "one_more": (
        "Il y a un point que je n'avais pas mentionné : {fact}",
        "Il manquait une précision à mon premier message : {fact}",
    ),
    "nothing_new": ("Le poste dont je vous parlais ({role}) est toujours à pourvoir.",),
    "way_out": (
        "Si ce n'est pas le moment, « pas maintenant » est aussi une bonne réponse.",
        "Si ce poste ne vous convient pas, une réponse brève me suffit.",
    ),
    "you_do_now": ("ce que vous faites aujourd'hui",),
    "you_did": ("ce que vous avez fait jusqu'ici",),
    "untitled": ("intitulé à préciser",),
})  # fmt: skip
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = _typeset({
    "applied": ("Après la candidature{in_year} : {role}", "Nouveau poste ouvert : {role}"),
    "company_place": ("{role}, {place} ({company})", "{company}, {place} : {role}", "{role}, {company}, {place}"),
    "company": ("{role}, {company}", "{company} : {role}"),
    "place": ("{role}, {place}", "{role} ({place})"),
    "company_only": ("Un poste à pourvoir : {company}",),
    "inferred": ("Un poste proche de {you_do}", "{role} : un changement en vue ?"),
    "inferred_untitled": ("Un poste proche de {you_do}",),
    "nothing": ("Un poste qui pourrait convenir",),
})  # fmt: skip
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Bonjour {name},", "Bonjour,"),
    "friendly": ("Bonjour {name},", "Bonjour,"),
    "direct": ("Bonjour {name},", "Bonjour,"),
}
CLOSING = "Cordialement,"
OWN_FIRST_WORDS: frozenset[str] = frozenset()
"""A message begins on a line of its own, with a capital."""

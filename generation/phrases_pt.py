"""The offline writer's Portuguese, as in Brazil: você in every tone, professional without "te" and everyday words.

Companies stand without an article or in brackets, so that neither "na" nor "no" has to be chosen; nothing agrees with
the reader's gender.
"""

from __future__ import annotations

from .choices import Tone
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings --
    "applied": (
        "Você se candidatou a uma vaga nossa{in_year}{for_title}, e eu gostaria de retomar a conversa.",
        "Você se candidatou a uma vaga nossa{in_year}{for_title}. Hoje escrevo por causa de outra.",
    ),
    "applied_elsewhere": ("Você se candidatou{in_year} a uma vaga de {company}{for_title}. Agora há outra aberta.",),
    "alumni": ("Você já conhece {company} por dentro, então vou ser breve.",),
    "talent_pool": ("Você está no banco de talentos de {company}, e agora surgiu algo concreto.",),
    "referred": ("Alguém de {company} me indicou o seu perfil.",),
    "engaged": ("Você já teve contato com {company}, então o nome não é novidade.",),
    "follows": (
        "Você segue {company}, então o nome não é novidade.",
        "Como você segue {company}, queria que soubesse em primeira mão.",
    ),
    "studying": (
        "Você está cursando {area} ({school}), e por isso escrevo.",
        "Vi que você cursa {area} ({school}).",
    ),
    "did": (
        "Destaco uma linha do seu perfil sobre {employer}: {deed}.",
        "Li no seu perfil, sobre {employer}: {deed}.",
        "Sobre o seu trabalho ({employer}), você conta: {deed}.",
        "Destaco uma linha do seu perfil: {deed_alone}.",
    ),
    "does": ("Li no seu perfil, sobre {employer}: {deed}.", "Li no seu perfil: {deed_alone}."),
    "works": (
        "Hoje você trabalha como {a_title} ({employer}).",
        "Pelo seu perfil, você trabalha hoje como {a_title} ({employer}).",
        "Desde {since} você trabalha como {a_title} ({employer}), então talvez não esperasse esta mensagem.",
        "Vi que você trabalha como {a_title} ({employer}).",
        "No seu perfil, o cargo atual é {a_title} ({employer}).",
    ),
    "holds": (
        "Você trabalha como {a_title} ({employer}), e por isso escrevo.",
        "Escrevo por causa do seu trabalho como {a_title} ({employer}).",
        "O motivo desta mensagem é o seu trabalho como {a_title} ({employer}).",
        "Desde {since} você trabalha como {a_title} ({employer}).",
    ),
    "held": (
        "Você já trabalhou como {a_title} ({employer}), e por isso escrevo.",
        "O motivo desta mensagem é o seu período como {a_title} ({employer}).",
    ),
    "worked_as": ("Você já trabalhou como {a_title}, e quero te falar de uma vaga.",),
    "last": ("Até {until} você trabalhou como {a_title} ({employer}).",),
    "years": (
        "Você tem {duration} de experiência nesse tipo de trabalho.",
        "Seu perfil mostra {duration} em funções como esta.",
    ),
    "lists_skills": (
        "Seu perfil menciona {skills}, e é isso que estou procurando.",
        "Eu procurava alguém com {skills}, e o seu perfil menciona isso.",
    ),
    "studied": ("Você estudou {area} ({school}), e por isso escrevo.",),
    "own_project": (
        "Escrevo por causa do seu projeto {project}.",
        "O motivo desta mensagem é o seu projeto {project}.",
    ),
    "open": (
        "Seu perfil diz que você quer ouvir propostas, então vou direto ao ponto.",
        "Vi no seu perfil que você quer ouvir propostas.",
    ),
    # -- ties --
    "tie_did": (
        "É bem parecido com o trabalho que temos pela frente.",
        "É boa parte do que precisamos.",
        "É o tipo de experiência que procuramos.",
    ),
    "tie_loose": ("Foi por isso que pensei em você.", "Por isso pensei em você."),
    "tie_role": (
        "É parecido com algo que tenho aberto agora.",
        "Vai na linha do que estou procurando.",
    ),
    # -- the role --
    "role_ours": (
        "{company} está com uma vaga de {role}{terms}.",
        "{company} abriu uma vaga de {role}{terms}.",
        "Estamos contratando para {company}: vaga de {role}{terms}.",
        "Procuro alguém para uma vaga de {role} em {company}{terms}.",
        "{company} está contratando para uma vaga de {role}{terms}.",
    ),
    "role_client": (
        "Estou conduzindo a seleção de {company} para uma vaga de {role}{terms}.",
        "{company} está com uma vaga de {role}{terms}, e cuido da seleção.",
        "Procuro, a pedido de {company}, alguém para uma vaga de {role}{terms}.",
    ),
    "role_open": (
        "Estou com uma vaga de {role}{terms}.",
        "Estou conduzindo a seleção para uma vaga de {role}{terms}.",
    ),
    "role_inferred": (
        "Estou conduzindo a seleção para uma vaga parecida com {you_do}: {role}.",
        "Estou com uma vaga parecida com {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Estou com uma vaga que talvez seja parecida com {you_do}.",),
    "duties": (
        "As principais atividades: {duties}.",
        "No dia a dia: {duties}.",
        "O trabalho em si: {duties}.",
        "Na prática, o trabalho é este: {duties}.",
    ),
    "duties_more": ("Além disso: {duty}.",),
    "pay": (
        "Salário: {pay}.",
        "Quanto ao salário: {pay}.",
        "A remuneração: {pay}.",
    ),
    "skills_both": (
        "A vaga pede {skills}, e as duas coisas estão no seu perfil.",
        "O que a vaga pede: {skills}; as duas coisas estão no seu perfil.",
        "Pedem {skills} para a vaga, e as duas coisas aparecem no seu perfil.",
    ),
    "skills_all": (
        "A vaga pede {skills}, e tudo isso está no seu perfil.",
        "O que a vaga pede: {skills}; está tudo no seu perfil.",
        "Pedem {skills} para a vaga, e tudo isso aparece no seu perfil.",
    ),
    "skills_one": (
        "A vaga pede {skills}, e isso está no seu perfil.",
        "O que a vaga pede: {skills}; seu perfil menciona isso.",
    ),
    "years_fit": (
        "Você tem {duration} de experiência em funções parecidas.",
        "Você soma {duration} em funções desse tipo.",
    ),
    "open_fit": ("Seu perfil diz que você quer ouvir propostas, então talvez seja um bom momento.",),
    "studied_fit": ("O que você estudou ({area}, {school}) seria útil aqui.",),
    "about": ("{about}",),
    "values": ("O que conta por lá: {values}.",),
    "culture": ("Como se trabalha por lá: {culture}.",),
    "team": ("É para este time: {team}.",),
    "benefits": ("Entre os benefícios: {benefits}.",),
    "requirement": ("A vaga pede: {requirement}.",),
    # -- the question --
    "ask": (
        "Topa uma conversa de 20 minutos na semana que vem?",
        "Posso te enviar a descrição da vaga?",
        "Quer saber mais?",
        "Posso te mandar os detalhes?",
        "Que tal uma ligação rápida para eu te contar mais?",
        "Você teria dez minutos esta semana para eu te contar mais?",
        "Faz sentido a gente conversar sobre isso?",
    ),
    "ask_inferred": (
        "Não sei se você pensa em mudar de emprego, então prefiro perguntar: quer saber mais?",
        "Prefiro não adivinhar o que faria sentido para você. Topa uma conversa rápida sobre isso?",
        "Não sei se uma mudança está nos seus planos agora. Posso te contar um pouco mais?",
    ),
    # -- a second message --
    "one_more": ("Faltou contar uma coisa: {fact}", "Um detalhe que não entrou na minha primeira mensagem: {fact}"),
    "nothing_new": ("A vaga sobre a qual te escrevi ({role}) continua aberta.",),
    "way_out": (
        "Se não for um bom momento, um “agora não” também vale.",
        "Se não for para você, um simples “não” já resolve.",
    ),
    # -- parts --
    "you_do_now": ("o que você faz hoje",),
    "you_did": ("o que você já fez",),
    "untitled": ("trabalho",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("Você se candidatou a uma vaga nossa{in_year}{for_title}; agora temos outra.",),
    "open": ("Você quer ouvir propostas, então vou direto ao ponto.",),
    "tie_did": ("É o trabalho de que precisamos.", "Precisamos justamente disso."),
    "tie_loose": ("Por isso escrevo.",),
    "ask": (
        "Tem interesse? Responda “sim” e eu te mando os detalhes.",
        "Posso te mandar os detalhes? Um “sim” já basta.",
        "Vale uma ligação? Me diga quando e eu te ligo.",
        "Conversamos dez minutos por telefone? Me diga quando.",
    ),
    "ask_inferred": ("Tem interesse? Responda “sim” e me diga o que não poderia faltar.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "applied": (
        "Você se candidatou a uma vaga nossa{in_year}{for_title}, e eu gostaria de retomar o contato.",
        "Você se candidatou a uma vaga nossa{in_year}{for_title}. Hoje escrevo por causa de outra posição.",
    ),
    "applied_elsewhere": (
        "Você se candidatou{in_year} a uma vaga de {company}{for_title}. No momento, há outra posição aberta.",
    ),
    "alumni": ("Você já conhece {company} por dentro, por isso serei breve.",),
    "talent_pool": ("Você faz parte do banco de talentos de {company}, e agora há algo concreto.",),
    "engaged": ("Você já teve contato com {company}, portanto o nome não é novidade.",),
    "follows": ("Você segue {company}, portanto o nome não é novidade.",),
    "studying": (
        "Você está cursando {area} ({school}), e por isso entro em contato.",
        "Vi em seu perfil que você cursa {area} ({school}).",
    ),
    "did": (
        "Em seu perfil consta, sobre {employer}: {deed}.",
        "Sobre o seu trabalho ({employer}), seu perfil traz: {deed}.",
        "Em seu perfil consta: {deed_alone}.",
    ),
    "does": ("Em seu perfil consta, sobre {employer}: {deed}.", "Em seu perfil consta: {deed_alone}."),
    "works": (
        "Atualmente você trabalha como {a_title} ({employer}).",
        "De acordo com seu perfil, você trabalha como {a_title} ({employer}).",
        "Vi em seu perfil que você trabalha como {a_title} ({employer}).",
        "Em seu perfil, o cargo atual é {a_title} ({employer}).",
        "Desde {since} você trabalha como {a_title} ({employer}), e talvez não esperasse este contato.",
    ),
    "holds": (
        "Você trabalha como {a_title} ({employer}), e por isso entro em contato.",
        "O motivo deste contato é o seu trabalho como {a_title} ({employer}).",
        "Desde {since} você trabalha como {a_title} ({employer}).",
    ),
    "held": (
        "Você já trabalhou como {a_title} ({employer}), e por isso entro em contato.",
        "O motivo deste contato é o seu período como {a_title} ({employer}).",
    ),
    "worked_as": ("Você já trabalhou como {a_title}, e eu gostaria de apresentar uma vaga.",),
    "years": (
        "Você tem {duration} de experiência nesse tipo de trabalho.",
        "Seu perfil mostra {duration} em funções como esta.",
    ),
    "lists_skills": (
        "Seu perfil menciona {skills}, e é o que procuro.",
        "Eu procurava alguém com {skills}, e seu perfil menciona isso.",
    ),
    "studied": ("Você estudou {area} ({school}), e por isso entro em contato.",),
    "own_project": ("O motivo deste contato é o seu projeto {project}.",),
    "open": ("Seu perfil informa que você tem interesse em ouvir propostas, por isso vou direto ao ponto.",),
    "tie_did": ("É bem parecido com o trabalho que temos pela frente.", "É boa parte do que precisamos."),
    "tie_loose": ("Por isso pensei em você.",),
    "tie_role": ("É parecido com uma seleção que conduzo no momento.", "Vai na linha do que procuro."),
    "role_ours": (
        "{company} está com uma vaga de {role}{terms}.",
        "{company} abriu processo seletivo para uma vaga de {role}{terms}.",
        "Estamos contratando para {company}: vaga de {role}{terms}.",
        "Procuro uma pessoa para uma vaga de {role} em {company}{terms}.",
        "{company} está contratando para uma vaga de {role}{terms}.",
    ),
    "role_client": (
        "Conduzo a seleção de {company} para uma vaga de {role}{terms}.",
        "{company} está com uma vaga de {role}{terms}, cuja seleção está sob minha responsabilidade.",
    ),
    "role_open": (
        "Conduzo a seleção para uma vaga de {role}{terms}.",
        "Estou com uma vaga aberta de {role}{terms}.",
    ),
    "role_inferred": (
        "No momento conduzo a seleção para uma vaga ({role}) parecida com {you_do}.",
        "Conduzo a seleção para uma vaga parecida com {you_do}: {role}.",
    ),
    "role_inferred_untitled": ("Conduzo a seleção para uma vaga que talvez seja parecida com {you_do}.",),
    "duties": (
        "As principais atividades: {duties}.",
        "Entre as atribuições: {duties}.",
        "As responsabilidades da vaga: {duties}.",
        "Em resumo, o trabalho consiste no seguinte: {duties}.",
    ),
    "pay": (
        "Salário: {pay}.",
        "Quanto à remuneração: {pay}.",
        "A remuneração prevista: {pay}.",
    ),
    "open_fit": ("Seu perfil informa que você tem interesse em ouvir propostas; talvez seja um bom momento.",),
    "team": ("A vaga faz parte desta equipe: {team}.",),
    "ask": (
        "Posso enviar a você a descrição da vaga?",
        "Prefere que eu envie a descrição da vaga ou que conversemos por telefone?",
        "Você teria interesse em uma breve conversa sobre a vaga?",
        "Você teria 20 minutos na próxima semana para uma conversa?",
        "Gostaria de receber mais informações?",
        "Podemos falar por telefone no horário que for melhor para você?",
    ),
    "ask_inferred": (
        "Não sei se você considera uma mudança, por isso prefiro perguntar: gostaria de saber mais?",
        "Prefiro não supor o que faria sentido para você. Teria interesse em uma breve conversa a respeito?",
        "Desconheço se uma mudança está em seus planos. Podemos conversar brevemente a respeito?",
    ),
    "one_more": ("Um detalhe não constava da minha primeira mensagem: {fact}",),
    "nothing_new": ("A vaga sobre a qual escrevi ({role}) continua aberta.",),
    "way_out": (
        "Se não for um bom momento, um “agora não” também é uma boa resposta.",
        "Se a vaga não for do seu interesse, basta uma resposta breve.",
    ),
    "referred": ("Alguém de {company} me indicou o seu perfil.",),
    "last": ("Até {until} você trabalhou como {a_title} ({employer}).",),
    "duties_more": ("Além disso: {duty}.",),
    "skills_both": (
        "A vaga requer {skills}, e ambas as competências constam do seu perfil.",
        "O que a vaga requer: {skills}; ambas as competências estão no seu perfil.",
    ),
    "skills_all": (
        "A vaga requer {skills}, e tudo isso consta do seu perfil.",
        "O que a vaga requer: {skills}; tudo isso está no seu perfil.",
    ),
    "skills_one": (
        "A vaga requer {skills}, e isso consta do seu perfil.",
        "O que a vaga requer: {skills}; seu perfil menciona isso.",
    ),
    "years_fit": ("Você tem {duration} de experiência em funções semelhantes.",),
    "studied_fit": ("O que você estudou ({area}, {school}) seria útil nesta função.",),
    "about": ("{about}",),
    "values": ("O que conta na empresa: {values}.",),
    "culture": ("Como se trabalha na empresa: {culture}.",),
    "benefits": ("Entre os benefícios: {benefits}.",),
    "requirement": ("A vaga requer: {requirement}.",),
    "you_do_now": ("o que você faz atualmente",),
    "you_did": ("o que você já fez",),
    "untitled": ("trabalho",),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("Nova vaga: {role}", "Outra vaga: {role}"),
    "company_place": ("{role}, {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} ({company})", "{company}: {role}"),
    "place": ("{role}, {place}", "{role} ({place})"),
    "company_only": ("Uma vaga em {company}",),
    "inferred": ("Uma vaga parecida com {you_do}", "{role}: uma possível mudança?"),
    "inferred_untitled": ("Uma vaga parecida com {you_do}",),
    "nothing": ("Uma vaga que pode fazer sentido",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Olá, {name},", "Olá,"),
    "friendly": ("Oi, {name},", "Oi,"),
    "direct": ("Oi, {name},", "Oi,"),
}
CLOSING = "Atenciosamente,"
OWN_FIRST_WORDS: frozenset[str] = frozenset()

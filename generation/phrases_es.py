"""The offline writer's Spanish: friendly and direct say tú, professional says usted.

Nothing agrees with the reader's gender; titles stand behind "como" or "de", companies behind "en" or "de", schools in
brackets.
"""

from __future__ import annotations

from .choices import Tone
from .moves import Move, SubjectKind

PHRASES: dict[Move, tuple[str, ...]] = {
    # -- openings --
    "applied": (
        "Nos enviaste tu candidatura{in_year}{for_title}, y me gustaría retomar el contacto.",
        "Nos enviaste tu candidatura{in_year}{for_title}. Hoy te escribo por otro puesto.",
    ),
    "applied_elsewhere": (
        "Enviaste tu candidatura a {company}{in_year}{for_title}. Ahora tienen otra vacante abierta.",
    ),
    "alumni": ("Ya conoces {company} por dentro, así que seré breve.",),
    "talent_pool": ("Estás en la bolsa de talento de {company}, y ahora hay algo concreto.",),
    "referred": ("Alguien de {company} me recomendó tu perfil.",),
    "engaged": ("Ya tuviste contacto con {company}, así que el nombre te sonará.",),
    "follows": (
        "Sigues a {company}, así que el nombre te sonará.",
        "Como sigues a {company}, prefiero que te llegue de primera mano.",
    ),
    "studying": (
        "Estás estudiando {area} ({school}), y por eso te escribo.",
        "He visto que estudias {area} ({school}).",
    ),
    "did": (
        "Me he fijado en una línea de tu perfil sobre {employer}: {deed}.",
        "Leo en tu perfil, sobre {employer}: {deed}.",
        "De tu trabajo en {employer} cuentas esto: {deed}.",
        "Me he fijado en una línea de tu perfil: {deed_alone}.",
    ),
    "does": (
        "Leo en tu perfil, sobre {employer}: {deed}.",
        "Leo en tu perfil: {deed_alone}.",
    ),
    "works": (
        "Ahora trabajas como {a_title} en {employer}.",
        "Según tu perfil, trabajas como {a_title} en {employer}.",
        "Trabajas como {a_title} en {employer} desde {since}, así que quizá no esperabas este mensaje.",
        "Veo que trabajas como {a_title} en {employer}.",
        "En tu perfil figuras como {a_title} en {employer}.",
    ),
    "holds": (
        "Trabajas como {a_title} en {employer}, y por eso te escribo.",
        "Te escribo por tu trabajo como {a_title} en {employer}.",
        "Tu trabajo como {a_title} en {employer} es el motivo de este mensaje.",
        "Desde {since} trabajas como {a_title} en {employer}.",
    ),
    "held": (
        "Te escribo por tu etapa como {a_title} en {employer}.",
        "Tu etapa como {a_title} en {employer} es el motivo de este mensaje.",
    ),
    "worked_as": ("Has trabajado como {a_title}, y quiero hablarte de un puesto.",),
    "last": ("Hasta {until} trabajaste como {a_title} en {employer}.",),
    "years": (
        "Tienes {duration} de experiencia en este tipo de trabajo.",
        "En tu perfil veo {duration} en puestos como este.",
    ),
    "lists_skills": (
        "En tu perfil mencionas {skills}, y es lo que busco.",
        "Buscaba a alguien con {skills}, y tu perfil lo menciona.",
    ),
    "studied": ("Estudiaste {area} ({school}), y por eso te escribo.",),
    "own_project": (
        "Te escribo por tu proyecto {project}.",
        "Tu proyecto {project} es el motivo de este mensaje.",
    ),
    "open": (
        "Según tu perfil, te interesa escuchar propuestas, así que voy al grano.",
        "He visto en tu perfil que te interesa escuchar propuestas.",
    ),
    # -- ties --
    "tie_did": (
        "Se parece mucho al trabajo que tenemos por delante.",
        "Es buena parte de lo que necesitamos.",
        "Es el tipo de experiencia que buscamos.",
    ),
    "tie_loose": ("Por eso he pensado en ti.", "Por eso te escribo."),
    "tie_role": (
        "Se parece a algo que tengo abierto ahora mismo.",
        "Va en la línea de lo que busco.",
    ),
    # -- the role --
    "role_ours": (
        "En {company} tenemos una vacante de {role}{terms}.",
        "En {company} buscamos cubrir un puesto de {role}{terms}.",
        "{company} ha abierto una vacante de {role}{terms}.",
        "Desde {company} busco a alguien para un puesto de {role}{terms}.",
        "{company} necesita cubrir un puesto de {role}{terms}.",
    ),
    "role_client": (
        "Trabajo con {company} en una vacante de {role}{terms}.",
        "{company} me ha encargado cubrir un puesto de {role}{terms}.",
        "Por encargo de {company} busco a alguien para un puesto de {role}{terms}.",
    ),
    "role_open": (
        "Tengo abierta una vacante de {role}{terms}.",
        "Busco cubrir un puesto de {role}{terms}.",
    ),
    "role_inferred": (
        "Llevo la selección de un puesto parecido a {you_do}: {role}.",
        "Busco a alguien para un puesto parecido a {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Llevo la selección de un puesto que podría parecerse a {you_do}.",),
    "duties": (
        "Las funciones principales: {duties}.",
        "En el día a día: {duties}.",
        "De qué se trata: {duties}.",
        "El trabajo, en concreto: {duties}.",
    ),
    "duties_more": ("Además: {duty}.",),
    "pay": (
        "Salario: {pay}.",
        "En cuanto al salario: {pay}.",
        "La retribución: {pay}.",
    ),
    "skills_both": (
        "El puesto pide {skills}, y en tu perfil están las dos cosas.",
        "Hacen falta {skills}; tu perfil menciona ambas cosas.",
        "Lo que pide el puesto: {skills}; en tu perfil están ambas cosas.",
    ),
    "skills_all": (
        "El puesto pide {skills}, y todo eso está en tu perfil.",
        "Hacen falta {skills}; tu perfil lo menciona todo.",
        "Lo que pide el puesto: {skills}; en tu perfil está todo.",
    ),
    "skills_one": (
        "El puesto pide {skills}, y en tu perfil lo mencionas.",
        "Hace falta {skills}; tu perfil lo menciona.",
    ),
    "years_fit": (
        "Tienes {duration} de experiencia en puestos parecidos.",
        "Sumas {duration} en puestos de este tipo.",
    ),
    "open_fit": ("Según tu perfil, te interesa escuchar propuestas, así que quizá sea buen momento.",),
    "studied_fit": ("Lo que estudiaste ({area}, {school}) te serviría aquí.",),
    "about": ("{about}",),
    "values": ("Lo que allí se valora: {values}.",),
    "culture": ("Así se trabaja allí: {culture}.",),
    "team": ("Es para este equipo: {team}.",),
    "benefits": ("Entre los beneficios: {benefits}.",),
    "requirement": ("Se pide: {requirement}.",),
    # -- the question --
    "ask": (
        "¿Te vendría bien una llamada de 20 minutos la semana que viene?",
        "¿Te envío la descripción del puesto?",
        "¿Te gustaría saber más?",
        "¿Quieres que te mande los detalles?",
        "¿Lo hablamos en una llamada corta?",
        "¿Tendrías diez minutos esta semana para que te cuente más?",
        "¿Te parece que lo hablemos por teléfono?",
    ),
    "ask_inferred": (
        "No sé si te planteas un cambio, así que prefiero preguntar: ¿te gustaría saber más?",
        "Prefiero no adivinar qué te encajaría. ¿Lo hablamos en una llamada corta?",
        "No sé si un cambio entra en tus planes ahora. ¿Te cuento algo más?",
    ),
    # -- a second message --
    "one_more": ("Me dejé algo en el tintero: {fact}", "Un detalle que no mencioné en mi primer mensaje: {fact}"),
    "nothing_new": ("El puesto del que te escribí ({role}) sigue abierto.",),
    "way_out": (
        "Si no es buen momento, un «ahora no» también me sirve.",
        "Si no es para ti, con un «no» me basta.",
    ),
    # -- parts --
    "you_do_now": ("lo que haces ahora",),
    "you_did": ("lo que has hecho hasta ahora",),
    "untitled": ("trabajo",),
}
DIRECT: dict[Move, tuple[str, ...]] = {
    "applied": ("Nos enviaste tu candidatura{in_year}{for_title}; ahora hay otro puesto.",),
    "open": ("Te interesa escuchar propuestas, así que voy al grano.",),
    "tie_did": ("Es el trabajo que necesitamos.", "Necesitamos justo eso."),
    "tie_loose": ("Por eso te escribo.",),
    "ask": (
        "¿Te interesa? Responde «sí» y te mando los detalles.",
        "¿Te mando los detalles? Con un «sí» me basta.",
        "¿Hablamos? Dime cuándo y te llamo.",
        "¿Te lo cuento en diez minutos por teléfono? Dime cuándo te va bien.",
    ),
    "ask_inferred": ("¿Te interesa? Responde «sí» y dime qué tendría que ofrecer el puesto.",),
}
PROFESSIONAL: dict[Move, tuple[str, ...]] = {
    "applied": (
        "Usted nos envió su candidatura{in_year}{for_title}, y me gustaría retomar el contacto.",
        "Usted nos envió su candidatura{in_year}{for_title}. Hoy le escribo por otro puesto.",
    ),
    "applied_elsewhere": (
        "Usted envió su candidatura a {company}{in_year}{for_title}. Ahora tienen otra vacante abierta.",
    ),
    "alumni": ("Usted ya conoce {company} por dentro, así que seré breve.",),
    "talent_pool": ("Usted forma parte de la bolsa de talento de {company}, y ahora hay algo concreto.",),
    "referred": ("Alguien de {company} me recomendó su perfil.",),
    "engaged": ("Usted ya tuvo contacto con {company}, así que el nombre le resultará familiar.",),
    "follows": ("Usted sigue a {company}, así que el nombre le resultará familiar.",),
    "studying": (
        "Actualmente estudia usted {area} ({school}), y por eso le escribo.",
        "He visto que estudia usted {area} ({school}).",
    ),
    "did": (
        "En su perfil se lee, sobre {employer}: {deed}.",
        "Sobre su trabajo en {employer}, su perfil indica: {deed}.",
        "En su perfil se lee: {deed_alone}.",
    ),
    "does": ("En su perfil se lee, sobre {employer}: {deed}.", "En su perfil se lee: {deed_alone}."),
    "works": (
        "Actualmente trabaja usted como {a_title} en {employer}.",
        "Según su perfil, trabaja usted como {a_title} en {employer}.",
        "Veo que trabaja usted como {a_title} en {employer}.",
        "En su perfil figura usted como {a_title} en {employer}.",
        "Trabaja usted como {a_title} en {employer} desde {since}, por lo que quizá no esperaba este mensaje.",
    ),
    "holds": (
        "Trabaja usted como {a_title} en {employer}, y por eso le escribo.",
        "Le escribo por su trabajo como {a_title} en {employer}.",
        "Desde {since} trabaja usted como {a_title} en {employer}.",
    ),
    "held": (
        "Le escribo por su etapa como {a_title} en {employer}.",
        "Su etapa como {a_title} en {employer} es el motivo de este mensaje.",
    ),
    "worked_as": ("Usted ha trabajado como {a_title}, y quisiera presentarle un puesto.",),
    "last": ("Hasta {until} trabajó usted como {a_title} en {employer}.",),
    "years": ("Cuenta usted con {duration} de experiencia en este tipo de trabajo.",),
    "lists_skills": (
        "En su perfil menciona usted {skills}, y es lo que busco.",
        "Buscaba a alguien con {skills}, y su perfil lo menciona.",
    ),
    "studied": ("Usted estudió {area} ({school}), y por eso le escribo.",),
    "own_project": ("Le escribo por su proyecto {project}.", "Su proyecto {project} es el motivo de este mensaje."),
    "open": ("Según su perfil, le interesa escuchar propuestas, así que iré al grano.",),
    "tie_did": ("Se parece mucho al trabajo que tenemos por delante.", "Es buena parte de lo que necesitamos."),
    "tie_loose": ("Por eso he pensado en usted.", "Por eso le escribo."),
    "tie_role": ("Se parece a un proceso que llevo ahora mismo.", "Va en la línea de lo que busco."),
    "role_ours": (
        "{company} ha abierto una vacante de {role}{terms}.",
        "En {company} buscamos cubrir un puesto de {role}{terms}.",
        "En {company} tenemos una vacante de {role}{terms}.",
        "{company} necesita cubrir un puesto de {role}{terms}.",
        "Desde {company} busco a una persona para un puesto de {role}{terms}.",
    ),
    "role_client": (
        "{company} me ha encargado cubrir un puesto de {role}{terms}.",
        "Colaboro con {company} en la selección para un puesto de {role}{terms}.",
    ),
    "role_open": (
        "Busco cubrir un puesto de {role}{terms}.",
        "Tengo abierta una vacante de {role}{terms}.",
    ),
    "duties": (
        "Las funciones principales: {duties}.",
        "Entre las funciones: {duties}.",
        "Las responsabilidades del puesto: {duties}.",
        "En concreto, el trabajo consiste en lo siguiente: {duties}.",
    ),
    "pay": (
        "Salario: {pay}.",
        "En cuanto a la retribución: {pay}.",
        "La retribución prevista: {pay}.",
    ),
    "skills_both": (
        "El puesto requiere {skills}, y en su perfil figuran ambas cosas.",
        "Se piden {skills}; su perfil menciona ambas cosas.",
        "Lo que requiere el puesto: {skills}; ambas cosas figuran en su perfil.",
    ),
    "skills_all": (
        "El puesto requiere {skills}, y todo ello figura en su perfil.",
        "Se piden {skills}; su perfil lo menciona todo.",
        "Lo que requiere el puesto: {skills}; todo ello figura en su perfil.",
    ),
    "skills_one": (
        "El puesto requiere {skills}, y en su perfil lo menciona.",
        "Se pide {skills}; su perfil lo menciona.",
    ),
    "years_fit": ("Cuenta usted con {duration} de experiencia en puestos parecidos.",),
    "open_fit": ("Según su perfil, le interesa escuchar propuestas, así que quizá sea un buen momento.",),
    "studied_fit": ("Lo que usted estudió ({area}, {school}) le serviría aquí.",),
    "team": ("El puesto se integra en este equipo: {team}.",),
    "ask": (
        "¿Me permite enviarle la descripción del puesto?",
        "¿Prefiere que le envíe la descripción del puesto o que le llame?",
        "¿Le interesaría que lo habláramos en una llamada breve?",
        "¿Dispondría de 20 minutos la próxima semana para una llamada?",
        "¿Le gustaría que le enviara más información?",
        "¿Podríamos hablarlo por teléfono cuando le venga bien?",
    ),
    "ask_inferred": (
        "No sé si se plantea un cambio, así que prefiero preguntar: ¿le gustaría recibir más información?",
        "Prefiero no suponer qué le convendría. ¿Le interesaría que lo habláramos en una llamada breve?",
        "Desconozco si un cambio entra en sus planes. ¿Le parecería bien que lo comentáramos en una llamada breve?",
    ),
    "one_more": ("En mi primer mensaje no mencioné un detalle: {fact}",),
    "nothing_new": ("El puesto sobre el que le escribí ({role}) sigue abierto.",),
    "way_out": (
        "Si no es buen momento, un «ahora no» también es una buena respuesta.",
        "Si el puesto no es de su interés, bastará con una breve respuesta.",
    ),
    "role_inferred": (
        "Llevo la selección de un puesto parecido a {you_do}: {role}.",
        "Busco a alguien para un puesto parecido a {you_do} ({role}).",
    ),
    "role_inferred_untitled": ("Llevo la selección de un puesto que podría parecerse a {you_do}.",),
    "duties_more": ("Además: {duty}.",),
    "about": ("{about}",),
    "values": ("Lo que allí se valora: {values}.",),
    "culture": ("Así se trabaja allí: {culture}.",),
    "benefits": ("Entre los beneficios: {benefits}.",),
    "requirement": ("Se pide: {requirement}.",),
    "you_do_now": ("lo que hace usted ahora",),
    "you_did": ("lo que ha hecho usted hasta ahora",),
    "untitled": ("trabajo",),
}
SUBJECTS: dict[SubjectKind, tuple[str, ...]] = {
    "applied": ("Nueva vacante: {role}", "Otra vacante: {role}"),
    "company_place": ("{role} en {company}, {place}", "{role}, {place} ({company})", "{company}, {place}: {role}"),
    "company": ("{role} en {company}", "{company}: {role}"),
    "place": ("{role}, {place}", "{role} en {place}"),
    "company_only": ("Una vacante en {company}",),
    "inferred": ("Un puesto parecido a {you_do}", "{role}: ¿un posible cambio?"),
    "inferred_untitled": ("Un puesto parecido a {you_do}",),
    "nothing": ("Un puesto que podría encajar",),
}
GREETINGS: dict[Tone, tuple[str, str]] = {
    "professional": ("Buenos días, {name}:", "Buenos días:"),
    "friendly": ("Hola, {name}:", "Hola:"),
    "direct": ("Hola, {name}:", "Hola:"),
}
CLOSING = "Un cordial saludo,"
OWN_FIRST_WORDS: frozenset[str] = frozenset()

"""Replies to recruiters as mail programs send them, in ten languages, with what the person newly wrote."""

from __future__ import annotations

from typing import NamedTuple

QUOTE = "> Hi,\n> would a role in our team in Leeds interest you?\n> Anna"


class Case(NamedTuple):
    """A raw reply and its new text."""

    name: str
    raw: str
    text: str


def _below(name: str, text: str, *rest: str) -> Case:
    """A case whose new text stands on top, with an empty line before each part that has to go."""
    return Case(name, "\n\n".join((text, *rest)), text)


CASES = (
    # Attribution lines, one a language and program.
    _below("en_gmail", "Yes, tell me more.", "On Mon, 3 Mar 2025 at 10:00, Anna Lee <anna@lee.example> wrote:", QUOTE),
    _below(
        "en_gmail_wrapped",
        "Not for me.",
        "On Mon, Mar 3, 2025 at 10:00 AM Anna Lee via Talent Desk <\nanna.lee@long.example> wrote:",
        QUOTE,
    ),
    _below(
        "en_apple_unmarked",
        "Happy to talk.",
        "On 3 Mar 2025, at 10:00, Anna Lee <anna@lee.example> wrote:",
        "Hi, would this suit you?\n\nAnna",
    ),
    _below(
        "en_yahoo",
        "No thanks.",
        "    On Monday, March 3, 2025 at 10:00:12 AM GMT, Anna Lee <anna@lee.example> wrote:",
        " Hi, would this suit you?",
    ),
    _below(
        "en_zoho",
        "Is it remote?",
        "---- On Mon, 03 Mar 2025 10:00:00 +0000 Anna Lee <anna@lee.example> wrote ----",
        "Hi, would this suit you?",
    ),
    _below("en_name_only", "Sure.", "Anna Lee wrote:\n" + QUOTE),
    _below(
        "es_gmail",
        "Me interesa, ¿cuál es el salario?",
        "El lun, 3 mar 2025 a las 10:00, Anna Lee (<anna@lee.example>) escribió:",
        QUOTE,
    ),
    _below(
        "es_apple",
        "Ahora no.",
        "El 3 mar 2025, a las 10:00, Anna Lee <anna@lee.example> escribió:",
        "Hola, ¿te interesa?",
    ),
    _below("fr_gmail", "Pourquoi pas !", "Le lun. 3 mars 2025 à 10:00, Anna Lee <anna@lee.example> a écrit :", QUOTE),
    _below(
        "fr_wrapped",
        "Je ne suis pas en recherche.",
        "Le lundi 3 mars 2025 à 10:00, Anna Lee <anna@lee.example> a\nécrit :",
        QUOTE,
    ),
    _below(
        "de_gmail",
        "Gerne, wann passt es?",
        "Am Mo., 3. März 2025 um 10:00 Uhr schrieb Anna Lee <anna@lee.example>:",
        QUOTE,
    ),
    _below(
        "de_after_name",
        "Kein Interesse.",
        "Anna Lee <anna@lee.example> schrieb am Mo., 3. März\n2025 um 10:00 Uhr:",
        QUOTE,
    ),
    _below("de_thunderbird", "Ich bin zufrieden, wo ich bin.", "Am 03.03.2025 um 10:00 schrieb Anna Lee:\n" + QUOTE),
    _below(
        "pt_gmail",
        "Tenho interesse sim.",
        "Em seg., 3 de mar. de 2025 às 10:00, Anna Lee <anna@lee.example> escreveu:",
        QUOTE,
    ),
    _below(
        "pt_outlook_mobile",
        "No momento não.",
        "Em segunda-feira, 3 de março de 2025, Anna Lee <anna@lee.example>\nescreveu:",
        QUOTE,
    ),
    _below(
        "it_gmail",
        "Sì, sentiamoci.",
        "Il giorno lun 3 mar 2025 alle ore 10:00 Anna Lee <anna@lee.example> ha scritto:",
        QUOTE,
    ),
    _below("it_thunderbird", "Non fa per me.", "Il 03/03/2025 10:00, Anna Lee ha scritto:\n" + QUOTE),
    _below("nl_gmail", "Klinkt goed!", "Op ma 3 mrt 2025 om 10:00 schreef Anna Lee <anna@lee.example>:", QUOTE),
    _below(
        "nl_android",
        "Nee, bedankt voor het bericht.",
        'Op 3 mrt. 2025 10:00 schreef "Anna Lee" <anna@lee.example> het\nvolgende geschreven:',
        QUOTE,
    ),
    _below(
        "hi_gmail", "हाँ, मुझे रुचि है।", "सोम, 3 मार्च 2025 को 10:00 am बजे को Anna Lee <anna@lee.example> ने लिखा:", QUOTE
    ),
    _below(
        "hi_gmail_wrapped",
        "अभी नहीं।",
        "सोम, 3 मार्च 2025 को 10:00 am बजे को Anna Lee <\nanna@lee.example> ने लिखा:",
        QUOTE,
    ),
    _below("ja_gmail", "ぜひ詳しく伺いたいです。", "2025年3月3日(月) 10:00 Anna Lee <anna@lee.example>:", QUOTE),
    _below("ja_apple", "今回は見送らせてください。", "2025/03/03 10:00、Anna Lee <anna@lee.example>のメール:", QUOTE),
    _below("zh_gmail", "可以聊聊。", "Anna Lee <anna@lee.example> 于2025年3月3日周一 10:00写道：", QUOTE),
    _below("zh_apple", "暂时不考虑。", "在 2025年3月3日，上午10:00，Anna Lee <anna@lee.example> 写道：", QUOTE),
    # Header blocks and forward marks.
    _below(
        "en_outlook",
        "Works for me.",
        "From: Anna Lee <anna@lee.example>\nSent: 3 March 2025 10:00\nTo: Ines\nSubject: A role",
        "Hi, would this suit you?",
    ),
    _below(
        "en_outlook_rule",
        "Works for me.",
        ("________________________________\nFrom: Anna Lee\nSent: 3 March 2025\nTo: Ines\nSubject: A role\n\nHi!"),
    ),
    _below(
        "en_outlook_bold",
        "Works for me.",
        "*From:* Anna Lee\n*Sent:* 3 March 2025\n*To:* Ines\n*Subject:* A role\n\nHi!",
    ),
    _below("en_original", "No.", "-----Original Message-----\nFrom: Anna Lee\nSent: 3 March 2025\n\nHi!"),
    _below(
        "en_forwarded",
        "My friend may like this.",
        (
            "---------- Forwarded message ---------\nFrom: Anna Lee <a@b.example>\nDate: 3 Mar "
            "2025\nSubject: A role\n\nHi!"
        ),
    ),
    _below(
        "es_outlook",
        "De acuerdo.",
        "De: Anna Lee\nEnviado: lunes, 3 de marzo de 2025\nPara: Ines\nAsunto: Un puesto",
        "Hola",
    ),
    _below("es_original", "De acuerdo.", "-----Mensaje original-----\nDe: Anna Lee\n\nHola"),
    _below(
        "fr_outlook", "Ça me va.", "De : Anna Lee\nEnvoyé : lundi 3 mars 2025\nÀ : Ines\nObjet : Un poste", "Bonjour"
    ),
    _below("fr_original", "Ça me va.", "-----Message d'origine-----\nDe : Anna Lee\n\nBonjour"),
    _below(
        "de_outlook", "Passt.", "Von: Anna Lee\nGesendet: Montag, 3. März 2025\nAn: Ines\nBetreff: Eine Stelle", "Hallo"
    ),
    _below("de_original", "Passt.", "-----Ursprüngliche Nachricht-----\nVon: Anna Lee\n\nHallo"),
    _below(
        "pt_outlook",
        "Combinado.",
        "De: Anna Lee\nEnviada em: segunda-feira, 3 de março de 2025\nPara: Ines\nAssunto: Uma vaga",
        "Olá",
    ),
    _below(
        "it_outlook", "Va bene.", "Da: Anna Lee\nInviato: lunedì 3 marzo 2025\nA: Ines\nOggetto: Una posizione", "Ciao"
    ),
    _below("it_forwarded", "Guarda tu.", "Inizio messaggio inoltrato:\n\nDa: Anna Lee\nOggetto: Una posizione\n\nCiao"),
    _below(
        "nl_outlook",
        "Prima.",
        "Van: Anna Lee\nVerzonden: maandag 3 maart 2025\nAan: Ines\nOnderwerp: Een functie",
        "Hoi",
    ),
    _below("hi_outlook", "ठीक है।", "प्रेषक: Anna Lee\nभेजा गया: 3 मार्च 2025\nप्रति: Ines\nविषय: एक पद", "नमस्ते"),
    _below(
        "ja_outlook",
        "承知しました。",
        "差出人: Anna Lee\n送信日時: 2025年3月3日 10:00\n宛先: Ines\n件名: 求人",
        "こんにちは",
    ),
    _below(
        "zh_qq",
        "可以。",
        (
            '------------------ 原始邮件 ------------------\n发件人: "Anna Lee" <anna@lee.example>;\n'
            "发送时间: 2025年3月3日\n主题: 职位\n\n你好"
        ),
    ),
    _below("zh_netease", "可以。", "---- 回复的原邮件 ----\n| 发件人 | Anna Lee |\n| 日期 | 2025年3月3日 |\n\n你好"),
    # Signatures.
    _below("en_best", "I would rather stay where I am.", "Best,\nInes Okafor"),
    _below(
        "en_block",
        "Could you share the pay range?",
        "Kind regards,\n\nInes Okafor\nStaff Nurse | St. Mary's\n+44 7700 900123\nwww.ines.example",
    ),
    _below("en_dashes", "Let us talk on Tuesday.", "-- \nInes Okafor\nNight Shift Supervisor"),
    _below("en_same_line", "I would love to hear more.", "Thanks, Ines"),
    _below("en_contacts", "I am not looking.", "Ines Okafor\nQuantity Surveyor\n+44 7700 900123"),
    _below("es_saludos", "Prefiero no cambiar ahora.", "Un saludo,\nInés"),
    _below("fr_cordialement", "Je reste ouvert.", "Bien cordialement,\n\nInès Okafor\nTél. : 06 12 34 56 78"),
    _below("de_mfg", "Bitte keine weiteren Nachrichten.", "Mit freundlichen Grüßen\nInes Okafor"),
    _below("de_lg", "Klingt spannend, schick mir mehr.", "LG Ines"),
    _below("pt_abraco", "Pode mandar a descrição da vaga?", "Abraço,\nInês"),
    _below("it_saluti", "Al momento sto bene dove sono.", "Cordiali saluti,\nInes Okafor"),
    _below("nl_groet", "Alleen als het op afstand kan.", "Met vriendelijke groet,\nInes de Vries"),
    _below("hi_sadar", "वेतन कितना है?", "सादर,\nइनेस"),
    _below("ja_name", "来週の火曜日はいかがでしょうか。", "よろしくお願いいたします。\n山田 花子"),
    _below("zh_name", "薪资范围是多少？", "此致\n敬礼\n王芳"),
    # Footers and notices.
    _below("en_iphone", "Sounds good", "Sent from my iPhone"),
    _below("es_iphone", "Suena bien", "Enviado desde mi iPhone"),
    _below("fr_iphone", "Ça marche", "Envoyé de mon iPhone"),
    _below("de_iphone", "Klingt gut", "Von meinem iPhone gesendet"),
    _below("pt_iphone", "Parece bom", "Enviado do meu iPhone"),
    _below("it_iphone", "Mi sembra ottimo", "Inviato da iPhone"),
    _below("nl_iphone", "Klinkt goed", "Verstuurd vanaf mijn iPhone"),
    _below("hi_iphone", "ठीक है", "मेरे iPhone से भेजा गया"),
    _below("ja_iphone", "了解です", "iPhoneから送信"),
    _below("zh_iphone", "好的", "发自我的 iPhone"),
    _below("en_outlook_app", "Sounds good", "Get Outlook for iOS<https://aka.example/o0ukef>"),
    _below(
        "en_notice",
        "Not now, maybe in autumn.",
        "This email and any attachments are confidential and intended solely for the addressee.",
    ),
    _below(
        "de_notice",
        "Im Moment nicht.",
        (
            "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn "
            "Sie nicht der richtige Adressat sind, löschen Sie sie."
        ),
    ),
    _below(
        "fr_notice",
        "Oui, avec plaisir.",
        ("Ce message et toutes les pièces jointes sont établis à l'intention exclusive de ses destinataires."),
    ),
    _below(
        "ja_notice",
        "興味があります。",
        "本メールには機密情報が含まれている場合があります。誤って受信された場合は破棄してください。",
    ),
    _below(
        "all_at_once",
        "Yes please.",
        "Cheers,\nTom",
        "Sent from my Galaxy",
        "CONFIDENTIALITY NOTICE: if you received this in error, delete it.",
        "On Mon, 3 Mar 2025 at 10:00, Anna Lee <anna@lee.example> wrote:",
        QUOTE,
    ),
    # Answers below and between quoted lines.
    Case("below_quote", f"On 3 Mar 2025, Anna Lee wrote:\n{QUOTE}\n\nOnly if it is remote.\n", "Only if it is remote."),
    Case(
        "inline_en",
        (
            "See below.\n\nOn 3 Mar 2025 at 10:00, Anna Lee <a@b.example> wrote:\n> Are you open "
            "to a move?\nYes.\n> Is Leeds possible?\nNo, only York.\n> Anna"
        ),
        "See below.\n\nYes.\n\nNo, only York.",
    ),
    Case(
        "inline_de",
        "> Sind Sie wechselbereit?\n\nGrundsätzlich ja.\n\n> Ab wann?\n\nAb Juli.\n\nViele Grüße\nInes",
        "Grundsätzlich ja.\n\nAb Juli.",
    ),
    Case("inline_zh", "> 是否考虑新机会？\n考虑。\n> 期望薪资？\n面议。", "考虑。\n\n面议。"),
    # What looks like a part to take off, and is the answer.
    Case("only_best", "Best!", "Best!"),
    Case("only_regards", "Regards to your team, but no", "Regards to your team, but no"),
    Case("only_thanks", "Thanks, Anna", "Thanks, Anna"),
    Case("only_thanks_footer", "Thanks, Anna\n\nSent from my iPhone", "Thanks, Anna"),
    Case("only_closing", "Thanks,\nTom Baker\n+44 7700 900123", "Thanks,\nTom Baker"),
    Case("only_quote", "> Hi Ines,\n> would this suit you?", ""),
    Case("thanks_no", "Hi Anna,\nThanks\nNo", "Hi Anna,\nThanks\nNo"),
    Case("danke_kein_interesse", "Hallo\n\nDanke\nKein Interesse", "Hallo\n\nDanke\nKein Interesse"),
    Case("xiexie_bu", "你好\n谢谢\n不用了", "你好\n谢谢\n不用了"),
    Case("call_me", "Yes! Call me:\n\n+44 7700 900123", "Yes! Call me:\n\n+44 7700 900123"),
    Case("by_mail", "Ich habe die Unterlagen\nper Mail gesendet.", "Ich habe die Unterlagen\nper Mail gesendet."),
    Case("heart", "谢谢\n发自内心地感谢您", "谢谢\n发自内心地感谢您"),
    Case("dates", "From: July\nTo: August\nI am away, then yes.", "From: July\nTo: August\nI am away, then yes."),
    Case("angry", ">:(", ">:("),
    Case("on_this_day", "On this day\nI wrote:\nno.", "On this day\nI wrote:\nno."),
    Case(
        "postscript",
        "I will pass.\n\nBest,\nTom\n\nPS: my sister may like it.",
        "I will pass.\n\nPS: my sister may like it.",
    ),
)
"""At least sixty, each by hand; every language has its attribution, header block, signature and footer."""

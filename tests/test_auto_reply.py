"""Automatic answers are told from people's (C-5): headers, subjects, wording in ten languages, days of return."""

from __future__ import annotations

import email
import time
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from auto_corpus import LANGUAGES, Notice, load
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.auto_headers import header_evidence, sent_on
from overture.classification.auto_reply import AutoReply, detect_auto_reply
from overture.classification.return_dates import find_return_date
from overture.sources import html_to_text

SHARED = Path(__file__).parents[2] / "shared" / "data" / "auto_replies"
HUMAN_ANSWER = "Thanks Anna, sounds interesting. Could you send me the salary range and tell me if it is remote?"
TODAY = date(2026, 11, 20)

# People who speak of absence, of leaving, of robots: an answer of theirs must reach the classifier.
PEOPLE = [
    "Half of my team has left, but I must decline until it is through.",
    "My boss has just left, so the timing is good.",
    "I'm on leave until March, ask me then",
    "I'm out of the office today but call me Thursday, yes I'm interested",
    "I left the company in May, so no",
    "on holiday, will read your message properly next week",
    "Was on holiday, sorry for the delay! Yes please send the details.",
    "Is this an automated message or did you actually read my profile?",
    "Your automatic emails are a pain. Take me off your list.",
    "I retired in 2021, so you are a little late :)",
    "Back on Monday, could we talk then?",
    "My mailbox was full, can you send the job description again?",
    "Estoy de vacaciones hasta el lunes, ¿hablamos el martes?",
    "Ya no trabajo en esa empresa, pero me interesa la vacante.",
    "Je suis en congé jusqu'à lundi, on s'appelle mardi ?",
    "Ich bin bis Freitag im Urlaub, danach gerne ein Gespräch.",
    "Bin in Elternzeit, also gerade kein Interesse, danke.",
    "Tô de férias até dia 10, me chama depois que eu topo.",
    "Sono in ferie fino a lunedì, ci sentiamo martedì? L'offerta mi interessa.",
    "Ben met vakantie, bel me volgende week maar, klinkt leuk.",
    "मैं अभी छुट्टी पर हूँ, अगले हफ़्ते बात करते हैं।",
    "Abhi chhutti par hoon, Monday ko call karo, interested hoon.",
    "来週まで休暇なので、再来週にお話を聞かせてください。",
    "我在休假,下周回来再聊,挺感兴趣的。",
    "No.",
    "👍",
    "",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_c5_automatic_answers_are_found_in_every_language(language: str) -> None:
    notices = load(language)
    assert len(notices) >= 30
    for part in (True, False):
        chosen = [notice for notice in notices if notice.tuned is part]
        missed = [n.text[:80] for n in chosen if not detect_auto_reply(n.text, subject=n.subject, today=n.today)]
        assert len(missed) <= 0.03 * len(chosen), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_c5_automatic_answers_are_found_by_their_text_alone(language: str) -> None:
    """Chat systems have no subject and no headers."""
    missed = [notice.text[:80] for notice in load(language) if not detect_auto_reply(notice.text)]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_c5_the_kind_of_an_automatic_answer_is_right(language: str) -> None:
    notices = load(language)
    wrong = [(n.kind, n.text[:80]) for n in notices if _kind(n) != n.kind]
    assert len(wrong) <= 0.1 * len(notices), wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_c5_the_first_day_back_is_read(language: str) -> None:
    dated = [notice for notice in load(language) if notice.returns_on]
    wrong = [
        (str(found), str(notice.returns_on), notice.text[:90])
        for notice in dated
        if (found := find_return_date(notice.text, today=notice.today)) != notice.returns_on
    ]
    assert len(dated) >= 9
    assert len(wrong) <= 0.2 * len(dated), wrong


@pytest.mark.parametrize("text", PEOPLE)
def test_c5_people_who_speak_of_absence_are_people(text: str) -> None:
    assert detect_auto_reply(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ([("Auto-Submitted", "auto-replied")], "out_of_office"),
        ([("auto-submitted", "Auto-Replied; owner-email=x@example.com")], "out_of_office"),
        ([("Auto-Submitted", "auto-generated")], "delivery_notice"),
        ([("X-Autoreply", "yes")], "out_of_office"),
        ([("Precedence", "auto_reply")], "out_of_office"),
        ([("Content-Type", 'multipart/report; report-type="delivery-status"')], "delivery_notice"),
        ([("X-Failed-Recipients", "x@example.com")], "delivery_notice"),
        ([("From", "Mail Delivery Subsystem <MAILER-DAEMON@example.com>")], "delivery_notice"),
        ([("Return-Path", "<>")], "delivery_notice"),
    ],
)
def test_c5_a_sure_header_is_enough(headers: list[tuple[str, str]], kind: str) -> None:
    reply = detect_auto_reply("See below.", headers=headers)
    assert reply is not None
    assert reply.kind == kind
    assert headers[0][0].lower() in reply.reason


@pytest.mark.parametrize(
    "headers",
    [
        [("Auto-Submitted", "no")],
        [("Precedence", "bulk")],
        [("Precedence", "list"), ("List-Id", "<people.example.com>")],
        [("X-Auto-Response-Suppress", "All")],
        [("X-Autoreply", "no")],
        [("Content-Type", "multipart/alternative")],
        [("From", "Anna <anna@example.com>"), ("Return-Path", "<anna@example.com>")],
    ],
)
def test_c5_headers_that_people_send_too_are_not_enough(headers: list[tuple[str, str]]) -> None:
    assert detect_auto_reply(HUMAN_ANSWER, headers=headers) is None


def test_c5_a_weak_header_supports_what_the_text_leaves_open() -> None:
    text = "I am on annual leave."
    assert detect_auto_reply(text) is None
    reply = detect_auto_reply(text, headers=[("X-Auto-Response-Suppress", "All")])
    assert reply is not None
    assert reply.kind == "out_of_office"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: A role",
        "Abwesenheitsnotiz: Stelle",
        "Réponse automatique : Poste",
        "自动回复:职位",
        "自動返信: 求人",
        "[EXTERNAL] Out of Office: Hello",
        "AUTO: Smith, John is out of the office. (returning 05/01/2010)",
    ],
)
def test_c5_a_subject_of_mail_programs_is_enough(subject: str) -> None:
    reply = detect_auto_reply("Hello.", subject=subject)
    assert reply is not None
    assert reply.kind == "out_of_office"
    assert reply.reason.startswith("subject")


def test_c5_an_answer_to_an_automatic_answer_is_a_persons() -> None:
    assert detect_auto_reply(HUMAN_ANSWER, subject="Re: Automatic reply: A role") is None


def test_c5_a_quoted_notice_is_not_the_answer() -> None:
    quoted = "> This is an automated message. Please do not reply to this email.\n> I am out of the office."
    assert detect_auto_reply(f"{HUMAN_ANSWER}\n\nOn Monday Anna wrote:\n{quoted}") is None


def test_c5_the_date_header_completes_a_date_without_year() -> None:
    text = "I am out of the office and will be back on 5 January. For urgent matters please contact Ann."
    assert detect_auto_reply(text) == AutoReply(
        kind="out_of_office", returns_on=None, reason=_detect(text).reason, matched=_detect(text).matched
    )
    dated = detect_auto_reply(text, headers=[("Date", "Fri, 20 Nov 2026 10:00:00 +0100")])
    assert dated is not None
    assert dated.returns_on == date(2027, 1, 5)
    assert sent_on([("Date", "no date")]) is None


@pytest.mark.parametrize("name", ["rfc3834-01.eml", "rfc3834-02.eml"])
def test_c5_real_mails_are_read(name: str) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"needs {path}")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain", "html"))
    assert body is not None
    text = str(body.get_content())
    text = html_to_text(text) if body.get_content_subtype() == "html" else text
    headers = [(key, str(value)) for key, value in mail.items()]
    for kept in (headers, [(key, value) for key, value in headers if key == "Date"]):
        reply = detect_auto_reply(text, subject=str(mail["Subject"]), headers=kept)
        assert reply is not None
        assert reply.kind == "out_of_office"
        assert reply.returns_on == (date(2009, 6, 1) if name.endswith("01.eml") else date(2010, 1, 5))
    assert detect_auto_reply(text) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("out until 5 January", date(2027, 1, 5)),
        ("away through January 5", date(2027, 1, 6)),
        ("(returning 05/12/2026)", date(2026, 12, 5)),
        ("bis einschließlich 14.03. im Urlaub", date(2027, 3, 15)),
        ("en congés du 3 au 17 août", date(2027, 8, 18)),
        ("1月5日まで不在", date(2027, 1, 6)),
        ("返回日期 2027-01-05", date(2027, 1, 5)),
        ("15 नवंबर तक छुट्टी", date(2027, 11, 16)),
        ("away 29 December to 2 January 2027, back at work then", date(2027, 1, 3)),
        ("I will be back on 29 February", date(2028, 2, 29)),
        ("back on 31 February", None),
        ("I have worked here since 5 January 2019", None),
        ("call 0171 555 01 23 from 9.00 to 17.00", None),
        ("no date at all", None),
    ],
)
def test_c5_days_of_return_as_people_write_them(text: str, expected: date | None) -> None:
    assert find_return_date(text, today=TODAY) == expected


def test_c5_the_weekday_decides_between_day_and_month() -> None:
    """2 March 2026 and 3 February 2026 are a Monday and a Tuesday."""
    assert find_return_date("back on Mon 3/2", today=date(2026, 1, 10)) == date(2026, 3, 2)
    assert find_return_date("back on Tue 3/2", today=date(2026, 1, 10)) == date(2026, 2, 3)


def test_c5_without_today_only_a_full_date_counts() -> None:
    assert find_return_date("back on 5 January", today=None) is None
    assert find_return_date("back on 5 January 2027", today=None) == date(2027, 1, 5)
    assert find_return_date("back on 05/01/2027", today=None) is None


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 364))
def test_c5_a_date_without_year_is_its_next_occurrence(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert find_return_date(f"I will be back on {day:%d %B}", today=today) in {day, _leap_day_after(day, today)}
    assert find_return_date(f"返回日期 {day.isoformat()}", today=today) == day


@given(st.text(max_size=300), st.text(max_size=80), st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40))))
def test_c5_any_text_gives_a_result(text: str, subject: str, headers: list[tuple[str, str]]) -> None:
    reply = detect_auto_reply(text, subject=subject, headers=headers, today=TODAY)
    assert reply is None or reply.reason
    assert header_evidence(headers) is None or header_evidence(headers) == header_evidence(list(headers))


@given(
    st.text(alphabet="0123456789/.-月日年至 until back bis tag", max_size=200), st.dates(max_value=date(9990, 12, 31))
)
def test_c5_any_digits_give_a_date_or_none(text: str, today: date) -> None:
    assert find_return_date(text, today=today) is None or isinstance(find_return_date(text, today=today), date)


@pytest.mark.parametrize(
    "unit",
    ["a ", "out of office until ", "5 January ", "(", "1/", "please contact ", "1月", "> ", "\x00\n", "क ", "- "],
)
def test_c5_a_megabyte_is_read_in_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    detect_auto_reply("back on 5 January, out of the office", today=TODAY)  # the data is read before the clock starts
    start = time.process_time()
    detect_auto_reply(text, today=TODAY)
    find_return_date(text, today=TODAY)
    assert time.process_time() - start < 0.2


def _detect(text: str) -> AutoReply:
    reply = detect_auto_reply(text)
    assert reply is not None
    return reply


def _kind(notice: Notice) -> str:
    reply = detect_auto_reply(notice.text, subject=notice.subject, today=notice.today)
    return reply.kind if reply else ""


def _leap_day_after(day: date, today: date) -> date:
    """29 February is found in the next leap year, wherever `today` stands; other days are themselves."""
    return day if (day.month, day.day) != (2, 29) or day >= today else day.replace(year=day.year + 4)

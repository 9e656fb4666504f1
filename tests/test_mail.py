"""Mails are read whatever their parts, charsets and headers; a broken one gives its text or one clear error (C-6)."""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.classification.clean import clean_reply
from overture.classification.mail import Mail, read_each_of_mbox, read_mail, read_mbox
from overture.errors import InputError

HEAD = "From: Ines Okafor <ines@okafor.example>\nSubject: Re: A role\n"
OUTLOOK = (
    "<div>Yes, gladly.</div><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b> Anna<br>"
    "<b>Sent:</b> Monday<br><b>To:</b> Ines<br><b>Subject:</b> A role</div><div>Hi, would this suit you?</div>"
)
GMAIL = (
    "<div dir=ltr>15. März passt mir.</div><br><div class='gmail_quote'><div class='gmail_attr'>Am Mo., 3. März 2025 "
    "um 10:00 Uhr schrieb Anna &lt;<a href='mailto:a@b.example'>a@b.example</a>&gt;:<br></div>"
    "<blockquote class='gmail_quote'><p>Hallo</p><p>Passt das?</p></blockquote></div>"
)
INLINE = (
    "<blockquote type=cite>Remote?</blockquote><div>Only remote.</div>"
    "<blockquote type=cite>When?</blockquote><p>July.</p>"
)


def _html(body: str) -> str:
    return f"{HEAD}Content-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>"


def _parts(kind: str, *parts: str) -> str:
    inner = "".join(f"--b\n{part}\n" for part in parts)
    return f'{HEAD}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\n{inner}--b--\n'


def test_headers_are_all_there_in_order_and_decoded() -> None:
    mail = read_mail(
        "Received: a\nReceived: b\nFrom: =?utf-8?q?In=C3=A9s?= <i@n.example>\nSubject: =?utf-8?B?UmU6IOS4gOS4qg==?=\n"
        " =?utf-8?B?6IGM5L2N?=\nDate: Mon, 3 Mar 2025 11:00:00 +0100\nMessage-ID: <1@n>\nIn-Reply-To: <0@n>\n\nJa."
    )
    assert [name for name, _ in mail.headers[:2]] == ["Received", "Received"]
    assert (mail.sender, mail.subject) == ("Inés <i@n.example>", "Re: 一个职位")
    assert mail.date == datetime(2025, 3, 3, 10, tzinfo=UTC)
    assert (mail.message_id, mail.in_reply_to, mail.text) == ("<1@n>", "<0@n>", "Ja.")


def test_an_encoded_character_cut_in_two_is_joined() -> None:
    assert read_mail("Subject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?= ok\n\n").subject == "café ok"


def test_rfc_2231_charset_is_read() -> None:
    raw = HEAD.encode() + b"Content-Type: text/plain; charset*=us-ascii'en'iso-8859-15\n\n5 \xa4"
    assert read_mail(raw).text == "5 €"


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("iso-8859-1", "cp1252", "“Ja”, gerne für 50 €"),
        ("iso-8859-1", "utf-8", "Ich wäre interessiert"),
        ("us-ascii", "utf-8", "Sí, mañana"),
        ("utf-8", "cp1252", "Sí, mañana"),
        ("", "utf-8", "興味があります"),
        ("", "gb18030", "我目前不考虑新的机会，谢谢您的来信"),
        ("gb2312", "gb18030", "朱镕基喆"),
        ("iso-2022-jp", "iso2022_jp", "興味があります"),
        ("shift_jis", "cp932", "①番でお願いします"),
        ("x-no-such", "utf-8", "मुझे रुचि है"),
        ("base64", "utf-8", "d'accord, à lundi"),
    ],
)
def test_wrong_and_missing_charsets_are_read(charset: str, codec: str, text: str) -> None:
    label = f"; charset={charset}" if charset else ""
    raw = f"{HEAD}Content-Type: text/plain{label}\nContent-Transfer-Encoding: 8bit\n\n".encode() + text.encode(codec)
    assert read_mail(raw).text == text


def test_text_is_preferred_to_html() -> None:
    plain, html = "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>html</p>"
    assert read_mail(_parts("alternative", html, plain)).text == "plain"
    assert read_mail(_parts("alternative", "Content-Type: text/plain\n\n ", html)).text == "html"


def test_attachments_and_attached_mails_are_left_out() -> None:
    mail = _parts(
        "mixed",
        "Content-Type: text/plain\n\nSee my CV.",
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=cv.txt\n\nNurse",
        f"Content-Type: message/rfc822\n\n{HEAD}\nAn older mail",
        "Content-Type: text/plain\n\nInes",
    )
    assert read_mail(mail).text == "See my CV.\n\nInes"


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_broken_base64_gives_what_is_left(cut: int) -> None:
    body = base64.b64encode(b"I would like to hear more.").decode()
    mail = read_mail(f"{HEAD}Content-Transfer-Encoding: base64\n\n{body[: len(body) - cut]}\n")
    assert mail.text.startswith("I would like to hear mo")


def test_flowed_lines_are_joined() -> None:
    flowed = "I would like \nto hear more.\n\n> a long \n> question\n-- \nInes"
    raw = f"{HEAD}Content-Type: text/plain; format=flowed\n\n{flowed}"
    assert read_mail(raw).text == "I would like to hear more.\n\n> a long question\n-- \nInes"
    joined = read_mail(f"{HEAD}Content-Type: text/plain; format=flowed; delsp=yes\n\n興味が \nあります")
    assert joined.text == "興味があります"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (OUTLOOK, "Yes, gladly."),
        (GMAIL, "15. März passt mir."),
        (INLINE, "Only remote.\n\nJuly."),
        ("<pre>No,\nthanks.\n\n&gt; Hi</pre>", "No,\nthanks."),
        ("Sure<br>thing<div class='gmail_signature'>Ines<br>Nurse</div>", "Sure\nthing"),
        ("<p>I &lt;3 it &amp; you</p>", "I <3 it & you"),
        ("<center><o:p>Oui</o:p></center>", "Oui"),
        ("<form><p>Ja</p></form>", "Ja"),
    ],
    ids=["outlook", "gmail", "inline", "pre", "signature", "entities", "unknown", "form"],
)
def test_c6_html_replies_are_cleaned(body: str, text: str) -> None:
    assert clean_reply(read_mail(_html(body)).text).text == text


def test_c6_inline_answers_in_html_are_inline() -> None:
    assert clean_reply(read_mail(_html(INLINE)).text).inline


@pytest.mark.parametrize("tag", ["blockquote", "div", "pre", "center", "span", "small", "b", "table"])
def test_an_html_bomb_has_a_clear_result(tag: str) -> None:
    assert "Yes" in read_mail(_html(f"<p>Yes</p>{f'<{tag}>' * 20_000}end")).text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"Hello there\nhow are you", "no mail header"),
        (b"%PDF-1.7\n\x00\x01", "no mail header"),
        (b"\xd0\xcf\x11\xe0 x", ".msg"),
        ("no/such/mail.eml", "no such file"),
        (Path("no/such/mail.eml"), "no such file"),
        ("\x00.eml", "no name of a file"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(60)), "too deeply"),
    ],
)
def test_what_is_no_mail_is_one_clear_error(source: bytes | str | Path, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        read_mail(source)
    assert caught.value.expected


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.eml"
    path.write_bytes(HEAD.encode() + b"\n" + b"a" * 2_000)
    monkeypatch.setattr("overture.classification.mail.MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="too large") as caught:
        read_mail(path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("value", ["", "yesterday", "Mon, 99 Foo 2025", "Mon, 3 Mar 99999 10:00", "(" * 500])
def test_a_date_that_is_none_is_none(value: str) -> None:
    assert read_mail(f"{HEAD}Date: {value}\n\nJa.").date is None


@given(st.binary(max_size=300))
def test_any_bytes_give_a_mail_or_an_input_error(raw: bytes) -> None:
    for prefix in (b"", b"From: a\n", b"From: a\nContent-Type: text/html\n\n", b"Subject: =?utf-8?b?"):
        with contextlib.suppress(InputError):
            assert isinstance(read_mail(prefix + raw), Mail)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; " + b'a="b;' * 18_000,
        b"From: " + b"a," * 48_000,
        b"Subject: " + b"=?utf-8?q?a" * 8_500,
        b"Subject: " + b"=?utf-8?q?a?= " * 6_500,
        b"Date: " + b"(1 " * 30_000,
    ],
    ids=["parameters", "addresses", "open words", "words", "date"],
)
def test_a_header_of_100_kb_takes_no_time(head: bytes) -> None:
    """`policy.default` takes 15 to 104 s for these."""
    start = time.process_time()
    read_mail(b"From: a\n" + head + b"\n\nYes.")
    assert time.process_time() - start < 2


def test_the_mails_of_an_mbox_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_bytes(
        b"From a@b Mon Mar  3 10:00:00 2025\nFrom: a\n\nYes.\n>From me\n>>From you\n\n"
        b"From a@b Mon Mar  3 10:00:00 2025\nFrom: b\n\nFrom within a paragraph: \nFrom here\n\nNo.\n"
    )
    mails = read_mbox(path)
    assert isinstance(mails, Iterator)
    assert next(mails).text.strip() == "Yes.\nFrom me\n>From you"
    assert [mail.text.split() for mail in mails] == [["From", "within", "a", "paragraph:", "From", "here", "No."]]


def test_a_broken_mail_of_an_mbox_is_named_and_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    start = b"From a@b Mon Mar  3 10:00:00 2025\n"
    path.write_bytes(start + b"From: a\n\nYes.\n\n" + start + b"\xd0\xcf\x11\xe0\n\n" + start + b"From: c\n\nNo.\n")
    first, broken, last = read_each_of_mbox(path)
    assert isinstance(broken, InputError)
    assert "mail 2: an Outlook .msg" in str(broken)
    assert [mail.text.strip() for mail in (first, last) if isinstance(mail, Mail)] == ["Yes.", "No."]
    with pytest.raises(InputError, match="mail 2"):
        list(read_mbox(path))


def test_an_mbox_is_read_at_constant_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "in.mbox"
    mail = b"From a@b Mon Mar  3 10:00:00 2025\nFrom: a\n\n" + b"Yes please, tell me more.\n" * 400 + b"\n"
    peaks: list[int] = []
    for count in (20, 400):
        path.write_bytes(mail * count)
        tracemalloc.start()
        assert sum(1 for _ in read_mbox(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


def test_what_is_no_mbox_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_bytes(b"Hello\n")
    with pytest.raises(InputError, match="not an mbox"):
        list(read_mbox(path))
    with pytest.raises(InputError, match="no such file"):
        list(read_mbox(tmp_path / "none.mbox"))
    path.write_bytes(b"")
    assert list(read_mbox(path)) == []


def test_public_automatic_answers_are_read(shared_data: Path) -> None:
    folder = shared_data / "auto_replies"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    mails = [read_mail(path) for path in sorted(folder.glob("*.eml"))]
    assert len(mails) == 2
    assert "I am away on vacation" in mails[0].text
    assert mails[1].subject.startswith("AUTO:")

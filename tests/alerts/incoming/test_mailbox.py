"""Mails that come back: complaints, bounces that are no notification, readers who want no more, and what is none of that."""

from __future__ import annotations

import re
import time
import unicodedata
from email import message_from_bytes, policy
from email.header import Header
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery import outbox
from alerts.digests.mail_tokens import Kind, names_in, token
from alerts.digests.message import compose
from alerts.identity.keys import signing_keys
from alerts.identity.links import links_of
from alerts.incoming.bounces import read_bounces
from alerts.incoming.complaints import read_complaint
from alerts.incoming.mail import inbound
from alerts.incoming.mailbox import MailboxResult, take_in
from alerts.operations import incidents
from alerts.subscriptions import subscriptions
from alerts.subscriptions.suppression import load_suppressions
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TO, begin, listed, mailing, send, talks
from tests.alerts.incoming.test_bounces import arrive, notification
from tests.builders import later, some_of

RETURNED = """From: ASEAN Watch <watch@example.org>
To: {to}
Message-ID: {id}
Subject: News of an unknown user who was permanently rejected

News
"""


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, bounces="in the test's folder", return_path="bounces+{id}@example.org")


@pytest.fixture
def sent(store: Store, own: Settings) -> dict[str, str]:
    """A digest that went to two readers: their addresses and the messages' ids."""
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    return {row["recipient"]: row["message_id"] for row in listed(store)}


def come(store: Store, own: Settings, folder: Path, *mails: bytes, **after: float) -> MailboxResult:
    return take_in(store, own, arrive(folder, *mails), later(**after or {"hours": 1}))


def gone(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return load_suppressions(connection)


def readers(store: Store, own: Settings) -> tuple[str, ...]:
    with store.read() as connection:
        return subscriptions.load_recipients(connection, own.subscriptions[0])


def complaint(kind: str, returned: str, *, names: str = "") -> bytes:
    """A report in the Abuse Reporting Format (RFC 5965, appendix B)."""
    return f"""From: feedback@provider.example
To: watch@example.org
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
{names}
--B
Content-Type: message/rfc822

{returned}
--B--
""".replace("\n\n--B\nContent-Type: message/rfc822", "\n--B\nContent-Type: message/rfc822").encode()


@pytest.mark.parametrize("kind", ["abuse", "Abuse", "fraud", "opt-out"])
def test_who_complains_gets_no_more_mail_and_operators_are_told(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, kind: str
) -> None:
    mail = complaint(kind, RETURNED.format(to="redacted", id=sent[TO[0]]))
    assert come(store, own, tmp_path / "b", mail) == MailboxResult(complaints=1)
    assert gone(store) == {TO[0]: "complained"}
    with store.read() as connection:
        told = [t.message for t in incidents.find_troubles(connection, store, own, later(hours=2))]
    assert any("1 readers complained" in line for line in told)
    talks(store, "Thailand and China agree on rice exports", hours=3)
    assert send(store, own, hours=3, minutes=1).sent == 1


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "other", "dmarc"])
def test_what_is_no_complaint_suppresses_nobody(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, kind: str
) -> None:
    come(store, own, tmp_path / "b", complaint(kind, RETURNED.format(to=TO[0], id=sent[TO[0]])))
    assert gone(store) == {}


def test_a_complaint_without_ids_is_known_by_the_token_of_its_list(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes, tmp_path: Path
) -> None:
    listed_in = next(m for to, m in inboxes.mails if to == TO[1])["List-Unsubscribe"]
    returned = f"From: watch@example.org\nTo: hidden\nList-Unsubscribe: {listed_in}\n\nNews\n"
    assert come(store, own, tmp_path / "b", complaint("abuse", returned)) == MailboxResult(complaints=1)
    assert gone(store) == {TO[1]: "complained"}


def test_nobody_can_complain_for_somebody_else(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path
) -> None:
    forged = complaint(
        "abuse", RETURNED.format(to=TO[0], id="<made-up@example.org>"), names=f"Original-Rcpt-To: {TO[0]}\n"
    )
    assert come(store, own, tmp_path / "b", forged) == MailboxResult(other=1)
    assert gone(store) == {}


QMAIL = """From: MAILER-DAEMON@mx.example.org
To: watch@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
192.0.2.1 does not like recipient.
Remote host said: 550 no such user here
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

{returned}"""
EXIM = """From: Mail Delivery System <Mailer-Daemon@mx.example.org>
X-Failed-Recipients: {to}
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  {to}
    Unrouteable address: unknown user

------ This is a copy of the message, including all the headers. ------

{returned}"""
EXCHANGE = """From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>
Subject: Undeliverable: News
In-Reply-To: {id}
Content-Type: text/html; charset=windows-1252

<html><body><p><b>Delivery has failed to these recipients or groups:</b></p><p><a href="mailto:{to}">{to}</a><br>
The e-mail address you entered couldn't be found.</p><p>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p></body></html>
"""
PROVIDER = """From: Mail Delivery Subsystem <mailer-daemon@provider.example>
Subject: Delivery Status Notification (Failure)
Content-Type: text/plain; charset=UTF-8

** Address not found **

Your message wasn't delivered to {to} because the address couldn't be found, or is unable to receive mail.
The response was: 550 5.1.1 The email account that you tried to reach does not exist.

----- Original message -----
{returned}"""
CHINESE = """From: postmaster@provider.example
Subject: =?gb2312?B?z7XNs83L0MU=?=
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: 8bit

很抱歉，您的邮件无法投递到 {to}：收件人不存在。
Message-ID: {id}
"""


@pytest.mark.parametrize("form", [QMAIL, EXIM, EXCHANGE, PROVIDER, CHINESE])
def test_a_bounce_in_plain_words_is_read(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, form: str
) -> None:
    returned = RETURNED.format(to=TO[0], id=sent[TO[0]])
    content = form.format(to=TO[0], id=sent[TO[0]], returned=returned)
    mail = content.encode("gb18030" if "gb18030" in form else "utf-8")
    assert come(store, own, tmp_path / "b", mail).bounces == 1
    assert gone(store) == {TO[0]: "bounced"}


@pytest.mark.parametrize("form", [QMAIL, EXIM, PROVIDER])
def test_a_plain_bounce_that_answers_nothing_of_ours_suppresses_nobody(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, form: str
) -> None:
    mail = form.format(
        to=TO[0], id="", returned=RETURNED.format(to=TO[0], id="<made-up@example.org>")
    ).encode()
    assert come(store, own, tmp_path / "b", mail, mail, mail, mail) == MailboxResult(other=4)
    assert gone(store) == {}


REPLIES = {
    "absence": ("Ann <{to}>", "Out of Office: News", "I am away. The address of my deputy is unknown to nobody. 550 5.1.1"),
    "chinese absence": ("Ann <{to}>", "自动回复：News", "我不在办公室。"),
    "absence from a mail system": ("postmaster@example.org", "Automatic reply: News", "Delivery failed? No, I am on vacation."),
    "human": ("Ann <{to}>", "Re: News", "The user unknown in your news was rejected permanently, I think."),
    "challenge": ("Mailer-Daemon@corp.example", "Please confirm", "Please confirm that you are human; your message was not delivered."),
    "delay": ("MAILER-DAEMON@mx.example", "Warning: could not send message for past 4 hours",
              "THIS IS A WARNING MESSAGE ONLY. Delivery of your message was delayed; we will keep trying."),
    "full": ("MAILER-DAEMON@mx.example", "Undelivered Mail", "550 mailbox is full, quota exceeded. Permanent error."),
    "policy": ("MAILER-DAEMON@mx.example", "Undelivered Mail", "550 5.7.1 message rejected as spam: user unknown to our reputation list"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPLIES)
def test_what_is_no_failure_of_the_address_is_read_with_care(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, name: str
) -> None:
    sender, subject, words = REPLIES[name]
    head = f"From: {sender.format(to=TO[0])}\nSubject: {Header(subject, 'utf-8').encode()}\nAuto-Submitted: auto-replied\n"
    more = f"In-Reply-To: {sent[TO[0]]}\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n"
    returned = "--- Original message ---\n" + RETURNED.format(to=TO[0], id=sent[TO[0]])
    come(store, own, tmp_path / "b", (head + more + returned).encode())
    assert gone(store) == {}


IN_WORDS = {
    "zh, glued": ("系统退信", "退信原因：收件人邮件地址（{to}）不存在，邮件无法送达。"),
    "zh": ("系统退信", "很抱歉，您发送的邮件未能送达以下收件人：{to}\n原因：该用户不存在"),
    "zh-Hant": ("郵件退回通知", "您的郵件無法投遞：{to} 收件者不存在"),
    "vi": ("Thư không gửi được", "Không gửi được thư tới {to}: địa chỉ người nhận không tồn tại."),
    "vi, composed otherwise": ("Thư bị trả lại", unicodedata.normalize("NFD", "Gửi thư thất bại: {to} không tìm thấy người dùng.")),
    "id": ("Pesan tidak terkirim", "Pesan Anda kepada {to} tidak dapat dikirim. Alamat tidak ditemukan."),
    "ms": ("Mel gagal dihantar", "Mel anda kepada {to} gagal dihantar kerana pengguna tidak wujud."),
    "th": ("ไม่สามารถส่งข้อความได้", "ไม่สามารถส่งข้อความถึง {to} เนื่องจากไม่มีผู้ใช้นี้"),
    "tl": ("Hindi naihatid ang mensahe", "Hindi naihatid ang iyong mensahe kay {to}: walang ganoong user."),
    "fr": ("Échec de la remise du message", "Votre message n’a pas pu être remis à {to} : destinataire inconnu."),
    "de": ("Unzustellbar", "Ihre Nachricht an {to} konnte nicht zugestellt werden. Empfänger unbekannt."),
    "es": ("Mensaje no entregado", "No se pudo entregar su mensaje a {to}: el usuario no existe."),
    "pt": ("Mensagem não entregue", "A mensagem para {to} não pôde ser entregue: usuário desconhecido."),
    "ja": ("配信不能通知", "{to} 宛のメールは配信できませんでした。宛先が見つかりません。"),
    "ko": ("메일 반송", "{to} 에게 보낸 메일을 배달할 수 없습니다. 존재하지 않는 사용자입니다."),
    "ru": ("Недоставленное сообщение", "Сообщение для {to} не может быть доставлено: пользователь не найден."),
    "en": ("Delivery Status Notification (Failure)", "It wasn't delivered to {to} because the address couldn't be found."),
}  # fmt: skip


def in_words(sender: str, subject: str, words: str, identity: str) -> bytes:
    """A mail that quotes one of ours by its id only."""
    head = f"From: {sender}\nSubject: {Header(subject, 'utf-8').encode()}\nContent-Type: text/plain; charset=utf-8\n\n"
    return f"{head}{words}\n\n--- original message ---\nMessage-ID: {identity}\n".encode()


@pytest.mark.parametrize("language", IN_WORDS)
def test_a_failure_is_understood_in_the_languages_of_readers(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, language: str
) -> None:
    subject, words = IN_WORDS[language]
    come(
        store,
        own,
        tmp_path / "b",
        in_words("MAILER-DAEMON@mx.example.net", subject, words.format(to=TO[0]), sent[TO[0]]),
    )
    assert gone(store) == {TO[0]: "bounced"}


AWAY = [
    ("自动回复: News", "我正在休假，邮件无法投递时请联系同事，地址不存在"), ("休假通知：News", "本人出差，邮件无法送达"), ("自動回覆: News", "退信"),
    ("ไม่อยู่ที่สำนักงาน", "ลาพักร้อน ไม่สามารถส่งข้อความ ไม่พบ"), ("News", "ขณะนี้ลาพักร้อน ไม่สามารถส่งข้อความ ไม่พบ"),
    ("Sedang cuti", "Saya sedang cuti, pesan tidak dapat dikirim, alamat tidak ditemukan"), ("Balasan Otomatis", "gagal dikirim, tidak ditemukan"),
    ("Nghỉ phép", "Tôi đang nghỉ phép, không thể gửi, người nhận không tồn tại"), ("News", "Tôi vắng mặt. Không thể gửi, không tồn tại"),
    ("News", "邮件无法送达，将继续重试，用户不存在"), ("News", "Thư không thể gửi, tạm thời; sẽ thử lại. Không tồn tại"),
    ("News", "Pesan tidak dapat dikirim sementara; tidak ditemukan"), ("News", "无法投递：收件人邮箱已满，用户不存在"),
    ("Away", "I am on annual leave; the mail was not delivered to my phone, no such user"),
]  # fmt: skip


SENDERS = ("Ann <{to}>", "postmaster@corp.example")
TURNS = [(SENDERS[number % 2], *away) for number, away in enumerate(AWAY)]
OTHER_TURNS = [(SENDERS[number % 2 - 1], *away) for number, away in enumerate(AWAY)]


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [*TURNS, *(pytest.param(*turn, marks=pytest.mark.long) for turn in OTHER_TURNS)],
)
def test_absence_delay_and_a_full_mailbox_suppress_nobody_in_any_language(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path, sender: str, subject: str, words: str
) -> None:
    come(store, own, tmp_path / "b", in_words(sender.format(to=TO[0]), subject, words, sent[TO[0]]))
    assert gone(store) == {}


def test_a_notification_without_the_mail_is_known_by_its_return_path(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes, tmp_path: Path
) -> None:
    key = store_key(store)
    made = token(Kind.RETURN, key, sent[TO[0]])
    bare = re.sub(
        rb"--B\nContent-Type: text/rfc822-headers.*?--B--",
        b"--B--",
        notification(TO[0], sent[TO[0]]),
        flags=re.S,
    )
    assert sent[TO[0]].encode() not in bare
    assert come(store, own, tmp_path / "b", bare) == MailboxResult(other=1)
    back = f"Delivered-To: BOUNCES+{made.upper()}@example.org\n".encode() + bare
    assert come(store, own, tmp_path / "b", back) == MailboxResult(bounces=1)
    assert gone(store) == {TO[0]: "bounced"}


def store_key(store: Store) -> str:
    return Path(f"{store.url.database}.key").read_text().strip()


def asking(inboxes: Inboxes, reader: str) -> tuple[str, str]:
    """Whom a mail program writes to for a reader who wants no more, and with what subject."""
    mail = next(m for to, m in inboxes.mails if to == reader)
    found = re.search(r"<mailto:([^?>]+)\?subject=([^>]+)>", mail["List-Unsubscribe"])
    assert found is not None
    return found[1], unquote(found[2])


@pytest.mark.parametrize("how", ["subject", "reply", "encoded", "folded", "capitals", "detail"])
def test_the_mail_of_list_unsubscribe_takes_its_reader_off_and_nobody_else(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes, tmp_path: Path, how: str
) -> None:
    to, subject = asking(inboxes, TO[1])
    assert to == "bounces@example.org"
    word = subject.split()[1]
    lines = {
        "subject": f"Subject: {subject}", "reply": f"Subject: Re: {subject} please",
        "encoded": f"Subject: {Header(subject, 'utf-8', maxlinelen=40).encode()}",
        "folded": f"Subject: unsubscribe {word[:30]}\n {word[30:]}", "capitals": f"Subject: {subject.upper()}",
        "detail": f"Subject: \nX-Original-To: bounces+{word}@example.org",
    }  # fmt: skip
    mail = f"From: Somebody Else <forwarded@else.example>\nTo: {to}\n{lines[how]}\n\n".encode()
    assert come(store, own, tmp_path / "b", mail, mail) == MailboxResult(unsubscribed=2)
    assert readers(store, own) == (TO[0],)
    assert [r["kind"] for r in listed(store)].count("note") == 1
    assert all(p.name.endswith(":2,S") for p in (tmp_path / "b" / "cur").iterdir())


def test_a_guessed_a_changed_or_another_kind_of_token_takes_nobody_off(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes, tmp_path: Path
) -> None:
    _, subject = asking(inboxes, TO[1])
    name, digest = subject.split()[1].split("-")
    other = sent[TO[0]].strip("<>").partition("@")[0]
    returning = token(Kind.RETURN, store_key(store), sent[TO[1]])
    tries = ["unsubscribe", "unsubscribe desk", f"unsubscribe {other}-{digest}", f"unsubscribe {name}-{digest[::-1]}",
             f"unsubscribe {name}", f"unsubscribe {name}-{'a' * 16}", f"unsubscribe {returning}"]  # fmt: skip
    mails = [f"From: {TO[1]}\nTo: bounces@example.org\nSubject: {s}\n\nNews\n".encode() for s in tries]
    absent = f"From: {TO[1]}\nTo: bounces+{returning}@example.org\nSubject: Out of office\n\nAway\n".encode()
    assert come(store, own, tmp_path / "b", *mails, absent) == MailboxResult(other=8)
    assert readers(store, own) == tuple(TO)


def test_the_mailto_is_not_offered_where_nothing_reads_it(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port)
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    assert all("mailto:" not in (mail["List-Unsubscribe"] or "") for _, mail in inboxes.mails)


def test_every_mail_has_its_own_return_path_where_there_is_a_place_for_it(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes
) -> None:
    key = store_key(store)
    paths = dict(zip(inboxes.recipients, inboxes.senders, strict=True))
    assert paths == {
        to: f"bounces+{token(Kind.RETURN, key, identity)}@example.org" for to, identity in sent.items()
    }


def test_strange_files_hold_nothing_up(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path
) -> None:
    folder = arrive(tmp_path / "b")
    (folder / "new" / "a folder").mkdir()
    (folder / "new" / "leads nowhere").symlink_to(tmp_path / "nothing")
    assert come(store, own, folder, notification(TO[0], sent[TO[0]])) == MailboxResult(bounces=1)
    assert come(store, own, folder) == MailboxResult()


HUGE = {
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(9_000)
    ),
    "carried": b"Content-Type: message/rfc822\n\n" * 15_000,
    "many parts": b"Content-Type: multipart/report; boundary=B\n\n" + b"--B\n\n" * 30_000,
    "many headers": b"A: b\n" * 90_000 + b"\n",
    "one long line": b"From: mailer-daemon@x.example\n\n" + b"-" * 490_000 + b" original",
    "many brackets": b"From: mailer-daemon@x.example\nContent-Type: text/html\n\n"
    + b"<" * 240_000
    + b"a@" * 120_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 35_000 + b"\n\n",
}


@pytest.mark.parametrize("name", some_of(HUGE, 2))
def test_huge_and_malformed_mails_are_read_in_bounded_time(name: str) -> None:
    began = time.process_time()
    content = HUGE[name][:500_000]
    read_bounces(content)
    mail = inbound(content)
    assert mail is None or len(mail.quoted) < 10_000_000
    assert time.process_time() - began < 10


CHARSETS = [
    "utf-8",
    "utf-7",
    "gb2312",
    "big5",
    "tis-620",
    "windows-1258",
    "x-unknown",
    "unicode-1-1",
    "rot13",
    "hex",
    "idna",
    "\u00e9",
    "",
]


@given(
    st.sampled_from(CHARSETS), st.sampled_from(["7bit", "base64", "quoted-printable", "x-uuencode", "nonsense"]), st.binary(max_size=200),
    st.sampled_from(["text/plain", "text/html", "message/delivery-status", "message/feedback-report", "message/rfc822", "multipart/report"]),
)  # fmt: skip
def test_any_charset_and_encoding_is_read_without_harm(
    charset: str, encoding: str, noise: bytes, kind: str
) -> None:
    head = f"From: mailer-daemon@x.example\nSubject: =?{charset}?b?/w==?=\nContent-Transfer-Encoding: {encoding}\n"
    content = (
        head.encode()
        + f'Content-Type: {kind}; charset="{charset}"; boundary="B"; report-type=feedback-report\n\n'.encode()
        + noise
    )
    read_bounces(content)
    mail = inbound(content)
    if mail is not None:
        read_complaint(mail)


@given(st.text(max_size=200))
def test_no_text_holds_a_token_by_chance(text: str) -> None:
    assert names_in(text, Kind.UNSUBSCRIBE, ["a key"]) == []
    whole = f"{text} {token(Kind.UNSUBSCRIBE, 'a key', '<0123456789abcdef01234567@example.org>')} {text}"
    assert names_in(whole, Kind.UNSUBSCRIBE, ["another", "a key"]) == ["0123456789abcdef01234567"]


def test_a_mail_is_rebuilt_with_the_same_way_out(
    store: Store, own: Settings, sent: dict[str, str], inboxes: Inboxes
) -> None:
    with store.read() as connection:
        row = outbox.find(connection, 1)
        letter = outbox.message_of(connection, row.digest_id, links_of(own, store), signing_keys(own, store))
    again = message_from_bytes(compose(outbox.outgoing_of(row, letter)), policy=policy.default)
    first = next(m for to, m in inboxes.mails if to == row.recipient)
    assert again["List-Unsubscribe"] == first["List-Unsubscribe"]

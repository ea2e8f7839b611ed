"""The message: headers that cannot be broken out of, addresses of every kind, bodies that come back as they were."""

from __future__ import annotations

import email.charset
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.digests.headers import folded
from alerts.digests.message import (
    MANAGE,
    ListMail,
    OutgoingMessage,
    RenderedMessage,
    address,
    compose,
    needs_utf8,
)
from alerts.digests.render import Rendered
from alerts.identity.links import Links
from crawler.model import AseanwatchError
from tests.builders import NOON

LINKS = Links("https://watch.example.org", ("a key for tests",))
LETTER = RenderedMessage(
    "desk",
    "ASEAN Watch <watch@example.org>",
    NOON,
    Rendered("News", "<p>News</p>\n", "News\n"),
    links=LINKS,
    number=7,
)


def read(outgoing: OutgoingMessage) -> EmailMessage:
    found = message_from_bytes(compose(outgoing), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def to(recipient: str, message: RenderedMessage = LETTER, **more: tuple[str, ...]) -> OutgoingMessage:
    return OutgoingMessage("<one@example.org>", recipient, message, **more)


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    found: str = part.get_content()
    return found.replace("\r\n", "\n")


def test_the_headers_of_a_list() -> None:
    mail = read(to("desk@example.org", references=("<a@example.org>", "<b@example.org>")))
    assert mail["List-Id"] == '"desk" <desk.example.org>'
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Fri, 28 Nov 2025 12:00:00 +0000"
    assert mail["List-Unsubscribe"].startswith("<https://watch.example.org/one-click/")
    assert "mailto:" not in mail["List-Unsubscribe"]  # nothing would read it
    listed = ListMail("watch@example.org", lambda identity: f"unsubscribe {identity.strip('<>')}")
    both = read(to("desk@example.org", replace(LETTER, list_mail=listed)))["List-Unsubscribe"]
    assert both.startswith("<https://watch.example.org/one-click/")
    assert "<mailto:watch@example.org?subject=unsubscribe%20one%40example.org>" in both
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["In-Reply-To"] == "<b@example.org>"
    assert mail["References"].split() == ["<a@example.org>", "<b@example.org>"]
    assert mail["Content-Language"] == "en"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.defects == []


def test_without_https_no_one_click_is_promised() -> None:
    plain = replace(LETTER, links=Links("http://127.0.0.1:8080", ("k",)))
    assert "List-Unsubscribe-Post" not in read(to("desk@example.org", plain))
    assert read(to("desk@example.org", replace(LETTER, links=None)))["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("desk@example.org", "desk@example.org"),
        ("Meja Redaksi <desk@example.org>", "desk@example.org"),
        ("编辑部 <desk@例子.中国>", "desk@xn--fsqu00a.xn--fiqs8s"),
        ("desk@BÜCHER.example", "desk@xn--bcher-kva.example"),
        ('"Doe, Jane" <jane@example.org>', "jane@example.org"),
        ("desk", "desk@localhost"),
    ],
)
def test_addresses_of_every_kind(text: str, spec: str) -> None:
    assert address(text).addr_spec == spec
    mail = read(to(text))
    assert mail["To"].addresses[0].addr_spec == spec
    assert compose(to(text)).isascii()


def test_a_local_part_in_another_script_needs_smtputf8() -> None:
    assert needs_utf8("编辑@例子.中国")
    assert not needs_utf8("desk@例子.中国")
    raw = compose(to("编辑@例子.中国"))
    assert "To: 编辑@xn--fsqu00a.xn--fiqs8s\r\n".encode() in raw


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(AseanwatchError, match="no mail address"):
        address("desk@-bad-.例子")


def unfolded(raw: bytes, name: str) -> str:
    return str(message_from_bytes(raw)[name]).replace("\r\n", "")


WORDS = [
    "China", "and", "Laos", "Việt", "é", "“base”", "老挝", "ລາວ", "(2025)", "[desk]", "=?utf-8?q?x?=", "satellite-navigation",
    "中国和老挝启动卫星导航示范基地", "ขบวนรถไฟลาวจีน", "x" * 90, "New:", "a,b;", "—",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join))
def test_whoever_unfolds_a_subject_or_a_name_reads_every_blank_of_it(text: str) -> None:
    raw = compose(to("desk@example.org", replace(LETTER, rendered=Rendered(text, "<p>x</p>", "x"))))
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == text
    assert str(make_header(decode_header(unfolded(raw, "Subject")))) == text  # as older programs read it
    subject = raw.partition(b"Subject:")[2].partition(b"\r\nDate:")[0]
    assert all(len(line) <= 76 for line in subject.split(b"\r\n"))
    name = text[:100].strip().replace("=?", "")
    raw = compose(to("desk@example.org", replace(LETTER, sender=f'"{name}" <watch@example.org>')))
    shown, spec = parseaddr(unfolded(raw, "From"))
    assert (str(make_header(decode_header(shown))), spec) == (name, "watch@example.org")


anything = st.text(max_size=300)
nasty = st.sampled_from(
    [
        "\r\nBcc: all@example.org",
        "\n\nbody",
        "\u202e",
        "\u2028X: y",
        "\x00",
        "=?utf-8?q?=0ABcc:_x?=",
        "\ud800",
        "<script>",
        "'\"",
    ]
)
hostile = st.lists(st.one_of(anything, nasty), max_size=6).map("".join)


@given(hostile, hostile.map(lambda text: text.replace("\ud800", "")), hostile)
def test_no_text_begins_a_header_or_ends_the_message(subject: str, name: str, body: str) -> None:
    message = replace(LETTER, rendered=Rendered(subject, f"<p>{body}</p>", body), subscription=name or "desk")
    raw = compose(to(f"{name.replace('<', '').replace('@', '')} <desk@example.org>", message))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert sorted(names) == sorted(
        [
            b"from", b"to", b"subject", b"date", b"message-id", b"auto-submitted", b"content-language", b"list-id", b"list-unsubscribe",
            b"list-unsubscribe-post", b"mime-version", b"content-type",
        ]
    )  # fmt: skip
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert not any(b"\r" in line or b"\n" in line for line in raw.split(b"\r\n"))


bodies = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters=["\U000f0001", "\U000f0002", "\U000f0003"]
    ),
    max_size=2000,
)


@given(bodies, st.booleans())
def test_a_body_comes_back_as_it_was(body: str, mostly_ascii: bool) -> None:
    text = body + (" plain text" * 200 if mostly_ascii else "") + "\n"
    message = replace(LETTER, rendered=Rendered("News", f"<p>{text}</p>\n", text))
    mail = read(to("desk@example.org", message))
    assert text_of(mail, "plain") == text
    assert text_of(mail, "html") == f"<p>{text}</p>\n"
    assert all(
        len(line) <= 78
        for line in compose(to("desk@example.org", message)).partition(b"\r\n\r\n")[2].split(b"\r\n")
    )


@pytest.mark.parametrize("body", ["plain words ", "ຂ່າວຮ່ວມມື "])
def test_each_reader_gets_own_links_where_the_marks_stand(body: str) -> None:
    text = f"{body * 40}\n{MANAGE}\nsee {MANAGE}#pause.\n"
    message = replace(LETTER, rendered=Rendered("News", text, text))
    one, two = read(to("a@example.org", message)), read(to("b@example.org", message))
    link = to("a@example.org", message).link("manage")
    assert text_of(one, "plain") == f"{body * 40}\n{link}\nsee {link}#pause.\n"
    assert text_of(one, "html") != text_of(two, "html")
    assert compose(to("a@example.org", message)) == compose(to("a@example.org", message))


def test_a_channel_of_another_package_may_ask_for_the_letter() -> None:
    outgoing = to("desk@example.org")
    with pytest.warns(DeprecationWarning, match="is called message now"):
        assert outgoing.letter is outgoing.message


def test_a_header_has_the_same_bytes_whatever_libraries_register_for_the_process() -> None:
    before = folded("Subject", "ကွမ်ရှီးရှိ မြန်မာ")
    kept = dict(email.charset.CHARSETS)
    email.charset.add_charset("utf-8", email.charset.QP, email.charset.QP, "utf-8")
    try:
        assert folded("Subject", "ကွမ်ရှီးရှိ မြန်မာ") == before
    finally:
        email.charset.CHARSETS.clear()
        email.charset.CHARSETS.update(kept)

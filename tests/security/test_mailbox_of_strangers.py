"""Anybody can write to the bounce mailbox: no mail delays the service, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.incoming import mailbox
from alerts.incoming.mail import inbound
from alerts.incoming.mailbox import take_in
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.sources.opml import read_opml
from tests.builders import new_store, settings

REPORT = b"""From: mailer@a.example\r\nTo: watch@example.org\r\nSubject: failure\r\nMIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r
Reporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; ana@example.org\r\nAction: failed\r\nStatus: 5.1.1\r
Diagnostic-Code: smtp; %s\r\n\r\n--b--\r\n"""
HOSTILE = {
    "base64 that is none": b"Subject: =?utf-8?b?AAAAA?=\r\n\r\nhello",
    "half a character": REPORT % b"=?utf-7?q?+2AA-?=",
    "half a character in a text": b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800 550 5.1.1 ana@example.org",
    "a nul": REPORT % b"550 \0 5.1.1",
    "a charset with a nul": b"Content-Type: text/plain; charset*=\x00''a\r\n\r\nhello",
    "a charset with a nul in a part": REPORT.replace(
        b"message/delivery-status", b"message/delivery-status; charset*=\x00''a"
    )
    % b"x",
    "a codec that is no character set": b"Content-Type: text/plain; charset=rot13\r\n\r\nhello",
    "undefined": b"Content-Type: text/plain; charset=undefined\r\n\r\nhello",
    "nothing": b"",
    "no mail": bytes(range(256)) * 50,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_mail_stops_the_reading_of_others(tmp_path: Path, content: bytes) -> None:
    folder, store = tmp_path / "md", new_store(tmp_path)
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1.first").write_bytes(content)
    (folder / "new" / "2.second").write_bytes(b"From: a@a.example\r\nSubject: hello\r\n\r\nhello")
    taken = take_in(store, settings(), folder, now())
    assert taken.bounces + taken.other >= 2
    assert list((folder / "new").iterdir()) == []
    assert len(list((folder / "cur").iterdir())) == 2


def test_a_mail_that_cannot_be_dealt_with_is_put_aside_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mailbox, "inbound", fails)
    folder, store = tmp_path / "md", new_store(tmp_path)
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1.first").write_bytes(b"hello")
    assert take_in(store, settings(), folder, now()).other == 1
    assert [p.name for p in (folder / "cur").iterdir()] == ["1.first:2,"]
    assert "could not be dealt with" in caplog.text


def test_reading_ends_when_its_time_is_over_and_the_rest_waits(tmp_path: Path) -> None:
    folder, store = tmp_path / "md", new_store(tmp_path)
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1.first").write_bytes(b"hello")
    assert take_in(store, settings(), folder, now(), seconds=-1).other == 0
    assert len(list((folder / "new").iterdir())) == 1


def test_a_text_in_a_codec_that_takes_the_square_of_its_length_is_read_in_a_moment() -> None:
    mail = inbound(b"Content-Type: text/plain; charset=punycode\r\n\r\na-" + b"b" * 399_000)
    assert mail is not None
    assert mail.text.startswith("a-bbb"), "as it stands there, not decoded"


@pytest.mark.parametrize("name", ["&#xD800;", "&#0;", "&#x110000;", "\x01"])
def test_a_list_of_feeds_with_a_reference_to_no_character_is_refused_or_left_out(name: str) -> None:
    text = f'<opml version="2.0"><body><outline type="rss" text="{name}" xmlUrl="http://x.example/"/></body></opml>'
    try:
        assert [o.url for o in read_opml(text.encode(), "list.opml").feeds] in ([], ["http://x.example/"])
    except AseanwatchError as error:
        assert "list.opml" in str(error)

"""Channels: found by entry point, durable, and the same message never twice."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from alerts.channels import DeliveryError, channel_types, open_channel
from alerts.digests.message import OutgoingMessage, RenderedMessage, compose
from alerts.digests.render import Rendered
from crawler.model import AseanwatchError
from tests.builders import NOON, settings

RENDERED = Rendered("Subject\r\nBcc: everyone@example.org", "<p>ສະບາຍດີ</p>", "ສະບາຍດີ\n")
LETTER = RenderedMessage("desk", "Watch <watch@example.org>", NOON, RENDERED)
OUTGOING = OutgoingMessage("<one@example.org>", "desk@example.org", LETTER)


def send(kind: str, path: Path, times: int = 1) -> None:
    channel = open_channel("own", settings(channels={"own": {"type": kind, "path": str(path)}}))
    for _ in range(times):
        channel.send(OUTGOING)


def test_the_types_are_found_by_entry_point() -> None:
    assert {"email", "maildir", "folder"} <= set(channel_types())


def test_an_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(
        AseanwatchError, match="unknown type pigeon; allowed: chat, email, feed, folder, maildir, webhook"
    ):
        open_channel("pigeon", settings())


def test_a_maildir_holds_a_message_once_also_when_it_was_read(tmp_path: Path) -> None:
    send("maildir", tmp_path / "mail", times=2)
    (new,) = (tmp_path / "mail" / "new").iterdir()
    new.rename(tmp_path / "mail" / "cur" / f"{new.name}:2,S")
    send("maildir", tmp_path / "mail")
    assert list((tmp_path / "mail" / "new").iterdir()) == []
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


def test_a_folder_holds_mail_and_page(tmp_path: Path) -> None:
    send("folder", tmp_path / "out", times=2)
    assert [p.suffix for p in sorted((tmp_path / "out").iterdir())] == [".eml", ".html"]


def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError) as caught:
        send("folder", tmp_path / "out")
    assert not caught.value.final


def test_the_same_delivery_is_always_the_same_bytes_and_one_header_begins_no_other() -> None:
    mail = compose(OUTGOING)
    assert mail == compose(OUTGOING)
    read = message_from_bytes(mail)
    assert read["Bcc"] is None
    assert read["Subject"] == "Subject Bcc: everyone@example.org"
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))

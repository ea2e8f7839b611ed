"""Bounces: what a notification says, whom it suppresses, and that nobody can suppress somebody else by writing one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.incoming.bounces import read_bounces
from alerts.incoming.mailbox import MailboxResult, take_in
from alerts.subscriptions.suppression import load_suppressions
from crawler.model import AseanwatchError
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TO, begin, listed, mailing, send, talks
from tests.builders import NOON, later

OWN = mailing(9, bounces="in the test's folder")


def notification(
    recipient: str, identity: str, *, action: str = "failed", status: str = "5.1.1", headers_only: bool = True
) -> bytes:
    """A delivery status notification as mail servers write them (RFC 3464, 4)."""
    returned = f"From: ASEAN Watch <watch@example.org>\nMessage-ID: {identity}\nSubject: News\n"
    part = (
        f"Content-Type: text/rfc822-headers\n\n{returned}"
        if headers_only
        else f"Content-Type: message/rfc822\n\n{returned}\nNews\n"
    )
    return f"""From: MAILER-DAEMON@mx.example.org
To: watch@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I am sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Fri, 28 Nov 2025 12:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient
    address rejected

--B
{part}
--B--
""".encode()


@pytest.fixture
def sent(store: Store, inboxes: Inboxes) -> dict[str, str]:
    """A digest that went to two readers: their addresses and the messages' ids."""
    own = mailing(inboxes.port)
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    return {row["recipient"]: row["message_id"] for row in listed(store)}


def arrive(folder: Path, *notifications: bytes) -> Path:
    """Put notifications into a Maildir."""
    (folder / "new").mkdir(parents=True, exist_ok=True)
    for content in notifications:
        number = sum(1 for _ in folder.rglob("*") if _.is_file())
        (folder / "new" / f"{number}.mx").write_bytes(content)
    return folder


def gone(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return load_suppressions(connection)


@pytest.mark.parametrize("headers_only", [True, False])
def test_who_does_not_exist_gets_no_more_mail(
    store: Store, sent: dict[str, str], tmp_path: Path, headers_only: bool
) -> None:
    folder = arrive(tmp_path / "bounces", notification(TO[0], sent[TO[0]], headers_only=headers_only))
    assert take_in(store, OWN, folder, later(hours=1)) == MailboxResult(bounces=1)
    assert gone(store) == {TO[0]: "bounced"}
    assert take_in(store, OWN, folder, later(hours=2)) == MailboxResult()
    assert list((folder / "new").iterdir()) == []
    assert [p.name for p in (folder / "cur").iterdir()] == ["0.mx:2,S"]


def test_a_full_mailbox_counts_only_when_it_stays_full(
    store: Store, sent: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "bounces"
    for day in (0, 20, 25):
        take_in(store, OWN, arrive(folder, notification(TO[0], sent[TO[0]], status="5.2.2")), later(days=day))
        assert gone(store) == {}
    take_in(store, OWN, arrive(folder, notification(TO[0], sent[TO[0]], status="4.2.2")), later(days=26))
    assert gone(store) == {TO[0]: "bounced often"}


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("delivered", "2.1.5"), ("relayed", "2.0.0"), ("failed", "5.7.1")],
)
def test_what_is_no_failure_of_the_address_suppresses_nobody(
    store: Store, sent: dict[str, str], tmp_path: Path, action: str, status: str
) -> None:
    folder = arrive(tmp_path / "b", notification(TO[0], sent[TO[0]], action=action, status=status))
    assert take_in(store, OWN, folder, later(hours=1)) == MailboxResult(bounces=1)
    assert gone(store) == {}


def test_nobody_can_suppress_somebody_else(store: Store, sent: dict[str, str], tmp_path: Path) -> None:
    forged = [
        notification(TO[0], "<made-up@example.org>"),
        notification("someone@else.example", sent[TO[0]]),
        notification(TO[1], sent[TO[0]]),
    ]
    assert take_in(store, OWN, arrive(tmp_path / "b", *forged), later(hours=1)) == MailboxResult(other=3)
    assert gone(store) == {}


def test_other_mail_is_left_alone(store: Store, tmp_path: Path) -> None:
    folder = arrive(
        tmp_path / "b", b"From: a@example.org\nSubject: Hello\n\nI like your digest.\n", b"", b"\xff\xfe\x00"
    )
    assert take_in(store, OWN, folder, NOON) == MailboxResult(other=3)
    assert list((folder / "new").iterdir()) == []
    # Noticed, and not read: people still see it as new
    assert all(p.name.endswith(":2,") for p in (folder / "cur").iterdir())


def test_a_folder_that_is_not_there_is_said_plainly(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AseanwatchError, match=r"delivery\.bounces"):
        take_in(store, OWN, tmp_path / "file", NOON + timedelta(hours=1))


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_are_read_without_harm(noise: bytes, place: int) -> None:
    whole = notification("a@example.org", "<x@example.org>")
    read_bounces(noise)
    read_bounces(whole[:place] + noise + whole[place:])


@pytest.mark.parametrize("word", ["failed", "Failed (Bad destination mailbox address)", "failure", "ERROR"])
def test_a_failure_is_told_in_the_words_that_mail_systems_use(word: str) -> None:
    (bounce,) = read_bounces(notification(TO[0], "<0123456789abcdef01234567@example.org>", action=word))
    assert (bounce.address, bounce.action, bounce.code) == (TO[0], "failed", "5.1.1")


FORMS = {
    "smail": "|--- Message log follows: ---|\n no valid recipients were found\n|--- Failed addresses follow: ---|\n {to} ... unknown host\n"
    "|--- Message text follows: ---|\n{returned}",
    "intended": "Intended recipient: {to}\nThe mail has been sent back, it met an error.\n\n--------RETURNED MAIL FOLLOWS--------\n{returned}",
    "service": "This is the machine generated message from mail service.\n\n<{to}>:\nThe quota of this account is used up.\n\n"
    "--- Below the next line is a copy of the message.\n{returned}",
}  # fmt: skip
"""What some mail systems write without saying in words of ours that anything failed."""
COPY = "Message-ID: <0123456789abcdef01234567@example.org>\nSubject: News\n"


def told(
    form: str, to: str = TO[0], sender: str = "MAILER-DAEMON@mx.example", head: str = "", more: str = ""
) -> bytes:
    """A mail in one of these forms."""
    body = FORMS[form].format(to=to, returned=f"{COPY}\n{more}")
    return f"From: {sender}\nTo: watch@example.org\nSubject: about your mail\n{head}\n{body}".encode()


@pytest.mark.parametrize("form", FORMS)
def test_forms_that_only_the_library_of_bounces_knows_name_who_is_gone(form: str) -> None:
    (bounce,) = read_bounces(told(form))
    assert (bounce.address, bounce.action) == (TO[0], "failed")
    assert bounce.message_ids == ("<0123456789abcdef01234567@example.org>",)
    assert bounce.code == {"smail": "5.1.1", "intended": "", "service": "5.2.2"}[form]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_alone_is_not_believed(form: str) -> None:
    of_a_person = told(form, sender="somebody@mx.example")
    absent = told(form, head="Precedence: auto_reply\n")
    delayed = told(form).replace(b"\n\n", b"\n\nIt will be retried.\n", 1)
    soft = told(form).replace(b"\n\n", b"\n\n4.2.2 for now\n", 1)
    asking = told(form).replace(b"\n\n", b"\n\nPlease confirm that you are human.\n", 1)
    endless = told(form, more="\n" * 30_000)
    assert [read_bounces(mail) for mail in (of_a_person, absent, delayed, soft, asking, endless)] == [[]] * 6


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", ["x-=\n{0}", "=\n{0}", "{0}=\n.evil.example", "\u00e9{0}"])
def test_a_line_that_is_broken_on_its_way_makes_no_address_of_a_piece_of_another(
    form: str, other: str
) -> None:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
    found = read_bounces(told(form, to=other.format(TO[0]), head=head))
    assert other.startswith("=") or TO[0] not in [bounce.address for bounce in found]

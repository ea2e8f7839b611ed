"""Bounces, complaints and unsubscribing mails act only for the reader of the mail that they prove to answer, for a limited time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select, update

from alerts.digests.mail_tokens import Kind, token
from alerts.identity.links import links_of
from alerts.incoming.mailbox import MOST_UNATTRIBUTED, MailboxResult, take_in
from alerts.readers import signup
from alerts.subscriptions import subscriptions
from alerts.subscriptions.subscriptions import load_recipients
from alerts.subscriptions.suppression import load_suppressions
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import bounces, deliveries, digests
from tests.alerts.conftest import Inboxes, inboxes, serve, store  # noqa: F401 - fixtures
from tests.alerts.delivery_steps import TO, begin, listed, mailing, send, talks
from tests.alerts.incoming.test_bounces import arrive, notification
from tests.alerts.incoming.test_mailbox import EXIM, RETURNED, complaint
from tests.builders import NOON, later


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


def come(store: Store, own: Settings, folder: Path, *mails: bytes, **after: float) -> dict[str, str]:
    """Who is suppressed after some mails came back."""
    take_in(store, own, arrive(folder, *mails), later(**after or {"hours": 1}))
    with store.read() as connection:
        return load_suppressions(connection)


def noted(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        return [
            (row.action, row.address) for row in connection.execute(select(bounces).order_by(bounces.c.id))
        ]


def key_of(store: Store) -> str:
    return Path(f"{store.url.database}.key").read_text(encoding="ascii").strip()


def worked_out(store: Store, reader: str) -> str:
    """The Message-ID that a former version gave a digest, out of what every reader of it knows."""
    with store.read() as connection:
        row = connection.execute(select(digests)).first()
    assert row is not None
    seed = f"{row.subscription}|{row.due.isoformat()}|{reader}".encode()
    return f"<{hashlib.blake2b(seed, digest_size=12).hexdigest()}@example.org>"


def test_a_reader_cannot_work_out_the_id_of_another_reader_s_mail(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    guess = worked_out(store, TO[0])
    assert sent[TO[0]] != guess
    assert come(store, own, tmp_path / "b", notification(TO[0], guess)) == {}


def test_an_id_that_a_former_version_made_proves_nothing(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    guess = worked_out(store, TO[0])
    with store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.recipient == TO[0]).values(message_id=guess))
    assert (
        come(
            store,
            own,
            tmp_path / "b",
            notification(TO[0], guess),
            complaint("abuse", RETURNED.format(to=TO[0], id=guess)),
        )
        == {}
    )
    returning = f"Delivered-To: bounces+{token(Kind.RETURN, key_of(store), guess)}@example.org\n".encode()
    assert come(store, own, tmp_path / "b", returning + notification(TO[0], guess)) == {TO[0]: "bounced"}


def test_a_bounce_without_proof_suppresses_nobody_and_is_noted(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    other = sent[TO[1]]
    # The last of 24 digits is another one.
    nearly = f"{sent[TO[0]][:24]}{'1' if sent[TO[0]][24] == '0' else '0'}@example.org>"
    forged = [
        notification(TO[0], ""), notification(TO[0], other), notification(TO[0], other.replace("@", "@x.")),
        notification(TO[0], nearly), notification(TO[0], sent[TO[0]].upper()),
        f"In-Reply-To: {other}\nReferences: {other} {other}\n".encode() + notification(TO[0], other),
        EXIM.format(to=TO[0], returned=RETURNED.format(to=TO[0], id=other)).encode(),
    ]  # fmt: skip
    assert come(store, own, tmp_path / "b", *forged) == {}
    assert noted(store) == [("unattributed", TO[0])] * len(forged)


@pytest.mark.parametrize("named", [
    "rfc822; not-{0}", "rfc822; {0}.evil.example", "rfc822; {1}, {0}", "rfc822; {1} <{0}>", "rfc822; {0} (comment)", "rfc822; \"{0}\"@x.example",
    "rfc822; {1}%{0}", "rfc822; @{1}:{0}", "rfc822; d\u200besk@example.org", "rfc822; desk@example.org\u202e", "=?utf-8?q?rfc822=3B_{1}?=",
    "x400; {0}", "unknown; {0}", "rfc822; {1}; {0}",
])  # fmt: skip
def test_an_address_that_only_holds_another_is_not_that_other(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
    named: str,
) -> None:
    mail = (
        notification("PLACE", sent[TO[0]])
        .decode()
        .replace("Final-Recipient: rfc822; PLACE", "Final-Recipient: PLACE")
    )
    written = named.format(TO[0], TO[1])
    assert come(store, own, tmp_path / "b", mail.replace("PLACE", written).encode()) == {}


@pytest.mark.parametrize(
    "words", ["\u00e9{0}", "{0}\u00e9", "o\u0301{0}", "x-{0}", "{0}.evil.example", "|{0}"]
)
def test_plain_words_that_only_hold_the_address_suppress_nobody(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
    words: str,
) -> None:
    head = "From: MAILER-DAEMON@mx.example\nSubject: failure\nContent-Type: text/plain; charset=utf-8\n\n"
    mail = f"{head}550 5.1.1 {words.format(TO[0])} user unknown\n\n--- original message ---\nMessage-ID: {sent[TO[0]]}\n"
    assert come(store, own, tmp_path / "b", mail.encode()) == {}


def test_several_recipients_in_one_notification_are_judged_each_by_itself(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    group = f"Final-Recipient: rfc822; {TO[1]}\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; {TO[0].upper()}"
    mail = notification("PLACE", sent[TO[0]]).decode().replace("Final-Recipient: rfc822; PLACE", group)
    assert come(store, own, tmp_path / "b", mail.encode()) == {TO[0]: "bounced"}
    assert noted(store) == [("failed", TO[0]), ("unattributed", TO[1])]


@pytest.mark.parametrize(
    ("action", "status"),
    [("delivered", "2.0.0"), ("failed", "2.1.5"), ("delayed", "5.1.1"), ("expanded", "5.1.1")],
)
def test_what_did_not_fail_suppresses_nobody(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
    action: str,
    status: str,
) -> None:
    mail = notification(TO[0], sent[TO[0]], action=action, status=status)
    assert come(store, own, tmp_path / "b", mail, mail, mail, mail) == {}


def test_proof_is_good_for_a_while_and_only_once_the_mail_was_sent(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    mails = notification(TO[0], sent[TO[0]]), complaint("abuse", RETURNED.format(to=TO[0], id=sent[TO[0]]))
    assert come(store, own, tmp_path / "b", *mails, days=31) == {}
    with store.write() as connection:
        connection.execute(update(deliveries).values(sent=None, accepted=None, status="pending"))
    assert come(store, own, tmp_path / "b", *mails, hours=2) == {}
    with store.write() as connection:  # the connection was lost before the server's answer
        connection.execute(update(deliveries).values(in_doubt=True))
    assert come(store, own, tmp_path / "b", mails[0], hours=3) == {TO[0]: "bounced"}


def test_a_token_to_unsubscribe_stands_as_long_as_the_link_beside_it(
    store: Store,
    own: Settings,
    sent: dict[str, str],
    tmp_path: Path,
) -> None:
    made = token(Kind.UNSUBSCRIBE, key_of(store), sent[TO[0]])
    mail = f"From: a@b.example\nTo: bounces@example.org\nSubject: unsubscribe {made}\n\n".encode()
    folder = arrive(tmp_path / "b", mail)
    assert take_in(store, own, folder, later(days=181)) == MailboxResult(other=1)
    assert take_in(store, own, arrive(folder, mail), later(days=100)) == MailboxResult(unsubscribed=1)
    with store.read() as connection:
        assert load_recipients(connection, own.subscriptions[0]) == (TO[1],)


def test_forged_bounces_cannot_fill_the_store(
    store: Store, own: Settings, sent: dict[str, str], tmp_path: Path
) -> None:
    forged = [notification("x" * 5_000 + f"{n}@example.org", "") for n in range(MOST_UNATTRIBUTED + 20)]
    come(store, own, tmp_path / "b", *forged)
    kept = noted(store)
    assert len(kept) == MOST_UNATTRIBUTED
    assert max(len(address) for _, address in kept) < 300


def note_of(store: Store, own: Settings, text: str, **after: float) -> str:
    """The id of the note that a sign-up sends."""
    links = links_of(own, store)
    assert links is not None
    with store.write() as connection:
        signup.sign_up(connection, own, links, text, {}, later(**after))
    send(store, own, **after)
    return next(row["message_id"] for row in listed(store) if row["recipient"] == text)


@pytest.fixture
def open_to_all(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, bounces="in the test's folder", signup=True)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_note_that_asks_to_confirm_and_comes_back_suppresses_no_reader(
    store: Store,
    open_to_all: Settings,
    tmp_path: Path,
    is_confirmed: bool,
) -> None:
    begin(store, open_to_all)
    note = note_of(store, open_to_all, "DESK@example.org", minutes=1)
    if is_confirmed:
        with store.write() as connection:
            (name,) = [
                k.subscription.name
                for k in subscriptions.load_subscriptions(connection, open_to_all, include_unconfirmed=True)
                if k.added
            ]
            subscriptions.confirm(connection, name, NOON)
    assert come(store, open_to_all, tmp_path / "b", notification("DESK@example.org", note)) == {}
    assert noted(store) == [("failed", "desk@example.org")]


def test_notes_that_strangers_cause_do_not_count_beside_a_full_mailbox(
    store: Store,
    open_to_all: Settings,
    tmp_path: Path,
) -> None:
    begin(store, open_to_all)
    note = note_of(store, open_to_all, "desk@example.org", minutes=1)
    talks(store)
    send(store, open_to_all, minutes=4)
    digest = next(
        r["message_id"] for r in listed(store) if r["recipient"] == TO[0] and r["message_id"] != note
    )
    full = [notification(TO[0], note, status="5.2.2")] * 3
    assert come(store, open_to_all, tmp_path / "b", *full, notification(TO[0], digest, status="5.2.2")) == {}
    assert come(store, open_to_all, tmp_path / "b", *[notification(TO[0], digest, status="5.2.2")] * 2) == {
        TO[0]: "bounced often"
    }


@pytest.mark.parametrize(("spelled", "is_meant"), [
    ("ｄesk@example.org", False), ("de\u017fk@example.org", False), ("DESK@Example.ORG", True), ("desk@example.org", True),
])  # fmt: skip
def test_only_the_spelling_of_the_subscription_suppresses_its_reader(
    store: Store,
    own: Settings,
    inboxes: Inboxes,
    sent: dict[str, str],
    tmp_path: Path,
    spelled: str,
    is_meant: bool,
) -> None:
    with store.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.recipient == TO[0]).values(recipient=spelled)
        )
    expected = {TO[0]: "bounced"} if is_meant else {}
    assert come(store, own, tmp_path / "b", notification(spelled, sent[TO[0]])) == expected


@pytest.mark.parametrize("spelled", ["ｄesk@example.org", "desk@example.org"])
def test_a_server_that_knows_nobody_of_another_spelling_suppresses_nobody(
    store: Store,
    own: Settings,
    inboxes: Inboxes,
    sent: dict[str, str],
    spelled: str,
) -> None:
    inboxes.refuse[spelled] = "550 5.1.1 no such user"
    with store.write() as connection:
        again = {
            "recipient": spelled,
            "status": "pending",
            "sent": None,
            "accepted": None,
            "next_try": later(minutes=3),
        }
        connection.execute(update(deliveries).where(deliveries.c.recipient == TO[0]).values(**again))
    assert send(store, own, minutes=4).given_up == 1
    with store.read() as connection:
        assert load_suppressions(connection) == ({TO[0]: "unknown address"} if spelled == TO[0] else {})


def test_a_server_s_words_do_not_tell_who_reads(
    store: Store,
    inboxes: Inboxes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = mailing(inboxes.port, {"to": [*TO, "编辑@example.org"]})
    inboxes.refuse = {
        TO[0]: "550 5.1.1 <desk@example.org>: Recipient address rejected: User unknown",
        TO[1]: "451 4.3.0 chief@example.org,(desk@mx.example.org) come later",
    }
    monkeypatch.setattr("smtplib.SMTP.has_extn", lambda self, name: False)
    begin(store, own)
    talks(store)
    with caplog.at_level("INFO"):
        send(store, own, minutes=2)
    assert {row["recipient"]: row["error"] for row in listed(store)} == {
        TO[0]: "550 5.1.1 <…>: Recipient address rejected: User unknown", TO[1]: "451 4.3.0 …,(…) come later",
        "编辑@example.org": f"the mail server 127.0.0.1:{inboxes.port} cannot write to such an address (no SMTPUTF8)",
    }  # fmt: skip
    ours = [record.getMessage() for record in caplog.records if record.name == "aseanwatch"]
    assert any("User unknown" in said for said in ours)
    assert not any("@" in said for said in ours)
    with store.read() as connection:
        assert load_suppressions(connection) == {TO[0]: "unknown address"}

"""Reads the mails that come back into a Maildir: bounces, complaints, and readers who want no more.

Each mail is read once and moved to ``cur``: as seen if it was processed, else as a mail that a
person must read. A mail counts only if it quotes the Message-ID, the return path or the token of a
mail of ours, and only for the reader to whom that mail was sent lately. All three are secrets of
that mail, so nobody can act for somebody else. A bounce that proves nothing is stored for the
operators.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, delete, func, insert, or_, select

from alerts.delivery.outbox import is_guessable
from alerts.digests import mail_tokens
from alerts.digests.excerpt import excerpt
from alerts.digests.mail_tokens import Kind
from alerts.identity.keys import signing_keys_or_none
from alerts.identity.links import LIFETIMES, Grant, LinkError, Links, links_of
from alerts.incoming.bounces import Bounce, bounces_in
from alerts.incoming.complaints import Complaint, read_complaint
from alerts.incoming.mail import Inbound, inbound
from alerts.readers import signup
from alerts.subscriptions.addresses import readable, single
from alerts.subscriptions.suppression import BOUNCED, BOUNCED_OFTEN, blames_mailbox, suppress
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store, StoreError
from crawler.store.database import is_about_the_store
from crawler.store.schema import bounces, deliveries, digests

log = logging.getLogger("aseanwatch")
SOFT_BOUNCES, WITHIN = 3, timedelta(days=14)
"""This many temporary failures within this time count as a permanent one."""
BOUNCE_WINDOW, UNSUBSCRIBE_WINDOW = timedelta(days=30), LIFETIMES["one-click"]
"""How long after a mail its bounces and complaints are believed, and its reader can unsubscribe by answering."""
UNATTRIBUTED, MOST_UNATTRIBUTED = "unattributed", 200
"""The action of stored bounces that prove nothing, and how many of them are kept, so that strangers cannot fill the store."""
LONGEST = 500_000
"""Bytes of a mail that are read. A bounce contains at most a returned message of ours."""
MAILBOX_SECONDS = 5.0
"""How long a round of the service reads the mailbox before it goes on to send. Anybody can fill that mailbox."""
COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class MailboxResult:
    """What was found: recipients that bounced, complaints, readers who unsubscribed, and mails that people must read."""

    bounces: int = 0
    complaints: int = 0
    unsubscribed: int = 0
    other: int = 0


@dataclass(frozen=True)
class _MailboxRun:
    """What is needed to read a mailbox."""

    settings: Settings
    links: Links | None
    keys: Sequence[str]
    now: datetime


def take_in(
    store: Store, settings: Settings, folder: Path, now: datetime, seconds: float = math.inf
) -> MailboxResult:
    """Read the new mails of a Maildir.

    Anybody can write to that mailbox. A mail that cannot be processed is logged, and left for people to read.

    Args:
        store: the store with the deliveries.
        settings: the configuration.
        folder: the Maildir.
        now: the present moment.
        seconds: after this time no further mail is begun. It waits for the next call.

    Raises:
        AseanwatchError: the folder cannot be read, or the store cannot be used.
    """
    total = MailboxResult()
    this: _MailboxRun | None = None
    until = time.monotonic() + seconds
    for path, content in _new(folder):
        if time.monotonic() > until:
            break
        # Only when there is a mail: an empty mailbox, the usual case, reads no key file.
        this = this or _MailboxRun(
            settings, _links(settings, store), signing_keys_or_none(settings, store), now
        )
        try:
            found = _read(store, this, path.name, content)
        except StoreError:
            raise
        except Exception as error:
            if is_about_the_store(error):
                raise
            log.exception("delivery.bounces: the mail %s could not be dealt with; it is in cur", path.name)
            found = MailboxResult(other=1)
        total = _sum(total, found)
        try:
            # Moved after the store has it. If the process dies in between, the mail is
            # read again, and the unique ``file`` of bounces keeps it from counting twice.
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,{'' if found.other else 'S'}")
        except FileNotFoundError:
            continue  # another process read the same mail, and found the same
        except OSError as error:
            raise AseanwatchError(
                f"delivery.bounces: {folder}/cur cannot be written: {error.strerror}"
            ) from None
    return total


def _read(store: Store, this: _MailboxRun, name: str, content: bytes) -> MailboxResult:
    mail = inbound(content)
    if mail is None:
        return MailboxResult(other=1)
    with store.write() as connection:
        return _process(connection, this, name, mail)


def _links(settings: Settings, store: Store) -> Links | None:
    try:
        return links_of(settings, store)
    except AseanwatchError:
        return None  # without a secret no mail has links, and none are needed to read a mail


def _sum(one: MailboxResult, other: MailboxResult) -> MailboxResult:
    return MailboxResult(
        one.bounces + other.bounces,
        one.complaints + other.complaints,
        one.unsubscribed + other.unsubscribed,
        one.other + other.other,
    )


def _new(folder: Path) -> Iterator[tuple[Path, bytes]]:
    try:
        (folder / "cur").mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / "new").glob("*")):
            try:
                if path.is_file():  # a pipe would never end
                    with path.open("rb") as stream:
                        yield path, stream.read(LONGEST)
            except FileNotFoundError:
                continue
            except PermissionError:
                log.warning("delivery.bounces: %s cannot be read and is left alone", path)
    except OSError as error:
        raise AseanwatchError(f"delivery.bounces: {folder} cannot be read: {error.strerror}") from None


def _process(connection: Connection, this: _MailboxRun, file: str, mail: Inbound) -> MailboxResult:
    # Complaints first: they too are multipart/report and quote the mail (RFC 5965, 2), as bounces do.
    complaint = read_complaint(mail)
    if complaint is not None:
        return (
            MailboxResult(complaints=1)
            if _complained(connection, this, file, mail, complaint)
            else MailboxResult(other=1)
        )
    found = bounces_in(mail)
    if found:
        # All bounces of one mail have the same Message-IDs.
        known = _deliveries_of(connection, this, mail, found[0].message_ids)
        noted = [
            _note(connection, f"{file}#{place}", bounce, known, this) for place, bounce in enumerate(found)
        ]
        for place, bounce in enumerate(found):
            if not noted[place]:
                _note_unattributed(connection, f"{file}#{place}", bounce, this.now)
        return MailboxResult(bounces=sum(noted)) if any(noted) else MailboxResult(other=1)
    done = sum(_unsubscribe(connection, this, row) for row in _unsubscribing(connection, this, mail))
    return MailboxResult(unsubscribed=done) if done else MailboxResult(other=1)


def _unsubscribe(connection: Connection, this: _MailboxRun, row: Any) -> bool:
    """Unsubscribe a reader. A mail from before the reader left and came back is not enough; people must read it."""
    grant = Grant("one-click", row.subscription, row.recipient, serial=row.serial)
    try:
        signup.leave(connection, this.settings, this.links, grant, this.now)
    except LinkError:
        log.warning(
            "a reader of %s asks for no more by a mail from before they left and came back", row.subscription
        )
        return False
    log.info("a reader of %s was taken off, as was asked for by mail", row.subscription)
    return True


def _unsubscribing(connection: Connection, this: _MailboxRun, mail: Inbound) -> list[Any]:
    """The deliveries whose readers unsubscribe by mail. Only the token in that mail proves it."""
    subject = unquote(mail.headers.get("subject", ""))
    # A long word may be broken where lines are folded
    whole = "".join(subject.split()).lower().replace("unsubscribe", " ")
    asking_text = f"{subject}\n{whole}\n{mail.recipients}"
    rows = _named(connection, mail_tokens.names_in(asking_text, Kind.UNSUBSCRIBE, this.keys))
    return _lately(rows, this.now, UNSUBSCRIBE_WINDOW)


def _named(connection: Connection, names: Sequence[str]) -> list[Any]:
    """The deliveries whose Message-IDs have these left halves."""
    if not names:
        return []
    # By the left half: the domain changes with the configured sender.
    same = or_(*(deliveries.c.message_id.startswith(f"<{name}@", autoescape=True) for name in names))
    return list(connection.execute(_joined().where(same)))


def _joined() -> Any:
    columns = (
        deliveries.c.id, deliveries.c.digest_id, deliveries.c.message_id, deliveries.c.recipient, deliveries.c.in_doubt,
        deliveries.c.serial, digests.c.subscription, digests.c.due, digests.c.made,
        func.coalesce(deliveries.c.accepted, deliveries.c.sent).label("at"),
    )  # fmt: skip
    return select(*columns).join(digests, digests.c.id == deliveries.c.digest_id)


def _lately(rows: Iterable[Any], now: datetime, within: timedelta) -> list[Any]:
    """The deliveries that were sent within a time. One that may have arrived counts from the moment when it was made."""
    found = []
    for row in rows:
        sent = row.at or (row.made if row.in_doubt else None)
        if sent is not None and sent > now - within:
            found.append(row)
    return found


def _deliveries_of(connection: Connection, this: _MailboxRun, mail: Inbound, ids: Sequence[str]) -> list[Any]:
    """The deliveries that a mail proves to know, by the Message-IDs that it quotes or the return path that it was sent to."""
    quoted = connection.execute(_joined().where(deliveries.c.message_id.in_(ids))) if ids else ()
    found = [
        row for row in quoted if not is_guessable(row.message_id, row.subscription, row.due, row.recipient)
    ]
    returned = _named(connection, mail_tokens.names_in(mail.recipients, Kind.RETURN, this.keys))
    return _lately([*found, *returned], this.now, BOUNCE_WINDOW)


def _complained(
    connection: Connection, this: _MailboxRun, file: str, mail: Inbound, complaint: Complaint
) -> bool:
    known = _deliveries_of(connection, this, mail, mail.message_ids)
    if not known:
        # A provider that hides Message-IDs may leave List-Unsubscribe, whose token only our mail holds.
        tokens = mail_tokens.names_in(unquote(mail.quoted), Kind.UNSUBSCRIBE, this.keys)
        known = _lately(_named(connection, tokens), this.now, BOUNCE_WINDOW)
    readers = {readable(row.recipient): row for row in known}
    # A recipient that cannot be read as an address is no reader who could be suppressed.
    readers.pop(None, None)
    if not readers:
        log.warning("a complaint answers no message of ours and is left alone")
        return False
    for place, (reader, row) in enumerate(sorted(readers.items(), key=lambda item: str(item[0]))):
        noted = Bounce(str(reader), "complaint", complaint.kind, complaint.agent, (row.message_id,))
        if (
            _write(connection, f"{file}#{place}", noted, str(reader), row.message_id, this.now)
            and complaint.is_meant
        ):
            suppress(
                connection, str(reader), COMPLAINED, f"{complaint.kind} {complaint.agent}".strip(), this.now
            )
            log.warning("a reader of %s complained of spam and gets no more mail", row.subscription)
    return True


def _note(connection: Connection, key: str, bounce: Bounce, known: Sequence[Any], this: _MailboxRun) -> bool:
    """Store a bounce if it answers a mail that we sent to that reader, so that nobody can suppress another person."""
    mine = _answered(bounce, known)
    reader = readable(mine.recipient) if mine is not None else None
    if mine is None or reader is None:
        return False
    is_new = _write(connection, key, bounce, reader, mine.message_id, this.now)
    if is_new and blames_mailbox(connection, this.settings, mine):
        reason = _reason(connection, bounce, reader, this.now)
        if reason:
            suppress(connection, reader, reason, f"{bounce.code} {bounce.detail}".strip(), this.now)
    return True


def _answered(bounce: Bounce, known: Sequence[Any]) -> Any | None:
    """The delivery that a bounce is about. A bounce without an address must know deliveries to one reader only."""
    if bounce.address:
        named = single(bounce.address)
        return next((row for row in known if named is not None and named == readable(row.recipient)), None)
    readers = {readable(row.recipient) for row in known}
    return known[0] if len(readers) == 1 else None


def _note_unattributed(connection: Connection, key: str, bounce: Bounce, now: datetime) -> None:
    """Store a bounce that proves nothing, so that operators can look at it: `aseanwatch bounces list`."""
    log.warning("a bounce proves nothing and is left alone: aseanwatch bounces list")
    detail = excerpt(f"{bounce.action} {bounce.detail}", 500)
    kept = replace(bounce, address=excerpt(bounce.address, 254), action=UNATTRIBUTED, detail=detail)
    _write(connection, key, kept, kept.address, None, now)
    mine = select(bounces.c.id).where(bounces.c.action == UNATTRIBUTED).order_by(bounces.c.id.desc())
    # Older ones go: whoever sends thousands of forged bounces fills nothing.
    oldest = connection.scalar(mine.offset(MOST_UNATTRIBUTED - 1).limit(1))
    if oldest is not None:
        connection.execute(
            delete(bounces).where((bounces.c.action == UNATTRIBUTED) & (bounces.c.id < oldest))
        )


def _write(
    connection: Connection, key: str, bounce: Bounce, reader: str, message_id: str | None, now: datetime
) -> bool:
    """Store a bounce; returns False if it was stored before."""
    if connection.scalar(select(bounces.c.id).where(bounces.c.file == key)) is not None:
        return False
    values = {
        "file": key, "at": now, "address": reader, "message_id": message_id, "action": bounce.action, "code": bounce.code,
        "detail": bounce.detail,
    }  # fmt: skip
    connection.execute(insert(bounces).values(**values))
    return True


def _reason(connection: Connection, bounce: Bounce, reader: str, now: datetime) -> str | None:
    if bounce.action != "failed" or bounce.code.startswith("2"):
        return None
    if bounce.code.startswith("5") and not bounce.code.startswith(("5.2.2", "5.7.", "5.3.")):
        return (
            BOUNCED  # 5.2.2 mailbox full, 5.3 system and 5.7 policy pass or speak of us, not of the address
        )
    failed = (bounces.c.address == reader) & (bounces.c.action == "failed") & (bounces.c.at > now - WITHIN)
    notes = select(deliveries.c.message_id).join(digests, digests.c.id == deliveries.c.digest_id)
    # Strangers can cause these
    is_confirmation = (digests.c.kind == "note") & (digests.c.envelope["purpose"].as_string() == "confirm")
    failed &= bounces.c.message_id.not_in(notes.where(is_confirmation & (deliveries.c.reader == reader)))
    often = connection.scalar(select(func.count()).where(failed)) or 0
    return BOUNCED_OFTEN if often >= SOFT_BOUNCES else None

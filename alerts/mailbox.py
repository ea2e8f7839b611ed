"""Mails that come back, out of a Maildir: bounces, complaints, and readers who want no more.

Each is read once and moved to ``cur``: what was dealt with as seen, anything else as a mail that a person has still to read.
Only what quotes a mail of ours counts, so that nobody can act for somebody else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, func, insert, or_, select

from alerts import mail_tokens, signup
from alerts.addresses import readable
from alerts.bounces import Bounce, bounces_in
from alerts.complaints import Complaint, read_complaint
from alerts.inbound import Inbound, inbound
from alerts.keys import keys_if_any
from alerts.links import Grant, Links, links_of
from alerts.mail_tokens import Kind
from alerts.suppression import suppress
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import bounces, deliveries, digests

log = logging.getLogger("aseanwatch")
SOFT, WITHIN = 3, timedelta(days=14)
"""So many temporary failures within this time count as a permanent one."""
LONGEST = 500_000
"""Bytes of a mail that are read; a bounce holds at most a returned message of ours."""
COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found: recipients that bounces spoke of, complaints, readers taken off, and mails that are for people to read."""

    bounces: int = 0
    complaints: int = 0
    unsubscribed: int = 0
    other: int = 0


@dataclass(frozen=True)
class _Reading:
    """What reading a mailbox needs."""

    settings: Settings
    links: Links | None
    keys: Sequence[str]
    now: datetime


def take_in(store: Store, settings: Settings, folder: Path, now: datetime) -> Taken:
    """Read the new mails of a Maildir.

    Raises:
        AseanwatchError: the folder cannot be read.
    """
    taken = Taken()
    this: _Reading | None = None
    for path, content in _new(folder):
        this = this or _Reading(settings, _links(settings, store), keys_if_any(settings, store), now)
        mail = inbound(content)
        with store.writing() as connection:
            found = _deal_with(connection, this, path.name, mail) if mail is not None else Taken(other=1)
        taken = _sum(taken, found)
        try:
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,{'' if found.other else 'S'}")
        except FileNotFoundError:
            continue  # another process had the same mail, and found what we found
        except OSError as error:
            raise AseanwatchError(f"delivery.bounces: {folder}/cur cannot be written: {error.strerror}") from None
    return taken


def _links(settings: Settings, store: Store) -> Links | None:
    try:
        return links_of(settings, store)
    except AseanwatchError:
        return None  # without a secret no mail has links, and none is needed to read one


def _sum(one: Taken, other: Taken) -> Taken:
    return Taken(
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


def _deal_with(connection: Connection, this: _Reading, file: str, mail: Inbound) -> Taken:
    complaint = read_complaint(mail)
    if complaint is not None:
        return Taken(complaints=1) if _complained(connection, this, file, mail, complaint) else Taken(other=1)
    told = bounces_in(mail)
    if told:
        known = _deliveries_of(connection, this, mail, told[0].message_ids)
        noted = [_note(connection, f"{file}#{place}", bounce, known, this.now) for place, bounce in enumerate(told)]
        if not any(noted):
            log.warning("a bounce for %s answers no message of ours and is left alone", told[0].address or "nobody that it names")
        return Taken(bounces=sum(noted)) if any(noted) else Taken(other=1)
    wanted = _wants_out(connection, this, mail)
    for row in wanted:
        grant = Grant("one-click", row.subscription, row.recipient)
        signup.leave(connection, this.settings, this.links, grant, this.now)
        log.info("a reader of %s was taken off, as was asked for by mail", row.subscription)
    return Taken(unsubscribed=len(wanted)) if wanted else Taken(other=1)


def _wants_out(connection: Connection, this: _Reading, mail: Inbound) -> list[Any]:
    """The deliveries whose readers ask by mail for no more: only by the token that stood in that mail."""
    subject = unquote(mail.headers.get("subject", ""))
    whole = "".join(subject.split()).lower().replace("unsubscribe", " ")  # a long word may be broken where lines are folded
    asked = f"{subject}\n{whole}\n{mail.recipients}"
    return _named(connection, mail_tokens.names_in(asked, Kind.UNSUBSCRIBE, this.keys))


def _named(connection: Connection, names: Sequence[str]) -> list[Any]:
    """Deliveries by the first halves of their Message-IDs."""
    if not names:
        return []
    same = or_(*(deliveries.c.message_id.startswith(f"<{name}@", autoescape=True) for name in names))
    return list(connection.execute(_joined().where(same)))


def _joined() -> Any:
    columns = (deliveries.c.id, deliveries.c.message_id, deliveries.c.recipient, digests.c.subscription)
    return select(*columns).join(digests, digests.c.id == deliveries.c.digest_id)


def _deliveries_of(connection: Connection, this: _Reading, mail: Inbound, ids: Sequence[str]) -> list[Any]:
    """The deliveries that a mail answers: by the Message-IDs that it quotes, or by the return path that it came to."""
    found = list(connection.execute(_joined().where(deliveries.c.message_id.in_(ids)))) if ids else []
    if found:
        return found
    return _named(connection, mail_tokens.names_in(mail.recipients, Kind.RETURN, this.keys))


def _complained(connection: Connection, this: _Reading, file: str, mail: Inbound, complaint: Complaint) -> bool:
    known = _deliveries_of(connection, this, mail, mail.message_ids)
    if not known:
        # A provider that hides Message-IDs may leave List-Unsubscribe, whose token only our mail holds.
        known = _named(connection, mail_tokens.names_in(unquote(mail.quoted), Kind.UNSUBSCRIBE, this.keys))
    readers = {readable(row.recipient): row for row in known}
    readers.pop(None, None)
    if not readers:
        log.warning("a complaint answers no message of ours and is left alone")
        return False
    for place, (reader, row) in enumerate(sorted(readers.items(), key=lambda item: str(item[0]))):
        noted = Bounce(str(reader), "complaint", complaint.kind, complaint.agent, (row.message_id,))
        if _write(connection, f"{file}#{place}", noted, str(reader), row.message_id, this.now) and complaint.is_meant:
            suppress(connection, str(reader), COMPLAINED, f"{complaint.kind} {complaint.agent}".strip(), this.now)
            log.warning("a reader of %s complained of spam and gets no more mail", row.subscription)
    return True


def _note(connection: Connection, key: str, bounce: Bounce, known: Sequence[Any], now: datetime) -> bool:
    """Write a bounce down; only of a mail that we sent to that reader, so that nobody can suppress somebody else."""
    named = readable(bounce.address) if bounce.address else None
    mine = next((row for row in known if named in (None, readable(row.recipient))), None)
    if mine is None:
        return False
    reader = readable(mine.recipient)
    if reader is None:
        return False
    if _write(connection, key, bounce, reader, mine.message_id, now):
        reason = _reason(connection, bounce, reader, now)
        if reason:
            suppress(connection, reader, reason, f"{bounce.code} {bounce.detail}".strip(), now)
    return True


def _write(connection: Connection, key: str, bounce: Bounce, reader: str, message_id: str, now: datetime) -> bool:
    """Keep what was said; False where it was kept before."""
    if connection.scalar(select(bounces.c.id).where(bounces.c.file == key)) is not None:
        return False
    values = {
        "file": key, "at": now, "address": reader, "message_id": message_id, "action": bounce.action, "code": bounce.code,
        "detail": bounce.detail,
    }  # fmt: skip
    connection.execute(insert(bounces).values(**values))
    return True


def _reason(connection: Connection, bounce: Bounce, reader: str, now: datetime) -> str | None:
    if bounce.action != "failed":
        return None
    if bounce.code.startswith("5") and not bounce.code.startswith(("5.2.2", "5.7.", "5.3.")):
        return "bounced"  # 5.2.2 mailbox full, 5.3 system and 5.7 policy pass or speak of us, not of the address
    failed = (bounces.c.address == reader) & (bounces.c.action == "failed") & (bounces.c.at > now - WITHIN)
    often = connection.scalar(select(func.count()).where(failed)) or 0
    return "bounced often" if often >= SOFT else None

"""Bounces: delivery status notifications (RFC 3464) that a mail server put into a Maildir.

Each is read once and moved to ``cur``. A permanent failure suppresses its address; temporary ones do when they come three
times in two weeks. What is no notification is left alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from alerts.suppression import normal, suppress
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import bounces, deliveries

log = logging.getLogger("aseanwatch")
SOFT, WITHIN = 3, timedelta(days=14)
"""So many temporary failures within this time count as a permanent one."""
LONGEST = 2_000_000
"""Bytes of a notification that are read; one holds at most a returned message of ours."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a notification says of one recipient: action is failed, delayed, …; code an enhanced status code (RFC 3463)."""

    address: str
    action: str
    code: str
    detail: str
    message_id: str | None


def read_bounces(content: bytes) -> list[Bounce]:
    """What a notification says, one for each recipient; nothing where the message is no notification."""
    message = message_from_bytes(content, policy=policy.compat32)
    if message.get_content_type() != "multipart/report" and not _part(message, "message/delivery-status"):
        return []
    status = _part(message, "message/delivery-status") or _part(message, "message/global-delivery-status")
    if status is None or not isinstance(status.get_payload(), list):
        return []
    returned = _returned_id(message)
    fields = [part for part in status.get_payload() if isinstance(part, Message)]
    return [b for part in fields if (b := _recipient(part, returned)) is not None]


def _part(message: Message, kind: str) -> Message | None:
    return next((part for part in message.walk() if part.get_content_type() == kind), None)


def _recipient(part: Message, returned: str | None) -> Bounce | None:
    final = part.get("Original-Recipient") or part.get("Final-Recipient")
    action, code = str(part.get("Action", "")).strip().lower(), str(part.get("Status", ""))
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", code)
    if final is None or not action:
        return None
    address = str(final).partition(";")[2].strip() or str(final).strip()
    if "@" not in address:
        return None
    detail = " ".join(str(part.get("Diagnostic-Code", "")).split())[:500]
    return Bounce(address, action, found[0] if found else "", detail, returned)


def _returned_id(message: Message) -> str | None:
    """The id of the message that came back, from its copy or its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            found = re.search(rb"(?im)^message-id:\s*(<[^<>\s]+>)", text) if isinstance(text, bytes) else None
            if found:
                return found[1].decode("ascii", "replace")
        elif kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            ids = (
                [str(m["Message-ID"]).strip() for m in inner if isinstance(m, Message) and m["Message-ID"]]
                if isinstance(inner, list)
                else []
            )
            if ids:
                return ids[0]
    return None


def take_in(store: Store, folder: Path, now: datetime) -> int:
    """Read the new notifications of a Maildir; gives how many recipients they spoke of.

    Raises:
        AseanwatchError: the folder cannot be read.
    """
    taken = 0
    for path, content in _new(folder):
        found = read_bounces(content)
        with store.writing() as connection:
            taken += sum(_note(connection, path.name, i, bounce, now) for i, bounce in enumerate(found))
        if found:
            path.rename(folder / "cur" / f"{path.name}:2,S")
    return taken


def _new(folder: Path) -> Iterator[tuple[Path, bytes]]:
    try:
        (folder / "cur").mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / "new").glob("*")):
            with path.open("rb") as stream:
                yield path, stream.read(LONGEST)
    except OSError as error:
        raise AseanwatchError(f"delivery.bounces: {folder} cannot be read: {error.strerror}") from None


def _note(connection: Connection, file: str, place: int, bounce: Bounce, now: datetime) -> int:
    """Write a bounce down; only for messages that we sent to that address, so that nobody can suppress somebody else."""
    key = f"{file}#{place}"
    if connection.scalar(select(bounces.c.id).where(bounces.c.file == key)) is not None:
        return 0
    try:
        plain = normal(bounce.address)
    except AseanwatchError:
        return 0
    if not _is_ours(connection, bounce, plain):
        log.warning("a bounce for %s answers no message of ours and is left alone", plain)
        return 0
    values = {
        "file": key, "at": now, "address": plain, "message_id": bounce.message_id, "action": bounce.action, "code": bounce.code,
        "detail": bounce.detail,
    }  # fmt: skip
    connection.execute(insert(bounces).values(**values))
    reason = _reason(connection, bounce, plain, now)
    if reason:
        suppress(connection, plain, reason, f"{bounce.code} {bounce.detail}".strip(), now)
    return 1


def _is_ours(connection: Connection, bounce: Bounce, plain: str) -> bool:
    sent = select(func.count()).where(func.lower(deliveries.c.recipient).contains(plain, autoescape=True))
    if bounce.message_id:
        sent = sent.where(deliveries.c.message_id == bounce.message_id)
    return bool(connection.scalar(sent))


def _reason(connection: Connection, bounce: Bounce, plain: str, now: datetime) -> str | None:
    if bounce.action != "failed":
        return None
    if bounce.code.startswith("5") and not bounce.code.startswith(("5.2.2", "5.7.", "5.3.")):
        return "bounced"  # 5.2.2 mailbox full, 5.3 system and 5.7 policy pass or speak of us, not of the address
    failed = (bounces.c.address == plain) & (bounces.c.action == "failed") & (bounces.c.at > now - WITHIN)
    often = connection.scalar(select(func.count()).where(failed)) or 0
    return "bounced often" if often >= SOFT else None

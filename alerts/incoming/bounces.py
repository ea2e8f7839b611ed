"""Bounces: delivery status notifications (RFC 3464), and what mail systems write instead. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alerts.incoming.mail import Inbound, fields_of, inbound
from alerts.incoming.plain_bounces import failure_of

_KINDS = ("rfc822", "utf-8", "smtp")
"""Types of addresses that mail goes to (RFC 3464, 2.1.2; RFC 6533, 3); some servers write the protocol's name."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a notification says of one recipient: action is failed, delayed, …; code an enhanced status code (RFC 3463).

    ``address`` is empty where it does not say whom; the Message-IDs are those of the mails that it may answer.
    """

    address: str
    action: str
    code: str
    detail: str
    message_ids: tuple[str, ...]


def read_bounces(content: bytes) -> list[Bounce]:
    """What a mail's bytes say, one for each recipient; nothing where it is no bounce."""
    mail = inbound(content)
    return bounces_in(mail) if mail is not None else []


def bounces_in(mail: Inbound) -> list[Bounce]:
    """The bounces that a mail tells of, one for each recipient."""
    status = mail.part("message/delivery-status", "message/global-delivery-status")
    if status is not None:
        ids = tuple(mail.message_ids)
        return [b for fields in fields_of(status) if (b := _recipient(fields, ids)) is not None]
    plain = failure_of(mail)
    if plain is None:
        return []
    code, words, named = plain
    return [Bounce(address, "failed", code, words, tuple(mail.message_ids)) for address in sorted(named) or [""]]


def _recipient(fields: dict[str, str], ids: tuple[str, ...]) -> Bounce | None:
    final = fields.get("original-recipient") or fields.get("final-recipient")
    action = fields.get("action", "").strip().lower()
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", fields.get("status", ""))
    if final is None or not action:
        return None
    kind, _, named = final.partition(";")
    address = named.strip() or kind.strip()
    if "@" not in address or (named and kind.strip().lower() not in _KINDS):
        return None
    detail = " ".join(fields.get("diagnostic-code", "").split())[:500]
    return Bounce(address, action, found[0] if found else "", detail, ids)

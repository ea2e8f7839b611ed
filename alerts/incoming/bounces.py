"""Reads bounces: delivery status notifications (RFC 3464), and what mail systems write instead. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alerts.incoming.mail import Inbound, fields_of, inbound
from alerts.incoming.plain_bounces import failure_of

_KINDS = ("rfc822", "utf-8", "smtp")
"""Types of mail addresses (RFC 3464, 2.1.2; RFC 6533, 3). Some servers write the name of the protocol instead."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a notification says about one recipient.

    Attributes:
        address: of the recipient; empty if the notification does not say.
        action: failed, delayed, delivered, relayed or expanded (RFC 3464, 2.3.3).
        code: an enhanced status code (RFC 3463); may be empty.
        detail: the words of the mail system.
        message_ids: of the mails that it may answer.
    """

    address: str
    action: str
    code: str
    detail: str
    message_ids: tuple[str, ...]


def read_bounces(content: bytes) -> list[Bounce]:
    """The bounces in the bytes of a mail, one for each recipient; none if it is no bounce."""
    mail = inbound(content)
    return bounces_in(mail) if mail is not None else []


def bounces_in(mail: Inbound) -> list[Bounce]:
    """The bounces in a mail, one for each recipient."""
    status = mail.part("message/delivery-status", "message/global-delivery-status")
    if status is not None:
        ids = tuple(mail.message_ids)
        return [b for fields in fields_of(status) if (b := _recipient(fields, ids)) is not None]
    plain = failure_of(mail)
    if plain is None:
        return []
    ids = tuple(mail.message_ids)
    return [
        Bounce(address, "failed", plain.code, plain.words, ids) for address in sorted(plain.addresses) or [""]
    ]


def _action(text: str) -> str:
    """What a mail system did, in a word; a comment may follow it (RFC 3464, 2.3.3), and some say failure or error for failed."""
    word = text.partition("(")[0].strip().lower()
    return "failed" if word in ("failure", "error") else word


def _recipient(fields: dict[str, str], ids: tuple[str, ...]) -> Bounce | None:
    # The address that we wrote to (RFC 3464, 2.3.1). The
    # final one may be where it was forwarded to.
    final = fields.get("original-recipient") or fields.get("final-recipient")
    action = _action(fields.get("action", ""))
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", fields.get("status", ""))
    if final is None or not action:
        return None
    kind, _, named = final.partition(";")
    address = named.strip() or kind.strip()
    if "@" not in address or (named and kind.strip().lower() not in _KINDS):
        return None
    detail = " ".join(fields.get("diagnostic-code", "").split())[:500]
    return Bounce(address, action, found[0] if found else "", detail, ids)

"""One rendered digest as a mail message for one recipient: the same delivery always gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from alerts.rendering import Rendered

_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel delivers: a digest for one recipient, with an id that stays the same however often it is tried."""

    message_id: str
    recipient: str
    subscription: str
    sender: str
    made: datetime
    rendered: Rendered


def header_text(text: str) -> str:
    """A text that is safe in a header: on one line, so that it can begin no other header."""
    return _BREAKS.sub(" ", text).strip()


def address(text: str) -> Address:
    """A mail address with its name, as the standard library's header objects want it."""
    name, plain = parseaddr(header_text(text))
    local, _, domain = plain.rpartition("@")
    return Address(name, local, domain)


def compose(outgoing: Outgoing) -> EmailMessage:
    """The mail: plain text with HTML as its alternative (RFC 2046, 5.1.4)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = address(outgoing.sender)
    message["To"] = address(outgoing.recipient)
    message["Subject"] = header_text(outgoing.rendered.subject)
    message["Date"] = outgoing.made
    message["Message-ID"] = outgoing.message_id
    message["Auto-Submitted"] = "auto-generated"
    domain = outgoing.message_id.rpartition("@")[2].rstrip(">")
    message["List-Id"] = f"<{outgoing.subscription}.{domain}>"
    message.set_content(outgoing.rendered.text, cte="quoted-printable")
    message.add_alternative(outgoing.rendered.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{outgoing.message_id.strip('<>').partition('@')[0]}")
    return message

"""Reads complaints: mail providers report that a reader pressed "this is spam" (Abuse Reporting Format, RFC 5965). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.incoming.mail import Inbound, fields_of, headers_of

MEANT = frozenset({"abuse", "fraud", "virus", "opt-out", "opt-out-list", "complaint"})
"""Types that ask for no more mail. ``not-spam`` takes a complaint back, ``auth-failure`` (RFC 6591) is about signatures."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a report says: its type, the program that wrote it, and the recipients. Many providers hide the recipients."""

    kind: str
    agent: str
    recipients: tuple[str, ...]

    @property
    def is_meant(self) -> bool:
        """Whether the reader wants no more mail."""
        return self.kind in MEANT


def read_complaint(mail: Inbound) -> Complaint | None:
    """The complaint in a mail; None if it is no complaint."""
    part = mail.part("message/feedback-report")
    if part is None and mail.message.get_param("report-type") != "feedback-report":
        return None
    own = {name: value for fields in fields_of(part) for name, value in fields.items()}
    if part is None:  # mislabelled: the fields are text in some other part
        own = {n: v for p in mail.parts for fields in fields_of(p) for n, v in fields.items()}
    kind = own.get("feedback-type", "").strip().lower()
    if not kind:
        return None
    named = [own.get("original-rcpt-to", ""), own.get("removal-recipient", "")]
    named += [headers_of(p).get("to", "") for p in mail.parts[1:]]
    return Complaint(kind[:60], own.get("user-agent", "")[:200], tuple(n for n in named if "@" in n))

"""Parses an incoming mail within limits. Any bytes give a value, whatever their structure and character sets. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from itertools import islice

MOST_PARTS, MOST_HEADERS, LONGEST_TEXT, MOST_IDS = 100, 300, 100_000, 50
"""The most parts, headers of each part, characters of all texts, and Message-IDs that are read."""
_ID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{24}@[A-Za-z0-9.-]{1,253}")
"""Message-IDs as we write them (`alerts.delivery.outbox.new_message_id`); others may quote them without their brackets."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPECIAL = {"multipart", "message"}
_NEVER = {
    "punycode",
    "idna",
    "unicode-escape",
    "unicode_escape",
    "raw-unicode-escape",
    "raw_unicode_escape",
    "utf-7",
    "undefined",
}
"""Python codecs that are no character sets of mail. Some take quadratic time, others make invalid text."""
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Inbound:
    """An incoming mail.

    Attributes:
        message: its structure.
        parts: its parts, the whole first, bounded in number.
        text: what people read in it, of all texts together.
        headers: all headers of the mail itself, decoded, by their names in lower case; several of a name on several lines.
    """

    message: Message
    parts: tuple[Message, ...]
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def part(self, *kinds: str) -> Message | None:
        """The first part of any of some types."""
        return next((p for p in self.parts if p.get_content_type() in kinds), None)

    @property
    def recipients(self) -> str:
        """The headers that say whom it was delivered to."""
        names = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to")
        return "\n".join(self.headers.get(name, "") for name in names)

    @property
    def quoted(self) -> str:
        """Everything in it, where the mail that it answers may be quoted: its headers, its parts' headers and its texts."""
        own = "\n".join(f"{n}: {v}" for p in self.parts for n, v in headers_of(p).items())
        return f"{own}\n{self.text}"

    @property
    def message_ids(self) -> list[str]:
        """The Message-IDs of ours that it may speak of, those of mails that it carries first."""
        carried = "\n".join(headers_of(p).get("message-id", "") for p in self.parts[1:])
        found = dict.fromkeys(_ID.findall(f"{carried}\n{self.quoted}"))
        return [f"<{identity}>" for identity in found][:MOST_IDS]


def inbound(content: bytes) -> Inbound | None:
    """The mail of some bytes; None if they cannot be parsed."""
    try:
        # The newer policies parse each header as it is read: some raise IndexError
        # on odd ones, and an 80 kB list of addresses takes two seconds.
        message = message_from_bytes(content, policy=policy.compat32)
        parts = tuple(_parts(message))
        texts = [_text(p) for p in parts if p.get_content_maintype() not in _SPECIAL]
        return Inbound(message, parts, "\n".join(texts)[:LONGEST_TEXT], headers_of(message))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError):
        return None  # on hostile bytes the parser raises almost anything


def headers_of(part: Message) -> dict[str, str]:
    """Headers, decoded (RFC 2047), by their names in lower case."""
    found: dict[str, str] = {}
    for name, value in islice(part.items(), MOST_HEADERS):
        key = name.lower()
        words = _decoded(str(value))
        # A header may stand several times, as Received and Delivered-To do.
        found[key] = f"{found[key]}\n{words}" if key in found else words
    return found


def fields_of(part: Message | None) -> list[dict[str, str]]:
    """The groups of fields of a report (RFC 3464, 2.1; RFC 5965, 3), also where a server encoded or mislabelled it."""
    if part is None:
        return []
    payload = part.get_payload()
    groups = [headers_of(p) for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []
    texts = (
        [_text(p) for p in payload if isinstance(p, Message)] if isinstance(payload, list) else [_text(part)]
    )
    for text in texts:
        groups += [fields for block in re.split(r"\n[ \t]*\n", text) if (fields := _fields(block))]
    return groups


def _fields(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line[:1] in (" ", "\t") and name:
            found[name] += f" {line.strip()}"
        elif ":" in line:
            name, value = (s.strip() for s in line.split(":", 1))
            name = name.lower()
            found.setdefault(name, value)
    return found


def _parts(message: Message) -> list[Message]:
    """A message's parts in order, without recursion: who nests them without end gains nothing."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting = [p for p in inner if isinstance(p, Message)] + waiting
    return found


def _text(part: Message) -> str:
    """The text of a part, in whatever character set; what cannot be decoded is replaced."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if not isinstance(content, bytes):
        plain = part.get_payload()
        return _NO_TEXT.sub("\ufffd", plain[:LONGEST_TEXT]) if isinstance(plain, str) else ""
    try:
        charset = str(part.get_content_charset() or "utf-8")
    except (ValueError, LookupError, AttributeError, TypeError):
        charset = "utf-8"
    # A character takes at most four bytes in the charsets of
    # mail: decoding a megabyte for nothing is spared.
    text = _in_charset(content[: 4 * LONGEST_TEXT], charset)
    if part.get_content_subtype() == "html":
        text = _TAG.sub(" ", text)
    return text.replace("\r\n", "\n")[:LONGEST_TEXT]


def _in_charset(content: bytes, charset: str) -> str:
    """Bytes as text that any store keeps."""
    try:
        known = charset if codecs.lookup(charset).name not in _NEVER else "utf-8"
        text = content.decode(known, "replace")
    except (LookupError, ValueError, TypeError):
        text = content.decode("utf-8", "replace")
    return _NO_TEXT.sub("\ufffd", text)


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value[:LONGEST_TEXT])
    except (ValueError, LookupError, TypeError, MessageError):
        return _NO_TEXT.sub("\ufffd", value)
    text = "".join(p if isinstance(p, str) else _in_charset(p, c or "utf-8") for p, c in pieces)
    return " ".join(_NO_TEXT.sub("\ufffd", text).split())

"""One rendered digest as a mail message for one recipient: the same delivery always gives the same bytes.

What all recipients of a digest share is written once; each message then gets its own headers and its reader's own links.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.policy import SMTPUTF8
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from warnings import warn

from alerts.digests.addresses import address, header_text
from alerts.digests.headers import folded, mailbox
from alerts.digests.marks import (
    ARCHIVE,
    FEEDBACK_WISHES,
    MANAGE,
    MARKS,
    SHARE,
    story_of,
)
from alerts.digests.render import Rendered
from alerts.identity.links import Grant, Links
from alerts.identity.story_links import write_feedback, write_share


@dataclass(frozen=True, slots=True)
class ListMail:
    """Whom a mail that unsubscribes goes to, and what its subject says for a delivery, by its Message-ID."""

    address: str
    subject: Callable[[str], str]


@dataclass(frozen=True)
class RenderedMessage:
    """What all recipients of a digest get.

    Attributes:
        subscription: its name.
        sender: as a mail address with a name.
        made: when it was made; the Date of its messages.
        rendered: its two forms, with marks in place of links.
        kind: digest, catch-up, test or note.
        language: of the frame.
        values: the digest's plain values as JSON, for channels that send data.
        links: writes the readers' links; None if there are no web pages.
        number: the digest's number in the store.
        purpose: of the one link that a note is about (PURPOSE stands for it).
        references: for each recipient the earlier messages of the same story.
        list_mail: where a mail that unsubscribes goes, and the key of its token; None if nothing reads it.
    """

    subscription: str
    sender: str
    made: datetime
    rendered: Rendered
    kind: str = "digest"
    language: str = "en"
    values: str | None = None
    links: Links | None = None
    number: int = 0
    purpose: str = "manage"
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    list_mail: ListMail | None = None

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The digest's plain values; empty where it has none."""
        return json.loads(self.values) if self.values else {}

    @cached_property
    def head(self) -> bytes:
        """The headers that all messages share, as bytes."""
        lines = [
            _folded("From", self.sender), folded("Subject", header_text(self.rendered.subject)),
            # Auto-Submitted (RFC 3834): absence notes must not answer a digest.
            f"Date: {format_datetime(self.made.astimezone(UTC))}\r\n", "Auto-Submitted: auto-generated\r\n",
            f"Content-Language: {self.language}\r\n",
        ]  # fmt: skip
        # A note is about one person's own request, and no mail of a list (RFC 2919).
        if self.kind != "note":
            listed = (
                f"{_phrase(self.subscription)} <{list_label(self.subscription)}.{domain_of(self.sender)}>"
            )
            lines.append(f"List-Id: {listed}\r\n")
        return "".join(lines).encode()

    @cached_property
    def parts(self) -> tuple[tuple[str, _Body], tuple[str, _Body]]:
        """The two forms, each under its subtype of text, least rich first."""
        return ("plain", _Body(self.rendered.text)), ("html", _Body(self.rendered.html))


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a channel delivers: a message to one recipient, with an id that stays the same however often it is tried."""

    message_id: str
    recipient: str
    message: RenderedMessage
    references: tuple[str, ...] = ()
    return_path: str | None = None
    """The envelope's sender, where each delivery has its own."""
    serial: int = 0
    """Which of its reader's links it carries (`alerts.subscriptions.reader_states`)."""

    @property
    def letter(self) -> RenderedMessage:
        """The former name of ``message``, for channels of other packages."""
        warn("OutgoingMessage.letter is called message now", DeprecationWarning, stacklevel=2)
        return self.message

    def link(self, purpose: str) -> str | None:
        """The reader's own link for a purpose, if there are web pages."""
        message = self.message
        if message.links is None:
            return None
        number = message.number if purpose == "archive" else 0
        return message.links.write(
            Grant(purpose, message.subscription, self.recipient, number, self.serial), message.made
        )

    def own(self, text: str) -> str:
        """A text with the reader's links in place of their marks."""
        return MARKS.sub(lambda m: self._link_for(m[0]) or "", text)

    def _link_for(self, mark: str) -> str | None:
        """The link that a mark stands for."""
        message, story = self.message, story_of(mark)
        if not story:
            return self.link({MANAGE: "manage", ARCHIVE: "archive"}.get(mark, message.purpose))
        if message.links is None:
            return None
        if mark[0] == SHARE:
            return write_share(message.links, story, message.made)
        return write_feedback(
            message.links, message.number, self.message_id, story, FEEDBACK_WISHES.get(mark[0], "")
        )


def domain_of(text: str) -> str:
    """The domain of a mail address, in ASCII and lower case."""
    return address(text).domain.lower() or "localhost"


def needs_utf8(text: str) -> bool:
    """Whether an address has a local part that only servers with SMTPUTF8 can take (RFC 6531)."""
    return not address(text).username.isascii()


def compose(outgoing: OutgoingMessage) -> bytes:
    """The mail: plain text with HTML as its alternative (RFC 2046, 5.1.4), lines ended by CR LF."""
    message = outgoing.message
    # "=_" occurs in no quoted-printable or base64 body (RFC 2045, 6.7). The
    # rest is the delivery's own, not random: each attempt has the same bytes.
    boundary = f"=_{outgoing.message_id.strip('<>').partition('@')[0]}"
    head = [
        message.head,
        _folded("To", outgoing.recipient).encode(),
        *(f"{name}: {value}\r\n".encode() for name, value in _own_headers(outgoing)),
    ]
    head.append(
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    )
    out = b"".join(head)
    for subtype, body in message.parts:
        encoding, content = body.encoded(outgoing)
        about = f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        # The last line break belongs to the boundary (RFC 2046, 5.1.1)
        out += about.encode() + content + b"\r\n"
    return out + f"--{boundary}--\r\n".encode()


def _own_headers(outgoing: OutgoingMessage) -> list[tuple[str, str]]:
    headers = [("Message-ID", header_text(outgoing.message_id))]
    if outgoing.references:
        headers.append(("In-Reply-To", outgoing.references[-1]))
        headers.append(("References", "\r\n ".join(outgoing.references)))
    if outgoing.message.kind != "note":
        headers += _unsubscribe(outgoing)
    return headers


@lru_cache(maxsize=4096)
def _folded(name: str, text: str) -> str:
    """An address header with its line breaks; in UTF-8 only where the local part leaves no choice (RFC 6532)."""
    whom = address(text)
    if needs_utf8(text):
        line: str = SMTPUTF8.fold(name, SMTPUTF8.header_factory(name, whom))
        return line
    return mailbox(name, whom.display_name, whom.addr_spec)


def _unsubscribe(outgoing: OutgoingMessage) -> list[tuple[str, str]]:
    """The headers to unsubscribe: one click (RFC 8058) over HTTPS, and a mail (RFC 2369) if it is read."""
    listed, link = outgoing.message.list_mail, outgoing.link("one-click")
    ways = [f"<{link}>"] if link else []
    if listed is not None:
        ways.append(f"<mailto:{listed.address}?subject={quote(listed.subject(outgoing.message_id))}>")
    if not ways:
        return []
    headers = [("List-Unsubscribe", ",\r\n ".join(ways))]
    # RFC 8058, 3.1 permits one click only with an HTTPS address.
    if link and link.startswith("https://"):
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def list_label(subscription: str) -> str:
    """A subscription's name as part of an address."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", subscription).strip("-").lower() or "list"


def _phrase(subscription: str) -> str:
    return '"' + re.sub(r'["\\]', "", header_text(subscription)) + '"'


class _Encoded(NamedTuple):
    """A text as it is sent, and its Content-Transfer-Encoding."""

    encoding: str
    content: bytes


class _Body:
    """A text in the shorter transfer encoding; the readers' links are put in without encoding the rest again."""

    def __init__(self, text: str) -> None:
        # Lone surrogates, which no encoding has, become question marks.
        self.text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").removesuffix("\n") + "\n"
        size = len(self.text.encode())
        # Quoted-printable triples every byte that is not ASCII, base64
        # adds a third to all: with one such byte in six both are as long.
        self.is_plain = size - len(self.text.encode("ascii", "ignore")) < size // 6
        self._pieces = [_printable(piece) for piece in MARKS.split(self.text)] if self.is_plain else []
        self._marks = MARKS.findall(self.text)

    def encoded(self, outgoing: OutgoingMessage) -> _Encoded:
        """The text with the reader's links."""
        if not self.is_plain:
            own = outgoing.own(self.text).replace("\n", "\r\n")
            return _Encoded("base64", base64.encodebytes(own.encode()).replace(b"\n", b"\r\n"))
        out = self._pieces[0]
        for mark, piece in zip(self._marks, self._pieces[1:], strict=True):
            # Soft line breaks around the link, so that no
            # line grows beyond 76 characters (RFC 2045, 6.7).
            out += b"=\r\n" + _printable(outgoing.own(mark)) + b"=\r\n" + piece
        return _Encoded("quoted-printable", out)


def _printable(text: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7) with CR LF."""
    return binascii.b2a_qp(text.encode(), istext=True, header=False).replace(b"\n", b"\r\n")


def whole(references: Sequence[str]) -> tuple[str, ...]:
    """Message ids fit for a References header, the latest ones."""
    return tuple(r for r in references if re.fullmatch(r"<[^\s<>]+>", r))[-10:]


def without_links(html: str) -> str:
    """A stored page without the links that each reader has for himself, to be shown to somebody else."""
    return MARKS.sub("#", html)

"""A real mail server on loopback, with faults that tests switch on."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.store import Store
from tests.builders import new_store


@dataclass
class Inboxes:
    """The mails of a server, and how it behaves.

    Attributes:
        mails: recipient and message, in order.
        raw: the messages' bytes, in order.
        senders: the return path of each mail, in order.
        refuse: answers to RCPT, by address.
        sender: the answer to MAIL, if it refuses.
        data: answers to whole messages, sent one by one.
        drops: the next so many messages are stored, and the connection is cut before the answer.
        stalls: whole messages are never answered.
        pipelining: whether the server offers it.
        connections: how many clients opened.
    """

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    data: list[str] = field(default_factory=list)
    drops: int = 0
    stalls: bool = False
    pipelining: bool = True
    connections: int = 0
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data:
            return self.data.pop(0)
        if self.stalls:
            await asyncio.Event().wait()
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.raw.append(envelope.content)
        self.senders += [envelope.mail_from for _ in envelope.rcpt_tos]
        self.mails += [(to, message) for to in envelope.rcpt_tos]  # type: ignore[misc]
        if self.drops:
            self.drops -= 1
            server.transport.abort()
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        """The recipients of mails, in order."""
        return [to for to, _ in self.mails]


class AnyPort(Controller):
    """A controller on a free port."""

    def _trigger_server(self) -> None:
        """Set the real port first: the base class connects to the given one, which is 0."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class TlsFromTheStart(AnyPort):
    """A server with TLS from the start. The base class would test it without TLS."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection(("127.0.0.1", self.port)).close()


Serve = Callable[..., Inboxes]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes mail servers for one test: ``serve(ssl_context=…)``, ``serve(tls_context=…, require_starttls=True)``."""
    running: list[Controller] = []

    def start(**options: Any) -> Inboxes:
        found = Inboxes()
        kind = TlsFromTheStart if "ssl_context" in options else AnyPort
        controller = kind(found, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        found.port = controller.port
        return found

    yield start
    for controller in running:
        controller.stop(no_assert=True)


@pytest.fixture
def inboxes(serve: Serve) -> Inboxes:
    """A mail server for one test."""
    return serve()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return new_store(tmp_path)


def knows(username: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator for one login."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            username.encode(),
            password.encode(),
        )
        return AuthResult(success=right, handled=False)

    return check


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate, as a server's context and as a file for clients that trust it."""

    context: ssl.SSLContext
    file: Path


def certificate(folder: Path, name: str = "127.0.0.1") -> Certificate:
    """A new certificate for an address or a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server for tests")])
    other: x509.GeneralName = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file, private = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return Certificate(context, file)

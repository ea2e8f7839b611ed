"""Email over SMTP (RFC 5321): one connection that is kept, one message for each recipient.

MAIL, RCPT and DATA go in one group where the server knows PIPELINING (RFC 2920), so that a message costs two round trips.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass

from alerts.channels import DeliveryError
from alerts.channels.failures import Failure, class_of
from alerts.channels.smtp_session import Session, TlsSession
from alerts.digests.addresses import address
from alerts.digests.mail_tokens import return_path
from alerts.digests.message import OutgoingMessage, compose, needs_utf8
from alerts.subscriptions.addresses import nameless
from crawler.config.mail_addresses import each_address
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError
from crawler.net.deadline import Deadline
from crawler.runtime.error_words import in_words

IDLE = 30.0
"""Seconds after which a kept connection is asked whether it is still there."""
PATIENCE = 10
"""How many times longer the answer to a whole message is waited for.

Whoever gives up early sends twice (RFC 5321, 4.5.3.2.6).
"""
_DOTS = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What the server learns before the message; ``utf8``: the recipient needs SMTPUTF8."""

    sender: str
    recipient: str
    size: int
    utf8: bool


class EmailChannel:
    """Sends mail through ``delivery.smtp``."""

    is_mail = True
    merges = True

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        self.smtp = settings.delivery.smtp
        self.side_by_side = self.smtp.connections
        self._return_path = return_path(settings.delivery)
        self._connection: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, outgoing: OutgoingMessage) -> None:
        """Hand one message to the mail server.

        Only a connection that is lost between the end of the message and the server's answer leaves a doubt.
        """
        if len(each_address(outgoing.recipient)) > 1:
            raise DeliveryError(
                "several addresses in one text; write each as an entry of its own", Failure.UNKNOWN_ADDRESS
            )
        try:
            recipient = address(outgoing.recipient).addr_spec
        except AseanwatchError as error:
            raise DeliveryError(nameless(str(error)), Failure.UNKNOWN_ADDRESS) from None
        # Dots at the beginning of lines are doubled (RFC 5321, 4.5.2):
        # a lone one would end the message.
        content = _DOTS.sub(b"..", compose(outgoing)) + b".\r\n"
        envelope = _Envelope(
            outgoing.return_path or self._return_path, recipient, len(content), needs_utf8(outgoing.recipient)
        )
        connection = self._envelope(envelope)
        seconds = self.smtp.timeout.total_seconds()
        try:
            _socket(connection).settimeout(seconds * PATIENCE)
            _socket(connection).sendall(content)
            code, answer = connection.getreply()
            _socket(connection).settimeout(seconds)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise DeliveryError(
                f"the connection was lost before the answer: {_words(error)}", Failure.IN_DOUBT
            ) from None
        self._used = time.monotonic()
        if code != 250:
            self._begin_anew(code)
            raise DeliveryError(f"{code} {_shown(answer)}", class_of(code, _text(answer), of_recipient=False))

    def _envelope(self, envelope: _Envelope) -> smtplib.SMTP:
        """Send the envelope, until the server wants the message.

        A kept connection that is stale is replaced once.
        """
        kept = self._connection is not None
        try:
            return self._asked(envelope)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if kept:
                # Nothing but the envelope was sent, so that trying
                # again on a new connection repeats no message.
                return self._envelope(envelope)
            raise DeliveryError(
                f"the mail server {self._name} cannot be used: {_words(error)}", Failure.UNREACHABLE
            ) from None

    def _asked(self, envelope: _Envelope) -> smtplib.SMTP:
        connection = self._connected()
        recipient, utf8 = envelope.recipient, envelope.utf8
        if utf8 and not connection.has_extn("smtputf8"):
            raise DeliveryError(
                f"the mail server {self._name} cannot write to such an address (no SMTPUTF8)",
                Failure.REJECTED,
            )
        # RFC 1870: a server that finds the message too large says so before it has read all of it.
        options = f" SIZE={envelope.size}" if connection.has_extn("size") else ""
        options += " SMTPUTF8" if utf8 else ""
        commands = [f"MAIL FROM:<{envelope.sender}>{options}", f"RCPT TO:<{recipient}>", "DATA"]
        answers = _converse(connection, [f"{c}\r\n".encode() for c in commands])
        (mail, mail_text), (rcpt, rcpt_text), (data, data_text) = answers
        # 251: the server forwards to another mailbox (RFC 5321, 3.4), which is a yes as well.
        if mail == 250 and rcpt in (250, 251) and data == 354:
            return connection
        if data == 354:  # nobody to send to, and yet it waits: an empty message ends that (RFC 2920, 3.1)
            connection.send(b".\r\n")
            connection.getreply()
        self._begin_anew(mail, rcpt, data)
        if mail != 250:  # about us, so it would be the same for everybody
            raise DeliveryError(
                f"the mail server refuses the sender: {mail} {_shown(mail_text)}",
                _of_sender(mail, _text(mail_text)),
            )
        if rcpt not in (250, 251):
            raise DeliveryError(
                f"{rcpt} {_shown(rcpt_text)}", class_of(rcpt, _text(rcpt_text), of_recipient=True)
            )
        raise DeliveryError(
            f"{data} {_shown(data_text)}", class_of(data, _text(data_text), of_recipient=False)
        )

    def _begin_anew(self, *codes: int) -> None:
        """After a refusal: be ready for the next message."""
        if self._connection is None:
            return
        if 421 in codes:  # it closes the connection
            self._drop()
            return
        try:
            # RFC 5321, 4.1.1.5: without it the sender of the
            # refused message would still be in force.
            self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    @property
    def _name(self) -> str:
        return f"{self.smtp.host}:{self.smtp.port}"

    def _connected(self) -> smtplib.SMTP:
        if (
            self._connection is not None
            and time.monotonic() - self._used > IDLE
            # Many servers close idle connections after some minutes.
            # Asking costs a round trip, so it is done only after a pause.
            and self._connection.noop()[0] != 250
        ):
            self._drop()
        if self._connection is None:
            self._connection = self._connect()
            self._used = time.monotonic()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        smtp, seconds = self.smtp, self.smtp.timeout.total_seconds()
        try:
            # Verifies certificates and host names. `smtplib` without a context verifies neither.
            context = ssl.create_default_context(cafile=smtp.trust) if smtp.security != "none" else None
        except OSError as error:
            raise DeliveryError(
                f"delivery.smtp.trust: {smtp.trust} cannot be read: {error}", Failure.UNREACHABLE
            ) from None
        with Deadline(seconds) as deadline:
            if smtp.security == "tls":
                connection: Session = TlsSession(deadline, smtp.host, smtp.port, seconds, context)
            else:
                connection = Session(deadline, smtp.host, smtp.port, seconds)
            try:
                connection.ehlo_or_helo_if_needed()
                if smtp.security == "starttls":
                    # Raises if the server does not offer it: going on in
                    # the clear would let anybody in between strip TLS.
                    connection.starttls(context=context)
                    # What was said before TLS may be forged: the
                    # extensions are asked for anew (RFC 3207, 4.2).
                    connection.ehlo()
                if smtp.username:
                    connection.login(smtp.username, smtp.password.get_secret_value())
            except BaseException:
                connection.close()
                raise
        # Commands are small writes: with Nagle's algorithm each could wait for a delayed ACK.
        _socket(connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def close(self) -> None:
        """End the connection by QUIT, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def abort(self) -> None:
        """Shut the connection down; the thread that waits for the server's answer wakes up and drops it."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                # Not close: only a shutdown wakes the thread that waits in `recv`.
                _socket(connection).shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _socket(connection: smtplib.SMTP) -> socket.socket:
    if connection.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return connection.sock


def _converse(connection: smtplib.SMTP, commands: list[bytes]) -> list[tuple[int, bytes]]:
    """The answers to commands.

    They are sent together if the server allows it, else one by one until one is refused.
    """
    if connection.has_extn("pipelining"):
        _socket(connection).sendall(b"".join(commands))
        return [connection.getreply() for _ in commands]
    answers: list[tuple[int, bytes]] = []
    for command in commands:
        if answers and answers[-1][0] >= 400:
            # Without PIPELINING a refused RCPT would be followed by a DATA that nobody needs.
            answers.append((503, b"not asked"))
            continue
        _socket(connection).sendall(command)
        answers.append(connection.getreply())
    return answers


def _of_sender(code: int, text: str) -> Failure:
    return (
        Failure.THROTTLED
        if class_of(code, text, of_recipient=False) == Failure.THROTTLED
        else Failure.UNREACHABLE
    )


def _text(answer: bytes) -> str:
    return " ".join(answer.decode("utf-8", "replace").split())[:300]


def _shown(answer: bytes) -> str:
    """A server's words without addresses: they are shown to people who may not know who reads."""
    return nameless(_text(answer))


def _words(error: Exception) -> str:
    """An error without what the server or the library may repeat of a login."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it refuses the login ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_shown(error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode())}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    return str(error) or in_words(error)

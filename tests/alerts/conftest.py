"""A real mail server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Inboxes:
    """What a mail server took in: recipient and message, in order. ``refuse`` answers for recipients, by address."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails += [(to, message) for to in envelope.rcpt_tos]  # type: ignore[misc]
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        """Who got mail, in order."""
        return [to for to, _ in self.mails]


class AnyPort(Controller):
    """A controller that takes a free port."""

    def _trigger_server(self) -> None:
        """The base class connects to the port it was told; with 0 that is known only now."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def inboxes() -> Iterator[Inboxes]:
    """A mail server for one test."""
    found = Inboxes()
    controller = AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()

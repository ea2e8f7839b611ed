"""A channel: appends one line of JSON for each delivery to a file, for programs that read logs."""

from __future__ import annotations

import json
from pathlib import Path

from alerts.channels import DeliveryError
from alerts.channels.failures import Failure
from alerts.digests.message import OutgoingMessage
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError


class LinesChannel:
    """Appends to ``path``."""

    is_mail, merges, side_by_side = False, False, 1

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if not own.path:
            raise AseanwatchError("path: is missing; allowed: a file")
        self._file = Path(own.path)

    def send(self, outgoing: OutgoingMessage) -> None:
        """Append one line; the identity lets a reader drop what comes twice."""
        message = outgoing.message
        line = {
            "id": outgoing.message_id,
            "for": message.subscription,
            "subject": message.rendered.subject,
            "text": message.rendered.text,
        }
        try:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise DeliveryError(f"{self._file}: {error.strerror}", Failure.UNREACHABLE) from None

    def close(self) -> None:
        """Do nothing: the channel keeps nothing open."""

    def abort(self) -> None:
        """Do nothing: the channel keeps nothing open."""

"""A plain folder: for each digest an ``.eml`` file and its page as ``.html``, to look at or to put on a web server."""

from __future__ import annotations

from pathlib import Path

from alerts.channels import DeliveryError
from alerts.channels.maildir import file_name, write_durably
from alerts.digests.message import OutgoingMessage, compose
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError


class FolderChannel:
    """Writes two files for each message; writing them again changes nothing."""

    is_mail = False
    merges = True
    side_by_side = 1

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if not own.path:
            raise AseanwatchError("a folder needs a path")
        self.root = Path(own.path)

    def send(self, outgoing: OutgoingMessage) -> None:
        """Write one message."""
        message = outgoing.message
        # Named after the delivery, so that a repeat writes the same files.
        name = f"{message.made:%Y%m%dT%H%M}-{message.subscription}-{file_name(outgoing.message_id).partition('_')[0]}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            write_durably(self.root, f"{name}.eml", compose(outgoing), self.root)
            write_durably(self.root, f"{name}.html", outgoing.own(message.rendered.html).encode(), self.root)
        except OSError as error:
            raise DeliveryError(f"{self.root} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Nothing is held."""

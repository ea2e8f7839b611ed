"""A plain folder: for each digest an ``.eml`` file and its page as ``.html``, to look at or to put on a web server."""

from __future__ import annotations

from pathlib import Path

from alerts.channels import DeliveryError
from alerts.channels.maildir import file_name, write_durably
from alerts.message import Outgoing, compose
from crawler.config.settings import Channel as ChannelSettings
from crawler.config.settings import Delivery
from crawler.model import AseanwatchError


class FolderChannel:
    """Writes two files for each message; writing them again changes nothing."""

    def __init__(self, delivery: Delivery, settings: ChannelSettings) -> None:
        if not settings.path:
            raise AseanwatchError("delivery.channels: a folder needs a path")
        self.root = Path(settings.path)

    async def send(self, outgoing: Outgoing) -> None:
        """Write one message."""
        name = f"{outgoing.made:%Y%m%dT%H%M}-{outgoing.subscription}-{file_name(outgoing.message_id).partition('_')[0]}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            write_durably(self.root, f"{name}.eml", compose(outgoing).as_bytes(), self.root)
            write_durably(self.root, f"{name}.html", outgoing.rendered.html.encode(), self.root)
        except OSError as error:
            raise DeliveryError(f"{self.root} cannot be written: {error.strerror}") from None

    async def close(self) -> None:
        """Nothing is held."""

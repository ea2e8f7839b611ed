"""A Maildir (cr.yp.to/proto/maildir.html): digests as files that mail programs read. Needs no mail server."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

from alerts.channels import DeliveryError
from alerts.digests.message import OutgoingMessage, compose
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError


def write_durably(folder: Path, name: str, content: bytes, scratch: Path, mode: int = 0o666) -> None:
    """Write a file that is there whole or not at all, also after a power cut.

    Args:
        folder: where it is to be.
        name: of the file.
        content: of the file.
        scratch: a folder of the same file system, where it is written first.
        mode: its rights, as far as the umask lets them be.
    """
    temporary = scratch / name
    with open(temporary, "wb", opener=partial(os.open, mode=mode)) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    # Renamed after fsync: a power cut leaves the old file or the new one, never an empty one.
    temporary.replace(folder / name)


def file_name(message_id: str) -> str:
    """A file name out of a message's id: the same delivery always has the same name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", message_id.strip("<>"))


class MaildirChannel:
    """Puts each message into ``new``. A message that is there already, read or not, is not put there again."""

    is_mail = False
    merges = True
    side_by_side = 1

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if not own.path:
            raise AseanwatchError("a maildir needs a path")
        self.root = Path(own.path)

    def send(self, outgoing: OutgoingMessage) -> None:
        """Write one message."""
        name = file_name(outgoing.message_id)
        try:
            for folder in ("tmp", "new", "cur"):
                # Mails have readers' addresses, so that they are for their owner alone.
                (self.root / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            # A mail program moves what it has seen into ``cur`` and adds its flags behind a colon.
            read = any(path.name.partition(":")[0] == name for path in (self.root / "cur").iterdir())
            if not read and not (self.root / "new" / name).exists():
                write_durably(self.root / "new", name, compose(outgoing), self.root / "tmp", 0o600)
        except OSError as error:
            raise DeliveryError(f"{self.root} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Nothing is held."""

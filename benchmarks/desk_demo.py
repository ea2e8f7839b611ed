"""The console of the demo's three days with a reader on a phone, for people who do tasks: ``python -m benchmarks.desk_demo DEMO FOLDER``.

It prints where everything is as a line of JSON, and serves until its input ends.
"""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from alerts.delivery.dispatch import next_digest
from alerts.delivery.outbox import OutboxItem, put
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.writing import write
from alerts.identity.links import links_of
from alerts.subscriptions import reader_states, subscriptions
from crawler.config import load
from crawler.store.schema import alerts
from tests.console.conftest import AFTER, Console, served

READER = {
    "name": "nanning", "title": "东盟新闻", "to": ["reader@example.org"], "language": "zh", "languages": ["zh", "en"],
    "when": "daily 07:30", "timezone": "Asia/Shanghai",
}  # fmt: skip
BEGUN, NOW = datetime(2025, 11, 28, tzinfo=UTC), AFTER - timedelta(hours=1)


@dataclass(frozen=True)
class ReadyDesk:
    """Where people begin: the console, and the latest digest as the reader's mail program shows it."""

    url: str
    mail: Path


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def served_at(source: Path, folder: Path, port: int) -> served:
    """The console of a demo's folder at a port, with links to it in mails."""

    def change(text: str) -> str:
        text = text.replace("web: {host: 127.0.0.1, port: 0}", f"web: {{host: 127.0.0.1, port: {port}}}")
        return text.replace(
            "\ndelivery:", f"\ndelivery:\n  signup: true\n  public_url: http://127.0.0.1:{port}", 1
        )

    return served(source, folder, change)


def with_reader(console: Console, folder: Path) -> ReadyDesk:
    """Subscribe the reader to all that the desk was told, and write the mail that follows."""
    mail = folder / "digest.html"
    mail.write_text(written_mail(console, READER), encoding="utf-8")
    return ReadyDesk(console.url, mail)


def written_mail(console: Console, values: dict[str, Any], most: int | None = None) -> str:
    """The HTML of the mail that a new subscription gets of what the desk was told, with its reader's own links.

    Args:
        console: whose store and configuration.
        values: of the subscription, with one address.
        most: so many alerts, the earliest first; None: all.
    """
    settings = load(console.config)
    name, (address,) = values["name"], values["to"]
    links = links_of(settings, console.store)
    with console.store.write() as connection:
        subscriptions.add(connection, settings, values, BEGUN)
        subscriptions.confirm(connection, name, BEGUN)
        _tell(connection, name, most)
        one = subscriptions.find_subscription(connection, settings, name)
        digest = next_digest(connection, settings, one, NOW)
        rendered = write(settings, links, digest)
        serial = reader_states.serial_of(connection, name, address)
        item = OutboxItem(
            subscription=name, channel="email", recipients=(address,), due=NOW, made=NOW, rendered=rendered, kind="digest", digest=digest,
        )  # fmt: skip
        (number,) = put(connection, settings.delivery, links, [item])
    message = RenderedMessage(
        subscription=name, sender=settings.delivery.sender, made=NOW, rendered=rendered, kind="digest", language=values["language"],
        links=links, number=number,
    )  # fmt: skip
    outgoing = OutgoingMessage(
        message_id="<1@example.org>", recipient=address, message=message, serial=serial
    )
    return outgoing.own(rendered.html)


def _tell(connection: Connection, name: str, most: int | None) -> None:
    """Raise the alerts of the desk for another subscription too."""
    wanted = select(alerts).where(alerts.c.subscription == "asean-desk").order_by(alerts.c.id).limit(most)
    told = [dict(row._mapping) for row in connection.execute(wanted)]
    for row in told:
        del row["id"]
        row |= {"subscription": name, "digest_id": None}
    connection.execute(insert(alerts), told)


def main() -> None:
    """Serve until the input ends."""
    source, folder = map(Path, sys.argv[1:3])
    folder.mkdir(exist_ok=True)
    with served_at(source, folder, free_port()) as console:
        ready = with_reader(console, folder)
        print(json.dumps({"url": ready.url, "mail": str(ready.mail)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

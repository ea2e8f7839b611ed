"""The mails and pages of readers, in every language of the frame, for pictures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from alerts.delivery.outbox import bodies_of, digest_of
from alerts.digests.marks import FEEDBACK_WISHES, NOT_FOR_ME
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.render import Rendered
from alerts.digests.wording import FRAMES
from alerts.identity.links import Grant, links_of
from alerts.identity.story_links import write_feedback, write_share
from alerts.readers.signup import send_note
from alerts.subscriptions import reader_states, subscriptions
from benchmarks.desk_demo import BEGUN, NOW, written_mail
from crawler.config import load
from crawler.store.schema import deliveries, digests
from tests.console.conftest import Console

READ = {"en": ["en"], "id": ["id", "en"], "vi": ["vi", "en"], "th": ["th", "en"], "zh": ["zh", "en"]}
"""The languages of the news that a reader of each frame reads, best first."""
KINDS: dict[str, dict[str, Any]] = {
    "digest": {"when": "daily 07:30"},
    "instant": {"when": "instant"},
    "weekly": {"when": "weekly mon 07:30"},
}
MAILS = (*KINDS, "confirmation")
READER_PAGES = {
    "sign-up": "/", "confirm": "/confirm/{token}", "manage": "/manage/{token}", "one-click": "/one-click/{token}",
    "preferences": "/change/{token}", "next": "/next/{token}", "rejoin": "/rejoin/{token}", "archive": "/archive/{token}",
    "feedback": "/feedback/{token}/{story:int}", "not-for-me": "/feedback/{token}/{story:int}/{wish}", "share": "/share/{token}",
}  # fmt: skip
"""The pages for readers by name: the form to sign up, and what links in mails lead to, by the purpose that their token is for."""


def mails_in(console: Console, folder: Path) -> dict[str, dict[str, str]]:
    """The addresses of the HTML files of all mails, by name and language."""
    found: dict[str, dict[str, str]] = {name: {} for name in MAILS}
    for language in FRAMES:
        for kind, values in KINDS.items():
            page = written_mail(
                console, subscription_of(kind, language) | values, 1 if kind == "instant" else None
            )
            found[kind][language] = _kept(folder, f"{kind}-{language}", page)
        found["confirmation"][language] = _kept(
            folder, f"confirmation-{language}", _confirmation(console, language)
        )
    return found


def subscription_of(kind: str, language: str) -> dict[str, Any]:
    """The values of a subscription for one sort of mail in a language, without its rhythm."""
    return {
        "name": f"{kind}-{language}", "title": "ASEAN Watch", "to": [f"{kind}-{language}@example.org"], "language": language,
        "languages": READ[language], "timezone": "Asia/Singapore",
    }  # fmt: skip


def _kept(folder: Path, name: str, page: str) -> str:
    file = folder / f"{name}.html"
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


def _confirmation(console: Console, language: str) -> str:
    """The mail that asks a new reader to confirm."""
    settings = load(console.config)
    links = links_of(settings, console.store)
    assert links is not None
    values = subscription_of("new", language) | {"when": "daily 07:30"}
    name, (address,) = values["name"], values["to"]
    with console.store.write() as connection:
        subscriptions.add(connection, settings, values, BEGUN)
        one = subscriptions.find_subscription(connection, settings, name, include_unconfirmed=True)
        send_note(connection, settings, links, one.subscription, address, "confirm", NOW)
        row = connection.execute(select(digests).where(digests.c.subscription == name)).one()
        body = bodies_of(connection, [row])[row.id]
    rendered = Rendered(row.subject, body.html, "")
    message = RenderedMessage(
        name, settings.delivery.sender, NOW, rendered, "note", language, links=links, purpose="confirm"
    )
    return OutgoingMessage("<1@example.org>", address, message).own(body.html)


def reader_pages(console: Console) -> dict[str, str]:
    """The addresses of the pages that readers' links lead to. They are in the language that the browser asks for."""
    settings = load(console.config)
    links = links_of(settings, console.store)
    assert links is not None
    name, address = "digest-en", "digest-en@example.org"
    with console.store.read() as connection:
        serial = reader_states.serial_of(connection, name, address)
        number = connection.scalar(select(digests.c.id).where(digests.c.subscription == name)) or 0
        message = (
            connection.scalar(select(deliveries.c.message_id).where(deliveries.c.digest_id == number)) or ""
        )
        digest = digest_of(connection, number)
    assert digest is not None
    story = digest.stories[0].story or 0

    def token(purpose: str) -> str:
        which = number if purpose == "archive" else 0
        written = links.write(Grant(purpose, name, address, which, serial), NOW + timedelta(minutes=1))
        return written.rsplit("/", 1)[1]

    # A preview of the next digest is opened by the link to the preferences.
    purposes = {path: path.split("/")[1].replace("next", "change") for path in READER_PAGES.values()}
    of_story = {
        "feedback": write_feedback(links, number, message, story),
        "not-for-me": write_feedback(links, number, message, story, FEEDBACK_WISHES[NOT_FOR_ME]),
        "share": write_share(links, story, NOW),
    }
    return {
        page: console.url
        + (
            urlsplit(of_story[page]).path
            if page in of_story
            else path.format(token=token(purposes[path]) if purposes[path] else "")
        )
        for page, path in READER_PAGES.items()
    }

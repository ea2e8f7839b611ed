"""People who sign up themselves: asked twice (double opt-in), and nothing of theirs is changed by who only has a mail of theirs.

A link in a digest proves only that somebody saw the digest, which may have been forwarded. So it leads to a page that
sends a fresh link to the owner's address, good for two hours; that one opens the preferences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from alerts import subscriptions
from alerts.addresses import canonical, plain, readable
from alerts.links import Grant, Links
from alerts.message import PURPOSE
from alerts.outbox import Sheet, for_readers, put
from alerts.rendering import Rendered, environment
from alerts.wording import words
from crawler.config.settings import Settings, Subscription
from crawler.model import AseanwatchError
from crawler.store.schema import deliveries, digests
from crawler.store.schema import subscriptions as table

MOST_NOTES, MOST_AT_ALL, WITHIN = 3, 300, timedelta(hours=24)
"""Notes to one address, and notes at all, that others can cause in this time: nobody is flooded through us."""
CHOICES = ("topics", "languages", "countries", "when", "timezone", "language", "quiet", "days_off", "most", "least_score", "title")
"""What a reader may choose."""


def sign_up(connection: Connection, settings: Settings, links: Links, text: str, choices: Mapping[str, Any], now: datetime) -> None:
    """Somebody asks for a subscription for an address: its owner gets a note with a link to confirm.

    The answer is the same whether the address is known or not, so that nobody can find out who reads.

    Raises:
        AseanwatchError: a value is not allowed, or too many notes were asked for.
    """
    spelled = plain(text)
    name = _name(links, canonical(text))
    values = {**{k: v for k, v in choices.items() if k in CHOICES}, "name": name, "to": [spelled], "channel": "email"}
    wanted = subscriptions.checked(settings, values)
    before = connection.execute(select(table).where(table.c.name == name)).first()
    if before is not None and before.confirmed:
        known = subscriptions.named(connection, settings, name).subscription
        send_note(connection, settings, links, known, known.to[0], "change", now)  # to the spelling that was confirmed
        return
    if before is not None:
        subscriptions.remove(connection, settings, name)
    subscriptions.add(connection, settings, values, now, confirmed=False)
    send_note(connection, settings, links, wanted, spelled, "confirm", now)


def _name(links: Links, reader: str) -> str:
    """The name of the subscription of one address; nobody can tell the address from it."""
    key = links.keys[-1].encode()[:64]
    return f"reader-{hashlib.blake2s(reader.encode(), digest_size=6, key=hashlib.blake2s(key).digest()).hexdigest()}"


def send_note(
    connection: Connection, settings: Settings, links: Links, subscription: Subscription, text: str, purpose: str, now: datetime
) -> None:
    """Write a note with one link to an address of a subscription.

    Args:
        connection: of the caller's transaction.
        settings: the configuration.
        links: that write the link when the note is sent.
        subscription: what it is about.
        text: the address.
        purpose: confirm, change or rejoin.
        now: the present moment.

    Raises:
        AseanwatchError: too many notes were asked for.
    """
    recent = select(func.count()).select_from(deliveries.join(digests, digests.c.id == deliveries.c.digest_id))
    recent = recent.where((digests.c.kind == "note") & (digests.c.made > now - WITHIN))
    to_them = connection.scalar(recent.where(for_readers([text]))) or 0
    if purpose != "rejoin" and (to_them >= MOST_NOTES or (connection.scalar(recent) or 0) >= MOST_AT_ALL):
        raise AseanwatchError("too many mails were asked for; please try again tomorrow")
    rendered = _note(subscription, purpose)
    sheet = Sheet(
        subscription.name, "email", [text], now, now, rendered, "note", purpose=purpose, language=subscription.language
    )  # fmt: skip
    put(connection, settings.delivery, links, [sheet])


def _note(subscription: Subscription, purpose: str) -> Rendered:
    say = words(subscription.language)
    name = subscription.title or subscription.name
    subject, lines, button = {
        "confirm": (
            say.say("Please confirm your subscription"),
            [say.say("Somebody, hopefully you, asked for news of China–ASEAN cooperation at this address."),
             say.say("Nothing comes unless you confirm. If it was not you, do nothing.")],
            say.say("Confirm"),
        ),
        "change": (
            say.say("Change your subscription %(name)s", name=name),
            [say.say("With this link you can change, pause or end your subscription. It is good for two hours; do not pass it on."),
             say.say("If you did not ask for it, do nothing.")],
            say.say("Open the preferences"),
        ),
        "rejoin": (
            say.say("You get no more of %(name)s", name=name),
            [say.say("You were taken off this subscription, as was asked for with a link in one of its mails."),
             say.say("If that was a mistake, you can come back within 30 days.")],
            say.say("Subscribe again"),
        ),
    }[purpose]  # fmt: skip
    values = {"subject": subject, "lines": lines, "button": button, "link": PURPOSE}
    html = environment(subscription.language).get_template("note.html.j2").render(values)
    text = environment(subscription.language, False).get_template("note.txt.j2").render(values)
    return Rendered(subject, html, text)


def ask_for_link(connection: Connection, settings: Settings, links: Links, grant: Grant, now: datetime) -> None:
    """Who has a mail asks to change its subscription: the owner gets a link for that."""
    one = read_by(connection, settings, grant)
    send_note(connection, settings, links, one.subscription, grant.address, "change", now)


def read_by(connection: Connection, settings: Settings, grant: Grant) -> subscriptions.Known:
    """The subscription of a link, whose owner still reads it.

    Raises:
        AseanwatchError: it is gone, or its owner reads it no more.
    """
    one = subscriptions.named(connection, settings, grant.subscription)
    if not _reads(connection, one, grant.address):
        raise AseanwatchError("this address is no longer a reader of that subscription")
    return one


def _reads(connection: Connection, one: subscriptions.Known, address: str) -> bool:
    return canonical(address) in map(readable, subscriptions.readers_of(connection, one.subscription))


def leave(connection: Connection, settings: Settings, links: Links | None, grant: Grant, now: datetime) -> None:
    """The owner of an address wants no more. Doing it again changes nothing.

    A note says so and how to come back, where there are web pages to come back by.
    """
    one = next((k for k in subscriptions.known(connection, settings) if k.subscription.name == grant.subscription), None)
    if one is None or not _reads(connection, one, grant.address):
        return
    subscriptions.opt_out(connection, settings, grant.subscription, grant.address, now)
    if links is not None:
        send_note(connection, settings, links, one.subscription, grant.address, "rejoin", now)

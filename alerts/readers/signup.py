"""People who sign up themselves confirm it by mail (double opt-in), and change their subscription by links of their own.

A link in a digest proves only that a person saw the digest, which may have been forwarded. It therefore leads to a page that
sends a fresh link to the owner's address. That link is valid for two hours and opens the preferences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from alerts.delivery.outbox import OutboxItem, for_readers, put, reader_of
from alerts.delivery.personal import put_missed
from alerts.digests.marks import PURPOSE
from alerts.digests.render import Rendered, environment
from alerts.digests.wording import words
from alerts.identity.links import Grant, LinkError, Links
from alerts.subscriptions import reader_states, subscriptions
from alerts.subscriptions.addresses import canonical, plain, readable
from alerts.subscriptions.suppression import lift_unreached
from crawler.config.settings import Settings, Subscription
from crawler.judging.parties import Parties
from crawler.model import AseanwatchError, Phrase
from crawler.store.schema import deliveries, digests
from crawler.store.schema import subscriptions as table

MOST_LINKS, WITHIN = 6, timedelta(hours=24)
"""At most this many notes go to one address in this time, if a person who holds one of its mails asks for a link.

That is more than strangers can cause (`alerts.readers.signup_limits`), who could otherwise lock a reader out.
"""
CHOICES = (
    "topics",
    "except_topics",
    "languages",
    "countries",
    "asean_wide",
    "original_only",
    "when",
    "timezone",
    "language",
    "quiet",
    "days_off",
    "most",
    "least_score",
    "title",
)
"""The values of a subscription that its reader may choose."""


def sign_up(
    connection: Connection,
    settings: Settings,
    links: Links,
    text: str,
    choices: Mapping[str, Any],
    now: datetime,
) -> None:
    """Subscribe an address, and send its owner a note with a link to confirm.

    An address that is subscribed already gets a link to its preferences. The caller sees no difference, so that nobody can
    find out who reads.

    Raises:
        AseanwatchError: a value is not allowed.
    """
    spelled = plain(text)
    values = subscription_values(links, spelled, choices)
    name = values["name"]
    wanted = subscriptions.validated(settings, values)
    before = connection.execute(select(table).where(table.c.name == name)).first()
    if before is not None and before.confirmed:
        known = subscriptions.find_subscription(connection, settings, name).subscription
        # To the spelling that was confirmed
        send_note(connection, settings, links, known, known.to[0], "change", now)
        return
    if before is not None:
        # It waited to be confirmed. The newest choices count, and only the newest link works.
        subscriptions.remove(connection, settings, name)
    subscriptions.add(connection, settings, values, now, confirmed=False)
    send_note(connection, settings, links, wanted, spelled, "confirm", now)


def subscription_values(links: Links, text: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the subscription of an address, from what its reader chose."""
    own = {"name": _name(links, canonical(text)), "to": [text], "channel": "email"}
    return {**{k: v for k, v in choices.items() if k in CHOICES}, **own}


def _name(links: Links, reader: str) -> str:
    """The name of the subscription of an address. It is a keyed digest, so that nobody can tell the address from it."""
    # The oldest key: the name of a subscription must not change when a new secret is put before it.
    key = links.keys[-1].encode()[:64]
    return f"reader-{hashlib.blake2s(reader.encode(), digest_size=6, key=hashlib.blake2s(key).digest()).hexdigest()}"


def send_note(
    connection: Connection,
    settings: Settings,
    links: Links,
    subscription: Subscription,
    text: str,
    purpose: str,
    now: datetime,
) -> None:
    """Put a note with one link into the outbox.

    Args:
        connection: of the caller's transaction.
        settings: the configuration.
        links: that write the link when the note is sent.
        subscription: what it is about.
        text: the address.
        purpose: confirm, change or rejoin.
        now: the present moment.
    """
    rendered = _note(subscription, purpose, settings.parties.sides)
    item = OutboxItem(
        subscription=subscription.name,
        channel="email",
        recipients=[text],
        due=now,
        made=now,
        rendered=rendered,
        kind="note",
        purpose=purpose,
        language=subscription.language,
    )
    put(connection, settings.delivery, links, [item])


def _notes_to(connection: Connection, address: str, now: datetime) -> int:
    """The notes to one reader of the last day."""
    recent = select(deliveries.c.recipient).join(digests, digests.c.id == deliveries.c.digest_id)
    recent = recent.where(
        (digests.c.kind == "note") & (digests.c.made > now - WITHIN) & for_readers([address])
    )
    return sum(reader_of(recipient) == reader_of(address) for recipient in connection.scalars(recent))


def _note(subscription: Subscription, purpose: str, parties: Parties) -> Rendered:
    say = words(subscription.language)
    name = subscription.title or subscription.name
    subject, lines, button = {
        "confirm": (
            say.gettext("Please confirm your subscription"),
            [say.gettext("Somebody, hopefully you, asked for news of %(pair)s cooperation at this address.", pair=say.pair_of(parties)),
             say.gettext("Nothing comes unless you confirm. If it was not you, do nothing.")],
            say.gettext("Confirm"),
        ),
        "change": (
            say.gettext("Change your subscription %(name)s", name=name),
            [say.gettext("With this link you can change, pause or end your subscription. It is good for two hours; do not pass it on."),
             say.gettext("If you did not ask for it, do nothing.")],
            say.gettext("Open the preferences"),
        ),
        "rejoin": (
            say.gettext("You get no more of %(name)s", name=name),
            [say.gettext("You were taken off this subscription, as was asked for with a link in one of its mails."),
             say.gettext("If that was a mistake, you can come back within 30 days.")],
            say.gettext("Subscribe again"),
        ),
    }[purpose]  # fmt: skip
    values = {"subject": subject, "lines": lines, "button": button, "link": PURPOSE}
    html = environment(subscription.language).get_template("note.html.j2").render(values)
    text = environment(subscription.language, autoescape=False).get_template("note.txt.j2").render(values)
    return Rendered(subject, html, text)


def send_change_link(
    connection: Connection, settings: Settings, links: Links, grant: Grant, now: datetime
) -> None:
    """Send the owner of an address a link to the preferences, as a person who has one of its mails asked for.

    Raises:
        AseanwatchError: the link is revoked, or too many mails were asked for.
    """
    one = require_reader(connection, settings, grant)
    if _notes_to(connection, grant.address, now) >= MOST_LINKS:
        raise AseanwatchError(Phrase("too many mails were asked for; please try again tomorrow"))
    send_note(connection, settings, links, one.subscription, grant.address, "change", now)


def require_reader(
    connection: Connection, settings: Settings, grant: Grant
) -> subscriptions.SubscriptionRecord:
    """The subscription of a link, if the link is valid and its owner still reads the subscription.

    Raises:
        LinkError: the link was revoked.
        AseanwatchError: the subscription is gone, or the owner has left it.
    """
    require_valid_link(connection, grant)
    one = subscriptions.find_subscription(connection, settings, grant.subscription)
    if not _reads(connection, one, grant.address):
        raise AseanwatchError(Phrase("this address is no longer a reader of that subscription"))
    return one


def require_valid_link(connection: Connection, grant: Grant) -> None:
    """Check that a link is not revoked.

    Raises:
        LinkError: the reader left, came back, was removed or had the link renewed since it was written.
    """
    if not _is_valid(connection, grant):
        raise LinkError(Phrase("this link is not good any more; the newest mail has one that is"))


def _is_valid(connection: Connection, grant: Grant) -> bool:
    current = reader_states.feed_serial_of if grant.purpose == "feed" else reader_states.serial_of
    return grant.serial == current(connection, grant.subscription, grant.address)


def _reads(connection: Connection, one: subscriptions.SubscriptionRecord, address: str) -> bool:
    return canonical(address) in map(readable, subscriptions.load_recipients(connection, one.subscription))


def is_personal(one: subscriptions.SubscriptionRecord, address: str) -> bool:
    """Whether a subscription is the reader's own: it is not in config.yaml, and nobody else reads it."""
    return one.added and {readable(text) for text in one.subscription.to} == {canonical(address)}


def confirm(connection: Connection, settings: Settings, grant: Grant, now: datetime) -> None:
    """Confirm a sign-up by the link in its note. Confirming again changes nothing.

    Raises:
        LinkError: the address was signed up anew, or left, since the link was written.
        AseanwatchError: the subscription is gone.
    """
    require_valid_link(connection, grant)
    subscriptions.find_subscription(connection, settings, grant.subscription, include_unconfirmed=True)
    subscriptions.confirm(connection, grant.subscription, now)
    # The link has arrived, so the address takes mail again. Whoever complained stays suppressed.
    lift_unreached(connection, grant.address)


def rejoin(connection: Connection, settings: Settings, grant: Grant, now: datetime) -> None:
    """Bring a reader back who left, by the link in the note about that. The link works once.

    Raises:
        LinkError: the link was used, or the reader left again since.
        AseanwatchError: the subscription is gone, or does not name the reader any more.
    """
    require_valid_link(connection, grant)
    one = subscriptions.find_subscription(connection, settings, grant.subscription, include_unconfirmed=True)
    if canonical(grant.address) not in map(readable, one.subscription.to):
        raise AseanwatchError(Phrase("this address is no longer a reader of that subscription"))
    if not (one.confirmed and _reads(connection, one, grant.address)):
        subscriptions.opt_in(connection, grant.subscription, grant.address, now)


def pause(connection: Connection, settings: Settings, grant: Grant, now: datetime) -> None:
    """Pause a subscription for its reader. Others who read it still get it.

    Raises:
        AseanwatchError: the link is not valid.
    """
    one = require_reader(connection, settings, grant)
    if is_personal(one, grant.address):
        subscriptions.set_paused(connection, grant.subscription, paused=True)
    else:
        reader_states.pause(connection, grant.subscription, grant.address, now)


def resume(
    connection: Connection, settings: Settings, links: Links | None, grant: Grant, now: datetime
) -> None:
    """End a reader's pause, and send what was missed.

    Raises:
        AseanwatchError: the link is not valid.
    """
    one = require_reader(connection, settings, grant)
    if is_personal(one, grant.address):
        subscriptions.set_paused(connection, grant.subscription, paused=False)
    since = reader_states.resume(connection, grant.subscription, grant.address)
    if since is not None:
        put_missed(connection, settings, links, one.subscription, grant.address, since, now)


def leave(
    connection: Connection, settings: Settings, links: Links | None, grant: Grant, now: datetime
) -> None:
    """Send the owner of an address nothing more. Leaving again changes nothing.

    If there are web pages, a note confirms it and says how to come back.

    Raises:
        LinkError: the link was written before the reader left and came back.
    """
    name = grant.subscription
    one = next(iter(subscriptions.load_subscriptions(connection, settings, only=[name])), None)
    # Before the link is checked: a mail program may repeat its POST, and the answer 200 is true.
    if one is None or not _reads(connection, one, grant.address):
        return
    require_valid_link(connection, grant)
    subscriptions.opt_out(connection, settings, name, grant.address, now)
    if links is not None:
        send_note(connection, settings, links, one.subscription, grant.address, "rejoin", now)

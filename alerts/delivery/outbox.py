"""The outbox: deliveries are written together with their digest, and stay until they are sent, given up or dropped.

``status`` is pending, sent, failed (given up), dropped (by an operator), merged (its news came with a later message) or split
(its news is in several smaller messages).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from alerts.channels.failures import Failure
from alerts.delivery import breaker
from alerts.digests.addresses import address
from alerts.digests.digest import Digest
from alerts.digests.mail_tokens import Kind, return_path, token
from alerts.digests.message import (
    ListMail,
    OutgoingMessage,
    RenderedMessage,
    domain_of,
    list_label,
    whole,
)
from alerts.digests.packing import Body, bodies_of
from alerts.digests.render import Rendered
from alerts.identity.links import LinkError, Links
from alerts.subscriptions.addresses import once, readable
from alerts.subscriptions.reader_states import serials
from crawler.config.settings import DeliverySettings, Subscription
from crawler.model import AseanwatchError, Phrase
from crawler.store.schema import deliveries, digests

STATUSES = ("pending", "sent", "failed", "dropped", "merged", "split")


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message to be written into the outbox for one or more recipients.

    Attributes:
        subscription: whose.
        channel: by which way.
        recipients: one delivery is made for each.
        due: the moment that it is for; unique for the subscription (a later microsecond is taken where it is not).
        made: now.
        rendered: what is sent.
        kind: digest, personal (without what its readers declined), catch-up, part (of one that was split), test or note.
        digest: the plain values behind it, if it is a digest.
        covers: the digests that it stands for.
        purpose: of the one link that a note is about.
        references: earlier messages of the same story, for each reader (`reader_of`).
        language: of the frame, where there is no digest that says it.
    """

    subscription: str
    channel: str
    recipients: Sequence[str]
    due: datetime
    made: datetime
    rendered: Rendered
    kind: str = "digest"
    digest: Digest | None = None
    covers: Sequence[int] = ()
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    purpose: str = "manage"
    language: str = "en"


@cache
def _values() -> TypeAdapter[Digest]:
    return TypeAdapter(Digest)


def put(
    connection: Connection, delivery: DeliverySettings, links: Links | None, items: Sequence[OutboxItem]
) -> list[int]:
    """Write messages with their deliveries, in the caller's transaction; gives the digests' numbers."""
    if not items:
        return []
    moments = _free(connection, items)
    # Public URL and key as of now: the message can be
    # rebuilt byte for byte after both have changed.
    wrote = {"public_url": links.public_url, "key": links.key_id} if links else None
    values = [
        {
            "subscription": item.subscription, "due": due, "made": item.made, "kind": item.kind, "covers": list(item.covers),
            "subject": item.rendered.subject, "html": item.rendered.html, "text": item.rendered.text,
            # The plain values too: splits, webhooks, chats and feeds are made of them.
            "content": _values().dump_json(item.digest).decode() if item.digest else None,
            "envelope": {
                "from": delivery.sender, "language": item.digest.language if item.digest else item.language,
                # A mailto in List-Unsubscribe is a promise. It
                # is made only where something reads the answers.
                "purpose": item.purpose, "links": wrote, "list_mail": return_path(delivery) if delivery.bounces else None,
                "references": {
                    r: list(whole(earlier)) for r in item.recipients if (earlier := item.references.get(reader_of(r)))
                },
            },
        }
        for item, due in zip(items, moments, strict=True)
    ]  # fmt: skip
    # Without the option the database may return the ids in
    # any order, and readers would get the digests of others.
    statement = insert(digests).returning(digests.c.id, sort_by_parameter_order=True)
    numbers = list(connection.scalars(statement, values))
    readers = {(item.subscription, reader_of(r)) for item in items for r in item.recipients}
    # The reader's serial as of now: whoever leaves gets
    # another, which ends the links of this message.
    present = serials(connection, readers) if links else {}
    rows = [
        _new_delivery(delivery, number, item.channel, recipient, item.made)
        | {"serial": present.get((item.subscription, reader_of(recipient)), 0)}
        for number, item in zip(numbers, items, strict=True)
        # Two spellings of one address would both fit the
        # unique key, and the reader would get two mails.
        for recipient in once(item.recipients)
    ]
    if rows:
        connection.execute(insert(deliveries), rows)
    return numbers


def _new_delivery(
    delivery: DeliverySettings, number: int, channel: str, recipient: str, now: datetime
) -> dict[str, Any]:
    return {
        "digest_id": number, "channel": channel, "recipient": recipient, "domain": domain_of(recipient), "status": "pending",
        "attempts": 0, "next_try": now, "in_doubt": False, "message_id": new_message_id(delivery), "reader": readable(recipient),
    }  # fmt: skip


def missed_by(
    connection: Connection,
    delivery: DeliverySettings,
    one: Subscription,
    recipient: str,
    since: datetime,
    now: datetime,
) -> list[int]:
    """The digests that other readers of a subscription got meanwhile and one reader did not, by number."""
    missed = (digests.c.subscription == one.name) & (digests.c.kind == "digest")
    missed &= digests.c.made >= max(since, now - delivery.catch_up)
    # What this reader has a delivery of, in whatever state, is not delivered a second time.
    had = select(deliveries.c.digest_id).where(for_readers([recipient]))
    return list(
        connection.scalars(
            select(digests.c.id).where(missed, digests.c.id.not_in(had)).order_by(digests.c.id)
        )
    )


def deliver_also(
    connection: Connection,
    delivery: DeliverySettings,
    one: Subscription,
    recipient: str,
    numbers: Sequence[int],
    now: datetime,
) -> None:
    """Deliver digests that are in the outbox already to one more reader; several become one message when they are sent."""
    serial = serials(connection, [(one.name, reader_of(recipient))])[one.name, reader_of(recipient)]
    rows = [
        _new_delivery(delivery, number, one.channel, recipient, now) | {"serial": serial}
        for number in numbers
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def _free(connection: Connection, items: Sequence[OutboxItem]) -> list[datetime]:
    """For each message a due moment that no other message of its subscription has."""
    either = or_(*((digests.c.subscription == s.subscription) & (digests.c.due >= s.due) for s in items))
    taken = {
        (name, due)
        for name, due in connection.execute(select(digests.c.subscription, digests.c.due).where(either))
    }
    found = []
    for item in items:
        due = item.due
        # (subscription, due) is unique, so that a period has one digest. Notes, tests
        # and parts share the moment of another message; a microsecond more harms nobody.
        while (item.subscription, due) in taken:
            due += timedelta(microseconds=1)
        taken.add((item.subscription, due))
        found.append(due)
    return found


def new_message_id(delivery: DeliverySettings) -> str:
    """A Message-ID for one recipient (RFC 5322, 3.6.4), which the delivery keeps.

    It is random: who knows it has seen that one mail, so that a bounce that quotes it can speak for that recipient and for
    nobody else who got the same digest.
    """
    return f"<{secrets.token_hex(12)}@{domain_of(delivery.sender)}>"


def is_guessable(message_id: str, subscription: str, due: datetime, recipient: str) -> bool:
    """Whether a Message-ID is of a former version: whoever knew digest and recipient could compute those."""
    # How versions before random ids derived them: such an id proves nothing about who quotes it.
    seed = f"{subscription}|{due.isoformat()}|{recipient}".encode()
    former = hashlib.blake2b(seed, digest_size=12).hexdigest()
    return message_id.strip("<>").partition("@")[0] == former


def values_of(content: str | None) -> Digest | None:
    """The digest whose plain values are stored; None if it has none."""
    return _values().validate_json(content) if content else None


def digest_of(connection: Connection, number: int) -> Digest | None:
    """The plain values of a digest by its number; None if there is no such digest, or it has none."""
    row = connection.execute(select(digests).where(digests.c.id == number)).first()
    body = bodies_of(connection, [row]).get(number) if row is not None else None
    return values_of(body.content) if body is not None else None


def latest_of(connection: Connection, subscription: str, limit: int) -> list[tuple[int, str, datetime]]:
    """The latest digests of a subscription: number, subject, when due."""
    mine = select(digests.c.id, digests.c.subject, digests.c.due).where(
        digests.c.subscription == subscription, digests.c.kind == "digest"
    )
    return [
        (r.id, r.subject, r.due) for r in connection.execute(mine.order_by(digests.c.id.desc()).limit(limit))
    ]


def message_of(
    connection: Connection, number: int, links: Links | None, keys: Sequence[str] = ()
) -> RenderedMessage:
    """A stored digest as a message, with the links that it had then.

    Args:
        connection: to the store.
        number: of the digest.
        links: of the service, None if it has none.
        keys: sign the token of ``List-Unsubscribe``.

    Raises:
        LinkError: the key that signed its links is gone.
        AseanwatchError: there is no digest of that number, or it is older than storage.keep.
    """
    found = messages_of(connection, [number], links, keys)
    if number not in found:
        known = connection.scalar(select(digests.c.id).where(digests.c.id == number))
        if known is not None:
            raise AseanwatchError(f"what digest {number} said is kept no longer; storage.keep says how long")
        raise AseanwatchError(f"there is no digest {number}; aseanwatch digests list shows them")
    message = found[number]
    if isinstance(message, LinkError):
        raise message
    return message


def messages_of(
    connection: Connection, numbers: Collection[int], links: Links | None, keys: Sequence[str] = ()
) -> dict[int, RenderedMessage | LinkError]:
    """Stored digests as messages, by their numbers; an error if the key of its links is gone.

    Those that are kept no longer are left out.
    """
    rows = connection.execute(select(digests).where(digests.c.id.in_(sorted(numbers)))).all()
    bodies = bodies_of(connection, rows)
    found: dict[int, RenderedMessage | LinkError] = {}
    for row in rows:
        try:
            if row.id in bodies:
                found[row.id] = _message(row, bodies[row.id], links, keys)
        except LinkError as error:
            found[row.id] = error
    return found


def _message(row: Any, body: Body, links: Links | None, keys: Sequence[str]) -> RenderedMessage:
    envelope = row.envelope
    wrote = envelope.get("links")
    # Links as they were written then: the URL and the one key of that time, not those in force now.
    own = Links(wrote["public_url"], links.with_key(wrote["key"]).keys) if wrote and links else None
    # Always the same one, so that a mail that is made again is the same
    keys = own.keys[:1] if own else keys[-1:]
    return RenderedMessage(
        subscription=row.subscription, sender=envelope.get("from", ""), made=row.made,
        rendered=Rendered(row.subject, body.html, body.text), kind=row.kind, language=envelope.get("language", "en"),
        values=body.content, links=own, number=row.id, purpose=envelope.get("purpose", "manage"),
        references=envelope.get("references", {}), list_mail=_list_mail(row, envelope, keys),
    )  # fmt: skip


def _list_mail(row: Any, envelope: Mapping[str, Any], keys: Sequence[str]) -> ListMail | None:
    if "list_mail" not in envelope:  # of an older version, where it was the same for all readers
        label = list_label(row.subscription)
        return ListMail(address(envelope.get("from", "")).addr_spec, lambda identity: f"unsubscribe {label}")
    to = envelope["list_mail"]
    return ListMail(to, partial(_unsubscribing, keys[0])) if to and keys else None


def _unsubscribing(key: str, identity: str) -> str:
    """The subject of a mail that unsubscribes."""
    return f"unsubscribe {token(Kind.UNSUBSCRIBE, key, identity)}"


def outgoing_of(row: Any, message: RenderedMessage, return_to: str | None = None) -> OutgoingMessage:
    """A stored delivery as a channel delivers it; ``return_to`` is its own return path if it has one."""
    return OutgoingMessage(
        row.message_id,
        row.recipient,
        message,
        tuple(message.references.get(row.recipient, ())),
        return_to,
        row.serial,
    )


_ROW = (
    deliveries.c.id, deliveries.c.digest_id, deliveries.c.channel, deliveries.c.recipient, deliveries.c.message_id, deliveries.c.domain,
    deliveries.c.status, deliveries.c.attempts, deliveries.c.next_try, deliveries.c.sent, deliveries.c.error, deliveries.c.failure,
    deliveries.c.first_try, deliveries.c.in_doubt, deliveries.c.merged_into, deliveries.c.serial, digests.c.subscription, digests.c.kind, digests.c.due,
    digests.c.made, digests.c.subject,
)  # fmt: skip


def pending(
    connection: Connection, channel: str, now: datetime, limit: int, throttled: Collection[str] = ()
) -> list[Row[Any]]:
    """Deliveries of a channel that are due, in the order of their time; none to the domains in ``throttled``."""
    wanted = (
        (deliveries.c.status == "pending")
        & (deliveries.c.channel == channel)
        & (deliveries.c.next_try <= now)
    )
    # The server has accepted it already, and only the mark ``sent``
    # is missing: sending it again is just what the journal prevents.
    wanted &= deliveries.c.accepted.is_(None)
    if throttled:
        wanted &= deliveries.c.domain.not_in(sorted(throttled))
    return list(
        connection.execute(
            _joined().where(wanted).order_by(deliveries.c.next_try, deliveries.c.id).limit(limit)
        )
    )


def waiting_for(connection: Connection, channel: str, recipients: Collection[str]) -> list[Row[Any]]:
    """All deliveries of a channel that wait for some recipients, due or not, in the order in which they were made."""
    wanted = (deliveries.c.status == "pending") & (deliveries.c.channel == channel) & for_readers(recipients)
    # The condition also finds others of the same domain among rows of older versions.
    theirs = {reader_of(r) for r in recipients}
    return [
        r
        for r in connection.execute(_joined().where(wanted).order_by(deliveries.c.id))
        if reader_of(r.recipient) in theirs
    ]


def reader_of(recipient: str) -> str:
    """The reader of a recipient's address, however it is spelled."""
    # A channel without addresses has a made-up recipient, which stands for itself.
    return readable(recipient) or recipient


def for_readers(recipients: Collection[str]) -> ColumnElement[bool]:
    """The deliveries to some readers, as a condition.

    Rows of older versions do not say whose they are. Of those the condition finds all with the same
    domains, so the caller must compare each with `reader_of`.
    """
    readers = sorted({reader_of(r) for r in recipients})
    domains = sorted({domain_of(r) for r in recipients})
    return deliveries.c.reader.in_(readers) | (
        deliveries.c.reader.is_(None) & deliveries.c.domain.in_(domains)
    )


def waiting_channels(connection: Connection, now: datetime) -> dict[str, int]:
    """How many deliveries are due for each channel."""
    due = (deliveries.c.status == "pending") & (deliveries.c.next_try <= now)
    rows = connection.execute(
        select(deliveries.c.channel, func.count()).where(due).group_by(deliveries.c.channel)
    )
    return {channel: number for channel, number in rows}


def _joined() -> Any:
    return select(*_ROW).join(digests, digests.c.id == deliveries.c.digest_id)


def listed(
    connection: Connection,
    status: str | None = None,
    limit: int = 50,
    *,
    subscription: str | None = None,
    digest: int | None = None,
) -> list[dict[str, Any]]:
    """The deliveries, the latest first; only those in a state, of a subscription, of a digest."""
    chosen = _joined().where(*_chosen(status, subscription, digest)).order_by(deliveries.c.id.desc())
    return [dict(row._mapping) for row in connection.execute(chosen.limit(limit))]


def count(
    connection: Connection,
    status: str | None = None,
    *,
    subscription: str | None = None,
    digest: int | None = None,
) -> int:
    """How many deliveries `listed` would give without a limit."""
    joined = select(func.count()).select_from(
        deliveries.join(digests, digests.c.id == deliveries.c.digest_id)
    )
    return int(connection.scalar(joined.where(*_chosen(status, subscription, digest))) or 0)


def _chosen(status: str | None, subscription: str | None, digest: int | None) -> list[ColumnElement[bool]]:
    """The conditions of a list: only those in a state, of a subscription, of a digest."""
    wanted = [
        (deliveries.c.status, status),
        (digests.c.subscription, subscription),
        (deliveries.c.digest_id, digest),
    ]
    return [column == value for column, value in wanted if value]


def find(connection: Connection, number: int) -> Row[Any]:
    """One delivery with its digest.

    Raises:
        AseanwatchError: there is none of that number.
    """
    row: Row[Any] | None = connection.execute(_joined().where(deliveries.c.id == number)).first()
    if row is None:
        raise AseanwatchError(
            Phrase(
                "there is no delivery %(number)s; aseanwatch deliveries list shows them", number=str(number)
            )
        )
    return row


def of_digest(connection: Connection, number: int) -> list[Row[Any]]:
    """The deliveries of a digest, in the order in which they were made."""
    return list(connection.execute(_joined().where(digests.c.id == number).order_by(deliveries.c.id)))


def retry(connection: Connection, number: int | None, now: datetime) -> int:
    """Make a delivery that was given up or dropped (without a number: all that were given up) pending again; gives how many.

    A channel that was switched off is tried again with it, since an operator has decided.
    """
    if number is None:
        wanted = deliveries.c.status == "failed"
    else:
        wanted = deliveries.c.status.in_(("failed", "dropped")) & (deliveries.c.id == number)
    for state in breaker.states(connection):
        # Nothing is sent on a channel that is off: the delivery would stay pending without a word.
        if state.switched_off and number in (None, *connection.scalars(_numbers_of(state.channel))):
            resume(connection, state.channel, now)
    return int(connection.execute(update(deliveries).where(wanted).values(**_again(now))).rowcount)


def _numbers_of(channel: str) -> Select[tuple[int]]:
    return select(deliveries.c.id).where(deliveries.c.channel == channel, deliveries.c.status != "sent")


def resume(connection: Connection, channel: str, now: datetime) -> int:
    """Try a channel again at once, with all that waits for it and all that it refused lately.

    Returns:
        How many deliveries wait for it.
    """
    breaker.reset(connection, channel)
    refused = refused_since_taken(channel, last_taken(connection, channel))
    connection.execute(
        update(deliveries).where(refused & (deliveries.c.status == "failed")).values(**_again(now))
    )
    waiting = (deliveries.c.channel == channel) & (deliveries.c.status == "pending")
    return int(connection.execute(update(deliveries).where(waiting).values(next_try=now)).rowcount)


def last_taken(connection: Connection, channel: str) -> datetime | None:
    """When a channel last took a message."""
    # ``accepted`` is set until the journal is flushed. What was accepted a moment ago must count.
    when = func.max(func.coalesce(deliveries.c.accepted, deliveries.c.sent))
    found: datetime | None = connection.scalar(select(when).where(deliveries.c.channel == channel))
    return found


def refused_since_taken(channel: str, taken: datetime | None) -> ColumnElement[bool]:
    """The messages that a channel refused after a moment, as a condition: given up, or split."""
    refused = (deliveries.c.channel == channel) & deliveries.c.failure.in_(
        (Failure.REJECTED, Failure.TOO_LARGE)
    )
    refused &= deliveries.c.status.in_(("failed", "split"))
    # The next attempt of what was given up or split is the moment at which it was refused.
    return refused if taken is None else refused & (deliveries.c.next_try > taken)


def _again(now: datetime) -> dict[str, Any]:
    # A fresh start: with the old age and attempts it would be given up again at the first failure.
    return {"status": "pending", "attempts": 0, "next_try": now, "first_try": None, "failure": None}


def drop(connection: Connection, number: int) -> None:
    """Never send a delivery that is still pending or was given up.

    Raises:
        AseanwatchError: there is none of that number, or it was sent.
    """
    # Asked within the update: a delivery that was sent meanwhile must not count as dropped.
    wanted = (deliveries.c.id == number) & deliveries.c.status.in_(("pending", "failed"))
    if not connection.execute(update(deliveries).where(wanted).values(status="dropped")).rowcount:
        raise AseanwatchError(f"delivery {number} cannot be dropped: it is {find(connection, number).status}")


def counts(connection: Connection) -> dict[str, int]:
    """How many deliveries there are of each status."""
    rows = connection.execute(select(deliveries.c.status, func.count()).group_by(deliveries.c.status))
    return {status: number for status, number in rows}

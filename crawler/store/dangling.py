"""Names in the store that the configuration no longer has: of topics, sources and channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from crawler.config.settings import Settings
from crawler.store.schema import article_topics, deliveries, subscriptions


@dataclass(frozen=True, slots=True)
class DanglingName:
    """One such name: its ``kind`` (topic, source or channel) and who uses it.

    ``subscription`` is the stored subscription that names it. Else ``count`` articles (of a topic) or deliveries that
    wait (of a channel) do.
    """

    kind: str
    name: str
    subscription: str | None = None
    count: int = 1

    @property
    def message(self) -> str:
        """What is the matter and what can be done about it."""
        gone = f"{self.kind} {self.name}, which the configuration does not have"
        if self.subscription is not None:
            return f"the subscription {self.subscription} names the {gone}; change it in the console, or remove it and add it anew"
        if self.kind == "topic":
            return f"{self.count} stored articles match the {gone}, and it counts for nothing; judge them again: aseanwatch rejudge"
        return f"{self.count} deliveries wait for the {gone}; put it back, or drop them: aseanwatch deliveries drop"


def dangling_names(connection: Connection, settings: Settings) -> list[DanglingName]:
    """All names in stored verdicts, subscriptions and the outbox that the configuration does not have."""
    found = [
        *_of_verdicts(connection, settings),
        *_of_subscriptions(connection, settings),
        *_of_outbox(connection, settings),
    ]
    return sorted(found, key=lambda d: (d.kind, d.name, d.subscription or ""))


def _of_verdicts(connection: Connection, settings: Settings) -> Iterator[DanglingName]:
    topic = article_topics.c.topic
    statement = (
        select(topic, func.count().label("articles"))
        .where(topic.not_in(list(settings.topics)))
        .group_by(topic)
    )
    for row in connection.execute(statement):
        yield DanglingName("topic", row.topic, count=row.articles)


def _of_subscriptions(connection: Connection, settings: Settings) -> Iterator[DanglingName]:
    """What operators and readers wrote; config.yaml's own subscriptions are checked with the file."""
    own = {s.name for s in settings.subscriptions}
    known: tuple[tuple[str, str, Collection[str]], ...] = (
        ("topic", "topics", settings.topics),
        ("source", "sources", {s.name for s in settings.sources}),
    )
    for row in connection.execute(select(subscriptions.c.name, subscriptions.c.added)):
        # Rows without `added` are those of config.yaml; the store keeps only their state.
        if row.name in own or not row.added:
            continue
        for kind, key, names in known:
            yield from (DanglingName(kind, n, row.name) for n in row.added.get(key) or () if n not in names)
        channel = row.added.get("channel", "email")
        if channel not in _channels(settings):
            yield DanglingName("channel", channel, row.name)


def _of_outbox(connection: Connection, settings: Settings) -> Iterator[DanglingName]:
    channel = deliveries.c.channel
    waiting = (deliveries.c.status == "pending") & channel.not_in(list(_channels(settings)))
    statement = select(channel, func.count().label("deliveries")).where(waiting).group_by(channel)
    for row in connection.execute(statement):
        yield DanglingName("channel", row.channel, count=row.deliveries)


def _channels(settings: Settings) -> Collection[str]:
    # Mail needs no entry in delivery.channels.
    return {"email", *settings.delivery.channels}

"""Finds what speaks against a change of topics or term sets: failing examples, lost pinned stories, what depends on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crawler.analysis.examples import broken_examples, example_article
from crawler.analysis.history import past_article_of
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.judging.queries.query import parse, term_sets_of
from crawler.judging.text.terms import REFERENCE
from crawler.model import Phrase
from crawler.store import stories
from crawler.store.schema import subscriptions


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that speaks against a change. ``kind`` is example, pinned or dependent; ``text`` says which and why."""

    kind: str
    text: str


def seal(found: Sequence[Objection]) -> str:
    """A digest of objections. A form that sends it back proves that the person has seen exactly these."""
    said = "\n".join(f"{o.kind} {o.text}" for o in found)
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def objections(
    connection: Connection, old: Settings, new: Settings, section: str, name: str
) -> list[Objection]:
    """What speaks against replacing a configuration by another.

    Args:
        connection: a connection to the store.
        old: the configuration in force.
        new: what it would be.
        section: ``topics`` or ``terms``.
        name: the entry that is changed, or taken out if the new configuration does not have it.
    """
    judges = Judge(old.rules()), Judge(new.rules())
    found = [
        Objection("example", text) for text in _broken(old, new, judges, name if section == "topics" else "")
    ]
    for story, note in pinned_lost(connection, *judges).items():
        found.append(Objection("pinned", f"{story}: {note}" if note else str(story)))
    if name not in getattr(new, section):
        found += [Objection("dependent", text) for text in dependents(connection, old, section, name)]
    return found


def _broken(old: Settings, new: Settings, judges: tuple[Judge, Judge], own: str) -> Iterator[str]:
    """The examples that fail by the new rules: all of the changed topic, and those of other topics that held before."""
    # Examples of other topics that failed before are not the fault of this change.
    before = {(key[1], key[3], _example(old, key)) for key, _ in _failing(old, judges[0])}
    for key, message in _failing(new, judges[1]):
        text = _example(new, key)
        if key[1] == own or (key[1], key[3], text) not in before:
            yield f"{key[1]}: {text}: {message}"


def _failing(settings: Settings, judge: Judge) -> list[tuple[tuple[str | int, ...], str]]:
    return list(broken_examples(settings, judge, lambda text: example_article(text, settings)))


def _example(settings: Settings, key: Sequence[str | int]) -> str:
    examples = settings.topics[str(key[1])].examples
    return (examples.match if key[3] == "match" else examples.no_match)[int(key[4])]


def pinned_lost(connection: Connection, old: Judge, new: Judge) -> dict[int, str]:
    """The pinned stories, with their notes, that matched a topic by the old rules and match none by the new ones."""
    pins = stories.pinned(connection)
    members = stories.members(connection, list(pins))
    lost = {}
    for story, note in pins.items():
        reports = [past_article_of(row).article for row in members.get(story, ())]
        if any(old.classify_without_features(r).topics for r in reports) and not any(
            new.classify_without_features(r).topics for r in reports
        ):
            lost[story] = note
    return lost


def dependents(connection: Connection, settings: Settings, section: str, name: str) -> list[str]:
    """Who names a topic or a term set: subscriptions, queries, other sets, the rule of relevance."""
    if section == "topics":
        return [*_subscribed(connection, settings, name)]
    return [*_reading(settings, name)]


def _subscribed(connection: Connection, settings: Settings, name: str) -> Iterator[str]:
    own = {s.name for s in settings.subscriptions}
    yield from (
        Phrase("subscription %(name)s (config.yaml)", name=s.name)
        for s in settings.subscriptions
        if name in (*s.topics, *s.except_topics)
    )
    for row in connection.execute(
        select(subscriptions.c.name, subscriptions.c.added).order_by(subscriptions.c.name)
    ):
        if row.added and row.name not in own and name in (row.added.get("topics") or ()):
            yield Phrase("subscription %(name)s", name=row.name)


def _reading(settings: Settings, name: str) -> Iterator[str]:
    yield from (
        Phrase("topic %(name)s", name=n)
        for n, t in settings.topics.items()
        if name in term_sets_of(parse(t.query))
    )
    for other, spellings in settings.terms.items():
        references = (REFERENCE.match(s) for of_lang in spellings.values() for s in of_lang)
        if any(r is not None and r[1] == name for r in references):
            yield Phrase("term set %(name)s", name=other)
    for key, value in settings.relevance.model_dump().items():
        if value == name or (isinstance(value, list | tuple) and name in value):
            yield f"relevance.{key}"

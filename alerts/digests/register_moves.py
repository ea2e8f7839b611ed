"""What moved in the register in a period, for the weekly digest of a subscription: new bases, and bases that reached a stage."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from alerts.digests.digest import RegisterItem
from alerts.digests.excerpt import excerpt
from alerts.digests.machine_made import SaidText, machine_languages, made_for, read_languages
from alerts.digests.wording import words
from crawler.config.settings import Settings, Subscription
from crawler.judging.places.concerned import names_one_of
from crawler.store.articles import topics_of
from crawler.store.asean_wide import concerning_all
from crawler.store.base_listing import ListedBase, StageStep, listed, tellers_of
from crawler.store.imports import is_history, is_listed
from crawler.store.schema import articles, base_articles, bases

MOST_MOVES = 12
"""Lines of the section; the latest are shown."""
NAME, SENTENCE = 200, 240
"""Characters that are shown."""


class _Move(NamedTuple):
    base: ListedBase
    step: StageStep
    before: str | None
    day: date


def register_moves(
    connection: Connection, settings: Settings, subscription: Subscription, start: datetime, end: datetime
) -> tuple[RegisterItem, ...]:
    """What a subscription's readers are told of the register, the latest act first; nothing unless it is weekly.

    A move belongs to the period in which we first knew of it, so that each comes once. What happened long before is no
    move of this week: it came with an archive.

    Args:
        connection: a connection that reads.
        settings: the configuration.
        subscription: whose filters of countries and topics count here too.
        start: the beginning of the period.
        end: its end.
    """
    if subscription.when.weekday is None:
        return ()
    zone = ZoneInfo(settings.zone_of(subscription))
    known = _known_within(connection, start, end)
    earliest = (start - settings.fresh_for(subscription)).astimezone(zone).date()
    found = [m for m in _moves(connection, known, zone) if m.day >= earliest]
    mine = sorted(
        _asked_for(connection, subscription, found), key=lambda m: (m.day, m.base.key), reverse=True
    )
    return _items(connection, settings, subscription, mine[:MOST_MOVES])


def _known_within(connection: Connection, start: datetime, end: datetime) -> dict[int, set[str]]:
    """The articles that were stored in a period and prove bases, with the keys of these."""
    stored = (articles.c.first_seen > start) & (articles.c.first_seen <= end) & ~is_history() & ~is_listed()
    # What an archive had before is known to readers from when a source listed it.
    within = stored | ((articles.c.listed > start) & (articles.c.listed <= end) & is_listed())
    rows = (
        select(articles.c.id, bases.c.key)
        .join(base_articles, base_articles.c.article_id == articles.c.id)
        .join(bases, bases.c.id == base_articles.c.base_id)
        .where(within)
    )
    found: dict[int, set[str]] = {}
    for row in connection.execute(rows):
        found.setdefault(row.id, set()).add(row.key)
    return found


def _moves(connection: Connection, known: dict[int, set[str]], zone: ZoneInfo) -> Iterable[_Move]:
    """The stages that only articles of the period tell."""
    keys = {key for of_article in known.values() for key in of_article}
    for base in listed(connection, keys) if keys else ():
        before = None
        for step in base.steps:
            day = step.day_in(zone)
            if day is not None and all(telling.article in known for telling in step.tellings):
                yield _Move(base, step, before, day)
            before = step.stage


def _asked_for(
    connection: Connection, subscription: Subscription, moves: Collection[_Move]
) -> Iterable[_Move]:
    """The moves that pass the subscription's filters of countries and topics."""
    of_all = concerning_all(connection, sorted({m.step.story for m in moves if m.step.story is not None}))
    topics = topics_of(connection, [t.article for m in moves for t in m.step.tellings])
    wanted = subscription.countries
    for move in moves:
        matched = {topic["name"] for t in move.step.tellings for topic in topics.get(t.article, ())}
        concerns = (
            not wanted
            or names_one_of(wanted, frozenset(move.base.countries))
            or (subscription.asean_wide and move.step.story in of_all)
        )
        if concerns and (not subscription.topics or not matched.isdisjoint(subscription.topics)):
            yield move


def _items(
    connection: Connection, settings: Settings, subscription: Subscription, moves: Collection[_Move]
) -> tuple[RegisterItem, ...]:
    reading = tuple(dict.fromkeys((*read_languages(subscription), "en")))
    languages = machine_languages(settings, subscription)
    proofs = {id(m): m.step.proof_for(reading) for m in moves}
    tellers = tellers_of(connection, (proof.article for proof in proofs.values()))
    names = {id(m): m.base.name_for(reading) for m in moves}
    passages = [
        *(SaidText(*names[id(m)], _article_of(m.base, names[id(m)].lang)) for m in moves),
        *(SaidText(p.sentence, p.lang, p.article) for p in proofs.values()),
    ]
    machine = made_for(connection, settings, languages, texts=passages)
    found = []
    for move in moves:
        proof, name = proofs[id(move)], names[id(move)]
        found.append(
            RegisterItem(
                key=move.base.key,
                name=words(subscription.language).name(excerpt(name.text, NAME)),
                lang=name.lang,
                stage=move.step.stage,
                before=move.before,
                day=move.day.isoformat(),
                cities=move.base.cities,
                story=move.step.story,
                sentence=excerpt(proof.sentence, SENTENCE),
                sentence_lang=proof.lang,
                outlet=excerpt(tellers[proof.article].outlet, 80),
                url=tellers[proof.article].url,
                machine_name=machine.words(name.text, name.lang, NAME),
                sentence_translation=machine.words(proof.sentence, proof.lang, SENTENCE),
            )
        )
    return tuple(found)


def _article_of(base: ListedBase, lang: str) -> int | None:
    """The article that has the name of a base in a language; None for one that an operator wrote."""
    origin = base.origins.get(lang)
    return origin.article if origin is not None else None

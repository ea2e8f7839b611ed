"""Enters what articles say into the register of bases: one row for each base, and the articles that prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.fields import Fields, fields_of_base, related_kinds
from crawler.judging.bases.name_origins import OPERATOR, NameOrigin, shown_name
from crawler.judging.bases.register import BaseSummary, summarise
from crawler.judging.bases.sameness import KnownBase, same_base
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.event_places import meet
from crawler.model import BaseMention
from crawler.store.base_proofs import FACTS, Naming, create_base, namings_of, own_names_of, proofs_of
from crawler.store.bases import key_of
from crawler.store.bulk import chunks
from crawler.store.schema import articles, base_aliases, base_articles, bases
from crawler.store.upserts import upsert


def record_mention(
    connection: Connection,
    mention: BaseMention,
    article_id: int,
    story_id: int,
    seen: datetime,
    lang: str,
    former: int | None = None,
    parties: Parties = CHINA_ASEAN,
) -> int | None:
    """Enter what one article says of a base. Returns the base's id, or None for progress of an unknown base.

    Args:
        connection: a connection that writes.
        mention: what the article says.
        article_id: the article.
        story_id: its story.
        seen: when the article was first seen.
        lang: its language.
        former: the base that it proved before it was judged again.
        parties: between whom the cooperation is.
    """
    base_id = _pinned_base(connection, article_id)
    if base_id is None:
        base_id = _matching_base(connection, mention, article_id, story_id, lang, parties)
    if base_id is None:
        # "The park has 50 tenants now" shows no base of cooperation: nobody reported that one
        # begins.
        if not mention.is_new:
            return None
        # Judging again takes all proofs away before it enters them anew: the base must come back
        # under its old key.
        base_id = _base_without_proofs(connection, mention.key, former)
        if base_id is None:
            base_id = create_base(connection, mention, story_id, seen)
    proof = {"base_id": base_id, "article_id": article_id} | {f: _plain(getattr(mention, f)) for f in FACTS}
    connection.execute(upsert(connection, base_articles, proof, ["base_id", "article_id"], list(FACTS)))
    refresh_base(connection, base_id)
    return base_id


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _pinned_base(connection: Connection, article_id: int) -> int | None:
    """The base to which an operator moved an article's proof."""
    mine = (base_articles.c.article_id == article_id) & base_articles.c.pinned
    return connection.scalar(select(base_articles.c.base_id).where(mine))


def _matching_base(
    connection: Connection,
    mention: BaseMention,
    article_id: int,
    story_id: int,
    lang: str,
    parties: Parties,
) -> int | None:
    """The base of the register that a mention most likely speaks of; of equals the oldest."""
    when = connection.scalar(select(articles.c.when).where(articles.c.id == article_id))
    known = _candidates(connection, mention, story_id, parties)
    scores = {k.id: same_base(mention, lang, story_id, k, when) for k in known}
    return _best(scores)


def _best(scores: Mapping[int, float]) -> int | None:
    """The id with the highest score above 0; of equals the lowest id, which is the oldest base."""
    best = max(scores, key=lambda number: (scores[number], -number), default=None)
    return best if best is not None and scores[best] > 0 else None


def _base_without_proofs(connection: Connection, key: str, former: int | None) -> int | None:
    """A base that lost all its proofs because it is being judged again: the former one, or one under the key."""
    proved = select(base_articles.c.base_id)
    mine = (bases.c.id == former) | (bases.c.key == key) | bases.c.key.startswith(f"{key}-", autoescape=True)
    found = (
        select(bases.c.id).where(mine & bases.c.id.not_in(proved)).order_by(bases.c.id != former, bases.c.id)
    )
    return connection.scalar(found)


def _candidates(
    connection: Connection, mention: BaseMention, story_id: int, parties: Parties
) -> list[KnownBase]:
    """Bases of the same kind or one that is called so, too, of the same story, or under the same key."""
    of_story = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
    of_key = select(base_aliases.c.base_id).where(base_aliases.c.key == mention.key)
    close = bases.c.id.in_(of_story.where(articles.c.story_id == story_id)) | bases.c.id.in_(of_key)
    columns = (
        bases.c.id,
        bases.c.kind,
        bases.c.stage,
        bases.c.cities,
        bases.c.countries,
        close.label("close"),
    )
    rows = connection.execute(
        select(*columns).where(bases.c.kind.in_(sorted(related_kinds(mention.kind))) | close)
    ).all()
    cities = set(mention.cities)
    # Bases of other cities are left out before their names are read: most of the register lies
    # elsewhere.
    near = [r for r in rows if r.close or not cities or not r.cities or meet(cities, r.cities)]
    named = namings_of(connection, [r.id for r in near])
    return [_as_known(r, named[r.id], parties) for r in near if r.id in named]


def _as_known(row: Any, named: Sequence[Naming], parties: Parties) -> KnownBase:
    stories = frozenset(n.story for n in named if n.story is not None)
    names = tuple((n.lang, n.name) for n in named)
    since = min(n.when for n in named)
    return KnownBase(
        id=row.id,
        kind=row.kind,
        cities=frozenset(row.cities),
        names=names,
        stories=stories,
        countries=frozenset(row.countries),
        stage=row.stage,
        since=since,
        days=frozenset(n.day for n in named if n.day is not None),
        fields=_fields_of(named),
        english=frozenset(n.name_en for n in named if n.name_en and not is_description(n.name_en)),
        parties=parties,
    )


def _fields_of(named: Sequence[Naming]) -> Fields:
    """What a base is for, by all its reports."""
    found = Fields()
    for one in named:
        found = found.joined(fields_of_base(one.name, one.name_en, one.sentence, one.lang))
    return found


def refresh_base(connection: Connection, base_id: int) -> BaseSummary | None:
    """Write down what the proofs of a base say together; delete a base that has none."""
    proofs = proofs_of(connection, [base_id]).get(base_id)
    if not proofs:
        connection.execute(delete(bases).where(bases.c.id == base_id))
        return None
    found = summarise(proofs)
    first = proofs[0]
    own = own_names_of(connection, [base_id]).get(base_id, {})
    names = {**found.names, **own}
    origins = {**found.origins, **dict.fromkeys(own, NameOrigin(OPERATOR))}
    values = {
        "name": shown_name(names, origins, ["en"], first.lang).text,
        "kind": found.kind, "stage": found.stage, "cities": list(found.cities), "countries": list(found.countries), "date": found.day,
        "story_id": first.story,
    }  # fmt: skip
    connection.execute(update(bases).where(bases.c.id == base_id).values(**values))
    return found


def remove_proofs(connection: Connection, article_ids: Sequence[int]) -> dict[int, int]:
    """Delete the proofs of articles, except those that operators pinned. Returns the base that each proved."""
    touched: dict[int, int] = {}
    for chunk in chunks(article_ids):
        mine = base_articles.c.article_id.in_(chunk) & ~base_articles.c.pinned
        rows = connection.execute(select(base_articles.c.article_id, base_articles.c.base_id).where(mine))
        touched |= {r.article_id: r.base_id for r in rows}
        connection.execute(delete(base_articles).where(mine))
    return touched


def merge_same_bases(connection: Connection, story_id: int, parties: Parties = CHINA_ASEAN) -> None:
    """Merge the bases of a story that are one base into the older one, after stories have merged; pins stay."""
    mine = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
    ids = sorted(set(connection.scalars(mine.where(articles.c.story_id == story_id))))
    proofs = proofs_of(connection, ids)
    named = namings_of(connection, ids)
    rows = {r.id: r for r in connection.execute(select(bases).where(bases.c.id.in_(ids)))}
    kept: dict[int, KnownBase] = {}
    # Bases in several countries come first: theirs are the places in which the others may lie.
    for base_id in sorted(ids, key=lambda i: (-len(rows[i].countries), i)):
        first = proofs[base_id][0]
        scores = {k: same_base(first.mention, first.lang, story_id, known) for k, known in kept.items()}
        same = _best(scores)
        if same is None:
            kept[base_id] = _as_known(rows[base_id], named[base_id], parties)
            continue
        # The lower id is the older entry; its key is the one that alerts and links have.
        into, gone = sorted((same, base_id))
        kept[into] = kept.pop(same)
        absorb(connection, into, gone)


def absorb(connection: Connection, into: int, gone: int, *, pinned: bool = False) -> None:
    """Move all proofs of one base to another, and let its key lead there.

    Args:
        connection: a connection that writes.
        into: the base that stays.
        gone: the base that goes.
        pinned: pin the proofs, because an operator merged the two: re-judging leaves them there.
    """
    # An article may prove both bases; moving its second proof would break the primary key.
    ours = select(base_articles.c.article_id).where(base_articles.c.base_id == into)
    connection.execute(
        delete(base_articles).where((base_articles.c.base_id == gone) & base_articles.c.article_id.in_(ours))
    )
    values: dict[str, Any] = {"base_id": into} | ({"pinned": True} if pinned else {})
    connection.execute(update(base_articles).where(base_articles.c.base_id == gone).values(**values))
    # Before the row is deleted, which would delete its older keys as well (ON DELETE CASCADE).
    connection.execute(update(base_aliases).where(base_aliases.c.base_id == gone).values(base_id=into))
    connection.execute(insert(base_aliases), [{"key": key_of(connection, gone), "base_id": into}])
    connection.execute(delete(bases).where(bases.c.id == gone))
    refresh_base(connection, into)

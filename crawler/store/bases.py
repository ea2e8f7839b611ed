"""The register of bases: one row for each, the articles that prove it, and what operators have corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from crawler.judging.bases.register import KnownBase, Proof, Settled, same_base, settle
from crawler.judging.places.event_places import meet
from crawler.model import AseanwatchError, BaseMention
from crawler.store.bulk import chunks
from crawler.store.schema import articles, base_aliases, base_articles, base_changes, base_names, bases
from crawler.store.upserts import upsert

_FACTS = ("name", "kind", "stage", "cities", "countries", "partners", "figures", "date", "sentence", "is_new")


def register(
    connection: Connection,
    mention: BaseMention,
    article_id: int,
    story_id: int,
    seen: datetime,
    lang: str,
    former: int | None = None,
) -> int | None:
    """Enter what one article says of a base; gives the base's id, None where progress of no known base is told.

    Args:
        connection: a connection that writes.
        mention: what the article says.
        article_id: the article.
        story_id: its story.
        seen: when the article was first seen.
        lang: its language.
        former: the base that it proved before it was judged again.
    """
    base_id = _pinned(connection, article_id) or _known(connection, mention, article_id, story_id, lang)
    if base_id is None:
        if not mention.is_new:
            return None
        base_id = _without_proof(connection, mention.key, former) or _create(connection, mention, story_id, seen)
    proof = {"base_id": base_id, "article_id": article_id} | {f: _plain(getattr(mention, f)) for f in _FACTS}
    connection.execute(upsert(connection, base_articles, proof, ["base_id", "article_id"], list(_FACTS)))
    refresh(connection, base_id)
    return base_id


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _pinned(connection: Connection, article_id: int) -> int | None:
    """The base that an operator has put an article's proof to."""
    mine = (base_articles.c.article_id == article_id) & base_articles.c.pinned
    return connection.scalar(select(base_articles.c.base_id).where(mine))


def _known(connection: Connection, mention: BaseMention, article_id: int, story_id: int, lang: str) -> int | None:
    """The base of the register that a mention speaks of: the likeliest, of equals the oldest."""
    when = connection.scalar(select(articles.c.when).where(articles.c.id == article_id))
    likely = [(same_base(mention, lang, story_id, k, when), -k.id) for k in _candidates(connection, mention, story_id)]
    best = max(likely, default=(0.0, 0))
    return -best[1] if best[0] > 0 else None


def _without_proof(connection: Connection, key: str, former: int | None) -> int | None:
    """A base whose proofs were all taken back, for it is being judged again: the former one, or one under the key."""
    proved = select(base_articles.c.base_id)
    mine = (bases.c.id == former) | (bases.c.key == key) | bases.c.key.startswith(f"{key}-", autoescape=True)
    found = select(bases.c.id).where(mine & bases.c.id.not_in(proved)).order_by(bases.c.id != former, bases.c.id)
    return connection.scalar(found)


def _candidates(connection: Connection, mention: BaseMention, story_id: int) -> list[KnownBase]:
    """Bases of the same kind, of the same story, or under the same key."""
    of_story = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
    of_key = select(base_aliases.c.base_id).where(base_aliases.c.key == mention.key)
    close = bases.c.id.in_(of_story.where(articles.c.story_id == story_id)) | bases.c.id.in_(of_key)
    columns = (bases.c.id, bases.c.kind, bases.c.stage, bases.c.cities, bases.c.countries, close.label("close"))
    rows = connection.execute(select(*columns).where((bases.c.kind == mention.kind) | close)).all()
    cities = set(mention.cities)
    near = [r for r in rows if r.close or not cities or not r.cities or meet(cities, r.cities)]
    named = _namings(connection, [r.id for r in near])
    return [_as_known(r, named[r.id]) for r in near if r.id in named]


class _Naming(NamedTuple):
    """How an article names a base, in which language and story."""

    lang: str
    name: str
    story: int | None
    when: datetime


def _namings(connection: Connection, ids: Sequence[int]) -> dict[int, list[_Naming]]:
    """How the proofs of bases name them, in the order of publication."""
    found: dict[int, list[_Naming]] = {}
    columns = (base_articles.c.base_id, base_articles.c.name, articles.c.lang, articles.c.story_id, articles.c.when)
    for chunk in chunks(ids):
        part = base_articles.c.base_id.in_(chunk)
        statement = select(*columns).join(articles, articles.c.id == base_articles.c.article_id).where(part)
        for row in connection.execute(statement.order_by(articles.c.when, articles.c.id)):
            found.setdefault(row.base_id, []).append(_Naming(row.lang, row.name, row.story_id, row.when))
    return found


def _create(connection: Connection, mention: BaseMention, story_id: int | None, seen: datetime) -> int:
    values = {
        "key": _free_key(connection, mention.key), "name": mention.name, "kind": mention.kind, "stage": mention.stage,
        "cities": list(mention.cities), "countries": list(mention.countries), "date": mention.date, "first_seen": seen,
        "story_id": story_id,
    }  # fmt: skip
    number: int = connection.scalars(insert(bases).returning(bases.c.id), [values]).one()
    return number


def _free_key(connection: Connection, key: str) -> str:
    """``key``, or with a number behind it where it is taken."""
    taken = set(connection.scalars(select(bases.c.key).where(bases.c.key.startswith(key, autoescape=True))))
    taken |= set(connection.scalars(select(base_aliases.c.key).where(base_aliases.c.key.startswith(key, autoescape=True))))
    return next(k for k in (key, *(f"{key}-{n}" for n in range(2, len(taken) + 3))) if k not in taken)


def _told(connection: Connection, ids: Sequence[int]) -> dict[int, list[Proof]]:
    """The proofs of bases, in the order of publication."""
    found: dict[int, list[Proof]] = {}
    columns = (base_articles, articles.c.lang, articles.c.when, articles.c.story_id)
    for chunk in chunks(ids):
        part = base_articles.c.base_id.in_(chunk)
        statement = select(*columns).join(articles, articles.c.id == base_articles.c.article_id).where(part)
        for row in connection.execute(statement.order_by(articles.c.when, articles.c.id)):
            found.setdefault(row.base_id, []).append(Proof(row.article_id, row.story_id, row.lang, row.when, _mention(row)))
    return found


def _mention(row: Any) -> BaseMention:
    return BaseMention(
        "", row.name, row.kind, row.stage, tuple(row.cities), tuple(row.countries), row.date, row.sentence, tuple(row.partners),
        tuple(row.figures), row.is_new,
    )  # fmt: skip


def refresh(connection: Connection, base_id: int) -> Settled | None:
    """Write down what the proofs of a base say together; a base without proofs is taken out."""
    proofs = _told(connection, [base_id]).get(base_id)
    if not proofs:
        connection.execute(delete(bases).where(bases.c.id == base_id))
        return None
    found = settle(proofs)
    first = proofs[0]
    values = {
        "name": _own_names(connection, [base_id]).get(base_id, {}).get("en") or found.names.get("en") or found.names[first.lang],
        "kind": found.kind, "stage": found.stage, "cities": list(found.cities), "countries": list(found.countries), "date": found.day,
        "story_id": first.story,
    }  # fmt: skip
    connection.execute(update(bases).where(bases.c.id == base_id).values(**values))
    return found


def forget(connection: Connection, article_ids: Sequence[int]) -> dict[int, int]:
    """Take back what articles have proved, pinned proofs aside; gives the base that each proved."""
    touched: dict[int, int] = {}
    for chunk in chunks(article_ids):
        mine = base_articles.c.article_id.in_(chunk) & ~base_articles.c.pinned
        rows = connection.execute(select(base_articles.c.article_id, base_articles.c.base_id).where(mine))
        touched |= {r.article_id: r.base_id for r in rows}
        connection.execute(delete(base_articles).where(mine))
    return touched


def _own_names(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The names that operators gave, by base and language."""
    found: dict[int, dict[str, str]] = {}
    for row in connection.execute(select(base_names).where(base_names.c.base_id.in_(ids))):
        found.setdefault(row.base_id, {})[row.lang] = row.name
    return found


def find(connection: Connection, story_ids: Sequence[int] | None = None, keys: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The register as exported: key, names per language, kind, cities, countries, stage, timeline, facts and evidence."""
    statement = select(bases).order_by(bases.c.first_seen, bases.c.id)
    if story_ids is not None:
        mine = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
        statement = statement.where(bases.c.id.in_(mine.where(articles.c.story_id.in_(story_ids))))
    if keys is not None:
        statement = statement.where(bases.c.key.in_(keys))
    rows = connection.execute(statement).all()
    told = _told(connection, [r.id for r in rows])
    own = _own_names(connection, [r.id for r in rows])
    return [_exported(row, told[row.id], own.get(row.id, {})) for row in rows if row.id in told]


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bases as `find` gives them by the day of the event, else of the first report, the earliest first."""
    return sorted(rows, key=lambda row: (row["date"] or row["first_reported"][:10], row["first_reported"], row["key"]))


def listing(connection: Connection, lang: str = "en") -> list[dict[str, Any]]:
    """The register for a list: one row a base, with its name in a language where it has one, and its reports.

    The latest come first, by the day of the event or else of the first report, not by when they came into our store.
    """
    counted = (func.count().label("reports"), func.min(articles.c.when).label("reported"))
    proofs = select(base_articles.c.base_id, *counted).join(articles, articles.c.id == base_articles.c.article_id)
    counts = proofs.group_by(base_articles.c.base_id).subquery()
    found = connection.execute(
        select(bases, counts.c.reports, counts.c.reported).join(counts, counts.c.base_id == bases.c.id)
    ).all()
    rows = sorted(found, key=lambda r: (r.date or r.reported.date(), r.id), reverse=True)
    told = select(base_articles.c.base_id, base_articles.c.name).join(articles, articles.c.id == base_articles.c.article_id)
    named: dict[int, str] = {}
    for r in (
        connection.execute(told.where(articles.c.lang == lang).order_by(articles.c.when, articles.c.id)) if lang != "en" else ()
    ):
        named.setdefault(r.base_id, r.name)
    named |= {r.base_id: r.name for r in connection.execute(select(base_names).where(base_names.c.lang == lang))}
    return [
        {
            "key": r.key, "name": named.get(r.id, r.name), "kind": r.kind, "status": r.stage, "cities": r.cities, "countries": r.countries,
            "date": r.date, "first_reported": r.reported, "first_seen": r.first_seen, "story": r.story_id, "reports": r.reports,
        }
        for r in rows
    ]  # fmt: skip


def _exported(row: Any, proofs: Sequence[Proof], own_names: dict[str, str]) -> dict[str, Any]:
    found = settle(proofs)
    names = {**found.names, **own_names}
    return {
        "key": row.key, "name": names.get("en") or row.name, "names": names, "kind": row.kind, "cities": row.cities,
        "countries": row.countries, "date": _iso(row.date), "first_reported": proofs[0].when.isoformat(), "first_seen": row.first_seen.isoformat(), "status": row.stage,
        "evidence": [p.article for p in proofs], "story": row.story_id, "sentence": proofs[0].mention.sentence,
        "timeline": [
            {"stage": s.stage, "date": _iso(s.day), "told": s.when.isoformat(), "story": s.story, "article": s.article, "reports": s.reports,
             "sentence": s.sentence}
            for s in found.timeline
        ],
        "facts": {name: [{"value": v, "articles": list(a)} for v, a in values] for name, values in found.facts.items()},
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(frozen=True, slots=True)
class StoryBase:
    """What a story is to a base: its beginning (``step`` is None), or the story that brought it to a later stage ``step``.

    ``keys`` are all keys that it was ever known under, ``day`` is when that happened, where the reports say it.
    """

    key: str
    keys: frozenset[str]
    step: str | None
    day: date | None = None


def of_stories(connection: Connection, story_ids: Sequence[int]) -> dict[int, list[StoryBase]]:
    """The bases that stories began or brought on, by story; repeats of what is known are left out."""
    found: dict[int, list[StoryBase]] = {}
    wanted = set(story_ids)
    rows = find(connection, list(story_ids))
    aliases: dict[str, set[str]] = {}
    old = select(base_aliases.c.key, bases.c.key.label("own")).join(bases, bases.c.id == base_aliases.c.base_id)
    for alias in connection.execute(old.where(bases.c.key.in_([r["key"] for r in rows]))):
        aliases.setdefault(alias.own, set()).add(alias.key)
    for row in rows:
        keys = frozenset({row["key"], *aliases.get(row["key"], ())})
        for number, step in enumerate(row["timeline"]):
            if step["story"] in wanted:
                day = date.fromisoformat(step["date"]) if step["date"] else None
                found.setdefault(step["story"], []).append(StoryBase(row["key"], keys, step["stage"] if number else None, day))
    return found


def reunite(connection: Connection, story_id: int) -> None:
    """After stories have merged: bases of one story that are one base become one, the older; what was pinned stays."""
    mine = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
    ids = sorted(set(connection.scalars(mine.where(articles.c.story_id == story_id))))
    told, named = _told(connection, ids), _namings(connection, ids)
    rows = {r.id: r for r in connection.execute(select(bases).where(bases.c.id.in_(ids)))}
    kept: dict[int, KnownBase] = {}
    # What lies in several countries says of the others that they are places of it.
    for base_id in sorted(ids, key=lambda i: (-len(rows[i].countries), i)):
        first = told[base_id][0]
        likely = [(same_base(first.mention, first.lang, story_id, known), -k) for k, known in kept.items()]
        best = max(likely, default=(0.0, 0))
        if best[0] <= 0:
            kept[base_id] = _as_known(rows[base_id], named[base_id])
            continue
        into, gone = sorted((-best[1], base_id))
        kept[into] = kept.pop(-best[1])
        _absorb(connection, into, gone)


def _absorb(connection: Connection, into: int, gone: int, *, pinned: bool = False) -> None:
    """All proofs of one base are another's, and its key leads there; ``pinned`` where an operator says so."""
    ours = select(base_articles.c.article_id).where(base_articles.c.base_id == into)
    connection.execute(delete(base_articles).where((base_articles.c.base_id == gone) & base_articles.c.article_id.in_(ours)))
    values: dict[str, Any] = {"base_id": into} | ({"pinned": True} if pinned else {})
    connection.execute(update(base_articles).where(base_articles.c.base_id == gone).values(**values))
    connection.execute(update(base_aliases).where(base_aliases.c.base_id == gone).values(base_id=into))
    connection.execute(insert(base_aliases), [{"key": key_of(connection, gone), "base_id": into}])
    connection.execute(delete(bases).where(bases.c.id == gone))
    refresh(connection, into)


def _as_known(row: Any, named: Sequence[_Naming]) -> KnownBase:
    stories = frozenset(n.story for n in named if n.story is not None)
    names = tuple((n.lang, n.name) for n in named)
    since = min(n.when for n in named)
    return KnownBase(row.id, row.kind, frozenset(row.cities), names, stories, frozenset(row.countries), row.stage, since)


def id_of(connection: Connection, key: str) -> int:
    """The base under a key, its own or one that an operator merged into it.

    Raises:
        AseanwatchError: there is none.
    """
    found = connection.scalar(select(bases.c.id).where(bases.c.key == key))
    if found is None:
        found = connection.scalar(select(base_aliases.c.base_id).where(base_aliases.c.key == key))
    if found is None:
        raise AseanwatchError(f"no base has the key {key}")
    return int(found)


def current_keys(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The keys that bases have today, by those that they were known under; what has gone is left out."""
    found = dict.fromkeys(connection.scalars(select(bases.c.key).where(bases.c.key.in_(keys))))
    old = select(base_aliases.c.key, bases.c.key.label("own")).join(bases, bases.c.id == base_aliases.c.base_id)
    return {k: k for k in found} | {r.key: r.own for r in connection.execute(old.where(base_aliases.c.key.in_(keys)))}


def key_of(connection: Connection, base_id: int) -> str:
    """The key of a base."""
    return str(connection.scalar(select(bases.c.key).where(bases.c.id == base_id)))


def rename(connection: Connection, key: str, name: str, lang: str, now: datetime) -> None:
    """Name a base as an operator wants it in one language; re-judging leaves it so.

    Raises:
        AseanwatchError: there is no such base.
    """
    base_id = id_of(connection, key)
    values = {"base_id": base_id, "lang": lang, "name": name, "at": now}
    connection.execute(upsert(connection, base_names, values, ["base_id", "lang"], ["name", "at"]))
    _note(connection, now, base_id, "rename", {"lang": lang, "name": name})
    refresh(connection, base_id)


def merge(connection: Connection, key: str, other: str, now: datetime) -> str:
    """Two entries are one base: all proofs of ``other`` go to ``key``, and its key leads there; gives the key that stays.

    Raises:
        AseanwatchError: one of them does not exist, or both are the same.
    """
    base_id, gone = id_of(connection, key), id_of(connection, other)
    if base_id == gone:
        raise AseanwatchError(f"{key} and {other} are one base already")
    _note(connection, now, base_id, "merge", {"other": key_of(connection, gone)})
    _absorb(connection, base_id, gone, pinned=True)
    return key_of(connection, base_id)


def split(connection: Connection, key: str, article_ids: Sequence[int], now: datetime) -> str:
    """Articles speak of another base than the rest: their proofs become an entry of its own; gives its key.

    Raises:
        AseanwatchError: there is no such base, an article proves nothing of it, or nothing would remain.
    """
    base_id = id_of(connection, key)
    proofs = {p.article: p for p in _told(connection, [base_id])[base_id]}
    wrong = [a for a in article_ids if a not in proofs]
    if wrong:
        raise AseanwatchError(f"articles that prove nothing of {key}: {', '.join(map(str, wrong))}")
    if len(set(article_ids)) == len(proofs):
        raise AseanwatchError(f"all articles of {key} were named; nothing would remain of it")
    first = min((proofs[a] for a in article_ids), key=lambda p: (p.when, p.article))
    own_key = connection.scalar(select(bases.c.key).where(bases.c.id == base_id))
    seen = connection.scalar(select(articles.c.first_seen).where(articles.c.id == first.article))
    assert seen is not None
    mention = first.mention
    new = _create(connection, BaseMention(f"{own_key}", *_values(mention)[1:]), first.story, seen)
    moved = (base_articles.c.base_id == base_id) & base_articles.c.article_id.in_(article_ids)
    connection.execute(update(base_articles).where(moved).values(base_id=new, pinned=True))
    connection.execute(update(base_articles).where(base_articles.c.base_id == base_id).values(pinned=True))
    _note(connection, now, base_id, "split", {"other": key_of(connection, new), "articles": list(article_ids)})
    for one in (base_id, new):
        refresh(connection, one)
    return key_of(connection, new)


def _values(mention: BaseMention) -> list[Any]:
    return [getattr(mention, name) for name in BaseMention.__dataclass_fields__]


def _note(connection: Connection, now: datetime, base_id: int, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(insert(base_changes), [{"at": now, "base_id": base_id, "kind": kind, "detail": detail, "actor": "operator"}])


def changes_of(connection: Connection, base_id: int) -> list[dict[str, Any]]:
    """What operators have corrected of a base, the earliest first."""
    rows = connection.execute(select(base_changes).where(base_changes.c.base_id == base_id).order_by(base_changes.c.id))
    return [{"at": r.at.isoformat(), "kind": r.kind, **r.detail} for r in rows]

"""The register of bases as it is shown: lists, exports, the bases of stories, keys of yesterday and today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from crawler.judging.bases.life import BaseStep
from crawler.judging.bases.name_origins import OPERATOR, NameOrigin, shown_name
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.proving import proof_strength
from crawler.judging.bases.register import known_repeats, summarise, timeline
from crawler.judging.bases.stages import STAGES
from crawler.model import AseanwatchError, Phrase
from crawler.store.base_listing import Teller, tellers_of
from crawler.store.base_proofs import acts_of, own_names_of, proofs_of
from crawler.store.bulk import chunks
from crawler.store.schema import alerts, articles, base_aliases, base_articles, base_changes, bases


def find(
    connection: Connection, story_ids: Sequence[int] | None = None, keys: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The register as exported: key, names per language, kind, cities, countries, stage, timeline, facts and evidence."""
    rows = _rows(connection, story_ids, keys)
    proofs = proofs_of(connection, [r.id for r in rows])
    own = own_names_of(connection, [r.id for r in rows])
    # All of them: which reports the stages are of is known only when they are put together.
    tellers = tellers_of(connection, (p.article for of_base in proofs.values() for p in of_base))
    return [_exported(row, proofs[row.id], own.get(row.id, {}), tellers) for row in rows if row.id in proofs]


def _rows(
    connection: Connection, story_ids: Sequence[int] | None, keys: Sequence[str] | None = None
) -> Sequence[Any]:
    """The rows of bases that reports of some stories prove, or that have some keys."""
    statement = select(bases).order_by(bases.c.first_seen, bases.c.id)
    if story_ids is not None:
        mine = select(base_articles.c.base_id).join(articles, articles.c.id == base_articles.c.article_id)
        statement = statement.where(bases.c.id.in_(mine.where(articles.c.story_id.in_(story_ids))))
    if keys is not None:
        statement = statement.where(bases.c.key.in_(keys))
    return connection.execute(statement).all()


def in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bases as `find` gives them, what happened last behind: by the day of the latest stage, else that of its report."""

    def happened(row: dict[str, Any]) -> tuple[str, str, str]:
        latest = row["timeline"][-1]
        return latest["date"] or latest["told"][:10], row["first_reported"], row["key"]

    return sorted(rows, key=happened)


def _exported(
    row: Any, proofs: Sequence[Proof], own_names: dict[str, str], tellers: Mapping[int, Teller]
) -> dict[str, Any]:
    found = summarise(proofs)
    first = tellers[proofs[0].article]
    names = {**found.names, **own_names}
    first_stage = found.timeline[0].stage
    origins = {**found.origins, **dict.fromkeys(own_names, NameOrigin(OPERATOR))}
    return {
        "key": row.key, "name": shown_name(names, origins, ["en"], proofs[0].lang).text, "names": names,
        "name_origins": {lang: _origin(origin, tellers) for lang, origin in origins.items()}, "original": proofs[0].lang, "kind": row.kind, "cities": row.cities,
        "countries": row.countries, "date": _iso(row.date), "first_reported": proofs[0].when.isoformat(), "first_seen": row.first_seen.isoformat(), "status": row.stage,
        "stage": row.stage, "name_en": names.get("en", ""),
        "evidence": [p.article for p in proofs], "story": row.story_id, "sentence": proofs[0].mention.sentence,
        "outlet": first.outlet, "url": first.url,
        "timeline": [
            {"stage": s.stage, "date": _iso(s.day), "told": s.when.isoformat(), "story": s.story, "article": s.article, "reports": s.reports,
             "sentence": s.sentence, "outlet": tellers[s.article].outlet, "url": tellers[s.article].url,
             "reported": _iso(tellers[s.article].published), "quotes": _quotes([p for p in proofs if p.mention.stage == s.stage], tellers, s.stage)}
            for s in found.timeline
        ],
        "quotes": _quotes(sorted(proofs, key=lambda p: p.mention.stage != first_stage), tellers, first_stage),
        "facts": {name: [{"value": v, "articles": list(a)} for v, a in values] for name, values in found.facts.items()}
        | ({"figures": [{"value": f.value, "articles": list(f.articles), "said": dict(f.said)} for f in found.figures]} if found.figures else {}),
    }  # fmt: skip


def _origin(origin: NameOrigin, tellers: Mapping[int, Teller]) -> dict[str, Any]:
    """Where a name comes from, with the report that has it, or whose name was put into English."""
    teller = tellers[origin.article] if origin.article is not None else None
    return {
        "origin": origin.origin, "official": origin.is_official, "article": origin.article,
        "outlet": teller.outlet if teller else "", "url": teller.url if teller else "",
    }  # fmt: skip


def _quotes(proofs: Sequence[Proof], tellers: Mapping[int, Teller], stage: str) -> dict[str, dict[str, Any]]:
    """The sentences that prove something, by language the best of each, with the article that it stands in, and whose that is.

    Args:
        proofs: what reports say, those of the stage before others.
        tellers: who published them.
        stage: what is to be proved.
    """
    by_language: dict[str, list[Proof]] = {}
    for proof in proofs:
        if proof.mention.sentence:
            by_language.setdefault(proof.lang, []).append(proof)
    return {lang: _quote(_best_proof(found, stage), tellers) for lang, found in by_language.items()}


def _best_proof(proofs: Sequence[Proof], stage: str) -> Proof:
    if len(proofs) == 1:
        return proofs[0]
    telling = [p for p in proofs if p.mention.stage == stage] or proofs
    return max(telling, key=lambda p: proof_strength(p.mention.sentence, p.lang, stage, p.mention.name))


def _quote(proof: Proof, tellers: Mapping[int, Teller]) -> dict[str, Any]:
    teller = tellers[proof.article]
    return {
        "sentence": proof.mention.sentence,
        "article": proof.article,
        "outlet": teller.outlet,
        "url": teller.url,
    }


def _iso(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(frozen=True, slots=True)
class EnteredBase:
    """What an article says of a base, and what the register makes of it.

    ``is_known``: the base was known before by another event, and the article tells of no later stage.
    """

    key: str
    name: str
    kind: str
    is_known: bool


def of_articles(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[EnteredBase]]:
    """The bases that articles prove, by article."""
    wanted = set(article_ids)
    ids: set[int] = set()
    for chunk in chunks(sorted(wanted)):
        mine = select(base_articles.c.base_id).where(base_articles.c.article_id.in_(chunk))
        ids |= set(connection.scalars(mine))
    found: dict[int, list[EnteredBase]] = {}
    for base_id, proofs in proofs_of(connection, sorted(ids)).items():
        key = key_of(connection, base_id)
        known = known_repeats(proofs)
        for proof in proofs:
            if proof.article in wanted:
                entered = EnteredBase(key, proof.mention.name, proof.mention.kind, proof.article in known)
                found.setdefault(proof.article, []).append(entered)
    return found


@dataclass(frozen=True, slots=True)
class StoryBase:
    """What a story is to a base: its beginning (``step`` is None), or the story that brought it to a later stage ``step``.

    ``keys`` are all keys that it was ever known under, ``day`` is when that happened, where the reports say it. ``reached`` is,
    for an update, the furthest stage that the reports of each story tell of it by which somebody was told.
    """

    key: str
    keys: frozenset[str]
    step: str | None
    day: date | None = None
    reached: Mapping[int, str] = field(default_factory=dict)


def of_stories(connection: Connection, story_ids: Sequence[int]) -> dict[int, list[StoryBase]]:
    """The bases that stories began or brought to a later stage, by story; repeats of what is known are left out."""
    found: dict[int, list[StoryBase]] = {}
    wanted = set(story_ids)
    rows = _rows(connection, story_ids)
    lives = _lives(connection, rows)
    aliases: dict[str, set[str]] = {}
    old = select(base_aliases.c.key, bases.c.key.label("own")).join(
        bases, bases.c.id == base_aliases.c.base_id
    )
    for alias in connection.execute(old.where(bases.c.key.in_([r.key for r in rows]))):
        aliases.setdefault(alias.own, set()).add(alias.key)
    for row in rows:
        # Old keys too: an alert about a base that was merged
        # since must not be raised again under the new key.
        keys = frozenset({row.key, *aliases.get(row.key, ())})
        steps = lives.get(row.id, ())
        is_update = any(step.story in wanted for step in steps[1:])
        reached = _stages_reached(connection, row.id, keys) if is_update else {}
        for number, step in enumerate(steps):
            if step.story in wanted:
                found.setdefault(step.story, []).append(
                    StoryBase(row.key, keys, step.stage if number else None, step.day, reached)
                )
    return found


def _lives(connection: Connection, rows: Sequence[Any]) -> dict[int, list[BaseStep]]:
    """The steps of bases, by number: as they stand with the base, or read from all its proofs where these have changed since."""
    found = {
        row.id: [BaseStep(story, stage, day and date.fromisoformat(day)) for story, stage, day in row.steps]
        for row in rows
        if row.steps and row.steps_revision == row.revision
    }
    for number, acts in acts_of(connection, [r.id for r in rows if r.id not in found]).items():
        found[number] = [BaseStep(s.story, s.stage, s.day) for s in timeline(acts)]
    return found


def _stages_reached(connection: Connection, base_id: int, keys: Collection[str]) -> dict[int, str]:
    """For each story by which somebody was told of a base, the furthest stage that its reports tell."""
    alerted = select(alerts.c.story_id).where(alerts.c.subject.in_(keys))
    stages: dict[int, str] = {}
    for act in acts_of(connection, [base_id], articles.c.story_id.in_(alerted)).get(base_id, ()):
        if act.story is not None:
            known = (stages.get(act.story, act.stage), act.stage)
            stages[act.story] = max(known, key=STAGES.index)
    return stages


def id_of(connection: Connection, key: str) -> int:
    """The base under a key, its own or one that an operator merged into it.

    Raises:
        AseanwatchError: there is none.
    """
    found = connection.scalar(select(bases.c.id).where(bases.c.key == key))
    if found is None:
        found = connection.scalar(select(base_aliases.c.base_id).where(base_aliases.c.key == key))
    if found is None:
        raise AseanwatchError(Phrase("no base has the key %(key)s", key=key))
    return int(found)


def current_keys(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The keys that bases have today, by the keys that they had once; bases that have gone are left out."""
    found = dict.fromkeys(connection.scalars(select(bases.c.key).where(bases.c.key.in_(keys))))
    old = select(base_aliases.c.key, bases.c.key.label("own")).join(
        bases, bases.c.id == base_aliases.c.base_id
    )
    return {k: k for k in found} | {
        r.key: r.own for r in connection.execute(old.where(base_aliases.c.key.in_(keys)))
    }


def key_of(connection: Connection, base_id: int) -> str:
    """The key of a base."""
    return str(connection.scalar(select(bases.c.key).where(bases.c.id == base_id)))


def changes_of(connection: Connection, base_id: int) -> list[dict[str, Any]]:
    """What operators have corrected of a base, the earliest first."""
    rows = connection.execute(
        select(base_changes).where(base_changes.c.base_id == base_id).order_by(base_changes.c.id)
    )
    return [{"at": r.at.isoformat(), "kind": r.kind, **r.detail} for r in rows]

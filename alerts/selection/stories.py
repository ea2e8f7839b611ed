"""Reads the stories that selection looks at from the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerts.selection.freshness import age_when_listed
from alerts.selection.many_copies import LookedAt, articles_to_look_at
from alerts.selection.views import BaseUpdate, Correction, ReportView, StoryView
from crawler.judging.parties import Parties
from crawler.judging.places.concerned import concerned
from crawler.judging.weights import weights
from crawler.store import bases, stories
from crawler.store.articles import scores_of
from crawler.store.asean_wide import concerning_all
from crawler.store.imports import ImportedAmong, imported_among
from crawler.store.versions import edited

VIEWED = (
    "id", "source", "lang", "countries", "first_seen", "duplicate_of", "retracts", "published", "listed", "seed", "when",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangedStory:
    """A story to look at: its view, the keys of its bases, and itself with the stories that it came from.

    ``reached`` is, by the key of a base that it brought further, the furthest stage that reports of each story tell by which somebody was
    told of it.
    """

    view: StoryView
    base_keys: frozenset[str]
    stories: frozenset[int]
    reached: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def views_of(
    connection: Connection,
    ids: Sequence[int],
    parties: Parties,
    *,
    imported_too: bool = False,
    before: LookedAt | None = None,
) -> list[ChangedStory]:
    """Stories as selection looks at them.

    Args:
        connection: to the store.
        ids: the stories.
        parties: whose news it is.
        imported_too: whether what came with an archive counts like what was polled, as where somebody looks back.
        before: what was looked at before; then long stories are without the copies that change nothing now.
    """
    some = articles_to_look_at(connection, ids, before) if before is not None else {}
    members = stories.members(connection, ids, VIEWED, some)
    scores = scores_of(connection, [r.id for rows in members.values() for r in rows])
    of_bases = bases.of_stories(connection, ids)
    sources = stories.ancestors(connection, ids)
    edits = edited(connection, [r.id for rows in members.values() for r in rows])
    of_all = concerning_all(connection, list(members), some)
    rows_of_all = [r for rows in members.values() for r in rows]
    numbers = set() if imported_too else {n for r in rows_of_all for n in (r.id, r.duplicate_of) if n}
    imported = imported_among(connection, numbers)
    return [
        _changed_story(
            StoryView(
                story,
                _reports(rows, scores, imported, parties, as_a_whole=story in of_all),
                bases=_begun_bases(of_bases.get(story, ()), rows),
                updates=_base_updates(of_bases.get(story, ()), rows),
                corrections=_story_corrections([r for r in rows if r.id not in imported.history], edits),
            ),
            of_bases.get(story, ()),
            sources.get(story, ()),
        )
        for story, rows in sorted(members.items())
    ]


def _changed_story(
    view: StoryView, of_story: Sequence[bases.StoryBase], ancestors: Collection[int]
) -> ChangedStory:
    base_keys = frozenset(key for base in of_story for key in base.keys)
    reached = {base.key: base.reached for base in of_story}
    return ChangedStory(view, base_keys, frozenset({view.story, *ancestors}), reached)


def _begun_bases(of_story: Sequence[bases.StoryBase], rows: Sequence[Any]) -> tuple[str, ...]:
    """The keys of the bases that begin with a story."""
    return tuple(b.key for b in of_story if b.step is None and not _is_look_back(b, rows))


def _base_updates(of_story: Sequence[bases.StoryBase], rows: Sequence[Any]) -> tuple[BaseUpdate, ...]:
    """The bases that a story brought to a later stage."""
    return tuple(
        BaseUpdate(b.key, b.step) for b in of_story if b.step is not None and not _is_look_back(b, rows)
    )


def _story_corrections(rows: Sequence[Any], edits: Mapping[int, Sequence[int]]) -> tuple[Correction, ...]:
    """What takes back or changes a report of a story."""
    retracting = {row.id for row in rows if row.retracts}
    return tuple(
        Correction(row.id, version)
        for row in rows
        for version in _corrections(row, edits.get(row.id, ()), retracting)
    )


def _reports(
    rows: Sequence[Any],
    scores: Mapping[int, Mapping[str, float]],
    imported: ImportedAmong,
    parties: Parties,
    *,
    as_a_whole: bool,
) -> tuple[ReportView, ...]:
    """The reports of a story. A copy is as old as what it repeats: an old text is no news because somebody prints it again."""
    ages = {r.id: _age(r, imported) for r in rows}
    by_id = {r.id: r for r in rows}
    repeats = {
        r.id: age_when_listed(_published(by_id[r.duplicate_of]), _listed(r), seed=False)
        for r in rows
        if r.duplicate_of in imported.history and r.duplicate_of in by_id
    }
    untold = _first_copies(rows, imported)
    countries = {r.id: frozenset(r.countries) for r in rows}
    also = concerned(countries.values(), parties, as_a_whole=as_a_whole)
    return tuple(
        ReportView(
            article=r.id,
            source=r.source,
            lang=r.lang,
            countries=countries[r.id],
            topics=scores.get(r.id, {}),
            first_seen=r.listed if r.id in imported.listed else r.first_seen,
            is_duplicate=r.duplicate_of is not None and r.id not in untold,
            # The original may be in another story, or pruned;
            # then the copy's own age is all that is known.
            age=max(ages[r.id], repeats.get(r.id, ages.get(r.duplicate_of, ages[r.id]))),
            duplicate_of=r.duplicate_of,
            also=also,
            is_imported=r.id in imported.history,
        )
        for r in rows
    )


def _age(row: Any, imported: ImportedAmong) -> timedelta:
    """How old a report was when a source first listed it."""
    published = _published(row) if row.id in imported.listed else row.published
    return age_when_listed(published, _listed(row), seed=row.seed)


def _published(row: Any) -> datetime:
    """When a report of an archive was published: it was there when the archive saw it."""
    published: datetime = row.published or row.first_seen
    return published


def _listed(row: Any) -> datetime:
    # Articles from before ``listed`` was stored have only the moment at which they were first seen.
    listed: datetime = row.listed or row.first_seen
    return listed


def _first_copies(rows: Sequence[Any], imported: ImportedAmong) -> frozenset[int]:
    """Of each report that only an archive has, the first copy that a source listed: it is told in the place of that report."""
    copies: dict[int, Any] = {}
    for row in rows:
        if row.duplicate_of in imported.history and row.id not in imported.history:
            first = copies.setdefault(row.duplicate_of, row)
            if (_listed(row), row.id) < (_listed(first), first.id):
                copies[row.duplicate_of] = row
    return frozenset(row.id for row in copies.values())


def _is_look_back(base: bases.StoryBase, rows: Sequence[Any]) -> bool:
    """Whether a base came to its stage long before the story was reported: then the story looks back on it."""
    return base.day is not None and bool(rows) and rows[0].when.date() - base.day > weights().bases.look_back


def _corrections(row: Any, versions: Sequence[int], retracting: Collection[int]) -> list[int]:
    """The versions of a report that correct: the first if it is a correction, and edits of what it says.

    A correction counts even if it is stored as a duplicate of the article it corrects. It does not count if it duplicates
    another correction.
    """
    return ([1] if row.retracts and row.duplicate_of not in retracting else []) + list(versions)

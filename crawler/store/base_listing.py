"""The register as lists and pages show it: each base with its names, the stages it reached, and who reported each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, select

from crawler.judging.bases.name_origins import (
    DESCRIBED,
    OPERATOR,
    NameOrigin,
    ShownName,
    as_stored,
    joined_origin,
    origin_of,
    shown_name,
)
from crawler.judging.bases.names_together import NamedTogether, name_key
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.proving import proof_strength
from crawler.judging.bases.register import StageReached, summarise
from crawler.judging.weights import weights
from crawler.model import BaseMention
from crawler.store.base_proofs import own_names_of
from crawler.store.bulk import (
    chunks,
    given_rows,
    given_rows_for,
    matching,
    read_rows,
    rows_of,
    several,
)
from crawler.store.leading import in_best_language
from crawler.store.schema import articles, base_articles, bases


class Telling(NamedTuple):
    """A report that tells of a stage: its article, its language, the sentence that proves it, and what it calls the base."""

    article: int
    lang: str
    sentence: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class StageStep:
    """A stage that a base reached.

    Attributes:
        stage: the stage.
        day: the day of the act, where a report says it.
        reported: when the first report of it was published; None where that report has no date of its own.
        story: the story that tells of it.
        reports: how many reports the story has.
        tellings: the reports that tell of the stage, the earliest first; at least one.
        is_first: whether the base became known by it.
    """

    stage: str
    day: date | None
    reported: datetime | None
    story: int | None
    reports: int
    tellings: tuple[Telling, ...]
    is_first: bool

    def proof_for(self, languages: Sequence[str]) -> Telling:
        """The report to quote to a reader: in the first of the languages that has one, else in English, else in the original.

        Of those in one language the one whose sentence proves the stage best, of equals the earliest.
        """
        lang = in_best_language(self.tellings, languages, lambda telling: telling.lang).lang
        likely = [t for t in self.tellings if t.lang == lang]
        if len(likely) == 1:
            return likely[0]
        return max(likely, key=lambda t: proof_strength(t.sentence, t.lang, self.stage, t.name))

    def day_in(self, zone: tzinfo) -> date | None:
        """The day of the act, else the day of its report in a zone. Never the day on which we stored it."""
        if self.day is not None or self.reported is None:
            return self.day
        return self.reported.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class ListedBase:
    """A base as a list shows it.

    Attributes:
        names: its name in each language in which it has one.
        origins: where each of those comes from.
        original: the language of its first report.
        steps: the stages that it reached, in that order; at least one.
        reports: how many reports prove it.
    """

    key: str
    kind: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    names: Mapping[str, str]
    origins: Mapping[str, NameOrigin]
    original: str
    steps: tuple[StageStep, ...]
    reports: int
    story: int | None

    @property
    def latest(self) -> StageStep:
        """The stage at which it is."""
        return self.steps[-1]

    @property
    def stage(self) -> str:
        """The name of that stage."""
        return self.latest.stage

    def name_for(self, languages: Sequence[str]) -> ShownName:
        """Its name for a reader: as reports call it in the first of the languages that has such a name, else in the original."""
        return shown_name(self.names, self.origins, languages, self.original)

    @property
    def original_name(self) -> ShownName:
        """Its name in the language of its first report."""
        return ShownName(self.names[self.original], self.original)


def listed(connection: Connection, keys: Collection[str] | None = None) -> list[ListedBase]:
    """The register, what happened last first: by the day of the latest stage, or of its report where nobody says the day.

    Args:
        connection: a connection that reads.
        keys: only these bases.
    """
    if keys is None:
        rows = list(rows_of(connection, _BASES))
        own = own_names_of(connection, None)
    else:
        rows = list(matching(connection, _BASE_COLUMNS, bases.c.key, list(keys)))
        own = own_names_of(connection, [row[0] for row in rows])
    # Reading by id pays only for a few: the whole register is one query.
    proofs = _proof_rows(connection, None if keys is None else [row[0] for row in rows])
    found = [
        _known.base(connection, row, own.get(row[0], {}), proofs[row[0]]) for row in rows if row[0] in proofs
    ]
    return sorted(found, key=_latest_first)


_BASE_COLUMNS = (
    bases.c.id,
    bases.c.key,
    bases.c.kind,
    bases.c.cities,
    bases.c.countries,
    bases.c.story_id,
)
_BASES = select(*_BASE_COLUMNS)


def _latest_first(base: ListedBase) -> tuple[int, str]:
    day = base.latest.day_in(UTC)
    return (-day.toordinal() if day else 0, base.key)


class _KnownBases:
    """Bases as they were listed before: few of them change between two looks at the register.

    Each is kept by a number made of all that it is made of, 64 bits of it, so that nothing has to say what has changed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[int, tuple[Any, ListedBase]] = {}

    def base(
        self, connection: Connection, row: Sequence[Any], own: Mapping[str, str], proofs: Sequence[Row[Any]]
    ) -> ListedBase:
        """A base.

        Args:
            connection: a connection to the store that it is from.
            row: what the register has of it (`_BASE_COLUMNS`).
            own: the names that operators gave it.
            proofs: its proofs, as the driver has them (`_PROOFS`).
        """
        mark = hash((*map(str, row), *own.items(), *proofs))
        weighed_by, found = self._kept.get(mark, (None, None))
        # With other weights they say other things.
        if found is None or weighed_by is not weights():
            if len(self._kept) >= self._most:
                self._kept = {}  # and not in place: other threads read it
            found = _listed(row, own, read_rows(connection, _PROOFS, proofs))
            self._kept[mark] = weights(), found
        return found


_known = _KnownBases(2_000)


def _listed(row: Sequence[Any], own: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> ListedBase:
    _, key, kind, cities, countries, story = row
    proofs: list[Proof] = []
    published: dict[int, datetime | None] = {}
    for (
        _,
        at,
        article,
        name,
        name_en,
        origin,
        en_origin,
        stage,
        day,
        sentence,
        is_new,
        lang,
        when,
        its,
    ) in rows:
        mention = BaseMention(
            "", name, "", stage, (), (), day, sentence, (), (), is_new, name_en, origin, en_origin
        )
        proofs.append(Proof(article, its, lang, when, mention))
        published[article] = at
    summary = summarise(proofs)
    steps = tuple(
        StageStep(
            stage=reached.stage,
            day=reached.day,
            reported=published[reached.article],
            story=reached.story,
            reports=reached.reports,
            tellings=_tellings(proofs, reached),
            is_first=number == 0,
        )
        for number, reached in enumerate(summary.timeline)
    )
    return ListedBase(
        key=key,
        kind=kind,
        cities=tuple(cities),
        countries=tuple(countries),
        names={**summary.names, **own},
        origins={**summary.origins, **dict.fromkeys(own, NameOrigin(OPERATOR))},
        original=proofs[0].lang,
        steps=steps,
        reports=len(proofs),
        story=story,
    )


def _tellings(proofs: Sequence[Proof], reached: StageReached) -> tuple[Telling, ...]:
    """The reports that tell of a stage in the story that brought it."""
    return tuple(
        Telling(p.article, p.lang, p.mention.sentence, p.mention.name)
        for p in proofs
        if p.article == reached.article
        or (reached.story is not None and p.story == reached.story and p.mention.stage == reached.stage)
    )


# Places, partners and figures are left out: decoding them takes most of the time, and no list shows them by report.
_PROOFS = (
    select(
        base_articles.c.base_id,
        articles.c.published,
        base_articles.c.article_id,
        base_articles.c.name,
        base_articles.c.name_en,
        base_articles.c.name_origin,
        base_articles.c.name_en_origin,
        base_articles.c.stage,
        base_articles.c.date,
        base_articles.c.sentence,
        base_articles.c.is_new,
        articles.c.lang,
        articles.c.when,
        articles.c.story_id,
    )
    .join(articles, articles.c.id == base_articles.c.article_id)
    .order_by(articles.c.when, articles.c.id)
)


@cache
def _proofs_of_some(size: int) -> Select[Any]:
    return _PROOFS.where(base_articles.c.base_id.in_(several(base_articles.c.base_id, size)))


def _proof_rows(connection: Connection, ids: Sequence[int] | None) -> dict[int, list[Row[Any]]]:
    """The proofs of bases in the order of publication, with names and stages only, as the driver has them."""
    rows = (
        given_rows(connection, _PROOFS) if ids is None else given_rows_for(connection, _proofs_of_some, ids)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


class Teller(NamedTuple):
    """Who published an article, where, and when, if it says so."""

    outlet: str
    url: str
    lang: str
    published: datetime | None


def tellers_of(connection: Connection, article_ids: Iterable[int]) -> dict[int, Teller]:
    """The outlets and addresses of articles, by id."""
    found: dict[int, Teller] = {}
    columns = (
        articles.c.id,
        articles.c.outlet,
        articles.c.source,
        articles.c.url,
        articles.c.lang,
        articles.c.published,
    )
    for chunk in chunks(sorted(set(article_ids))):
        for row in connection.execute(select(*columns).where(articles.c.id.in_(chunk))):
            found[row.id] = Teller(row.outlet or row.source, row.url, row.lang, row.published)
    return found


def copies_of(connection: Connection, article_ids: Sequence[int]) -> int:
    """How many articles only repeat one of some."""
    # By way of their stories, where copies are too: what an article repeats has no index of its own.
    ids = set(article_ids)
    repeated: dict[int, int] = {}
    for chunk in chunks(sorted(ids)):
        their_stories = select(articles.c.story_id).where(articles.c.id.in_(chunk))
        copies = select(articles.c.id, articles.c.duplicate_of).where(
            articles.c.story_id.in_(their_stories), articles.c.duplicate_of.is_not(None)
        )
        repeated |= {row.id: row.duplicate_of for row in connection.execute(copies)}
    return sum(original in ids for original in repeated.values())


class Alias(NamedTuple):
    """A name that reports give a base, how many do, and where it comes from: its first report, and whether it is made of theirs."""

    text: str
    reports: int
    origin: NameOrigin


def aliases_of(connection: Connection, key: str) -> dict[str, list[Alias]]:
    """All that reports call a base, by language, the commonest first.

    What only describes it is no name, and what we made of the names of others is left out where reports have one. Spellings
    that differ by dashes and capitals are one name, as it is written most often.
    """
    columns = (
        base_articles.c.article_id,
        base_articles.c.name,
        base_articles.c.name_en,
        base_articles.c.name_origin,
        base_articles.c.name_en_origin,
    )
    named = (
        select(articles.c.lang, *columns)
        .join(articles, articles.c.id == base_articles.c.article_id)
        .join(bases, bases.c.id == base_articles.c.base_id)
        .where(bases.c.key == key)
        .order_by(articles.c.when, articles.c.id)
    )
    found: dict[str, list[NamedTogether]] = {}
    for row in connection.execute(named):
        of_row = [(row.lang, row.name, origin_of(row.name, row.name_origin, is_in_own_language=True))]
        # What a report in another language says the base is called in English.
        if row.name_en not in ("", row.name):
            origin = origin_of(row.name_en, row.name_en_origin, is_in_own_language=False)
            of_row.append(("en", row.name_en, origin))
        for lang, name, origin in of_row:
            if origin != DESCRIBED:
                found.setdefault(lang, []).append(NamedTogether(name, as_stored(origin, row.article_id)))
    return {lang: _one_spelling_each(names) for lang, names in found.items()}


def _one_spelling_each(names: Sequence[NamedTogether]) -> list[Alias]:
    used = [n for n in names if not n.origin.is_made]
    by_key: dict[str, list[NamedTogether]] = {}
    for name in used or names:
        by_key.setdefault(name_key(name.text), []).append(name)
    aliases = (
        Alias(
            Counter(n.text for n in same).most_common(1)[0][0],
            len(same),
            joined_origin([n.origin for n in same]),
        )
        for same in by_key.values()
    )
    return sorted(aliases, key=lambda alias: -alias.reports)


class Change(NamedTuple):
    """What changed in the register: a base and the stage that it reached."""

    base: ListedBase
    step: StageStep


def changes_by_month(rows: Iterable[ListedBase], zone: tzinfo) -> dict[str, list[Change]]:
    """What changed in the register, by month (``2025-11``), the latest month and the latest day first.

    A change belongs to the month of the act, else to that of its report. One that has neither belongs to no month.

    Args:
        rows: the bases.
        zone: where days of reports begin.
    """
    dated = [(day, Change(row, step)) for row in rows for step in row.steps if (day := step.day_in(zone))]
    found: dict[str, list[Change]] = {}
    for day, change in sorted(dated, key=lambda pair: (pair[0], pair[1].base.key), reverse=True):
        found.setdefault(f"{day:%Y-%m}", []).append(change)
    return found

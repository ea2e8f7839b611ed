"""Enters what articles say into the register of bases: one row for each base, and the articles that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from crawler.judging.bases.name_origins import OPERATOR, NameOrigin, shown_name
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.sameness import KnownBase, same_base
from crawler.judging.bases.tally import BaseTally
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.model import BaseMention
from crawler.store.base_compared import compared_of
from crawler.store.base_proofs import FACTS, add_proof, create_base, own_names_of, plain, proof_of, proofs_of
from crawler.store.base_revisions import note_changed
from crawler.store.base_tallies import BaseRow, BaseTallies
from crawler.store.bases import key_of
from crawler.store.bulk import beginning_with, chunks, keep_highest_id, matching
from crawler.store.schema import articles, base_aliases, base_articles, base_names, bases
from crawler.store.upserts import upsert


class FreshArticle(NamedTuple):
    """An article that this transaction has just written, so that nothing need be read of it.

    Attributes:
        when: when it was published.
        proved: the bases that it was entered as a proof of since.
    """

    when: datetime
    proved: set[int]


def record_mention(  # noqa: PLR0913 - one mention is of an article, a story, a language and a register
    connection: Connection,
    mention: BaseMention,
    article_id: int,
    story_id: int,
    seen: datetime,
    lang: str,
    former: int | None = None,
    parties: Parties = CHINA_ASEAN,
    tallies: BaseTallies | None = None,
    fresh: FreshArticle | None = None,
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
        tallies: the register in memory, where the caller keeps one.
        fresh: what is known of the article where this transaction has just written it.
    """
    tallies = tallies if tallies is not None else BaseTallies(parties)
    proved = dict(_proved_by(connection, article_id)) if fresh is None else dict.fromkeys(fresh.proved, False)
    base_id = next((number for number, is_pinned in proved.items() if is_pinned), None)
    if base_id is None:
        when = _published(connection, article_id) if fresh is None else fresh.when
        base_id = _matching_base(connection, tallies, mention, when, story_id, lang)
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
    if fresh is not None and base_id not in fresh.proved:
        before = None
        now: Proof | None = add_proof(connection, base_id, article_id, story_id, lang, fresh.when, mention)
        fresh.proved.add(base_id)
    else:
        before = proof_of(connection, base_id, article_id) if base_id in proved else None
        row = {"base_id": base_id, "article_id": article_id} | {f: plain(getattr(mention, f)) for f in FACTS}
        connection.execute(
            upsert(connection, base_articles, None, ["base_id", "article_id"], list(FACTS)), row
        )
        now = proof_of(connection, base_id, article_id)
    tally = tallies.proved(connection, base_id, now, before) if now is not None else None
    if tally is None:
        tally = BaseTally(proofs_of(connection, [base_id])[base_id])
    tallies.wrote(_write_base(connection, base_id, tally), tally, story_id)
    return base_id


def _proved_by(connection: Connection, article_id: int) -> Iterator[tuple[Any, ...]]:
    """The bases that an article proves, each with whether an operator moved its proof there."""
    columns = (base_articles.c.base_id, base_articles.c.pinned)
    return matching(connection, columns, base_articles.c.article_id, [article_id])


def _published(connection: Connection, article_id: int) -> datetime | None:
    moments = matching(connection, [articles.c.when], articles.c.id, [article_id])
    return next((when for (when,) in moments), None)


def _matching_base(
    connection: Connection,
    tallies: BaseTallies,
    mention: BaseMention,
    when: datetime | None,
    story_id: int,
    lang: str,
) -> int | None:
    """The base of the register that a mention most likely speaks of; of equals the oldest."""
    # Those of the same story, or under the same key, are compared in any case.
    of_key = matching(connection, [base_aliases.c.base_id], base_aliases.c.key, [mention.key])
    close = {*(number for (number,) in of_key), *tallies.of_story(connection, story_id)}
    found, best = None, 0.0
    for most, known in tallies.likely(connection, mention, lang, when, close):
        # None of those that follow can be more, and an equal one is older only if it comes before.
        if found is not None and (most < best or (most == best and known.id > found)):
            break
        score = same_base(mention, lang, story_id, known, when)
        if score > best or (found is not None and score == best and known.id < found):
            found, best = known.id, score
    return found


def _best(scores: Mapping[int, float]) -> int | None:
    """The id with the highest score above 0; of equals the lowest id, which is the oldest base."""
    best = max(scores, key=lambda number: (scores[number], -number), default=None)
    return best if best is not None and scores[best] > 0 else None


_UNDER_KEY = (
    select(bases.c.id)
    .where(
        (bases.c.key == bindparam("own")) | bases.c.key.like(bindparam("beginning"), escape="/"),
        ~select(base_articles.c.base_id).where(base_articles.c.base_id == bases.c.id).exists(),
    )
    .order_by(bases.c.id)
)
# SQLite finds a beginning in an index by what lies between it and what comes next, and sorts by bytes.
_UNDER_KEY_SQLITE = text(
    "SELECT id FROM bases WHERE (key = :own OR (key >= :own || '-' AND key < :own || '.'))"
    " AND NOT EXISTS (SELECT 1 FROM base_articles WHERE base_id = bases.id) ORDER BY id"
)


def _base_without_proofs(connection: Connection, key: str, former: int | None) -> int | None:
    """A base that lost all its proofs because it is being judged again: the former one, or one under the key."""
    proved = select(base_articles.c.base_id).where(base_articles.c.base_id == bases.c.id).exists()
    if former is not None and connection.scalar(select(bases.c.id).where(bases.c.id == former, ~proved)):
        return former
    if connection.dialect.name == "sqlite":
        found: int | None = connection.scalar(_UNDER_KEY_SQLITE, {"own": key})
    else:
        found = connection.scalar(_UNDER_KEY, {"own": key, "beginning": beginning_with(f"{key}-")})
    return found


def refresh_base(connection: Connection, base_id: int, tallies: BaseTallies | None = None) -> None:
    """Write down what the proofs of a base say together; delete a base that has none."""
    if tallies is not None:
        tallies.look_again()
        tally = tallies.tallies(connection, [base_id]).get(base_id)
    else:
        proofs = proofs_of(connection, [base_id]).get(base_id)
        tally = BaseTally(proofs) if proofs else None
    if tally is None:
        _delete_base(connection, base_id)
        if tallies is not None:
            tallies.look_again()
        return
    row = _write_base(connection, base_id, tally)
    if tallies is not None:
        tallies.wrote(row, tally)


_WRITE_BASE = (
    update(bases)
    .where(bases.c.id == bindparam("number"))
    .values(revision=bases.c.revision + 1, steps_revision=bases.c.revision + 1)
    .returning(bases.c.revision)
)


def _write_base(connection: Connection, base_id: int, tally: BaseTally) -> BaseRow:
    """Write what the proofs of a base say together, and that they have changed."""
    own = own_names_of(connection, [base_id]).get(base_id, {})
    named = tally.named
    names = {lang: found.text for lang, found in named.items()} | own
    origins = {lang: found.origin for lang, found in named.items()} | dict.fromkeys(own, NameOrigin(OPERATOR))
    values = {
        "name": shown_name(names, origins, ["en"], tally.first.lang).text,
        "kind": tally.kind, "stage": tally.stage, "cities": list(tally.cities), "countries": list(tally.countries), "date": tally.day,
        "story_id": tally.first.story, "number": base_id,
        "steps": [(s.story, s.stage, s.day and s.day.isoformat()) for s in tally.steps],
        "compared": compared_of(tally),
    }  # fmt: skip
    revision = connection.scalars(_WRITE_BASE, values).one()
    return BaseRow(base_id, revision, tally.kind, tally.stage, tally.cities, tally.countries)


def remove_proofs(connection: Connection, article_ids: Sequence[int]) -> dict[int, int]:
    """Delete the proofs of articles, except those that operators pinned. Returns the base that each proved."""
    touched: dict[int, int] = {}
    for chunk in chunks(article_ids):
        mine = base_articles.c.article_id.in_(chunk) & ~base_articles.c.pinned
        rows = connection.execute(select(base_articles.c.article_id, base_articles.c.base_id).where(mine))
        touched |= {r.article_id: r.base_id for r in rows}
        connection.execute(delete(base_articles).where(mine))
    note_changed(connection, set(touched.values()))
    return touched


def take_back(connection: Connection, article_id: int, tallies: BaseTallies) -> list[int]:
    """Delete the proofs of one article, except those that operators pinned. Returns the bases that it proved.

    Args:
        connection: a connection that writes.
        article_id: the article, as it was when it was entered.
        tallies: the register in memory, which takes them away, too.
    """
    tallies.look_again()
    proved = [number for number, is_pinned in _proved_by(connection, article_id) if not is_pinned]
    before = {number: proof_of(connection, number, article_id) for number in proved}
    tallies.rows(connection, proved)
    remove_proofs(connection, [article_id])
    for number, proof in before.items():
        if proof is not None:
            tallies.taken_back(number, proof)
    return proved


def merge_same_bases(
    connection: Connection, story_id: int, parties: Parties = CHINA_ASEAN, tallies: BaseTallies | None = None
) -> None:
    """Merge the bases of a story that are one base into the older one, after stories have merged; pins stay."""
    tallies = tallies if tallies is not None else BaseTallies(parties)
    found = tallies.tallies(connection, tallies.of_story(connection, story_id))
    own = {number: tally for number, tally in found.items() if tally.tells(story_id)}
    if len(own) < 2:
        return
    rows = {row.id: row for row in tallies.rows(connection, own)}
    kept: dict[int, KnownBase] = {}
    # Bases in several countries come first: theirs are the places in which the others may lie.
    for base_id in sorted(own, key=lambda i: (-len(rows[i].countries), i)):
        first = own[base_id].first
        scores = {k: same_base(first.mention, first.lang, story_id, known) for k, known in kept.items()}
        same = _best(scores)
        if same is None:
            kept[base_id] = tallies.known(rows[base_id], own[base_id])
            continue
        # The lower id is the older entry; its key is the one that alerts and links have.
        into, gone = sorted((same, base_id))
        kept[into] = kept.pop(same)
        absorb(connection, into, gone)
        tallies.look_again()


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
    # An operator's name stays, in languages in which none was given to the other base.
    given = select(base_names.c.lang).where(base_names.c.base_id == into)
    left = (base_names.c.base_id == gone) & base_names.c.lang.not_in(given)
    connection.execute(update(base_names).where(left).values(base_id=into))
    # Before the row is deleted, which would delete its older keys as well (ON DELETE CASCADE).
    connection.execute(update(base_aliases).where(base_aliases.c.base_id == gone).values(base_id=into))
    connection.execute(insert(base_aliases), [{"key": key_of(connection, gone), "base_id": into}])
    _delete_base(connection, gone)
    refresh_base(connection, into)


def _delete_base(connection: Connection, base_id: int) -> None:
    # What operators changed of it stays, and would be that of the next base if that had its number.
    keep_highest_id(connection, bases)
    connection.execute(delete(bases).where(bases.c.id == base_id))

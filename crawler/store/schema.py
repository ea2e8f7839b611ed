"""The tables. Changed only together with a migration in ``migrations/versions``.

Each says in one sentence what it holds. docs/reference/tables.md lists them with their keys; `make docs` makes it from here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip
from sqlalchemy.schema import SchemaItem

# Names for what has none: migrations must find constraints by the same name in both databases.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is refused: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Only aware values, in UTC; SQLite keeps them without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """The same in one step where SQLite's text is read: lists read thousands of moments."""
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _of_text(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        return datetime.fromisoformat(f"{written}+00:00")
    except ValueError:  # it says its zone itself, which we never write
        return datetime.fromisoformat(written).astimezone(UTC)


def _id() -> Column[Any]:
    # SQLite gives ids by itself only to a column that is called INTEGER.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _to(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE")


def _names(target: str) -> dict[str, str]:
    """The ``info`` of a column that names a row without a foreign key: it still names the row when that is gone."""
    return {"names": target}


def _table(name: str, holds: str, *parts: SchemaItem, **options: Any) -> Table:
    """A table of the schema.

    Args:
        name: its name in the database.
        holds: what it holds, in one sentence. It stands in ``info``, for a comment would change the database.
        parts: columns, indexes and constraints.
        options: of the dialects, as `Table` has them.
    """
    return Table(name, metadata, *parts, info={"holds": holds}, **options)


def _partial(name: str, *columns: str, where: TextClause, on_postgresql: TextClause | None = None) -> Index:
    """An index of some rows.

    Which ones on PostgreSQL is only noted, for migrations make the indexes: an option of that name loads all of its dialect, 2.5 MB.
    """
    noted = {"postgresql_where": where if on_postgresql is None else on_postgresql}
    return Index(name, *columns, sqlite_where=where, info=noted)


# What the latest answer of an address left to ask again with. The key is
# the address: an index of sitemaps has many of them under one source.
validators = _table(
    "validators",
    "What the latest answer of an address leaves for the next conditional request: ETag, Last-Modified, digest.",
    Column("url", String, primary_key=True), Column("source", String, nullable=False),
    Column("etag", String), Column("last_modified", String), Column("digest", String), Column("checked", Utc, nullable=False),
)  # fmt: skip
# Each poll with its outcome, for people. Decisions are
# made by `source_states`, so that old polls can go.
polls = _table(
    "polls",
    "The log of requests to sources, with what came of each; kept for 30 days at most.",
    _id(),
    Column("source", String, nullable=False), Column("at", Utc, nullable=False), Column("url", String, nullable=False),
    Column("outcome", String, nullable=False), Column("kind", String), Column("message", Text),
    Column("entries", Integer, nullable=False, default=0), Column("new_entries", Integer, nullable=False, default=0),
    Index(None, "source", "at"),
)  # fmt: skip
# What is known of a source (`crawler.polling.state`). `due` is a
# column, so that the sources that are due are found by an index.
source_states = _table(
    "source_states",
    "What polling remembers of a source between two polls, and when the source is due.",
    Column("source", String, primary_key=True), Column("due", Utc, index=True), Column("state", JSON, nullable=False),
)  # fmt: skip
poll_requests = _table(
    "poll_requests",
    "Sources that an operator wants asked now, whenever they are due.",
    Column("source", String, primary_key=True), Column("at", Utc, nullable=False),
)  # fmt: skip
websub_subscriptions = _table(
    "websub_subscriptions",
    "Subscriptions at the hubs of feeds (WebSub): how far each has come, and what its hub sent.",
    Column("callback", String, primary_key=True), Column("source", String, nullable=False, index=True),
    Column("hub", Text, nullable=False), Column("topic", Text, nullable=False), Column("status", String, nullable=False),
    Column("next", Utc, nullable=False), Column("tries", Integer, nullable=False), Column("lease_until", Utc), Column("pushed", Utc),
    Column("hinted", Utc), Column("pushes", Integer, nullable=False), Column("refused", Integer, nullable=False), Column("problem", Text),
)  # fmt: skip
websub_pushes = _table(
    "websub_pushes",
    "What hubs pushed, until it is taken in; without a body the feed itself is to be asked.",
    _id(),
    Column("source", String, nullable=False, index=True), Column("at", Utc, nullable=False),
    Column("claimed", Utc), Column("until", Utc), Column("content_type", String, nullable=False), Column("body", LargeBinary),
)  # fmt: skip
assist_answers = _table(
    "assist_answers",
    "What machine assistants answered, by question: the same words get the same answer, and what was refused has a reason instead.",
    Column("key", String, primary_key=True), Column("task", String, nullable=False), Column("language", String, nullable=False),
    Column("story", Integer), Column("base", String),
    Column("outcome", String, nullable=False), Column("answer", JSON), Column("reason", Text),
    Column("kind", String, nullable=False), Column("model", String, nullable=False), Column("at", Utc, nullable=False),
    Column("tries", Integer, nullable=False), Column("next", Utc),
    Index(None, "task", "story"), Index(None, "at"),
)  # fmt: skip
assist_requests = _table(
    "assist_requests",
    "What was sent to machine assistants: when, where, of which sources and reports, how much, and what came of it.",
    _id(),
    Column("at", Utc, nullable=False), Column("task", String, nullable=False), Column("kind", String, nullable=False),
    Column("place", String, nullable=False), Column("model", String, nullable=False), Column("language", String, nullable=False),
    Column("articles", JSON, nullable=False), Column("sources", JSON, nullable=False), Column("characters", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False), Column("tokens_out", Integer, nullable=False), Column("money", Float, nullable=False),
    Column("seconds", Float, nullable=False), Column("outcome", String, nullable=False), Column("problem", Text),
    Column("until", Utc), Index(None, "at"),
)  # fmt: skip
# Until when a site is to be left alone. This and other tables keep the names that they
# were made under: migrations only add, and older workers read them (docs/adr/0013).
site_backoffs = _table(
    "rests",
    "Sites that asked to be left alone, and until when.",
    Column("site", String, primary_key=True), Column("until", Utc, nullable=False),
)  # fmt: skip
# The ledger of lost coverage: entries that came and went between two polls.
gaps = _table(
    "gaps",
    "Spans between two polls in which entries slipped out of a feed: how many, and how many were found again.",
    _id(),
    Column("source", String, nullable=False), Column("since", Utc, nullable=False), Column("until", Utc, nullable=False),
    Column("lost", Float, nullable=False), Column("recovered", Integer, nullable=False, default=0), Column("via", String),
    Index(None, "source", "until"),
)  # fmt: skip
# Evidence: each item as a source listed it, never changed. The unique key makes
# "once" true: neither a second poll nor a second worker can store an item again.
entries = _table(
    "entries",
    "Items as sources listed them; the evidence, never changed.",
    _id(),
    Column("source", String, nullable=False), Column("guid", String, nullable=False), Column("url", String, nullable=False),
    Column("url_key", String, nullable=False, index=True),
    Column("title", Text, nullable=False), Column("summary", Text, nullable=False), Column("content", Text, nullable=False),
    Column("author", String), Column("published", Utc), Column("outlet", String), Column("image", String),
    Column("seen", Utc, nullable=False), Column("outlet_url", String),
    Column("categories", JSON, nullable=False, default=list), Column("enclosures", JSON, nullable=False, default=list),
    Column("assumed", Utc), Column("seed", Boolean, nullable=False, default=False), Column("date_basis", String),
    UniqueConstraint("source", "guid"),
)  # fmt: skip
# 8 bytes for the identity, the address or the words of what was pruned. One B-tree
# without row ids: such a store holds millions of these, and nothing else of them.
remembered = _table(
    "remembered",
    "Hashes of what was pruned (identities, addresses, texts), so that it is not taken for new when it is listed again.",
    Column("key", BigInteger, primary_key=True, autoincrement=False), Column("source", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
# Entries that are no articles yet, and why. What a
# crash interrupted is found here by the next process.
pending = _table(
    "pending",
    "Entries that are no articles yet, with the reason and the next attempt.",
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("since", Utc, nullable=False), Column("tries", Integer, nullable=False, default=0),
    Column("reason", String, nullable=False, server_default="page"), Column("message", Text),
    Column("failures", Integer, nullable=False, server_default="0"), Column("next_try", Utc),
)  # fmt: skip
# How entries ended that lead to no article: dropped by an operator, or pruned.
entry_ends = _table(
    "entry_ends",
    "Entries that have no article for good: dropped by an operator, or pruned with their article.",
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False, index=True), Column("at", Utc, nullable=False), Column("actor", String, nullable=False),
    Column("note", Text, nullable=False), Column("reason", String), Column("message", Text), Column("since", Utc),
)  # fmt: skip
# How many entries a source ever brought, counted apart from the entries: it shows if one vanishes.
entry_tallies = _table(
    "entry_tallies",
    "How many entries of a source were ever seen, and how many were pruned, for the balance of entries.",
    Column("source", String, primary_key=True), Column("seen", BigInteger, nullable=False, default=0),
    Column("pruned", BigInteger, nullable=False, default=0),
)  # fmt: skip
# Stories. `split_from` is where people were told what
# a split story reports: they are not told again.
stories = _table(
    "stories",
    "Events, each of which groups the articles that report it.",
    _id(),
    Column("first_seen", Utc, nullable=False), Column("last_seen", Utc, nullable=False),
    Column("split_from", BigInteger, info=_names("stories.id")),
    Index(None, "last_seen"),
)  # fmt: skip
# The history of merges and splits. No foreign keys: it outlives the stories that it names.
story_changes = _table(
    "story_changes",
    "The history of stories: merges, splits and moves, each with its reasons and who made it.",
    _id(),
    Column("at", Utc, nullable=False), Column("kind", String, nullable=False),
    Column("story_id", BigInteger, nullable=False, index=True, info=_names("stories.id")),
    Column("other_id", BigInteger, nullable=False, index=True, info=_names("stories.id")),
    Column("articles", JSON, nullable=False), Column("why", JSON), Column("actor", String, nullable=False),
)  # fmt: skip
# What operators decided about two articles; `one` is the lower id.
# Apart from the stories, because judging again replaces those.
link_constraints = _table(
    "rulings",
    "Pairs of articles that an operator put into one story, or into two, for good.",
    Column("one", BigInteger, primary_key=True, autoincrement=False, info=_names("articles.id")),
    Column("other", BigInteger, primary_key=True, autoincrement=False, info=_names("articles.id")),
    Column("together", Boolean, nullable=False), Column("at", Utc, nullable=False),
)  # fmt: skip
ORIGINAL = text("duplicate_of IS NULL")
"""The articles that others may repeat."""
COPY, REPORT = text("duplicate_of IS NOT NULL"), text("story_id IS NOT NULL")
EDITED, EDITED_SQLITE = text("retracts OR version > 1"), text("retracts = 1 OR version > 1")
GROUPED = text("story_id IS NOT NULL AND duplicate_of IS NULL")
"""The articles that stories are compared by."""
EDITIONS = text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition")
EDITIONS_SQLITE = text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition = 1")
"""Those of them that name an edition of a series. SQLite takes an index only for a query that has its very words."""
articles = _table(
    "articles",
    "Documents at their canonical addresses, with all that was judged of them.",
    _id(),
    Column("url", String, nullable=False), Column("url_key", String, nullable=False, unique=True),
    Column("title", Text, nullable=False), Column("text", Text, nullable=False), Column("lang", String, nullable=False),
    Column("published", Utc), Column("author", String), Column("image", String), Column("outlet", String),
    Column("source", String, nullable=False), Column("country", String), Column("first_seen", Utc, nullable=False),
    Column("when", Utc, nullable=False), Column("from_page", Boolean, nullable=False), Column("text_hash", String, nullable=False),
    Column("relevant", Boolean, nullable=False), Column("score", Float, nullable=False), Column("reasons", JSON, nullable=False),
    Column("evidence", JSON, nullable=False), Column("countries", JSON, nullable=False),
    Column("story_id", _to("stories.id")), Column("story_why", JSON),
    Column("duplicate_of", BigInteger, info=_names("articles.id")), Column("duplicate_why", String),
    Column("features", JSON, nullable=False),
    Column("words", JSON, nullable=False), Column("fingerprints", Integer, nullable=False, default=0),
    Column("credit", String), Column("retracts", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1), Column("next_check", Utc, index=True),
    Column("listed", Utc), Column("seed", Boolean, nullable=False, default=False),
    Column("names_edition", Boolean, nullable=False, default=False, server_default=false()),
    # Holds all that the console filters and counts stories by, so
    # that their texts, the largest part of a store, stay unread.
    Index("ix_articles_story_shown", "story_id", "lang", "country", "source", "countries", "outlet", "first_seen", sqlite_where=text("story_id IS NOT NULL")),
    # Partial: one text may have thousands of copies, and only originals are looked up by their words.
    _partial("ix_articles_original_text_hash", "text_hash", where=ORIGINAL),
    # And the copies of one original where an earlier text takes its place.
    _partial("ix_articles_duplicate_of", "duplicate_of", where=COPY),
    # By these the copies are found that are looked at again when their story goes on: those of each original, of some sources, the
    # earliest, and what was edited.
    _partial("ix_articles_story_copies", "story_id", "duplicate_of", "lang", where=REPORT),
    _partial("ix_articles_story_copies_source", "story_id", "source", where=COPY),
    _partial("ix_articles_story_copies_seen", "story_id", "first_seen", where=COPY),
    _partial("ix_articles_story_copies_when", "story_id", "when", where=COPY),
    _partial("ix_articles_story_edited", "story_id", where=EDITED_SQLITE, on_postgresql=EDITED),
    Index(None, "story_id"), Index(None, "first_seen"), Index(None, "relevant", "when"),
    # Without it each report of an archive of ten years scanned all
    # articles sixty times. Partial, because most articles are no reports.
    _partial("ix_articles_grouped_when", "when", where=GROUPED),
    _partial("ix_articles_editions_when", "when", where=EDITIONS_SQLITE, on_postgresql=EDITIONS),
)  # fmt: skip
# Which article an entry led to. The key is the entry: it leads to one article at most.
article_entries = _table(
    "article_entries",
    "Which article an entry led to.",
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), nullable=False, index=True),
)  # fmt: skip
# News archives that were or are being imported. `key` is by the content and the choices, so that a
# file that was moved is known; `position` is how far it was read, as its reader counts.
imports = _table(
    "imports",
    "News archives that are imported, and how far each was read.",
    _id(),
    Column("key", String, nullable=False, unique=True), Column("file", String, nullable=False),
    Column("position", BigInteger, nullable=False, default=0), Column("counts", JSON, nullable=False),
    Column("started", Utc, nullable=False), Column("changed", Utc, nullable=False), Column("ended", Utc),
)  # fmt: skip
# Read from archives in their order, stored in the order of dates: what a
# report joins depends on what came before it.
staged_articles = _table(
    "staged_articles",
    "Articles that were read from archives and wait to be stored in the order of their dates.",
    _id(),
    Column("import_id", _to("imports.id"), nullable=False, index=True), Column("place", BigInteger, nullable=False),
    Column("when", Utc, nullable=False), Column("key", String, nullable=False), Column("article", JSON, nullable=False),
    Index("ix_staged_articles_order", "when", "key"),
)  # fmt: skip
imported_articles = _table(
    "imported_articles",
    "Articles that came with an archive, and when; nobody is told of them before a source has listed them.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("import_id", BigInteger, nullable=False, info=_names("imports.id")), Column("place", BigInteger, nullable=False),
    Column("at", Utc, nullable=False, index=True), Column("listed", Utc, index=True),
)  # fmt: skip
# What an article said before it was edited.
article_versions = _table(
    "article_versions",
    "Earlier wordings of articles that were edited.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False), Column("until", Utc, nullable=False, index=True),
    Column("title", Text, nullable=False), Column("text", Text, nullable=False), Column("change", JSON, nullable=False),
)  # fmt: skip
# The topics that articles match, with the words that made it so.
article_topics = _table(
    "article_topics",
    "The topics that an article matched, with score and evidence.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False), Column("topic", String, primary_key=True),
    Column("score", Float, nullable=False), Column("evidence", JSON, nullable=False),
    Index(None, "topic"),
)  # fmt: skip
# The index of near duplicates. The hash comes first in the key, because that is what is looked up.
fingerprints = _table(
    "fingerprints",
    "Fingerprints of passages in articles, by which duplicates are found.",
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
# Those of the latest articles: one row each, until many enter the index together.
recent_passages = _table(
    "recent_passages",
    "Fingerprints of the latest articles, beside their index until they enter it: 32-bit numbers, the lowest byte first.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False), Column("hashes", LargeBinary, nullable=False),
)  # fmt: skip
# Passages that an outlet prints under different news, once for each outlet.
boilerplate = _table(
    "boilerplate",
    "Passages and texts that an outlet prints under several of its news; they count for nothing in the search for duplicates.",
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("outlet", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
# Articles of which an operator said that they are no copies. Judging again leaves them alone.
no_copies = _table(
    "no_copies",
    "Articles that an operator declared to be no duplicates, with the article that they were taken for a copy of.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("original", BigInteger, nullable=False, info=_names("articles.id")),
    Column("at", Utc, nullable=False, index=True),
)  # fmt: skip
# The register of bases. All but `key` and `first_seen` is derived
# from the proofs, again with each of them (docs/adr/0007).
bases = _table(
    "bases",
    "The register: one row for each base.",
    _id(),
    Column("key", String, nullable=False, unique=True), Column("name", Text, nullable=False), Column("kind", String, nullable=False),
    Column("stage", String, nullable=False), Column("cities", JSON, nullable=False), Column("countries", JSON, nullable=False),
    Column("date", Date), Column("first_seen", Utc, nullable=False), Column("story_id", _to("stories.id"), index=True),
    # Another one whenever what is said of the base changes: processes hold in memory what they counted of it.
    Column("revision", BigInteger, nullable=False, default=0, server_default="0"),
    # The steps of its life ([story, stage, day] each), which hold for one revision: so nobody has to read all proofs for them.
    Column("steps", JSON), Column("steps_revision", BigInteger),
    # What new reports are compared with (names, days, fields), which holds for that revision, too.
    Column("compared", JSON(none_as_null=True)),
)  # fmt: skip
# What each article says of a base. `pinned` proofs stay where an operator put them.
base_articles = _table(
    "base_articles",
    "What each article says of a base: the evidence of the register.",
    Column("base_id", _to("bases.id"), primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False, index=True),
    Column("name", Text, nullable=False), Column("name_en", Text, nullable=False, default="", server_default=""),
    Column("name_origin", String, nullable=False, default="", server_default=""), Column("name_en_origin", String, nullable=False, default="", server_default=""),
    Column("stage", String, nullable=False), Column("cities", JSON, nullable=False),
    Column("date", Date), Column("sentence", Text, nullable=False), Column("kind", String, nullable=False, default="base"),
    Column("countries", JSON, nullable=False, default=list), Column("partners", JSON, nullable=False, default=list),
    Column("figures", JSON, nullable=False, default=list), Column("is_new", Boolean, nullable=False, default=True),
    Column("pinned", Boolean, nullable=False, default=False),
)  # fmt: skip
base_candidates = _table(
    "base_candidates",
    "What an article says of a base of which the rules are not sure: for a second reader.",
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("question", String, nullable=False, index=True), Column("chance", Float, nullable=False), Column("taken", Boolean, nullable=False),
    Column("entered", Utc, index=True), Column("lang", String, nullable=False), Column("clause", Text, nullable=False),
    Column("mention", JSON, nullable=False),
)  # fmt: skip
# Keys of bases that were merged into others: old links and alerts still find them.
base_aliases = _table(
    "base_aliases",
    "Keys of bases that were merged into another one.",
    Column("key", String, primary_key=True), Column("base_id", _to("bases.id"), nullable=False, index=True),
)  # fmt: skip
# Names that operators gave; they win over what reports say.
base_names = _table(
    "base_names",
    "The names of a base by language.",
    Column("base_id", _to("bases.id"), primary_key=True, autoincrement=False), Column("lang", String, primary_key=True),
    Column("name", Text, nullable=False), Column("at", Utc, nullable=False),
)  # fmt: skip
# What operators corrected. No foreign key: it outlives the bases that it names.
base_changes = _table(
    "base_changes",
    "The history of the register: stages, corrections, merges, each with who made it.",
    _id(),
    Column("at", Utc, nullable=False),
    Column("base_id", BigInteger, nullable=False, index=True, info=_names("bases.id")),
    Column("kind", String, nullable=False),
    Column("detail", JSON, nullable=False), Column("actor", String, nullable=False),
)  # fmt: skip
# Stories that no change of terms may lose (`topics backtest --fail-on-lost`).
pins = _table(
    "pins",
    "Stories that a change of topics must not lose.",
    Column("story_id", _to("stories.id"), primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False), Column("note", Text, nullable=False),
)  # fmt: skip
# What each person of the console has done with a story.
story_marks = _table(
    "story_marks",
    "What a person of the console did with a story: read it, or saved it.",
    Column("person", String, primary_key=True),
    Column("story_id", _to("stories.id"), primary_key=True, autoincrement=False, index=True),
    Column("kind", String, primary_key=True), Column("at", Utc, nullable=False),
)  # fmt: skip
# Instead of a mark on each of many thousand stories.
reading_positions = _table(
    "reading_positions",
    "Until when a person of the console has read everything.",
    Column("person", String, primary_key=True), Column("until", Utc, nullable=False),
)  # fmt: skip
saved_views = _table(
    "saved_views",
    "Filters of the console's list of stories that a person gave a name.",
    _id(),
    Column("person", String, nullable=False), Column("name", String, nullable=False),
    Column("query", Text, nullable=False), Column("at", Utc, nullable=False),
    UniqueConstraint("person", "name"),
)  # fmt: skip
# How far whatever follows behind the articles has come.
cursors = _table(
    "marks",
    "Cursors: how far something that follows behind the stored rows has come.",
    Column("name", String, primary_key=True), Column("value", BigInteger, nullable=False),
)  # fmt: skip
# The state of subscriptions. `added` holds those that are not in config.yaml, whole.
subscriptions = _table(
    "subscriptions",
    "What is remembered of each subscription, and the whole of those that people added.",
    Column("name", String, primary_key=True), Column("since", Utc, nullable=False),
    Column("paused", Boolean, nullable=False, default=False), Column("last_due", Utc),
    Column("added", JSON), Column("confirmed", Boolean, nullable=False, default=True),
)  # fmt: skip
# Written by triggers of the database (migration 0035), so that nobody who changes a subscription can forget it.
subscription_changes = _table(
    "subscription_changes",
    "The latest changes of subscriptions, noted by the database itself; the tokens are drawn at random.",
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("name", String, nullable=False), Column("token", String, nullable=False),
)  # fmt: skip
# Who left which subscription.
opt_outs = _table(
    "opt_outs",
    "Readers who left a subscription.",
    Column("subscription", String, primary_key=True), Column("address", String, primary_key=True), Column("at", Utc, nullable=False),
)  # fmt: skip
reader_states = _table(
    "reader_states",
    "What is remembered of one reader of one subscription, or of all (an empty name): which links are valid, since when it is paused.",
    Column("subscription", String, primary_key=True), Column("reader", String, primary_key=True),
    Column("serial", BigInteger, nullable=False, default=0, server_default="0"),
    Column("feed_serial", BigInteger, nullable=False, default=0, server_default="0"),
    Column("paused", Utc), Column("listed", Boolean, nullable=False, default=False, server_default=false()),
)  # fmt: skip
# By the article that raised the alert: it says where the story is when stories are grouped anew.
reader_feedback = _table(
    "reader_feedback",
    "What a reader of a subscription said of a story that a digest told: not for me, or more like this.",
    Column("subscription", String, primary_key=True), Column("reader", String, primary_key=True),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False, info=_names("articles.id")),
    Column("story_id", _to("stories.id"), nullable=False, index=True), Column("base", String),
    Column("kind", String, nullable=False), Column("at", Utc, nullable=False),
)  # fmt: skip
signup_requests = _table(
    "signup_requests",
    "Sign-ups of the last month, whose and from where as keyed digests, for their limits.",
    _id(),
    Column("at", Utc, nullable=False, index=True), Column("challenge", String, nullable=False, unique=True),
    Column("mailbox", String, nullable=False), Column("source", String, nullable=False), Column("network", String, nullable=False),
    Column("domain", String, nullable=False), Column("mailed", Boolean, nullable=False),
    Index(None, "mailbox", "at"), Index(None, "source", "at"), Index(None, "network", "at"), Index(None, "domain", "at"),
)  # fmt: skip
digest_packs = _table(
    "digest_packs",
    "Bodies of several digests compressed together, once nothing is to be sent of them any more.",
    _id(), Column("body", LargeBinary, nullable=False),
)  # fmt: skip
# Messages by subscription. The unique key makes one
# of each period, whoever makes it and however often.
digests = _table(
    "digests",
    "Rendered messages to a subscription: its digests, one for each moment that is due, and notes to its readers.",
    _id(),
    Column("subscription", String, nullable=False), Column("due", Utc, nullable=False), Column("made", Utc, nullable=False),
    Column("subject", Text, nullable=False), Column("html", Text, nullable=False), Column("text", Text, nullable=False),
    Column("kind", String, nullable=False, default="digest"), Column("envelope", JSON, nullable=False, default=dict),
    Column("covers", JSON, nullable=False, default=list), Column("content", Text),
    Column("pack", BigInteger, index=True, info=_names("digest_packs.id")),
    UniqueConstraint("subscription", "due"),
)  # fmt: skip
# What was decided to be news for whom. The unique key makes
# "once" true: the database refuses to raise the same alert again.
alerts = _table(
    "alerts",
    "Decisions that a matter is news for a subscription, each made once.",
    _id(),
    Column("subscription", String, nullable=False), Column("about", String, nullable=False), Column("kind", String, nullable=False),
    Column("story_id", _to("stories.id"), nullable=False, index=True),
    Column("article_id", BigInteger, nullable=False, info=_names("articles.id")),
    Column("topics", JSON, nullable=False), Column("at", Utc, nullable=False), Column("digest_id", _to("digests.id"), index=True),
    Column("detail", JSON), Column("subject", String, nullable=False, default="", server_default=""), Column("stage", String),
    Column("version", Integer), UniqueConstraint("subscription", "about"), Index(None, "subject"),
)  # fmt: skip
# The outbox: one message to one recipient over one channel.
# `message_id` never changes, so that a receiver can tell a repetition.
deliveries = _table(
    "deliveries",
    "The outbox: one message to one recipient over one channel.",
    _id(),
    Column("digest_id", _to("digests.id"), nullable=False), Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False), Column("message_id", String, nullable=False, unique=True),
    Column("status", String, nullable=False), Column("attempts", Integer, nullable=False, default=0),
    Column("next_try", Utc, nullable=False), Column("sent", Utc), Column("error", Text),
    Column("first_try", Utc), Column("failure", String), Column("in_doubt", Boolean, nullable=False, default=False),
    Column("merged_into", BigInteger, info=_names("deliveries.id")), Column("accepted", Utc),
    Column("domain", String, nullable=False, default=""),
    Column("reader", String, index=True), Column("serial", BigInteger, nullable=False, default=0, server_default="0"),
    UniqueConstraint("digest_id", "channel", "recipient"), Index(None, "status", "next_try"), Index(None, "channel", "sent"),
)  # fmt: skip
# The circuit breaker of each channel. `closed_until` is until when it
# is open, that is, sends nothing; the column is older than that word.
channel_states = _table(
    "channel_states",
    "The circuit breakers of channels that failed.",
    Column("channel", String, primary_key=True), Column("failures", Integer, nullable=False), Column("since", Utc, nullable=False),
    Column("closed_until", Utc, nullable=False), Column("error", Text, nullable=False),
    Column("switched_off", Boolean, nullable=False, default=False), Column("settings", String),
)  # fmt: skip
# Mails that came back; each file is read once.
bounces = _table(
    "bounces",
    "Mails that came back.",
    _id(),
    Column("file", String, nullable=False, unique=True), Column("at", Utc, nullable=False),
    Column("address", String, nullable=False, index=True), Column("message_id", String), Column("action", String, nullable=False),
    Column("code", String, nullable=False), Column("detail", Text, nullable=False),
)  # fmt: skip
# Addresses that get no mail.
suppressions = _table(
    "suppressions",
    "Addresses that get no mail, with the reason.",
    Column("address", String, primary_key=True), Column("at", Utc, nullable=False), Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
)  # fmt: skip
# Who may sign in to the console; `password` is a hash, and empty for an account of the organisation, which is known by
# `issuer` and `subject` alone. `confirmed` is when the provider last said its role.
operators = _table(
    "operators",
    "Who may use the console: names, roles, hashes of passwords, second factors, accounts of the organisation.",
    Column("name", String, primary_key=True), Column("role", String, nullable=False), Column("password", String, nullable=False),
    Column("totp", String), Column("last_code", BigInteger), Column("created", Utc, nullable=False),
    Column("issuer", String), Column("subject", String), Column("mail", String), Column("confirmed", Utc), Column("disabled", Utc),
    Index("operators_account", "issuer", "subject", unique=True),
)  # fmt: skip
# Who is signed in. `key` is the hash of a secret that only
# the browser has: a copy of the store opens no session.
# Sessions of the organisation's accounts also have the provider's own id of the session, and the sealed ID token by which
# the provider is asked to end it.
console_sessions = _table(
    "console_sessions",
    "Sessions of the console; only a hash of each token is kept.",
    Column("key", String, primary_key=True), Column("operator", String, nullable=False, index=True),
    Column("created", Utc, nullable=False), Column("seen", Utc, nullable=False), Column("agent", String, nullable=False),
    Column("ends", Utc), Column("provider_session", String), Column("id_token", Text),
)  # fmt: skip
sign_in_links = _table(
    "sign_in_links",
    "The link that opens the console once, while no operator is set up; only a hash of it is kept.",
    Column("key", String, primary_key=True),
    Column("created", Utc, nullable=False),
)
# Codes of the second factor that were used, by the step of time that they are of: none works twice.
used_codes = _table(
    "used_codes",
    "One-time codes that were used, so that none is accepted twice.",
    Column("operator", String, primary_key=True),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
)
# Tokens of programs, as hashes like those of sessions.
api_tokens = _table(
    "api_tokens",
    "Tokens of programs that use the API; only a hash of each is kept.",
    _id(),
    Column("name", String, nullable=False), Column("key", String, nullable=False, unique=True), Column("scopes", JSON, nullable=False),
    Column("created", Utc, nullable=False), Column("used", Utc), Column("owner", String),
)  # fmt: skip
# Copies of the store that were made: the newest ones. `problem` says why one failed.
backups = _table(
    "backups",
    "Backups of this store: when, where, how large, or why one failed.",
    _id(),
    Column("at", Utc, nullable=False), Column("file", String, nullable=False), Column("bytes", BigInteger), Column("problem", Text),
)  # fmt: skip
# Copies that were put back. `taken` is the state that the copy has; until `covered_until` the lost store worked, so that
# what was due by then was told. `first_poll` is known of restores of a store that was replaced in its turn.
restores = _table(
    "restores",
    "Backups that were put back in place of this store, and until when news counts as told.",
    _id(),
    Column("at", Utc, nullable=False), Column("file", String, nullable=False), Column("taken", Utc, nullable=False),
    Column("covered_until", Utc, nullable=False), Column("first_poll", Utc),
)  # fmt: skip
# What a store had sent before a copy took its place. By address: in the copy, stories and bases may have other numbers.
earlier_alerts = _table(
    "earlier_alerts",
    "What stores that were replaced by a copy had sent: by subscription, the addresses of a story's reports.",
    Column("subscription", String, primary_key=True), Column("url_key", String, primary_key=True, index=True),
    Column("kind", String, primary_key=True), Column("at", Utc, nullable=False),
)  # fmt: skip
# What operators did.
audit = _table(
    "audit",
    "Who changed what, and when; no row is ever deleted.",
    _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False), Column("action", String, nullable=False),
    Column("target", String, nullable=False), Column("detail", JSON, nullable=False),
)  # fmt: skip
# What operators called wrong, to measure judging by.
# No foreign key: a correction outlives its article.
labels = _table(
    "labels",
    "What operators corrected, as labels that judging is measured by.",
    _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False),
    Column("article_id", BigInteger, nullable=False, info=_names("articles.id")),
    Column("verdict", String, nullable=False), Column("value", String, nullable=False),
    UniqueConstraint("article_id", "verdict", "value"),
)  # fmt: skip
# Entries of config.yaml before and after a change. Only the entry: the whole file may hold secrets.
config_versions = _table(
    "config_versions",
    "Changes of entries of config.yaml: the text of each before and after, and who made it.",
    _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False), Column("section", String, nullable=False),
    Column("name", String, nullable=False), Column("before", Text), Column("after", Text),
)  # fmt: skip
# What is or was wrong with the service; `told` is when operators were told.
incidents = _table(
    "incidents",
    "Trouble of the service that operators are told of.",
    _id(),
    Column("kind", String, nullable=False), Column("about", String, nullable=False), Column("message", Text, nullable=False),
    Column("since", Utc, nullable=False), Column("told", Utc), Column("ended", Utc, index=True), Column("phrase", JSON),
)  # fmt: skip

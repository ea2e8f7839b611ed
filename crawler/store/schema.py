"""The tables. Changed only together with a migration in ``migrations/versions``."""

from __future__ import annotations

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
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip

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


def _id() -> Column[Any]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _to(target: str, **options: Any) -> Any:
    return ForeignKey(target, ondelete="CASCADE", **options)


validators = Table(
    "validators", metadata,
    Column("url", String, primary_key=True), Column("source", String, nullable=False),
    Column("etag", String), Column("last_modified", String), Column("digest", String), Column("checked", Utc, nullable=False),
)  # fmt: skip
polls = Table(
    "polls", metadata, _id(),
    Column("source", String, nullable=False), Column("at", Utc, nullable=False), Column("url", String, nullable=False),
    Column("outcome", String, nullable=False), Column("kind", String), Column("message", Text),
    Column("entries", Integer, nullable=False, default=0), Column("new_entries", Integer, nullable=False, default=0),
    Index(None, "source", "at"),
)  # fmt: skip
source_states = Table(
    "source_states", metadata,
    Column("source", String, primary_key=True), Column("due", Utc, index=True), Column("state", JSON, nullable=False),
)  # fmt: skip
site_backoffs = Table(
    "rests", metadata,
    Column("site", String, primary_key=True), Column("until", Utc, nullable=False),
)  # fmt: skip
gaps = Table(
    "gaps", metadata, _id(),
    Column("source", String, nullable=False), Column("since", Utc, nullable=False), Column("until", Utc, nullable=False),
    Column("lost", Float, nullable=False), Column("recovered", Integer, nullable=False, default=0), Column("via", String),
    Index(None, "source", "until"),
)  # fmt: skip
entries = Table(
    "entries", metadata, _id(),
    Column("source", String, nullable=False), Column("guid", String, nullable=False), Column("url", String, nullable=False),
    Column("url_key", String, nullable=False, index=True),
    Column("title", Text, nullable=False), Column("summary", Text, nullable=False), Column("content", Text, nullable=False),
    Column("author", String), Column("published", Utc), Column("outlet", String), Column("image", String),
    Column("seen", Utc, nullable=False), Column("outlet_url", String),
    Column("categories", JSON, nullable=False, default=list), Column("enclosures", JSON, nullable=False, default=list),
    Column("assumed", Utc), Column("seed", Boolean, nullable=False, default=False),
    UniqueConstraint("source", "guid"),
)  # fmt: skip
remembered = Table(
    "remembered", metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False), Column("source", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
pending = Table(
    "pending", metadata,
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("since", Utc, nullable=False), Column("tries", Integer, nullable=False, default=0),
    Column("reason", String, nullable=False, server_default="page"), Column("message", Text),
    Column("failures", Integer, nullable=False, server_default="0"), Column("next_try", Utc),
)  # fmt: skip
entry_ends = Table(
    "entry_ends", metadata,
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False, index=True), Column("at", Utc, nullable=False), Column("actor", String, nullable=False),
    Column("note", Text, nullable=False), Column("reason", String), Column("message", Text), Column("since", Utc),
)  # fmt: skip
entry_tallies = Table(
    "entry_tallies", metadata,
    Column("source", String, primary_key=True), Column("seen", BigInteger, nullable=False, default=0),
    Column("pruned", BigInteger, nullable=False, default=0),
)  # fmt: skip
stories = Table(
    "stories", metadata, _id(),
    Column("first_seen", Utc, nullable=False), Column("last_seen", Utc, nullable=False), Column("split_from", BigInteger),
    Index(None, "last_seen"),
)  # fmt: skip
story_changes = Table(
    "story_changes", metadata, _id(),
    Column("at", Utc, nullable=False), Column("kind", String, nullable=False),
    Column("story_id", BigInteger, nullable=False, index=True), Column("other_id", BigInteger, nullable=False, index=True),
    Column("articles", JSON, nullable=False), Column("why", JSON), Column("actor", String, nullable=False),
)  # fmt: skip
link_constraints = Table(
    "rulings", metadata,
    Column("one", BigInteger, primary_key=True, autoincrement=False), Column("other", BigInteger, primary_key=True, autoincrement=False),
    Column("together", Boolean, nullable=False), Column("at", Utc, nullable=False),
)  # fmt: skip
GROUPED = text("story_id IS NOT NULL AND duplicate_of IS NULL")
"""The articles that stories are compared by."""
EDITIONS = text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition")
EDITIONS_SQLITE = text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition = 1")
"""Those of them that name an edition of a series. SQLite takes an index only for a query that has its very words."""
articles = Table(
    "articles", metadata, _id(),
    Column("url", String, nullable=False), Column("url_key", String, nullable=False, unique=True),
    Column("title", Text, nullable=False), Column("text", Text, nullable=False), Column("lang", String, nullable=False),
    Column("published", Utc), Column("author", String), Column("image", String), Column("outlet", String),
    Column("source", String, nullable=False), Column("country", String), Column("first_seen", Utc, nullable=False),
    Column("when", Utc, nullable=False), Column("from_page", Boolean, nullable=False), Column("text_hash", String, nullable=False),
    Column("relevant", Boolean, nullable=False), Column("score", Float, nullable=False), Column("reasons", JSON, nullable=False),
    Column("evidence", JSON, nullable=False), Column("countries", JSON, nullable=False),
    Column("story_id", _to("stories.id")), Column("story_why", JSON),
    Column("duplicate_of", BigInteger), Column("duplicate_why", String), Column("features", JSON, nullable=False),
    Column("words", JSON, nullable=False), Column("fingerprints", Integer, nullable=False, default=0),
    Column("credit", String), Column("retracts", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1), Column("next_check", Utc, index=True),
    Column("listed", Utc), Column("seed", Boolean, nullable=False, default=False),
    Column("names_edition", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_articles_story_shown", "story_id", "lang", "country", "source", "countries", sqlite_where=text("story_id IS NOT NULL")),
    Index(None, "text_hash"), Index(None, "story_id"), Index(None, "first_seen"), Index(None, "relevant", "when"),
    Index("ix_articles_grouped_when", "when", sqlite_where=GROUPED, postgresql_where=GROUPED),
    Index("ix_articles_editions_when", "when", sqlite_where=EDITIONS_SQLITE, postgresql_where=EDITIONS),
)  # fmt: skip
article_entries = Table(
    "article_entries", metadata,
    Column("entry_id", _to("entries.id"), primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), nullable=False, index=True),
)  # fmt: skip
article_versions = Table(
    "article_versions", metadata,
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False), Column("until", Utc, nullable=False),
    Column("title", Text, nullable=False), Column("text", Text, nullable=False), Column("change", JSON, nullable=False),
)  # fmt: skip
article_topics = Table(
    "article_topics", metadata,
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False), Column("topic", String, primary_key=True),
    Column("score", Float, nullable=False), Column("evidence", JSON, nullable=False),
    Index(None, "topic"),
)  # fmt: skip
fingerprints = Table(
    "fingerprints", metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)  # fmt: skip
boilerplate = Table(
    "boilerplate", metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("outlet", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
no_copies = Table(
    "no_copies", metadata,
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False),
    Column("original", BigInteger, nullable=False), Column("at", Utc, nullable=False, index=True),
)  # fmt: skip
bases = Table(
    "bases", metadata, _id(),
    Column("key", String, nullable=False, unique=True), Column("name", Text, nullable=False), Column("kind", String, nullable=False),
    Column("stage", String, nullable=False), Column("cities", JSON, nullable=False), Column("countries", JSON, nullable=False),
    Column("date", Date), Column("first_seen", Utc, nullable=False), Column("story_id", _to("stories.id"), index=True),
)  # fmt: skip
base_articles = Table(
    "base_articles", metadata,
    Column("base_id", _to("bases.id"), primary_key=True, autoincrement=False),
    Column("article_id", _to("articles.id"), primary_key=True, autoincrement=False, index=True),
    Column("name", Text, nullable=False), Column("stage", String, nullable=False), Column("cities", JSON, nullable=False),
    Column("date", Date), Column("sentence", Text, nullable=False), Column("kind", String, nullable=False, default="base"),
    Column("countries", JSON, nullable=False, default=list), Column("partners", JSON, nullable=False, default=list),
    Column("figures", JSON, nullable=False, default=list), Column("is_new", Boolean, nullable=False, default=True),
    Column("pinned", Boolean, nullable=False, default=False),
)  # fmt: skip
base_aliases = Table(
    "base_aliases", metadata,
    Column("key", String, primary_key=True), Column("base_id", _to("bases.id"), nullable=False),
)  # fmt: skip
base_names = Table(
    "base_names", metadata,
    Column("base_id", _to("bases.id"), primary_key=True, autoincrement=False), Column("lang", String, primary_key=True),
    Column("name", Text, nullable=False), Column("at", Utc, nullable=False),
)  # fmt: skip
base_changes = Table(
    "base_changes", metadata, _id(),
    Column("at", Utc, nullable=False), Column("base_id", BigInteger, nullable=False, index=True), Column("kind", String, nullable=False),
    Column("detail", JSON, nullable=False), Column("actor", String, nullable=False),
)  # fmt: skip
pins = Table(
    "pins", metadata,
    Column("story_id", _to("stories.id"), primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False), Column("note", Text, nullable=False),
)  # fmt: skip
cursors = Table(
    "marks", metadata,
    Column("name", String, primary_key=True), Column("value", BigInteger, nullable=False),
)  # fmt: skip
subscriptions = Table(
    "subscriptions", metadata,
    Column("name", String, primary_key=True), Column("since", Utc, nullable=False),
    Column("paused", Boolean, nullable=False, default=False), Column("last_due", Utc),
    Column("added", JSON), Column("confirmed", Boolean, nullable=False, default=True),
)  # fmt: skip
opt_outs = Table(
    "opt_outs", metadata,
    Column("subscription", String, primary_key=True), Column("address", String, primary_key=True), Column("at", Utc, nullable=False),
)  # fmt: skip
reader_states = Table(
    "reader_states", metadata,
    Column("subscription", String, primary_key=True), Column("reader", String, primary_key=True),
    Column("serial", BigInteger, nullable=False, default=0, server_default="0"),
    Column("feed_serial", BigInteger, nullable=False, default=0, server_default="0"),
    Column("paused", Utc), Column("listed", Boolean, nullable=False, default=False, server_default=false()),
)  # fmt: skip
"""What is remembered of one reader of one subscription, or of all (``subscription`` is empty): `alerts.subscriptions.reader_states`."""
signup_requests = Table(
    "signup_requests", metadata, _id(),
    Column("at", Utc, nullable=False, index=True), Column("challenge", String, nullable=False, unique=True),
    Column("mailbox", String, nullable=False), Column("source", String, nullable=False), Column("network", String, nullable=False),
    Column("domain", String, nullable=False), Column("mailed", Boolean, nullable=False),
    Index(None, "mailbox", "at"), Index(None, "source", "at"), Index(None, "network", "at"), Index(None, "domain", "at"),
)  # fmt: skip
"""Sign-ups of the last month, whose and from where as keyed digests: `alerts.readers.signup_limits`."""
digest_packs = Table("digest_packs", metadata, _id(), Column("body", LargeBinary, nullable=False))
"""Digests that nothing is to be sent of any more (`alerts.digests.packing`): their ``html``, ``text`` and ``content`` are there."""
digests = Table(
    "digests", metadata, _id(),
    Column("subscription", String, nullable=False), Column("due", Utc, nullable=False), Column("made", Utc, nullable=False),
    Column("subject", Text, nullable=False), Column("html", Text, nullable=False), Column("text", Text, nullable=False),
    Column("kind", String, nullable=False, default="digest"), Column("envelope", JSON, nullable=False, default=dict),
    Column("covers", JSON, nullable=False, default=list), Column("content", Text), Column("pack", BigInteger, index=True),
    UniqueConstraint("subscription", "due"),
)  # fmt: skip
alerts = Table(
    "alerts", metadata, _id(),
    Column("subscription", String, nullable=False), Column("about", String, nullable=False), Column("kind", String, nullable=False),
    Column("story_id", _to("stories.id"), nullable=False, index=True), Column("article_id", BigInteger, nullable=False),
    Column("topics", JSON, nullable=False), Column("at", Utc, nullable=False), Column("digest_id", _to("digests.id"), index=True),
    Column("detail", JSON), Column("subject", String, nullable=False, default="", server_default=""), Column("stage", String),
    Column("version", Integer), UniqueConstraint("subscription", "about"), Index(None, "subject"),
)  # fmt: skip
deliveries = Table(
    "deliveries", metadata, _id(),
    Column("digest_id", _to("digests.id"), nullable=False), Column("channel", String, nullable=False),
    Column("recipient", String, nullable=False), Column("message_id", String, nullable=False, unique=True),
    Column("status", String, nullable=False), Column("attempts", Integer, nullable=False, default=0),
    Column("next_try", Utc, nullable=False), Column("sent", Utc), Column("error", Text),
    Column("first_try", Utc), Column("failure", String), Column("in_doubt", Boolean, nullable=False, default=False),
    Column("merged_into", BigInteger), Column("accepted", Utc), Column("domain", String, nullable=False, default=""),
    Column("reader", String, index=True), Column("serial", BigInteger, nullable=False, default=0, server_default="0"),
    UniqueConstraint("digest_id", "channel", "recipient"), Index(None, "status", "next_try"), Index(None, "channel", "sent"),
)  # fmt: skip
channel_states = Table(
    "channel_states", metadata,
    Column("channel", String, primary_key=True), Column("failures", Integer, nullable=False), Column("since", Utc, nullable=False),
    Column("closed_until", Utc, nullable=False), Column("error", Text, nullable=False),
    Column("switched_off", Boolean, nullable=False, default=False), Column("settings", String),
)  # fmt: skip
bounces = Table(
    "bounces", metadata, _id(),
    Column("file", String, nullable=False, unique=True), Column("at", Utc, nullable=False),
    Column("address", String, nullable=False, index=True), Column("message_id", String), Column("action", String, nullable=False),
    Column("code", String, nullable=False), Column("detail", Text, nullable=False),
)  # fmt: skip
suppressions = Table(
    "suppressions", metadata,
    Column("address", String, primary_key=True), Column("at", Utc, nullable=False), Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
)  # fmt: skip
operators = Table(
    "operators", metadata,
    Column("name", String, primary_key=True), Column("role", String, nullable=False), Column("password", String, nullable=False),
    Column("totp", String), Column("last_code", BigInteger), Column("created", Utc, nullable=False),
)  # fmt: skip
console_sessions = Table(
    "console_sessions", metadata,
    Column("key", String, primary_key=True), Column("operator", String, nullable=False, index=True),
    Column("created", Utc, nullable=False), Column("seen", Utc, nullable=False), Column("agent", String, nullable=False),
)  # fmt: skip
sign_in_links = Table(
    "sign_in_links", metadata, Column("key", String, primary_key=True), Column("created", Utc, nullable=False)
)
used_codes = Table(
    "used_codes",
    metadata,
    Column("operator", String, primary_key=True),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
)
api_tokens = Table(
    "api_tokens", metadata, _id(),
    Column("name", String, nullable=False), Column("key", String, nullable=False, unique=True), Column("scopes", JSON, nullable=False),
    Column("created", Utc, nullable=False), Column("used", Utc),
)  # fmt: skip
audit = Table(
    "audit", metadata, _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False), Column("action", String, nullable=False),
    Column("target", String, nullable=False), Column("detail", JSON, nullable=False),
)  # fmt: skip
labels = Table(
    "labels", metadata, _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False), Column("article_id", BigInteger, nullable=False),
    Column("verdict", String, nullable=False), Column("value", String, nullable=False),
    UniqueConstraint("article_id", "verdict", "value"),
)  # fmt: skip
config_versions = Table(
    "config_versions", metadata, _id(),
    Column("at", Utc, nullable=False), Column("actor", String, nullable=False), Column("section", String, nullable=False),
    Column("name", String, nullable=False), Column("before", Text), Column("after", Text),
)  # fmt: skip
incidents = Table(
    "incidents", metadata, _id(),
    Column("kind", String, nullable=False), Column("about", String, nullable=False), Column("message", Text, nullable=False),
    Column("since", Utc, nullable=False), Column("told", Utc), Column("ended", Utc, index=True),
)  # fmt: skip

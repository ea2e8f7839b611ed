"""The console: who may sign in, what they changed, what they corrected, and the words of reports for the search."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "operators",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("totp", sa.String()),
        sa.Column("last_code", sa.BigInteger()),
        sa.Column("created", NOW, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_operators"),
    )
    op.create_table(
        "console_sessions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("created", NOW, nullable=False),
        sa.Column("seen", NOW, nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_console_sessions"),
    )
    op.create_index(op.f("ix_console_sessions_operator"), "console_sessions", ["operator"])
    op.create_table(
        "api_tokens",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created", NOW, nullable=False),
        sa.Column("used", NOW),
        sa.UniqueConstraint("key", name="uq_api_tokens_key"),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_table(
        "labels",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.UniqueConstraint("article_id", "verdict", "value", name="uq_labels_article_id_verdict_value"),
    )
    op.create_table(
        "config_versions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    # What the console filters stories by, without reading their reports' texts; PostgreSQL cannot index JSON so.
    shown = ["story_id", "lang", "country", "source", *(["countries"] if sqlite else [])]
    op.create_index(
        "ix_articles_story_shown",
        "articles",
        shown,
        sqlite_where=sa.text("story_id IS NOT NULL"),
        postgresql_where=sa.text("story_id IS NOT NULL"),
    )
    if sqlite:
        op.execute(
            "CREATE VIRTUAL TABLE report_words USING fts5(words, content='', tokenize=\"unicode61 remove_diacritics 2\")"
        )
    else:
        op.execute(
            "CREATE TABLE report_words (id BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_report_words_words ON report_words USING gin (words)")


def downgrade() -> None:
    op.drop_table("report_words")
    op.drop_index("ix_articles_story_shown", "articles")
    for table in ("config_versions", "labels", "audit", "api_tokens", "console_sessions", "operators"):
        op.drop_table(table)

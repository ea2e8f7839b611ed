"""Saved views of the console; and what its filters count, in the index that they read."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0023"
down_revision = "0022"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEX = "ix_articles_story_shown"
BEFORE = ["story_id", "lang", "country", "source", "countries"]


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", ID, primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.UniqueConstraint("person", "name"),
    )
    _index_again([*BEFORE, "outlet", "first_seen"])


def downgrade() -> None:
    _index_again(BEFORE)
    op.drop_table("saved_views")


def _index_again(columns: list[str]) -> None:
    """Only in SQLite: PostgreSQL keeps long texts apart from their rows, and cannot index JSON."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index(INDEX, "articles")
        op.create_index(INDEX, "articles", columns, sqlite_where=sa.text("story_id IS NOT NULL"))

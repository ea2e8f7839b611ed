"""The originals with some words are found without looking through all of their copies."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

ORIGINAL = sa.text("duplicate_of IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_articles_original_text_hash",
        "articles",
        ["text_hash"],
        sqlite_where=ORIGINAL,
        postgresql_where=ORIGINAL,
    )
    op.drop_index(op.f("ix_articles_text_hash"), "articles")


def downgrade() -> None:
    op.create_index(op.f("ix_articles_text_hash"), "articles", ["text_hash"])
    op.drop_index("ix_articles_original_text_hash", "articles")

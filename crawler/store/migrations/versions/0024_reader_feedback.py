"""What readers say of stories by the links in their digests."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0024"
down_revision = "0023"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reader_feedback",
        sa.Column("subscription", sa.String(), primary_key=True),
        sa.Column("reader", sa.String(), primary_key=True),
        sa.Column("article_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("story_id", NUMBER, sa.ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
        sa.Column("base", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index(op.f("ix_reader_feedback_story_id"), "reader_feedback", ["story_id"])


def downgrade() -> None:
    op.drop_table("reader_feedback")

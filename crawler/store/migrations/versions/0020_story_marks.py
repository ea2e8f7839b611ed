"""What people of the console have read and saved."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0020"
down_revision = "0019"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_marks",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("story_id", NUMBER, sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index(op.f("ix_story_marks_story_id"), "story_marks", ["story_id"])
    op.create_table(
        "reading_positions",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("until", Utc(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("reading_positions")
    op.drop_table("story_marks")

"""Of thousands of copies, and of thousands of proofs, a few are read where it is decided who hears of a story.

Which copies are looked at again is found by indexes that have them in the order asked for; the steps in the life of a base stand with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

COPY, REPORT = sa.text("duplicate_of IS NOT NULL"), sa.text("story_id IS NOT NULL")
EDITED, EDITED_SQLITE = sa.text("retracts OR version > 1"), sa.text("retracts = 1 OR version > 1")
NEW = {
    "ix_articles_story_copies": (["story_id", "duplicate_of", "lang"], REPORT, REPORT),
    "ix_articles_story_copies_source": (["story_id", "source"], COPY, COPY),
    "ix_articles_story_copies_seen": (["story_id", "first_seen"], COPY, COPY),
    "ix_articles_story_copies_when": (["story_id", "when"], COPY, COPY),
    "ix_articles_story_edited": (["story_id"], EDITED, EDITED_SQLITE),
}
FORMER = ["story_id", "duplicate_of", "lang", "source", "retracts", "version", "when", "first_seen"]


def upgrade() -> None:
    for name, (columns, where, in_sqlite) in NEW.items():
        op.create_index(name, "articles", columns, sqlite_where=in_sqlite, postgresql_where=where)
    op.drop_index("ix_articles_story_reports", "articles")
    op.add_column("bases", sa.Column("steps", sa.JSON(), nullable=True))
    op.add_column("bases", sa.Column("steps_revision", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("bases", "steps_revision")
    op.drop_column("bases", "steps")
    op.create_index(
        "ix_articles_story_reports", "articles", FORMER, sqlite_where=REPORT, postgresql_where=REPORT
    )
    for name in NEW:
        op.drop_index(name, "articles")

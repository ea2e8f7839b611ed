"""The reports of a day are found without reading all of the articles."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

GROUPED = sa.text("story_id IS NOT NULL AND duplicate_of IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_articles_grouped_when", "articles", ["when"], sqlite_where=GROUPED, postgresql_where=GROUPED
    )


def downgrade() -> None:
    op.drop_index("ix_articles_grouped_when", "articles")

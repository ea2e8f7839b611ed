"""When a source listed what had come with an archive before."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0029"
down_revision = "0028"

INDEX = op.f("ix_imported_articles_listed")


def upgrade() -> None:
    op.add_column("imported_articles", sa.Column("listed", Utc()))
    op.create_index(INDEX, "imported_articles", ["listed"])


def downgrade() -> None:
    op.drop_index(INDEX, "imported_articles")
    op.drop_column("imported_articles", "listed")

"""What stores that were replaced by copies had sent, so that it is not sent again."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "earlier_alerts",
        sa.Column("subscription", sa.String(), primary_key=True),
        sa.Column("url_key", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index(op.f("ix_earlier_alerts_url_key"), "earlier_alerts", ["url_key"])
    op.add_column("restores", sa.Column("first_poll", Utc()))


def downgrade() -> None:
    op.drop_column("restores", "first_poll")
    op.drop_table("earlier_alerts")

"""Sources that an operator wants asked now."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "poll_requests",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("at", Utc(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("poll_requests")

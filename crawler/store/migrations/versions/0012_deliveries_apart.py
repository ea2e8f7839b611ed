"""Deliveries: whose each is, however the address is spelled; channels that are switched off until an operator decides."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "deliveries", sa.Column("reader", sa.String())
    )  # null in older rows: `alerts.delivery.outbox` reads those by their domain
    op.create_index(op.f("ix_deliveries_reader"), "deliveries", ["reader"])
    op.add_column(
        "channel_states", sa.Column("switched_off", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("channel_states", sa.Column("settings", sa.String()))


def downgrade() -> None:
    op.drop_column("channel_states", "settings")
    op.drop_column("channel_states", "switched_off")
    op.drop_index("ix_deliveries_reader", "deliveries")
    op.drop_column("deliveries", "reader")

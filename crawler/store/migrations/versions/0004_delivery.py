"""Delivery that readers can trust: people who sign up, bounces, suppressed addresses, breakers, messages that can be rebuilt."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = sa.DateTime(timezone=True)
COLUMNS: dict[str, list[sa.Column[Any]]] = {
    "subscriptions": [sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true())],
    "digests": [
        sa.Column("kind", sa.String(), nullable=False, server_default="digest"),
        sa.Column("envelope", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("covers", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("content", sa.Text()),
    ],
    "deliveries": [
        sa.Column("first_try", NOW),
        sa.Column("failure", sa.String()),
        sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("merged_into", sa.BigInteger()),
        sa.Column("accepted", NOW),
        sa.Column("domain", sa.String(), nullable=False, server_default=""),
    ],
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column.copy())
    op.create_index(op.f("ix_deliveries_channel_sent"), "deliveries", ["channel", "sent"])
    op.create_table(
        "opt_outs",
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("subscription", "address", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "channel_states",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", NOW, nullable=False),
        sa.Column("closed_until", NOW, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_table(
        "bounces",
        sa.Column("id", ID, primary_key=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("message_id", sa.String()),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("file", name=op.f("uq_bounces_file")),
    )
    op.create_index(op.f("ix_bounces_address"), "bounces", ["address"])
    op.create_table(
        "suppressions",
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for name in ("suppressions", "bounces", "channel_states", "opt_outs"):
        op.drop_table(name)
    op.drop_index(op.f("ix_deliveries_channel_sent"), "deliveries")
    for table, columns in reversed(COLUMNS.items()):
        for column in reversed(columns):
            op.drop_column(table, column.name)

"""Each reader's own links and pauses, and what sign-ups are bounded by."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0016"
down_revision = "0015"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reader_states",
        sa.Column("subscription", sa.String(), primary_key=True),
        sa.Column("reader", sa.String(), primary_key=True),
        sa.Column("serial", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("feed_serial", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("paused", Utc()),
        sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("deliveries", sa.Column("serial", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "signup_requests",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False, unique=True),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
    )
    for column in ("mailbox", "source", "network", "domain"):
        op.create_index(op.f(f"ix_signup_requests_{column}_at"), "signup_requests", [column, "at"])
    op.create_index(op.f("ix_signup_requests_at"), "signup_requests", ["at"])


def downgrade() -> None:
    op.drop_table("signup_requests")
    op.drop_column("deliveries", "serial")
    op.drop_table("reader_states")

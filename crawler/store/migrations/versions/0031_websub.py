"""Subscriptions at the hubs of feeds, and what hubs pushed until it is taken in."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0031"
down_revision = "0030"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "websub_subscriptions",
        sa.Column("callback", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("next", Utc(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", Utc()),
        sa.Column("pushed", Utc()),
        sa.Column("hinted", Utc()),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("callback", name=op.f("pk_websub_subscriptions")),
    )
    op.create_index(op.f("ix_websub_subscriptions_source"), "websub_subscriptions", ["source"])
    op.create_table(
        "websub_pushes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("claimed", Utc()),
        sa.Column("until", Utc()),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_websub_pushes")),
    )
    op.create_index(op.f("ix_websub_pushes_source"), "websub_pushes", ["source"])


def downgrade() -> None:
    op.drop_table("websub_pushes")
    op.drop_table("websub_subscriptions")

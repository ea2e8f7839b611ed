"""Polling by rhythm and the ledger of lost coverage: what is remembered of each source, and what slipped out between two polls."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("due", NOW),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_source_states"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("since", NOW, nullable=False),
        sa.Column("until", NOW, nullable=False),
        sa.Column("lost", sa.Float(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("via", sa.String()),
    )
    op.create_index(op.f("ix_gaps_source_until"), "gaps", ["source", "until"])
    op.add_column("validators", sa.Column("digest", sa.String()))
    op.add_column("entries", sa.Column("outlet_url", sa.String()))
    op.add_column("entries", sa.Column("categories", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("entries", sa.Column("enclosures", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for column in ("enclosures", "categories", "outlet_url"):
        op.drop_column("entries", column)
    op.drop_column("validators", "digest")
    op.drop_table("gaps")
    op.drop_table("source_states")

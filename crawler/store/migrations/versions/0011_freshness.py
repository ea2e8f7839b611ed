"""How old a report was when it was first listed, and what stays known of items that were pruned."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("entries", sa.Column("assumed", NOW))
    op.add_column("entries", sa.Column("seed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("articles", sa.Column("listed", NOW))
    op.add_column("articles", sa.Column("seed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "remembered",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_remembered"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("remembered")
    for table in ("articles", "entries"):
        op.drop_column(table, "seed")
    op.drop_column("articles", "listed")
    op.drop_column("entries", "assumed")
